# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""show license all, status, tech support, summary, usage, udi, authorization (cli.md 3.1 to 3.6)."""

from __future__ import annotations

import re
from typing import Any

from .fields import fill, snake, with_extra
from .text import Page
from .tree import Node, read_tree
from .units import (
    entitlement,
    local_device,
    read_enforcement,
    read_mapping,
    read_trust,
    read_udi,
    read_units,
    read_usage,
)

# Sections of the status. They count as such wherever they stand: tech support prints the trust codes behind the
# telemetry summary, and releases move sections about.
_STATUS = frozenset(
    {
        "account_information",
        "data_privacy",
        "export_authorization_key",
        "license_conversion",
        "miscellaneous",
        "policy",
        "policyv2",
        "secondary_signing_cert",
        "smart_licensing_using_policy",
        "transport",
        "trust_code_installed",
        "usage_reporting",
        "utility",
    }
)
# These chapters have sections of the same names that mean something else.
_OWN_NAMES = frozenset({"communication_statistics", "other_info"})
_FREE = frozenset({"device_enforcement_state", "enforcement_status"})
_READERS = {
    "enforcement_status": read_enforcement,
    "ha_udi_list": read_units,
    "license_usage": read_usage,
    "overall_status": read_units,
    "trust_code_installed": read_trust,
    "udi": read_udi,
}
_ENABLED = re.compile(r"Smart Licensing is (\w+)")
_SUMMARY_ROW = re.compile(r"\s*(\S.*?)\s+\((.*)\)\s+(\d{1,9})\s+(\S.*?)\s*")
_SUMMARY_HEAD = re.compile(
    r"\s*(?:License\s+Entitlement Tag\s+Count\s+Status|-+|No licenses? in use\.?)\s*", re.IGNORECASE
)


def status(page: Page) -> dict[str, Any]:
    """``show license status``: one dictionary per section."""
    data = everything(page)
    return {**data.pop("smart_licensing_status"), **data}


def everything(page: Page) -> dict[str, Any]:
    """``show license all`` and ``show license tech support``: ``smart_licensing_status`` and one key per chapter."""
    sections: dict[str, Any] = {}
    data: dict[str, Any] = {"smart_licensing_status": sections}
    extra: list[str] = []
    for node in read_tree(page.lines):
        if node.chapter:
            _chapter(node, data, sections, extra)
        else:
            _free(node, data, sections, extra)
    return with_extra(data, extra)


def _chapter(node: Node, data: dict[str, Any], sections: dict[str, Any], extra: list[str]) -> None:
    key = snake(node.label)
    own: list[Node] = []
    for child in node.children:
        moved = snake(child.label) in _FREE or (snake(child.label) in _STATUS and key not in _OWN_NAMES)
        if moved or key == "smart_licensing_status":
            _free(child, data, sections, extra)
        else:
            own.append(child)
    if key == "smart_licensing_status":
        return
    node.children = own
    found: Any
    if key == "license_usage":
        found = read_usage(node, extra)
    elif key == "platform_provided_mapping_table":
        found = read_mapping(own, extra)
    else:
        found = _other_info(own, extra) if key == "other_info" else _plain(own, extra)
    if key in data:
        extra.append(f"{node.label} {found}")
    else:
        data[key] = found


def _plain(nodes: list[Node], extra: list[str]) -> dict[str, Any]:
    chapter: dict[str, Any] = {}
    fill(nodes, chapter, extra, _READERS)
    return chapter


def _other_info(nodes: list[Node], extra: list[str]) -> dict[str, Any]:
    devices = []
    rest = []
    for node in nodes:
        device = local_device(node) if node.label.startswith(("P:", "Local Device")) else None
        if device is None:
            rest.append(node)
        else:
            devices.append(device)
    return {**_plain(rest, extra), "local_devices": devices}


def _free(node: Node, data: dict[str, Any], sections: dict[str, Any], extra: list[str]) -> None:
    """A section outside the chapters; only those that are not of the status stand beside it."""
    if enabled := _ENABLED.fullmatch(node.value):
        sections["smart_licensing"] = enabled[1]
    elif node.value != "Smart Licensing Tech Support info":
        fill([node], data if snake(node.label) in _FREE else sections, extra, _READERS)


def summary(page: Page) -> dict[str, Any]:
    """``show license summary``: ``license_usage`` lists ``{"license", "entitlement_tag", "count", "status"}``."""
    uses = []
    rest = []
    for line in page.lines:
        if row := _SUMMARY_ROW.fullmatch(line):
            name, tag, count, state = row.groups()
            uses.append({"license": name, "entitlement_tag": tag, "count": int(count), "status": state})
        elif not _SUMMARY_HEAD.fullmatch(line):
            rest.append(line)
    extra: list[str] = []
    data = _plain(read_tree(rest), extra)
    if "license_usage" in data or uses:
        data["license_usage"] = uses
    return with_extra(data, extra)


def usage(page: Page) -> dict[str, Any]:
    """``show license usage``: ``license_usage`` as in ``show license all``."""
    extra: list[str] = []
    uses = []
    rest = []
    for node in read_tree(page.lines):
        if any(child.label == "Count" for child in node.children):
            uses.append(entitlement(node, extra))
        elif node.label or not node.value.lower().startswith("no license"):
            rest.append(node)
    data = _plain(rest, extra)
    return with_extra({**data, "license_usage": uses}, extra)


def sections(page: Page) -> dict[str, Any]:
    """``show license udi`` and ``show license authorization``: labelled sections and nothing else."""
    extra: list[str] = []
    return with_extra(_plain(read_tree(page.lines), extra), extra)
