# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets: the built-in ones, and those that a user writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.fleet import FleetError, build_fleet, load_fleet


def test_demo_fleet_is_the_promised_one() -> None:
    members = load_fleet("demo")
    fleet = [member.spec for member in members]
    assert len(fleet) == 12
    assert {spec.platform for spec in fleet} == {"C9800-CL", "C9800-40", "C9800-80", "C9800-L", "EWC-AP"}
    assert {spec.release for spec in fleet} == {"17.3.4", "17.6.5", "17.9.5", "17.12.4", "17.15.3"}
    assert sum(spec.standby_serial is not None for spec in fleet) == 1
    assert sum(spec.platform == "EWC-AP" for spec in fleet) == 2
    assert sum(spec.aps == 0 and spec.waiting_reports == 0 for spec in fleet) == 1
    assert [spec.name for spec in fleet if spec.waiting_reports > 250] == ["wlc-frankfurt-dc"]
    assert {spec.factory_trust for spec in fleet} == {True, False}
    assert sorted({member.reported_days_ago for member in members}) == [0, 5, 20, 30, 55, 75]
    assert {spec.topology for spec in fleet} == {"offline"}
    assert {spec.transport for spec in fleet} == {"off"}
    assert {(spec.smart_account, spec.virtual_account) for spec in fleet} == {
        ("example.com", "Campus"),
        ("example.com", "Branch offices"),
    }


def test_many() -> None:
    fleet = [member.spec for member in load_fleet("many:300")]
    assert len({spec.name for spec in fleet}) == len({spec.serial for spec in fleet}) == 300


@pytest.mark.parametrize("wrap", [list, lambda devices: {"devices": devices}])
def test_own_fleet(tmp_path: Path, wrap: Any) -> None:
    file = tmp_path / "fleet.json"
    file.write_text(json.dumps(wrap([{"name": "a", "serial": "9SIM1", "virtual_account": "Lab"}])))
    (spec,) = (member.spec for member in load_fleet(str(file)))
    assert (spec.name, spec.smart_account, spec.virtual_account) == ("a", "example.com", "Lab")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([], "a fleet is a list of devices"),
        ({"hosts": []}, "a fleet is a list of devices"),
        (["wlc1"], "device 1 of the fleet is no mapping"),
        ([{"name": "a", "serial": "1"}, {"name": "b"}], "device 2 of the fleet: .*serial"),
        ([{"name": "a", "serial": "1", "relase": "17.9.5"}], "relase"),
        ([{"name": "a", "serial": "1", "platform": "ASR"}], "platform"),
        ([{"name": "a", "serial": "1", "reported_days_ago": "3"}], "is no number of days"),
        ([{"name": "a", "serial": "1", "reported_days_ago": 3, "virtual_account": ""}], "needs a smart_account"),
        ([{"name": "a", "serial": "1"}, {"name": "a", "serial": "2"}], "has name a more than once"),
        ([{"name": "a", "serial": "1", "standby_serial": "1"}], "has serial number 1 more than once"),
    ],
)
def test_bad_fleet(data: Any, told: str) -> None:
    with pytest.raises(FleetError, match=told):
        build_fleet(data)


def test_file_that_is_no_json(tmp_path: Path) -> None:
    file = tmp_path / "fleet.json"
    file.write_text("- name: a")
    with pytest.raises(FleetError, match="is no JSON"):
        load_fleet(str(file))
