# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redundancy as seen from the active unit: chassis, redundancy, redundancy states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .iostime import span
from .render_license import Lines
from .render_system import image_line

if TYPE_CHECKING:
    from .device import MockDevice


def chassis(device: MockDevice, *, rmi: bool = False) -> Lines:
    """``rmi``: with the addresses of the redundancy management interface."""
    rows = [
        (f"{'*' if role == 'Active' else ' '}{number}", role, _mac(device, number), 3 - number, number)
        for number, role, _unused in device.chassis
    ]
    yield f"Chassis/Stack Mac Address : {_mac(device, device.pair.chassis[device.units[0][1].sn])} - Local Mac Address"
    yield "Mac persistency wait time: Indefinite"
    if rmi:
        yield "Local Redundancy Port Type: Twisted Pair"
    yield f"{'':45}H/W   Current"
    tail = f"{'':16}RMI-IP" if rmi else ""
    yield f"Chassis#   Role    Mac Address     Priority Version  State{'':17}IP{tail}"
    yield "-" * (104 if rmi else 85)
    for label, role, mac, priority, host in rows:
        addresses = f"169.254.0.{host}" + (f"{'':10}192.0.2.{host}" if rmi else "")
        yield f"{label:<9}{role:<9}{mac:<19}{priority:<6}V02     {'Ready':<21}{addresses}"


def _mac(device: MockDevice, number: int) -> str:
    return f"0200.5e{device.number:02x}.{number:04x}"


def redundancy(device: MockDevice) -> Lines:
    paired, pair = len(device.units) > 1, device.pair
    up = span(device.now - device.agent.boot)
    active = pair.chassis[device.units[0][1].sn]
    yield "Redundant System Information :"
    yield "------------------------------"
    for label, value in {
        "Available system uptime": up,
        "Switchovers system experienced": str(pair.switchovers),
        "Standby failures": str(pair.failures),
        "Last switchover reason": pair.reason,
        "": "",
        "Hardware Mode": "Duplex" if paired else "Simplex",
        "Configured Redundancy Mode": "sso" if paired else "Non-redundant",
        "Operating Redundancy Mode": "sso" if paired else "Non-redundant",
        "Maintenance Mode": "Disabled",
        "Communications": "Up" if paired else "Down      Reason: Simplex mode",
    }.items():
        yield f"{label:>30} = {value}" if label else ""
    yield ""
    yield "Current Processor Information :"
    yield "-------------------------------"
    yield from _processor(device, f"Active Location = slot {active}", "ACTIVE", pair.active_since)
    if paired:
        yield ""
        yield "Peer Processor Information :"
        yield "----------------------------"
        yield from _processor(device, f"Standby Location = slot {3 - active}", "STANDBY HOT", pair.standby_since)


def _processor(device: MockDevice, location: str, state: str, since: float | None) -> Lines:
    label, _unused, place = location.partition(" = ")
    up = span(device.now - (device.agent.boot if since is None else since))
    yield f"{label:>30} = {place}"
    yield f"{'Current Software state':>30} = {state}"
    yield f"{'Uptime in current state':>30} = {up}"
    yield f"{'Image Version':>30} = {image_line(device)}"
    yield f"{'BOOT':>30} = {device.flash.filesystem}packages.conf,12;"
    yield f"{'CONFIG_FILE':>30} = "


def redundancy_states(device: MockDevice) -> Lines:
    paired = len(device.units) > 1
    mode = "sso" if paired else "Non-redundant"
    number = device.pair.chassis[device.units[0][1].sn]
    yield "       my state = 13 -ACTIVE"
    yield f"     peer state = {'8  -STANDBY HOT' if paired else '1  -DISABLED'}"
    yield f"           Mode = {'Duplex' if paired else 'Simplex'}"
    yield f"           Unit = {'Primary' if number == 1 else 'Secondary'}"
    yield f"        Unit ID = {number}"
    yield ""
    yield f"Redundancy Mode (Operational) = {mode}"
    yield f"Redundancy Mode (Configured)  = {mode}"
    yield f"Redundancy State              = {'sso' if paired else 'Non Redundant'}"
    yield "     Maintenance Mode = Disabled"
    yield f"    Manual Swact = {'enabled' if paired else 'disabled (system is simplex (no peer unit))'}"
    yield f" Communications = {'Up' if paired else 'Down      Reason: Simplex mode'}"
    yield ""
    yield "   client count = 128"
    yield " client_notification_TMR = 30000 milliseconds"
    yield "           RF debug mask = 0x0"
