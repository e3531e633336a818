# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions share that trigger something and look later what has come of it. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES
from ansible_collections.c9800.slp.plugins.module_utils.slp.trigger import Mark

if t.TYPE_CHECKING:
    from ansible_collections.c9800.slp.plugins.plugin_utils.device.trigger import Triggered

TRIGGER_SPEC: dict[str, dict[str, t.Any]] = {
    "topology": {"type": "str", "choices": list(TOPOLOGIES), "required": True},
    "trigger": {"type": "bool", "default": True},
    "since": {"type": "dict"},
    "wait": {"type": "int", "default": 0},
    "poll": {"type": "int", "default": 15},
}


def since_of(args: dict[str, t.Any]) -> Mark:
    """The mark that the look is measured against; none means: whatever is there counts."""
    for name, least in (("wait", 0), ("poll", 1)):
        if args[name] < least:
            raise SlpError(f"{name} is {args[name]}", remedy=f"Give {least} or more")
    return Mark.from_dict(args["since"] or {})


def result_of(done: Triggered, *, diff: bool) -> dict[str, t.Any]:
    """The task's result."""
    result = done.as_dict()
    if diff:
        result["diff"] = {"before": "", "after": f"{done.command}\n" if done.changed else ""}
    return result
