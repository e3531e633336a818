# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes ``ways.md`` from the table in the code. Run it by hand after a change of the table:

PYTHONPATH=.tree .venv/bin/python docs/generate_ways.py
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.ways import NO_REST, ROWS, SLP, Cell, Row

PAGE = Path(__file__).with_name("ways.md")

_HEAD = f"""\
<!-- Written by generate_ways.py from plugins/module_utils/slp/_ways_table.py. Do not edit. -->
# Ways in

A controller can be asked and changed by its CLI, by NETCONF, by RESTCONF, and by its native REST service for licensing
(`/smartlic-service`). They do not carry the same. NETCONF and RESTCONF carry the same data models, so they share a
column. The native REST service carries reports and their answers only.

What a way cannot do is said before anything is tried, with what can. Set `slp_fallback: cli` to have it done by the CLI
in the same task.

A release in brackets is the first that has it; without one it is IOS XE {SLP} or later. "no" is followed by its reason.
`N` stands for the module `cisco-smart-license`; a node begins with the name of its tree.
"""

_GROUPS = (
    ("Read", lambda row: row.operation in _READ),
    ("Do", lambda row: row.operation not in _READ and not row.operation.startswith("configure:")),
    ("Configure", lambda row: row.operation.startswith("configure:")),
)
_READ = {"state", "state:trust", "state:policy", "state:account", "configuration", "reports", "report_body", "log",
         "events", "history", "tech_support"}  # fmt: skip


def page() -> str:
    """The whole page."""
    sections = ((title, [row for row in ROWS if belongs(row)]) for title, belongs in _GROUPS)
    return _HEAD + "".join(_section(title, rows) for title, rows in sections)


def _section(title: str, rows: Iterable[Row]) -> str:
    rest = title != "Configure"
    columns = ["what", "CLI", "NETCONF and RESTCONF", *(["native REST"] if rest else [])]
    lines = ["", f"## {title}", "", f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    lines += [_row(row, rest=rest) for row in rows]
    return "\n".join(lines) + "\n"


def _row(row: Row, *, rest: bool) -> str:
    cells = [row.title, _cell(row.cli), _cell(row.model), *([_cell(row.rest)] if rest else [])]
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    if cell is NO_REST:
        return "no"
    if not cell.how:
        return f"no: {cell.why}"
    since = f" ({cell.since})" if cell.since > SLP else ""
    note = f"; {cell.note}" if cell.note else ""
    return cell.how.replace("cisco-smart-license:", "N:") + since + note


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
