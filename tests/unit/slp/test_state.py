# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state that is built from outputs, field by field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
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
    Transport,
    build_state,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

from tests.unit.slp import printed

ALL, STATUS, UDI = "show license all", "show license status", "show license udi"
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
