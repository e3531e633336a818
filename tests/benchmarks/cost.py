# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command costs, with everything that it starts: wall and CPU seconds, peak memory. Linux only."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
_SAMPLE_SECONDS = 0.25


@dataclass(frozen=True)
class Cost:
    """``memory`` is the largest sum of anonymous memory seen, MB; a page that processes share is counted once."""

    wall: float
    cpu: float
    memory: float
    processes: int


class Failed(Exception):
    """The command did not succeed; the text is what it printed last."""


def become_reaper() -> None:
    """Daemons that a command leaves behind (network_cli makes them) become children of this process and are counted."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def run(command: Sequence[str], environment: Mapping[str, str], directory: Path, *, memory: bool = True) -> Cost:
    """Run in ``directory`` to the end; what the command leaves running is ended and counted. First: ``become_reaper``.

    ``memory`` False leaves the sampling out. Raises Failed.
    """
    others = _children(os.getpid())
    started = time.monotonic()
    output = directory / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        most, count, pause = 0.0, 1, _SAMPLE_SECONDS if memory else 0.02
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(pause)
            if memory:
                tree = _tree(others)
                most, count = max(most, sum(map(_anonymous, tree))), max(count, len(tree))
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime + _reap(others)
    if process.returncode:
        raise Failed(f"{' '.join(command)}: exit code {process.returncode}\n{output.read_text()[-3000:]}")
    return Cost(wall, cpu, most / 1024, count)


def _reap(others: set[int]) -> float:
    """End and await what was left behind; its CPU seconds."""
    seconds = 0.0
    while left := _children(os.getpid()) - others:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            _pid, _status, usage = os.wait4(pid, 0)
            seconds += usage.ru_utime + usage.ru_stime
    return seconds


def _tree(others: set[int]) -> list[int]:
    """The descendants of this process, without ``others`` and theirs."""
    parents = _parents()
    found: list[int] = []
    todo = [pid for pid, parent in parents.items() if parent == os.getpid() and pid not in others]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += [child for child, parent in parents.items() if parent == pid]
    return found


def _children(pid: int) -> set[int]:
    return {child for child, parent in _parents().items() if parent == pid}


def _parents() -> dict[int, int]:
    """The parent of every process of this machine."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            found[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    return found


def _anonymous(pid: int) -> float:
    """kB, each page divided by the number of processes that share it."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return float(line.split()[1])
    return 0.0


def table(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The first column to the left, the others to the right; numbers with the digits that mean something."""
    cells = [list(titles), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(titles))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    return "" if value is None else str(value)
