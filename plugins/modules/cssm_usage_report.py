#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the cssm_usage_report module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cssm_usage_report
short_description: Submit archived usage reports to CSSM and archive its ACKs
version_added: 0.1.0
description:
  - Hands the RUM reports of an archive that Cisco Smart Software Manager (CSSM) has not taken to it, several product
    instances per call, and puts the ACKs that come back into the archive. One task serves the whole archive.
  - It also fetches the ACKs for tickets of earlier runs, so that a run that was killed or that did not wait is
    continued by running again. Nothing is submitted twice. A report that CSSM has already counts as submitted.
  - Payloads and signatures go out octet for octet as the devices wrote them.
  - A report or a product instance that CSSM refuses does not stop the others. The task fails when CSSM is out of reach
    or refuses the credentials, and when no product instance got through. Any other trouble is in RV(problems), and is
    shown as a warning.
  - Runs on the control node and talks to no device. Product instances belong to the account that they named when they
    were collected. O(smart_account) and O(virtual_account) are for those that named none.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.cssm
  - c9800.slp.archive
  - c9800.slp.account
  - c9800.slp.cssm
attributes:
  check_mode:
    support: full
    details: Says what would be submitted, without asking CSSM.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  smart_account:
    description:
      - Domain, or full name, of the Smart Account for product instances that were collected without one, such as
        V(example.com).
  virtual_account:
    description: Name of the Virtual Account for product instances that were collected without one.
  smart_account_id:
    description:
      - Numeric id of O(smart_account). With both ids given they are not looked up.
    type: str
  virtual_account_id:
    description:
      - Numeric id of O(virtual_account).
    type: str
  wait:
    description:
      - How many seconds to wait for ACKs. What is not answered by then stays for the next run.
      - With V(0) reports are only submitted.
    type: int
    default: 900
  poll_interval:
    description:
      - Seconds between two questions for the same ticket, 1 or more.
      - If not given, the interval that CSSM names is kept, which is some minutes.
    type: int
  method:
    description:
      - Which call takes the reports.
      - V(report_usage) names each report, so that duplicates and bad ones can be told from the others.
      - V(report_usage_legacy) hands in each device's file whole, O(profile=software_apis) only. It cannot leave out a
        report that CSSM has already.
    type: str
    choices:
      - report_usage
      - report_usage_legacy
    default: report_usage
  batch_size:
    description: How many product instances to put into one call, 1 or more.
    type: int
    default: 20
  product_instances:
    description:
      - UDIs of the only product instances to submit for, such as V(PID:C9800-CL-K9,SN:9SIM0000001).
      - All of the archive if empty.
    type: list
    elements: str
    default: []
  resubmit_refused:
    description:
      - Also submit reports that CSSM refused in an earlier run and that were not collected again since.
      - Of use after the cause was removed, such as a wrong account.
    type: bool
    default: false
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Submit what was collected and fetch the ACKs
  c9800.slp.cssm_usage_report:
    archive: /srv/slp/archive
    client_id: "{{ vault_cssm_client_id }}"
    client_secret: "{{ vault_cssm_client_secret }}"
    smart_account: example.com
    virtual_account: Wireless
  delegate_to: localhost
  run_once: true

# The credentials come from SLP_CSSM_CLIENT_ID and SLP_CSSM_CLIENT_SECRET, as set where ansible-playbook runs.
- name: Submit through a proxy and come back for the ACKs in the next run
  c9800.slp.cssm_usage_report:
    archive: /srv/slp/archive
    profile: swapi
    proxy: http://proxy.example.com:3128
    wait: 0
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
product_instances:
  description: What became of each product instance with anything to do.
  returned: success
  type: list
  elements: dict
  contains:
    udi:
      description: The product instance.
      type: str
      sample: PID:C9800-CL-K9,SN:9SIM0000001
    smart_account:
      description: Smart Account it belongs to, as the device or O(smart_account) named it.
      type: str
    virtual_account:
      description: Virtual Account it belongs to, as the device or O(virtual_account) named it.
      type: str
    submitted:
      description: Ids of the reports that CSSM took in this run. In check mode, those that would be submitted.
      type: list
      elements: int
    duplicates:
      description: Ids of the reports that CSSM had already.
      type: list
      elements: int
    acknowledged:
      description: Ids of the reports whose ACK was archived in this run.
      type: list
      elements: int
    waiting:
      description: Ids of the reports whose ACK is still to come. The next run asks for it.
      type: list
      elements: int
    refused:
      description: Reports that CSSM did not take or did not acknowledge.
      type: list
      elements: dict
      contains:
        report_id:
          description: The report.
          type: int
        reason:
          description: What CSSM said.
          type: str
    acks:
      description: Names of the documents that were archived in this run.
      type: list
      elements: str
    trust_requests:
      description: Number of trust requests that went along.
      type: int
    problems:
      description: What went wrong, each with a remedy.
      type: list
      elements: str
    notes:
      description: What an operator should know although nothing went wrong.
      type: list
      elements: str
counts:
  description: Number of reports over all product instances, and of product instances with a problem.
  returned: success
  type: dict
  sample:
    submitted: 24
    duplicates: 0
    acknowledged: 24
    waiting: 0
    refused: 0
    problems: 0
tickets_pending:
  description: Number of CSSM's tickets whose answer is still to come.
  returned: success
  type: int
problems:
  description: The problems of all product instances, each once.
  returned: success
  type: list
  elements: str
message:
  description: What was done, in one line.
  returned: success
  type: str
"""
