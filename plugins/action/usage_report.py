# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the RUM reports off one product instance and put them into the archive."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.plugin_utils._collect_action import ACCOUNT_SPEC, facts_of, result_of
from ansible_collections.c9800.slp.plugins.plugin_utils._device_action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.device.collect import collect


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
        **ACCOUNT_SPEC,
    }
    RULES = {"required_if": [("scope", "days", ["days"]), ("scope", "rum_id", ["rum_id"])]}

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        archive = Archive(args["archive"])
        with self.driver() as driver:
            result = collect(
                driver,
                archive,
                scope=args["scope"],
                days=args["days"],
                rum_id=args["rum_id"],
                filesystem=args["filesystem"],
                transfer=args["transfer"],
                keep=args["keep"],
                facts=facts_of(args, self.host_name(task_vars)),
                max_age=args["max_age"],
                check=self.check_mode,
            )
        told = result_of(archive, result, diff=self.diff_mode)
        if result.usage is not None:
            told |= {"reports": len(result.usage.report_ids), "new_reports": len(result.new_reports)}
        return told
