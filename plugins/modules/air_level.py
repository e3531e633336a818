#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the air_level module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: air_level
short_description: Set the licence level of a controller's access points
version_added: 0.2.0
description:
  - Sets the level that all access points of a controller have after its next reload, and saves the configuration.
  - Never reloads. RV(reload_pending) says that a reload is outstanding.
  - Compares with the level that the device shows for after the next reload, so the platform's default counts as set.
  - Works over the command line only; no data model has it.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.changes
  - c9800.slp.attributes.device
options:
  level:
    description:
      - The level as the command names it, V(air-network-advantage) or V(air-network-essentials).
      - V(advantage) and V(essentials) are the levels of the unified subscription, from 17.17.1.
      - Other words are passed on, since later releases may add levels.
    type: str
    required: true
  addon:
    description: With the DNA licences of the same tier. Only the C(air-network) levels have such an addon.
    type: bool
    default: true
  save:
    description:
      - Save the running configuration after a change. An unsaved level is lost with the reload that it needs.
      - A level that is set and not saved, as after a run that was interrupted, is saved too.
    type: bool
    default: true
seealso:
  - module: c9800.slp.info
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Set the licence level
  hosts: controllers
  gather_facts: false
  tasks:
    - name: AIR DNA Advantage after the next reload
      c9800.slp.air_level:
        level: air-network-advantage
      register: level

    - name: Say who needs a reload
      ansible.builtin.debug:
        msg: "{{ level.message }}"
      when: level.reload_pending
"""

RETURN = r"""
product_instance:
  description: UDI of the product instance; of the active unit in a high availability pair.
  returned: success
  type: str
  sample: PID:C9800-CL-K9,SN:9SIM0000001
level:
  description: The level in force, as the device shows it.
  returned: success
  type: str
  sample: AIR DNA Essentials
level_next:
  description: The level after the next reload, as the device shows it. In check mode, the wanted one as the command has it.
  returned: success
  type: str
  sample: AIR DNA Advantage
reload_pending:
  description: Whether a reload is outstanding (or would be, in check mode).
  returned: success
  type: bool
message:
  description: The same in one line.
  returned: success
  type: str
"""
