# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trust codes by ID token on one product instance (cli.md 5.0.2, 5.3)."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import Topology
from ansible_collections.c9800.slp.plugins.module_utils.slp.trigger import Mark, Progress, Verdict
from ansible_collections.c9800.slp.plugins.module_utils.slp.trust import check_token, decide_trust, look_trust

from .controller import Controller
from .trigger import Sleep, Triggered, look, looked, mark_of, refuse_way, settled, wait_for

_MASK = "********"


def install_trust(
    controller: Controller,
    row: Topology,
    *,
    token: str = "",
    force: bool = False,
    replace_factory: bool = False,
    wait: float = 0,
    poll: float = 15,
    check: bool = False,
    sleep: Sleep = time.sleep,
) -> Triggered:
    """Have the device ask for trust codes where it lacks some. Without ``wait`` they come after this returns."""
    word = check_token(token) if token else ""
    state = controller.state()
    decision = decide_trust(
        row, state, now=datetime.now(UTC), token=bool(word), force=force, replace_factory=replace_factory
    )
    done = settled(state, decision, host=controller.host)
    if done is not None:
        return done
    if decision.verdict is Verdict.WAIT:
        return _awaited(controller, row, mark_of(controller, state), wait=wait, poll=poll, sleep=sleep)
    refuse_way(controller, "trust")
    scope = "all" if decision.everywhere else "local"
    planned = Triggered(
        state=state,
        outcome="would_install",
        message=f"{decision.reason}; would install trust codes by the ID token",
        changed=True,
        command=f"license smart trust idtoken {_MASK} {scope}{' force' if decision.force else ''}",
    )
    if check:
        return planned
    mark = mark_of(controller, state, renew=decision.force)
    _send(controller, word, everywhere=decision.everywhere, force=decision.force)
    if wait <= 0:
        message = f"{decision.reason}; asked CSSM for trust codes"
        return replace(planned, outcome="pending", message=message, pending=True, satisfied=False, since=mark)
    result = _awaited(controller, row, mark, wait=wait, poll=poll, sleep=sleep)
    return replace(result, changed=True, command=planned.command)


def look_at_trust(controller: Controller, row: Topology, since: Mark) -> Triggered:
    """What has come of an earlier trigger. Raises ``DeviceError`` with the reason that the device gives."""
    state, progress = _look(controller, row, since)
    return looked(state, progress, host=controller.host, since=since)


def _awaited(controller: Controller, row: Topology, mark: Mark, *, wait: float, poll: float, sleep: Sleep) -> Triggered:
    if wait <= 0:
        return look_at_trust(controller, row, mark)
    return wait_for(
        lambda: _look(controller, row, mark), host=controller.host, since=mark, wait=wait, poll=poll, sleep=sleep
    )


def _look(controller: Controller, row: Topology, since: Mark) -> tuple[LicenseState, Progress]:
    return look(controller, since, lambda state, lines: look_trust(state, since, lines, row))


def _send(controller: Controller, token: str, *, everywhere: bool, force: bool) -> None:
    """Errors may quote the command; the token is taken out of them (design, rule 7)."""
    try:
        controller.trust(token, everywhere=everywhere, force=force)
    except SlpError as error:
        for name in ("what", "cause", "remedy", "subject"):
            setattr(error, name, getattr(error, name).replace(token, _MASK))
        error.args = (error.what,)
        error.__context__ = error.__cause__ = None
        raise
