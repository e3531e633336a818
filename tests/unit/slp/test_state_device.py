# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device the outputs are of: platform, release, and what is refused."""

from __future__ import annotations

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError, UnsupportedDevice
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import build_state
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

from tests.unit.slp import printed

ALL, STATUS, UDI = "show license all", "show license status", "show license udi"
ONE_UDI = f"UDI: {printed.ACTIVE}\n"


def pid_udi(pid: str) -> str:
    return f"UDI: PID:{pid},SN:TTM0000A001\n"


@pytest.mark.parametrize(
    ("pid", "platform", "controller"),
    [
        ("C9800-CL-K9", "C9800-CL", True),
        ("C9800-40-K9", "C9800-40", True),
        ("C9800-80-K9", "C9800-80", True),
        ("C9800-L-C-K9", "C9800-L", True),
        ("C9800-L-F-K9", "C9800-L", True),
        ("CW9800M", "CW9800M", True),
        ("CW9800H1", "CW9800H1", True),
        ("C9124AXE-B", "EWC-AP", True),
        ("C9300-24P", "C9300-24P", False),
        ("C8000V", "C8000V", False),
    ],
)
def test_each_platform_by_its_product_id(pid: str, platform: str, controller: bool) -> None:
    state = build_state({UDI: pid_udi(pid)})
    assert (state.platform, state.is_controller) == (platform, controller)


@pytest.mark.parametrize(("software", "platform"), [("C9800-AP", "EWC-AP"), ("C9800", "NEW-PID-1")])
def test_the_software_tells_a_controller_of_an_unknown_product_id(software: str, platform: str) -> None:
    version = printed.VERSION.replace("C9800 Software", f"{software} Software")
    state = build_state({UDI: pid_udi("NEW-PID-1"), "show version": version})
    assert (state.platform, state.is_controller) == (platform, True)


@pytest.mark.parametrize(("count", "controller"), [(0, False), (3, True)])
def test_a_switch_is_a_controller_only_while_it_uses_wireless_licences(count: int, controller: bool) -> None:
    """Every Catalyst 9300 prints an AIR level, and many list the AIR licences without using them."""
    version = printed.VERSION.replace("C9800 Software (C9800_IOSXE-K9)", "Catalyst L3 Switch Software (CAT9K_IOSXE)")
    outputs = {
        UDI: pid_udi("C9300-24P"),
        "show version": version,
        "show license usage": printed.use("air-dna-advantage", "AIR-DNA-A", count, "Subscription"),
    }
    state = build_state(outputs)
    assert (state.is_controller, state.air_level) == (controller, "AIR DNA Advantage")


@pytest.mark.parametrize("release", ["17.3.1", "16.12.4", "17.3.2"])
def test_a_release_before_the_policy_is_refused(release: str) -> None:
    with pytest.raises(UnsupportedDevice, match=rf"^wlc-1: IOS XE {release} has no"):
        build_state({UDI: ONE_UDI, "show version": printed.VERSION.replace("17.12.4", release)}, host="wlc-1")


def test_a_device_with_smart_licensing_switched_off_is_refused() -> None:
    with pytest.raises(UnsupportedDevice, match="not enabled"):
        build_state({STATUS: "Smart Licensing is DISABLED\n", UDI: ONE_UDI}, host="wlc-1")


def test_an_error_names_host_command_and_remedy() -> None:
    text = printed.license_all()
    with pytest.raises(ParseError) as caught:
        build_state({ALL: text[: text.index("License Usage")]}, host="wlc-1")
    assert str(caught.value).startswith(
        "wlc-1: show license all: the output is not complete (missing: product_information"
    )
    assert "buffer_read_timeout" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_any_udi_there_is_no_state() -> None:
    with pytest.raises(ParseError, match="show license udi"):
        build_state({"show version": printed.VERSION})


def test_a_command_that_the_release_lacks_counts_as_not_given() -> None:
    state = build_state({UDI: ONE_UDI, "show license rum id all": "% Invalid input detected at '^' marker.\n"})
    assert state.reports is None


def test_inventory_names_the_instance_when_nothing_else_does() -> None:
    text = 'NAME: "Chassis 1", DESCR: "x"\nPID: C9800-L-F-K9      , VID: 01   , SN: TTM0000A009\n'
    assert build_state({"show inventory": text}).udi == Udi("C9800-L-F-K9", "TTM0000A009")
