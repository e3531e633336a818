# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks over NETCONF, RESTCONF and native REST, with the collection as the collector, and no command typed."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import Control, Run, World, worlds

MODULES = "ansible_collections.c9800.slp.plugins.modules"
PASSWORD = "canary-device-1+&"
DEVICE = {
    "transport": "off",
    "aps": 3,
    "waiting_reports": 2,
    "smart_account": "example.com",
    "virtual_account": "Campus",
    "password": PASSWORD,
}
PAIR = {"standby_serial": "TTM0000A002", "platform": "C9800-40"}
WAYS = {  # connection, and the method that it is to take
    "netconf": ("netconf", "netconf"),
    "netconf-old": ("netconf", "netconf"),
    "restconf": ("rest", "restconf"),
    "native": ("rest", "rest"),
    "both": ("netconf", "auto"),
}
FLEET: list[dict[str, Any]] = [
    {**DEVICE, "name": "netconf", "serial": "TTM0000A001", "release": "17.12.4", "services": ["netconf"], **PAIR},
    {**DEVICE, "name": "netconf-old", "serial": "9SIM0000002", "release": "17.6.5", "services": ["netconf"]},
    {**DEVICE, "name": "restconf", "serial": "9SIM0000003", "release": "17.15.3", "services": ["restconf"]},
    {**DEVICE, "name": "native", "serial": "9SIM0000004", "release": "17.9.5", "services": ["rest"]},
    {**DEVICE, "name": "both", "serial": "9SIM0000005", "release": "17.12.4", "services": ["netconf", "rest"]},
]
for _device in FLEET:
    _connection, _method = WAYS[str(_device["name"])]
    _device["variables"] = {"ansible_connection": f"c9800.slp.{_connection}", "method": _method}

MODEL_MODES = ("netconf", "restconf", "rest", "scp")
METHOD = "{{ method }}"
ACCOUNT = {"smart_account": "{{ slp_smart_account }}", "virtual_account": "{{ slp_virtual_account }}"}


class Site:
    """A running world and a control node."""

    def __init__(self, world: World, control: Control) -> None:
        self.world = world
        self.control = control
        control.use_mock_fleet(world)

    def play(self, *tasks: dict[str, Any], hosts: str = "all", arguments: tuple[str, ...] = (), **play: Any) -> Run:
        book = self.control.directory / "book.yml"
        book.write_text(yaml.safe_dump([{"hosts": hosts, "gather_facts": False, "tasks": list(tasks), **play}]))
        return self.control.play(str(book), *arguments)

    def typed(self, host: str) -> list[str]:
        """What came in by the command line."""
        return [entry["line"] for entry in self.world.log(host) if entry["mode"] not in MODEL_MODES]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[list[dict[str, Any]]], Site]]:
    with worlds(tmp_path) as start:

        def make(fleet: list[dict[str, Any]]) -> Site:
            (tmp_path / "control").mkdir()
            return Site(start(fleet), Control(tmp_path / "control"))

        yield make


def task(name: str, module: str, **options: Any) -> dict[str, Any]:
    return {"name": name, f"c9800.slp.{module}": options}


def archive(module: str, **options: Any) -> dict[str, Any]:
    return task(module, module, archive="{{ slp_archive }}", **options)


def submit() -> dict[str, Any]:
    keys = ("profile", "base_url", "token_url", "client_id", "client_secret", "ca_path")
    entry = archive("cssm_usage_report", **{key: f"{{{{ slp_cssm_{key} }}}}" for key in keys}, wait=60, poll_interval=1)
    return {**entry, "name": "submit", "run_once": True, "delegate_to": "localhost"}


def documented(module: str) -> set[str]:
    return set(yaml.safe_load(importlib.import_module(f"{MODULES}.{module}").RETURN))


def own(result: dict[str, Any]) -> set[str]:
    return {key for key in result if key[0] != "_"} - {"changed", "failed", "diff", "warnings", "deprecations"}


def test_the_collection_is_the_collector(site: Callable[..., Site]) -> None:
    """Collect, submit, install: each by its own way, nothing typed, and in the end every report has its ACK."""
    here = site(FLEET)
    pull = archive("usage_report", method=METHOD, **ACCOUNT)
    checked = here.play(pull, arguments=("--check",), hosts="all:!native")
    assert checked.code == 0, checked.output
    assert {result["outcome"] for result in checked.results("usage_report").values()} == {"would_collect"}
    done = here.play(pull, submit(), archive("install", method=METHOD), arguments=("--diff", "-vvvv"))
    assert done.code == 0, done.output
    assert PASSWORD not in done.output
    for host, result in done.results("usage_report").items():
        assert (result["outcome"], result["changed"], result["reports"]) == ("collected", True, 4), host
        assert result["method"] == ("rest" if host == "both" else WAYS[host][1]), host
        assert own(result) == documented("usage_report"), host
    for host, result in done.results("install").items():
        assert result["changed"], host
        (installed,) = result["installed"]
        assert installed["kinds"], host
        assert own(result) == documented("install"), host
        assert host == "native" or any("last ACK received" in change for change in installed["changes"]), result
    for host in WAYS:
        assert here.typed(host) == [], host
        flash = here.world.device(host)
        assert "slp-" not in str(flash), host
    again = here.play(
        archive("usage_report", method=METHOD, max_age=3600),
        archive("install", method=METHOD),
        task("info", "info", topology="cslu_pull", archive="{{ slp_archive }}"),
        hosts="all:!native",
    )
    assert again.code == 0, again.output
    for name in ("usage_report", "install", "info"):
        assert not any(result["changed"] for result in again.results(name).values()), name
    for host, result in again.results("info").items():
        assert result["license"]["reporting"]["last_ack"], host
        assert result["license"]["account"] is None, host  # no leaf tells it
        assert result["license"]["is_ha"] is (host == "netconf"), host
