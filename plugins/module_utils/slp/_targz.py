# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""tar.gz in memory, written the same way every time and read with suspicion. Nothing is ever unpacked to disk."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn, cast

from .errors import FileFormatError

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Octets of one member, octets of everything unpacked, number of members."""

    member: int = 64 * MIB
    total: int = 1024 * MIB
    members: int = 20_000


def write_targz(files: Mapping[str, bytes], now: datetime) -> bytes:
    """The files in the order given, owned by nobody in particular, dated ``now``."""
    seconds = int((now if now.tzinfo else now.replace(tzinfo=UTC)).timestamp())
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=seconds) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(data), seconds, 0o644
            tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def read_targz(data: bytes, name: str, limits: Limits) -> dict[str, bytes]:
    """The files in it by their last name. Folders are passed over; links, devices and names that lead out are refused.

    Unpacks as a stream and stops at the first octet beyond a limit; a member that announces too much is not read.
    Raises FileFormatError.
    """
    stream = _Unpacked(data, name, limits.total)
    try:
        with tarfile.open(fileobj=cast("io.BufferedReader", stream), mode="r|", bufsize=512 * 1024) as tar:
            files = _read_members(tar, name, limits)
        stream.drain()
    except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError, OverflowError) as error:
        raise FileFormatError(
            "is no whole tar.gz", cause=str(error), subject=name, remedy="Copy the bundle again, in binary mode"
        ) from error
    return files


def _read_members(tar: tarfile.TarFile, name: str, limits: Limits) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for member in tar:
        if member.isdir():
            continue
        base = _safe_name(member, name)
        if member.size > limits.member:
            _refuse(f"announces {member.size} octets; at most {limits.member} are read", f"{name}/{base}")
        if base in files:
            _refuse(f"holds {base} twice", name)
        if len(files) >= limits.members:
            _refuse(f"holds more than {limits.members} files", name)
        content = tar.extractfile(member)
        files[base] = content.read() if content else b""
    return files


def _safe_name(member: tarfile.TarInfo, name: str) -> str:
    if not member.isreg() or member.issparse():
        _refuse(f"holds {member.name[:200]!r}, which is no plain file", name)
    parts = member.name.split("/")
    if member.name.startswith("/") or ".." in parts or "\\" in member.name or not member.name.isprintable():
        _refuse(f"holds {member.name[:200]!r}, a name that leads elsewhere", name)
    return parts[-1]


def _refuse(what: str, subject: str) -> NoReturn:
    raise FileFormatError(what, subject=subject, remedy="No bundle is like that: find out where the file comes from")


class _Unpacked:
    """The unpacked octets, counted as they come."""

    def __init__(self, data: bytes, name: str, limit: int) -> None:
        self.source = gzip.GzipFile(fileobj=io.BytesIO(data))
        self.name = name
        self.limit = limit
        self.left = limit

    def read(self, size: int) -> bytes:
        octets = self.source.read(size)
        self.left -= len(octets)
        if self.left < 0:
            _refuse(f"unpacks to more than {self.limit} octets", self.name)
        return octets

    def drain(self) -> None:
        """To the end, where gzip's own checksum is."""
        while self.read(MIB):
            pass
