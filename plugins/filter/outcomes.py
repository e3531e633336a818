# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say for a fleet what has come of a step, without a task for each host."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.plugin_utils._names import some_of

DOCUMENTATION = r"""
name: outcomes
short_description: Say how many hosts of a play came how far
version_added: 0.2.0
description:
  - Gives one line for each outcome, with the number of hosts and the names of the first twenty.
  - A host that has left the play counts as failed. One that has no outcome is of a later batch (C(serial)).
positional: hosts, alive, fact
options:
  alive:
    description: Those of them that are still in it, C(ansible_play_hosts).
    type: list
    elements: str
    required: true
  fact:
    description: The name of the fact that holds the outcome.
    type: str
    required: true
extends_documentation_fragment:
  - c9800.slp.hosts
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Say who has reported
  ansible.builtin.debug:
    msg: "{{ hostvars | c9800.slp.outcomes(ansible_play_hosts_all, ansible_play_hosts, 'sync_outcome') }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: One line for each outcome.
  type: list
  elements: str
  sample: ["acknowledged: 2 (wlc1, wlc2)", "failed: 1 (wlc3)"]
"""

_NAMED = 20  # hosts in the line of each outcome


def outcomes(hostvars: t.Mapping[str, t.Any], hosts: t.Sequence[str], alive: t.Sequence[str], fact: str) -> list[str]:
    left, found = set(alive), dict[str, list[str]]()
    for host in hosts:
        outcome = str(hostvars[host].get(fact) or "not yet") if host in left else "failed"
        found.setdefault(outcome, []).append(host)
    return [f"{outcome}: {len(names)} ({some_of(names, _NAMED)})" for outcome, names in sorted(found.items())]


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"outcomes": outcomes}
