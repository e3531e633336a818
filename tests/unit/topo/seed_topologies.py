# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the seed says of each topology without SSM On-Prem: asked of the product."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.c9800.slp.plugins.module_utils.slp.state import Transport
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import (
    SMART_URL,
    Initiator,
    Proxy,
    TrustRule,
    advise,
    find,
)

from .seed_questions import (
    DIRECT,
    EARLY,
    FIRST,
    OF_CSLU,
    PUSHED_TO_CSLU,
    THROTTLED,
    factory_unit,
    judged,
    refusals,
    report,
    rows_where,
    said_throttled,
    trust,
    trust_findings,
)
from .seed_rules import DIRECTLY, DISCONNECTED, OFFLINE, THROUGH_CONTROLLER, THROUGH_CSLU, Rule
from .states import NEVER, acked, units

RULES = [
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
]
