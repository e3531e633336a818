# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Call home and the clock: ``show call-home ...``, ``show ntp status``.

The lines of ``show call-home smart-licensing`` are confirmed (cli.md 1.6); the others are as public parsers read them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .config import Section
from .iostime import system_time
from .render_license import Lines
from .uplink import DDCE_URL, HomeProfile, profiles_of

if TYPE_CHECKING:
    from .device import MockDevice

_NTP_EPOCH = 2_208_988_800
"""Seconds from the first second of NTP to that of Unix."""


def smart_licensing(device: MockDevice) -> Lines:
    """The profile that carries licensing messages, or else the first."""
    section = device.config.section
    profiles = profiles_of(section)
    name, profile = next(
        ((name, profile) for name, profile in profiles.items() if profile.active and profile.reports),
        next(iter(profiles.items()), ("CiscoTAC-1", HomeProfile(active=False, reports=False, url=DDCE_URL))),
    )
    usable = section.has("service call-home") and profile.active and profile.reports
    yield "Current smart-licensing transport settings:"
    yield f" Smart-license messages: {'enabled' if usable else 'disabled'}"
    yield f" Profile: {name} (status: {_status(profile)})"
    yield f" Destination  URL(s):  {profile.url or 'Not yet set up'}"


def overview(device: MockDevice) -> Lines:
    section = device.config.section
    home = section.at("call-home")
    proxy = re.fullmatch(r'"([^"]+)" port (\d+)', _after(home, "http-proxy"))
    yield "Current call home settings:"
    yield f"    call home feature : {'enable' if section.has('service call-home') else 'disable'}"
    yield f"    call home message's from address: {_unset(_after(home, 'sender from'))}"
    yield f"    call home message's reply-to address: {_unset(_after(home, 'sender reply-to'))}"
    yield ""
    yield "    vrf for call-home messages: Not yet set up"
    yield ""
    yield f"    contact person's email address: {_unset(_after(home, 'contact-email-addr'))}"
    yield ""
    for label, start in (
        ("contact person's phone number", "phone-number"),
        ("street address", "street-address"),
        ("customer ID", "customer-id"),
        ("contract ID", "contract-id"),
        ("site ID", "site-id"),
        ("source ip address", "source-ip-address"),
    ):
        yield f"    {label}: {_unset(_after(home, start))}"
    yield f"    source interface: {_unset(_after(home, 'source-interface'))}"
    yield "    Mail-server: Not yet set up"
    yield f"    http proxy: {f'{proxy[1]}:{proxy[2]}' if proxy else 'Not yet set up'}"
    yield ""
    yield f"    http secure server-identity-check: {_enabled(not home.has('no http secure server-identity-check'))}"
    yield f"    data-privacy: {'hostname' if home.has('data-privacy hostname') else 'normal'}"
    yield ""
    yield "Profiles:"
    for name, profile in profiles_of(section).items():
        yield f"    Profile Name: {name}"
        yield f"    Profile status: {_status(profile)}"


def profiles(device: MockDevice) -> Lines:
    for name, found in profiles_of(device.config.section).items():
        yield from profile(name, found)


def profile(name: str, found: HomeProfile) -> Lines:
    data = ["Smart Call Home"] * (name == "CiscoTAC-1") + ["Smart Licensing"] * found.reports
    yield f"Profile Name: {name}"
    yield f"    Profile status: {_status(found)}"
    yield "    Profile mode: Full Reporting"
    yield f"    Reporting Data: {', '.join(data) or 'None'}"
    yield "    Preferred Message Format: xml"
    yield "    Message Size Limit: 3145728 Bytes"
    yield f"    Transport Method: {'http' if found.http else 'email'}"
    if found.url:
        yield f"    HTTP  address: {found.url}"
    yield "    Other address(es): default"
    yield ""


def _status(profile: HomeProfile) -> str:
    return "ACTIVE" if profile.active else "INACTIVE"


def _enabled(on: bool) -> str:
    return "enabled" if on else "disabled"


def _unset(text: str) -> str:
    return text or "Not yet set up"


def _after(section: Section, start: str) -> str:
    """The rest of the line that begins so."""
    return next((line[len(start) + 1 :] for line in section.lines if line.startswith(f"{start} ")), "")


def ntp_status(device: MockDevice) -> Lines:
    """``show ntp status``: the server is what is configured, or one that nobody has to name."""
    lines = (re.match(r"ntp server (?:vrf \S+ )?(\S+)", line) for line in device.config.section.lines)
    servers = [match[1] for match in lines if match]
    now = device.now
    if device.ntp_synced():
        yield f"Clock is synchronized, stratum 2, reference is {servers[0] if servers else '192.0.2.123'}"
        stamp, offset = f"{int(now) + _NTP_EPOCH:08X}.00000000", "0.0000"
    else:
        yield "Clock is unsynchronized, stratum 16, no reference clock"
        stamp, offset = "00000000.00000000", "0.0000"
    shown = system_time(now if device.ntp_synced() else -_NTP_EPOCH, device.zone)
    clock, _unused, rest = shown.partition(" ")
    yield "nominal freq is 250.0000 Hz, actual freq is 250.0000 Hz, precision is 2**10"
    yield f"ntp uptime is {int(now - device.agent.boot) * 100} (1/100 of seconds), resolution is 4000"
    yield f"reference time is {stamp} ({clock}.000 {rest})"
    yield f"clock offset is {offset} msec, root delay is 0.00 msec"
    yield "root dispersion is 2.31 msec, peer dispersion is 1.20 msec"
    state = "'CTRL' (Normal Controlled Loop)" if device.ntp_synced() else "'NSET' (Never set)"
    yield f"loopfilter state is {state}, drift is 0.000000000 s/s"
    yield f"system poll interval is 64, {'last update was 9 sec ago.' if device.ntp_synced() else 'never updated.'}"
