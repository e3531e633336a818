# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing state of a simulated device as ``cisco-smart-license`` has it, in the shape that devices send.

Devices break their own model: empty strings where it wants a length or a UUID, the epoch for never, no entry in place
of an empty list (yang.md 1 and 4).
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .yang_data import Data

if TYPE_CHECKING:
    from .device import MockDevice
    from .simdoc import PolicyClass, Udi

_NO_TEXT = ""
_CUSTOMER = ("id", "name", "street", "city", "state", "country", "postal-code")


def moment(epoch: float | None) -> str:
    """A date and time; the epoch for never."""
    return datetime.fromtimestamp(int(epoch or 0), UTC).isoformat()


def truth(value: bool) -> str:
    return "true" if value else "false"


def licensing(device: MockDevice, requested: Container[int]) -> Data:
    """The container ``state``. ``requested``: numbers of reports that somebody has read through a model or by REST.

    It holds what the newest revision has; the model of the release leaves out what it does not know.
    """
    return {
        "always-enabled": truth(device.layout.slp),
        "smart-enabled": "true",
        "version": device.layout.agent,
        "state-info": {**_old(device), **(_new(device, requested) if device.layout.slp else {})},
    }


def _old(device: MockDevice) -> Data:
    """What was there before Smart Licensing Using Policy. The account of an ACK has no leaf (yang.md 4.2)."""
    config, slp = device.licence_config, device.layout.slp
    transport: Data = {"transport-type": f"transport-type-{config.transport}"}
    if config.transport == "smart":
        transport["url-settings"] = {"url-registration": config.target, "url-utility": _NO_TEXT}
    data: Data = {
        "registration": {"registration-state": "reg-state-not-registered", "export-control-allowed": "false"},
        "authorization": {"authorization-state": "auth-state-none" if slp else "auth-state-eval"},
        "utility": {
            "enabled": "false",
            "reporting": "utility-reporting-type-none",
            "reporting-times": {
                "last-report-time": moment(None),
                "last-report-success": "false",
                "fail-message": _NO_TEXT,
                "next-report-time": moment(None),
            },
            "customer-info": dict.fromkeys(_CUSTOMER, _NO_TEXT),
        },
        "custom-id": _NO_TEXT,
        "transport": transport,
        "privacy": {"hostname": truth(config.privacy_hostname), "version": truth(config.privacy_version)},
        "evaluation": {"eval-in-use": truth(not slp), "eval-expired": "false", "eval-period-left": {"time-left": "0"}},
        "udi": _udi(device.agent.udis[0]),
    }
    if usage := list(_usage(device)):
        data["usage"] = usage
    return data


def _udi(udi: Udi) -> Data:
    return {
        "pid": udi.pid,
        "sn": udi.sn,
        "vid": _NO_TEXT,
        "uuid": _NO_TEXT,
        "suvi": _NO_TEXT,
        "host-identifier": _NO_TEXT,
        "mac-address": "00:00:00:00:00:00",
    }


def _usage(device: MockDevice) -> Iterator[Data]:
    """There is no word for "in use": the mode is that of an unknown tag, and that is in order (yang.md, fact 3)."""
    agent = device.agent
    for licence in agent.licences if agent.aps else ():
        yield {
            "entitlement-tag": licence.tag,
            "short-name": licence.short,
            "license-name": licence.name,
            "description": licence.name,
            "count": str(agent.aps),
            "enforcement-mode": "enforcement-invalid-tag" if device.layout.slp else "enforcement-evaluation",
            "post-paid": truth(device.layout.slp),
            "subscription-id": _NO_TEXT,
        }


def _new(device: MockDevice, requested: Container[int]) -> Data:
    memory = device.agent.memory
    data: Data = {
        "policy": _policy(device),
        "rum-ack": {
            "last-received-time": moment(memory.last_ack),
            "next-report-deadline": moment(device.agent.ack_deadline),
        },
        "factory-purchase": [_keyed(udi) for udi in device.agent.udis],
        "imported-authorizations": {"overall-status": [_keyed(udi) for udi in device.agent.udis]},
    }
    if memory.trust:
        data["trust-code"] = [_trust(device, udi) for udi in device.agent.udis]
    if reports := list(_reports(device, requested)):
        data["rum-reports-closed-keys"] = reports
    return data


def _keyed(udi: Udi) -> Data:
    return {"key_udi": str(udi), "udi": _udi(udi)}


def _policy(device: MockDevice) -> Data:
    policy = device.agent.memory.policy
    data: Data = {
        "policy-type": "policy-type-merged" if policy.installed is None else "policy-type-custom",
        "policy-name": policy.name,
        "ack-required": truth(policy.ack_required),
    }
    if policy.installed is not None:
        data["install-time"] = moment(policy.installed)
    for name in ("enforced", "export", "subscription", "perpetual"):
        data[f"policy-{name}"] = _class(policy.classes[name])
    return data


def _class(days: PolicyClass) -> Data:
    return {
        "reporting-first-time": str(days.first),
        "reporting-ongoing": str(days.ongoing),
        "reporting-macd": str(days.change),
    }


def _trust(device: MockDevice, udi: Udi) -> Data:
    trust = device.agent.memory.trust.get(udi)
    data = _keyed(udi) | {"is-installed": truth(trust is not None)}
    return data | {"time-installed": moment(trust.installed)} if trust else data


def _reports(device: MockDevice, requested: Container[int]) -> Iterator[Data]:
    """Those that nobody has acknowledged; an ACK takes a report off the list."""
    udi = device.agent.udis[0]
    for report in device.agent.reports.closed():
        asked = report.reported or report.report_id in requested
        yield {
            "rum-report-key": f"P:{udi.pid},S:{udi.sn}_{report.report_id}",
            "report-id": str(report.report_id),
            "udi": _udi(udi),
            "report-start-time": moment(report.start),
            "report-end-time": moment(report.end),
            "report-state": f"rum-report-state-{'unacknowledged' if asked else 'closed'}",
        }
