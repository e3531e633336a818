# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RUM reports as a controller keeps them: numbers, chains, measurements, states (formats.md 1 and 3).

A report is a few integers until it is saved; payloads and access-point lists are written out only then, so that a
device with hundreds of reports costs little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .licensing import Licence
from .simdoc import Udi

STORAGE_CAP = 300
"""Reports that a device keeps in storage; the oldest unacknowledged ones are purged (formats.md 1.8)."""


@dataclass(slots=True)
class Measurement:
    """One span with one count; ``end`` is None while it lasts. ``added``, ``removed``: access points by number."""

    start: int
    count: int
    end: int | None = None
    added: range = range(0)
    removed: range = range(0)
    reason: str = ""
    """``termination_reason``: a count that changed has none."""

    @property
    def samples(self) -> int:
        return round(((self.end or self.start) - self.start) / 900) + 1


@dataclass(slots=True)
class Report:
    """One report of one licence. ``state``: OPEN, CLOSED or ACK."""

    report_id: int
    licence: Licence
    previous: int
    measurements: list[Measurement]
    next: int = 0
    state: str = "OPEN"
    reported: bool = False
    """Handed over in a file and waiting for its acknowledgement."""
    stored: bool = True
    transaction_id: int = 0
    tags: tuple[tuple[str, str], ...] = ()
    units: tuple[tuple[str, Udi], ...] = ()
    """(role, UDI) of the device's units, the active first; settled when the report is closed, too."""
    versioned: bool = True
    """Whether it tells the software version; like the customer tags, settled when the report is closed."""
    asset_signature: tuple[str, str] | None = None
    signature: tuple[str, str] | None = None
    """(key id, base64), once it was written out: a closed report never changes again."""

    @property
    def start(self) -> int:
        return self.measurements[0].start

    @property
    def end(self) -> int | None:
        return self.measurements[-1].end

    @property
    def change_reason(self) -> str:
        return "ACKED" if self.state == "ACK" else "REPORTING"


@dataclass(slots=True)
class Summary:
    """The counters of ``Usage Report Summary``. ``available`` includes what is still being collected."""

    purged: int
    acknowledged: int
    waiting: int
    available: int
    collecting: int
    in_storage: int

    @property
    def total(self) -> int:
        return self.purged + self.acknowledged + self.waiting + self.available


@dataclass(slots=True)
class Reports:
    """All reports of one device, oldest first. ``next_id`` starts at the epoch second of the agent's first start."""

    next_id: int
    listed: list[Report] = field(default_factory=list)
    purged: int = 0
    acknowledged: int = 0
    _aps: int = 0
    """What the open reports count."""

    def open(self, licences: Sequence[Licence], aps: int, now: int, *, afresh: bool) -> None:
        """Open one report per licence. ``afresh``: after a start the list of access points begins from nothing."""
        for licence in licences:
            previous = self._latest(licence)
            added = range(aps) if afresh or previous is None else range(self._aps, aps)
            report = Report(
                self.next_id, licence, previous.report_id if previous else 0, [Measurement(now, aps, added=added)]
            )
            if previous:
                previous.next = report.report_id
            self.next_id += 1
            self.listed.append(report)
        self._aps = aps
        self._purge()

    def fill(self, licences: Sequence[Licence], count: int, aps: int, start: int, end: int) -> None:
        """Write the history of a device: ``count`` closed reports between two times, nobody has acknowledged any."""
        step = len(licences)
        gone = max(0, count - (STORAGE_CAP - step))
        self.next_id += gone
        self.purged = gone
        for index in range(gone, count):
            turn, which = divmod(index, step)
            turns = -(-(count - which) // step)
            begin, until = (start + (end - start) * number // turns for number in (turn, turn + 1))
            added = range(0 if turn else aps)
            measurement = Measurement(begin, aps, until, added=added, reason="CurrentUsageRequested")
            previous = self.next_id - step if turn else 0
            report = Report(self.next_id, licences[which], previous, [measurement], self.next_id + step, "CLOSED")
            self.next_id += 1
            self.listed.append(report)
        self._aps = aps

    def count(self, aps: int, now: int) -> None:
        """Access points came or went: the measurement ends, the next one names them."""
        if aps == self._aps:
            return
        for report in self.collecting():
            report.measurements[-1].end = now
            added, removed = range(self._aps, aps), range(aps, self._aps)
            report.measurements.append(Measurement(now, aps, added=added, removed=removed))
        self._aps = aps

    def close(
        self,
        now: int,
        reason: str,
        *,
        tags: tuple[tuple[str, str], ...] = (),
        versioned: bool = True,
        units: tuple[tuple[str, Udi], ...] = (),
        at_once: bool = False,
    ) -> bool:
        """Close what is being collected; ``at_once``: also what was opened this very second. False: nothing was."""
        closing = [report for report in self.collecting() if at_once or report.start < now]
        for report in closing:
            last = report.measurements[-1]
            last.end, last.reason = now, reason
            report.state, report.tags, report.versioned, report.units = "CLOSED", tags, versioned, units
        return bool(closing)

    def acknowledge(self, report_id: int, transaction_id: int = 0) -> bool:
        """An ACK for one report came in; its body leaves the storage. False when it was none of the unacknowledged."""
        report = self.find(report_id)
        if report is None or report.state != "CLOSED":
            return False
        report.state, report.stored, report.transaction_id = "ACK", False, transaction_id
        self.acknowledged += 1
        gone = {report.report_id for report in [item for item in self.listed if not item.stored][:-STORAGE_CAP]}
        if gone:
            self.listed = [report for report in self.listed if report.report_id not in gone]
        return True

    def find(self, report_id: int) -> Report | None:
        return next((report for report in self.listed if report.report_id == report_id), None)

    def collecting(self) -> Iterator[Report]:
        return (report for report in self.listed if report.state == "OPEN")

    def closed(self) -> Iterator[Report]:
        """Those that a file can carry."""
        return (report for report in self.listed if report.state == "CLOSED")

    def summary(self) -> Summary:
        closed = list(self.closed())
        collecting = sum(1 for _unused in self.collecting())
        waiting = sum(report.reported for report in closed)
        return Summary(
            purged=self.purged,
            acknowledged=self.acknowledged,
            waiting=waiting,
            available=len(closed) - waiting + collecting,
            collecting=collecting,
            in_storage=len(closed) + collecting,
        )

    def _latest(self, licence: Licence) -> Report | None:
        return next((report for report in reversed(self.listed) if report.licence is licence), None)

    def _purge(self) -> None:
        stored = [report for report in self.listed if report.stored]
        surplus: Iterable[Report] = stored[:-STORAGE_CAP]
        for report in surplus:
            self.listed.remove(report)
            self.purged += 1
