# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``license smart save``: usage and trust-code requests in a file."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from .agent import DAY, Agent
from .flash import Flash, FlashError
from .rumgen import Report
from .simdoc import Udi, trust_request, write_usage

NOT_FOUND = "The requested item was not found"


def save_usage(agent: Agent, flash: Flash, path: str, hostname: str, *, scope: str, number: int = 0) -> str:
    """Save reports. ``scope``: all, unreported, days or rum-id, the last two with ``number``. Returns what is printed.

    ``all`` and ``days`` are the unacknowledged reports in storage; ``unreported`` leaves out what a file has carried
    before. What is open is closed first.
    """
    reports = agent.reports
    wanted = reports.find(number) if scope == "rum-id" else None
    if scope != "rum-id" or (wanted and wanted.state == "OPEN"):
        agent.close_reports()
    since = agent.now - number * DAY
    chosen = [
        report
        for report in reports.closed()
        if (scope != "rum-id" or report.report_id == number)
        and (scope != "days" or (report.end or 0) >= since)
        and not (scope == "unreported" and report.reported)
    ]
    if not chosen:
        return NOT_FOUND
    asking = agent.untrusted() if agent.layout.ack_trust else ()
    failed = _write(agent, flash, path, hostname, chosen, asking)
    if not failed:
        for report in chosen:
            report.reported = True
        agent.memory.last_file = agent.now
    return failed


def save_trust_request(agent: Agent, flash: Flash, path: str, hostname: str) -> str:
    """Save a trust-code request for every unit. Returns what is printed: nothing, or why it failed."""
    return _write(agent, flash, path, hostname, (), agent.udis)


def _write(
    agent: Agent, flash: Flash, path: str, hostname: str, reports: Sequence[Report], asking: Sequence[Udi]
) -> str:
    try:
        flash.write(path, usage_document(agent, hostname, reports, asking))
    except FlashError as error:
        return str(error)
    return ""


def usage_document(agent: Agent, hostname: str, reports: Sequence[Report], asking: Sequence[Udi]) -> bytes:
    """What a file holds, and what travels to a server: reports, and a trust-code request for each unit that asks."""
    pieces = write_usage(
        (agent.writer.signed(report) for report in reports),
        _system_info(agent, hostname),
        [trust_request(udi, secrets.token_hex(8)) for udi in asking],
    )
    return b"".join(pieces)


def _system_info(agent: Agent, hostname: str) -> dict[str, Any]:
    """formats.md 1.7; the list of the HA members is INFERRED."""
    writer = agent.writer
    info: dict[str, Any] = {"sudi": writer.udi.sudi}
    if not agent.config.privacy_hostname:
        info["hostname"] = hostname
    info |= {
        "software_tag_identifier": writer.software_tag,
        "timestamp": int(agent.now * 1000),
        "nonce": secrets.token_hex(8),
    }
    if len(writer.units) > 1:
        info["device_list"] = [{"sudi": udi.sudi, "role": role} for role, udi in writer.units]
    return info
