# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage reports on their way to CSSM: out of the archive inside the air gap, into the archive outside."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import (
    BundleAccount,
    BundleMember,
    UsageBundle,
    bundle_name,
    device_id,
    member_name,
    read_usage_bundle,
    split_device_id,
    write_usage_bundle,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import FileFormatError, SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import RumFile, read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import ACCOUNT_FACTS, AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.model import PiState, UsageEntry

from .model import Carriage, Carried, files_at, is_packed, read_carried, write_if_new


@dataclass(frozen=True, slots=True)
class _Outgoing:
    folder: PiFolder
    usage: UsageEntry

    @property
    def device_id(self) -> str:
        return device_id(self.folder.udi, self.usage.sha256)


def export_usage(archive: Archive, directory: Path, *, default: AccountName, check: bool = False) -> Carriage:
    """Write what CSSM has not answered into one bundle for each Smart Account, unless it lies there already."""
    carriage = Carriage()
    by_account: dict[str, dict[AccountName, list[_Outgoing]]] = {}
    for folder in archive.pis():
        for usage in _files_to_send(folder.state()):
            account = AccountName.of(usage.facts, default)
            by_account.setdefault(account.smart, {}).setdefault(account, []).append(_Outgoing(folder, usage))
    for _smart, accounts in sorted(by_account.items()):
        carriage.files.append(_export(archive, directory, accounts, check=check))
    return carriage


def _files_to_send(state: PiState) -> list[UsageEntry]:
    """The fewest collected files that hold every report and trust request to be sent."""
    files = {usage.sha256: usage for usage in state.unsubmitted().values()}
    trust = state.unsubmitted_trust()
    if trust:
        files[trust.sha256] = trust
    return [usage for usage in state.usages if usage.sha256 in files]


def _export(archive: Archive, directory: Path, accounts: dict[AccountName, list[_Outgoing]], *, check: bool) -> Carried:
    smart_account = next(iter(accounts)).smart_account
    outgoing = [item for items in accounts.values() for item in items]
    udis = [str(item.folder.udi) for item in outgoing]
    if written := _written_before(directory, outgoing):
        return Carried.of(*written, smart_account, udis)
    now = _free_moment(directory, archive.now())
    parts = []
    for account, items in sorted(accounts.items(), key=lambda pair: pair[0].virtual_account):
        members = [BundleMember(item.device_id, item.folder.usage_data(item.usage)) for item in items]
        parts.append(BundleAccount(account.virtual_account, account.virtual_account_id, members))
    name, data = write_usage_bundle(
        parts,
        smart_account=smart_account,
        smart_account_id=next((each.smart_account_id for each in accounts if each.smart_account_id), ""),
        now=now,
        created_by=str(uuid.uuid4()),
    )
    write_if_new(directory / name, data, check=check)
    if not check:
        for item in outgoing:
            item.folder.record_bundled(item.usage.sha256, name, member_name(item.device_id, now))
    return Carried.of(directory / name, data, smart_account, udis, changed=True)


def _free_moment(directory: Path, now: datetime) -> datetime:
    """From ``now`` on the first whose bundle name is free: another Smart Account's may be of the same millisecond."""
    while (directory / bundle_name(now)).exists():
        now += timedelta(milliseconds=1)
    return now


def _written_before(directory: Path, outgoing: Iterable[_Outgoing]) -> tuple[Path, bytes] | None:
    """The bundle in this directory that already holds exactly these files, and its octets."""
    bundles = {item.usage.members[-1][0] if item.usage.members else "" for item in outgoing}
    if len(bundles) != 1 or "" in bundles:
        return None
    path = directory / bundles.pop()
    if not path.is_file():
        return None
    data = read_carried(path)
    try:
        bundle = read_usage_bundle(data, name=path.name)
    except FileFormatError:
        return None
    held = sorted(member.device_id for member in bundle.members)
    return (path, data) if held == sorted(item.device_id for item in outgoing) else None


def import_usage(archive: Archive, path: Path, *, default: AccountName, check: bool = False) -> Carriage:
    """Read bundles, or one usage file, into the archive. A bad member is left out and told; the others are read."""
    carriage = Carriage()
    for file in files_at(path, "UD_SA_*.tar.gz"):
        try:
            data = read_carried(file)
            bundle = _read(data, file.name, default)
        except SlpError as error:
            carriage.problems.append(str(error))
            continue
        carried = Carried.of(file, data, bundle.smart_account)
        carriage.files.append(carried)
        for account in bundle.accounts:
            names = AccountName(
                bundle.smart_account, account.virtual_account, bundle.smart_account_id, account.virtual_account_id
            )
            for member in account.members:
                try:
                    _import(archive, member, bundle.name, names if names.smart else default, carried, check)
                except SlpError as error:
                    carriage.problems.append(f"{file.name}: {error}")
    return carriage


def _read(data: bytes, name: str, default: AccountName) -> UsageBundle:
    if is_packed(data):
        return read_usage_bundle(data, name=name)
    alone = BundleAccount(default.virtual_account, default.virtual_account_id, [BundleMember("", data, name)])
    return UsageBundle(name, default.smart_account, default.smart_account_id, (alone,))


def _import(
    archive: Archive, member: BundleMember, bundle: str, account: AccountName, carried: Carried, check: bool
) -> None:
    rum = read_rum(member.data, name=member.name)
    folder = archive.pi(product_instance(rum, member.name))
    known = folder.state().usage(rum.sha256)
    new = known is None or (bundle, member.name) not in known.members
    if new and not check:
        facts = {name: getattr(account, name) or None for name in ACCOUNT_FACTS}
        facts["units"] = sorted(map(str, rum.udis)) if len(rum.udis) > 1 else None
        usage = folder.add_usage(member.data, rum, name=member.name, facts=facts)
        archive.pi(folder.udi).record_bundled(usage.sha256, bundle, member.name)
    carried.product_instances.append(str(folder.udi))
    carried.changed = carried.changed or new


def product_instance(rum: RumFile, name: str) -> Udi:
    """Whose file it is: the one that its name leads to where the file bears that out, else the first that it names."""
    label = split_device_id(name)
    for udi in sorted(rum.udis):
        if label and udi.label == label[0]:
            return udi
    if rum.reports:
        return rum.reports[0].udi
    if rum.udis:
        return min(rum.udis)
    raise FileFormatError("names no product instance", subject=name, remedy="Collect it from the device again")
