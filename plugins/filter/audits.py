# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gather what many hosts registered, without a task for each host."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: audits
short_description: Gather the audits that the hosts of a play have registered
version_added: 0.1.0
description:
  - Gives the list that M(c9800.slp.fleet_report) takes.
  - A host whose M(c9800.slp.info) task failed is in it with its error.
positional: hosts, register, earlier
options:
  register:
    description: The name under which the results of M(c9800.slp.info) were registered.
    type: str
    required: true
  earlier:
    description:
      - Why a host that was not asked dropped out before. These are names of results or of texts that steps before this
        one registered or set, in their order; the last one that failed or is pending tells, or the last text.
    type: list
    elements: str
    default: []
    version_added: 0.3.0
extends_documentation_fragment:
  - c9800.slp.hosts
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Report on the fleet
  c9800.slp.fleet_report:
    audits: "{{ hostvars | c9800.slp.audits(ansible_play_hosts_all, 'licensing') }}"
  run_once: true
  delegate_to: localhost
"""

RETURN = r"""
_value:
  description: One audit, or host and error, for each host.
  type: list
  elements: dict
"""


def audits(
    hostvars: t.Mapping[str, t.Any], hosts: t.Iterable[str], register: str, earlier: t.Sequence[str] = ()
) -> list[dict[str, t.Any]]:
    return [_audit(host, hostvars[host], register, earlier) for host in hosts]


def _audit(host: str, variables: t.Mapping[str, t.Any], register: str, earlier: t.Sequence[str]) -> dict[str, t.Any]:
    result = variables.get(register)
    if not isinstance(result, t.Mapping):
        reasons = [reason for name in earlier if (reason := _reason(variables.get(name)))]
        return {"host": host, "error": reasons[-1] if reasons else "was not asked"}
    if isinstance(result.get("audit"), t.Mapping):
        return dict(result["audit"])
    return {"host": host, "error": str(result.get("msg") or "gave no audit; was topology set?")}


def _reason(found: t.Any) -> str:
    """Why a host dropped out: the message of a result that failed or of which nothing has come, or a text."""
    if isinstance(found, str):
        return found
    if isinstance(found, t.Mapping) and (found.get("failed") or found.get("unreachable")):
        return str(found.get("msg") or "")
    if isinstance(found, t.Mapping) and found.get("pending"):
        return str(found.get("message") or "")
    return ""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"audits": audits}
