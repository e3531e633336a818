# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole simulated world in a process of its own: started, asked, given faults, stopped, left alone."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import __main__ as mock_main
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import remote
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.fleet import build_fleet
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.remote import WorldError, call
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.world import World

ONE = [{"name": "wlc1", "serial": "9SIM0000001", "aps": 3, "waiting_reports": 2}]


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "mock"
    remote.stop(tmp_path / "mock")


def one_device(tmp_path: Path) -> str:
    (tmp_path / "fleet.json").write_text(json.dumps(ONE))
    return str(tmp_path / "fleet.json")


def test_life_of_a_world(directory: Path, tmp_path: Path) -> None:
    world = remote.start(directory, one_device(tmp_path), ["--cssm", '{"poll_interval": 7}'])
    assert world == remote.read_world(directory)
    (device,) = world["devices"]
    assert (device["name"], device["topology"], device["smart_account"]) == ("wlc1", "offline", "example.com")
    assert device["udis"] == ["PID:C9800-CL-K9,SN:9SIM0000001"]
    lines = [device["host_key"], device["netconf_host_key"]]
    assert Path(world["known_hosts"]).read_text().splitlines() == lines
    assert device["host_key"].startswith(f"[127.0.0.1]:{device['port']} ssh-ed25519 ")
    for name in ("world.json", "ca.pem", "known_hosts"):
        assert stat.S_IMODE((directory / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert "none of it is Cisco's" in (directory / "world.log").read_text()

    assert remote.stop(directory)
    assert remote.read_world(directory) is None
    assert not (directory / "world.json").exists()
    assert not remote.stop(directory), "nothing to stop"
    remote.remove(directory)
    assert not directory.exists()


def test_control(directory: Path, tmp_path: Path) -> None:
    world = remote.start(directory, one_device(tmp_path))
    assert call(world, "GET", "/devices") == world["devices"]
    assert call(world, "GET", "/devices/wlc1")
    before = call(world, "GET", "/clock")["now"]
    assert call(world, "POST", "/clock", {"advance": 86400})["now"] > before[:10] + "T23:59"
    assert call(world, "GET", "/log?target=wlc1") == []
    assert call(world, "GET", "/cssm")["reports"] == {}
    assert call(world, "POST", "/options", {"poll_interval": 9})["poll_interval"] == 9
    assert call(world, "GET", "/options")["poll_interval"] == 9
    call(world, "POST", "/faults", {"target": "wlc1", "match": "^dir", "action": "hang"})
    faults = call(world, "POST", "/faults", [{"target": "cssm", "action": "status"}])
    assert [fault["action"] for fault in faults] == ["hang", "status"]
    call(world, "DELETE", "/faults")
    assert call(world, "GET", "/faults") == []


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("GET", "/devices/nobody", None, "no device nobody"),
        ("POST", "/clock", {"advance": -1}, "cannot be advanced"),
        ("POST", "/clock", {"advance": 1e12}, "cannot be advanced"),
        ("POST", "/clock", {}, "expected"),
        ("POST", "/options", ["policy"], "mapping"),
        ("POST", "/faults", {"action": "explode"}, "explode"),
        ("POST", "/options", {"polcy": "none"}, "polcy"),
        ("POST", "/options", {"policy": "strict"}, "policy"),
    ],
)
def test_control_says_what_is_wrong(world: dict[str, Any], method: str, path: str, body: Any, told: str) -> None:
    with pytest.raises(WorldError, match=told):
        call(world, method, path, body)


def test_control_needs_the_token(world: dict[str, Any]) -> None:
    stranger = {"control": {**world["control"], "token": "guess"}}
    with pytest.raises(WorldError, match="token"):
        call(stranger, "GET", "/devices")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    path = tmp_path_factory.mktemp("shared")
    yield remote.start(path / "mock", one_device(path))
    remote.stop(path / "mock")


def test_second_world_in_one_directory(directory: Path, tmp_path: Path) -> None:
    world = remote.start(directory, one_device(tmp_path))
    with pytest.raises(WorldError, match="another mock world lives in"):
        remote.start(directory, one_device(tmp_path))
    assert remote.read_world(directory) == world, "the first one is untouched"


def test_terminated_world_tidies_up(directory: Path, tmp_path: Path) -> None:
    world = remote.start(directory, one_device(tmp_path))
    os.kill(world["pid"], signal.SIGTERM)
    _until(lambda: not remote.running(directory))
    assert not (directory / "world.json").exists()


def test_killed_world_is_seen_to_be_gone(directory: Path, tmp_path: Path) -> None:
    world = remote.start(directory, one_device(tmp_path))
    os.kill(world["pid"], signal.SIGKILL)
    _until(lambda: not remote.running(directory))
    assert (directory / "world.json").exists()
    assert remote.read_world(directory) is None, "what a dead world left counts for nothing"
    assert remote.start(directory, one_device(tmp_path))["pid"] != world["pid"]


def test_what_a_killed_world_left_is_not_taken_for_the_next(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory.mkdir()
    (directory / "world.json").write_text('{"pid": 1}')
    seen = []

    async def opening(self: World) -> None:
        seen.append(directory_says(directory))
        self.stop()

    monkeypatch.setattr(World, "_open", opening)
    asyncio.run(World(directory, build_fleet(ONE)).run())
    assert seen == [(True, None)]


def directory_says(directory: Path) -> tuple[bool, Any]:
    return remote.running(directory), remote.read_world(directory)


def test_a_world_is_stopped_while_it_starts(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory.mkdir()
    lock = remote.hold(directory)
    assert lock
    told = []

    def ready(_seconds: float) -> None:
        (directory / "world.json").write_text('{"pid": 1}')

    def end(world: dict[str, Any], method: str, path: str) -> None:
        told.append((world["pid"], method, path))
        lock.close()

    monkeypatch.setattr(remote.time, "sleep", ready)
    monkeypatch.setattr(remote, "call", end)
    monkeypatch.setattr(remote, "_STOP_SECONDS", 1.0)
    assert remote.stop(directory)
    assert told == [(1, "POST", "/stop")]


def test_nobody_asks_and_it_ends(directory: Path, tmp_path: Path) -> None:
    remote.start(directory, one_device(tmp_path), ["--idle-exit", "0.2"])
    _until(lambda: not remote.running(directory))
    assert "nobody has asked" in (directory / "world.log").read_text()


def test_world_without_its_directory_ends(directory: Path, tmp_path: Path) -> None:
    world = remote.start(directory, one_device(tmp_path))
    shutil.rmtree(directory)
    successor = remote.start(directory, one_device(tmp_path))

    def gone() -> bool:
        try:
            call(world, "GET", "/clock")
        except WorldError:
            return True
        return False

    _until(gone)
    assert remote.read_world(directory) == successor, "and leaves alone what came in its place"


@pytest.mark.parametrize(
    ("fleet", "told"),
    [("nowhere.json", "neither demo, nor many:N, nor a file"), ("many:0", "between 1 and")],
)
def test_fleet_that_cannot_be(directory: Path, fleet: str, told: str) -> None:
    with pytest.raises(WorldError, match=told):
        remote.start(directory, fleet)


def test_missing_libraries_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(mock_main, "REQUIRED", ("json", "no_such_library"))
    assert mock_main.main(["--runtime", str(tmp_path)]) == 1
    assert "need no_such_library: pip install -r requirements-lab.txt" in capsys.readouterr().err


def test_a_thousand_devices_listen(directory: Path) -> None:
    world = remote.start(directory, "many:1000")
    assert len({device["port"] for device in world["devices"]}) == 1000


def test_it_runs_by_its_full_name(directory: Path, tmp_path: Path) -> None:
    name = "ansible_collections.c9800.slp.plugins.plugin_utils.mock"
    command = [sys.executable, "-m", name, "--runtime", str(directory), "--fleet", one_device(tmp_path)]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / ".tree")})
    _until(lambda: bool(remote.read_world(directory)))
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0


def _until(condition: Any) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
