#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the bundle module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: bundle
short_description: Carry usage reports and ACKs between an archive and a file
version_added: 0.1.0
description:
  - Writes the usage reports of an archive that CSSM has not acknowledged into one file per Smart Account, to be carried across the air gap.
    CSSM's portal takes the same file by hand (Reports, Usage Data Files, Upload Usage Data).
  - Reads such a file into the archive on the other side.
  - Writes the ACKs that answer an imported usage bundle into a file, and reads that file, or the one downloaded from the portal, back in.
  - Runs on the control node and talks to no device and no portal.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.changes
  - c9800.slp.archive
  - c9800.slp.account
options:
  state:
    description: Whether to write a bundle from the archive or to read one into it.
    type: str
    choices:
      - exported
      - imported
    required: true
  kind:
    description: Usage reports on their way to CSSM, or ACKs on their way back.
    type: str
    choices:
      - usage
      - ack
    required: true
  path:
    description:
      - With O(state=exported), the directory to write to; it is created when missing.
      - With O(state=imported), a bundle, one ACK file, or a directory whose bundles and ACK files are all read.
    type: path
    required: true
  smart_account:
    description: Smart Account for product instances that were collected without one.
  virtual_account:
    description: Virtual Account for product instances that were collected without one.
  smart_account_id:
    description: Numeric id of the Smart Account, written into the bundle where known.
    type: str
  virtual_account_id:
    description: Numeric id of the Virtual Account, written into the bundle where known.
    type: str
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Write what CSSM has not acknowledged onto the memory stick
  c9800.slp.bundle:
    state: exported
    kind: usage
    archive: /srv/slp/archive
    path: /media/stick
  delegate_to: localhost
  run_once: true

- name: Read the answers from the memory stick
  c9800.slp.bundle:
    state: imported
    kind: ack
    archive: /srv/slp/archive
    path: /media/stick
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
bundles:
  description: The files written or read.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The file.
      type: str
    smart_account:
      description: Domain of the Smart Account.
      type: str
    product_instances:
      description: UDIs of the product instances with a document in the file.
      type: list
      elements: str
    sha256:
      description: SHA-256 of the file.
      type: str
    changed:
      description: Whether it was written, or something in it was new to the archive.
      type: bool
product_instances:
  description: Number of product instances concerned.
  returned: success
  type: int
problems:
  description: Files or members that were left out, each with the reason.
  returned: success
  type: list
  elements: str
message:
  description: What was done, in one line.
  returned: success
  type: str
"""
