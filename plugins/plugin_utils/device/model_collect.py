# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collect like a CSLU that pulls: by native REST, by an operation of the model and SCP, or by the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive

from .collect import LOCK_TIMEOUT, CollectResult, collect
from .doors import Doors
from .methods import Done, Method, UnavailableError, first_that_is_there
from .pull_model import ByModel
from .pull_service import ByService
from .puller import Order, blank, would_collect
from .trust_request import not_needed, trust_request


def collect_by(doors: Doors, archive: Archive, order: Order, *, method: Method, check: bool) -> Done[CollectResult]:
    """By the first method that is there. Whatever fails, no report is lost: none is deleted on the device, only the
    file that it saved, and that after the archive has it.
    """

    def model(name: Literal["netconf", "restconf"]) -> Callable[[], CollectResult]:
        return lambda: ByModel(doors, doors.door(name), archive, order).run(check=check)

    return first_that_is_there(
        doors,
        method,
        {
            "rest": lambda: ByService(doors, archive, order).run(check=check),
            "netconf": model("netconf"),
            "restconf": model("restconf"),
            "cli": lambda: _by_cli(doors, archive, order, named=method == "cli", check=check),
        },
    )


def _by_cli(doors: Doors, archive: Archive, order: Order, *, named: bool, check: bool) -> CollectResult:
    return collect(
        doors.door("cli") if named else doors.cli(),
        archive,
        scope=order.scope,
        days=order.days,
        rum_id=order.rum_id,
        filesystem=order.filesystem,
        transfer=order.transfer,
        keep=order.keep,
        facts=order.facts,
        max_age=order.max_age,
        take_over=order.take_over,
        check=check,
    )


def trust_request_by(doors: Doors, archive: Archive, order: Order, *, force: bool, check: bool) -> CollectResult:
    """A trust code request, by the way in of the task; by the command line where that cannot and this may."""
    if doors.own == "cli":
        return _typed_request(doors, archive, order, force=force, check=check)
    try:
        return _request_by_model(doors, archive, order, force=force, check=check)
    except UnavailableError:
        if not doors.types:
            raise
    return _typed_request(doors, archive, order, force=force, check=check)


def _typed_request(doors: Doors, archive: Archive, order: Order, *, force: bool, check: bool) -> CollectResult:
    return trust_request(doors.cli(), archive, filesystem=order.filesystem, facts=order.facts, force=force, check=check)


def _request_by_model(doors: Doors, archive: Archive, order: Order, *, force: bool, check: bool) -> CollectResult:
    puller = ByModel(doors, doors.model(), archive, order)
    state = puller.controller.state()
    puller.refuse(state, "trust_request")
    folder = puller.begin(state, ())
    reason = not_needed(state, folder)
    if reason and not force:
        return replace(blank(state), outcome="not_needed", message=reason)
    if check:
        return replace(would_collect(blank(state)), message="would save and archive a trust request")
    with folder.locked(LOCK_TIMEOUT):
        result = puller.take(state, folder, "trust", yang.requests.trust_request_save)
    if result.outcome == "collected" and result.usage is not None:
        return replace(result, message=f"archived a trust request of {result.usage.size} octets")
    return result
