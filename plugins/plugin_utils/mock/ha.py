# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a simulated controller from outside: its pair, its power, its access points, its clock.

===============  ===================  ==================================================================
action           arguments            what happens
===============  ===================  ==================================================================
switchover                            the standby becomes active, the active comes back as standby; sessions break
add_standby      serial               a second unit joins: the device is a pair from now on
remove_standby                        the standby is taken away
reload                                the whole pair restarts; the startup configuration is in force, sessions break
set_aps          aps                  so many access points are joined
clock_offset     seconds              the device's clock is so much ahead of the world's; 0: NTP works again
===============  ===================  ==================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .simdoc import Udi

if TYPE_CHECKING:
    from .device import MockDevice

ROLES = ("Active", "Standby")
Action = Callable[["MockDevice", Mapping[str, Any]], dict[str, Any]]


@dataclass(slots=True)
class Pair:
    """What redundancy remembers. ``chassis``: the number of each unit by serial; times: None for since the start."""

    chassis: dict[str, int]
    switchovers: int = 0
    failures: int = 0
    reason: str = "none"
    active_since: float | None = None
    standby_since: float | None = None


def do(device: MockDevice, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out one action and return what is then so. Raises LookupError: unknown; ValueError: refused, and why."""
    if action not in ACTIONS:
        raise LookupError(f"{device.spec.name} has no action {action}; there are {', '.join(sorted(ACTIONS))}")
    needed, act = ACTIONS[action]
    missing, unknown = sorted(set(needed) - set(arguments)), sorted(set(arguments) - set(needed))
    if missing or unknown:
        wrong = f"{', '.join(missing)} missing" if missing else f"unknown argument(s) {', '.join(unknown)}"
        raise ValueError(f"{action}: {wrong}")
    return act(device, arguments)


def _switchover(device: MockDevice, _arguments: Mapping[str, Any]) -> dict[str, Any]:
    if len(device.units) == 1:
        raise ValueError("switchover: there is no standby")
    (_active, active), (_standby, standby) = device.units
    pair = device.pair
    pair.switchovers += 1
    pair.reason = "user forced"
    pair.active_since = pair.standby_since = device.now
    _form(device, standby, active)
    device.break_sessions()
    return _units(device)


def _add_standby(device: MockDevice, arguments: Mapping[str, Any]) -> dict[str, Any]:
    serial, active = str(arguments["serial"]), device.units[0][1]
    if len(device.units) > 1:
        raise ValueError("add_standby: there is a standby already")
    if not serial or serial == active.sn:
        raise ValueError(f"add_standby: {serial!r} is no serial number of another unit")
    device.pair.chassis[serial] = 3 - device.pair.chassis[active.sn]
    device.pair.standby_since = device.now
    device.config.section.set("redundancy").set("mode sso")
    _form(device, active, Udi(active.pid, serial))
    if device.online:
        device.online.synchronise_trust()
    return _units(device)


def _remove_standby(device: MockDevice, _arguments: Mapping[str, Any]) -> dict[str, Any]:
    if len(device.units) == 1:
        raise ValueError("remove_standby: there is no standby")
    (_active, active), (_standby, standby) = device.units
    del device.pair.chassis[standby.sn]
    device.pair.failures += 1
    _form(device, active)
    if device.online:
        device.online.synchronise_trust()
    return _units(device)


def _form(device: MockDevice, *udis: Udi) -> None:
    """Each of these changes calls for a report (seed, High Availability); whether it is sent, the transport decides."""
    device.units = tuple(zip(ROLES, udis, strict=False))
    device.agent.set_units(device.units)
    device.agent.rouse()


def _units(device: MockDevice) -> dict[str, Any]:
    return {"units": [{"role": role, "pid": udi.pid, "sn": udi.sn} for role, udi in device.units]}


def _reload(device: MockDevice, _arguments: Mapping[str, Any]) -> dict[str, Any]:
    device.reload()
    return {"reloads": device.reloads}


def _set_aps(device: MockDevice, arguments: Mapping[str, Any]) -> dict[str, Any]:
    count = int(arguments["aps"])
    if count < 0:
        raise ValueError("set_aps: there are no fewer than 0 access points")
    device.set_aps(count)
    return {"aps": count}


def _clock_offset(device: MockDevice, arguments: Mapping[str, Any]) -> dict[str, Any]:
    device.set_clock(float(arguments["seconds"]))
    return {"clock_offset": device.clock_offset, "now": device.now}


ACTIONS: Mapping[str, tuple[tuple[str, ...], Action]] = {
    "switchover": ((), _switchover),
    "add_standby": (("serial",), _add_standby),
    "remove_standby": ((), _remove_standby),
    "reload": ((), _reload),
    "set_aps": (("aps",), _set_aps),
    "clock_offset": (("seconds",), _clock_offset),
}
