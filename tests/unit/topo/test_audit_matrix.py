# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thirteen topologies by the states that a fleet shows: what is healthy in one is an alarm in another."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.audit import audit
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import (
    Account,
    LicenseState,
    Policy,
    PolicyClass,
    Reporting,
    RumCounters,
    RumRecord,
    Transport,
    Trust,
    build_state,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import UNTOLD
from ansible_collections.c9800.slp.plugins.plugin_utils.fleet.html import render_html
from ansible_collections.c9800.slp.plugins.plugin_utils.fleet.rows import build_fleet
from ansible_collections.c9800.slp.plugins.plugin_utils.fleet.text import render_text
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cslu import Cslu
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.targets import CsluSpec

from tests.unit.mock.collector_tools import Place, login, reachable, standing
from tests.unit.mock.dev_tools import Console

from .states import (
    CALL_HOME,
    CSLU,
    EMPTY,
    NOW,
    OFF,
    ONPREM,
    RIGHT_TRANSPORT,
    SMART,
    acked,
    at,
    codes,
    healthy,
    units,
    usage,
)

DIRECT = ("direct_smart", "direct_smart_proxy", "direct_callhome", "direct_callhome_proxy")
PUSH = ("cslu_push", "cslu_offline_push", "onprem_push")
PULL = ("cslu_pull", "cslu_offline_pull", "onprem_pull")
COLLECTED = (*PULL, "catalyst_center")
FILE = ("offline",)
EITHER = ("onprem_offline",)

NEVER = Reporting(ack_deadline=at(80), push_interval_days=30)
IDLE = RumCounters(total=4, acknowledged=0, waiting=0, available=4)
TAKEN = RumCounters(total=4, acknowledged=0, waiting=2, available=2)
WRONG = {
    **dict.fromkeys(("direct_smart", "direct_smart_proxy"), CSLU),
    **dict.fromkeys(("direct_callhome", "direct_callhome_proxy"), SMART),
    **dict.fromkeys((*PUSH, *COLLECTED, *EITHER), SMART),
    "offline": EMPTY,
}

STATES = {
    "healthy": {},
    "fresh": {"reporting": NEVER, "rum": IDLE, "units": units(False), "account": Account()},
    "fresh, trusted": {"reporting": NEVER, "rum": IDLE},
    "pushed": {"reporting": replace(NEVER, last_push=at(-0.002)), "rum": TAKEN},
    "pushed long ago": {"reporting": replace(acked(85), last_push=at(-8)), "rum": TAKEN},
    "collected": {"reporting": NEVER, "rum": TAKEN},
    "saved to a file": {"reporting": replace(NEVER, last_file_write=at(-1)), "rum": TAKEN},
    "near the deadline": {"reporting": acked(75)},
    "overdue": {"reporting": acked(100)},
    "first deadline passed": {"reporting": Reporting(ack_deadline=at(-1), push_interval_days=30), "rum": IDLE},
    "no trust": {"units": units(False)},
    "half trusted": {"units": units(True, False)},
    "no interval": {"reporting": replace(acked(), push_interval_days=0)},
    "no access point": {"usage": usage(0), "reporting": Reporting(push_interval_days=30)},
}


def everywhere(verdict: str, **others: str) -> dict[str, str]:
    """One verdict for all topologies but these."""
    found = dict.fromkeys(TOPOLOGIES, verdict)
    for group, other in others.items():
        found |= dict.fromkeys({"direct": DIRECT, "push": PUSH, "collected": COLLECTED, "file": FILE,
                                "either": EITHER}[group], other)  # fmt: skip
    return found


EXPECTED = {
    "healthy": everywhere("ok"),
    "fresh": everywhere("never_reported"),
    "fresh, trusted": everywhere("never_reported"),
    # A push that left shows where devices push; to a collector it shows as the counter that says it was taken.
    "pushed": everywhere("due", file="never_reported"),
    "pushed long ago": everywhere("due"),
    # Nothing is pushed there, and the counter is all that tells (cli.md 5.8, step 6).
    "collected": everywhere("never_reported", collected="due"),
    # A file on the flash proves nothing yet, save to whoever reads devices: these count what was taken in whatever way.
    "saved to a file": everywhere("never_reported", collected="due"),
    "near the deadline": everywhere("due"),
    "overdue": everywhere("overdue"),
    "first deadline passed": everywhere("overdue"),
    "no trust": everywhere("ok", direct="action"),
    "half trusted": everywhere("ok", direct="action"),
    "no interval": everywhere("ok", direct="action", push="action", either="action"),
    "no access point": everywhere("ok"),
}


def judged(topology: str, **changes):
    return audit(healthy(**{"transport": RIGHT_TRANSPORT[topology], **changes}), topology=topology, now=NOW)


@pytest.mark.parametrize("topology", TOPOLOGIES)
@pytest.mark.parametrize("state", STATES)
def test_verdict(state: str, topology: str) -> None:
    found = judged(topology, **STATES[state])
    assert found.verdict == EXPECTED[state][topology], found.findings
    assert found.to_do is (found.verdict not in ("ok",) or bool(codes(found, "warning")))


@pytest.mark.parametrize("topology", TOPOLOGIES)
@pytest.mark.parametrize("state", ["healthy", "fresh", "overdue"])
def test_a_wrong_transport_needs_an_action_first(state: str, topology: str) -> None:
    found = judged(topology, **{**STATES[state], "transport": WRONG[topology]})
    assert found.verdict == {"healthy": "action", "fresh": "never_reported", "overdue": "overdue"}[state]
    assert "transport" in codes(found, "error")
    wanted = TOPOLOGIES[topology].desired.transports[0]
    assert found.next_step == f"Run role c9800.slp.configure (`license smart transport {wanted}`)"


@pytest.mark.parametrize(
    ("topologies", "release", "installed", "expected"),
    [
        (DIRECT, "17.6.5", False, ["trust_missing"]),
        (DIRECT, "17.12.4", False, ["trust_missing"]),
        (("cslu_push", "cslu_offline_push", "offline"), "17.6.5", False, []),
        (("cslu_push", "cslu_offline_push", "offline"), "17.7.1", False, ["trust_missing"]),  # ACKs came without
        (("onprem_push", *PULL, *EITHER), "17.12.4", False, []),
        (("catalyst_center",), "17.12.4", False, []),
        (tuple(TOPOLOGIES), "17.12.4", True, []),
    ],
)
def test_no_trust_code_is_an_alarm_or_none(topologies, release, installed, expected) -> None:
    for topology in topologies:
        found = judged(topology, units=units(installed), release=Release.parse(release))
        assert [code for code in codes(found) if code.startswith("trust")] == expected, topology


def test_a_code_of_unknown_origin_is_mentioned_where_it_matters() -> None:
    """Never heard from CSSM, and a code is there: it may be the factory's (agents before 6.3 do not say)."""
    unheard = {"reporting": NEVER, "account": Account()}
    for topology in TOPOLOGIES:
        noted = "trust_unproven" in codes(judged(topology, **unheard))
        assert noted is (topology in DIRECT), topology
        assert "trust_unproven" not in codes(judged(topology))
    issued = tuple(replace(unit, trust=Trust(state="installed", kind="CSSM")) for unit in units(True))
    assert "trust_unproven" not in codes(judged("direct_smart", units=issued, **unheard))


class TestEitherWay:
    """SSM On-Prem by file: a device with a URL pushes, one without is read (cli.md 5.13, step 2)."""

    def test_a_push_counts_where_there_is_a_url(self):
        found = judged("onprem_offline", reporting=replace(NEVER, last_push=at(-0.5)), rum=TAKEN)
        assert (found.verdict, codes(found, "error", "warning")) == ("due", [])
        assert found.next_step == TOPOLOGIES["onprem_offline"].steps.fetch_ack

    @pytest.mark.parametrize("transport", [EMPTY, OFF])
    def test_without_one_the_counter_tells(self, transport):
        reporting = replace(NEVER, last_push=at(-0.5))
        for rum, verdict in ((IDLE, "never_reported"), (TAKEN, "due")):
            assert judged("onprem_offline", transport=transport, reporting=reporting, rum=rum).verdict == verdict

    def test_an_interval_of_0_matters_where_it_pushes(self):
        never = {"reporting": replace(acked(), push_interval_days=0)}
        assert codes(judged("onprem_offline", **never), "error") == ["interval_0"]
        assert codes(judged("onprem_offline", transport=OFF, **never)) == []


class TestCollected:
    """cli.md 5.2 step 7, 5.8 step 6: nothing is pushed; the waiting counter goes up when a report is taken."""

    @pytest.mark.parametrize("topology", COLLECTED)
    def test_the_ack_is_fetched_from_whoever_took_the_report(self, topology):
        found = judged(topology, reporting=NEVER, rum=TAKEN)
        row = TOPOLOGIES[topology]
        assert (found.reported, found.acknowledged) == (False, False)
        assert found.next_step == row.steps.fetch_ack

    @pytest.mark.parametrize("topology", COLLECTED)
    def test_an_overdue_one_says_who_has_it(self, topology):
        found = judged(topology, reporting=acked(100), rum=TAKEN)
        name = TOPOLOGIES[topology].collector.name
        assert f"{name} has taken 2 reports, no ACK came back" in found.findings[0].text

    @pytest.mark.parametrize("listed", [False, True])
    @pytest.mark.parametrize(("topology", "method"), [("cslu_pull", "netconf"), ("cslu_offline_pull", "restconf")])
    def test_a_simulated_device_shows_it(self, topology, method, listed):
        """Before and after CSLU has read it, while no ACK is there; the list of reports has no state for it."""
        found = []
        commands = ["show version", "show license all", *(["show license rum id all"] if listed else [])]

        async def scenario():
            place = Place(ready_after=1e6)
            device = place.device(services=[method], transport="off")
            cslu = Cslu(CsluSpec(connected=topology == "cslu_pull"), place)
            async with standing(place, cslu), reachable(place, device):
                await cslu.do("add_device", login(device, method))
                for collect in (True, False):
                    shown = {name: Console(device).run(name) for name in commands}
                    now = datetime.fromtimestamp(device.now, UTC)
                    found.append(audit(build_state(shown), topology=topology, now=now))
                    if collect:
                        await cslu.do("collect", {"device": "wlc1"})

        asyncio.run(scenario())
        steps = TOPOLOGIES[topology].steps
        assert [(one.verdict, one.next_step) for one in found] == [
            ("never_reported", steps.report),
            ("due", steps.fetch_ack),
        ]
        assert "as far as the device shows" in found[0].findings[0].text

    def test_a_push_date_says_nothing(self):
        """It may be years old, of another topology."""
        found = judged("cslu_pull", reporting=replace(acked(), last_push=at(-5)))
        assert (found.verdict, codes(found)) == ("ok", [])

    def test_report_states_tell_it_too(self):
        records = tuple(RumRecord(report_id=number, state=state) for number, state in enumerate(("UNACK", "OPEN")))
        assert judged("cslu_pull", reporting=NEVER, rum=None, reports=records).verdict == "due"
        assert judged("cslu_pull", reporting=NEVER, rum=None, reports=records[1:]).verdict == "never_reported"

    @pytest.mark.parametrize("topology", COLLECTED)
    def test_a_release_without_counters_leaves_it_open(self, topology):
        """They came with 17.7.1."""
        found = judged(topology, reporting=NEVER, rum=None, release=Release.parse("17.6.5"), units=units(False))
        assert (found.verdict, found.reported) == ("due", None)
        assert found.next_step == TOPOLOGIES[topology].steps.report


def by_models(topology: str, **changes) -> LicenseState:
    """What NETCONF and RESTCONF tell (yang.md 7.1): no push, no file, no counters, no proxy, no VRF, no account."""
    transport = RIGHT_TRANSPORT[topology]
    told = {
        "transport": Transport(type=transport.type, url=transport.url, cslu_url=transport.cslu_url),
        "reporting": Reporting(last_ack=at(-10), ack_deadline=at(80)),
        "rum": None,
        "account": None,
        "air_level": None,
        "air_level_next": None,
        "ntp_synced": None,
        "usage": usage(kinds=False),
        "untold": UNTOLD,
    }
    return healthy(**{**told, **changes})


@pytest.mark.parametrize("topology", TOPOLOGIES)
class TestByTheModels:
    def test_a_healthy_one_is_ok(self, topology):
        found = audit(by_models(topology), topology=topology, now=NOW)
        assert (found.verdict, codes(found, "error", "warning")) == ("ok", [])

    def test_what_may_have_left_is_no_alarm(self, topology):
        state = by_models(topology, reporting=Reporting(ack_deadline=at(80)))
        found = audit(state, topology=topology, now=NOW)
        if topology == "offline":  # a saved file would prove no report either: the archive knows
            assert (found.verdict, found.reported) == ("never_reported", None)
            return
        assert (found.verdict, found.reported, codes(found, "error", "warning")) == ("due", None, [])

    def test_an_old_model_tells_of_no_trust_code(self, topology):
        state = by_models(topology, units=units(None), policy=None, reporting=None, release=Release.parse("17.4.1"))
        found = audit(state, topology=topology, now=NOW)
        assert (found.verdict, found.trust_installed, codes(found, "error", "warning")) == ("unknown", None, [])
        assert found.next_step == "Read it by the CLI: `show license all`"

    def test_who_did_not_read_the_configuration_raises_no_alarm(self, topology):
        shown = by_models(topology).transport
        bare = by_models(topology, transport=replace(shown, cslu_url=None), untold=(*UNTOLD, "transport.cslu_url"))
        assert codes(audit(bare, topology=topology, now=NOW), "error", "warning") == []

    def test_an_overdue_one_is_overdue(self, topology):
        state = by_models(topology, reporting=Reporting(last_ack=at(-100), ack_deadline=at(-10)))
        assert audit(state, topology=topology, now=NOW).verdict == "overdue"


@pytest.mark.parametrize(
    ("topology", "transport", "code", "text"),
    [
        ("cslu_pull", CSLU, "url", "is left from another topology: the device would push there as well"),
        ("onprem_pull", ONPREM, "url", "is left from another topology"),
        ("catalyst_center", CSLU, "url", "is left from another topology"),
        ("cslu_pull", replace(EMPTY, vrf="MGMT"), "vrf_unwanted", "VRF MGMT is left from another topology"),
        ("catalyst_center", replace(EMPTY, vrf="MGMT"), "vrf_unwanted", "VRF MGMT"),
        ("direct_smart", replace(SMART, vrf="MGMT"), None, ""),
        ("cslu_push", replace(CSLU, vrf="MGMT"), None, ""),
        ("cslu_pull", EMPTY, None, ""),
        ("direct_callhome", CALL_HOME, "recommended", ""),
    ],
)
def test_leftovers_of_another_topology(topology, transport, code, text) -> None:
    """cli.md 5.14, step 2, as far as the state shows them."""
    found = judged(topology, transport=transport)
    assert codes(found) == ([code] if code else [])
    assert text in "".join(finding.text for finding in found.findings)
    assert found.verdict == "ok"


class TestDays:
    """cli.md 3.1: before the first ACK from the first use on, by class; then from the ACK on."""

    MIXED = Policy(
        source="installed",
        ack_required=True,
        perpetual=PolicyClass(first=120, ongoing=60, change=30),
        subscription=PolicyClass(first=60, ongoing=45, change=30),
        enforced=PolicyClass(first=0, ongoing=90, change=90),
        export=PolicyClass(first=0, ongoing=90, change=90),
    )

    @staticmethod
    def of(topology, **changes):
        found = judged(topology, **changes)
        return {due.name: (due.days_to_first, due.days_to_next) for due in found.policy_classes}

    @pytest.mark.parametrize("topology", TOPOLOGIES)
    def test_default_policy(self, topology):
        """365 days for perpetual licences, 90 for subscriptions; then 90 for these and none for those."""
        nothing = {"enforced": (None, None), "export": (None, None)}
        before = self.of(topology, reporting=NEVER)
        assert before == {"perpetual": (355, None), "subscription": (80, None), **nothing}
        after = self.of(topology, reporting=acked(10))
        assert after == {"perpetual": (None, None), "subscription": (None, 80), **nothing}

    def test_a_policy_of_the_customer(self):
        policy = {"policy": self.MIXED}
        first_use = Reporting(ack_deadline=at(50))  # ten days ago
        assert self.of("offline", reporting=first_use, **policy)["perpetual"] == (110, None)
        assert self.of("offline", reporting=first_use, **policy)["subscription"] == (50, None)
        after = self.of("offline", reporting=acked(10, 45), **policy)
        assert (after["perpetual"], after["subscription"]) == ((None, 50), (None, 35))
        assert after["enforced"] == (None, None)  # none of that class is in use

    def test_on_the_day_and_after_it(self):
        for days, left in ((89, 1), (89.5, 0), (90, 0), (90.5, -1), (91, -1)):
            assert self.of("offline", reporting=acked(days))["subscription"] == (None, left), days

    def test_without_a_printed_deadline_it_is_worked_out(self):
        found = judged("offline", reporting=Reporting(last_ack=at(-10)))
        assert (found.days_to_deadline, found.verdict) == (80, "ok")

    def test_perpetual_licences_alone_owe_nothing_after_the_first_ack(self):
        """The device prints no deadline then."""
        alone = usage()[:1]
        found = judged("offline", usage=alone, reporting=Reporting(last_ack=at(-200)))
        assert (found.verdict, found.owed, found.next_step) == ("ok", False, "Nothing: no report is owed")
        found = judged("offline", usage=alone, reporting=Reporting(ack_deadline=at(300)))
        assert (found.verdict, found.owed) == ("never_reported", True)
        assert found.policy_classes[0].days_to_first == 300

    def test_without_usage_nobody_counts_days(self):
        assert set(self.of("offline", usage=None, reporting=NEVER).values()) == {(None, None)}


WHO_OR_WHAT = ("c9800.slp.", "airgap_", "in CSLU", "CSLU's file", "Catalyst Center", "SSM On-Prem")


@pytest.mark.parametrize("topology", TOPOLOGIES)
@pytest.mark.parametrize(
    "state", ["fresh", "pushed long ago", "overdue", "no trust", "no interval", "near the deadline"]
)
def test_a_next_step_says_what_runs_it(state: str, topology: str) -> None:
    """A role or playbook of the collection where it has one, with the command of the CLI; else who has to act."""
    found = judged(topology, **STATES[state])
    if not found.to_do:
        return
    assert any(name in found.next_step for name in WHO_OR_WHAT), found.next_step
    if "c9800.slp.sync" in found.next_step:
        assert "`license smart sync local`" in found.next_step


def test_steps_of_an_alarm_name_role_and_command() -> None:
    trust = judged("direct_smart", units=units(False)).next_step
    assert "c9800.slp.trust" in trust
    assert "`license smart trust idtoken TOKEN local force`" in trust
    factory = tuple(replace(unit, trust=Trust(state="installed", kind="Factory")) for unit in units(True))
    assert "slp_replace_factory_trust: true" in judged("direct_smart", units=factory).next_step
    assert "trust_force: true" in judged("direct_smart", units=units(True, False)).next_step
    interval = judged("cslu_push", reporting=replace(acked(), push_interval_days=0)).next_step
    assert "c9800.slp.configure" in interval
    assert "`license smart usage interval`" in interval
    proxy = judged("direct_smart_proxy", transport=SMART).next_step
    assert "slp_proxy_address" in proxy
    assert "`license smart proxy`" in proxy
    assert "slp_cslu_url" in judged("onprem_push", transport=EMPTY).next_step
    assert "c9800.slp.configure" in judged("onprem_push", transport=CSLU).next_step


def test_the_clock_is_about_trust_only_where_there_is_some() -> None:
    for topology in TOPOLOGIES:
        (finding,) = [one for one in judged(topology, clock=at(0.1)).findings if one.code == "clock_skew"]
        assert ("trust codes are refused" in finding.text) is (topology in DIRECT), topology


@pytest.fixture(scope="module")
def fleet():
    """Each topology in each state, as `c9800.slp.info` returns them."""
    audits = []
    for number, (topology, state) in enumerate((one, two) for one in TOPOLOGIES for two in STATES):
        found = judged(topology, **{**STATES[state], "hostname": f"wlc{number}"}).as_dict()
        assert json.loads(json.dumps(found)) == found
        serial = {"udis": [f"PID:C9800-CL-K9,SN:9SIM{number:07}"], "serial": f"9SIM{number:07}"}
        audits.append({"host": f"wlc{number}", **found, **serial})
    return build_fleet(audits, "All topologies")


def test_facts_table_and_page_hold_all_of_them(fleet) -> None:
    assert fleet.counts["product_instances"] == len(TOPOLOGIES) * len(STATES)
    assert {row.topology for row in fleet.rows} == set(TOPOLOGIES)
    text, page = render_text(fleet, "2026-03-02T12:00:00Z"), render_html(fleet, "2026-03-02T12:00:00Z")
    assert max(map(len, text.splitlines())) <= 140
    for row in fleet.rows:
        assert f"{row.host} " in text
        assert f'<th scope="row">{row.host}\n' in page
    for topology in TOPOLOGIES:
        assert topology in text
        assert topology in page
    assert text.splitlines()[-1] == fleet.summary
    assert "`" not in page.partition("<body>")[2]
