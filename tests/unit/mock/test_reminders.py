# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reminders of an acknowledgement that will be due (cli.md 4, REPORTING_REQUIRED), and what an audit says with them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.audit import audit
from ansible_collections.c9800.slp.plugins.module_utils.slp.messages import read, report_trouble, trust_trouble
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import build_state
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import find
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import PolicyClass, PolicyDocument

from tests.unit.mock.dev_tools import Console, acknowledged, make_device, saved

DAY = 86_400
REMINDER = re.compile(
    r"(\w{3} +\d+) [\d:.]+: "
    r"%SMART_LIC-6-REPORTING_REQUIRED: A Usage report acknowledgement will be required in (\d+) days\."
)


def reminders(device: MockDevice) -> list[tuple[str, int]]:
    """Day of the log and days left."""
    found = REMINDER.findall(Console(device).run("show logging"))
    assert Console(device).run("show logging").count("REPORTING_REQUIRED") == len(found)
    return [(day, int(left)) for day, left in found]


def days(device: MockDevice) -> list[int]:
    return [left for _day, left in reminders(device)]


def passes(device: MockDevice, number: float) -> None:
    device.clock.advance(number * DAY)


@pytest.mark.parametrize(("level", "left"), [("advantage", 89), ("network-advantage", 364)])
def test_right_after_the_start(level: str, left: int) -> None:
    """89 and 364 were seen: of the strictest licence in use."""
    device = make_device(aps=3, level=level)
    passes(device, 0.01)
    assert days(device) == [left]
    assert device.snapshot()["log"] == [
        f"%SMART_LIC-6-REPORTING_REQUIRED: A Usage report acknowledgement will be required in {left} days."
    ]


def test_thirty_days_before_and_at_the_deadline_each_once() -> None:
    device = make_device(aps=3, transport="off", zone="CET", zone_minutes=60)
    passes(device, 59.5)
    assert days(device) == [89]
    passes(device, 1)
    assert days(device) == [89, 30]
    passes(device, 200)
    # A device that nobody has looked at for long has them at their own time.
    assert reminders(device) == [("Mar  2", 89), ("May  1", 30), ("May 31", 0)]
    assert reminders(device) == reminders(device)


def test_an_ack_moves_them() -> None:
    policy = PolicyDocument("Lab", {"subscription": PolicyClass(60, 45, 30), "perpetual": PolicyClass(120, 60, 30)})
    device = make_device(aps=3, transport="off")
    passes(device, 61)
    assert acknowledged(device, saved(device), policy=policy) == "Import Data Successful"
    passes(device, 14)
    assert days(device) == [89, 30]
    passes(device, 2)  # 45 days from the ACK
    assert days(device) == [89, 30, 30]
    assert acknowledged(device, saved(device, "next.txt"), policy=policy) == "Import Data Successful"
    passes(device, 14)
    assert days(device) == [89, 30, 30]
    device.set_aps(7)  # a report on change within 30 days
    passes(device, 31)
    assert days(device) == [89, 30, 30, 0]


def test_a_restart_says_how_many_days_are_left() -> None:
    device = make_device(aps=3, transport="off")
    passes(device, 20)
    device.reload()
    assert days(device) == []
    passes(device, 0.01)
    assert days(device) == [69]
    passes(device, 100)
    device.reload()
    passes(device, 0.01)
    assert days(device) == [0]


@pytest.mark.parametrize("spec", [{"aps": 0}, {"aps": 3, "release": "17.3.1"}])
def test_where_nothing_is_due_nobody_reminds(spec: dict[str, Any]) -> None:
    device = make_device(**spec)
    passes(device, 400)
    assert days(device) == []
    device.snapshot()
    assert days(device) == []


def test_a_clock_that_jumps_brings_them_about() -> None:
    device = make_device(aps=3, transport="off")
    passes(device, 1)
    device.set_clock(75 * DAY)
    assert days(device) == [89, 30]
    device.set_clock(0)
    passes(device, 60)
    assert days(device) == [89, 30]


def test_reader_and_audit_agree_with_them() -> None:
    """They are no trouble of an exchange; the audit counts the days that the device counts."""
    device = make_device(aps=3, transport="smart", release="17.12.4", ntp_synced=True)
    assert acknowledged(device, saved(device)) == "Import Data Successful"
    seen = []
    for number in (29, 2, 15):  # the policy asks for a report every 45 days
        passes(device, number)
        shown = {name: Console(device).run(name) for name in ("show version", "show license all")}
        found = audit(build_state(shown), topology="direct_smart", now=datetime.fromtimestamp(device.now, UTC))
        seen.append((found.verdict, found.days_to_deadline, days(device)[1:]))
    assert seen == [("ok", 16, [30]), ("due", 14, [30]), ("overdue", -1, [30, 0])]
    lines = [line for line in Console(device).run("show logging").splitlines() if "REPORTING_REQUIRED" in line]
    assert [message.mnemonic for message in read(lines)] == ["REPORTING_REQUIRED"] * 3
    row = find("direct_smart")
    assert (report_trouble(lines, row), trust_trouble(lines, row)) == (None, None)
