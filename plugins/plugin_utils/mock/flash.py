# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file system of a simulated device, held in memory. Its errors are what IOS prints."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import count

from .faults import FULL_DISK, Fault

NOT_FOUND = "No such file or directory"
NO_SPACE = "No space left on device"
BLOCK = 4096  # octets; what a file occupies is a multiple of it


class FlashError(Exception):
    """``reason`` as IOS words it; ``str()`` is the whole line, ``%Error opening bootflash:x (No such ...)``."""

    def __init__(self, action: str, path: str, reason: str) -> None:
        self.reason = reason
        super().__init__(f"%Error {action} {path} ({reason})")


@dataclass(slots=True)
class File:
    data: bytes | None  # None: a directory
    changed: datetime
    inode: int


class Flash:
    """Files by name. A path may name the file system (``bootflash:x``, ``flash:/x``) or not (``x``, ``/x``).

    ``size`` and ``free`` are octets: what the medium holds and what is free at the start.
    ``now`` gives the device's local time, for the dates in a listing.
    ``quiet`` is ``file prompt quiet``: no question before a file command.
    ``full`` and ``corrupt`` are faults: writes find no space, digests come out wrong.
    """

    def __init__(
        self,
        *,
        size: int,
        free: int,
        now: Callable[[], datetime],
        filesystem: str = "bootflash:",
        aliases: tuple[str, ...] = ("flash:",),
    ) -> None:
        self.size = size
        self.filesystem = filesystem
        self.names = (filesystem, *aliases)
        self.quiet = False
        self.full = False
        self.corrupt = False
        self._now = now
        self._system = size - free  # the images and what else is not to be seen
        self._inodes = count(11)
        self._files: dict[str, File] = {}

    @contextmanager
    def under(self, fault: Fault | None) -> Iterator[None]:
        """What is done meanwhile is done under ``fault``."""
        before = self.full, self.corrupt
        self.full = self.full or (fault is not None and fault.action == FULL_DISK)
        self.corrupt = self.corrupt or (fault is not None and fault.action == "wrong_digest")
        try:
            yield
        finally:
            self.full, self.corrupt = before

    @property
    def free(self) -> int:
        used = sum(-(-len(file.data or b"") // BLOCK) * BLOCK for file in self._files.values())
        return max(0, self.size - self._system - used)

    def __iter__(self) -> Iterator[str]:
        """The names, without the file system, in the order of their making."""
        return iter(self._files)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self._name(path, "opening") in self._files

    def url(self, path: str) -> str:
        """``path`` in full, as the device prints it: ``bootflash:name``."""
        return f"{self.filesystem}{self._name(path, 'opening')}"

    def write(self, path: str, data: bytes, *, append: bool = False) -> None:
        """Create or replace a file. When the space does not suffice, what fits stays, as on a real device."""
        name = self._name(path, "opening")
        parent = name.rpartition("/")[0]
        if not name or self._is_directory(name):
            raise FlashError("opening", path, "Is a directory")
        if parent and not self._is_directory(parent):
            raise FlashError("opening", path, NOT_FOUND)
        old = self._files.pop(name, None)
        data = (old.data or b"" if append and old else b"") + data
        room = 0 if self.full else self.free // BLOCK * BLOCK
        self._files[name] = File(data[:room], self._now(), old.inode if old else next(self._inodes))
        if len(data) > room:
            raise FlashError("writing", path, NO_SPACE)

    def read(self, path: str) -> bytes:
        return self._data(path, "opening")

    def md5(self, path: str) -> str:
        """The digest in hexadecimal, as ``verify /md5`` prints it."""
        digest = hashlib.md5(self._data(path, "verifying"), usedforsecurity=False).hexdigest()
        return digest[::-1] if self.corrupt else digest

    def delete(self, path: str) -> None:
        self._data(path, "deleting")
        del self._files[self._name(path, "deleting")]

    def rename(self, source: str, target: str) -> None:
        data = self._data(source, "renaming")
        if target in self:
            raise FlashError("renaming", source, "File exists")
        del self._files[self._name(source, "renaming")]
        self.write(target, data)

    def mkdir(self, path: str) -> None:
        name = self._name(path, "Creating dir")
        if name in self._files or not name:
            raise FlashError("Creating dir", path, "File exists")
        self._files[name] = File(None, self._now(), next(self._inodes))

    def matching(self, path: str) -> list[tuple[str, File]]:
        """The files that ``path`` names: one, all in a directory, or those that fit ``*`` and ``?``."""
        name = self._name(path, "opening")
        if not name or self._is_directory(name):
            prefix = f"{name}/" if name else ""
            fits = [n for n in self._files if n.startswith(prefix) and "/" not in n[len(prefix) :]]
        else:
            fits = [n for n in self._files if fnmatchcase(n, name)]
            if not fits:
                raise FlashError("opening", f"{self.filesystem}/{name}", NOT_FOUND)
        return [(fit.rpartition("/")[2], self._files[fit]) for fit in fits]

    def listing(self, path: str = "") -> str:
        """What ``dir`` prints."""
        lines = [f"Directory of {self.filesystem}/{self._name(path, 'opening')}", ""]
        files = self.matching(path)
        lines += [
            f"{file.inode:<7d}{'drwx' if file.data is None else '-rw-'}{_size(file):>18d}"
            f"  {file.changed:%b} {file.changed.day} {file.changed:%Y %H:%M:%S} {offset(file.changed)}  {name}"
            for name, file in files
        ]
        if not files:
            lines.append("No files in directory")
        return "\n".join([*lines, "", f"{self.size} bytes total ({self.free} bytes free)", ""])

    def _data(self, path: str, action: str) -> bytes:
        file = self._files.get(self._name(path, action))
        if file is None:
            raise FlashError(action, path, NOT_FOUND)
        if file.data is None:
            raise FlashError(action, path, "Is a directory")
        return file.data

    def _is_directory(self, name: str) -> bool:
        return name in self._files and self._files[name].data is None

    def _name(self, path: str, action: str) -> str:
        filesystem, colon, name = path.rpartition(":")
        if colon and f"{filesystem}:".lower() not in self.names:
            raise FlashError(action, path, "No such device")
        return name.strip("/")


def _size(file: File) -> int:
    return BLOCK if file.data is None else len(file.data)


def offset(time: datetime) -> str:
    """The distance from UTC as IOS prints it: ``+00:00``."""
    text = f"{time:%z}" or "+0000"
    return f"{text[:3]}:{text[3:5]}"
