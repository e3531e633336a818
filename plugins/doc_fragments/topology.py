# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option by which modules are told the way to CSSM."""

from __future__ import annotations


class ModuleDocFragment:
    # The ids are those of module_utils/slp/topologies.py.
    DOCUMENTATION = r"""
options:
  topology:
    description: The way by which reports of this product instance reach CSSM. Its rules decide what is needed, refused and expected.
    type: str
    required: true
    choices:
      - direct_smart
      - direct_smart_proxy
      - direct_callhome
      - direct_callhome_proxy
      - cslu_push
      - cslu_pull
      - cslu_offline_push
      - cslu_offline_pull
      - catalyst_center
      - offline
      - onprem_push
      - onprem_pull
      - onprem_offline
"""
