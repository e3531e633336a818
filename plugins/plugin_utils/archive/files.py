# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and directories that survive a crash: whole or not there at all, and on the disk before anyone is told."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError, FileFormatError

_REMEDIES = {
    errno.ENOSPC: "Make room on that file system and run again; nothing that was archived is lost",
    errno.EDQUOT: "Raise the quota or make room and run again; nothing that was archived is lost",
    errno.EROFS: "Mount the file system for writing, or choose another archive directory",
    errno.EACCES: "Give the user that runs Ansible the right to read and write the archive directory",
    errno.EPERM: "Give the user that runs Ansible the right to read and write the archive directory",
    errno.ENOLCK: "The file system offers no locks; on NFS start the lock daemon or mount with NFS 4",
}
_TEMPORARY = ".tmp"


@contextmanager
def told(what: str, path: Path) -> Iterator[None]:
    """Turn an OSError into an ArchiveError that names the file and the remedy."""
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            f"cannot {what}",
            cause=error.strerror or str(error),
            subject=str(path),
            remedy=_REMEDIES.get(error.errno or 0, ""),
        ) from error


def make_directory(path: Path) -> None:
    """Create it and what is missing above it, for the owner alone, each entry on the disk before the next."""
    with told("create the directory", path):
        missing = []
        here = path
        while not here.is_dir():
            missing.append(here)
            here = here.parent
        for directory in reversed(missing):
            directory.mkdir(mode=0o700, exist_ok=True)
            sync_directory(directory.parent)


def sync_directory(path: Path) -> None:
    """Put the directory's entries on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(path: Path, data: bytes, *, sweep: bool = False) -> None:
    """Write a file whole or not at all: temporary file beside it, fsync, rename, fsync of the directory.

    ``sweep``: the directory is the archive's own and the caller holds its lock, so that what an earlier writer left
    half-written under another name is nobody's and goes.
    """
    with told("write the file", path):
        temporary = path.with_name(f".{path.name}{_TEMPORARY}")
        for left in path.parent.glob(f".*{_TEMPORARY}") if sweep else (temporary,):
            left.unlink(missing_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.rename(temporary, path)  # noqa: PTH104 - the four steps in the words of the system calls
        sync_directory(path.parent)


def write_all(handle: int, data: bytes) -> None:
    """One write where the system takes all of it; what it left over otherwise, so that a full disk raises its error."""
    while data:
        data = data[os.write(handle, data) :]


def read_checked(path: Path, sha256: str, remedy: str) -> bytes:
    """The octets of an archived file, which must still be the ones that were archived."""
    with told("read the file", path):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise ArchiveError("is gone from the archive", subject=str(path), remedy=remedy) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ArchiveError(
            "is not what was archived", cause="its SHA-256 differs from the ledger's", subject=str(path), remedy=remedy
        )
    return data


def read_foreign(path: Path, *, most: int, remedy: str) -> bytes:
    """The octets of a file that somebody else made; one of more than ``most`` octets is not even begun."""
    with told("read the file", path):
        size = path.stat().st_size
        if size > most:
            raise FileFormatError(
                f"has {size} octets; at most {most} are read",
                subject=path.name,
                remedy=f"{remedy}: it is not the file meant",
            )
        return path.read_bytes()


def holds(path: Path, sha256: str) -> bool:
    """Whether the file is there and is the one."""
    with told("read the file", path):
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        except FileNotFoundError:
            return False
