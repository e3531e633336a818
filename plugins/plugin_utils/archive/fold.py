# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the events of a ledger to the state of a product instance.

Each report moves collected -> submitted -> acknowledged -> installed and never back: a file that holds an acknowledged
report again, a late ticket or a late refusal change nothing. A refused report is to be submitted again once it has been
collected again, for then the device still owes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

from .model import AckEntry, PiState, ReportStatus, Ticket, UsageEntry

_BEFORE_ACK = ("collected", "submitted", "refused")


def fold(udi: Udi, events: Iterable[Mapping[str, Any]]) -> PiState:
    """``udi``: of the product instance, for a ledger without events. Events of a kind unknown here are passed over."""
    state = PiState(udi=udi, units=frozenset({udi}))
    without_reports: list[Ticket] = []
    tickets: dict[Ticket, None] = {}  # in order
    for event in events:
        reports = [state.reports.setdefault(n, ReportStatus(n)) for n in event.get("reports", ())]
        match event["event"]:
            case "created":
                state.udi = Udi.parse(event["udi"])
                state.units |= {state.udi}
            case "collected":
                _collected(state, event, reports)
            case "bundled":
                _bundled(state, event)
            case "submitting":
                for report in reports:
                    report.nonce = event["nonce"]
            case "submitted":
                ticket = Ticket.from_dict(event["ticket"])
                _submitted(state, event, reports, ticket)
                tickets[ticket] = None
                without_reports += [] if reports else [ticket]
            case "duplicate":
                _duplicate(reports)
            case "refused":
                for report in reports:
                    _refuse(report, event["reason"])
                without_reports = without_reports if reports else []
            case "acknowledged":
                _acknowledged(state, event, reports)
                answered = {state.reports[n].ticket for n in event["asked"] if n in state.reports}
                without_reports = [t for t in without_reports if event["asked"] and t not in answered]
            case "installed":
                _installed(state, event)
    awaited = {r.ticket for r in state.reports.values() if r.state == "submitted"}
    state.open_tickets = [ticket for ticket in tickets if ticket in awaited or ticket in without_reports]
    return state


def _collected(state: PiState, event: Mapping[str, Any], reports: list[ReportStatus]) -> None:
    state.units |= {Udi.parse(unit) for unit in event["units"]}
    state.facts = dict(event["facts"])
    state.usages.append(
        UsageEntry(
            sha256=event["sha256"],
            name=event["name"],
            size=event["size"],
            collected=datetime.fromisoformat(event["at"]),
            report_ids=tuple(event["reports"]),
            trust_requests=event["trust_requests"],
            facts=event["facts"],
        )
    )
    for report in reports:
        if report.state in ("collected", "refused"):
            report.state = "collected"
            report.usage_sha256 = event["sha256"]


def _bundled(state: PiState, event: Mapping[str, Any]) -> None:
    usage, member = state.usage(event["sha256"]), (event["bundle"], event["member"])
    if usage and member not in usage.members:  # two runs may have read the same bundle at the same time
        usage.members.append(member)


def _submitted(state: PiState, event: Mapping[str, Any], reports: list[ReportStatus], ticket: Ticket) -> None:
    usage = state.usage(event["sha256"])
    if usage:
        usage.submitted = True
    for report in reports:
        if report.state in _BEFORE_ACK:
            report.state = "submitted"
            report.ticket = ticket
            report.usage_sha256 = event["sha256"]
            report.reason = report.nonce = None


def _duplicate(reports: list[ReportStatus]) -> None:
    """CSSM has the report, so it counts as submitted; a ticket that it was submitted with is still good."""
    for report in reports:
        if report.state in _BEFORE_ACK:
            report.state = "submitted"
            report.duplicate = True
            report.reason = report.nonce = None


def _refuse(report: ReportStatus, reason: str) -> None:
    if report.state in _BEFORE_ACK:
        report.state = "refused"
        report.reason = reason
        report.ticket = report.nonce = None


def _acknowledged(state: PiState, event: Mapping[str, Any], reports: list[ReportStatus]) -> None:
    known = state.ack(event["sha256"])
    if known is None:
        known = AckEntry(
            sha256=event["sha256"],
            name=event["name"],
            kinds=tuple(event["kinds"]),
            report_ids=(),
            source=event["source"],
            received=datetime.fromisoformat(event["at"]),
        )
        state.acks.append(known)
    known.report_ids = tuple(sorted({*known.report_ids, *event["reports"]}))
    for report in reports:
        if report.state in _BEFORE_ACK:
            report.state = "installed" if known.installed else "acknowledged"
            report.ack_sha256 = known.sha256
            report.reason = report.nonce = None
    for number, reason in event["rejected"]:
        _refuse(state.reports.setdefault(number, ReportStatus(number)), reason)


def _installed(state: PiState, event: Mapping[str, Any]) -> None:
    ack = state.ack(event["sha256"])
    if ack is None:
        return
    ack.installed = True
    for number in ack.report_ids:
        report = state.reports[number]
        if report.state != "installed":
            report.state = "installed"
            report.ack_sha256 = ack.sha256
