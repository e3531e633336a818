# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gather the audits of many product instances in one table."""

from __future__ import annotations

import typing as t
from datetime import UTC, datetime
from pathlib import Path

from ansible_collections.c9800.slp.plugins.plugin_utils._action import SlpAction
from ansible_collections.c9800.slp.plugins.plugin_utils.fleet.files import FORMATS, FileChange, plan_files
from ansible_collections.c9800.slp.plugins.plugin_utils.fleet.rows import build_fleet
from ansible_collections.c9800.slp.plugins.plugin_utils.fleet.text import render_text


class ActionModule(SlpAction):
    ARGUMENT_SPEC = {
        "audits": {"type": "list", "elements": "dict", "required": True},
        "path": {"type": "path"},
        "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": list(FORMATS)},
        "title": {"type": "str", "default": "Smart Licensing Using Policy"},
    }

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        generated = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        fleet = build_fleet(args["audits"], args["title"])
        changes = plan_files(fleet, Path(args["path"]), args["formats"], generated) if args["path"] else []
        for change in changes:
            if change.changed and not self.check_mode:
                change.write()
        result: dict[str, t.Any] = {
            "changed": any(change.changed for change in changes),
            "table": render_text(fleet, generated),
            "summary": fleet.summary,
            "counts": fleet.counts,
            "rows": [row.as_dict() for row in fleet.rows],
            "files": [str(change.path) for change in changes],
        }
        if self.diff_mode:
            result["diff"] = [_diff(change) for change in changes if change.changed]
        return result


def _diff(change: FileChange) -> dict[str, str]:
    name = str(change.path)
    return {"before": change.before, "after": change.after, "before_header": name, "after_header": name}
