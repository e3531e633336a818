# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the RUM reports off one product instance and put them into the archive."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.plugin_utils._collect_action import ACCOUNT_SPEC, facts_of, result_of
from ansible_collections.c9800.slp.plugins.plugin_utils._device_action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.device.model_collect import collect_by
from ansible_collections.c9800.slp.plugins.plugin_utils.device.puller import Order


class ActionModule(SlpDeviceAction):
    ARGUMENT_SPEC = {
        "archive": {"type": "path", "required": True},
        "scope": {"type": "str", "choices": ["all", "unreported", "days", "rum_id"], "default": "all"},
        "days": {"type": "int"},
        "rum_id": {"type": "int"},
        "filesystem": {"type": "str"},
        "transfer": {"type": "str", "choices": ["auto", "cli", "scp"], "default": "auto"},
        "keep": {"type": "bool", "default": False},
        "max_age": {"type": "int", "default": 0},
        "method": {"type": "str", "choices": ["auto", "rest", "restconf", "netconf", "cli"], "default": "auto"},
        "take_over": {"type": "bool", "default": False},
        **ACCOUNT_SPEC,
    }
    RULES = {"required_if": [("scope", "days", ["days"]), ("scope", "rum_id", ["rum_id"])]}

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        archive = Archive(args["archive"])
        names = ("scope", "days", "rum_id", "filesystem", "transfer", "keep", "max_age", "take_over")
        order = Order(facts=facts_of(args, self.host_name(task_vars)), **{name: args[name] for name in names})
        with self.doors() as doors:
            done = collect_by(doors, archive, order, method=args["method"], check=self.check_mode)
        result = done.result
        told = result_of(archive, result, diff=self.diff_mode)
        told |= {"method": done.method, "passed_over": list(done.passed_over)}
        if result.usage is not None:
            told |= {"reports": len(result.usage.report_ids), "new_reports": len(result.new_reports)}
        return told
