# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask CSSM for the results of tickets, those of earlier runs as well, and put the ACKs into the archive."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ansible_collections.c9800.slp.plugins.module_utils.portal.cssm import AccountIds, CssmClient
from ansible_collections.c9800.slp.plugins.module_utils.portal.http import BusyError
from ansible_collections.c9800.slp.plugins.module_utils.portal.replies import (
    PollEntry,
    PollResult,
    PollState,
    SubmitTicket,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    PortalAuthError,
    PortalError,
    SlpError,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.model import Ticket

from .model import PiResult


@dataclass(frozen=True, slots=True)
class Holder:
    """A product instance whose reports a ticket covers."""

    folder: PiFolder
    result: PiResult


@dataclass(slots=True)
class OpenTicket:
    """A ticket with everybody it concerns. ``due``: when to ask next; ``trouble``: why the last question failed."""

    ticket: Ticket
    holders: list[Holder] = field(default_factory=list)
    due: float = 0.0
    trouble: PortalError | None = None


class Poller:
    """Asks for each ticket as often as CSSM said, or every ``poll_interval`` seconds. Holds no lock while it waits."""

    def __init__(
        self,
        client: CssmClient,
        *,
        poll_interval: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._poll_interval = poll_interval
        self._clock = clock
        self._sleep = sleep
        self._quiet_until = 0.0

    def rest(self, busy: BusyError) -> None:
        """Ask nothing at all for as long as the portal wants."""
        self._quiet_until = self._clock() + busy.seconds

    def poll(self, tickets: Iterable[OpenTicket], wait: float) -> None:
        """Poll until all tickets are answered, or none of the others is due within ``wait`` seconds from now."""
        started = self._clock()
        ours = [entry for entry in tickets if self._is_ours(entry)]
        for entry in ours:
            entry.due = started + self._first_pause(entry.ticket)
        waiting = list(ours)
        while waiting:
            entry = min(waiting, key=lambda entry: entry.due)
            due = max(entry.due, self._quiet_until)
            if max(due, self._clock()) > started + wait:
                break
            pause = due - self._clock()
            if pause > 0:
                self._sleep(pause)
            if self._ask(entry):
                waiting.remove(entry)
        for entry in ours:
            for holder in entry.holders if entry.trouble else ():
                holder.result.add_problem(entry.trouble)

    def _is_ours(self, entry: OpenTicket) -> bool:
        """Only the portal that the user configured is asked, whatever an old ticket says."""
        ticket = entry.ticket
        if ticket.base_url.rstrip("/") == self._client.base_url and ticket.profile == self._client.settings.profile:
            return True
        for holder in entry.holders:
            holder.result.add_note(
                f"a ticket of {ticket.submitted} belongs to {ticket.base_url} ({ticket.profile}): "
                "run with that base_url and profile to fetch its ACK"
            )
        return False

    def _pause(self, ticket: Ticket, asked: int | None = None) -> float:
        return self._poll_interval if self._poll_interval is not None else float(asked or ticket.interval)

    def _first_pause(self, ticket: Ticket) -> float:
        """Seconds until a ticket may be asked for: an interval after its submission, maybe in an earlier run."""
        pause = self._pause(ticket)
        try:
            age = (datetime.now(UTC) - datetime.fromisoformat(ticket.submitted)).total_seconds()
        except (TypeError, ValueError):
            return pause
        return min(max(0.0, pause - age), pause)

    def _ask(self, entry: OpenTicket) -> bool:
        """One question; True when this run has no further one for the ticket."""
        ticket = entry.ticket
        ids = AccountIds(ticket.smart_account_id, ticket.virtual_account_id)
        receipt = SubmitTicket(ticket.poll_id, ticket.action, ticket.interval, ticket.nonce)
        try:
            result = self._client.poll(ids, receipt)
        except PortalError as error:
            entry.trouble = error
            entry.due = self._clock() + self._pause(ticket)
            if isinstance(error, BusyError):
                self.rest(error)
            return isinstance(error, PortalAuthError)
        entry.trouble = None
        if result.state is PollState.PENDING:
            for holder in entry.holders if result.message else ():
                holder.result.add_note(f"CSSM is still working on the reports and says: {result.message}")
            entry.due = self._clock() + self._pause(ticket, result.interval)
            return False
        for holder in entry.holders:
            try:
                self._close(holder, ticket, result)
            except SlpError as error:
                holder.result.add_problem(error)
        return True

    def _close(self, holder: Holder, ticket: Ticket, result: PollResult) -> None:
        """Write down for one product instance how its ticket ended."""
        if result.state is PollState.FAILED:
            raise PortalError(
                f"CSSM cannot say what became of ticket {ticket.poll_id}",
                cause=result.message,
                remedy="The ticket is kept: run again later",
                subject=str(holder.folder.udi),
            )
        with holder.folder.locked():
            state = holder.folder.state()
            if ticket not in state.open_tickets:
                return  # another run was faster
            entries = [entry for entry in result.entries if entry.udi in state.units]
            if not entries:
                gone = f"CSSM does not know ticket {ticket.poll_id} any more ({result.message})"
                missing = f"CSSM's answer to ticket {ticket.poll_id} holds nothing for this product instance"
                _refuse(holder, state.reports_of(ticket), gone if result.state is PollState.GONE else missing)
                return
            errors = [entry.error for entry in entries if entry.document is None]
            for entry in entries:
                if entry.document is not None:
                    self._take(holder, ticket, entry, entry.document)
            # Only now: the units of a pair may have an ACK each.
            unnamed = holder.folder.state().reports_of(ticket)
            if unnamed or len(errors) == len(entries):
                _refuse(holder, unnamed, "; ".join(errors) or "the ACK does not name them")

    def _take(self, holder: Holder, ticket: Ticket, entry: PollEntry, document: bytes) -> None:
        folder, result, state = holder.folder, holder.result, holder.folder.state()
        numbers = state.reports_of(ticket)
        doc = read_import(document, name=f"ACK_{entry.udi.label}_{ticket.poll_id}.xml")
        # An ACK also covers what CSSM had before, from a run whose ticket was lost.
        lost = [n for n, status in state.reports.items() if status.duplicate and status.state == "submitted"]
        awaited = sorted({*numbers, *lost}) if numbers else []
        ack = folder.add_ack(document, doc, report_ids=awaited, source="cssm")
        result.acks.append(ack.name)
        if entry.error:
            result.add_note(f"CSSM adds to the ACK: {entry.error}")
        then = folder.state()
        result.acknowledged += [n for n in awaited if then.reports[n].state in ("acknowledged", "installed")]
        for number in numbers:
            if then.reports[number].state == "refused":
                _refuse(holder, [number], then.reports[number].reason or "no reason given")


def _refuse(holder: Holder, numbers: Sequence[int], reason: str) -> None:
    """Note that reports were not acknowledged. They are handed in again when they are collected anew or asked for."""
    holder.folder.record_refused(numbers, reason)
    holder.result.refused |= dict.fromkeys(numbers, reason)
    holder.result.add_problem(
        PortalError(
            "CSSM gives no acknowledgement",
            cause=reason,
            remedy="Collect and submit again, or submit with resubmit_refused, or look the product instance up on "
            "CSSM's portal",
            subject=str(holder.folder.udi),
        )
    )
