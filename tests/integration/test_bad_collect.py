# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices that answer badly while reports are collected: each is named, and the others go on."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import read_usage_bundle

from .bad_input import (
    AUDIT,
    COLLECT,
    COLLECT_TASK,
    UNREAD_TASK,
    Bad,
    complaints,
    content,
    failures,
    fleet,
    held,
    on,
    states,
)
from .conftest import Control, World

USAGE = "bootflash:slp-usage-"
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
