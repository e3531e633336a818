# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user wants of a product instance: the options that configure and preflight share."""

from __future__ import annotations


class ModuleDocFragment:
    # The arguments are in plugin_utils/_order_action.py.
    DOCUMENTATION = r"""
options:
  url:
    description:
      - The licensing URL, in the form that the topology needs. Not needed for a direct connection to CSSM.
      - For SSM On-Prem copy it from there (CSLU Transport URL of the local account), for example
        V(https://onprem.example.com/cslu/v1/pi/wireless-1).
      - For CSLU it is V(http://cslu.example.com:8182/cslu/v1/pi). Without one the device looks up the DNS name C(cslu-local).
      - For O(topology=direct_callhome_proxy) the URL of a Transport Gateway serves in place of a proxy.
    type: str
  cslu_url:
    description:
      - The same, used only where the topology takes a URL of CSLU or SSM On-Prem, and when O(url) is not given.
      - It may stay in the inventory of a host whose topology changes.
    type: str
  proxy_address:
    description:
      - Host name or address of the HTTPS proxy between the device and its server.
      - It becomes C(license smart proxy), or C(http-proxy) of Call Home, as the topology has it. Not given, it is removed.
    type: str
  proxy_port:
    description: Port of the proxy.
    type: int
  vrf:
    description: VRF in which the device reaches its server (from 17.7.1). Not given, C(license smart vrf) is removed.
    type: str
  source_interface:
    description: Source interface of the device's HTTP client. Not given, it is left as it is.
    type: str
  interval:
    description:
      - Days between two reports, 1 to 3650; over NETCONF and RESTCONF at most 365. V(0) stops reports.
      - The policy of the account wins when it is shorter. Not given, it is left as it is.
    type: int
  privacy:
    description: What the device leaves out of its messages. Not given, it is left as it is.
    type: str
    choices: [none, hostname, version, all]
  customer_tags:
    description: Up to four tags that go into each report, in order; those beyond are removed. Not given, they are left as they are.
    type: list
    elements: str
  revocation_check:
    description:
      - How the trustpoint C(SLA-TrustPoint) checks for revoked certificates.
      - An SSM On-Prem with a private certificate often needs V(none). Not given, it is left as it is.
    type: str
    choices: [none, crl, crl none]
  access:
    description:
      - The services by which a collector (CSLU, SSM On-Prem, Catalyst Center) comes to the device; they are opened, never closed.
      - Where the collector starts the talk, the default is V(netconf). V(rest) is the native REST service.
      - Not used where no collector comes; in V(onprem_offline) it says that SSM On-Prem does.
      - Local login and exec lists of AAA are set where AAA is not configured, or knows local users only. Where any of its login
        lists lets in others, such as by TACACS, it is left as it is, with a warning when the default exec list is missing.
      - C(ip http authentication) is set for V(restconf) and V(rest) unless it is by user already.
    type: list
    elements: str
    choices: [netconf, restconf, rest]
  collector_user:
    description: Local user for the collector, with privilege 15. Not given, no user is touched.
    type: str
  collector_password:
    description: Password of that user. Needed when the user is not there yet.
    type: str
  behind_nat:
    description: The device sits behind NAT. SSM On-Prem cannot collect from such a device.
    type: bool
    default: false
  collector_version:
    description: Version of CSLU, SSM On-Prem or Catalyst Center, such as V(8-202302) or V(2.3.7). It is checked against what the topology needs.
    type: str
  collector_proxy:
    description: The collector reaches CSSM through a proxy.
    type: bool
    default: false
  any_platform:
    description: Accept a device that does not look like a Catalyst 9800 or an EWC-AP.
    type: bool
    default: false
"""
