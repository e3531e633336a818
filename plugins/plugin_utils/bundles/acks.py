# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ACKs on their way back: out of the archive outside the air gap, into the archive inside."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import ImportDoc, read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import (
    BundleAccount,
    BundleMember,
    read_ack_bundle,
    write_ack_bundle,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError, SlpError
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.model import AckEntry, PiState, UsageEntry

from .model import Carriage, Carried, files_at, is_packed, read_carried, write_if_new


@dataclass(frozen=True, slots=True)
class _Answer:
    folder: PiFolder
    usage: UsageEntry
    member: str
    acks: list[AckEntry]


def export_acks(archive: Archive, directory: Path, *, check: bool = False) -> Carriage:
    """Write the ACKs for each usage bundle that lies in the directory, or else for each Smart Account's newest one.

    The answer to ``UD_SA_x.tar.gz`` is ``ACK_UD_SA_x.tar.gz``, as CSSM names it; the same ACKs give the same octets.
    """
    answers = _answers(archive)
    lying = {path.name for path in directory.glob("UD_SA_*.tar.gz")} & answers.keys()
    carriage = Carriage()
    for bundle in sorted(lying or _newest(answers)):
        answered = [answer for answer in answers[bundle] if answer.acks]
        waiting = [answer for answer in answers[bundle] if not answer.acks]
        carriage.problems += [f"{answer.folder.udi}: CSSM has not answered {answer.member} yet" for answer in waiting]
        if answered:
            carriage.files.append(_export(directory, bundle, answered, check=check))
    return carriage


def _answers(archive: Archive) -> dict[str, list[_Answer]]:
    """By the name of the usage bundle, what became of each of its members."""
    found: dict[str, list[_Answer]] = {}
    for folder in archive.pis():
        state = folder.state()
        for usage in state.usages:
            for bundle, member in usage.members:
                answer = _Answer(folder, usage, member, _acks_for(state, usage))
                found.setdefault(bundle, []).append(answer)
    return found


def _acks_for(state: PiState, usage: UsageEntry) -> list[AckEntry]:
    """The ACKs for the file's reports, the newest first.

    An ACK that names none came for what was sent before it; a file without reports (a trust request) takes any such.
    """
    reports = set(usage.report_ids)
    acks = [
        ack
        for ack in state.acks
        if reports & set(ack.report_ids) or (not (reports and ack.report_ids) and ack.received >= usage.collected)
    ]
    return acks[::-1]


def _newest(answers: dict[str, list[_Answer]]) -> set[str]:
    """For each Smart Account, as a bundle holds but one, the bundle with the file that was collected last."""
    found: dict[str, str] = {}
    for bundle in sorted(answers, key=lambda bundle: max(answer.usage.collected for answer in answers[bundle])):
        found[AccountName.of(answers[bundle][0].usage.facts).smart] = bundle
    return set(found.values())


def _export(directory: Path, bundle: str, answers: list[_Answer], *, check: bool) -> Carried:
    by_account: dict[AccountName, list[BundleMember]] = {}
    for answer in answers:
        account = AccountName.of(answer.usage.facts)
        by_account.setdefault(account, []).extend(_members(answer))
    accounts = sorted(by_account, key=lambda account: account.virtual_account)
    # The name and time stamp of the answer follow the question's, so that an unchanged answer is an unchanged file.
    moment = min(answer.usage.collected for answer in answers)
    _name, data = write_ack_bundle(
        [BundleAccount(each.virtual_account, each.virtual_account_id, by_account[each]) for each in accounts],
        smart_account=accounts[0].smart_account,
        smart_account_id=accounts[0].smart_account_id,
        now=moment,
        created_by=str(uuid.uuid5(uuid.NAMESPACE_URL, bundle)),
    )
    path = directory / f"ACK_{bundle}"
    changed = write_if_new(path, data, check=check)
    udis = (str(answer.folder.udi) for answer in answers)
    return Carried.of(path, data, accounts[0].smart_account, udis, changed=changed)


def _members(answer: _Answer) -> Iterator[BundleMember]:
    stem = answer.member.removesuffix(".txt")
    for number, ack in enumerate(answer.acks):
        # A file whose reports were answered in several documents: all names lead back to it.
        name = f"ACK_{stem}.txt" if number == 0 else f"ACK_{stem}-{number + 1}.txt"
        yield BundleMember(answer.member, answer.folder.ack_data(ack), name)


def import_acks(archive: Archive, path: Path, *, check: bool = False) -> Carriage:
    """Read bundles of ACKs, or single ACK files, into the archive. A bad one is left out and told."""
    carriage = Carriage()
    for file in files_at(path, "ACK_*"):
        try:
            data = read_carried(file)
            carried = Carried.of(file, data)
            members = [BundleMember("", data, file.name)]
            if is_packed(data):
                bundle = read_ack_bundle(data, name=file.name)
                carried.smart_account, members = bundle.smart_account, bundle.members
        except SlpError as error:
            carriage.problems.append(str(error))
            continue
        carriage.files.append(carried)
        for member in members:
            try:
                _import(archive, member, file.name, carried, check)
            except SlpError as error:
                carriage.problems.append(str(error) if file.name in str(error) else f"{file.name}: {error}")
    return carriage


def _import(archive: Archive, member: BundleMember, source: str, carried: Carried, check: bool) -> None:
    doc = read_import(member.data, name=member.name)
    folder, reports = _addressee(archive, member.name, doc)
    # Also where the document is known: one may be the answer to several files, each with reports of its own.
    before = folder.state().ack(doc.sha256)
    after = before if check else folder.add_ack(member.data, doc, report_ids=reports, source=source)
    carried.product_instances.append(str(folder.udi))
    carried.changed = carried.changed or before is None or before != after


def _addressee(archive: Archive, name: str, doc: ImportDoc) -> tuple[PiFolder, tuple[int, ...]]:
    """Whose ACK it is, and for which reports: by the name that CSSM gave the file, else by the UDI inside."""
    found = archive.find_member(name)
    if found:
        return found[0], found[1].report_ids
    known = [folder for folder in map(archive.pi, sorted(doc.udis)) if folder.ledger.exists()]
    if known:
        return known[0], ()
    raise ArchiveError(
        "answers nothing that this archive has sent",
        cause=", ".join(map(str, sorted(doc.udis))) or "it names no UDI",
        subject=name,
        remedy="Read it into the archive from which the usage reports were collected",
    )
