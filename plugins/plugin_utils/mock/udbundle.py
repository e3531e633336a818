# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bundles that a collector exchanges with the CSSM page (apis.md 1.6, formats.md 4.5).

Cisco's own program writes and reads this form. That CSLU and SSM On-Prem use it as well is INFERRED.
"""

from __future__ import annotations

import io
import json
import tarfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Part:
    """The documents of one Virtual Account, by device."""

    virtual_account: str
    virtual_account_id: str
    documents: Mapping[str, bytes]


def write_bundle(smart_account: str, smart_account_id: str, parts: Iterable[Part], now: datetime) -> tuple[str, bytes]:
    """``UD_SA_<stamp>.tar.gz``: its name and its octets."""
    stamp = f"{now:%y}{_MONTHS[now.month - 1]}{now:%d_%H_%M_%S}_{now.microsecond // 1000:03}"
    lines = [
        "Manifest-Version: 1.0",
        f"Created-By: {json.dumps(json.dumps({'uuid': str(uuid.uuid4())}))}",
        f"Smart-Account: {smart_account}",
        f"Smart-Account-ID: {smart_account_id}",
    ]
    inner: dict[str, bytes] = {}
    for number, part in enumerate(parts):
        name = f"UD_VA_{stamp[:-3]}{(now.microsecond // 1000 + number) % 1000:03}.tar.gz"
        inner[name] = _packed({f"dev_{device}_{stamp}.txt": data for device, data in part.documents.items()}, now)
        lines += [
            "",
            f"Name: /{name}",
            f"Specification-VA: {part.virtual_account}",
            f"Specification-VA-ID: {part.virtual_account_id}",
        ]
    manifest = "".join(f"{line}\n" for line in lines).encode()
    return f"UD_SA_{stamp}.tar.gz", _packed({"manifest.mf": manifest, **inner}, now)


def acks_in(data: bytes) -> list[bytes]:
    """The ACK documents in what CSSM gave: one file, or a bundle of them, nested as CSSM nests. Raises ValueError."""
    if not data.startswith(_GZIP):
        return [data]
    found = list(_documents(data))
    if not found:
        raise ValueError("the archive holds no ACK_ file")
    return found


def _documents(data: bytes) -> Iterator[bytes]:
    for name, content in _unpacked(data):
        base = name.rpartition("/")[2]
        if content.startswith(_GZIP) and "ACK_UD_VA" in base:
            yield from (inner for member, inner in _unpacked(content) if member.rpartition("/")[2].startswith("ACK_"))
        elif base.startswith("ACK_") and not content.startswith(_GZIP):
            yield content


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content:
                    yield member.name, content.read()
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ValueError(f"no tar.gz: {error}") from error


def _packed(files: Mapping[str, bytes], now: datetime) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), int(now.timestamp())
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
