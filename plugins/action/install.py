# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install what CSSM answered on one product instance."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.safexml import MAX_BYTES
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils._device_action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.files import read_foreign
from ansible_collections.c9800.slp.plugins.plugin_utils.device.files import Tidied
from ansible_collections.c9800.slp.plugins.plugin_utils.device.install import InstallResult, install, install_pending


class ActionModule(SlpDeviceAction):
    ARGUMENT_SPEC = {
        "archive": {"type": "path"},
        "src": {"type": "path"},
        "filesystem": {"type": "str"},
        "transfer": {"type": "str", "choices": ["auto", "cli", "scp"], "default": "auto"},
        "keep": {"type": "bool", "default": False},
    }
    RULES = {"required_one_of": [("archive", "src")]}

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        options = {name: args[name] for name in ("filesystem", "transfer", "keep")}
        if args["src"]:
            archive = Archive(args["archive"]) if args["archive"] else None
            src = Path(args["src"])
            doc = read_import(read_foreign(src, most=MAX_BYTES, remedy="Check src"), name=src.name)
            with self.driver() as driver:
                results = [install(driver, doc, archive=archive, check=self.check_mode, **options)]
            return self._result(results[0].udi, results, Tidied())
        with self.driver() as driver:
            done = install_pending(driver, Archive(args["archive"]), check=self.check_mode, **options)
        return self._result(*done)

    def _result(self, udi: Udi, results: list[InstallResult], tidied: Tidied) -> dict[str, t.Any]:
        messages = [result.message for result in results] or ["no ACK waits in the archive"]
        notes = [*tidied.notes, *(note for result in results for note in result.notes)]
        installed = [result for result in results if result.outcome != "already"]
        result: dict[str, t.Any] = {
            "changed": bool(tidied.done) or any(result.changed for result in results),
            "product_instance": str(udi),
            "installed": [result.as_dict() for result in installed],
            "message": "; ".join([*messages, *notes]),
        }
        if self.diff_mode:
            changes = [change for result in installed for change in result.changes or [result.message]] + tidied.done
            result["diff"] = {"before": "", "after": "".join(f"{change}\n" for change in changes)}
        return result
