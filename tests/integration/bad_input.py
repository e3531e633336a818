# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of bad input share: fleets, documents that are bad in themselves, and what a clear error is.

Bad input gets a clear error that names the device and the file, and changes nothing; the rest of the fleet goes on.
Every row of the tests says how the bad thing is made and what the one line must contain that the operator reads: who,
what, and the next step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import (
    BundleMember,
    read_ack_bundle,
    read_usage_bundle,
    write_ack_bundle,
    write_usage_bundle,
)

from .conftest import Control, Run, World

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


REMOVED = "was removed from the device"
