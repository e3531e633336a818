#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the trust_request module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: trust_request
short_description: Take a trust code request off a product instance before release 17.7.1
version_added: 0.1.0
description:
  - Has the device save a request for the trust codes of all its units, fetches and checks the file, archives it and removes it from flash.
  - From release 17.7.1 the request travels inside the usage report (M(c9800.slp.usage_report)), so that this module does nothing there.
  - Does nothing when every unit has a trust code, or when a request waits in the archive already.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.changes
  - c9800.slp.attributes.device
  - c9800.slp.archive
  - c9800.slp.account
options:
  filesystem:
    description: Where on the device to save. Found by asking the device if not given.
    type: str
  force:
    description: Save a request although the release does not need one or all units have a trust code.
    type: bool
    default: false
seealso:
  - module: c9800.slp.usage_report
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Collect trust code requests from controllers before 17.7.1
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Save, fetch, check and archive
      c9800.slp.trust_request:
        archive: /srv/slp/archive
        smart_account: example.com
        virtual_account: Wireless
"""

RETURN = r"""
product_instance:
  description: UDI of the product instance; of the active unit in a high availability pair.
  returned: success
  type: str
  sample: PID:C9800-CL-K9,SN:9SIM0000001
outcome:
  description: >-
    What became of it, in one word: V(collected), V(not_needed), V(nothing) (the device has no request), or
    V(would_collect) in check mode.
  returned: success
  type: str
  sample: collected
file:
  description: The request in the archive. Null when none was saved.
  returned: success
  type: str
sha256:
  description: SHA-256 of the file.
  returned: when RV(file) is not null
  type: str
size:
  description: Size of the file in octets.
  returned: when RV(file) is not null
  type: int
message:
  description: What was done, in one line.
  returned: success
  type: str
"""
