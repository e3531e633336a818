# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Offline bundles: many product instances in one file, as the CSSM page takes and gives them (formats.md 4.5).

    UD_SA_<stamp>.tar.gz                       ACK_UD_SA_<stamp>.tar.gz
      manifest.mf                                manifest.mf (not always)
      UD_VA_<stamp>.tar.gz, one per VA           ACK_UD_VA_<stamp>.tar.gz
        dev_<id>_<stamp>.txt, one per device       ACK_dev_<id>_<stamp>.txt

One bundle holds one Smart Account. Members go in and come out octet for octet. The same input gives the same octets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ._manifest import MANIFEST, Manifest, read_manifest, write_manifest
from ._targz import Limits, read_targz, write_targz
from .errors import FileFormatError
from .udi import Udi

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ACK = "ACK_"
_PACKED = (".tar.gz", ".tgz")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~+%-]{0,200}")
_MEMBER = re.compile(r"dev_(?P<id>.+)_\d\d[A-Z][a-z]{2}\d\d_\d\d_\d\d_\d\d_\d{3}", re.ASCII)
_DEVICE = re.compile(r"(?P<label>[\w.~+%-]{1,200})-(?P<digest>[0-9a-f]{8})", re.ASCII)


@dataclass(slots=True)
class BundleMember:
    """The file of one device. ``name``: of the file inside; made from ``device_id`` where it is empty."""

    device_id: str
    data: bytes
    name: str = ""


@dataclass(slots=True)
class BundleAccount:
    """One Virtual Account; name and id are empty where the bundle does not tell them."""

    virtual_account: str
    virtual_account_id: str
    members: list[BundleMember] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class UsageBundle:
    """What a bundle holds. ``ignored``: names of members that are none of ours."""

    name: str
    smart_account: str
    smart_account_id: str
    accounts: tuple[BundleAccount, ...]
    ignored: tuple[str, ...] = ()

    @property
    def members(self) -> list[BundleMember]:
        """Of all Virtual Accounts, in order."""
        return [member for account in self.accounts for member in account.members]


@dataclass(frozen=True, slots=True)
class AckBundle(UsageBundle):
    """The same, coming back: member names begin with ``ACK_``, their ``device_id`` is that of the usage file."""


def stamp(now: datetime) -> str:
    """``21Apr20_20_56_13_123``: year, month, day, time, milliseconds; UTC where ``now`` has a zone."""
    now = now.astimezone(UTC) if now.tzinfo else now
    return f"{now:%y}{_MONTHS[now.month - 1]}{now:%d_%H_%M_%S}_{now.microsecond // 1000:03d}"


def device_id(udi: Udi, sha256: str) -> str:
    """The id of one file of a device, e.g. ``C9800-CL-K9_9SIM0000001-ab12cd34``: a safe file name that leads back."""
    return f"{udi.label}-{sha256[:8]}"


def split_device_id(name: str) -> tuple[str, str] | None:
    """(UDI label, first 8 digits of the file's SHA-256) out of a device id or a member name; None if there are none."""
    found = _DEVICE.fullmatch(device_id_of(name))
    return (found["label"], found["digest"]) if found else None


def device_id_of(member: str) -> str:
    """The ``<id>`` in a member name, whatever stands around it (``ACK_``, folders, a browser's `` (1)``)."""
    found = _MEMBER.search(member.rsplit("/", 1)[-1])
    return found["id"] if found else member.rsplit("/", 1)[-1].removeprefix(_ACK).removesuffix(".txt")


def member_name(identity: str, now: datetime) -> str:
    """``dev_<id>_<stamp>.txt``."""
    return f"dev_{identity}_{stamp(now)}.txt"


def bundle_name(now: datetime) -> str:
    """``UD_SA_<stamp>.tar.gz``; the answer has ``ACK_`` before it."""
    return f"UD_SA_{stamp(now)}.tar.gz"


def write_usage_bundle(
    accounts: Sequence[BundleAccount], *, smart_account: str, smart_account_id: str, now: datetime, created_by: str
) -> tuple[str, bytes]:
    """Make the bundle of one Smart Account for CSSM: (file name, octets).

    Each member is named by its ``name``, or by its device id and ``now`` (``member_name`` tells it beforehand).
    ``created_by``: UUID of who made it. Raises FileFormatError for names that are unfit or given twice.
    """
    return _write("", accounts, Manifest(created_by, smart_account, smart_account_id), now)


def write_ack_bundle(
    accounts: Sequence[BundleAccount], *, smart_account: str, smart_account_id: str, now: datetime, created_by: str
) -> tuple[str, bytes]:
    """Make the bundle of ACKs that goes back: as write_usage_bundle, each name with ``ACK_`` before it."""
    return _write(_ACK, accounts, Manifest(created_by, smart_account, smart_account_id), now)


def read_usage_bundle(data: bytes, *, name: str, limits: Limits | None = None) -> UsageBundle:
    """Read what write_usage_bundle or a CSLU wrote. Raises FileFormatError, naming the bundle and the member."""
    outer, inner = _read_nested(data, name, limits or Limits(), "UD_VA")
    if any(member.startswith(_ACK) for member in inner):
        raise FileFormatError(
            "is a bundle of ACKs, not of usage data", subject=name, remedy="It is for airgap_install, or kind: ack"
        )
    if MANIFEST not in outer:
        raise FileFormatError(f"has no {MANIFEST}", subject=name, remedy="Is it a bundle of usage data (UD_SA_...)?")
    manifest = read_manifest(outer.pop(MANIFEST), name)
    accounts, ignored = _accounts(inner, manifest, "dev_")
    return UsageBundle(name, manifest.smart_account, manifest.smart_account_id, accounts, (*outer, *ignored))


def read_ack_bundle(data: bytes, *, name: str, limits: Limits | None = None) -> AckBundle:
    """Read the answer to a bundle: with or without manifest, one ``ACK_UD_VA...`` or several, or one of them alone."""
    outer, inner = _read_nested(data, name, limits or Limits(), "ACK_UD_VA")
    manifest = read_manifest(outer.pop(MANIFEST), name) if MANIFEST in outer else Manifest("", "", "")
    alone = {m: outer.pop(m) for m in list(outer) if m.startswith(_ACK) and not m.endswith(_PACKED)}
    if alone:
        inner[name] = alone
    accounts, ignored = _accounts(inner, manifest, _ACK)
    if not accounts:
        raise FileFormatError("holds no ACK", subject=name, remedy="Is it the file that CSSM gave for the upload?")
    return AckBundle(name, manifest.smart_account, manifest.smart_account_id, accounts, (*outer, *ignored))


def _write(prefix: str, accounts: Sequence[BundleAccount], manifest: Manifest, now: datetime) -> tuple[str, bytes]:
    file = f"{prefix}{bundle_name(now)}"
    seen: set[str] = set()
    nested: dict[str, bytes] = {}
    for position, account in enumerate(accounts):
        # Accounts of one bundle need names of their own; the stamp is the only place where the pattern allows it.
        inner = f"{prefix}UD_VA_{stamp(now + timedelta(milliseconds=position))}.tar.gz"
        files = _named(prefix, account.members, now, seen, file)
        nested[inner] = write_targz(files, now)
        manifest.accounts[inner] = (account.virtual_account, account.virtual_account_id)
    return file, write_targz({MANIFEST: write_manifest(manifest, file), **nested}, now)


def _named(
    prefix: str, members: Iterable[BundleMember], now: datetime, seen: set[str], bundle: str
) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for member in members:
        name = member.name or member_name(member.device_id, now)
        name = name if name.startswith(prefix) else prefix + name
        if not _SAFE.fullmatch(name):
            raise FileFormatError(f"cannot hold a member named {name!r}", subject=bundle)
        if name in seen:
            raise FileFormatError(f"cannot hold two members named {name}", subject=bundle)
        seen.add(name)
        files[name] = member.data
    return files


def _read_nested(
    data: bytes, name: str, limits: Limits, nested: str
) -> tuple[dict[str, bytes], dict[str, dict[str, bytes]]]:
    """(plain members, members of each nested archive). All of it counts towards one limit."""
    outer = read_targz(data, name, limits)
    left = replace(limits, total=limits.total - sum(map(len, outer.values())))
    inner: dict[str, dict[str, bytes]] = {}
    for member in [m for m in outer if nested in m and m.endswith(_PACKED)]:
        inner[member] = read_targz(outer.pop(member), f"{name}/{member}", left)
        left = replace(left, total=left.total - sum(map(len, inner[member].values())))
    return outer, inner


def _accounts(
    inner: Mapping[str, Mapping[str, bytes]], manifest: Manifest, prefix: str
) -> tuple[tuple[BundleAccount, ...], list[str]]:
    accounts = []
    ignored = []
    for archive, files in inner.items():
        account = BundleAccount(*manifest.account_of(archive))
        for name, data in files.items():
            if name.startswith(prefix):
                account.members.append(BundleMember(device_id_of(name), data, name))
            else:
                ignored.append(f"{archive}/{name}")
        accounts.append(account)
    return tuple(accounts), ignored
