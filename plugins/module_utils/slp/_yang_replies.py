# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a device answers through its models: return codes (yang.md 5.1) and errors of both protocols (10.5, 11)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .errors import CommandError

Tree = Mapping[str, Any]
Meaning = Literal["success", "started", "busy", "failure"]


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """``meaning``: done; started, look at the state; busy, ask again later; or failed for ``reason``."""

    name: str
    meaning: Meaning
    reason: str = ""
    remedy: str = ""

    def error(self, what: str, *, subject: str = "", host: str = "") -> CommandError:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class RpcError:
    """One error. ``reason``: one line, with the refused command; ``locked``: worth another try (yang.md 10.2)."""

    tag: str
    reason: str
    locked: bool = False
    path: str = ""
    warning: bool = False


def return_code(tree: Tree) -> ReturnCode:
    """The meaning of ``return-code``. Raises ParseError when the answer has none."""
    raise NotImplementedError


def result_of(tree: Tree) -> str:
    """The ``result`` (or error text) of the RPCs that answer in prose; empty when there is none."""
    raise NotImplementedError


def errors_of(tree: Tree, *, secrets: Collection[str] = ()) -> tuple[RpcError, ...]:
    """The errors of a NETCONF reply or a RESTCONF body, in both spellings; ``secrets`` are masked in them."""
    raise NotImplementedError
