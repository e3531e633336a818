# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated devices were told, and when: the witness of every test of a client."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

_LIMIT, _LEAST, _TOGETHER = 2_000, 200, 400_000  # entries: of one target, at least that many, and of all (some 120 MB)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line typed at a prompt, one file transfer, or ``<login>``. ``time`` is real time, ISO 8601 in UTC."""

    time: str
    target: str
    user: str
    mode: str
    line: str


def limit_for(targets: int) -> int:
    """How many entries a target of so many may keep."""
    return max(_LEAST, min(_LIMIT, _TOGETHER // max(1, targets)))


class Journal:
    """The last ``limit`` entries of each target. Answers to questions are not in it, so no password is."""

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._entries: dict[str, deque[Entry]] = {}

    def record(self, target: str, line: str, *, user: str = "", mode: str = "exec") -> None:
        entries = self._entries.setdefault(target, deque(maxlen=self._limit))
        entries.append(Entry(datetime.now(UTC).isoformat(timespec="milliseconds"), target, user, mode, line))

    def entries(self, target: str | None = None) -> list[Entry]:
        """In the order of their coming; of one target or of all."""
        if target is not None:
            return list(self._entries.get(target, ()))
        return sorted((entry for entries in self._entries.values() for entry in entries), key=lambda entry: entry.time)

    def lines(self, target: str) -> list[str]:
        return [entry.line for entry in self._entries.get(target, ())]

    def as_list(self, target: str | None = None) -> list[dict[str, str]]:
        """For the control API."""
        return [asdict(entry) for entry in self.entries(target)]

    def clear(self) -> None:
        self._entries.clear()
