# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``show license status`` and ``show license all``, and the blocks that tech support shares with them (cli.md 3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .licensing import Licence

if TYPE_CHECKING:
    from .device import MockDevice
    from .simdoc import Udi

Lines = Iterator[str]
EMPTY = "<empty>"
_POLICY_CLASSES = (
    ("perpetual", "Unenforced/Non-Export Perpetual"),
    ("subscription", "Unenforced/Non-Export Subscription"),
    ("enforced", "Enforced (Perpetual/Subscription) License"),
    ("export", "Export (Perpetual/Subscription) License"),
)
_TRANSPORTS = {"cslu": "cslu", "smart": "Smart", "callhome": "Callhome", "off": "Transport Off"}
NEVER = 0  # a code without an end is shown with the epoch as its end


def status(device: MockDevice) -> Lines:
    yield from utility()
    yield from policy_mode(device)
    yield from account(device)
    yield from privacy(device)
    yield from transport(device)
    yield from policy(device)
    yield from miscellaneous()
    yield from usage_reporting(device)
    yield from trust(device)
    yield from telemetry(device)


def everything(device: MockDevice) -> Lines:
    yield from head(device)
    yield from trust(device)
    yield from heading("License Usage")
    yield ""
    yield from usage(device)
    yield from product(device)
    yield from heading("License Authorizations")
    yield from authorizations(device)
    yield from report_summary(device)
    yield from telemetry(device)
    yield from enforcement(device)
    yield from analytics(device)


def head(device: MockDevice, *, tech: bool = False) -> Lines:
    """From the top to the usage reporting; ``tech``: with what only tech support tells."""
    yield from heading("Smart Licensing Status")
    yield ""
    yield "Smart Licensing is ENABLED"
    yield ""
    if device.layout.conversion:
        yield "License Conversion:"
        yield "  Automatic Conversion Enabled: False"
        yield from exports("  ")
        yield ""
    yield "Export Authorization Key:"
    yield "  Features Authorized:"
    yield "    <none>"
    yield ""
    yield from utility()
    yield from policy_mode(device)
    yield from account(device)
    yield from privacy(device)
    yield from transport(device, tech=tech)
    yield from miscellaneous()
    yield from policy(device)
    yield from usage_reporting(device, tech=tech)


def heading(text: str) -> Lines:
    yield text
    yield "=" * len(text)


def exports(indent: str = "") -> Lines:
    yield f"{indent}Last Data Push: <none>"
    yield f"{indent}Last File Export: <none>"


def utility() -> Lines:
    yield "Utility:"
    yield "  Status: DISABLED"
    yield ""


def policy_mode(device: MockDevice) -> Lines:
    yield "Smart Licensing Using Policy:"
    yield "  Status: ENABLED"
    if device.layout.reporting_mode:
        yield "  Reporting Mode: STANDARD"
    yield ""


def account(device: MockDevice) -> Lines:
    if not device.layout.account:
        return
    memory = device.agent.memory
    yield "Account Information:"
    if memory.account:
        yield f"  Smart Account: {memory.account.smart_account} As of {device.time(memory.account_time)}"
        yield f"  Virtual Account: {memory.account.virtual_account}"
    else:
        yield "  Smart Account: <none>"
        yield "  Virtual Account: <none>"
    yield ""


def privacy(device: MockDevice) -> Lines:
    config = device.licence_config
    call_home = device.config.section.at("call-home").has("data-privacy hostname")
    yield "Data Privacy:"
    yield f"  Sending Hostname: {'no' if config.privacy_hostname else 'yes'}"
    yield f"    Callhome hostname privacy: {enabled(call_home)}"
    yield f"    Smart Licensing hostname privacy: {enabled(config.privacy_hostname)}"
    yield f"  Version privacy: {enabled(config.privacy_version)}"
    yield ""


def enabled(on: bool) -> str:
    return "ENABLED" if on else "DISABLED"


def transport(device: MockDevice, *, tech: bool = False) -> Lines:
    config, layout = device.licence_config, device.layout
    yield "Transport:"
    yield f"  Type: {_TRANSPORTS[config.mode]}"
    if config.mode == "cslu":
        yield f"  Cslu address: {config.target or EMPTY}"
    elif config.mode == "smart":
        yield f"  URL: {config.target}"
    if config.mode in ("cslu", "smart"):
        yield "  Proxy:"
        if tech or config.proxy_address:
            yield f"    Address: {config.proxy_address or EMPTY}"
            yield f"    Port: {config.proxy_port or EMPTY}"
            yield f"    Username: {EMPTY}"
            yield f"    Password: {EMPTY}"
        else:
            yield "    Not Configured"
        if tech:
            yield f"  Server Identity Check: {config.identity_check}"
        if layout.vrf == "inline" or (tech and layout.vrf):
            yield f"  VRF: {config.vrf or EMPTY}"
        elif layout.vrf:
            yield "  VRF:"
            yield f"    {config.vrf or 'Not Configured'}"
        if tech and layout.ip_mode:
            yield "  IP Mode: IPv4 ONLY"
            yield "  Trust Point: SLA-TrustPoint"
    yield ""


def policy(device: MockDevice) -> Lines:
    policy = device.agent.memory.policy
    origin = f"({policy.origin})"
    yield "Policy:"
    if policy.installed is None:
        yield "  Policy in use: Merged from multiple sources."
    else:
        yield f"  Policy in use: Installed On {device.time(policy.installed)}"
        yield f"  Policy name: {policy.name}"
    yield f"  Reporting ACK required: {'yes' if policy.ack_required else 'no'} {origin}"
    for key, title in _POLICY_CLASSES:
        days = policy.classes[key]
        yield f"  {title} Attributes:"
        yield f"    First report requirement (days): {days.first} {origin}"
        yield f"    Reporting frequency (days): {days.ongoing} {origin}"
        yield f"    Report on change (days): {days.change} {origin}"
    yield ""


def miscellaneous() -> Lines:
    yield "Miscellaneous:"
    yield f"  Custom Id: {EMPTY}"
    yield ""


def usage_reporting(device: MockDevice, *, tech: bool = False) -> Lines:
    agent, memory = device.agent, device.agent.memory
    interval = f"{agent.interval}  days" if agent.interval else "0 (no reporting)"
    if tech and agent.interval:
        interval += f" State({4 if memory.last_ack else 2}) InPolicy({memory.policy.ongoing(agent.licences)})"
    yield "Usage Reporting:"
    yield f"  Last ACK received: {device.time(memory.last_ack)}"
    yield f"  Next ACK deadline: {device.time(agent.ack_deadline)}"
    yield f"  Reporting push interval: {interval}"
    yield f"  Next ACK push check: {device.time(memory.ack_check)}"
    yield f"  Next report push: {device.time(agent.next_push)}"
    yield f"  Last report push: {device.time(memory.last_push)}"
    yield f"  Last report file write: {device.time(memory.last_file)}"
    yield ""


def trust(device: MockDevice) -> Lines:
    """cli.md 3.1.2: a date on the line for one unit, a block for a pair, ``<none>`` when no unit has a code."""
    codes, detail = device.agent.memory.trust, device.layout.trust_detail
    if not codes:
        yield "Trust Code Installed: <none>"
    elif len(device.units) == 1:
        ((role, udi),) = device.units
        yield f"Trust Code Installed: {device.time(codes[udi].installed)}"
        if detail:
            yield f"  Trust Code Type: {codes[udi].kind}"
            yield "  Attributes: <none>"
            yield f"  {role}: {udi}"
            yield f"    Valid on {device.time(codes[udi].installed)}"
            yield from _trust_detail(device, udi)
    else:
        yield f"Trust Code Installed:{'    Trust Code Type: CSSM' if detail else ''}"
        if detail:
            yield "    Attributes: <none>"
            yield ""
        for role, udi in device.units:
            yield f"  {role}: {udi}"
            yield from _unit_trust(device, udi)
    yield ""


def _unit_trust(device: MockDevice, udi: Udi) -> Lines:
    codes, detail = device.agent.memory.trust, device.layout.trust_detail
    if udi in codes:
        time = device.time(codes[udi].installed)
        yield f"    INSTALLED on {time}{f'    Valid on {time}' if detail else ''}"
        if detail:
            yield from _trust_detail(device, udi)
    else:
        yield "    <none>"
    if detail:
        yield ""


def _trust_detail(device: MockDevice, udi: Udi) -> Lines:
    yield f"    Expired on {device.time(NEVER)}"
    yield f"    Trust Code Type: {device.agent.memory.trust[udi].kind}"
    yield "    Attributes: <none>"


def usage(device: MockDevice) -> Lines:
    """One block per licence in use."""
    agent = device.agent
    if not agent.aps:
        yield "No licenses in use"
        yield ""
        return
    for licence in agent.licences:
        yield from _licence(licence, agent.aps)


def _licence(licence: Licence, count: int) -> Lines:
    yield f"{licence.name} ({licence.short}):"
    yield f"  Description: {licence.name}"
    yield f"  Count: {count}"
    yield "  Version: 1.0"
    yield "  Status: IN USE"
    yield "  Export status: NOT RESTRICTED"
    yield f"  Feature Name: {licence.name}"
    yield f"  Feature Description: {licence.name}"
    yield "  Enforcement type: NOT ENFORCED"
    yield f"  License type: {licence.term}"
    yield ""


def product(device: MockDevice) -> Lines:
    yield from heading("Product Information")
    yield from udi(device)
    yield ""
    yield from heading("Agent Version")
    yield f"Smart Agent for Licensing: {device.layout.agent}"
    yield ""


def udi(device: MockDevice) -> Lines:
    yield f"UDI: {device.units[0][1]}"
    if len(device.units) > 1:
        yield ""
        yield "HA UDI List:"
        for role, unit in device.units:
            yield f"    {role}:{unit}"


def authorizations(device: MockDevice) -> Lines:
    if device.layout.conversion:
        yield from exports()
        yield ""
    yield "Overall status:"
    for role, unit in device.units:
        yield f"  {role}: {unit}"
        yield f"{' ' * device.layout.authorization_indent}Status: NOT INSTALLED"
    yield ""
    yield "Purchased Licenses:"
    yield "  No Purchase Information Available"
    yield ""


def report_summary(device: MockDevice) -> Lines:
    if not device.layout.rum_summary:
        return
    summary = device.agent.reports.summary()
    yield from heading("Usage Report Summary:")
    yield f"Total: {summary.total},  Purged: {summary.purged}"
    yield f"Total Acknowledged Received: {summary.acknowledged},  Waiting for Ack: {summary.waiting}"
    yield f"Available to Report: {summary.available}  Collecting Data: {summary.collecting}"
    yield ""


def telemetry(device: MockDevice) -> Lines:
    if device.layout.telemetry:
        yield from heading("Device Telemetry Report Summary:")
        yield "Data Channel: NOT AVAILABLE"
        yield "Reports on disk: 0"
        yield ""


def enforcement(device: MockDevice) -> Lines:
    if device.layout.enforcement:
        yield "Device Enforcement State:"
        yield "NOT APPLICABLE"
        yield ""


def analytics(device: MockDevice) -> Lines:
    if device.layout.analytics:
        yield from heading("Product Analytics Report Summary:")
        yield "Product Analytics: NOT AVAILABLE"
        yield "Not Available Reason: Smart license channel not established"
        yield "Total current Product Analytics reports: 0"
        yield ""
