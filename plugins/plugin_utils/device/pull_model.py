# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collect by an operation of the model, which writes a file on flash, and fetch that by SCP (yang.md 12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from ansible_collections.c9800.slp.plugins.module_utils.slp import ways, yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    ArchiveError,
    ConnectionLost,
    SlpError,
    TransferError,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import RumFile, read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import ReturnCode, Rpc
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder

from .carry import Carrier
from .collect import LOCK_TIMEOUT, CollectResult, told_archived
from .doors import Doors
from .files import GIVE_UP, is_kept, keep_telling, kept_name, left_on_error, new_name
from .methods import UnavailableError
from .model_controller import ModelController
from .model_driver import ModelDriver
from .on_flash import FlashRecord, delete, path_on
from .puller import Asked, Order, Puller, blank, closed_reports, would_collect
from .take import ALL_AGAIN, check_owner

What = Literal["all", "unreported"] | int

_NOTHING = ("notfound", "requesteditemnotfound")


class ByModel(Puller):
    """One pull by NETCONF or RESTCONF."""

    def __init__(self, doors: Doors, driver: ModelDriver, archive: Archive, order: Order) -> None:
        super().__init__(doors, archive, order)
        self.driver = driver
        self.controller = ModelController(driver)

    def run(self, *, check: bool) -> CollectResult:
        state = self.controller.state()
        self.refuse(state, "collect")
        if self.order.scope == "rum_id":
            raise self._unavailable("the models save all reports, the unreported ones or those of some days, not one")
        folder = self.begin(state, closed_reports(self.driver))
        if check:
            return self.recent(blank(state), folder) or would_collect(blank(state))
        days = self.order.days if self.order.scope == "days" else None
        what: What = days if days is not None else "unreported" if self.order.scope == "unreported" else "all"
        with folder.locked(LOCK_TIMEOUT):
            asked = Asked(folder)
            asked.begin()
            result = self.take(state, folder, "usage", lambda path: yang.requests.save_usage(path, what=what))
            asked.end()
            return result

    def take(self, state: LicenseState, folder: PiFolder, kind: str, save: Callable[[str], Rpc]) -> CollectResult:
        """Have a file written, and take it. ``folder`` is locked."""
        flash = FlashRecord(folder)
        carrier = Carrier(self.doors)
        result, notes = self._recover(state, folder, flash, carrier)
        if kind == "usage" and (early := self.recent(result, folder)):
            return result if result.outcome == "recovered" else replace(early, notes=tuple(notes))
        name = kept_name(new_name(kind)) if self.order.keep else new_name(kind)
        path = path_on(state, self.order.filesystem, name)
        flash.add(path)
        code = self._saved(save(path), path)
        if code.name in _NOTHING:
            delete(self.driver, path, flash)
            return replace(result, notes=tuple(notes))
        data, rum = self._fetched(carrier, state, path, flash)
        usage, new, _added = self.keep(folder, state, data, rum, path)
        if self.order.keep:
            flash.drop(path)
            notes.append(f"{path} stays on the device")
        else:
            notes += delete(self.driver, path, flash)
        return replace(
            result,
            outcome="collected",
            message=told_archived(usage),
            changed=True,
            usage=usage,
            new_reports=tuple(dict.fromkeys((*result.new_reports, *new))),
            notes=tuple(notes),
        )

    def _saved(self, rpc: Rpc, path: str) -> ReturnCode:
        """What was written before the device gave up goes at once. The path stays on record: it may be at it yet."""
        try:
            return self.controller.coded(rpc, "the device does not save its reports", subject=path, accept=_NOTHING)
        except ConnectionLost:
            raise
        except SlpError as error:
            told = "; ".join(delete(self.driver, path, None)) or "Nothing was left on the device"
            keep_telling(error, told, self.doors.host)
            raise

    def _recover(
        self, state: LicenseState, folder: PiFolder, flash: FlashRecord, carrier: Carrier
    ) -> tuple[CollectResult, list[str]]:
        """See to what killed runs left: into the archive, then off flash."""
        result, notes = blank(state), []
        for path in flash.paths():
            try:
                with left_on_error(self.doors.host, path):
                    data = carrier.fetch(path)
                rum = read_rum(data, name=path.partition(":")[2])
                usage, new, added = self.keep(folder, state, data, rum, path)
            except (ConnectionLost, ArchiveError, UnavailableError):
                raise
            except TransferError as error:
                if not _is_gone(error):  # the next file would not come either, and flash would fill up with them
                    keep_telling(error, GIVE_UP.format(path=path), self.doors.host)
                    raise
                notes.append(f"{path}, left by an earlier run, is not there any more")
            except SlpError as error:  # half written
                notes.append(f"{path}, left by an earlier run, is of no use: {error.what}")
            else:
                notes.append(f"archived {path}, which an earlier run had left")
                result = replace(
                    result,
                    outcome="recovered",
                    message="took what an earlier run had left",
                    changed=result.changed or added,
                    usage=usage,
                    new_reports=(*result.new_reports, *new),
                )
            if is_kept(path.partition(":")[2]):
                flash.drop(path)
            else:
                notes += delete(self.driver, path, flash)
        return replace(result, notes=tuple(notes)), notes

    def _fetched(self, carrier: Carrier, state: LicenseState, path: str, flash: FlashRecord) -> tuple[bytes, RumFile]:
        """The file, proven by its structure: a model tells no digest. What is of no use goes off flash.

        One that only did not come stays for the next run, by whichever method: with scope *unreported* no later file
        has its reports.
        """
        with left_on_error(self.doors.host, path):
            data = carrier.fetch(path)
        try:
            rum = read_rum(data, name=path.partition(":")[2])
            check_owner(state, rum)
        except SlpError as error:
            told = "; ".join(delete(self.driver, path, flash)) or f"{path} was removed from the device{ALL_AGAIN}"
            keep_telling(error, told, self.doors.host)
            raise
        return data, rum

    def refuse(self, state: LicenseState, operation: str) -> None:
        """Say what the models of this release cannot do, before anything is tried."""
        if why := ways.cannot(operation, self.driver.way, state.release):
            raise self._unavailable(why)

    def _unavailable(self, why: str) -> UnavailableError:
        return UnavailableError(why, host=self.doors.host, remedy="Set slp_fallback: cli, or another method")


def _is_gone(error: TransferError) -> bool:
    return "no such file" in f"{error.what} {error.cause}".lower()
