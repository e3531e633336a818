# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing agent of a simulated controller: the state machine of cli.md 7.5. It prints nothing itself.

Times are epoch seconds, None for never. Everything that passes with time (measurements, retries, the next push) is
worked out when somebody looks, so that an idle device costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from .comm import REASONS, UNRESOLVED, Attempts, Comm, comm_failed, next_retry, retries, retry_count
from .config import LicenceConfig
from .layouts import Layout
from .licensing import DEFAULT_POLICY, LEVELS, Licence, Policy
from .reminders import Reminders
from .rumgen import Reports
from .rumpayload import Writer
from .simdoc import AccountDocument, Udi
from .syslog import Message, Syslog

DAY = 86_400
DEFAULT_INTERVAL = 30
"""Days between pushes as devices with the default policy display it (cli.md 1.1)."""
FIRST_PUSH = 120
"""Seconds from a start, or from what calls for a report, to the push."""
TRIED = 2.0
"""Seconds that a server has to be configured before the agent has tried it."""
RESET_GAP = 3_600
"""Seconds after a factory reset before there is usage again (cli.md 2.2, from one document)."""


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust code on one unit. ``kind``: ``CSSM`` or ``Factory``."""

    installed: float
    kind: str = "CSSM"


@dataclass(slots=True)
class Ticket:
    """Reports that a server has taken and will answer. ``due``: when to ask again, for the ``tries``-th time."""

    number: str
    reports: frozenset[int]
    due: float
    tries: int = 0


class Link(Protocol):
    """The network of the device (online.py). ``live``: the server of the transport can be tried."""

    @property
    def live(self) -> bool: ...

    @property
    def failure(self) -> str:
        """Why it cannot be; empty with transport off."""

    @property
    def mode(self) -> str:
        """The transport that this is about: a change of it is noticed a moment later."""

    @property
    def next_push(self) -> float | None: ...

    def rouse(self) -> None:
        """A report is due soon."""

    def restart(self) -> None:
        """The device restarted."""


@dataclass(slots=True)
class Memory:
    """What a factory reset forgets."""

    first_start: int
    policy: Policy = DEFAULT_POLICY
    trust: dict[Udi, Trust] = field(default_factory=dict)
    account: AccountDocument | None = None
    account_time: float | None = None
    last_ack: float | None = None
    last_push: float | None = None
    ack_check: float | None = None
    last_file: float | None = None
    first_use: float | None = None
    changed: float | None = None
    """When use changed for the first time after the last ACK."""
    history: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    """Documents by kind or exchange, as ``show license history message`` names them."""
    tickets: list[Ticket] = field(default_factory=list)


class Agent:
    """One agent, for a device or an HA pair. ``clock`` gives the time, ``config`` the running configuration."""

    def __init__(
        self,
        *,
        writer: Writer,
        layout: Layout,
        level: str,
        aps: int,
        first_start: int,
        waiting_reports: int,
        clock: Callable[[], float],
        config: Callable[[], LicenceConfig],
        log: Syslog,
    ) -> None:
        self.writer = writer
        self.layout = layout
        self.level = level
        self.log = log
        self.memory = Memory(first_start, first_use=float(first_start) if aps or waiting_reports else None)
        self.boot = float(first_start)
        self.roused = self.boot
        """When something last called for a report: a start, or a change of the pair."""
        self.comm = Comm(self.boot)
        self._reminders = Reminders(self.boot)
        self.link: Link | None = None
        self.events_from = self.boot
        self.reset_pending = False
        self._clock = clock
        self._config = config
        self._aps = aps
        self._waiting = waiting_reports
        self._reports: Reports | None = None
        # The use of today began with the start, or one period after the last report of the past.
        periods = -(-waiting_reports // len(self.licences))
        self._open_from: float | None = float(first_start + int(self.now - first_start) * periods // (periods + 1))
        self._afresh = not waiting_reports

    @property
    def now(self) -> float:
        return self._clock()

    @property
    def config(self) -> LicenceConfig:
        return self._config()

    @property
    def udis(self) -> tuple[Udi, ...]:
        return tuple(udi for _unused, udi in self.writer.units)

    # --- usage -----------------------------------------------------------------------------------------------------

    @property
    def licences(self) -> tuple[Licence, ...]:
        """What each access point consumes at the level in force."""
        return LEVELS[self.level].licences

    @property
    def joined(self) -> int:
        """Access points that are joined."""
        return self._aps

    @property
    def aps(self) -> int:
        """What every licence counts now; after a factory reset nothing for an hour."""
        return 0 if self._open_from is not None and self.now < self._open_from else self._aps

    def set_aps(self, aps: int) -> None:
        """Access points join or leave."""
        self.remind()
        reports = self.reports
        if aps == self._aps:
            return
        if next(reports.collecting(), None):
            reports.count(aps, int(self.now))
        elif self._open_from is None or self._open_from < self.now:
            self._open_from = self.now
        self._aps = aps
        if self.memory.first_use is None:
            self.memory.first_use = self.now
        if self.memory.last_ack is not None and self.memory.changed is None:
            self.memory.changed = self.now

    @property
    def reports(self) -> Reports:
        """The reports. They are made when first asked for."""
        if self._reports is None:
            self._reports = Reports(self.memory.first_start)
            if self._waiting and self._open_from is not None:
                end = int(self._open_from)
                self._reports.fill(self.licences, self._waiting, self._aps or 1, self.memory.first_start, end)
                self._waiting = 0
        if self._open_from is not None and self._open_from <= self.now and self._aps:
            self._reports.open(self.licences, self._aps, int(self._open_from), afresh=self._afresh)
            self._open_from = None
        return self._reports

    def close_reports(self) -> None:
        """Close what is open, so that a file holds the use up to now, and begin anew (formats.md 1.4)."""
        if self._close("CurrentUsageRequested") and self._aps:
            self.reports.open(self.licences, self._aps, int(self.now), afresh=False)

    def _close(self, reason: str, *, at_once: bool = False) -> bool:
        config = self.config
        tags = tuple(sorted(config.tags.items()))
        versioned = not config.privacy_version
        return self.reports.close(
            int(self.now), reason, tags=tags, versioned=versioned, units=self.writer.units, at_once=at_once
        )

    # --- dates -----------------------------------------------------------------------------------------------------

    @property
    def ack_deadline(self) -> float | None:
        """cli.md 3.1: the last ACK plus the policy's frequency; before any, first use plus the first-report period."""
        memory, policy = self.memory, self.memory.policy
        if not policy.ack_required or memory.first_use is None:
            return None
        if memory.last_ack is None:
            days = policy.first_report(self.licences)
            return memory.first_use + days * DAY if days else None
        days, change = policy.ongoing(self.licences), policy.change(self.licences)
        due = [memory.last_ack + days * DAY] if days else []
        if memory.changed is not None and change:
            due.append(memory.changed + change * DAY)
        return min(due, default=None)

    def remind(self, until: float | None = None) -> None:
        """Log what reminders fell due until then or now; before the deadline changes, and before somebody looks."""
        if self.layout.slp:
            self.log.messages.extend(self._reminders.due(self.ack_deadline, self.now if until is None else until))

    @property
    def interval(self) -> int:
        """Days between pushes: the smaller of what is configured and what the policy demands; 0: nothing is sent."""
        configured = self.config.interval
        if configured == 0:
            return 0
        limits = (configured or DEFAULT_INTERVAL, self.memory.policy.ongoing(self.licences))
        return min(days for days in limits if days)

    @property
    def next_push(self) -> float | None:
        """Shown with transport off too, where the date passes without a push (cli.md 3.1)."""
        if not self.interval:
            return None
        if self.link and self.link.live:
            return self.link.next_push
        first = self.roused + FIRST_PUSH
        if self.now < first:
            return first
        if self.config.mode != "off":
            return next_retry(self.comm.since, self.now)
        length = self.interval * DAY
        return first + ((self.now - first) // length + 1) * length

    # --- talking to nobody: what is tried while no server can be reached (online.py has the rest) ---------------------

    @property
    def failure(self) -> str:
        """Why the server of the transport is not there; empty with transport off, where nothing is tried."""
        if self.link:
            return self.link.failure
        config = self.config
        if config.mode == "off":
            return ""
        return UNRESOLVED if config.mode == "cslu" and not config.url_cslu else REASONS[config.mode]

    def attempt(self, operation: str) -> None:
        """One exchange that a command asked for. With transport off nothing leaves the device, in silence."""
        self.comm.of(operation).failed(self.now, self.failure)
        if self.failure:
            self.log.add(self.now, self._comm_failed())

    @contextmanager
    def new_server(self) -> Iterator[None]:
        """Around a change of transport or URL: what failed so far is booked, then the agent tries the new server."""
        before = self.config.mode
        if self.link is None:
            self.settle()
        yield
        if self.link is None:
            self.comm.since, self.comm.settled = self.now, 0
        if before != "callhome" and self.config.mode == "callhome":
            self.log.add(self.now, "%CALL_HOME-6-CALL_HOME_ENABLED: Call-home is enabled by Smart Agent for Licensing.")

    def settle(self) -> bool:
        """Book the automatic attempts up to now, in counters and log. False: there were none."""
        if self.link and self.now < self.comm.since + TRIED:
            return False
        messages = list(self.comm_messages())
        self.log.messages.extend(messages)
        self.statistics()
        return bool(messages)

    def rouse(self) -> None:
        """What calls for a report happened: the date of the next push changes, with transport off too (seed)."""
        self.roused = self.now
        if self.link and self.link.live:
            self.link.rouse()
        else:
            self.settle()
            self.comm.since, self.comm.settled = self.now, 0

    def statistics(self) -> Mapping[str, Attempts]:
        """Counters by operation, the automatic attempts up to now included."""
        due = retry_count(self.comm.since, self.now) if self.failure and self.interval else 0
        if due > self.comm.settled:
            last = next(retries(self.comm.since, self.now, 1))
            self.comm.of("Hello Message").failed(last, self.failure, due - self.comm.settled)
            self.comm.settled = due
        return self.comm.attempts

    def comm_messages(self) -> Iterator[Message]:
        """The messages of the last twenty attempts since the last change, at most; the buffer has none of them."""
        if self.failure and self.interval:
            for time in retries(self.comm.since, self.now, 20):
                yield Message(time, self._comm_failed())

    def _comm_failed(self) -> str:
        return comm_failed(self.link.mode if self.link else self.config.mode, self.failure)

    # --- trust, history, restart -------------------------------------------------------------------------------------

    def untrusted(self) -> tuple[Udi, ...]:
        """The units that ask CSSM for a trust code: those with none, and those with the factory's (cli.md 5.0)."""
        trust = self.memory.trust
        return tuple(udi for udi in self.udis if udi not in trust or trust[udi].kind == "Factory")

    def record(self, kind: str, text: str) -> None:
        """An entry of the import history."""
        self.memory.history.setdefault(kind, []).append((self.now, text))

    def restart(self, level: str) -> None:
        """After a reload: the configured level is in force, a pending factory reset is done."""
        self.statistics()
        if self.reset_pending:
            start = self.now + RESET_GAP
            self.memory = Memory(int(self.now), first_use=start if self._aps else None)
            self._reports, self._waiting, self.reset_pending = None, 0, False
        else:
            self._close("ProductReload", at_once=True)
            start = self.now
        self.level = level
        self.boot, self._open_from, self._afresh = self.now, start, True
        self.roused = self.boot
        self.comm = Comm(self.boot)
        self._reminders.start(self.boot)
        if self.link:
            self.link.restart()

    def set_units(self, units: tuple[tuple[str, Udi], ...]) -> None:
        """The pair is another: what was used until now is reported of the units until now."""
        self._close("CurrentUsageRequested")
        joined = units[: len(self.writer.units)] == self.writer.units
        for report in self.reports.closed():
            if report.signature is None and joined:
                report.units = units  # it names the unit that was added (seed)
            report.units = report.units or self.writer.units
        self.writer = replace(self.writer, units=units)
        present = {udi for _unused, udi in units}
        self.memory.trust = {udi: code for udi, code in self.memory.trust.items() if udi in present}
        if self._aps and not next(self.reports.collecting(), None):
            self.reports.open(self.licences, self._aps, int(self.now), afresh=False)

    def shift(self, seconds: float) -> None:
        """The clock jumped: what lasts, and what is to come, keeps its distance from now."""
        self.remind(self.now - seconds)
        self.boot += seconds
        self.roused += seconds
        self.comm.since += seconds
        if self._open_from is not None:
            self._open_from += seconds
        for report in self.reports.collecting():
            report.measurements[-1].start += int(seconds)
        for ticket in self.memory.tickets:
            ticket.due += seconds
