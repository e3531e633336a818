# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed before, in the middle of, or after any step on the disk; the next run goes on."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive

from tests.unit.archive._samples import A, B, ack, add_ack, add_usage, states, ticket, usage

STEPS = ("open", "write", "fsync", "rename", "mkdir", "close", "ftruncate")


def whole_job(root: Path) -> None:
    """Collect, submit, poll, install; each step only if the ledger does not say that it was done."""
    folder = Archive(root).pi(A)
    add_usage(folder, 1, 2, standby=B)
    todo = folder.state().unsubmitted()
    if todo:
        sha256 = next(iter(todo.values())).sha256
        folder.record_submitting(todo, sha256, "nonce")
        folder.record_submitted(todo, ticket(), sha256)
    for waiting in folder.state().open_tickets:
        add_ack(folder, "[covered]", folder.state().reports_of(waiting))
    for entry in folder.state().uninstalled():
        folder.record_installed(entry.sha256, {})


def killed(job: Callable[[Path], None], root: Path, step: int, when: str) -> bool:
    """Run the job in a child that kills itself at that step; whether it came so far."""
    child = os.fork()
    if not child:
        status = 1
        try:
            _arm(step, when)
            job(root)
            status = 0
        finally:
            os._exit(status)
    _unused, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _arm(step: int, when: str) -> None:
    counter = itertools.count()

    def watched(name: str) -> Callable[..., Any]:
        call = getattr(os, name)

        def wrapper(*args: Any, **options: Any) -> Any:
            here = next(counter) == step
            if here and when == "middle" and name == "write":
                call(args[0], args[1][: len(args[1]) // 2])
            if here and when != "after":
                os.kill(os.getpid(), signal.SIGKILL)
            result = call(*args, **options)
            if here:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return wrapper

    for name in STEPS:
        setattr(os, name, watched(name))


def steps() -> Iterator[int]:
    """More than any job has; the tests stop where the child was not killed any more."""
    yield from range(1000)


@pytest.mark.parametrize("when", ["before", "middle", "after"])
def test_the_next_run_goes_on_wherever_the_last_one_was_killed(tmp_path: Path, when: str) -> None:
    for step in steps():
        root = tmp_path / str(step)
        if not killed(whole_job, root, step, when):
            break
        whole_job(root)
        folder = Archive(root).pi(A)
        state = folder.state()
        assert states(folder) == {1: "installed", 2: "installed"}, step
        assert [folder.usage_data(entry) for entry in state.usages] == [usage(1, 2, standby=B)[0]], step
        assert [folder.ack_data(entry) for entry in state.acks] == [ack("[covered]")[0]], step
        events = [event["event"] for event in folder.ledger.read()]
        assert events.count("submitted") == events.count("collected") == 1, step
        assert Archive(root).pi(B).path == folder.path, step
    assert step > 60


def test_killed_again_and_again_it_still_gets_there(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    for step in (5, 30, 17, 3, 40, 9, 22, 25, 11, 60):
        killed(whole_job, root, step, "middle")
    whole_job(root)
    folder = Archive(root).pi(A)
    assert states(folder) == {1: "installed", 2: "installed"}
    assert not list(root.rglob("*.tmp"))
