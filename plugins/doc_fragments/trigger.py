# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the modules share which trigger something on a device and look later what has come of it."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  trigger:
    description:
      - V(false) only looks what has come of an earlier task, whose RV(since) goes into O(since). Nothing is sent.
    type: bool
    default: true
  since:
    description:
      - What the task that triggered returned as RV(since). Only what is newer counts, and only messages that the device
        logged since then.
      - Without it whatever the device shows counts.
    type: dict
  wait:
    description:
      - How many seconds to wait in this task. It fails when nothing has come of it by then.
      - With V(0) the task returns at once with RV(pending=true). A fleet is looked at later with O(trigger=false), after
        one pause for all of it, as the roles do. Waiting in the task keeps a fork busy for each host.
    type: int
    default: 0
  poll:
    description: Seconds between two looks within O(wait), 1 or more.
    type: int
    default: 15
"""
