#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the configure module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configure
short_description: Configure a product instance for its topology
version_added: 0.2.0
description:
  - Brings transport, URL, proxy, VRF, Call Home and, where a collector logs in, the management access to what the topology wants.
  - Compares with what the device shows, not with lines; the default transport is in no configuration, and a smart URL is in it twice.
  - Removes what other topologies left, such as URLs, proxies, the VRF and Call Home profiles that report licensing data.
    Services, users and AAA of a collector stay, since others may use them.
  - First does what M(c9800.slp.preflight) does, and touches nothing when something refuses.
  - Afterwards it reads the configuration back. If it is not as wanted, the task fails and says what is and what should be.
  - Saves the running configuration when it changed something, or when the startup configuration lacks what the topology wants,
    as after a run that was interrupted. Then RV(settings) says what a reload would have undone.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.changes
  - c9800.slp.attributes.device
  - c9800.slp.topology
  - c9800.slp.wanted
attributes:
  idempotent:
    support: partial
    details: With O(update_password=always) every run sets the password.
options:
  update_password:
    description:
      - V(on_create) sets the password of O(collector_user) only for a new user.
      - V(always) sets it in every run, which then always changes something, as a password cannot be read back.
    type: str
    choices: [on_create, always]
    default: on_create
  save:
    description:
      - Save the running configuration after a change. It holds whatever others have changed as well.
      - What an earlier run has set and not saved is saved too. The startup configuration is looked at over the command line only,
        so over NETCONF and RESTCONF that needs O(fallback=cli).
    type: bool
    default: true
  rollback:
    description: When the device is not as wanted afterwards, undo what this task changed before it fails.
    type: bool
    default: false
seealso:
  - module: c9800.slp.preflight
  - module: c9800.slp.trust_code
  - module: c9800.slp.sync
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Report through SSM On-Prem
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Push to the tenant of the local account
      c9800.slp.configure:
        topology: onprem_push
        url: https://onprem.example.com/cslu/v1/pi/wireless-1
        source_interface: Vlan10
        rollback: true

- name: Let CSLU collect by NETCONF
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Open the management access
      c9800.slp.configure:
        topology: cslu_pull
        access: [netconf]
        collector_user: cslu
        collector_password: "{{ vault_cslu_password }}"

- name: Report directly to CSSM through a proxy
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Smart transport with proxy
      c9800.slp.configure:
        topology: direct_smart_proxy
        proxy_address: proxy.example.com
        proxy_port: 3128
"""

RETURN = r"""
product_instance:
  description: UDI of the product instance; of the active unit in a high availability pair.
  returned: success
  type: str
  sample: PID:C9800-CL-K9,SN:9SIM0000001
settings:
  description:
    - What was changed, or would be in check mode, each setting with C(before) and C(after). Passwords are masked.
    - Where only the startup configuration is behind, that is what is meant, and RV(commands) is the command that saves.
  returned: success
  type: dict
  sample:
    transport: {before: cslu, after: smart}
commands:
  description: The same as commands, in order. Passwords are masked.
  returned: success
  type: list
  elements: str
  sample: [license smart transport smart]
saved:
  description: Whether the startup configuration was written.
  returned: success
  type: bool
findings:
  description: What the preflight found beside, each with C(code), C(severity) (V(warn) or V(note)), C(reason) and C(remedy).
  returned: success
  type: list
  elements: dict
message:
  description: What was done, in one line.
  returned: success
  type: str
"""
