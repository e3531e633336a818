# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The datastores of one simulated device: what models read, who has locked what, and how an edit reaches the device."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from .journal import Journal
from .yang_cli import DeviceCli
from .yang_config import LICENSING, configuration, lines_for
from .yang_data import Data, ModelError, fitting, merged
from .yang_edit import edited
from .yang_modules import Models, models_of
from .yang_oper import operational
from .yang_state import licensing, moment
from .yang_xml import Xml

if TYPE_CHECKING:
    from .device import MockDevice

REFUSED = "inconsistent value: Device refused one or more commands"
CANDIDATE = "netconf-yang feature candidate-datastore"
SAVED = "Save running-config successful"


@dataclass(slots=True)
class Client:
    """One session of NETCONF, or one request of RESTCONF. ``way``: ``netconf`` or ``restconf``."""

    number: int
    user: str
    way: str
    source: str = "127.0.0.1"
    since: float = 0.0
    kill: Callable[[], None] = lambda: None

    @property
    def title(self) -> str:
        """As the lock message names it."""
        protocol = "ssh" if self.way == "netconf" else "https"
        return f"{self.number} {self.user} {protocol} ({self.way} from {self.source})"


class Datastores:
    """Running, and candidate where the configuration has that feature."""

    def __init__(self, device: MockDevice, journal: Journal) -> None:
        self.device = device
        self.models: Models = models_of(device.release)
        self.cli = DeviceCli(device, journal)
        self.requested: set[int] = set()
        """Reports that somebody has read: the model calls them unacknowledged, no longer closed."""
        self.sessions: dict[int, Client] = {}
        self._numbers = count(21)
        self._locks: dict[str, Client] = {}
        self._candidate: Data | None = None

    @property
    def with_candidate(self) -> bool:
        return self.device.config.section.has(CANDIDATE)

    @property
    def modules(self) -> Mapping[str, str]:
        """Name of a module by namespace; names as such too, since JSON has no namespaces."""
        known = {module.namespace: name for name, module in self.models.modules.items()}
        return known | {name: name for name in self.models.modules}

    @property
    def namespaces(self) -> Mapping[str, str]:
        return {name: module.namespace for name, module in self.models.modules.items()}

    def client(self, user: str, way: str, source: str = "127.0.0.1") -> Client:
        """A new session; :meth:`forget` ends it."""
        client = Client(next(self._numbers), user, way, source, self.device.now)
        if way == "netconf":
            self.sessions[client.number] = client
        return client

    def forget(self, client: Client) -> None:
        """A session is over: its locks go, and what it has not committed."""
        self.sessions.pop(client.number, None)
        for name, holder in list(self._locks.items()):
            if holder is client:
                del self._locks[name]
                if name == "candidate":
                    self._candidate = None

    # --- reading ------------------------------------------------------------------------------------------------------

    def config(self, source: str = "running") -> Data:
        if source == "candidate" and self._candidate is not None and self.with_candidate:
            return self._candidate
        return fitting(self.models.roots, configuration(self.device))

    def everything(self) -> Data:
        """Configuration and state."""
        state = {LICENSING: {"state": licensing(self.device, self.requested)}}
        state |= operational(self.device, self.models)
        state["ietf-netconf-monitoring:netconf-state"] = self._monitoring()
        return merged(self.config(), fitting(self.models.roots, state))

    def _monitoring(self) -> Data:
        schemas = [
            {
                "identifier": module.name,
                "version": module.revision,
                "format": "yang",
                "namespace": module.namespace,
                "location": ["NETCONF"],
            }
            for module in self.models.modules.values()
        ]
        sessions = [
            {
                "session-id": str(client.number),
                "transport": "netconf-ssh",
                "username": client.user,
                "source-host": client.source,
                "login-time": moment(client.since),
            }
            for client in self.sessions.values()
        ]
        capabilities = [text.strip() for text in self.models.capabilities(candidate=self.with_candidate)]
        data: Data = {"capabilities": {"capability": capabilities}, "schemas": {"schema": schemas}}
        return data | ({"sessions": {"session": sessions}} if sessions else {})

    # --- writing ------------------------------------------------------------------------------------------------------

    def edit(
        self,
        client: Client,
        elements: Sequence[Xml],
        *,
        target: str = "running",
        default: str = "merge",
        test: bool = False,
    ) -> None:
        """Change a datastore; ``test``: only see whether it could be. After a ModelError it is as it was."""
        self.check_target(target)
        self._check_lock(client, target)
        before = self.config(target)
        after = edited(self.models.roots, before, elements, self.modules, default)
        if test:
            return
        if target == "candidate":
            self._candidate = after
        else:
            self._apply(client, before, after)

    def check_target(self, target: str) -> None:
        """With a candidate, running is written by a commit only (yang.md 10.2)."""
        if target not in ("running", "candidate"):
            raise ModelError("operation-not-supported", f"datastore {target} is not supported", kind="protocol")
        if (target == "candidate") != self.with_candidate:
            raise ModelError("operation-not-supported", f"datastore {target} is not writable", kind="protocol")

    def commit(self, client: Client) -> None:
        self.check_target("candidate")
        self._check_lock(client, "running")
        self._check_lock(client, "candidate")
        if self._candidate is not None:
            after, self._candidate = self._candidate, None
            self._apply(client, self.config(), after)

    def discard(self, client: Client) -> None:
        self.check_target("candidate")
        self._check_lock(client, "candidate")
        self._candidate = None

    def _apply(self, client: Client, before: Data, after: Data) -> None:
        refused = self.cli.configure(lines_for(before, after), client.user, client.way)
        if refused:
            raise ModelError("invalid-value", REFUSED, refused=((refused.line, refused.response),))

    # --- locks --------------------------------------------------------------------------------------------------------

    def lock(self, client: Client, target: str) -> None:
        self._exists(target)
        holder = self._locks.get(target)
        if holder:
            raise locked_by(holder.title, holder.number, tag="lock-denied")
        self._locks[target] = client

    def unlock(self, client: Client, target: str) -> None:
        self._exists(target)
        if self._locks.get(target) is not client:
            raise ModelError(
                "operation-failed", f"the {target} datastore is not locked by this session", kind="protocol"
            )
        del self._locks[target]
        if target == "candidate":
            self._candidate = None

    def is_locked(self, target: str) -> bool:
        return target in self._locks

    @property
    def dirty(self) -> bool:
        """The candidate holds what is not committed."""
        return self._candidate is not None

    def _exists(self, target: str) -> None:
        if target != "running" and not (target == "candidate" and self.with_candidate):
            raise ModelError("operation-not-supported", f"datastore {target} is not supported", kind="protocol")

    def _check_lock(self, client: Client, target: str) -> None:
        holder = self._locks.get(target)
        if holder and holder is not client:
            raise locked_by(holder.title, holder.number)


def locked_by(title: str, number: int, *, tag: str = "in-use") -> ModelError:
    """Somebody else holds the lock; the message is the one thing about it that is known (yang.md 10.2, 10.5)."""
    message = f"the configuration database is locked by session {title}"
    return ModelError(tag, message, 409, "protocol", info=(("session-id", str(number)),))
