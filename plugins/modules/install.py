#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the install module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: install
short_description: Install ACKs, policies and trust codes from CSSM on a product instance
version_added: 0.1.0
description:
  - Logs in once, checks that the document is for this product instance, puts it on flash, checks size and MD5, has the device
    import it, reads the state before and after, and removes the file by its full name.
  - Without O(src) every ACK that the archive holds for the product instance and that is not installed yet is installed, the oldest first.
    One that the device refuses does not keep the others from it; the task fails in the end.
  - A document for another UDI is refused before anything is touched.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.changes
  - c9800.slp.attributes.device
  - c9800.slp.archive
options:
  archive:
    required: false
  src:
    description: One file to install instead of what the archive holds, such as an ACK or a policy downloaded from CSSM.
    type: path
  filesystem:
    description:
      - Where on the device to put the file. Found by asking the device if not given.
      - Over the data models, which show no directories, it is V(bootflash) if not given, and V(flash) on an EWC-AP.
    type: str
  transfer:
    description:
      - How the file gets onto the device.
      - V(scp) needs C(ip scp server enable). V(cli) writes it through the device's Tcl shell, in the same login.
      - V(auto) takes SCP where the device offers it.
      - With O(method=netconf) and O(method=restconf) it is SCP, whatever stands here; with O(method=rest) there is no file.
    type: str
    choices:
      - auto
      - cli
      - scp
    default: auto
  keep:
    description: Leave the file on the device's flash.
    type: bool
    default: false
  method:
    description:
      - How the document gets onto the device.
      - V(rest) is the licensing service of the device itself (C(/smartlic-service)), which takes the document in the request, so that
        nothing is written to flash.
      - V(netconf) and V(restconf) are an operation of the data models; the document is put on flash by SCP
        (C(ip scp server enable)), imported and deleted. With V(rest), V(restconf) or V(netconf) another
        connection than that of the host may be named; its settings come from the host's variables.
      - V(cli) is the command line.
      - V(auto) is the command line where that is the host's connection. Over the others it is V(rest) when that service answers,
        else the models, else, where O(fallback=cli), the command line. RV(method) tells which it was.
    type: str
    choices:
      - auto
      - rest
      - restconf
      - netconf
      - cli
    default: auto
    version_added: 0.2.0
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Install what CSSM answered
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Install every ACK that waits in the archive
      c9800.slp.install:
        archive: /srv/slp/archive

- name: Install a policy that was downloaded by hand
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Install the policy
      c9800.slp.install:
        src: /srv/slp/SmartPolicy.xml
"""

RETURN = r"""
product_instance:
  description: UDI of the product instance; of the active unit in a high availability pair.
  returned: success
  type: str
  sample: PID:C9800-CL-K9,SN:9SIM0000001
installed:
  description: The documents installed in this run; in check mode, those that would be.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: File name of the document.
      type: str
    sha256:
      description: SHA-256 of the document.
      type: str
    kinds:
      description: What the document brought, such as V(rum_ack), V(policy), V(trust), V(account_info).
      type: list
      elements: str
    changes:
      description: What the device shows differently afterwards.
      type: list
      elements: str
method:
  description: By which O(method) it was done.
  returned: success
  type: str
  sample: rest
passed_over:
  description: The methods that O(method=auto) found not to be there before it, each with the reason.
  returned: success
  type: list
  elements: str
message:
  description: What was done, in one line.
  returned: success
  type: str
"""
