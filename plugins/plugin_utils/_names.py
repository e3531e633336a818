# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of hosts in a line of text."""

from __future__ import annotations

import typing as t


def some_of(names: t.Sequence[str], most: int) -> str:
    """``wlc1, wlc2 and 3 more``: the first ``most`` names, and how many there are beyond."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
