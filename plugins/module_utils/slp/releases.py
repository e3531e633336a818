# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""IOS XE releases and what each of them can do (cli.md 0.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError

_RELEASE = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,9})(?::\d+)?([A-Za-z]\w*)?")

# First release of a train with the fault, first without.
_Spans = tuple[tuple[str, str], ...]
_FN72578: _Spans = (
    ("17.3.2a", "17.3.7"),
    ("17.4.1", "17.4.2"),
    ("17.5.1", "17.5.2"),
    ("17.6.1", "17.6.5"),
    ("17.7.1", "17.7.2"),
)
_OLD_ROOT: _Spans = (("17.3.2a", "17.3.4"), ("17.4.1", "17.4.2"))


@dataclass(frozen=True, slots=True, order=True)
class Release:
    """A release such as 17.3.2a. ``17.3.2 < 17.3.2a < 17.3.3``; an interim build (17.19.20260101) ends its train."""

    major: int
    minor: int
    maintenance: int
    suffix: str = ""

    @classmethod
    def parse(cls, text: str) -> Release:
        """Read ``17.12.4``, the zero-padded ``17.12.04`` of the first line of ``show version``, ``17.3.2a``."""
        found = _RELEASE.fullmatch(text.strip())
        if found is None:
            raise ParseError("not an IOS XE release", cause=text[:60], remedy="A release looks like 17.12.4 or 17.3.2a")
        return cls(int(found[1]), int(found[2]), int(found[3]), (found[4] or "").lower())

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.maintenance}{self.suffix}"

    @property
    def train(self) -> tuple[int, int]:
        """``(17, 9)`` for every 17.9.x."""
        return self.major, self.minor

    @property
    def supports_slp(self) -> bool:
        """Smart Licensing Using Policy starts with 17.3.2a."""
        return self >= Release(17, 3, 2, "a")

    @property
    def ack_trust(self) -> bool:
        """From 17.7.1 a report asks for the trust code and the ACK brings it."""
        return self >= Release(17, 7, 1)

    @property
    def throttled(self) -> bool:
        """At most one report a day unless ``license smart sync``: 17.6.4 and later of 17.6, then from 17.9.1."""
        return Release(17, 6, 4) <= self < Release(17, 7, 0) or self >= Release(17, 9, 1)

    @property
    def rum_backlog(self) -> bool:
        """Field notice FN72578, growth of RUM reports: cli.md 5.15."""
        return self._within(_FN72578)

    @property
    def old_root(self) -> bool:
        """The image lacks the root certificate that CSSM's servers use since 2022 and 2023: cli.md 1.7."""
        return self._within(_OLD_ROOT)

    def _within(self, spans: _Spans) -> bool:
        return any(Release.parse(first) <= self < Release.parse(fixed) for first, fixed in spans)
