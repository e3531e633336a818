# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand, and the journal of what came in."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.faults import Faults, Pause, Stop
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.journal import Journal, limit_for

OUTPUT = "Last: <none>\nNext: <none>\nend\n"


@pytest.mark.parametrize(
    ("fault", "steps"),
    [
        ({"action": "hang"}, ["", Stop.HANG]),
        ({"action": "drop", "after": 5}, ["Last:", Stop.DROP]),
        ({"action": "truncate", "after": "Next:"}, ["Last: <none>\nNext:"]),
        ({"action": "truncate", "after": "absent"}, [OUTPUT]),
        ({"action": "garbage", "after": 6, "text": "*"}, ["Last: *<none>\nNext: <none>\nend\n"]),
        ({"action": "slow", "seconds": 2}, ["", Pause(2), OUTPUT]),
        ({"action": "slow", "after": 6}, ["Last: ", Pause(1), OUTPUT[6:]]),
        (
            {"action": "slow", "after": "<none>"},
            ["Last: ", "<none>", Pause(1), "\nNext: ", "<none>", Pause(1), "\nend\n"],
        ),
        ({"action": "full_disk"}, [OUTPUT]),
    ],
)
def test_what_comes_of_an_output(fault: dict[str, Any], steps: list[object]) -> None:
    assert Faults().add(fault).shape(OUTPUT) == steps


def test_a_fault_befalls_its_target_and_subject_as_often_as_asked() -> None:
    faults = Faults()
    faults.add({"target": "wlc1", "match": "^show lic", "action": "hang", "times": 2})
    faults.add({"match": "license all$", "action": "drop"})
    taken = [faults.take("wlc1", "show license all") for _unused in range(3)]
    assert [fault and fault.action for fault in taken] == ["hang", "hang", "drop"]
    assert faults.take("wlc2", "show version") is None
    assert [fault["action"] for fault in faults.as_list()] == ["drop"]


def test_faults_are_removed_for_one_target_or_all() -> None:
    faults = Faults()
    faults.add({"target": "wlc1", "action": "hang"})
    faults.add({"target": "cssm", "action": "status", "status": 500})
    faults.clear("wlc1")
    assert [fault["target"] for fault in faults.as_list()] == ["cssm"]
    faults.clear()
    assert faults.as_list() == []


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "burn"},
        {"action": "hang", "match": "("},
        {"action": "hang", "x": 1},
        {},
        {"action": "hang", "times": "often"},
        {"action": "slow", "seconds": [1]},
        {"action": "status", "status": "busy"},
        {"action": "truncate", "after": [4096]},
    ],
)
def test_a_fault_with_a_slip_is_refused(fault: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="fault"):
        Faults().add(fault)


def test_numbers_in_a_fault_may_come_as_text() -> None:
    faults = Faults()
    faults.add({"action": "slow", "seconds": "2.5", "times": "1"})
    fault = faults.take("wlc1", "show version")
    assert fault
    assert fault.shape("x") == ["", Pause(2.5), "x"]
    assert faults.take("wlc1", "show version") is None


@pytest.mark.parametrize(("targets", "limit"), [(0, 2000), (12, 2000), (1000, 400), (20_000, 200)])
def test_the_journal_of_a_large_fleet_keeps_less_of_each(targets: int, limit: int) -> None:
    assert limit_for(targets) == limit


def test_the_journal_keeps_the_last_entries_of_each_target() -> None:
    journal = Journal(limit=2)
    for line in ("a", "b", "c"):
        journal.record("wlc1", line, user="admin")
    journal.record("wlc2", "d", mode="config")
    assert journal.lines("wlc1") == ["b", "c"]
    assert [entry.line for entry in journal.entries()] == ["b", "c", "d"]
    assert journal.as_list("wlc2")[0] | {"time": ""} == {
        "time": "",
        "target": "wlc2",
        "user": "",
        "mode": "config",
        "line": "d",
    }
    journal.clear()
    assert journal.entries("wlc1") == []
