# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What simulated devices do by themselves, on a network whose servers take everything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from ansible_collections.c9800.slp.plugins.plugin_utils.mock import wire
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import read_usage

from tests.unit.mock.collector_tools import waiting
from tests.unit.mock.dev_tools import Console, acknowledged, make_device, saved
from tests.unit.mock.online_tools import (
    CSLU_URL,
    DDCE,
    SMART,
    Network,
    Server,
    acknowledging,
    logged,
    serving,
    shown,
    trusting,
    typed,
)

from .seed_questions import THROTTLE_GATES

A, B = "TTM0000A001", "TTM0000A002"
ALONE = {"platform": "C9800-40", "serial": A}
PAIR = {**ALONE, "standby_serial": B}
DAY = 86_400


def ran(scenario: Callable[..., Coroutine[Any, Any, Any]], *given: Any, **more: Any) -> Callable[[], Any]:
    """What the scenario returns, when it is asked for."""
    return lambda: asyncio.run(scenario(*given, **more))


class Pushing:
    """A network with every server that a device may push to, all of them acknowledging."""

    def __init__(self) -> None:
        self.network = Network()
        self.server: Server

    async def __aenter__(self) -> Pushing:
        self._plain = serving(self.network, ("cslu.example.net", 8182), ("onprem.example.net", 80))
        self._secure = serving(self.network, (SMART, 443), (DDCE, 443), tls=True)
        self.plain, self.secure = await self._plain.__aenter__(), await self._secure.__aenter__()
        for server in (self.plain, self.secure):
            server.answers = {**acknowledging(), wire.TRUST: trusting, wire.SYNC: trusting}
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self._secure.__aexit__(None, None, None)
        await self._plain.__aexit__(None, None, None)

    @property
    def operations(self) -> list[str]:
        return [*self.plain.operations, *self.secure.operations]

    @property
    def reports(self) -> int:
        return self.operations.count(wire.USAGE)


def kinds(device: MockDevice) -> dict[str, str]:
    """Of the trust codes, by serial number."""
    return {udi.rpartition(":")[2]: code["kind"] for udi, code in device.snapshot()["trust"].items()}


def serials(udis: Any) -> list[str]:
    return sorted(str(udi).rpartition(":")[2] for udi in udis)


async def fresh() -> dict[str, Any]:
    """A new device that talks to nobody: what it is set to, and what it does about its licences."""
    device = make_device(aps=3, transport="cslu")
    return {
        "transport": shown(device, "Type"),
        "used": "IN USE" in Console(device).run("show license usage"),
        "trust": kinds(device),
        "interval": shown(device, "Reporting push interval"),
    }


async def unheard() -> tuple[bool, bool, bool]:
    """What a device keeps and says that reaches nobody: its reports, the failure, by UDI."""
    network = Network()
    device = network.device(cslu_url="http://nowhere.example.net:8182/cslu/v1/pi", waiting_reports=2)
    typed(device, "license smart sync local")
    await network.pass_time(10)
    said = logged(device, "%SMART_LIC-3-COMM_FAILED")
    return bool(said), waiting(device) >= 2, "SN:9SIM0000001" in Console(device).run("show license udi")


async def pushed(
    spec: dict[str, Any], *, trusted: bool = False, scope: str = "all"
) -> tuple[list[str], dict[str, str]]:
    """One report to a collector: for whom it asks a trust code, and the codes after its ACK."""
    async with Pushing() as servers:
        device = servers.network.device(cslu_url=CSLU_URL, **spec)
        if trusted:  # the first ACK brings the active unit's code, then a standby joins
            typed(device, "license smart sync local")
            await servers.network.pass_time(70)
            await device.do("add_standby", {"serial": B})
        typed(device, f"license smart sync {scope}")
        await servers.network.pass_time(0)
        asked = serials(servers.plain.usage().trust_requests)
        await servers.network.pass_time(70)
        return asked, kinds(device)


async def throttled(**spec: Any) -> list[str]:
    """Releases that hold back a second report of a day; all of them send it when told to sync."""
    found = []
    for release in THROTTLE_GATES:
        async with Pushing() as servers:
            device = servers.network.device(release=release, **spec)
            typed(device, "license smart sync local")
            await servers.network.pass_time(600)
            await device.do("reload", {})  # calls for a report
            await servers.network.pass_time(600)
            if servers.reports == 1:
                found.append(release)
            typed(device, "license smart sync local")
            await servers.network.pass_time(5)
            assert servers.reports == (2 if release in found else 3), release
    return found


async def directly(transport: str) -> tuple[list[str], str]:
    """What goes over the network, and to which path."""
    async with Pushing() as servers:
        device = servers.network.device(transport=transport)
        typed(device, "license smart trust idtoken T local")
        await servers.network.pass_time(10)
        typed(device, "license smart sync local")
        await servers.network.pass_time(0)
        return servers.plain.operations, servers.secure.paths[-1]


async def by_files(release: str, *, factory: bool = False) -> tuple[list[str], set[str]]:
    """A saved file of a pair: for whom it asks codes; the kinds after the ACK was imported."""
    device = make_device(aps=3, transport="off", release=release, factory_trust=factory, **PAIR)
    reports = saved(device)
    asked = serials(read_usage(device.flash.read("rum.txt")).trust_requests)
    acknowledged(device, reports, trust=bool(asked))
    return asked, set(kinds(device).values())


async def silent() -> tuple[bool, list[str]]:
    """Transport off: the date of the next push moves with each event, and nothing is sent, not on command either."""
    async with Pushing() as servers:
        device = servers.network.device(transport="off", cslu_url=CSLU_URL, **PAIR)
        await servers.network.pass_time(3600)
        moved = []
        for action, arguments in EVENTS.items():
            before = shown(device, "Next report push")
            await servers.network.pass_time(300)
            await device.do(action, arguments)
            moved.append(shown(device, "Next report push") != before)
        typed(device, "license smart sync all")
        await servers.network.pass_time(40 * DAY)
        return all(moved), servers.operations


EVENTS: dict[str, dict[str, Any]] = {
    "switchover": {},
    "reload": {},
    "remove_standby": {},
    "add_standby": {"serial": "TTM0000A003"},
}


async def events(transport: str) -> dict[str, tuple[bool, int, int]]:
    """By event: whether the date moved, and how many trust synchronisations and reports followed."""
    found = {}
    for action, arguments in EVENTS.items():
        async with Pushing() as servers:
            spec = ALONE if action == "add_standby" else PAIR
            device = servers.network.device(transport=transport, cslu_url=CSLU_URL, release="17.8.1", **spec)
            if transport == "smart":
                typed(device, "license smart trust idtoken T all")
                await servers.network.pass_time(6)
            typed(device, "license smart sync all")
            await servers.network.pass_time(3600)
            before, seen = shown(device, "Next report push"), len(servers.operations)
            await device.do(action, arguments)
            moved = shown(device, "Next report push") != before
            await servers.network.pass_time(300)
            new = servers.operations[seen:]
            found[action] = (moved, new.count(wire.SYNC), new.count(wire.USAGE))
    return found


async def reporters() -> tuple[list[str], list[str]]:
    """Who signs the reports of a pair, and of whom they tell."""
    async with Pushing() as servers:
        device = servers.network.device(cslu_url=CSLU_URL, **PAIR)
        await servers.network.pass_time(3600)
        typed(device, "license smart sync all")
        await servers.network.pass_time(0)
        usage = servers.plain.usage()
        return serials({report.udi for report in usage.reports}), serials(device.agent.udis)


async def added_standby_reported() -> bool:
    """The report that follows names the unit that joined."""
    async with Pushing() as servers:
        device = servers.network.device(cslu_url=CSLU_URL, release="17.8.1", **ALONE)
        await servers.network.pass_time(3600)
        await device.do("add_standby", {"serial": B})
        await servers.network.pass_time(300)
        return any(B in report.payload for report in servers.plain.usage().reports)


async def one_policy() -> tuple[str, str]:
    """The name of the policy before and after the units have changed places."""
    async with Pushing() as servers:
        device = servers.network.device(cslu_url=CSLU_URL, **PAIR)
        typed(device, "license smart sync all")
        await servers.network.pass_time(120)
        before = shown(device, "Policy name")
        await device.do("switchover", {})
        return before, shown(device, "Policy name")


async def deadlines() -> list[int]:
    """Days until the deadline: on the default policy, after an ACK with policy, after a change of use on top."""
    device = make_device(aps=3, transport="off")
    agent = device.agent
    before = (agent.ack_deadline - agent.memory.first_use) / DAY
    acknowledged(device, saved(device))
    after = (agent.ack_deadline - agent.memory.last_ack) / DAY
    device.clock.advance(10 * DAY)
    device.set_aps(5)
    changed = (agent.ack_deadline - device.now) / DAY
    return [round(before), round(after), round(changed)]
