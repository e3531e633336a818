# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cli.md 0.1 and 5.0 say of releases and topologies: asked of the product."""

from __future__ import annotations

from datetime import timedelta

from ansible_collections.c9800.slp.plugins.module_utils.slp import ways
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import HaState
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES, TrustRule, find

from .seed_questions import (
    DIRECT,
    EARLY,
    FIRST,
    OF_ONPREM,
    PUSHED_TO_CSLU,
    THROTTLE_GATES,
    THROTTLED,
    by_release,
    judged,
    order_of_configuration,
    refusals,
    report,
    rows_where,
    trust,
    trust_findings,
)
from .seed_rules import Rule
from .states import NEVER, acked, default_policy, units

RULES = [
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
        lambda: [not ways.cannot("reports", "cli", Release.parse(release)) for release in ("17.8.1", "17.9.1")],
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
