# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Model data of both encodings in one normal form, and back."""

from __future__ import annotations

from collections.abc import Sequence

from ._yang_replies import Tree

MAX_BYTES = 64 * 1024 * 1024


def read_xml(data: bytes, *, name: str = "", at: Sequence[str] = (), max_bytes: int = MAX_BYTES) -> Tree:
    """An ``<rpc-reply>``, a ``<hello>``, the body of a RESTCONF answer, or a data element alone.

    The normal form: plain dicts by local name; lists as lists even with one entry; leaves as text. Nodes that nobody
    here reads are left out. ``at``: the names above the element, where it is not from the top. Raises ParseError.
    """
    raise NotImplementedError


def read_json(data: bytes, *, name: str = "", at: Sequence[str] = (), max_bytes: int = MAX_BYTES) -> Tree:
    """The body of a RESTCONF answer, in the same normal form."""
    raise NotImplementedError
