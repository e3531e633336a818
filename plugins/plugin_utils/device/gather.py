# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the licensing state of a product instance, and refuse what is none of ours (cli.md 6.3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import DeviceError, UnsupportedDevice
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState, build_state

from .driver import Driver
from .files import NAME_ONE, Listing, dir_command, parse_dir

VERSION = "show version"
BRIEF = (VERSION, "show license status", "show license udi", "show license summary", "show redundancy states")
"""Enough to know whom we talk to, and its trust codes and dates."""
FULL = (
    VERSION,
    "show license all",
    "show license rum id all",
    "show chassis",
    "show redundancy states",
    "show clock",
    "show running-config | include ^clock",
)


def gather(driver: Driver, *, extra: Collection[str] = ()) -> LicenseState:
    """The whole state in one write. ``extra``: further commands of ``show.COMMANDS``.

    Commands that the release lacks are passed over. Raises ``UnsupportedDevice`` before SLP.
    """
    return build_state(driver.run_all([*FULL, *extra], required=[VERSION]), host=driver.host)


@dataclass(frozen=True, slots=True)
class Look:
    """The state, and the directory in which an operation works."""

    state: LicenseState
    listing: Listing


def look(driver: Driver, commands: Sequence[str], filesystem: str | None) -> Look:
    """The first read of every operation, in one write; refuses devices on which it must not go on."""
    directory = dir_command(filesystem)
    texts = driver.run_all([*commands, directory], required=[VERSION, directory])
    state = build_state({command: text for command, text in texts.items() if command != directory}, host=driver.host)
    refuse_foreign(state, driver.host)
    listing = parse_dir(texts[directory])
    if listing is None:
        raise DeviceError(
            f"cannot read the file system {filesystem or 'of the device'}",
            host=driver.host,
            cause=texts[directory].strip(),
            remedy=NAME_ONE,
        )
    return Look(state, listing)


def refuse_foreign(state: LicenseState, host: str) -> None:
    """No operation goes on at a device that is none of ours, or at the standby unit of a pair."""
    if state.is_controller is False:
        raise UnsupportedDevice(
            f"{state.udi.pid} is neither a Catalyst 9800 nor an EWC-AP, nor is a wireless licence in use",
            host=host,
            remedy="Take it out of the play's hosts",
        )
    if state.ha is not None and (state.ha.my_state or "").upper().startswith("STANDBY"):
        raise DeviceError(
            "this is the standby unit; a pair is asked through its active unit only",
            host=host,
            remedy="Set ansible_host to the address of the pair (wireless management)",
        )
