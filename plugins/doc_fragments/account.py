# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Smart Account options that the modules share."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  smart_account:
    description: Domain of the Smart Account that the product instance reports to, such as V(example.com).
    type: str
  virtual_account:
    description: Name of the Virtual Account that the product instance reports to.
    type: str
"""
