# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times and spans as IOS XE and its licensing agent print them; one formatter for every text (cli.md 3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone, tzinfo

UNITS = (("year", 31_536_000), ("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def zone_of(name: str, minutes: int) -> tzinfo:
    """A zone as ``clock timezone`` makes it: a name and an offset, no summer time."""
    return timezone(timedelta(minutes=minutes), name)


def agent_time(epoch: float | None, zone: tzinfo) -> str:
    """``Mar 02 09:14:11 2024 UTC``."""
    return "<none>" if epoch is None else f"{datetime.fromtimestamp(epoch, zone):%b %d %H:%M:%S %Y %Z}"


def event_time(epoch: float, zone: tzinfo) -> str:
    """``2024-03-02 03:31:32.920 UTC``, for the event log."""
    time = datetime.fromtimestamp(epoch, zone)
    return f"{time:%Y-%m-%d %H:%M:%S}.{time.microsecond // 1000:03} {time:%Z}"


def system_time(epoch: float, zone: tzinfo) -> str:
    """``09:14:11 UTC Sat Mar 2 2024``, for ``show version`` and the running configuration."""
    time = datetime.fromtimestamp(epoch, zone)
    return f"{time:%H:%M:%S %Z %a %b} {time.day} {time.year}"


def log_time(epoch: float, zone: tzinfo, synced: bool) -> str:
    """``*Mar  2 09:14:11.000``: the star says that the clock is not synchronised."""
    time = datetime.fromtimestamp(epoch, zone)
    return f"{'' if synced else '*'}{time:%b} {time.day:2} {time:%H:%M:%S}.{time.microsecond // 1000:03}"


def span(seconds: float, units: Sequence[str] = ("year", "week", "day", "hour", "minute")) -> str:
    """``1 week, 2 days, 3 minutes``; units of value 0 are left out, but something always stands."""
    parts = []
    rest = int(seconds)
    for unit, length in UNITS:
        if unit in units:
            value, rest = divmod(rest, length)
            if value:
                parts.append(f"{value} {unit}{'s' if value > 1 else ''}")
    return ", ".join(parts) or f"0 {units[-1]}s"
