# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that the device saved, into the archive: fetch, prove, archive, and only then remove (design, rule 6)."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    CommandError,
    FileFormatError,
    SlpError,
    TransferError,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import RumFile, read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.safexml import MAX_BYTES
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.model import UsageEntry

from .driver import Driver, Transfer
from .files import (
    GIVE_UP,
    MAKE_ROOM,
    RUN_AGAIN,
    STAYS,
    Listing,
    OnFlash,
    Tidied,
    dir_command,
    discard,
    keep_telling,
    left_on_error,
    parse_dir,
    remove,
    removed_on_error,
    stat,
    tidy,
)

NOT_FOUND = "The requested item was not found"
_BY_HAND = "Give the command by hand to see more, or look into 'show logging'"
ALL_AGAIN = "; its reports are still in the licensing storage, and scope: all saves them again"
_FREE_MIN = 1024 * 1024  # octets; a report takes some 4 kB


@dataclass(frozen=True, slots=True)
class Taken:
    """A file in the archive. ``new_reports``: those that the archive did not have."""

    usage: UsageEntry
    rum: RumFile
    on_flash: OnFlash
    new_reports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Taker:
    """Takes files of one product instance. ``facts``: what the caller knows of its account (``model.FACTS``)."""

    driver: Driver
    folder: PiFolder
    state: LicenseState
    facts: Mapping[str, Any]
    transfer: Transfer = "auto"

    def save(self, command: str, path: str) -> bool:
        """Have the device write ``path``. False when it has nothing to save; nothing is left on flash then."""
        try:
            text = self.driver.run(f"{command} {path}")
            if text.strip() and NOT_FOUND not in text:
                raise CommandError(f"'{command}' failed", host=self.driver.host, cause=text)
        except CommandError as error:
            self._see_what_was_saved(path, error)
            raise
        if NOT_FOUND not in text:
            return True
        if stat(self.driver, path) is not None:
            remove(self.driver, path)
        return False

    def take(self, path: str, *, goes: bool = True) -> Taken:
        """Fetch what lies at ``path``, prove it, archive it. When that fails it stays on flash for the next run.

        ``goes``: not if it proves to be no usage file of this product instance, such as one that is cut off.
        """
        with left_on_error(self.driver.host, path):
            on_flash = stat(self.driver, path)
        with self._removed_if_useless(path, goes):
            on_flash = _worth_fetching(on_flash, path)
        with left_on_error(self.driver.host, path):
            data = self.driver.fetch(path, size=on_flash.size, md5=on_flash.md5, transfer=self.transfer)
            if not on_flash.holds(data):
                raise TransferError("what came differs from the file on the device", subject=path, remedy=RUN_AGAIN)
        with self._removed_if_useless(path, goes):
            rum = read_rum(data, name=path.partition(":")[2])
            check_owner(self.state, rum)
        with left_on_error(self.driver.host, path):
            known = self.folder.state().reports
            facts = all_facts(self.driver.host, self.state, self.facts, md5=on_flash.md5, device_path=on_flash.path)
            usage = self.folder.add_usage(data, rum, name=rum.name, facts=facts)
        return Taken(usage, rum, on_flash, tuple(number for number in usage.report_ids if number not in known))

    def recover(self, listing: Listing) -> tuple[list[Taken], Tidied]:
        """See to what earlier runs left on flash: into the archive where it is missing there, then off flash.

        Returns what was archived, and what to tell. Raises where a file does not come: the next one would not come
        either, and flash would fill up with them.
        """
        taken: list[Taken] = []
        tidied = Tidied()
        if listing.leftovers():  # the run that we waited for may have made them, and removed them by now
            listing = parse_dir(self.driver.run(dir_command(listing.filesystem))) or listing
        for kind, name in listing.leftovers():
            path = listing.path(name)
            try:
                if kind != "ack" and listing.sizes[name]:
                    self._take_leftover(listing, name, taken, tidied)
            except FileFormatError as exc:  # and it is off flash
                tidied.done.append(f"left by an earlier run and of no use: {exc}")
            else:
                tidy(self.driver, path, tidied)
        for name in listing.kept():
            try:
                self._take_leftover(listing, name, taken, tidied, goes=False)
            except FileFormatError as exc:
                tidied.stuck.append(f"kept by an earlier run, and not archived: {exc}")
        return taken, tidied

    def discard(self, path: str) -> list[str]:
        """Remove a file that is archived; what to tell."""
        why = discard(self.driver, path)
        return [f"the report is archived, but {why}"] if why else []

    def check_space(self, listing: Listing) -> None:
        """Refuse a full flash before anything is written to it."""
        needed = max([_FREE_MIN, *(2 * usage.size for usage in self.folder.state().usages[-1:])])
        check_space(self.driver, listing, needed)

    def _take_leftover(
        self, listing: Listing, name: str, taken: list[Taken], tidied: Tidied, *, goes: bool = True
    ) -> None:
        known = ((usage.name, usage.size) for usage in self.folder.state().usages)
        if (name, listing.sizes[name]) in known:
            return
        path = listing.path(name)
        try:
            taken.append(self.take(path, goes=goes))
        except (TransferError, CommandError) as error:
            keep_telling(error, GIVE_UP.format(path=path), self.driver.host)
            raise
        tidied.done.append(f"archived {path}, which an earlier run had left")

    def _removed_if_useless(self, path: str, goes: bool) -> contextlib.AbstractContextManager[None]:
        return removed_on_error(self.driver, path, then=ALL_AGAIN) if goes else contextlib.nullcontext()

    def _see_what_was_saved(self, path: str, error: CommandError) -> None:
        """A file that found no room is cut off. What lies there after other words may be whole: the next run sees."""
        full = "no space" in error.cause.lower()
        error.remedy = error.remedy or (MAKE_ROOM if full else _BY_HAND)
        if full:
            with removed_on_error(self.driver, path, then=ALL_AGAIN):
                raise error
        try:
            told = STAYS.format(path=path) if stat(self.driver, path) is not None else "Nothing was left on the device"
        except SlpError as failed:
            told = f"{path} may be on the device ({failed.what}); the next run sees to it"
        keep_telling(error, told, self.driver.host)


def _worth_fetching(on_flash: OnFlash | None, path: str) -> OnFlash:
    if on_flash is None or on_flash.size == 0:
        raise CommandError(
            "the device said nothing and wrote no file",
            subject=path,
            remedy="See why with 'show license history message' and 'show logging'; is the flash writable?",
        )
    if on_flash.size > MAX_BYTES:
        raise FileFormatError(
            f"has {on_flash.size} octets, more than the {MAX_BYTES} of any usage file",
            subject=path,
            remedy="Save less with scope days",
        )
    return on_flash


def check_owner(state: LicenseState, rum: RumFile) -> None:
    """Refuse a file of another device."""
    units = {unit.udi for unit in state.units}
    if rum.udis and not rum.udis & units:
        raise FileFormatError(
            f"holds reports of another product instance than {state.udi}",
            subject=rum.name,
            cause=", ".join(map(str, sorted(rum.udis))),
            remedy="Does ansible_host lead to the device that is meant?",
        )


def all_facts(host: str, state: LicenseState, given: Mapping[str, Any], **file: str | None) -> dict[str, Any]:
    """What the archive keeps of a collect. ``given`` by the caller; ``file``: ``md5``, ``device_path``."""
    account = state.account
    known = {
        "host": host,
        "hostname": state.hostname,
        "smart_account": account and account.smart_account,
        "virtual_account": account and account.virtual_account,
        "release": str(state.release) if state.release else None,
        "platform": state.platform,
        "units": [str(unit.udi) for unit in state.units],
        **file,
    }
    return known | {key: value for key, value in given.items() if value}


def check_space(driver: Driver, listing: Listing, needed: int) -> None:
    """Raises TransferError where the file system has fewer than ``needed`` octets; one that does not tell is tried."""
    if listing.free is not None and listing.free < needed:
        raise TransferError(
            f"only {listing.free} octets are free, {needed} are needed",
            subject=listing.filesystem,
            host=driver.host,
            remedy=f"{MAKE_ROOM}; nothing was changed",
        )
