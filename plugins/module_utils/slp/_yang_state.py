# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a product instance out of model data: the same as from the CLI, None where no leaf tells (yang.md 4).

Some leaves look like an alarm and are none: not registered, no authorization, an invalid tag. They date from the
licensing before this one and are not read at all (yang.md, fact 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ._state_model import (
    HaMember,
    HaState,
    LicenseState,
    LicenseUse,
    Policy,
    PolicyClass,
    Privacy,
    Reporting,
    Transport,
    Trust,
    Unit,
)
from ._state_units import platform_of
from .errors import ParseError, SlpError
from .show import parse
from .state import release_of
from .times import DeviceTime, parse_model_time
from .udi import Udi

Tree = Mapping[str, Any]

UNTOLD = (
    "account",
    "transport.proxy",
    "transport.vrf",
    "transport.server_identity_check",
    "reporting.push_interval_days",
    "reporting.policy_interval_days",
    "reporting.next_ack_check",
    "reporting.next_push",
    "reporting.last_push",
    "reporting.last_file_write",
    "rum",
    "reports",
    "air_level",
    "air_level_next",
    "wireless_level",
    "wireless_level_next",
    "communication",
    "history",
    "events",
    "ntp_synced",
)
"""What no model has a leaf for."""

_ROLES = {"role-active": "active", "role-standby": "standby"}
_INSTALLED = ("policy-type-custom", "policy-type-controller")
_KEY = re.compile(r"P(?:ID)?:([^,\s]+),S(?:N)?:(\S+?)(?:_\d+)?")


@dataclass(frozen=True, slots=True)
class ClosedReport:
    """``state``: ``closed`` (never asked for through the model), ``unacknowledged``, ``acknowledged``, ..."""

    report_id: int
    udi: Udi | None
    state: str
    start: DeviceTime | None = None
    end: DeviceTime | None = None


def state_from_yang(tree: Tree, *, host: str | None = None) -> LicenseState:
    """From the answers to ``read_state``, merged. Raises UnsupportedDevice and ParseError as ``build_state`` does."""
    try:
        return _build(tree, host)
    except SlpError as error:
        error.host = error.host or host or ""
        raise


def _build(tree: Tree, host: str | None) -> LicenseState:
    licensing = tree.get("licensing", {})
    state = licensing.get("state", {})
    info = state.get("state-info", {})
    version = _version(tree)
    release = release_of(version)  # refuses those before Smart Licensing Using Policy
    units = _units(tree, info)
    usage = tuple(_use(entry) for entry in info.get("usage", [])) if info else None
    platform, is_controller = platform_of(units[0].udi, version.get("platform", ""), usage)
    return LicenseState(
        udi=units[0].udi,
        units=units,
        host=host,
        hostname=_text(tree.get("native", {}).get("hostname")),
        release=release,
        platform=platform,
        is_controller=is_controller,
        agent_version=_text(state.get("version")),
        transport=_transport(info, licensing.get("config", {})),
        policy=_policy(info.get("policy", {})),
        usage=usage,
        reporting=_reporting(info),
        privacy=_privacy(info.get("privacy", {})),
        utility=_truth(info.get("utility", {}).get("enabled")),
        custom_id=_text(info.get("custom-id")),
        ha=_ha(tree),
        clock=_time(_system(tree).get("current-time")),
        # Who only looks how far something has come does not read the configuration.
        untold=UNTOLD if "version" in state or "config" in licensing else (*UNTOLD, "transport.cslu_url"),
    )


def _system(tree: Tree) -> Tree:
    found: Tree = tree.get("device-hardware-data", {}).get("device-hardware", {}).get("device-system-data", {})
    return found


def _version(tree: Tree) -> dict[str, Any]:
    """Release and software as ``show version`` has them (yang.md 9)."""
    software = _text(_system(tree).get("software-version"))
    version = parse("show version", software) if software else {}
    image = _text(tree.get("ha-oper-data", {}).get("ha-infra", {}).get("image-version"))
    return {**version, "version": image or version.get("version")}


# --- units ---


def _units(tree: Tree, info: Tree) -> tuple[Unit, ...]:
    """Active first. The active is who answers; the others stand as keys in lists, or among the chassis (yang.md 9)."""
    active = _own_udi(info)
    chassis = {node.get("serial-number", ""): node for node in _chassis(tree)}
    parts = {part.get("serial-number", ""): part.get("part-number", "") for part in _inventory(tree)}
    named = [udi for entry in _keyed(info) if (udi := _udi_of(entry))]
    # Both units of a pair are of one kind: the models demand it no less than the devices.
    named += [Udi(parts.get(serial) or active.pid, serial) for serial in chassis if serial]
    others: dict[str, Udi] = {udi.sn: udi for udi in reversed(named) if udi.sn != active.sn}
    codes = {udi.sn: entry for entry in info.get("trust-code", []) if (udi := _udi_of(entry))}
    told = _tells_trust(info)
    allowed = {udi.sn: entry for entry in _overall(info) if (udi := _udi_of(entry))}
    order = sorted(others.values(), key=lambda udi: (_number(chassis.get(udi.sn, {}).get("chassis-number")) or 0, udi))
    return tuple(
        Unit(
            udi=udi,
            role=_role(chassis.get(udi.sn, {}), udi is active, len(others)),
            trust=_trust(codes.get(udi.sn), told),
            authorization=_authorization(allowed.get(udi.sn)),
        )
        for udi in (active, *order)
    )


def _own_udi(info: Tree) -> Udi:
    udi = info.get("udi", {})
    if not udi.get("pid") or not udi.get("sn"):
        raise ParseError(
            "the licensing model of the device does not name the product instance",
            remedy="Use a login of privilege 15; if it stays so, read it by the CLI: set slp_fallback: cli",
        )
    return Udi(udi["pid"], udi["sn"])


def _chassis(tree: Tree) -> list[Tree]:
    return list(tree.get("stack-oper-data", {}).get("stack-node", []))


def _inventory(tree: Tree) -> list[Tree]:
    parts = tree.get("device-hardware-data", {}).get("device-hardware", {}).get("device-inventory", [])
    return [part for part in parts if part.get("hw-type") == "hw-type-chassis"]


def _overall(info: Tree) -> list[Tree]:
    return list(info.get("imported-authorizations", {}).get("overall-status", []))


def _keyed(info: Tree) -> Iterator[Tree]:
    """Every UDI of the pair is a key in these."""
    yield from info.get("trust-code", [])
    yield from info.get("factory-purchase", [])
    yield from _overall(info)


def _udi_of(entry: Tree) -> Udi | None:
    """Out of the key, or of the container beside it."""
    own = entry.get("udi", {})
    found = _KEY.fullmatch(str(entry.get("key_udi") or entry.get("rum-report-key") or ""))
    pid, serial = found.groups() if found else (own.get("pid"), own.get("sn"))
    try:
        return Udi(str(pid or ""), str(serial or ""))
    except ParseError:
        return None


def _role(chassis: Tree, is_active: bool, others: int) -> str:
    if is_active:
        return "active"
    return _ROLES.get(chassis.get("role", ""), "standby" if others == 1 else "member")


def _tells_trust(info: Tree) -> bool:
    """The list is absent while there is no trust code at all; so is it where the model has none (yang.md 2.1)."""
    return any(name in info for name in ("trust-code", "policy", "rum-ack"))


def _trust(entry: Tree | None, told: bool) -> Trust:
    if not told:
        return Trust()
    if entry is None or _truth(entry.get("is-installed")) is not True:
        return Trust(state="none")
    return Trust(state="installed", installed=_time(entry.get("time-installed")))


def _authorization(entry: Tree | None) -> str | None:
    """The CLI has words for each kind that is installed, the model only that it is."""
    return "NOT INSTALLED" if entry is not None and not entry.get("installed-list") else None


# --- licensing ---


def _transport(info: Tree, config: Tree) -> Transport | None:
    shown = info.get("transport", {})
    kind = _text(shown.get("transport-type"))
    if kind is None:
        return None
    url_cslu = config.get("transport", {}).get("transport-cslu", {}).get("url-cslu")
    name = kind.removeprefix("transport-type-")
    return Transport(
        type=name,
        url=_text(shown.get("url-settings", {}).get("url-registration")),
        cslu_url=_text(url_cslu) if name == "cslu" else None,
    )


def _policy(shown: Tree) -> Policy | None:
    if not shown:
        return None
    kind, installed = shown.get("policy-type", ""), _time(shown.get("install-time"))
    return Policy(
        source="installed" if installed or kind in _INSTALLED else "merged",
        name=_text(shown.get("policy-name")),
        installed=installed,
        ack_required=_truth(shown.get("ack-required")),
        perpetual=_policy_class(shown.get("policy-perpetual")),
        subscription=_policy_class(shown.get("policy-subscription")),
        enforced=_policy_class(shown.get("policy-enforced")),
        export=_policy_class(shown.get("policy-export")),
    )


def _policy_class(shown: Tree | None) -> PolicyClass | None:
    if not shown:
        return None
    return PolicyClass(
        first=_number(shown.get("reporting-first-time")),
        ongoing=_number(shown.get("reporting-ongoing")),
        change=_number(shown.get("reporting-macd")),
    )


def _use(entry: Tree) -> LicenseUse:
    """``enforcement-mode`` has no value for a licence in use: the count tells (yang.md 4.1)."""
    count = _number(entry.get("count")) or 0
    return LicenseUse(
        name=entry.get("license-name", ""),
        tag=_text(entry.get("short-name")),
        entitlement_tag=_text(entry.get("entitlement-tag")),
        count=count,
        in_use=count > 0,
        description=_text(entry.get("description")),
    )


def _reporting(info: Tree) -> Reporting | None:
    shown = info.get("rum-ack")
    if shown is None:
        return None
    return Reporting(
        last_ack=_time(shown.get("last-received-time")), ack_deadline=_time(shown.get("next-report-deadline"))
    )


def _privacy(shown: Tree) -> Privacy | None:
    if not shown:
        return None
    return Privacy(
        smart_licensing_hostname=_truth(shown.get("hostname")),
        version=_truth(shown.get("version")),
    )


def closed_reports(tree: Tree) -> tuple[ClosedReport, ...]:
    """From the answers to ``read_reports`` or ``read_state``."""
    info = tree.get("licensing", {}).get("state", {}).get("state-info", {})
    return tuple(
        ClosedReport(
            report_id=int(entry["report-id"]),
            udi=_udi_of(entry),
            state=str(entry.get("report-state", "")).removeprefix("rum-report-state-"),
            start=_time(entry.get("report-start-time")),
            end=_time(entry.get("report-end-time")),
        )
        for entry in info.get("rum-reports-closed-keys", [])
        if str(entry.get("report-id", "")).isdecimal()
    )


# --- the pair ---


def _ha(tree: Tree) -> HaState | None:
    infra, chassis = tree.get("ha-oper-data", {}).get("ha-infra", {}), _chassis(tree)
    if not infra and not chassis:
        return None
    mode = _text(infra.get("leaf-mode"))
    return HaState(
        operating_mode=mode.lower() if mode == "SSO" else mode,
        my_state=_rf(infra.get("ha-state")),
        peer_state=_rf(infra.get("peer-state")),
        members=tuple(_member(node) for node in chassis if _number(node.get("chassis-number")) is not None),
    )


def _rf(value: Any) -> str | None:
    """``STANDBY HOT`` of ``db-rf-standby-hot``, as the CLI has it."""
    return str(value).removeprefix("db-rf-").replace("-", " ").upper() if value else None


def _member(node: Tree) -> HaMember:
    digits = re.sub(r"[^0-9a-f]", "", node.get("mac-address", "").lower())
    return HaMember(
        number=_number(node.get("chassis-number")) or 0,
        role=_ROLES.get(node.get("role", ""), "member"),
        state=node.get("node-state", "").removeprefix("state-").replace("-", " ").capitalize(),
        priority=_number(node.get("priority")),
        mac_address=".".join(digits[i : i + 4] for i in (0, 4, 8)) if digits else None,
    )


# --- leaves ---


def _text(value: Any) -> str | None:
    return str(value) if value else None


def _number(value: Any) -> int | None:
    return int(value) if value is not None and str(value).isdecimal() else None


def _truth(value: Any) -> bool | None:
    return {"true": True, "false": False}.get(str(value))


def _time(value: Any) -> DeviceTime | None:
    return parse_model_time(str(value)) if value else None
