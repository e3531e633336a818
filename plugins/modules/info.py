#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the info module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: info
short_description: Read the Smart Licensing state of a product instance and judge it
version_added: 0.1.0
description:
  - Logs in once, reads release, units, transport, policy, trust codes, licences in use, usage reports and all dates.
  - With O(topology) it also says whether the product instance has reported, whether it is overdue, why, and what to do next.
  - Nothing is written to the device.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.device
  - c9800.slp.archive
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details: Nothing is changed.
  idempotent:
    support: full
options:
  topology:
    description: Judge the state by the rules of this topology.
    type: str
    choices:
      - direct_smart
      - direct_smart_proxy
      - direct_callhome
      - direct_callhome_proxy
      - cslu_push
      - cslu_pull
      - cslu_offline_push
      - cslu_offline_pull
      - catalyst_center
      - offline
      - onprem_push
      - onprem_pull
      - onprem_offline
  archive:
    description:
      - Directory of the archive on the control node. With it the judgement knows which reports are on their way to CSSM,
        and says what the next step is.
    required: false
  gather:
    description:
      - What to read beyond the state itself. Each item costs one more command in the same login.
      - V(tech_support) adds counters of the licensing agent, V(history) the messages exchanged, V(eventlog) the usage events.
    type: list
    elements: str
    choices:
      - tech_support
      - history
      - eventlog
    default: []
seealso:
  - module: c9800.slp.fleet_report
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Read the licensing state of all controllers
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Read and judge
      c9800.slp.info:
        topology: "{{ slp_topology }}"
      register: licensing

    - name: Show what to do next
      ansible.builtin.debug:
        msg: "{{ licensing.audit.next_step }}"
"""

RETURN = r"""
product_instance:
  description: UDI of the product instance; of the active unit in a high availability pair.
  returned: success
  type: str
  sample: PID:C9800-CL-K9,SN:9SIM0000001
license:
  description: The whole state. A value that the release does not show is null; times are ISO 8601 in UTC where the zone is known.
  returned: success
  type: dict
  sample:
    release: 17.12.4
    platform: C9800-CL
    transport:
      type: "off"
audit:
  description: The judgement.
  returned: when O(topology) is given
  type: dict
  contains:
    verdict:
      description: The judgement in one word.
      type: str
      sample: overdue
    next_step:
      description: What to do next.
      type: str
      sample: Run airgap_collect.yml and carry the bundle to CSSM.
    findings:
      description: What was found, the worst first.
      type: list
      elements: dict
"""
