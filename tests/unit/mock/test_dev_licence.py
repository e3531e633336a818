# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What acknowledgements, policies, trust codes, syncs and restarts do to the simulated device (cli.md 2.2, 3.1, 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import Pki
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import (
    PolicyClass,
    ReportAck,
    Udi,
    read_usage,
    write_import,
)

from tests.unit.mock.dev_tools import PKI, POLICY, START, Console, acknowledged, make_device, saved

DAY = 86_400


def status(device: MockDevice, label: str) -> str:
    """The value behind a label of ``show license status``."""
    lines = [line.strip() for line in Console(device).run("show license status").splitlines()]
    return next(line.removeprefix(f"{label}:").strip() for line in lines if line.startswith(f"{label}:"))


def imported(device: MockDevice, **content: Any) -> str:
    device.flash.write("doc.txt", write_import(PKI.cssm_sign, **content))
    return Console(device).run("license smart import bootflash:doc.txt").strip()


def test_offline_cycle() -> None:
    device = make_device(transport="off", aps=7, waiting_reports=5, zone="CET", zone_minutes=60)
    assert status(device, "Last report file write") == "<none>"
    reports = saved(device)
    assert status(device, "Last report file write") == "Mar 02 10:14:11 2026 CET"
    assert device.snapshot()["rum"]["waiting"] == len(reports)
    device.clock.advance(DAY)
    assert acknowledged(device, reports) == "Import Data Successful"
    assert status(device, "Last ACK received") == "Mar 03 10:14:11 2026 CET"
    assert status(device, "Next ACK deadline") == "Apr 17 10:14:11 2026 CET"  # 45 days, the subscription's frequency
    assert status(device, "Policy in use") == "Installed On Mar 03 10:14:11 2026 CET"
    assert status(device, "Policy name") == "Lab Policy"
    assert status(device, "Reporting ACK required") == "yes (Customer Policy)"
    assert status(device, "Trust Code Installed") == "Mar 03 10:14:11 2026 CET"
    assert status(device, "Smart Account") == "Example Campus As of Mar 03 10:14:11 2026 CET"
    rum = device.snapshot()["rum"]
    assert (rum["acknowledged"], rum["waiting"], rum["available"]) == (len(reports), 0, 2)


@pytest.mark.parametrize(
    ("level", "platform", "first", "ongoing"),
    [
        ("advantage", "C9800-CL", 90, 90),
        ("network-advantage", "C9800-CL", 365, 0),
        ("", "C9800-40", 90, 90),
        ("", "EWC-AP", 365, 0),  # Network Essentials from 17.4.1: perpetual only
    ],
)
def test_deadline_under_the_default_policy(level: str, platform: str, first: int, ongoing: int) -> None:
    device = make_device(level=level, platform=platform, aps=1, age_days=10)
    state = device.snapshot()
    assert state["ack_deadline"] == state["first_use"] + first * DAY
    acknowledged(device, saved(device), policy=None)
    deadline = device.snapshot()["ack_deadline"]
    assert deadline == (device.now + ongoing * DAY if ongoing else None)


def test_no_use_no_deadline_until_the_first_access_point() -> None:
    device = make_device(aps=0)
    assert status(device, "Next ACK deadline") == "<none>"
    device.clock.advance(DAY)
    device.set_aps(1)
    assert device.snapshot()["ack_deadline"] == device.now + 90 * DAY


def test_a_change_of_use_is_to_be_reported_earlier() -> None:
    device = make_device(aps=3)
    acknowledged(device, saved(device), policy=replace(POLICY, classes={"subscription": PolicyClass(90, 90, 10)}))
    device.clock.advance(5 * DAY)
    device.set_aps(9)
    device.clock.advance(DAY)
    device.set_aps(4)
    assert device.snapshot()["ack_deadline"] == device.now + 9 * DAY
    acknowledged(device, saved(device), policy=None)
    assert device.snapshot()["ack_deadline"] == device.now + 90 * DAY


@pytest.mark.parametrize(
    ("release", "asks"), [("17.3.4", False), ("17.6.5", False), ("17.7.1", True), ("17.12.4", True)]
)
def test_the_trust_request_travels_in_the_usage_file_from_17_7(release: str, asks: bool) -> None:
    device = make_device(release=release, standby_serial="9SIM0000002", aps=1)
    reports = saved(device)
    units = tuple(udi for _unused, udi in device.units)
    assert read_usage(device.flash.read("rum.txt")).trust_requests == (units if asks else ())
    acknowledged(device, reports)
    device.clock.advance(60)
    saved(device)
    assert read_usage(device.flash.read("rum.txt")).trust_requests == ()


def test_a_trust_request_file_holds_every_unit_and_no_report() -> None:
    device = make_device(release="17.3.4", standby_serial="9SIM0000002", aps=1)
    assert Console(device).run("license smart save trust-request flash:trust.txt").strip() == ""
    found = read_usage(device.flash.read("trust.txt"))
    assert found.reports == ()
    assert found.trust_requests == tuple(udi for _unused, udi in device.units)
    assert device.snapshot()["last_file"] is None
    assert (
        imported(device, trust={udi: PKI.trust_code(str(udi)) for _unused, udi in device.units})
        == "Import Data Successful"
    )
    assert Console(device).run("show license status").count("INSTALLED on") == 2


def test_one_unit_of_a_pair_without_a_code() -> None:
    device = make_device(standby_serial="9SIM0000002", aps=1)
    standby = device.units[1][1]
    imported(device, trust={standby: PKI.trust_code(str(standby))})
    block = Console(device).run("show license status").partition("Trust Code Installed:")[2]
    assert block.split("\n")[1:5] == [
        "  Active: PID:C9800-CL-K9,SN:9SIM0000001",
        "    <none>",
        "  Standby: PID:C9800-CL-K9,SN:9SIM0000002",
        "    INSTALLED on Mar 02 09:14:11 2026 UTC",
    ]


def test_the_code_of_cssm_replaces_the_factory_one() -> None:
    device = make_device(release="17.18.1", factory_trust=True, aps=1)
    assert status(device, "Trust Code Type") == "Factory"
    reports = saved(device)
    assert len(read_usage(device.flash.read("rum.txt")).trust_requests) == 1
    acknowledged(device, reports)
    assert status(device, "Trust Code Type") == "CSSM"
    assert make_device(release="17.6.5", factory_trust=True).snapshot()["trust"] == {}


def test_a_pair_gives_one_file_and_takes_one_ack() -> None:
    device = make_device(standby_serial="9SIM0000002", aps=2)
    reports = saved(device)
    found = read_usage(device.flash.read("rum.txt"))
    assert {report.udi for report in found.reports} == {device.units[0][1]}
    assert "9SIM0000002" in found.reports[0].payload
    assert acknowledged(device, reports, udi=device.units[1][1]) == "Import Data Successful"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"acks": [ReportAck(1, Udi("C9800-CL-K9", "9SIM0000099"))]}, "does not belong to this device"),
        ({"trust": {Udi("C9800-CL-K9", "9SIM0000099"): "AAAA"}}, "does not belong to this device"),
        ({"trust": {Udi("C9800-CL-K9", "9SIM0000001"): "AAAA"}, "policy": POLICY}, "trust code"),
        ({}, "nothing to import"),
    ],
)
def test_a_foreign_document_changes_nothing(content: dict[str, Any], reason: str) -> None:
    device = make_device(aps=1)
    before = device.snapshot()
    assert reason in imported(device, **content)
    assert device.snapshot() == {**before, "files": ["doc.txt"]}


def test_a_document_of_another_cssm_is_refused() -> None:
    device = make_device(aps=1)
    device.flash.write("doc.txt", write_import(Pki.create().cssm_sign, policy=POLICY))
    assert "signature" in Console(device).run("license smart import flash:doc.txt")
    assert device.snapshot()["policy"]["name"] == ""


def test_a_missing_file_is_the_file_systems_complaint() -> None:
    text = Console(make_device()).run("license smart import bootflash:none.txt")
    assert text.strip() == "%Error opening bootflash:none.txt (No such file or directory)"


def test_a_full_disk_leaves_the_reports_unreported() -> None:
    device = make_device(aps=1, flash_free=0)
    text = Console(device).run("license smart save usage all file bootflash:x")
    assert "No space left on device" in text
    assert device.snapshot()["rum"]["waiting"] == 0
    assert device.snapshot()["last_file"] is None


def test_refused_reports_stay_where_they_are() -> None:
    device = make_device(aps=1)
    reports = saved(device)
    assert acknowledged(device, reports, policy=None, status="NACK") == "Import Data Successful"
    assert device.snapshot()["last_ack"] is None
    assert device.snapshot()["rum"]["waiting"] == len(reports)


def test_importing_twice_acknowledges_once() -> None:
    device = make_device(aps=1)
    reports = saved(device)
    acknowledged(device, reports)
    acknowledged(device, [*reports, 4711])
    assert device.snapshot()["rum"]["acknowledged"] == len(reports)
    assert device.snapshot()["history"]["RUM ACK"] == 2


def besides_reminders(state: dict[str, Any]) -> list[str]:
    return [text for text in state["log"] if "REPORTING_REQUIRED" not in text]


def test_sync_offline_is_silent_and_sends_nothing() -> None:
    device = make_device(transport="off", aps=1)
    console = Console(device)
    assert console.run("license smart sync all").strip() == ""
    state = device.snapshot()
    assert (state["last_push"], besides_reminders(state)) == (None, [])
    assert state["communication"]["Usage Reporting"]["fail"] == 1
    assert "Overall State: Device configured for Offline transport" in console.run("show license tech support")
    assert status(device, "Next report push") != "<none>"


@pytest.mark.parametrize(
    ("transport", "url", "peer", "reason"),
    [
        ("cslu", "", "Cisco Smart License Utility (CSLU)", "Unable to resolve server hostname/domain name"),
        ("cslu", "http://192.0.2.9:8182/cslu/v1/pi", "Cisco Smart License Utility (CSLU)", "Communications failure"),
        ("smart", "", "Cisco Smart Software Manager (CSSM)", "Communications failure"),
        ("callhome", "", "Cisco Smart Software Manager (CSSM)", "Fail to send out Call Home HTTP message."),
    ],
)
def test_sync_without_a_server_fails_in_the_log(transport: str, url: str, peer: str, reason: str) -> None:
    device = make_device(transport=transport, cslu_url=url, aps=1)
    assert Console(device).run("license smart sync local").strip() == ""
    message = f"%SMART_LIC-3-COMM_FAILED: Communications failure with the {peer} : {reason}"
    assert besides_reminders(device.snapshot()) == [message]
    log = Console(device).run("show logging")
    assert log.count(message) > 1  # the agent's own attempts are there too
    assert device.snapshot()["communication"]["Usage Reporting"]["reason"] == reason


def test_the_agents_own_attempts_become_hourly() -> None:
    device = make_device(aps=1)
    Console(device).configure("license smart url cslu http://192.0.2.9:8182/cslu/v1/pi")
    before = device.snapshot()["communication"]["Hello Message"]["total"]
    counts = []
    for seconds in (0, 40, 9, 300, 300, 300, 3609, 3609):
        device.clock.advance(seconds)
        counts.append(device.snapshot()["communication"]["Hello Message"]["total"] - before)
    assert counts == [0, 1, 2, 3, 4, 5, 6, 7]


def test_an_idtoken_fails_without_a_server_and_is_not_kept() -> None:
    device = make_device(aps=1)
    assert Console(device).run("license smart trust idtoken S3cretT0ken all force").strip() == ""
    state = device.snapshot()
    assert any(text.startswith("%SMART_LIC-3-TRUST_CODE_INSTALL_FAILED") for text in state["log"])
    assert state["communication"]["Trust Establishment"]["fail"] == 1
    assert "S3cretT0ken" not in repr(state)


def test_a_factory_reset_forgets_with_the_reload() -> None:
    device = make_device(aps=3, waiting_reports=4)
    acknowledged(device, saved(device))
    text = Console(device).run("license smart factory reset")
    assert text.strip() == '%Warning: reload required after "license smart factory reset" command'
    assert device.snapshot()["trust"]
    device.clock.advance(600)
    device.reload()
    state = device.snapshot()
    assert (state["trust"], state["account"], state["last_ack"], state["reports"]) == ({}, None, None, [])
    assert state["policy"]["name"] == ""
    assert state["history"] == {}
    assert state["reloads"] == 1


def test_authorization_commands_have_nothing_to_do() -> None:
    console = Console(make_device(aps=1))
    text = console.run("license smart authorization request add hseck9 local")
    assert text.strip() == "The requested item was not found"
    text = console.run("license smart authorization return all offline flash:x")
    assert text.strip() == "No reservation authorization code installed in device"


def test_the_event_log_can_be_cleared() -> None:
    device = make_device(aps=2, age_days=3)
    console = Console(device)
    assert console.run("show license eventlog").count('SAEVT_ENDPOINT_USAGE count="2"') == 18
    assert console.run("show license eventlog 1").count("SAEVT_PLATFORM") == 3
    console.run("license smart clear eventlog")
    device.clock.advance(60)
    assert console.run("show license eventlog") == " No EventLog Found.\n"


def test_time_passes_for_a_device_by_the_clock_alone() -> None:
    device = make_device(transport="off", aps=1)
    first = device.snapshot()["next_push"]
    device.clock.advance(timedelta(days=45).total_seconds())
    assert device.snapshot()["next_push"] == first + 30 * DAY
    assert device.clock.now() == START + timedelta(days=45)
