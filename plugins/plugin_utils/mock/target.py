# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module ``mock_target`` does: bring the world of a directory into the wanted state, and say what changed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import remote
from .cssm import CssmOptions
from .faults import Fault
from .fleet import build_fleet, build_targets, load_fleet, load_targets

Fleet = str | Sequence[Mapping[str, Any]] | Mapping[str, Any]
DEFAULT_FLEET = "demo"
_LONG = 600.0
"""Seconds that a jump of the clock or an action may take: a whole fleet may report meanwhile."""
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_SECRETS = frozenset(("username", "host_key", "netconf_host_key"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A world that is to run. None leaves a thing as it is.

    ``fleet``: the name of a built-in fleet or of a file, the devices, or a mapping with devices and targets.
    ``actions``: what is to happen at targets or devices, in their order: ``target``, ``action``, ``arguments``.
    """

    fleet: Fleet | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[Mapping[str, Any]] | None = None
    actions: Sequence[Mapping[str, Any]] = ()
    advance: float = 0.0
    reset: bool = False
    idle_exit: float = 0.0

    def check(self) -> None:
        """Raises ValueError for a fleet, an option, a fault or an action that cannot be."""
        if isinstance(self.fleet, str):
            load_fleet(self.fleet)
            load_targets(self.fleet)
        elif self.fleet is not None:
            build_fleet(self.fleet)
            build_targets(self.fleet)
        for action in self.actions:
            unknown = set(action) - {"target", "action", "arguments"}
            if unknown or not (action.get("target") and action.get("action")):
                raise ValueError(f"an action has a target, an action, and may have arguments, not {', '.join(action)}")
            if not isinstance(action.get("arguments") or {}, Mapping):
                raise ValueError(f"the arguments of {action['target']} {action['action']} are a mapping")
        CssmOptions().updated(self.options)
        self.whole_faults()

    def whole_faults(self) -> list[dict[str, Any]] | None:
        """The wanted faults with every key, as a running world lists them, but for their ids."""
        try:
            return None if self.faults is None else [_without_id(asdict(Fault(**fault))) for fault in self.faults]
        except TypeError as error:
            raise ValueError(f"not a fault: {error}") from error


@dataclass(slots=True)
class Outcome:
    """``done``: what was done, or would be, in words; ``before`` and ``after`` differ where it did something."""

    done: list[str] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    world: dict[str, Any] | None = None
    actions: list[dict[str, Any]] = field(default_factory=list)
    """What came of each action."""

    @property
    def changed(self) -> bool:
        return bool(self.done)


def seconds(text: str) -> float:
    """``90d``, ``12h``, ``30m``, ``1w`` or plain seconds. Raises ValueError."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw]?)\s*", text)
    if not match:
        raise ValueError(f"{text!r} is no duration: give seconds, or a number with s, m, h, d or w")
    return float(match[1]) * _UNITS[match[2]]


def ensure_running(directory: Path, wanted: Wanted, *, check: bool = False) -> Outcome:
    """Start the world, or bring a running one into the wanted state. ``check``: only say what would be done."""
    wanted.check()
    outcome = Outcome()
    world = remote.read_world(directory)
    outcome.before["state"] = "started" if world else "stopped"
    outcome.after["state"] = "started"
    fleet = wanted.fleet if wanted.fleet is not None else world["fleet"] if world else DEFAULT_FLEET
    if world and (wanted.reset or not _same_fleet(directory, world, fleet)):
        outcome.done.append("stopped")
        if not check:
            remote.stop(directory)
        world = None
    if world is None:
        outcome.done.append("started")
        if check:
            return outcome
        outcome.world = _start(directory, fleet, wanted)
        started = Outcome()
        _configure(outcome.world, wanted, started, check)
        outcome.actions = started.actions
        return outcome
    _configure(world, wanted, outcome, check)
    outcome.world = world
    return outcome


def ensure_ended(directory: Path, *, remove: bool = False, check: bool = False) -> Outcome:
    """Stop the world; ``remove`` takes its files away as well."""
    outcome = Outcome(after={"state": "absent" if remove else "stopped"})
    runs = remote.running(directory)
    there = remote.has_files(directory)
    outcome.before["state"] = "started" if runs else "stopped" if there or not remove else "absent"
    if runs:
        outcome.done.append("stopped")
    if remove and there:
        outcome.done.append("removed")
    if not check:
        remote.stop(directory)
        if remove:
            remote.remove(directory)
    return outcome


def public(value: Any) -> Any:
    """What may be shown of world.json, or of what an action gave: no password, no secret, no token."""
    if isinstance(value, dict):
        return {key: public(item) for key, item in value.items() if not _secret(key)}
    if isinstance(value, list):
        return [public(item) for item in value]
    return value


def _secret(key: str) -> bool:
    return key in _SECRETS or key.lower().endswith(("password", "secret", "token"))


def _configure(world: dict[str, Any], wanted: Wanted, outcome: Outcome, check: bool) -> None:
    options = remote.call(world, "GET", "/options")
    changed = CssmOptions().updated(options).updated(wanted.options).as_dict()
    _note(outcome, "options", options, changed, "configured")
    faults = [_without_id(fault) for fault in remote.call(world, "GET", "/faults")]
    wanted_faults = wanted.whole_faults()
    _note(outcome, "faults", faults, faults if wanted_faults is None else wanted_faults, "set faults")
    if wanted.actions:
        _note(outcome, "actions", [], [f"{item['target']}: {item['action']}" for item in wanted.actions], "acted")
    if wanted.advance:
        now = datetime.fromisoformat(remote.call(world, "GET", "/clock")["now"])
        then = now + timedelta(seconds=wanted.advance)
        _note(outcome, "clock", f"{now:%F %T}", f"{then:%F %T}", f"advanced by {wanted.advance:.0f} s")
    if check:
        return
    if changed != options:
        remote.call(world, "POST", "/options", dict(wanted.options))
    if wanted_faults is not None and wanted_faults != faults:
        remote.call(world, "DELETE", "/faults")
        remote.call(world, "POST", "/faults", wanted_faults)
    outcome.actions = [_act(world, item) for item in wanted.actions]
    if wanted.advance:
        remote.call(world, "POST", "/clock", {"advance": wanted.advance}, seconds=_LONG)


def _act(world: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    target, action = str(item["target"]), str(item["action"])
    kind = "devices" if any(device["name"] == target for device in world["devices"]) else "targets"
    path = f"/{kind}/{quote(target, safe='')}/{quote(action, safe='')}"
    result = remote.call(dict(world), "POST", path, dict(item.get("arguments") or {}), seconds=_LONG)
    return {"target": target, "action": action, "result": result}


def _note(outcome: Outcome, what: str, before: Any, after: Any, done: str) -> None:
    outcome.before[what], outcome.after[what] = before, after
    if before != after:
        outcome.done.append(done)


def _start(directory: Path, fleet: Fleet, wanted: Wanted) -> dict[str, Any]:
    if not isinstance(fleet, str):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = directory / remote.FLEET_FILE
        file.touch(mode=0o600)
        file.write_text(_fleet_text(fleet))
        fleet = str(file)
    arguments = ["--cssm", json.dumps(dict(wanted.options))]
    if wanted.idle_exit:
        arguments += ["--idle-exit", str(wanted.idle_exit)]
    return remote.start(directory, fleet, arguments)


def _same_fleet(directory: Path, world: Mapping[str, Any], fleet: Fleet) -> bool:
    if isinstance(fleet, str):
        return bool(world["fleet"] == fleet)
    file = directory / remote.FLEET_FILE
    return world["fleet"] == str(file) and file.exists() and file.read_text() == _fleet_text(fleet)


def _fleet_text(fleet: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> str:
    return json.dumps(dict(fleet) if isinstance(fleet, Mapping) else list(fleet), indent=1)


def _without_id(fault: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fault.items() if key != "id"}
