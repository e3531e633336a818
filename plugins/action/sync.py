# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Have one product instance report now."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import find
from ansible_collections.c9800.slp.plugins.plugin_utils._device_action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils._trigger_action import TRIGGER_SPEC, result_of, since_of
from ansible_collections.c9800.slp.plugins.plugin_utils.device.sync import look_at_sync, sync


class ActionModule(SlpDeviceAction):
    ARGUMENT_SPEC = {
        **TRIGGER_SPEC,
        "force": {"type": "bool", "default": False},
        "max_age": {"type": "int", "default": 86400},
    }

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        row, since = find(args["topology"]), since_of(args)
        if args["max_age"] < 0:
            raise SlpError(f"max_age is {args['max_age']}", remedy="Give 0 or more")
        with self.controller() as controller:
            if not args["trigger"]:
                return result_of(look_at_sync(controller, row, since), diff=self.diff_mode)
            done = sync(
                controller,
                row,
                max_age=args["max_age"],
                force=args["force"],
                wait=args["wait"],
                poll=args["poll"],
                check=self.check_mode,
            )
        return result_of(done, diff=self.diff_mode)
