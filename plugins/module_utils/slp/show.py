# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show commands as data: ``parse(command, text)``.

Keys are the labels in snake case, values what the device printed; only counts become int. Everything not understood is
under ``extra`` and the load banner under ``banner``. Layouts of smart agents 5.1 to 8.0 are read (cli.md 3).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError, UnsupportedDevice

from ._show import licensing, redundancy, reports, system
from ._show.text import Page, page, rejected

_CLOCK_CONFIG = "show running-config | include ^clock"
_PARSERS: Mapping[str, Callable[[Page], dict[str, Any]]] = {
    "show license all": licensing.everything,
    "show license status": licensing.status,
    "show license summary": licensing.summary,
    "show license usage": licensing.usage,
    "show license udi": licensing.sections,
    "show license tech support": licensing.everything,
    "show license history message": reports.history,
    "show license eventlog": reports.eventlog,
    "show license rum id all": reports.rum_ids,
    "show license rum id <id> detail": reports.rum_detail,
    "show license authorization": licensing.sections,
    "show version": system.version,
    "show chassis": redundancy.chassis,
    "show chassis rmi": redundancy.chassis,
    "show redundancy": redundancy.redundancy,
    "show redundancy states": redundancy.states,
    "show inventory": system.inventory,
    "show clock": system.clock,
    _CLOCK_CONFIG: system.clock_config,
}
COMMANDS: tuple[str, ...] = tuple(_PARSERS)

_RUM_ID = re.compile(r"show license rum id \d+ detail")
_SLP = "Smart Licensing Using Policy"
_REGISTRATION = re.compile(r"^\s*Registration:\s*\n(?:\s*\n)*\s*Status:", re.MULTILINE)
_AUTHORIZED = re.compile(
    r"^\s*License Authorization:\s*\n\s*Status: (?:AUTHORIZED|NOT AUTHORIZED|OUT OF COMPLIANCE|EVAL)", re.MULTILINE
)
_CLASSIC_USE = re.compile(r"^\s+Status: (?:AUTHORIZED|NOT AUTHORIZED|OUT OF COMPLIANCE|EVAL)", re.MULTILINE)
_RIGHT_TO_USE = re.compile(r"^\s*Index \d+\s+Feature: ", re.MULTILINE)
_SLOT_TABLE = re.compile(r"^\s*SlotID\s+PID\s+SN\s+UDI\s*$", re.MULTILINE)


def parse(command: str, text: str) -> dict[str, Any]:
    """Read the output of one of ``COMMANDS`` (upper and lower case and double blanks do not matter).

    Raises ParseError for another command, an empty answer or ``% Invalid input``; UnsupportedDevice when a device
    before Smart Licensing Using Policy answered. A cut-off output gives what is there: who decides on it has to check
    (``state.build_state`` does).
    """
    name = normalise(command)
    parser = _PARSERS.get(name)
    if parser is None:
        raise ParseError("no parser for this command", subject=command[:80], remedy=f"Known are: {', '.join(COMMANDS)}")
    if rejected(text):
        raise ParseError("the device does not know the command", subject=name, cause=text.strip()[-120:])
    shown = page(text)
    if not shown.lines and name != _CLOCK_CONFIG:
        remedy = "Run again; if it stays so, type it by hand and see what comes"
        raise ParseError("the device printed nothing", subject=name, remedy=remedy)
    if name.startswith("show license") and (model := _before_slp("\n".join(shown.lines))):
        raise UnsupportedDevice(
            f"the device uses {model}, not Smart Licensing Using Policy",
            subject=name,
            remedy="Upgrade it to IOS XE 17.3.2a or later",
        )
    data = parser(shown)
    if shown.banner:
        data["banner"] = shown.banner
    return data


def normalise(command: str) -> str:
    """The command as it stands in ``COMMANDS``."""
    name = " ".join(command.lower().split())
    return "show license rum id <id> detail" if _RUM_ID.fullmatch(name) else name


def _before_slp(text: str) -> str:
    """Which older licensing model printed this, if one did."""
    if _SLP in text:
        return ""
    if _RIGHT_TO_USE.search(text) or _SLOT_TABLE.search(text):
        return "licences installed on the device itself"
    if _REGISTRATION.search(text) or _AUTHORIZED.search(text):
        return "registered Smart Licensing"
    if _CLASSIC_USE.search(text) and "License type:" not in text:
        return "registered Smart Licensing"
    return ""
