# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install what CSSM gave without a command line: by native REST, or as a file by SCP and an operation of the model."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ansible_collections.c9800.slp.plugins.module_utils.slp import ways, yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import ImportDoc
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    CommandError,
    ConnectionLost,
    DeviceError,
    LoginError,
    SlpError,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState, RumRecord
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder

from .carry import Carrier
from .collect import LOCK_TIMEOUT
from .differences import differences
from .doors import Doors
from .driver import Driver, Transfer
from .files import Tidied, kept_name, new_name
from .gather import gather, refuse_foreign
from .install import InstallResult, install, install_each, install_pending, installed, record, refuse_other
from .licensing_service import probed
from .methods import Done, Method, UnavailableError, first_that_is_there
from .model_controller import ModelController
from .model_driver import ModelDriver
from .on_flash import FlashRecord, delete, path_on
from .pull_service import identity
from .puller import closed_reports

_LOOKS = 5
_PAUSE = 2.0

Installed = tuple[Udi, list[InstallResult], Tidied]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallOrder:
    """``doc``: the one document to install; None: all that wait in the archive. See ``install``."""

    doc: ImportDoc | None = None
    filesystem: str | None = None
    transfer: Transfer = "auto"
    keep: bool = False


class _Delivery(Protocol):
    """How a document gets onto the device and is imported there."""

    def state(self) -> LicenseState | None:
        """The state with the reports that the model shows; None where nothing tells it."""

    def identity(self) -> LicenseState | None:
        """Whose device it is, where there is no state."""

    def tidy(self, folder: PiFolder, *, check: bool) -> Tidied:
        """See to documents that killed runs left on flash. ``folder`` is locked, but for a check."""

    def deliver(self, doc: ImportDoc, name: str, state: LicenseState, folder: PiFolder | None) -> list[str]:
        """Import it; raises where the device does not say that it worked. What to tell."""


def install_by(
    doors: Doors, archive: Archive | None, order: InstallOrder, *, method: Method, check: bool
) -> Done[Installed]:
    """By the first method that is there; ``archive`` may be None only with one document."""

    def by(make: Callable[[], _Delivery]) -> Callable[[], Installed]:
        return lambda: _Installer(doors.host, make(), archive, order, check).run()

    return first_that_is_there(
        doors,
        method,
        {
            "rest": by(lambda: _ByService(doors)),
            "netconf": by(lambda: _ByModel(doors, doors.door("netconf"), order)),
            "restconf": by(lambda: _ByModel(doors, doors.door("restconf"), order)),
            "cli": lambda: _by_cli(doors.door("cli") if method == "cli" else doors.cli(), archive, order, check),
        },
    )


def _by_cli(driver: Driver, archive: Archive | None, order: InstallOrder, check: bool) -> Installed:
    how: dict[str, Any] = {"filesystem": order.filesystem, "transfer": order.transfer, "keep": order.keep}
    if order.doc is None and archive is not None:
        return install_pending(driver, archive, check=check, **how)
    if order.doc is None:
        raise ValueError("neither a document nor an archive")
    result = install(driver, order.doc, archive=archive, check=check, **how)
    return result.udi, [result], Tidied()


@dataclass(slots=True)
class _Installer:
    host: str
    delivery: _Delivery
    archive: Archive | None
    order: InstallOrder
    check: bool

    def run(self) -> Installed:
        known = self.delivery.state()
        state = known or self.delivery.identity()
        if state is None:
            raise DeviceError(
                "nothing tells whose device this is: it has no reports, and serves no RESTCONF",
                host=self.host,
                remedy="Configure restconf beside the native REST service, or use NETCONF",
            )
        refuse_foreign(state, self.host)
        folder = self.archive.pi(state.udi) if self.archive is not None else None

        def one(doc: ImportDoc, _first: bool) -> InstallResult:
            return self._install(doc, state, known, folder)

        if self.order.doc is not None:
            return state.udi, [one(self.order.doc, True)], Tidied()
        if folder is None:
            return state.udi, [], Tidied()
        results, tidied = install_each(folder, one), Tidied()
        if not results:
            with nullcontext() if self.check else folder.locked(LOCK_TIMEOUT):
                tidied = self.delivery.tidy(folder, check=self.check)
        return state.udi, results, tidied

    def _install(
        self, doc: ImportDoc, state: LicenseState, known: LicenseState | None, folder: PiFolder | None
    ) -> InstallResult:
        name = doc.name or doc.sha256[:12]
        refuse_other(doc, name, state, self.host)
        kinds = ", ".join(sorted(doc.kinds))
        result = InstallResult(udi=state.udi, doc=doc, outcome="would_install", message="", before=state, after=state)
        with folder.locked(LOCK_TIMEOUT) if folder is not None and not self.check else nullcontext():
            if reason := installed(doc, state, folder):
                if not self.check:
                    record(doc, state, folder)
                return replace(result, outcome="already", message=f"{name}: {reason}")
            if self.check:
                return replace(result, message=f"would install {name} ({kinds})")
            before = self.delivery.state() or state
            notes = self.delivery.deliver(doc, name, state, folder)
            after = self._settled(doc, name, before) if known is not None else state
            record(doc, state, folder)
        if known is None:
            notes.append("what it changed cannot be seen, since the device serves no RESTCONF")
        return replace(
            result,
            outcome="installed",
            message=f"installed {name} ({kinds})",
            before=before,
            after=after,
            changes=tuple(differences(before, after)),
            notes=tuple(notes),
        )

    def _settled(self, doc: ImportDoc, name: str, before: LicenseState) -> LicenseState:
        """The state once it shows the import: a return code alone says that the file was read (yang.md 12)."""
        shows = "rum_ack" in doc.kinds and not ways.cannot("state:policy", "netconf", before.release)
        for look in range(_LOOKS):
            after = self.delivery.state()
            if after is not None and (differences(before, after) or not shows):
                return after
            if look < _LOOKS - 1:
                time.sleep(_PAUSE)
        raise CommandError(
            f"the device took {name} and shows no change by it: the last ACK is what it was",
            host=self.host,
            remedy="Check that it answers a report of this device; see 'show license history message' and run again",
        )


class _ByModel:
    """The file by SCP, then ``import-file``."""

    def __init__(self, doors: Doors, driver: ModelDriver, order: InstallOrder) -> None:
        self._doors = doors
        self._driver = driver
        self._order = order
        self._controller = ModelController(driver)
        self._carrier: Carrier | None = None

    def state(self) -> LicenseState | None:
        state = _with_reports(self._controller, self._driver)
        if why := ways.cannot("install", self._driver.way, state.release):
            raise UnavailableError(why, host=self._doors.host, remedy="Set slp_fallback: cli, or another method")
        return state

    def identity(self) -> LicenseState | None:
        return None

    def tidy(self, folder: PiFolder, *, check: bool) -> Tidied:
        """Reports among what was left are the collect's affair."""
        flash, tidied = FlashRecord(folder), Tidied()
        for path in (path for path in flash.paths() if ":slp-ack-" in path):
            if check:
                tidied.found(path)
            elif stuck := delete(self._driver, path, flash):
                tidied.stuck += stuck
            else:
                tidied.removed(path)
        return tidied

    def deliver(self, doc: ImportDoc, name: str, state: LicenseState, folder: PiFolder | None) -> list[str]:
        flash = FlashRecord(folder) if folder is not None else None
        notes = self.tidy(folder, check=False).notes if folder is not None else []
        file = kept_name(new_name("ack")) if self._order.keep else new_name("ack")
        path = path_on(state, self._order.filesystem, file)
        carrier = self._carrier = self._carrier or Carrier(self._doors)
        if flash is not None:
            flash.add(path)
        try:
            carrier.put(path, doc.raw)
            self._controller.coded(yang.requests.import_file(path), f"the device does not import {name}", subject=path)
        except ConnectionLost:
            raise
        except SlpError as error:
            told = "; ".join(delete(self._driver, path, flash)) or "Nothing was left on the device"
            error.remedy = f"{error.remedy}. {told}" if error.remedy else told
            raise
        if not self._order.keep:
            return notes + delete(self._driver, path, flash)
        if flash is not None:
            flash.drop(path)
        return [*notes, f"{path} stays on the device"]


class _ByService:
    """Inside of the call: nothing touches the device's flash."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._there = probed(doors)

    def state(self) -> LicenseState | None:
        if self._doors.own == "cli":
            return gather(self._doors.cli())
        try:
            driver = self._doors.model()
            return _with_reports(ModelController(driver), driver)
        except LoginError:
            if self._doors.own == "netconf":
                raise
            return None

    def identity(self) -> LicenseState | None:
        return identity(self._there)

    def tidy(self, folder: PiFolder, *, check: bool) -> Tidied:
        del folder, check
        return Tidied()

    def deliver(self, doc: ImportDoc, name: str, state: LicenseState, folder: PiFolder | None) -> list[str]:
        del name, state, folder
        self._there.deliver(doc.raw)
        return []


def _with_reports(controller: ModelController, driver: ModelDriver) -> LicenseState:
    """The state with what the model shows of reports, in the words of the command line."""
    records = tuple(
        RumRecord(report_id=report.report_id, state="ACK" if report.state == "acknowledged" else "CLOSED")
        for report in closed_reports(driver)
    )
    return replace(controller.state(), reports=records)
