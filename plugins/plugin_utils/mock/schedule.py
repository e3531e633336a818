# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What will happen in a simulated world, in the world's own time: polls, retries, trust codes, scheduled reports."""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count

from .clock import Clock

_log = logging.getLogger("slp.mock")


@dataclass(slots=True)
class Event:
    """``when``: epoch seconds of the world's clock."""

    when: float
    run: Callable[[], Awaitable[None]]
    name: str = ""
    cancelled: bool = field(default=False)

    def cancel(self) -> None:
        self.cancelled = True


class Schedule:
    """Events in the order of their time. The world calls :meth:`run_due` often, and :meth:`advance` to jump."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.wake = asyncio.Event()
        """Set when an event is added, so that who waits for the next one looks again."""
        self._heap: list[tuple[float, int, Event]] = []
        self._ids = count()
        self._turn = asyncio.Lock()

    @property
    def now(self) -> float:
        return self.clock.now().timestamp()

    def at(self, when: float, run: Callable[[], Awaitable[None]], name: str = "") -> Event:
        """Run ``run`` when the world's clock reaches ``when`` (epoch seconds); at once if that has passed."""
        event = Event(when, run, name)
        heapq.heappush(self._heap, (when, next(self._ids), event))
        self.wake.set()
        return event

    def after(self, seconds: float, run: Callable[[], Awaitable[None]], name: str = "") -> Event:
        return self.at(self.now + seconds, run, name)

    @property
    def next(self) -> float | None:
        """When the next event is due."""
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    async def run_due(self) -> int:
        """Run what is due, one after the other; how many ran. One that fails is logged and stops nothing."""
        async with self._turn:
            return await self._run_until(self.now)

    async def advance(self, seconds: float) -> None:
        """Move the clock forward from event to event, so that each runs at its own time. Raises ValueError as it does.

        Who waits for the next event has reckoned with the time before, and is woken.
        """
        async with self._turn:
            end = self.clock.after(seconds).timestamp()
            while (due := self.next) is not None and due <= end:
                self.clock.advance(max(0.0, due - self.now))
                await self._run_until(max(due, self.now))
            self.clock.advance(max(0.0, end - self.now))
        self.wake.set()

    async def _run_until(self, moment: float) -> int:
        ran = 0
        while (due := self.next) is not None and due <= moment:
            event = heapq.heappop(self._heap)[2]
            ran += 1
            try:
                await event.run()
            except Exception:
                _log.exception("event %s failed", event.name or "without a name")
        return ran
