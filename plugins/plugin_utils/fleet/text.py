# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet as a table for a terminal of 140 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from .rows import Fleet, Row

WIDTH = 140
UNKNOWN = "?"
_GAP = "  "


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    cell: Callable[[Row], str]
    right: bool = False
    least: int | None = None
    """May be cut down to this width where the table is too wide; None: never."""
    spare: bool = False
    """Left out where the table is too wide."""


def render_text(fleet: Fleet, generated: str) -> str:
    """Title, table, next steps by group of hosts, summary as the last line. ``generated``: ISO 8601 UTC."""
    parts = [f"{fleet.title}, as of {generated}", _table(fleet.rows)]
    if fleet.steps:
        parts.append("\n".join(_steps(fleet)))
    doubles = [f"{row.host} is the same product instance as {row.same_as}" for row in fleet.rows if row.same_as]
    if doubles:
        parts.append("\n".join(doubles))
    return "\n\n".join([*parts, fleet.summary]) + "\n"


def serial_words(row: Row) -> str:
    """The active unit's serial number; ``+1`` tells of a standby."""
    others = f" +{len(row.udis) - 1}" if len(row.udis) > 1 else ""
    return f"{row.serial or UNKNOWN}{others}"


def deadline_words(row: Row) -> str:
    """``2026-05-31 90d``, ``2026-01-31 -3d``, ``-`` for none, ``?`` for unknown."""
    if row.deadline is None:
        return "-" if row.overdue is not None else UNKNOWN
    return f"{row.deadline[:10]} {row.days_to_deadline}d"


def last_ack_words(row: Row) -> str:
    if row.last_ack is None:
        return "never" if row.acknowledged is not None else UNKNOWN
    return row.last_ack[:10]


def trust_words(row: Row) -> str:
    """Trust codes installed of UDIs: ``1/2``."""
    return UNKNOWN if row.trust_installed is None else f"{row.trust_installed}/{row.trust_total}"


def _number(value: int | None) -> str:
    return UNKNOWN if value is None else str(value)


_COLUMNS = (
    _Column("HOST", lambda row: row.host, least=12),
    _Column("VERDICT", lambda row: row.verdict),
    _Column("PID", lambda row: row.pid or UNKNOWN, spare=True),
    _Column("SERIAL", serial_words),
    _Column("RELEASE", lambda row: row.release or UNKNOWN),
    _Column("TOPOLOGY", lambda row: row.topology or UNKNOWN),
    _Column("APS", lambda row: _number(row.aps), right=True),
    _Column("WAITING", lambda row: _number(row.reports_waiting), right=True),
    _Column("LAST ACK", last_ack_words),
    _Column("ACK DEADLINE", deadline_words),
    _Column("TRUST", trust_words),
)


def _table(rows: tuple[Row, ...]) -> str:
    columns = _COLUMNS if sum(_widths(_COLUMNS, rows)) <= WIDTH else tuple(one for one in _COLUMNS if not one.spare)
    widths = _widths(columns, rows)
    for position, column in enumerate(columns):
        if column.least is not None:
            widths[position] = max(column.least, min(widths[position], WIDTH - sum(widths) + widths[position]))
    lines = [[column.head for column in columns], ["-" * (width - len(_GAP)) for width in widths]]
    lines += [[column.cell(row) for column in columns] for row in rows]
    return "\n".join(_line(columns, texts, widths) for texts in lines)


def _widths(columns: tuple[_Column, ...], rows: tuple[Row, ...]) -> list[int]:
    """The width that each column needs, with its gap."""
    return [max(len(column.head), *(len(column.cell(row)) for row in rows), 0) + len(_GAP) for column in columns]


def _line(columns: tuple[_Column, ...], texts: list[str], widths: list[int]) -> str:
    cells = []
    for column, text, gapped in zip(columns, texts, widths, strict=True):
        width = gapped - len(_GAP)
        shown = text if len(text) <= width else text[: width - 1] + "~"
        cells.append(shown.rjust(width) if column.right else shown.ljust(width))
    return _GAP.join(cells).rstrip()


def _steps(fleet: Fleet) -> list[str]:
    """Each next step once, with the hosts it is for."""
    lines = ["Next:"]
    for (verdict, step), hosts in fleet.steps.items():
        lines += _wrapped(f"{verdict}: {step}", "  ")
        lines += _wrapped(", ".join(hosts), "    ")
    return lines


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False
    )
