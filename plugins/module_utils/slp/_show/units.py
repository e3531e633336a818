# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the agent prints per unit: UDIs with their roles, trust codes, authorizations. Always lists, in printed order.

Two supervisors share one serial number and a stack has several members, so neither serial number nor role is a key.
"""

from __future__ import annotations

import re
from typing import Any

from .fields import fill, snake
from .tree import Node

_UDI = re.compile(r"P(?:ID)?:\s*([^,\s]+)\s*,\s*S(?:N)?:\s*([^,\s:]+)")
_ROLE_UDI = re.compile(r"(\w+):\s*(P(?:ID)?:.*)")
_TRUST_TIME = re.compile(r"(INSTALLED|Installed|Valid|Expired) on\s+(.+?)(?=\s{2,}|$)")
_TAGGED = re.compile(r"(.*?)\s*\((.*)\)$", re.DOTALL)
_LOCAL_DEVICE = re.compile(
    r"(?:P:\S+,\s*)?(?:state\[(?P<state>\d{1,9})\],\s*)?(?P<trust>.*?)(?:\s+TrustId:(?P<id>\d{1,18}))?"
)
_ENFORCED = re.compile(r"(\S*)\s*\((\d{1,9})\)")
_FOUND = re.compile(r"Total licenses found:\s*(\d{1,9})")


def udi(text: str) -> dict[str, str]:
    """``PID:x,SN:y`` as ``{"pid": x, "sn": y}``; empty when there is none."""
    found = _UDI.search(text)
    return {"pid": found[1], "sn": found[2]} if found else {}


def read_udi(node: Node, extra: list[str]) -> dict[str, str]:
    """``UDI: PID:x,SN:y``."""
    found = udi(node.value)
    if not found:
        extra.append(f"{node.label}: {node.value}")
    return found


def read_units(node: Node, extra: list[str]) -> list[dict[str, Any]]:
    """``HA UDI List`` and ``Overall status``: ``{"role", "pid", "sn"}`` with whatever is printed below the unit."""
    units: list[dict[str, Any]] = []
    for child in node.children:
        unit = _unit(child)
        if unit is None:
            extra.append(f"{child.label}: {child.value}" if child.label else child.value)
            continue
        fill(child.children, unit, extra, {})
        units.append(unit)
    return units


def _unit(node: Node) -> dict[str, Any] | None:
    role, value = node.label, node.value
    if not role and (split := _ROLE_UDI.fullmatch(value)):  # "Active:PID:...", no blank after the colon
        role, value = split.groups()
    found = udi(value)
    return {"role": snake(role), **found} if role and found else None


def read_trust(node: Node, extra: list[str]) -> dict[str, Any]:
    """``{"installed_on", "trust_code_type", "attributes", "units": [...]}`` of all layouts (cli.md 3.1.2).

    ``installed_on`` is what stands on the line itself: a time, ``<none>``, or absent when each unit has its own.
    """
    trust: dict[str, Any] = {"installed_on": node.value} if node.value else {}
    units: list[dict[str, Any]] = []
    for child in node.children:
        unit = _unit(child)
        if unit is None:
            _trust_line(child, trust, extra)
        else:
            for line in child.children:
                _trust_line(line, unit, extra)
            units.append(unit)
    if units:
        trust["units"] = units
    return trust


def _trust_line(line: Node, into: dict[str, Any], extra: list[str]) -> None:
    if line.label:
        fill([line], into, extra, {})
        return
    times = _TRUST_TIME.findall(line.value)
    for word, time in times:
        into[f"{word.lower()}_on"] = time
    if line.value in ("<none>", "NOT INSTALLED"):
        into["installed_on"] = "<none>"
    elif not times:
        extra.append(line.value)


def tagged(label: str) -> tuple[str, str | None]:
    """``name (tag)`` in two; the tag is None without parentheses. A name may hold blanks, slashes, plus signs."""
    found = _TAGGED.fullmatch(label)
    return (found[1], found[2]) if found else (label, None)


def read_usage(node: Node, extra: list[str]) -> list[dict[str, Any]]:
    """``License Usage``: one entry per entitlement, ``{"license", "entitlement_tag", "count", "status", ...}``.

    The same licence name may come more than once. Tech support numbers the entries by ``Handle``.
    """
    uses: list[dict[str, Any]] = []
    for child in node.children:
        if child.label and child.children:
            uses.append(entitlement(child, extra))
        elif not child.value.lower().startswith("no license"):
            extra.append(f"{child.label}: {child.value}" if child.label else child.value)
    return uses


def entitlement(node: Node, extra: list[str]) -> dict[str, Any]:
    """One ``name (tag):`` or ``Handle: n`` with its lines."""
    use: dict[str, Any] = {}
    if node.label == "Handle":
        fill([node], use, extra, {})
        return use
    use["license"], tag = tagged(node.label)
    if tag is not None:
        use["entitlement_tag"] = tag
    fill(node.children, use, extra, {})
    return use


def read_enforcement(node: Node, extra: list[str]) -> dict[str, Any]:
    """``Enforcement Status`` of agent 8: ``{"date", "entitlements": [{"entitlement_tag", "description", ...}]}``."""
    status: dict[str, Any] = {}
    entitlements: list[dict[str, Any]] = []
    for child in node.children:
        tag, description = tagged(child.label)
        if child.children and not child.value:
            entry: dict[str, Any] = {"entitlement_tag": tag, "description": description}
            fill(child.children, entry, extra, {})
            entitlements.append(entry)
        else:
            fill([child], status, extra, {})
    status["entitlements"] = entitlements
    return status


def local_device(node: Node) -> dict[str, Any] | None:
    """A unit's line in ``Other Info``: ``{"pid", "sn", "state", "trust_data", "trust_id"}``; None for other lines."""
    found = udi(f"{node.label}: {node.value}")
    line = _LOCAL_DEVICE.fullmatch(node.value)
    if not found or line is None:
        return None
    trust = line["trust"].removeprefix("Trust Data").strip()
    numbers = {"state": line["state"], "trust_id": line["id"]}
    return {**found, "trust_data": trust, **{key: int(value) for key, value in numbers.items() if value}}


def read_mapping(nodes: list[Node], extra: list[str]) -> dict[str, Any]:
    """``Platform Provided Mapping Table``: licences known per platform, and the enforced ones per unit."""
    table: dict[str, Any] = {"platforms": [], "enforced_licenses": []}
    for node in nodes:
        if found := _FOUND.fullmatch(node.value):
            table["platforms"].append({"pid": node.label, "total_licenses_found": int(found[1])})
        elif snake(node.label) == "enforced_licenses":
            table["enforced_licenses"] += [_enforced(child, extra) for child in node.children]
        else:
            fill([node], table, extra, {})
    return table


def _enforced(node: Node, extra: list[str]) -> dict[str, Any]:
    unit: dict[str, Any] = {**udi(node.label), "licenses": []}
    for child in node.children:
        if child.label and (found := _ENFORCED.fullmatch(child.value)):
            tag, number = found.groups()
            unit["licenses"].append({"license": child.label, "entitlement_tag": tag, "number": int(number)})
        elif child.value != "No PD enforced licenses":
            extra.append(f"{child.label}: {child.value}")
    return unit
