#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the mock_target module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mock_target
short_description: Run simulated controllers, a simulated CSSM and what stands between them on the control node
version_added: 0.1.0
description:
  - Starts one process that simulates a fleet of Catalyst 9800 controllers and EWC-APs over real SSH, and a CSSM over
    real HTTPS, and between them, where the fleet names any, a CSLU, an SSM On-Prem, a Catalyst Center, an HTTPS proxy
    or a Transport Gateway. They listen on loopback addresses only.
  - Nothing of it is Cisco's. Reports, ACKs, policies and trust codes are signed by keys of the simulation, and every
    document says so.
  - The inventory plugin P(c9800.slp.mock_fleet#inventory) gives the devices as hosts, so that playbooks run against
    them unchanged.
  - The process ends by itself when nobody has used it for O(idle_exit).
requirements:
  - asyncssh
  - aiohttp
  - cryptography
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.changes
attributes:
  idempotent:
    support: partial
    details:
      - O(actions), O(advance) and O(reset) act in each run.
options:
  state:
    description:
      - V(started) makes sure that the targets run, with the fleet, the options and the faults asked for.
      - V(stopped) makes sure that they do not run. Their log stays.
      - V(absent) removes their files from O(runtime_dir) as well.
    type: str
    choices: [started, stopped, absent]
    default: started
  runtime_dir:
    description:
      - Directory of these targets. The file C(world.json) in it, readable by its owner alone, tells clients addresses
        and passwords.
      - Taken from the environment variable E(SLP_MOCK_RUNTIME_DIR) if not given.
    type: path
  fleet:
    description:
      - V(demo) is a company with twelve product instances of every platform, one of them a high availability pair.
      - V(many:N) is a number of alike controllers, for load.
      - A list of devices, or the path of a YAML or JSON file with such a list. Each device has at least C(name) and
        C(serial). Further keys are C(platform), C(release), C(standby_serial), C(aps), C(waiting_reports), C(age_days),
        C(reported_days_ago), C(transport), C(topology), C(smart_account), C(virtual_account), C(level),
        C(factory_trust), C(zone), C(zone_minutes), C(username), C(password), C(enable_password), C(privilege),
        C(scp_server), C(md5), C(flash_free), C(banner) and others.
      - A mapping, or a file with one, has the devices under C(devices) and may have a list C(targets). Each target has
        a C(kind) (C(cslu), C(onprem), C(catalyst_center), C(proxy) or C(gateway)), and may have a C(name), the
        C(hostname) by which devices know it, and, where it reaches CSSM through one, the name of a C(proxy).
      - C(cslu) further has C(connected), C(version), C(smart_account) and C(virtual_account). C(onprem) has
        C(connected), C(version), C(tenants), C(nat_support) and C(schedule_hours). C(catalyst_center) has C(version),
        C(smart_account) and C(virtual_account). C(proxy) has C(port) and C(allow), the hosts that it connects to.
      - Targets that run with another fleet are started anew. If not given, those that run are kept, and V(demo) is
        started if none do.
    type: raw
  cssm:
    description:
      - Options of the simulated CSSM. They stay as they are if not given.
      - C(ready_after) is the number of seconds until an ACK is ready, C(poll_interval) is what CSSM tells clients to
        wait.
      - C(policy) is the policy that comes with an ACK, C(custom), C(default) or C(none).
      - C(nack) lists report ids that CSSM refuses in its ACK, C(token_lifetime) is in seconds.
      - C(accept_builtin) takes reports of real devices, whose signatures the simulation cannot verify.
      - C(trust_after) and C(ack_poll_after) are the seconds until a directly connected device asks for its trust code,
        and for the ACK to its reports.
      - C(device_timeout) is how many seconds, of the real clock, a collector waits for a device that it reads.
      - C(policies) gives Virtual Accounts a policy of their own, by their names. V(custom), V(default), V(none), or a
        mapping with C(name), C(ack_required) and, for C(subscription), C(perpetual), C(enforced), C(export) or
        C(generic), a list of days for the first report, from report to report, and after a change.
    type: dict
    default: {}
  faults:
    description:
      - What is to go wrong. Replaces the faults in force; an empty list removes them all. They stay as they are if
        not given.
      - A fault has an C(action) (C(hang), C(drop), C(slow), C(truncate), C(garbage), C(error), C(full_disk),
        C(wrong_digest), C(status), C(reset), C(wrong_time), C(wrong_certificate), C(refuse), and with NETCONF and
        RESTCONF C(locked), C(device_refused), C(invalid_path), C(huge), C(spelling), C(chunk), C(wrong_id) or
        C(no_id)), and may have a
        C(target) (the name of a device or of a server, or C(*)), a C(match) (a regular expression on the command or the
        request path), C(after), C(seconds), C(text), C(status) and C(times).
      - The servers are those of the fleet, C(cssm) for its API, and C(smart_receiver) and C(callhome), where devices
        report to CSSM themselves.
      - C(refuse) closes the ports of a server until the fault is removed. C(wrong_certificate) has a C(text) C(name),
        C(expired) or C(authority). C(wrong_time) puts the server's clock C(seconds) off.
    type: list
    elements: dict
  actions:
    description:
      - What somebody does at the targets, one after the other, when options and faults are in force and before
        O(advance).
      - Each has a C(target) (the name of a server of the fleet, C(cssm), or the name of a device), an C(action), and
        may have C(arguments).
      - For C(cssm) there are C(create_token), C(revoke_token), C(move) and C(remove). A proxy and a Transport Gateway
        have none. For C(cslu), C(onprem) and C(catalyst_center) there is what their screens offer, such as
        C(add_device), C(collect) and C(synchronize_usage); an unknown action is answered by the list of them.
      - They are not carried out in check mode.
    type: list
    elements: dict
    default: []
    version_added: 0.2.0
  advance:
    description: How far to move the simulated clock forward, such as V(90d), V(12h) or a number of seconds.
    type: str
    default: "0"
  reset:
    description:
      - Start the targets anew. Every device is as when it was first switched on, and CSSM is empty. They get other
        ports.
    type: bool
    default: false
  idle_exit:
    description:
      - The targets end by themselves after so long without any traffic. V(0) keeps them for ever. Used when they are
        started.
    type: str
    default: 4h
seealso:
  - plugin: c9800.slp.mock_fleet
    plugin_type: inventory
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Try the collection without hardware
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Start the demo fleet
      c9800.slp.mock_target:
        runtime_dir: /tmp/slp-mock

    - name: Let a quarter of a year pass
      c9800.slp.mock_target:
        runtime_dir: /tmp/slp-mock
        advance: 90d

    - name: Let one device break the connection and CSSM be busy
      c9800.slp.mock_target:
        runtime_dir: /tmp/slp-mock
        faults:
          - target: wlc-berlin-hq
            match: ^more
            action: drop
            after: 4096
          - target: cssm
            match: report-usage
            action: status
            status: 429
            seconds: 5
            times: 2

    - name: Stop and clean up
      c9800.slp.mock_target:
        state: absent
        runtime_dir: /tmp/slp-mock

- name: Try an own fleet
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Start two controllers
      c9800.slp.mock_target:
        runtime_dir: /tmp/slp-mock
        fleet:
          - name: wlc1
            serial: 9SIM0000001
            release: 17.12.4
            aps: 12
            waiting_reports: 3
          - name: wlc2
            platform: C9800-40
            serial: TTM0000A001
            standby_serial: TTM0000A002
            release: 17.9.5
            aps: 200
            waiting_reports: 5

    - name: Start a controller that reports to CSSM through a proxy
      c9800.slp.mock_target:
        runtime_dir: /tmp/slp-mock
        fleet:
          devices:
            - name: wlc1
              serial: 9SIM0000001
              aps: 12
              transport: smart
          targets:
            - kind: proxy
              hostname: proxy.example.net
              allow: [smartreceiver.cisco.com]

    - name: Move the controller to another Virtual Account, as somebody does on CSSM's page
      c9800.slp.mock_target:
        runtime_dir: /tmp/slp-mock
        actions:
          - target: cssm
            action: move
            arguments:
              udi: PID:C9800-CL-K9,SN:9SIM0000001
              virtual_account: DEFAULT
"""

RETURN = r"""
state:
  description: What the targets are now, or would be in check mode.
  returned: success
  type: str
  sample: started
runtime_dir:
  description: The directory of the targets.
  returned: success
  type: str
  sample: /tmp/slp-mock
message:
  description: What was done, in one line.
  returned: success
  type: str
world:
  description:
    - Where everything is. Passwords and secrets are in C(world.json) only. Null when nothing runs.
  returned: success
  type: dict
  contains:
    pid:
      description: The process.
      type: int
      returned: when the targets run
    fleet:
      description: The fleet, by the name or the file that it came from.
      type: str
      returned: when the targets run
    ca:
      description: File with the CA certificate of the simulation.
      type: str
      returned: when the targets run
    known_hosts:
      description: File with the SSH host keys of the devices.
      type: str
      returned: when the targets run
    control:
      description: The control interface, under C(url).
      type: dict
      returned: when the targets run
    cssm:
      description:
        - The simulated CSSM, with C(base_url_swapi), C(base_url_software_apis), C(token_url), C(smart_account) and
          more.
      type: dict
      returned: when the targets run
    devices:
      description: The devices, with C(name), C(address), C(port), C(platform), C(release), C(udis) and more.
      type: list
      elements: dict
      returned: when the targets run
    targets:
      description: The servers of the fleet by their names, with C(kind), C(hostname), and where they listen.
      type: dict
      returned: when the targets run
actions:
  description: What came of each of O(actions). No secret is in it.
  returned: success
  type: list
  elements: dict
  contains:
    target:
      description: Where it happened.
      type: str
      returned: always
    action:
      description: What it was.
      type: str
      returned: always
    result:
      description: What the target answered.
      type: raw
      returned: always
"""
