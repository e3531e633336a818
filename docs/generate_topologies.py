# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes ``topologies.md`` and the pages in ``topologies/`` from the table in the code and the molecule scenarios.

Run it by hand after a change of either: PYTHONPATH=.tree .venv/bin/python docs/generate_topologies.py
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import (
    SLP_BEGINS,
    TOPOLOGIES,
    Initiator,
    Proxy,
    Topology,
    TrustRule,
)

DOCS = Path(__file__).parent
SCENARIOS = DOCS.parent / "extensions" / "molecule"
_NOTE = "<!-- Written by generate_topologies.py from {}. Do not edit. -->\n"

_HEAD = f"""\
{_NOTE.format("plugins/module_utils/slp/_topology_table.py")}# Topologies

A topology is the way by which reports reach CSSM and ACKs come back. There are thirteen.
Set `slp_topology` for each host, or for a group, to one of the ids below; its page shows who talks to whom, the
variables, what is needed and checked, and what goes wrong. `ansible-playbook c9800.slp.onboard` brings a fleet there,
`c9800.slp.change_topology` moves it from one to another.

The roles judge a product instance by the rules of its topology, so a wrong id gives wrong alarms: to have no trust code
is healthy in one topology and an error in another.

Every topology needs IOS XE {SLP_BEGINS} or later. The column "release" names what is needed beyond that.

| id | name | who starts | other side | release |
| --- | --- | --- | --- | --- |
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


def pages() -> dict[str, str]:
    """Path below ``docs`` -> the whole page."""
    rows = list(TOPOLOGIES.values())
    found = {"topologies.md": _HEAD + "".join(_overview(row) for row in rows)}
    return found | {f"topologies/{row.id}.md": "\n".join(_page(row)) + "\n" for row in rows}


def scenario(topology: str) -> dict[str, Any]:
    """The variables of the molecule scenario of this topology."""
    data: dict[str, Any] = yaml.safe_load((SCENARIOS / topology / "scenario.yml").read_text(encoding="utf-8"))
    return data


def _overview(row: Topology) -> str:
    release = str(row.min_release) if row.min_release > SLP_BEGINS else ""
    cells = (f"[`{row.id}`](topologies/{row.id}.md)", row.title, _STARTS[row.initiator], _other_side(row), release)
    return f"| {' | '.join(cells)} |\n"


def _other_side(row: Topology) -> str:
    return "CSSM" if row.collector.name == "none" else row.collector.name


def _page(row: Topology) -> Iterator[str]:
    yield (
        _NOTE.format(f"plugins/module_utils/slp/_topology_table.py and extensions/molecule/{row.id}") + f"# {row.id}\n"
    )
    yield f"{row.title}.\n"
    yield from ("```mermaid", "flowchart LR", *(f"  {line}" for line in _picture(row)), "```", "")
    yield from _facts(row)
    yield "\n## Variables\n"
    yield from _variables(row)
    yield "\n## What it needs\n"
    yield from (f"- {need}" for need in row.prerequisites)
    yield "\n## What is checked\n"
    yield "Before anything is changed; what speaks against it is refused with the reason:\n"
    yield from (f"- {gate}" for gate in _gates(row))
    yield "\nAfterwards, on the device:\n"
    yield from (f"- {check}" for check in _checks(row))
    yield "\n## What goes wrong, and how it shows\n"
    yield "| it shows as | because | do |\n| --- | --- | --- |"
    yield from (f"| {shows} | {cause} | {step} |" for fits, shows, cause, step in _TROUBLE if fits(row))
    if row.recommended:
        yield f"\nCisco recommends [`{row.recommended}`]({row.recommended}.md) in its place."


def _picture(row: Topology) -> Iterator[str]:
    """Who talks to whom; a dotted line is a file that somebody carries."""
    yield 'pi["product instance"]'
    other = {"none": "cssm", "this collection": "slp"}.get(row.collector.name, "collector")
    if other == "collector":
        yield f'collector["{row.collector.name}"]'
    if other == "slp":
        yield 'slp["c9800.slp"]'
    yield 'cssm["CSSM"]'
    through = row.desired.proxy_required or row.desired.gateway
    match row.initiator:
        case Initiator.PRODUCT_INSTANCE if through:
            yield f'proxy["{"proxy or gateway" if row.desired.gateway else "HTTPS proxy"}"]'
            yield "pi -- report --> proxy"
            yield "proxy --> cssm"
        case Initiator.PRODUCT_INSTANCE:
            yield f"pi -- report --> {other}"
            yield f"{other} -- ACK --> pi"
        case Initiator.COLLECTOR:
            yield f'{other} -- "{", ".join(_METHODS[name] for name in row.desired.access)}" --> pi'
        case Initiator.FILES:
            yield "slp -- SSH --> pi"
    if other != "cssm":
        yield f"{other} {'-. files .->' if row.cssm_by_file else '-- HTTPS -->'} cssm"


_METHODS = {"netconf": "NETCONF", "restconf": "RESTCONF", "rest": "native REST"}


def _facts(row: Topology) -> Iterator[str]:
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
    yield "\n`local|all`: `local` for one unit, `all` for a high availability pair."


def _transport(row: Topology) -> str:
    wanted, *others = (f"`{name}`" for name in row.desired.transports)
    also = f"; {' or '.join(others)} is as good" if others else ""
    rule = row.desired.url
    if rule is None:
        return f"{wanted}{also}, no URL"
    url = f"`{rule.command} {rule.template}`"
    return f"{wanted}{also}, {url}" + ("" if rule.required else "; empty is allowed")


def _variables(row: Topology) -> Iterator[str]:
    yield "| variable | |\n| --- | --- |"
    yield from (f"| `{name}` | {text} |" for fits, name, text in _VARIABLES if fits(row))
    data = scenario(row.id)
    given = {"slp_topology": row.id, **{name: value for name, value in data.items() if name.startswith("slp_")}}
    yield f"\nThe scenario `{row.id}` of molecule runs with:\n\n```yaml\n{_yaml(given)}```"
    fleet = data["scenario_fleet"]
    devices = fleet["devices"] if isinstance(fleet, dict) else []
    own = {device["name"]: device["variables"] for device in devices if device.get("variables")}
    if own:
        yield f"\nand, for each host:\n\n```yaml\n{_yaml(own)}```"


def _yaml(data: Any) -> str:
    return yaml.safe_dump(data, sort_keys=False, width=120)


def _gates(row: Topology) -> Iterator[str]:
    desired, server = row.desired, row.collector
    yield "the platform is a Catalyst 9800 or an EWC-AP, the login has privilege 15, a pair is asked by its active unit"
    yield f"IOS XE {row.min_release} or later"
    if server.min_version:
        yield f"{server.name} {server.min_version} or later, where `slp_collector_version` says it"
    if server.usage_proxy_since:
        yield f"a proxy between {server.name} and CSSM needs {server.name} {server.usage_proxy_since}"
    if not server.nat:
        yield f"the device is not behind NAT (`slp_behind_nat`): {server.name} cannot collect from there"
    if desired.url:
        yield f"the URL has the form `{desired.url.template}`"
    match desired.proxy:
        case Proxy.SMART:
            yield "a proxy of the device is `license smart proxy`" + (", which must be set" * desired.proxy_required)
        case Proxy.CALL_HOME:
            yield "a proxy of the device is `http-proxy` under `call-home`"
        case _:
            yield "no proxy on the device" + (
                f"; with one it is [`{row.with_proxy}`]({row.with_proxy}.md)" * bool(row.with_proxy)
            )
    yield "`license smart vrf` needs 17.7.1" if desired.vrf else "`license smart vrf` has no effect"
    there = "VRF `slp_vrf` and the interface" if desired.vrf else "interface"
    yield f"the device has the {there} `slp_source_interface`, where given and its command line is read"
    if row.trust.rule is TrustRule.TOKEN:
        yield "the clock is less than an hour away; a trust code that is there already needs `force`"
    if row.throttled:
        yield "one report a day, on releases that throttle (17.6.4 up to 17.7, and from 17.9.1); a sync overrides it"


def _checks(row: Topology) -> Iterator[str]:
    transports = " or ".join(f"`{name}`" for name in row.desired.transports)
    yield f"transport {transports}, and nothing left of another topology"
    if row.trust.rule is TrustRule.TOKEN:
        yield "as many trust codes INSTALLED as there are UDIs"
    elif row.trust.rule is TrustRule.ACK:
        yield "from 17.7.1 a trust code for every UDI, once the first ACK is there"
    else:
        yield "trust codes are not missed"
    if row.push_moves:
        yield "`Last report push` moves"
    yield "`Last ACK received` is newer than the report, `Next ACK deadline` lies in the future"


Fits = Callable[[Topology], bool]


def _always(_row: Topology) -> bool:
    return True


def _pushes(row: Topology) -> bool:
    return row.initiator is Initiator.PRODUCT_INSTANCE


def _pulled(row: Topology) -> bool:
    return row.initiator is Initiator.COLLECTOR


def _named(*names: str) -> Fits:
    return lambda row: row.collector.name in names


def _to_collector(row: Topology) -> bool:
    return row.desired.url is not None and not row.desired.url.default


def _by_token(row: Topology) -> bool:
    return row.trust.rule is TrustRule.TOKEN


_VARIABLES: Iterable[tuple[Fits, str, str]] = (
    (_to_collector, "slp_url", "the URL to configure"),
    (lambda row: row.desired.gateway, "slp_url", "the URL of a Transport Gateway, in place of a proxy"),
    (lambda row: row.desired.proxy is not None, "slp_proxy_address", "host of the proxy"),
    (lambda row: row.desired.proxy is not None, "slp_proxy_port", "port of the proxy"),
    (lambda row: row.desired.vrf, "slp_vrf", "VRF through which the device reports"),
    (_pushes, "slp_source_interface", "interface from which it reports"),
    (_pushes, "slp_interval", "days between reports; the policy applies when it is shorter"),
    (_by_token, "slp_id_token", "ID token of the Virtual Account; without it one is found or made by the CSSM API"),
    (lambda row: bool(row.desired.access), "slp_access", "services to open to the collector"),
    (lambda row: bool(row.desired.access), "slp_collector_user", "the collector's user on the device, privilege 15"),
    (lambda row: bool(row.desired.access), "slp_collector_password", "its password; keep it in a vault"),
    (lambda row: not row.collector.nat, "slp_behind_nat", "the device is behind NAT: refused here"),
    (lambda row: bool(row.collector.min_version), "slp_collector_version", "version of the collector, to be checked"),
    (_to_collector, "slp_revocation_check", "`none` for HTTPS where the device cannot reach the CRL of a private CA"),
    (_by_token, "slp_replace_factory_trust", "`true`: overwrite trust codes from the factory"),
    (_always, "slp_privacy", "what is not sent: `hostname`, `version`, `all`, `none`"),
    (_always, "slp_customer_tags", "up to four tags that go into the reports"),
)

_TROUBLE: Iterable[tuple[Fits, str, str, str]] = (
    (
        _pushes,
        "COMM_FAILED: Unable to resolve server hostname/domain name",
        "DNS does not know the name in the URL; with an empty CSLU address that name is `cslu-local`",
        "set `ip name-server`, or the URL",
    ),
    (
        _pushes,
        "COMM_FAILED: Communications failure",
        "nobody answers there: route, source interface, VRF, firewall, certificate",
        "mend it, then run the role `sync` once",
    ),
    (
        _named("SSM On-Prem"),
        "COMM_FAILED: Received empty response from server",
        "the URL is that of the older SmartTransport",
        "take the CSLU Transport URL of the local account, tenant included",
    ),
    (
        _named("SSM On-Prem"),
        "REPORTING_NOT_SUPPORTED",
        "SSM On-Prem is older than 8-202102",
        "upgrade it before the devices",
    ),
    (
        lambda row: row.desired.call_home,
        "SL_MESSAGE_FAILED, or Fail to send out Call Home HTTP message.",
        "profile, proxy, DNS or firewall",
        "read `show call-home smart-licensing`: one active profile, messages enabled",
    ),
    (
        lambda row: row.desired.proxy_required,
        "COMM_FAILED although CSSM is up",
        "the proxy refuses CONNECT to port 443, or decrypts TLS",
        "allow `smartreceiver.cisco.com:443`, without decryption",
    ),
    (
        _by_token,
        "TRUST_CODE_INSTALL_FAILED",
        "a trust code was there and `force` missing; or the clock is an hour off; or CSSM refused the token",
        "the role `trust` says which of them; `trust_force: true` replaces codes, "
        "`slp_replace_factory_trust: true` those from the factory only",
    ),
    (
        lambda row: row.comm_failed_is_noise and _pulled(row),
        "COMM_FAILED every hour",
        "the device looks for `cslu-local`, for which nobody waits here",
        "nothing; `license smart transport off` silences it",
    ),
    (
        _pulled,
        "the collector cannot log in",
        "NETCONF, RESTCONF or the HTTPS server is off, its user is missing or below privilege 15, or a firewall",
        "run `c9800.slp.configure` with `slp_access` and `slp_collector_user`",
    ),
    (
        _named("Catalyst Center"),
        "no scheduled report",
        "the first, ad hoc report was never made, or the device has no site",
        "trigger it once in License Manager, Reporting",
    ),
    (
        _named("SSM On-Prem"),
        "reports in SSM On-Prem, none in CSSM",
        "the local account was never synchronised with CSSM, which usage waits for",
        "synchronise the account, then usage",
    ),
    (
        lambda row: row.cssm_by_file,
        "a report has left and no ACK comes",
        "a file waits to be carried",
        "see the step for a missing ACK above",
    ),
    (
        lambda row: row.throttled,
        "a second report on the same day does not leave",
        "releases that throttle send one a day",
        "wait, or run the role `sync`, which overrides it",
    ),
    (
        _always,
        "an ACK deadline comes near",
        "the policy's period runs out",
        "the role `audit` names the days left and the next step",
    ),
)


def main() -> None:
    for name, text in pages().items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
