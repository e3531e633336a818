# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many workers, processes and threads, at one archive."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive

from tests.unit.archive._samples import A, B, add_ack, add_usage, states, usage

SPAWN = multiprocessing.get_context("spawn")
WORKERS = 4
OWN = 6  # files that each worker has alone


def hammer(root: Path, worker: int) -> None:
    """One worker of several: some files are its own, some all of them bring; half of them see the other unit active."""
    udi, standby = (A, B) if worker % 2 else (B, A)
    archive = Archive(root)
    for number in range(OWN):
        mine = 1000 * (worker + 1) + number
        add_usage(archive.pi(udi), mine, udi=udi, standby=standby)
        add_usage(archive.pi(A), 1, number + 2, standby=B)
        add_ack(archive.pi(udi), [{"report_id": mine}], [mine])


def check(root: Path) -> None:
    archive = Archive(root)
    (folder,) = archive.pis()
    assert archive.pi(A).path == archive.pi(B).path == folder.path
    own = {1000 * (worker + 1) + number for worker in range(WORKERS) for number in range(OWN)}
    shared = set(range(1, OWN + 2))
    assert states(folder) == {**dict.fromkeys(own, "acknowledged"), **dict.fromkeys(shared, "collected")}
    state = folder.state()
    assert len(state.usages) == len({entry.sha256 for entry in state.usages}) == WORKERS * OWN + OWN
    for entry in state.usages:
        assert len(folder.usage_data(entry)) == entry.size
    for line in folder.ledger.path.read_bytes().splitlines():
        assert "event" in json.loads(line)


def test_processes_lose_nothing(tmp_path: Path) -> None:
    workers = [SPAWN.Process(target=hammer, args=(tmp_path, number)) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    check(tmp_path)


def test_threads_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        for result in [pool.submit(hammer, tmp_path, number) for number in range(WORKERS)]:
            result.result()
    check(tmp_path)


def hold(root: Path, ready: Connection) -> None:
    with Archive(root).pi(A).locked():
        ready.send(os.getpid())
        time.sleep(600)


def test_the_lock_vanishes_with_a_killed_process(tmp_path: Path) -> None:
    here, there = SPAWN.Pipe()
    holder = SPAWN.Process(target=hold, args=(tmp_path, there))
    holder.start()
    pid = here.recv()
    folder = Archive(tmp_path).pi(A)
    with pytest.raises(ArchiveError, match=rf"in use by another run.*process {pid} on"), folder.locked(timeout=0.05):
        pass
    assert folder.state().usages == []  # looking is free
    holder.kill()
    holder.join()
    add_usage(folder, 1)
    assert states(folder) == {1: "collected"}


def in_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_the_lock_is_a_threads_own_and_may_be_nested(tmp_path: Path) -> None:
    folder = Archive(tmp_path).pi(A)
    refused = []

    def other() -> None:
        try:
            with Archive(tmp_path).pi(A).locked(timeout=0.05):
                pass
        except ArchiveError as error:
            refused.append(str(error))

    with folder.locked():
        with folder.locked(timeout=0):
            add_usage(folder, 1)
        in_thread(other)  # leaving the inner one has not let go
    assert len(refused) == 1
    in_thread(other)
    assert len(refused) == 1


def try_lock(root: Path, answer: Connection) -> None:
    try:
        with Archive(root).pi(A).locked(timeout=0):
            answer.send("taken")
    except ArchiveError:
        answer.send("refused")


def test_a_thread_that_waits_in_vain_does_not_let_other_processes_in(tmp_path: Path) -> None:
    """POSIX: whoever closes any handle of a locked file in the process that holds it lets go."""
    folder = Archive(tmp_path).pi(A)
    refused = []

    def wait_in_vain() -> None:
        try:
            with folder.locked(timeout=0):
                pass
        except ArchiveError as error:
            refused.append(str(error))

    with folder.locked():
        in_thread(wait_in_vain)
        here, there = SPAWN.Pipe()
        other = SPAWN.Process(target=try_lock, args=(tmp_path, there))
        other.start()
        assert here.recv() == "refused"
        other.join()
    assert "another thread of this process" in refused[0]


def test_a_forked_worker_does_not_inherit_the_lock(tmp_path: Path) -> None:
    folder = Archive(tmp_path).pi(A)
    with folder.locked():
        child = os.fork()
        if not child:
            status = 1
            try:
                with folder.locked(timeout=0.05):
                    status = 2
            except ArchiveError:
                status = 0
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert usage(1)[1].report_ids == (1,)
