# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed with SIGKILL at every step, the next run finishes; nothing is lost, nothing is submitted twice (design 3.6).

The mock targets hang at the step in question, so that the run is killed exactly there, with all its workers.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .conftest import Control, World

COLLECT, SUBMIT, INSTALL = "c9800.slp.airgap_collect", "c9800.slp.airgap_submit", "c9800.slp.airgap_install"


def device(number: int, **more: Any) -> dict[str, Any]:
    return {
        "name": f"wlc{number}",
        "serial": f"9SIM000002{number}",
        "release": "17.12.4",
        "aps": 3,
        "waiting_reports": 6,
        "transport": "off",
        "smart_account": "example.com",
        # Two calls to CSSM, so that one may be answered and the other not.
        "virtual_account": "Campus" if number < 3 else "Branch",
        **more,
    }


FLEET = [
    device(1),
    device(2, platform="C9800-40", serial="TTM0000A021", standby_serial="TTM0000A022", release="17.9.5"),
    device(3, platform="EWC-AP", serial="KWC0000D021"),
    device(4),
]
HOSTS = [str(entry["name"]) for entry in FLEET]


def hang(target: str, match: str, **more: Any) -> dict[str, Any]:
    return {"target": target, "match": match, "action": "hang", "times": 1, **more}


COLLECT_STEPS = {
    "before the save": hang("wlc1", "^license smart save usage"),
    "after the save": hang("wlc2", r"^(dir|verify /md5) \S*slp-"),
    "during the fetch": hang("wlc3", "^more ", after=700),
    "after the archive, before the file is removed": hang("wlc4", "^delete "),
}
SUBMIT_STEPS = {
    "before the submission": hang("cssm", "report-usage"),
    "after the submission, before its ticket arrived": hang("cssm", "report-usage", after="accepted"),
    "after the submission, before the poll": hang("cssm", "/poll"),
    "after the poll, before its answer arrived": hang("cssm", "/poll", after="accepted"),
}
INSTALL_STEPS = {
    "while the ACK is put on the device": hang("wlc1", "^(scp|tclsh)"),
    "before the import": hang("wlc2", "^dir "),
    "after the import, before its answer arrived": hang("wlc3", "^license smart import", after=9),
    "after the import, before the file is removed": hang("wlc4", "^delete "),
}


@dataclass
class Site:
    """Both sides of an air gap."""

    world: World
    inside: Control
    outside: Control

    def side(self, playbook: str) -> Control:
        return self.outside if playbook == SUBMIT else self.inside

    def run(self, *playbooks: str) -> None:
        for playbook in playbooks:
            done = self.side(playbook).play(playbook)
            assert done.code == 0, done.output

    def kill(self, playbook: str, steps: dict[str, dict[str, Any]]) -> None:
        """Run until every step hangs, and kill the run there."""
        self.world.control("POST", "/faults", list(steps.values()))
        side = self.side(playbook)
        run = side.start(playbook)
        limit = time.monotonic() + 60
        try:
            while open_steps := self.world.control("GET", "/faults"):  # a fault is gone when it has happened
                missing = [fault["match"] for fault in open_steps]
                assert run.poll() is None, f"ended before {missing}:\n{run.communicate()[0]}"
                assert time.monotonic() < limit, f"never reached {missing}"
                time.sleep(0.05)
        finally:
            kill(side)
            run.wait(timeout=10)
            self.world.clear_faults()


def kill(side: Control) -> None:
    """SIGKILL for the run and its workers, which are sessions of their own since ansible-core 2.19."""
    own = {os.getpid(), os.getppid()}
    while alive := running(side) - own:
        for pid in alive:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.05)


def running(side: Control) -> set[int]:
    found = subprocess.run(["pgrep", "-f", f"ansible-playbook.*{side.archive}"], capture_output=True, check=False)
    return {int(pid) for pid in found.stdout.split()}


@pytest.fixture
def site(start_world: Callable[..., World], make_control: Callable[[str], Control], tmp_path: Path) -> Site:
    world = start_world(FLEET)
    inside, outside = make_control("inside"), make_control("outside")
    for control in (inside, outside):
        control.use_mock_fleet(world)
        control.stick = tmp_path / "stick"
        control.variables = {"collect_max_age": 0, "collect_transfer": "cli"}
    return Site(world, inside, outside)


def offered(world: World) -> dict[str, dict[str, int]]:
    """By product instance and report, how often CSSM was given it."""
    return {
        udi: {number: report["offered"] for number, report in reports.items()}
        for udi, reports in world.control("GET", "/cssm")["reports"].items()
    }


def waiting(world: World, name: str) -> set[int]:
    """The closed reports that nobody has acknowledged."""
    return {r["report_id"] for r in world.device(name)["reports"] if r["state"] not in ("OPEN", "ACK")}


def test_the_next_run_finishes_after_a_kill_at_every_step(site: Site) -> None:
    world = site.world
    owed = {name: waiting(world, name) for name in HOSTS}

    site.kill(COLLECT, COLLECT_STEPS)
    site.run(COLLECT)
    for name, fault in SUBMIT_STEPS.items():
        site.kill(SUBMIT, {name: fault})
    site.run(SUBMIT)
    site.kill(INSTALL, INSTALL_STEPS)
    # What CSSM took without our learning its ticket comes back with the next report.
    site.run(INSTALL, COLLECT, SUBMIT, INSTALL)

    for name, numbers in owed.items():
        assert numbers, "there was something to lose"
        assert not numbers & waiting(world, name), f"{name} still waits for ACKs"
        assert [file for file in world.device(name)["files"] if "slp-" in file] == []
    given = offered(world)
    assert len(given) == len(FLEET)
    # Only what was given without an answer has to be given again, for CSSM to say that it has it already.
    again = {udi for udi, reports in given.items() if set(reports.values()) != {1}}
    assert len(again) == 2, given
    for control in (site.inside, site.outside):
        assert list(control.archive.rglob("*.tmp")) == []


def test_a_killed_run_leaves_no_lock(site: Site) -> None:
    site.kill(COLLECT, COLLECT_STEPS)
    assert running(site.inside) == set(), "the premise: nothing of the run is left that could go on"
    started = time.monotonic()
    site.run(COLLECT)
    assert time.monotonic() - started < 20
