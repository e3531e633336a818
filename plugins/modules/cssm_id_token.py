#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the cssm_id_token module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cssm_id_token
short_description: Find, create, revoke and list ID tokens in CSSM
version_added: 0.2.0
description:
  - An ID token lets product instances ask CSSM for trust codes, and decides the Virtual Account they belong to. One token
    serves a fleet.
  - A token is known by its description. With O(state=present) one with enough life left is taken, and a new one is
    created only if there is none.
  - The token is a secret and comes back as RV(token). With O(state=present) the task therefore has to have
    C(no_log=true), or it fails. A failure is then hidden from the screen as well, so register the result and show its
    C(msg) in a task of its own, as the role P(c9800.slp.trust#role) does.
  - Runs on the control node and talks to no device.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.cssm
  - c9800.slp.account
  - c9800.slp.cssm
attributes:
  check_mode:
    support: full
    details: CSSM is asked for its tokens, and none is created or revoked. RV(token) is then none, unless a token is there.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  smart_account:
    required: true
  virtual_account:
    description: Name of the Virtual Account.
    required: true
  state:
    description:
      - V(present) finds or creates a token and returns it.
      - V(absent) revokes every token with this O(description). Trust codes that were installed by it stay good.
      - V(listed) returns all that is known of the tokens, but not the tokens.
    type: str
    choices:
      - present
      - absent
      - listed
    default: present
  description:
    description:
      - What the token is called in CSSM. Needed with O(state=absent), and not empty there.
      - V(c9800.slp) if not given, with O(state=present).
      - With O(state=listed) it narrows the list to the tokens of this description.
    type: str
  days:
    description: Days until a new token expires, 1 to 365.
    type: int
    default: 30
  min_days:
    description: Days that a token has to live yet to be taken, at most O(days).
    type: int
    default: 1
  export_controlled:
    description:
      - Whether the token allows export-controlled functionality on the product instances.
      - A token that is known to differ is not taken.
    type: bool
    default: true
seealso:
  - module: c9800.slp.trust_code
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Find or create an ID token for the fleet
  c9800.slp.cssm_id_token:
    smart_account: example.com
    virtual_account: Wireless
    description: wireless controllers
    min_days: 2
  delegate_to: localhost
  run_once: true
  no_log: true
  register: id_token

- name: Revoke it when the fleet has its trust codes
  c9800.slp.cssm_id_token:
    smart_account: example.com
    virtual_account: Wireless
    description: wireless controllers
    state: absent
  delegate_to: localhost
  run_once: true

- name: See which ID tokens there are
  c9800.slp.cssm_id_token:
    smart_account: example.com
    virtual_account: Wireless
    state: listed
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
token:
  description: The ID token, a secret. None in check mode when one would be created.
  returned: success, with O(state=present)
  type: str
tokens:
  description: What is known of the token found, created or revoked, or of all with O(state=listed); without the tokens.
  returned: success
  type: list
  elements: dict
  contains:
    description:
      description: Its name in CSSM.
      type: str
    expires:
      description: When it expires, in UTC; as CSSM writes it where that cannot be read.
      type: str
      sample: "2026-03-31T09:30:00Z"
    days_left:
      description: Whole days until then; none when that is not known.
      type: int
    export_controlled:
      description: Whether it allows export-controlled functionality; none when CSSM does not say.
      type: bool
    created_by:
      description: Who created it.
      type: str
message:
  description: What was done, in one line.
  returned: success
  type: str
"""
