# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install: put what CSSM gave (ACK, policy, trust code) on a product instance, in one login (cli.md 5.10)."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Literal

from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import ImportDoc, read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    CommandError,
    ConnectionLost,
    FileFormatError,
    SlpError,
    TransferError,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState, build_state
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder

from .collect import LOCK_TIMEOUT
from .differences import differences
from .driver import Driver, Transfer
from .files import (
    RUN_AGAIN,
    Listing,
    OnFlash,
    Tidied,
    discard,
    kept_name,
    new_name,
    remove,
    removed_on_error,
    stat,
    tidy,
)
from .gather import VERSION, Look, look
from .take import check_space

_STATE = (VERSION, "show license all", "show license rum id all", "show redundancy states")
_SUCCESS = re.compile(r"(?i)^import data successful|confirmation code", re.M)
_OVERHEAD = 64 * 1024  # octets of flash beside the file itself


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallResult:
    """What an install did. ``outcome``: ``installed``; ``already``; ``would_install`` in check mode.

    ``changes``: what the device shows differently, one line each. ``notes``: what else to tell. ``tidied``: documents
    that an earlier run had left were removed, or would be in check mode.
    """

    udi: Udi
    doc: ImportDoc
    outcome: Literal["installed", "already", "would_install"]
    message: str
    before: LicenseState
    after: LicenseState
    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tidied: bool = False

    @property
    def changed(self) -> bool:
        return self.outcome != "already" or self.tidied

    def as_dict(self) -> dict[str, Any]:
        """For the result of a task."""
        return {
            "name": self.doc.name,
            "sha256": self.doc.sha256,
            "kinds": sorted(self.doc.kinds),
            "changes": list(self.changes),
        }


def install(
    driver: Driver,
    doc: ImportDoc,
    *,
    archive: Archive | None = None,
    filesystem: str | None = None,
    transfer: Transfer = "auto",
    keep: bool = False,
    check: bool = False,
    seen: Look | None = None,
) -> InstallResult:
    """Put the document on flash, prove it there, import it, read the state again, remove the file by its full name.

    ``seen``: a look of this login that still holds. A document for another UDI is refused before anything is touched;
    an import that the device does not call a success raises ``CommandError``, with the file removed and the state
    compared.
    """
    name = doc.name or doc.sha256[:12]
    seen = seen or look(driver, _STATE, filesystem)
    state = seen.state
    refuse_other(doc, name, state, driver.host)
    folder = archive.pi(state.udi) if archive is not None else None
    with folder.locked(LOCK_TIMEOUT) if folder is not None and not check else nullcontext():
        tidied = _tidy(driver, seen.listing, check)
        planned = InstallResult(
            udi=state.udi,
            doc=doc,
            outcome="would_install",
            message=f"would install {name} ({', '.join(sorted(doc.kinds))})",
            before=state,
            after=state,
            notes=tuple(tidied.notes),
        )
        if reason := installed(doc, state, folder):
            if not check:
                record(doc, state, folder)
            return replace(planned, outcome="already", message=f"{name}: {reason}", tidied=bool(tidied.done))
        check_space(driver, seen.listing, len(doc.raw) + _OVERHEAD)
        if check:
            return planned
        return _Import(driver, doc, name, seen, transfer, keep).run(folder, tidied.notes)


def install_pending(
    driver: Driver,
    archive: Archive,
    *,
    filesystem: str | None = None,
    transfer: Transfer = "auto",
    keep: bool = False,
    check: bool = False,
) -> tuple[Udi, list[InstallResult], Tidied]:
    """Install what the archive holds for this product instance and the ledger does not call installed, oldest first.

    One that cannot be installed does not keep the others from the device; its error is raised in the end.
    Returns whose documents they are, the results, and what was tidied up where there was nothing to install.
    """
    first = look(driver, _STATE, filesystem)
    folder = archive.pi(first.state.udi)

    def one(doc: ImportDoc, is_first: bool) -> InstallResult:
        return install(
            driver,
            doc,
            archive=archive,
            filesystem=filesystem,
            transfer=transfer,
            keep=keep,
            check=check,
            seen=first if is_first else None,
        )

    results = install_each(folder, one)
    tidied = Tidied()
    if not results:
        with nullcontext() if check else folder.locked(LOCK_TIMEOUT):
            tidied = _tidy(driver, first.listing, check)
    return first.state.udi, results, tidied


def install_each(folder: PiFolder, one: Callable[[ImportDoc, bool], InstallResult]) -> list[InstallResult]:
    """``one`` document after the other, and whether it is the first. Errors wait until the others are done."""
    results: list[InstallResult] = []
    errors: list[SlpError] = []
    for entry in folder.state().uninstalled():
        try:
            result = one(read_import(folder.ack_data(entry), name=entry.name), not results and not errors)
        except SlpError as error:
            errors.append(error)
            if isinstance(error, ConnectionLost):
                break
        else:
            results.append(result)
    if errors:
        raise _first_of(errors, results)
    return results


def _first_of(errors: list[SlpError], results: list[InstallResult]) -> SlpError:
    """The first error, with a word on the other documents."""
    told = [f"{len(errors) - 1} more cannot be installed either"] if len(errors) > 1 else []
    told += [result.message for result in results]
    if told:
        errors[0].remedy = f"{errors[0].remedy}. Of the other documents: {'; '.join(told)}"
    return errors[0]


@dataclass(frozen=True, slots=True)
class _Import:
    driver: Driver
    doc: ImportDoc
    name: str
    seen: Look
    transfer: Transfer
    keep: bool

    def run(self, folder: PiFolder | None, notes: list[str]) -> InstallResult:
        before = self.seen.state
        path = self.seen.listing.path(kept_name(new_name("ack")) if self.keep else new_name("ack"))
        with removed_on_error(self.driver, path):
            self._put(path)
            answer = self.driver.run(f"license smart import {path}")
            if not _SUCCESS.search(answer):
                raise self._refused(answer)
        record(self.doc, before, folder)
        after = self._state()
        if self.keep:
            notes.append(f"{path} stays on the device")
        elif why := discard(self.driver, path):
            notes.append(why)
        return InstallResult(
            udi=before.udi,
            doc=self.doc,
            outcome="installed",
            message=f"installed {self.name} ({', '.join(sorted(self.doc.kinds))})",
            before=before,
            after=after,
            changes=tuple(differences(before, after)),
            notes=tuple(notes),
        )

    def _put(self, path: str) -> None:
        """Write the file and prove it; what SCP garbles, the terminal may carry."""
        ways: tuple[Transfer, ...] = ("auto", "cli") if self.transfer == "auto" else (self.transfer,)
        for way in ways:
            self.driver.put(path, self.doc.raw, transfer=way)
            on_flash = stat(self.driver, path)
            if on_flash is not None and on_flash.holds(self.doc.raw):
                return
            if on_flash is not None:
                remove(self.driver, path)
        raise TransferError(
            f"{self.name} did not arrive whole on the device",
            subject=path,
            cause=_what_lies_there(on_flash, len(self.doc.raw)),
            remedy=RUN_AGAIN,
        )

    def _refused(self, answer: str) -> CommandError:
        changes = differences(self.seen.state, self._state())
        verdict = f"what changed all the same: {'; '.join(changes)}" if changes else "its state is unchanged"
        return CommandError(
            f"the device does not import {self.name}; {verdict}",
            cause=answer.strip() or "it said nothing",
            remedy="Check that it is unaltered and answers a report of this device; download it from CSSM again",
        )

    def _state(self) -> LicenseState:
        return build_state(self.driver.run_all(_STATE, required=[VERSION]), host=self.driver.host)


def _what_lies_there(on_flash: OnFlash | None, size: int) -> str:
    if on_flash is None:
        return "the file is not there"
    return "its MD5 is another" if on_flash.size == size else f"{on_flash.size} of {size} octets are there"


def _tidy(driver: Driver, listing: Listing, check: bool) -> Tidied:
    """Remove the documents that an earlier, killed run left on flash."""
    tidied = Tidied()
    for kind, name in listing.leftovers():
        path = listing.path(name)
        if kind == "ack" and check:
            tidied.found(path)
        elif kind == "ack":
            tidy(driver, path, tidied)
    return tidied


def refuse_other(doc: ImportDoc, name: str, state: LicenseState, host: str) -> None:
    """Refuse a document for another device."""
    units = {unit.udi for unit in state.units}
    if doc.udis and not doc.udis & units:
        raise FileFormatError(
            f"is for another product instance ({', '.join(map(str, sorted(doc.udis)))}), this is {state.udi}",
            subject=name,
            host=host,
            remedy="Install it on the device whose report it answers; nothing was changed here",
        )


def installed(doc: ImportDoc, state: LicenseState, folder: PiFolder | None) -> str | None:
    """Why there is nothing to do: the ledger says so, or the device shows everything that the document brings."""
    entry = folder.state().ack(doc.sha256) if folder is not None else None
    if entry is not None and entry.installed:
        return "was installed before"
    if "rum_ack" not in doc.kinds or not doc.report_ids or "authorization" in doc.kinds:
        return None
    acknowledged = {record.report_id for record in state.reports or () if record.state.upper() in ("ACK", "DELETED")}
    accepted = doc.report_ids - doc.rejected.keys()
    if not accepted or not accepted <= acknowledged:
        return None
    if "trust" in doc.kinds and not state.trust_complete:
        return None
    if doc.policy is not None and not _has_policy(state, doc.policy.name):
        return None
    return "all its reports are acknowledged on the device"


def _has_policy(state: LicenseState, name: str | None) -> bool:
    return state.policy is not None and state.policy.source == "installed" and state.policy.name == name


def record(doc: ImportDoc, state: LicenseState, folder: PiFolder | None) -> None:
    """Tell the ledger; a run that was killed after the import does it later."""
    entry = folder.state().ack(doc.sha256) if folder is not None else None
    if folder is not None and entry is not None and not entry.installed:
        facts: dict[str, Any] = {"host": state.host, "hostname": state.hostname, "platform": state.platform}
        folder.record_installed(doc.sha256, facts | {"release": str(state.release) if state.release else None})
