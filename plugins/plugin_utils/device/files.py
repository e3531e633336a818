# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on a device's flash: what ``dir`` and ``verify`` say, our own file names, removal by full name (cli.md 2.4)."""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    ConnectionLost,
    DeviceError,
    SlpError,
    TransferError,
)

from .driver import Driver
from .prompts import CONFIRM, KEEP_NAME

# Next steps that several errors name
MAKE_ROOM = "Make room on it (dir, delete, install remove inactive) and run again"
NAME_ONE = "Name one with filesystem, such as bootflash or flash"
RUN_AGAIN = (
    "Run again; if it stays so, look at 'verify /md5' on the device (a failing flash), or choose another transfer"
)

STAYS = "{path} stays on the device, and the next run takes it"
GIVE_UP = "If it never comes: delete /force {path} on the device, then collect with scope: all"

_DIRECTORY = re.compile(r"^Directory of (?P<system>[\w-]+):", re.M)
_ENTRY = re.compile(
    r"^\s*\d+\s+(?P<type>[-dl])\S*\s+(?P<size>\d+)\s+.*?:\d\d(?:\.\d+)?\s+[-+]?[\d:]*\s+(?P<name>\S.*?)\s*$", re.M
)
_FREE = re.compile(r"\((?P<free>\d+) bytes free\)")
_MD5 = re.compile(r"=\s*(?P<md5>[0-9a-fA-F]{32})\s*$", re.M)
_OURS = re.compile(r"slp-(?P<kind>usage|trust|ack)-(?P<stamp>\d{8}T\d{6}Z)-[0-9a-f]{8}\.xml")


@dataclass(frozen=True, slots=True)
class Listing:
    """One directory. ``filesystem`` is ``bootflash`` or the like; ``free`` octets, None when not told."""

    filesystem: str
    sizes: Mapping[str, int]
    free: int | None

    def path(self, name: str) -> str:
        return f"{self.filesystem}:{name}"

    def leftovers(self) -> list[tuple[str, str]]:
        """Files of ours that an earlier, killed run left: (kind, name), oldest first."""
        found = ((match.group("kind"), name) for name in self.sizes if (match := _OURS.fullmatch(name)))
        return sorted(found, key=lambda item: item[1].split("-", 2)[2])

    def kept(self) -> list[str]:
        """Usage files that stay on purpose, oldest first. One may be there because it could not be fetched."""
        return sorted(name for name in self.sizes if name.startswith("slp-kept-usage-") and saved_at(name))


@dataclass(frozen=True, slots=True)
class OnFlash:
    """A file as the device describes it; ``md5`` is None where the platform cannot compute one."""

    path: str
    size: int
    md5: str | None

    def holds(self, data: bytes) -> bool:
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        return len(data) == self.size and self.md5 in (None, digest)


@dataclass(slots=True)
class Tidied:
    """What became of leftovers, to be told: ``done`` changed something, ``stuck`` changed nothing."""

    done: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    def found(self, path: str) -> None:
        """In check mode: it would go."""
        self.done.append(f"{path} was left by an earlier run")

    def removed(self, path: str) -> None:
        self.done.append(f"removed {path}, which an earlier run had left")

    @property
    def notes(self) -> list[str]:
        return [*self.done, *self.stuck]


def parse_dir(text: str) -> Listing | None:
    """Read ``dir``; None when there is no such directory or file."""
    heading = _DIRECTORY.search(text)
    if heading is None or "%Error" in text:
        return None
    sizes = {entry["name"]: int(entry["size"]) for entry in _ENTRY.finditer(text) if entry["type"] == "-"}
    free = _FREE.search(text)
    return Listing(heading["system"], sizes, int(free["free"]) if free else None)


def parse_md5(text: str) -> str | None:
    """Read ``verify /md5``: the digest in lower case."""
    match = _MD5.search(text)
    return match["md5"].lower() if match else None


def dir_command(filesystem: str | None) -> str:
    """The default file system's name is in the answer: ``bootflash`` on most, ``flash`` on access points."""
    return f"dir {file_system(filesystem)}:" if filesystem else "dir"


def file_system(name: str) -> str:
    """The name without its colon. More than a name would be typed at the device, as commands too: refused."""
    if not re.fullmatch(r"[\w-]+:?", name):
        raise DeviceError(f"{name!r} is no name of a file system", remedy=NAME_ONE)
    return name.rstrip(":")


def stat(driver: Driver, path: str) -> OnFlash | None:
    """Size and digest of one file; None when it is not there."""
    directory, verify = f"dir {path}", f"verify /md5 {path}"
    texts = driver.run_all([directory, verify])
    listing = parse_dir(texts.get(directory, ""))
    size = (listing.sizes if listing else {}).get(path.partition(":")[2])
    return None if size is None else OnFlash(path, size, parse_md5(texts.get(verify, "")))


def new_name(kind: str, now: datetime | None = None) -> str:
    """A name that no other run uses and that ``Listing.leftovers`` recognises. ``kind``: usage, trust or ack."""
    return f"slp-{kind}-{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}.xml"


def saved_at(name: str) -> datetime | None:
    """When a file with a name of ours was saved; None for other names."""
    match = _OURS.fullmatch(name.replace("slp-kept-", "slp-", 1))
    return datetime.strptime(match["stamp"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if match else None


def is_kept(name: str) -> bool:
    """Whether it is one of ours that stays on flash on purpose."""
    return name.startswith("slp-kept-")


def kept_name(name: str) -> str:
    """The name of a file that stays on flash on purpose: no leftover."""
    return name.replace("slp-", "slp-kept-", 1)


def remove(driver: Driver, path: str) -> None:
    """Delete one file by its full name and see that it is gone; ``TransferError`` when it is not."""
    if not re.fullmatch(r"[\w-]+:[\w.-]+", path):
        raise TransferError("is no full name of a file", subject=path, host=driver.host)
    cause = ""
    try:
        driver.run(f"delete /force {path}", answers=[CONFIRM, KEEP_NAME])
    except ConnectionLost:
        raise
    except DeviceError as exc:
        cause = exc.cause or exc.what
    if stat(driver, path) is not None:
        raise TransferError(
            "cannot be removed", subject=path, host=driver.host, cause=cause, remedy=f"Remove it by hand: delete {path}"
        )


def discard(driver: Driver, path: str) -> str:
    """Remove a file that is of no more use; why it is still there, or nothing. The next run tries again."""
    try:
        remove(driver, path)
    except ConnectionLost:
        raise
    except DeviceError as exc:
        return str(exc)
    return ""


def tidy(driver: Driver, path: str, tidied: Tidied) -> None:
    """Remove a leftover."""
    if why := discard(driver, path):
        tidied.stuck.append(f"left by an earlier run: {why}")
    else:
        tidied.removed(path)


def keep_telling(error: SlpError, told: str, host: str) -> None:
    """Add to an error what became of a file."""
    error.remedy = f"{error.remedy}{' ' if error.remedy.endswith('?') else '. '}{told}" if error.remedy else told
    error.host = error.host or host


@contextlib.contextmanager
def removed_on_error(driver: Driver, path: str, *, then: str = "") -> Iterator[None]:
    """Leave nothing half done: when the block fails, the file goes, and the error says so, and ``then``."""
    try:
        yield
    except ConnectionLost:
        raise
    except SlpError as error:
        try:
            there = stat(driver, path) is not None
            if there:
                remove(driver, path)
        except SlpError as failed:
            told = f"{path} may still be on the device ({failed.what}); the next run sees to it"
        else:
            told = f"{path} was removed from the device{then}" if there else "Nothing was left on the device"
        keep_telling(error, told, driver.host)
        raise


@contextlib.contextmanager
def left_on_error(host: str, path: str) -> Iterator[None]:
    """Lose nothing: when the block fails, the file stays for the next run, and the error says so.

    With scope *unreported* no later save has the reports of a file that was removed untaken.
    """
    try:
        yield
    except SlpError as error:
        keep_telling(error, STAYS.format(path=path), host)
        raise
