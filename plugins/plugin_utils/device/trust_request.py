# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A trust code request as a file, for releases whose usage file does not carry it (before 17.7.1; cli.md 5.10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder

from .collect import LOCK_TIMEOUT, CollectResult
from .driver import Driver, Transfer
from .files import new_name
from .gather import BRIEF, look
from .take import Taker


def trust_request(
    driver: Driver,
    archive: Archive,
    *,
    filesystem: str | None = None,
    transfer: Transfer = "auto",
    facts: Mapping[str, Any] | None = None,
    force: bool = False,
    check: bool = False,
) -> CollectResult:
    """Save a request for all units, fetch, archive, remove. Not needed: every unit has a code, the release sends the
    request in its usage file, or a request waits in the archive already; ``force`` asks for one all the same.
    """
    seen = look(driver, BRIEF, filesystem)
    folder = archive.pi(seen.state.udi)
    reason = not_needed(seen.state, folder)
    result = CollectResult(
        udi=seen.state.udi, state=seen.state, outcome="not_needed", message=reason or "", changed=False
    )
    if reason and not force:
        return result
    if check:
        return replace(result, outcome="would_collect", message="would save and archive a trust request", changed=True)
    with folder.locked(LOCK_TIMEOUT):
        taker = Taker(driver, folder, seen.state, facts or {}, transfer)
        _recovered, tidied = taker.recover(seen.listing)
        taker.check_space(seen.listing)
        path = seen.listing.path(new_name("trust"))
        if not taker.save("license smart save trust-request", path):
            message, changed = "the device has no request", bool(tidied.done)
            return replace(result, outcome="nothing", message=message, changed=changed, notes=tuple(tidied.notes))
        taken = taker.take(path)
        notes = [*tidied.notes, *taker.discard(path)]
    return replace(
        result,
        outcome="collected",
        message=f"archived a trust request of {taken.usage.size} octets",
        changed=True,
        usage=taken.usage,
        md5=taken.on_flash.md5,
        notes=tuple(notes),
    )


def not_needed(state: LicenseState, folder: PiFolder) -> str | None:
    """Why no request is."""
    if state.trust_complete:
        return "every unit has a trust code"
    if state.release is not None and state.release.ack_trust:
        return f"IOS XE {state.release} puts the request into its usage report"
    waiting = folder.state().unsubmitted_trust()
    if waiting is not None:
        return f"the request of {waiting.collected:%Y-%m-%d %H:%M:%S} UTC waits in the archive"
    return None
