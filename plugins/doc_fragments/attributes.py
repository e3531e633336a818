# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes that the modules' documentation shares."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and says what it would do without doing it.
  diff_mode:
    description: Returns what changed, or what would change in check mode, when in C(--diff) mode.
  idempotent:
    description: A second run with nothing new to do changes nothing.
"""

    # For a module that leaves everything as it is.
    READS = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details: Nothing is changed.
  idempotent:
    support: full
"""

    # For a module that changes something, and nothing the second time.
    CHANGES = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
"""

    # A task with these can be given its options by module_defaults with group/c9800.slp.device.
    DEVICE = r"""
options:
  fallback:
    description:
      - What may be done where the connection of the host, C(c9800.slp.netconf) or C(c9800.slp.rest), cannot do what is asked.
      - With V(cli) the same task does it by the command line, with the settings of the connection P(c9800.slp.cli#connection).
        With V(none) the task fails before anything is tried, and says why.
      - If not given, the variable C(slp_fallback) of the host counts, and without it V(none). It has no meaning over
        C(c9800.slp.cli).
    type: str
    choices:
      - none
      - cli
    version_added: 0.2.0
attributes:
  action_group:
    description: Use C(group/c9800.slp.device) in C(module_defaults) to set options of all device modules.
    support: full
    membership:
      - c9800.slp.device
"""

    CSSM = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/c9800.slp.cssm) in C(module_defaults) to set options of all CSSM modules.
    support: full
    membership:
      - c9800.slp.cssm
"""
