# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ACKs that cannot be installed, and devices that do not take them: each is named, and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import read_ack_bundle, read_usage_bundle
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive

from .bad_input import (
    BAD_DOCUMENTS,
    GIB,
    INSTALL,
    INSTALL_TASK,
    PAGE,
    REMOVED,
    SUBMIT,
    Bad,
    change_members,
    collected,
    complaints,
    content,
    failures,
    find,
    fleet,
    held,
    left_out,
    on,
    owner,
    sparse,
    states,
)
from .conftest import Control, World, worlds


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., World]]:
    with worlds(tmp_path_factory.mktemp("worlds")) as start_one:
        yield start_one


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
