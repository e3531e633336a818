# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""show license rum id, history message, eventlog (cli.md 3.7 and 3.8, formats.md 3)."""

from __future__ import annotations

import re
from typing import Any

from .fields import fill, snake, with_extra
from .text import Page
from .tree import read_tree
from .units import read_udi

_REPORT = re.compile(r"\s*(\d{1,20})\s+([A-Z_]+)\s+(?:(\S)\s+)?(\S.*?)\s*")
_REPORT_HEAD = re.compile(r"\s*(?:Smart Licensing Usage Report.*|=+|Report Id,.*)\s*")
_TITLE = re.compile(r"([A-Z][A-Za-z ]*):")
_BLOCK = re.compile(r"(.*?)(?:\s*\(.*\))?\s*:?")
_EVENT = re.compile(r"\s*(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \S+) (\S+)\s*(.*?)\s*")
_FIELD = re.compile(r'(\w+)="([^"]*)"')


def rum_ids(page: Page) -> dict[str, Any]:
    """``show license rum id all``: ``{"reports": [{"report_id", "state", "flag", "feature_name"}]}``."""
    reports = []
    extra = []
    for line in page.lines:
        if row := _REPORT.fullmatch(line):
            report_id, state, flag, feature = row.groups()
            reports.append({"report_id": int(report_id), "state": state, "flag": flag, "feature_name": feature})
        elif line.strip() and not _REPORT_HEAD.fullmatch(line):
            extra.append(line.strip())
    return with_extra({"reports": reports}, extra)


def rum_detail(page: Page) -> dict[str, Any]:
    """``show license rum id N detail``: one flat dictionary."""
    data: dict[str, Any] = {}
    extra: list[str] = []
    lines = [line for line in page.lines if not _REPORT_HEAD.fullmatch(line)]
    fill(read_tree(lines), data, extra, {"udi": read_udi})
    return with_extra(data, extra)


def history(page: Page) -> dict[str, Any]:
    """``show license history message``: per heading and kind of message the lines printed, or the one that says none.

    Messages are printed whole (JSON, XML); their lines are kept as they are.
    """
    data: dict[str, Any] = {}
    block: dict[str, list[str]] = {}
    lines: list[str] = []
    extra: list[str] = []
    pending = ""
    for line in page.lines:
        body = line.rstrip()
        if body and not body.strip("="):
            block = data.setdefault(snake(_title(pending)), {})
            lines = extra
        elif body.lower().startswith(("message history", "import message history")):
            pending = body
        elif (title := _TITLE.fullmatch(body)) is not None and data:
            lines = block.setdefault(snake(title[1].removeprefix("Import ")), [])
        elif body:
            lines.append(body)
    for kinds in data.values():
        for kind, found in kinds.items():
            kinds[kind] = found[0].strip() if len(found) == 1 else found
    return with_extra(data, [line.strip() for line in extra])


def _title(line: str) -> str:
    found = _BLOCK.fullmatch(line)
    return found[1] if found else line


def eventlog(page: Page) -> dict[str, Any]:
    """``show license eventlog``: ``{"event_log": [{"time", "event", "log_message", "fields"}]}``."""
    events = []
    extra = []
    for line in page.lines:
        if found := _EVENT.fullmatch(line):
            time, event, rest = found.groups()
            fields = dict(_FIELD.findall(rest))
            events.append({"time": time, "event": event, "log_message": f"{event} {rest}".strip(), "fields": fields})
        elif line.strip() and line.strip() not in ("**** Event Log ****", "No EventLog Found."):
            extra.append(line.strip())
    return with_extra({"event_log": events}, extra)
