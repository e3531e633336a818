# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments of what a person does at the screens of a target."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any


def arguments_of(given: Mapping[str, Any], *needed: str, **defaults: Any) -> dict[str, Any]:
    """The arguments of an action, complete. Raises ValueError naming what is missing or unknown."""
    missing = [name for name in needed if given.get(name) in (None, "")]
    if missing:
        raise ValueError(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    unknown = sorted(set(given) - {*needed, *defaults})
    if unknown:
        raise ValueError(f"unknown argument(s) {', '.join(unknown)}; there are {', '.join((*needed, *defaults))}")
    return {**defaults, **given}


def truth(value: Any) -> bool:
    """Templates make text of it. Raises ValueError."""
    said = str(value).lower()
    if said not in ("true", "false"):
        raise ValueError(f"{value!r} is neither true nor false")
    return said == "true"


def hours_of(value: Any) -> float:
    """Hours between two runs of something. Raises ValueError."""
    hours = float(value)
    if not (isfinite(hours) and hours >= 0):
        raise ValueError(f"hours between two runs; 0 stops them; not {value!r}")
    return hours
