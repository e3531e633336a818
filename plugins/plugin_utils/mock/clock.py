# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one clock of a simulated world: real time plus an offset that tests move forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

LAST = datetime(2999, 12, 31, tzinfo=UTC)
"""Deadlines and zones still have to fit behind it."""


class Clock:
    """Every device and portal of a world reads this clock, so that deadlines and polls can be made to pass.

    ``frozen``: an aware time at which the clock stands still; it then moves by :meth:`advance` alone.
    """

    def __init__(self, frozen: datetime | None = None) -> None:
        self._frozen = frozen
        self._offset = timedelta()

    def now(self) -> datetime:
        """The simulated time, aware, UTC."""
        return (self._frozen or datetime.now(UTC)) + self._offset

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward and return the new time. Raises ValueError as :meth:`after` does."""
        then = self.after(seconds)
        self._offset += timedelta(seconds=seconds)
        return then

    def after(self, seconds: float) -> datetime:
        """The time in so many seconds. A world never runs backwards, and not beyond ``LAST``: ValueError."""
        try:
            then = self.now() + timedelta(seconds=seconds)
        except OverflowError:
            then = None
        if seconds < 0 or then is None or then > LAST:
            raise ValueError(f"a clock cannot be advanced by {seconds} seconds")
        return then
