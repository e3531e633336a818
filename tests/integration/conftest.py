# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real playbooks against real sockets: the mock targets in a process of their own, ansible-playbook in another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from .lab import Lab, Tasks

REPOSITORY = Path(__file__).parents[2]
TREE = REPOSITORY / ".tree"
MOCK = "ansible_collections.c9800.slp.plugins.plugin_utils.mock"


@dataclass
class World:
    """The running mock targets and a client of their control interface."""

    runtime: Path
    process: subprocess.Popen[bytes]
    facts: dict[str, Any] = field(default_factory=dict)

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            self.facts["control"]["url"].rstrip("/") + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.facts['control']['token']}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read() or b"null")

    def device(self, name: str) -> dict[str, Any]:
        return self.control("GET", f"/devices/{name}")

    def log(self, target: str) -> list[Any]:
        return self.control("GET", f"/log?target={target}")

    def fault(self, **fault: Any) -> None:
        self.control("POST", "/faults", fault)

    def clear_faults(self) -> None:
        self.control("DELETE", "/faults")

    def advance(self, **duration: float) -> None:
        seconds = sum(value * {"days": 86400, "hours": 3600, "seconds": 1}[unit] for unit, value in duration.items())
        self.control("POST", "/clock", {"advance": seconds})


@contextmanager
def worlds(directory: Path) -> Iterator[Callable[..., World]]:
    """A function that starts mock targets, below ``directory``; all of them end with the block."""
    started: list[World] = []

    def start(fleet: str | Sequence[Mapping[str, Any]]) -> World:
        runtime = directory / f"mock{len(started)}"
        runtime.mkdir()
        source = fleet if isinstance(fleet, str) else str(runtime / "fleet.json")
        if not isinstance(fleet, str):
            Path(source).write_text(json.dumps(list(fleet)))
        command = [sys.executable, "-m", MOCK, "--runtime", str(runtime), "--fleet", source]
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(TREE)})
        world = World(runtime, process)
        started.append(world)
        ready, limit = runtime / "world.json", time.monotonic() + 30
        while not ready.exists():
            assert process.poll() is None, f"the mock targets ended with {process.returncode}"
            assert time.monotonic() < limit, "the mock targets did not get ready within 30 s"
            time.sleep(0.05)
        world.facts = json.loads(ready.read_text())
        return world

    try:
        yield start
    finally:
        for world in started:
            world.process.terminate()
            world.process.wait(timeout=10)


@pytest.fixture
def start_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Start mock targets with a fleet given by its devices' specifications, or by the name of a built-in fleet."""
    with worlds(tmp_path) as start:
        yield start


@dataclass
class Run:
    """What a playbook run left: its exit code, what it printed, and the results of its tasks by host."""

    code: int
    output: str
    plays: list[dict[str, Any]]

    def results(self, task: str) -> dict[str, dict[str, Any]]:
        """By host, the results of the task whose name begins so or ends so (roles put their name in front)."""
        return {
            host: result
            for play in self.plays
            for entry in play["tasks"]
            if entry["task"]["name"].startswith(task) or entry["task"]["name"].endswith(task)
            for host, result in entry["hosts"].items()
        }


class Control:
    """A control node: its inventory, archive, bundles, and ansible-playbook.

    ``variables`` are extra variables of every run, ``settings`` its environment variables.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.archive = directory / "archive"
        self.stick = directory / "stick"
        self.inventory = directory / "inventory.yml"
        self.variables: dict[str, Any] = {}
        self.settings: dict[str, str] = {}

    def use_mock_fleet(self, world: World) -> None:
        source = {"plugin": "c9800.slp.mock_fleet", "runtime_dir": str(world.runtime)}
        self.inventory = self.directory / f"{world.runtime.name}.mock_fleet.yml"
        self.inventory.write_text(yaml.safe_dump(source))

    def set_host(self, host: str, **variables: Any) -> None:
        """What this control node believes of one host, whatever the inventory says."""
        file = self.inventory.parent / "host_vars" / f"{host}.yml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(yaml.safe_dump(variables))

    def environment(self) -> dict[str, str]:
        own = {
            "ANSIBLE_COLLECTIONS_PATH": str(TREE),
            "ANSIBLE_CONFIG": str(REPOSITORY / "tests/ansible.cfg"),
            "ANSIBLE_HOME": str(self.directory / "ansible"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "NO_COLOR": "1",
            "LC_ALL": "C.UTF-8",
        }
        return {**os.environ, **own, **self.settings}

    def command(self, playbook: str, *arguments: str, **variables: Any) -> list[str]:
        extra = {"slp_archive": str(self.archive), "slp_bundle_dir": str(self.stick), **self.variables, **variables}
        known = [] if not self.inventory.exists() else ["-i", str(self.inventory)]
        return ["ansible-playbook", *known, playbook, "-e", json.dumps(extra), *arguments]

    def start(self, playbook: str, *arguments: str, **variables: Any) -> subprocess.Popen[str]:
        """Start a run in a process group of its own, so that it can be killed whole."""
        return subprocess.Popen(
            self.command(playbook, *arguments, **variables),
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def play(self, playbook: str, *arguments: str, **variables: Any) -> Run:
        """Run to the end and keep the results of every task."""
        environment = {**self.environment(), "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"}
        record = self.directory / "run.json"
        record.unlink(missing_ok=True)
        environment.update(
            ANSIBLE_CALLBACK_PLUGINS=str(Path(__file__).parent / "callback_plugins"),
            ANSIBLE_CALLBACKS_ENABLED="record_results",
            RECORD_RESULTS=str(record),
        )
        done = subprocess.run(
            self.command(playbook, *arguments, **variables),
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        plays = json.loads(record.read_text())["plays"] if record.exists() else []
        return Run(done.returncode, done.stdout + done.stderr, plays)


@pytest.fixture
def make_control(tmp_path: Path) -> Callable[[str], Control]:
    def make(name: str) -> Control:
        directory = tmp_path / name
        directory.mkdir()
        return Control(directory)

    return make


@pytest.fixture
def make_lab(
    tmp_path: Path, start_world: Callable[..., World], make_control: Callable[[str], Control]
) -> Callable[..., Lab]:
    """A function that makes a lab of these devices and targets; ``options``: of the world (``POST /options``)."""

    def make(
        *devices: Mapping[str, Any], targets: Tasks | None = None, topology: str = "direct_smart", **options: Any
    ) -> Lab:
        fleet = {"devices": [{"topology": topology, **device} for device in devices], "targets": targets or []}
        source = tmp_path / "fleet.json"
        source.write_text(json.dumps(fleet))
        lab = Lab(start_world(str(source)), make_control("inside"), tmp_path)
        lab.world.control("POST", "/options", options)
        return lab

    return make
