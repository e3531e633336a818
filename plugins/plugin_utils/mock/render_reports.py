# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The smaller licence shows: summary, usage, RUM reports, history and event log (cli.md 3.3 to 3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .comm import OPERATIONS
from .iostime import event_time
from .render_license import Lines, account, usage
from .rumgen import Report
from .saver import NOT_FOUND

if TYPE_CHECKING:
    from .device import MockDevice

_REPORT_RULE = "=" * 36
_HISTORY_RULE = "=" * 52
_IMPORTS = ("POLICY", "AUTH", "TRUST CODE", "RUM ACK", "CONVERSION ACK", "ACCOUNT INFO")
_EVENT_PERIOD = 8 * 3600
_EVENTS_SHOWN = 90
"""Periods; a controller repeats its usage every eight hours, the log holds a month of it here."""


def summary(device: MockDevice) -> Lines:
    yield from account(device)
    agent = device.agent
    yield "License Usage:"
    if not agent.aps:
        yield "  No licenses in use"
        return
    yield "  License                 Entitlement Tag               Count Status"
    yield f"  {'-' * 77}"
    for licence in agent.licences:
        yield f"  {licence.name:<24}{f'({licence.short})':<28}{agent.aps:>7} IN USE"


def show_usage(device: MockDevice) -> Lines:
    if device.layout.usage_header:
        yield "License Authorization:"
        yield "  Status: Not Applicable"
        yield ""
    yield from usage(device)


def rum_all(device: MockDevice) -> Lines:
    yield "Smart Licensing Usage Report:"
    yield _REPORT_RULE
    yield "Report Id,          State,    Flag, Feature Name"
    for report in device.agent.reports.listed:
        yield f"{report.report_id:<20}{report.state:<10}N     {report.licence.name}"


def rum_detail(device: MockDevice, report_id: int) -> Lines:
    report = device.agent.reports.find(report_id)
    if report is None:
        yield NOT_FOUND
        return
    udi = device.units[0][1]
    reason = "Close Reason: SMART" if report.state == "OPEN" else f"State Change Reason: {report.change_reason}"
    yield "Smart Licensing Usage Report Detail:"
    yield _REPORT_RULE
    yield f"Report Id: {report.report_id}"
    yield "  Metric Name: ENTITLEMENT"
    yield f"  Feature Name: {report.licence.name}"
    yield f"  Metric Value: {report.licence.tag}"
    yield f"  UDI: {udi}"
    yield f"  Previous Report Id: {report.previous},    Next Report Id: {report.next}"
    yield f"  State: {report.state},      {reason}"
    yield f"  Start Time: {device.time(report.start)},      End Time: {device.time(_end(device, report))}"
    yield f"  Storage State: {'EXIST' if report.stored else 'DELETED'}"
    yield f"  Transaction ID: {report.transaction_id}"
    yield "  Transaction Message: <none>"


def _end(device: MockDevice, report: Report) -> float:
    return device.now if report.end is None else report.end


def history(device: MockDevice) -> Lines:
    """How an entry is laid out is not public; it is known to hold the whole document."""
    yield "Message History (oldest to newest):"
    yield _HISTORY_RULE
    for operation in OPERATIONS:
        if operation not in ("Trust Acknowledgement", "Authorization Confirmation", "Hello Message"):
            yield f"{operation}:"
            yield from _entries(device, operation, "Message", "  No past history")
    yield ""
    yield "Import Message History (oldest to newest):"
    yield _HISTORY_RULE
    for kind in _IMPORTS:
        yield f"Import {kind}:"
        yield from _entries(device, kind, "Import Message", "  No past Import history")
        yield ""


def _entries(device: MockDevice, kind: str, title: str, none: str) -> Lines:
    entries = device.agent.memory.history.get(kind, [])
    if not entries:
        yield none
    for number, (time, text) in enumerate(entries, 1):
        yield f"  {title} {number}"
        yield f"    Received: {device.time(time)}"
        yield f"    {text.strip()}"


def eventlog(device: MockDevice, days: int | None = None) -> Lines:
    """``days``: not older than so many."""
    agent = device.agent
    start = agent.memory.first_start
    since = max(agent.events_from, device.now - days * 86_400 if days else 0)
    last = int((device.now - start) // _EVENT_PERIOD)
    numbers = range(max(1, last - _EVENTS_SHOWN + 1), last + 1)
    times = [time for number in numbers if (time := start + number * _EVENT_PERIOD) > since]
    if not times:
        yield " No EventLog Found."
        return
    features = ",".join(licence.name for licence in agent.licences)
    yield ""
    yield "**** Event Log ****"
    yield ""
    for time in times:
        yield (
            f'{event_time(time + 0.92, device.zone)} SAEVT_PLATFORM eventSource="INFRA_SL" '
            f'eventName="INFRA_SL_EVLOG_ERM_RESET" MSG="ERM-Reset: Client 0, AP-GROUP group, '
            f'{len(agent.licences)} features {features}"'
        )
        for licence in agent.licences:
            yield (
                f'{event_time(time + 0.922, device.zone)} SAEVT_ENDPOINT_USAGE count="{agent.aps}" '
                f'entitlementTag="{licence.tag}"'
            )
