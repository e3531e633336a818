# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the licensing state of one product instance and judge it."""

from __future__ import annotations

import typing as t
from collections import Counter
from datetime import UTC, datetime

from ansible_collections.c9800.slp.plugins.module_utils.slp.audit import Audit, audit
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES
from ansible_collections.c9800.slp.plugins.plugin_utils._device_action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive

EXTRA_COMMANDS = {
    "tech_support": "show license tech support",
    "history": "show license history message",
    "eventlog": "show license eventlog",
}
EXTRA_OPERATIONS = {"tech_support": "tech_support", "history": "history", "eventlog": "events"}
"""What the table of the ways in calls them."""


class ActionModule(SlpDeviceAction):
    ARGUMENT_SPEC = {
        "topology": {"type": "str", "choices": list(TOPOLOGIES)},
        "archive": {"type": "path"},
        "gather": {"type": "list", "elements": "str", "choices": list(EXTRA_COMMANDS), "default": []},
    }

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        with self.controller() as controller:
            for item in args["gather"]:
                if why := controller.cannot(EXTRA_OPERATIONS[item]):
                    raise CommandError(why, host=controller.host, remedy="Leave it out of gather")
            state = controller.state(*(EXTRA_COMMANDS[item] for item in args["gather"]))
        result: dict[str, t.Any] = {"product_instance": str(state.udi), "license": state.as_dict()}
        if args["topology"]:
            result["audit"] = {"host": self.host_name(task_vars), **self._audit(state, args).as_dict()}
        return result

    def _audit(self, state: LicenseState, args: dict[str, t.Any]) -> Audit:
        here = datetime.now(UTC)
        reports = Archive(args["archive"]).pi(state.udi).state().reports.values() if args["archive"] else ()
        return audit(
            state,
            topology=args["topology"],
            now=(state.clock and state.clock.utc) or here,  # the device counts its deadlines by its own clock
            reference=here,
            archive_facts=Counter(report.state for report in reports),
        )
