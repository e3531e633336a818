# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair is one product instance through a switchover and the exchange of a unit, whichever way it reports."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import Run, World
from .lab import Lab, changed, failures

CSLU = "http://cslu-local:8182/cslu/v1/pi"
PAIR = {"platform": "C9800-40", "release": "17.12.4", "aps": 40, "waiting_reports": 3}
FLEET = [
    {**PAIR, "name": "direct", "serial": "TTM0020001", "standby_serial": "TTM0020002", "topology": "direct_smart"},
    {
        **PAIR,
        "name": "push",
        "serial": "TTM0020011",
        "standby_serial": "TTM0020012",
        "topology": "cslu_push",
        "variables": {"slp_cslu_url": CSLU},
    },
    {**PAIR, "name": "air", "serial": "TTM0020021", "standby_serial": "TTM0020022", "topology": "offline"},
]
FIRST, SECOND, NEW = 1, 2, 9
"""Last digit of the serial number of a unit: the first active, its standby, the one that comes later."""
LOOK = [{"role": f"c9800.slp.{role}"} for role in ("collect", "submit", "install", "audit")]


def udi(host: str, unit: int) -> str:
    tens = next(str(device["serial"]) for device in FLEET if device["name"] == host)[:-1]
    return f"PID:C9800-40-K9,SN:{tens}{unit}"


class Pairs(Lab):
    """Three pairs. The third reports by files, with the collection as what carries them."""

    def carry(self) -> Run:
        """Take the reports off the pair without a connection, have them acknowledged, and install the ACK."""
        play = {"hosts": "air", "gather_facts": False, "roles": LOOK}
        self.book.write_text(yaml.safe_dump([play]))
        return self.run(str(self.book), collect_max_age=0, submit_poll_interval=1)

    def audit(self) -> dict[str, dict[str, Any]]:
        """The judgement of each pair."""
        done = self.run("c9800.slp.audit")
        assert done.code == 0, done.output
        return {host: result["audit"] for host, result in done.results("Read and judge").items()}

    def happen(self, action: str, **arguments: Callable[[str], Any]) -> None:
        for device in FLEET:
            name = str(device["name"])
            given = {key: value(name) for key, value in arguments.items()}
            self.world.control("POST", f"/devices/{name}/{action}", given)

    def folders(self) -> list[str]:
        """The product instances of the archive."""
        return sorted(path.name for path in self.control.archive.glob("pi/*"))

    def trusted(self, host: str) -> set[str]:
        return set(self.world.device(host)["trust"])

    def until_trusted(self, host: str, *udis: str, seconds: float = 20) -> None:
        ends = time.monotonic() + seconds
        while self.trusted(host) != set(udis):
            assert time.monotonic() < ends, f"{host} has trust codes for {self.trusted(host)} only"
            time.sleep(0.2)


@pytest.fixture
def pairs(tmp_path: Path, start_world: Callable[..., World], make_control: Callable[..., Any]) -> Pairs:
    fleet = {"devices": FLEET, "targets": [{"kind": "cslu"}]}
    source = tmp_path / "fleet.json"
    source.write_text(json.dumps(fleet))
    return Pairs(start_world(str(source)), make_control("inside"), tmp_path)


def whole(audits: dict[str, dict[str, Any]], *units: int) -> None:
    """Every pair is in order, one product instance with these units, the active one first."""
    for host, audit in audits.items():
        assert audit["udis"] == [udi(host, unit) for unit in units], host
        assert (audit["trust_installed"], audit["trust_total"]) == (len(units), len(units)), host
        assert audit["acknowledged"], host
        assert audit["verdict"] == "ok", (host, audit["findings"])


def test_a_pair_through_switchover_and_a_new_standby(pairs: Pairs) -> None:
    """seed, High Availability; cli.md 5.0: one product instance with two UDIs, one trust code for each."""
    first = pairs.onboard()
    assert first.code == 0, first.output
    told = first.results("Say who has reported").popitem()[1]["msg"]
    assert told == ["acknowledged: 2 (direct, push)", "not_needed: 1 (air)"]
    trust, sync = pairs.triggers("direct")
    assert trust.startswith("license smart trust idtoken ")
    assert trust.endswith(" all")
    assert sync == "license smart sync all"
    assert pairs.triggers("push") == ["license smart sync all"]
    carried = pairs.carry()
    assert carried.code == 0, carried.output
    whole(pairs.audit(), FIRST, SECOND)
    (home,) = pairs.folders()

    pairs.happen("switchover")
    whole(pairs.audit(), SECOND, FIRST)
    again = pairs.onboard()
    assert again.code == 0, again.output
    assert {host: changed(again, host) for host in ("direct", "push", "air")} == {"direct": [], "push": [], "air": []}
    carried = pairs.carry()
    assert carried.code == 0, carried.output
    assert pairs.folders() == [home]

    pairs.happen("remove_standby")
    pairs.happen("add_standby", serial=lambda host: udi(host, NEW).rpartition(":")[2])
    pairs.until_trusted("direct", udi("direct", SECOND), udi("direct", NEW))
    audits = pairs.audit()
    for host, audit in audits.items():
        assert audit["udis"] == [udi(host, SECOND), udi(host, NEW)]
        assert audit["trust_installed"] == (2 if host == "direct" else 1), host
    assert "Report again" in audits["push"]["next_step"]
    last = pairs.onboard()
    assert last.code == 0, last.output
    assert failures(last) == {}
    assert not [line for line in pairs.triggers("direct")[2:] if "trust" in line], "trust synchronisation did it"
    carried = pairs.carry()
    assert carried.code == 0, carried.output
    assert pairs.folders() == [home]
    whole(pairs.audit(), SECOND, NEW)
