# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who needs an ID token, who is refused one, and when trust is complete. The source stands beside each case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import (
    Account,
    HaState,
    LicenseState,
    Reporting,
    Transport,
    Trust,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import SMART_URL, TOPOLOGIES, TrustRule, find
from ansible_collections.c9800.slp.plugins.module_utils.slp.trigger import Mark, Verdict
from ansible_collections.c9800.slp.plugins.module_utils.slp.trust import check_token, decide_trust, look_trust

from tests.unit.topo.states import NOW, PAIR, UDI, at, healthy, units

SMART = Transport(type="smart", url=SMART_URL)
HOT = HaState(mode="Duplex", my_state="ACTIVE", peer_state="STANDBY HOT")


def direct(*codes: bool | None, kind: str | None = None, **changes: Any) -> LicenseState:
    """A controller with Smart transport and these trust codes; installed on day -1, -2, ..."""
    found = tuple(
        replace(unit, trust=Trust(state=unit.trust.state, installed=at(-number), kind=kind))
        if unit.trust.state == "installed"
        else unit
        for number, unit in enumerate(units(*codes), start=1)
    )
    return healthy(**{"transport": SMART, "units": found, **({"ha": HOT} if len(codes) > 1 else {}), **changes})


@dataclass(frozen=True)
class Case:
    rule: str
    state: LicenseState
    verdict: Verdict
    says: str
    topology: str = "direct_smart"
    asked: dict[str, Any] = field(default_factory=dict)
    force: bool = False
    everywhere: bool = False


RULES = [
    Case("cli.md 5.3.8: no code, a token", direct(False), Verdict.DO, "0 of 1"),
    Case("cli.md 5.3.8: no token", direct(False), Verdict.REFUSE, "needs an ID token", asked={"token": False}),
    Case("cli.md 3.1.2: INSTALLED = UDIs", direct(True), Verdict.ALREADY, "1 of 1"),
    Case("complete needs no token", direct(True), Verdict.ALREADY, "1 of 1", asked={"token": False}),
    Case("a code of CSSM is a good one", direct(True, kind="CSSM"), Verdict.ALREADY, "1 of 1"),
    Case("cli.md 2.2: force, asked for", direct(True), Verdict.DO, "replace", asked={"force": True}, force=True),
    Case(
        "cli.md 4, (a): CSSM may know of a code whose answer never came",
        direct(False),
        Verdict.DO,
        "0 of 1",
        asked={"force": True},
        force=True,
    ),
    Case(
        "seed, Connected Directly, note: factory code",
        direct(True, kind="Factory"),
        Verdict.REFUSE,
        "cannot talk to CSSM. Set replace_factory: true",
    ),
    Case(
        "seed, Connected Directly, note: must be overwritten",
        direct(True, kind="Factory"),
        Verdict.DO,
        "replace the factory-installed code",
        asked={"replace_factory": True},
        force=True,
    ),
    Case(
        "cli.md 6.3: factory code and no token",
        direct(True, kind="Factory"),
        Verdict.REFUSE,
        "needs an ID token",
        asked={"replace_factory": True, "token": False},
    ),
    Case(
        "cli.md 5.14.3: an agent that does not tell, and no word from CSSM yet",
        direct(True, account=None, reporting=Reporting()),
        Verdict.DO,
        "replace the factory-installed code",
        asked={"replace_factory": True},
        force=True,
    ),
    Case(
        "without being asked it is left alone",
        direct(True, account=Account(), reporting=Reporting()),
        Verdict.ALREADY,
        "1 of 1",
    ),
    Case(
        "cli.md 5.3.8: account information is filled",
        direct(True, reporting=Reporting()),
        Verdict.ALREADY,
        "1 of 1",
        asked={"replace_factory": True},
    ),
    Case("replace_factory leaves others", direct(True), Verdict.ALREADY, "1 of 1", asked={"replace_factory": True}),
    Case("seed, HA: one code for each UDI", direct(False, False), Verdict.DO, "0 of 2", everywhere=True),
    Case("seed, HA: both there", direct(True, True), Verdict.ALREADY, "2 of 2", everywhere=True),
    Case("seed, HA: the code of a new standby", direct(True, False), Verdict.WAIT, "1 of 2 trust codes installed"),
    Case(
        "cli.md 6.3: HA, INSTALLED is not UDIs: use all",
        direct(True, False),
        Verdict.DO,
        "replace",
        asked={"force": True},
        force=True,
        everywhere=True,
    ),
    Case(
        "cli.md 6.3: roles in transition",
        direct(False, False, ha=replace(HOT, peer_state="STANDBY COLD-BULK")),
        Verdict.REFUSE,
        "the pair is in transition",
    ),
    Case(
        "cli.md 6.3: command on the standby",
        direct(False, False, ha=HaState(my_state="STANDBY HOT")),
        Verdict.REFUSE,
        "this is the standby unit",
    ),
    Case(
        "cli.md 6.3: transport off", direct(False, transport=Transport(type="off")), Verdict.REFUSE, "nothing will be"
    ),
    Case(
        "cli.md 5.3.3: another transport",
        direct(False, transport=Transport(type="cslu")),
        Verdict.REFUSE,
        "transport is cslu, the topology wants smart",
    ),
    Case("cli.md 5.3.4: no URL", direct(False, transport=Transport(type="smart")), Verdict.REFUSE, "no URL is set"),
    Case(
        "cli.md 4 (b): an hour off",
        direct(False, clock=at(1 / 24)),
        Verdict.REFUSE,
        "1.0 h away from the control node's",
    ),
    Case("cli.md 4 (b): behind", direct(False, clock=at(-2 / 24)), Verdict.REFUSE, "2.0 h away"),
    Case("cli.md 4 (b): within the hour", direct(False, clock=at(0.99 / 24)), Verdict.DO, "0 of 1"),
    Case("a clock nobody can read", direct(False, clock=at(3, "XYZ", None)), Verdict.DO, "0 of 1"),
    Case("a complete one needs no clock", direct(True, clock=at(1)), Verdict.ALREADY, "1 of 1"),
    Case("cli.md 6.3: before SLP", direct(False, release=Release.parse("17.3.1")), Verdict.REFUSE, "17.3.1"),
    Case("cli.md 6.3: platform", direct(False, is_controller=False), Verdict.REFUSE, "neither a Catalyst 9800"),
    Case(
        "seed, table 2: SSM On-Prem from 17.3.3",
        healthy(release=Release.parse("17.3.2a")),
        Verdict.REFUSE,
        "needs 17.3.3",
        topology="onprem_push",
    ),
    Case(
        "seed, Controller: a trust code is not required",
        healthy(units=units(False)),
        Verdict.NOT_NEEDED,
        "Catalyst Center needs no trust code",
        topology="catalyst_center",
    ),
    Case(
        "seed, CSLU-initiated: not automatic",
        healthy(units=units(False)),
        Verdict.NOT_NEEDED,
        "CSLU may install one",
        topology="cslu_pull",
    ),
    Case(
        "seed, CSLU push from 17.7.1",
        healthy(units=units(False), release=Release.parse("17.7.1")),
        Verdict.NOT_NEEDED,
        "the ACK brings them",
        topology="cslu_push",
    ),
    Case(
        "cli.md 5.0.2: before 17.7.1",
        healthy(units=units(False), release=Release.parse("17.6.8")),
        Verdict.NOT_NEEDED,
        "17.6.8 works without",
        topology="cslu_offline_push",
    ),
    Case(
        "seed, No Connectivity, from 17.7.1",
        healthy(units=units(False)),
        Verdict.NOT_NEEDED,
        "the ACK brings them",
        topology="offline",
    ),
    Case("an ACK has brought it", healthy(), Verdict.ALREADY, "1 of 1", topology="offline"),
]


@pytest.mark.parametrize("case", RULES, ids=lambda case: case.rule)
def test_rules(case: Case) -> None:
    asked = {"token": True, **case.asked}
    decision = decide_trust(find(case.topology), case.state, now=NOW, **asked)
    assert decision.verdict is case.verdict
    assert case.says in f"{decision.reason}. {decision.remedy}"
    assert (decision.verdict is not Verdict.REFUSE) or decision.remedy
    if decision.verdict is Verdict.DO:
        assert (decision.force, decision.everywhere) == (case.force, case.everywhere)


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_only_direct_topologies_ever_ask(topology: str) -> None:
    """seed: ID tokens belong to the direct topologies."""
    row = find(topology)
    wanted = row.desired.transports[0]
    state = healthy(units=units(False), transport=Transport(type=wanted, url=SMART_URL if wanted == "smart" else None))
    verdict = decide_trust(row, state, now=NOW, token=True).verdict
    assert (verdict is Verdict.DO) == (row.trust.rule is TrustRule.TOKEN)


def test_success_is_every_udi() -> None:
    row, before = find("direct_smart"), direct(False, False)
    mark = Mark.of(before, ())
    half = look_trust(direct(True, False), mark, (), row)
    assert (half.outcome, half.pending, half.satisfied) == ("pending", True, False)
    assert half.reason == "1 of 2 UDIs have a trust code so far"
    assert "the code of a new standby by itself" in half.remedy
    whole = look_trust(direct(True, True), mark, (), row)
    assert (whole.outcome, whole.pending, whole.satisfied) == ("installed", False, True)


def test_a_forced_code_has_to_be_a_new_one() -> None:
    row, before = find("direct_smart"), direct(True)
    mark = Mark.of(before, (), renew=True)
    assert look_trust(before, mark, (), row).reason == "0 of 1 UDIs have a new trust code so far"
    newer = replace(before, units=(replace(before.units[0], trust=Trust(state="installed", installed=at(0))),))
    assert look_trust(newer, mark, (), row).outcome == "installed"


def test_the_log_tells_why_a_code_does_not_come() -> None:
    line = (
        f"%SMART_LIC-3-TRUST_CODE_INSTALL_FAILED: The install of a new licensing trust code has failed on {UDI}: token."
    )
    progress = look_trust(direct(False), Mark(), (line,), find("direct_smart"))
    assert progress.failed
    assert progress.reason == f"the trust code was not installed on {UDI}: token"
    # A state with its codes is what counts, whatever the log says.
    assert look_trust(direct(True), Mark(), (line,), find("direct_smart")).satisfied


def test_a_mark_survives_its_way_through_a_playbook() -> None:
    mark = Mark.of(direct(True, True), ("a", "b", "b"), renew=True)
    assert mark.codes == {str(PAIR[0]): at(-1).text, str(PAIR[1]): at(-2).text}
    assert (mark.log_line, mark.log_count) == ("b", 2)
    assert Mark.from_dict(mark.as_dict()) == mark
    assert Mark.from_dict({}) == Mark()


@pytest.mark.parametrize("data", [{"other": 1}, {"codes": []}, {"log_count": "x"}])
def test_no_mark(data: dict[str, Any]) -> None:
    with pytest.raises(SlpError, match="since"):
        Mark.from_dict(data)


@pytest.mark.parametrize("token", ["YWJjZGVm%3D%0A", " MWU1NGQ0-_~.+/= \n", "a" * 255])
def test_tokens_pass_untouched(token: str) -> None:
    assert check_token(token) == token.strip()


@pytest.mark.parametrize(
    "token",
    [
        "",
        "short",
        "canary-token all force",
        "canary-token\nreload",
        "canary?token!",
        "canary;reload",
        "canary-$(x)",
        "canary|x|",
        "canary" * 43,
    ],
)
def test_what_is_no_token_is_refused_and_not_quoted(token: str) -> None:
    with pytest.raises(SlpError) as caught:
        check_token(token)
    assert "canary" not in str(caught.value)


def test_an_hour_is_an_hour() -> None:
    state = direct(False, clock=replace(at(0), utc=NOW + timedelta(minutes=59, seconds=59)))
    assert decide_trust(find("direct_smart"), state, now=NOW, token=True).verdict is Verdict.DO
