# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of archived reports to CSSM and of its ACKs back into the archive."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from ansible_collections.c9800.slp.plugins.module_utils.portal.cssm import AccountIds, CssmClient
from ansible_collections.c9800.slp.plugins.module_utils.portal.http import BusyError, CallError
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError, PortalError
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.model import PiState, Ticket

from ._parcels import Work, is_open
from ._polling import Holder, OpenTicket, Poller
from ._sending import Sender
from .model import SubmitReport

MAX_CALL_BYTES = 8 * 1024 * 1024


def submit_archive(
    archive: Archive,
    client: CssmClient,
    *,
    default_account: AccountName,
    wait: float,
    poll_interval: float | None = None,
    batch_size: int = 20,
    product_instances: Collection[Udi] = (),
    resubmit_refused: bool = False,
    max_bytes: int = MAX_CALL_BYTES,
    check: bool = False,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> SubmitReport:
    """Submit what CSSM has not taken, then fetch the ACKs of all open tickets, those of earlier runs as well.

    ``default_account``: for product instances that were collected without one. ``wait``: seconds to wait for ACKs;
    with 0 nothing is polled, tickets stay for the next run. ``poll_interval``: seconds between two questions for a
    ticket, in place of what CSSM says. ``batch_size``: product instances in one call. ``product_instances``: only
    these, if any. ``resubmit_refused``: also what CSSM refused and no device has handed in since. ``check``: no call
    at all, the report says what would be submitted.

    Raises PortalError when CSSM cannot be used from the start; all later trouble is in the report.
    """
    report = SubmitReport(check=check)
    folders = _folders(archive, product_instances, report)
    states = dict(_states(folders, report))
    if not check and _adopt_tickets(archive, folders, states, report):
        states = dict(_states(folders, report))
    works = list(_works(folders, states, report, default_account, resubmit_refused))
    if check:
        for work in works:
            _foretell(work, states[work.folder.udi], resubmit_refused)
        report.tickets_pending = len({ticket.poll_id for state in states.values() for ticket in state.open_tickets})
        return report
    if works or (wait > 0 and any(state.open_tickets for state in states.values())):
        client.login()
        trouble = _submit(client, works, report, batch_size, max_bytes, resubmit_refused)
        if wait > 0:
            poller = Poller(client, poll_interval=poll_interval, clock=clock, sleep=sleep)
            if isinstance(trouble, BusyError):
                poller.rest(trouble)
            poller.poll(_open_tickets(archive, folders, report), wait)
    pending: set[str] = set()
    for udi, state in _states(folders, report):
        report.result(udi).after = _summary(state)
        report.result(udi).waiting = [number for ticket in state.open_tickets for number in state.reports_of(ticket)]
        pending.update(ticket.poll_id for ticket in state.open_tickets)
    report.tickets_pending = len(pending)
    return report


def _folders(archive: Archive, wanted: Collection[Udi], report: SubmitReport) -> list[PiFolder]:
    """The folders of the wanted product instances, each known by any of its units; of all without a wish."""
    folders = archive.pis()
    if not wanted:
        return folders
    known = {folder.udi for folder in folders}
    names = {archive.pi(udi).udi for udi in wanted}
    for udi in names - known:
        report.result(udi).add_problem(
            ArchiveError("the archive holds nothing of it", subject=str(udi), remedy="Collect its reports first")
        )
    return [folder for folder in folders if folder.udi in names]


def _adopt_tickets(
    archive: Archive, folders: Sequence[PiFolder], states: Mapping[Udi, PiState], report: SubmitReport
) -> bool:
    """Bring home tickets of a run that was killed while it wrote them down; True if there were any.

    A call's intent is in the ledger of every product instance, under one nonce. So a ticket that reached any of the
    ledgers, asked for in this run or not, is that of all of them.
    """
    begun = {
        udi: nonces
        for udi, state in states.items()
        if (nonces := {status.nonce for status in state.reports.values() if status.nonce})
    }
    if not begun:
        return False
    kept = {
        status.ticket.nonce: status.ticket
        for _unused, state in _states(archive.pis(), SubmitReport())
        for status in state.reports.values()
        if status.ticket
    }
    adopted = False
    for folder in folders:
        if not begun.get(folder.udi, set()) & kept.keys():
            continue
        try:
            _adopt(folder, kept)
            adopted = True
        except ArchiveError as error:
            report.result(folder.udi).add_problem(error)
    return adopted


def _adopt(folder: PiFolder, kept: Mapping[str, Ticket]) -> None:
    with folder.locked():
        found: dict[tuple[Ticket, str], list[int]] = {}
        for status in folder.state().reports.values():
            ticket = kept.get(status.nonce or "")
            if ticket and status.usage_sha256 and status.state in ("collected", "refused"):
                found.setdefault((ticket, status.usage_sha256), []).append(status.report_id)
        for (ticket, usage_sha256), numbers in found.items():
            folder.record_submitted(numbers, ticket, usage_sha256)


def _foretell(work: Work, state: PiState, refused: bool) -> None:
    """What would be submitted, written down as if it had been."""
    trust = state.unsubmitted_trust()
    work.result.trust_requests = trust.trust_requests if trust else 0
    work.result.submitted = list(state.unsubmitted(refused=refused))
    work.result.after = {**work.result.before, **dict.fromkeys(work.result.submitted, "submitted")}


def _states(folders: Sequence[PiFolder], report: SubmitReport) -> Iterator[tuple[Udi, PiState]]:
    for folder in folders:
        try:
            yield folder.udi, folder.state()
        except ArchiveError as error:
            report.result(folder.udi).add_problem(error)


def _works(
    folders: Sequence[PiFolder],
    states: Mapping[Udi, PiState],
    report: SubmitReport,
    default: AccountName,
    refused: bool,
) -> Iterator[Work]:
    for folder in folders:
        state = states.get(folder.udi)
        if state is None:
            continue
        result = report.result(folder.udi)
        result.before = result.after = _summary(state)
        account = AccountName.of(state.facts, default)
        result.smart_account, result.virtual_account = account.smart_account, account.virtual_account
        if not is_open(state, refused=refused):
            continue
        if account.complete:
            yield Work(folder, result, account)
        else:
            result.add_problem(
                PortalError(
                    "the device does not say to which Smart Account and Virtual Account it belongs",
                    remedy="Set smart_account and virtual_account",
                    subject=str(folder.udi),
                )
            )


def _submit(
    client: CssmClient,
    works: Sequence[Work],
    report: SubmitReport,
    batch_size: int,
    max_bytes: int,
    refused: bool,
) -> PortalError | None:
    """Account by account. What CSSM refuses for one account does not stop the next; a portal out of reach does.

    Returns that last trouble.
    """
    by_account: dict[AccountName, list[Work]] = {}
    for work in works:
        by_account.setdefault(work.account, []).append(work)
    unreachable: PortalError | None = None
    for account, members in by_account.items():
        try:
            if unreachable is not None:
                raise unreachable
            ids = account.ids or _resolved(client, account)
            sender = Sender(client, account, AccountIds(*ids), max_bytes=max_bytes, refused=refused)
            for start in range(0, len(members), batch_size):
                sender.send(members[start : start + batch_size])
        except PortalError as error:
            if isinstance(error, CallError | BusyError):
                unreachable = error
                report.portal_error = str(error)
            for work in members:
                if is_open(work.folder.state(), refused=False):
                    work.result.add_problem(error)
    return unreachable


def _resolved(client: CssmClient, account: AccountName) -> tuple[str, str]:
    ids = client.resolve_account(account.smart_account, account.virtual_account)
    return ids.smart_account, ids.virtual_account


def _open_tickets(archive: Archive, folders: Sequence[PiFolder], report: SubmitReport) -> list[OpenTicket]:
    """The tickets of the chosen product instances, each with everybody that it covers: one answer serves them all."""
    chosen = {folder.udi for folder in folders}
    found: dict[str, OpenTicket] = {}
    for folder in archive.pis():
        others = SubmitReport()
        for udi, state in _states([folder], report if folder.udi in chosen else others):
            for ticket in state.open_tickets:
                result = report.result(udi) if udi in chosen else others.result(udi)
                entry = found.setdefault(ticket.poll_id, OpenTicket(ticket))
                entry.holders.append(Holder(folder, result))
    return [entry for entry in found.values() if any(holder.folder.udi in chosen for holder in entry.holders)]


def _summary(state: PiState) -> dict[int, str]:
    return {number: str(status.state) for number, status in state.reports.items()}
