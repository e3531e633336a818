# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the mock CSSM holds: product instances, their reports, tickets; and the rules by which it takes and answers."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .clock import Clock
from .cssm_accounts import VirtualAccount
from .cssm_ack import AckWriter
from .cssm_reports import RefusedError, Report, Submission
from .simdoc import Udi

ACKNOWLEDGEMENTS = "acknowledgements"


class DuplicateError(RefusedError):
    """A report that CSSM already has: it answers ``FAILED`` and a message at once, and takes nothing of the call."""

    def __init__(self, report: Report) -> None:
        super().__init__("DUPLICATE_REPORT", f"Duplicate: {report.label} has already been reported", status=202)


@dataclass(slots=True)
class ProductInstance:
    """A device that CSSM has heard of. A pair is one, known by each of its UDIs."""

    account: VirtualAccount
    registered: datetime
    last_contact: datetime
    units: tuple[Udi, ...] = ()
    reports: list[HeldReport] = field(default_factory=list)


@dataclass(slots=True)
class HeldReport:
    """A report that CSSM took. ``delivered``: an ACK which names it has been fetched."""

    report: Report
    submitted_for: Udi
    account: VirtualAccount
    poll_id: int
    delivered: bool = False


@dataclass(slots=True)
class Ticket:
    """A request in work. ``documents``: the ACK of each product instance once it was asked for after ``ready``."""

    poll_id: int
    account: VirtualAccount
    submissions: tuple[Submission, ...]
    created: datetime
    ready: datetime
    correlation_id: str
    polls: int = 0
    documents: dict[Udi, bytes] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "poll_id": str(self.poll_id),
            "smart_account": self.account.smart_domain,
            "virtual_account": self.account.name,
            "udis": [str(entry.udi) for entry in self.submissions],
            "reports": sum(len(entry.reports) for entry in self.submissions),
            "ready": self.ready.isoformat(),
            "polls": self.polls,
            "delivered": bool(self.documents),
        }


class Store:
    """Takes submissions, answers polls. ``delay``: seconds of the world's clock until a ticket is ready."""

    def __init__(self, clock: Clock, writer: AckWriter) -> None:
        self.delay = 0.0
        self.instances: dict[Udi, ProductInstance] = {}
        self.reports: dict[tuple[Udi, int], HeldReport] = {}
        self.tickets: dict[int, Ticket] = {}
        self._offered: Counter[tuple[Udi, int]] = Counter()
        self._clock = clock
        self._writer = writer

    def submit(self, account: VirtualAccount, submissions: Sequence[Submission]) -> Ticket:
        """Take everything or nothing. Raises RefusedError: a UDI of another account; DuplicateError."""
        self._check_accounts(account, submissions)
        self._check_duplicates(submissions)
        now = self._clock.now()
        ticket = Ticket(
            poll_id=_poll_id(),
            account=account,
            submissions=tuple(submissions),
            created=now,
            ready=now + timedelta(seconds=self.delay),
            correlation_id=f"sim-{secrets.token_hex(12)}",
        )
        self.tickets[ticket.poll_id] = ticket
        for entry in submissions:
            instance = self._register(account, entry, now)
            for report in entry.reports:
                held = HeldReport(report, entry.udi, account, ticket.poll_id)
                self.reports[report.udi, report.report_id] = held
                instance.reports.append(held)
        return ticket

    def poll(self, account: VirtualAccount, poll_id: int, action: str) -> Ticket | None:
        """Return the ticket once its ACKs are there, None before. Raises RefusedError: no such ticket."""
        ticket = self.tickets.get(poll_id)
        if ticket is None or ticket.account != account or action != ACKNOWLEDGEMENTS:
            raise RefusedError("INVALID_POLL_ID", f"No request {poll_id} with action {action} in this account")
        ticket.polls += 1
        if self._clock.now() < ticket.ready:
            return None
        for entry in ticket.submissions:
            if entry.udi not in ticket.documents:
                ticket.documents[entry.udi] = self._acknowledge(ticket, entry)
        return ticket

    def outstanding(self, account: VirtualAccount) -> int:
        """How many reports of this Virtual Account CSSM is still working on."""
        now = self._clock.now()
        return sum(held.account == account and self.tickets[held.poll_id].ready > now for held in self.reports.values())

    def in_use(self, account: VirtualAccount) -> Counter[str]:
        """Licences in use by entitlement tag: the latest report of each product instance and tag counts."""
        total: Counter[str] = Counter()
        for instance in self.instances_in(account):
            ordered = sorted((held.report for held in instance.reports), key=lambda report: report.report_id)
            total.update({report.tag: report.count for report in ordered if report.tag})
        return total

    def instances_in(self, account: VirtualAccount) -> Iterator[ProductInstance]:
        """The product instances of a Virtual Account, each once, in the order of their first contact."""
        yield from {id(found): found for found in self.instances.values() if found.account == account}.values()

    def held(self, *, payloads: bool = False) -> dict[str, dict[str, Any]]:
        """By UDI and report id: how often a report was offered (it is taken once), and whether its ACK was fetched."""
        found: dict[str, dict[str, Any]] = {}
        for (udi, report_id), held in sorted(self.reports.items()):
            entry: dict[str, Any] = {"offered": self._offered[udi, report_id], "delivered": held.delivered}
            if payloads:
                entry |= {"payload": held.report.payload, "signature": held.report.signature}
            found.setdefault(str(udi), {})[str(report_id)] = entry
        return found

    def _check_accounts(self, account: VirtualAccount, submissions: Sequence[Submission]) -> None:
        for entry in submissions:
            for udi in entry.units:
                known = self.instances.get(udi)
                if known and known.account != account:
                    where = f"{known.account.smart_domain} / {known.account.name}"
                    raise RefusedError("UDI_IN_DIFFERENT_ACCOUNT", f"{udi} belongs to {where}")

    def _check_duplicates(self, submissions: Sequence[Submission]) -> None:
        called = [report for entry in submissions for report in entry.reports]
        self._offered.update((report.udi, report.report_id) for report in called)
        seen: set[tuple[Udi, int]] = set()
        for report in called:
            key = (report.udi, report.report_id)
            if key in self.reports or key in seen:
                raise DuplicateError(report)
            seen.add(key)

    def _register(self, account: VirtualAccount, entry: Submission, now: datetime) -> ProductInstance:
        known = list({id(found): found for udi in entry.units if (found := self.instances.get(udi))}.values())
        instance = known[0] if known else ProductInstance(account, now, now)
        for other in known[1:]:  # two controllers that became a pair
            instance.units += other.units
            instance.reports += other.reports
        instance.last_contact = now
        instance.units = tuple(dict.fromkeys((*instance.units, *entry.units)))
        self.instances.update(dict.fromkeys(instance.units, instance))
        return instance

    def _acknowledge(self, ticket: Ticket, entry: Submission) -> bytes:
        # Simulation: the ACK also names what this product instance reported earlier and never got an ACK for. So the
        # reports of a ticket that a killed client lost are acknowledged with the next ones; Cisco does not say how.
        named = [
            held
            for held in self.instances[entry.udi].reports
            if not held.delivered or (held.poll_id == ticket.poll_id and held.submitted_for == entry.udi)
        ]
        for held in named:
            held.delivered = True
        return self._writer.write(
            ticket.account,
            [held.report for held in named],
            trust_requests=entry.trust_requests,
            correlation_id=ticket.correlation_id,
            transaction_id=ticket.poll_id,
            now=self._clock.now(),
        )


def _poll_id() -> int:
    """18 digits and odd: above 2^53 no odd number survives a trip through a float."""
    return (10**17 + secrets.randbelow(9 * 10**17)) | 1
