# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an archive has to go to CSSM, cut into pieces that CSSM takes or refuses by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ansible_collections.c9800.slp.plugins.module_utils.portal.cssm import PiUsage
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import RumReport, read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.model import PiState, UsageEntry

from .model import PiResult


@dataclass(frozen=True, slots=True)
class Work:
    """A product instance with something to submit."""

    folder: PiFolder
    result: PiResult
    account: AccountName


@dataclass(frozen=True, slots=True)
class Parcel:
    """One report, the trust requests of one file, or (legacy method) one whole file.

    ``again``: CSSM refused it in an earlier run, so that it must not hold up others.
    """

    work: Work
    usage_sha256: str
    udi: Udi
    reports: tuple[RumReport, ...]
    trust_requests: tuple[bytes, ...] = ()
    document: bytes = b""
    software_tag: str = ""
    again: bool = False

    @property
    def report_ids(self) -> tuple[int, ...]:
        return tuple(report.report_id for report in self.reports)

    @property
    def size(self) -> int:
        """Octets in a call, roughly."""
        payloads = sum(len(report.payload) for report in self.reports)
        return len(self.document) * 4 // 3 or payloads + sum(map(len, self.trust_requests)) * 4 // 3 + 512


def is_open(state: PiState, *, refused: bool) -> bool:
    """Whether there is anything to submit; with ``refused`` what CSSM refused counts as well."""
    return bool(state.unsubmitted(refused=refused) or state.unsubmitted_trust())


def read_parcels(work: Work, state: PiState, *, refused: bool, whole: bool) -> Iterator[Parcel]:
    """The parcels of a product instance. A file that cannot be read is a problem of its own; the others go on."""
    trust = state.unsubmitted_trust()
    wanted: dict[str, set[int]] = {trust.sha256: set()} if trust else {}
    for number, usage in state.unsubmitted(refused=refused).items():
        wanted.setdefault(usage.sha256, set()).add(number)
    for usage in state.usages:
        if usage.sha256 in wanted:
            try:
                yield from _file_parcels(work, usage, state, wanted[usage.sha256], whole=whole)
            except SlpError as error:
                work.result.add_problem(_named(error, work.folder.udi))


def _file_parcels(
    work: Work, usage: UsageEntry, state: PiState, wanted: Collection[int], *, whole: bool
) -> Iterator[Parcel]:
    """Trust requests first: once reports of its file are submitted, the file counts as done."""
    data, own = work.folder.usage_data(usage), work.folder.udi
    rum = read_rum(data, name=usage.name)
    reports = tuple(report for report in rum.reports if report.report_id in wanted)
    if whole:
        yield Parcel(work, usage.sha256, own, reports, rum.trust_requests, document=data)
        return
    if rum.trust_requests and usage == state.unsubmitted_trust():
        tag = str((rum.system_info or {}).get("software_tag_identifier") or "")
        yield Parcel(work, usage.sha256, own, (), rum.trust_requests, software_tag=tag)
    for report in reports:
        # A pair is one product instance: what its other unit signed goes under the same name.
        udi = own if own in report.udis else report.udi
        again = state.reports[report.report_id].state == "refused"
        yield Parcel(work, usage.sha256, udi, (report,), software_tag=report.software_tag, again=again)


def _named(error: SlpError, udi: Udi) -> SlpError:
    error.host = error.host or str(udi)
    return error


def as_usages(parcels: Sequence[Parcel]) -> list[PiUsage]:
    """The parcels of one call, put together by product instance."""
    usages = []
    for (udi, _unused), group in groupby(sorted(parcels, key=_key), key=_key):
        members = list(group)
        usages.append(
            PiUsage(
                udi=udi,
                reports=[report for parcel in members for report in parcel.reports],
                software_tag=next((parcel.software_tag for parcel in members if parcel.software_tag), ""),
                trust_requests=[request for parcel in members for request in parcel.trust_requests],
                document=members[0].document,
            )
        )
    return usages


def _key(parcel: Parcel) -> tuple[Udi, str]:
    """Documents are sent one by one; reports of one product instance go together, from whichever file."""
    return parcel.udi, parcel.usage_sha256 if parcel.document else ""


def halves(parcels: Sequence[Parcel]) -> tuple[Sequence[Parcel], Sequence[Parcel]]:
    """Two parts: between product instances if there are several, else in the middle."""
    middle = len(parcels) // 2
    names = [parcel.work.folder.udi for parcel in parcels]
    borders = [at for at in range(1, len(parcels)) if names[at] != names[at - 1]]
    at = min(borders, key=lambda border: abs(border - middle)) if borders else middle
    return parcels[:at], parcels[at:]


def calls(parcels: Sequence[Parcel], max_bytes: int) -> Iterator[list[Parcel]]:
    """Cut into calls of at most ``max_bytes``, or of one parcel that is larger.

    What CSSM refused before goes last, each product instance by itself.
    """
    call: list[Parcel] = []
    size = 0
    for parcel in sorted(parcels, key=lambda parcel: parcel.again):
        apart = parcel.again and (not call[-1].again or call[-1].work is not parcel.work) if call else False
        if call and (apart or size + parcel.size > max_bytes):
            yield call
            call, size = [], 0
        call.append(parcel)
        size += parcel.size
    if call:
        yield call
