#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the sync module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sync
short_description: Have a product instance report now
version_added: 0.2.0
description:
  - Tells the device once to send its usage report (C(license smart sync)), and sees whether the report leaves and its ACK
    comes, as far as the topology promises. Where the device talks to CSSM that is the ACK. Through a collector it is the
    report, as the ACK may take a day, or as long as somebody carries files.
  - It never repeats the trigger by itself. A report that left less than O(max_age) ago is waited for, unless a later attempt
    failed.
  - Releases that send one report a day (17.6.4 and later of 17.6, and from 17.9.1) do send one when they are told to.
  - No data model can tell a device to report. Over NETCONF and REST it needs O(fallback=cli).
  - Where nothing is ever pushed (pull, Catalyst Center, offline) it does nothing and says who reports in its place. Nor does
    it where no licence is in use and no report is owed, as before access points have joined.
  - Refused, before anything is sent, are a transport that is off or wrong, a wrong URL, a direct connection without trust
    code, a standby unit, and a pair whose other unit is not hot.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.changes
  - c9800.slp.attributes.device
  - c9800.slp.topology
  - c9800.slp.trigger
attributes:
  idempotent:
    support: partial
    details: A second run within O(max_age) changes nothing, unless O(force=true).
options:
  force:
    description:
      - Report now whatever was reported before, such as after a change of the topology, or to fetch an ACK that was
        carried to the collector.
    type: bool
    default: false
  max_age:
    description:
      - Do nothing when the last report is acknowledged and its ACK younger than this many seconds by the device's clock.
      - An ACK counts only if it is not older than the last report that left, and if no attempt to report failed after it.
    type: int
    default: 86400
seealso:
  - module: c9800.slp.trust_code
  - module: c9800.slp.usage_report
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Report now, and wait for the ACK
  c9800.slp.sync:
    topology: direct_smart
    wait: 600

# The role c9800.slp.sync does this, round by round, for as long as somebody is pending.
- name: Have a fleet report with one wait for all
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Have them report
      c9800.slp.sync:
        topology: "{{ slp_topology }}"
      register: told

    - name: Wait once
      ansible.builtin.pause:
        seconds: 90

    - name: Look
      c9800.slp.sync:
        topology: "{{ slp_topology }}"
        trigger: false
        since: "{{ told.since }}"
      when: told.pending
"""

RETURN = r"""
product_instance:
  description: UDI of the product instance; of the active unit in a high availability pair.
  returned: success
  type: str
  sample: PID:C9800-CL-K9,SN:9SIM0000001
outcome:
  description:
    - V(acknowledged) when the ACK is there, V(already) when that was so before.
    - V(reported) when a report has left, V(pending) when none has yet.
    - V(not_needed) when the device sends nothing in this topology or owes nothing, V(would_sync) in check mode.
  returned: success
  type: str
  sample: acknowledged
message:
  description: What was done or found, in one line.
  returned: success
  type: str
next_step:
  description: What to do next; empty when nothing is to be done.
  returned: success
  type: str
pending:
  description: Whether looking again makes sense. It does not where somebody has to carry files first.
  returned: success
  type: bool
satisfied:
  description: Whether it has come as far as the topology promises.
  returned: success
  type: bool
since:
  description: What the device showed before the trigger, for a later task's O(since). None when nothing was triggered.
  returned: success
  type: dict
trust:
  description: How many UDIs have a trust code, out of how many.
  returned: success
  type: dict
  contains:
    installed:
      description: UDIs with a trust code.
      type: int
    udis:
      description: UDIs of the product instance.
      type: int
last_ack:
  description: When the last ACK came, in UTC where the device's zone is known.
  returned: success
  type: str
last_push:
  description: When the device last sent a report.
  returned: success
  type: str
ack_deadline:
  description: When the next ACK is due.
  returned: success
  type: str
"""
