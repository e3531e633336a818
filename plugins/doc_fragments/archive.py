# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive option that the modules share."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  archive:
    description:
      - Directory on the control node in which this collection keeps every usage report and ACK, and what happened to each.
      - It is created when missing. Several runs, also on several control nodes that share the file system, may use it at the same time.
    type: path
    required: true
"""
