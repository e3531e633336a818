# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""By which VRF and interface a simulated controller's messages leave, and whether the outside is there (cli.md 1.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .config import Config, Section

MANAGEMENT = "Mgmt-intf"
"""The VRF that a controller has from the start (cli.md 1.1)."""
_CLIENT = "ip http client source-interface"
_VRFS = ("vrf definition", "ip vrf")


@dataclass(frozen=True, slots=True)
class Outside:
    """Where servers are. ``vrf``: empty is the global table, None any; ``interface``: empty is any."""

    vrf: str | None = None
    interface: str = ""


ANYWHERE = Outside()


def reached(config: Config, outside: Outside) -> bool:
    """Whether what the licensing agent sends gets there: not from a VRF that does not exist, nor from another one."""
    interface, vrf = _exit(config)
    lines = config.section.lines
    if vrf and not any(f"{words} {vrf}" in lines for words in _VRFS):
        return False
    return outside.vrf in (None, vrf) and (not outside.interface or _same(interface, outside.interface))


def _exit(config: Config) -> tuple[str, str]:
    """Source interface and VRF. Call home has its own; an interface brings its VRF with it."""
    home = config.section.at("call-home").lines if config.licence.mode == "callhome" else ()
    interface = _after("source-interface", home) or _after(_CLIENT, config.section.lines)
    vrf = _after("vrf", home) if config.licence.mode == "callhome" else config.licence.vrf
    return interface, vrf or _after("vrf forwarding", _interface(config.section, interface).lines)


def _interface(section: Section, name: str) -> Section:
    found = (line for line in section.lines if line.startswith("interface ") and _same(line.partition(" ")[2], name))
    return section.at(next(found, ""))


def _after(start: str, lines: Iterable[str]) -> str:
    return next((line.removeprefix(f"{start} ") for line in lines if line.startswith(f"{start} ")), "")


def _same(one: str, other: str) -> bool:
    return re.sub(r"\s", "", one).lower() == re.sub(r"\s", "", other).lower()
