# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measurements of a RUM report and the arithmetic that held in every real one (formats.md 1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .errors import ParseError
from .udi import Udi

_SAMPLING = 900  # seconds: "Interval: 00:15:00" of show license tech support


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value and the span it holds for. Times are epoch seconds UTC; what is missing or unreadable is None."""

    metric: str
    start: int | None
    end: int | None
    logged: int | None
    span: int | None  # seconds, as written ("sample_interval")
    samples: int | None
    value: int | None  # units in use; None in telemetry
    added: tuple[Udi, ...]  # access points that joined since the measurement before
    removed: tuple[Udi, ...]
    clock_change: int | None  # seconds
    termination_reason: str | None
    close_reason: str | None


def read_measurements(value: object, warnings: list[str]) -> tuple[Measurement, ...]:
    """Read what can be read; add a warning where the list itself cannot."""
    if not isinstance(value, list):
        warnings.append("has no list of measurements")
        return ()
    return tuple(_read(item) for item in value if isinstance(item, dict))


def check_measurements(measurements: tuple[Measurement, ...], warnings: list[str]) -> None:
    """Add a warning for each rule of formats.md 1.4 that does not hold. None of them is a reason to refuse a report."""
    for number, m in enumerate(measurements, start=1):
        if m.start is None or m.end is None:
            warnings.append(f"measurement {number} does not say when")
            continue
        span = m.end - m.start
        if span < 0:
            warnings.append(f"measurement {number} ends before it starts")
        if m.span != span:
            warnings.append(f"measurement {number} has a sample_interval of {m.span}, but lasts {span} s")
        # How samples are rounded is inferred from six reports: one more or less means nothing.
        expected = (span - (m.clock_change or 0) + _SAMPLING // 2) // _SAMPLING + 1
        if m.samples is None or abs(m.samples - expected) > 1:
            warnings.append(f"measurement {number} has {m.samples} samples, not {expected}")
    for number, (before, after) in enumerate(pairwise(measurements), start=2):
        if before.end != after.start:
            warnings.append(f"measurement {number} does not start where the one before ends")
        if before.value is None or after.value is None or not (after.added or after.removed):
            continue
        expected = before.value + len(after.added) - len(after.removed)
        if after.value != expected:
            warnings.append(f"measurement {number} counts {after.value}; the access points listed make it {expected}")


def _read(item: Mapping[str, Any]) -> Measurement:
    meta = item.get("meta")
    meta = meta if isinstance(meta, dict) else {}  # telemetry has a list here
    value = item.get("value")
    return Measurement(
        metric=str(item.get("metric_name", "")),
        start=_integer(item.get("start_time")),
        end=_integer(item.get("end_time")),
        logged=_integer(item.get("log_time")),
        span=_integer(item.get("sample_interval")),
        samples=_integer(item.get("num_samples")),
        value=_integer(value.get("value")) if isinstance(value, dict) else None,
        added=_udis(meta.get("added_sudi_list")),
        removed=_udis(meta.get("removed_sudi_list")),
        clock_change=_integer(meta.get("clock_change_delta")),
        termination_reason=_text(meta.get("termination_reason")),
        close_reason=_text(meta.get("close_reason")),
    )


def _integer(value: object) -> int | None:
    """Counts and clock changes are written as strings, times as numbers."""
    if isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            return None
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**64 else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _udis(value: object) -> tuple[Udi, ...]:
    found = []
    for sudi in value if isinstance(value, list) else ():
        try:
            found.append(Udi.from_sudi(sudi if isinstance(sudi, dict) else {}))
        except ParseError:
            continue
    return tuple(found)
