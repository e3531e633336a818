# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed's rules that bind devices and servers: asked of the simulated ones, over sockets on loopback."""

from __future__ import annotations

from ansible_collections.c9800.slp.plugins.module_utils.slp.air import AirLevel
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.ways import cannot

from tests.unit.mock.dev_tools import Console, make_device
from tests.unit.mock.online_tools import CSLU_URL, shown

from .seed_push import (
    ALONE,
    EVENTS,
    PAIR,
    A,
    B,
    added_standby_reported,
    by_files,
    deadlines,
    directly,
    events,
    fresh,
    kinds,
    one_policy,
    pushed,
    ran,
    reporters,
    silent,
    throttled,
    unheard,
)
from .seed_questions import EARLY, FIRST, THROTTLED
from .seed_rules import (
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
from .seed_servers import (
    all_gates,
    center,
    center_versions,
    cslu_by_files,
    factory_directly,
    joined_pair,
    n_plus_1,
    onprem_files,
    onprem_nat,
    onprem_proxy,
    onprem_synchronisation,
    pulled,
)

TENANT = "http://onprem.example.net/cslu/v1/pi/WLAN-1"
NOBODY: dict[str, str] = {}
BOTH = {A: "CSSM", B: "CSSM"}
NO_SYNC = dict.fromkeys(EVENTS, (True, 0, 1))
WITH_SYNC = {name: (True, int("standby" in name), 1) for name in EVENTS}
FIRST_FACTORY = {**ALONE, "release": FIRST, "factory_trust": True}


def knows(line: str, *releases: str) -> list[bool]:
    return [Console(make_device(release=release)).knows(line) for release in releases]


def levels(platform: str) -> list[str]:
    return [make_device(platform=platform, release=release).agent.level for release in ("17.3.4", "17.4.1")]


RULES = [
    Rule(INSTANCE, (1,), "keeps its reports, tells of failures, by UDI", ran(unheard), (True, True, True)),
    Rule(CSLU, (2,), "reads devices too, when it is told to", ran(pulled, "netconf"), (True, {"9SIM0000001": "CSSM"})),
    Rule(CONTROLLER, (6,), "from Catalyst Center 2.2.2", ran(center_versions, "2.2.1", "2.2.2"), [True, False]),
    Rule(ONPREM, (5,), "from On-Prem 8-202102", ran(all_gates, "version", "8-202012", "8-202102"), [True, False]),
    Rule(ONPREM, (5,), "from IOS XE 17.3.3", ran(all_gates, "release", "17.3.2a", "17.3.3"), [True, False]),
    Rule(
        STAGES,
        (4,),
        "some come with a code from the factory",
        lambda: [kinds(make_device(factory_trust=factory, release=FIRST)) for factory in (True, False)],
        [{"9SIM0000001": "Factory"}, NOBODY],
    ),
    Rule(
        STAGES,
        (5, 6),
        "licences are used before anything is asked of CSSM",
        ran(fresh),
        {"transport": "cslu", "used": True, "trust": NOBODY, "interval": "30  days"},
    ),
    Rule(
        THROUGH_CSLU,
        (3,),
        "to CSLU is what a device comes with",
        lambda: [shown(make_device(**spec), "Type") for spec in ({}, {"transport": "off"})],
        ["cslu", "Transport Off"],
    ),
    Rule(
        THROUGH_CSLU,
        (12,),
        "asked for in reports from 17.7.1, brought by the ACK",
        lambda: [ran(pushed, {**ALONE, "release": release})() for release in (EARLY, FIRST)],
        [([], NOBODY), ([A], {A: "CSSM"})],
    ),
    Rule(THROUGH_CSLU, (12,), "overwrites the one from the factory", ran(pushed, FIRST_FACTORY), ([A], {A: "CSSM"})),
    Rule(THROUGH_CSLU, (13,), "for both of a pair", ran(pushed, {**PAIR, "release": FIRST}), ([A, B], BOTH)),
    Rule(
        THROUGH_CSLU,
        (13,),
        "only for those without",
        ran(pushed, {**ALONE, "release": FIRST}, trusted=True),
        ([B], BOTH),
    ),
    *(
        Rule(
            THROUGH_CSLU,
            (4, 14),
            f"not in pull by {method}, where CSLU may bring one",
            ran(pulled, method),
            (True, {"9SIM0000001": "CSSM"}),
        )
        for method in ("netconf", "restconf", "rest")
    ),
    Rule(
        THROUGH_CSLU,
        (16, 17, 18),
        "one report a day, unless told to sync",
        ran(throttled, cslu_url=CSLU_URL),
        THROTTLED,
    ),
    Rule(DIRECTLY, (4,), "CSSM takes nothing on a factory code", ran(factory_directly), (False, True)),
    Rule(DIRECTLY, (7, 8), "Smart transport goes to its URL", ran(directly, "smart"), ([], "/licservice/license")),
    Rule(
        DIRECTLY,
        (12,),
        "Call Home to its own",
        ran(directly, "callhome"),
        ([], "/its/service/oddce/services/DDCEService"),
    ),
    *(
        Rule(DIRECTLY, (25, 26, 27), f"one report a day by {transport}", ran(throttled, transport=transport), THROTTLED)
        for transport in ("smart", "callhome")
    ),
    Rule(
        DISCONNECTED,
        (3, 11),
        "files carry the report, and the ACK with the code",
        ran(cslu_by_files),
        (True, True, {"9SIM0000001": "CSSM"}),
    ),
    Rule(
        THROUGH_CONTROLLER,
        (4, 5, 6, 7, 8, 9, 10, 11),
        "inventory, site, ad hoc, schedule; one account; no codes",
        ran(center),
        {
            "another way than NETCONF": True,
            "no inventory": True,
            "no site": True,
            "schedule first": True,
            "schedule then": False,
            "another account": True,
            "SLAC": True,
            "scheduled": True,
            "trust": NOBODY,
        },
    ),
    Rule(OFFLINE, (2,), "nothing leaves by itself", lambda: ran(silent)()[1], []),
    Rule(
        OFFLINE,
        (10, 12),
        "asked for in the file from 17.7.1, for both of a pair",
        lambda: [ran(by_files, release)() for release in (EARLY, FIRST)],
        [([], set()), ([A, B], {"CSSM"})],
    ),
    Rule(OFFLINE, (11,), "overwrites the one from the factory", ran(by_files, FIRST, factory=True), ([A, B], {"CSSM"})),
    Rule(
        ONPREM_DEPLOYMENT,
        (14, 15, 16, 18),
        "account, then usage: by hand or schedule",
        ran(onprem_synchronisation),
        (True, True, True),
    ),
    Rule(ONPREM_DEPLOYMENT, (17,), "or by files, in the same order", ran(onprem_files), (True, True)),
    Rule(
        ONPREM_DEPLOYMENT,
        (33,),
        "proxy: usage from 8-202108, the account always",
        ran(onprem_proxy, "8-202102", "8-202107", "8-202108"),
        [(True, False), (True, False), (False, False)],
    ),
    Rule(ONPREM_DEPLOYMENT, (34,), "NAT: no pull, push when enabled", ran(onprem_nat), (True, True, False)),
    Rule(
        ONPREM_DEPLOYMENT,
        (39, 40, 41),
        "one report a day, unless told to sync",
        ran(throttled, cslu_url=TENANT),
        THROTTLED,
    ),
    Rule(HA, (3,), "N+1: two product instances, one account", ran(n_plus_1), (["Campus", "Campus"], 0)),
    Rule(HA_TRUST, (1,), "the active asks for both, one ACK brings both", ran(pushed, PAIR), ([A, B], BOTH)),
    Rule(HA_POLICY, (1,), "one policy, whoever is active", ran(one_policy), ("Lab Policy", "Lab Policy")),
    Rule(
        HA_FUNCTIONS, (2, 3), "codes of the standby through the active", ran(joined_pair, before=""), (["Campus"], BOTH)
    ),
    Rule(HA_FUNCTIONS, (4,), "the active reports, for both", ran(reporters), ([A], [A, B])),
    Rule(HA_FUNCTIONS, (5,), "the report names who joined", ran(added_standby_reported), True),
    Rule(
        HA_FUNCTIONS,
        (5, 6, 7, 8, 10),
        "CSLU: each event moves the date and is reported, no more",
        ran(events, "cslu"),
        NO_SYNC,
    ),
    Rule(HA_FUNCTIONS, (8,), "transport off: the date moves, nothing is sent", ran(silent), (True, [])),
    Rule(HA_FUNCTIONS, (9, 11, 15), "direct: trust synchronisation, then the report", ran(events, "smart"), WITH_SYNC),
    Rule(HA_FUNCTIONS, (12, 14), "its code is installed", lambda: ran(joined_pair, before="")()[1], BOTH),
    Rule(
        HA_FUNCTIONS,
        (13,),
        "it moves to the account of the active",
        ran(joined_pair, before="DEFAULT"),
        (["Campus"], BOTH),
    ),
    Rule(HA_FUNCTIONS, (17,), "a secondary is none of the primary's business", lambda: ran(n_plus_1)()[1], 0),
    Rule(
        "cli.md 0.1",
        (4,),
        "EWC-AP: network levels from 17.4.1; controllers stay",
        lambda: [levels(platform) for platform in ("EWC-AP", "C9800-CL")],
        [["essentials", "network-essentials"], ["advantage", "advantage"]],
    ),
    Rule(
        "cli.md 0.1",
        (4,),
        "models know SLP from 17.4.1",
        lambda: [bool(cannot("trust", "netconf", Release.parse(release))) for release in ("17.3.4", "17.4.1")],
        [True, False],
    ),
    Rule(
        "cli.md 0.1",
        (7,),
        "report ids from 17.9.1",
        lambda: knows("show license rum id all", "17.8.1", "17.9.1"),
        [False, True],
    ),
    Rule(
        "cli.md 0.1",
        (11,),
        "unified levels from 17.17.1",
        lambda: [bool(AirLevel("advantage").refusal(Release.parse(release))) for release in ("17.16.1", "17.17.1")],
        [True, False],
    ),
    Rule(
        "cli.md 3.1",
        (),
        "deadline: first use + first report, ACK + frequency, change + its days",
        ran(deadlines),
        [90, 45, 30],
    ),
]
