# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Worlds with servers between the devices and CSSM, in a process of their own: what a fleet file makes of them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import remote
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.fleet import FleetError, build_targets, load_targets
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.remote import WorldError, call
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.target import Wanted, ensure_running, public

PROXY = {"address": "proxy.example.net", "port": 3128}
FLEET: dict[str, Any] = {
    "devices": [
        {
            "name": "direct",
            "serial": "9SIM0000001",
            "aps": 3,
            "waiting_reports": 2,
            "transport": "smart",
            "smart_url": "https://smartreceiver.cisco.com/licservice/license",
            "proxy_address": PROXY["address"],
            "proxy_port": PROXY["port"],
        },
        {"name": "nobody", "serial": "9SIM0000002"},
    ],
    "targets": [
        {"kind": "proxy", "allow": ["smartreceiver.cisco.com"]},
        {"kind": "gateway", "proxy": "proxy"},
        {"kind": "cslu", "virtual_account": "Branch", "smart_account": "lab.example.org"},
    ],
}
OPTIONS = {"trust_after": 0.1, "ack_poll_after": 0.2, "ready_after": 0}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    path = tmp_path_factory.mktemp("targets")
    (path / "fleet.json").write_text(json.dumps(FLEET))
    yield remote.start(path / "mock", str(path / "fleet.json"), ["--cssm", json.dumps(OPTIONS)])
    remote.stop(path / "mock")
    assert "Traceback" not in (path / "mock/world.log").read_text()


def test_world_file_and_names(world: dict[str, Any]) -> None:
    assert {name: facts["kind"] for name, facts in world["targets"].items()} == {
        "proxy": "proxy",
        "gateway": "gateway",
        "cslu": "cslu",
    }
    gateway = world["targets"]["gateway"]
    names = {(entry["name"], entry["port"]): entry["listens_on"] for entry in world["names"]}
    assert names["gateway.example.net", 443] == gateway["port"]
    assert names["proxy.example.net", 3128] == world["targets"]["proxy"]["port"]
    assert names["direct", 22] == world["devices"][0]["port"]
    api = int(world["cssm"]["token_url"].split(":")[2].split("/")[0])
    assert names["apx.cisco.com", 443] == names["id.cisco.com", 443] == api
    assert {("smartreceiver.cisco.com", 443), ("tools.cisco.com", 443)} < set(names)
    assert call(world, "GET", "/names") == world["names"]
    assert set(call(world, "GET", "/targets")) == set(world["targets"])
    assert call(world, "GET", "/targets/proxy")["allow"] == ["smartreceiver.cisco.com"]
    assert "lab.example.org" in str(create_token(world, smart_account="lab.example.org", virtual_account="Branch"))


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("GET", "/targets/nobody", None, "no target nobody; there are cssm, proxy, gateway, cslu"),
        ("POST", "/targets/proxy/explode", {}, "no action explode"),
        ("POST", "/targets/cssm/create_token", {}, "virtual_account is missing"),
        ("POST", "/targets/cssm/create_token", [], "are a JSON object"),
        ("POST", "/devices/absent/reload", {}, "no device absent"),
        ("POST", "/devices/direct/explode", {}, "no action explode"),
    ],
)
def test_control_says_what_is_wrong(world: dict[str, Any], method: str, path: str, body: Any, told: str) -> None:
    with pytest.raises(WorldError, match=told):
        call(world, method, path, body)


def create_token(world: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    made: dict[str, Any] = call(world, "POST", "/targets/cssm/create_token", arguments)
    return made


def typed(world: dict[str, Any], name: str, line: str) -> None:
    """One command at a device's prompt."""
    facts = next(device for device in world["devices"] if device["name"] == name)

    async def run() -> None:
        async with asyncssh.connect(
            facts["address"], facts["port"], username=facts["username"], password=facts["password"], known_hosts=None
        ) as connection:
            await connection.run(line, check=False)

    asyncio.run(run())


def until(look: Any, seconds: float = 10.0) -> Any:
    """What ``look`` finds, as soon as it finds something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it does not come")


def test_a_device_reports_by_itself_through_the_proxy(world: dict[str, Any]) -> None:
    """World time passes by itself: nobody advances the clock here."""
    token = create_token(world, virtual_account="DEFAULT", smart_account="example.com")["token"]
    typed(world, "direct", f"license smart trust idtoken {token} local")
    until(lambda: call(world, "GET", "/devices/direct")["trust"])
    typed(world, "direct", "license smart sync local")
    device = until(lambda: (found := call(world, "GET", "/devices/direct"))["last_ack"] and found)
    assert device["account"]["virtual_account"] == "DEFAULT"
    cssm = call(world, "GET", "/cssm")
    (instance,) = [found for found in cssm["product_instances"] if found["hostname"] == "direct"]
    assert (instance["way"], instance["virtual_account"]) == ("smart", "DEFAULT")
    assert all(entry["delivered"] for entry in cssm["reports"]["PID:C9800-CL-K9,SN:9SIM0000001"].values())
    hosts = {entry["host"] for entry in call(world, "GET", "/targets/proxy")["connections"]}
    assert hosts == {"smartreceiver.cisco.com:443"}


def test_things_happen_when_the_clock_jumps(world: dict[str, Any]) -> None:
    """After half a year the device has reported by itself more than once, each time at its own time."""
    before = call(world, "GET", "/devices/direct")
    remote.call(world, "POST", "/clock", {"advance": 180 * 86_400}, seconds=60)
    after = call(world, "GET", "/devices/direct")
    assert after["last_ack"] - before["last_ack"] > 60 * 86_400
    assert after["ack_deadline"] > after["now"]
    acknowledged = {ticket["ready"][:10] for ticket in call(world, "GET", "/cssm")["tickets"]}
    assert len(acknowledged) >= 3


# Fleets with targets


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        ({}, "the targets of a fleet are a list"),
        (["cslu"], "target 1 of the fleet"),
        ([{"kind": "router"}], "'router' is none of cslu"),
        ([{"kind": "cslu", "colour": "blue"}], "unknown key.* colour"),
        ([{"kind": "cslu"}, {"kind": "cslu"}], "has target cslu more than once"),
        ([{"kind": "cslu"}, {"kind": "cslu", "name": "b"}], "has host name cslu-local more than once"),
        ([{"kind": "cslu", "name": "cssm"}], "has target cssm more than once"),
        ([{"kind": "cslu", "proxy": "proxy"}], "there is no proxy proxy"),
        ([{"kind": "cslu", "name": "a"}, {"kind": "gateway", "proxy": "a"}], "there is no proxy a"),
    ],
)
def test_targets_that_cannot_be(targets: Any, told: str) -> None:
    with pytest.raises(FleetError, match=told):
        build_targets({"devices": [{"name": "a", "serial": "1"}], "targets": targets})


def test_fleets_without_targets(tmp_path: Path) -> None:
    assert load_targets("demo") == load_targets("many:3") == build_targets([{"name": "a"}]) == []
    (tmp_path / "fleet.json").write_text(json.dumps(FLEET))
    assert [spec.kind for spec in load_targets(str(tmp_path / "fleet.json"))] == ["proxy", "gateway", "cslu"]


# As the module does it


def test_actions_of_the_module(tmp_path: Path) -> None:
    directory = tmp_path / "mock"
    actions = [
        {"target": "cssm", "action": "create_token", "arguments": {"virtual_account": "DEFAULT"}},
        {"target": "nobody", "action": "set_aps", "arguments": {"aps": 7}},
    ]
    try:
        started = ensure_running(directory, Wanted(fleet=FLEET, actions=actions))
        assert started.done == ["started"]
        assert [item["target"] for item in started.actions] == ["cssm", "nobody"]
        assert started.actions[0]["result"]["token"]
        shown = public(started.actions)
        assert "token" not in shown[0]["result"]
        assert shown[0]["result"]["virtual_account"] == "DEFAULT"
        world = started.world
        assert world
        assert call(world, "GET", "/devices/nobody")["aps"] == 7
        planned = ensure_running(directory, Wanted(fleet=FLEET, actions=actions), check=True)
        assert (planned.done, planned.actions) == (["acted"], [])
        assert len(call(world, "GET", "/cssm")["id_tokens"]) == 1
        assert planned.after["actions"] == ["cssm: create_token", "nobody: set_aps"]
        again = ensure_running(directory, Wanted(fleet=FLEET))
        assert (again.done, again.world) == ([], world)
    finally:
        remote.stop(directory)


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        ([{"target": "cssm"}], "an action has a target"),
        ([{"target": "cssm", "action": "move", "args": {}}], "an action has a target"),
        ([{"target": "cssm", "action": "move", "arguments": ["a"]}], "are a mapping"),
    ],
)
def test_actions_that_cannot_be(actions: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Wanted(actions=actions).check()


def test_nothing_secret_is_shown() -> None:
    facts = {"gui_password": "a", "client_secret": "b", "token": "c", "host_key": "d", "users": [{"Password": "e"}]}
    assert public(facts) == {"users": [{}]}
