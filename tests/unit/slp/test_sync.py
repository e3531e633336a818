# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is told to report, who is left alone or refused, and what has come of it. The source stands beside each case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import (
    HaState,
    LicenseState,
    Reporting,
    RumCounters,
    Transport,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.sync import decide_sync, look_sync, promise, waited_for
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import SMART_URL, TOPOLOGIES, find
from ansible_collections.c9800.slp.plugins.module_utils.slp.trigger import Mark, Verdict

from tests.unit.slp.test_messages import comm
from tests.unit.slp.test_trust import direct
from tests.unit.topo.states import NOW, at, healthy, units

CSLU = Transport(type="cslu", cslu_url="http://192.0.2.10:8182/cslu/v1/pi")
ONPREM = Transport(type="cslu", cslu_url="https://onprem.example.net/cslu/v1/pi/WLAN-1")
HOUR, MINUTE = 1 / 24, 1 / 1440


def dates(push: float | None = None, ack: float | None = None, interval: int = 30) -> Reporting:
    """Report and ACK so many days ago."""
    return Reporting(
        last_push=None if push is None else at(-push),
        last_ack=None if ack is None else at(-ack),
        push_interval_days=interval,
    )


def pushing(transport: Transport = CSLU, reporting: Reporting | None = None, **changes: Any) -> LicenseState:
    return healthy(transport=transport, reporting=reporting or dates(), **changes)


@dataclass(frozen=True)
class Case:
    rule: str
    topology: str
    state: LicenseState
    verdict: Verdict
    says: str = ""
    asked: dict[str, Any] = field(default_factory=dict)
    notes: str = ""


RULES = [
    Case("cli.md 5.3.9: never reported", "direct_smart", direct(True, reporting=dates()), Verdict.DO),
    Case("cli.md 5.1.9: through CSLU", "cslu_push", pushing(), Verdict.DO),
    Case("cli.md 5.1.5: zero-touch, no URL", "cslu_push", pushing(Transport(type="cslu")), Verdict.DO),
    Case(
        "a second run within max_age",
        "direct_smart",
        direct(True, reporting=dates(5 * HOUR, 5 * HOUR)),
        Verdict.ALREADY,
        "acknowledged on",
    ),
    Case(
        "seed, High Availability: a new standby gets its trust code with the next ACK",
        "cslu_push",
        pushing(reporting=dates(HOUR, HOUR), units=units(True, False)),
        Verdict.DO,
        "brings a trust code for the unit that has none",
        notes="one report a day",
    ),
    Case(
        "the ACK with its code is on its way",
        "cslu_push",
        pushing(reporting=dates(MINUTE, HOUR), units=units(True, False)),
        Verdict.WAIT,
    ),
    Case(
        "ACKs that bring no trust: none is asked for again and again",
        "cslu_push",
        pushing(reporting=dates(HOUR, HOUR), units=units(False, False)),
        Verdict.ALREADY,
    ),
    Case(
        "cli.md 5.0.2: before 17.7.1 no ACK brings trust",
        "cslu_push",
        pushing(reporting=dates(HOUR, HOUR), units=units(True, False), release=Release(17, 6, 5)),
        Verdict.ALREADY,
    ),
    Case("older than max_age", "direct_smart", direct(True, reporting=dates(1.1, 1.1)), Verdict.DO),
    Case(
        "max_age of the user",
        "direct_smart",
        direct(True, reporting=dates(HOUR, HOUR)),
        Verdict.DO,
        asked={"max_age": timedelta(minutes=30)},
        notes="one report a day",
    ),
    Case(
        "force",
        "direct_smart",
        direct(True, reporting=dates(HOUR, HOUR)),
        Verdict.DO,
        asked={"force": True},
        notes="one report a day",
    ),
    Case(
        "an ACK of files says nothing of a push",
        "direct_smart",
        direct(True, reporting=dates(None, HOUR)),
        Verdict.DO,
    ),
    Case(
        "cli.md 5.0: never loop sync; a push two minutes ago",
        "direct_smart",
        direct(True, reporting=dates(2 * MINUTE, 3)),
        Verdict.WAIT,
        "a report left on",
    ),
    Case(
        "cli.md 5.0: an online ACK takes ten minutes at most",
        "direct_smart",
        direct(True, reporting=dates(11 * MINUTE, 3)),
        Verdict.DO,
        notes="one report a day",
    ),
    Case("cli.md 5.0: one day through CSLU", "cslu_push", pushing(reporting=dates(5 * HOUR)), Verdict.WAIT),
    Case("cli.md 5.7: files may take days", "cslu_offline_push", pushing(reporting=dates(0.9)), Verdict.WAIT),
    Case("max_age bounds that", "cslu_offline_push", pushing(reporting=dates(1.1)), Verdict.DO),
    Case(
        "seed, HA: sync all",
        "direct_smart",
        direct(True, True, reporting=dates()),
        Verdict.DO,
    ),
    Case(
        "cli.md 6.3: transport off",
        "direct_smart",
        direct(True, transport=Transport(type="off")),
        Verdict.REFUSE,
        "transport is off: nothing will be sent. Configure the device for topology direct_smart first",
    ),
    Case(
        "cli.md 6.3: transport off, CSLU", "cslu_push", pushing(Transport(type="off")), Verdict.REFUSE, "nothing will"
    ),
    Case(
        "another transport", "onprem_push", direct(True), Verdict.REFUSE, "transport is smart, the topology wants cslu"
    ),
    Case("cli.md 6.3: On-Prem URL without tenant", "onprem_push", pushing(CSLU), Verdict.REFUSE, "{tenant}"),
    Case("cli.md 6.3: CSLU URL with a tenant", "cslu_push", pushing(ONPREM), Verdict.REFUSE, "8182"),
    Case("cli.md 5.11.6: no URL", "onprem_push", pushing(Transport(type="cslu")), Verdict.REFUSE, "no URL is set"),
    Case("seed, Connected Directly: no trust", "direct_smart", direct(False), Verdict.REFUSE, "0 of 1 UDIs"),
    Case(
        "seed, Connected Directly: factory trust",
        "direct_smart",
        direct(True, kind="Factory"),
        Verdict.REFUSE,
        "with replace_factory: true",
    ),
    Case(
        "seed, HA, trust synchronisation: one of two can report",
        "direct_smart",
        direct(True, False, reporting=dates()),
        Verdict.DO,
    ),
    Case("no trust code, CSLU", "cslu_push", pushing(units=units(False)), Verdict.DO),  # the ACK brings it
    Case("seed, CSLU-initiated", "cslu_pull", pushing(Transport(type="cslu")), Verdict.NOT_NEEDED, "Collect Usage"),
    Case("pull, transport off", "onprem_pull", pushing(Transport(type="off")), Verdict.NOT_NEEDED, "On-Prem reads it"),
    Case(
        "seed, Controller: ad hoc report first",
        "catalyst_center",
        pushing(Transport(type="cslu")),
        Verdict.NOT_NEEDED,
        "ad hoc report",
    ),
    Case("seed, No Connectivity", "offline", healthy(), Verdict.NOT_NEEDED, "Run airgap_collect.yml"),
    Case("cli.md 5.13.2: On-Prem by file, pushed", "onprem_offline", pushing(ONPREM), Verdict.DO),
    Case("cli.md 5.13.2: or pulled", "onprem_offline", pushing(Transport(type="off")), Verdict.NOT_NEEDED),
    Case("the same, default transport", "onprem_offline", pushing(Transport(type="cslu")), Verdict.NOT_NEEDED),
    Case(
        "cli.md 6.3: roles in transition",
        "direct_smart",
        direct(True, True, ha=HaState(my_state="ACTIVE", peer_state="STANDBY COLD")),
        Verdict.REFUSE,
        "transition",
    ),
    Case("cli.md 6.3: interval 0", "cslu_push", pushing(reporting=dates(interval=0)), Verdict.DO, notes="interval 0"),
    Case(
        "cli.md 4, 6.3: no licence in use, whatever is asked",
        "cslu_push",
        pushing(usage=(), rum=RumCounters(total=0, available=0)),
        Verdict.NOT_NEEDED,
        "no licence is in use, and no report is owed. Run again when access points have joined",
        asked={"force": True},
    ),
    Case(
        "no licence in use any more, and reports that wait",
        "cslu_push",
        pushing(usage=(), rum=RumCounters(total=2, available=2)),
        Verdict.DO,
    ),
    Case(
        "no licence in use any more, and an ACK is owed",
        "cslu_push",
        pushing(usage=(), reporting=replace(dates(40, 40), ack_deadline=at(50))),
        Verdict.DO,
    ),
    Case("usage unknown", "cslu_push", pushing(usage=None), Verdict.DO),
    Case(
        "dates of a clock that ran a day ahead",
        "direct_smart",
        direct(True, reporting=dates(-1, -1)),
        Verdict.DO,
    ),
    Case("dates unknown", "cslu_push", replace(pushing(), reporting=None), Verdict.DO),
]


@pytest.mark.parametrize("case", RULES, ids=lambda case: case.rule)
def test_rules(case: Case) -> None:
    asked = {"max_age": timedelta(days=1), **case.asked}
    decision = decide_sync(find(case.topology), case.state, now=NOW, **asked)
    assert decision.verdict is case.verdict
    assert case.says in f"{decision.reason}. {decision.remedy}"
    assert case.notes in "; ".join(decision.notes)
    assert bool(case.notes) == bool(decision.notes)
    assert (decision.verdict not in (Verdict.REFUSE, Verdict.NOT_NEEDED)) or decision.remedy
    if decision.verdict is Verdict.DO:
        assert decision.everywhere == case.state.is_ha


@pytest.mark.parametrize(
    ("release", "throttled"),
    [("17.6.3", False), ("17.6.4", True), ("17.7.1", False), ("17.8.1", False), ("17.9.1", True), ("17.12.4", True)],
)
@pytest.mark.parametrize("topology", ["direct_smart", "cslu_push", "onprem_push"])
def test_throttling_is_explained_where_there_is_any(topology: str, release: str, throttled: bool) -> None:
    """cli.md 0.1, throttling decision; the paragraph stands in the seed under each push topology."""
    transport = {"direct_smart": Transport(type="smart", url=SMART_URL), "cslu_push": CSLU, "onprem_push": ONPREM}
    reporting = dates(HOUR, HOUR)
    state = pushing(transport[topology], reporting, release=Release.parse(release))
    decision = decide_sync(find(topology), state, now=NOW, max_age=timedelta(days=1), force=True)
    assert any("one report a day" in note for note in decision.notes) == throttled
    long_ago = replace(state, reporting=dates(2, 2))
    assert decide_sync(find(topology), long_ago, now=NOW, max_age=timedelta(days=1)).notes == ()


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_what_a_topology_promises(topology: str) -> None:
    """seed: only a directly connected device talks to CSSM, which answers it."""
    row = find(topology)
    assert promise(row) == ("acknowledged" if topology.startswith("direct_") else "reported")


def look(topology: str, before: Reporting, now: Reporting, *lines: str, **changes: Any) -> Any:
    state = healthy(reporting=before, **changes)
    return look_sync(replace(state, reporting=now), Mark.of(state, ()), lines, find(topology))


def test_from_nothing_to_the_ack() -> None:
    nothing = look("direct_smart", dates(), dates())
    assert (nothing.outcome, nothing.pending, nothing.satisfied) == ("pending", True, False)
    left = look("direct_smart", dates(), dates(0))
    assert (left.outcome, left.pending, left.satisfied) == ("reported", True, False)
    done = look("direct_smart", dates(), dates(MINUTE, 0))
    assert (done.outcome, done.pending, done.satisfied) == ("acknowledged", False, True)


@pytest.mark.parametrize(
    ("topology", "pending", "remedy"),
    [
        ("cslu_push", True, "Look in CSLU whether it has sent the report on"),
        ("onprem_push", True, "Synchronize now with Cisco"),  # seed, SSM On-Prem: usage synchronisation
        ("cslu_offline_push", False, "Download All for Cisco"),  # seed, CSLU disconnected
        ("onprem_offline", False, "import the ACK in SSM On-Prem"),
    ],
)
def test_a_collector_has_the_report(topology: str, pending: bool, remedy: str) -> None:
    progress = look(topology, dates(3, 3), dates(0, 3))
    assert (progress.outcome, progress.pending, progress.satisfied) == ("reported", pending, True)
    assert remedy in progress.remedy
    assert ("waits for files" in progress.reason) is not pending


def test_an_old_ack_is_none() -> None:
    assert look("direct_smart", dates(3, 3), dates(3, 3)).outcome == "pending"
    # An ACK of the report before, that came in while this one left.
    assert look("direct_smart", dates(3, 5), dates(0, MINUTE)).outcome == "reported"


def test_a_report_that_left_before_is_waited_for() -> None:
    state = healthy(reporting=dates(MINUTE, 3))
    mark = waited_for(Mark.of(state, ()))
    row = find("direct_smart")
    assert look_sync(state, mark, (), row).outcome == "reported"
    assert look_sync(replace(state, reporting=dates(MINUTE, 0)), mark, (), row).outcome == "acknowledged"


def test_lost_contact_fails_with_its_reason() -> None:
    line = comm("Unable to resolve server hostname/domain name")
    progress = look("direct_smart", dates(), dates(), line)
    assert progress.failed
    assert progress.reason.endswith("CSSM): Unable to resolve server hostname/domain name")
    assert "ip name-server" in progress.remedy
    assert look("direct_smart", dates(), dates(MINUTE, 0), line).satisfied  # it came all the same


def test_the_trust_code_that_the_ack_should_have_brought() -> None:
    """seed, 17.7.1: a corresponding ACK includes the trust code."""
    done = look("cslu_push", dates(), dates(MINUTE, 0), units=units(True, False))
    assert done.notes == ("1 of 2 UDIs have a trust code; the next ACK should bring the others",)
    before = look("cslu_push", dates(), dates(MINUTE, 0), units=units(False), release=Release.parse("17.6.8"))
    assert before.notes == ()


def test_dates_that_the_way_in_does_not_give() -> None:
    state = replace(healthy(), reporting=None)
    progress = look_sync(state, Mark(), (), find("direct_smart"))
    assert (progress.outcome, progress.pending) == ("pending", True)


def test_zone_names_do_not_matter() -> None:
    """The device's clock and dates are in one zone, known or not."""
    state = direct(
        True,
        clock=at(0, "XYZ", None),
        reporting=Reporting(last_push=at(-HOUR, "XYZ", None), last_ack=at(-HOUR, "XYZ", None)),
    )
    verdict = decide_sync(find("direct_smart"), state, now=NOW, max_age=timedelta(days=1)).verdict
    assert verdict is Verdict.ALREADY
