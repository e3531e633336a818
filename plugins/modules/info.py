#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the info module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: info
short_description: Read the Smart Licensing state of a product instance and judge it
version_added: 0.1.0
description:
  - Logs in once, reads release, units, transport, policy, trust codes, licences in use, usage reports and all dates.
  - With O(topology) it also says whether the product instance has reported, whether it is overdue, why, and what to do next.
  - Nothing is written to the device.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.reads
  - c9800.slp.attributes.device
  - c9800.slp.archive
  - c9800.slp.topology
options:
  topology:
    description: Judge the state by the rules of this topology.
    required: false
  archive:
    description:
      - Directory of the archive on the control node. With it the judgement knows which reports are on their way to CSSM,
        and says what the next step is.
    required: false
  gather:
    description:
      - What to read beyond the state itself. Each item costs one more command in the same login.
      - V(tech_support) adds counters of the licensing agent, V(history) the messages exchanged, V(eventlog) the usage events.
    type: list
    elements: str
    choices:
      - tech_support
      - history
      - eventlog
    default: []
seealso:
  - module: c9800.slp.fleet_report
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Read the licensing state of all controllers
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Read and judge
      c9800.slp.info:
        topology: "{{ slp_topology }}"
      register: licensing

    - name: Show what to do next
      ansible.builtin.debug:
        msg: "{{ licensing.audit.next_step }}"
"""

RETURN = r"""
product_instance:
  description: UDI of the product instance; of the active unit in a high availability pair.
  returned: success
  type: str
  sample: PID:C9800-CL-K9,SN:9SIM0000001
license:
  description: The whole state. A value that the release does not show is null; times are ISO 8601 in UTC where the zone is known.
  returned: success
  type: dict
  contains:
    udi:
      description: UDI of the active unit, as C(pid) and C(sn).
      type: dict
    units:
      description: The units, the active one first, each with its UDI, role and trust code.
      type: list
      elements: dict
    host:
      description: Inventory name.
      type: str
    hostname:
      description: The device's own name.
      type: str
    release:
      description: IOS XE release.
      type: str
    platform:
      description: Platform, such as V(C9800-CL) or V(EWC-AP).
      type: str
    is_controller:
      description: Whether it is a Catalyst 9800 or an EWC-AP.
      type: bool
    slp_enabled:
      description: Whether Smart Licensing Using Policy is in force.
      type: bool
    agent_version:
      description: Version of the licensing agent.
      type: str
    reporting_mode:
      description: Reporting mode of the licensing agent.
      type: str
    transport:
      description: Transport type, URLs, proxy and VRF.
      type: dict
    policy:
      description: The policy in use, with its reporting rules for each class of licence.
      type: dict
    account:
      description: Smart Account and Virtual Account that the device shows.
      type: dict
    usage:
      description: The licences in use, each with its count.
      type: list
      elements: dict
    reporting:
      description: Dates of ACKs and reports, those to come as well.
      type: dict
    rum:
      description: Counters of usage reports.
      type: dict
    reports:
      description: The usage reports on the device, each with its state.
      type: list
      elements: dict
    privacy:
      description: What the device leaves out of its reports.
      type: dict
    utility:
      description: Whether utility reporting is on.
      type: bool
    custom_id:
      description: Custom id.
      type: str
    air_level:
      description: Licence level of the access points.
      type: str
    air_level_next:
      description: The same after the next reload.
      type: str
    wireless_level:
      description: Licence level of the controller, where it has one of its own.
      type: str
    wireless_level_next:
      description: The same after the next reload.
      type: str
    enforcement_state:
      description: Enforcement state.
      type: str
    reservation:
      description: Licence reservation.
      type: str
    telemetry:
      description: Telemetry reporting.
      type: str
    communication_level:
      description: Communication level with CSSM.
      type: str
    communication:
      description: Counters of messages by kind, with O(gather=tech_support).
      type: list
      elements: dict
    history:
      description: The messages exchanged, with O(gather=history).
      type: dict
    events:
      description: The usage events, with O(gather=eventlog).
      type: list
      elements: dict
    ha:
      description: >-
        High availability: mode, states and members.
      type: dict
    clock:
      description: The device's time.
      type: str
    ntp_synced:
      description: Whether its clock is synchronised.
      type: bool
    untold:
      description: What the connection has no word for, such as V(transport.proxy); a null there does not mean "not set".
      type: list
      elements: str
    trust_complete:
      description: Whether every unit has a trust code.
      type: bool
    is_ha:
      description: Whether there is more than one unit.
      type: bool
audit:
  description: The judgement. What is not known is null, times are ISO 8601 in UTC.
  returned: when O(topology) is given
  type: dict
  contains:
    host:
      description: Inventory name.
      type: str
    hostname:
      description: The device's own name.
      type: str
    topology:
      description: The topology it was judged by.
      type: str
    verdict:
      description: >-
        The judgement in one word: V(overdue), V(never_reported), V(unsupported), V(action), V(unknown), V(due),
        V(ok).
      type: str
    next_step:
      description: What to do next.
      type: str
    to_do:
      description: Whether RV(audit.next_step) asks for something now.
      type: bool
    findings:
      description: What was found, the worst first, each with C(code), C(severity), C(text) and C(remedy).
      type: list
      elements: dict
    udi:
      description: UDI of the active unit.
      type: str
    udis:
      description: All UDIs, the active unit first.
      type: list
      elements: str
    pid:
      description: Product id of the active unit.
      type: str
    serial:
      description: Serial number of the active unit.
      type: str
    platform:
      description: Platform.
      type: str
    release:
      description: IOS XE release.
      type: str
    smart_account:
      description: Smart Account that the device shows (from 17.7.1).
      type: str
    virtual_account:
      description: Virtual Account that the device shows (from 17.7.1).
      type: str
    reported:
      description: Whether CSSM has a report of this period.
      type: bool
    acknowledged:
      description: Whether an ACK is installed whose deadline has not passed.
      type: bool
    overdue:
      description: Whether a deadline has passed.
      type: bool
    owed:
      description: Whether a report is owed at all; without usage there is none.
      type: bool
    last_ack:
      description: When the last ACK was installed.
      type: str
    deadline:
      description: When the next ACK has to be there.
      type: str
    days_to_deadline:
      description: Whole days until then; negative when it has passed.
      type: int
    policy_classes:
      description: The policy's reporting rules for each class of licence, and what they come to, in days.
      type: list
      elements: dict
    licences:
      description: Count of each licence in use.
      type: dict
    aps:
      description: The highest count of a licence in use, which is the number of access points.
      type: int
    reports_waiting:
      description: Usage reports without ACK (devices show it from 17.7.1).
      type: int
    trust_installed:
      description: How many UDIs have a trust code.
      type: int
    trust_total:
      description: How many UDIs there are.
      type: int
    as_of:
      description: The time of the judgement, by the device's clock.
      type: str
"""
