# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The driver over NETCONF (yang.md 10)."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from xml.etree import ElementTree  # only for what the domain wrote itself

from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import Edit, Read, Rpc, Tree

from .model_driver import LOCK_PATIENCE, ModelWay, RefusedError, patiently, refused, slow
from .netconf_session import BASE, NetconfSession
from .settings import LoginSettings

_CANDIDATE = "urn:ietf:params:netconf:capability:candidate:1.0"
_ROLLBACK = "urn:ietf:params:netconf:capability:rollback-on-error:1.0"
_UNKNOWN = frozenset({"unknown-element", "unknown-namespace"})


class NetconfDriver:
    """A ``ModelDriver``. Logs in when it is made; ``close`` it, or use it as a context manager."""

    way: ModelWay = "netconf"

    def __init__(self, settings: LoginSettings, *, patience: float = LOCK_PATIENCE) -> None:
        self.host = settings.name
        self.user = settings.device.user
        self._settings = settings
        self._patience = patience
        self._session = NetconfSession(settings)
        offered = self._session.capabilities
        self._target = "candidate" if _CANDIDATE in offered else "running"
        self._on_error = "<error-option>rollback-on-error</error-option>" if _ROLLBACK in offered else ""

    def __enter__(self) -> NetconfDriver:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()

    def read(self, read: Read) -> Tree:
        try:
            return self._get(read.filter, config=read.config)
        except RefusedError as error:
            parts = _elements(read.filter)
            if not error.tags <= _UNKNOWN or len(parts) < 2:
                raise
        return yang.merge(*(self._get_known(part, config=read.config) for part in parts))

    def edit(self, edits: Sequence[Edit]) -> None:
        with self._locked():
            try:
                for edit in edits:
                    self._ask(
                        "the configuration",
                        f'<edit-config xmlns="{BASE}"><target><{self._target}/></target>'
                        f"{self._on_error}<config>{edit.config}</config></edit-config>",
                    )
                if self._target == "candidate":
                    self._ask(
                        "the configuration", f'<commit xmlns="{BASE}"/>', timeout=slow(self._settings.command_timeout)
                    )
            except SlpError:
                if self._target == "candidate":  # unlocked with changes in it, nobody else could lock it
                    with contextlib.suppress(SlpError):
                        self._ask("to discard the changes", f'<discard-changes xmlns="{BASE}"/>')
                raise

    def call(self, rpc: Rpc) -> Tree:
        seconds = self._settings.command_timeout
        return self._ask(rpc.name, rpc.xml, timeout=slow(seconds) if rpc.slow else seconds, secrets=rpc.secrets)

    def _get(self, filter_: str, *, config: bool) -> Tree:
        name, source = ("get-config", "<source><running/></source>") if config else ("get", "")
        return self._ask(name, f'<{name} xmlns="{BASE}">{source}<filter type="subtree">{filter_}</filter></{name}>')

    def _get_known(self, filter_: str, *, config: bool) -> Tree:
        """One part of a filter; nothing where the release lacks its model."""
        try:
            return self._get(filter_, config=config)
        except RefusedError as error:
            if error.tags <= _UNKNOWN:
                return {}
            raise

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        target = f"<target><{self._target}/></target>"
        self._ask("the lock of the configuration", f'<lock xmlns="{BASE}">{target}</lock>')
        try:
            yield
        finally:
            # The lock ends with the session anyway, and an error of the block is the one to tell
            with contextlib.suppress(SlpError):
                self._ask("unlock", f'<unlock xmlns="{BASE}">{target}</unlock>')

    def _ask(self, doing: str, operation: str, *, timeout: float | None = None, secrets: Collection[str] = ()) -> Tree:
        hidden = {secret for secret in (*secrets, self._settings.device.password) if secret}

        def once() -> Tree:
            tree = yang.read_xml(self._session.call(doing, operation, timeout=timeout), name=doing)
            errors = yang.errors_of(tree, secrets=hidden)
            if any(not error.warning for error in errors):
                raise refused(doing, errors, host=self.host)
            return tree

        try:
            return patiently(once, patience=self._patience)
        except SlpError as error:
            error.host = error.host or self.host
            raise


def _elements(filter_: str) -> list[str]:
    """The elements of a filter, each for itself."""
    root = ElementTree.fromstring(f"<filter>{filter_}</filter>")  # noqa: S314 - our own text
    return [ElementTree.tostring(element, encoding="unicode") for element in root]
