# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix of cli.md 6.3, row by row, with a case on either side of each gate; and the preflight's further rules.

Each case names its row. Rows that are no matter of a preflight are named at the end, with whose they are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import (
    CallHomeProfile,
    Configuration,
    Surroundings,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.desired import Settings
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import UnsupportedDevice
from ansible_collections.c9800.slp.plugins.module_utils.slp.preflight import (
    Facts,
    Plans,
    of_error,
    preflight,
    refused,
    summary,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import (
    FlexiblePolicy,
    HaMember,
    HaState,
    Reporting,
    RumCounters,
    Trust,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES, find

from tests.unit.topo.states import NOW, at, default_policy, healthy, units, usage

CSLU = "http://cslu.example.com:8182/cslu/v1/pi"
ONPREM = "https://onprem.example.com/cslu/v1/pi/wireless-1"
GATEWAY = "https://gateway.example.com/Transportgateway/services/DeviceRequestHandler"
PROXY = {"proxy_address": "proxy.example.com", "proxy_port": 3128}
USER = {"collector_user": "cslu", "collector_password": "Secret-1"}
NEEDED = {
    "direct_smart_proxy": PROXY,
    "direct_callhome_proxy": PROXY,
    "cslu_push": {"url": CSLU},
    "cslu_offline_push": {"url": CSLU},
    "onprem_push": {"url": ONPREM},
    "cslu_pull": USER,
    "cslu_offline_pull": USER,
    "onprem_pull": USER,
    "catalyst_center": USER,
}
# What is worth a word on the best of controllers, before it is configured.
ADVICE = {
    "onprem_push": frozenset({"revocation"}),
    **dict.fromkeys(("cslu_pull", "cslu_offline_pull", "onprem_pull", "catalyst_center"), frozenset({"aaa_local"})),
}
TAC = CallHomeProfile(name="CiscoTAC-1", active=True, http=True, licensing=True)
HERE = Configuration(transport="off", users={"admin": 15}, call_home_profiles=(TAC,))


def look(topology, *, settings=None, plans=None, current=None, way="cli", user="admin", **changes):
    """Findings of a healthy controller, of what the topology needs, and of what differs from that."""
    more = {name: changes.pop(name) for name in ("surroundings", "impossible", "unseen") if name in changes}
    state = healthy(**changes)
    return preflight(
        Facts(
            row=find(topology),
            state=state,
            current=replace(HERE, **current or {}),
            settings=Settings(**NEEDED.get(topology, {}) | (settings or {})),
            plans=Plans(**{"collector_version": collector(topology), **(plans or {})}),
            now=NOW,
            way=way,
            user=user,
            **more,
        )
    )


def collector(topology):
    return {"CSLU": "2.3.0", "SSM On-Prem": "8-202302", "Catalyst Center": "2.3.7"}.get(
        find(topology).collector.name, ""
    )


def release(text):
    return {"release": Release.parse(text)}


def found(findings):
    return {finding.code: str(finding.severity) for finding in findings}


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_nothing_stands_against_a_healthy_controller(topology):
    findings = look(topology)
    assert not refused(findings), summary(findings)
    assert {finding.code for finding in findings} <= {"recommended", *ADVICE.get(topology, ())}
    assert summary(findings).startswith("nothing stands against it")


THERE = {"surroundings": Surroundings(interfaces=frozenset({"Vlan10", "Gi0"}), vrfs=frozenset({"Mgmt-intf"}))}
FACTORY = {"units": tuple(replace(unit, trust=Trust(state="installed", kind="Factory")) for unit in units(True))}
PAIR = {"ha": HaState(my_state="ACTIVE", peer_state="STANDBY HOT"), "units": units(True, True)}
NO_CODE = {"units": units(False)}
SECOND = CallHomeProfile(name="gateway", active=True, http=True, licensing=True, urls=(GATEWAY,))


def ha(my="ACTIVE", peer="STANDBY HOT", *members):
    return {"ha": HaState(my_state=my, peer_state=peer, members=members), "units": units(True, True)}


def chassis(state):
    return HaMember(number=2, role="Standby", state=state)


def reported(days=30, push=None):
    return {"reporting": Reporting(last_ack=at(-10), ack_deadline=at(80), push_interval_days=days, last_push=push)}


# row of 6.3 (its first words) -> topology, what is different, code, severity; None: not found
CASES = [
    # release gates: seed, tables 1 and 2; cli.md 0.1
    ("release < 17.3.2a", "cslu_push", release("17.3.2"), "before_slp", "refuse"),
    ("release < 17.3.2a", "cslu_push", release("17.3.2a"), "before_slp", None),
    ("release < 17.3.2a", "cslu_push", {"slp_enabled": False}, "before_slp", "refuse"),
    ("On-Prem topology", "onprem_push", release("17.3.2a"), "release", "refuse"),
    ("On-Prem topology", "onprem_push", release("17.3.3"), "release", None),
    ("On-Prem topology", "onprem_pull", {"plans": {"collector_version": "8-202012"}}, "collector_version", "refuse"),
    ("On-Prem topology", "onprem_pull", {"plans": {"collector_version": "8-202102"}}, "collector_version", None),
    ("On-Prem topology", "catalyst_center", {"plans": {"collector_version": "2.2.1"}}, "collector_version", "refuse"),
    ("On-Prem topology", "catalyst_center", {"plans": {"collector_version": "2.2.2"}}, "collector_version", None),
    ("On-Prem topology", "catalyst_center", {"plans": {"collector_version": ""}}, "collector_unknown", "note"),
    (
        "On-Prem topology",
        "onprem_push",
        {"plans": {"collector_proxy": True, "collector_version": "8-202102"}},
        "collector_proxy",
        "refuse",
    ),
    (
        "On-Prem topology",
        "onprem_push",
        {"plans": {"collector_proxy": True, "collector_version": "8-202108"}},
        "collector_proxy",
        None,
    ),
    ("platform not 9800", "offline", {"is_controller": False}, "platform", "refuse"),
    ("platform not 9800", "offline", {"is_controller": False, "plans": {"any_platform": True}}, "platform", None),
    ("platform not 9800", "offline", {"is_controller": None}, "platform", None),
    ("On-Prem pull + NAT", "onprem_pull", {"plans": {"behind_nat": True}}, "nat", "refuse"),
    ("On-Prem pull + NAT", "onprem_push", {"plans": {"behind_nat": True}}, "nat", None),
    ("EXEC privilege", "offline", {"surroundings": Surroundings(privilege=14)}, "privilege", "refuse"),
    ("EXEC privilege", "offline", {"surroundings": Surroundings(privilege=15)}, "privilege", None),
    ("EXEC privilege", "offline", {"surroundings": Surroundings()}, "privilege", None),
    ("clock not synchronised", "offline", {"ntp_synced": False}, "clock", "warn"),
    ("clock not synchronised", "offline", {"ntp_synced": None}, "clock", None),
    ("clock not synchronised", "direct_smart", {"clock": at(1 / 24), **NO_CODE}, "clock_skew", "refuse"),
    ("clock not synchronised", "direct_smart", {"clock": at(0.99 / 24), **NO_CODE}, "clock_skew", None),
    ("clock not synchronised", "direct_smart", {"clock": at(-1 / 24)}, "clock_skew", "warn"),
    (
        "clock not synchronised",
        "direct_smart",
        {"clock": at(-1 / 24), "plans": {"token": True}},
        "clock_skew",
        "refuse",
    ),
    ("clock not synchronised", "cslu_push", {"clock": at(2 / 24), **NO_CODE}, "clock_skew", "warn"),
    ("factory trust code only", "direct_smart", FACTORY, "trust_factory", "warn"),
    ("factory trust code only", "direct_smart", {**FACTORY, "plans": {"token": False}}, "trust_factory", "refuse"),
    (
        "factory trust code only",
        "direct_smart",
        {**FACTORY, "plans": {"token": True, "force": False}},
        "trust_factory",
        "refuse",
    ),
    (
        "factory trust code only",
        "direct_smart",
        {**FACTORY, "plans": {"token": True, "force": True}},
        "trust_factory",
        "note",
    ),
    ("factory trust code only", "cslu_push", FACTORY, "trust_factory", None),
    ("trust code present", "direct_smart", {"plans": {"token": True}}, "trust_present", "warn"),
    ("trust code present", "direct_smart", {"plans": {"token": True, "force": True}}, "trust_present", None),
    ("trust code present", "direct_smart", {"plans": {"token": None}}, "trust_present", None),
    ("HA: INSTALLED count", "direct_smart", {"units": units(True, False)}, "trust_partial", "warn"),
    ("HA: INSTALLED count", "direct_smart", {"units": units(True, True)}, "trust_partial", None),
    ("HA: INSTALLED count", "catalyst_center", {"units": units(True, False)}, "trust_partial", None),
    ("HA: INSTALLED count", "direct_smart", NO_CODE, "trust_token", "warn"),
    (
        "HA: INSTALLED count",
        "direct_smart",
        {**NO_CODE, "plans": {"token": False, "steps": frozenset({"trust"})}},
        "trust_token",
        "refuse",
    ),
    ("HA: INSTALLED count", "direct_smart", {**NO_CODE, "plans": {"token": True}}, "trust_token", None),
    ("HA: INSTALLED count", "cslu_push", NO_CODE, "trust_token", None),
    ("HA: command on the standby", "offline", ha(my="STANDBY HOT", peer="ACTIVE"), "standby", "refuse"),
    ("HA: command on the standby", "offline", ha(peer="STANDBY COLD"), "ha_transition", "refuse"),
    ("HA: command on the standby", "offline", ha(my="DISABLED"), "ha_transition", "refuse"),
    (
        "HA: command on the standby",
        "offline",
        ha("ACTIVE", "STANDBY HOT", chassis("Initializing")),
        "ha_transition",
        "refuse",
    ),
    ("HA: command on the standby", "offline", ha("ACTIVE", "STANDBY HOT", chassis("Ready")), "ha_transition", None),
    ("HA: command on the standby", "offline", ha(peer="DISABLED"), "ha_transition", None),
    (
        "CSLU URL without port",
        "cslu_push",
        {"settings": {"url": "http://cslu.example.com/cslu/v1/pi"}},
        "url",
        "refuse",
    ),
    ("CSLU URL without port", "cslu_push", {"settings": {"url": f"{CSLU}/tenant"}}, "url", "refuse"),
    ("CSLU URL without port", "cslu_push", {}, "url", None),
    (
        "CSLU URL without port",
        "onprem_push",
        {"settings": {"url": "https://onprem.example.com/cslu/v1/pi"}},
        "url",
        "refuse",
    ),
    (
        "CSLU URL without port",
        "onprem_push",
        {"settings": {"url": "https://onprem.example.com/SmartTransport"}},
        "url",
        "refuse",
    ),
    ("CSLU URL without port", "onprem_push", {"settings": {"url": None}}, "url_missing", "refuse"),
    ("CSLU URL without port", "cslu_push", {"settings": {"url": None}}, "url_dns", "note"),
    ("CSLU URL without port", "direct_smart", {"settings": {"url": CSLU}}, "url", "refuse"),
    ("CSLU URL without port", "direct_smart", {"settings": {"cslu_url": CSLU}}, "url", None),
    ("`http` URL to On-Prem", "onprem_push", {"settings": {"url": ONPREM.replace("s:", ":")}}, "url_http", "warn"),
    ("`http` URL to On-Prem", "onprem_push", {}, "url_http", None),
    ("`http` URL to On-Prem", "cslu_push", {}, "url_http", None),
    ("proxy asked for transport", "direct_callhome", {"settings": PROXY}, "proxy", "refuse"),
    ("proxy asked for transport", "offline", {"settings": PROXY}, "proxy", "refuse"),
    ("proxy asked for transport", "direct_callhome_proxy", {}, "proxy", None),
    ("proxy asked for transport", "cslu_push", {"settings": PROXY}, "proxy", None),
    (
        "proxy asked for transport",
        "direct_smart_proxy",
        {"settings": {"proxy_address": None, "proxy_port": None}},
        "proxy_missing",
        "refuse",
    ),
    (
        "proxy asked for transport",
        "direct_callhome_proxy",
        {"settings": {"proxy_address": None, "proxy_port": None}},
        "proxy_missing",
        "refuse",
    ),
    (
        "proxy asked for transport",
        "direct_callhome_proxy",
        {"settings": {"proxy_address": None, "proxy_port": None, "url": GATEWAY}},
        "proxy_missing",
        None,
    ),
    ("VRF/interval beyond", "cslu_push", {**release("17.6.5"), "settings": {"vrf": "Mgmt-intf"}}, "vrf", "refuse"),
    ("VRF/interval beyond", "cslu_push", {**release("17.7.1"), "settings": {"vrf": "Mgmt-intf"}}, "vrf", None),
    ("VRF/interval beyond", "direct_callhome", {"settings": {"vrf": "Mgmt-intf"}}, "vrf", "refuse"),
    ("VRF/interval beyond", "cslu_push", {"settings": {"interval": 3651}}, "interval", "refuse"),
    ("VRF/interval beyond", "cslu_push", {"settings": {"interval": 3650}}, "interval", None),
    ("interval 0", "cslu_push", {"settings": {"interval": 0}}, "interval_0", "warn"),
    ("interval 0", "cslu_push", {"settings": {"interval": 1}}, "interval_0", None),
    ("interval 0", "cslu_push", reported(days=0), "interval_0", "warn"),
    ("interval 0", "offline", reported(days=0), "interval_0", None),
    ("interval 0", "cslu_push", {"settings": {"interval": 91}}, "interval_long", "warn"),
    ("interval 0", "cslu_push", {"settings": {"interval": 90}}, "interval_long", None),
    (
        "interval 0",
        "cslu_push",
        {
            "settings": {"interval": 31},
            "policy": replace(default_policy(), flexible=FlexiblePolicy(reporting_interval=30)),
        },
        "interval_long",
        "warn",
    ),
    ("interval 0", "cslu_push", {"settings": {"interval": 366}, "way": "netconf"}, "interval_yang", "refuse"),
    ("interval 0", "cslu_push", {"settings": {"interval": 365}, "way": "netconf"}, "interval_yang", None),
    ("interval 0", "cslu_push", {"settings": {"interval": 366}}, "interval_yang", None),
    ("`transport off`", "offline", {"plans": {"steps": frozenset({"sync"})}}, "transport_off", "refuse"),
    ("`transport off`", "cslu_push", {"plans": {"steps": frozenset({"sync"})}}, "transport_off", "refuse"),
    ("`transport off`", "cslu_push", {"plans": {"steps": frozenset({"configure", "sync"})}}, "transport_off", None),
    ("`transport off`", "offline", {}, "transport_off", None),
    ("second report inside", "cslu_push", {**release("17.9.1"), **reported(push=at(-0.9))}, "throttled", "note"),
    ("second report inside", "cslu_push", {**release("17.9.1"), **reported(push=at(-1.1))}, "throttled", None),
    ("second report inside", "cslu_push", {**release("17.8.1"), **reported(push=at(-0.9))}, "throttled", None),
    ("second report inside", "cslu_push", {**release("17.6.4"), **reported(push=at(-0.9))}, "throttled", "note"),
    ("second report inside", "cslu_push", {**release("17.6.3"), **reported(push=at(-0.9))}, "throttled", None),
    ("second report inside", "cslu_push", {**release("17.7.1"), **reported(push=at(-0.9))}, "throttled", None),
    ("SLR/SLAC present", "cslu_push", {"reservation": "ENABLED"}, "reservation", "warn"),
    ("SLR/SLAC present", "offline", {"reservation": "ENABLED"}, "reservation", None),
    ("SLR/SLAC present", "cslu_push", {"reservation": "DISABLED"}, "reservation", None),
    (
        "SLR/SLAC present",
        "cslu_push",
        {"units": tuple(replace(unit, authorization="SMART AUTHORIZATION INSTALLED on x") for unit in units(True))},
        "reservation",
        "warn",
    ),
    (
        "SLR/SLAC present",
        "cslu_push",
        {"units": tuple(replace(unit, authorization="NOT INSTALLED") for unit in units(True))},
        "reservation",
        None,
    ),
    (
        "call home with more",
        "direct_callhome",
        {"current": {"call_home_profiles": (TAC, SECOND)}, "plans": {"steps": frozenset({"trust"})}},
        "call_home_profiles",
        "refuse",
    ),
    (
        "call home with more",
        "direct_callhome",
        {"current": {"call_home_profiles": (TAC, SECOND)}},
        "call_home_profiles",
        "warn",
    ),
    ("call home with more", "direct_callhome", {}, "call_home_profiles", None),
    (
        "call home with more",
        "direct_smart",
        {"current": {"call_home_profiles": (TAC, SECOND)}},
        "call_home_profiles",
        None,
    ),
    ("current AIR level", "offline", {"air_level_next": "AIR DNA Essentials"}, "air_level", "warn"),
    ("current AIR level", "offline", {"air_level_next": "AIR DNA ADVANTAGE"}, "air_level", None),
    # FN72578: cli.md 5.15, both ends of each train
    *(
        ("FN72578-affected", "offline", {**release(text), "rum": RumCounters(total=1000)}, "backlog", severity)
        for text, severity in (
            ("17.3.2a", "warn"),
            ("17.3.6", "warn"),
            ("17.3.7", None),
            ("17.4.1", "warn"),
            ("17.5.1", "warn"),
            ("17.6.4", "warn"),
            ("17.6.5", None),
            ("17.7.1", "warn"),
            ("17.9.1", None),
        )
    ),
    ("FN72578-affected", "offline", {**release("17.6.4"), "rum": RumCounters(total=999)}, "backlog", None),
    ("AP count 0", "offline", {"usage": usage(0)}, "no_usage", "note"),
    ("AP count 0", "offline", {"usage": usage(1)}, "no_usage", None),
    ("AP count 0", "offline", {"usage": None}, "no_usage", None),
    ("running configuration", "offline", {"surroundings": Surroundings(unsaved=True)}, "unsaved", "warn"),
    ("running configuration", "offline", {"surroundings": Surroundings(unsaved=False)}, "unsaved", None),
]
FURTHER = [
    ("cli.md 1.4", "cslu_push", {**THERE, "settings": {"vrf": "Mgmt-Intf"}}, "vrf_missing", "refuse"),
    ("cli.md 1.4", "cslu_push", {**THERE, "settings": {"vrf": "Mgmt-intf"}}, "vrf_missing", None),
    ("cli.md 1.4", "cslu_pull", {**THERE, "settings": {"vrf": "Nowhere"}}, "vrf_missing", None),  # no effect there
    ("cli.md 1.4", "cslu_push", {"settings": {"vrf": "Nowhere"}}, "vrf_missing", None),  # not told
    ("cli.md 1.4", "cslu_push", {**THERE, "settings": {"source_interface": "vlan 99"}}, "interface_missing", "refuse"),
    ("cli.md 1.4", "direct_callhome", {**THERE, "settings": {"source_interface": "vl10"}}, "interface_missing", None),
    ("cli.md 1.4", "cslu_push", {"settings": {"source_interface": "Vlan99"}}, "interface_missing", None),
    # cli.md 1.7 and 5.3 step 1: the images with the new root
    *(
        ("cli.md 1.7", "direct_smart", release(text), "tls_root", severity)
        for text, severity in (
            ("17.3.2a", "warn"),
            ("17.3.3", "warn"),
            ("17.3.4", None),
            ("17.4.1", "warn"),
            ("17.4.2", None),
            ("17.5.1", None),
        )
    ),
    ("cli.md 1.7", "cslu_push", release("17.3.3"), "tls_root", None),
    # apis.md 4
    ("apis.md 4", "cslu_push", {"plans": {"collector_version": "2.2.0"}}, "collector_unsafe", "warn"),
    ("apis.md 4", "cslu_push", {"plans": {"collector_version": "2.3.0"}}, "collector_unsafe", None),
    ("apis.md 4", "onprem_push", {"plans": {"collector_version": "8-202102"}}, "collector_unsafe", None),
    ("seed, recommendations", "direct_callhome", {}, "recommended", "note"),
    ("seed, recommendations", "direct_smart", {}, "recommended", None),
    # cli.md 1.8
    ("cli.md 1.8", "catalyst_center", {"settings": {"access": ("restconf",)}}, "access", "refuse"),
    ("cli.md 1.8", "cslu_pull", {"settings": {"access": ("restconf",)}}, "access", None),
    ("cli.md 1.8", "cslu_push", {"settings": {"access": ("restconf",)}}, "access", None),
    ("cli.md 1.8", "cslu_pull", {"user": "somebody"}, "lockout", "refuse"),
    ("cli.md 1.8", "cslu_pull", {"user": "cslu"}, "lockout", None),
    ("cli.md 1.8", "cslu_pull", {"user": ""}, "lockout", None),
    ("cli.md 1.8", "cslu_pull", {"user": "somebody", "current": {"aaa_new_model": True}}, "lockout", None),
    ("cli.md 1.8", "cslu_push", {"user": "somebody"}, "lockout", None),
    (
        "cli.md 1.8",
        "cslu_pull",
        {"current": {"aaa_new_model": True, "aaa_login": "group tacacs+ local", "aaa_exec": "group tacacs+ local"}},
        "aaa",
        "note",
    ),
    (
        "cli.md 1.8",
        "cslu_pull",
        {"current": {"aaa_new_model": True, "aaa_login": "group tacacs+ local"}},
        "aaa",
        "warn",
    ),
    ("cli.md 1.8", "cslu_pull", {"current": {"aaa_new_model": True, "aaa_lists": ("VTY",)}}, "aaa", "warn"),
    ("cli.md 1.8", "cslu_pull", {"current": {"aaa_new_model": True, "aaa_lists": ("VTY",)}}, "aaa_local", None),
    ("cli.md 1.8", "cslu_pull", {"current": {"aaa_new_model": True}}, "aaa_local", "warn"),
    ("cli.md 1.8", "cslu_pull", {}, "aaa_local", "warn"),
    ("cli.md 1.8", "cslu_push", {}, "aaa_local", None),
    ("cli.md 1.8", "cslu_pull", {"current": {"aaa_new_model": True, "aaa_exec": "local"}}, "aaa_local", None),
    *(
        (
            "cli.md 1.8",
            "onprem_pull",
            {"settings": {"access": ("rest",)}, "current": {"http_authentication": way}},
            "http_login",
            severity,
        )
        for way, severity in (("enable", "warn"), ("local", None), ("aaa login-authentication WEB", None), (None, None))
    ),
    ("cli.md 1.7", "onprem_push", {"current": {"trustpoint_revocation": "crl"}}, "revocation", "warn"),
    ("cli.md 1.7", "onprem_push", {"current": {"trustpoint_revocation": None}}, "revocation", "warn"),
    ("cli.md 1.7", "onprem_push", {"current": {"trustpoint_revocation": "crl none"}}, "revocation", None),
    ("cli.md 1.7", "onprem_push", {"settings": {"revocation_check": "none"}}, "revocation", None),
    ("cli.md 1.7", "onprem_push", {"settings": {"revocation_check": "crl"}}, "revocation", None),
    ("cli.md 1.7", "onprem_push", {"settings": {"url": ONPREM.replace("s:", ":")}}, "revocation", None),
    ("cli.md 1.7", "cslu_push", {"settings": {"url": CSLU.replace("http:", "https:")}}, "revocation", "warn"),
    ("cli.md 1.7", "direct_smart", {}, "revocation", None),
    ("cli.md 1.7", "onprem_push", {"unseen": frozenset({"trustpoint_revocation"})}, "revocation", "note"),
    ("cli.md 1.8", "cslu_pull", {"current": {"aaa_new_model": True, "aaa_login": "local"}}, "aaa", None),
    ("cli.md 1.8", "cslu_pull", {"settings": {"collector_user": None}}, "collector_user", "warn"),
    ("cli.md 1.8", "cslu_pull", {"settings": {"collector_password": None}}, "collector_password", "refuse"),
    (
        "cli.md 1.8",
        "cslu_pull",
        {"settings": {"collector_password": None}, "current": {"users": {"admin": 15, "cslu": 15}}},
        "collector_password",
        None,
    ),
    ("yang.md 7.1", "cslu_push", {"unseen": frozenset({"vrf"}), "way": "netconf"}, "unseen", "note"),
    ("yang.md 7.1", "cslu_pull", {"unseen": frozenset({"aaa_login"}), "way": "netconf"}, "access_unseen", "note"),
    ("yang.md 7.1", "cslu_push", {"unseen": frozenset({"aaa_login"}), "way": "netconf"}, "access_unseen", None),
    ("yang.md 7.1", "cslu_push", {"impossible": {"vrf": "VRF not by NETCONF"}, "way": "netconf"}, "way", "refuse"),
]


@pytest.mark.parametrize(("source", "topology", "changes", "code", "severity"), CASES + FURTHER)
def test_rule(source, topology, changes, code, severity):
    findings = look(topology, **changes)
    assert found(findings).get(code) == severity, source
    for finding in findings:
        if finding.severity != "note" and finding.code != "way":
            assert finding.remedy, f"{finding.code} says no next step"


# Rows that concern something else than a preflight: who has them.
ELSEWHERE = {
    "factory reset requested": "nothing in the collection types it",
    "ACK file": "the install module",
    "registration with": "nothing in the collection types it",
    "secrets": "test_secrets.py, and the repr of Settings and Change",
}


def test_every_row_of_the_matrix_is_walked():
    page = Path(__file__).parents[4] / "shared" / "reference" / "cli.md"
    if not page.exists():
        pytest.skip("the reference is not beside the repository")
    section = page.read_text().partition("### 6.3 ")[2].partition("\n**Sources")[0]
    rows = [row for row in re.findall(r"^\| (.*?) \|", section, re.MULTILINE)[1:] if not row.startswith("---")]
    assert len(rows) == 27
    known = {case[0] for case in CASES} | ELSEWHERE.keys()
    unknown = [row for row in rows if not any(row.startswith(start) for start in known)]
    assert unknown == []
    assert [start for start in known if not any(row.startswith(start) for row in rows)] == []


def test_nothing_in_the_collection_types_a_reset_or_a_registration():
    operations = Path(__file__).parents[3] / "plugins" / "plugin_utils" / "device"
    files = list(operations.glob("*.py"))
    assert files
    for path in files:
        assert not re.search(r"license smart (factory reset|register\b)", path.read_text()), path


def test_what_refuses_comes_first_and_makes_the_summary():
    findings = look("onprem_pull", plans={"behind_nat": True}, ntp_synced=False, usage=usage(0))
    assert [finding.code for finding in findings] == ["nat", "aaa_local", "clock", "no_usage"]
    assert [str(finding.severity) for finding in findings] == ["refuse", "warn", "warn", "note"]
    assert summary(findings).startswith("SSM On-Prem cannot collect from a product instance behind NAT. Let the device")
    assert summary(findings[1:]) == "nothing stands against it (2 warnings, 1 note)"


def test_a_device_before_slp_is_a_finding():
    finding = of_error(UnsupportedDevice("IOS XE 17.3.1 has no Smart Licensing Using Policy", remedy="Upgrade it"), "x")
    assert finding.as_dict() == {
        "code": "x",
        "severity": "refuse",
        "reason": "IOS XE 17.3.1 has no Smart Licensing Using Policy",
        "remedy": "Upgrade it",
    }


def test_the_devices_own_day_counts_for_throttling():
    """Its clock may be a month off; a push of an hour ago by that clock is one of an hour ago."""
    away = timedelta(days=30)
    clock = at(30)
    push = at(30 - 1 / 24)
    assert push.utc == NOW + away - timedelta(hours=1)
    assert found(look("cslu_push", clock=clock, **reported(push=push)))["throttled"] == "note"


def test_what_does_not_show_is_left_alone():
    """yang.md 7.1: no AAA in the models. A collector's access that nobody can see is not refused for that."""
    facts = Facts(
        row=find("cslu_pull"),
        state=healthy(),
        current=Configuration(transport="off"),
        settings=Settings(),
        plans=Plans(),
        now=NOW,
        way="netconf",
        unseen=frozenset({"aaa_new_model", "aaa_login", "aaa_exec", "netconf"}),
    )
    assert not facts.change
    assert replace(facts, unseen=frozenset()).change.settings["netconf"] == (False, True)
