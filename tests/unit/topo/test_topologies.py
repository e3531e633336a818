# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topology table, rule by rule; each case names where its rule stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import (
    TOPOLOGIES,
    Initiator,
    Proxy,
    TrustRule,
    advise,
    find,
    gate,
)

DIRECT = {"direct_smart", "direct_smart_proxy", "direct_callhome", "direct_callhome_proxy"}
PULL = {"cslu_pull", "cslu_offline_pull", "onprem_pull"}
PUSH = {"cslu_push", "cslu_offline_push", "onprem_push"}
CSLU = {"cslu_push", "cslu_pull", "cslu_offline_push", "cslu_offline_pull"}
ONPREM = {"onprem_push", "onprem_pull", "onprem_offline"}
BY_FILE = {"cslu_offline_push", "cslu_offline_pull", "offline", "onprem_offline"}
ALL = DIRECT | PULL | PUSH | ONPREM | {"catalyst_center", "offline"}


def release(text: str) -> Release:
    return Release.parse(text)


def codes(objections) -> list[str]:
    return [objection.code for objection in objections]


def rows_where(condition) -> set[str]:
    return {row.id for row in TOPOLOGIES.values() if condition(row)}


def test_there_are_thirteen_and_each_is_known_by_its_id():
    assert len(TOPOLOGIES) == 13
    assert set(TOPOLOGIES) == ALL
    assert all(find(name).id == name for name in TOPOLOGIES)
    assert len({row.title for row in TOPOLOGIES.values()}) == 13


def test_the_ids_are_those_of_the_design():
    design = Path(__file__).parents[4] / "shared" / "design.md"
    if not design.exists():
        pytest.skip("the design page is not beside the repository")
    table = re.findall(r"^\| `(\w+)` \|", design.read_text(), re.MULTILINE)
    assert [name for name in table if name in TOPOLOGIES] == list(TOPOLOGIES)
    assert len(table) == 13


def test_an_unknown_topology_is_refused_with_the_known_ones():
    with pytest.raises(SlpError, match=r"onprem_pushed: unknown topology\. slp_topology is one of .*onprem_push,"):
        find("onprem_pushed")


@pytest.mark.parametrize(
    ("source", "condition", "expected"),
    [
        ("seed, Connected Directly: a token always", lambda r: r.trust.rule is TrustRule.TOKEN, DIRECT),
        (
            "seed, 17.7.1: in the ACK, push and offline only",
            lambda r: r.trust.rule is TrustRule.ACK,
            {"cslu_push", "cslu_offline_push", "offline"},
        ),
        ("cli.md 5.0.2: by collector", lambda r: r.trust.rule is TrustRule.COLLECTOR, PULL | ONPREM),
        ("seed, Controller: not required", lambda r: r.trust.rule is TrustRule.NOT_NEEDED, {"catalyst_center"}),
        ("design 2: files on the last leg", lambda r: r.cssm_by_file, BY_FILE),
        ("seed: who initiates", lambda r: r.initiator is Initiator.COLLECTOR, PULL | {"catalyst_center"}),
        ("seed, offline", lambda r: r.initiator is Initiator.FILES, {"offline"}),
        ("cli.md 5.2.7: nothing is pushed in pull", lambda r: r.push_moves, DIRECT | PUSH),
        ("cli.md 5.11: On-Prem from 17.3.3", lambda r: r.min_release == release("17.3.3"), ONPREM),
        ("seed, NAT", lambda r: not r.collector.nat, {"onprem_pull"}),
        (
            "cli.md 5.2: cslu-local is looked up in vain",
            lambda r: r.comm_failed_is_noise,
            PULL | {"catalyst_center", "offline"},
        ),
        ("cli.md 5.10.1: off alone", lambda r: r.desired.transports == ("off",), {"offline"}),
        (
            "cli.md 5.5: call-home block",
            lambda r: r.desired.call_home,
            {"direct_callhome", "direct_callhome_proxy"},
        ),
        (
            "cli.md 1.8: management access",
            lambda r: bool(r.desired.access),
            PULL | {"catalyst_center", "onprem_offline"},
        ),
        ("cli.md 5.6 step 6'", lambda r: r.desired.gateway, {"direct_callhome_proxy"}),
        ("apis.md 4: holes before 2.3.0", lambda r: r.collector.safe_since == "2.3.0", CSLU),
        ("seed, Controller: NETCONF", lambda r: r.desired.access == ("netconf",), {"catalyst_center"}),
        (
            "cli.md 1.1: vrf with smart and cslu",
            lambda r: r.desired.vrf,
            PUSH | {"direct_smart", "direct_smart_proxy", "onprem_offline"},
        ),
    ],
)
def test_who_falls_under_a_rule(source, condition, expected):
    assert rows_where(condition) == expected, source


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("early", [True, False])
def test_no_trust_code_is_healthy_or_not(name, early):
    """seed: never in direct topologies; from 17.7.1 an ACK brings it in push and offline; elsewhere nobody waits."""
    automatic = {"cslu_push", "cslu_offline_push", "offline"}
    healthy = name not in DIRECT and (early or name not in automatic)
    assert find(name).trust.healthy_without(release("17.6.5" if early else "17.7.1")) is healthy


def test_whether_no_trust_code_is_healthy_may_hang_on_a_release_that_nobody_knows():
    assert find("offline").trust.healthy_without(None) is None
    assert find("catalyst_center").trust.healthy_without(None) is True


@pytest.mark.parametrize("name", sorted(ALL))
def test_release_gate_on_either_side(name):
    """seed, tables 1 and 2; cli.md 0.1."""
    row = find(name)
    below = {"17.3.2a": "17.3.2", "17.3.3": "17.3.2a"}[str(row.min_release)]
    assert gate(row, row.min_release) == []
    (refusal,) = gate(name, release(below))
    assert refusal.code in {"before_slp", "release"}
    assert refusal.refuses
    assert str(row.min_release) in refusal.remedy


def test_what_is_unknown_is_not_refused():
    for name in TOPOLOGIES:
        assert gate(name, None, is_controller=None, slp_enabled=None, collector_version="") == []


@pytest.mark.parametrize(
    ("source", "name", "wish", "code"),
    [
        ("cli.md 6.3", "offline", {"slp_enabled": False}, "before_slp"),
        ("cli.md 6.3", "offline", {"is_controller": False}, "platform"),
        ("seed, NAT", "onprem_pull", {"behind_nat": True}, "nat"),
        ("seed, NAT: push works", "onprem_push", {"behind_nat": True}, None),
        ("seed, table 2", "onprem_push", {"collector_version": "8-202012"}, "collector_version"),
        ("seed, table 2", "onprem_push", {"collector_version": "8-202102"}, None),
        ("seed, table 2", "onprem_pull", {"collector_version": "Version 7, Release 202012"}, "collector_version"),
        ("seed, table 1", "catalyst_center", {"collector_version": "2.2.1.0"}, "collector_version"),
        ("seed, table 1", "catalyst_center", {"collector_version": "2.2.2"}, None),
        ("seed, table 1", "catalyst_center", {"collector_version": "2.10.1"}, None),
        (
            "seed, On-Prem proxy",
            "onprem_push",
            {"collector_version": "8-202102", "collector_proxy": True},
            "collector_proxy",
        ),
        ("seed, On-Prem proxy", "onprem_push", {"collector_version": "8-202108", "collector_proxy": True}, None),
        ("by file", "onprem_offline", {"collector_version": "8-202102", "collector_proxy": True}, None),
        ("cli.md 6.3, proxy", "direct_callhome", {"proxy": Proxy.SMART}, "proxy"),
        ("cli.md 5.6", "direct_callhome_proxy", {"proxy": Proxy.SMART}, "proxy"),
        ("cli.md 5.6", "direct_callhome_proxy", {"proxy": Proxy.CALL_HOME}, None),
        ("cli.md 6.3, proxy", "offline", {"proxy": Proxy.SMART}, "proxy"),
        ("cli.md 1.1", "cslu_push", {"proxy": Proxy.SMART}, None),
        ("cli.md 1.1", "direct_callhome", {"vrf": "Mgmt-intf"}, "vrf"),
        ("cli.md 1.1", "direct_smart", {"vrf": "Mgmt-intf"}, None),
        ("cli.md 1.1", "cslu_push", {"interval": 3650}, None),
        ("cli.md 1.1", "cslu_push", {"interval": 3651}, "interval"),
        ("cli.md 1.1", "cslu_push", {"interval": -1}, "interval"),
    ],
)
def test_refusals_on_either_side(source, name, wish, code):
    objections = gate(name, release("17.12.4"), **wish)
    assert codes(objections) == ([code] if code else []), source
    assert all(objection.reason and objection.remedy for objection in objections)


def test_a_proxy_points_to_the_topology_that_has_one():
    (refusal,) = gate("direct_smart", release("17.12.4"), proxy=Proxy.SMART)
    assert refusal.remedy == "Choose topology direct_smart_proxy"


def test_vrf_release_gate():
    assert codes(gate("cslu_push", release("17.6.5"), vrf="Mgmt-intf")) == ["vrf"]
    assert gate("cslu_push", release("17.9.5"), vrf="Mgmt-intf") == []


@pytest.mark.parametrize(
    ("name", "url", "accepted"),
    [
        ("direct_smart", "https://smartreceiver.cisco.com/licservice/license", True),
        ("direct_smart", "https://smartreceiver-cisco.com/licservice/license", False),
        ("direct_smart", "https://tools.cisco.com/its/service/oddce/services/DDCEService", False),
        ("direct_callhome", "https://tools.cisco.com/its/service/oddce/services/DDCEService", True),
        ("direct_callhome", "https://tg.example.com/Transportgateway/services/DeviceRequestHandler", False),
        ("direct_callhome_proxy", "https://tg.example.com/Transportgateway/services/DeviceRequestHandler", True),
        ("cslu_push", "http://cslu.example.com:8182/cslu/v1/pi", True),
        ("cslu_push", "http://192.0.2.10:8182/cslu/v1/pi", True),
        ("cslu_push", "http://cslu.example.com/cslu/v1/pi", False),
        ("cslu_push", "http://cslu.example.com:8182/cslu/v1/pi/tenant-1", False),
        ("cslu_push", "https://cslu.example.com/SmartTransport", False),
        ("onprem_push", "https://ssm.example.com/cslu/v1/pi/tenant-1", True),
        ("onprem_push", "https://ssm.example.com/cslu/v1/pi/WLAN%20Lab-1", True),
        ("onprem_push", "https://ssm.example.com/cslu/v1/pi", False),
        ("onprem_push", "https://ssm.example.com/SmartTransport", False),
    ],
)
def test_urls(name, url, accepted):
    """cli.md 1.2, 6.3: port 8182 and no tenant for CSLU, a tenant for SSM On-Prem, Cisco's own letter by letter."""
    assert codes(gate(name, release("17.12.4"), url=url)) == ([] if accepted else ["url"])


def test_advice_does_not_refuse():
    """cli.md 6.3: http to SSM On-Prem, interval 0, a URL where none belongs."""
    known = release("17.12.4")
    assert codes(advise("onprem_push", known, url="http://ssm.example.com/cslu/v1/pi/tenant-1")) == ["url_http"]
    assert codes(advise("cslu_push", known, interval=0)) == ["interval_0"]
    assert codes(advise("cslu_pull", known, interval=0)) == []
    assert codes(advise("offline", known, url="http://192.0.2.10:8182/cslu/v1/pi")) == ["url"]
    assert gate("offline", known, url="http://192.0.2.10:8182/cslu/v1/pi") == []


def test_each_row_is_complete():
    for row in TOPOLOGIES.values():
        texts = (row.title, row.report_out, row.ack_in, row.cssm_reached_by, row.steps.report, row.steps.fetch_ack)
        assert all(texts), row.id
        assert row.prerequisites, row.id
        assert "{" not in "".join(row.prerequisites), row.id
        for step in (row.steps.report, row.steps.fetch_ack):
            assert "{" not in step.format(scope="all"), row.id
        rule = row.desired.url
        assert rule is None or rule.accepts(rule.template.format(host="host.example.com", tenant="tenant-1")), row.id
        assert row.with_proxy == "" or find(row.with_proxy).desired.proxy is not None, row.id
