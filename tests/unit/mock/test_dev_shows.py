# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each release shows (cli.md 3.11), and what a device costs."""

from __future__ import annotations

import gc
import tracemalloc
from datetime import UTC, datetime

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.layouts import Release, layout_of
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.spec import DeviceSpec

from tests.unit.mock.dev_tools import RELEASES, Console, make_device

BLOCKS = {
    "Account Information:": ("17.7.1", "17.9.5", "17.12.4", "17.15.3", "17.18.1"),
    "Usage Report Summary:": ("17.7.1", "17.9.5", "17.12.4", "17.15.3", "17.18.1"),
    "  VRF:\n    Not Configured": ("17.7.1", "17.9.5"),
    "  VRF: <empty>": ("17.12.4", "17.15.3", "17.18.1"),
    "License Conversion:": ("17.12.4", "17.15.3", "17.18.1"),
    "Reporting Mode: STANDARD": ("17.15.3", "17.18.1"),
    "Device Telemetry Report Summary:": ("17.12.4", "17.15.3"),
    "Device Enforcement State:": ("17.18.1",),
}
CHECKED = ("17.3.4", "17.6.5", "17.7.1", "17.9.5", "17.12.4", "17.15.3", "17.18.1")


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("release", CHECKED)
def test_blocks_come_with_their_releases(release: str, block: str) -> None:
    text = Console(make_device(release=release, aps=1)).run("show license all")
    assert (block in text) is (release in BLOCKS[block])


@pytest.mark.parametrize(
    ("release", "throttled", "ack_trust", "dialect"),
    [
        ("17.3.2a", False, False, 1),
        ("17.6.3", False, False, 1),
        ("17.6.4", True, False, 1),
        ("17.7.1", False, True, 2),
        ("17.8.1", False, True, 2),
        ("17.9.1", True, True, 2),
        ("17.18.1", True, True, 2),
    ],
)
def test_release_gates(release: str, throttled: bool, ack_trust: bool, dialect: int) -> None:
    layout = layout_of(Release.parse(release))
    assert (layout.throttled, layout.ack_trust, layout.dialect) == (throttled, ack_trust, dialect)


def test_the_letter_of_a_release_counts() -> None:
    assert not layout_of(Release.parse("17.3.2")).slp
    assert layout_of(Release.parse("17.3.2a")).slp
    assert Release.parse("17.9.4a").padded == "17.09.04a"
    with pytest.raises(ValueError, match="no release"):
        Release.parse("17.9")


@pytest.mark.parametrize("release", ["16.12.5", "17.3.1", "17.3.2"])
def test_before_17_3_2a_licensing_is_classic(release: str) -> None:
    console = Console(make_device(release=release, aps=3))
    for command in ("show license status", "show license all", "show license summary"):
        text = console.run(command)
        assert "Registration:" in text
        assert "Smart Licensing Using Policy" not in text
    assert "air-dna-advantage" in console.run("show license usage")
    assert "UDI: PID:C9800-CL-K9,SN:9SIM0000001" in console.run("show license udi")
    for command in ("show license tech support", "show license rum id all", "license smart sync all"):
        assert not console.knows(command)


@pytest.mark.parametrize("release", RELEASES)
def test_every_text_ends_with_one_line_end_and_has_no_tail(release: str) -> None:
    console = Console(make_device(release=release, aps=2, standby_serial="9SIM0000002"))
    for what in ("all", "status", "summary", "usage", "udi", "tech support", "history message", "authorization"):
        text = console.run(f"show license {what}")
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert all(line == line.rstrip() for line in text.splitlines())


def test_version_names_the_release_in_both_forms() -> None:
    text = Console(make_device(release="17.9.5")).run("show version")
    assert text.startswith("Cisco IOS XE Software, Version 17.09.05\n")
    assert "[Cupertino], C9800-CL Software (C9800-CL-K9_IOSXE), Version 17.9.5, RELEASE" in text
    assert "cisco C9800-CL (VXE) processor (revision VXE) with" in text
    assert "wlc1 uptime is 1 hour\n" in text


def test_the_unit_columns_of_the_summary() -> None:
    line = Console(make_device(aps=12)).run("show license summary").splitlines()[7]
    assert line[2:23] == "air-network-advantage"
    assert line[26] == "("
    assert line[59:61] == "12"
    assert line[62:] == "IN USE"


def test_no_access_point_no_licence_in_use() -> None:
    console = Console(make_device(aps=0))
    assert "No licenses in use" in console.run("show license summary")
    assert "Status: NOT IN USE(1)" in console.run("show license tech support")
    assert console.run("show ap summary") == "Number of APs: 0\n"
    assert console.run("show license rum id all").splitlines()[-1].startswith("Report Id")


def test_an_access_point_is_known_by_one_serial_everywhere() -> None:
    device = make_device(aps=300)
    names = [line.split()[0] for line in Console(device).run("show ap summary").splitlines() if "Registered" in line]
    Console(device).run("license smart save usage all file flash:x")
    assert len(set(names)) == 300
    assert all(name.encode() in device.flash.read("x") for name in names)


def test_ewc_has_its_own_file_system_and_level() -> None:
    device = make_device(platform="EWC-AP", release="17.3.4", aps=1)
    Console(device).run("license smart save usage all file flash:x")
    assert device.flash.url("x") == "flash:x"
    assert device.snapshot()["level"] == "AIR DNA Essentials"


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("platform", "C9300", "platform"),
        ("transport", "carrier-pigeon", "transport"),
        ("level", "gold", "level"),
        ("colour", "blue", "unknown key"),
    ],
)
def test_a_wrong_specification_is_named(key: str, value: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DeviceSpec.from_mapping({"name": "wlc9", "serial": "9SIM0000009", key: value})


def test_a_thousand_idle_devices_are_cheap() -> None:
    """Looked at once each (``show license status``), with a backlog behind every tenth."""

    def build(number: int) -> MockDevice:
        device = make_device(
            name=f"wlc{number}", serial=f"9SIM{number:07}", aps=50, waiting_reports=290 if number % 10 == 0 else 0
        )
        Console(device).run("show license status")
        return device

    build(0)
    gc.collect()
    tracemalloc.start()
    devices = [build(number) for number in range(200)]
    gc.collect()
    used, _unused = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used / len(devices) < 50_000


def test_a_clock_that_runs_is_advanced() -> None:
    device = make_device(aps=1)
    assert device.clock.now() == datetime(2026, 3, 2, 9, 14, 11, tzinfo=UTC)
    device.clock.advance(60)
    assert device.now == datetime(2026, 3, 2, 9, 15, 11, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("seconds", [-1, 1e11, 1e30, float("inf")])
def test_a_clock_that_cannot_be_advanced_still_runs(seconds: float) -> None:
    device = make_device(aps=1)
    before = device.clock.now()
    with pytest.raises(ValueError, match="advanced"):
        device.clock.advance(seconds)
    assert device.clock.now() == before
