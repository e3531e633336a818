# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a world may hold beside its devices: the kinds of targets, as a fleet file describes them, and what each offers.

A fleet file is a list of devices, or ``{"devices": [...], "targets": [{"kind": "cslu", ...}, ...]}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Protocol


class Target(Protocol):
    """A server of the simulated world, seen by the world and its control interface."""

    name: str

    async def serve(self, host: str) -> None:
        """Listen on free ports of ``host`` and publish the names by which devices know it."""

    async def close(self) -> None:
        """Stop listening. Idempotent."""

    def facts(self) -> dict[str, Any]:
        """For world.json: addresses, ports, credentials of the simulation."""

    def state(self) -> dict[str, Any]:
        """Everything that happened here, for tests. Holds no secret."""

    async def do(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What a person does at its screens. Raises LookupError: no such action; ValueError: refused, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSpec:
    """``name``: how faults, the control interface and the journal call it. ``hostname``: how devices call it.

    ``proxy``: the name of a ``proxy`` target through which it reaches CSSM; empty: directly.
    """

    kind: ClassVar[str] = ""
    name: str
    hostname: str
    proxy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsluSpec(TargetSpec):
    kind: ClassVar[str] = "cslu"
    name: str = "cslu"
    hostname: str = "cslu-local"
    version: str = "2.3.1"
    connected: bool = True
    """"Cisco Connectivity" is on: it sends reports on and fetches ACKs by itself."""
    smart_account: str = "example.com"
    virtual_account: str = "DEFAULT"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPremSpec(TargetSpec):
    kind: ClassVar[str] = "onprem"
    name: str = "onprem"
    hostname: str = "onprem.example.net"
    version: str = "8-202404"
    connected: bool = True
    """False: it exchanges files with CSSM."""
    tenants: tuple[Mapping[str, Any], ...] = field(
        default=({"name": "WLAN-1", "smart_account": "example.com", "virtual_account": "DEFAULT"},)
    )
    """Local accounts: name (the tenant in the URL), the account behind it, ``synchronized`` (default false)."""
    nat_support: bool = False
    schedule_hours: float = 0.0
    """Hours between two usage synchronisations; 0: on demand only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CenterSpec(TargetSpec):
    kind: ClassVar[str] = "catalyst_center"
    name: str = "catalyst_center"
    hostname: str = "center.example.net"
    version: str = "2.3.7"
    smart_account: str = "example.com"
    virtual_account: str = "DEFAULT"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySpec(TargetSpec):
    kind: ClassVar[str] = "proxy"
    name: str = "proxy"
    hostname: str = "proxy.example.net"
    port: int = 3128
    allow: tuple[str, ...] = ()
    """Hosts to which it connects; empty: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySpec(TargetSpec):
    kind: ClassVar[str] = "gateway"
    name: str = "gateway"
    hostname: str = "gateway.example.net"


KINDS: Mapping[str, type[TargetSpec]] = {
    spec.kind: spec for spec in (CsluSpec, OnPremSpec, CenterSpec, ProxySpec, GatewaySpec)
}


def target_spec(data: Mapping[str, Any]) -> TargetSpec:
    """From an entry of a fleet file. Raises ValueError naming an unknown kind or key."""
    values = dict(data)
    kind = values.pop("kind", None)
    if kind not in KINDS:
        raise ValueError(f"target kind {kind!r} is none of {', '.join(KINDS)}")
    unknown = set(values) - {entry.name for entry in fields(KINDS[kind])}
    if unknown:
        raise ValueError(f"target {kind}: unknown key(s) {', '.join(sorted(unknown))}")
    for key, value in values.items():
        if isinstance(value, list):
            values[key] = tuple(value)
    return KINDS[kind](**values)
