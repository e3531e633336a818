# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What whole runs of ansible-playbook cost on a fleet of simulated controllers, beside what Ansible alone costs.

    python tests/benchmarks/bench_fleet.py [--devices 100] [--repeats 3] [--forks 8] [--peers DIRECTORY]

Each play is measured beside one of the same shape (tasks, run_once, conditions) whose actions do nothing. CPU seconds
are those of ansible-playbook and all that it starts, without the mock. With ``--peers`` (a virtual environment with
the package ``ansible``; ``make peers`` makes .venv-peers) ``cisco.ios.ios_command`` over ``network_cli`` is measured
as well. Wall times mean little on a machine that does other work; the smallest of the repeats is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench_mock import ROOT, mock
from cost import Cost, become_reaper, run, table

HERE = Path(__file__).parent
COMMANDS = ["show version", "show license all", "show license usage", "show license udi"]
ARCHIVE = "{{ slp_archive }}"
NOTHING = {"noop": {"archive": ARCHIVE, "topology": "offline"}}


def _play(*tasks: Mapping[str, Any], hosts: str = "controllers") -> list[dict[str, Any]]:
    return [{"hosts": hosts, "gather_facts": False, "tasks": [dict(task) for task in tasks]}]


def _role(name: str) -> list[dict[str, Any]]:
    return _play({"import_role": {"name": f"c9800.slp.{name}"}})


CHECK = {"ansible.builtin.validate_argument_spec": {"argument_spec": {}}}  # the first task of every role
SKIPPED = {**NOTHING, "when": "false | bool"}
FOR_ALL = {**NOTHING, "run_once": True, "delegate_to": "localhost"}
SUBMIT = {"import_role": {"name": "c9800.slp.submit"}}

EMPTY = "no task"
NOOP = "1 task that does nothing"
NOOP_AUDIT = "the shape of audit, doing nothing"
NOOP_COLLECT = "the shape of collect, doing nothing"
NOOP_INSTALL = "the shape of install, doing nothing"
INFO = "c9800.slp.info"
NETWORK_CLI = "cisco.ios.ios_command, network_cli"

PLAYS: dict[str, list[dict[str, Any]]] = {
    EMPTY: _play(),
    NOOP: _play(NOTHING),
    NOOP_AUDIT: _play(CHECK, NOTHING, FOR_ALL, SKIPPED),
    NOOP_COLLECT: _play(CHECK, NOTHING, SKIPPED),
    NOOP_INSTALL: _play(CHECK, NOTHING),
    INFO: _play({"c9800.slp.info": {"archive": ARCHIVE, "topology": "offline"}}),
    "role audit": _role("audit"),
    "role collect": _role("collect"),
    "role submit (not per host)": _play(SUBMIT, hosts="controllers[0]"),
    "role install": _role("install"),
}
PEERS = {NETWORK_CLI: _play({"cisco.ios.ios_command": {"commands": COMMANDS}})}
BESIDE = {
    INFO: NOOP,
    "role audit": NOOP_AUDIT,
    "role collect": NOOP_COLLECT,
    "role install": NOOP_INSTALL,
    NETWORK_CLI: NOOP,
}


@dataclass
class Bench:
    """One fleet. ``best`` holds the smallest readings of each play."""

    devices: int
    forks: int
    peers: Path | None
    best: dict[str, Cost] = field(default_factory=dict)

    def repeat(self, *, memory: bool) -> None:
        """All plays once, on a fleet that has reported nothing yet."""
        with mock(self.devices) as target, tempfile.TemporaryDirectory() as directory:
            work = Path(directory)
            facts = json.loads(target.world.read_bytes())
            # A plain list: what an inventory plugin costs is none of the plays' business.
            work.joinpath("inventory.json").write_text(json.dumps(inventory(facts)))
            for name, tasks in self._plays():
                playbook = work / "play.json"
                playbook.write_text(json.dumps(tasks))
                command = [str(self._python(name).with_name("ansible-playbook")), "-i", "inventory.json", "play.json"]
                before = target.cpu()
                cost = run(command, self._environment(name, work), work, memory=memory)
                self._keep(name, cost)
                print(f"  {name}: {cost.wall:.1f} s, mock {target.cpu() - before:.2f} CPU s", file=sys.stderr)

    def _plays(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        yield from PLAYS.items()
        if self.peers and NETWORK_CLI not in self.best:  # a minute for 100 devices: once
            yield from PEERS.items()

    def _keep(self, name: str, cost: Cost) -> None:
        known = self.best.setdefault(name, cost)
        self.best[name] = Cost(
            min(known.wall, cost.wall),
            min(known.cpu, cost.cpu),
            max(known.memory, cost.memory),
            max(known.processes, cost.processes),
        )

    def _python(self, name: str) -> Path:
        return self.peers / "bin" / "python" if self.peers and name in PEERS else Path(sys.executable)

    def _environment(self, name: str, work: Path) -> dict[str, str]:
        own = {
            "ANSIBLE_HOME": str(work / "ansible"),
            "ANSIBLE_CONFIG": str(ROOT / "tests" / "ansible.cfg"),
            "ANSIBLE_FORKS": str(32 if name in PEERS else self.forks),
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
            "ANSIBLE_DISPLAY_OK_HOSTS": "false",
            "HOME": str(work),
            "PATH": f"{self._python(name).parent}:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
        }
        if name in PEERS:
            own |= {"ANSIBLE_HOST_KEY_CHECKING": "false", "BENCH_CONNECTION": "ansible.netcommon.network_cli"}
        else:
            own |= {
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".tree"),
                "ANSIBLE_ACTION_PLUGINS": str(HERE / "action_plugins"),
                # A connection of ours would load netmiko in every worker of a play that has no other action of ours.
                "BENCH_CONNECTION": "ansible.builtin.local" if "nothing" in name else "c9800.slp.cli",
            }
        return own

    def report(self) -> str:
        rows = [self._row(name, cost) for name, cost in self.best.items()]
        titles = ["", "wall s", "CPU s", "CPU ms per device", "x no-op CPU", "x no-op wall", "MB", "processes"]
        text = table(titles, rows)
        if NETWORK_CLI in self.best:
            info, theirs = self.best[INFO], self.best[NETWORK_CLI]
            memory = f", {theirs.memory / info.memory:.0f} in memory" if info.memory and theirs.memory else ""
            text += (
                f"\n{INFO} against {NETWORK_CLI}: {theirs.wall / info.wall:.0f} times in wall time, "
                f"{theirs.cpu / info.cpu:.0f} in CPU time{memory}"
            )
        return text

    def _row(self, name: str, cost: Cost) -> list[Any]:
        own = (cost.cpu - self.best[EMPTY].cpu) * 1000 / self.devices
        beside = self.best.get(BESIDE.get(name, ""))
        ratios = [cost.cpu / beside.cpu, cost.wall / beside.wall] if beside else [None, None]
        memory = [cost.memory, cost.processes] if cost.memory else [None, None]
        return [name, cost.wall, cost.cpu, None if name == EMPTY else own, *ratios, *memory]


def inventory(facts: dict[str, Any]) -> dict[str, Any]:
    """A plain inventory of a running fleet, with what leads to its simulated CSSM."""
    hosts = {
        device["name"]: {
            "ansible_host": device["address"],
            "ansible_port": device["port"],
            "ansible_user": device["username"],
            "ansible_password": device["password"],
        }
        for device in facts["devices"]
    }
    cssm = facts["cssm"]
    variables = {
        "ansible_connection": "{{ lookup('ansible.builtin.env', 'BENCH_CONNECTION') }}",
        "ansible_network_os": "cisco.ios.ios",
        "ansible_slp_known_hosts_file": facts["known_hosts"],
        "slp_topology": "offline",
        "slp_archive": "archive",
        "slp_cssm_base_url": cssm["base_url_software_apis"],
        "slp_cssm_token_url": cssm["token_url"],
        "slp_cssm_client_id": cssm["client_id"],
        "slp_cssm_client_secret": cssm["client_secret"],
        "slp_cssm_ca_path": facts["ca"],
        "slp_smart_account": cssm["smart_account"],
        "slp_virtual_account": cssm["virtual_account"],
    }
    return {"all": {"children": {"controllers": {"hosts": hosts}}, "vars": variables}}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, nargs="+", default=[100])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--forks", type=int, default=8)
    parser.add_argument("--peers", type=Path, help="virtual environment with the package ansible")
    options = parser.parse_args()
    become_reaper()
    for devices in options.devices:
        bench = Bench(devices, options.forks, options.peers.absolute() if options.peers else None)
        for number in range(options.repeats):
            # Looking at the memory costs time, so the first round is for the memory, and times are the best of all.
            bench.repeat(memory=number == 0)
        print(f"{devices} devices, {options.forks} forks, {options.repeats} runs, load {os.getloadavg()[0]:.1f}")
        print(bench.report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
