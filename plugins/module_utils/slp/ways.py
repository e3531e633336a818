# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way in carries which operation, since which release, and what to do where it does not (yang.md 13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._ways_table import INTERVAL_MAX, NO_REST, ROWS, SLP, Cell, Row
from .releases import Release

__all__ = (
    "INTERVAL_MAX",
    "NO_REST",
    "OPERATIONS",
    "ROWS",
    "SLP",
    "WAYS",
    "Cell",
    "Row",
    "cannot",
    "cell_of",
    "keys_of",
)

WAYS: Mapping[str, str] = {
    "cli": "the CLI",
    "netconf": "NETCONF",
    "restconf": "RESTCONF",
    "rest": "the native REST service",
}
OPERATIONS: Mapping[str, Row] = {row.operation: row for row in ROWS}


def cell_of(operation: str, way: str) -> Cell:
    """How ``way`` does ``operation``; ValueError for one that the table has not."""
    row = OPERATIONS.get(operation)
    if row is None or way not in WAYS:
        raise ValueError(f"no row for {operation} by {way}")
    return {"cli": row.cli, "rest": row.rest}.get(way, row.model)


def cannot(operation: str, way: str, release: Release | None = None, *, value: Any = None) -> str:
    """Why ``way`` (``cli``, ``netconf``, ``restconf``, ``rest``) cannot do it, and what can; empty: it can.

    ``operation``: one of ``OPERATIONS``, such as ``state``, ``trust``, ``sync``, ``configure:<key of Configuration>``.
    ``release``: None is taken as new enough. ``value``: what is to be configured, where only some values are possible.
    """
    cell = cell_of(operation, way)
    row = OPERATIONS[operation]
    why = _why_not(cell, release, value)
    return f"{row.title} not by {WAYS[way]}: {why}; {_instead(row, way, release)}" if why else ""


def _why_not(cell: Cell, release: Release | None, value: Any) -> str:
    if not cell.how:
        return cell.why
    if release is not None and release < cell.since and not (value is not None and value in cell.old_values):
        return f"it needs IOS XE {cell.since}, this is {release}"
    if isinstance(value, int) and not isinstance(value, bool):
        low, high = cell.low, cell.high
        if (low is not None and value < low) or (high is not None and value > high):
            return f"the models take {low} to {high}, not {value}"
    most = cell.most_urls
    if most is not None and any(len(profile.urls) > most for profile in value or ()):
        return "the models take one HTTP address in a profile"
    return ""


def _instead(row: Row, way: str, release: Release | None) -> str:
    """The way that can: the CLI if it is not asked about, else an upgrade."""
    if way == "cli" or (release is not None and release < row.cli.since):
        return f"upgrade to IOS XE {row.cli.since} or later"
    if row.instead:
        return row.instead
    models = "NETCONF, RESTCONF or " if way == "rest" and row.model.how else ""
    return f"use {models}the CLI: {_plain(row.cli.how)} (slp_fallback: cli does it in the same task)"


def _plain(text: str) -> str:
    return text.replace("\\|", "|")


def keys_of(way: str, release: Release | None = None) -> frozenset[str]:
    """The keys of ``Configuration`` that this way can read and write on this release."""
    head = "configure:"
    return frozenset(
        name.removeprefix(head) for name in OPERATIONS if name.startswith(head) and not cannot(name, way, release)
    )
