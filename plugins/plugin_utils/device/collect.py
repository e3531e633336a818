# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collect: take the RUM reports off a product instance (cli.md 5.10, formats.md 1.8), in one login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.model import UsageEntry

from .driver import Driver, Transfer
from .files import kept_name, new_name, saved_at
from .gather import BRIEF, Look, look
from .other_collector import refuse_other_collector
from .take import Taken, Taker

Scope = Literal["all", "unreported", "days", "rum_id"]
Outcome = Literal["collected", "nothing", "recent", "recovered", "not_needed", "would_collect"]

LOCK_TIMEOUT = 300.0  # seconds to wait for another run that is busy with the same product instance


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectResult:
    """What a collect (or a trust request) did.

    ``outcome``: ``collected`` a file; ``nothing`` to save; ``recent``: the archive's file is young enough;
    ``recovered``: only what an earlier run had left; ``not_needed``: no trust request is; ``would_collect`` in check
    mode.
    ``usage``: the file in the archive, the one that was there already when ``recent``. ``new_reports``: report numbers
    that the archive did not have. ``notes``: what else to tell.
    """

    udi: Udi
    state: LicenseState
    outcome: Outcome
    message: str
    changed: bool
    usage: UsageEntry | None = None
    md5: str | None = None
    new_reports: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def collect(
    driver: Driver,
    archive: Archive,
    *,
    scope: Scope = "all",
    days: int | None = None,
    rum_id: int | None = None,
    filesystem: str | None = None,
    transfer: Transfer = "auto",
    keep: bool = False,
    facts: Mapping[str, Any] | None = None,
    max_age: float = 0.0,
    take_over: bool = True,
    check: bool = False,
) -> CollectResult:
    """Save usage, fetch, prove size and MD5 (structure where there is none), archive, then remove by full name.

    ``max_age``: with a usage file in the archive that is younger than so many seconds, nothing new is asked for.
    ``take_over``: false refuses a device at which another collector is at work.
    Raises ``SlpError``; whatever fails, no report is lost, and nothing half written stays on flash.
    """
    command = _command(scope, days, rum_id)
    seen = look(driver, BRIEF, filesystem)
    folder = archive.pi(seen.state.udi)
    if not take_over:
        refuse_other_collector(seen.state, (), folder.state().reports, host=driver.host)
    if check:
        return _foretell(driver, archive, folder, seen, max_age)
    with folder.locked(LOCK_TIMEOUT):
        taker = Taker(driver, folder, seen.state, facts or {}, transfer)
        recovered, tidied = taker.recover(seen.listing)
        result = _result(seen.state, "recovered", "took what an earlier run had left", recovered, tidied.notes)
        result = replace(result, changed=bool(tidied.done))
        if recent := recent_usage(archive, folder, max_age):
            return result if recovered else replace(result, **told_recent(recent))
        taker.check_space(seen.listing)
        name = kept_name(new_name("usage")) if keep else new_name("usage")
        path = seen.listing.path(name)
        if not taker.save(command, path):
            return result if recovered else replace(result, outcome="nothing", message="there is nothing to save")
        taken = taker.take(path)
        notes = [*tidied.notes, *([f"{path} stays on the device"] if keep else taker.discard(path))]
        return _result(seen.state, "collected", told_archived(taken.usage), [*recovered, taken], notes)


def _command(scope: Scope, days: int | None, rum_id: int | None) -> str:
    words = {"all": "all", "unreported": "unreported", "days": f"days {days}", "rum_id": f"rum-id {rum_id}"}
    if (scope == "days" and days is None) or (scope == "rum_id" and rum_id is None):
        raise ValueError(f"scope {scope} needs its number")
    return f"license smart save usage {words[scope]} file"


def recent_usage(archive: Archive, folder: PiFolder, max_age: float) -> UsageEntry | None:
    """The newest usage file, if young enough; one that an earlier run left on flash is as old as its name says."""
    usages = [usage for usage in folder.state().usages if usage.report_ids]
    young = usages and archive.now() - (saved_at(usages[-1].name) or usages[-1].collected) < timedelta(seconds=max_age)
    return usages[-1] if young else None


def told_recent(recent: UsageEntry) -> dict[str, Any]:
    """What a result says of it."""
    message = f"the archive has a usage file of {recent.collected:%Y-%m-%d %H:%M:%S} UTC"
    return {"outcome": "recent", "message": message, "usage": recent, "md5": recent.facts.get("md5")}


def _foretell(driver: Driver, archive: Archive, folder: PiFolder, seen: Look, max_age: float) -> CollectResult:
    result = _result(seen.state, "would_collect", "would save, fetch and archive its usage", [], [])
    left = [f"{seen.listing.path(name)} was left by an earlier run" for _kind, name in seen.listing.leftovers()]
    if recent := recent_usage(archive, folder, max_age):
        return replace(result, **told_recent(recent), changed=bool(left), notes=tuple(left))
    Taker(driver, folder, seen.state, {}).check_space(seen.listing)
    return replace(result, changed=True, notes=tuple(left))


def _result(state: LicenseState, outcome: Outcome, message: str, taken: list[Taken], notes: list[str]) -> CollectResult:
    last = taken[-1] if taken else None
    return CollectResult(
        udi=state.udi,
        state=state,
        outcome=outcome,
        message=message,
        changed=bool(taken),
        usage=last.usage if last else None,
        md5=last.on_flash.md5 if last else None,
        new_reports=tuple(dict.fromkeys(number for file in taken for number in file.new_reports)),
        notes=tuple(notes),
    )


def told_archived(usage: UsageEntry) -> str:
    """What a result says of a file that was taken."""
    number = len(usage.report_ids)
    return f"archived {number} report{'' if number == 1 else 's'} in {usage.size} octets"
