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


def result_of(archive: Archive, result: CollectResult, *, diff: bool) -> dict[str, t.Any]:
    """The task's result."""
    usage = result.usage
    found: dict[str, t.Any] = {
        "changed": result.changed,
        "product_instance": str(result.udi),
        "outcome": result.outcome,
        "message": "; ".join([result.message, *result.notes]),
        "file": None,
    }
    if usage is not None:
        file = str(archive.pi(result.udi).usage_path(usage.sha256))
        found |= {"file": file, "sha256": usage.sha256, "size": usage.size}
    if diff:
        # Which reports it will be, a device tells only by saving them; a trust request has no number.
        new = result.new_reports or ([result.message] if result.changed else [])
        found["diff"] = {"before": "", "after": "".join(f"{line}\n" for line in new)}
    return found
