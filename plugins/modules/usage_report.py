#!/usr/bin/python
# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the usage_report module; it runs as an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: usage_report
short_description: Take the RUM reports off a product instance and put them into the archive
version_added: 0.1.0
description:
  - Logs in once, lets the device save its usage reports to flash, fetches the file, checks size and MD5 against the device
    and the content against the device's UDI, and archives it octet for octet.
  - The file on flash is removed by its full name, and only after the archive has it. When fetching fails it stays there, the
    message names it, and the next run takes it before anything new is saved.
  - A high availability pair gives one file; only its active unit is asked.
  - A run that was killed at any point is continued by running again. A file that such a run left on flash is fetched if the
    archive lacks it, then removed.
extends_documentation_fragment:
  - c9800.slp.attributes
  - c9800.slp.attributes.changes
  - c9800.slp.attributes.device
  - c9800.slp.archive
  - c9800.slp.account
attributes:
  idempotent:
    support: partial
    details: With O(max_age) a second run within that time changes nothing; without it each run has the device save its usage again.
options:
  scope:
    description:
      - Which reports the device shall save.
      - V(all) every report it keeps, V(unreported) those it has not reported yet, V(days) those of the last O(days), V(rum_id) one.
    type: str
    choices:
      - all
      - unreported
      - days
      - rum_id
    default: all
  days:
    description: How many days back, with O(scope=days).
    type: int
  rum_id:
    description: The number of the one report, with O(scope=rum_id).
    type: int
  filesystem:
    description:
      - Where on the device to save. Found by asking the device if not given.
      - Over the data models, which show no directories, it is V(bootflash) if not given, and V(flash) on an EWC-AP.
    type: str
  transfer:
    description:
      - How the file comes off the device.
      - V(cli) reads it through the terminal, in the same login. V(scp) copies it, which needs C(ip scp server enable).
      - V(auto) takes SCP for large files where the device offers it.
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
  max_age:
    description: Ask the device for nothing new when the archive has a usage file of it that is younger than this many seconds.
    type: int
    default: 0
  method:
    description:
      - How the reports come off the device.
      - V(rest) is the licensing service of the device itself (C(/smartlic-service)), which brings the reports in its answer, so that
        nothing is written to flash. It has no O(scope=unreported).
      - V(netconf) and V(restconf) are an operation of the data models; the device saves a file to flash, which is fetched by SCP
        (C(ip scp server enable)) and deleted. They have no O(scope=rum_id). With V(rest), V(restconf) or V(netconf) another
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
  take_over:
    description:
      - Collect although the device shows another collector at work. Two collectors and one state of acknowledgements do not go
        together.
      - It shows by transport C(cslu) with a URL and a recent push, or by reports that somebody asked for through the models and
        that the archive does not have.
    type: bool
    default: false
    version_added: 0.2.0
seealso:
  - module: c9800.slp.cssm_usage_report
  - module: c9800.slp.bundle
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
- name: Collect the usage reports of all controllers
  hosts: controllers
  gather_facts: false
  tasks:
    - name: Save, fetch, check and archive
      c9800.slp.usage_report:
        archive: /srv/slp/archive
        smart_account: example.com
        virtual_account: Wireless
        max_age: 3600
"""

RETURN = r"""
product_instance:
  description: UDI under which the archive keeps the reports; of the active unit in a high availability pair.
  returned: success
  type: str
  sample: PID:C9800-CL-K9,SN:9SIM0000001
outcome:
  description: >-
    What became of it, in one word: V(collected), V(nothing) to save, V(recent) (see O(max_age)), V(recovered) (only what
    an earlier run had left), or V(would_collect) in check mode.
  returned: success
  type: str
  sample: collected
file:
  description: The usage file in the archive. Null when there was nothing to save, or nothing was saved in check mode.
  returned: success
  type: str
  sample: /srv/slp/archive/pi/C9800-CL-K9_9SIM0000001/usage/9b04a2c5e5cbbd7c4d2d5f4aa3d8b7b0d0c4d0d2b5ab3c7a1a6e4e1d6a0f93c2.xml
sha256:
  description: SHA-256 of the file.
  returned: when RV(file) is not null
  type: str
size:
  description: Size of the file in octets.
  returned: when RV(file) is not null
  type: int
reports:
  description: Number of reports in the file.
  returned: when RV(file) is not null
  type: int
new_reports:
  description: Number of reports that the archive did not have before.
  returned: when RV(file) is not null
  type: int
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
