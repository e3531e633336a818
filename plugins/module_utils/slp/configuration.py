# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a device's configuration matters to licensing, whichever way it was read; and a change of it.

The same keys serve every way in: the CLI writes ``Change.lines``, the model-driven ones ``Change.settings``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

MASK = "********"
TAC_PROFILE = "CiscoTAC-1"
"""Cisco's own Call Home profile: it reports licensing data unless told not to (cli.md 1.6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHomeProfile:
    """One profile of ``call-home`` (cli.md 1.6). ``urls``: its HTTP destinations, () where only the default one is."""

    name: str
    active: bool = False
    http: bool = False
    email: bool = False
    licensing: bool = False
    """It reports smart-licensing data; only one active profile may."""
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Every setting as a plain key. None: not configured, or the way in cannot tell (its ``cannot`` says so).

    ``transport``: ``smart``, ``callhome``, ``cslu``, ``off`` as in ``LicenseState``. ``url`` is the bare URL that was
    configured by itself, never the copy that the parser writes beside ``url_smart``.
    """

    # license smart ... (cli.md 1.1), license air level (1.3)
    transport: str | None = None
    url_default: bool = False
    url: str | None = None
    url_smart: str | None = None
    url_cslu: str | None = None
    proxy_address: str | None = None
    proxy_port: int | None = None
    vrf: str | None = None
    interval: int | None = None
    """Days, as configured; None: the policy decides."""
    privacy_hostname: bool = False
    privacy_version: bool = False
    tag1: str | None = None
    tag2: str | None = None
    tag3: str | None = None
    tag4: str | None = None
    air_level: str | None = None
    """The whole value of the line, such as ``air-network-advantage addon air-dna-advantage``."""

    # how the device's HTTP client leaves (cli.md 1.4, 1.7)
    source_interface: str | None = None
    trustpoint_revocation: str | None = None
    """Methods of SLA-TrustPoint, such as ``crl`` or ``none``."""

    # Call Home (cli.md 1.6)
    service_call_home: bool = False
    call_home_contact: str | None = None
    call_home_privacy: bool = False
    http_proxy: str | None = None
    """Host of ``http-proxy`` under ``call-home``."""
    http_proxy_port: int | None = None
    call_home_profiles: tuple[CallHomeProfile, ...] = ()
    """By name."""

    # management access for a collector (cli.md 1.8)
    aaa_new_model: bool = False
    aaa_login: str | None = None
    """Methods of the list ``default``, such as ``local`` or ``group tacacs+ local``."""
    aaa_exec: str | None = None
    aaa_lists: tuple[str, ...] = field(default=(), metadata={"read_only": True})
    """Further login lists by which others than local users get in; read, never written."""
    http_server: bool = False
    https_server: bool = False
    http_authentication: str | None = None
    netconf: bool = False
    restconf: bool = False
    users: Mapping[str, int] = field(default_factory=dict)
    """Local users and their privileges; no password is ever read."""

    def as_dict(self) -> dict[str, Any]:
        """JSON-able values of every key that can be set."""
        return {name: plain_value(getattr(self, name)) for name in KEYS}

    def profile(self, name: str) -> CallHomeProfile | None:
        """The Call Home profile of this name, in any case of letters."""
        return next((entry for entry in self.call_home_profiles if entry.name.lower() == name.lower()), None)


KEYS: tuple[str, ...] = tuple(entry.name for entry in fields(Configuration) if not entry.metadata.get("read_only"))
"""What can be set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What ``plan`` decided (design, rule 9); empty, and false, when the device is as wanted.

    ``settings``: key of ``Configuration`` -> before, after. ``lines``: the CLI commands that do it, in order, the
    sections' own lines indented.
    ``passwords``: user -> new password, for ``users`` in ``settings``, and for users that only get a new password.
    """

    settings: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    lines: tuple[str, ...] = field(default=(), repr=False)
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.settings or self.passwords)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What may be shown nowhere."""
        return tuple(self.passwords.values())

    def masked(self) -> tuple[str, ...]:
        """``lines`` as they may be shown."""
        return tuple(self._mask(line) for line in self.lines)

    def as_diff(self) -> dict[str, str]:
        """Ansible's ``diff``: one line for each setting, before and after; secrets masked."""
        before, after = [], []
        for key, (old, new) in self.settings.items():
            before += setting_lines(key, old)
            after += setting_lines(key, new)
        for user in self.passwords:
            after.append(f"password of {user}: {MASK}")
        return {side: "".join(f"{line}\n" for line in lines) for side, lines in (("before", before), ("after", after))}

    def as_dict(self) -> dict[str, Any]:
        """``{key: {before, after}}`` for a result."""
        shown = {
            key: {"before": plain_value(old), "after": plain_value(new)} for key, (old, new) in self.settings.items()
        }
        return shown | ({"passwords": dict.fromkeys(self.passwords, MASK)} if self.passwords else {})

    def _mask(self, line: str) -> str:
        for user in self.passwords:
            head, found, _secret = line.partition(" secret ")
            if found and head.split()[:2] == ["username", user]:
                return f"{head}{found}{MASK}"
        return line


def setting_lines(key: str, value: Any) -> list[str]:
    """A setting as lines of a diff; none where it is not configured."""
    if value is None or value is False or value in ((), {}):
        return []
    if isinstance(value, Mapping):
        return [f"{key}: {name}: {item}" for name, item in sorted(value.items())]
    if isinstance(value, tuple):
        return [f"{key}: {plain_value(item)}" for item in value]
    return [f"{key}: {value}"]


def plain_value(value: Any) -> Any:
    """JSON-able."""
    if is_dataclass(value):
        return {entry.name: plain_value(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain_value(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [plain_value(item) for item in value]
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What else a preflight asks of a device; None: the way in cannot tell."""

    privilege: int | None = None
    """Of this login."""
    unsaved: bool | None = None
    """The running configuration was changed after it was saved last."""
    interfaces: frozenset[str] | None = None
    """Their names, as the device writes them."""
    vrfs: frozenset[str] | None = None
    """Those that are defined."""
