# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trust codes: by ID token, by report and ACK, and why they fail (cli.md 2.2, 4, 5.0, 7.4)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import wire

from tests.unit.mock.dev_tools import Console, in_loop
from tests.unit.mock.online_tools import (
    CSLU_URL,
    Network,
    acknowledging,
    counters,
    cslu,
    cssm,
    logged,
    shown,
    trusting,
    typed,
)

TOKEN = "c2ltLXRva2VuLW9mLXRoZS1sYWI"
FAILED = "%SMART_LIC-3-TRUST_CODE_INSTALL_FAILED: The install of a new licensing trust code has failed on "
PAIR = {"platform": "C9800-40", "serial": "TTM0000A001", "standby_serial": "TTM0000A002"}
ACTIVE, STANDBY = "PID:C9800-40-K9,SN:TTM0000A001", "PID:C9800-40-K9,SN:TTM0000A002"


@pytest.mark.parametrize("transport", ["smart", "callhome"])
@in_loop
async def test_a_good_token_brings_a_code_after_a_while(transport: str) -> None:
    """cli.md 7.4: "after 5-60 s: trust per UDI"; 2.2: the command says nothing."""
    network = Network()
    async with cssm(network) as server:
        server.answers[wire.TRUST] = trusting
        device = network.device(transport=transport, zone="CET", zone_minutes=60)
        typed(device, f"license smart trust idtoken {TOKEN} local")
        await network.pass_time(4)
        assert shown(device, "Trust Code Installed") == "<none>"
        await network.pass_time(1)
        assert shown(device, "Trust Code Installed") == "Mar 02 10:14:16 2026 CET"
        asked = next(request for request in server.requests if request.operation == wire.TRUST)
        assert (asked.token, asked.force, asked.units) == (TOKEN, False, (device.units[0][1],))
        assert counters(device, "Trust Establishment")["success"] == 1
        assert counters(device, "Trust Acknowledgement")["success"] == 1
        assert shown(device, "Virtual Account") == "WLAN Lab"
        assert logged(device, "%SMART_LIC-6-TRUST_CODE_INSTALL_SUCCESS")
        history = Console(device).run("show license history message")
        assert "Trust Establishment:\n  Message 1" in history
        assert TOKEN not in f"{device.snapshot()}{history}{Console(device).run('show logging')}"


@pytest.mark.parametrize(
    ("scope", "units"),
    # cli.md 2.1: "all = all units of an HA set; local = only the active unit"
    [("local", [ACTIVE]), ("all", [ACTIVE, STANDBY])],
)
@in_loop
async def test_the_units_of_a_pair(scope: str, units: list[str]) -> None:
    network = Network()
    async with cssm(network) as server:
        server.answers[wire.TRUST] = trusting
        device = network.device(transport="smart", **PAIR)
        typed(device, f"license smart trust idtoken {TOKEN} {scope}")
        await network.pass_time(5)
        assert sorted(device.snapshot()["trust"]) == units
        assert Console(device).run("show license status").count("INSTALLED on") == len(units)


@pytest.mark.parametrize(
    ("spec", "held", "line", "codes", "failures"),
    [
        # cli.md 4: "(a) a trust code exists and force was missing"
        ({}, "CSSM", "local", {"CSSM"}, [ACTIVE]),
        ({}, "CSSM", "all", {"CSSM"}, [ACTIVE]),  # the standby gets one
        ({}, "CSSM", "all force", {"CSSM"}, []),
        # cli.md 5.0: "factory-installed trust code cannot be used and must be overwritten (force)"
        ({"factory_trust": True}, "", "all", {"Factory"}, [ACTIVE, STANDBY]),
        ({"factory_trust": True}, "", "all force", {"CSSM"}, []),
    ],
)
@in_loop
async def test_a_code_that_is_there(
    spec: dict[str, Any], held: str, line: str, codes: set[str], failures: list[str]
) -> None:
    network = Network()
    async with cssm(network) as server:
        server.answers[wire.TRUST] = trusting
        device = network.device(transport="smart", **PAIR, **spec)
        if held:
            typed(device, f"license smart trust idtoken {TOKEN} local")
            await network.pass_time(10)
        asked = server.operations.count(wire.TRUST)
        typed(device, f"license smart trust idtoken {TOKEN} {line}")
        await network.pass_time(5)
        found = logged(device, FAILED)
        reason = "a trust code is already installed, force was not specified."
        assert found == [f"{FAILED}{udi}: {reason}" for udi in failures]
        assert {code["kind"] for code in device.snapshot()["trust"].values()} == codes
        whole = len(device.snapshot()["trust"])
        assert whole == (1 if (held, line) == ("CSSM", "local") else 2)
        contacted = server.operations.count(wire.TRUST) - asked
        assert contacted == (0 if "force" not in line and len(failures) == (2 if line == "all" else 1) else 1)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        # cli.md 4: "(b) device time not within an hour of CSSM; other: wrong/expired token"
        ("CLOCK", "Time is not within an hour of the time of CSSM"),
        ("INVALID_TOKEN", "The token is not valid"),
    ],
)
@in_loop
async def test_what_the_server_refuses(code: str, message: str) -> None:
    network = Network()
    async with cssm(network) as server:
        server.answers[wire.TRUST] = lambda _request: {"status": wire.FAILED, "code": code, "message": message}
        device = network.device(transport="smart")
        typed(device, f"license smart trust idtoken {TOKEN} local")
        await network.pass_time(5)
        assert logged(device, FAILED) == [f"{FAILED}{device.units[0][1]}: {message}."]
        attempts = counters(device, "Trust Establishment")
        assert (attempts["fail"], attempts["reason"]) == (1, message)
        assert shown(device, "Trust Code Installed") == "<none>"
        assert not logged(device, "%SMART_LIC-3-COMM_FAILED")


@in_loop
async def test_the_server_sees_the_devices_own_clock() -> None:
    """cli.md 1.4: trust-code import fails if the device and CSSM differ by one hour or more."""
    network = Network()
    async with cssm(network) as server:

        def strict(request: wire.Request) -> dict[str, Any]:
            off = abs(request.time - network.schedule.now)
            return trusting(request) if off < 3600 else {"status": wire.FAILED, "message": "clock"}

        server.answers[wire.TRUST] = strict
        device = network.device(transport="smart", clock_offset=3600)
        assert "Clock is unsynchronized" in Console(device).run("show ntp status")
        assert "Clock sync-ed with NTP: False" in Console(device).run("show license tech support")
        assert device.local_time().hour == 10
        typed(device, f"license smart trust idtoken {TOKEN} local")
        await network.pass_time(5)
        assert logged(device, FAILED)
        assert await device.do("clock_offset", {"seconds": 0}) == {"clock_offset": 0, "now": network.schedule.now}
        assert logged(device, "%SMART_LIC-5-SYSTEM_CLOCK_CHANGED")
        assert "Clock is synchronized" in Console(device).run("show ntp status")
        typed(device, f"license smart trust idtoken {TOKEN} local")
        await network.pass_time(5)
        assert shown(device, "Trust Code Installed") == "Mar 02 09:14:21 2026 UTC"


@pytest.mark.parametrize(
    ("transport", "reason"),
    [
        ("off", "Communications are disabled"),  # cli.md 7.4: "or the transport is off"
        ("smart", "Unable to resolve server hostname/domain name"),
        ("callhome", "Fail to send out Call Home HTTP message"),
    ],
)
@in_loop
async def test_nobody_to_ask(transport: str, reason: str) -> None:
    network = Network()
    device = network.device(transport=transport)
    typed(device, f"license smart trust idtoken {TOKEN} local")
    await network.pass_time(5)
    assert logged(device, FAILED) == [f"{FAILED}{device.units[0][1]}: {reason}."]
    assert counters(device, "Trust Establishment")["fail"] == 1


@pytest.mark.parametrize(
    ("release", "factory", "kinds"),
    [
        # cli.md 5.0: from 17.7.1 "request in RUM report, code in ACK"; a factory code is overwritten that way
        ("17.6.5", False, set()),
        ("17.7.1", False, {"CSSM"}),
        ("17.12.4", True, {"CSSM"}),
    ],
)
@in_loop
async def test_codes_by_report_and_ack(release: str, factory: bool, kinds: set[str]) -> None:
    network = Network()
    async with cslu(network) as server:
        server.answers = acknowledging()
        device = network.device(cslu_url=CSLU_URL, release=release, factory_trust=factory, **PAIR)
        typed(device, "license smart sync all")
        await network.pass_time(70)
        assert shown(device, "Last ACK received") != "<none>"
        codes = device.snapshot()["trust"]
        assert {code["kind"] for code in codes.values()} == kinds
        assert len(codes) == (2 if kinds else 0)


@in_loop
async def test_the_server_learns_of_which_kind_the_codes_are() -> None:
    """cli.md 5.0: a factory code is unusable for direct contact, so CSSM has to know it from its own."""
    network = Network()
    async with cssm(network) as server:
        server.answers[wire.TRUST] = trusting
        device = network.device(transport="smart", factory_trust=True)
        typed(device, "license smart sync local")
        await network.pass_time(0)
        assert server.requests[-1].trust == {device.units[0][1]: "Factory"}
        typed(device, f"license smart trust idtoken {TOKEN} local force")
        await network.pass_time(5)
        typed(device, "license smart sync local")
        await network.pass_time(0)
        assert server.requests[-1].trust == {device.units[0][1]: "CSSM"}
