# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say what stands against a topology on one product instance."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.module_utils.slp.preflight import STEPS, refused, summary
from ansible_collections.c9800.slp.plugins.plugin_utils._device_action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils._order_action import (
    ORDER_RULES,
    ORDER_SPEC,
    change_of,
    order_of,
    resolve,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.device.preflight import check


class ActionModule(SlpDeviceAction):
    ARGUMENT_SPEC = {
        **ORDER_SPEC,
        "steps": {"type": "list", "elements": "str", "choices": list(STEPS), "default": ["configure"]},
        "have_token": {"type": "bool", "no_log": False},
        "force_token": {"type": "bool", "no_log": False},
    }
    RULES = ORDER_RULES

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        resolve(task_vars, self._templar.template)
        plans = {"steps": frozenset(args["steps"]), "token": args["have_token"], "force": args["force_token"]}
        order = order_of(args, plans)
        with self.controller() as controller:
            found = check(controller, order)
        stops = refused(found.findings)
        line = summary(found.findings)
        result = {
            "product_instance": found.udi or None,
            "ready": not stops,
            "message": line,
            "findings": [finding.as_dict() for finding in found.findings],
            **change_of(found.change),
        }
        if stops:
            host = self.host_name(task_vars)
            result |= {"failed": True, "msg": f"{host}: refused: {line}"}
        return result
