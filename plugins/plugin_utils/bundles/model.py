# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What went into or out of bundles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.files import make_directory, read_foreign, write_file

MAX_BYTES = 256 * 1024 * 1024  # of one file, packed; a fleet of thousands stays below a tenth


@dataclass(slots=True)
class Carried:
    """One file on its way. ``changed``: it was written, or something in it was new to the archive."""

    path: str
    smart_account: str
    sha256: str
    product_instances: list[str] = field(default_factory=list)
    changed: bool = False

    @classmethod
    def of(
        cls, path: Path, data: bytes, smart_account: str = "", udis: Iterable[str] = (), *, changed: bool = False
    ) -> Carried:
        """The file at ``path`` with these octets, with documents of these product instances."""
        return cls(str(path), smart_account, hashlib.sha256(data).hexdigest(), sorted(set(udis)), changed)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Carriage:
    """All files of one run, and what had to be left behind, each with the reason."""

    files: list[Carried] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return any(file.changed for file in self.files)

    @property
    def product_instances(self) -> set[str]:
        return {udi for file in self.files for udi in file.product_instances}


def files_at(path: Path, wanted: str) -> list[Path]:
    """The file itself, or every file of a directory whose name fits ``wanted`` (a glob), by name."""
    if not path.exists():
        raise ArchiveError("is not there", subject=str(path), remedy="Check the path, and that the medium is mounted")
    if not path.is_dir():
        return [path]
    paths = sorted(candidate for candidate in path.glob(wanted) if candidate.is_file())
    if not paths:
        raise ArchiveError("holds nothing to read", subject=str(path), remedy=f"Expected there: {wanted}")
    return paths


def read_carried(path: Path) -> bytes:
    """A file that came across the gap; raises SlpError, naming it."""
    return read_foreign(path, most=MAX_BYTES, remedy="Take it away")


def is_packed(data: bytes) -> bool:
    """Whether it is a bundle (gzip) rather than a single document."""
    return data.startswith(b"\x1f\x8b")


def write_if_new(path: Path, data: bytes, *, check: bool) -> bool:
    """Write whole or not at all; whether anything was to be written."""
    if path.is_file() and read_carried(path) == data:
        return False
    if not check:
        make_directory(path.parent)
        write_file(path, data)
    return True
