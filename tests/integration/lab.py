# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A control node with controllers and servers that are simulated, and what their runs must never show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from .conftest import Control, Run, World

FAST = {"trust_after": 1, "ack_poll_after": 2}
ROUNDS = {"trust_poll": 1, "sync_poll": 1, "trust_timeout": 20, "sync_timeout": 30}
ACCOUNT = {"smart_account": "example.com", "virtual_account": "DEFAULT"}
SINGLE = {"name": "wlc1", "serial": "9SIM0010001", "aps": 12, "waiting_reports": 2, "transport": "cslu"}
PAIR = {
    "name": "wlc2",
    "platform": "C9800-40",
    "serial": "TTM0010002",
    "standby_serial": "TTM0010003",
    "release": "17.15.3",
    "aps": 40,
    "transport": "cslu",
}
FACTORY = {**SINGLE, "name": "wlc3", "serial": "9SIM0010004", "release": "17.9.5", "factory_trust": True}
Tasks = list[dict[str, Any]]


class Lab:
    """Mock targets and a control node. Every run is as talkative as can be, and shows no secret."""

    def __init__(self, world: World, control: Control, directory: Path) -> None:
        self.world = world
        self.control = control
        self.book = directory / "book.yml"
        world.control("POST", "/options", FAST)
        control.use_mock_fleet(world)
        control.variables = {**ROUNDS}
        self.record = directory / "ansible.log"
        control.settings |= {"ANSIBLE_LOG_PATH": str(self.record), "ANSIBLE_LOG_VERBOSITY": "5"}
        self.secrets = {world.facts["cssm"]["client_secret"]}

    def token(self, **arguments: Any) -> dict[str, Any]:
        """One that a person makes on CSSM's page."""
        made = self.world.control("POST", "/targets/cssm/create_token", {**ACCOUNT, **arguments})
        self.secrets.add(made["token"])
        return dict(made)

    def onboard(self, *arguments: str, **variables: Any) -> Run:
        return self.run("c9800.slp.onboard", *arguments, **variables)

    def run(self, playbook: str, *arguments: str, **variables: Any) -> Run:
        done = self.control.play(playbook, "-vvvv", "--diff", *arguments, **variables)
        printed = done.output + json.dumps(done.plays) + self.record.read_text()
        self.record.write_text("")
        given = [secret for secret in self.secrets if secret not in str(variables)]
        assert not [secret for secret in given if secret in printed]
        return done

    def tasks(self, tasks: Tasks, hosts: str = "all", **variables: Any) -> Run:
        self.book.write_text(yaml.safe_dump([{"hosts": hosts, "gather_facts": False, "tasks": tasks}]))
        return self.run(str(self.book), **variables)

    def roles(self, *names: str, arguments: Sequence[str] = (), **variables: Any) -> Run:
        roles = [{"role": f"c9800.slp.{name}"} for name in names]
        self.book.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "roles": roles}]))
        return self.run(str(self.book), *arguments, **variables)

    def typed(self, host: str) -> list[str]:
        return [str(entry.get("line", "")) for entry in self.world.log(host)]

    def triggers(self, host: str) -> list[str]:
        return [line for line in self.typed(host) if line.startswith(("license smart trust", "license smart sync"))]


def changed(run: Run, host: str) -> list[str]:
    return [
        entry["task"]["name"]
        for play in run.plays
        for entry in play["tasks"]
        if entry["hosts"].get(host, {}).get("changed")
    ]


def failures(run: Run) -> dict[str, str]:
    """What each host failed with, if it did and nobody ignored it."""
    return {
        host: result.get("msg", "")
        for play in run.plays
        for entry in play["tasks"]
        for host, result in entry["hosts"].items()
        if result.get("failed") or result.get("unreachable")
    }
