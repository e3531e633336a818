# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a release prints and can do, as one row of data per step of cli.md 0.1 and 3.11."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

TRAINS = (
    ((16, 10), "Gibraltar"),
    ((17, 1), "Amsterdam"),
    ((17, 4), "Bengaluru"),
    ((17, 7), "Cupertino"),
    ((17, 10), "Dublin"),
    ((17, 13), "IOSXE"),
)


class Release(NamedTuple):
    """An IOS XE release. The letter counts: Smart Licensing Using Policy starts at 17.3.2a, not at 17.3.2."""

    major: int
    minor: int
    maintenance: int
    letter: str = ""

    @classmethod
    def parse(cls, text: str) -> Release:
        match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)([a-z]*)", text)
        if not match:
            raise ValueError(f"{text!r} is no release such as 17.12.4 or 17.3.2a")
        return cls(int(match[1]), int(match[2]), int(match[3]), match[4])

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.maintenance}{self.letter}"

    @property
    def padded(self) -> str:
        """As in the first line of ``show version`` and in reports: 17.09.04a."""
        return f"{self.major:02}.{self.minor:02}.{self.maintenance:02}{self.letter}"

    @property
    def train(self) -> str:
        return next(name for start, name in reversed(TRAINS) if self[:2] >= start)


@dataclass(frozen=True, slots=True)
class Layout:
    """What differs between releases. The agent versions are those of recordings of about that release (cli.md 3.2)."""

    slp: bool = False
    agent: str = "4.9.6_rel/48"
    dialect: int = 1
    """Of the RUM payload (formats.md 1.3); the change lies between 17.6.2 and 17.9.2."""
    throttled: bool = False
    ack_trust: bool = False
    """Trust-code request inside the RUM file, code inside the ACK, factory-installed code."""
    account: bool = False
    rum_summary: bool = False
    rum_id: bool = False
    current_report: bool = False
    vrf: str = ""
    """``""``, ``block`` or ``inline``: how ``VRF`` is shown; without it the command does not exist either."""
    conversion: bool = False
    reporting_mode: bool = False
    telemetry: bool = False
    trust_detail: bool = False
    """Code type, attributes and validity behind each INSTALLED line."""
    enforcement: bool = False
    analytics: bool = False
    usage_header: bool = True
    """``License Authorization: Not Applicable`` on top of ``show license usage``."""
    tech_trust: str = ""
    """Where tech support shows the trust codes: nowhere, ``early`` (after the usage reporting) or ``late``."""
    ip_mode: bool = False
    authorization_indent: int = 6
    smart_status: str = "UNREGISTERED/EVAL MODE"
    """In ``show version``."""


_STEPS: tuple[tuple[Release, dict[str, Any]], ...] = (
    (
        Release(17, 3, 2, "a"),
        {"slp": True, "agent": "5.0.9_rel/53", "smart_status": "Registration Not Applicable/Not Applicable"},
    ),
    (Release(17, 4, 1), {"agent": "5.1.9_rel/17"}),
    (Release(17, 6, 1), {"agent": "5.1.29_rel/22"}),
    (Release(17, 6, 4), {"throttled": True}),
    (
        Release(17, 7, 1),
        {
            "agent": "5.3.16_rel/55",
            "dialect": 2,
            "throttled": False,
            "ack_trust": True,
            "account": True,
            "rum_summary": True,
            "current_report": True,
            "vrf": "block",
        },
    ),
    (Release(17, 9, 1), {"agent": "5.5.11_rel/31", "throttled": True, "rum_id": True}),
    (Release(17, 10, 1), {"agent": "5.7.6_rel/24", "telemetry": True}),
    (
        Release(17, 12, 1),
        {
            "agent": "5.9.4_rel/26",
            "vrf": "inline",
            "conversion": True,
            "usage_header": False,
            "smart_status": "Smart Licensing Using Policy",
        },
    ),
    (Release(17, 13, 1), {"agent": "5.10.1_rel/8", "tech_trust": "late"}),
    (
        Release(17, 14, 1),
        {"agent": "5.11.4_rel/20", "reporting_mode": True, "authorization_indent": 4, "tech_trust": "early"},
    ),
    (Release(17, 16, 1), {"agent": "6.0.1_rel/10", "enforcement": True, "ip_mode": True}),
    (
        Release(17, 17, 1),
        {"agent": "6.3.10/58086906e", "trust_detail": True, "analytics": True, "telemetry": False},
    ),
)


@cache
def layout_of(release: Release) -> Layout:
    """The layout of a release; before 17.3.2a it is classic licensing."""
    layout = Layout()
    for start, changes in _STEPS:
        if release >= start:
            layout = replace(layout, **changes)
    return layout
