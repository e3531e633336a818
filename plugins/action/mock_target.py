# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start, change and stop simulated controllers and a simulated CSSM on the control node."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.plugin_utils._action import SlpAction, plain
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.remote import WorldError
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.target import (
    Outcome,
    Wanted,
    ensure_ended,
    ensure_running,
    public,
    seconds,
)


class ActionModule(SlpAction):
    ARGUMENT_SPEC = {
        "state": {"type": "str", "choices": ["started", "stopped", "absent"], "default": "started"},
        "runtime_dir": {"type": "path"},
        "fleet": {"type": "raw"},
        "cssm": {"type": "dict", "default": {}},
        "faults": {"type": "list", "elements": "dict"},
        "actions": {"type": "list", "elements": "dict", "default": []},
        "advance": {"type": "str", "default": "0"},
        "reset": {"type": "bool", "default": False},
        "idle_exit": {"type": "str", "default": "4h"},
    }

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        directory = self._directory(args["runtime_dir"])
        try:
            if args["state"] == "started":
                outcome = ensure_running(directory, self._wanted(args), check=self.check_mode)
            else:
                outcome = ensure_ended(directory, remove=args["state"] == "absent", check=self.check_mode)
        except (WorldError, ValueError, OSError) as error:
            raise SlpError("the mock targets cannot be brought into the wanted state", cause=str(error)) from error
        return self._result(directory, outcome)

    def _directory(self, given: str | None) -> Path:
        text = given or os.environ.get("SLP_MOCK_RUNTIME_DIR", "")
        if not text:
            raise SlpError("no runtime directory", remedy="Set runtime_dir or the variable SLP_MOCK_RUNTIME_DIR")
        return Path(text).expanduser().absolute()

    def _wanted(self, args: dict[str, t.Any]) -> Wanted:
        fleet = args["fleet"]
        # The mock itself reads JSON; Ansible's users write YAML.
        if isinstance(fleet, str) and fleet.endswith((".yml", ".yaml")):
            fleet = plain(self._loader.load_from_file(self._loader.path_dwim(fleet)))
        if isinstance(fleet, dict) and set(fleet) == {"devices"}:
            fleet = fleet["devices"]
        return Wanted(
            fleet=fleet,
            options=args["cssm"],
            faults=args["faults"],
            actions=args["actions"],
            advance=seconds(args["advance"]),
            reset=args["reset"],
            idle_exit=seconds(args["idle_exit"]),
        )

    def _result(self, directory: Path, outcome: Outcome) -> dict[str, t.Any]:
        done = ", ".join(outcome.done) or "nothing to do"
        world = public(outcome.world)
        size = f"; {len(world['devices'])} simulated devices" if world else ""
        if world and world["targets"]:
            size += f" and {', '.join(world['targets'])}"
        if world:  # as long as the fleet, and of use to none but the devices
            del world["names"]
        result = {
            "changed": outcome.changed,
            "state": outcome.after["state"],
            "runtime_dir": str(directory),
            "world": world,
            "actions": public(outcome.actions),
            "message": f"{directory}: {done}{size}",
        }
        if self.diff_mode:
            before, after = (json.dumps(side, indent=1) + "\n" for side in (outcome.before, outcome.after))
            result["diff"] = {"before": before, "after": after, "before_header": str(directory)}
        return result
