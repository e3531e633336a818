# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet as rows: one per product instance, the worst first, and the counts over them.

What the counts mean:

* *product instances*: every host given, reachable or not. Hosts that share a UDI (both addresses of an HA pair) are one
  product instance: the better informed row counts, the others stay visible and point to it.
* *reported*: CSSM has a report of this reporting period, as the audit could prove it (see ``Audit.reported``), or none
  is owed, as where no licence is in use.
* *acknowledged*: an ACK is installed and its deadline has not passed, or none is owed.
* *overdue*: the deadline for an ACK, or that of the first report, has passed.

So ``12 product instances: 12 reported, 12 acknowledged, 0 overdue`` says that nothing is missing. A host that could not
be read counts among the product instances and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError

VERDICTS = ("overdue", "failed", "never_reported", "unsupported", "action", "unknown", "due", "ok")
"""What can be the matter with a row, the worst first. ``failed``: the host could not be read, so there is no audit."""


@dataclass(frozen=True, slots=True)
class Row:
    """One product instance. None stands for unknown; dates are ISO 8601 in UTC; ``same_as`` names a counted host."""

    host: str
    verdict: str
    next_step: str
    to_do: bool = True
    udis: tuple[str, ...] = ()
    pid: str | None = None
    serial: str | None = None
    platform: str | None = None
    release: str | None = None
    topology: str | None = None
    smart_account: str | None = None
    virtual_account: str | None = None
    aps: int | None = None
    licences: Mapping[str, int] | None = None
    reports_waiting: int | None = None
    last_ack: str | None = None
    deadline: str | None = None
    days_to_deadline: int | None = None
    trust_installed: int | None = None
    trust_total: int | None = None
    reported: bool | None = None
    acknowledged: bool | None = None
    overdue: bool | None = None
    owed: bool | None = None
    findings: tuple[Mapping[str, Any], ...] = ()
    error: str | None = None
    same_as: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "udis": list(self.udis), "findings": [dict(finding) for finding in self.findings]}


@dataclass(frozen=True, slots=True)
class Fleet:
    """All rows, sorted, with title and counts."""

    title: str
    rows: tuple[Row, ...]

    @property
    def counted(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.same_as is None)

    @property
    def counts(self) -> dict[str, int]:
        """``product_instances``, ``reported``, ``acknowledged``, and one count for each verdict."""
        counted = self.counted
        return {
            "product_instances": len(counted),
            "reported": sum(row.reported is True or row.owed is False for row in counted),
            "acknowledged": sum(row.acknowledged is True or row.owed is False for row in counted),
            "overdue": sum(row.overdue is True for row in counted),
            **{verdict: sum(row.verdict == verdict for row in counted) for verdict in VERDICTS if verdict != "overdue"},
        }

    @property
    def summary(self) -> str:
        """The line that every run ends with."""
        counts = self.counts
        return (
            f"{counts['product_instances']} product instances: {counts['reported']} reported, "
            f"{counts['acknowledged']} acknowledged, {counts['overdue']} overdue"
        )

    @property
    def steps(self) -> dict[tuple[str, str], list[str]]:
        """Hosts by verdict and next step, the worst first; without those that have nothing to do."""
        found: dict[tuple[str, str], list[str]] = {}
        for row in self.counted:
            if row.to_do:
                found.setdefault((row.verdict, row.next_step), []).append(row.host)
        return found


def build_fleet(audits: Iterable[Mapping[str, Any]], title: str) -> Fleet:
    """Make rows of audits as ``c9800.slp.info`` returns them, and of hosts that failed (``host`` and ``error``).

    Raises SlpError for an item that is neither.
    """
    rows = sorted((_row(item) for item in audits), key=_badness)
    return Fleet(title, tuple(_without_doubles(rows)))


def _row(item: Mapping[str, Any]) -> Row:
    host, error, verdict = item.get("host"), item.get("error"), item.get("verdict")
    if not host or not (error or (verdict in VERDICTS and "next_step" in item)):
        raise SlpError(
            "not an audit: it needs host, and verdict with next_step or error",
            subject=str(host or "audits"),
            remedy="Give what c9800.slp.info returns as audit, or the host with its error",
        )
    if error:
        reason = " ".join(str(error).split()).removeprefix(f"{host}: ")  # so that equal reasons group
        return Row(str(host), "failed", reason, error=reason)
    known = {name: item[name] for name in Row.__slots__ if name in item}
    known |= {"udis": tuple(item.get("udis") or ()), "findings": tuple(item.get("findings") or ())}
    return Row(**known)


def _badness(row: Row) -> tuple[int, float, str]:
    days = float("inf") if row.days_to_deadline is None else row.days_to_deadline
    return VERDICTS.index(row.verdict), days, row.host


def _without_doubles(rows: list[Row]) -> list[Row]:
    """Let the row that knows most UDIs of a product instance count, and point the others to it."""
    counted: dict[str, str] = {}
    doubles: dict[int, str] = {}
    for number, row in sorted(enumerate(rows), key=lambda pair: -len(pair[1].udis)):
        first = next((counted[udi] for udi in row.udis if udi in counted), None)
        if first is not None:
            doubles[number] = first
        else:
            counted |= dict.fromkeys(row.udis, row.host)
    return [replace(row, same_as=doubles.get(number)) for number, row in enumerate(rows)]
