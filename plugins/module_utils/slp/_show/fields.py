# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the tree of an output to a dictionary: keys are the labels in snake case, values what the device printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from .tree import Node

_COUNTS = frozenset(
    {
        "available_to_report",
        "client_count",
        "collecting_data",
        "count",
        "current_report",
        "current_value",
        "grace_period",
        "handle",
        "in_storage",
        "maximum_display",
        "mia",
        "next_report_id",
        "on_going_reporting_interval",
        "port",
        "previous",
        "previous_report_id",
        "purged",
        "report_id",
        "reports_on_disk",
        "standby_failures",
        "switchovers_system_experienced",
        "sync_overdue_interval",
        "sync_retry_interval",
        "total",
        "total_acknowledged_received",
        "total_current_product_analytics_reports",
        "total_current_telemetry_reports",
        "unit_id",
        "waiting_for_ack",
    }
)
_LONGEST_COUNT = 20
_RESERVED = frozenset({"banner", "extra"})
Readers = Mapping[str, Callable[[Node, list[str]], Any]]


@lru_cache(maxsize=2048)
def snake(label: str) -> str:
    """``First report requirement (days)`` becomes ``first_report_requirement_days``."""
    key = re.sub(r"[^a-z0-9]+", "_", label.lower().replace("*", "ptr")).strip("_")
    return f"{key}_" if key in _RESERVED else key


def typed(key: str, value: str) -> str | int:
    """Counts become int when nothing but a number is printed; ``0(300)`` and ``<none>`` stay as they are."""
    if key in _COUNTS and value.isdecimal() and len(value) <= _LONGEST_COUNT:
        return int(value)
    return value


def fill(nodes: Iterable[Node], into: dict[str, Any], extra: list[str], readers: Readers) -> None:
    """Put nodes into a dictionary; text that belongs to no label, and a label's second value, go to ``extra``.

    A label with both a value and lines below it keeps the value; the lines below become its neighbours
    (``Last Response: OK`` above ``Failure Reason: <none>``).
    """
    for node in nodes:
        label, value, children = node.label, node.value, node.children
        if not label:
            extra.append(value)
            continue
        key = snake(label)
        reader = readers.get(key)
        found: Any
        if reader is not None:
            found, children = reader(node, extra), []
        elif value or not children:
            found = typed(key, value)
        else:
            found, children = _below(children, extra, readers), []
        if key in into:
            extra.append(f"{label}: {found}")
        else:
            into[key] = found
        if children:
            fill(children, into, extra, readers)


def _below(nodes: list[Node], extra: list[str], readers: Readers) -> Any:
    if len(nodes) == 1 and not nodes[0].label:
        return nodes[0].value  # "Proxy:" with "Not Configured" on the next line
    section: dict[str, Any] = {}
    fill(nodes, section, extra, readers)
    return section


def with_extra(data: dict[str, Any], extra: list[str]) -> dict[str, Any]:
    """The result of a parser: with ``extra`` only when something was not understood."""
    if extra:
        data["extra"] = extra
    return data
