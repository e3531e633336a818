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
from .cssm_instances import HeldReport, Instances, ProductInstance
from .cssm_reports import RefusedError, Report, Submission
from .simdoc import Udi

ACKNOWLEDGEMENTS = "acknowledgements"


class DuplicateError(RefusedError):
    """A report that CSSM already has: it answers ``FAILED`` and a message at once, and takes nothing of the call."""

    def __init__(self, report: Report) -> None:
        super().__init__("DUPLICATE_REPORT", f"Duplicate: {report.label} has already been reported", status=202)


@dataclass(slots=True)
class Ticket:
    """A request in work. ``documents``: the ACK of each product instance once it was asked for after ``ready``."""

    poll_id: int
    account: VirtualAccount
    submissions: tuple[Submission, ...]
    created: datetime
    ready: datetime
    correlation_id: str
    way: str = ""
    sender: str = ""
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
            "way": self.way,
            "sender": self.sender,
        }


class Store:
    """Takes submissions, answers polls. ``delay``: seconds of the world's clock until a ticket is ready."""

    def __init__(self, clock: Clock, writer: AckWriter) -> None:
        self.delay = 0.0
        self.instances = Instances()
        self.reports: dict[tuple[Udi, int], HeldReport] = {}
        self.tickets: dict[int, Ticket] = {}
        self._offered: Counter[tuple[Udi, int]] = Counter()
        self._clock = clock
        self._writer = writer

    def submit(
        self,
        account: VirtualAccount,
        submissions: Sequence[Submission],
        *,
        way: str = "",
        sender: str = "",
        again: bool = False,
    ) -> Ticket:
        """Take everything or nothing. Raises RefusedError: a UDI of another account; DuplicateError.

        ``again``: who reports may tell what CSSM has already (a device does, until it gets an ACK).
        """
        self._check_accounts(account, submissions)
        self._check_duplicates(submissions, refuse=not again)
        now = self._clock.now()
        ticket = Ticket(
            poll_id=_poll_id(),
            account=account,
            submissions=tuple(submissions),
            created=now,
            ready=now + timedelta(seconds=self.delay),
            correlation_id=f"sim-{secrets.token_hex(12)}",
            way=way,
            sender=sender,
        )
        self.tickets[ticket.poll_id] = ticket
        for entry in submissions:
            instance = self.instances.register(account, entry.units, now)
            instance.way, instance.sender = way, sender
            for report in entry.reports:
                self._hold(instance, HeldReport(report, entry.udi, account, ticket.poll_id))
        return ticket

    def _hold(self, instance: ProductInstance, held: HeldReport) -> None:
        key = (held.report.udi, held.report.report_id)
        if key in self.reports:  # told again: its ACK went astray
            known = self.reports[key]
            known.poll_id, known.submitted_for, known.delivered = held.poll_id, held.submitted_for, False
        else:
            self.reports[key] = held
            instance.reports.append(held)

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

    def remove(self, instance: ProductInstance) -> None:
        """Forget a product instance, its reports, and what was promised to it."""
        self.instances.remove(instance)
        for held in instance.reports:
            del self.reports[held.report.udi, held.report.report_id]
        self.tickets = {
            number: ticket
            for number, ticket in self.tickets.items()
            if all(entry.udi in self.instances for entry in ticket.submissions)
        }

    def outstanding(self, account: VirtualAccount) -> int:
        """How many reports of this Virtual Account CSSM is still working on."""
        now = self._clock.now()
        waiting = {number for number, ticket in self.tickets.items() if ticket.ready > now}
        return sum(held.account == account and held.poll_id in waiting for held in self.reports.values())

    def in_use(self, account: VirtualAccount) -> Counter[str]:
        """Licences in use by entitlement tag: the latest report of each product instance and tag counts."""
        total: Counter[str] = Counter()
        for instance in self.instances_in(account):
            ordered = sorted((held.report for held in instance.reports), key=lambda report: report.report_id)
            total.update({report.tag: report.count for report in ordered if report.tag})
        return total

    def instances_in(self, account: VirtualAccount) -> Iterator[ProductInstance]:
        """The product instances of a Virtual Account, each once, in the order of their first contact."""
        yield from self.instances.each(account)

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

    def _check_duplicates(self, submissions: Sequence[Submission], *, refuse: bool) -> None:
        called = [report for entry in submissions for report in entry.reports]
        self._offered.update((report.udi, report.report_id) for report in called)
        seen: set[tuple[Udi, int]] = set()
        for report in called:
            key = (report.udi, report.report_id)
            if (refuse and key in self.reports) or key in seen:
                raise DuplicateError(report)
            seen.add(key)

    def _acknowledge(self, ticket: Ticket, entry: Submission) -> bytes:
        # Simulation: the ACK also names what this product instance reported earlier and never got an ACK for. So the
        # reports of a ticket that a killed client lost are acknowledged with the next ones; Cisco does not say how.
        instance = self.instances[entry.udi]
        named = [
            held
            for held in instance.reports
            if not held.delivered or (held.poll_id == ticket.poll_id and held.submitted_for == entry.udi)
        ]
        for held in named:
            held.delivered = True
        instance.trusted.update(dict.fromkeys(entry.trust_requests, self._clock.now()))
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
