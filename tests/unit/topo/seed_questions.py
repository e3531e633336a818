# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the rules of the seed that bind the product are asked: of the table, the gates, the decisions and the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.audit import audit
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import Configuration
from ansible_collections.c9800.slp.plugins.module_utils.slp.desired import Settings, plan, wanted
from ansible_collections.c9800.slp.plugins.module_utils.slp.preflight import Facts, Plans, preflight
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import RumCounters, Trust
from ansible_collections.c9800.slp.plugins.module_utils.slp.sync import decide_sync
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES, Topology, find, gate
from ansible_collections.c9800.slp.plugins.module_utils.slp.trust import decide_trust

from .states import NEVER, NOW, RIGHT_TRANSPORT, acked, at, healthy, units
from .states import PAIR as UDIS

DIRECT = {name for name in TOPOLOGIES if name.startswith("direct")}
OF_CSLU = {name for name in TOPOLOGIES if name.startswith("cslu")}
OF_ONPREM = {name for name in TOPOLOGIES if name.startswith("onprem")}
PUSHED_TO_CSLU = {"cslu_push", "cslu_offline_push"}
EARLY, FIRST = "17.6.5", "17.7.1"
THROTTLE_GATES = ("17.6.3", "17.6.4", "17.6.8", "17.7.1", "17.8.1", "17.9.1", "17.12.4")
THROTTLED = ["17.6.4", "17.6.8", "17.9.1", "17.12.4"]


def rows_where(condition: Callable[[Topology], Any]) -> set[str]:
    return {row.id for row in TOPOLOGIES.values() if condition(row)}


def state_in(topology: str, release: str = "17.12.4", **changes: Any):
    """A healthy controller of this topology."""
    return healthy(**{"transport": RIGHT_TRANSPORT[topology], "release": Release.parse(release), **changes})


def factory_unit():
    return tuple(replace(unit, trust=Trust(state="installed", kind="Factory")) for unit in units(True))


def refusals(topology: str, release: str | None = None, **wish: Any) -> list[str]:
    return [objection.code for objection in gate(topology, release and Release.parse(release), **wish)]


def by_release(topology: str, *releases: str, **wish: Any) -> list[list[str]]:
    return [refusals(topology, release, **wish) for release in releases]


def by_version(topology: str, *versions: str, **wish: Any) -> list[list[str]]:
    return [refusals(topology, collector_version=version, **wish) for version in versions]


def trust(topology: str, *, token: bool = True, replace_factory: bool = False, **changes: Any) -> str:
    state = state_in(topology, **changes)
    return str(decide_trust(find(topology), state, now=NOW, token=token, replace_factory=replace_factory).verdict)


def report(topology: str, **changes: Any) -> str:
    state = state_in(topology, **{"reporting": NEVER, **changes})
    return str(decide_sync(find(topology), state, now=NOW, max_age=timedelta(days=1)).verdict)


def judged(topology: str, **changes: Any):
    return audit(state_in(topology, **changes), topology=topology, now=NOW)


def trust_findings(topology: str, release: str, *codes: bool) -> list[str]:
    found = judged(topology, release=release, units=units(*codes), reporting=NEVER).findings
    return [finding.code for finding in found if finding.code.startswith("trust")]


def said_throttled(topology: str) -> list[str]:
    """Releases on which audit, preflight and sync say that a second report of the day waits, unless told to sync."""
    found = []
    for release in THROTTLE_GATES:
        reporting = replace(acked(), last_push=at(-0.5))
        state = state_in(topology, release, reporting=reporting, rum=RumCounters(available=1))
        row = find(topology)
        facts = Facts(
            row=row, state=state, current=Configuration(), settings=Settings(), plans=Plans(token=False), now=NOW
        )
        noted = next((one for one in preflight(facts) if one.code == "throttled"), None)
        heard = next(
            (one for one in audit(state, topology=topology, now=NOW).findings if one.code == "throttled"), None
        )
        decision = decide_sync(row, state, now=NOW, max_age=timedelta(hours=1))
        told = any("overrides" in note for note in decision.notes)
        assert bool(noted) == bool(heard) == told == (row.throttled and release in THROTTLED), (topology, release)
        if noted and heard:
            assert "license smart sync" in noted.remedy
            assert "license smart sync" in heard.text
            assert decision.verdict == "do"
            found.append(release)
    return found


def order_of_configuration() -> list[str]:
    settings = Settings(proxy_address="proxy.example.com", proxy_port=3128, vrf="MGMT", source_interface="Vlan9")
    here = Configuration(transport="off")
    lines = plan(wanted(find("direct_smart_proxy"), settings, here), here).lines
    words = ("transport", "url", "proxy address", "proxy port", "vrf", "source-interface")
    return [word for line in lines for word in words if word in line]


def summed(topology: str, codes: tuple[bool, ...]) -> tuple[int | None, int | None]:
    found = judged(topology, units=units(*codes, udis=UDIS))
    return found.trust_installed, found.trust_total
