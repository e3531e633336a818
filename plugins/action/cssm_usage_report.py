# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Submit the usage reports of an archive to CSSM and archive its ACKs."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.module_utils.portal.cssm import CssmClient
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils._action import SlpAction
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import ACCOUNT_FACTS, AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.arguments import (
    CSSM_ARGUMENTS,
    CSSM_RULES,
    METHOD_ARGUMENT,
    cssm_settings,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.model import SubmitReport
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.workflow import submit_archive


class ActionModule(SlpAction):
    ARGUMENT_SPEC = {
        **CSSM_ARGUMENTS,
        **{name: {"type": "str"} for name in ACCOUNT_FACTS},
        "archive": {"type": "path", "required": True},
        "wait": {"type": "int", "default": 900},
        "poll_interval": {"type": "int"},
        "method": METHOD_ARGUMENT,
        "batch_size": {"type": "int", "default": 20},
        "product_instances": {"type": "list", "elements": "str", "default": []},
        "resubmit_refused": {"type": "bool", "default": False},
    }
    RULES = CSSM_RULES

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        for name, least in (("timeout", 1), ("wait", 0), ("poll_interval", 1), ("batch_size", 1)):
            if args[name] is not None and args[name] < least:
                raise SlpError(f"{name} is {args[name]}", remedy=f"Give {least} or more")
        report = submit_archive(
            Archive(args["archive"]),
            CssmClient(cssm_settings(args, needed=not self.check_mode)),
            default_account=AccountName.of(args),
            wait=args["wait"],
            poll_interval=args["poll_interval"],
            batch_size=args["batch_size"],
            product_instances=[Udi.parse(udi) for udi in args["product_instances"]],
            resubmit_refused=args["resubmit_refused"],
            check=self.check_mode,
        )
        return self._result(report)

    def _result(self, report: SubmitReport) -> dict[str, t.Any]:
        result: dict[str, t.Any] = {
            "changed": report.changed,
            "product_instances": [entry.as_dict() for entry in report.concerned],
            "counts": report.counts,
            "tickets_pending": report.tickets_pending,
            "problems": report.problems,
            "message": report.message,
        }
        if self.diff_mode:
            result["diff"] = report.diff()
        if report.failed:
            result |= {"failed": True, "msg": "; ".join([report.message, *report.problems])}
        elif report.problems:
            result["warnings"] = report.problems
        return result
