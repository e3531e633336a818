# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operations share that trigger something on a device and look later what has come of it.

Neither ever repeats its trigger. A look may follow in the same task (``wait``), or in a later one, for which ``since``
is what the first one saw (design, rule 5: a fleet waits once, not once for each host).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import DeviceError
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.module_utils.slp.trigger import (
    Decision,
    Mark,
    Progress,
    Verdict,
    trust_count,
)

from .controller import Controller

TECH_SUPPORT = "show license tech support"
Judged = tuple[LicenseState, Progress]
Judge = Callable[[LicenseState, tuple[str, ...]], Progress]
Look = Callable[[], Judged]
Read = Callable[[Controller], LicenseState]
Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Triggered:
    """What was done and what is to come. ``command``: what was given or would be, without secrets."""

    state: LicenseState
    outcome: str
    message: str
    next_step: str = ""
    changed: bool = False
    pending: bool = False
    satisfied: bool = True
    since: Mark | None = None
    command: str = ""
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        reporting = self.state.reporting
        installed, total = trust_count(self.state)
        last_ack = reporting.last_ack if reporting else None
        last_push = reporting.last_push if reporting else None
        deadline = reporting.ack_deadline if reporting else None
        return {
            "changed": self.changed,
            "product_instance": str(self.state.udi),
            "outcome": self.outcome,
            "message": "; ".join([self.message, *self.notes]),
            "next_step": self.next_step,
            "pending": self.pending,
            "satisfied": self.satisfied,
            "since": self.since.as_dict() if self.since is not None else None,
            "trust": {"installed": installed, "udis": total},
            "last_ack": last_ack.iso if last_ack else None,
            "last_push": last_push.iso if last_push else None,
            "ack_deadline": deadline.iso if deadline else None,
        }


def looked(state: LicenseState, progress: Progress, *, host: str, since: Mark) -> Triggered:
    """The result of a look; a failure that the device tells of becomes an error."""
    if progress.failed:
        raise DeviceError(progress.reason, host=host, remedy=progress.remedy)
    return Triggered(
        state=state,
        outcome=progress.outcome,
        message=progress.reason,
        next_step="" if progress.satisfied and not progress.pending else progress.remedy,
        pending=progress.pending,
        satisfied=progress.satisfied,
        since=since,
        notes=progress.notes,
    )


def settled(state: LicenseState, decision: Decision, *, host: str) -> Triggered | None:
    """The result where nothing is to be triggered; None where something is. A refusal becomes an error."""
    if decision.verdict is Verdict.REFUSE:
        raise DeviceError(decision.reason, host=host, remedy=decision.remedy)
    if decision.verdict not in (Verdict.ALREADY, Verdict.NOT_NEEDED):
        return None
    return Triggered(
        state=state,
        outcome=decision.verdict.value,
        message=decision.reason,
        next_step=decision.remedy,
        notes=decision.notes,
    )


def refuse_way(controller: Controller, operation: str) -> None:
    """Say what a way in cannot do before anything is tried."""
    why = controller.cannot(operation)
    if why:
        raise DeviceError(
            f"this cannot be done by {controller.way}",
            host=controller.host,
            cause=why,
            remedy="Set slp_fallback: cli for this host, or ansible_connection: c9800.slp.cli",
        )


def mark_of(controller: Controller, state: LicenseState, *, renew: bool = False) -> Mark:
    """What is to be remembered before the trigger."""
    return Mark.of(state, controller.log(), renew=renew)


def look(controller: Controller, since: Mark, judge: Judge, *, read: Read | None = None) -> Judged:
    """Read and judge. While nothing has come of it and the log is silent, the counters of tech support are read too.

    ``read``: how the state was read that ``since`` is of; what two ways in print cannot be compared.
    """
    lines = since.new(controller.log())
    state = read(controller) if read is not None else controller.state()
    progress = judge(state, lines)
    if progress.outcome == "pending" and not progress.failed:
        state = replace(state, communication=controller.state(TECH_SUPPORT).communication)
        progress = judge(state, lines)
    return state, progress


def wait_for(
    looking: Look, *, host: str, since: Mark, wait: float, poll: float, sleep: Sleep = time.sleep
) -> Triggered:
    """Look every ``poll`` seconds for at most ``wait`` seconds; raises ``DeviceError`` when it has come to nothing."""
    ends = time.monotonic() + wait
    while True:
        state, progress = looking()
        left = ends - time.monotonic()
        if progress.failed or not progress.pending or left <= 0:
            break
        sleep(min(poll, left))
    result = looked(state, progress, host=host, since=since)
    if not result.satisfied and result.pending:
        raise DeviceError(f"{result.message} after {wait:g} s", host=host, remedy=result.next_step)
    return result
