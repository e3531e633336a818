# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of topologies, and what can be read from it: who is refused, and why.

``TOPOLOGIES`` is the one place that knows the thirteen ways to CSSM (design, rule 4). The functions below never ask
which topology they have: they compare a row's fields with what is known of a device and of what a user wants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, TypedDict, Unpack

from ._topology_model import (
    SLP_BEGINS,
    Collector,
    Desired,
    Initiator,
    Proxy,
    Steps,
    Topology,
    Trust,
    TrustRule,
    UrlRule,
)
from ._topology_table import CALL_HOME_URL, ROWS, SMART_URL
from .errors import SlpError
from .releases import Release

__all__ = [
    "CALL_HOME_URL",
    "SLP_BEGINS",
    "SMART_URL",
    "TOPOLOGIES",
    "Collector",
    "Desired",
    "Initiator",
    "Objection",
    "Proxy",
    "Steps",
    "Topology",
    "Trust",
    "TrustRule",
    "UrlRule",
    "Wish",
    "advise",
    "find",
    "gate",
]

TOPOLOGIES: Mapping[str, Topology] = MappingProxyType({row.id: row for row in ROWS})

# `license smart vrf` and the VRF field appear with 17.7-era agents (cli.md 0.1, 1.1).
_VRF_BEGINS = Release.parse("17.7.1")
_INTERVAL_MAX = 3650  # cli.md 1.1


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a wish meets a gate. ``refuses``: stop before anything is touched; otherwise it is advice."""

    code: str
    reason: str
    remedy: str
    refuses: bool = True

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Wish(TypedDict, total=False):
    """What is known of a device and wanted for it. What is left out, None or empty is unknown or not asked for."""

    is_controller: bool | None
    slp_enabled: bool | None
    url: str
    proxy: Proxy | None
    vrf: str
    interval: int | None
    """Days."""
    behind_nat: bool
    collector_version: str
    """As the vendor writes it: ``8-202102``, ``2.2.2``."""
    collector_proxy: bool
    """The collector reaches CSSM through a proxy."""


class _Asked(Wish):
    release: Release | None


def find(topology: str) -> Topology:
    """Return the row with this id. Raises SlpError naming the known ids."""
    try:
        return TOPOLOGIES[topology]
    except KeyError:
        known = ", ".join(TOPOLOGIES)
        raise SlpError("unknown topology", subject=topology, remedy=f"slp_topology is one of {known}") from None


def gate(topology: str | Topology, release: Release | None, **wish: Unpack[Wish]) -> list[Objection]:
    """Return what forbids this topology, each with reason and remedy; empty when nothing does.

    What is unknown is not refused.
    """
    return [objection for objection in _examine(topology, {**wish, "release": release}) if objection.refuses]


def advise(topology: str | Topology, release: Release | None, **wish: Unpack[Wish]) -> list[Objection]:
    """Return what is allowed and still worth a warning."""
    return [objection for objection in _examine(topology, {**wish, "release": release}) if not objection.refuses]


def _examine(topology: str | Topology, asked: _Asked) -> Iterator[Objection]:
    row = topology if isinstance(topology, Topology) else find(topology)
    for rule in _RULES:
        yield from rule(row, asked)


def _device(_row: Topology, asked: _Asked) -> Iterator[Objection]:
    """cli.md 6.3: before SLP, and platforms that are not ours."""
    release = asked["release"]
    if asked.get("slp_enabled") is False or (release is not None and release < SLP_BEGINS):
        found = f"release {release}" if release is not None else "this release"
        yield Objection(
            "before_slp", f"{found} has no Smart Licensing Using Policy", f"Upgrade to {SLP_BEGINS} or later first"
        )
    if asked.get("is_controller") is False:
        yield Objection("platform", "this is neither a Catalyst 9800 nor an EWC-AP", "Take the host out of the play")


def _release(row: Topology, asked: _Asked) -> Iterator[Objection]:
    """seed, tables 1 and 2."""
    release = asked["release"]
    if release is not None and SLP_BEGINS <= release < row.min_release:
        yield Objection(
            "release",
            f"{row.title} needs {row.min_release}, the device runs {release}",
            f"Upgrade to {row.min_release} or later, or choose another topology",
        )


def _collector(row: Topology, asked: _Asked) -> Iterator[Objection]:
    """seed, tables 1 and 2, and the proxy limitation of SSM On-Prem."""
    version, server = asked.get("collector_version", ""), row.collector
    if not version:
        return
    if server.older(version, server.min_version):
        yield Objection(
            "collector_version",
            f"{server.name} {version} does not know Smart Licensing Using Policy",
            f"Upgrade {server.name} to {server.min_version} or later before the devices",
        )
    if asked.get("collector_proxy") and server.older(version, server.usage_proxy_since):
        yield Objection(
            "collector_proxy",
            f"{server.name} {version} cannot synchronise usage with CSSM through a proxy",
            f"Upgrade {server.name} to {server.usage_proxy_since} or later, or synchronise by file",
        )


def _nat(row: Topology, asked: _Asked) -> Iterator[Objection]:
    """seed, SSM On-Prem limitations."""
    if asked.get("behind_nat") and not row.collector.nat:
        yield Objection(
            "nat",
            f"{row.collector.name} cannot collect from a product instance behind NAT",
            f"Let the device push, and enable NAT support in {row.collector.name}",
        )


def _url(row: Topology, asked: _Asked) -> Iterator[Objection]:
    """cli.md 1.2 and 6.3."""
    rule, url = row.desired.url, asked.get("url", "")
    if not url:
        return
    if rule is None:
        yield Objection("url", f"{row.title} has no URL on the device", "Leave the URL out", refuses=False)
        return
    if not rule.accepts(url):
        yield Objection(
            "url",
            f"{url} is not the URL that this topology needs",
            f"Configure one of the form {rule.template} with `{rule.command}`",
        )
    elif url.lower().startswith("http:") and rule.template.startswith("https:"):
        yield Objection("url_http", f"{url} is not encrypted", f"Prefer {rule.template}", refuses=False)


def _proxy(row: Topology, asked: _Asked) -> Iterator[Objection]:
    """cli.md 1.1, 5.6, 6.3: `license smart proxy` works with smart and cslu only, `http-proxy` with call home."""
    proxy = asked.get("proxy")
    if proxy is None or proxy is row.desired.proxy:
        return
    remedy = f"Choose topology {row.with_proxy}" if row.with_proxy else "Leave it out"
    if row.desired.proxy is not None:
        remedy = f"Its proxy is of kind {row.desired.proxy}"
    yield Objection("proxy", f"a proxy of kind {proxy} has no effect in {row.title}", remedy)


def _vrf(row: Topology, asked: _Asked) -> Iterator[Objection]:
    """cli.md 1.1, 6.3."""
    release = asked["release"]
    if not asked.get("vrf"):
        return
    if not row.desired.vrf:
        yield Objection("vrf", f"`license smart vrf` has no effect in {row.title}", "Leave the VRF out")
    elif release is not None and release < _VRF_BEGINS:
        yield Objection(
            "vrf",
            f"release {release} has no `license smart vrf`",
            f"Upgrade to {_VRF_BEGINS} or later, or use a source interface outside the VRF",
        )


def _interval(row: Topology, asked: _Asked) -> Iterator[Objection]:
    """cli.md 1.1, 6.3."""
    days = asked.get("interval")
    if days is None:
        return
    if not 0 <= days <= _INTERVAL_MAX:
        yield Objection("interval", f"an interval of {days} days", f"Give 1 to {_INTERVAL_MAX} days")
    elif days == 0 and row.push_moves:
        yield Objection("interval_0", "interval 0: the device never sends a report", "Give 1 or more", refuses=False)


_RULES: tuple[Callable[[Topology, _Asked], Iterator[Objection]], ...] = (
    _device,
    _release,
    _collector,
    _nat,
    _url,
    _proxy,
    _vrf,
    _interval,
)
