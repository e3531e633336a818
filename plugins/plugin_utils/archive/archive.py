# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive: every report and ACK of a fleet, octet for octet, and what happened to each (design 3.6).

    <root>/pi/<PID>_<SN>/usage/<sha256>.xml    what was collected
    <root>/pi/<PID>_<SN>/ack/<sha256>.xml      what CSSM answered
    <root>/pi/<PID>_<SN>/ledger.jsonl          what happened, appended only
    <root>/pi/<PID>_<SN>/lock                  see lock.py for what a shared file system needs
    <root>/units/<PID>_<SN>                    for the other unit of an HA pair: the folder of the pair
    <root>/lock                                guards units/

A file is on the disk before the ledger names it. So a run that is killed leaves at worst a file that the ledger does
not name, and archiving it again makes that good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import split_device_id
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

from .files import make_directory, told, write_file
from .folder import PiFolder
from .ledger import Ledger
from .lock import lock
from .model import UsageEntry

_TIMEOUT = 30.0  # seconds; the lock of the root is held for a few file operations


class Archive:
    """An archive directory. Nothing is created before the first write."""

    def __init__(self, root: Path | str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.root = Path(root).expanduser().absolute()
        self.now = now

    def pi(self, udi: Udi) -> PiFolder:
        """The folder of a product instance; of an HA pair by the UDI of either unit.

        The folder bears the UDI that was active when the pair was first archived, and so does ``PiFolder.udi``. A unit
        that was archived on its own before it joined a pair keeps its own folder.
        """
        home = self._home(udi.label)
        return PiFolder(self, udi, self.root / "pi" / home)

    def pis(self) -> list[PiFolder]:
        """All product instances of which anything is recorded, by UDI."""
        with told("list the directory", self.root / "pi"):
            try:
                paths = sorted((self.root / "pi").iterdir())
            except FileNotFoundError:
                return []
        return sorted((f for f in map(self._folder, paths) if f is not None), key=lambda folder: folder.udi)

    def find_member(self, member_name: str) -> tuple[PiFolder, UsageEntry] | None:
        """Which usage file went out under this name of a bundle's member; ``ACK_`` before it does not matter.

        The name leads back by its device id. Names that were changed on the way are looked up in the ledgers.
        """
        parts = split_device_id(member_name)
        if parts is not None:
            folder = self._folder(self.root / "pi" / self._home(parts[0]))
            usage = folder.state().usage(parts[1]) if folder else None
            if folder and usage:
                return folder, usage
        wanted = member_name.rsplit("/", 1)[-1].removeprefix("ACK_")
        for folder in self.pis():
            for usage in folder.state().usages:
                if any(member == wanted for _unused, member in usage.members):
                    return folder, usage
        return None

    def locked(self, timeout: float = _TIMEOUT) -> AbstractContextManager[None]:
        """Hold the lock of the root; never wait for the lock of a folder meanwhile."""
        make_directory(self.root)
        return lock(self.root / "lock", timeout)

    def claim(self, udi: Udi, units: Iterable[Udi]) -> PiFolder:
        """The one folder of a product instance with these units, however many workers ask for it at once.

        From now on each unit leads to it, save those that have a folder of their own.
        """
        others = sorted(set(units) - {udi})
        home = self.pi(udi)
        if all(self.pi(unit).path == home.path for unit in others):
            return home
        with self.locked():
            known = [folder for folder in map(self.pi, (udi, *others)) if folder.ledger.exists()]
            home = known[0] if known else self.pi(udi)  # anew: another worker may have been first
            for unit in (udi, *others):
                if self.pi(unit).path != home.path and not self.pi(unit).ledger.exists():
                    make_directory(self.root / "units")
                    write_file(self.root / "units" / unit.label, f"{home.path.name}\n".encode(), sweep=True)
        return home

    def _home(self, label: str) -> str:
        """The name of the folder for a UDI's label."""
        if Ledger(self.root / "pi" / label / "ledger.jsonl").exists():
            return label
        alias = self.root / "units" / label
        with told("read the file", alias):
            try:
                home = alias.read_text().strip()
            except FileNotFoundError:
                return label
        return home if home and "/" not in home and not home.startswith(".") else label

    def _folder(self, path: Path) -> PiFolder | None:
        """The folder at this path, if anything is recorded there."""
        udi = PiFolder.recorded_udi(path)
        return PiFolder(self, udi, path) if udi else None
