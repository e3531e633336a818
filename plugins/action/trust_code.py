# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install trust codes on one product instance by an ID token."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import find
from ansible_collections.c9800.slp.plugins.plugin_utils._device_action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils._trigger_action import TRIGGER_SPEC, result_of, since_of
from ansible_collections.c9800.slp.plugins.plugin_utils.device.trust import install_trust, look_at_trust


class ActionModule(SlpDeviceAction):
    ARGUMENT_SPEC = {
        **TRIGGER_SPEC,
        "token": {"type": "str", "no_log": True},
        "force": {"type": "bool", "default": False},
        "replace_factory": {"type": "bool", "default": False},
    }

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        row, since = find(args["topology"]), since_of(args)
        with self.controller() as controller:
            if not args["trigger"]:
                return result_of(look_at_trust(controller, row, since), diff=self.diff_mode)
            done = install_trust(
                controller,
                row,
                token=args["token"] or "",
                force=args["force"],
                replace_factory=args["replace_factory"],
                wait=args["wait"],
                poll=args["poll"],
                check=self.check_mode,
            )
        return result_of(done, diff=self.diff_mode)
