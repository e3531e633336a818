# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parsed outputs of one device, asked by section: several commands print the same section."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError

from ._show.text import rejected
from .show import normalise, parse
from .times import DeviceTime, parse_time

Parsed = Mapping[str, Any]
_NUMBER = re.compile(r"\s*(\d{1,18})")
ALL, STATUS, TECH = "show license all", "show license status", "show license tech support"
SUMMARY, USAGE, UDI = "show license summary", "show license usage", "show license udi"
AUTHORIZATION, RUM_IDS = "show license authorization", "show license rum id all"
VERSION, CLOCK, CLOCK_CONFIG = "show version", "show clock", "show running-config | include ^clock"


class Sources:
    """``views``: what prints the status, best first. A section is the union over them; the first one wins."""

    def __init__(self, outputs: Mapping[str, str]) -> None:
        self.parsed: dict[str, Parsed] = {
            normalise(command): parse(command, text) for command, text in outputs.items() if not rejected(text)
        }
        self.views: dict[str, Parsed] = {}
        for command in (ALL, STATUS, TECH):
            if found := self.parsed.get(command):
                self.views[command] = found if command == STATUS else section(found, "smart_licensing_status")
        self.zones = _zones(self.get(CLOCK_CONFIG))

    def get(self, command: str) -> Parsed:
        return self.parsed.get(command, {})

    def each(self, *commands: str) -> Iterable[Parsed]:
        return (self.parsed[command] for command in commands if command in self.parsed)

    def status(self, name: str) -> Parsed | None:
        """A section of the status; None when nobody printed it."""
        return _union(name, (*self.views.values(), *self.each(SUMMARY)))

    def chapter(self, name: str) -> Parsed | None:
        """A chapter of ``show license all``, which tech support prints with more in it."""
        return _union(name, self.each(ALL, STATUS, TECH))

    def value(self, name: str) -> str | None:
        """A value that stands outside the sections."""
        found = (source.get(name) for source in self.each(ALL, STATUS, TECH))
        return next((value for value in found if isinstance(value, str)), None)

    def time(self, text: Any) -> DeviceTime | None:
        return parse_time(text, self.zones) if isinstance(text, str) else None

    def clock(self) -> DeviceTime | None:
        """``show clock``, or the time of a load banner, or the time tech support was made."""
        if shown := self.get(CLOCK).get("time"):
            return self.time(shown)
        banners = (section(source, "banner").get("time", "") for source in self.parsed.values())
        jobs = self.chapter("upcoming_scheduled_jobs") or {}
        for text in (*banners, jobs.get("current_time", "")):
            with suppress(ParseError):
                if time := self.time(text.lstrip("*. ")):
                    return time
        return None

    def ntp_synced(self) -> bool | None:
        """Said outright by tech support; else from the mark and the source that the clock is printed with."""
        told = as_bool((self.chapter("other_info") or {}).get("clock_sync_ed_with_ntp"))
        if told is not None:
            return told
        shown = self.get(CLOCK)
        stamps = [(shown.get("mark", ""), shown.get("time_source"))] if shown else []
        for source in self.parsed.values():
            banner = section(source, "banner")
            stamps.append((banner.get("time", "")[:1].strip("0123456789 "), banner.get("time_source")))
        for mark, kind in stamps:
            if mark:
                return False  # "*": never set; ".": NTP is lost
            if kind:
                return bool(kind == "NTP")
        return None


def _zones(config: Parsed) -> dict[str, timedelta | None]:
    """Offset by zone name; None where the summer time shares the name of the standard time."""
    standard, summer = section(config, "timezone"), section(config, "summer_time")
    base = standard.get("offset_minutes", 0)
    zones: dict[str, timedelta | None] = {standard["zone"]: timedelta(minutes=base)} if standard else {}
    if summer:
        shared = summer["zone"] in zones
        zones[summer["zone"]] = None if shared else timedelta(minutes=base + summer["shift_minutes"])
    return zones


def section(source: Parsed | None, name: str) -> Parsed:
    """A dictionary under this name; empty when the device printed something else or nothing there."""
    found = (source or {}).get(name)
    return found if isinstance(found, Mapping) else {}


def _union(name: str, sources: Iterable[Parsed]) -> Parsed | None:
    found = [section(source, name) for source in sources if name in source]
    if not found:
        return None
    return {key: value for part in reversed(found) for key, value in part.items()}


def text_of(value: Any) -> str | None:
    """A printed value; None for ``<none>``, ``<empty>``, nothing, and what is a section."""
    if not isinstance(value, str) or value.strip().lower() in ("", "<none>", "<empty>", "none", "not configured"):
        return None
    return value


def as_bool(value: Any) -> bool | None:
    """``yes``, ``True``, ``ENABLED`` and their opposites."""
    word = str(value).split(" ", 1)[0].lower()
    if word in ("yes", "true", "enabled"):
        return True
    return False if word in ("no", "false", "disabled") else None


def as_int(value: Any) -> int | None:
    """The number a value begins with: 30 of ``30  days``, 0 of ``0(300)``; None when it begins with none."""
    if isinstance(value, int):
        return value
    digits = _NUMBER.match(str(value))
    return int(digits[1]) if digits else None
