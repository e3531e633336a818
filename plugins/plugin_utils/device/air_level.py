# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AIR licence level of a controller: set for the next reload, which is never ours to do (cli.md 1.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ansible_collections.c9800.slp.plugins.module_utils.slp.air import AirLevel, Shown, shown_level
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import Change
from ansible_collections.c9800.slp.plugins.module_utils.slp.desired import plan
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import DeviceError, UnsupportedDevice
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState

from .configure import save as keep
from .configure import unsaved
from .controller import Controller
from .gather import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Levelled:
    """What was done. ``before``, ``after``: the level after the next reload; in check mode ``after`` is the wanted one.

    ``reload_pending``: the level in force is another one. ``forgotten``: it was set, and only had to be saved.
    """

    udi: str
    current: str | None
    before: str | None
    after: str | None
    changed: bool
    reload_pending: bool
    forgotten: bool = False


def air_level(controller: Controller, level: AirLevel, *, save: bool = True, check: bool = False) -> Levelled:
    """Have the device run at ``level`` after its next reload. The level it shows decides, not the command it has."""
    state = controller.state(VERSION)  # which no data model tells
    shown = shown_level(state, level)
    _refuse(controller, state, level, shown)
    change = Change()
    if not shown.is_next(level):
        current = controller.configuration()
        change = plan(replace(current, air_level=level.line), current)
        change = change or Change(settings={"air_level": (level.line, level.line)}, lines=(_command(level),))
    after = shown
    forgotten = bool(not change and save and unsaved(controller, lambda _startup: ["air_level"]))
    if forgotten and not check:
        keep(controller)
    if change and not check:
        remark = controller.apply(change)
        after = shown_level(controller.state(VERSION), level)
        if not after.is_next(level):
            raise DeviceError(
                f"the level after the next reload is {after.following} and should be {level.line}",
                host=controller.host,
                cause=f"the device says {remark!r}" if remark else "it took the command and shows something else",
                remedy=f"Look at `show version` and `show running-config | include {_command(level)}`",
            )
        if save:
            keep(controller)
    return Levelled(
        udi=str(state.udi),
        current=after.now,
        before=shown.following,
        after=level.line if change and check else after.following,
        changed=bool(change) or forgotten,
        forgotten=forgotten,
        reload_pending=after.reload_pending or bool(change and check),
    )


def _command(level: AirLevel) -> str:
    return f"license air level {level.line}"


def _refuse(controller: Controller, state: LicenseState, level: AirLevel, shown: Shown) -> None:
    if state.is_controller is False:
        raise UnsupportedDevice(
            "this is neither a Catalyst 9800 nor an EWC-AP", host=controller.host, remedy="Take it out of the play"
        )
    if reason := level.refusal(state.release):
        raise DeviceError(
            reason, host=controller.host, remedy="Use air-network-advantage or air-network-essentials there"
        )
    if reason := controller.cannot("configure:air_level"):
        raise DeviceError(reason, host=controller.host)
    if shown.following is None:
        raise DeviceError(
            "the device does not show its AIR licence level",
            host=controller.host,
            remedy="Look at `show version`; over NETCONF and RESTCONF it is in no data model",
        )
