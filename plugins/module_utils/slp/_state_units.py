# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which units a product instance consists of, their trust codes, what platform it is, and the state of the pair."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError

from ._state_model import HaMember, HaState, LicenseUse, Trust, Unit
from ._state_sources import ALL, AUTHORIZATION, TECH, UDI, Parsed, Sources, section, text_of
from .udi import Udi

_CONTROLLER = re.compile(r"(C9800-(?:CL|40|80|L)|CW9800\w*)(?:-.*)?")
_ACCESS_POINT = re.compile(r"C91\d\d\w*(?:-.*)?")
_EWC_SOFTWARE = "C9800-AP"
_STATE_NUMBER = re.compile(r"\d+\s*-\s*")


def read_units(sources: Sources) -> tuple[Unit, ...]:
    """Active first, in the device's order. Raises ParseError when no output names the product instance."""
    listed = _listed(sources)
    if not listed:
        raise ParseError(
            "none of the outputs names the product instance", remedy="Read 'show license udi' too, at privilege 15"
        )
    trusts = _Trusts(sources, len(listed))
    authorizations = {(unit["role"], unit["sn"]): unit for unit in _authorizations(sources)}
    units = []
    for unit in listed:
        allowed = authorizations.get((unit["role"], unit["sn"]), {})
        status = allowed.get("status") or allowed.get("reservation_status")
        udi = Udi(unit["pid"], unit["sn"])
        units.append(Unit(udi=udi, role=unit["role"], trust=trusts.take(unit), authorization=status))
    return tuple(sorted(units, key=lambda unit: unit.role != "active"))


def _listed(sources: Sources) -> Sequence[Parsed]:
    products = [section(source, "product_information") for source in sources.each(ALL, TECH)]
    for source in (*products, *sources.each(UDI)):
        if units := source.get("ha_udi_list"):
            return list(units)
    for source in (*products, *sources.each(UDI)):
        if single := source.get("udi"):
            return [{"role": "active", **single}]
    trusted = (sources.status("trust_code_installed") or {}).get("units")
    if trusted or (trusted := _authorizations(sources)):
        return list(trusted)
    parts = sources.get("show inventory").get("inventory", ())
    chassis = [part for part in parts if part["name"] in ("Chassis", "Chassis 1", "Switch 1") and part.get("sn")]
    return [{"role": "active", **part} for part in chassis[:1]]


def _authorizations(sources: Sources) -> Sequence[Parsed]:
    chapters = [section(source, "license_authorizations") for source in sources.each(ALL)]
    chapters += [section(source, "reservation_info") for source in sources.each(TECH)]
    found = (source.get("overall_status") for source in (*chapters, *sources.each(AUTHORIZATION)))
    return next((status for status in found if isinstance(status, list) and status), [])


class _Trusts:
    """Hands out the printed trust codes; two supervisors share a serial number, so each is given away once."""

    def __init__(self, sources: Sources, count: int) -> None:
        self.time = sources.time
        printed = sources.status("trust_code_installed")
        self.printed: Parsed | None = printed
        self.single = count == 1
        self.entries = list((printed or {}).get("units", ()))
        self.devices = list((sources.chapter("other_info") or {}).get("local_devices", ()))

    def take(self, unit: Parsed) -> Trust:
        device = _take(self.devices, unit) or {}
        entry = _take(self.entries, unit)
        if self.printed is None:
            return Trust(state=_told_by_device(device.get("trust_data", "")), trust_id=device.get("trust_id"))
        line = self.printed.get("installed_on", "")
        installed = (entry or {}).get("installed_on") or (line if entry is not None or self._applies(unit) else "")
        valid_until = self.time((entry or {}).get("expired_on"))
        time = self.time(installed)
        return Trust(
            state="none" if time is None else "installed",
            installed=time,
            kind=(entry or {}).get("trust_code_type") or (self.printed.get("trust_code_type") if time else None),
            valid_from=self.time((entry or {}).get("valid_on")),
            valid_until=None if valid_until is None or valid_until.wall.year <= 1970 else valid_until,
            attributes=text_of((entry or self.printed).get("attributes")),
            trust_id=device.get("trust_id"),
        )

    def _applies(self, unit: Parsed) -> bool:
        """Whether the date on the heading line is this unit's: on a pair it can only be the active's."""
        return self.single or bool(unit["role"] == "active")


def _take(entries: list[Any], unit: Parsed) -> Parsed | None:
    for match in (("role", "pid", "sn"), ("pid", "sn")):
        for number, entry in enumerate(entries):
            if all(entry.get(key) == unit[key] for key in match):
                found: Mapping[str, Any] = entries.pop(number)
                return found
    return None


def _told_by_device(trust_data: str) -> str | None:
    if not trust_data:
        return None
    return "installed" if trust_data == "INSTALLED" else "none"


def platform_of(udi: Udi, software: str, usage: Sequence[LicenseUse] | None) -> tuple[str, bool | None]:
    """The platform by product id and name of the software, and whether it is a wireless controller.

    A Catalyst 9000 switch is one only while wireless licences are in use on it: all of them print an AIR level.
    """
    if software == _EWC_SOFTWARE or _ACCESS_POINT.fullmatch(udi.pid):
        return "EWC-AP", True
    if found := _CONTROLLER.fullmatch(udi.pid):
        return found[1], True
    wireless = software.startswith(("C9800", "CW9800")) or any(
        use.in_use and use.name.startswith(("air-", "cisco-wireless")) for use in usage or ()
    )
    return udi.pid, wireless


def read_ha(sources: Sources) -> HaState | None:
    """From ``show chassis``, ``show redundancy`` and ``show redundancy states``, whichever are there."""
    states, redundancy = sources.get("show redundancy states"), sources.get("show redundancy")
    chassis = [member for source in sources.each("show chassis rmi", "show chassis") for member in source["chassis"]]
    if not (states or redundancy or chassis):
        return None
    system = section(redundancy, "redundant_system_information")
    mine = section(redundancy, "current_processor_information").get("current_software_state")
    peer = section(redundancy, "peer_processor_information").get("current_software_state")
    members = {row["chassis"]: row for row in reversed(chassis)}
    return HaState(
        mode=states.get("mode") or system.get("hardware_mode"),
        operating_mode=states.get("redundancy_mode_operational") or system.get("operating_redundancy_mode"),
        configured_mode=states.get("redundancy_mode_configured") or system.get("configured_redundancy_mode"),
        my_state=_state_name(states.get("my_state")) or mine,
        peer_state=_state_name(states.get("peer_state")) or peer,
        communications=states.get("communications") or system.get("communications"),
        members=tuple(
            HaMember(
                number=number,
                role=row["role"].lower(),
                state=row["current_state"],
                priority=row["priority"],
                mac_address=row["mac_address"],
                rmi_ip=row.get("rmi_ip"),
            )
            for number, row in sorted(members.items())
        ),
    )


def _state_name(text: str | None) -> str | None:
    """``STANDBY HOT`` of ``8  -STANDBY HOT``."""
    return _STATE_NUMBER.sub("", text, count=1) if text else None
