# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports: whether a product instance is to be told to report now, and what has come of it. Pure; triggers nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from .messages import exchange_trouble, report_trouble
from .state import LicenseState, Reporting
from .times import DeviceTime
from .topologies import Initiator, Topology, TrustRule
from .trigger import (
    Decision,
    Mark,
    Progress,
    Verdict,
    failure_after,
    failure_since,
    has_factory_code,
    printed,
    refuse_device,
    refuse_transport,
    trust_count,
    url_of,
)

ACKNOWLEDGED, REPORTED = "acknowledged", "reported"
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_UNKNOWN = "the dates of reports and ACKs are not known"


def promise(row: Topology) -> str:
    """How far a sync goes by itself: to the ACK where the device talks to CSSM, else until a collector has the report.

    cli.md 5.0, polling advice: an online ACK within minutes; through a collector it may take a day, by file longer.
    """
    return ACKNOWLEDGED if row.push_reaches_cssm else REPORTED


def decide_sync(
    row: Topology, state: LicenseState, *, now: datetime, max_age: timedelta, force: bool = False
) -> Decision:
    """What to do about a report. ``now``: our clock, for a device whose own is not known.

    An ACK younger than ``max_age`` is enough, and a report that left within that time is waited for and not sent again
    (never loop the trigger: cli.md 5.0); ``force`` reports all the same.
    """
    refused = refuse_device(row, state)
    if refused is not None:
        return refused
    if _nobody_pushes(row, state):
        reason = f"the device sends nothing here: {_uncapital(row.report_out)}"
        return Decision(verdict=Verdict.NOT_NEEDED, reason=reason, remedy=_step(row.steps.report, state))
    refused = refuse_transport(row, state) or _refuse_trust(row, state) or _nothing_owed(state)
    if refused is not None:
        return refused
    reporting = state.reporting
    moment = state.clock.wall if state.clock is not None else now.replace(tzinfo=None)
    everywhere, notes = state.is_ha, _notes(row, state, moment)
    if reporting is None or force:
        return Decision(verdict=Verdict.DO, reason="report now", everywhere=everywhere, notes=notes)
    if _unit_without_trust(row, state) and _closed(state, reporting):
        reason = "report now: the ACK brings a trust code for the unit that has none"
        return Decision(verdict=Verdict.DO, reason=reason, everywhere=everywhere, notes=notes)
    failed = _failed_since(state, reporting)
    if failed:  # such as to the server of a new URL: what came before from the old one proves nothing
        reason = f"report now: after the last report and ACK one failed ({failed})"
        return Decision(verdict=Verdict.DO, reason=reason, everywhere=everywhere, notes=notes)
    if _closed(state, reporting) and _younger(reporting.last_ack, moment, max_age):
        reason = f"acknowledged on {printed(reporting.last_ack)}"
        return Decision(verdict=Verdict.ALREADY, reason=reason, everywhere=everywhere)
    if not _closed(state, reporting) and _younger(reporting.last_push, moment, min(max_age, row.ack_wait)):
        reason = f"a report left on {printed(reporting.last_push)}"
        return Decision(verdict=Verdict.WAIT, reason=reason, everywhere=everywhere)
    return Decision(verdict=Verdict.DO, reason="report now", everywhere=everywhere, notes=notes)


def waited_for(mark: Mark) -> Mark:
    """The mark for a report that left before it was taken: any push counts."""
    return replace(mark, last_push=None)


def look_sync(state: LicenseState, mark: Mark, lines: Iterable[str], row: Topology) -> Progress:
    """What has come of a report since ``mark``. ``lines``: new log lines."""
    reporting = state.reporting
    fetch = _step(row.steps.fetch_ack, state)
    if reporting is None:
        return Progress(outcome="pending", reason=_UNKNOWN, remedy="Read them by the CLI", pending=True)
    if _moved(mark.last_ack, reporting.last_ack) and _closed(state, reporting):
        return Progress(
            outcome=ACKNOWLEDGED,
            reason=f"acknowledged on {printed(reporting.last_ack)}",
            satisfied=True,
            notes=_ack_notes(row, state),
        )
    left = _moved(mark.last_push, reporting.last_push)
    trouble = report_trouble(lines, row, url_of(state))
    refusal = "" if left else failure_since(state, mark, "usage_reporting")
    if trouble is None and refusal:
        trouble = exchange_trouble(refusal, row, url_of(state), trust=False)
    if trouble is not None:
        return Progress(
            outcome="failed", reason=f"{trouble.what}: {trouble.reason}", remedy=trouble.remedy, failed=True
        )
    if left:
        carried = "; its ACK waits for files" if row.cssm_by_file else ""
        return Progress(
            outcome=REPORTED,
            reason=f"a report left on {printed(reporting.last_push)}{carried}",
            remedy=fetch,
            pending=not row.cssm_by_file,
            satisfied=promise(row) == REPORTED,
        )
    look = "Look at `show logging | include SMART_LIC`"
    return Progress(outcome="pending", reason="no report has left yet", remedy=look, pending=True)


def _nobody_pushes(row: Topology, state: LicenseState) -> bool:
    """Pull, Catalyst Center, files; and those ways that go either way, on a device that is set up to be asked."""
    transport = state.transport
    if row.initiator is not Initiator.PRODUCT_INSTANCE:
        return True
    if transport is None or transport.type not in row.desired.transports:
        return False
    return transport.type == "off" or (not row.push_moves and transport.type == "cslu" and not transport.cslu_url)


def _refuse_trust(row: Topology, state: LicenseState) -> Decision | None:
    """seed, Connected Directly: without a trust code of its own CSSM takes nothing from a device."""
    installed, total = trust_count(state)
    if row.trust.rule is not TrustRule.TOKEN or not total or any(unit.trust.state is None for unit in state.units):
        return None
    remedy = "Install trust codes first (module trust_code)"
    if has_factory_code(state):
        reason = "a factory-installed trust code cannot talk to CSSM"
        return Decision(verdict=Verdict.REFUSE, reason=reason, remedy=f"{remedy}, with replace_factory: true")
    if installed == 0:
        reason = f"0 of {total} UDIs have a trust code, and CSSM takes no report without"
        return Decision(verdict=Verdict.REFUSE, reason=reason, remedy=remedy)
    return None


def _nothing_owed(state: LicenseState) -> Decision | None:
    """cli.md 4: a licence that was never consumed needs no first report; 6.3: AP count 0. A device sends none then."""
    rum, reporting = state.rum, state.reporting
    stored = rum is not None and any((rum.waiting, rum.available, rum.collecting))
    if state.usage is None or any(use.in_use for use in state.usage) or stored:
        return None
    if reporting is None or reporting.ack_deadline is not None or not state.tells("reporting.ack_deadline"):
        return None
    return Decision(
        verdict=Verdict.NOT_NEEDED,
        reason="no licence is in use, and no report is owed",
        remedy="Run again when access points have joined",
    )


def _failed_since(state: LicenseState, reporting: Reporting) -> str:
    """Why the last attempt to report failed, where it was later than the last report and ACK."""
    past = [time for time in (reporting.last_ack, reporting.last_push) if time is not None]
    return failure_after(state, "usage_reporting", max(past, key=lambda time: time.wall)) if past else ""


def _notes(row: Topology, state: LicenseState, moment: datetime) -> tuple[str, ...]:
    """seed, RUM report throttling, with the releases of cli.md 0.1; cli.md 6.3, interval 0."""
    notes = []
    reporting, release = state.reporting, state.release
    if reporting is None:
        return ()
    if reporting.push_interval_days == 0:
        notes.append("interval 0: the device sends no report by itself, only when it is told to")
    throttled = row.throttled and release is not None and release.throttled
    if throttled and _younger(reporting.last_push, moment, _DAY):
        notes.append(f"IOS XE {release} sends one report a day by itself; telling it to sync overrides that")
    return tuple(notes)


def _ack_notes(row: Topology, state: LicenseState) -> tuple[str, ...]:
    """seed, trust code request and installation from 17.7.1: the ACK brings what the report asked for."""
    installed, total = trust_count(state)
    if _ack_brings_trust(row, state) and installed < total:
        return (f"{installed} of {total} UDIs have a trust code; the next ACK should bring the others",)
    if row.trust.rule is TrustRule.TOKEN and installed < total:
        return (f"{installed} of {total} UDIs have a trust code",)
    return ()


def _ack_brings_trust(row: Topology, state: LicenseState) -> bool:
    return row.trust.rule is TrustRule.ACK and state.release is not None and state.release.ack_trust


def _unit_without_trust(row: Topology, state: LicenseState) -> bool:
    """seed, High Availability: a unit joined the pair after the last ACK. Where none has a code, none is to be had."""
    installed, total = trust_count(state)
    told = all(unit.trust.state is not None for unit in state.units)
    return told and 0 < installed < total and _ack_brings_trust(row, state)


def _closed(state: LicenseState, reporting: Reporting) -> bool:
    """The last report that left is acknowledged. A device that has never sent one has nothing to be acknowledged."""
    ack, push = reporting.last_ack, reporting.last_push
    if ack is None or push is None:
        return ack is not None and not state.tells("reporting.last_push")
    return ack.wall >= push.wall


def _moved(before: str | None, after: DeviceTime | None) -> bool:
    return after is not None and after.text != before


def _younger(time: DeviceTime | None, moment: datetime, age: timedelta) -> bool:
    """By the device's own clock, so that its zone does not matter. A date of a clock that was wrong proves nothing."""
    return time is not None and -_HOUR < moment - time.wall < age


def _step(text: str, state: LicenseState) -> str:
    return text.format(scope="all" if state.is_ha else "local")


def _uncapital(text: str) -> str:
    return text[:1].lower() + text[1:] if not text[:2].isupper() else text
