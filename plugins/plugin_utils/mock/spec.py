# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one simulated controller is when it is switched on: the input of a fleet file, one object per device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

PIDS: Mapping[str, str] = {
    "C9800-CL": "C9800-CL-K9",
    "C9800-40": "C9800-40-K9",
    "C9800-80": "C9800-80-K9",
    "C9800-L": "C9800-L-F-K9",
    "EWC-AP": "C9120AXE-E",
}
TRANSPORTS = ("cslu", "smart", "callhome", "off", "automatic")
SERVICES = ("netconf", "restconf", "rest")
LEVELS = ("advantage", "essentials", "network-advantage", "network-essentials")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSpec:
    """One device. Sizes are octets, spans are days; everything has a default except who the device is."""

    name: str
    serial: str
    hostname: str = ""
    """Empty: the name."""
    platform: str = "C9800-CL"
    """One of PIDS."""
    pid: str = ""
    """Empty: the platform's usual one. C9800-L-C-K9 (copper) is given here."""
    release: str = "17.12.4"
    """As a user says it, for example 17.3.2a. Before 17.3.2a the device prints classic licensing."""
    standby_serial: str | None = None
    """Makes an SSO pair: one device, two UDIs."""
    aps: int = 0
    """Joined access points; 0 means no licence in use and no report."""
    waiting_reports: int = 0
    """Closed reports of the past that nobody has acknowledged yet."""
    age_days: int = 0
    """Days since the first start of the agent; 0: long enough for waiting_reports."""
    transport: str = "cslu"
    cslu_url: str = ""
    smart_url: str = ""
    proxy_address: str = ""
    proxy_port: str = ""
    """``license smart proxy``: for the transports smart and cslu."""
    outside_vrf: str | None = None
    """The VRF in which servers are reached; empty: the global table; None: it does not matter."""
    outside_interface: str = ""
    """The interface by whose address alone servers are reached; empty: it does not matter."""
    nat: bool = False
    """Behind address translation: a collector cannot log in to it."""
    services: Sequence[str] = ()
    """Which of SERVICES are configured at the start, as a collector needs them to log in."""
    model_driven: bool = True
    """It has NETCONF, RESTCONF and the native REST service; without, no port is taken for them."""
    level: str = ""
    """Empty: the default of the platform and release (cli.md 1.3)."""
    smart_account: str = ""
    virtual_account: str = ""
    """The account that the device belongs to in CSSM. The device itself learns it from an ACK only."""
    factory_trust: bool = False
    """Shipped with a factory-installed trust code (17.7.1 and later)."""
    zone: str = "UTC"
    zone_minutes: int = 0
    """Minutes east of UTC of that zone."""
    ntp_synced: bool = True
    clock_offset: float = 0.0
    """Seconds that the device's own clock is ahead of the world's; such a clock follows no NTP server."""
    topology: str = ""
    """The topology id by which playbooks are to run this device; the device does not know it."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    """Further variables of its host in the inventory; the device does not know them."""

    username: str = "admin"
    password: str = "Sim-Passw0rd"  # noqa: S105  an invented one, for loopback
    enable_password: str = ""
    """Empty: the password."""
    privilege: int = 15
    """Privilege of the user at login: 15, or 1 for a user who has to enable."""
    scp_server: bool = True
    """``ip scp server enable`` is configured at the start."""
    md5: bool = True
    """``verify /md5`` works."""
    flash_size: int = 8_000_000_000
    flash_free: int = 4_000_000_000
    banner: str = ""

    def __post_init__(self) -> None:
        if self.platform not in PIDS:
            raise ValueError(f"{self.name}: platform {self.platform!r} is none of {', '.join(PIDS)}")
        if self.transport not in TRANSPORTS:
            raise ValueError(f"{self.name}: transport {self.transport!r} is none of {', '.join(TRANSPORTS)}")
        if self.level and self.level not in LEVELS:
            raise ValueError(f"{self.name}: level {self.level!r} is none of {', '.join(LEVELS)}")
        if isinstance(self.services, str) or not set(self.services) <= set(SERVICES):
            raise ValueError(f"{self.name}: services are a list of {', '.join(SERVICES)}, not {self.services!r}")
        for name, value in (
            ("services", tuple(self.services)),
            ("proxy_port", str(self.proxy_port)),
            ("clock_offset", float(self.clock_offset)),
            ("hostname", self.hostname or self.name),
            ("pid", self.pid or PIDS[self.platform]),
            ("enable_password", self.enable_password or self.password),
        ):
            object.__setattr__(self, name, value)

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> DeviceSpec:
        """From an entry of a fleet file. An unknown key is a spelling mistake: ValueError names it."""
        unknown = set(data) - {entry.name for entry in fields(cls)}
        if unknown:
            raise ValueError(f"{data.get('name', '?')}: unknown key(s) {', '.join(sorted(unknown))}")
        return cls(**data)
