# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a simulated controller from outside: its pair, its power, its access points, its clock.

===============  ===================  ==================================================================
action           arguments            what happens
===============  ===================  ==================================================================
switchover                            the standby becomes active, the active comes back as standby
add_standby      serial               a second unit joins: the device is a pair from now on
remove_standby                        the standby is taken away
reload                                the whole pair restarts; the startup configuration is in force
set_aps          aps                  so many access points are joined
clock_offset     seconds              the device's clock is so much ahead of the world's; 0: NTP works again
===============  ===================  ==================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .device import MockDevice

Action = Callable[["MockDevice", Mapping[str, Any]], dict[str, Any]]


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


def _reload(device: MockDevice, _arguments: Mapping[str, Any]) -> dict[str, Any]:
    device.reload()
    return {"reloads": device.reloads}


def _set_aps(device: MockDevice, arguments: Mapping[str, Any]) -> dict[str, Any]:
    count = int(arguments["aps"])
    if count < 0:
        raise ValueError("set_aps: there are no fewer than 0 access points")
    device.set_aps(count)
    return {"aps": count}


ACTIONS: Mapping[str, tuple[tuple[str, ...], Action]] = {
    "reload": ((), _reload),
    "set_aps": (("aps",), _set_aps),
}
