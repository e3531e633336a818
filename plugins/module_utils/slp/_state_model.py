# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of one product instance as plain data; public through ``state.py``. None: no given source holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from .releases import Release
from .times import DeviceTime
from .udi import Udi


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The trust code of one unit. ``state``: ``installed``, ``none``, or None when no source tells."""

    state: str | None = None
    installed: DeviceTime | None = None
    kind: str | None = None
    """Who issued it, such as ``CSSM``; newest agents only."""
    valid_from: DeviceTime | None = None
    valid_until: DeviceTime | None = None
    """None also when it never expires (the device then prints epoch 0 in its own zone)."""
    attributes: str | None = None
    trust_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One chassis, stack member or supervisor. ``role``: ``active``, ``standby``, ``member``."""

    udi: Udi
    role: str
    trust: Trust = Trust()
    authorization: str | None = None
    """Status of an authorization code (SLAC, SLR): ``NOT INSTALLED`` on nearly every controller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """``license smart proxy``, as it is printed with the transports smart and cslu."""

    address: str
    port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """``type``: ``smart``, ``callhome``, ``cslu``, ``off``. The URLs are None when the device prints ``<empty>``."""

    type: str
    url: str | None = None
    cslu_url: str | None = None
    proxy: Proxy | None = None
    vrf: str | None = None
    server_identity_check: bool | None = None
    ip_mode: str | None = None
    trust_point: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyClass:
    """Days; 0 means no report is asked for. ``origin``: ``CISCO default`` or ``Customer Policy``."""

    first: int | None = None
    ongoing: int | None = None
    change: int | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexiblePolicy:
    """What smart agent 8 prints as ``PolicyV2`` in place of the four classes; intervals as printed."""

    sync_overdue_interval: int | None = None
    sync_retry_interval: int | None = None
    grace_period: int | None = None
    reporting_interval: int | None = None
    no_enforcement: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The reporting policy in use. ``source``: ``merged`` (defaults) or ``installed`` (came from CSSM)."""

    in_use: str | None = None
    """As the CLI prints it."""
    source: str
    name: str | None = None
    installed: DeviceTime | None = None
    ack_required: bool | None = None
    perpetual: PolicyClass | None = None
    subscription: PolicyClass | None = None
    enforced: PolicyClass | None = None
    export: PolicyClass | None = None
    flexible: FlexiblePolicy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """None where the device prints ``<none>``: it has not heard from CSSM yet."""

    smart_account: str | None = None
    virtual_account: str | None = None
    as_of: DeviceTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseUse:
    """One entitlement. Two of them may have the same name and differ in ``tag``."""

    name: str
    tag: str | None = None
    """What stands in parentheses behind the name."""
    entitlement_tag: str | None = None
    """The full tag (``regid.``), which only tech support prints."""
    count: int = 0
    in_use: bool = False
    authorized: int | None = None
    out_of_compliance: int | None = None
    status: str | None = None
    license_type: str | None = None
    enforcement: str | None = None
    export_status: str | None = None
    version: str | None = None
    description: str | None = None
    feature: str | None = None
    feature_description: str | None = None
    report_id: int | None = None
    """The report that collects now."""
    sync_overdue_deadline: DeviceTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """``push_interval_days``: 0 is never. ``policy_interval_days``: what the policy allows at most."""

    last_ack: DeviceTime | None = None
    ack_deadline: DeviceTime | None = None
    push_interval_days: int | None = None
    policy_interval_days: int | None = None
    next_ack_check: DeviceTime | None = None
    next_push: DeviceTime | None = None
    last_push: DeviceTime | None = None
    last_file_write: DeviceTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RumCounters:
    """Report counters as the device keeps them; they do not add up in a fixed way (formats.md 3.3)."""

    total: int | None = None
    purged: int | None = None
    acknowledged: int | None = None
    waiting: int | None = None
    available: int | None = None
    collecting: int | None = None
    in_storage: int | None = None
    maximum: int | None = None
    mia: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RumRecord:
    """One line of ``show license rum id all``. ``state``: ``OPEN``, ``CLOSED``, ``ACK``, ``DELETED``."""

    report_id: int
    state: str
    flag: str | None = None
    feature: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What the device withholds in its messages."""

    sends_hostname: bool | None = None
    callhome_hostname: bool | None = None
    smart_licensing_hostname: bool | None = None
    version: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Statistics of one kind of message to CSSM or a collector, such as ``usage_reporting``."""

    name: str
    total: int | None = None
    success: int | None = None
    fail: int | None = None
    ongoing_failures: int | None = None
    last_response: str | None = None
    failure_reason: str | None = None
    last_success: DeviceTime | None = None
    last_failure: DeviceTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HaMember:
    """One row of ``show chassis``; it names no serial number, so it cannot be matched with a unit."""

    number: int
    role: str
    state: str
    priority: int | None = None
    mac_address: str | None = None
    rmi_ip: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HaState:
    """``mode``: ``Duplex`` or ``Simplex``; ``my_state``, ``peer_state`` such as ``ACTIVE``, ``STANDBY HOT``."""

    mode: str | None = None
    operating_mode: str | None = None
    configured_mode: str | None = None
    my_state: str | None = None
    peer_state: str | None = None
    communications: str | None = None
    members: tuple[HaMember, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseState:
    """What is known about the licensing of one product instance, wherever it was read from."""

    udi: Udi
    units: tuple[Unit, ...] = ()
    host: str | None = None
    hostname: str | None = None
    release: Release | None = None
    platform: str | None = None
    is_controller: bool | None = None
    slp_enabled: bool = True
    agent_version: str | None = None
    reporting_mode: str | None = None
    transport: Transport | None = None
    policy: Policy | None = None
    account: Account | None = None
    usage: tuple[LicenseUse, ...] | None = None
    reporting: Reporting | None = None
    rum: RumCounters | None = None
    reports: tuple[RumRecord, ...] | None = None
    privacy: Privacy | None = None
    utility: bool | None = None
    custom_id: str | None = None
    air_level: str | None = None
    air_level_next: str | None = None
    wireless_level: str | None = None
    wireless_level_next: str | None = None
    enforcement_state: str | None = None
    reservation: str | None = None
    telemetry: str | None = None
    communication_level: str | None = None
    communication: tuple[Exchange, ...] | None = None
    history: Mapping[str, Any] | None = None
    events: tuple[Mapping[str, Any], ...] | None = None
    ha: HaState | None = None
    clock: DeviceTime | None = None
    ntp_synced: bool | None = None
    untold: tuple[str, ...] = ()
    """What the way in has no word for, such as ``transport.proxy``: there None does not mean that it is not set."""

    def tells(self, name: str) -> bool:
        """Whether the source could have told ``name``, such as ``reporting.last_push``."""
        return not any(name == untold or name.startswith(f"{untold}.") for untold in self.untold)

    @property
    def trust_complete(self) -> bool:
        """Every unit has its trust code: INSTALLED count = UDI count (cli.md 3.1.2)."""
        return bool(self.units) and all(unit.trust.state == "installed" for unit in self.units)

    @property
    def is_ha(self) -> bool:
        """More than one unit: an HA pair or a stack."""
        return len(self.units) > 1 or (self.ha is not None and len(self.ha.members) > 1)

    def as_dict(self) -> dict[str, Any]:
        """Everything as JSON-able values; times in ISO 8601 UTC, or as printed where the zone is unknown."""
        plain: dict[str, Any] = _plain(self)
        return plain | {"trust_complete": self.trust_complete, "is_ha": self.is_ha}


def _plain(value: Any) -> Any:
    if isinstance(value, DeviceTime):
        return value.iso
    if isinstance(value, Release):
        return str(value)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value
