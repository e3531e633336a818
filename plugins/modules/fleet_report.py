#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the fleet_report module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_report
short_description: Show who has reported, who is overdue, and what to do next, for a whole fleet
version_added: 0.1.0
description:
  - Gathers the audits of many product instances in one table, the worst first, and writes it as text, JSON and a web
    page.
  - >-
    The summary has the form V(N product instances: N reported, N acknowledged, N overdue). It counts as reported those
    of which CSSM has a report of the running period, as acknowledged those with an ACK whose deadline has not passed,
    as overdue those whose deadline for an ACK or for the first report has passed.
  - A product instance without licences in use owes nothing and is not overdue. It counts as reported and acknowledged
    once it has sent a report and has its ACK, like any other. A host that could not be read counts as product instance
    and as nothing else.
  - Hosts with a UDI in common (both addresses of a high availability pair) are one product instance.
  - It reads the results of other tasks and talks to no device. Run it once, on the control node.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.changes
attributes:
  idempotent:
    details: A file is rewritten when something in the fleet has changed, such as the days left; not for the time alone.
options:
  audits:
    description:
      - One item for each host, as RV(c9800.slp.info#module:audit) returns it.
      - For a host that could not be read, a dictionary with C(host) and C(error). It becomes a row of its own.
    type: list
    elements: dict
    required: true
  path:
    description:
      - Directory for the files C(fleet.txt), C(fleet.json) and C(fleet.html). It is made where it is missing.
      - Without it nothing is written.
    type: path
  formats:
    description: Which files to write.
    type: list
    elements: str
    choices:
      - text
      - json
      - html
    default:
      - text
      - json
      - html
  title:
    description: Title of table and page.
    type: str
    default: Smart Licensing Using Policy
seealso:
  - module: c9800.slp.info
  - plugin: c9800.slp.fleet_progress
    plugin_type: callback
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Audit all controllers
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Read and judge
      c9800.slp.info:
        topology: "{{ slp_topology }}"
      register: licensing
      ignore_errors: true
      ignore_unreachable: true

    - name: Keep the audit, or why there is none
      ansible.builtin.set_fact:
        licensing_audit: "{{ licensing.audit | default({'host': inventory_hostname, 'error': licensing.msg}) }}"

    - name: Report on the fleet
      c9800.slp.fleet_report:
        audits: "{{ ansible_play_hosts_all | map('extract', hostvars, 'licensing_audit') }}"
        path: "{{ playbook_dir }}/report"
        title: Controllers of Example Campus
      run_once: true
      delegate_to: localhost
      register: fleet

    - name: Fail when anybody is overdue
      ansible.builtin.assert:
        that: fleet.counts.overdue == 0
        fail_msg: "{{ fleet.summary }}"
      run_once: true
"""

RETURN = r"""
table:
  description: The table as text, at most 140 columns wide, with the next steps below it; its last line is RV(summary).
  returned: success
  type: str
  sample: |
    Smart Licensing Using Policy, as of 2026-03-02T09:20:00Z

    HOST  VERDICT  PID          SERIAL       RELEASE  TOPOLOGY  APS  WAITING  LAST ACK    ACK DEADLINE    TRUST
    ----  -------  -----------  -----------  -------  --------  ---  -------  ----------  --------------  -----
    wlc1  ok       C9800-CL-K9  9SIM0000001  17.12.4  offline    12        0  2026-03-02  2026-05-31 89d  1/1

    1 product instances: 1 reported, 1 acknowledged, 0 overdue
summary:
  description: The fleet in one line.
  returned: success
  type: str
  sample: "12 product instances: 12 reported, 12 acknowledged, 0 overdue"
counts:
  description:
    - How many product instances there are, have reported, are acknowledged, are overdue.
    - Then how many have each of the other verdicts.
  returned: success
  type: dict
  sample:
    product_instances: 12
    reported: 12
    acknowledged: 12
    overdue: 0
    failed: 0
    never_reported: 0
    unsupported: 0
    action: 0
    unknown: 0
    due: 0
    ok: 12
rows:
  description: One item for each host, the worst first. What is not known is null, times are ISO 8601 in UTC.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: Inventory name.
      type: str
      sample: wlc1
    verdict:
      description: >-
        The judgement in one word: V(overdue), V(failed), V(never_reported), V(unsupported), V(action), V(unknown),
        V(due), V(ok).
      type: str
      sample: ok
    next_step:
      description: What to do next.
      type: str
      sample: Nothing before 2026-05-31
    to_do:
      description: Whether RV(rows[].next_step) asks for something now.
      type: bool
      sample: false
    udis:
      description: All UDIs of the product instance, the active unit first.
      type: list
      elements: str
      sample:
        - PID:C9800-CL-K9,SN:9SIM0000001
    pid:
      description: Product id of the active unit.
      type: str
      sample: C9800-CL-K9
    serial:
      description: Serial number of the active unit.
      type: str
      sample: 9SIM0000001
    platform:
      description: Platform.
      type: str
      sample: C9800-CL
    release:
      description: IOS XE release.
      type: str
      sample: 17.12.4
    topology:
      description: The topology it was judged by.
      type: str
      sample: offline
    smart_account:
      description: Smart Account that the device shows (from 17.7.1).
      type: str
      sample: example.com
    virtual_account:
      description: Virtual Account that the device shows (from 17.7.1).
      type: str
      sample: WLAN
    aps:
      description: The highest count of a licence in use, which is the number of access points.
      type: int
      sample: 12
    licences:
      description: Count of each licence in use.
      type: dict
      sample:
        air-network-advantage: 12
        air-dna-advantage: 12
    reports_waiting:
      description: Usage reports without ACK (devices show it from 17.7.1).
      type: int
      sample: 0
    last_ack:
      description: When the last ACK was installed.
      type: str
      sample: "2026-03-02T09:15:13Z"
    deadline:
      description: When the next ACK has to be there.
      type: str
      sample: "2026-05-31T09:15:13Z"
    days_to_deadline:
      description: Whole days until then; negative when it has passed.
      type: int
      sample: 89
    trust_installed:
      description: How many UDIs have a trust code.
      type: int
      sample: 1
    trust_total:
      description: How many UDIs there are.
      type: int
      sample: 1
    reported:
      description: Whether CSSM has a report of this period.
      type: bool
      sample: true
    acknowledged:
      description: Whether an ACK is installed whose deadline has not passed.
      type: bool
      sample: true
    overdue:
      description: Whether a deadline has passed.
      type: bool
      sample: false
    owed:
      description: Whether a report is owed at all; without usage there is none.
      type: bool
      sample: true
    findings:
      description: What was found, the worst first, each with C(code), C(severity), C(text) and C(remedy).
      type: list
      elements: dict
      sample: []
    error:
      description: Why the host could not be read, where RV(rows[].verdict) is V(failed).
      type: str
      sample: null
    same_as:
      description: The host that counts for the same product instance, where this one does not.
      type: str
      sample: null
files:
  description: Paths of the files, whether or not they had to be written.
  returned: success
  type: list
  elements: str
  sample:
    - /work/report/fleet.html
"""
