# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small factories of states for the audit's tests: a healthy controller, and what differs from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ansible_collections.c9800.slp.plugins.module_utils.slp.audit import Audit
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import (
    Account,
    LicenseState,
    LicenseUse,
    Policy,
    PolicyClass,
    Proxy,
    Reporting,
    RumCounters,
    Transport,
    Trust,
    Unit,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.times import DeviceTime
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

NOW = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
UDI = Udi("C9800-CL-K9", "9SIM0000001")
PAIR = (Udi("C9800-40-K9", "TTM0000A001"), Udi("C9800-40-K9", "TTM0000A002"))

SMART = Transport(type="smart", url="https://smartreceiver.cisco.com/licservice/license")
CALL_HOME = Transport(type="callhome")
CSLU = Transport(type="cslu", cslu_url="http://cslu.example.com:8182/cslu/v1/pi")
ONPREM = Transport(type="cslu", cslu_url="https://ssm.example.com/cslu/v1/pi/tenant-1")
EMPTY = Transport(type="cslu")
OFF = Transport(type="off")
PROXY = Proxy(address="proxy.example.com", port=3128)

RIGHT_TRANSPORT = {
    "direct_smart": SMART,
    "direct_smart_proxy": replace(SMART, proxy=PROXY),
    "direct_callhome": CALL_HOME,
    "direct_callhome_proxy": CALL_HOME,
    "cslu_push": CSLU,
    "cslu_pull": EMPTY,
    "cslu_offline_push": CSLU,
    "cslu_offline_pull": EMPTY,
    "catalyst_center": EMPTY,
    "offline": OFF,
    "onprem_push": ONPREM,
    "onprem_pull": OFF,
    "onprem_offline": ONPREM,
}


def at(days: float, zone: str = "UTC", offset: float | None = 0) -> DeviceTime:
    """A device's time so many days from NOW, in a zone so many hours east; offset None: nobody knows."""
    utc = NOW + timedelta(days=days)
    wall = (utc + timedelta(hours=offset or 0)).replace(tzinfo=None)
    return DeviceTime(f"{wall:%b %d %H:%M:%S %Y} {zone}", wall, zone, None if offset is None else utc)


def default_policy() -> Policy:
    """cli.md 3.1: what devices show without a policy from CSSM."""
    nothing = PolicyClass(first=0, ongoing=0, change=0, origin="CISCO default")
    return Policy(
        in_use="Merged from multiple sources.",
        source="merged",
        ack_required=True,
        perpetual=replace(nothing, first=365, change=90),
        subscription=replace(nothing, first=90, ongoing=90, change=90),
        enforced=nothing,
        export=nothing,
    )


def usage(aps: int = 12, *, kinds: bool = True) -> tuple[LicenseUse, ...]:
    def licence(name: str, kind: str) -> LicenseUse:
        return LicenseUse(
            name=name,
            count=aps,
            in_use=aps > 0,
            license_type=kind if kinds else None,
            enforcement="NOT ENFORCED" if kinds else None,
        )

    return licence("air-network-advantage", "Perpetual"), licence("air-dna-advantage", "Subscription")


def units(*codes: bool | None, udis: tuple[Udi, ...] = PAIR) -> tuple[Unit, ...]:
    states = {True: "installed", False: "none", None: None}
    roles = ("active", "standby")
    if len(codes) == 1:
        udis = (UDI,)
    return tuple(
        Unit(udi=udi, role=role, trust=Trust(state=states[code]))
        for udi, role, code in zip(udis, roles, codes, strict=False)
    )


def acked(days_ago: float = 10, period: int = 90) -> Reporting:
    return Reporting(last_ack=at(-days_ago), ack_deadline=at(period - days_ago), push_interval_days=30)


NEVER = Reporting(ack_deadline=at(80), push_interval_days=30)


def healthy(**changes) -> LicenseState:
    """An offline C9800-CL of 17.12.4 with twelve APs, acknowledged ten days ago."""
    state = LicenseState(
        udi=UDI,
        units=units(True),
        hostname="wlc1",
        release=Release.parse("17.12.4"),
        platform="C9800-CL",
        is_controller=True,
        slp_enabled=True,
        transport=Transport(type="off"),
        policy=default_policy(),
        account=Account(smart_account="example.com", virtual_account="WLAN"),
        usage=usage(),
        reporting=acked(),
        rum=RumCounters(total=20, acknowledged=20, waiting=0, available=0),
        air_level="AIR DNA Advantage",
        air_level_next="AIR DNA Advantage",
        clock=at(0),
        ntp_synced=True,
    )
    return replace(state, **changes)


def codes(judged: Audit, *severities: str) -> list[str]:
    return [finding.code for finding in judged.findings if not severities or finding.severity in severities]
