# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as devices print them: a wall clock and the name of a zone that only the device's configuration explains."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}  # strptime would follow the locale
_CLOCK = r"(?P<h>\d{1,2}):(?P<mi>\d\d):(?P<s>\d\d)(?:\.(?P<f>\d{1,6}))?"
_ZONE = r"(?P<z>[A-Za-z0-9_+\-/]+)"
_FORMS = (
    re.compile(rf"(?P<mo>[A-Z][a-z]{{2}})\s+(?P<d>\d{{1,2}})\s+{_CLOCK}\s+(?P<y>\d{{4}})\s+{_ZONE}"),  # the smart agent
    re.compile(
        rf"[*.]?\s*{_CLOCK}\s+{_ZONE}\s+[A-Z][a-z]{{2}}\s+(?P<mo>[A-Z][a-z]{{2}})\s+(?P<d>\d{{1,2}})\s+(?P<y>\d{{4}})"
    ),
    re.compile(rf"(?P<y>\d{{4}})-(?P<mo>\d\d)-(?P<d>\d\d)\s+{_CLOCK}\s+{_ZONE}"),  # the event log
)
_NOTHING = frozenset({"", "<none>", "<empty>", "none", "never"})
_UTC: Mapping[str, timedelta] = {"UTC": timedelta(0), "GMT": timedelta(0), "Z": timedelta(0)}


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """``text`` as printed, ``wall`` without zone, the zone's name; ``utc`` is None when its offset is unknown."""

    text: str
    wall: datetime
    zone: str
    utc: datetime | None

    @property
    def iso(self) -> str:
        """ISO 8601 in UTC with ``Z`` where the zone is known, else the text as printed."""
        return self.utc.isoformat().replace("+00:00", "Z") if self.utc else self.text


def parse_time(text: str, zones: Mapping[str, timedelta | None] | None = None) -> DeviceTime | None:
    """Read a time of the smart agent, of ``show clock`` or of the event log; None for ``<none>`` and ``<empty>``.

    ``zones``: offset from UTC by zone name (None: ambiguous), as the device is configured; it wins over what UTC and
    GMT mean by themselves. Raises ParseError for anything else: a deadline that cannot be read must not look like no
    deadline.
    """
    text = text.strip()
    if text.lower() in _NOTHING:
        return None
    for form in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            wall = _wall(found, text)
            zone = found["z"]
            return DeviceTime(text, wall, zone, _utc(wall, (zones or {}).get(zone, _UTC.get(zone))))
    raise ParseError("not a time of a device", cause=text[:60])


def parse_model_time(text: str) -> DeviceTime | None:
    """Read a ``date-and-time`` of a data model; None for nothing and for the epoch, which means never (yang.md 1)."""
    text = text.strip()
    if text.lower() in _NOTHING:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ParseError("not a time of a data model", cause=text[:60]) from error
    if moment.tzinfo is None:
        raise ParseError("a time of a data model without its zone", cause=text[:60])
    utc = moment.astimezone(UTC)
    if utc.timestamp() == 0:
        return None
    zone = "UTC" if moment.utcoffset() == timedelta(0) else str(moment.tzinfo)
    return DeviceTime(text, moment.replace(tzinfo=None), zone, utc)


def _wall(found: re.Match[str], text: str) -> datetime:
    month = found["mo"]
    try:
        return datetime(
            int(found["y"]),
            _MONTHS[month] if month.isalpha() else int(month),
            int(found["d"]),
            int(found["h"]),
            int(found["mi"]),
            int(found["s"]),
            int((found["f"] or "0").ljust(6, "0")),
        )
    except (KeyError, ValueError) as error:
        raise ParseError("not a time of a device", cause=text[:60]) from error


def _utc(wall: datetime, offset: timedelta | None) -> datetime | None:
    if offset is None:
        return None
    try:
        return (wall - offset).replace(tzinfo=UTC)
    except OverflowError:  # year 1 or 9999 of a device without a clock
        return None
