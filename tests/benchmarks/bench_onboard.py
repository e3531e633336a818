# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to onboard a fleet of simulated controllers, phase by phase, and what waiting for CSSM adds to it.

    python tests/benchmarks/bench_onboard.py [--devices 20 50] [--forks 5] [--after 20]

Directly connected controllers, which ask for their trust codes ``--after`` seconds after they were told to, and for
their ACK so many seconds after their report. Each phase is a run of its own, as the playbook ``onboard`` has them as
plays; then the whole playbook on a fleet that is new again. Last, what the same wait costs where each task waits for
its own device (``wait`` of trust_code), forks by forks, in place of the whole fleet in rounds. CPU seconds are those
of ansible-playbook and all that it starts, without the mock.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_fleet import inventory
from bench_mock import ROOT, mock
from cost import Cost, become_reaper, run, table

TOPOLOGY = "direct_smart"
ROUNDS = {"trust_poll": 5, "sync_poll": 5, "trust_timeout": 300, "sync_timeout": 300}
PHASES = ("preflight", "configure", "trust", "sync", "audit")
ONBOARD = "playbook onboard"
EACH = "trust_code, each task waits"
IN_ROUNDS = "role trust"


def _fleet(count: int) -> list[dict[str, Any]]:
    """As the built-in fleet ``many``, but each controller will talk to CSSM itself."""
    return [
        {
            "name": f"wlc-{number:05}",
            "serial": f"9SIM{number:07}",
            "release": ("17.9.5", "17.12.4", "17.15.3")[number % 3],
            "aps": 5 + number % 20,
            "waiting_reports": 2,
            "model_driven": False,
            "topology": TOPOLOGY,
        }
        for number in range(1, count + 1)
    ]


@dataclass
class Site:
    """A fleet that is new, and a directory to run playbooks in."""

    work: Path
    facts: dict[str, Any]
    forks: int

    def role(self, name: str) -> Cost:
        return self._play([{"import_role": {"name": f"c9800.slp.{name}"}}])

    def each_waits(self) -> Cost:
        """No rounds: as many devices wait at the same time as there are forks."""
        options = {"topology": TOPOLOGY, "token": self._token(), "wait": 300, "poll": ROUNDS["trust_poll"]}
        return self._play([{"c9800.slp.trust_code": options}])

    def playbook(self, name: str) -> Cost:
        return self._run(name)

    def _play(self, tasks: list[dict[str, Any]]) -> Cost:
        play = {"hosts": "controllers", "gather_facts": False, "tasks": tasks}
        (self.work / "play.json").write_text(json.dumps([play]))
        return self._run("play.json")

    def _run(self, playbook: str) -> Cost:
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "inventory.json", playbook]
        own = {
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".tree"),
            "ANSIBLE_CONFIG": str(ROOT / "tests" / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.work / "ansible"),
            "ANSIBLE_FORKS": str(self.forks),
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
            "ANSIBLE_DISPLAY_OK_HOSTS": "false",
            "BENCH_CONNECTION": "c9800.slp.cli",
            "HOME": str(self.work),
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
        }
        return run([*command, "-e", json.dumps(ROUNDS)], own, self.work)

    def _token(self) -> str:
        """An ID token that a person makes on CSSM's page."""
        control, cssm = self.facts["control"], self.facts["cssm"]
        account = {key: cssm[key] for key in ("smart_account", "virtual_account")}
        request = urllib.request.Request(
            f"{control['url'].rstrip('/')}/targets/cssm/create_token",
            data=json.dumps({**account, "uses": 1000}).encode(),
            headers={"Authorization": f"Bearer {control['token']}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            return str(json.loads(reply.read())["token"])


@contextmanager
def site(devices: int, forks: int, after: int) -> Iterator[Site]:
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        fleet = work / "fleet.json"
        fleet.write_text(json.dumps(_fleet(devices)))
        options = json.dumps({"trust_after": after, "ack_poll_after": after})
        with mock(fleet, "--cssm", options) as target:
            facts = json.loads(target.world.read_bytes())
            hosts = inventory(facts)
            hosts["all"]["vars"] |= {"slp_topology": TOPOLOGY}
            (work / "inventory.json").write_text(json.dumps(hosts))
            yield Site(work, facts, forks)


def measure(devices: int, forks: int, after: int) -> dict[str, Cost]:
    costs = {}
    with site(devices, forks, after) as here:
        for phase in PHASES:
            costs[f"role {phase}"] = here.role(phase)
    with site(devices, forks, after) as here:
        costs[ONBOARD] = here.playbook("c9800.slp.onboard")
    with site(devices, forks, after) as here:
        here.role("configure")
        costs[EACH] = here.each_waits()
    return costs


def report(devices: int, costs: Mapping[str, Cost]) -> str:
    rows = [
        [name, cost.wall, cost.cpu, cost.cpu * 1000 / devices, cost.memory, cost.processes]
        for name, cost in costs.items()
    ]
    return table(["", "wall s", "CPU s", "CPU ms per device", "MB", "processes"], rows)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, nargs="+", default=[20, 50])
    parser.add_argument("--forks", type=int, default=5)
    parser.add_argument("--after", type=int, default=20, help="seconds until trust codes and ACKs are there")
    options = parser.parse_args()
    become_reaper()
    for devices in options.devices:
        costs = measure(devices, options.forks, options.after)
        print(
            f"{devices} devices, {options.forks} forks, trust and ACK after {options.after} s, "
            f"load {os.getloadavg()[0]:.1f}"
        )
        print(report(devices, costs))
        print(f"{costs[EACH].wall / costs[IN_ROUNDS].wall:.1f} times {IN_ROUNDS} where each task waits\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
