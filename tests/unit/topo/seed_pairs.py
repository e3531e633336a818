# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the seed says of high availability: asked of the product."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ansible_collections.c9800.slp.plugins.module_utils.slp.state import HaState, Transport
from ansible_collections.c9800.slp.plugins.module_utils.slp.sync import decide_sync
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import find
from ansible_collections.c9800.slp.plugins.module_utils.slp.trust import decide_trust

from .seed_questions import judged, report, state_in, summed
from .seed_rules import HA, HA_FUNCTIONS, HA_POLICY, HA_TRUST, Rule
from .states import NEVER, NOW, at, units
from .states import PAIR as UDIS

RULES = [
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
]
