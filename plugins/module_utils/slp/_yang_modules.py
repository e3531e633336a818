# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a device says of itself: the ``<hello>`` and the yang-library (yang.md 10.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Tree = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hello:
    """``modules``: name -> newest revision, as far as the hello tells: from 17.10.1 it lists no ``Cisco-IOS-XE-*``."""

    session_id: str
    capabilities: frozenset[str]
    modules: Mapping[str, str]
    base_1_1: bool
    candidate: bool
    writable_running: bool
    library_id: str = ""
    """``module-set-id`` or ``content-id``: the key to keep a yang-library by."""


def hello(tree: Tree) -> Hello:
    raise NotImplementedError


def modules_of_library(tree: Tree) -> Mapping[str, str]:
    """Name -> revision of the modules that are implemented, from either form of the library."""
    raise NotImplementedError
