# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger of a product instance: one JSON object per line, appended only, on the disk before anyone is told.

A writer may be killed, or the disk fill up, in the middle of a line. Such a torn line can only be the last one. Readers
pass over it; the next writer ends it and marks it with an event ``recovered``. So it is never glued to a record, and
stays distinguishable from a ledger that somebody damaged.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError

from .files import sync_directory, told, write_all

_BLOCK = 64 * 1024
_RECOVERED = {"event": "recovered"}


class Ledger:
    """The events of one product instance, oldest first."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether anything was ever recorded."""
        with told("look for the ledger", self.path):
            return self.path.is_file()

    def read(self) -> list[dict[str, Any]]:
        """All events; none where there is no ledger. Raises ArchiveError naming the line that somebody damaged."""
        events: list[dict[str, Any]] = []
        unreadable = 0
        for number, line in enumerate(self._lines(), start=1):
            event = _parse(line)
            if event is None:
                unreadable = unreadable or number
            elif event == _RECOVERED:
                unreadable = 0
            elif unreadable:
                raise ArchiveError(
                    f"line {unreadable} of the ledger cannot be read",
                    subject=str(self.path),
                    remedy="Restore the ledger from a backup, or move it away and collect again; "
                    "reports and ACKs lie unharmed beside it, and CSSM refuses what it already has",
                )
            else:
                events.append(event)
        return events

    def first(self) -> dict[str, Any] | None:
        """The first event that can be read."""
        events = (_parse(line) for line in self._lines())
        return next((event for event in events if event is not None and event != _RECOVERED), None)

    def append(self, *events: Mapping[str, Any]) -> None:
        """Add events in one write and put them on the disk. The caller holds the lock."""
        with told("write the ledger", self.path):
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                tail = _last_line(handle)
                lines = [_line(event) for event in events]
                if tail and _parse(tail) is None:
                    lines.insert(0, _line(_RECOVERED))
                end = b"" if not tail or tail.endswith(b"\n") else b"\n"
                write_all(handle, end + b"".join(lines))
                os.fsync(handle)
            finally:
                os.close(handle)
            if not tail:
                sync_directory(self.path.parent)

    def _lines(self) -> Iterator[bytes]:
        with told("read the ledger", self.path):
            try:
                with self.path.open("rb") as file:
                    yield from file
            except (FileNotFoundError, NotADirectoryError):  # a stray file among the folders, as NFS leaves them
                return


def _line(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, separators=(",", ":")).encode() + b"\n"


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and "event" in event else None


def _last_line(handle: int) -> bytes:
    """With its end of line if it has one; empty for an empty file."""
    start = os.fstat(handle).st_size
    tail = b""
    while start and b"\n" not in tail[:-1]:
        size = min(_BLOCK, start)
        start -= size
        tail = os.pread(handle, size, start) + tail
    return tail[tail.rfind(b"\n", 0, -1) + 1 :]
