# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""show chassis (also rmi), show redundancy, show redundancy states: who is active, and is the pair whole."""

from __future__ import annotations

import re
from typing import Any

from .fields import snake, typed, with_extra
from .text import Page

_ROW = re.compile(
    r"\s*(?P<mark>\*?)\s*(?P<chassis>\d{1,3})\s+(?P<role>[A-Za-z]+)\s+(?P<mac>[0-9A-Fa-f.:]{12,17})"
    r"\s+(?P<priority>\d{1,3})\s+(?:(?P<version>[A-Z]?\d\S*)\s+)?(?P<state>\S.*?)(?P<addresses>(?:\s+[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+)*)\s*"
)
_HEAD = re.compile(r"\s*(?:Chassis#.*|H/W\s+Current.*|-+)\s*")
_MAC_LINE = re.compile(r"(?P<mac>\S+)(?:\s+-\s+(?P<kind>.+))?")
_REASON = re.compile(r"(\S.*?)\s+(?:Reason:\s*(.*)|\((.*)\))")


def chassis(page: Page) -> dict[str, Any]:
    """``{"chassis_mac_address", "mac_wait_time", "redundancy_port_type", "chassis": [...]}``.

    A row: ``{"chassis", "local", "role", "mac_address", "priority", "hw_version", "current_state", "ip_address"}``,
    ``rmi_ip`` with RMI. ``local``: the session is on this chassis.
    """
    data: dict[str, Any] = {}
    rows: list[dict[str, Any]] = []
    extra: list[str] = []
    for line in page.lines:
        body = line.strip()
        if row := _ROW.fullmatch(line):
            rows.append(_chassis_row(row))
        elif body and not _HEAD.fullmatch(line) and not _chassis_label(body, data):
            extra.append(body)
    return with_extra({**data, "chassis": rows}, extra)


def _chassis_row(row: re.Match[str]) -> dict[str, Any]:
    addresses = row["addresses"].split()
    found: dict[str, Any] = {
        "chassis": int(row["chassis"]),
        "local": bool(row["mark"]),
        "role": row["role"],
        "mac_address": row["mac"],
        "priority": int(row["priority"]),
        "hw_version": row["version"],
        "current_state": row["state"],
    }
    return found | dict(zip(("ip_address", "rmi_ip"), addresses, strict=False))


def _chassis_label(body: str, data: dict[str, Any]) -> bool:
    label, found, value = body.partition(":")
    value = value.strip()
    match snake(label) if found else "":
        case "chassis_stack_mac_address" if mac := _MAC_LINE.fullmatch(value):
            data["chassis_mac_address"], data["chassis_mac_kind"] = mac["mac"], mac["kind"]
        case "mac_persistency_wait_time":
            data["mac_wait_time"] = value
        case "local_redundancy_port_type":
            data["redundancy_port_type"] = value
        case _:
            return False
    return True


def states(page: Page) -> dict[str, Any]:
    """``show redundancy states``: ``my_state``, ``peer_state``, ``mode``, ``unit``, ... as printed."""
    data: dict[str, Any] = {}
    extra: list[str] = []
    for line in page.lines:
        _assignment(line.strip(), data, extra)
    return with_extra(data, extra)


def redundancy(page: Page) -> dict[str, Any]:
    """``show redundancy``: one dictionary per underlined heading."""
    data: dict[str, Any] = {}
    extra: list[str] = []
    section: dict[str, Any] = {}
    pending = ""
    for line in page.lines:
        body = line.strip()
        if body and not body.strip("-") and pending:
            section = data.setdefault(snake(pending), {})
            pending = ""
        elif body:
            if pending:
                extra.append(pending)
                pending = ""
            if body.endswith(":") and "=" not in body:
                pending = body
            else:
                _assignment(body, section, extra)
    return with_extra(data, extra)


def _assignment(body: str, data: dict[str, Any], extra: list[str]) -> None:
    """``label = value``, with a reason behind the value put beside it."""
    label, found, value = body.partition("=")
    key = snake(label)
    if not found or not key or key in data:
        if body:
            extra.append(body)
        return
    value = value.strip()
    reason = _REASON.fullmatch(value) if key in ("communications", "manual_swact") else None
    if reason is not None:
        value = reason[1]
        data[f"{key}_reason"] = reason[2] or reason[3]
    data[key] = typed(key, value)
