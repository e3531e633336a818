# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licences of a wireless controller, its AIR levels and reporting policies (cli.md 1.3, 3.1; formats.md 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .layouts import Release
from .simdoc import PolicyClass, PolicyDocument


@dataclass(frozen=True, slots=True)
class Licence:
    """One entitlement. ``short`` is the tag as tables print it, ``tag`` the whole one of reports."""

    name: str
    short: str
    tag: str
    term: str
    """``Perpetual`` or ``Subscription``; it decides which class of the policy counts."""


NETWORK_ADVANTAGE = Licence(
    "air-network-advantage",
    "DNA_NWStack",
    "regid.2018-06.com.cisco.DNA_NWStack,1.0_e7244e71-3ad5-4608-8bf0-d12f67c80896",
    "Perpetual",
)
DNA_ADVANTAGE = Licence(
    "air-dna-advantage",
    "AIR-DNA-A",
    "regid.2017-08.com.cisco.AIR-DNA-A,1.0_b6308627-3ab0-4a11-a3d9-586911a0d790",
    "Subscription",
)
# The whole tags of the essentials are not public: the short names are real, the rest says that it is simulated.
NETWORK_ESSENTIALS = Licence(
    "air-network-essentials",
    "DNA_NWSTACK_E",
    "regid.2018-06.com.cisco.DNA_NWSTACK_E,1.0_sim-00000000-0000-4000-8000-000000000001",
    "Perpetual",
)
DNA_ESSENTIALS = Licence(
    "air-dna-essentials",
    "AIR-DNA-E",
    "regid.2017-08.com.cisco.AIR-DNA-E,1.0_sim-00000000-0000-4000-8000-000000000002",
    "Subscription",
)


@dataclass(frozen=True, slots=True)
class Level:
    """An AIR level: how ``show version`` names it, how the configuration says it, what each AP consumes."""

    title: str
    base: str
    addon: str
    licences: tuple[Licence, ...]

    @property
    def line(self) -> str:
        return f"license air level {self.base}" + (f" addon {self.addon}" if self.addon else "")


LEVELS: Mapping[str, Level] = {
    "advantage": Level(
        "AIR DNA Advantage", "air-network-advantage", "air-dna-advantage", (NETWORK_ADVANTAGE, DNA_ADVANTAGE)
    ),
    "essentials": Level(
        "AIR DNA Essentials", "air-network-essentials", "air-dna-essentials", (NETWORK_ESSENTIALS, DNA_ESSENTIALS)
    ),
    "network-advantage": Level("AIR Network Advantage", "air-network-advantage", "", (NETWORK_ADVANTAGE,)),
    "network-essentials": Level("AIR Network Essentials", "air-network-essentials", "", (NETWORK_ESSENTIALS,)),
}

SOFTWARE_TAGS: Mapping[str, str] = {
    "C9800-CL": "regid.2018-05.com.cisco.WLC_9500C,1.0_85665885-b865-4e32-8184-5510412fcb54",
    # Not public; read from "Software ID" of a device. These say that they are simulated.
    "C9800-40": "regid.2018-05.com.cisco.WLC_9800_40,1.0_sim-00000000-0000-4000-8000-000000000011",
    "C9800-80": "regid.2018-05.com.cisco.WLC_9800_80,1.0_sim-00000000-0000-4000-8000-000000000012",
    "C9800-L": "regid.2018-05.com.cisco.WLC_9800_L,1.0_sim-00000000-0000-4000-8000-000000000013",
    "EWC-AP": "regid.2019-05.com.cisco.EWC_AP,1.0_sim-00000000-0000-4000-8000-000000000014",
}


def default_level(platform: str, release: Release) -> str:
    """cli.md 1.3: controllers run DNA Advantage; an EWC-AP runs Essentials, without DNA from 17.4.1."""
    if platform != "EWC-AP":
        return "advantage"
    return "essentials" if release < Release(17, 4, 1) else "network-essentials"


@dataclass(frozen=True, slots=True)
class Policy:
    """A reporting policy in force. ``installed``: epoch second, None for Cisco's default."""

    classes: Mapping[str, PolicyClass]
    ack_required: bool = True
    name: str = ""
    installed: int | None = None

    @classmethod
    def from_document(cls, document: PolicyDocument, now: int) -> Policy:
        return cls({**DEFAULT_POLICY.classes, **document.classes}, document.ack_required, document.name, now)

    @property
    def origin(self) -> str:
        return "CISCO default" if self.installed is None else "Customer Policy"

    def first_report(self, licences: Iterable[Licence]) -> int:
        """Days from first use to the first report of the strictest licence; 0: none is due."""
        return _strictest(self.classes[licence.term.lower()].first for licence in licences)

    def ongoing(self, licences: Iterable[Licence]) -> int:
        """Days from one acknowledgement to the next."""
        return _strictest(self.classes[licence.term.lower()].ongoing for licence in licences)

    def change(self, licences: Iterable[Licence]) -> int:
        """Days from a change of use to its report."""
        return _strictest(self.classes[licence.term.lower()].change for licence in licences)


DEFAULT_POLICY = Policy(
    {
        "perpetual": PolicyClass(365, 0, 90),
        "subscription": PolicyClass(90, 90, 90),
        "enforced": PolicyClass(0, 0, 0),
        "export": PolicyClass(0, 0, 0),
    }
)


def _strictest(days: Iterable[int]) -> int:
    return min((value for value in days if value), default=0)
