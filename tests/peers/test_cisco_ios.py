# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""cisco.ios over ansible.netcommon's network_cli against a simulated device: facts, commands, configuration."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tests.peers.conftest import PeerWorld, run_playbook

pytest.importorskip(
    "ansible_collections.cisco.ios", reason="the package ansible is not installed: see requirements.txt"
)

pytestmark = pytest.mark.peer
LIBRARIES = {"libssh": "pylibsshext", "paramiko": "paramiko"}
LINES = ["license smart transport off", "license smart privacy hostname"]
TASKS: list[dict[str, Any]] = [
    {"name": "facts", "cisco.ios.ios_facts": {"gather_subset": ["min", "hardware", "config"]}},
    {
        "name": "command",
        "cisco.ios.ios_command": {
            "commands": [
                "show license status",
                "show license usage",
                {"command": "delete bootflash:none", "prompt": ["filename", "confirm"], "answer": ["\r", "\r"]},
            ],
            "wait_for": ["result[0] contains Utility"],
        },
        "ignore_errors": True,
    },
    {"name": "configure", "cisco.ios.ios_config": {"lines": LINES, "save_when": "modified"}},
    {"name": "configure again", "cisco.ios.ios_config": {"lines": LINES, "save_when": "changed"}},
    {
        "name": "below",
        "cisco.ios.ios_config": {"parents": "call-home", "lines": ["contact-email-addr ops@example.com"]},
    },
    {
        "name": "below again",
        "cisco.ios.ios_config": {"parents": "call-home", "lines": ["contact-email-addr ops@example.com"]},
    },
    {"name": "nonsense", "cisco.ios.ios_config": {"lines": ["license smart nonsense"]}, "ignore_errors": True},
    {"name": "save", "cisco.ios.ios_config": {"save_when": "always"}},
]


def play(world: PeerWorld, name: str, ssh_type: str, directory: Path) -> dict[str, dict[str, Any]]:
    """Run TASKS at a device; the results by task."""
    device = world.devices[name]
    variables = {
        "ansible_connection": "ansible.netcommon.network_cli",
        "ansible_network_os": "cisco.ios.ios",
        "ansible_network_cli_ssh_type": ssh_type,
        "ansible_host": device["address"],
        "ansible_port": device["port"],
        "ansible_user": device["username"],
        "ansible_password": device["password"],
        "ansible_become": True,
        "ansible_become_method": "enable",
        "ansible_become_password": device["enable_password"],
        "ansible_host_key_checking": False,
    }
    run = run_playbook(directory, {name: variables}, name, TASKS, ANSIBLE_STDOUT_CALLBACK="ansible.posix.json")
    assert run.stdout.lstrip().startswith("{"), run.stdout + run.stderr
    (result,) = json.loads(run.stdout)["plays"]
    results = {task["task"]["name"]: task["hosts"][name] for task in result["tasks"]}
    assert list(results) == [task["name"] for task in TASKS], run.stdout
    return results


@pytest.mark.parametrize(("name", "ssh_type"), [("admin15", "libssh"), ("user1", "paramiko")])
def test_facts_commands_and_configuration(peer_world: PeerWorld, name: str, ssh_type: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(LIBRARIES[ssh_type]) is None:
        pytest.skip(f"{LIBRARIES[ssh_type]} is not installed: see tests/peers/requirements.txt")
    device = peer_world.devices[name]
    results = play(peer_world, name, ssh_type, tmp_path)

    facts = results["facts"]["ansible_facts"]
    hostname = {"admin15": "admin15", "user1": "wireless-controller-with-a-long-name"}[name]
    assert facts["ansible_net_hostname"] == hostname
    assert facts["ansible_net_model"] == "C9800-CL"
    assert facts["ansible_net_iostype"] == "IOS-XE"
    assert facts["ansible_net_version"].replace(".0", ".") == device["release"]
    assert facts["ansible_net_serialnum"]
    assert facts["ansible_net_filesystems"] == ["bootflash:"]
    assert facts["ansible_net_filesystems_info"]["bootflash:"]["spacefree_kb"] > 1_000_000
    assert f"hostname {hostname}" in facts["ansible_net_config"]

    # What is not on the device is an error of the device, after both of its questions were answered.
    assert "No such file or directory" in json.dumps(results["command"])
    assert results["nonsense"]["failed"]
    assert "Invalid input detected" in results["nonsense"]["msg"]

    assert not results["configure"].get("failed")
    assert results["configure again"]["changed"] is False
    assert results["below again"]["changed"] is False
    commands = peer_world.commands(name)
    assert "copy running-config startup-config" in commands
    assert results["save"]["changed"] is True
