# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What simulated servers take of devices and of people, and what they decline."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from ansible_collections.c9800.slp.plugins.plugin_utils.mock import wire
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.center import Center
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cslu import Cslu
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.onprem import OnPrem
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.targets import CenterSpec, CsluSpec, OnPremSpec

from tests.unit.mock.collector_tools import Place, Pusher, login, reachable, standing
from tests.unit.mock.dev_tools import Console
from tests.unit.mock.online_tools import CSLU_URL, shown, typed
from tests.unit.mock.test_online_world import attached, token, whole

from .seed_push import ALONE, DAY, B, kinds

ONPREM_URL = "https://onprem.example.net/cslu/v1/pi/WLAN-1"
SYNCHRONIZED = ({"name": "WLAN-1", "smart_account": "example.com", "virtual_account": "Campus", "synchronized": True},)


async def refused(action: Coroutine[Any, Any, Any]) -> bool:
    """Whether a server declines what a person wants of it."""
    try:
        await action
    except (ValueError, LookupError):
        return True
    return False


async def pulled(method: str) -> tuple[bool, dict[str, str]]:
    """A collector reads a device: the ACK comes, a code does not; it brings one when it is told to."""
    place = Place(ready_after=5)
    device = place.device(services=["netconf", "restconf", "rest"], transport="off")
    cslu = Cslu(CsluSpec(), place)
    async with standing(place, cslu), reachable(place, device):
        await cslu.do("add_device", login(device, method))
        await cslu.do("collect", {"device": "wlc1"})
        await place.pass_time(10)
        before = kinds(device)
        await cslu.do("trust_code", {"device": "wlc1"})
        await place.pass_time(20)
        return device.agent.memory.last_ack is not None and not before, kinds(device)


async def factory_directly() -> tuple[bool, bool]:
    """Whether CSSM takes a report on a factory code, and on the one that replaces it."""
    place = Place(ready_after=0)
    async with whole(place):
        device = attached(place, transport="smart", factory_trust=True)
        typed(device, "license smart sync local")
        await place.pass_time(120)
        before = shown(device, "Last ACK received") != "<none>"
        typed(device, f"license smart trust idtoken {token(place)} local force")
        await place.pass_time(10)
        typed(device, "license smart sync local")
        await place.pass_time(120)
        return before, shown(device, "Last ACK received") != "<none>"


async def cslu_by_files() -> tuple[bool, bool, dict[str, str]]:
    """CSLU without a connection: nothing reaches CSSM, the file does, and the ACK brings the code."""
    place = Place(ready_after=0)
    async with whole(place, connected=False) as targets:
        device = attached(place)
        Console(device).configure(f"license smart url cslu {CSLU_URL}")
        typed(device, "license smart sync all")
        await place.pass_time(3600)
        alone = place.cssm.state()["requests"] == []
        assert shown(device, "Last ACK received") == "<none>"
        document = await targets["cslu"].do("download_for_cisco", {})
        assert document["file"]
        await targets["cslu"].do("set_connectivity", {"connected": True})
        await targets["cslu"].do("report", {})
        await place.pass_time(10)
        typed(device, "license smart sync all")
        await place.pass_time(1)
        return alone, shown(device, "Last ACK received") != "<none>", kinds(device)


async def joined_pair(*, before: str) -> tuple[list[str], dict[str, str]]:
    """A standby joins a directly connected device of account Campus: all accounts that CSSM has units in, and codes.

    ``before``: an account that the new unit was in by itself.
    """
    place = Place(ready_after=3)
    async with whole(place):
        if before:
            other = attached(place, name="wlc2", transport="smart", platform="C9800-40", serial=B)
            virtual = place.cssm._accounts.smart["example.com"].virtual[before]
            typed(other, f"license smart trust idtoken {place.cssm.id_tokens.create(virtual, days=30).token} all")
            await place.pass_time(10)
            Console(other).configure("license smart transport off")
        device = attached(place, transport="smart", **ALONE)
        typed(device, f"license smart trust idtoken {token(place)} all")
        await place.pass_time(6)
        await device.do("add_standby", {"serial": B})
        await place.pass_time(600)
        assert shown(device, "Last ACK received") != "<none>"
        instances = place.cssm.state()["product_instances"]
        return sorted({instance["virtual_account"] for instance in instances}), kinds(device)


async def n_plus_1() -> tuple[list[str], int]:
    """Two controllers for each other's access points: their accounts, and how many trust synchronisations."""
    place = Place(ready_after=0)
    async with whole(place):
        devices = [
            attached(place, name=f"wlc{number}", serial=f"9SIM000000{number}", transport="smart") for number in (1, 2)
        ]
        for device in devices:
            typed(device, f"license smart trust idtoken {token(place)} local")
        await place.pass_time(10)
        for device in devices:
            typed(device, "license smart sync local")
        await place.pass_time(120)
        instances = place.cssm.state()["product_instances"]
        synchronised = sum("Trust Sync" in device.snapshot()["communication"] for device in devices)
        return [instance["virtual_account"] for instance in instances], synchronised


async def center_versions(*versions: str) -> list[bool]:
    """Whether a Catalyst Center of that version takes no device."""
    found = []
    for version in versions:
        place = Place()
        device = place.device(services=["netconf"], transport="off")
        center = Center(CenterSpec(version=version), place)
        async with standing(place, center), reachable(place, device):
            found.append(await refused(center.do("add_device", login(device, "netconf"))))
    return found


async def center() -> dict[str, Any]:
    """The steps of Catalyst Center, each first where it must not yet work."""
    place = Place(ready_after=5)
    device = place.device(services=["netconf"], transport="off")
    center = Center(CenterSpec(), place)
    one = {"device": "wlc1"}
    found: dict[str, Any] = {}
    async with standing(place, center), reachable(place, device):
        found["another way than NETCONF"] = await refused(center.do("add_device", login(device, "rest")))
        found["no inventory"] = await refused(center.do("report", one))
        await center.do("add_device", login(device, "netconf"))
        found["no site"] = await refused(center.do("report", one))
        await center.do("assign_site", {**one, "site": "Global/Berlin"})
        found["schedule first"] = await refused(center.do("schedule", one))
        await center.do("report", {**one, "virtual_account": "Campus"})
        found["schedule then"] = await refused(center.do("schedule", one))
        await place.pass_time(10)
        first = device.agent.memory.last_ack
        found["another account"] = await refused(center.do("report", {**one, "virtual_account": "DEFAULT"}))
        found["SLAC"] = await refused(center.do("install_slac", one))
        await place.pass_time(61 * DAY)
        found["scheduled"] = first is not None and device.agent.memory.last_ack > first
        found["trust"] = kinds(device)
    return found


async def onprem_gate(**versions: str) -> bool:
    """Whether SSM On-Prem takes no report of a device."""
    place = Place()
    onprem = OnPrem(OnPremSpec(version=versions.get("version", "8-202404")), place)
    async with standing(place, onprem):
        device = place.device(release=versions.get("release", "17.12.4"))
        return (await Pusher(place, device, ONPREM_URL).say(wire.HELLO)).status == wire.FAILED


async def all_gates(name: str, *values: str) -> list[bool]:
    return [await onprem_gate(**{name: value}) for value in values]


async def onprem_synchronisation() -> tuple[bool, bool, bool]:
    """Usage before the account is refused; then by hand; a schedule does it as well."""
    place = Place(ready_after=5)
    onprem = OnPrem(OnPremSpec(), place)
    async with standing(place, onprem):
        device = place.device()
        pusher = Pusher(place, device, ONPREM_URL)
        ticket = await pusher.push()
        before = await refused(onprem.do("synchronize_usage", {}))
        await onprem.do("synchronize_account", {})
        await onprem.do("synchronize_usage", {})
        await place.pass_time(10)
        by_hand = (await pusher.poll(ticket)).status == wire.COMPLETE
        await onprem.do("set_usage_schedule", {"hours": 12})
        device.clock.advance(DAY)
        ticket = await pusher.push()
        await place.pass_time(13 * 3600)
        return before, by_hand, (await pusher.poll(ticket)).status == wire.COMPLETE


async def onprem_proxy(*versions: str) -> list[tuple[bool, bool]]:
    """Whether the version will not even try a proxy: for usage, and for the account."""
    found = []
    for version in versions:
        place = Place(proxy=("proxy.example.net", 3128))
        onprem = OnPrem(OnPremSpec(version=version, proxy="proxy", tenants=SYNCHRONIZED), place)
        async with standing(place, onprem):
            await Pusher(place, place.device(), ONPREM_URL).push()
            words = []
            for action in ("synchronize_usage", "synchronize_account"):
                try:
                    await onprem.do(action, {})
                except ValueError as error:
                    words.append("only" in str(error))
            found.append((words[0], words[1]))
    return found


async def onprem_nat() -> tuple[bool, bool, bool]:
    """Behind NAT: no pull; push not before support is switched on."""
    place = Place(nat=["wlc1"])
    onprem = OnPrem(OnPremSpec(), place)
    async with standing(place, onprem):
        device = place.device()
        pusher = Pusher(place, device, ONPREM_URL)
        pull = await refused(onprem.do("add_device", login(device, "netconf")))
        before = (await pusher.say(wire.HELLO)).status == wire.FAILED
        await onprem.do("set_nat_support", {"enabled": True})
        return pull, before, (await pusher.say(wire.HELLO)).status == wire.FAILED


async def onprem_files() -> tuple[bool, bool]:
    """Without a connection nothing is synchronised; a file of the account, then one of the usage."""
    place = Place()
    onprem = OnPrem(OnPremSpec(connected=False), place)
    async with standing(place, onprem):
        await Pusher(place, place.device(), ONPREM_URL).push()
        before = await refused(onprem.do("synchronize_usage", {})) and await refused(onprem.do("export_usage", {}))
        asked = await onprem.do("export_account", {})
        granted = await onprem.do("authorize_account", {"content": asked["content"]})
        await onprem.do("import_account", {"content": granted["content"]})
        return before, bool((await onprem.do("export_usage", {}))["content"])
