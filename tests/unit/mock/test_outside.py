# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated controller whose servers are reached by one VRF or interface only (cli.md 1.4)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.uplink import CALL_HOME, FAILED, route_of

from tests.unit.mock.dev_tools import Console, in_loop, make_device
from tests.unit.mock.online_tools import CSLU_URL, Network, acknowledging, cslu, logged, shown, typed

VRF = "license smart vrf Mgmt-intf"
SOURCE = "ip http client source-interface"


def problem(device: MockDevice) -> str:
    route = route_of(device.config, device.outside)
    assert route is not None
    return route.problem


def configured(lines: list[str], **spec: Any) -> MockDevice:
    device = make_device(**{"transport": "smart", **spec})
    Console(device).configure(*lines)
    return device


@pytest.mark.parametrize(
    ("spec", "lines", "reached"),
    [
        ({}, [], True),
        ({}, [VRF], True),
        ({}, ["license smart vrf Nowhere"], False),  # nobody has defined it
        ({}, ["vrf definition Nowhere", "exit", "license smart vrf Nowhere"], True),
        ({}, [f"{SOURCE} Vlan99"], True),  # where it does not matter
        ({"outside_vrf": "Mgmt-intf"}, [], False),
        ({"outside_vrf": "Mgmt-intf"}, [VRF], True),
        ({"outside_vrf": "Mgmt-intf"}, [VRF, "no vrf definition Mgmt-intf"], False),
        ({"outside_vrf": "Mgmt-intf", "platform": "C9800-40"}, [f"{SOURCE} GigabitEthernet0"], True),
        ({"outside_vrf": "Mgmt-intf"}, [f"{SOURCE} GigabitEthernet1"], False),
        ({"outside_vrf": ""}, [], True),
        ({"outside_vrf": ""}, [VRF], False),
        ({"outside_vrf": ""}, [VRF, "no license smart vrf"], True),
        ({"outside_vrf": "Wan", "outside_interface": "Vlan10"}, [f"{SOURCE} vlan 10"], True),
        ({"outside_interface": "Vlan10"}, [], False),
        ({"outside_interface": "Vlan10"}, [f"{SOURCE} Vlan10"], True),
        ({"outside_interface": "Vlan10"}, [f"{SOURCE} Vlan10", f"{SOURCE} Vlan1"], False),
    ],
)
def test_what_gets_there(spec: dict[str, Any], lines: list[str], reached: bool) -> None:
    assert problem(configured(lines, **spec)) == ("" if reached else FAILED)


@pytest.mark.parametrize(
    ("lines", "reached"),
    [
        ([], False),
        ([VRF], False),  # for smart and cslu only (cli.md 1.1)
        (["call-home", "vrf Mgmt-intf", "exit"], True),
        (["call-home", "source-interface GigabitEthernet0", "exit"], True),
        (["call-home", "source-interface Vlan1", "exit", f"{SOURCE} GigabitEthernet0"], False),
    ],
)
def test_call_home_has_its_own(lines: list[str], reached: bool) -> None:
    device = configured(lines, transport="callhome", platform="C9800-40", outside_vrf="Mgmt-intf")
    Console(device).configure("call-home", "profile CiscoTAC-1", "active", "destination transport-method http")
    assert problem(device) == ("" if reached else CALL_HOME)


def test_the_running_configuration_shows_where_it_could_leave() -> None:
    device = make_device(platform="C9800-L", outside_vrf="Wan", outside_interface="Vlan10")
    running = Console(device).run("show running-config")
    assert "vrf definition Mgmt-intf\n" in running
    assert "interface GigabitEthernet0\n vrf forwarding Mgmt-intf\n" in running
    assert "vrf definition Wan\n" in running
    assert "interface Vlan10\n vrf forwarding Wan\n" in running


@in_loop
async def test_a_wrong_vrf_fails_in_the_log_until_it_is_right() -> None:
    """cli.md 4: no contact, for the reason that the transport is down; then one COMM_RESTORED."""
    network = Network()
    async with cslu(network) as server:
        server.answers = acknowledging()
        device = network.device(cslu_url=CSLU_URL, outside_vrf="Mgmt-intf")
        typed(device, "license smart sync local")
        await network.pass_time(60)
        assert server.operations == []
        failed = "%SMART_LIC-3-COMM_FAILED: Communications failure with the Cisco Smart License Utility (CSLU) : "
        assert logged(device, "%SMART_LIC-3") == [failed + FAILED]
        assert shown(device, "Last ACK received") == "<none>"
        Console(device).configure(VRF)
        await network.pass_time(300)
        assert shown(device, "Last ACK received") != "<none>"
        assert len(logged(device, "%SMART_LIC-5-COMM_RESTORED")) == 1
        # And back: what was known of the server is gone.
        Console(device).configure("no license smart vrf")
        typed(device, "license smart sync local")
        await network.pass_time(10)
        assert logged(device, "%SMART_LIC-3")[-1] == failed + FAILED
