# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the audit says of a product instance; each case names where its rule stands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.audit import audit
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import (
    FlexiblePolicy,
    Policy,
    Reporting,
    RumCounters,
    RumRecord,
    Trust,
    build_state,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES

from .states import (
    CALL_HOME,
    CSLU,
    EMPTY,
    NEVER,
    NOW,
    OFF,
    ONPREM,
    PROXY,
    RIGHT_TRANSPORT,
    SMART,
    acked,
    at,
    codes,
    default_policy,
    healthy,
    units,
    usage,
)


def judge(state, topology="offline", **options):
    return audit(state, topology=topology, now=NOW, **options)


@pytest.mark.parametrize("name", sorted(TOPOLOGIES))
def test_a_healthy_controller_is_ok_in_its_topology(name):
    judged = judge(healthy(transport=RIGHT_TRANSPORT[name]), name)
    assert judged.verdict == "ok"
    assert codes(judged, "error", "warning") == []
    assert (judged.reported, judged.acknowledged, judged.overdue, judged.owed) == (True, True, False, True)
    assert judged.days_to_deadline == 80
    assert judged.next_step == "Nothing before 2026-05-21"


@pytest.mark.parametrize("name", sorted(TOPOLOGIES))
def test_any_other_transport_needs_an_action(name):
    """cli.md 5, the transport step of each topology."""
    wanted = TOPOLOGIES[name].desired.transports
    for transport in (SMART, CALL_HOME, OFF, EMPTY):
        judged = judge(healthy(transport=transport), name)
        assert ("transport" in codes(judged)) is (transport.type not in wanted), transport.type
        if transport.type not in wanted:
            assert judged.verdict == "action"


@pytest.mark.parametrize("name", sorted(TOPOLOGIES))
def test_never_reported_tells_days_and_the_way(name):
    state = healthy(transport=RIGHT_TRANSPORT[name], reporting=NEVER)
    judged = judge(state, name)
    assert judged.verdict == "never_reported"
    assert (judged.reported, judged.acknowledged, judged.overdue) == (False, False, False)
    assert judged.days_to_deadline == 80
    assert judged.next_step == TOPOLOGIES[name].steps.report.format(scope="local")
    assert "no report has left yet" in judged.findings[0].text


def test_the_last_word_of_an_overdue_one_is_why_and_what_to_do():
    judged = judge(healthy(reporting=acked(100)))
    assert judged.verdict == "overdue"
    assert judged.overdue is True
    assert (judged.reported, judged.acknowledged) == (False, False)
    assert judged.days_to_deadline == -10
    assert judged.findings[0].text == "the deadline passed 10 days ago: no report has left since the ACK of 2025-11-22"
    assert judged.next_step == "Run airgap_collect.yml, carry the bundle out, run airgap_submit.yml"


def test_overdue_because_the_transport_is_wrong_says_to_configure_first():
    judged = judge(healthy(transport=OFF, reporting=acked(100)), "direct_smart")
    assert judged.verdict == "overdue"
    assert "transport is off" in judged.findings[0].text
    assert judged.next_step == "Run role c9800.slp.configure (`license smart transport smart`)"


def test_a_wrong_url_says_which_one_and_how():
    judged = judge(healthy(transport=ONPREM), "cslu_push")
    form = "Configure one of the form http://{host}:8182/cslu/v1/pi with `license smart url cslu`"
    assert judged.next_step == f"{form} (role c9800.slp.configure)"


def test_the_first_report_period_passed_without_an_ack_is_overdue():
    judged = judge(healthy(reporting=Reporting(ack_deadline=at(-0.5))))
    assert judged.verdict == "overdue"
    assert judged.days_to_deadline == -1


@pytest.mark.parametrize(
    ("left", "verdict"), [(-0.01, "overdue"), (0.01, "due"), (30, "due"), (30.5, "ok"), (89, "ok")]
)
def test_the_deadline_on_either_side(left, verdict):
    """Due from 30 days before, as the device itself reminds (cli.md 4)."""
    assert judge(healthy(reporting=acked(90 - left))).verdict == verdict


def test_with_a_short_period_due_begins_after_two_thirds_of_it():
    policy = replace(default_policy(), subscription=replace(default_policy().subscription, ongoing=30))
    for days_ago, verdict in ((19, "ok"), (21, "due")):
        assert judge(healthy(policy=policy, reporting=acked(days_ago, period=30))).verdict == verdict


class TestPolicyClasses:
    def test_after_an_ack_each_class_counts_its_own_frequency(self):
        """cli.md 3.1: last ACK + reporting frequency."""
        policy = replace(default_policy(), perpetual=replace(default_policy().perpetual, ongoing=365))
        due = {one.name: one for one in judge(healthy(policy=policy)).policy_classes}
        assert (due["subscription"].days_to_next, due["perpetual"].days_to_next) == (80, 355)
        assert due["subscription"].days_to_first is None
        assert (due["export"].in_use, due["export"].days_to_next) == (False, None)

    def test_before_any_ack_the_strictest_class_sets_the_deadline(self):
        """cli.md 3.1: first consumption + first report requirement of the strictest class in use."""
        due = {one.name: one for one in judge(healthy(reporting=NEVER)).policy_classes}
        assert (due["subscription"].days_to_first, due["perpetual"].days_to_first) == (80, 355)
        assert due["subscription"].days_to_next is None

    def test_releases_that_print_no_type_are_known_by_the_licence(self):
        """cli.md 3.3: air-network is perpetual, air-dna is a subscription."""
        due = {one.name: one for one in judge(healthy(usage=usage(kinds=False))).policy_classes}
        assert (due["subscription"].days_to_next, due["perpetual"].in_use) == (80, True)

    def test_a_licence_of_unknown_kind_leaves_the_classes_unknown(self):
        strange = replace(usage()[0], name="something-new", license_type=None, enforcement=None)
        due = {one.name: one for one in judge(healthy(usage=(strange,))).policy_classes}
        assert {one.in_use for one in due.values()} == {None}
        assert due["subscription"].days_to_next is None

    @pytest.mark.parametrize(
        ("enforcement", "name"),
        [("NOT ENFORCED", "subscription"), ("ENFORCED", "enforced"), ("EXPORT RESTRICTED", "export")],
    )
    def test_enforcement_decides_before_the_type(self, enforcement, name):
        use = replace(usage()[1], enforcement=enforcement)
        assert [one.name for one in judge(healthy(usage=(use,))).policy_classes if one.in_use] == [name]

    def test_a_source_without_the_deadline_gets_it_by_the_formula(self):
        judged = judge(healthy(reporting=Reporting(last_ack=at(-10))))
        assert judged.days_to_deadline == 80


class TestNothingOwed:
    def test_without_usage_nothing_is_owed_and_it_does_not_count_as_reported(self):
        """cli.md 4 and 6.3: no usage, no first report requirement."""
        judged = judge(healthy(usage=usage(0), reporting=Reporting()))
        assert judged.verdict == "ok"
        assert (judged.reported, judged.acknowledged, judged.overdue, judged.owed) == (False, False, False, False)
        assert judged.aps == 0
        assert "no_usage" in codes(judged)
        assert judged.next_step == "Nothing: no report is owed"

    def test_without_usage_but_with_an_ack_it_does(self):
        judged = judge(healthy(usage=usage(0), reporting=Reporting(last_ack=at(-10))))
        assert (judged.verdict, judged.reported, judged.acknowledged) == ("ok", True, True)

    def test_a_deadline_runs_on_when_the_aps_have_gone(self):
        judged = judge(healthy(usage=usage(0), reporting=acked(100)))
        assert judged.verdict == "overdue"

    def test_a_policy_that_asks_for_nothing(self):
        """cli.md 4: 0 means no requirement."""
        policy = replace(default_policy(), subscription=replace(default_policy().subscription, first=0, ongoing=0))
        judged = judge(healthy(policy=policy, usage=usage()[1:], reporting=Reporting()))
        assert (judged.verdict, judged.owed) == ("ok", False)

    def test_a_policy_that_wants_no_ack_is_never_overdue(self):
        policy = replace(default_policy(), ack_required=False)
        judged = judge(healthy(policy=policy, reporting=acked(100)))
        assert (judged.verdict, judged.overdue, judged.owed) == ("ok", False, False)


class TestUnknown:
    def test_without_dates_it_is_unknown_never_guessed(self):
        judged = judge(healthy(reporting=None))
        assert judged.verdict == "unknown"
        assert (judged.reported, judged.acknowledged, judged.overdue, judged.owed) == (None, None, None, None)
        assert judged.next_step == "Gather `show license all`"

    def test_without_usage_section_and_deadline_nobody_knows_what_is_owed(self):
        judged = judge(healthy(usage=None, reporting=Reporting()))
        assert (judged.verdict, judged.aps, judged.licences) == ("unknown", None, None)

    def test_a_policy_without_classes_leaves_it_unknown(self):
        """Agent 8 prints another kind of policy."""
        flexible = Policy(in_use="Merged from multiple sources.", source="merged", flexible=FlexiblePolicy())
        judged = judge(healthy(policy=flexible, reporting=Reporting()))
        assert (judged.verdict, judged.next_step) == ("unknown", "Look the product instance up on CSSM's portal")
        assert judge(healthy(policy=flexible)).verdict == "ok"

    def test_a_deadline_is_enough_without_usage_section(self):
        assert judge(healthy(usage=None)).verdict == "ok"

    def test_nothing_but_a_udi(self):
        state = healthy()
        judged = judge(type(state)(udi=state.udi))
        assert judged.verdict == "unknown"
        assert (judged.trust_installed, judged.trust_total, judged.reports_waiting) == (None, None, None)
        assert codes(judged, "error", "warning") == []

    def test_a_zone_that_nobody_knows_leaves_the_days_unknown(self):
        dates = Reporting(last_ack=at(-10, "MEZ", None), ack_deadline=at(80, "MEZ", None))
        judged = judge(healthy(reporting=dates, clock=None))
        assert (judged.verdict, judged.days_to_deadline, judged.overdue) == ("unknown", None, None)
        assert "timezone" in codes(judged)
        assert judged.next_step == "Gather `show clock` too"

    def test_the_devices_own_clock_explains_its_zone(self):
        def local(days):
            return replace(at(days, "MEZ", 1), utc=None)

        dates = Reporting(last_ack=local(-10), ack_deadline=local(80))
        judged = judge(healthy(reporting=dates, clock=local(0.001)))
        assert (judged.verdict, judged.days_to_deadline, judged.last_ack) == ("ok", 80, NOW - timedelta(days=10))

    def test_a_clock_that_was_never_set_explains_nothing(self):
        dates = Reporting(last_ack=at(-10, "MEZ", None), ack_deadline=at(80, "MEZ", None))
        assert judge(healthy(reporting=dates, clock=at(-9000, "MEZ", None))).verdict == "unknown"


class TestTrust:
    @pytest.mark.parametrize(
        ("topology", "release", "code"),
        [
            ("direct_smart", "17.6.5", "trust_missing"),
            ("direct_smart", "17.12.4", "trust_missing"),
            ("cslu_push", "17.6.5", None),
            ("cslu_push", "17.7.1", "trust_pending"),
            ("offline", "17.6.5", None),
            ("offline", "17.7.1", "trust_pending"),
            ("cslu_pull", "17.12.4", None),
            ("onprem_push", "17.12.4", None),
            ("catalyst_center", "17.12.4", None),
        ],
    )
    def test_no_code_at_all_before_the_first_ack(self, topology, release, code):
        """seed: healthy under Catalyst Center, an alarm on a direct connection, in the ACK from 17.7.1."""
        state = healthy(
            transport=RIGHT_TRANSPORT[topology],
            release=Release.parse(release),
            units=units(False),
            reporting=NEVER,
        )
        judged = judge(state, topology)
        assert [one for one in codes(judged) if one.startswith("trust")] == ([code] if code else [])
        assert (judged.trust_installed, judged.trust_total) == (0, 1)

    def test_direct_without_code_wants_a_token_first(self):
        judged = judge(healthy(transport=SMART, units=units(False)), "direct_smart")
        assert judged.verdict == "action"
        assert "license smart trust idtoken TOKEN local force" in judged.next_step

    @pytest.mark.parametrize(
        ("topology", "severity"),
        [("direct_smart", "error"), ("offline", "warning"), ("onprem_push", "warning"), ("catalyst_center", "info")],
    )
    def test_one_code_for_two_udis(self, topology, severity):
        """seed, Trust Code Requirements in a High Availability Set-Up."""
        judged = judge(healthy(transport=RIGHT_TRANSPORT[topology], units=units(True, False)), topology)
        (finding,) = [one for one in judged.findings if one.code.startswith("trust")]
        assert finding.severity == severity
        assert finding.text.startswith("1 of 2 UDIs have a trust code")

    def test_a_pair_is_told_to_use_all(self):
        judged = judge(healthy(transport=SMART, units=units(True, False)), "direct_smart")
        assert "idtoken TOKEN all force" in judged.next_step

    def test_a_factory_code_does_not_serve_a_direct_connection(self):
        """seed, Connected Directly, note."""
        (unit,) = units(True)
        factory = (replace(unit, trust=Trust(state="installed", kind="FACTORY")),)
        judged = judge(healthy(transport=SMART, units=factory), "direct_smart")
        assert codes(judged, "error") == ["trust_factory"]
        assert judge(healthy(units=factory)).verdict == "ok"

    def test_a_unit_of_which_nothing_is_known_makes_no_alarm(self):
        judged = judge(healthy(transport=SMART, units=units(True, None)), "direct_smart")
        assert (judged.trust_installed, judged.trust_total) == (None, 2)
        assert codes(judged, "error", "warning") == []


@pytest.mark.parametrize(
    ("source", "topology", "changes", "code", "severity"),
    [
        ("cli.md 6.3", "offline", {"slp_enabled": False}, "before_slp", "error"),
        ("cli.md 6.3", "offline", {"release": Release.parse("17.3.2")}, "before_slp", "error"),
        ("cli.md 6.3", "offline", {"is_controller": False}, "platform", "warning"),
        ("seed, table 2", "onprem_push", {"release": Release.parse("17.3.2a")}, "release", "error"),
        ("cli.md 1.2", "onprem_push", {"transport": EMPTY}, "url_missing", "error"),
        ("cli.md 1.2", "onprem_push", {"transport": CSLU}, "url", "error"),
        ("cli.md 1.2", "cslu_push", {"transport": ONPREM}, "url", "error"),
        ("cli.md 1.2: cslu-local by DNS", "cslu_push", {"transport": EMPTY}, None, None),
        ("cli.md 1.2", "direct_smart", {"transport": replace(SMART, url="https://x.example.com")}, "url", "error"),
        ("cli.md 5.14: leftover", "cslu_pull", {"transport": CSLU}, "url", "warning"),
        ("cli.md 5.4", "direct_smart_proxy", {"transport": SMART}, "proxy_missing", "error"),
        ("cli.md 5.4", "direct_smart", {"transport": replace(SMART, proxy=PROXY)}, "proxy_unwanted", "warning"),
        ("cli.md 1.4", "offline", {"ntp_synced": False}, "clock", "warning"),
        ("cli.md 1.4", "offline", {"clock": at(1 / 24)}, "clock_skew", "warning"),
        ("cli.md 1.4", "offline", {"clock": at(0.9 / 24)}, None, None),
        ("cli.md 1.1", "cslu_push", {"reporting": replace(acked(), push_interval_days=0)}, "interval_0", "error"),
        ("nothing is pushed", "offline", {"reporting": replace(acked(), push_interval_days=0)}, None, None),
        ("cli.md 6.3", "cslu_push", {"reporting": replace(acked(), push_interval_days=91)}, "interval_long", "info"),
        ("cli.md 1.3", "offline", {"air_level_next": "AIR DNA Essentials"}, "air_level", "warning"),
        ("seed, recommendations", "direct_callhome", {}, "recommended", "info"),
    ],
)  # fmt: skip
def test_findings_on_either_side(source, topology, changes, code, severity):
    state = healthy(**{"transport": RIGHT_TRANSPORT[topology], **changes})
    found = {finding.code: finding.severity for finding in judge(state, topology).findings}
    assert found == ({code: severity} if code else {}), source


@pytest.mark.parametrize(
    ("release", "total", "told"),
    [
        ("17.3.4", 999, False),
        ("17.3.4", 1000, True),
        ("17.3.7", 5000, False),
        ("17.6.4", 5000, True),
        ("17.6.5", 5000, False),
        ("17.7.1", 5000, True),
        ("17.9.5", 5000, False),
        ("17.3.4", None, False),
    ],
)
def test_a_backlog_of_fn72578(release, total, told):
    """cli.md 5.15."""
    state = healthy(release=Release.parse(release), rum=RumCounters(total=total))
    assert codes(judge(state), "warning") == (["backlog"] if told else [])


@pytest.mark.parametrize("changes", [{"slp_enabled": False}, {"release": Release.parse("17.3.1")}])
def test_unsupported_comes_before_everything(changes):
    judged = judge(healthy(reporting=acked(100), **changes))
    assert judged.verdict == "unsupported"
    assert judged.next_step == judged.findings[0].remedy


def test_throttling_is_explained():
    """seed, RUM report throttling; cli.md 0.1: 17.6.4 of 17.6, then from 17.9.1."""

    def state(release, hours):
        return healthy(
            transport=CSLU,
            release=Release.parse(release),
            reporting=replace(acked(), last_push=at(-hours / 24)),
            rum=RumCounters(total=21, available=1, waiting=0),
        )

    throttled = {
        (release, hours): "throttled" in codes(judge(state(release, hours), "cslu_push"))
        for release in ("17.6.3", "17.6.4", "17.7.1", "17.9.1")
        for hours in (23, 25)
    }
    assert {key for key, value in throttled.items() if value} == {("17.6.4", 23), ("17.9.1", 23)}


class TestOnTheWay:
    def test_a_push_to_cssm_itself_counts_as_reported(self):
        state = healthy(transport=SMART, reporting=replace(NEVER, last_push=at(-0.001)))
        judged = judge(state, "direct_smart")
        assert (judged.verdict, judged.reported, judged.acknowledged) == ("due", True, False)
        assert judged.next_step == TOPOLOGIES["direct_smart"].steps.fetch_ack.format(scope="local")

    def test_a_push_to_a_collector_does_not(self):
        judged = judge(healthy(transport=CSLU, reporting=replace(NEVER, last_push=at(-0.001))), "cslu_push")
        assert (judged.verdict, judged.reported) == ("due", False)

    def test_a_push_of_the_period_before_does_not(self):
        state = healthy(transport=SMART, reporting=replace(acked(200), last_push=at(-150)))
        assert judge(state, "direct_smart").reported is False

    def test_a_saved_file_is_no_report(self):
        judged = judge(healthy(reporting=replace(NEVER, last_file_write=at(-1))))
        assert (judged.verdict, judged.reported) == ("never_reported", False)
        assert judged.next_step == TOPOLOGIES["offline"].steps.fetch_ack

    def test_a_push_date_says_nothing_in_pull(self):
        """seed, High Availability: the dates move, the topology decides whether anything is sent."""
        judged = judge(healthy(transport=EMPTY, reporting=replace(NEVER, last_push=at(-1))), "cslu_pull")
        assert judged.verdict == "never_reported"

    @pytest.mark.parametrize(("minutes", "missing"), [(9, False), (11, True)])
    def test_an_ack_that_takes_too_long(self, minutes, missing):
        """cli.md 5.0: ten minutes for an online ACK."""
        state = healthy(transport=SMART, reporting=replace(acked(), last_push=at(-minutes / 1440)))
        assert ("ack_missing" in codes(judge(state, "direct_smart"))) is missing

    @pytest.mark.parametrize(
        ("archive", "reported", "step"),
        [
            ({"acknowledged": 3, "submitted": 1}, True, "Run airgap_install.yml: the archive holds its ACK"),
            ({"submitted": 2, "collected": 1}, True, "Run airgap_submit.yml again: it fetches the ACK"),
            ({"collected": 4}, False, "Carry the bundle out and run airgap_submit.yml"),
            ({}, False, "Run airgap_collect.yml, carry the bundle out, run airgap_submit.yml"),
        ],
    )
    def test_the_archive_knows_how_far_the_reports_are(self, archive, reported, step):
        judged = judge(healthy(reporting=NEVER), archive_facts=archive)
        assert (judged.reported, judged.acknowledged, judged.next_step) == (reported, False, step)
        assert judged.verdict == ("due" if reported else "never_reported")

    def test_a_refused_report_needs_an_action(self):
        judged = judge(healthy(), archive_facts={"refused": 2})
        assert judged.verdict == "action"
        assert "CSSM refused 2 reports" in judged.findings[0].text


def test_the_clock_is_compared_with_ours_and_deadlines_count_by_the_devices():
    judged = audit(healthy(), topology="offline", now=NOW, reference=NOW + timedelta(days=3))
    assert (codes(judged, "warning"), judged.days_to_deadline) == (["clock_skew"], 80)


def test_a_warning_gives_the_next_step_when_nothing_is_due():
    assert judge(healthy(ntp_synced=False)).next_step == "Configure `ntp server` on the device"


def test_real_outputs_are_judged_without_a_guess():
    """Every output of a device that gives a state gives an audit in every topology."""
    outputs = Path(__file__).parents[4] / "shared" / "device-outputs"
    if not outputs.exists():
        pytest.skip("outputs of real devices are not beside the repository")
    judged = 0
    for file in sorted(outputs.glob("show_license_*/*.txt")):
        command = file.parent.name.replace("_", " ")
        try:
            state = build_state({command: file.read_text()})
        except SlpError:
            continue  # no UDI in it, before SLP, or cut off
        for name in TOPOLOGIES:
            result = judge(state, name)
            assert result.next_step, file.name
            assert (result.verdict == "unknown") <= (result.deadline is None), file.name
            judged += 1
    assert judged >= 13 * 10


def test_a_report_that_still_gathers_data_does_not_wait():
    records = tuple(
        RumRecord(report_id=number, state=state) for number, state in enumerate(("ACK", "CLOSED", "UNACK", "OPEN"))
    )
    counters = RumCounters(total=4, waiting=1, available=2)
    assert judge(healthy(units=units(True), rum=counters, reports=records)).reports_waiting == 2


def test_what_rows_need_is_in_the_result_and_it_is_plain_data():
    judged = judge(healthy(units=units(True, True), rum=RumCounters(total=30, waiting=2, available=3))).as_dict()
    assert json.loads(json.dumps(judged)) == judged
    assert judged["aps"] == 12
    assert judged["licences"] == {"air-network-advantage": 12, "air-dna-advantage": 12}
    assert judged["reports_waiting"] == 5
    assert judged["last_ack"] == "2026-02-20T12:00:00Z"
    assert judged["deadline"] == "2026-05-21T12:00:00Z"
    assert (judged["trust_installed"], judged["trust_total"]) == (2, 2)
    assert judged["udis"] == ["PID:C9800-40-K9,SN:TTM0000A001", "PID:C9800-40-K9,SN:TTM0000A002"]
    assert (judged["verdict"], judged["topology"], judged["release"]) == ("ok", "offline", "17.12.4")


def test_an_unknown_topology_is_refused():
    with pytest.raises(SlpError, match="unknown topology"):
        judge(healthy(), "carrier_pigeon")
