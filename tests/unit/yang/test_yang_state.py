# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A state out of model data, and that it raises no alarm where there is none."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.audit import Verdict, audit
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError, UnsupportedDevice
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import PolicyClass
from ansible_collections.c9800.slp.plugins.module_utils.slp.times import parse_model_time
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

EXAMPLES = Path(__file__).resolve().parents[4] / "shared" / "yang" / "examples"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
EPOCH = "1970-01-01T00:00:00+00:00"
IMAGE = "Cisco IOS Software [Dublin], C9800 Software (C9800_IOSXE-K9), Version 17.12.4, RELEASE SOFTWARE (fc3)"
ONE, TWO = Udi("C9800-40-K9", "TTM00000001"), Udi("C9800-40-K9", "TTM00000002")


def entry(udi: Udi, **more: Any) -> dict[str, Any]:
    return {"key_udi": str(udi), **{name.replace("_", "-"): value for name, value in more.items()}}


def tree(info: dict[str, Any] | None = None, **top: Any) -> dict[str, Any]:
    """A device as it comes: all the leaves that look like an alarm, and nothing done yet."""
    days = {"reporting-first-time": "0", "reporting-ongoing": "0", "reporting-macd": "0"}
    state_info = {
        "registration": {"registration-state": "reg-state-not-registered", "export-control-allowed": "false"},
        "authorization": {"authorization-state": "auth-state-none"},
        "utility": {"enabled": "false", "reporting": "utility-reporting-type-none"},
        "custom-id": "",
        "transport": {"transport-type": "transport-type-cslu"},
        "privacy": {"hostname": "false", "version": "true"},
        "udi": {"pid": ONE.pid, "sn": ONE.sn, "uuid": "", "vid": ""},
        "usage": [
            {
                "entitlement-tag": "regid.x",
                "short-name": "AIR-DNA-A",
                "license-name": "air-dna-advantage",
                "count": "3",
                "enforcement-mode": "enforcement-invalid-tag",
                "post-paid": "true",
            }
        ],
        "policy": {
            "policy-type": "policy-type-merged",
            "policy-name": "SLP Policy",
            "ack-required": "true",
            **dict.fromkeys(("policy-enforced", "policy-export", "policy-perpetual"), days),
            "policy-subscription": {"reporting-first-time": "90", "reporting-ongoing": "90", "reporting-macd": "90"},
        },
        "rum-ack": {"last-received-time": EPOCH, "next-report-deadline": EPOCH},
        "factory-purchase": [entry(ONE)],
        "imported-authorizations": {"overall-status": [entry(ONE)]},
        **(info or {}),
    }
    state = {"always-enabled": "true", "smart-enabled": "true", "version": "5.8.6_rel/82", "state-info": state_info}
    config = {"transport": {"transport-cslu": {"url-cslu": "http://cslu:8182/cslu/v1/pi"}}}
    return {
        "licensing": {"state": state, "config": config},
        "native": {"hostname": "wlc1"},
        "ha-oper-data": {"ha-infra": {"image-version": "17.12.4"}},
        **top,
    }


def test_a_fresh_device() -> None:
    state = yang.state_from_yang(tree(), host="h")
    assert (state.host, state.hostname, str(state.release), state.udi) == ("h", "wlc1", "17.12.4", ONE)
    assert (state.platform, state.is_controller, state.agent_version) == ("C9800-40", True, "5.8.6_rel/82")
    assert state.policy is not None
    assert (state.policy.source, state.policy.installed, state.policy.ack_required) == ("merged", None, True)
    assert state.policy.subscription == PolicyClass(first=90, ongoing=90, change=90)
    assert state.transport is not None
    assert (state.transport.type, state.transport.cslu_url) == ("cslu", "http://cslu:8182/cslu/v1/pi")
    assert state.reporting is not None
    assert (state.reporting.last_ack, state.reporting.ack_deadline) == (None, None)  # the epoch is never
    assert [unit.trust.state for unit in state.units] == ["none"]
    assert state.units[0].authorization == "NOT INSTALLED"
    assert state.usage is not None
    assert [(use.name, use.tag, use.count, use.in_use, use.status) for use in state.usage] == [
        ("air-dna-advantage", "AIR-DNA-A", 3, True, None)
    ]
    assert state.privacy is not None
    assert (state.privacy.smart_licensing_hostname, state.privacy.version) == (False, True)
    assert (state.utility, state.custom_id, state.account, state.rum, state.ntp_synced) == (False,) + (None,) * 4
    assert not state.tells("transport.proxy")
    assert not state.tells("account.as_of")
    assert state.tells("transport.cslu_url")
    assert state.tells("policy")


@pytest.mark.parametrize(
    ("topology", "info"),
    [
        ("cslu_pull", {}),
        ("cslu_push", {}),
        ("offline", {"transport": {"transport-type": "transport-type-off"}}),
        (
            "direct_smart_proxy",
            {
                "transport": {
                    "transport-type": "transport-type-smart",
                    "url-settings": {"url-registration": "https://smartreceiver.cisco.com/licservice/license"},
                }
            },
        ),
    ],
)
def test_what_looks_like_an_alarm_is_none(topology: str, info: dict[str, Any]) -> None:
    """yang.md, facts 3 and 4: not registered, no authorization, invalid tag, the epoch; and what no leaf tells."""
    ack = {"last-received-time": "2026-11-20T00:00:00+00:00", "next-report-deadline": "2027-02-18T00:00:00+00:00"}
    trust = [entry(ONE, is_installed="true", time_installed="2026-11-01T00:00:00+00:00")]
    data = tree({**info, "rum-ack": ack, "trust-code": trust})
    if topology == "cslu_pull":
        data["licensing"]["config"] = {}
    state = yang.state_from_yang(data)
    judged = audit(state, topology=topology, now=NOW)
    assert judged.verdict is Verdict.OK
    assert [finding for finding in judged.findings if finding.severity != "info"] == []


def test_an_audit_does_not_claim_that_no_report_left() -> None:
    judged = audit(yang.state_from_yang(tree()), topology="cslu_push", now=NOW)
    assert (judged.verdict, judged.reported) == (Verdict.DUE, None)
    ack = {"last-received-time": "2026-01-01T00:00:00+00:00", "next-report-deadline": "2026-04-01T00:00:00+00:00"}
    judged = audit(yang.state_from_yang(tree({"rum-ack": ack})), topology="cslu_push", now=NOW)
    assert judged.verdict is Verdict.OVERDUE
    assert "the device does not tell whether a report has left" in judged.findings[0].text


def test_a_missing_url_is_still_told() -> None:
    data = tree()
    data["licensing"]["config"] = {"usage": {}}
    codes = {finding.code for finding in audit(yang.state_from_yang(data), topology="onprem_push", now=NOW).findings}
    assert "url_missing" in codes


def test_who_only_looks_for_progress_knows_no_url() -> None:
    data = tree()
    del data["licensing"]["config"], data["licensing"]["state"]["version"]
    state = yang.state_from_yang(data)
    assert not state.tells("transport.cslu_url")
    assert "url_missing" not in {f.code for f in audit(state, topology="onprem_push", now=NOW).findings}


def pair() -> dict[str, Any]:
    nodes = [
        {"chassis-number": "2", "serial-number": ONE.sn, "role": "role-active", "node-state": "state-ready"},
        {
            "chassis-number": "1",
            "priority": "1",
            "serial-number": TWO.sn,
            "role": "role-standby",
            "node-state": "state-ready",
            "mac-address": "00:00:5E:00:53:02",
        },
    ]
    infra = {"image-version": "17.12.4", "ha-state": "db-rf-active", "peer-state": "db-rf-standby-hot"}
    return tree(
        {"factory-purchase": [entry(TWO), entry(ONE)], "trust-code": [entry(ONE, is_installed="true")]},
        **{"stack-oper-data": {"stack-node": nodes}, "ha-oper-data": {"ha-infra": {**infra, "leaf-mode": "SSO"}}},
    )


def test_a_pair_is_one_product_instance_with_two_units() -> None:
    state = yang.state_from_yang(pair())
    assert [(unit.udi, unit.role, unit.trust.state) for unit in state.units] == [
        (ONE, "active", "installed"),
        (TWO, "standby", "none"),
    ]
    assert (state.is_ha, state.trust_complete) == (True, False)
    assert state.ha is not None
    assert (state.ha.my_state, state.ha.peer_state, state.ha.operating_mode) == ("ACTIVE", "STANDBY HOT", "sso")
    member = state.ha.members[1]
    assert (member.number, member.role, member.state) == (1, "standby", "Ready")
    assert (member.priority, member.mac_address) == (1, "0000.5e00.5302")


def test_a_standby_without_any_key_is_found_among_the_chassis() -> None:
    data = pair()
    info = data["licensing"]["state"]["state-info"]
    del info["factory-purchase"], info["trust-code"], info["imported-authorizations"]
    parts = [{"hw-type": "hw-type-chassis", "part-number": "C9800-80-K9", "serial-number": TWO.sn}]
    for inventory, pid in ([], ONE.pid), (parts, "C9800-80-K9"):
        data["device-hardware-data"] = {"device-hardware": {"device-inventory": inventory}}
        assert yang.state_from_yang(data).units[1].udi == Udi(pid, TWO.sn)


def test_without_the_chassis_two_units_are_a_pair_and_more_are_members() -> None:
    data = pair()
    del data["stack-oper-data"]
    assert [unit.role for unit in yang.state_from_yang(data).units] == ["active", "standby"]
    data["licensing"]["state"]["state-info"]["factory-purchase"].append(entry(Udi("C9800-40-K9", "TTM00000003")))
    assert [unit.role for unit in yang.state_from_yang(data).units] == ["active", "member", "member"]


def test_after_a_switchover_the_other_chassis_is_active_and_the_set_is_the_same() -> None:
    before = yang.state_from_yang(pair())
    data = pair()
    data["licensing"]["state"]["state-info"]["udi"] = {"pid": TWO.pid, "sn": TWO.sn}
    for node in data["stack-oper-data"]["stack-node"]:
        node["role"] = "role-active" if node["serial-number"] == TWO.sn else "role-standby"
    after = yang.state_from_yang(data)
    assert [unit.udi for unit in after.units] == [TWO, ONE]
    assert {unit.udi for unit in after.units} == {unit.udi for unit in before.units}


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"no examples at {EXAMPLES}")
def test_the_example_in_the_shape_of_a_device() -> None:
    read = [yang.read_xml((EXAMPLES / f"{name}.xml").read_bytes()) for name in ("ha-oper", "stack-oper")]
    state = yang.state_from_yang(
        yang.merge(yang.read_xml((EXAMPLES / "state-ha-pair.device-shape.xml").read_bytes()), *read)
    )
    assert [(unit.role, unit.trust.state) for unit in state.units] == [("active", "installed"), ("standby", "none")]
    assert state.policy is not None
    assert (state.policy.source, state.policy.name) == ("installed", "EXAMPLE-POLICY")
    assert state.policy.perpetual == PolicyClass(first=365, ongoing=0, change=90)
    assert state.reporting is not None
    assert state.reporting.ack_deadline is not None
    assert state.reporting.ack_deadline.iso == "2025-04-10T09:05:00Z"


def test_models_without_trust_codes_leave_them_unknown() -> None:
    """17.3 has neither policy nor ACK nor trust codes in its published model (yang.md 2.1)."""
    data = tree(**{"ha-oper-data": {"ha-infra": {"image-version": "17.3.4"}}})
    info = data["licensing"]["state"]["state-info"]
    for name in ("policy", "rum-ack", "factory-purchase", "imported-authorizations"):
        del info[name]
    state = yang.state_from_yang(data)
    assert (state.units[0].trust.state, state.units[0].authorization) == (None, None)
    assert (state.policy, state.reporting) == (None, None)
    assert audit(state, topology="cslu_pull", now=NOW).verdict is Verdict.UNKNOWN


def test_release_and_platform_come_out_of_the_software_line_too() -> None:
    data = tree({"udi": {"pid": "C9115AXI-B", "sn": "FJC00000001"}})
    del data["ha-oper-data"]
    system = {"software-version": IMAGE, "current-time": "2026-11-24T13:00:00+01:00"}
    data["device-hardware-data"] = {"device-hardware": {"device-system-data": system}}
    state = yang.state_from_yang(data)
    assert (str(state.release), state.platform) == ("17.12.4", "EWC-AP")
    assert state.clock is not None
    assert (state.clock.iso, state.clock.wall.hour) == ("2026-11-24T12:00:00Z", 13)


def test_an_older_release_is_refused_with_its_name() -> None:
    with pytest.raises(UnsupportedDevice, match=r"h: IOS XE 16.12.4 has no Smart Licensing Using Policy"):
        yang.state_from_yang(tree(**{"ha-oper-data": {"ha-infra": {"image-version": "16.12.4"}}}), host="h")


@pytest.mark.parametrize("data", [{}, {"licensing": {}}, tree({"udi": {"pid": "", "sn": ""}})])
def test_an_answer_that_names_no_product_instance_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ParseError, match=r"h: .* does not name the product instance .*privilege 15|privilege 15"):
        yang.state_from_yang(data, host="h")


def test_closed_reports_keep_their_number_and_who_they_are_of() -> None:
    keys = [
        {
            "rum-report-key": f"P:{ONE.pid},S:{ONE.sn}_18446744073709551615",
            "report-id": "18446744073709551615",
            "report-state": "rum-report-state-unacknowledged",
            "report-start-time": "2026-11-01T00:00:00+00:00",
            "report-end-time": EPOCH,
        },
        {"report-id": "x"},
        {"report-id": "7", "udi": {"pid": "", "sn": ""}, "report-state": "rum-report-state-closed"},
    ]
    first, second = yang.closed_reports(tree({"rum-reports-closed-keys": keys}))
    assert (first.report_id, first.udi, first.state, first.end) == (2**64 - 1, ONE, "unacknowledged", None)
    assert (second.report_id, second.udi, second.state) == (7, None, "closed")


@pytest.mark.parametrize(("text", "iso"), [("", None), (EPOCH, None), ("2026-11-24T12:00:00Z", "2026-11-24T12:00:00Z")])
def test_times_of_the_models(text: str, iso: str | None) -> None:
    time = parse_model_time(text)
    assert (time.iso if time else None) == iso


@pytest.mark.parametrize("text", ["yesterday", "2026-11-24T12:00:00", "2026-13-01T00:00:00Z"])
def test_a_time_that_cannot_be_read_is_not_taken_for_never(text: str) -> None:
    with pytest.raises(ParseError, match="time of a data model"):
        parse_model_time(text)


def test_reading_changes_nothing() -> None:
    data = pair()
    before = copy.deepcopy(data)
    yang.state_from_yang(data)
    yang.closed_reports(data)
    yang.configuration_from_yang(data)
    assert data == before
