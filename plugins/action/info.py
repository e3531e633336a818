# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the licensing state of one product instance and judge it."""

from __future__ import annotations

import typing as t
from datetime import UTC, datetime

from ansible_collections.c9800.slp.plugins.module_utils.slp.audit import audit
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES
from ansible_collections.c9800.slp.plugins.plugin_utils._action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils.device.gather import gather

EXTRA_COMMANDS = {
    "tech_support": "show license tech support",
    "history": "show license history message",
    "eventlog": "show license eventlog",
}


class ActionModule(SlpDeviceAction):
    ARGUMENT_SPEC = {
        "topology": {"type": "str", "choices": list(TOPOLOGIES)},
        "gather": {"type": "list", "elements": "str", "choices": list(EXTRA_COMMANDS), "default": []},
    }

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        with self.driver() as driver:
            state = gather(driver, extra=[EXTRA_COMMANDS[item] for item in args["gather"]])
        result: dict[str, t.Any] = {"product_instance": str(state.udi), "license": state.as_dict()}
        if args["topology"]:
            # The device counts its deadlines by its own clock.
            now = (state.clock and state.clock.utc) or datetime.now(UTC)
            verdict = audit(state, topology=args["topology"], now=now)
            result["audit"] = {"host": self.host_name(task_vars), **verdict.as_dict()}
        return result
