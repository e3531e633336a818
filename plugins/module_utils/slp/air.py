# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""AIR licence levels: how commands spell them, how devices show them (cli.md 1.3). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import SlpError
from .releases import Release
from .state import LicenseState

UNIFIED_SINCE = Release(17, 17, 1)
UNIFIED = ("advantage", "essentials")
_CLASSIC = re.compile(r"air-network-(\w+)")
_WORD = re.compile(r"[A-Za-z][\w\-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AirLevel:
    """A level as a user names it. The names are an open list: later trains add to them."""

    level: str
    addon: bool = True
    """With the DNA licences of the same tier; a level of its own kind has none."""

    def __post_init__(self) -> None:
        if _WORD.fullmatch(self.level) is None:
            raise SlpError("not a licence level", subject="level", cause=self.level[:60], remedy="Give one word")

    @property
    def line(self) -> str:
        """What stands behind ``license air level``."""
        tier = _CLASSIC.fullmatch(self.level)
        return f"{self.level} addon air-dna-{tier[1]}" if tier and self.addon else self.level

    @property
    def shown(self) -> frozenset[str]:
        """The ways in which ``show version`` may name it, in lower case; the longer form is of newer trains."""
        words = self.level.replace("-", " ")
        tier = _CLASSIC.fullmatch(self.level)
        if tier is None:
            return frozenset({words, f"cisco wireless {words}"})
        if not self.addon:
            return frozenset({words})
        return frozenset({f"air dna {tier[1]}", f"{words} addon air dna {tier[1]}"})

    def refusal(self, release: Release | None) -> str:
        """Why a release does not know it; empty when nothing speaks against it."""
        if self.level in UNIFIED and release is not None and release < UNIFIED_SINCE:
            return f"the level {self.level} begins with {UNIFIED_SINCE}, the device runs {release}"
        return ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The level in force and the one after the next reload, as the device names them."""

    now: str | None
    following: str | None

    @property
    def reload_pending(self) -> bool:
        return bool(self.now and self.following) and (self.now or "").lower() != (self.following or "").lower()

    def is_next(self, level: AirLevel) -> bool:
        return (self.following or "").lower() in level.shown


def shown_level(state: LicenseState, level: AirLevel) -> Shown:
    """What the device shows of this kind of level; the unified ones have lines of their own."""
    if level.level in UNIFIED and state.wireless_level_next:
        return Shown(state.wireless_level, state.wireless_level_next)
    return Shown(state.air_level, state.air_level_next)
