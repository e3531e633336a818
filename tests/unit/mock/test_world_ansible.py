# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module mock_target and the inventory plugin mock_fleet, as a user of Ansible runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import remote
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.target import Wanted, ensure_running, seconds

REPOSITORY = Path(__file__).parents[3]
FLEET = [
    {"name": "wlc1", "serial": "9SIM0000001", "password": "Canary-1", "virtual_account": "Lab 1"},
    {"name": "ewc1", "serial": "KWC0000D001", "platform": "EWC-AP", "release": "17.9.5", "aps": 2},
]


class Ansible:
    """A control node whose mock targets lie in ``runtime``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.runtime = directory / "mock"
        self.inventory = directory / "mock_fleet.yml"
        self.inventory.write_text("plugin: c9800.slp.mock_fleet\n")

    def run(self, program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        own = {
            "ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / ".tree"),
            "ANSIBLE_CONFIG": str(REPOSITORY / "tests/ansible.cfg"),
            "ANSIBLE_HOME": str(self.directory / "ansible"),
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
        }
        command = [str(Path(sys.executable).parent / program), *arguments]
        return subprocess.run(command, env=os.environ | own | environment, capture_output=True, text=True, check=False)

    def target(self, *flags: str, **arguments: Any) -> dict[str, Any]:
        text = json.dumps({"runtime_dir": str(self.runtime), **arguments})
        done = self.run("ansible", "-i", "localhost,", "-c", "local", "localhost", "-m", "c9800.slp.mock_target",
                        "-a", text, *flags)  # fmt: skip
        assert " => {" in done.stdout, done.stdout + done.stderr
        result = json.loads(done.stdout[done.stdout.index(" => {") + 4 :])
        result["failed"] = " FAILED! " in done.stdout
        assert "Canary" not in done.stdout + done.stderr
        return result

    def hosts(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("ansible-inventory", "-i", str(self.inventory), "--list", "--export", **environment)

    def inventoried(self, **environment: str) -> dict[str, Any]:
        done = self.hosts(**environment)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout, object_hook=lambda item: item.get("__ansible_unsafe", item))
        return found


@pytest.fixture
def ansible(tmp_path: Path) -> Iterator[Ansible]:
    found = Ansible(tmp_path)
    yield found
    remote.stop(found.runtime)


def test_life_of_mock_targets(ansible: Ansible) -> None:
    planned = ansible.target("--check", fleet=FLEET)
    assert (planned["changed"], planned["world"]) == (True, None)
    assert not ansible.runtime.exists(), "check mode starts nothing"

    started = ansible.target(fleet=FLEET, cssm={"policy": "default"})
    assert (started["changed"], started["state"]) == (True, "started")
    assert [device["name"] for device in started["world"]["devices"]] == ["wlc1", "ewc1"]
    world = remote.read_world(ansible.runtime)
    assert world
    assert world["devices"][0]["password"] == "Canary-1"
    assert remote.call(world, "GET", "/options")["policy"] == "default"

    again = ansible.target(fleet=FLEET)
    assert (again["changed"], again["world"]) == (False, started["world"])
    assert not ansible.target()["changed"], "what runs is kept"

    faults = [{"target": "cssm", "action": "status", "status": 500}]
    assert ansible.target("--check", fleet=FLEET, faults=faults)["changed"]
    assert remote.call(world, "GET", "/faults") == []
    assert ansible.target(fleet=FLEET, faults=faults)["changed"]
    assert [fault["status"] for fault in remote.call(world, "GET", "/faults")] == [500]
    assert not ansible.target(fleet=FLEET, faults=faults)["changed"]
    assert ansible.target(fleet=FLEET, faults=[])["changed"]

    before = remote.call(world, "GET", "/clock")["now"]
    advanced = ansible.target("--diff", fleet=FLEET, advance="400d", cssm={"nack": [7]})
    assert advanced["message"].endswith("configured, advanced by 34560000 s; 2 simulated devices")
    assert remote.call(world, "GET", "/clock")["now"][:4] > before[:4]
    diff = ensure_running(ansible.runtime, Wanted(fleet=FLEET, options={"nack": [8]}), check=True)
    assert (diff.before["options"]["nack"], diff.after["options"]["nack"]) == ([7], [8])

    reset = ansible.target(reset=True)
    assert reset["changed"]
    assert [device["name"] for device in reset["world"]["devices"]] == ["wlc1", "ewc1"]
    assert reset["world"]["pid"] != world["pid"]
    other = ansible.target(fleet="many:3")
    assert len(other["world"]["devices"]) == 3, "another fleet: started anew"

    assert ansible.target(state="stopped")["changed"]
    assert (ansible.runtime / "world.log").exists()
    assert not ansible.target(state="stopped")["changed"]
    assert ansible.target(state="absent")["changed"]
    assert not ansible.runtime.exists()
    assert not ansible.target(state="absent")["changed"]


def test_fleet_file_in_yaml(ansible: Ansible) -> None:
    file = ansible.directory / "fleet.yml"
    file.write_text("devices:\n  - name: wlc9\n    serial: 9SIM0000009\n")
    assert ansible.target(fleet=str(file))["world"]["devices"][0]["name"] == "wlc9"


def test_servers_of_a_fleet_and_what_is_done_at_them(ansible: Ansible) -> None:
    fleet = {"devices": FLEET, "targets": [{"kind": "proxy"}, {"kind": "gateway", "proxy": "proxy"}]}
    actions = [
        {"target": "cssm", "action": "create_token", "arguments": {"virtual_account": "Lab 1", "description": "Mine"}},
        {"target": "ewc1", "action": "set_aps", "arguments": {"aps": 5}},
    ]
    result = ansible.target("--diff", fleet=fleet, actions=actions)
    assert result["message"].endswith("started; 2 simulated devices and proxy, gateway")
    assert result["world"]["targets"]["gateway"]["hostname"] == "gateway.example.net"
    assert "names" not in result["world"]
    token, aps = result["actions"]
    assert (token["target"], token["action"], token["result"]["description"]) == ("cssm", "create_token", "Mine")
    assert "token" not in token["result"]
    assert aps["result"]["aps"] == 5
    again = ansible.target(fleet=fleet)
    assert (again["changed"], again["actions"]) == (False, [])
    planned = ansible.target("--check", fleet=fleet, actions=actions)
    assert (planned["changed"], planned["actions"]) == (True, [])
    file = ansible.directory / "fleet.yml"
    file.write_text("devices:\n  - {name: a, serial: 9SIM1}\ntargets:\n  - kind: proxy\n    port: 8080\n")
    assert ansible.target(fleet=str(file))["world"]["targets"]["proxy"]["proxy_port"] == 8080


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"fleet": {"devices": FLEET, "servers": []}}, "devices and targets, not servers"),
        ({"fleet": {"devices": FLEET, "targets": [{"kind": "router"}]}}, "'router' is none of"),
        ({"actions": [{"target": "cssm"}]}, "an action has a target"),
        ({"fleet": "nowhere"}, "neither demo, nor many:N, nor a file"),
        ({"fleet": []}, "a fleet is a list of devices"),
        ({"advance": "soon"}, "is no duration"),
        ({"cssm": {"polcy": "none"}}, "unknown CSSM option polcy"),
        ({"faults": [{"action": "explode"}]}, "explode"),
        ({"faults": [{"act": "hang"}]}, "not a fault"),
        ({"runtime_dir": ""}, "no runtime directory"),
    ],
)
def test_bad_arguments_start_nothing(ansible: Ansible, arguments: dict[str, Any], told: str) -> None:
    result = ansible.target(**arguments)
    assert result["failed"]
    assert told in result["msg"]
    assert not ansible.runtime.exists()


@pytest.mark.parametrize(
    ("text", "value"), [("90d", 7776000), ("12h", 43200), ("1.5 m", 90), ("2w", 1209600), ("7", 7), ("3s", 3)]
)
def test_durations(text: str, value: float) -> None:
    assert seconds(text) == value


def test_inventory(ansible: Ansible) -> None:
    ansible.target(fleet=FLEET)
    found = ansible.inventoried(SLP_MOCK_RUNTIME_DIR=str(ansible.runtime))
    assert sorted(found["controllers"]["hosts"]) == ["ewc1", "wlc1"]
    assert found["c9800_cl"]["hosts"] == ["wlc1"]
    assert found["ewc_ap"]["hosts"] == found["release_17_9_5"]["hosts"] == ["ewc1"]
    world = remote.read_world(ansible.runtime)
    assert world
    host = found["_meta"]["hostvars"]["wlc1"]
    assert (host["ansible_connection"], host["ansible_port"]) == ("c9800.slp.cli", world["devices"][0]["port"])
    assert (host["slp_topology"], host["slp_smart_account"]) == ("offline", "example.com")
    assert host["slp_virtual_account"] == "Lab 1"
    common = found["all"]["vars"]
    assert common["slp_cssm_base_url"] == world["cssm"]["base_url_software_apis"]
    assert common["slp_cssm_client_secret"] == world["cssm"]["client_secret"]
    ansible.inventory.write_text(f"plugin: c9800.slp.mock_fleet\nruntime_dir: {ansible.runtime}\ncssm_profile: swapi\n")
    assert ansible.inventoried()["all"]["vars"]["slp_cssm_base_url"] == world["cssm"]["base_url_swapi"]


def test_inventory_without_mock_targets(ansible: Ansible) -> None:
    failed = ansible.hosts(SLP_MOCK_RUNTIME_DIR=str(ansible.runtime))
    assert failed.returncode != 0
    assert f"no mock targets run in {ansible.runtime}" in failed.stderr
    assert "neither runtime_dir nor SLP_MOCK_RUNTIME_DIR is set" in ansible.hosts(SLP_MOCK_RUNTIME_DIR="").stderr
    ansible.inventory.write_text("plugin: c9800.slp.mock_fleet\nrequired: false\n")
    assert ansible.inventoried(SLP_MOCK_RUNTIME_DIR=str(ansible.runtime))["_meta"]["hostvars"] == {}
