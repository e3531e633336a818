# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a product instance out of model data: the same as from the CLI, None where no leaf tells (yang.md 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._state_model import LicenseState
from .times import DeviceTime
from .udi import Udi

Tree = Mapping[str, Any]


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
    raise NotImplementedError


def closed_reports(tree: Tree) -> tuple[ClosedReport, ...]:
    """From the answers to ``read_reports`` or ``read_state``."""
    raise NotImplementedError
