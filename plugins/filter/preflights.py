# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the preflights of many hosts come to, without a task for each host."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.plugin_utils._names import some_of

DOCUMENTATION = r"""
name: preflights
short_description: Sum up the preflights that the hosts of a play have registered
version_added: 0.2.0
description:
  - Says in one line how many product instances are ready, and who is refused, grouped by the reason.
positional: hosts, register
options:
  register:
    description: The name under which the results of M(c9800.slp.preflight) were registered.
    type: str
    required: true
extends_documentation_fragment:
  - c9800.slp.hosts
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Sum up the fleet
  ansible.builtin.debug:
    msg: "{{ (hostvars | c9800.slp.preflights(ansible_play_hosts_all, 'look')).summary }}"
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - The names of those that are C(ready) and of those that are C(refused), and a C(summary) of one line.
    - In C(warnings) a line for each warning, with what to do and for whom.
  type: dict
  sample:
    ready: [wlc1]
    refused: [wlc2]
    warnings: ["the clock is not synchronised. Configure `ntp server` on the device (wlc1, wlc2)"]
    summary: "1 of 2 product instances are ready; refused: onprem_push needs a URL (wlc2)"
"""

_NAMED = 10  # hosts in the line, for each reason


def preflights(hostvars: t.Mapping[str, t.Any], hosts: t.Iterable[str], register: str) -> dict[str, t.Any]:
    ready: list[str] = []
    reasons: dict[str, list[str]] = {}
    warnings: dict[str, list[str]] = {}
    for host in hosts:
        result = hostvars[host].get(register)
        for text in _warnings(result) if isinstance(result, t.Mapping) else ():
            warnings.setdefault(text, []).append(host)
        why = _why_not(result).removeprefix(f"{host}: ") if isinstance(result, t.Mapping) else "was not asked"
        if why:
            reasons.setdefault(why, []).append(host)
        else:
            ready.append(host)
    refused = [host for names in reasons.values() for host in names]
    summary = f"{len(ready)} of {len(ready) + len(refused)} product instances are ready"
    if refused:
        summary += "; refused: " + "; ".join(f"{why} ({some_of(names, _NAMED)})" for why, names in reasons.items())
    told = [f"{text} ({some_of(names, _NAMED)})" for text, names in warnings.items()]
    return {"ready": ready, "refused": refused, "warnings": told, "summary": summary}


def _warnings(result: t.Mapping[str, t.Any]) -> list[str]:
    return [
        f"{entry['reason']}. {entry['remedy']}" if entry["remedy"] else entry["reason"]
        for entry in result.get("findings") or ()
        if entry["severity"] == "warn"
    ]


def _why_not(result: t.Mapping[str, t.Any]) -> str:
    if result.get("ready"):
        return ""
    stops = [entry["reason"] for entry in result.get("findings") or () if entry["severity"] == "refuse"]
    if stops:
        return "; ".join(stops)
    return "unreachable" if result.get("unreachable") else str(result.get("msg") or "gave no answer")


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"preflights": preflights}
