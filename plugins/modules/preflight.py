#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the preflight module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight
short_description: Say what stands against a topology on a product instance
version_added: 0.2.0
description:
  - Reads the device and says what stands against the wanted topology, before anything is touched. Writes nothing.
  - Looks at release, platform, privilege, roles of a pair, clock, trust codes, reservations, licence level, backlog of reports,
    root certificates and revocation, the form of URLs, the kind of proxy, VRF, interval, the collector's version, NAT, who would
    lose access, what is not saved, and whether the way in can set what is to be set.
  - Refuses a variable that begins with C(slp_), is set, and refers to one that is not.
  - Fails for a product instance when a finding refuses; warnings and notes are in the result.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.reads
  - c9800.slp.attributes.device
  - c9800.slp.topology
  - c9800.slp.wanted
options:
  steps:
    description: What is going to be done. A topology with transport V(off) refuses V(sync), a missing ID token refuses V(trust).
    type: list
    elements: str
    choices: [configure, trust, sync]
    default: [configure]
  have_token:
    description: Whether an ID token is at hand. The token itself is not given here. Not given, a need for one is a warning.
    type: bool
  force_token:
    description: Whether the token will be installed in place of a trust code that is there.
    type: bool
seealso:
  - module: c9800.slp.configure
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Look before anything is changed
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Refuse what cannot work
      c9800.slp.preflight:
        topology: onprem_push
        url: https://onprem.example.com/cslu/v1/pi/wireless-1
        collector_version: 8-202302
        steps: [configure, sync]
"""

RETURN = r"""
product_instance:
  description: UDI of the product instance. Null when the device is before Smart Licensing Using Policy.
  returned: when the device was read
  type: str
  sample: PID:C9800-CL-K9,SN:9SIM0000001
ready:
  description: Whether nothing refuses.
  returned: when the device was read
  type: bool
findings:
  description: What was found, what refuses first.
  returned: when the device was read
  type: list
  elements: dict
  contains:
    code:
      description: The finding in a word, such as V(nat).
      type: str
    severity:
      description: V(refuse), V(warn) or V(note).
      type: str
    reason:
      description: What is the matter.
      type: str
    remedy:
      description: What to do; empty where nothing is.
      type: str
settings:
  description: What M(c9800.slp.configure) would change, each setting with C(before) and C(after).
  returned: when the device was read
  type: dict
commands:
  description: The same as commands, in order. Passwords are masked.
  returned: when the device was read
  type: list
  elements: str
message:
  description: The judgement in one line.
  returned: when the device was read
  type: str
  sample: nothing stands against it (1 warning)
"""
