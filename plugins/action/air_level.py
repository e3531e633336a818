# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Set the AIR licence level that one controller has after its next reload."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.module_utils.slp.air import AirLevel
from ansible_collections.c9800.slp.plugins.plugin_utils._device_action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils.device.air_level import Levelled, air_level


class ActionModule(SlpDeviceAction):
    ARGUMENT_SPEC = {
        "level": {"type": "str", "required": True},
        "addon": {"type": "bool", "default": True},
        "save": {"type": "bool", "default": True},
    }

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        level = AirLevel(args["level"].strip().lower(), addon=args["addon"])
        with self.controller() as controller:
            done = air_level(controller, level, save=args["save"], check=self.check_mode)
        result = {
            "changed": done.changed,
            "product_instance": done.udi,
            "level": done.current,
            "level_next": done.after,
            "reload_pending": done.reload_pending,
            "message": self._message(done),
        }
        if self.diff_mode:
            before, after = done.before, done.after if done.changed else done.before
            if done.forgotten:
                before, after = f"{before}, not saved", f"{after}, saved"
            sides = {"before": before, "after": after}
            result["diff"] = {side: f"level after the next reload: {value}\n" for side, value in sides.items()}
        return result

    def _message(self, done: Levelled) -> str:
        told = self.check_mode and done.changed and not done.forgotten
        words = f"the level after the next reload {'would be' if told else 'is'} {done.after}"
        if done.forgotten:
            words += f", which {'would be' if self.check_mode else 'was'} saved only now"
        if done.reload_pending:
            return f"{words}; until a reload, which is yours to plan, it stays {done.current}"
        return f"{words}, as now"
