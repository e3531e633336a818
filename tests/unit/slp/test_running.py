# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running configuration read: defaults that are not printed, copies that are, spellings (cli.md 1, 7.2)."""

from __future__ import annotations

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import CallHomeProfile, Configuration
from ansible_collections.c9800.slp.plugins.module_utils.slp.running import (
    RUNNING,
    SURROUNDINGS,
    read_configuration,
    read_surroundings,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import Transport

SMART = "https://smartreceiver.cisco.com/licservice/license"
DDCE = "https://tools.cisco.com/its/service/oddce/services/DDCEService"
LATER = "10:12:13 UTC Tue Nov 24 2026"
CSLU = "http://cslu.example.com:8182/cslu/v1/pi"


def test_the_command_fits_into_a_line_of_a_terminal():
    assert len(RUNNING) < 254


def test_nothing_printed_is_the_default_transport():
    """cli.md 1.1: cslu is the default and not printed."""
    assert read_configuration("") == Configuration(transport="cslu")


@pytest.mark.parametrize(
    ("lines", "transport", "expected"),
    [
        # cli.md 7.2: the smart URL is written twice
        (
            f"license smart url {SMART}\nlicense smart url smart {SMART}\nlicense smart transport smart",
            None,
            {"transport": "smart", "url_smart": SMART, "url": None},
        ),
        ("license smart url default\nlicense smart transport smart", None, {"url_default": True, "url_smart": None}),
        (f"license smart transport callhome\nlicense smart url {DDCE}", None, {"transport": "callhome", "url": DDCE}),
        (f"license smart url cslu {CSLU}", None, {"transport": "cslu", "url_cslu": CSLU, "url": None}),
        # cli.md 1.1: automatic selects cslu
        ("license smart transport automatic", None, {"transport": "cslu"}),
        # cli.md 7.2: what the device shows wins
        ("", Transport(type="off"), {"transport": "off"}),
        ("license smart transport smart", Transport(type="smart", url=SMART), {"url_smart": SMART}),
        ("", Transport(type="cslu", cslu_url=CSLU), {"url_cslu": CSLU}),
        # a look-up of cslu-local is no configured URL
        (
            "license smart url default",
            Transport(type="cslu", cslu_url="https://cslu-local:8182/cslu/v1/pi"),
            {"url_default": True, "url_cslu": None},
        ),
        (
            "license smart proxy address proxy.example.com\nlicense smart proxy port 3128\nlicense smart vrf Mgmt-intf",
            None,
            {"proxy_address": "proxy.example.com", "proxy_port": 3128, "vrf": "Mgmt-intf"},
        ),
        ("license smart usage interval 0", None, {"interval": 0}),
        ("license smart usage customer-tags tag2 floor-2", None, {"tag1": None, "tag2": "floor-2"}),
        ("license smart privacy all", None, {"privacy_hostname": True, "privacy_version": True}),
        ("license smart privacy version", None, {"privacy_hostname": False, "privacy_version": True}),
        (
            "license air level air-network-advantage addon air-dna-advantage",
            None,
            {"air_level": "air-network-advantage addon air-dna-advantage"},
        ),
        ("ip http client source-interface Vlan10", None, {"source_interface": "Vlan10"}),
        (
            "crypto pki trustpoint SLA-TrustPoint\n enrollment pkcs12\n revocation-check crl none",
            None,
            {"trustpoint_revocation": "crl none"},
        ),
        # cli.md 1.8
        (
            "aaa new-model\naaa authentication login default group tacacs+ local\naaa authorization exec default local",
            None,
            {"aaa_new_model": True, "aaa_login": "group tacacs+ local", "aaa_exec": "local", "aaa_lists": ()},
        ),
        (
            "aaa new-model\naaa authentication login default local\naaa authentication login CONSOLE local none\n"
            "aaa authentication login VTY group tacacs+ local\naaa authentication login PASSWORD line",
            None,
            {"aaa_login": "local", "aaa_lists": ("VTY", "PASSWORD")},
        ),
        ("no aaa new-model\nno ip http server", None, {"aaa_new_model": False, "http_server": False}),
        (
            "ip http authentication local\nip http secure-server\nnetconf-yang\nrestconf",
            None,
            {"http_authentication": "local", "https_server": True, "netconf": True, "restconf": True},
        ),
        ("netconf-yang feature candidate-datastore", None, {"netconf": False}),
        (
            "username admin privilege 15 secret 9 $9$abc\nusername guest secret 9 $9$def\nusername cslu privilege 15",
            None,
            {"users": {"admin": 15, "guest": 1, "cslu": 15}},
        ),
    ],
)
def test_settings(lines, transport, expected):
    found = read_configuration(f"!\n{lines}\n!\nend\n", transport)
    assert {key: getattr(found, key) for key in expected} == expected


HOME = f"""\
service call-home
call-home
 ! If contact email address in call-home is configured
 contact-email-addr sch-smart-licensing@cisco.com
 http-proxy "proxy.example.com" port 8080
 data-privacy hostname
 profile "CiscoTAC-1"
  active
  destination transport-method http
  no destination transport-method email
  destination address http {DDCE}
 profile "gateway"
  active
  reporting smart-licensing-data
  destination transport-method http
  destination address http https://gateway.example.com/Transportgateway/services/DeviceRequestHandler
"""


def test_call_home():
    """cli.md 1.6: the host of the proxy is quoted; Cisco's profile has its address and its reporting by default."""
    found = read_configuration(HOME)
    assert found.service_call_home
    assert (found.http_proxy, found.http_proxy_port) == ("proxy.example.com", 8080)
    assert found.call_home_privacy
    assert found.call_home_profiles == (
        CallHomeProfile(name="CiscoTAC-1", active=True, http=True, licensing=True),
        CallHomeProfile(
            name="gateway",
            active=True,
            http=True,
            licensing=True,
            urls=("https://gateway.example.com/Transportgateway/services/DeviceRequestHandler",),
        ),
    )
    silent = HOME.replace("  active\n  destination", "  no reporting smart-licensing-data\n  destination", 1)
    tac = read_configuration(silent).profile("ciscotac-1")
    assert tac is not None
    assert (tac.active, tac.licensing) == (False, False)


@pytest.mark.parametrize(
    ("level", "changed", "saved", "privilege", "unsaved"),
    [
        (
            "Current privilege level is 15",
            "10:12:13 UTC Tue Nov 24 2026 by admin",
            "10:00:00 UTC Tue Nov 24 2026",
            15,
            True,
        ),
        ("Current privilege level is 1", LATER, f"{LATER} by a", 1, False),
        ("", LATER, "", None, None),  # never saved since it started
        ("", "some day", LATER, None, None),
    ],
)
def test_surroundings(level, changed, saved, privilege, unsaved):
    head = f"! Last configuration change at {changed}\n" + (
        f"! NVRAM config last updated at {saved}\n" if saved else ""
    )
    found = read_surroundings(dict(zip(SURROUNDINGS, (level, head), strict=True)))
    assert (found.privilege, found.unsaved) == (privilege, unsaved)
    assert (found.interfaces, found.vrfs) == (None, None)


@pytest.mark.parametrize(
    ("lines", "interfaces", "vrfs"),
    [
        (
            ["vrf definition Mgmt-intf", "ip vrf Old", "interface GigabitEthernet0", "interface Vlan10 "],
            {"GigabitEthernet0", "Vlan10"},
            {"Mgmt-intf", "Old"},
        ),
        (["interface Port-channel1", " vrf forwarding Inner"], {"Port-channel1"}, set()),
        (["vrf definition Mgmt-intf"], None, None),  # cut off, or not allowed to see it all
        (["% Invalid input detected at '^' marker."], None, None),
    ],
)
def test_interfaces_and_vrfs(lines, interfaces, vrfs):
    found = read_surroundings({SURROUNDINGS[1]: "Building configuration...\n" + "\n".join(lines)})
    assert (found.interfaces, found.vrfs) == (interfaces, vrfs)
