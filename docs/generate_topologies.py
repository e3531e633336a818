# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes ``topologies.md`` from the table in the code. Run it by hand after a change of the table:

PYTHONPATH=.tree .venv/bin/python docs/generate_topologies.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import (
    SLP_BEGINS,
    TOPOLOGIES,
    Initiator,
    Proxy,
    Topology,
    TrustRule,
)

PAGE = Path(__file__).with_name("topologies.md")

_HEAD = f"""\
<!-- Written by generate_topologies.py from plugins/module_utils/slp/_topology_table.py. Do not edit. -->
# Topologies

A topology is the way by which reports reach CSSM and ACKs come back. There are thirteen.
Set `slp_topology` for each host, or for a group, to one of the ids below. The roles take `offline` if it is not set.

`audit` judges a product instance by the rules of its topology, so a wrong id gives wrong alarms: to have no trust code
is healthy in one topology and an error in another. This release audits all of them.

Every topology needs IOS XE {SLP_BEGINS} or later. The column "release" names what is needed beyond that.
"Gates" says what does not go together with a topology. `audit` tells those that show on the device: its release, its
URL, a `license smart proxy`. This release configures none of them.
In commands `local|all` means: `local` for one unit, `all` for a high availability pair.

| id | name | who starts | other side | release | what this release does |
| --- | --- | --- | --- | --- | --- |
"""

_TRUST = {
    TrustRule.TOKEN: "an ID token of CSSM, for each UDI; a factory-installed code does not serve",
    TrustRule.ACK: "from 17.7.1 the report asks for it and the ACK brings it; earlier releases work without one",
    TrustRule.COLLECTOR: "not needed; the collector may install one",
    TrustRule.NOT_NEEDED: "not needed",
}
_STARTS = {
    Initiator.PRODUCT_INSTANCE: "device",
    Initiator.COLLECTOR: "collector",
    Initiator.FILES: "files",
}


def page() -> str:
    """The whole page."""
    rows = list(TOPOLOGIES.values())
    overview = "".join(_overview(row) for row in rows)
    return _HEAD + overview + "".join("\n" + "\n".join(_section(row)) + "\n" for row in rows)


def _overview(row: Topology) -> str:
    release = str(row.min_release) if row.min_release > SLP_BEGINS else ""
    cells = (f"[`{row.id}`](#{row.id})", row.title, _STARTS[row.initiator], _other_side(row), release, _does(row))
    return f"| {' | '.join(cells)} |\n"


def _other_side(row: Topology) -> str:
    return "CSSM" if row.collector.name == "none" else row.collector.name


def _does(row: Topology) -> str:
    """Where the next step of a row is a playbook of ours, we are the collector, or may take its place."""
    if row.initiator is Initiator.FILES:
        return "audit, collect, submit, install"
    if "airgap_collect" in row.steps.report:
        return f"audit; collect, submit, install in place of {row.collector.name}"
    return "audit"


def _section(row: Topology) -> Iterator[str]:
    yield f"## {row.id}\n\n{row.title}.\n"
    yield "| | |\n| --- | --- |"
    for label, text in (
        ("transport", _transport(row)),
        ("trust code", _TRUST[row.trust.rule]),
        ("a report leaves", row.report_out),
        ("an ACK returns", row.ack_in),
        ("CSSM is reached by", row.cssm_reached_by),
        ("to make a report leave", row.steps.report.format(scope="local\\|all")),
        ("no ACK yet", row.steps.fetch_ack.format(scope="local\\|all")),
    ):
        yield f"| {label} | {text} |"
    yield "\nNeeds:\n"
    yield from (f"- {need}" for need in row.prerequisites)
    gates = list(_gates(row))
    if gates:
        yield "\nGates:\n"
        yield from (f"- {gate}" for gate in gates)


def _transport(row: Topology) -> str:
    wanted, *others = (f"`{name}`" for name in row.desired.transports)
    also = f"; {' or '.join(others)} is as good" if others else ""
    rule = row.desired.url
    if rule is None:
        return f"{wanted}{also}, no URL"
    url = f"`{rule.command} {rule.template}`"
    return f"{wanted}{also}, {url}" + ("" if rule.required else "; empty is allowed")


def _gates(row: Topology) -> Iterator[str]:
    desired, server = row.desired, row.collector
    if row.min_release > SLP_BEGINS:
        yield f"IOS XE {row.min_release} is the first release that serves"
    if server.min_version:
        yield f"{server.name} {server.min_version} is the first version that knows Smart Licensing Using Policy"
    if server.usage_proxy_since:
        yield f"a proxy between {server.name} and CSSM needs {server.name} {server.usage_proxy_since}"
    if not server.nat:
        yield f"{server.name} cannot collect from a device behind NAT"
    match desired.proxy:
        case Proxy.SMART:
            yield "a proxy of the device is `license smart proxy`" + (", which must be set" * desired.proxy_required)
        case Proxy.CALL_HOME:
            yield "a proxy of the device is `http-proxy` under `call-home`"
        case _:
            yield "no proxy on the device" + (
                f"; with one it is [`{row.with_proxy}`](#{row.with_proxy})" * bool(row.with_proxy)
            )
    yield "`license smart vrf` needs 17.7.1" if desired.vrf else "`license smart vrf` has no effect"
    if row.throttled:
        yield "one report a day, on releases that throttle (17.6.4 up to 17.7, and from 17.9.1)"
    if row.recommended:
        yield f"Cisco recommends [`{row.recommended}`](#{row.recommended}) in its place"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
