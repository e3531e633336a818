# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an exec command changed: two states of one product instance compared (design, rule 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.module_utils.slp.times import DeviceTime


def differences(before: LicenseState, after: LicenseState) -> list[str]:
    """One line for each thing that licensing commands can change: ``Last ACK received: none -> ...``."""
    old, new = dict(_facts(before)), dict(_facts(after))
    return [
        f"{label}: {_text(old.get(label))} -> {_text(value)}" for label, value in new.items() if value != old.get(label)
    ]


def _facts(state: LicenseState) -> Iterator[tuple[str, Any]]:
    if state.reporting is not None:
        yield "last ACK received", state.reporting.last_ack
        yield "next ACK deadline", state.reporting.ack_deadline
        yield "next ACK push check", state.reporting.next_ack_check
    if state.policy is not None:
        yield "policy in use", state.policy.in_use
        yield "policy name", state.policy.name
    if state.account is not None:
        yield "smart account", state.account.smart_account
        yield "virtual account", state.account.virtual_account
    for unit in state.units:
        yield f"trust code of {unit.udi}", unit.trust.installed or unit.trust.state
    if state.rum is not None:
        yield "reports acknowledged", state.rum.acknowledged
        yield "reports waiting for an ACK", state.rum.waiting
    if state.reports is not None:
        states = [record.state.upper() for record in state.reports]
        for name in sorted(set(states) | {"ACK", "CLOSED"}):
            yield f"reports in state {name}", states.count(name)


def _text(value: Any) -> str:
    if isinstance(value, DeviceTime):
        return value.text
    return "none" if value is None else str(value)
