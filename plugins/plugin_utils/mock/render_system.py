# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system shows: version, inventory, access points, log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from .iostime import span, system_time
from .licensing import LEVELS
from .render_license import Lines
from .rumpayload import AP_PID, access_point

if TYPE_CHECKING:
    from .device import MockDevice


@dataclass(frozen=True, slots=True)
class Hardware:
    """How a platform names itself in ``show version``; memory in kB."""

    software: str
    image: str
    processor: str
    main: int
    physical: int
    disk: str
    interfaces: tuple[str, ...]
    module: str


_APPLIANCE = "C9800_IOSXE-K9"
HARDWARE = {
    "C9800-CL": Hardware(
        "C9800-CL",
        "C9800-CL-K9_IOSXE",
        "VXE",
        4_001_000,
        8_180_004,
        "virtual hard disk",
        ("3 Gigabit Ethernet interfaces",),
        "Virtual Port",
    ),
    "C9800-40": Hardware(
        "C9800",
        _APPLIANCE,
        "1GL",
        8_080_000,
        33_554_432,
        "eUSB flash",
        ("1 Gigabit Ethernet interface", "4 Ten Gigabit Ethernet interfaces"),
        "4-port 10 Gigabit",
    ),
    "C9800-80": Hardware(
        "C9800",
        _APPLIANCE,
        "1RU",
        16_080_000,
        67_108_864,
        "eUSB flash",
        ("1 Gigabit Ethernet interface", "8 Ten Gigabit Ethernet interfaces"),
        "8-port 10 Gigabit",
    ),
    "C9800-L": Hardware(
        "C9800",
        _APPLIANCE,
        "KATAR",
        1_609_943,
        16_777_216,
        "eUSB flash",
        ("4 2.5 Gigabit Ethernet interfaces", "2 Ten Gigabit Ethernet interfaces"),
        "Front Panel bay",
    ),
    "EWC-AP": Hardware(
        "C9800-AP", "C9800-AP-K9_IOSXE-UNIVERSALK9-M", "VXE", 167_216, 1_813_640, "virtual hard disk", (), ""
    ),
}

_LEGAL = """\

Cisco IOS-XE software, Copyright (c) 2005-{year} by cisco Systems, Inc.
All rights reserved.  This text stands where a controller prints its licences
and its notice on export; the simulated device has none of Cisco's software.


ROM: IOS-XE ROMMON
"""


def version(device: MockDevice) -> Lines:
    hardware, release, agent = HARDWARE[device.spec.platform], device.release, device.agent
    built = _built(device)
    uptime = device.now - agent.boot
    processor = uptime + 120 if device.pair.active_since is None else device.now - device.pair.active_since
    minutes = span(uptime)
    reason = "Reload Command" if device.reloads else "PowerOn"
    yield f"Cisco IOS XE Software, Version {release.padded}"
    yield image_line(device)
    yield "Technical Support: http://www.cisco.com/techsupport"
    yield f"Copyright (c) 1986-{built:%Y} by Cisco Systems, Inc."
    yield f"Compiled {built:%a %d-%b-%y} 12:00 by mcpre"
    yield _LEGAL.format(year=built.year)
    yield f"{device.hostname} uptime is {minutes}"
    yield f"Uptime for this control processor is {span(processor)}"
    yield "System returned to ROM by reload"
    yield f"System restarted at {system_time(agent.boot, device.zone)}"
    yield f'System image file is "{device.flash.filesystem}packages.conf"'
    yield f"Last reload reason: {reason}"
    yield ""
    yield ""
    yield f"AIR License Level: {LEVELS[agent.level].title}"
    yield f"Next reload AIR license Level: {LEVELS[device.next_level].title}"
    yield ""
    yield f"Smart Licensing Status: {device.layout.smart_status}"
    yield ""
    udi = device.units[0][1]
    # The virtual controller's model line is not its PID (cli.md 7.3).
    model = "C9800-CL" if device.spec.platform == "C9800-CL" else udi.pid
    yield (
        f"cisco {model} ({hardware.processor}) processor (revision {hardware.processor}) "
        f"with {hardware.main}K/6147K bytes of memory."
    )
    yield f"Processor board ID {udi.sn}"
    yield "Router operating mode: Autonomous"
    yield "2 Virtual Ethernet interfaces"
    yield from hardware.interfaces
    yield "32768K bytes of non-volatile configuration memory."
    yield f"{hardware.physical}K bytes of physical memory."
    yield f"{device.spec.flash_size // 1024}K bytes of {hardware.disk} at bootflash:."
    yield "Installation mode is INSTALL"
    yield ""
    yield ""
    yield "Configuration register is 0x2102"


def image_line(device: MockDevice) -> str:
    """The image as ``show version`` and ``show redundancy`` name it."""
    hardware, release = HARDWARE[device.spec.platform], device.release
    return (
        f"Cisco IOS Software [{release.train}], {hardware.software} Software ({hardware.image}), "
        f"Version {release}, RELEASE SOFTWARE (fc3)"
    )


def _built(device: MockDevice) -> date:
    """A plausible date for a release: a train every four months from 16.12 on, a rebuild every two."""
    release = device.release
    trains = (release.major - 17) * 12 + release.minor
    return date(2019, 8, 1) + timedelta(days=120 * trains + 60 * (release.maintenance - 1))


def inventory(device: MockDevice) -> Lines:
    yield "+" * 77
    yield 'INFO: Please use "show license UDI" to get serial number for licensing.'
    yield "+" * 77
    yield ""
    module = HARDWARE[device.spec.platform].module
    for number, _role, udi in device.chassis:
        chassis = udi.pid.removesuffix("-K9") if device.spec.platform == "C9800-CL" else udi.pid
        yield from _item(f"Chassis {number}", f"Cisco {chassis} Chassis", udi.pid, "V01", udi.sn)
        if module:
            yield from _item(f"module {number - 1}", f"Cisco {chassis} {module} Module", udi.pid, "", "")
        yield from _item(f"module R{number - 1}", f"Cisco {chassis} Route Processor", udi.pid, "V01", udi.sn)


def _item(name: str, description: str, pid: str, vid: str, sn: str) -> Lines:
    yield f'NAME: "{name}", DESCR: "{description}"'
    yield f"PID: {pid:<18}, VID: {vid:<5}, SN: {sn:<11}"
    yield ""


def ap_summary(device: MockDevice) -> Lines:
    count = device.agent.joined
    yield f"Number of APs: {count}"
    if not count:
        return
    head = (
        f"{'AP Name':<33}{'Slots':<6}{'AP Model':<21}{'Ethernet MAC':<15}{'Radio MAC':<15}{'CC':<5}{'RD':<5}"
        f"{'IP Address':<42}{'State':<13}Location"
    )
    yield ""
    yield "CC = Country Code"
    yield "RD = Regulatory Domain"
    yield ""
    yield head
    yield "-" * 165
    controller = device.units[0][1]
    for number in range(count):
        name = access_point(controller, number).sn
        address = IPv4Address("10.0.0.1") + number
        ethernet, radio = (f"0200.{block}{number >> 16 & 255:02x}.{number & 0xFFFF:04x}" for block in ("5e", "5f"))
        yield (
            f"{name:<33}{2:<6}{AP_PID:<21}{ethernet:<15}{radio:<15}{'US':<5}{'-B':<5}"
            f"{address!s:<42}{'Registered':<13}default location"
        )
