# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether somebody else collects at a product instance: two collectors and one state of ACKs do not go together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import DeviceError
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import ClosedReport

_RECENT = timedelta(days=30)  # where the device names no interval of its own


def other_collector(state: LicenseState, closed: Iterable[ClosedReport], ours: Collection[int]) -> str:
    """What shows it; empty when nothing does. ``ours``: the reports that the archive has.

    A report in state *unacknowledged* was asked for through the model, by us or by somebody else (yang.md 4.1).
    """
    pushed = _pushes(state)
    if pushed:
        return pushed
    theirs = [
        report.report_id for report in closed if report.state == "unacknowledged" and report.report_id not in ours
    ]
    if theirs:
        count = f"{len(theirs)} report{'' if len(theirs) == 1 else 's'}"
        return f"somebody asked for {count} that this archive does not have, such as {theirs[0]}"
    return ""


def refuse_other_collector(
    state: LicenseState, closed: Iterable[ClosedReport], ours: Collection[int], *, host: str
) -> None:
    """Raises ``DeviceError`` where somebody else is at work."""
    why = other_collector(state, closed, ours)
    if why:
        raise DeviceError(
            "another collector is at work here",
            host=host,
            cause=why,
            remedy="Let only one collect: take the device out of CSLU, SSM On-Prem or Catalyst Center; or collect all "
            "the same with take_over: true",
        )


def _pushes(state: LicenseState) -> str:
    """The device itself reports to a collector, and has done so lately."""
    transport, reporting = state.transport, state.reporting
    if transport is None or transport.type != "cslu" or not transport.cslu_url or reporting is None:
        return ""
    push = reporting.last_push
    last = (push.utc or push.wall.replace(tzinfo=UTC)) if push else None
    now = (state.clock and state.clock.utc) or datetime.now(UTC)
    days = reporting.push_interval_days or reporting.policy_interval_days
    if last is None or now - last > (timedelta(days=days) if days else _RECENT):
        return ""
    return f"it reports to {transport.cslu_url}, last at {last:%Y-%m-%d %H:%M:%S} UTC"
