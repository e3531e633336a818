# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CSLU, SSM On-Prem and Catalyst Center have in common: they hold what devices report, and deal with CSSM.

Towards CSSM they speak the API that Cisco publishes. Towards devices the protocol is SIMULATED (wire.py). ``do`` is
what a person clicks; an action that the product would not carry out is refused with a ValueError that says why.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import wire
from .cssm_client import CssmClient, CssmError, CssmRefusedError, Ticket
from .holdings import Holdings, Instance, Key, merged, read_document
from .schedule import Event
from .simdoc import Udi
from .simxml import DocumentError
from .site import Site
from .submission import Part, book, entry_of, give_up, part_of, without_refused
from .targets import TargetSpec

RETRY_SECONDS = 300.0
"""After CSSM could not be reached."""
PATIENCE = 2.0
"""Seconds of the real clock for which an event waits for its work: what hangs holds up nothing else in the world."""
Action = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]
_log = logging.getLogger("slp.mock")


@dataclass(slots=True)
class Tenant:
    """Whose reports go where. ``synchronized``: CSSM knows it (SSM On-Prem; others need no such step)."""

    name: str
    smart_account: str
    virtual_account: str
    synchronized: bool = True


@dataclass(slots=True)
class Sent:
    """A ticket of CSSM that is still open, and what it is for."""

    ticket: Ticket
    parts: list[Part]


@dataclass(slots=True)
class Claim:
    """A ticket that a device was given: what it wants to hear about."""

    instance: Instance
    keys: frozenset[Key]
    trust: frozenset[Udi]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one round with CSSM did."""

    reports: int = 0
    trust_requests: int = 0
    poll_ids: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "reports": self.reports,
            "trust_requests": self.trust_requests,
            "poll_ids": self.poll_ids,
            "problems": self.problems,
        }


class Collector:
    """The base of the three. ``product``: how it calls itself, in messages and to CSSM."""

    product = "Collector"

    def __init__(self, spec: TargetSpec, site: Site, tenants: Iterable[Tenant]) -> None:
        self.name = spec.name
        self.hostname = spec.hostname
        self.site = site
        self.holdings = Holdings()
        self.tenants = {tenant.name: tenant for tenant in tenants}
        self.problem = ""
        self.client = CssmClient(site, system=self.product, proxy=spec.proxy)
        self._sent: list[Sent] = []
        self._claims: dict[str, Claim] = {}
        self._events: dict[str, Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()

    @property
    def now(self) -> float:
        return self.site.schedule.now

    @property
    def connected(self) -> bool:
        """Whether it talks to CSSM by itself."""
        return True

    # --- what a person does ------------------------------------------------------------------------------------------

    def actions(self) -> Mapping[str, Action]:
        """By name; products add theirs."""
        return {}

    async def do(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Raises LookupError: no such action; ValueError: refused, and why."""
        known = self.actions()
        if action not in known:
            raise LookupError(f"{self.name} has no action {action}; there are {', '.join(sorted(known))}")
        self.site.touch()
        return await known[action](arguments)

    def state(self) -> dict[str, Any]:
        """Everything that happened here. Holds no secret."""
        return {
            "product": self.product,
            "connected": self.connected,
            "problem": self.problem,
            "tenants": [
                {
                    "name": tenant.name,
                    "smart_account": tenant.smart_account,
                    "virtual_account": tenant.virtual_account,
                    "synchronized": tenant.synchronized,
                }
                for tenant in self.tenants.values()
            ],
            "product_instances": [instance.as_dict() for instance in self.holdings],
            "open_tickets": [str(sent.ticket.poll_id) for sent in self._sent],
        }

    # --- what devices say (push) -------------------------------------------------------------------------------------

    def answer(self, request: wire.Request, tenant: str) -> wire.Reply:
        """Answer one message of a device that reports to ``tenant``."""
        refusal = self.refusal(request)
        if refusal:
            return self.refuse(request, *refusal)
        match request.operation:
            case wire.HELLO:
                return self.reply(request, wire.OK)
            case wire.USAGE:
                return self._usage(request, tenant)
            case wire.POLL:
                return self._poll(request)
        return self.refuse(request, "NOT_SUPPORTED", f"{self.product} does not take part in {request.operation}")

    def refusal(self, request: wire.Request) -> tuple[str, str] | None:
        """Code and message where the product takes nothing of this device."""
        del request
        return None

    def reply(self, request: wire.Request, status: str, **more: Any) -> wire.Reply:
        poll_after = self.site.cssm.options.ack_poll_after
        return wire.Reply(status=status, nonce=request.nonce, time=self.now, **{"poll_after": poll_after, **more})

    def refuse(self, request: wire.Request, code: str, message: str) -> wire.Reply:
        return self.reply(request, wire.FAILED, code=code, message=message)

    def _usage(self, request: wire.Request, tenant: str) -> wire.Reply:
        try:
            usage = read_document(
                request.document,
                udi=request.udi,
                units=request.units,
                hostname=request.hostname,
                release=request.release,
            )
            instance = self.holdings.take(usage, tenant=tenant, method="push", now=self.now)
        except DocumentError as error:
            return self.refuse(request, "MALFORMED_DOCUMENT", str(error))
        ticket = f"sim-{secrets.token_hex(8)}"
        self._claims[ticket] = Claim(instance, usage.keys, frozenset(usage.trust_requests))
        self.taken(instance)
        return self.reply(request, wire.PENDING, ticket=ticket)

    def _poll(self, request: wire.Request) -> wire.Reply:
        claim = self._claims.get(request.ticket)
        if claim is None or request.udi not in claim.instance.units:
            return self.refuse(request, "INVALID_POLL_ID", f"no request {request.ticket} of {request.udi}")
        instance = claim.instance
        instance.last_contact = self.now
        if not instance.settled(claim.keys, claim.trust):
            return self.reply(request, wire.PENDING, ticket=request.ticket)
        answers = instance.answers_for(claim.keys, claim.trust)
        if not answers:
            said = next((held.message for key in claim.keys if (held := instance.reports[key]).message), "")
            return self.refuse(request, "REFUSED", said or "nothing of this was acknowledged")
        for answer in answers:
            answer.delivered = answer.delivered or self.now
        return self.reply(request, wire.COMPLETE, ticket=request.ticket, document=merged(answers))

    def taken(self, instance: Instance) -> None:
        """A device has reported, or was read."""
        del instance
        if self.connected:
            self.soon("report", self._report_all)

    # --- CSSM --------------------------------------------------------------------------------------------------------

    async def report(self, tenant: str) -> Outcome:
        """Hand everything that waits to CSSM, in one call for each Virtual Account. Raises CssmError."""
        async with self._turn:
            account = self.tenants[tenant]
            waiting = [part for part in map(part_of, self.holdings.of(tenant)) if part]
            if not waiting:
                return Outcome()
            ids = await self.client.account(account.smart_account, account.virtual_account)
            problems: list[str] = []
            while waiting:
                try:
                    ticket = await self.client.submit(ids, [entry_of(part) for part in waiting])
                except CssmRefusedError as error:
                    problems.append(error.message)
                    waiting = without_refused(waiting, error)
                    continue
                return self._booked(Sent(ticket, waiting), problems)
            return Outcome(problems=problems)

    def _booked(self, sent: Sent, problems: list[str]) -> Outcome:
        for part in sent.parts:
            book(part)
        reports = sum(len(part.keys) for part in sent.parts)
        trust = sum(len(part.trust) for part in sent.parts)
        self._sent.append(sent)
        self.soon("poll", self._poll_all, max(1.0, sent.ticket.interval))
        return Outcome(reports, trust, [str(sent.ticket.poll_id)], problems)

    async def fetch(self) -> list[Instance]:
        """Ask CSSM for the answers that are due; the product instances that got one. Raises CssmError."""
        async with self._turn:
            answered: list[Instance] = []
            for sent in list(self._sent):
                try:
                    documents = await self.client.poll(sent.ticket)
                except CssmRefusedError as error:
                    self._sent.remove(sent)
                    give_up(sent.parts, error.message)
                    continue
                if documents is not None:
                    self._sent.remove(sent)
                    answered += self.install_answers(documents.values(), (part.instance for part in sent.parts))
            return answered

    def install_answers(self, documents: Iterable[bytes], among: Iterable[Instance]) -> list[Instance]:
        """Book documents with the product instances that they are for. Raises DocumentError: for none of them."""
        candidates = list(among)
        answered = []
        for document in documents:
            instance = self._owner(document, candidates)
            answered.append(instance)
        for instance in answered:
            self.answered(instance)
        return answered

    def _owner(self, document: bytes, candidates: list[Instance]) -> Instance:
        refused = DocumentError("no product instance here has asked for it")
        for instance in candidates:
            try:
                instance.accept(document, self.site.pki.cssm_verify, self.now)
            except DocumentError as error:
                refused = error
            else:
                return instance
        raise refused

    def answered(self, instance: Instance) -> None:
        """An answer for this product instance has come."""

    # --- what happens by itself --------------------------------------------------------------------------------------

    def soon(self, what: str, run: Callable[[], Awaitable[None]], seconds: float = 0.0) -> None:
        """Run it once, unless that is to happen anyway."""
        if what not in self._events:

            async def once() -> None:
                del self._events[what]
                await self._apart(run, what)

            self._events[what] = self.site.schedule.after(seconds, once, f"{self.name} {what}")

    def drop_event(self, what: str) -> None:
        event = self._events.pop(what, None)
        if event:
            event.cancel()

    async def end(self) -> None:
        """Do nothing more by itself."""
        for what in tuple(self._events):
            self.drop_event(what)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _apart(self, run: Callable[[], Awaitable[None]], what: str) -> None:
        async def work() -> None:
            try:
                await run()
            except Exception:
                _log.exception("%s: %s failed", self.name, what)

        task = asyncio.get_running_loop().create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=PATIENCE)

    def resume(self) -> None:
        """Take up what was left undone without a connection."""
        self.soon("report", self._report_all)
        if self._sent:
            self.soon("poll", self._poll_all)

    def may_report(self, tenant: Tenant) -> bool:
        """Whether it reports this tenant's use by itself."""
        return tenant.synchronized

    async def _report_all(self) -> None:
        try:
            for tenant in self.tenants.values():
                if self.may_report(tenant):
                    await self.report(tenant.name)
            self.problem = ""
        except CssmError as error:
            self._trouble(error)
            self.soon("report", self._report_all, RETRY_SECONDS)

    async def _poll_all(self) -> None:
        wait = max((sent.ticket.interval for sent in self._sent), default=1.0)
        try:
            await self.fetch()
        except CssmError as error:
            self._trouble(error)
            wait = RETRY_SECONDS
        except DocumentError as error:
            self._trouble(error)
        if self._sent:
            self.soon("poll", self._poll_all, max(1.0, wait))

    def _trouble(self, error: Exception) -> None:
        self.problem = str(error)
        _log.warning("%s: %s", self.name, error)
