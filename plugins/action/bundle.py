# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry usage reports and ACKs between an archive and a file."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.c9800.slp.plugins.plugin_utils._action import SlpAction
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import ACCOUNT_FACTS, AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.bundles.acks import export_acks, import_acks
from ansible_collections.c9800.slp.plugins.plugin_utils.bundles.model import Carriage
from ansible_collections.c9800.slp.plugins.plugin_utils.bundles.usage import export_usage, import_usage


class ActionModule(SlpAction):
    ARGUMENT_SPEC = {
        "state": {"type": "str", "choices": ["exported", "imported"], "required": True},
        "kind": {"type": "str", "choices": ["usage", "ack"], "required": True},
        "archive": {"type": "path", "required": True},
        "path": {"type": "path", "required": True},
        **{name: {"type": "str"} for name in ACCOUNT_FACTS},
    }

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        archive, path = Archive(args["archive"]), Path(args["path"]).absolute()
        account = AccountName.of(args)
        match args["state"], args["kind"]:
            case "exported", "usage":
                carriage = export_usage(archive, path, default=account, check=self.check_mode)
            case "imported", "usage":
                carriage = import_usage(archive, path, default=account, check=self.check_mode)
            case "exported", _:
                carriage = export_acks(archive, path, check=self.check_mode)
            case _:
                carriage = import_acks(archive, path, check=self.check_mode)
        return self._result(args, carriage)

    def _result(self, args: dict[str, t.Any], carriage: Carriage) -> dict[str, t.Any]:
        instances = carriage.product_instances
        done = "written" if args["state"] == "exported" else "read"
        names = ", ".join(Path(file.path).name for file in carriage.files)
        message = f"{len(instances)} product instances {done}: {names}" if instances else f"Nothing to be {done}"
        result: dict[str, t.Any] = {
            "changed": carriage.changed,
            "bundles": [file.as_dict() for file in carriage.files],
            "product_instances": len(instances),
            "problems": carriage.problems,
            "message": message,
        }
        if self.diff_mode:
            new = sorted({udi for file in carriage.files if file.changed for udi in file.product_instances})
            result["diff"] = {"before": "", "after": "".join(f"{udi}\n" for udi in new)}
        # An answer that CSSM still owes is no failure of this task; a file that cannot be read is.
        if carriage.problems and args["state"] == "imported":
            result.update(failed=True, msg=f"{message}. Left out: {'; '.join(carriage.problems)}")
        return result
