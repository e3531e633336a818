# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring one product instance to the configuration of its topology."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.plugin_utils._device_action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils._order_action import (
    ORDER_RULES,
    ORDER_SPEC,
    change_of,
    order_of,
    resolve,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.device.configure import Configured, configure


class ActionModule(SlpDeviceAction):
    ARGUMENT_SPEC = {
        **ORDER_SPEC,
        "update_password": {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
        "save": {"type": "bool", "default": True},
        "rollback": {"type": "bool", "default": False},
    }
    RULES = ORDER_RULES

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        resolve(task_vars, self._templar.template)
        order = order_of(args, save=args["save"], rollback=args["rollback"])
        with self.controller() as controller:
            done = configure(controller, order, check=self.check_mode, again=self.controller)
        result = {
            "changed": bool(done.change),
            "product_instance": done.udi,
            "message": self._message(done),
            "saved": done.saved,
            "findings": [finding.as_dict() for finding in done.findings],
            **change_of(done.change),
        }
        if self.diff_mode:
            result["diff"] = done.change.as_diff()
        return result

    def _message(self, done: Configured) -> str:
        if not done.change:
            return "the device is configured as its topology wants"
        keys = [*done.change.settings, *(f"password of {user}" for user in done.change.passwords)]
        if done.forgotten:
            did = "would save" if self.check_mode else "saved"
            return f"the device is configured as its topology wants; {did} {', '.join(keys)}, which a reload would undo"
        if self.check_mode:
            return f"would set {', '.join(keys)}"
        kept = "saved" if done.saved else "not saved"
        return "; ".join(filter(None, (f"set {', '.join(keys)}", kept, done.note)))
