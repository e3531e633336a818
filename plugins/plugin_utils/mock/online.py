# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated controller whose server can be reached: when it talks, and what the answers do (cli.md 2.2, 4, 5).

A device whose server's name nobody has published stays what agent.py works out when somebody looks: no events at all.
Everything that takes time runs apart from the events, so that a server that hangs holds up no other device.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from .agent import DAY, FIRST_PUSH, Ticket
from .comm import PEERS, comm_failed, retry_gap
from .importer import SUCCESS, import_document
from .saver import usage_document
from .uplink import INVALID_STATUS, Route, UplinkError, exchange, route_of
from .wire import FAILED, HELLO, PENDING, POLL, SYNC, TRUST, USAGE, Reply, Request

if TYPE_CHECKING:
    from .device import MockDevice
    from .schedule import Event
    from .simdoc import Udi
    from .site import Site

HELLO_SECONDS = 2.0
"""From a new server to the first attempt (cli.md 1.1: the agent tries a new target on its own soon)."""
PATIENCE = 0.5
"""Seconds of the real clock for which an event waits for its exchange."""
STEADY_POLLS = 10
POLL_CEILING = 3600.0
REFUSED_AGAIN = 3600.0
"""Seconds until a report that the server refused is sent again."""
_log = logging.getLogger("slp.mock")
Work = Callable[[], Awaitable[object]]


class Online:
    """The network side of one device's agent. Times are those of the device's own clock."""

    def __init__(self, device: MockDevice, site: Site) -> None:
        self.live = False
        self.failure = ""
        self.failing = False
        """An exchange failed, and none has succeeded since."""
        self.push_due: float | None = None
        """When the next report is due; None: by the interval."""
        self._device = device
        self._agent = device.agent
        self._site = site
        self._route: Route | None = None
        self._known = False
        self._failures = 0
        self._events: dict[str, Event] = {}
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    # --- which server, and when ---------------------------------------------------------------------------------------

    def look(self) -> None:
        """See where the configuration leads now; a new server is tried soon."""
        device = self._device
        route = route_of(device.config, device.outside) if device.layout.slp else None
        live = route is not None and route.reachable(self._site.names)
        if (route, live) != (self._route, self.live) or not self._known:
            self._begin(route, live)
        self._plan()

    def _begin(self, route: Route | None, live: bool) -> None:
        agent = self._agent
        if self._known:
            self.failing |= agent.settle()
        if self._known or live:
            agent.comm.since, agent.comm.settled = agent.now, 0
        # What the old server has not answered, the new one is told again.
        agent.memory.tickets.clear()
        self._cancel()
        self._route, self.live, self._known = route, live, True
        self.failure = "" if route is None or live else route.failure(self._site.names)
        self.failing &= route is not None
        if live:
            self._set("hello", agent.now + HELLO_SECONDS, self._hello)

    @property
    def next_push(self) -> float:
        """After a failure when it is tried again; where reporting is throttled not within a day of the last one."""
        agent = self._agent
        last, acknowledged = agent.memory.last_push, agent.memory.last_ack
        if self.failing and "hello" in self._events:
            return self._events["hello"].when + self._device.clock_offset
        due = self.push_due
        if due is None:
            past = [time for time in (last, acknowledged) if time is not None]
            due = max(past) + agent.interval * DAY if past else agent.comm.since + FIRST_PUSH
        return max(due, last + DAY) if self._device.layout.throttled and last is not None else due

    def rouse(self) -> None:
        self.push_due = self._agent.now + FIRST_PUSH
        self._plan()

    def restart(self) -> None:
        self._cancel()
        self.failing, self._failures = False, 0
        self.push_due = self._agent.now + FIRST_PUSH
        if self.live:
            self._set("hello", self._agent.now + HELLO_SECONDS, self._hello)
        self._plan()

    @property
    def mode(self) -> str:
        return self._route.mode if self._route else "off"

    def shift(self, seconds: float) -> None:
        """The device's clock jumped; events keep their time in the world."""
        if self.push_due is not None:
            self.push_due += seconds
        self._plan()

    async def close(self) -> None:
        """Stop talking."""
        self._cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def settle(self) -> None:
        """Wait for the exchanges that are under way."""
        await asyncio.gather(*self._tasks)

    def _plan(self) -> None:
        """Events for the next push and the next poll; while nothing gets through, the retry is the only one."""
        memory = self._agent.memory
        talking = self.live and not self.failing
        push = self._agent.next_push if talking else None
        poll = min((ticket.due for ticket in memory.tickets), default=None)
        memory.ack_check = poll
        self._set("push", push, self._push)
        self._set("poll", poll if talking else None, self._poll)

    def _set(self, what: str, when: float | None, work: Work) -> None:
        old = self._events.get(what)
        then = None if when is None else when - self._device.clock_offset
        if old and then is not None and abs(old.when - then) < 0.001:
            return
        if old:
            self._events.pop(what).cancel()
        if then is not None:
            name = f"{self._device.spec.name} {what}"
            self._events[what] = self._site.schedule.at(then, partial(self._fire, what, work), name)

    async def _fire(self, what: str, work: Work) -> None:
        self._events.pop(what, None)
        await self._apart(work)

    def _cancel(self) -> None:
        for event in self._events.values():
            event.cancel()
        self._events.clear()

    async def _apart(self, work: Work) -> None:
        """Begin ``work`` and wait a little for its end, so that events usually see what came before."""

        async def one_at_a_time() -> None:
            async with self._turn:
                await work()
                self._plan()

        task = asyncio.get_running_loop().create_task(one_at_a_time())
        self._tasks.add(task)
        task.add_done_callback(self._done)
        await asyncio.wait({task}, timeout=PATIENCE)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("%s: its licensing agent failed", self._device.spec.name, exc_info=error)

    # --- what commands and events ask for -----------------------------------------------------------------------------

    def sync(self) -> None:
        """``license smart sync``: now, whatever throttling says."""
        self._soon("sync", 0.0, self._sync)

    def trust(self, token: str, *, everywhere: bool, force: bool) -> None:
        """``license smart trust``: codes for the active unit, or for every one."""
        after = self._site.cssm.options.trust_after
        self._soon("trust", after, partial(self._trust, token, everywhere=everywhere, force=force))

    def synchronise_trust(self) -> None:
        """The pair is another (seed, High Availability): only a device that talks to CSSM itself does this."""
        if self.live and self._route and self._route.mode in ("smart", "callhome"):
            self._soon("trust synchronisation", self._site.cssm.options.trust_after, self._synchronise)

    def _soon(self, what: str, seconds: float, work: Work) -> None:
        self._site.schedule.after(seconds, partial(self._apart, work), f"{self._device.spec.name} {what}")

    async def _hello(self) -> None:
        await self._ask("Hello Message", HELLO)

    async def _push(self) -> None:
        due = self._agent.next_push
        if self.live and due is not None and due <= self._agent.now + 1:
            await self._report()

    async def _sync(self) -> None:
        if not self.live:
            self._agent.attempt("Usage Reporting")
            return
        if self._agent.memory.tickets and not await self._poll(everything=True):
            return
        if not await self._report():
            await self._hello()

    async def _report(self) -> bool:
        """Send what no server has yet. False: there was nothing to send."""
        agent, memory = self._agent, self._agent.memory
        agent.close_reports()
        carried = {number for ticket in memory.tickets for number in ticket.reports}
        reports = [report for report in agent.reports.closed() if report.report_id not in carried]
        if not reports:
            attempts = agent.comm.of("Usage Reporting")
            attempts.last_response, attempts.last_time = "NO DATA TO PROCESS", agent.now
            self.push_due = agent.now + DAY
            return False
        asking = agent.untrusted() if self._device.layout.ack_trust else ()
        document = usage_document(agent, self._device.hostname, reports, asking)
        self.push_due = agent.now
        reply = await self._ask("Usage Reporting", USAGE, document=document)
        if reply is None:
            return True
        if reply.status == FAILED:
            self.push_due = agent.now + REFUSED_AGAIN
            return True
        for report in reports:
            report.reported = True
        memory.last_push, self.push_due = agent.now, None
        self._take(reply, "Usage Reporting", frozenset(report.report_id for report in reports))
        return True

    async def _poll(self, *, everything: bool = False) -> bool:
        """Ask for the answers that are due, or for all. False: nothing gets through."""
        agent, tickets = self._agent, self._agent.memory.tickets
        for ticket in list(tickets):
            if ticket.reports and not any(report.report_id in ticket.reports for report in agent.reports.closed()):
                tickets.remove(ticket)  # the acknowledgement has come another way
            elif everything or ticket.due <= agent.now + 1:
                reply = await self._ask("Result Polling", POLL, ticket=ticket.number)
                if reply is None:
                    return False
                if ticket not in tickets:
                    continue
                if reply.status == PENDING and not reply.document:
                    ticket.tries += 1
                    ticket.due = agent.now + self._poll_gap(reply, ticket.tries)
                else:
                    tickets.remove(ticket)
                    self._install(reply, "Result Polling")
        return True

    async def _trust(self, token: str, *, everywhere: bool, force: bool) -> None:
        """cli.md 4: it fails where a code exists and ``force`` was not given, one unit at a time."""
        agent = self._agent
        units = agent.udis if everywhere else agent.udis[:1]
        held = [udi for udi in units if udi in agent.memory.trust and not force]
        self._not_installed(held, "a trust code is already installed, force was not specified")
        wanted = tuple(udi for udi in units if udi not in held)
        if not wanted:
            return
        reply = None
        if self.live:
            reply = await self._ask("Trust Establishment", TRUST, token=token, force=force, units=wanted)
        else:
            agent.attempt("Trust Establishment")
        if reply is None:
            lost = agent.comm.of("Trust Establishment").reason
            self._not_installed(wanted, lost or "Communications are disabled")
        elif reply.status == FAILED:
            self._not_installed(wanted, reply.message or reply.code)
        elif self._take(reply, "Trust Establishment", frozenset()):
            agent.comm.of("Trust Acknowledgement").succeeded(agent.now)
            if agent.memory.last_push is None:
                self.push_due = agent.now + FIRST_PUSH

    async def _synchronise(self) -> None:
        reply = await self._ask("Trust Sync", SYNC)
        if reply is not None and reply.status != FAILED:
            self._take(reply, "Trust Sync", frozenset())
        if not self.failing:
            await self._report()

    # --- one exchange -------------------------------------------------------------------------------------------------

    async def _ask(self, operation: str, question: str, **content: Any) -> Reply | None:
        """One exchange, counted; None: there was no answer."""
        agent, device, route = self._agent, self._device, self._route
        if route is None:
            return None
        config = device.licence_config
        anonymous = config.privacy_hostname
        if route.mode == "callhome":
            anonymous |= device.config.section.at("call-home").has("data-privacy hostname")
        request = Request(
            **{
                "operation": question,
                "udi": agent.udis[0],
                "units": agent.udis,
                "hostname": "" if anonymous else device.hostname,
                "release": "" if config.privacy_version else str(device.release),
                "time": device.now,
                "trust": {udi: code.kind for udi, code in agent.memory.trust.items()},
                **content,
            }
        )
        attempts = agent.comm.of(operation)
        try:
            reply = await exchange(route, request, self._site.names, self._site.pki.ca_pem)
        except UplinkError as error:
            attempts.failed(agent.now, error.reason, response=error.response)
            self._lost(route, error)
            return None
        if route is not self._route:
            return None  # by now it is another server that counts
        self._reached(route)
        if reply.status == FAILED:
            attempts.failed(agent.now, reply.message or reply.code, response=INVALID_STATUS)
            if reply.code == "REPORTING_NOT_SUPPORTED":
                self._say(f"%SMART_LIC-4-REPORTING_NOT_SUPPORTED: {reply.message}")
        else:
            attempts.succeeded(agent.now, "OK_POLL" if reply.status == PENDING else "OK")
        return reply

    def _lost(self, route: Route, error: UplinkError) -> None:
        if route.mode == "callhome":
            self._say(
                f"%CALL_HOME-5-SL_MESSAGE_FAILED: Fail to send out Smart Licensing message to : {route.url} "
                f"({error.error})"
            )
        self._say(comm_failed(route.mode, error.reason))
        if route is not self._route:
            return
        if not self.failing:
            self._failures = 0
        self.failing = True
        if "hello" not in self._events:
            self._set("hello", self._agent.now + retry_gap(self._failures), self._hello)
            self._failures += 1

    def _reached(self, route: Route) -> None:
        if not self.failing or route is not self._route:
            return
        self._say(f"%SMART_LIC-5-COMM_RESTORED: Communications with {PEERS[route.mode]} restored")
        self.failing = False
        self._set("hello", None, self._hello)
        for ticket in self._agent.memory.tickets:
            ticket.due = min(ticket.due, self._agent.now)

    def _take(self, reply: Reply, operation: str, reports: frozenset[int]) -> bool:
        """What the answer brings, or when to ask for it. Whether something was installed."""
        if reply.document:
            return self._install(reply, operation)
        if reply.ticket:
            due = self._agent.now + self._poll_gap(reply, 0)
            self._agent.memory.tickets.append(Ticket(reply.ticket, reports, due))
        return False

    def _install(self, reply: Reply, operation: str) -> bool:
        if not reply.document:
            return False
        agent = self._agent
        result = import_document(agent, reply.document, exchange=operation)
        if result != SUCCESS:
            agent.comm.of(operation).failed(agent.now, result, response=INVALID_STATUS)
            self._say(
                f"%SMART_LIC-3-POLICY_INSTALL_FAILED: The installation of a new licensing policy has failed: {result}."
            )
        return result == SUCCESS

    def _poll_gap(self, reply: Reply, tries: int) -> float:
        """The device's time or the server's, whichever is shorter; what is long in coming is asked for less often."""
        gap = min(self._site.cssm.options.ack_poll_after, reply.poll_after)
        return gap if tries < STEADY_POLLS else min(max(gap, POLL_CEILING), gap * 2.0 ** (tries - STEADY_POLLS + 1))

    def _not_installed(self, units: tuple[Udi, ...] | list[Udi], reason: str) -> None:
        for udi in units:
            self._say(
                "%SMART_LIC-3-TRUST_CODE_INSTALL_FAILED: The install of a new licensing trust code has failed on "
                f"{udi}: {reason.rstrip('.')}."
            )

    def _say(self, message: str) -> None:
        self._device.log.add(self._agent.now, message)
