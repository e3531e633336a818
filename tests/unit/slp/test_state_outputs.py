# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the further outputs add to the state: the clock, the pair, reports and events, technical output."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import RumRecord, build_state

from tests.unit.slp import printed

ALL, UDI = "show license all", "show license udi"
CLOCK, CLOCK_CONFIG = "show clock", "show running-config | include ^clock"
ONE_UDI = f"UDI: {printed.ACTIVE}\n"
ZONE_LINES = "clock timezone CET 1 0\nclock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00\n"


@pytest.mark.parametrize(
    ("zone", "config", "iso"),
    [
        ("UTC", "", "2026-03-02T09:15:13Z"),
        ("CET", ZONE_LINES, "2026-03-02T08:15:13Z"),
        ("CEST", ZONE_LINES, "2026-03-02T07:15:13Z"),
        ("IST", "clock timezone IST 5 30\n", "2026-03-02T03:45:13Z"),
        ("pacific", ZONE_LINES, "Mar 02 09:15:13 2026 pacific"),
        # One name for both halves of the year: nobody can tell which offset was meant.
        ("ET", "clock timezone ET -5 0\nclock summer-time ET recurring\n", "Mar 02 09:15:13 2026 ET"),
        ("GMT", "clock timezone GMT 0 0\nclock summer-time GMT recurring\n", "Mar 02 09:15:13 2026 GMT"),
    ],
)
def test_times_are_utc_where_the_configuration_explains_the_zone(zone: str, config: str, iso: str) -> None:
    text = printed.license_all().replace(" UTC", f" {zone}")
    state = build_state({ALL: text, CLOCK_CONFIG: config})
    assert state.as_dict()["reporting"]["last_ack"] == iso


BANNER = "Load for five secs: 3%/1%; one minute: 2%; five minutes: 4%\n{source}, {time}\n"
NOW = "10:02:41.113 UTC Mon Mar 2 2026"


@pytest.mark.parametrize(
    ("outputs", "synced"),
    [
        ({CLOCK: NOW}, None),
        ({CLOCK: f"*{NOW}"}, False),
        ({CLOCK: f".{NOW}"}, False),
        ({CLOCK: f"{NOW}\nTime source is NTP"}, True),
        ({CLOCK: f"{NOW}\nNo time source"}, False),
        ({UDI: BANNER.format(source="Time source is NTP", time=NOW) + ONE_UDI}, True),
        ({UDI: BANNER.format(source="Time source is NTP", time=f".{NOW}") + ONE_UDI}, False),
        ({UDI: BANNER.format(source="Time source is hardware calendar", time=f"*{NOW}") + ONE_UDI}, False),
        ({UDI: BANNER.format(source="No time source", time=NOW) + ONE_UDI}, False),
    ],
)
def test_the_clock_comes_from_show_clock_or_a_banner(outputs: dict[str, str], synced: bool | None) -> None:
    state = build_state({UDI: ONE_UDI} | outputs)
    assert state.clock is not None
    assert state.clock.utc == datetime(2026, 3, 2, 10, 2, 41, 113000, tzinfo=UTC)
    assert state.ntp_synced is synced


CHASSIS = """\
Chassis#   Role    Mac Address     Priority Version  State                 IP
-------------------------------------------------------------------------------------
*1       Active   0000.5e00.5301     2      V02     Ready                169.254.1.1
 2       Standby  0000.5e00.5302     1      V02     Ready                169.254.1.2
"""
STATES = "       my state = 13 -ACTIVE\n     peer state = 8  -STANDBY HOT\n           Mode = Duplex\n"
REDUNDANCY = """\
Redundant System Information :
------------------------------
                 Hardware Mode = Simplex
     Operating Redundancy Mode = sso
                Communications = Down      Reason: Failure

Current Processor Information :
-------------------------------
               Active Location = slot 1
        Current Software state = ACTIVE
"""


def test_the_pair_by_its_three_commands() -> None:
    ha = build_state({UDI: ONE_UDI, "show chassis": CHASSIS, "show redundancy states": STATES}).ha
    assert ha is not None
    assert (ha.mode, ha.my_state, ha.peer_state) == ("Duplex", "ACTIVE", "STANDBY HOT")
    assert [(member.number, member.role, member.state) for member in ha.members] == [
        (1, "active", "Ready"),
        (2, "standby", "Ready"),
    ]
    alone = build_state({UDI: ONE_UDI, "show redundancy": REDUNDANCY})
    assert alone.ha is not None
    assert (alone.ha.mode, alone.ha.my_state, alone.ha.peer_state) == ("Simplex", "ACTIVE", None)
    assert (alone.ha.operating_mode, alone.ha.communications) == ("sso", "Down")
    assert not alone.is_ha
    assert build_state({UDI: ONE_UDI, "show chassis": CHASSIS}).is_ha


def test_reports_history_and_events() -> None:
    outputs = {
        UDI: ONE_UDI,
        "show license rum id all": "1709370001 CLOSED N air-network-advantage\n",
        "show license eventlog": '2026-03-02 03:31:32.920 UTC SAEVT_ENDPOINT_USAGE count="12"\n',
        "show license history message": (
            "Message History (oldest to newest):\n====\nTrust Establishment:\n"
            '  {"id_token": "VGhpcyBpcyBhIHNlY3JldA==", "udi": "x"}\n  Token: VGhpcyBpcyBhIHNlY3JldA==\n'
            '  {"request": "{\\"idtoken\\": \\"VGhpcyBpcyBhIHNlY3JldA==\\"}"}\n'
            "  <token>VGhpcyBpcyBhIHNlY3JldA==</token>\n"
            "  license smart trust idtoken VGhpcyBpcyBhIHNlY3JldA== all\n"
        ),
    }
    state = build_state(outputs)
    record = RumRecord(report_id=1709370001, state="CLOSED", flag="N", feature="air-network-advantage")
    assert state.reports == (record,)
    assert state.events is not None
    assert state.events[0]["event"] == "SAEVT_ENDPOINT_USAGE"
    told = json.dumps(state.as_dict())
    assert "VGhpcyB" not in told
    assert '\\"udi\\": \\"x\\"' in told


TECH = printed.license_all(tail=(printed.REPORTS,)).replace(
    printed.USES,
    """\
Handle: 1
  License: air-dna-advantage
  Entitlement Tag: regid.2017-08.com.example.AIR-DNA-A,1.0_0
  Description: air-dna-advantage
  Count: 12
  Status: IN USE(15)
    Authorized Count: 10
    Out-Of-Compliance Count: 2
  Request Time: None
  Measurements:
    ENTITLEMENT:
      Current Value: 12
      Current Report: 1709370001       Previous: 1709370000

Handle: 2
  License: air-network-advantage
  Entitlement Tag: regid.2018-06.com.example.DNA_NWStack,1.0_0
  Description: air-network-advantage
  Count: 0
  Status: NOT IN USE(1)
""",
)
TECH = TECH.replace("interval: 30  days", "interval: 30  days State(4) InPolicy(60)")
TECH += """
Communication Statistics:
=======================
Communication Level Allowed: INDIRECT
Usage Reporting:
  Attempts: Total=3, Success=1, Fail=2  Ongoing Failure: Overall=2 Communication=2
  Last Response: NO REPLY on Mar 02 09:14:11 2026 UTC
    Failure Reason: <none>
  Last Success Time: <none>
  Last Failure Time: Mar 02 09:14:11 2026 UTC

Usage Report Summary:
=====================
Total: 6,  Purged: 0(0)

Other Info
==========
Local Device: P:C9800-40-K9,S:TTM0000A001, state[2], Trust Data INSTALLED  TrustId:295
Clock sync-ed with NTP: False

Platform Provided Mapping Table
===============================
  C9800-40-K9: Total licenses found: 10
"""


def test_tech_support_adds_what_only_it_knows() -> None:
    state = build_state({ALL: printed.license_all(), "show license tech support": TECH})
    assert state.usage is not None
    network, dna = state.usage
    assert (dna.tag, dna.entitlement_tag) == ("AIR-DNA-A", "regid.2017-08.com.example.AIR-DNA-A,1.0_0")
    assert (dna.report_id, dna.authorized, dna.out_of_compliance) == (1709370001, 10, 2)
    assert (network.count, network.in_use) == (12, True)  # show license all wins
    assert state.communication is not None
    (reporting,) = state.communication
    assert (reporting.name, reporting.total, reporting.fail, reporting.ongoing_failures) == ("usage_reporting", 3, 2, 2)
    assert (reporting.last_response, reporting.failure_reason) == ("NO REPLY on Mar 02 09:14:11 2026 UTC", None)
    assert (state.communication_level, state.ntp_synced) == ("INDIRECT", False)
    assert [unit.trust.trust_id for unit in state.units] == [295, None]
    assert state.reporting is not None
    assert (state.reporting.push_interval_days, state.reporting.policy_interval_days) == (30, 60)


def test_tech_support_alone_is_enough() -> None:
    state = build_state({"show license tech support": TECH})
    assert state.usage is not None
    assert [(use.name, use.status, use.in_use) for use in state.usage] == [
        ("air-dna-advantage", "IN USE", True),
        ("air-network-advantage", "NOT IN USE", False),
    ]
    assert state.rum is not None
    assert state.rum.purged == 0


def test_tech_support_of_older_agents_tells_trust_by_device_only() -> None:
    text = TECH.replace(printed.TRUST_PAIR, "")
    state = build_state({"show license tech support": text})
    assert [unit.trust.state for unit in state.units] == ["installed", None]


def test_a_state_is_json() -> None:
    outputs: dict[str, Any] = {ALL: printed.license_all(), "show version": printed.VERSION, "show chassis": CHASSIS}
    found = json.loads(json.dumps(build_state(outputs, host="wlc-1").as_dict()))
    assert found["udi"] == {"pid": "C9800-40-K9", "sn": "TTM0000A001"}
    assert found["release"] == "17.12.4"
    assert found["units"][1]["trust"]["installed"] == "2026-03-02T09:15:14Z"
    assert found["trust_complete"] is True
