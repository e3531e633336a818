# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mock targets in a process of their own, for clients that are none of ours."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]
MOCK = "ansible_collections.c9800.slp.plugins.plugin_utils.mock"
FLEET = [
    {"name": "admin15", "serial": "9SIM0000001", "release": "17.12.4", "aps": 12, "waiting_reports": 3},
    {
        "name": "user1",
        "serial": "9SIM0000002",
        "release": "17.9.5",
        "privilege": 1,
        "enable_password": "Sim-Enable-1",
        "hostname": "wireless-controller-with-a-long-name",
    },
    {"name": "small", "serial": "9SIM0000003", "flash_free": 16384},
    *(
        {
            "name": f"yang-{release}",
            "serial": f"9SIM000001{number}",
            "standby_serial": f"9SIM000002{number}",
            "platform": "C9800-40",
            "release": release,
            "aps": 3,
            "waiting_reports": 4,
            "factory_trust": True,
            "services": ["netconf", "restconf", "rest"],
            "transport": "smart",
        }
        for number, release in enumerate(("17.3.4", "17.4.1", "17.6.5", "17.9.5", "17.12.4", "17.15.3"))
    ),
]


class PeerWorld:
    """The devices by name, and what they were told."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.devices: dict[str, dict[str, Any]] = {device["name"]: device for device in facts["devices"]}
        self.known_hosts: str = facts["known_hosts"]
        self._control = facts["control"]

    def commands(self, name: str) -> list[str]:
        return [entry["line"] for entry in self._ask("GET", f"/log?target={name}")]

    def add_fault(self, **fault: Any) -> None:
        """See mock/faults.py."""
        self._ask("POST", "/faults", fault)

    def clear_faults(self) -> None:
        self._ask("DELETE", "/faults")

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self._control['url']}{path}",
            headers={"Authorization": f"Bearer {self._control['token']}"},
            method=method,
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read())


@pytest.fixture(scope="module")
def peer_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeerWorld]:
    runtime = tmp_path_factory.mktemp("mock")
    fleet = runtime / "fleet.json"
    fleet.write_text(json.dumps(FLEET))
    process = subprocess.Popen(
        [_python(), "-m", MOCK, "--runtime", str(runtime), "--fleet", str(fleet)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / ".tree")},
    )
    try:
        ready, limit = runtime / "world.json", time.monotonic() + 30
        while not ready.exists():
            assert process.poll() is None, f"the mock targets ended with {process.returncode}"
            assert time.monotonic() < limit, "the mock targets were not ready within 30 s"
            time.sleep(0.05)
        yield PeerWorld(json.loads(ready.read_text()))
    finally:
        process.terminate()
        process.wait(timeout=10)


def run_playbook(
    directory: Path, hosts: Mapping[str, Any], at: str, tasks: Sequence[Mapping[str, Any]], **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the tasks at the host ``at`` of ``hosts`` (names and their variables), with the peers' own Ansible."""
    inventory, playbook = directory / "inventory.yml", directory / "play.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": dict(hosts)}}))
    playbook.write_text(yaml.safe_dump([{"hosts": at, "gather_facts": False, "tasks": list(tasks)}]))
    ansible = Path(sys.prefix) / "bin" / "ansible-playbook"
    own = {
        "PATH": f"{ansible.parent}:/usr/bin:/bin",
        "HOME": str(directory),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_CONFIG": str(REPOSITORY / "tests" / "ansible.cfg"),
        "ANSIBLE_HOME": str(directory / "ansible"),
        "ANSIBLE_PERSISTENT_CONNECT_TIMEOUT": "30",
    }
    return subprocess.run(
        [ansible, "-i", inventory, playbook],
        env=own | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _python() -> str:
    """The interpreter that has what the mock targets need: the environment of the peers need not."""
    own = REPOSITORY / ".venv" / "bin" / "python"
    if own.exists():
        return str(own)
    if importlib.util.find_spec("asyncssh") is None:
        pytest.skip("no Python with asyncssh for the mock targets: make setup")
    return sys.executable
