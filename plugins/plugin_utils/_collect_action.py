# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions that take a file off a device share. Private to the collection."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
    from ansible_collections.c9800.slp.plugins.plugin_utils.device.collect import CollectResult

ACCOUNT_SPEC: dict[str, dict[str, t.Any]] = {"smart_account": {"type": "str"}, "virtual_account": {"type": "str"}}


def facts_of(args: dict[str, t.Any], host: str) -> dict[str, t.Any]:
    """What the archive keeps about a collect beside the file."""
    return {"host": host, **{name: args[name] for name in ACCOUNT_SPEC if args[name]}}


def told(archive: Archive, result: CollectResult, *, diff: bool) -> dict[str, t.Any]:
    """The task's result."""
    usage = result.usage
    told: dict[str, t.Any] = {
        "changed": result.changed,
        "product_instance": str(result.udi),
        "outcome": result.outcome,
        "message": "; ".join([result.message, *result.notes]),
        "file": None,
    }
    if usage is not None:
        told.update(
            file=str(archive.pi(result.udi).usage_path(usage.sha256)),
            sha256=usage.sha256,
            size=usage.size,
            reports=len(usage.report_ids),
            new_reports=len(result.new_reports),
        )
    if diff:
        told["diff"] = {"before": "", "after": "".join(f"{number}\n" for number in result.new_reports)}
    return told
