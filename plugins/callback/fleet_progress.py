# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line for each host that has finished a step, and the fleet's summary as the last line of the run."""

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_progress
type: notification
short_description: Follow a fleet, host by host, and end with its summary
version_added: 0.1.0
description:
  - Prints one line for each host that finishes a step of this collection on a device (time taken, host, what happened),
    and nothing for other tasks. A host that cannot be reached is told whatever the task was.
  - When the run ends it prints the table of the last M(c9800.slp.fleet_report) after the recap, so that the last line
    of the run is its summary.
  - Results of tasks with C(no_log) are told without their message.
requirements:
  - Enable it with C(callbacks_enabled = c9800.slp.fleet_progress) in C(ansible.cfg), or with the environment variable
    C(ANSIBLE_CALLBACKS_ENABLED).
options:
  show_table:
    description: Print the fleet's table at the end, not its summary alone.
    type: bool
    default: true
    env:
      - name: SLP_PROGRESS_TABLE
    ini:
      - section: callback_fleet_progress
        key: show_table
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
# ansible.cfg
#
# [defaults]
# callbacks_enabled = c9800.slp.fleet_progress
#
# What a run then prints for each host:
#
#   [  3.2 s] wlc1  usage_report  changed  collected 12 reports
#   [ 10.0 s] wlc9  usage_report  UNREACHABLE  the password is refused. Check ansible_user
"""

import time
import typing as t

from ansible.plugins.callback import CallbackBase

_PREFIX = "c9800.slp."
_REPORT = f"{_PREFIX}fleet_report"
_PREFLIGHT = f"{_PREFIX}preflight"
# What works on a device; the rest of the collection works for the whole fleet at once.
_STEPS = frozenset(
    _PREFIX + name
    for name in (
        "air_level",
        "configure",
        "info",
        "install",
        "preflight",
        "sync",
        "trust_code",
        "trust_request",
        "usage_report",
    )
)
_LONGEST = 160


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "c9800.slp.fleet_progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._began: dict[tuple[str, str], float] = {}
        self._last: t.Mapping[str, t.Any] | None = None

    def v2_runner_on_start(self, host: t.Any, task: t.Any) -> None:
        if _action(task) in _STEPS:
            self._began[host.get_name(), task._uuid] = time.monotonic()

    def v2_runner_on_ok(self, result: t.Any) -> None:
        values = result._result
        if _action(result._task) == _REPORT and "summary" in values:
            self._last = values
        if _action(result._task) == _PREFLIGHT and not values.get("ready"):  # where the role fails the host later
            self._tell(result, "REFUSED", color="red")
        else:
            self._tell(result, "changed" if values.get("changed") else "ok")

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._tell(result, "failed" if ignore_errors else "FAILED", color="yellow" if ignore_errors else "red")

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._tell(result, "UNREACHABLE", color="red", whatever=True)

    def v2_playbook_on_stats(self, stats: t.Any) -> None:  # noqa: ARG002
        """Notification callbacks are called after the one that prints the recap."""
        if self._last is None:
            return
        summary = str(self._last["summary"])
        shown = str(self._last.get("table", summary)) if self.get_option("show_table") else summary
        self._display.display(shown.rstrip("\n"))

    def _tell(self, result: t.Any, outcome: str, *, color: str | None = None, whatever: bool = False) -> None:
        host, task = result._host.get_name(), result._task
        action = _action(task)
        if action not in _STEPS and not whatever:
            return
        began = self._began.pop((host, task._uuid), None)
        seconds = f"{time.monotonic() - began:5.1f} s" if began is not None else "      -"
        line = f"[{seconds}] {host}  {action.removeprefix(_PREFIX)}  {outcome:<7}  {_what_happened(result)}"
        self._display.display(line.rstrip(), color=color)


def _action(task: t.Any) -> str:
    """The full name of what the task runs, whether the playbook used it or a name from ``collections``."""
    return str(getattr(task, "resolved_action", None) or task.action)


def _what_happened(result: t.Any) -> str:
    values = result._result
    if values.get("_ansible_no_log") or "censored" in values or result._task.no_log:
        return ""
    judged = values.get("audit")
    if isinstance(judged, dict):
        text = f"{judged.get('verdict')}: {judged.get('next_step')}"
    else:
        text = str(values.get("message") or values.get("msg") or "")
    line = " ".join(text.split()).removeprefix(f"{result._host.get_name()}: ")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
