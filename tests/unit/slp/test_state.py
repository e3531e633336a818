# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state that is built from outputs, field by field."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError, UnsupportedDevice
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import (
    Account,
    FlexiblePolicy,
    LicenseState,
    Policy,
    PolicyClass,
    Privacy,
    Proxy,
    RumCounters,
    RumRecord,
    Transport,
    build_state,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

from tests.unit.slp import printed

ALL, STATUS, UDI = "show license all", "show license status", "show license udi"
CLOCK, CLOCK_CONFIG = "show clock", "show running-config | include ^clock"
ONE_UDI = f"UDI: {printed.ACTIVE}\n"


def of_status(transport: str = printed.TRANSPORT, trust: str = printed.TRUST_PAIR) -> LicenseState:
    return build_state({STATUS: printed.license_status(transport=transport, trust=trust), UDI: ONE_UDI})


def test_a_pair_on_17_9_whole() -> None:
    state = build_state({ALL: printed.license_all(), "show version": printed.VERSION}, host="wlc-1")
    assert (state.host, state.hostname, state.release) == ("wlc-1", "wlc-campus-1", Release(17, 12, 4))
    assert (state.platform, state.is_controller, state.slp_enabled) == ("C9800-40", True, True)
    assert state.udi == Udi("C9800-40-K9", "TTM0000A001")
    assert [(unit.role, unit.udi.sn, unit.trust.state) for unit in state.units] == [
        ("active", "TTM0000A001", "installed"),
        ("standby", "TTM0000A002", "installed"),
    ]
    assert (state.is_ha, state.trust_complete) == (True, True)
    assert [unit.authorization for unit in state.units] == ["NOT INSTALLED"] * 2
    assert state.agent_version == "5.5.10_rel/18"
    assert state.transport == Transport(
        type="cslu",
        cslu_url="http://192.0.2.10:8182/cslu/v1/pi",
        proxy=Proxy(address="proxy.example.com", port=8080),
        vrf="Mgmt-vrf",
    )
    assert state.policy is not None
    assert (state.policy.source, state.policy.ack_required, state.policy.installed) == ("merged", True, None)
    assert state.policy.perpetual == PolicyClass(first=365, ongoing=0, change=90, origin="CISCO default")
    assert state.policy.subscription == PolicyClass(first=90, ongoing=90, change=90, origin="CISCO default")
    assert state.policy.export == PolicyClass(first=0, ongoing=0, change=0, origin="CISCO default")
    assert state.account is not None
    assert (state.account.smart_account, state.account.virtual_account) == ("Example Campus SA", "WLAN-Prod")
    assert state.account.as_of is not None
    assert state.reporting is not None
    assert state.reporting.ack_deadline is not None
    assert state.reporting.ack_deadline.utc == datetime(2026, 5, 31, 9, 15, 13, tzinfo=UTC)
    assert (state.reporting.push_interval_days, state.reporting.next_push) == (30, None)
    assert state.usage is not None
    assert [(use.name, use.tag, use.count, use.in_use) for use in state.usage] == [
        ("air-network-advantage", "DNA_NWStack", 12, True),
        ("air-dna-advantage", "AIR-DNA-A", 12, True),
    ]
    assert state.rum == RumCounters(total=6, purged=0, acknowledged=2, waiting=1, available=4, collecting=2)
    assert state.privacy == Privacy(
        sends_hostname=True, callhome_hostname=False, smart_licensing_hostname=True, version=False
    )
    assert (state.utility, state.custom_id, state.telemetry) == (False, None, "AVAILABLE")
    assert (state.air_level, state.air_level_next) == ("AIR DNA Advantage", "AIR DNA Essentials")


def test_what_no_source_holds_is_none() -> None:
    state = build_state({UDI: ONE_UDI})
    known = {"udi", "units", "slp_enabled", "platform", "is_controller", "untold", "trust_complete", "is_ha"}
    assert {key for key, value in state.as_dict().items() if value is not None} == known
    assert state.units[0].trust.state is None


def test_a_pair_on_17_3_lacks_what_came_later() -> None:
    state = build_state({ALL: printed.license_all_17_3()})
    assert (state.account, state.rum, state.telemetry) == (None, None, None)
    assert state.transport == Transport(type="cslu")
    assert (state.trust_complete, [unit.trust.state for unit in state.units]) == (False, ["none", "none"])
    assert state.usage is not None


@pytest.mark.parametrize(
    ("text", "transport"),
    [
        (("Type: Transport Off",), Transport(type="off")),
        (("Type: Callhome",), Transport(type="callhome")),
        (
            (
                "Type: Smart",
                "URL: https://cssm.example.com/x",
                "Proxy:",
                "  Not Configured",
                "VRF:",
                "  Not Configured",
            ),
            Transport(type="smart", url="https://cssm.example.com/x"),
        ),
        (
            ("Type: cslu", "Cslu address: <empty>", "Proxy:", "  Address: <empty>", "  Port: <empty>", "VRF: <empty>"),
            Transport(type="cslu"),
        ),
        (
            ("Type: Smart", "Server Identity Check: False", "IP Mode: IPv4 ONLY", "Trust Point: SLA-TrustPoint"),
            Transport(type="smart", server_identity_check=False, ip_mode="IPv4 ONLY", trust_point="SLA-TrustPoint"),
        ),
    ],
)
def test_each_transport(text: tuple[str, ...], transport: Transport) -> None:
    assert of_status(printed.section("Transport", *text)).transport == transport


ON = "Mar 02 09:15:13 2026 UTC"


@pytest.mark.parametrize(
    ("trust", "states", "complete"),
    [
        ("Trust Code Installed: <none>", ["none", "none"], False),
        (f"Trust Code Installed: {ON}", ["installed", "none"], False),
        (printed.TRUST_PAIR, ["installed", "installed"], True),
        (
            f"Trust Code Installed:\n  Active: {printed.ACTIVE}\n    INSTALLED on {ON}\n"
            f"  Standby: {printed.STANDBY}\n    <none>\n",
            ["installed", "none"],
            False,
        ),
        (f"Trust Code Installed:\n  Active: {printed.ACTIVE}\n    INSTALLED on {ON}\n", ["installed", "none"], False),
    ],
)
def test_trust_of_a_pair_is_complete_when_each_unit_has_a_code(trust: str, states: list[str], complete: bool) -> None:
    state = build_state({ALL: printed.license_all(sections=printed.status_sections(trust=trust))})
    assert [unit.trust.state for unit in state.units] == states
    assert state.trust_complete is complete


def test_trust_of_two_supervisors_with_one_serial_number() -> None:
    both = (printed.ACTIVE, printed.ACTIVE)
    trust = printed.TRUST_PAIR.replace(printed.STANDBY, printed.ACTIVE)
    state = build_state({ALL: printed.license_all(both, printed.status_sections(trust=trust))})
    assert [unit.trust.installed and unit.trust.installed.wall.second for unit in state.units] == [13, 14]
    assert state.trust_complete


@pytest.mark.parametrize("never", ["Jan 01 00:00:00 1970 UTC", "Jan 01 01:00:00 1970 CET", "Dec 31 19:00:00 1969 EST"])
def test_trust_with_kind_and_validity(never: str) -> None:
    trust = f"""\
Trust Code Installed: {ON}
  Trust Code Type: CSSM
  Attributes: <none>
  Active: {printed.ACTIVE}
    Valid on Mar 02 09:10:10 2026 UTC
    Expired on {never}
    Trust Code Type: CSSM
    Attributes: <none>
Secondary Signing Cert: 0
"""
    (unit,) = of_status(trust=trust).units
    assert (unit.trust.state, unit.trust.kind, unit.trust.attributes) == ("installed", "CSSM", None)
    assert unit.trust.valid_from is not None
    assert unit.trust.valid_until is None


def test_the_active_unit_is_first_and_names_the_instance() -> None:
    text = f"UDI: {printed.STANDBY}\n\nHA UDI List:\n    Standby:{printed.ACTIVE}\n    Active:{printed.STANDBY}\n"
    state = build_state({UDI: text})
    assert state.udi.sn == "TTM0000A002"
    assert [unit.role for unit in state.units] == ["active", "standby"]


def test_a_policy_from_cssm() -> None:
    sections = printed.status_sections()
    head = ("Policy in use: Installed On Mar 02 09:00:00 2026 UTC", "Policy name: SLE Policy")
    sections[5] = printed.policy((30, 60, 60, 120, 111, 111, 30, 90, 60, 30, 30, 30), printed.CUSTOMER, head)
    policy = build_state({ALL: printed.license_all(sections=sections)}).policy
    assert policy is not None
    assert (policy.source, policy.name, policy.ack_required) == ("installed", "SLE Policy", True)
    assert policy.installed is not None
    assert policy.subscription == PolicyClass(first=120, ongoing=111, change=111, origin="Customer Policy")


def test_the_policy_of_agent_8() -> None:
    sections = printed.status_sections()
    sections[5] = printed.section(
        "PolicyV2",
        "Policy in use: Installed On Mar 02 09:00:00 2026 UTC",
        "Policy name: Flexible",
        "Sync Overdue Interval: 30",
        "Sync Retry Interval: 1",
        "Grace Period: 14",
        "On Going Reporting Interval: 7",
        "No Enforcement: True",
    )
    sections[7] = printed.section(
        "Usage Reporting",
        "Reporting push interval: 0 (no reporting) State(1) InPolicy(60)",
        "Next report push: <none>",
        "Last report push: Mar 02 09:10:00 2026 UTC",
    )
    state = build_state({ALL: printed.license_all(sections=sections, agent="8.0.1/0")})
    assert state.policy is not None
    assert state.policy == Policy(
        in_use="Installed On Mar 02 09:00:00 2026 UTC",
        source="installed",
        name="Flexible",
        installed=state.policy.installed,
        flexible=FlexiblePolicy(
            sync_overdue_interval=30,
            sync_retry_interval=1,
            grace_period=14,
            reporting_interval=7,
            no_enforcement=True,
        ),
    )
    assert state.reporting is not None
    assert (state.reporting.push_interval_days, state.reporting.policy_interval_days) == (0, 60)
    assert state.reporting.last_ack is None


@pytest.mark.parametrize(
    ("lines", "account"),
    [
        (("Smart Account: <none>", "Virtual Account: <none>"), Account()),
        (
            ("Smart Account: Example", "Virtual Account: DEFAULT"),
            Account(smart_account="Example", virtual_account="DEFAULT"),
        ),
    ],
)
def test_each_account(lines: tuple[str, ...], account: Account) -> None:
    sections = [*printed.status_sections(with_account=False), printed.section("Account Information", *lines)]
    assert build_state({STATUS: "\n".join(sections), UDI: ONE_UDI}).account == account


def test_an_account_may_have_as_of_in_its_name() -> None:
    sections = printed.status_sections()
    sections[2] = printed.account("Works As of Today: A  B")
    account = build_state({STATUS: "\n".join(sections), UDI: ONE_UDI}).account
    assert account is not None
    assert account.smart_account == "Works As of Today: A  B"


def pid_udi(pid: str) -> str:
    return f"UDI: PID:{pid},SN:TTM0000A001\n"


@pytest.mark.parametrize(
    ("pid", "platform", "controller"),
    [
        ("C9800-CL-K9", "C9800-CL", True),
        ("C9800-40-K9", "C9800-40", True),
        ("C9800-80-K9", "C9800-80", True),
        ("C9800-L-C-K9", "C9800-L", True),
        ("C9800-L-F-K9", "C9800-L", True),
        ("CW9800M", "CW9800M", True),
        ("CW9800H1", "CW9800H1", True),
        ("C9124AXE-B", "EWC-AP", True),
        ("C9300-24P", "C9300-24P", False),
        ("C8000V", "C8000V", False),
    ],
)
def test_each_platform_by_its_product_id(pid: str, platform: str, controller: bool) -> None:
    state = build_state({UDI: pid_udi(pid)})
    assert (state.platform, state.is_controller) == (platform, controller)


@pytest.mark.parametrize(("software", "platform"), [("C9800-AP", "EWC-AP"), ("C9800", "NEW-PID-1")])
def test_the_software_tells_a_controller_of_an_unknown_product_id(software: str, platform: str) -> None:
    version = printed.VERSION.replace("C9800 Software", f"{software} Software")
    state = build_state({UDI: pid_udi("NEW-PID-1"), "show version": version})
    assert (state.platform, state.is_controller) == (platform, True)


@pytest.mark.parametrize(("count", "controller"), [(0, False), (3, True)])
def test_a_switch_is_a_controller_only_while_it_uses_wireless_licences(count: int, controller: bool) -> None:
    """Every Catalyst 9300 prints an AIR level, and many list the AIR licences without using them."""
    version = printed.VERSION.replace("C9800 Software (C9800_IOSXE-K9)", "Catalyst L3 Switch Software (CAT9K_IOSXE)")
    outputs = {
        UDI: pid_udi("C9300-24P"),
        "show version": version,
        "show license usage": printed.use("air-dna-advantage", "AIR-DNA-A", count, "Subscription"),
    }
    state = build_state(outputs)
    assert (state.is_controller, state.air_level) == (controller, "AIR DNA Advantage")


@pytest.mark.parametrize("release", ["17.3.1", "16.12.4", "17.3.2"])
def test_a_release_before_the_policy_is_refused(release: str) -> None:
    with pytest.raises(UnsupportedDevice, match=rf"^wlc-1: IOS XE {release} has no"):
        build_state({UDI: ONE_UDI, "show version": printed.VERSION.replace("17.12.4", release)}, host="wlc-1")


def test_a_device_with_smart_licensing_switched_off_is_refused() -> None:
    with pytest.raises(UnsupportedDevice, match="not enabled"):
        build_state({STATUS: "Smart Licensing is DISABLED\n", UDI: ONE_UDI}, host="wlc-1")


def test_an_error_names_host_command_and_remedy() -> None:
    text = printed.license_all()
    with pytest.raises(ParseError) as caught:
        build_state({ALL: text[: text.index("License Usage")]}, host="wlc-1")
    assert str(caught.value).startswith(
        "wlc-1: show license all: the output is not complete (missing: product_information"
    )
    assert "buffer_read_timeout" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_any_udi_there_is_no_state() -> None:
    with pytest.raises(ParseError, match="show license udi"):
        build_state({"show version": printed.VERSION})


def test_a_command_that_the_release_lacks_counts_as_not_given() -> None:
    state = build_state({UDI: ONE_UDI, "show license rum id all": "% Invalid input detected at '^' marker.\n"})
    assert state.reports is None


def test_inventory_names_the_instance_when_nothing_else_does() -> None:
    text = 'NAME: "Chassis 1", DESCR: "x"\nPID: C9800-L-F-K9      , VID: 01   , SN: TTM0000A009\n'
    assert build_state({"show inventory": text}).udi == Udi("C9800-L-F-K9", "TTM0000A009")


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
