# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each command once, as an operator sees it on a controller."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError, UnsupportedDevice
from ansible_collections.c9800.slp.plugins.module_utils.slp.show import COMMANDS, parse

from tests.unit.slp import printed


@pytest.mark.parametrize("command", ["SHOW LICENSE UDI", "show  license   udi ", "Show License UDI\n"])
def test_letters_and_blanks_of_a_command_do_not_matter(command: str) -> None:
    assert parse(command, f"UDI: {printed.ACTIVE}\n") == {"udi": {"pid": "C9800-40-K9", "sn": "TTM0000A001"}}


@pytest.mark.parametrize(
    "command", ["show ap summary", "show license", "sh lic udi", "", "show license rum id x detail"]
)
def test_another_command_is_refused_and_the_known_ones_named(command: str) -> None:
    with pytest.raises(ParseError, match=re.escape(COMMANDS[0])):
        parse(command, "x")


@pytest.mark.parametrize("text", ["", "\n\n", "wlc-1#\n", "wlc-1#show license all\nwlc-1#"])
def test_an_empty_answer_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match="printed nothing"):
        parse("show license all", text)


@pytest.mark.parametrize(
    "word", ["Invalid input detected at '^' marker.", "Incomplete command.", 'Ambiguous command:  "show lic"']
)
def test_a_command_that_the_release_lacks_is_told(word: str) -> None:
    with pytest.raises(ParseError, match="does not know the command"):
        parse("show license rum id all", f"show license rum id all\n                   ^\n% {word}\n")


CLASSIC = {
    "show license status": """\
Smart Licensing is ENABLED

Registration:
  Status: UNREGISTERED
  Export-Controlled Functionality: NOT ALLOWED

License Authorization:
  Status: EVAL MODE
""",
    "show license summary": """\
Smart Licensing is ENABLED

Registration:
  Status: REGISTERED
  Smart Account: Example Campus SA

License Authorization:
  Status: OUT OF COMPLIANCE on Jun 01 10:00:00 2020 UTC
""",
    "show license usage": """\
License Authorization:
  Status: AUTHORIZED on Jun 01 10:00:00 2020 UTC

AP Perpetual Network Advantage (DNA_NWStack):
  Description: AP Perpetual Network Advantage
  Count: 3
  Version: 1.0
  Status: AUTHORIZED
""",
    "show license udi": "SlotID   PID     SN            UDI\n*0       X       TTM0000A001   X:TTM0000A001\n",
    "show license all": "\nIndex 1 Feature: advipservices\n        Period left: Life time\n",
}


@pytest.mark.parametrize("command", CLASSIC)
def test_a_device_before_the_policy_is_refused_with_a_remedy(command: str) -> None:
    with pytest.raises(UnsupportedDevice, match=r"not Smart Licensing Using Policy.*17\.3\.2a"):
        parse(command, CLASSIC[command])


def test_a_policy_device_with_a_licence_out_of_compliance_is_not_taken_for_an_old_one() -> None:
    text = printed.USES.replace("Status: IN USE", "Status: OUT OF COMPLIANCE", 1)
    assert parse("show license usage", text)["license_usage"][0]["status"] == "OUT OF COMPLIANCE"


@pytest.mark.parametrize(
    "text", ["No licenses in use\n", "License Authorization:\n  Status: Not Applicable\n\nNo licenses in use\n"]
)
def test_no_usage_is_an_empty_list(text: str) -> None:
    assert parse("show license usage", text)["license_usage"] == []
    assert parse("show license summary", f"License Usage:\n  {text}")["license_usage"] == []


def test_two_units_with_one_serial_number_stay_two() -> None:
    both = (printed.ACTIVE, printed.ACTIVE)
    units = parse("show license all", printed.license_all(both))["product_information"]["ha_udi_list"]
    assert [unit["role"] for unit in units] == ["active", "standby"]
    assert units[0]["sn"] == units[1]["sn"]


def test_licences_of_the_same_name_stay_two() -> None:
    uses = (
        printed.use("network-advantage", "C9300-24", 2, "Perpetual")
        + "\n"
        + printed.use("network-advantage", "C9300-48 (P)", 1, "Perpetual")
    )
    found = parse("show license all", printed.license_all(uses=uses))["license_usage"]
    assert [(use["license"], use["entitlement_tag"], use["count"]) for use in found] == [
        ("network-advantage", "C9300-24", 2),
        ("network-advantage", "C9300-48 (P)", 1),
    ]


TRUST: list[tuple[str, dict[str, Any]]] = [
    ("Trust Code Installed: <none>", {"installed_on": "<none>"}),
    ("Trust Code Installed: Mar 02 09:15:13 2026 UTC", {"installed_on": "Mar 02 09:15:13 2026 UTC"}),
    (
        f"Trust Code Installed:\n  Active: {printed.ACTIVE}\n    NOT INSTALLED\n"
        f"  Standby: {printed.STANDBY}\n    <none>",
        {
            "units": [
                {"role": "active", "pid": "C9800-40-K9", "sn": "TTM0000A001", "installed_on": "<none>"},
                {"role": "standby", "pid": "C9800-40-K9", "sn": "TTM0000A002", "installed_on": "<none>"},
            ]
        },
    ),
    (
        f"Trust Code Installed:    Trust Code Type: CSSM\n    Attributes: <none>\n\n  Active: {printed.ACTIVE}\n"
        "    INSTALLED on Mar 02 09:15:13 2026 UTC    Valid on Mar 02 09:10:10 2026 UTC\n"
        "    Expired on Mar 03 20:42:10 2036 UTC\n    Trust Code Type: CSSM\n    Attributes: <none>",
        {
            "trust_code_type": "CSSM",
            "attributes": "<none>",
            "units": [
                {
                    "role": "active",
                    "pid": "C9800-40-K9",
                    "sn": "TTM0000A001",
                    "installed_on": "Mar 02 09:15:13 2026 UTC",
                    "valid_on": "Mar 02 09:10:10 2026 UTC",
                    "expired_on": "Mar 03 20:42:10 2036 UTC",
                    "trust_code_type": "CSSM",
                    "attributes": "<none>",
                }
            ],
        },
    ),
]


@pytest.mark.parametrize(("text", "trust"), TRUST)
def test_trust_codes_of_each_layout(text: str, trust: dict[str, Any]) -> None:
    assert parse("show license status", f"{printed.SLP}\n{text}\n")["trust_code_installed"] == trust


def test_report_numbers_and_states_are_listed() -> None:
    text = """\
Smart Licensing Usage Report:
====================================
Report Id,          State,    Flag, Feature Name
1709370001          CLOSED    N     air-network-advantage
1709370002          ACK       N     air dna advantage
1709370003          DELETED         TELEMETRY
"""
    assert parse("show license rum id all", text) == {
        "reports": [
            {"report_id": 1709370001, "state": "CLOSED", "flag": "N", "feature_name": "air-network-advantage"},
            {"report_id": 1709370002, "state": "ACK", "flag": "N", "feature_name": "air dna advantage"},
            {"report_id": 1709370003, "state": "DELETED", "flag": None, "feature_name": "TELEMETRY"},
        ]
    }


def test_an_open_report_in_detail() -> None:
    text = f"""\
Smart Licensing Usage Report Detail:
====================================
Report Id: 1709370002
  Metric Name: ENTITLEMENT
  Feature Name: air-dna-advantage
  UDI: {printed.ACTIVE}
  Previous Report Id: 0,    Next Report Id: 1709370005
  State: OPEN,      Close Reason: SMART
  Start Time: Mar 02 09:00:40 2026 UTC,      End Time: <none>
  Storage State: EXIST
"""
    assert parse("show license rum id 1709370002 detail", text) == {
        "report_id": 1709370002,
        "metric_name": "ENTITLEMENT",
        "feature_name": "air-dna-advantage",
        "udi": {"pid": "C9800-40-K9", "sn": "TTM0000A001"},
        "previous_report_id": 0,
        "next_report_id": 1709370005,
        "state": "OPEN",
        "close_reason": "SMART",
        "start_time": "Mar 02 09:00:40 2026 UTC",
        "end_time": "<none>",
        "storage_state": "EXIST",
    }


def test_messages_of_the_history_are_kept_line_by_line() -> None:
    text = """\

Message History (oldest to newest):
====================================================
Trust Establishment:
  No past history
Usage Reporting:
  REQUEST: Mar 02 09:14:11 2026 UTC
    {"request": "{\\"header\\": {\\"type\\": \\"USAGE\\"}}"}
  RESPONSE: Mar 02 09:14:13 2026 UTC

Import Message History (oldest to newest):
====================================================
Import RUM ACK:
  No past Import history
"""
    data = parse("show license history message", text)
    assert data["message_history"]["trust_establishment"] == "No past history"
    assert [line.strip()[:8] for line in data["message_history"]["usage_reporting"]] == [
        "REQUEST:",
        '{"reques',
        "RESPONSE",
    ]
    assert data["import_message_history"] == {"rum_ack": "No past Import history"}


def test_events_have_their_fields() -> None:
    line = '2026-03-02 03:31:32.920 UTC SAEVT_ENDPOINT_USAGE count="12" entitlementTag="regid.x,1.0_y"'
    text = f"**** Event Log ****\n\n{line}\n"
    (event,) = parse("show license eventlog", text)["event_log"]
    assert event["time"] == "2026-03-02 03:31:32.920 UTC"
    assert event["event"] == "SAEVT_ENDPOINT_USAGE"
    assert event["fields"] == {"count": "12", "entitlementTag": "regid.x,1.0_y"}
    assert parse("show license eventlog", " No EventLog Found.\n") == {"event_log": []}


def test_version_of_a_controller() -> None:
    data = parse("show version", printed.VERSION)
    assert data["hostname"] == "wlc-campus-1"
    assert (data["version"], data["xe_version"]) == ("17.12.4", "17.12.04")
    assert (data["platform"], data["image_id"], data["chassis"]) == ("C9800", "C9800_IOSXE-K9", "C9800-40-K9")
    assert (data["air_license_level"], data["next_reload_air_license_level"]) == (
        "AIR DNA Advantage",
        "AIR DNA Essentials",
    )
    assert data["smart_licensing_status"] == "Smart Licensing Using Policy"
    assert data["extra"] == ["Technical Support: http://www.example.com/techsupport"]


def test_chassis_of_a_pair_and_of_a_single_one() -> None:
    text = """\
Chassis/Stack Mac Address : 0000.5e00.5301 - Local Mac Address
Mac persistency wait time: Indefinite
Local Redundancy Port Type: Twisted Pair
                                             H/W   Current
Chassis#   Role    Mac Address     Priority Version  State                 IP                RMI-IP
---------------------------------------------------------------------------------------------------
*1       Active   0000.5e00.5301     2      V02     Ready                169.254.1.1      192.0.2.1
 2       Standby  0000.5e00.5302     1      V02     HA sync in progress  169.254.1.2      192.0.2.2
"""
    data = parse("show chassis rmi", text)
    assert data["redundancy_port_type"] == "Twisted Pair"
    assert [
        (row["chassis"], row["local"], row["role"], row["current_state"], row["rmi_ip"]) for row in data["chassis"]
    ] == [
        (1, True, "Active", "Ready", "192.0.2.1"),
        (2, False, "Standby", "HA sync in progress", "192.0.2.2"),
    ]
    (alone,) = parse("show chassis", "*1  Active  0000.5e00.5301  1  Ready\n")["chassis"]
    assert (alone["hw_version"], alone["current_state"]) == (None, "Ready")
    assert "ip_address" not in alone


def test_redundancy_of_a_pair_without_its_peer() -> None:
    text = """\
       my state = 13 -ACTIVE
     peer state = 1  -DISABLED
           Mode = Simplex
        Unit ID = 1
    Manual Swact = disabled (system is simplex (no peer unit))
 Communications = Down      Reason: Simplex mode
"""
    assert parse("show redundancy states", text) == {
        "my_state": "13 -ACTIVE",
        "peer_state": "1  -DISABLED",
        "mode": "Simplex",
        "unit_id": 1,
        "manual_swact": "disabled",
        "manual_swact_reason": "system is simplex (no peer unit)",
        "communications": "Down",
        "communications_reason": "Simplex mode",
    }


def test_inventory_keeps_parts_without_a_serial_number() -> None:
    text = """\
INFO: Please use "show license UDI" to get serial number for licensing.

NAME: "Chassis", DESCR: "Invented "C9800-CL" Chassis"
PID: C9800-CL-K9       , VID: V00  , SN: 9SIM0000001

NAME: "module R0", DESCR: "Route Processor"
PID: C9800-CL-K9       , VID:      , SN:
"""
    data = parse("show inventory", text)
    assert [(part["name"], part["pid"], part["vid"], part["sn"]) for part in data["inventory"]] == [
        ("Chassis", "C9800-CL-K9", "V00", "9SIM0000001"),
        ("module R0", "C9800-CL-K9", "", ""),
    ]
    assert len(data["extra"]) == 1


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("10:02:41.113 UTC Mon Mar 2 2026", {"mark": "", "time": "10:02:41.113 UTC Mon Mar 2 2026"}),
        ("*10:02:41.113 UTC Mon Mar 2 2026", {"mark": "*", "time": "10:02:41.113 UTC Mon Mar 2 2026"}),
        (
            ".10:02:41.113 CET Mon Mar 2 2026\nTime source is NTP",
            {"mark": ".", "time": "10:02:41.113 CET Mon Mar 2 2026", "time_source": "NTP"},
        ),
        (
            "10:02:41.113 CET Mon Mar 2 2026\nNo time source\nSummer time starts 02:00:00",
            {
                "mark": "",
                "time": "10:02:41.113 CET Mon Mar 2 2026",
                "time_source": "none",
                "extra": ["Summer time starts 02:00:00"],
            },
        ),
    ],
)
def test_the_clock_and_what_it_is_worth(text: str, data: dict[str, Any]) -> None:
    assert parse("show clock", f"{text}\n") == data


@pytest.mark.parametrize(
    ("line", "data"),
    [
        ("clock timezone CET 1 0", {"timezone": {"zone": "CET", "offset_minutes": 60}}),
        ("clock timezone IST 5 30", {"timezone": {"zone": "IST", "offset_minutes": 330}}),
        ("clock timezone NST -3 30", {"timezone": {"zone": "NST", "offset_minutes": -210}}),
        ("clock timezone EST -5", {"timezone": {"zone": "EST", "offset_minutes": -300}}),
        (
            "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00",
            {
                "summer_time": {
                    "zone": "CEST",
                    "shift_minutes": 60,
                    "kind": "recurring",
                    "rule": "last Sun Mar 2:00 last Sun Oct 3:00",
                }
            },
        ),
        (
            "clock summer-time LHDT date Oct 4 2026 2:00 Apr 5 2027 2:00 30",
            {
                "summer_time": {
                    "zone": "LHDT",
                    "shift_minutes": 30,
                    "kind": "date",
                    "rule": "Oct 4 2026 2:00 Apr 5 2027 2:00 30",
                }
            },
        ),
        ("clock calendar-valid", {"extra": ["clock calendar-valid"]}),
        ("", {}),
    ],
)
def test_clock_lines_of_the_configuration(line: str, data: dict[str, Any]) -> None:
    assert parse("show running-config | include ^clock", f"{line}\n") == data


def test_what_tech_support_alone_knows() -> None:
    text = f"""\
Smart Licensing Tech Support info

{printed.license_all(tail=())}
License Usage
=============
Communication Statistics:
=======================
Communication Level Allowed: INDIRECT
Usage Reporting:
  Attempts: Total=3, Success=1, Fail=2  Ongoing Failure: Overall=2 Communication=2
  Last Response: NO REPLY on Mar 02 09:14:11 2026 UTC
    Failure Reason: Server error: nobody there
Other Info
==========
Transport: cslu
  Default URL: cslu-local
Local Device: P:C9800-40-K9,S:TTM0000A001, state[2], Trust Data INSTALLED  TrustId:295
P:C9800-40-K9,S:TTM0000A002: No Trust Data
Local Device: unknown
Clock sync-ed with NTP: True
Platform Provided Mapping Table
===============================
  C9800-40-K9: Total licenses found: 10
Table version: 3
Enforced Licenses:
  P:C9800-40-K9,S:TTM0000A001:
    No PD enforced licenses
  P:C9800-40-K9,S:TTM0000A002:
    hseck9: regid.2021-05.com.example.HSEC,1.0_0 (3)
    Remark: none
"""
    data = parse("show license tech support", text)
    assert data["communication_statistics"]["usage_reporting"] == {
        "attempts": "Total=3, Success=1, Fail=2",
        "ongoing_failure": "Overall=2 Communication=2",
        "last_response": "NO REPLY on Mar 02 09:14:11 2026 UTC",
        "failure_reason": "Server error: nobody there",
    }
    assert data["smart_licensing_status"]["transport"]["type"] == "cslu"
    assert data["other_info"] == {
        "transport": "cslu",
        "local_device": "unknown",
        "default_url": "cslu-local",
        "clock_sync_ed_with_ntp": "True",
        "local_devices": [
            {"pid": "C9800-40-K9", "sn": "TTM0000A001", "trust_data": "INSTALLED", "state": 2, "trust_id": 295},
            {"pid": "C9800-40-K9", "sn": "TTM0000A002", "trust_data": "No Trust Data"},
        ],
    }
    assert data["platform_provided_mapping_table"] == {
        "platforms": [{"pid": "C9800-40-K9", "total_licenses_found": 10}],
        "table_version": "3",
        "enforced_licenses": [
            {"pid": "C9800-40-K9", "sn": "TTM0000A001", "licenses": []},
            {
                "pid": "C9800-40-K9",
                "sn": "TTM0000A002",
                "licenses": [
                    {"license": "hseck9", "entitlement_tag": "regid.2021-05.com.example.HSEC,1.0_0", "number": 3}
                ],
            },
        ],
    }
    assert "Remark: none" in data["extra"]
