# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Have one product instance report now, and see whether its report leaves and its ACK comes (cli.md 2.2, 5)."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.module_utils.slp.sync import decide_sync, look_sync, waited_for
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import Topology
from ansible_collections.c9800.slp.plugins.module_utils.slp.trigger import Decision, Mark, Progress, Verdict

from .controller import Controller
from .trigger import TECH_SUPPORT, Sleep, Triggered, look, looked, mark_of, refuse_way, settled, wait_for

_STATUS = "show license status"


def sync(
    controller: Controller,
    row: Topology,
    *,
    max_age: float = 86400,
    force: bool = False,
    wait: float = 0,
    poll: float = 15,
    check: bool = False,
    sleep: Sleep = time.sleep,
) -> Triggered:
    """Trigger one report, unless one younger than ``max_age`` seconds is acknowledged or on its way."""
    state = _state(controller)
    oldest = timedelta(seconds=max_age)
    decision = decide_sync(row, state, now=datetime.now(UTC), max_age=oldest, force=force)
    if decision.verdict in (Verdict.ALREADY, Verdict.WAIT):  # unless an attempt has failed since
        state = replace(state, communication=controller.state(TECH_SUPPORT).communication)
        decision = decide_sync(row, state, now=datetime.now(UTC), max_age=oldest, force=force)
    done = settled(state, decision, host=controller.host)
    if done is not None:
        return done
    waiting = decision.verdict is Verdict.WAIT
    if not waiting:
        refuse_way(controller, "sync")
    command = "" if waiting else f"license smart sync {'all' if decision.everywhere else 'local'}"
    if check and not waiting:
        message = f"would have the device {decision.reason}"
        return Triggered(
            state=state, outcome="would_sync", message=message, changed=True, command=command, notes=decision.notes
        )
    mark = mark_of(controller, state)
    if waiting:
        mark = waited_for(mark)
    else:
        controller.sync(everywhere=decision.everywhere)
    if wait <= 0 and not waiting:
        return _told(state, decision, mark, command)
    result = (
        wait_for(
            lambda: _look(controller, row, mark), host=controller.host, since=mark, wait=wait, poll=poll, sleep=sleep
        )
        if wait > 0
        else looked(state, look_sync(state, mark, (), row), host=controller.host, since=mark)
    )
    return replace(result, changed=not waiting, command=command, notes=(*decision.notes, *result.notes))


def look_at_sync(controller: Controller, row: Topology, since: Mark) -> Triggered:
    """What has come of an earlier trigger. Raises ``DeviceError`` with the reason that the device gives."""
    state, progress = _look(controller, row, since)
    return looked(state, progress, host=controller.host, since=since)


def _state(controller: Controller) -> LicenseState:
    """The models have no date of the last report: where the command line may be used, it tells."""
    state = controller.state()
    if state.tells("reporting.last_push") or controller.cannot("sync"):
        return state
    return controller.state(_STATUS)


def _told(state: LicenseState, decision: Decision, mark: Mark, command: str) -> Triggered:
    return Triggered(
        state=state,
        outcome="pending",
        message="told the device to report",
        changed=True,
        pending=True,
        satisfied=False,
        since=mark,
        command=command,
        notes=decision.notes,
    )


def _look(controller: Controller, row: Topology, since: Mark) -> tuple[LicenseState, Progress]:
    return look(controller, since, lambda state, lines: look_sync(state, since, lines, row), read=_state)
