# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A device's whole state as plain values, for tests and the control interface."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .licensing import LEVELS

if TYPE_CHECKING:
    from .device import MockDevice


def of(device: MockDevice) -> dict[str, Any]:
    agent = device.agent
    memory, policy = agent.memory, agent.memory.policy
    summary = agent.reports.summary()
    agent.remind()
    return {
        "name": device.spec.name,
        "hostname": device.hostname,
        "platform": device.spec.platform,
        "release": str(device.release),
        "slp": device.layout.slp,
        "agent": device.layout.agent,
        "now": device.now,
        "zone": device.config.zone,
        "ntp_synced": device.ntp_synced(),
        "boot": agent.boot,
        "reloads": device.reloads,
        "units": [{"role": role, "pid": udi.pid, "sn": udi.sn} for role, udi in device.units],
        "level": LEVELS[agent.level].title,
        "next_level": LEVELS[device.next_level].title,
        "config": {**asdict(device.licence_config), "saved": device.config_saved()},
        "interval": agent.interval,
        "policy": {
            "name": policy.name,
            "installed": policy.installed,
            "ack_required": policy.ack_required,
            "classes": {name: days._asdict() for name, days in policy.classes.items()},
        },
        "trust": {str(udi): asdict(code) for udi, code in memory.trust.items()},
        "account": asdict(memory.account) if memory.account else None,
        "account_time": memory.account_time,
        "last_ack": memory.last_ack,
        "ack_deadline": agent.ack_deadline,
        "ack_check": memory.ack_check,
        "next_push": agent.next_push,
        "last_push": memory.last_push,
        "last_file": memory.last_file,
        "first_use": memory.first_use,
        "aps": agent.aps,
        "usage": [
            {"name": licence.name, "short": licence.short, "tag": licence.tag, "term": licence.term, "count": agent.aps}
            for licence in agent.licences
            if agent.aps
        ],
        "rum": {**asdict(summary), "total": summary.total},
        "reports": [
            {
                "report_id": report.report_id,
                "licence": report.licence.name,
                "state": report.state,
                "reported": report.reported,
                "stored": report.stored,
                "start": report.start,
                "end": report.end,
                "count": report.measurements[-1].count,
            }
            for report in agent.reports.listed
        ],
        "communication": {
            name: {"total": attempts.total, **asdict(attempts)} for name, attempts in agent.statistics().items()
        },
        "online": {
            "reachable": device.online is not None and device.online.live,
            "failing": device.online is not None and device.online.failing,
            "tickets": [ticket.number for ticket in memory.tickets],
        },
        "clock_offset": device.clock_offset,
        "nat": device.spec.nat,
        "pair": asdict(device.pair),
        "history": {kind: len(entries) for kind, entries in memory.history.items()},
        "reset_pending": agent.reset_pending,
        "files": list(device.flash),
        "log": [message.text for message in sorted(device.log.messages, key=lambda one: one.time)],
    }
