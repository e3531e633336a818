# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preflight: look at a product instance and say what stands against its topology. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import KEYS, Change
from ansible_collections.c9800.slp.plugins.module_utils.slp.desired import Settings
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import DeviceError, UnsupportedDevice
from ansible_collections.c9800.slp.plugins.module_utils.slp.preflight import (
    Facts,
    Finding,
    Plans,
    of_error,
    preflight,
    refused,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import Topology

from .controller import Controller


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a user wants of a product instance, and how far to go. ``rollback``: undo what did not work out."""

    row: Topology
    settings: Settings
    plans: Plans
    save: bool = True
    rollback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a preflight found. ``change``: what configuring would change; ``udi`` empty when it could not be read."""

    findings: tuple[Finding, ...]
    change: Change
    udi: str = ""


def check(controller: Controller, order: Order) -> Checked:
    """Everything that can be found out without writing; a device before SLP is a finding, not an error."""
    try:
        facts = survey(controller, order, whole=True)
    except UnsupportedDevice as error:
        return Checked(findings=(of_error(error, "before_slp"),), change=Change())
    return Checked(findings=preflight(facts), change=facts.change, udi=str(facts.state.udi))


def survey(controller: Controller, order: Order, *, whole: bool = False) -> Facts:
    """A device, what is wanted of it, and what this way in cannot do of that. ``whole``: its surroundings too."""
    facts = Facts(
        row=order.row,
        state=controller.state(),
        current=controller.configuration(),
        settings=order.settings,
        plans=order.plans,
        now=datetime.now(UTC),
        way=controller.way,
        user=controller.user,
        unseen=frozenset(key for key in KEYS if controller.cannot(f"configure:{key}")),
    )
    if whole:
        facts = replace(facts, surroundings=controller.surroundings())
    if "configure" not in order.plans.steps:
        return facts
    return replace(facts, impossible=impossible(controller, facts.change))


def impossible(controller: Controller, change: Change) -> dict[str, str]:
    """Key -> why this way in cannot set it to this value, of those that ``change`` sets."""
    wanted = {key: after for key, (_before, after) in change.settings.items()}
    if change.passwords:
        wanted.setdefault("users", None)
    reasons = {key: controller.cannot(f"configure:{key}", value=value) for key, value in wanted.items()}
    return {key: reason for key, reason in reasons.items() if reason}


def stop(host: str, findings: Iterable[Finding]) -> None:
    """Raise DeviceError when something refuses; the first reason's remedy is the next step."""
    stops = refused(findings)
    if stops:
        reasons = "; ".join(finding.reason for finding in stops)
        remedy = next((finding.remedy for finding in stops if finding.remedy), "")
        raise DeviceError(f"refused, nothing was changed: {reasons}", host=host, remedy=remedy)
