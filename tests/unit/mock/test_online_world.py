# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated devices by themselves against the simulated servers: the push topologies of cli.md 5, start to end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cslu import Cslu
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.gateway import PATH, Gateway
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.onprem import OnPrem
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.proxy import Proxy
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.receiver import Receiver
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.targets import CsluSpec, GatewaySpec, OnPremSpec, ProxySpec

from tests.unit.mock.collector_tools import Place
from tests.unit.mock.dev_tools import Console, in_loop
from tests.unit.mock.online_tools import counters, logged, shown, typed

PAIR = {"platform": "C9800-40", "serial": "TTM0000A001", "standby_serial": "TTM0000A002"}
PROXY = ("license smart proxy address proxy.example.net", "license smart proxy port 3128")
HOME_PROXY = ("call-home", "http-proxy proxy.example.net port 3128")
GATEWAY = (
    *("call-home", "profile CiscoTAC-1", "no active", "exit", "profile lab", "active"),
    *("destination transport-method http", "reporting smart-licensing-data"),
    f"destination address http https://gateway.example.net{PATH}",
)
CSLU = "license smart url cslu http://cslu.example.net:8182/cslu/v1/pi"
ON_PREM = "license smart url cslu https://onprem.example.net/cslu/v1/pi/WLAN-1"
RELAXED = ("crypto pki trustpoint SLA-TrustPoint", "revocation-check none", "exit")


@asynccontextmanager
async def whole(place: Place, **cslu: Any) -> AsyncIterator[dict[str, Any]]:
    """CSSM with both of its doors, and one of each other target."""
    tenant = {"name": "WLAN-1", "smart_account": "example.com", "virtual_account": "DEFAULT", "synchronized": True}
    targets = {
        "cssm": place.cssm,
        "receiver": Receiver(place, place.cssm.direct),
        "cslu": Cslu(CsluSpec(hostname="cslu.example.net", **cslu), place),
        "onprem": OnPrem(OnPremSpec(tenants=(tenant,)), place),
        "proxy": Proxy(ProxySpec(), place),
        "gateway": Gateway(GatewaySpec(), place),
    }
    try:
        for target in targets.values():
            await target.serve("127.0.0.1")
        yield targets
    finally:
        for target in targets.values():
            await target.close()


def attached(place: Place, **spec: Any) -> MockDevice:
    device = place.device(**spec)
    device.attach(place)
    return device


def token(place: Place) -> str:
    virtual = place.cssm._accounts.smart["example.com"].virtual["Campus"]
    return str(place.cssm.id_tokens.create(virtual, days=30).token)


@pytest.mark.parametrize(
    ("lines", "way"),
    [
        (("license smart transport smart", "license smart url default"), "smart"),
        (("license smart transport smart", *PROXY), "smart"),
        (("license smart transport callhome",), "callhome"),
        (("license smart transport callhome", *HOME_PROXY), "callhome"),
        (("license smart transport callhome", *GATEWAY), "callhome"),
    ],
)
@pytest.mark.parametrize("spec", [{}, {"factory_trust": True}, PAIR])
@in_loop
async def test_direct(lines: tuple[str, ...], way: str, spec: dict[str, Any]) -> None:
    """cli.md 5.3 to 5.6: transport, URL, proxy, token, trust code per unit, sync, ACK."""
    place = Place(ready_after=3)
    async with whole(place):
        device = attached(place, transport="off", **spec)
        Console(device).configure(*lines)
        await place.pass_time(5)
        assert counters(device, "Hello Message")["success"] == 1
        typed(device, "license smart sync all")
        await place.pass_time(1)
        assert "an ID token is needed" in counters(device, "Usage Reporting")["reason"]
        typed(device, f"license smart trust idtoken {token(place)} all{' force' if spec.get('factory_trust') else ''}")
        await place.pass_time(6)
        assert {code["kind"] for code in device.snapshot()["trust"].values()} == {"CSSM"}
        assert len(device.snapshot()["trust"]) == len(device.units)
        typed(device, "license smart sync all")
        await place.pass_time(61)
        assert shown(device, "Last ACK received") != "<none>"
        assert shown(device, "Virtual Account") == "Campus"
        assert device.snapshot()["rum"]["waiting"] == 0
        (instance,) = place.cssm.state()["product_instances"]
        assert (instance["way"], instance["hostname"]) == (way, "wlc1")
        assert not logged(device, "%SMART_LIC-3")


@in_loop
async def test_the_clock_decides_about_trust() -> None:
    place = Place()
    async with whole(place):
        device = attached(place, transport="smart", clock_offset=-3600)
        typed(device, f"license smart trust idtoken {token(place)} local")
        await place.pass_time(6)
        (line,) = logged(device, "%SMART_LIC-3-TRUST_CODE_INSTALL_FAILED")
        assert line.endswith("is 3600 seconds behind CSSM's.")
        await device.do("clock_offset", {"seconds": -3599})
        typed(device, f"license smart trust idtoken {token(place)} local")
        await place.pass_time(6)
        assert shown(device, "Trust Code Installed") != "<none>"


@pytest.mark.parametrize("lines", [(CSLU,), (CSLU, *PROXY), (*RELAXED, ON_PREM), (*RELAXED, ON_PREM, *PROXY)])
@pytest.mark.parametrize("spec", [{}, PAIR])
@in_loop
async def test_push_to_a_collector_that_is_connected(lines: tuple[str, ...], spec: dict[str, Any]) -> None:
    """cli.md 5.1, 5.11: configure, sync, poll until the collector has the ACK; trust codes come with it (17.7.1)."""
    place = Place(ready_after=3)
    async with whole(place) as targets:
        device = attached(place, **spec)
        Console(device).configure(*lines)
        await place.pass_time(5)
        typed(device, "license smart sync all")
        await place.pass_time(1)
        assert device.snapshot()["rum"]["waiting"] > 0
        if ON_PREM in lines:
            await targets["onprem"].do("synchronize_usage", {})
        await place.pass_time(600)
        assert shown(device, "Last ACK received") != "<none>"
        assert device.snapshot()["rum"]["waiting"] == 0
        codes = len(device.snapshot()["trust"])
        assert codes == len(device.units)
        # Plain HTTP is passed on, HTTPS goes through a tunnel.
        asked = {(entry["method"], entry["status"]) for entry in targets["proxy"].state()["connections"]}
        assert asked == ({("CONNECT" if ON_PREM in lines else "POST", 200)} if set(PROXY) <= set(lines) else set())


@in_loop
async def test_push_to_a_cslu_that_is_not_connected() -> None:
    """cli.md 5.7: the ACK comes with the files, then with the next poll or sync."""
    place = Place(ready_after=0)
    async with whole(place, connected=False) as targets:
        device = attached(place)
        Console(device).configure(CSLU)
        typed(device, "license smart sync all")
        await place.pass_time(1200)
        assert shown(device, "Last ACK received") == "<none>"
        assert shown(device, "Next ACK push check") != "<none>"
        assert await targets["cslu"].do("download_for_cisco", {})
        await targets["cslu"].do("set_connectivity", {"connected": True})
        await targets["cslu"].do("report", {})
        await place.pass_time(10)
        typed(device, "license smart sync all")
        await place.pass_time(1)
        assert shown(device, "Last ACK received") != "<none>"
        assert shown(device, "Trust Code Installed") != "<none>"


@in_loop
async def test_a_pair_that_grows_and_switches_over_directly_connected() -> None:
    """seed, High Availability: trust synchronisation installs the new unit's code, in the account of the active."""
    place = Place(ready_after=3)
    async with whole(place):
        device = attached(place, transport="smart", platform="C9800-40", serial="TTM0000A001")
        typed(device, f"license smart trust idtoken {token(place)} all")
        await place.pass_time(6)
        await device.do("add_standby", {"serial": "TTM0000A002"})
        await place.pass_time(10)
        assert len(device.snapshot()["trust"]) == 2
        assert counters(device, "Trust Sync")["success"] == 1
        await place.pass_time(120)
        assert shown(device, "Last ACK received") != "<none>"
        await device.do("switchover", {})
        await place.pass_time(2 * 86_400)
        assert device.snapshot()["rum"]["waiting"] == 0
        assert not logged(device, "%SMART_LIC-3")
        (instance,) = place.cssm.state()["product_instances"]
        assert instance["virtual_account"] == "Campus"
        await device.do("remove_standby", {})
        await place.pass_time(86_400)
        assert not logged(device, "%SMART_LIC-3")
        assert counters(device, "Usage Reporting")["ongoing"] == 0


@in_loop
async def test_an_old_smart_transport_url_at_on_prem() -> None:
    """cli.md 1.2: "an old SmartTransport URL with the new agent gives COMM_FAILED with Received empty response"."""
    place = Place()
    async with whole(place):
        device = attached(place)
        Console(device).configure("license smart url cslu http://onprem.example.net/SmartTransport")
        await place.pass_time(5)
        assert logged(device, "%SMART_LIC-3")[-1].endswith(": Received empty response from server")
