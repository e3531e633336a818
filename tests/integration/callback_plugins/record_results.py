# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes every result of a run to the file named by RECORD_RESULTS, beside the normal output. For tests only."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record_results
type: aggregate
short_description: Write every result of a run to a file
description: For tests only.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record_results"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.plays: list[dict] = []

    def v2_playbook_on_play_start(self, play) -> None:
        self.plays.append({"play": play.get_name(), "tasks": []})

    def v2_playbook_on_task_start(self, task, is_conditional) -> None:
        self.plays[-1]["tasks"].append({"task": {"name": task.get_name()}, "hosts": {}})

    def _keep(self, result, **outcome) -> None:
        # ansible-core 2.21 gives callbacks results without "failed"
        kept = json.loads(json.dumps(result._result | outcome, default=str))
        self.plays[-1]["tasks"][-1]["hosts"][result._host.get_name()] = kept

    def v2_runner_on_ok(self, result) -> None:
        self._keep(result)

    def v2_runner_on_failed(self, result, ignore_errors=False) -> None:
        self._keep(result, failed=True)

    def v2_runner_on_unreachable(self, result) -> None:
        self._keep(result, unreachable=True)

    def v2_runner_on_skipped(self, result) -> None:
        self._keep(result)

    def v2_playbook_on_stats(self, stats) -> None:
        Path(os.environ["RECORD_RESULTS"]).write_text(json.dumps({"plays": self.plays}))
