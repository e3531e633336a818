# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that are absent or misbehave: reasons, retries, recovery (cli.md 4); routes, proxies (cli.md 1.2 - 1.7)."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import uplink, wire
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import Pki
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.uplink import Route, route_of

from tests.unit.mock.dev_tools import Console, in_loop, make_device
from tests.unit.mock.online_tools import (
    CSLU,
    CSLU_URL,
    DDCE,
    SMART,
    Network,
    Server,
    acknowledging,
    counters,
    cslu,
    cssm,
    logged,
    serving,
    shown,
    typed,
)

UNRESOLVED = "Unable to resolve server hostname/domain name"
LOST, EMPTY = "Communications failure", "Received empty response from server"
HOME = "Fail to send out Call Home HTTP message."
CSSM_FAILED = "%SMART_LIC-3-COMM_FAILED: Communications failure with the Cisco Smart Software Manager (CSSM) : "
CSLU_FAILED = "%SMART_LIC-3-COMM_FAILED: Communications failure with the Cisco Smart License Utility (CSLU) : "


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uplink, "EXCHANGE_SECONDS", 0.3)


@pytest.mark.parametrize("transport", ["cslu", "callhome"])
@pytest.mark.parametrize(
    ("mode", "reason", "response"),
    [
        ("refuse", LOST, "NO REPLY"),
        ("withdrawn", UNRESOLVED, "NO REPLY"),
        ("hang", LOST, "NO REPLY"),
        ("reset", LOST, "NO REPLY"),
        ("500", LOST, "INVALID STATUS CODE"),
        ("503", LOST, "INVALID STATUS CODE"),
        ("404", EMPTY, "INVALID STATUS CODE"),  # the wrong kind of server
        ("garbage", EMPTY, "NO REPLY"),
        ("empty", EMPTY, "NO REPLY"),
    ],
)
@in_loop
async def test_how_a_server_fails(transport: str, mode: str, reason: str, response: str) -> None:
    """cli.md 4: the reasons seen. Whatever happens to call home, its reason is its own."""
    network = Network()
    async with cssm(network) as home, cslu(network) as utility:
        server, name = (home, (DDCE, 443)) if transport == "callhome" else (utility, (CSLU, 8182))
        device = network.device(transport=transport, cslu_url=CSLU_URL)
        await network.pass_time(10)
        server.mode = mode
        if mode == "refuse":
            await server.close()
        elif mode == "withdrawn":
            network.names.withdraw(*name)
        typed(device, "license smart sync local")
        await network.pass_time(0)
        await asyncio.sleep(0)
        assert device.online is not None
        await device.online.settle()
        start = CSSM_FAILED if transport == "callhome" else CSLU_FAILED
        assert logged(device, "%SMART_LIC-3-COMM_FAILED") == [start + (HOME if transport == "callhome" else reason)]
        error = "ERR 207 : Connection time out" if mode == "hang" else "ERR 205 : Request Aborted"
        sent = logged(device, "%CALL_HOME-5-SL_MESSAGE_FAILED")
        assert [line.endswith(f"({error})") for line in sent] == [True] * (transport == "callhome")
        attempts = counters(device, "Usage Reporting")
        assert attempts["last_response"] == response
        assert (attempts["fail"], attempts["ongoing"], attempts["last_failure"]) == (1, 1, attempts["last_time"])


@pytest.mark.parametrize("flaw", ["name", "authority"])
@in_loop
async def test_a_wrong_certificate(flaw: str) -> None:
    """cli.md 1.2: the name in the URL must be in the certificate, and the device must trust its CA."""
    network = Network()
    server = Server(network)
    pki = Pki.create() if flaw == "authority" else network.pki
    port = await server.serve(pki.server_context([SMART if flaw == "authority" else "elsewhere.example.net"]))
    network.names.publish(SMART, 443, ("127.0.0.1", port))
    device = network.device(transport="smart")
    await network.pass_time(5)
    assert logged(device, "%SMART_LIC-3") == [CSSM_FAILED + LOST]
    assert server.requests == []
    await server.close()


@in_loop
async def test_a_server_that_hangs_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uplink, "EXCHANGE_SECONDS", 30.0)
    network = Network()
    async with cslu(network) as server, serving(network, ("other.example.net", 8182)) as other:
        server.mode = "hang"
        stuck = network.device(cslu_url=CSLU_URL)
        well = network.device(name="wlc2", serial="9SIM0000002", cslu_url="http://other.example.net:8182/cslu/v1/pi")
        await asyncio.wait_for(network.pass_time(5), 5)
        assert other.operations == [wire.HELLO]
        assert not logged(stuck)
        for device in (stuck, well):
            assert device.online is not None
            await device.online.close()


@in_loop
async def test_retries_and_recovery() -> None:
    """cli.md 4: "after about 40 seconds, 9 seconds later, every 5 minutes three times, then hourly ... one
    COMM_RESTORED closes all"."""
    network = Network()
    async with cslu(network) as server:
        server.mode = "503"
        device = network.device(cslu_url=CSLU_URL)
        failures = []
        for seconds in (3, 37, 3, 9, 300, 300, 300, 3610, 3610):
            await network.pass_time(seconds)
            failures.append(len(logged(device, CSLU_FAILED)))
        assert failures == [1, 1, 2, 3, 4, 5, 6, 7, 8]
        assert wire.USAGE not in server.operations
        assert shown(device, "Next report push") != "<none>"
        server.mode, server.answers = "", acknowledging()
        await network.pass_time(3700)
        restored = "%SMART_LIC-5-COMM_RESTORED: Communications with Cisco Smart License Utility (CSLU) restored"
        assert logged(device, "%SMART_LIC-5") == [restored]
        assert shown(device, "Last ACK received") != "<none>"
        assert counters(device, "Hello Message")["ongoing"] == 0


@in_loop
async def test_a_failed_poll_goes_on_when_the_server_is_back() -> None:
    network = Network()
    async with cslu(network) as server:
        server.answers = acknowledging()
        device = network.device(cslu_url=CSLU_URL)
        typed(device, "license smart sync local")
        await network.pass_time(5)
        server.mode = "reset"
        await network.pass_time(70)
        assert counters(device, "Result Polling")["fail"] == 1
        assert device.snapshot()["online"]["failing"] is True
        server.mode = ""
        await network.pass_time(60)
        assert shown(device, "Last ACK received") != "<none>"
        assert device.snapshot()["online"] == {"reachable": True, "failing": False, "tickets": []}


@in_loop
async def test_a_device_without_a_server_makes_no_events() -> None:
    network = Network()
    async with cslu(network):
        devices = [network.device(name=f"w{number}", serial=f"9SIM{number:07}") for number in range(20)]
        unknown = network.device(name="x", serial="9SIM9999999", cslu_url="http://192.0.2.10:8182/cslu/v1/pi")
        off = network.device(name="off", serial="9SIM9999998", transport="off")
        assert network.schedule.next is None
        network.clock.advance(4000)
        assert all(logged_line.text.endswith(UNRESOLVED) for logged_line in devices[0].agent.comm_messages())
        assert counters(devices[0], "Hello Message")["fail"] >= 6
        assert [message.text for message in unknown.agent.comm_messages()][-1] == CSLU_FAILED + LOST
        assert not list(off.agent.comm_messages())
        typed(off, "license smart sync all")
        typed(devices[0], "license smart sync all")
        await network.pass_time(0)
        assert counters(devices[0], "Usage Reporting")["reason"] == UNRESOLVED
        assert not logged(off)


@in_loop
async def test_what_failed_before_is_logged_and_closed_by_the_new_server() -> None:
    network = Network()
    async with cslu(network):
        device = network.device()
        Console(device).configure(f"license smart url cslu {CSLU_URL}")
        await network.pass_time(5)
        assert logged(device, "%SMART_LIC-3")[-1] == CSLU_FAILED + UNRESOLVED
        assert len(logged(device, "%SMART_LIC-5-COMM_RESTORED")) == 1


@in_loop
async def test_zero_touch_finds_cslu_local_over_https() -> None:
    """cli.md 1.2: with transport cslu and an empty address the device looks up cslu-local."""
    network = Network()
    async with serving(network, ("cslu-local", 8182), tls=True) as server:
        device = network.device()
        await network.pass_time(5)
        assert server.paths == ["/cslu/v1/pi"]
        assert shown(device, "Cslu address") == "<empty>"


@in_loop
async def test_an_address_in_the_url() -> None:
    network = Network()
    async with serving(network, ("192.0.2.10", 443), tls=True) as server:
        device = network.device(transport="smart", smart_url="https://192.0.2.10/licservice/license")
        await network.pass_time(5)
        assert (server.operations, server.headers[0]["Host"]) == ([wire.HELLO], "192.0.2.10")
        assert not logged(device)


@pytest.mark.parametrize(("revocation", "works"), [("crl", False), ("none", True), ("crl none", True)])
@in_loop
async def test_on_prem_over_https_needs_a_relaxed_revocation_check(revocation: str, works: bool) -> None:
    """cli.md 1.7: "revocation-check none (or crl none) on SLA-TrustPoint is the usual fix for HTTPS; otherwise
    COMM_FAILED"."""
    network = Network()
    async with serving(network, ("onprem.example.net", 443), tls=True) as server:
        device = network.device(cslu_url="https://onprem.example.net/cslu/v1/pi/WLAN-1")
        Console(device).configure("crypto pki trustpoint SLA-TrustPoint", f"revocation-check {revocation}")
        await network.pass_time(5)
        assert server.operations == [wire.HELLO] * works
        device.log.messages.clear()
        typed(device, "license smart sync all")
        await network.pass_time(0)
        assert bool(logged(device, CSLU_FAILED + LOST)) is not works


# --- routes ---------------------------------------------------------------------------------------------------------

HOME_URL = f"https://{DDCE}/its/service/oddce/services/DDCEService"
GATEWAY = "http://gateway.example.net/Transportgateway/services/DeviceRequestHandler"
PROFILE = ("call-home", "profile lab", "active", "destination transport-method http", "reporting smart-licensing-data")


@pytest.mark.parametrize(
    ("lines", "route"),
    [
        (("license smart transport off",), None),
        (("license smart transport cslu",), Route("cslu", "https://cslu-local:8182/cslu/v1/pi")),
        (("license smart transport automatic",), Route("cslu", "https://cslu-local:8182/cslu/v1/pi")),
        ((f"license smart url cslu {CSLU_URL}",), Route("cslu", CSLU_URL)),
        (
            ("license smart transport smart", "license smart url default"),
            Route("smart", f"https://{SMART}/licservice/license"),
        ),
        (
            (
                "license smart transport smart",
                "license smart proxy address p.example.net",
                "license smart proxy port 3128",
            ),
            Route("smart", f"https://{SMART}/licservice/license", ("p.example.net", 3128)),
        ),
        # cli.md 1.1: half a proxy is none
        (
            (f"license smart url cslu {CSLU_URL}", "license smart proxy address p.example.net"),
            Route("cslu", CSLU_URL),
        ),
        (("license smart transport callhome",), Route("callhome", HOME_URL)),
        # cli.md 5.6: "license smart proxy … has no effect with call home"
        (
            (
                *("license smart transport callhome", "license smart proxy address p", "license smart proxy port 1"),
                *("call-home", "http-proxy q.example.net port 8080"),
            ),
            Route("callhome", HOME_URL, ("q.example.net", 8080)),
        ),
        (("license smart transport callhome", "no service call-home"), Route("callhome", problem=HOME)),
        (
            ("license smart transport callhome", "call-home", "profile CiscoTAC-1", "no active"),
            Route("callhome", problem=HOME),
        ),
        (
            (
                "license smart transport callhome",
                "call-home",
                "profile CiscoTAC-1",
                "no destination transport-method http",
            ),
            Route("callhome", problem=HOME),
        ),
        # cli.md 5.6: a Transport Gateway in a profile of its own, CiscoTAC-1 inactive or silent about licensing
        (
            (
                *("license smart transport callhome", "call-home", "profile CiscoTAC-1"),
                *("no reporting smart-licensing-data", "exit", "exit"),
                *(*PROFILE, f"destination address http {GATEWAY}"),
            ),
            Route("callhome", GATEWAY),
        ),
    ],
)
def test_where_a_configuration_leads(lines: tuple[str, ...], route: Route | None) -> None:
    device = make_device()
    Console(device).configure(*lines)
    assert route_of(device.config) == route


def test_call_home_shows() -> None:
    """cli.md 1.6: the lines of ``show call-home smart-licensing``."""
    device = make_device()
    assert Console(device).run("show call-home smart-licensing").splitlines() == [
        "Current smart-licensing transport settings:",
        " Smart-license messages: enabled",
        " Profile: CiscoTAC-1 (status: ACTIVE)",
        f" Destination  URL(s):  {HOME_URL}",
    ]
    assert not logged(device)
    Console(device).configure("license smart transport callhome", "call-home", "http-proxy q.example.net port 8080")
    enabled = "%CALL_HOME-6-CALL_HOME_ENABLED: Call-home is enabled by Smart Agent for Licensing."
    assert logged(device, "%CALL_HOME") == [enabled]
    assert "http proxy: q.example.net:8080" in Console(device).run("show call-home")
    profile = Console(device).run("show call-home profile CiscoTAC-1")
    assert "Profile status: ACTIVE" in profile
    assert "Reporting Data: Smart Call Home, Smart Licensing" in profile
    assert profile == Console(device).run("show call-home profile all")
    Console(device).configure("call-home", "profile CiscoTAC-1", "no active")
    shown_lines = Console(device).run("show call-home smart-licensing").splitlines()
    assert shown_lines[1:3] == [" Smart-license messages: disabled", " Profile: CiscoTAC-1 (status: INACTIVE)"]
    assert "does not exist" in Console(device).run("show call-home profile nothing")


# --- proxies --------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def proxying(network: Network, *, allow: bool = True) -> Any:
    """An HTTP CONNECT proxy with the world's names; what it was asked for."""
    asked: list[str] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        verb, target, _version = head.split("\r\n")[0].split(" ")
        asked.append(f"{verb} {target}")
        host, _unused, port = target.rpartition(":")
        found = network.names.find(host, int(port))
        if not allow or found is None:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_connection(*found)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    network.names.publish("p.example.net", 3128, server.sockets[0].getsockname()[:2])
    try:
        yield asked
    finally:
        server.close()


@pytest.mark.parametrize("transport", ["smart", "callhome"])
@pytest.mark.parametrize("allow", [True, False])
@in_loop
async def test_through_a_proxy(transport: str, allow: bool) -> None:
    """cli.md 5.4: "check that the proxy allows CONNECT to port 443"; the proxy, not CSSM, has to be reachable."""
    network = Network()
    async with cssm(network) as server, proxying(network, allow=allow) as asked:
        proxy = {"proxy_address": "p.example.net", "proxy_port": "3128"} if transport == "smart" else {}
        device = network.device(transport="off", **proxy)
        if transport == "callhome":
            Console(device).configure("call-home", "http-proxy p.example.net port 3128")
        Console(device).configure(f"license smart transport {transport}")
        await network.pass_time(5)
        assert asked == [f"CONNECT {SMART if transport == 'smart' else DDCE}:443"]
        assert server.operations == [wire.HELLO] * allow
        failed = CSSM_FAILED + (LOST if transport == "smart" else HOME)
        assert logged(device, "%SMART_LIC") == [failed] * (not allow)
        if transport == "smart":
            text = Console(device).run("show license status")
            assert "  Proxy:\n    Address: p.example.net\n    Port: 3128\n    Username: <empty>\n" in text


@in_loop
async def test_a_proxy_that_nobody_knows() -> None:
    network = Network()
    async with cssm(network) as server:
        device = network.device(transport="smart", proxy_address="p.example.net", proxy_port=3128)
        assert network.schedule.next is None
        typed(device, "license smart sync local")
        await network.pass_time(0)
        assert server.operations == []
        assert logged(device, CSSM_FAILED) == [CSSM_FAILED + UNRESOLVED]
