# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the preflight; public through ``preflight.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from .configuration import Change, Configuration, Surroundings
from .desired import Settings, passwords, plan, wanted
from .state import LicenseState
from .topologies import Topology

STEPS = ("configure", "trust", "sync")
IMPLIED = frozenset(
    ("aaa_new_model", "aaa_login", "aaa_exec", "http_authentication", "https_server", "netconf", "restconf")
)
"""What a collector's access takes without a user's naming it."""


class Severity(StrEnum):
    """``refuse``: stop before anything is touched."""

    REFUSE = "refuse"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found; ``remedy`` is empty where nothing is to do."""

    code: str
    severity: Severity
    reason: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}

    @property
    def text(self) -> str:
        return f"{self.reason}. {self.remedy}" if self.remedy else self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """What is going to be done. ``token``: an ID token is at hand; None: not known yet."""

    steps: frozenset[str] = frozenset({"configure"})
    token: bool | None = None
    force: bool | None = None
    behind_nat: bool = False
    collector_version: str = ""
    collector_proxy: bool = False
    any_platform: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A device as it is, and what is wanted of it. ``now``: our own clock, aware."""

    row: Topology
    state: LicenseState
    current: Configuration
    settings: Settings
    plans: Plans
    now: datetime
    way: str = "cli"
    user: str = ""
    """The name we are logged in with; empty when unknown."""
    surroundings: Surroundings = field(default_factory=Surroundings)
    impossible: Mapping[str, str] = field(default_factory=dict)
    """Key of ``Configuration`` -> why this way in cannot set it; only for those that would be set."""
    unseen: frozenset[str] = frozenset()
    """Keys of ``Configuration`` that this way in does not tell."""

    @property
    def desired(self) -> Configuration:
        """What nobody named and this way in does not tell is left alone: the rest of it may be as it should."""
        found = wanted(self.row, self.settings, self.current)
        return replace(found, **{key: getattr(self.current, key) for key in self.unseen & IMPLIED})

    @property
    def change(self) -> Change:
        return plan(self.desired, self.current, passwords(self.row, self.settings, self.current))

    @property
    def scope(self) -> str:
        return "all" if self.state.is_ha else "local"
