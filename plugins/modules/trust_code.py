#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the trust_code module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: trust_code
short_description: Install trust codes on a product instance by an ID token
version_added: 0.2.0
description:
  - Has a product instance that talks to CSSM directly ask for its trust codes by an ID token, once in each run, and only
    where it lacks some. Codes that come after the run ended are found by the next one; if it comes first it asks again,
    which does no harm. A high availability pair gets one for each of its units in the same command.
  - Where the topology needs no token it does nothing and says so. From 17.7.1 on ACKs bring the trust codes in the push
    topologies of CSLU and in the offline one. Catalyst Center needs none. In the pull topologies it is the collector's
    affair.
  - It is done when every UDI shows INSTALLED. Why a code did not come is read from the device's log, where the way in
    has one. NETCONF and REST have none, so that over them a failure shows only as a wait that ends.
  - The code of a unit that is new in a pair is waited for, as the active unit asks for it by itself.
  - Refused, before anything is sent, are a wrong transport or none, a clock that is an hour or more away, a code from the
    factory without O(replace_factory), a standby unit, and a pair whose other unit is not hot.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.changes
  - c9800.slp.attributes.device
  - c9800.slp.topology
  - c9800.slp.trigger
attributes:
  idempotent:
    support: partial
    details: With O(force=true) every run replaces the trust codes.
options:
  token:
    description:
      - ID token of the Virtual Account that the product instance shall belong to, as CSSM shows it.
      - Needed only where a trust code is to be installed. It stays out of results, diffs, errors and logs of this collection.
    type: str
  force:
    description:
      - Replace the trust codes that are there, such as after a change of the Virtual Account.
      - Without it a product instance with all its trust codes is left alone.
    type: bool
    default: false
  replace_factory:
    description:
      - Replace trust codes that were installed in the factory, which cannot talk to CSSM, and no others.
      - Only newer releases tell where a code came from. On the others a code counts as one of these as long as the product
        instance shows neither an ACK nor an account.
    type: bool
    default: false
seealso:
  - module: c9800.slp.cssm_id_token
  - module: c9800.slp.sync
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Install trust codes on one controller and wait for them
  c9800.slp.trust_code:
    topology: direct_smart
    token: "{{ vault_slp_id_token }}"
    wait: 300

# The role c9800.slp.trust does this, round by round, for as long as somebody is pending.
- name: Install trust codes on a fleet with one wait for all
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Have them ask
      c9800.slp.trust_code:
        topology: "{{ slp_topology }}"
        token: "{{ vault_slp_id_token }}"
      register: asked

    - name: Wait once
      ansible.builtin.pause:
        seconds: 30

    - name: Look
      c9800.slp.trust_code:
        topology: "{{ slp_topology }}"
        trigger: false
        since: "{{ asked.since }}"
      when: asked.pending
"""

RETURN = r"""
product_instance:
  description: UDI of the product instance; of the active unit in a high availability pair.
  returned: success
  type: str
  sample: PID:C9800-CL-K9,SN:9SIM0000001
outcome:
  description:
    - V(installed) when every UDI has its code, V(already) when that was so before, V(pending) when they are awaited.
    - V(not_needed) when the topology needs no ID token, V(would_install) in check mode.
  returned: success
  type: str
  sample: installed
message:
  description: What was done or found, in one line.
  returned: success
  type: str
next_step:
  description: What to do next; empty when nothing is to be done.
  returned: success
  type: str
pending:
  description: Whether looking again makes sense.
  returned: success
  type: bool
satisfied:
  description: Whether the product instance is as far as the topology promises.
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
