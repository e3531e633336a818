# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated controller: one object per device or HA pair, from which every text of it is rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any
from zlib import crc32

from . import ha, snapshot
from .agent import Agent, Trust
from .clock import Clock
from .commands import commands_of
from .config import Config, LicenceConfig, Section, secret
from .flash import Flash
from .grammar import Command
from .iostime import agent_time, system_time, zone_of
from .layouts import Release, layout_of
from .licensing import SOFTWARE_TAGS, default_level
from .online import Online
from .outside import MANAGEMENT, Outside
from .rumpayload import Signer, Writer
from .simdoc import Udi
from .site import Site
from .spec import DeviceSpec
from .syslog import Syslog
from .users import privilege

DAY = 86_400


class MockDevice:
    """What the shell (session.Device) and the control interface of the simulated world work on."""

    def __init__(self, spec: DeviceSpec, clock: Clock, pki: Signer) -> None:
        self.spec = spec
        self.release = Release.parse(spec.release)
        self.layout = layout_of(self.release)
        self.clock = clock
        self.clock_offset = spec.clock_offset
        """Seconds that this device's clock is ahead of the world's."""
        self.units = _units(spec)
        """(role, UDI), the active first."""
        self.pair = ha.Pair({udi.sn: number for number, (_unused, udi) in enumerate(self.units, 1)})
        self.number = crc32(spec.serial.encode()) & 0xFF
        self.reloads = 0
        self.outside = Outside(spec.outside_vrf, spec.outside_interface)
        self.config = _config(spec)
        self.startup = self.config.copy()
        self.changed_at = self.now
        self.saved_at: float | None = None
        """When its configuration was saved last; None: not since it started."""
        self.on_change: list[Callable[[], None]] = []
        """Called after each change of the running configuration."""
        self.on_break: list[Callable[[], None]] = []
        """Called when every session breaks: it restarted, or its standby took over. Host keys stay."""
        self.online: Online | None = None
        """Its licensing agent's way to servers, once it stands in a world."""
        self.log = Syslog()
        self.flash = Flash(
            size=spec.flash_size,
            free=spec.flash_free,
            now=self.local_time,
            filesystem="flash:" if spec.platform == "EWC-AP" else "bootflash:",
            aliases=("bootflash:",) if spec.platform == "EWC-AP" else ("flash:",),
        )
        # Without an age given, a device is as old as its history: a report a day and licence where reporting is
        # throttled, else three (cli.md 0.1, 5.15); and always an hour.
        per_day = 2 if self.layout.throttled else 6
        age = spec.age_days * DAY or max(3600, spec.waiting_reports * DAY // per_day)
        self.agent = Agent(
            writer=Writer(
                units=self.units,
                software_tag=SOFTWARE_TAGS[spec.platform],
                software_version=self.release.padded,
                dialect=self.layout.dialect,
                signer=pki,
            ),
            layout=self.layout,
            level=self.next_level,
            aps=spec.aps,
            first_start=int(self.now) - age,
            waiting_reports=spec.waiting_reports,
            clock=lambda: self.now,
            config=lambda: self.config.licence,
            log=self.log,
        )
        if spec.factory_trust and self.layout.ack_trust:
            self.agent.memory.trust = {udi: Trust(self.agent.boot, "Factory") for _unused, udi in self.units}

    # --- what the shell asks for (session.Device) ---------------------------------------------------------------------

    @property
    def hostname(self) -> str:
        return self.config.hostname

    @hostname.setter
    def hostname(self, name: str) -> None:
        self.config.hostname = name

    @property
    def scp_server(self) -> bool:
        return self.config.section.has("ip scp server enable")

    def admits(self, username: str, password: str) -> int | None:
        return privilege(self, username, password)

    def commands(self) -> Sequence[Command]:
        return commands_of(self)

    def local_time(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC).astimezone(self.zone)

    def ntp_synced(self) -> bool:
        return self.spec.ntp_synced and not self.clock_offset

    def running_config(self) -> str:
        """``show running-config`` without its first lines, as a copy in a file has it."""
        return self.render_config(self.config)

    def config_saved(self) -> bool:
        return list(self.config.lines()) == list(self.startup.lines())

    def save_config(self) -> None:
        self.startup = self.config.copy()
        self.saved_at = self.now

    def reload(self) -> None:
        """The startup configuration is in force, with the AIR level it names; a pending factory reset is done."""
        self.config = self.startup.copy()
        self.saved_at = None
        self.flash.quiet = False
        self.agent.restart(self.next_level)
        self.reloads += 1
        self.pair = ha.Pair(self.pair.chassis)
        self.log.messages.clear()
        self.changed()
        self.break_sessions()

    def changed(self) -> None:
        """The running configuration is not what it was: whoever serves by it looks again."""
        self.changed_at = self.now
        for callback in self.on_change:
            callback()

    def break_sessions(self) -> None:
        for callback in self.on_break:
            callback()

    # --- what the world asks for --------------------------------------------------------------------------------------

    def attach(self, site: Site) -> None:
        """Put the device on the network of a world whose targets listen; without, it reaches nobody."""
        if self.layout.slp:
            self.online = Online(self, site)
            self.agent.link = self.online
            self.on_change.append(self.online.look)
            self.online.look()

    async def do(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Let something happen to the device: see ha.py. Raises LookupError: no such action; ValueError: refused."""
        return ha.do(self, action, arguments)

    # --- state --------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """Epoch seconds by the device's own clock."""
        return self.clock.now().timestamp() + self.clock_offset

    @property
    def chassis(self) -> list[tuple[int, str, Udi]]:
        """(chassis number, role, UDI) by number: the roles move in a switchover, the numbers stay."""
        return sorted((self.pair.chassis[udi.sn], role, udi) for role, udi in self.units)

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.config.zone, self.config.zone_minutes)

    @property
    def licence_config(self) -> LicenceConfig:
        return self.config.licence

    @property
    def next_level(self) -> str:
        """The AIR level after the next reload."""
        return self.config.licence.level or default_level(self.spec.platform, self.release)

    def time(self, epoch: float | None) -> str:
        """As the agent prints a time: ``Mar 02 09:14:11 2024 UTC`` or ``<none>``."""
        return agent_time(epoch, self.zone)

    def render_config(self, config: Config) -> str:
        saved = self.saved_at
        version = f"version {self.release.major}.{self.release.minor}"
        lines = [
            "!",
            f"! Last configuration change at {system_time(self.changed_at, self.zone)}",
            *([] if saved is None else [f"! NVRAM config last updated at {system_time(saved, self.zone)}"]),
            "!",
            version,
            *config.lines(),
            f"license udi pid {self.units[0][1].pid} sn {self.units[0][1].sn}",
            *(["file prompt quiet"] if self.flash.quiet else []),
            "end",
        ]
        return "\n".join(lines) + "\n"

    def set_aps(self, count: int) -> None:
        """Access points join or leave."""
        self.agent.set_aps(count)

    def set_clock(self, offset: float) -> None:
        """The device's clock jumps, to so many seconds ahead of the world's."""
        jump = offset - self.clock_offset
        self.clock_offset = offset
        if jump:
            self.agent.shift(jump)
            self.log.add(self.now, "%SMART_LIC-5-SYSTEM_CLOCK_CHANGED: System clock has been changed.")
            if self.online:
                self.online.shift(jump)

    def snapshot(self) -> dict[str, Any]:
        """The whole state as plain values; times are epoch seconds, None for never."""
        return snapshot.of(self)


def _units(spec: DeviceSpec) -> tuple[tuple[str, Udi], ...]:
    active = ("Active", Udi(spec.pid, spec.serial))
    if spec.standby_serial is None:
        return (active,)
    return (active, ("Standby", Udi(spec.pid, spec.standby_serial)))


def _serve(section: Section, services: Iterable[str]) -> None:
    """What a collector needs to log in (cli.md 1.8); HTTPS with local authentication is there anyway."""
    lines = {"netconf": "netconf-yang", "restconf": "restconf"}
    if "netconf" in services or "restconf" in services:
        section.set("aaa new-model")
        section.set("aaa authentication login default local")
        section.set("aaa authorization exec default local")
    for service in services:
        if service in lines:
            section.set(lines[service])


def _interfaces(section: Section, spec: DeviceSpec) -> None:
    """The management VRF with the service port in it (cli.md 1.4), and where the outside is."""
    virtual = spec.platform == "C9800-CL"
    for vrf in filter(None, (MANAGEMENT, spec.outside_vrf)):
        section.set(f"vrf definition {vrf}").set("address-family ipv4")
    port = section.set("interface GigabitEthernet1" if virtual else "interface GigabitEthernet0")
    if not virtual:
        port.set(f"vrf forwarding {MANAGEMENT}")
    section.set("interface Vlan1")
    if spec.outside_interface:
        outside = section.set(f"interface {spec.outside_interface}")
        if spec.outside_vrf and not outside.lines:
            outside.set(f"vrf forwarding {spec.outside_vrf}")


def _config(spec: DeviceSpec) -> Config:
    """The configuration at the first start. The password is stored as a digest, as on a device."""
    section = Section()
    for line in (
        "service timestamps debug datetime msec",
        "service timestamps log datetime msec",
        "service call-home",
        "no aaa new-model",
        f"username {spec.username} privilege {spec.privilege} secret 9 {secret(spec.password)}",
        f"enable secret 9 {secret(spec.enable_password)}",
        "ip http server",
        "ip http authentication local",
        "ip http secure-server",
        "ip ssh version 2",
    ):
        section.set(line)
    if spec.scp_server:
        section.set("ip scp server enable")
    _serve(section, spec.services)
    # Native REST needs nothing beside the HTTPS server.
    for service, line in (("netconf", "netconf-yang"), ("restconf", "restconf")):
        if service in spec.services:
            section.set(line)
    home = section.set("call-home")
    home.set("contact-email-addr sch-smart-licensing@cisco.com")
    profile = home.set('profile "CiscoTAC-1"')
    profile.set("active")
    profile.set("destination transport-method http")
    trustpoint = section.set("crypto pki trustpoint SLA-TrustPoint")
    trustpoint.set("enrollment pkcs12")
    trustpoint.set("revocation-check crl")
    _interfaces(section, spec)
    if spec.standby_serial:
        section.set("redundancy").set("mode sso")
    section.set("line con 0")
    section.set("line vty 0 15").set("login local")
    licence = LicenceConfig(
        transport=spec.transport,
        url_cslu=spec.cslu_url,
        url_smart=spec.smart_url,
        proxy_address=spec.proxy_address,
        proxy_port=spec.proxy_port,
        level=spec.level,
    )
    return Config(spec.hostname, spec.zone, spec.zone_minutes, licence, section)
