# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the seed says of the topologies with SSM On-Prem: asked of the product."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import Initiator, find, gate

from .seed_questions import OF_ONPREM, THROTTLED, by_version, judged, refusals, report, rows_where, said_throttled
from .seed_rules import ONPREM_DEPLOYMENT, Rule
from .states import acked

RULES = [
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
]
