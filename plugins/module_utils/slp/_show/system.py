# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""show version, show inventory, show clock, and the clock lines of the running configuration."""

from __future__ import annotations

import re
from typing import Any

from .fields import snake, with_extra
from .text import Page

_SOFTWARE = re.compile(
    r"Cisco IOS Software(?: \[(?P<location>[^\]]*)\])?, (?P<platform>.+?) Software \((?P<image_id>[^)]*)\), "
    r"(?:Experimental )?Version (?P<version>[^\s,]+),?\s*(?P<label>.*)"
)
_IS = re.compile(r"(?P<hostname>\S+) uptime is (?P<uptime>.+)")
_PROCESSOR = re.compile(
    r"[Cc]isco (?P<chassis>\S+) \((?P<processor_type>[^)]*)\) processor(?: \(revision (?P<revision>[^)]*)\))?"
    r" with (?P<memory>\d{1,18})K"
)
_PHRASES = (
    ("xe_version", re.compile(r"Cisco IOS XE Software, Version (.+)")),
    ("copyright_years", re.compile(r"Copyright \(c\) (\S+) by Cisco Systems.*")),
    ("compiled", re.compile(r"Compiled (.+)")),
    ("rom", re.compile(r"ROM: (.+)")),
    ("bootldr", re.compile(r"BOOTLDR: (.+)")),
    ("uptime_this_cp", re.compile(r"Uptime for this control processor is (.+)")),
    ("returned_to_rom_by", re.compile(r"System returned to ROM by (.+)")),
    ("system_restarted_at", re.compile(r"System restarted at (.+)")),
    ("system_image", re.compile(r'System image file is "(.*)"')),
    ("last_reload_reason", re.compile(r"Last reload reason: (.+)")),
    ("chassis_sn", re.compile(r"Processor board ID (\S+)")),
    ("router_operating_mode", re.compile(r"Router operating mode: (.+)")),
    ("installation_mode", re.compile(r"Installation mode is (.+)")),
    ("curr_config_register", re.compile(r"Configuration register is (.+)")),
)
# Licence lines of all trains; their labels differ in capitals between the current and the next level.
_LEVEL = re.compile(
    r"((?:Next reload )?(?:AIR |Cisco Wireless |addon |Addon )?License (?:Level|Type|enforcement)|"
    r"Smart Licensing Status|Model Number|System Serial Number|Base Ethernet MAC Address)\s*:\s*(.*)",
    re.IGNORECASE,
)
_NAME = re.compile(r'NAME:\s*"(.*?)"\s*,\s*DESCR:\s*"(.*)"')
_PART = re.compile(r"PID:\s*(.*?)\s*,\s*VID:\s*(.*?)\s*,\s*SN:\s*(.*)")
_CLOCK = re.compile(r"([*.]?)\s*(\d{1,2}:\d\d:\d\d.*)")
_SOURCE = re.compile(r"Time source is (.+)|(No time source)")
_ZONE = re.compile(r"clock timezone (\S+) (-?\d{1,2})(?: (\d{1,2}))?")
_SUMMER = re.compile(r"clock summer-time (\S+) (recurring|date)\b(.*)")
_OFFSET = re.compile(r".*\d:\d\d.*\d:\d\d (\d{1,4})")


def version(page: Page) -> dict[str, Any]:
    """``show version``: ``hostname``, ``version``, ``xe_version``, ``platform``, ``chassis``, licence levels, ..."""
    data: dict[str, Any] = {}
    extra: list[str] = []
    for line in page.lines:
        body = line.strip()
        if body and not _version_line(body, data):
            extra.append(body)
    return with_extra(data, extra)


def _version_line(body: str, data: dict[str, Any]) -> bool:
    for pattern in (_SOFTWARE, _IS, _PROCESSOR):
        if found := pattern.match(body):
            for key, value in found.groupdict().items():
                data.setdefault(key, value)
            return True
    if level := _LEVEL.fullmatch(body):
        data.setdefault(snake(level[1]), level[2])
        return True
    for key, phrase in _PHRASES:
        if found := phrase.fullmatch(body):
            data.setdefault(key, found[1])
            return True
    return False


def inventory(page: Page) -> dict[str, Any]:
    """``show inventory``: ``{"inventory": [{"name", "descr", "pid", "vid", "sn"}]}``; absent values are empty."""
    parts: list[dict[str, Any]] = []
    extra: list[str] = []
    for line in page.lines:
        body = line.strip()
        if name := _NAME.fullmatch(body):
            parts.append({"name": name[1], "descr": name[2]})
        elif (part := _PART.fullmatch(body)) and parts and "pid" not in parts[-1]:
            parts[-1].update(zip(("pid", "vid", "sn"), part.groups(), strict=True))
        elif body:
            extra.append(body)
    return with_extra({"inventory": parts}, extra)


def clock(page: Page) -> dict[str, Any]:
    """``show clock``: ``time`` as printed without ``mark``, which is ``*`` (never set) or ``.`` (sync lost)."""
    data: dict[str, Any] = {}
    extra: list[str] = []
    for line in page.lines:
        body = line.strip()
        if time := _CLOCK.fullmatch(body):
            data.setdefault("mark", time[1])
            data.setdefault("time", time[2])
        elif source := _SOURCE.fullmatch(body):
            data["time_source"] = source[1] or "none"
        elif body:
            extra.append(body)
    return with_extra(data, extra)


def clock_config(page: Page) -> dict[str, Any]:
    """``{"timezone": {"zone", "offset_minutes"}, "summer_time": {"zone", "shift_minutes", "kind", "rule"}}``."""
    data: dict[str, Any] = {}
    extra: list[str] = []
    for line in page.lines:
        body = " ".join(line.split())
        if zone := _ZONE.fullmatch(body):
            sign = -1 if zone[2].startswith("-") else 1
            minutes = int(zone[2]) * 60 + sign * int(zone[3] or 0)
            data["timezone"] = {"zone": zone[1], "offset_minutes": minutes}
        elif summer := _SUMMER.fullmatch(body):
            shift = _OFFSET.fullmatch(summer[3])
            data["summer_time"] = {
                "zone": summer[1],
                "shift_minutes": int(shift[1]) if shift else 60,
                "kind": summer[2],
                "rule": summer[3].strip(),
            }
        elif body:
            extra.append(body)
    return with_extra(data, extra)
