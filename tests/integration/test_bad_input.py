# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input gets a clear error that names the device and the file, and changes nothing; the rest of the fleet goes on.

Every row says how the bad thing is made and what the one line must contain that the operator reads: who, what, and the
next step.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import (
    BundleMember,
    read_ack_bundle,
    read_usage_bundle,
    write_ack_bundle,
    write_usage_bundle,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive

from .conftest import Control, Run, World, worlds

COLLECT, SUBMIT, INSTALL = "c9800.slp.airgap_collect", "c9800.slp.airgap_submit", "c9800.slp.airgap_install"
COLLECT_TASK = "Take the usage reports off the device"
INSTALL_TASK = "Install every ACK that waits in the archive"
SUBMIT_TASK = "Submit the reports, poll, and archive the ACKs"
UNREAD_TASK = "Fail for the product instances that could not be read"
AUDIT = "c9800.slp.audit"
LEFT_OUT_TASK = "Fail for what could not be read"
DEVICE = {
    "smart_account": "example.com",
    "virtual_account": "Campus",
    "transport": "off",
    "release": "17.12.4",
    "aps": 2,
    "waiting_reports": 2,
}
GIB = 2**30
PAGE = "<!DOCTYPE html><html><head><title>Sign in to the proxy</title></head><body>Hello</body></html>"


def fleet(names: Sequence[str], specs: Mapping[str, Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
    """A device for each name; its serial number is found by the name's place."""
    return [
        {"name": name, "serial": f"9SIM00003{number:02d}", **DEVICE, **(specs or {}).get(name, {})}
        for number, name in enumerate(names)
    ]


def complaints(who: str, message: Any, says: Sequence[str]) -> list[str]:
    """What is wrong with a message."""
    if not isinstance(message, str):
        return [f"{who}: did not fail: {message!r}"]
    wrong = [f"lacks {part!r}" for part in says if part not in message]
    wrong += ["has more than one line"] if "\n" in message else []
    return [f"{who}: {', '.join(wrong)}: {message}"] if wrong else []


def failures(run: Run, task: str) -> dict[str, str | None]:
    """By host, the message of a task that failed; None where it did not."""
    results = run.results(task)
    assert results, run.output
    return {host: result.get("msg") for host, result in results.items()}


def left_out(run: Run) -> list[str]:
    """What the playbook says at its end about files that it could not read."""
    task = run.results(LEFT_OUT_TASK)["localhost"]
    assert task["failed"]
    return [item["msg"] for item in task["results"]]


def find(messages: Sequence[str], mark: str) -> str | None:
    return next((message for message in messages if mark in message), None)


def content(directory: Path) -> dict[str, Any]:
    """What lies in a directory, octet for octet; of what is too large to read, size and date."""
    files = [path for path in sorted(directory.rglob("*")) if path.is_file() and path.name != "lock"]
    return {
        str(path.relative_to(directory)): path.read_bytes() if path.stat().st_size < GIB else path.stat().st_mtime_ns
        for path in files
    }


def states(world: World) -> dict[str, dict[str, Any]]:
    """Everything about every device but what its clock says."""
    names = [device["name"] for device in world.facts["devices"]]
    return {name: {key: value for key, value in world.device(name).items() if key != "now"} for name in names}


def held(world: World) -> Any:
    """What CSSM has."""
    return {key: value for key, value in world.control("GET", "/cssm").items() if key in ("reports", "tickets")}


def sparse(path: Path) -> None:
    """A file of 1 GiB that takes no room."""
    with path.open("wb") as file:
        file.truncate(GIB)


# --- documents that are bad in themselves ---

BOMB = b"".join(
    [
        b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "ha">',
        *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)),
        b"]><smartLicense>&a9;</smartLicense>",
    ]
)
FOREIGN_XML = "find out where it comes from"
BAD_DOCUMENTS: dict[str, tuple[Callable[[bytes], bytes], tuple[str, ...]]] = {
    "cut": (lambda data: data[: len(data) // 2], ("cut off or altered", "Get the file again")),
    "dtd": (lambda data: b'<!DOCTYPE x SYSTEM "file:///etc/passwd">\n' + data, ("DTD", FOREIGN_XML)),
    "bomb": (lambda data: BOMB, ("DTD", FOREIGN_XML)),
    "root": (lambda data: data.replace(b"smartLicense>", b"licence>"), ("root element 'licence'", FOREIGN_XML)),
    "page": (lambda data: PAGE.encode(), ("is an HTML page", "proxy or a login page")),
    "empty": (lambda data: b"", ("is empty", "Get the file again")),
}


# --- collect ---


@dataclass(frozen=True)
class Bad:
    """A device on which something goes wrong.

    ``spec``: what the device is; ``believes``: what the control node is told about it; ``faults``: what it does.
    ``saved``: it got as far as to save its usage, so that the device itself noted that; ``left``: what was
    saved and not fetched stays on flash until the next run takes it, as no later save may have its reports.
    """

    name: str
    says: tuple[str, ...]
    spec: Mapping[str, Any] = field(default_factory=dict)
    believes: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[Mapping[str, Any]] = ()
    saved: bool = False
    left: bool = False


def on(match: str, action: str, **more: Any) -> tuple[dict[str, Any]]:
    return ({"match": match, "action": action, **more},)


USAGE, REMOVED = "bootflash:slp-usage-", "was removed from the device"
STAYS = "stays on the device, and the next run takes it"
TERMINAL = {"collect_transfer": "cli", "ansible_command_timeout": 5}
BY_HAND = {"privilege": 1, "enable_password": "Other-Sim-Passw0rd"}
BAD_TO_COLLECT = [
    Bad("wrong-password", ("the password", "refused", "ansible_password"), believes={"ansible_password": "wrong"}),
    Bad("no-user", ("no user", "ansible_user"), believes={"ansible_user": ""}),
    Bad(
        "wrong-enable", ("enable password is refused", "ansible_become_password"),
        spec=BY_HAND, believes={"ansible_become_password": "wrong"},
    ),
    Bad(
        "no-enable", ("privilege level 1, 15 is needed", "ansible_become_password"),
        spec=BY_HAND, believes={"ansible_become_password": ""},
    ),
    Bad("key-changed", ("host key has changed", "SHA256:", "listening in", "ssh-keygen -R", "other_hosts")),
    Bad("key-unknown", ("host key is not on record", "SHA256:", "Compare the fingerprint", "other_hosts")),
    Bad("no-port", ("port 1 refuses the connection", "Is SSH enabled"), believes={"ansible_port": 1}),
    Bad("before-slp", ("show license", "not Smart Licensing Using Policy", "17.3.2a"), spec={"release": "16.12.4"}),
    Bad("flash-full", ("bootflash: only 200000 octets", "Make room", "nothing was"), spec={"flash_free": 200000}),
    Bad(
        "full-at-save", ("license smart save usage", USAGE, "No space left", "Make room"),
        faults=on("^license smart save", "full_disk"), saved=True,
    ),
    Bad(
        "save-refused", ("license smart save usage", USAGE, "agent is not ready", "by hand"),
        faults=on("^license smart save", "error", text="%Error: agent is not ready"),
    ),
    Bad(
        "save-silent", (USAGE, "wrote no file", "show logging"), faults=on("^license smart save", "error", text="\n")
    ),
    Bad(
        "save-hangs", ("license smart save usage", USAGE, "1 s of silence", "command_timeout", "next run sees to it"),
        believes={"ansible_command_timeout": 1}, faults=on("^license smart save", "hang"), saved=True, left=True,
    ),
    Bad(
        "drops", (f"'more {USAGE}", "session ended in the middle", "Run again", STAYS),
        believes=TERMINAL, faults=on("^more ", "drop", after=700), saved=True, left=True,
    ),
    Bad(
        "truncates", (USAGE, "'more' does not give the file's", "Run again", STAYS),
        believes=TERMINAL, faults=on("^more ", "truncate", after=700), saved=True, left=True,
    ),
    Bad(
        "garbles", (USAGE, "'more' does not give the file's", "Run again", STAYS),
        believes=TERMINAL, faults=on("^more ", "garbage", after=700), saved=True, left=True,
    ),
    Bad(
        "swaps", (USAGE, "differs from the file on the device (MD5)", "verify /md5", STAYS),
        faults=on("^verify ", "wrong_digest"), saved=True, left=True,
    ),
]  # fmt: skip
NO_LOGIN = {
    "wrong-password", "no-user", "wrong-enable", "no-enable", "key-changed", "key-unknown", "no-port",
}  # fmt: skip


def test_collect(start_world: Callable[..., World], make_control: Callable[[str], Control]) -> None:
    names = ["good-one", *(bad.name for bad in BAD_TO_COLLECT), "good-two"]
    world = start_world(fleet(names, {bad.name: bad.spec for bad in BAD_TO_COLLECT}))
    control = make_control("inside")
    control.use_mock_fleet(world)
    for bad in BAD_TO_COLLECT:
        control.set_host(bad.name, **bad.believes)
        for fault in bad.faults:
            world.fault(target=bad.name, **fault)
    record = control.directory / "other_hosts"
    ports = {device["name"]: device["port"] for device in world.facts["devices"]}
    other = base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0 " + os.urandom(32)).decode()
    record.write_text(f"[127.0.0.1]:{ports['key-changed']} ssh-ed25519 {other}\n")
    for name in ("key-changed", "key-unknown"):
        control.set_host(name, ansible_slp_known_hosts_file=str(record))
    before, known_hosts = states(world), record.read_text()

    run = control.play(COLLECT)

    assert run.code == 4, run.output
    told, after = failures(run, COLLECT_TASK), states(world)
    assert {host for host, result in run.results(COLLECT_TASK).items() if result.get("unreachable")} == NO_LOGIN
    wrong = [line for bad in BAD_TO_COLLECT for line in complaints(bad.name, told[bad.name], (bad.name, *bad.says))]
    assert wrong == []
    for bad in BAD_TO_COLLECT:
        check_untouched(bad, before[bad.name], after[bad.name])
        number = next(unit["sn"] for unit in after[bad.name]["units"])
        assert [name for name in content(control.archive) if number in name] == [], bad.name
    assert record.read_text() == known_hosts
    assert held(world) == {"reports": {}, "tickets": []}
    check_audit(world, control, after)
    # The others went on, and their bundle holds them alone.
    assert [name for name in ("good-one", "good-two") if told[name] is not None] == []
    (bundle,) = control.stick.iterdir()
    members = read_usage_bundle(bundle.read_bytes(), name=bundle.name).members
    assert [member.device_id.rpartition("-")[0] for member in members] == [
        f"C9800-CL-K9_{device['serial']}" for device in fleet(names) if device["name"].startswith("good")
    ]


def check_audit(world: World, control: Control, before: Any) -> None:
    """The audit says the same of those whom nobody can log in to or read, judges the others, and changes nothing."""
    world.clear_faults()
    run = control.play(AUDIT)
    assert run.code == 2, run.output
    told = failures(run, UNREAD_TASK)
    unread = [
        bad for bad in BAD_TO_COLLECT if (bad.believes or bad.name.startswith(("key", "before"))) and not bad.faults
    ]
    assert [line for bad in unread for line in complaints(bad.name, told[bad.name], (bad.name, *bad.says))] == []
    assert {name for name, message in told.items() if message} == {bad.name for bad in unread}
    (report,) = run.results("Report on the fleet").values()
    assert {row["host"] for row in report["rows"]} == before.keys()
    assert states(world) == before


def check_untouched(bad: Bad, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    expected, found = dict(before), dict(after)
    if bad.left:
        assert len(found["files"]) == len(expected["files"]) + 1, bad.name
        found["files"] = [name for name in found["files"] if not name.startswith("slp-usage-")]
    if bad.saved:  # the device closed reports and noted that it saved them; it still waits for every ACK
        owed = {report["report_id"] for report in before["reports"] if report["state"] != "OPEN"}
        assert owed <= {r["report_id"] for r in after["reports"] if r["state"] not in ("OPEN", "ACK")}, bad.name
        for key in ("last_file", "rum", "reports"):
            expected.pop(key), found.pop(key)
    assert found == expected, bad.name


# --- submit: bad files on the stick ---


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., World]]:
    with worlds(tmp_path_factory.mktemp("worlds")) as start_one:
        yield start_one


def change_members(path: Path, change: Callable[[BundleMember], bytes]) -> None:
    """Rewrite a bundle with members as a test wants them; the names stay."""
    answers = path.name.startswith("ACK_")
    read, write = (read_ack_bundle, write_ack_bundle) if answers else (read_usage_bundle, write_usage_bundle)
    bundle = read(path.read_bytes(), name=path.name)
    for member in bundle.members:
        member.data = change(member)
    _name, data = write(
        bundle.accounts,
        smart_account=bundle.smart_account,
        smart_account_id=bundle.smart_account_id,
        now=datetime.now(UTC),
        created_by="00000000-0000-4000-8000-000000000000",
    )
    path.write_bytes(data)


def owner(member: BundleMember, devices: Sequence[Mapping[str, Any]]) -> str:
    return next(device["name"] for device in devices if f"_{device['serial']}-" in member.name)


def collected(world: World, control: Control) -> Path:
    """Collect the whole fleet; the bundle."""
    control.use_mock_fleet(world)
    done = control.play(COLLECT)
    assert done.code == 0, done.output
    (bundle,) = control.stick.glob("UD_SA_*")
    return bundle


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


# --- submit: CSSM in a bad mood ---


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


# --- install ---

FULL = """Directory of bootflash:/

11  -rw-  100  Apr 20 2026 10:00:00 +00:00  a.txt

8000000000 bytes total (3000 bytes free)
"""
ACK_FILE = "bootflash:slp-ack-"
BAD_TO_INSTALL = [
    Bad("flash-full", ("bootflash: only 3000 octets", "Make room"), faults=on("^dir$", "error", text=FULL)),
    Bad(
        "full-at-put", (ACK_FILE, "No space left", "Make room", REMOVED),
        faults=on("^(scp -t|tclsh|puts|close|open|set|fconf)", "full_disk"),
    ),
    Bad("drops-at-put", (ACK_FILE, "session ended", "Run again"), faults=on("^scp -t", "drop", after=200), left=True),
    Bad("swaps", (ACK_FILE, "did not arrive whole", "verify /md5"), faults=on("^verify ", "wrong_digest")),
    Bad(
        "refuses", ("does not import ACK_dev_", "its state is unchanged", "does not like it", "download it", REMOVED),
        faults=on("^license smart import", "error", text="Import Data Failed: does not like it\n"),
    ),
    Bad("altered", ("does not import ACK_dev_", "its state is unchanged", "signature", "download it", REMOVED)),
    Bad("wrong-password", ("the password", "ansible_password"), believes={"ansible_password": "wrong"}),
]  # fmt: skip
BAD_ACKS: dict[str, tuple[Callable[[bytes], bytes], tuple[str, ...]]] = {
    **BAD_DOCUMENTS,
    "usage": (lambda data: b"", ("is a file for CSSM", "Submit it")),
    "foreign": (lambda data: b"", ("is for another product instance", "Check which device")),
}


@dataclass
class Answered:
    """A fleet whose reports CSSM has answered: the ACKs lie on the stick and are not yet read inside."""

    world: World
    devices: list[dict[str, Any]]
    inside: Control
    bundle: Path
    usages: dict[str, bytes]
    acks: dict[str, bytes]


@pytest.fixture(scope="module")
def answered(start: Callable[..., World], tmp_path_factory: pytest.TempPathFactory) -> Answered:
    names = ["good", *(bad.name for bad in BAD_TO_INSTALL), *BAD_ACKS, "first", "twice", "huge", "missing"]
    devices = fleet(names)
    world, directory = start(devices), tmp_path_factory.mktemp("answered")
    for name in ("inside", "outside"):
        (directory / name).mkdir()
    inside, outside = Control(directory / "inside"), Control(directory / "outside")
    usage = collected(world, inside)
    outside.use_mock_fleet(world)
    outside.stick = inside.stick
    done = outside.play(SUBMIT)
    assert done.code == 0, done.output
    (bundle,) = inside.stick.glob("ACK_*")
    return Answered(
        world,
        devices,
        inside,
        bundle,
        {owner(m, devices): m.data for m in read_usage_bundle(usage.read_bytes(), name=usage.name).members},
        {owner(m, devices): m.data for m in read_ack_bundle(bundle.read_bytes(), name=bundle.name).members},
    )


def bad_ack(site: Answered, name: str) -> bytes:
    """The document that is bad in the way the name says."""
    match name:
        case "usage":
            return site.usages["usage"]
        case "foreign":
            return site.acks["first"]
        case "altered":
            return site.acks["altered"].replace(b"<smartAccount>", b"<smartAccount>Other ")
        case _:
            return BAD_ACKS[name][0](site.acks[name]) if name in BAD_ACKS else site.acks[name]


def test_install_by_hand(answered: Answered, tmp_path: Path) -> None:
    """One document for each host, by the module's ``src``; a good one twice."""
    site, world = answered, answered.world
    says = {
        **{name: parts for name, (_maker, parts) in BAD_ACKS.items()},
        "foreign": ("is for another product instance", f"SN:{site.devices[-4]['serial']}", "nothing was changed"),
        "huge": (f"has {GIB} octets", "at most"),
        "missing": ("cannot read the file", "No such file"),
    }
    for name in [*says, "twice"]:
        path = tmp_path / f"{name}-ack.xml"
        if name == "huge":
            sparse(path)
        elif name != "missing":
            path.write_bytes(bad_ack(site, name))
    task = {"c9800.slp.install": {"src": f"{tmp_path}/{{{{ inventory_hostname }}}}-ack.xml"}}
    tasks = [{"name": "Install by hand", **task}, {"name": "Install once more", **task}]
    book = tmp_path / "install.yml"
    book.write_text(yaml.safe_dump([{"hosts": [*says, "twice"], "gather_facts": False, "tasks": tasks}]))
    before, ledgers = states(world), content(site.inside.archive)

    run = site.inside.play(str(book))

    assert run.code == 2, run.output
    told, after = failures(run, "Install by hand"), states(world)
    assert told.pop("twice") is None
    assert told.keys() == says.keys()
    wrong = [line for name in told for line in complaints(name, told[name], (name, f"{name}-ack.xml", *says[name]))]
    assert wrong == []
    again = run.results("Install once more")["twice"]
    assert (again["changed"], again["message"]) == (
        False,
        "twice-ack.xml: all its reports are acknowledged on the device",
    )
    installed = after.pop("twice")
    assert installed["last_ack"] is not None
    assert after == {name: state for name, state in before.items() if name != "twice"}
    assert content(site.inside.archive) == ledgers


def test_install(answered: Answered) -> None:
    site, world, control = answered, answered.world, answered.inside
    untouched = site.bundle.read_bytes()
    change_members(site.bundle, lambda member: bad_ack(site, owner(member, site.devices)))
    (control.stick / "ACK_UD_SA_cut.tar.gz").write_bytes(untouched[:-200])
    (control.stick / "ACK_page.txt").write_text(PAGE)
    sparse(control.stick / "ACK_huge.txt")
    for bad in BAD_TO_INSTALL:
        control.set_host(bad.name, **bad.believes)
        for fault in bad.faults:
            world.fault(target=bad.name, **fault)
    before, carried, had = states(world), content(control.stick), held(world)

    run = control.play(INSTALL)
    world.clear_faults()

    assert run.code == 4, run.output
    serials = {device["name"]: device["serial"] for device in site.devices}
    messages, told, after = left_out(run), failures(run, INSTALL_TASK), states(world)
    wrong = []
    for name, (_maker, says) in BAD_ACKS.items():
        wrong += complaints(name, find(messages, f"_{serials[name]}-"), (site.bundle.name, *says))
    wrong += complaints("cut", find(messages, "ACK_UD_SA_cut"), ("ACK_UD_SA_cut.tar.gz", "no whole tar.gz", "Copy"))
    wrong += complaints("page", find(messages, "ACK_page"), ("ACK_page.txt", "HTML page", "proxy"))
    wrong += complaints("huge", find(messages, "ACK_huge"), ("ACK_huge.txt", f"has {GIB} octets", "Take it away"))
    for bad in BAD_TO_INSTALL:
        wrong += complaints(bad.name, told[bad.name], (bad.name, *bad.says))
    assert wrong == []
    assert len(messages) == len(BAD_ACKS) + 3
    for bad in BAD_TO_INSTALL:
        if bad.left:
            assert [name for name in after[bad.name]["files"] if name.startswith("slp-ack-")], bad.name
            after[bad.name]["files"] = before[bad.name]["files"]
    for name in [bad.name for bad in BAD_TO_INSTALL] + list(BAD_ACKS):
        assert after[name] == before[name], name
    folders = {folder.udi.sn: folder.state() for folder in Archive(control.archive).pis()}
    for name, serial in serials.items():
        acks = folders[serial].acks
        installed = [ack for ack in acks if ack.installed]
        if name in BAD_ACKS:
            assert acks == [], name
        elif name in {bad.name for bad in BAD_TO_INSTALL}:
            assert (len(acks), installed) == (1, []), name
        else:
            assert (len(acks), len(installed)) == (1, 1), name
    assert after["good"]["last_ack"] is not None
    assert content(control.stick) == carried
    assert held(world) == had

    # The ACKs that arrived are read a second time, and installed only where they were not.
    for bad in BAD_TO_INSTALL:
        control.set_host(bad.name)
    again = control.play(INSTALL)
    done = again.results(INSTALL_TASK)
    assert {name for name, result in done.items() if result["changed"]} == {
        bad.name for bad in BAD_TO_INSTALL if bad.name != "altered"
    }
    assert [name for name in world.device("drops-at-put")["files"] if "slp-" in name] == []
