# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand reports to CSSM so that none is lost, none is sent twice, and a bad one stops nobody else."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from ansible_collections.c9800.slp.plugins.module_utils.portal.cssm import AccountIds, CssmClient, RefusedError
from ansible_collections.c9800.slp.plugins.module_utils.portal.replies import SubmitTicket
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError, DuplicateReport, PortalError
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.model import Ticket

from ._parcels import Parcel, Work, as_usages, calls, halves, read_parcels
from .model import COLLECT_AGAIN


class Sender:
    """Sends for one account. ``max_bytes``: about how large a call gets. ``refused``: also what was refused before."""

    def __init__(
        self, client: CssmClient, account: AccountName, ids: AccountIds, *, max_bytes: int, refused: bool
    ) -> None:
        self._client = client
        self._account = account
        self._ids = ids
        self._max_bytes = max_bytes
        self._refused = refused
        self._whole = client.settings.method == "report_usage_legacy"

    def send(self, batch: Sequence[Work]) -> None:
        """Send what several product instances have open, while no other process may touch their folders.

        Raises PortalError when CSSM cannot be used; what was accepted until then is in the ledgers.
        """
        parcels: list[Parcel] = []
        with ExitStack() as locks:
            for work in sorted(batch, key=lambda work: work.folder.udi):  # one order for all processes: no deadlock
                try:
                    locks.enter_context(work.folder.locked())
                    parcels += read_parcels(work, work.folder.state(), refused=self._refused, whole=self._whole)
                except ArchiveError as error:
                    work.result.add_problem(error)
            for call in calls(parcels, self._max_bytes):
                refusal = self._attempt(call)
                if refusal:
                    self._narrow(call, refusal)

    def _attempt(self, parcels: Sequence[Parcel]) -> PortalError | None:
        """One call: the intent goes into the ledgers before it, the ticket right after it. Returns a refusal."""
        nonce = secrets.token_hex(16)
        announced = [files for files in _by_file(parcels) if self._announce(files, nonce)]
        if not announced:
            return None
        usages = as_usages([parcel for files in announced for parcel in files])
        try:
            receipt = self._client.submit(self._ids, usages, nonce)
        except (DuplicateReport, RefusedError) as error:
            return error
        ticket = self._ticket(receipt)
        for files in announced:
            work, numbers = files[0].work, _report_ids(files)
            try:
                work.folder.record_submitted(numbers, ticket, files[0].usage_sha256)
            except ArchiveError as error:
                work.result.add_problem(error)
            work.result.submitted += numbers
            work.result.trust_requests += sum(len(parcel.trust_requests) for parcel in files)
        return None

    def _announce(self, parcels: Sequence[Parcel], nonce: str) -> bool:
        work = parcels[0].work
        try:
            work.folder.record_submitting(_report_ids(parcels), parcels[0].usage_sha256, nonce)
        except ArchiveError as error:
            work.result.add_problem(error)
            return False
        return True

    def _narrow(self, parcels: Sequence[Parcel], refusal: PortalError) -> None:
        """CSSM took nothing of a call: find out what it minds, and hand in the rest."""
        if len(parcels) == 1:
            self._settle(parcels, refusal)
            return
        parts = halves(parcels)
        refusals = [self._attempt(part) for part in parts]
        one_device = len({parcel.work.folder.udi for parcel in parcels}) == 1
        if one_device and all(isinstance(error, RefusedError) and error.cause == refusal.cause for error in refusals):
            # The same words for each half: it minds the product instance or its account, not a report.
            self._settle(parcels, refusal)
            return
        for part, error in zip(parts, refusals, strict=True):
            if error:
                self._narrow(part, error)

    def _settle(self, parcels: Sequence[Parcel], refusal: PortalError) -> None:
        """Write down that CSSM did not take these, which are of one product instance."""
        work, numbers = parcels[0].work, _report_ids(parcels)
        try:
            if not isinstance(refusal, DuplicateReport):
                if numbers:  # without any it would end the wait for an earlier ticket of trust requests
                    work.folder.record_refused(numbers, refusal.cause)
                work.result.refused |= dict.fromkeys(numbers, refusal.cause)
                work.result.add_problem(_about(work, refusal))
            elif parcels[0].document or not numbers:
                work.result.add_problem(_about(work, refusal, "Submit with method report_usage, report by report"))
            else:
                work.folder.record_duplicate(numbers)
                work.result.duplicates += numbers
                work.result.add_note(COLLECT_AGAIN)
        except ArchiveError as error:
            work.result.add_problem(error)

    def _ticket(self, receipt: SubmitTicket) -> Ticket:
        return Ticket(
            poll_id=receipt.poll_id,
            action=receipt.action,
            interval=receipt.interval,
            profile=self._client.settings.profile,
            base_url=self._client.base_url,
            smart_account=self._account.smart_account,
            virtual_account=self._account.virtual_account,
            smart_account_id=self._ids.smart_account,
            virtual_account_id=self._ids.virtual_account,
            nonce=receipt.nonce,
            submitted=datetime.now(UTC).isoformat(timespec="seconds"),
        )


def _by_file(parcels: Sequence[Parcel]) -> list[list[Parcel]]:
    """Parcels of the same file together: they make one entry in the ledger."""
    files: dict[tuple[Udi, str], list[Parcel]] = {}
    for parcel in parcels:
        files.setdefault((parcel.work.folder.udi, parcel.usage_sha256), []).append(parcel)
    return list(files.values())


def _report_ids(parcels: Sequence[Parcel]) -> list[int]:
    return [number for parcel in parcels for number in parcel.report_ids]


def _about(work: Work, refusal: PortalError, remedy: str = "") -> PortalError:
    """A refusal as a problem of one product instance."""
    return type(refusal)(
        refusal.what, cause=refusal.cause, remedy=remedy or refusal.remedy, subject=str(work.folder.udi)
    )
