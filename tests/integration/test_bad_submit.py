# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad files on the stick, and a CSSM in a bad mood: what can be submitted is, and the rest is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import read_ack_bundle
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive

from .bad_input import (
    BAD_DOCUMENTS,
    GIB,
    PAGE,
    SUBMIT,
    SUBMIT_TASK,
    change_members,
    collected,
    complaints,
    content,
    find,
    fleet,
    held,
    left_out,
    owner,
    sparse,
    states,
)
from .conftest import Control, World

BAD_USAGE = {
    **BAD_DOCUMENTS,
    "payload": (lambda data: data.replace(b'\\"measurements\\"', b"", 1), ("report", "altered", "Collect the reports")),
    "large": (lambda data: b" " * (65 * 2**20), ("announces", "at most", "find out where the file comes from")),
}
UNSIGNED: Callable[[bytes], bytes] = lambda data: data.replace(b'\\"value\\":\\"2\\"', b'\\"value\\":\\"3\\"')  # noqa: E731


def test_submit_bad_files(start_world: Callable[..., World], make_control: Callable[[str], Control]) -> None:
    # A member that is too large makes its whole bundle bad, so that it comes in a bundle of its own.
    names = ["good", "unsigned", *(name for name in BAD_USAGE if name != "large")]
    devices = fleet(names)
    world = start_world(devices)
    inside, outside = make_control("inside"), make_control("outside")
    bundle = collected(world, inside)
    stick = outside.stick = inside.stick
    large = stick / "UD_SA_large.tar.gz"
    large.write_bytes(bundle.read_bytes())
    change_members(large, lambda member: BAD_USAGE["large"][0](member.data))
    makers = {name: maker for name, (maker, _says) in BAD_USAGE.items()} | {"unsigned": UNSIGNED}
    change_members(bundle, lambda member: makers.get(owner(member, devices), bytes)(member.data))
    (stick / "UD_SA_cut.tar.gz").write_bytes(bundle.read_bytes()[:-200])
    sparse(stick / "UD_SA_huge.tar.gz")
    before, carried = states(world), content(stick)
    outside.use_mock_fleet(world)

    run = outside.play(SUBMIT)

    assert run.code == 2, run.output
    serials = {device["name"]: device["serial"] for device in devices}
    messages = left_out(run)
    wrong = []
    for name, (_maker, says) in BAD_USAGE.items():
        marks = (bundle.name, f"_{serials[name]}-") if name != "large" else (large.name,)
        wrong += complaints(name, find(messages, marks[-1]), (*marks, *says))
    wrong += complaints("cut bundle", find(messages, "UD_SA_cut"), ("UD_SA_cut.tar.gz", "no whole tar.gz", "Copy"))
    wrong += complaints(
        "huge", find(messages, "UD_SA_huge"), ("UD_SA_huge.tar.gz", f"has {GIB} octets", "Take it away")
    )
    assert wrong == []
    assert len(messages) == len(BAD_USAGE) + 2
    # CSSM itself found out the one whose signature does not fit any more, and took the good one.
    submitted = run.results(SUBMIT_TASK)["localhost"]
    unsigned = f"SN:{serials['unsigned']}"
    assert complaints("unsigned", find(submitted["problems"], unsigned), (unsigned, "CSSM refuses")) == []
    (accepted,) = held(world)["reports"]
    assert accepted.endswith(serials["good"])
    known = {str(folder.udi.sn) for folder in Archive(outside.archive).pis() if folder.state().usages}
    assert known == {serials["good"], serials["unsigned"]}
    assert states(world) == before
    answer = f"ACK_{bundle.name}"
    assert {name: data for name, data in content(stick).items() if name != answer} == carried
    members = read_ack_bundle((stick / answer).read_bytes(), name=answer).members
    answers = {owner(member, devices): read_import(member.data, name=member.name) for member in members}
    # Its request for a trust code was whole, and is answered.
    assert (answers.keys(), answers["unsigned"].report_ids) == ({"good", "unsigned"}, frozenset())


@dataclass(frozen=True)
class Mood:
    """``fault``: what CSSM does, ``times`` times; ``variables``: what the control node believes."""

    name: str
    says: tuple[str, ...]
    fault: Mapping[str, Any] | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


def at(match: str, action: str, *, times: int = 1, **more: Any) -> dict[str, Any]:
    return {"target": "cssm", "match": match, "action": action, "times": times, **more}


API = "report-usage"
LATER = "run again later"
MOODS = [
    Mood("page for a token", ("/token", "a web page", "a proxy on"), at("token", "status", status=200, text=PAGE)),
    Mood("wrong secret", ("/token", "HTTP 401", "Check client_id"), variables={"slp_cssm_client_secret": "wrong"}),
    Mood("401", (API, "HTTP 401", "Check that token_url"), at(API, "status", status=401, text="{}", times=2)),
    Mood(
        "403", (API, "HTTP 403", "Not yours", "role on this Smart Account"),
        at(API, "status", status=403, text='{"message":"Not yours"}'),
    ),
    Mood("429", (API, "HTTP 429", "Retry-After 3600", LATER), at(API, "status", status=429, seconds=3600, text="{}")),
    Mood("500", (API, "HTTP 500", "out of order", LATER), at(API, "error", text="out of order")),
    Mood("503", (API, "HTTP 503", "Retry-After 900", LATER), at(API, "status", status=503, seconds=900)),
    Mood("page", (API, 'web page titled "Sign in', "a proxy on the way"), at(API, "status", status=200, text=PAGE)),
    Mood("nothing", (API, "an empty answer", "Check"), at(API, "status", status=200, text="")),
    Mood("silence", (API, "nothing within 1 s", "run again"), at(API, "hang"), {"slp_cssm_timeout": 1}),
    Mood("reset", (API, "no answer from the portal", "run again"), at(API, "drop")),
    Mood("no JSON", (API, "the answer is not JSON", "Check"), at(API, "status", status=200, text="{oops")),
]  # fmt: skip


def test_cssm_in_a_bad_mood(
    start_world: Callable[..., World], make_control: Callable[[str], Control], tmp_path: Path
) -> None:
    """The role ``submit`` once for each mood, in one run; each run of it meets the next fault."""
    world = start_world(fleet(["one", "two"]))
    inside, outside = make_control("inside"), make_control("outside")
    collected(world, inside)
    outside.stick = inside.stick
    outside.use_mock_fleet(world)
    before, carried = states(world), content(inside.stick)
    first = outside.play(SUBMIT, slp_cssm_client_secret="wrong")  # reads the bundle
    assert first.code == 2, first.output
    for mood in MOODS:
        if mood.fault:
            world.fault(**mood.fault)
    role = {"name": "c9800.slp.submit", "apply": {"ignore_errors": True}}
    tasks = [{"name": m.name, "ansible.builtin.include_role": role, "vars": dict(m.variables)} for m in MOODS]
    book = tmp_path / "moods.yml"
    book.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))

    run = outside.play(str(book))

    messages = [
        entry["hosts"]["localhost"].get("msg")
        for play in run.plays
        for entry in play["tasks"]
        if entry["task"]["name"].endswith(SUBMIT_TASK)
    ]
    assert len(messages) == len(MOODS), run.output
    pairs = zip(MOODS, messages, strict=True)
    assert [line for mood, message in pairs for line in complaints(mood.name, message, mood.says)] == []
    assert world.control("GET", "/faults") == []
    assert held(world) == {"reports": {}, "tickets": []}
    folders = [folder.state() for folder in Archive(outside.archive).pis()]
    assert {status.state for state in folders for status in state.reports.values()} == {"collected"}
    assert [state.open_tickets for state in folders] == [[], []]
    assert (states(world), content(inside.stick)) == (before, carried)

    # One that only asks for a little patience gets it, and all the others did no harm.
    world.fault(**at(API, "status", status=429, seconds=1))
    last = outside.play(SUBMIT)
    assert last.code == 0, last.output
    assert {entry["offered"] for reports in held(world)["reports"].values() for entry in reports.values()} == {1}
