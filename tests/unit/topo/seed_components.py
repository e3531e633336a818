# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the seed says of who takes part, and of the stages of a licence: asked of the product."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES, Initiator, find

from .seed_questions import OF_CSLU, OF_ONPREM, by_release, by_version, judged, refusals, rows_where
from .seed_rules import COMPONENTS, CONNECTING, CONTROLLER, CSLU, INSTANCE, ONPREM, STAGES, Rule
from .states import NEVER, acked, units

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
]
