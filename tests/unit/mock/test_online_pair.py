# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""High availability (seed, section High Availability; cli.md 5.0): what changes of a pair trigger; other actions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import wire
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.spec import DeviceSpec

from tests.unit.mock.dev_tools import PKI, Console, acknowledged, in_loop, make_device, saved
from tests.unit.mock.online_tools import (
    CSLU_URL,
    Network,
    acknowledging,
    counters,
    cslu,
    cssm,
    shown,
    trusting,
    typed,
)

A, B = "TTM0000A001", "TTM0000A002"
PAIR = {"platform": "C9800-40", "serial": A, "standby_serial": B}
ALONE = {"platform": "C9800-40", "serial": A}
ACTIONS: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    # action: what it starts from, its arguments, the serial numbers afterwards (the active first)
    "switchover": (PAIR, {}, [B, A]),
    "add_standby": (ALONE, {"serial": B}, [A, B]),
    "remove_standby": (PAIR, {}, [A]),
    "reload": (PAIR, {}, [A, B]),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("transport", ["off", "cslu", "smart"])
@in_loop
async def test_each_change_calls_for_a_report(action: str, transport: str) -> None:
    """seed: "the Next report push date ... is updated ... [but] if the Transport Type is Off, then the product instance
    does not send RUM reports even if the date is updated"; trust synchronisation on addition and removal, if direct."""
    network = Network()
    spec, arguments, serials = ACTIONS[action]
    async with cslu(network) as utility, cssm(network) as direct:
        for server in (utility, direct):
            server.answers = {**acknowledging(), wire.TRUST: trusting, wire.SYNC: trusting}
        device = network.device(transport=transport, cslu_url=CSLU_URL, release="17.8.1", **spec)  # not throttled
        server = direct if transport == "smart" else utility
        if transport == "smart":
            typed(device, "license smart trust idtoken T all")
        if transport != "off":
            await network.pass_time(6)
            typed(device, "license smart sync all")
        await network.pass_time(3600)
        before, asked = shown(device, "Next report push"), list(server.operations)
        result = await device.do(action, arguments)
        assert [unit["sn"] for unit in device.snapshot()["units"]] == serials
        assert ("units" in result) is (action != "reload")
        assert shown(device, "Next report push") != before
        push = device.snapshot()["next_push"]
        assert push == device.now + 120
        await network.pass_time(300)
        new = server.operations[len(asked) :]
        if transport == "off":
            assert new == []
            return
        synchronised = transport == "smart" and action in ("add_standby", "remove_standby")
        assert new.count(wire.SYNC) == synchronised
        assert new.count(wire.USAGE) == 1
        assert counters(device, "Trust Sync")["success"] == synchronised
        if synchronised:
            assert new.index(wire.SYNC) < new.index(wire.USAGE)
            assert [udi.sn for udi in server.requests[len(asked)].units] == serials
        wanted = set(serials) if transport == "smart" or action != "remove_standby" else {A}
        assert {udi.rpartition(":")[2] for udi in device.snapshot()["trust"]} == wanted


@in_loop
async def test_reports_before_and_after_a_switchover() -> None:
    """A closed report never changes again; the one after is of the new active unit, and both verify."""
    network = Network()
    async with cslu(network) as server:
        device = network.device(cslu_url=CSLU_URL, **PAIR, waiting_reports=2)
        await network.pass_time(10)
        await device.do("switchover", {})
        network.clock.advance(60)
        typed(device, "license smart sync all")
        await network.pass_time(0)
        reports = server.usage().reports
        reporters = [report.udi.sn for report in reports]
        assert reporters == sorted(reporters)
        assert set(reporters) == {A, B}
        for report in reports:
            assert PKI.device_verify(report.payload.encode(), report.key, report.value)
            payload = json.loads(report.payload)
            roles = {item["role"]: item["sudi"]["udi_serial_number"] for item in payload["meta"]["ha_udi"]}
            assert roles["Active"] == report.udi.sn
            assert payload["asset_identification"]["instance"]["sudi"]["udi_serial_number"] == report.udi.sn


def test_an_ack_for_a_unit_that_has_left() -> None:
    device = make_device(transport="off", aps=2, **PAIR)
    old, reports = device.units[0][1], saved(device)
    for action in ("switchover", "remove_standby"):
        run(device.do(action, {}))
    assert acknowledged(device, reports, udi=old) == "Import Data Successful"
    assert set(device.snapshot()["trust"]) == {f"PID:C9800-40-K9,SN:{B}"}
    assert device.snapshot()["rum"]["acknowledged"] == len(reports)


def test_what_shows_say_after_a_switchover() -> None:
    device = make_device(aps=2, age_days=20, **PAIR)
    console = Console(device)
    assert "*1       Active " in console.run("show chassis")
    before = console.run("show inventory")
    run(device.do("switchover", {}))
    device.clock.advance(7200)
    chassis = console.run("show chassis")
    assert " 1       Standby " in chassis
    assert "*2       Active " in chassis
    assert console.run("show inventory") == before
    assert f"    Active:PID:C9800-40-K9,SN:{B}\n    Standby:PID:C9800-40-K9,SN:{A}\n" in console.run("show license udi")
    redundancy = console.run("show redundancy")
    assert "Switchovers system experienced = 1" in redundancy
    assert "Last switchover reason = user forced" in redundancy
    assert "Active Location = slot 2" in redundancy
    assert "Uptime in current state = 2 hours" in redundancy
    version = console.run("show version")
    assert "uptime is 2 weeks, 6 days, 2 hours" in version  # the system never went down
    assert "Uptime for this control processor is 2 hours" in version
    assert f"sn {B}" in console.run("show running-config")
    assert "Unit ID = 2" in console.run("show redundancy states")


@pytest.mark.parametrize(
    ("spec", "action", "arguments", "error", "says"),
    [
        (ALONE, "switchover", {}, ValueError, "there is no standby"),
        (ALONE, "remove_standby", {}, ValueError, "there is no standby"),
        (PAIR, "add_standby", {"serial": "X"}, ValueError, "there is a standby already"),
        (ALONE, "add_standby", {"serial": A}, ValueError, "no serial number of another unit"),
        (ALONE, "add_standby", {}, ValueError, "serial missing"),
        (ALONE, "reload", {"now": True}, ValueError, r"unknown argument\(s\) now"),
        (ALONE, "set_aps", {"aps": -1}, ValueError, "no fewer than 0"),
        (ALONE, "explode", {}, LookupError, "no action explode; there are add_standby, clock_offset"),
    ],
)
def test_refused_actions(
    spec: dict[str, Any], action: str, arguments: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        run(make_device(**spec).do(action, arguments))


def test_access_points_come_and_go() -> None:
    device = make_device(aps=2)
    assert run(device.do("set_aps", {"aps": 9})) == {"aps": 9}
    assert "Number of APs: 9" in Console(device).run("show ap summary")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"services": ["telnet"]}, "services are a list of netconf, restconf, rest"),
        ({"services": "netconf"}, "services are a list of"),
    ],
)
def test_bad_services(values: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        DeviceSpec(name="w", serial="1", **values)


@pytest.mark.parametrize(
    ("services", "lines"),
    [
        ([], []),
        (["rest"], []),
        (["netconf"], ["netconf-yang", "aaa new-model", "aaa authorization exec default local"]),
        (["restconf"], ["restconf", "aaa new-model", "aaa authentication login default local"]),
    ],
)
def test_services_at_the_start(services: list[str], lines: list[str]) -> None:
    """cli.md 1.8: what a server that logs in needs."""
    text = make_device(services=services).running_config().splitlines()
    assert set(lines) <= set(text)
    assert ("no aaa new-model" in text) is not bool(lines)
    assert {"ip http secure-server", "ip http authentication local"} <= set(text)


def run(coroutine: Any) -> Any:
    """The actions themselves wait for nothing."""
    with pytest.raises(StopIteration) as stopped:
        coroutine.send(None)
    return stopped.value.value
