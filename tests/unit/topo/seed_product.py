# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed's rules that bind the product: asked of the table, the gates, the decisions and the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.audit import audit
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import Configuration
from ansible_collections.c9800.slp.plugins.module_utils.slp.desired import Settings, plan, wanted
from ansible_collections.c9800.slp.plugins.module_utils.slp.preflight import Facts, Plans, preflight
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import (
    HaState,
    Reporting,
    RumCounters,
    Transport,
    Trust,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.sync import decide_sync
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import (
    SMART_URL,
    TOPOLOGIES,
    Initiator,
    Proxy,
    Topology,
    TrustRule,
    advise,
    find,
    gate,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.trust import decide_trust

from .seed_rules import (
    COMPONENTS,
    CONNECTING,
    CONTROLLER,
    CSLU,
    DIRECTLY,
    DISCONNECTED,
    HA,
    HA_FUNCTIONS,
    HA_POLICY,
    HA_TRUST,
    INSTANCE,
    OFFLINE,
    ONPREM,
    ONPREM_DEPLOYMENT,
    STAGES,
    THROUGH_CONTROLLER,
    THROUGH_CSLU,
    Rule,
)
from .states import NOW, acked, at, default_policy, healthy, units
from .states import PAIR as UDIS
from .test_audit import RIGHT_TRANSPORT

DIRECT = {name for name in TOPOLOGIES if name.startswith("direct")}
OF_CSLU = {name for name in TOPOLOGIES if name.startswith("cslu")}
OF_ONPREM = {name for name in TOPOLOGIES if name.startswith("onprem")}
PUSHED_TO_CSLU = {"cslu_push", "cslu_offline_push"}
EARLY, FIRST = "17.6.5", "17.7.1"
THROTTLE_GATES = ("17.6.3", "17.6.4", "17.6.8", "17.7.1", "17.8.1", "17.9.1", "17.12.4")
THROTTLED = ["17.6.4", "17.6.8", "17.9.1", "17.12.4"]
NEVER = Reporting(ack_deadline=at(80), push_interval_days=30)


def rows_where(condition: Callable[[Topology], Any]) -> set[str]:
    return {row.id for row in TOPOLOGIES.values() if condition(row)}


def state_in(topology: str, release: str = "17.12.4", **changes: Any):
    """A healthy controller of this topology."""
    return healthy(**{"transport": RIGHT_TRANSPORT[topology], "release": Release.parse(release), **changes})


def factory_unit():
    return tuple(replace(unit, trust=Trust(state="installed", kind="Factory")) for unit in units(True))


def refusals(topology: str, release: str | None = None, **wish: Any) -> list[str]:
    return [objection.code for objection in gate(topology, release and Release.parse(release), **wish)]


def by_release(topology: str, *releases: str, **wish: Any) -> list[list[str]]:
    return [refusals(topology, release, **wish) for release in releases]


def by_version(topology: str, *versions: str, **wish: Any) -> list[list[str]]:
    return [refusals(topology, collector_version=version, **wish) for version in versions]


def trust(topology: str, *, token: bool = True, replace_factory: bool = False, **changes: Any) -> str:
    state = state_in(topology, **changes)
    return str(decide_trust(find(topology), state, now=NOW, token=token, replace_factory=replace_factory).verdict)


def report(topology: str, **changes: Any) -> str:
    state = state_in(topology, **{"reporting": NEVER, **changes})
    return str(decide_sync(find(topology), state, now=NOW, max_age=timedelta(days=1)).verdict)


def judged(topology: str, **changes: Any):
    return audit(state_in(topology, **changes), topology=topology, now=NOW)


def trust_findings(topology: str, release: str, *codes: bool) -> list[str]:
    found = judged(topology, release=release, units=units(*codes), reporting=NEVER).findings
    return [finding.code for finding in found if finding.code.startswith("trust")]


def said_throttled(topology: str) -> list[str]:
    """Releases on which audit, preflight and sync say that a second report of the day waits, unless told to sync."""
    found = []
    for release in THROTTLE_GATES:
        reporting = replace(acked(), last_push=at(-0.5))
        state = state_in(topology, release, reporting=reporting, rum=RumCounters(available=1))
        row = find(topology)
        facts = Facts(
            row=row, state=state, current=Configuration(), settings=Settings(), plans=Plans(token=False), now=NOW
        )
        noted = next((one for one in preflight(facts) if one.code == "throttled"), None)
        heard = next(
            (one for one in audit(state, topology=topology, now=NOW).findings if one.code == "throttled"), None
        )
        decision = decide_sync(row, state, now=NOW, max_age=timedelta(hours=1))
        told = any("overrides" in note for note in decision.notes)
        assert bool(noted) == bool(heard) == told == (row.throttled and release in THROTTLED), (topology, release)
        if noted and heard:
            assert "license smart sync" in noted.remedy
            assert "license smart sync" in heard.text
            assert decision.verdict == "do"
            found.append(release)
    return found


def order_of_configuration() -> list[str]:
    settings = Settings(proxy_address="proxy.example.com", proxy_port=3128, vrf="MGMT", source_interface="Vlan9")
    here = Configuration(transport="off")
    lines = plan(wanted(find("direct_smart_proxy"), settings, here), here).lines
    words = ("transport", "url", "proxy address", "proxy port", "vrf", "source-interface")
    return [word for line in lines for word in words if word in line]


def summed(topology: str, codes: tuple[bool, ...]) -> tuple[int | None, int | None]:
    found = judged(topology, units=units(*codes, udis=UDIS))
    return found.trust_installed, found.trust_total


RULES = [
    Rule(
        COMPONENTS,
        (3, 4),
        "device and CSSM take part always",
        lambda: all(row.report_out and row.ack_in and row.cssm_reached_by for row in TOPOLOGIES.values()),
        True,
    ),
    Rule(
        INSTANCE,
        (1,),
        "known by its UDI; tells what is overdue",
        lambda: (judged("offline").udi, str(judged("offline", reporting=acked(100)).verdict)),
        ("PID:C9800-CL-K9,SN:9SIM0000001", "overdue"),
    ),
    Rule(
        CSLU,
        (2,),
        "started by either side",
        lambda: {find(name).initiator for name in OF_CSLU},
        {Initiator.PRODUCT_INSTANCE, Initiator.COLLECTOR},
    ),
    Rule(
        CSLU,
        (3, 5),
        "online or by files; alone or inside a controller",
        lambda: (
            rows_where(lambda row: row.collector.name == "CSLU" and row.cssm_by_file),
            rows_where(lambda row: row.collector.name == "CSLU" and not row.cssm_by_file),
            rows_where(lambda row: row.collector.name == "Catalyst Center"),
        ),
        ({"cslu_offline_push", "cslu_offline_pull"}, {"cslu_push", "cslu_pull"}, {"catalyst_center"}),
    ),
    Rule(
        CONTROLLER,
        (2,),
        "Catalyst Center is the one for wireless",
        lambda: {row.collector.name for row in TOPOLOGIES.values() if "Controller" in row.title},
        {"Catalyst Center"},
    ),
    Rule(
        CONTROLLER,
        (6,),
        "from Catalyst Center 2.2.2",
        lambda: by_version("catalyst_center", "2.1.2", "2.2.1", "2.2.2"),
        [["collector_version"], ["collector_version"], []],
    ),
    Rule(
        CONTROLLER,
        (6,),
        "from IOS XE 17.3.2a",
        lambda: by_release("catalyst_center", "17.3.1", "17.3.2", "17.3.2a"),
        [["before_slp"], ["before_slp"], []],
    ),
    Rule(
        CONTROLLER,
        (6,),
        "controllers only",
        lambda: (refusals("catalyst_center", is_controller=False), refusals("catalyst_center", is_controller=True)),
        (["platform"], []),
    ),
    Rule(
        CONTROLLER,
        (7, 8),
        "and all later ones",
        lambda: (by_version("catalyst_center", "2.3.7.4", "3.1"), by_release("catalyst_center", "17.18.1")),
        ([[], []], [[]]),
    ),
    Rule(
        ONPREM,
        (1, 2),
        "a server of the house, which talks to CSSM",
        lambda: {find(name).cssm_reached_by for name in OF_ONPREM},
        {"SSM On-Prem", "files out of SSM On-Prem"},
    ),
    Rule(
        ONPREM,
        (5,),
        "from On-Prem 8-202102",
        lambda: {name: by_version(name, "8-202012", "8-202102", "Version 8, Release 202102") for name in OF_ONPREM},
        {name: [["collector_version"], [], []] for name in OF_ONPREM},
    ),
    Rule(
        ONPREM,
        (5,),
        "from IOS XE 17.3.3",
        lambda: {name: by_release(name, "17.3.2a", "17.3.3") for name in OF_ONPREM},
        {name: [["release"], []] for name in OF_ONPREM},
    ),
    Rule(ONPREM, (5,), "controllers only", lambda: refusals("onprem_pull", is_controller=False), ["platform"]),
    Rule(
        ONPREM,
        (6, 7),
        "and all later ones",
        lambda: (by_version("onprem_push", "9-202406"), by_release("onprem_push", "17.15.3")),
        ([[]], [[]]),
    ),
    Rule(
        STAGES,
        (3,),
        "in the right account",
        lambda: (judged("offline").smart_account, judged("offline").virtual_account),
        ("example.com", "WLAN"),
    ),
    Rule(
        STAGES,
        (5, 6),
        "used before anything is reported; the report comes later",
        lambda: (
            str(judged("cslu_push", reporting=NEVER, units=units(False)).verdict),
            [
                one.code
                for one in judged(
                    "cslu_push", units=tuple(replace(unit, authorization="NOT INSTALLED") for unit in units(True))
                ).findings
            ],
        ),
        ("never_reported", []),
    ),
    Rule(STAGES, (7, 8), "a way for each policy of a house", lambda: len(TOPOLOGIES), 13),
    Rule(
        CONNECTING,
        (1,),
        "several ways, by reach and by who may start",
        lambda: {row.initiator for row in TOPOLOGIES.values()},
        set(Initiator),
    ),
    Rule(
        THROUGH_CSLU,
        (2, 7),
        "CSLU alone reaches CSSM; push or pull as the house allows",
        lambda: (
            {find(name).cssm_reached_by for name in ("cslu_push", "cslu_pull")},
            refusals("cslu_push"),
            refusals("cslu_pull"),
        ),
        ({"CSLU"}, [], []),
    ),
    Rule(
        THROUGH_CSLU,
        (3,),
        "the device starts, at a REST endpoint, every so often",
        lambda: (
            find("cslu_push").initiator,
            find("cslu_push").desired.url.template,
            report("cslu_push"),
            [one.code for one in judged("cslu_push", reporting=replace(acked(), push_interval_days=0)).findings],
        ),
        (Initiator.PRODUCT_INSTANCE, "http://{host}:8182/cslu/v1/pi", "do", ["interval_0"]),
    ),
    Rule(
        THROUGH_CSLU,
        (4,),
        "CSLU starts, by NETCONF, RESTCONF or REST",
        lambda: (find("cslu_pull").initiator, find("cslu_pull").desired.access, report("cslu_pull")),
        (Initiator.COLLECTOR, ("netconf", "restconf", "rest"), "not_needed"),
    ),
    Rule(
        THROUGH_CSLU,
        (12,),
        "no code before the first ACK: from 17.7.1 on it is under way",
        lambda: [trust_findings("cslu_push", release, False) for release in (EARLY, FIRST)],
        [[], ["trust_pending"]],
    ),
    Rule(
        THROUGH_CSLU,
        (12,),
        "nobody asks for a token",
        lambda: [trust("cslu_push", release=release, units=units(False)) for release in (EARLY, FIRST)],
        ["not_needed"] * 2,
    ),
    Rule(
        THROUGH_CSLU,
        (12,),
        "a factory code does no harm: the ACK overwrites it",
        lambda: (trust("cslu_push", units=factory_unit()), judged("cslu_push", units=factory_unit()).findings),
        ("already", ()),
    ),
    Rule(
        THROUGH_CSLU,
        (13,),
        "a pair: those without a code",
        lambda: [trust_findings("cslu_push", FIRST, *codes) for codes in ((True, False), (True, True))],
        [["trust_pending"], []],
    ),
    Rule(
        THROUGH_CSLU,
        (14,),
        "not in pull",
        lambda: (find("cslu_push").trust.rule, find("cslu_pull").trust.rule, trust_findings("cslu_pull", FIRST, False)),
        (TrustRule.ACK, TrustRule.COLLECTOR, []),
    ),
    Rule(
        THROUGH_CSLU,
        (16, 17, 18),
        "one report a day, unless told to sync",
        lambda: (said_throttled("cslu_push"), said_throttled("cslu_pull")),
        (THROTTLED, []),
    ),
    Rule(
        DIRECTLY,
        (3,),
        "trust by token of the account, before anything is exchanged",
        lambda: {
            name: (
                trust(name, units=units(False)),
                trust(name, units=units(False), token=False),
                report(name, units=units(False)),
                report(name),
            )
            for name in DIRECT
        },
        dict.fromkeys(DIRECT, ("do", "refuse", "refuse", "do")),
    ),
    Rule(
        DIRECTLY,
        (4,),
        "a factory code is of no use: overwrite it by a token",
        lambda: {
            name: (
                trust(name, units=factory_unit()),
                trust(name, units=factory_unit(), replace_factory=True),
                report(name, units=factory_unit()),
                [one.code for one in judged(name, units=factory_unit()).findings if one.severity == "error"],
            )
            for name in DIRECT
        },
        {name: ("refuse", "do", "refuse", ["trust_factory"]) for name in DIRECT},
    ),
    Rule(
        DIRECTLY,
        (5, 6, 10),
        "two transports, nothing but these",
        lambda: {name: find(name).desired.transports for name in DIRECT},
        {
            "direct_smart": ("smart",),
            "direct_smart_proxy": ("smart",),
            "direct_callhome": ("callhome",),
            "direct_callhome_proxy": ("callhome",),
        },
    ),
    Rule(
        DIRECTLY,
        (7,),
        "JSON inside HTTPS",
        lambda: find("direct_smart").report_out,
        "the device pushes it to CSSM inside HTTPS",
    ),
    Rule(
        DIRECTLY,
        (8,),
        "its URL to the letter",
        lambda: [
            refusals("direct_smart", url=url)
            for url in (SMART_URL, f"{SMART_URL}/x", SMART_URL.replace("https", "http"))
        ],
        [[], ["url"], ["url"]],
    ),
    Rule(
        DIRECTLY,
        (9,),
        "through an HTTPS proxy",
        lambda: (
            rows_where(lambda row: row.desired.proxy_required),
            refusals("direct_smart_proxy", proxy=Proxy.SMART),
            refusals("direct_smart", proxy=Proxy.SMART),
        ),
        ({"direct_smart_proxy"}, [], ["proxy"]),
    ),
    Rule(
        DIRECTLY,
        (12,),
        "Call Home over the internet",
        lambda: (find("direct_callhome").desired.call_home, find("direct_callhome").desired.gateway),
        (True, False),
    ),
    Rule(
        DIRECTLY,
        (13,),
        "Call Home through a proxy or a Transport Gateway",
        lambda: (
            refusals("direct_callhome_proxy", proxy=Proxy.CALL_HOME),
            refusals("direct_callhome", proxy=Proxy.CALL_HOME),
            refusals("direct_callhome_proxy", proxy=Proxy.SMART),
            find("direct_callhome_proxy").desired.gateway,
        ),
        ([], ["proxy"], ["proxy"], True),
    ),
    Rule(
        DIRECTLY,
        (16, 17, 18, 19, 20),
        "Smart transport is the one recommended",
        lambda: {name: [one.code for one in judged(name).findings] for name in DIRECT},
        {
            "direct_smart": [],
            "direct_smart_proxy": [],
            "direct_callhome": ["recommended"],
            "direct_callhome_proxy": ["recommended"],
        },
    ),
    Rule(
        DIRECTLY,
        (25, 26, 27),
        "one report a day, unless told to sync",
        lambda: {name: said_throttled(name) for name in DIRECT},
        dict.fromkeys(DIRECT, THROTTLED),
    ),
    Rule(
        DISCONNECTED,
        (2, 6),
        "push or pull as the house allows",
        lambda: {name: find(name).initiator for name in OF_CSLU if find(name).cssm_by_file},
        {"cslu_offline_push": Initiator.PRODUCT_INSTANCE, "cslu_offline_pull": Initiator.COLLECTOR},
    ),
    Rule(
        DISCONNECTED,
        (3,),
        "files between CSLU and CSSM",
        lambda: {find(name).cssm_reached_by for name in ("cslu_offline_push", "cslu_offline_pull")},
        {"files out of CSLU"},
    ),
    Rule(
        DISCONNECTED,
        (11,),
        "the report asks, the ACK in the file brings it, from 17.7.1",
        lambda: [trust_findings("cslu_offline_push", release, False) for release in (EARLY, FIRST)],
        [[], ["trust_pending"]],
    ),
    Rule(
        DISCONNECTED,
        (12,),
        "a pair: those without a code",
        lambda: trust_findings("cslu_offline_push", FIRST, True, False),
        ["trust_pending"],
    ),
    Rule(
        DISCONNECTED,
        (13,),
        "not in pull",
        lambda: (
            rows_where(lambda row: row.trust.rule is TrustRule.ACK),
            trust_findings("cslu_offline_pull", FIRST, False),
        ),
        ({*PUSHED_TO_CSLU, "offline"}, []),
    ),
    Rule(
        DISCONNECTED,
        (15, 16, 17),
        "one report a day, unless told to sync",
        lambda: (said_throttled("cslu_offline_push"), said_throttled("cslu_offline_pull")),
        (THROTTLED, []),
    ),
    Rule(
        THROUGH_CONTROLLER,
        (1, 3),
        "the controller starts and delivers; the device keeps",
        lambda: (
            find("catalyst_center").initiator,
            find("catalyst_center").push_moves,
            report("catalyst_center"),
            find("catalyst_center").cssm_reached_by,
        ),
        (Initiator.COLLECTOR, False, "not_needed", "Catalyst Center"),
    ),
    Rule(
        THROUGH_CONTROLLER,
        (4,),
        "NETCONF, in the inventory, at a site",
        lambda: (
            find("catalyst_center").desired.access,
            [word in "; ".join(find("catalyst_center").prerequisites) for word in ("NETCONF", "inventory", "site")],
        ),
        (("netconf",), [True] * 3),
    ),
    Rule(
        THROUGH_CONTROLLER,
        (6, 8),
        "the first report by hand",
        lambda: judged("catalyst_center", reporting=NEVER).next_step,
        "Trigger an ad hoc report in Catalyst Center (License Manager, Reporting); the first one is by hand",
    ),
    Rule(
        THROUGH_CONTROLLER,
        (11,),
        "no trust code is needed",
        lambda: (
            trust("catalyst_center", units=units(False), token=False),
            trust_findings("catalyst_center", EARLY, False),
            trust_findings("catalyst_center", FIRST, False),
            str(judged("catalyst_center", units=units(False)).verdict),
        ),
        ("not_needed", [], [], "ok"),
    ),
    Rule(
        THROUGH_CONTROLLER,
        (14,),
        "the one to take where it is",
        lambda: (find("catalyst_center").recommended, [one.code for one in advise("catalyst_center", None)]),
        ("", []),
    ),
    Rule(
        OFFLINE,
        (2, 5),
        "files only, nothing leaves over a network",
        lambda: (
            find("offline").initiator,
            find("offline").desired.transports,
            report("offline"),
            [one.code for one in judged("offline", transport=Transport(type="smart", url=SMART_URL)).findings],
        ),
        (Initiator.FILES, ("off",), "not_needed", ["transport"]),
    ),
    Rule(
        OFFLINE,
        (10, 11),
        "asked for in the saved report, brought by the ACK, from 17.7.1",
        lambda: [trust_findings("offline", release, False) for release in (EARLY, FIRST)],
        [[], ["trust_pending"]],
    ),
    Rule(
        OFFLINE,
        (12,),
        "a pair: those without a code",
        lambda: trust_findings("offline", FIRST, True, False),
        ["trust_pending"],
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (2, 3, 18),
        "an extension of CSSM; its account first, then its usage",
        lambda: {name: any("local account" in need for need in find(name).prerequisites) for name in OF_ONPREM},
        dict.fromkeys(OF_ONPREM, True),
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (4, 5),
        "push to a REST endpoint with the tenant",
        lambda: [
            refusals("onprem_push", url=url)
            for url in (
                "https://o.example.com/cslu/v1/pi/T1",
                "https://o.example.com/cslu/v1/pi",
                "https://o.example.com/SmartTransport",
            )
        ],
        [[], ["url"], ["url"]],
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (7, 8),
        "on command, or by an interval",
        lambda: (report("onprem_push"), [refusals("onprem_push", interval=days) for days in (1, 3650, 3651)]),
        ("do", [[], [], ["interval"]]),
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (9, 11, 12),
        "or it reads the device, by NETCONF, RESTCONF or REST",
        lambda: (find("onprem_pull").initiator, find("onprem_pull").desired.access, report("onprem_pull")),
        (Initiator.COLLECTOR, ("netconf", "restconf", "rest"), "not_needed"),
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (13,),
        "an interval beyond the policy has no effect",
        lambda: [
            [one.code for one in judged("onprem_push", reporting=replace(acked(), push_interval_days=days)).findings]
            for days in (90, 91)
        ],
        [[], ["interval_long"]],
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (14, 15, 16),
        "usage is synchronised with CSSM afterwards",
        lambda: ["Synchronize now with Cisco" in find(name).steps.fetch_ack for name in ("onprem_push", "onprem_pull")],
        [True] * 2,
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (17, 24, 31),
        "or by files, where nothing is online",
        lambda: rows_where(lambda row: row.collector.name == "SSM On-Prem" and row.cssm_by_file),
        {"onprem_offline"},
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (22, 23),
        "devices never reach CSSM themselves",
        lambda: {find(name).push_reaches_cssm for name in OF_ONPREM},
        {False},
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (26,),
        "each tenant is an account of its own",
        lambda: find("onprem_push").desired.url.template,
        "https://{host}/cslu/v1/pi/{tenant}",
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (33,),
        "usage through a proxy from 8-202108",
        lambda: [
            by_version(name, "8-202102", "8-202107", "8-202108", collector_proxy=True)
            for name in ("onprem_push", "onprem_pull")
        ],
        [[["collector_proxy"], ["collector_proxy"], []]] * 2,
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (33,),
        "nothing of a proxy where usage goes by file",
        lambda: by_version("onprem_offline", "8-202102", collector_proxy=True),
        [[]],
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (34,),
        "behind NAT push only",
        lambda: rows_where(lambda row: gate(row, None, behind_nat=True)),
        {"onprem_pull"},
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (34,),
        "which has to be enabled in the server",
        lambda: any("NAT support enabled" in need for need in find("onprem_push").prerequisites),
        True,
    ),
    Rule(
        ONPREM_DEPLOYMENT,
        (39, 40, 41),
        "one report a day, unless told to sync",
        lambda: (said_throttled("onprem_push"), said_throttled("onprem_pull")),
        (THROTTLED, []),
    ),
    Rule(
        HA,
        (2,),
        "a pair is one product instance",
        lambda: len(judged("offline", units=units(True, True), udi=UDIS[0]).udis),
        2,
    ),
    Rule(
        HA,
        (3,),
        "N+1: each controller is one of its own",
        lambda: [judged("offline", udi=udi, units=units(True)).udi for udi in UDIS],
        [str(udi) for udi in UDIS],
    ),
    Rule(
        HA_TRUST,
        (1,),
        "a code for each UDI",
        lambda: [summed("direct_smart", codes) for codes in ((True, True), (True, False))],
        [(2, 2), (1, 2)],
    ),
    Rule(
        HA_TRUST,
        (1,),
        "the active asks for all",
        lambda: (
            decide_trust(
                find("direct_smart"), state_in("direct_smart", units=units(False, False)), now=NOW, token=True
            ).everywhere
        ),
        True,
    ),
    Rule(
        HA_POLICY,
        (1,),
        "one policy, that of the active",
        lambda: [judged("offline", units=units(*codes)).days_to_deadline for codes in ((True,), (True, True))],
        [80, 80],
    ),
    Rule(
        HA_FUNCTIONS,
        (2, 3),
        "the active acts for both",
        lambda: (
            decide_sync(
                find("cslu_push"),
                state_in("cslu_push", units=units(True, True), reporting=NEVER),
                now=NOW,
                max_age=timedelta(days=1),
            ).everywhere,
            "all" in judged("cslu_push", units=units(True, True), reporting=NEVER).next_step,
        ),
        (True, True),
    ),
    Rule(
        HA_FUNCTIONS,
        (4,),
        "the standby is not asked",
        lambda: [
            report("cslu_push", units=units(True, True), ha=HaState(my_state=mine, peer_state=peer))
            for mine, peer in (("ACTIVE", "STANDBY HOT"), ("STANDBY HOT", "ACTIVE"))
        ],
        ["do", "refuse"],
    ),
    Rule(
        HA_FUNCTIONS,
        (8,),
        "the date of the next push says nothing with transport off",
        lambda: [
            str(judged(name, transport=Transport(type="off"), reporting=replace(NEVER, next_push=at(0.1))).verdict)
            for name in ("offline", "catalyst_center", "onprem_pull")
        ],
        ["never_reported"] * 3,
    ),
    Rule(
        "cli.md 0.1",
        (2,),
        "SLP starts with 17.3.2a",
        lambda: {name: by_release(name, "17.3.1", "17.3.2a") for name in TOPOLOGIES if name not in OF_ONPREM},
        {name: [["before_slp"], []] for name in TOPOLOGIES if name not in OF_ONPREM},
    ),
    Rule(
        "cli.md 0.1",
        (3,),
        "On-Prem from 17.3.3",
        lambda: by_release("onprem_pull", "17.3.2a", "17.3.3"),
        [["release"], []],
    ),
    Rule(
        "cli.md 0.1",
        (5, 7, 12),
        "throttled: 17.6.4 and later of 17.6, then from 17.9.1",
        lambda: [release for release in THROTTLE_GATES if Release.parse(release).throttled],
        THROTTLED,
    ),
    Rule(
        "cli.md 0.1",
        (6,),
        "codes in ACKs from 17.7.1",
        lambda: [Release.parse(release).ack_trust for release in ("17.6.8", "17.7.1")],
        [False, True],
    ),
    Rule(
        "cli.md 0.1",
        (7,),
        "report ids from 17.9.1",
        lambda: [Release.parse(release).rum_id_commands for release in ("17.8.1", "17.9.1")],
        [False, True],
    ),
    Rule(
        "cli.md 0.1",
        (8,),
        "VRF from 17.7.1 with smart and cslu",
        lambda: (
            by_release("direct_smart", "17.6.5", "17.7.1", vrf="MGMT"),
            by_release("direct_callhome", "17.12.4", vrf="MGMT"),
        ),
        ([["vrf"], []], [["vrf"]]),
    ),
    Rule(
        "cli.md 5.0",
        (1,),
        "transport, URL, then what else the way takes",
        order_of_configuration,
        ["transport", "url", "proxy address", "proxy port", "vrf", "source-interface"],
    ),
    Rule(
        "cli.md 5.0",
        (2, 3),
        "direct: a token always, on every release",
        lambda: {
            name: [trust(name, release=release, units=units(False), token=False) for release in (EARLY, FIRST)]
            for name in DIRECT
        },
        {name: ["refuse", "refuse"] for name in DIRECT},
    ),
    Rule(
        "cli.md 5.0",
        (4,),
        "in the ACK: push to CSLU, and offline",
        lambda: rows_where(lambda row: row.trust.rule is TrustRule.ACK),
        {*PUSHED_TO_CSLU, "offline"},
    ),
    Rule(
        "cli.md 5.0",
        (5,),
        "pull: the collector may, nothing by itself",
        lambda: {
            name: trust_findings(name, FIRST, False) for name in ("cslu_pull", "cslu_offline_pull", "onprem_pull")
        },
        {name: [] for name in ("cslu_pull", "cslu_offline_pull", "onprem_pull")},
    ),
    Rule(
        "cli.md 5.0",
        (6,),
        "not needed under Catalyst Center",
        lambda: trust("catalyst_center", units=units(False)),
        "not_needed",
    ),
    Rule(
        "cli.md 5.0",
        (7,),
        "one code for each UDI",
        lambda: [trust("direct_smart", units=units(*codes)) for codes in ((True, True), (False, False))],
        ["already", "do"],
    ),
    Rule(
        "cli.md 5.0",
        (8,),
        "`all` for a pair",
        lambda: [
            f" {scope}`" in judged("onprem_push", units=units(*codes), reporting=NEVER).next_step
            for scope, codes in (("all", (True, True)), ("local", (True,)))
        ],
        [True, True],
    ),
    Rule(
        "cli.md 5.0",
        (9,),
        "throttled where the device starts",
        lambda: rows_where(lambda row: row.throttled),
        {*DIRECT, *PUSHED_TO_CSLU, "onprem_push", "onprem_offline"},
    ),
    Rule(
        "cli.md 5.0",
        (10,),
        "NAT: no On-Prem pull",
        lambda: (refusals("onprem_pull", behind_nat=True), refusals("onprem_push", behind_nat=True)),
        (["nat"], []),
    ),
    Rule(
        "cli.md 5.0",
        (11,),
        "reporting is the only obligation",
        lambda: [
            due.first or due.ongoing
            for due in judged("offline", policy=default_policy()).policy_classes
            if due.name in ("enforced", "export")
        ],
        [0, 0],
    ),
    Rule(
        "cli.md 5.0",
        (12,),
        "done: ACK, deadline ahead, a code for each UDI where needed",
        lambda: [
            str(judged("direct_smart", units=units(*codes), reporting=reporting).verdict)
            for codes, reporting in (
                ((True, True), acked()),
                ((True, False), acked()),
                ((True, True), acked(100)),
                ((True, True), NEVER),
            )
        ],
        ["ok", "action", "overdue", "never_reported"],
    ),
    Rule(
        "cli.md 5.0",
        (13,),
        "not while the pair is in transition",
        lambda: [
            report("cslu_push", units=units(True, True), ha=HaState(my_state="ACTIVE", peer_state=peer))
            for peer in ("STANDBY HOT", "STANDBY COLD")
        ],
        ["do", "refuse"],
    ),
    Rule(
        "cli.md 5.0",
        (14,),
        "ten minutes for an online ACK, longer where somebody carries files",
        lambda: ({find(name).ack_wait for name in DIRECT}, find("cslu_push").ack_wait, find("offline").ack_wait),
        ({timedelta(minutes=10)}, timedelta(days=1), timedelta(days=7)),
    ),
]
