# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our results in the shape in which the genie parsers print the same command, so that values can be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_RENAMED = {
    "clock_sync_ed_with_ntp": "clock_synced_with_ntp",
    "day_0_verification": "day0_verification",
    "out_of_compliance_count": "outofcompliance_count",
    "policyv2": "policy_v2",
    "sizeof_char_ptr": "sizeof_char_*",
}


def by_role(units: list[dict[str, Any]]) -> dict[str, Any]:
    """active, standby, member, member2, ..."""
    found: dict[str, Any] = {}
    for unit in units:
        unit = dict(unit)
        role = unit.pop("role")
        number = 1 + sum(key.rstrip("0123456789") == role for key in found)
        found[role if number == 1 else f"{role}{number}"] = unit
    return found


def _trust(trust: dict[str, Any]) -> Any:
    if set(trust) == {"installed_on"}:
        return trust["installed_on"]
    units = []
    for unit in trust.get("units", ()):
        info = f"INSTALLED on {unit['installed_on']}" if "installed_on" in unit else ""
        if "installed_on" in unit and "valid_on" in unit:
            info += f"    Valid on {unit['valid_on']}"
        units.append({**unit, "info": info})
    rest = {key: value for key, value in trust.items() if key != "units"}
    return {**rest, **by_role(units)}


def _usage(uses: list[dict[str, Any]]) -> dict[str, Any]:
    if any("handle" in use for use in uses):
        return {"handle": {str(use["handle"]): use for use in uses}}
    return {"license_name": {f"{use['license']} ({use['entitlement_tag']}):": use for use in uses}}


def _mapping(table: dict[str, Any]) -> dict[str, Any]:
    enforced: dict[str, Any] = {}
    for unit in table["enforced_licenses"]:
        entry = enforced.setdefault(unit["sn"].lower(), {"pid": unit["pid"]})
        for found in unit["licenses"]:
            if found["entitlement_tag"]:
                entry[f"{found['license']}_entitlement_tag"] = found["entitlement_tag"]
                entry[f"{found['license']}_no"] = found["number"]
            else:
                entry[found["license"]] = f"({found['number']})"
    return {**table["platforms"][0], "enforced_licenses": enforced}


def _devices(devices: list[dict[str, Any]]) -> dict[str, Any]:
    found = {}
    for device in devices:
        trust = {"trustid": device["trust_id"]} if "trust_id" in device else {"trustvalue": device["trust_data"]}
        colon = ":" if device["trust_data"] == "NOT INSTALLED" else ""  # the parser's regular expression takes it along
        found[device["sn"].lower() + colon] = {"p": device["pid"], **trust}
    return found


def _banner(command: str, banner: dict[str, str]) -> dict[str, Any]:
    if command == "show license tech support":
        first, second = banner["five_seconds"].replace("%", "").split("/")
        return {
            "primary_load_time_percent": first,
            "secondary_load_time_percent": second,
            "one_minute_load_percent": banner["one_minute"].rstrip("%"),
            "five_minute_load_percent": banner["five_minutes"].rstrip("%"),
            "ntp_time": banner.get("time"),
        }
    load, time = ("load_for_five_secs", "time_source_is_ntp") if "status" in command else ("load_time", "ntp_time")
    return {
        load: banner["five_seconds"],
        "one_minute": banner["one_minute"],
        "five_minutes": banner["five_minutes"],
        time: banner["time"],
    }


def _licensing(command: str, value: Any, key: str = "") -> Any:
    match key, value:
        case "trust_code_installed", dict():
            return _trust(value)
        case (("overall_status" | "ha_udi_list"), list()):
            return by_role(value)
        case "license_usage", list():
            return _usage([_licensing(command, use) for use in value])
        case "platform_provided_mapping_table", dict():
            return _mapping(value)
        case _, dict():
            shaped: dict[str, Any] = {}
            for name, item in value.items():
                shaped[_RENAMED.get(str(name), str(name))] = _licensing(command, item, name)
            if "local_devices" in shaped:
                shaped["trust_data"] = _devices(shaped.pop("local_devices"))
            if "banner" in shaped:
                shaped |= _banner(command, shaped.pop("banner"))
            if command == "show license tech support" and "device_telemetry_report_summary" in shaped:
                # The parser takes the trust codes for a part of the chapter that they are printed behind.
                trust = shaped["smart_licensing_status"].get("trust_code_installed")
                shaped["device_telemetry_report_summary"]["trust_code_installed"] = trust
            return shaped
    return value


def _eventlog(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, **_banner("show license eventlog", data["banner"])}


def _summary(data: dict[str, Any]) -> dict[str, Any]:
    uses = {use["entitlement_tag"]: {**use, "entitlement": use["entitlement_tag"]} for use in data["license_usage"]}
    return {**data, "license_usage": uses}


def _license_usage(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, **_usage(data["license_usage"])}


def _udi(data: dict[str, Any]) -> dict[str, Any]:
    return {"udi_details": data["udi"], "ha_udi_list": by_role(data["ha_udi_list"])}


def _authorization(data: dict[str, Any]) -> dict[str, Any]:
    units = by_role(data["overall_status"])
    return {**data, "overall status": units, "status": units["active"]["status"]}


def _rum_ids(data: dict[str, Any]) -> dict[str, Any]:
    return {"smart_license_usage_reports": {str(row["report_id"]): row for row in data["reports"]}}


def _rum_detail(data: dict[str, Any]) -> dict[str, Any]:
    return {"report_id": {str(data["report_id"]): data}}


def _version(data: dict[str, Any]) -> dict[str, Any]:
    when, _by, who = data["compiled"].partition(" by ")
    image = "production image" if data["label"].startswith("RELEASE") else "developer image"
    how, at, time = data["returned_to_rom_by"].partition(" at ")
    return {
        "version": {
            **data,
            "rtr_type": data["chassis"],
            "main_mem": data["memory"],
            "compiled_date": when,
            "compiled_by": who,
            "image_type": image,
            "returned_to_rom_by": how,
            **({"returned_to_rom_at": time} if at else {}),
            "version_short": ".".join(data["version"].split(".")[:2]),
        }
    }


def _chassis(data: dict[str, Any]) -> dict[str, Any]:
    port = {"redun_port_type": data["redundancy_port_type"]} if "redundancy_port_type" in data else {}
    return {**data, **port, "chassis_index": {str(row["chassis"]): row for row in data["chassis"]}}


def _redundancy(data: dict[str, Any]) -> dict[str, Any]:
    system = data["redundant_system_information"]
    names = {
        "configured_redundancy_mode": "conf_red_mode",
        "operating_redundancy_mode": "oper_red_mode",
        "hardware_mode": "hw_mode",
        "maintenance_mode": "maint_mode",
        "current_software_state": "curr_sw_state",
        "uptime_in_current_state": "uptime_in_curr_state",
        "image_version": "image_ver",
        "configuration_register": "config_register",
    }
    slots = {}
    for processor in ("current", "peer"):
        found = data.get(f"{processor}_processor_information")
        if found:
            where = found.get("active_location") or found["standby_location"]
            slots[where] = {names.get(key, key): value for key, value in found.items()}
    return {"red_sys_info": {names.get(key, key): value for key, value in system.items()}, "slot": slots}


def _states(data: dict[str, Any]) -> dict[str, Any]:
    timer = str(data["client_notification_tmr"]).removesuffix(" milliseconds")
    return {**data, "client_notification_tmr_msec": timer}


def _inventory(data: dict[str, Any]) -> dict[str, Any]:
    return {"index": {str(number): part for number, part in enumerate(data["inventory"], start=1)}}


_SHAPES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "show license summary": _summary,
    "show license usage": _license_usage,
    "show license udi": _udi,
    "show license authorization": _authorization,
    "show license rum id all": _rum_ids,
    "show license rum id 1 detail": _rum_detail,
    "show version": _version,
    "show chassis": _chassis,
    "show chassis rmi": _chassis,
    "show redundancy": _redundancy,
    "show redundancy states": _states,
    "show inventory": _inventory,
    "show license history message": dict,
    "show license eventlog": _eventlog,
}


def genie_shape(command: str, data: dict[str, Any]) -> Any:
    shape = _SHAPES.get(command)
    return shape(data) if shape else _licensing(command, data)
