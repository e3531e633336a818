# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way in carries which operation, since which release, and what to do where it does not (yang.md 13)."""

from __future__ import annotations

from typing import Any

from .releases import Release


def cannot(operation: str, way: str, release: Release | None = None, *, value: Any = None) -> str:
    """Why ``way`` (``cli``, ``netconf``, ``restconf``, ``rest``) cannot do it, and what can; empty: it can.

    ``operation``: ``state``, ``configuration``, ``save``, ``trust``, ``trust_request``, ``sync``, ``log``, ``events``,
    ``history``, ``reports``, ``collect``, ``install``, ``air_level``, or ``configure:<key>`` with a key of
    ``Configuration``; ``value``: what is to be configured, where only some values are possible.
    """
    raise NotImplementedError
