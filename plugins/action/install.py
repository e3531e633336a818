# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install what CSSM answered on one product instance."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import ImportDoc, read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.safexml import MAX_BYTES
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils._device_action import SlpDeviceAction
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.files import read_foreign
from ansible_collections.c9800.slp.plugins.plugin_utils.device.files import Tidied
from ansible_collections.c9800.slp.plugins.plugin_utils.device.install import InstallResult
from ansible_collections.c9800.slp.plugins.plugin_utils.device.model_install import InstallOrder, install_by

_HOW = ("filesystem", "transfer", "keep")


class ActionModule(SlpDeviceAction):
    ARGUMENT_SPEC = {
        "archive": {"type": "path"},
        "src": {"type": "path"},
        "filesystem": {"type": "str"},
        "transfer": {"type": "str", "choices": ["auto", "cli", "scp"], "default": "auto"},
        "keep": {"type": "bool", "default": False},
        "method": {"type": "str", "choices": ["auto", "rest", "restconf", "netconf", "cli"], "default": "auto"},
    }
    RULES = {"required_one_of": [("archive", "src")]}

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        archive = Archive(args["archive"]) if args["archive"] else None
        order = InstallOrder(doc=self._doc(args["src"]), **{name: args[name] for name in _HOW})
        with self.doors() as doors:
            done = install_by(doors, archive, order, method=args["method"], check=self.check_mode)
        return self._result(*done.result) | {"method": done.method, "passed_over": list(done.passed_over)}

    def _doc(self, src: str | None) -> ImportDoc | None:
        path = Path(src) if src else None
        return read_import(read_foreign(path, most=MAX_BYTES, remedy="Check src"), name=path.name) if path else None

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
