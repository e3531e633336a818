# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outputs of invented devices, in the layouts of different releases. Nothing of it comes from a real one."""

from __future__ import annotations

ACTIVE, STANDBY = "PID:C9800-40-K9,SN:TTM0000A001", "PID:C9800-40-K9,SN:TTM0000A002"
DEFAULT, CUSTOMER = "(CISCO default)", "(Customer Policy)"
STAMP = "Mar 02 09:14:11 2026 UTC"


def section(title: str, *lines: str) -> str:
    return "\n".join([f"{title}:", *(f"  {line}" for line in lines)]) + "\n"


def chapter(title: str, *lines: str) -> str:
    return "\n".join([title, "=" * len(title), *lines]) + "\n"


DAYS = (365, 0, 90, 90, 90, 90, 0, 0, 0, 0, 0, 0)
MERGED = "Policy in use: Merged from multiple sources."


def policy(days: tuple[int, ...] = DAYS, origin: str = DEFAULT, head: tuple[str, ...] = (MERGED,)) -> str:
    groups = (
        "Unenforced/Non-Export Perpetual Attributes",
        "Unenforced/Non-Export Subscription Attributes",
        "Enforced (Perpetual/Subscription) License Attributes",
        "Export (Perpetual/Subscription) License Attributes",
    )
    labels = ("First report requirement (days)", "Reporting frequency (days)", "Report on change (days)")
    lines = [*head, f"Reporting ACK required: yes {origin}"]
    for number, group in enumerate(groups):
        lines.append(f"{group}:")
        lines += [f"  {label}: {days[number * 3 + at]} {origin}" for at, label in enumerate(labels)]
    return section("Policy", *lines)


def reporting(**values: str) -> str:
    labels = {
        "last_ack": "Last ACK received",
        "deadline": "Next ACK deadline",
        "interval": "Reporting push interval",
        "check": "Next ACK push check",
        "next_push": "Next report push",
        "last_push": "Last report push",
        "last_file": "Last report file write",
    }
    found = {"interval": "30  days"} | values
    return section("Usage Reporting", *(f"{label}: {found.get(key, '<none>')}" for key, label in labels.items()))


def account(name: str = "Example Campus SA", va: str = "WLAN-Prod", stamp: str = STAMP) -> str:
    return section("Account Information", f"Smart Account: {name} As of {stamp}", f"Virtual Account: {va}")


PRIVACY = section(
    "Data Privacy",
    "Sending Hostname: yes",
    "  Callhome hostname privacy: DISABLED",
    "  Smart Licensing hostname privacy: ENABLED",
    "Version privacy: DISABLED",
)
TRANSPORT = section(
    "Transport",
    "Type: cslu",
    "Cslu address: http://192.0.2.10:8182/cslu/v1/pi",
    "Proxy:",
    "  Address: proxy.example.com",
    "  Port: 8080",
    "  Username: <empty>",
    "  Password: <empty>",
    "VRF: Mgmt-vrf",
)
TRUST_PAIR = section(
    "Trust Code Installed",
    f"Active: {ACTIVE}",
    "  INSTALLED on Mar 02 09:15:13 2026 UTC",
    f"Standby: {STANDBY}",
    "  INSTALLED on Mar 02 09:15:14 2026 UTC",
)
UTILITY = section("Utility", "Status: DISABLED")
SLP = section("Smart Licensing Using Policy", "Status: ENABLED")
MISCELLANEOUS = section("Miscellaneous", "Custom Id: <empty>")
KEYS = section("Export Authorization Key", "Features Authorized:", "  <none>")


def use(name: str, tag: str, count: int, kind: str) -> str:
    return section(
        f"{name} ({tag})",
        f"Description: {name}",
        f"Count: {count}",
        "Version: 1.0",
        f"Status: {'IN USE' if count else 'NOT IN USE'}",
        "Export status: NOT RESTRICTED",
        f"Feature Name: {name}",
        f"Feature Description: {name}",
        "Enforcement type: NOT ENFORCED",
        f"License type: {kind}",
    )


USES = "\n".join(
    (
        use("air-network-advantage", "DNA_NWStack", 12, "Perpetual"),
        use("air-dna-advantage", "AIR-DNA-A", 12, "Subscription"),
    )
)


def status_sections(transport: str = TRANSPORT, trust: str = TRUST_PAIR, with_account: bool = True) -> list[str]:
    return [
        UTILITY,
        SLP,
        *([account()] if with_account else []),
        PRIVACY,
        transport,
        policy(),
        MISCELLANEOUS,
        reporting(last_ack="Mar 02 09:15:13 2026 UTC", deadline="May 31 09:15:13 2026 UTC", last_push=STAMP),
        trust,
    ]


def license_status(transport: str = TRANSPORT, trust: str = TRUST_PAIR) -> str:
    return "\n".join(status_sections(transport, trust))


def product(*units: str) -> str:
    roles = ("Active", "Standby", *["Member"] * 6)
    lines = [f"UDI: {units[0]}"]
    if len(units) > 1:
        lines += ["", "HA UDI List:", *(f"    {role}:{unit}" for role, unit in zip(roles, units, strict=False))]
    return chapter("Product Information", *lines)


def authorizations(*units: str) -> str:
    roles = ("Active", "Standby", *["Member"] * 6)
    lines = ["Overall status:"]
    for role, unit in zip(roles, units, strict=False):
        lines += [f"  {role}: {unit}", "      Status: NOT INSTALLED"]
    return chapter("License Authorizations", *lines, "", "Purchased Licenses:", "  No Purchase Information Available")


REPORTS = chapter(
    "Usage Report Summary:",
    "Total: 6,  Purged: 0",
    "Total Acknowledged Received: 2,  Waiting for Ack: 1",
    "Available to Report: 4  Collecting Data: 2",
)
TELEMETRY = chapter("Device Telemetry Report Summary:", "Data Channel: AVAILABLE", "Reports on disk: 0")


def license_all(
    units: tuple[str, ...] = (ACTIVE, STANDBY),
    sections: list[str] | None = None,
    uses: str = USES,
    agent: str = "5.5.10_rel/18",
    tail: tuple[str, ...] = (REPORTS, TELEMETRY),
) -> str:
    return "\n".join(
        [
            chapter("Smart Licensing Status", "", "Smart Licensing is ENABLED"),
            KEYS,
            *(status_sections() if sections is None else sections),
            chapter("License Usage", "") + uses,
            product(*units),
            chapter("Agent Version", f"Smart Agent for Licensing: {agent}"),
            authorizations(*units),
            *tail,
        ]
    )


def license_all_17_3(units: tuple[str, ...] = (ACTIVE, STANDBY)) -> str:
    """17.3 to 17.6: no account, no VRF, no report counters."""
    transport = section("Transport", "Type: cslu", "Cslu address: <empty>", "Proxy:", "  Not Configured")
    sections = status_sections(transport, section("Trust Code Installed: <none>").replace("<none>:", "<none>"), False)
    return license_all(units, sections, agent="5.0.9_rel/50", tail=())


VERSION = """\
Cisco IOS XE Software, Version 17.12.04
Cisco IOS Software [Dublin], C9800 Software (C9800_IOSXE-K9), Version 17.12.4, RELEASE SOFTWARE (fc3)
Technical Support: http://www.example.com/techsupport
Compiled Tue 02-Jul-24 08:15 by builder

ROM: IOS-XE ROMMON
wlc-campus-1 uptime is 5 weeks, 1 day, 3 hours
Uptime for this control processor is 5 weeks, 1 day, 3 hours
System image file is "bootflash:packages.conf"

AIR License Level: AIR DNA Advantage
Next reload AIR license Level: AIR DNA Essentials

Smart Licensing Status: Smart Licensing Using Policy

cisco C9800-40-K9 (1GL) processor (revision 1GL) with 9823456K/6147K bytes of memory.
Processor board ID TTM0000A001
Installation mode is INSTALL

Configuration register is 0x102
"""
