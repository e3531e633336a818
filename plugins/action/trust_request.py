# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take a trust code request off one product instance and put it into the archive."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.plugin_utils._collect_action import ACCOUNT_SPEC, facts_of, result_of
from ansible_collections.c9800.slp.plugins.plugin_utils._device_action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.device.model_collect import trust_request_by
from ansible_collections.c9800.slp.plugins.plugin_utils.device.puller import Order


class ActionModule(SlpDeviceAction):
    ARGUMENT_SPEC = {
        "archive": {"type": "path", "required": True},
        "filesystem": {"type": "str"},
        "force": {"type": "bool", "default": False},
        **ACCOUNT_SPEC,
    }

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        archive = Archive(args["archive"])
        order = Order(filesystem=args["filesystem"], facts=facts_of(args, self.host_name(task_vars)), take_over=True)
        with self.doors() as doors:
            result = trust_request_by(doors, archive, order, force=args["force"], check=self.check_mode)
        return result_of(archive, result, diff=self.diff_mode)
