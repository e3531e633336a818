# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a device reminds in its log of the acknowledgement that will be due (cli.md 4, REPORTING_REQUIRED).

After a start, thirty days before the deadline, and when it has come. Whether it repeats itself then, no source says.
"""

from __future__ import annotations

from collections.abc import Iterator

from .syslog import Message

_DAY = 86_400
_READY = 60.0
"""Seconds from a start to the first reminder: of 90 days it then says 89, as was seen."""
_AHEAD = (30 * _DAY, 0)
"""Seconds before the deadline."""


class Reminders:
    """What has been said already. Who asks seldom gets what fell due meanwhile, each with its own time."""

    def __init__(self, boot: float) -> None:
        self.start(boot)

    def start(self, boot: float) -> None:
        """The agent starts."""
        self._first: float | None = boot + _READY
        self._since = boot

    def due(self, deadline: float | None, now: float) -> Iterator[Message]:
        """The messages since the last time, for a deadline that was in force meanwhile; None: nothing is due."""
        times = []
        if self._first is not None and self._first <= now:
            times.append(self._first)
            self._first = None
        if deadline is not None:
            times += [time for ahead in _AHEAD if self._since < (time := deadline - ahead) <= now]
            yield from (Message(time, _text(deadline - time)) for time in times)
        self._since = max(self._since, now)


def _text(seconds: float) -> str:
    days = max(0, int(seconds // _DAY))
    return f"%SMART_LIC-6-REPORTING_REQUIRED: A Usage report acknowledgement will be required in {days} days."
