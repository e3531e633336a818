# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a world consists of: a fleet file, or one of the built-in fleets ``demo`` and ``many:N``.

A fleet file is a list of devices, or ``{"devices": [...], "targets": [...]}`` (targets.py).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .spec import DeviceSpec
from .targets import ProxySpec, TargetSpec, target_spec

REPORTED = "reported_days_ago"
SMART_ACCOUNT = "example.com"
_LARGEST_FLEET = 20_000
_CISCO = ("cssm", "smart_receiver", "callhome")
_RELEASES = ("17.3.4", "17.6.5", "17.9.5", "17.12.4", "17.15.3")


@dataclass(frozen=True, slots=True)
class Member:
    """One device of a fleet. ``reported_days_ago``: when CSSM last acknowledged its reports; 0: never."""

    spec: DeviceSpec
    reported_days_ago: int = 0


class FleetError(ValueError):
    """A fleet cannot be built; the message names the file or the device."""


def load_fleet(source: str) -> list[Member]:
    """``demo``, ``many:N`` (N alike controllers, for load), or the path of a JSON file. Raises FleetError."""
    if source == "demo":
        return demo_fleet()
    if match := re.fullmatch(r"many:(\d{1,6})", source):
        return many_fleet(int(match[1]))
    return build_fleet(_read(source))


def load_targets(source: str) -> list[TargetSpec]:
    """The targets of the same fleet; the built-in ones have none. Raises FleetError."""
    if source == "demo" or source.startswith("many:"):
        return []
    return build_targets(_read(source))


def _read(source: str) -> Any:
    try:
        return json.loads(Path(source).read_bytes())
    except OSError as error:
        raise FleetError(f"fleet {source}: neither demo, nor many:N, nor a file ({error.strerror})") from error
    except ValueError as error:
        raise FleetError(f"fleet {source} is no JSON: {error}") from error


def build_fleet(data: Any) -> list[Member]:
    """From a list of mappings with the keys of DeviceSpec and Member, or a mapping that has it under ``devices``."""
    entries = data.get("devices") if isinstance(data, Mapping) else data
    if not isinstance(entries, list) or not entries:
        raise FleetError("a fleet is a list of devices, or a mapping with such a list under 'devices'")
    if isinstance(data, Mapping) and (unknown := set(data) - {"devices", "targets"}):
        raise FleetError(f"a fleet has devices and targets, not {', '.join(sorted(map(str, unknown)))}")
    members = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, Mapping):
            raise FleetError(f"device {number} of the fleet is no mapping")
        try:
            members.append(_member({**_DEFAULTS, **entry}))
        except (TypeError, ValueError) as error:
            raise FleetError(f"device {number} of the fleet: {error}") from error
    specs = [member.spec for member in members]
    _check_unique("name", (spec.name for spec in specs))
    _check_unique(
        "serial number", (serial for spec in specs for serial in (spec.serial, spec.standby_serial) if serial)
    )
    return members


def build_targets(data: Any) -> list[TargetSpec]:
    """From a mapping that has them under ``targets``; a fleet that is a list has none."""
    entries = data.get("targets", []) if isinstance(data, Mapping) else []
    if not isinstance(entries, list):
        raise FleetError("the targets of a fleet are a list")
    specs = []
    for number, entry in enumerate(entries, 1):
        try:
            specs.append(target_spec(entry))
        except (TypeError, ValueError) as error:
            raise FleetError(f"target {number} of the fleet: {error}") from error
    # CSSM is there in every world.
    _check_unique("target", (*_CISCO, *(spec.name for spec in specs)))
    _check_unique("host name", (spec.hostname for spec in specs))
    proxies = {spec.name for spec in specs if isinstance(spec, ProxySpec)}
    for spec in specs:
        if spec.proxy and spec.proxy not in proxies:
            raise FleetError(f"target {spec.name}: there is no proxy {spec.proxy} in the fleet")
    return specs


def _member(entry: dict[str, Any]) -> Member:
    days = entry.pop(REPORTED, 0)
    if not isinstance(days, int) or days < 0:
        raise ValueError(f"{REPORTED} {days!r} is no number of days")
    if days and not (entry["smart_account"] and entry["virtual_account"]):
        raise ValueError(f"{REPORTED} needs a smart_account and a virtual_account")
    return Member(DeviceSpec.from_mapping(entry), days)


def _check_unique(what: str, values: Iterable[str]) -> None:
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise FleetError(f"the fleet has {what} {twice[0]} more than once")


_DEFAULTS: Mapping[str, Any] = {
    "transport": "off",
    "topology": "offline",
    "smart_account": SMART_ACCOUNT,
    "virtual_account": "DEFAULT",
}


def demo_fleet() -> list[Member]:
    """Twelve product instances of one company: every platform, five releases, and what goes wrong in real life."""
    return build_fleet(
        [
            # An SSO pair: one product instance with two UDIs. In order.
            _campus("wlc-berlin-hq", "C9800-40", "TTM0000A001", "17.12.4", 420, 8, 20, standby_serial="TTM0000A002"),
            # The next report is due within days.
            _campus("wlc-munich-campus", "C9800-80", "TTM0000B001", "17.15.3", 1250, 6, 55),
            # Has reported, but not for too long; before 17.7.1 no trust code came with the ACK.
            _campus("wlc-london-campus", "C9800-80", "TTM0000B002", "17.6.5", 610, 4, 75),
            # New, never reported; its clock is not synchronised.
            _campus("wlc-hamburg-port", "C9800-40", "TTM0000A003", "17.9.5", 180, 4, ntp_synced=False),
            # Forgotten: several hundred reports wait, and the first ACK is overdue.
            _campus("wlc-frankfurt-dc", "C9800-CL", "9SIM0000001", "17.9.5", 90, 340),
            _campus("wlc-newyork-dc", "C9800-CL", "9SIM0000002", "17.3.4", 35, 2, zone="EST", zone_minutes=-300),
            _campus("wlc-singapore-dc", "C9800-CL", "9SIM0000003", "17.15.3", 64, 4, 5, zone="SGT", zone_minutes=480),
            # No access point has joined: no licence in use, nothing to report.
            _campus("wlc-lab", "C9800-CL", "9SIM0000004", "17.12.4", 0, 0),
            _branch("wlc-vienna-branch", "C9800-L", "FCL0000C001", "17.12.4", 22, 4, 30),
            # Shipped with a trust code, never reported.
            _branch("wlc-zurich-branch", "C9800-L", "FCL0000C002", "17.9.5", 14, 2, factory_trust=True),
            _branch("ewc-graz-shop", "EWC-AP", "KWC0000D001", "17.6.5", 6, 2),
            _branch("ewc-linz-shop", "EWC-AP", "KWC0000D002", "17.12.4", 4, 2),
        ]
    )


def _campus(
    name: str, platform: str, serial: str, release: str, aps: int, waiting: int, reported: int = 0, **more: Any
) -> dict[str, Any]:
    entry = {"name": name, "platform": platform, "serial": serial, "release": release, "aps": aps}
    return {**entry, "waiting_reports": waiting, REPORTED: reported, "virtual_account": "Campus", **more}


def _branch(*values: Any, **more: Any) -> dict[str, Any]:
    place = {"virtual_account": "Branch offices", "zone": "CET", "zone_minutes": 60, "level": "essentials"}
    return {**_campus(*values), **place, **more}


def many_fleet(count: int) -> list[Member]:
    """``count`` virtual controllers in all releases by turns, each with a few reports."""
    if not 1 <= count <= _LARGEST_FLEET:
        raise FleetError(f"many:{count}: between 1 and {_LARGEST_FLEET} devices")
    return build_fleet(
        [
            {
                "name": f"wlc-{number:05}",
                "serial": f"9SIM{number:07}",
                "release": _RELEASES[number % len(_RELEASES)],
                "aps": 5 + number % 20,
                "waiting_reports": 2,
                # Two ports and two sockets less for each.
                "model_driven": False,
            }
            for number in range(1, count + 1)
        ]
    )
