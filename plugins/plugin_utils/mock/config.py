# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of a simulated controller: what it says about licensing, and every other line as it was typed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .licensing import LEVELS

CSLU_DEFAULT = "https://cslu-local:8182/cslu/v1/pi"
SMART_DEFAULT = "https://smartreceiver.cisco.com/licservice/license"


@dataclass(slots=True)
class LicenceConfig:
    """``license smart ...`` and ``license air level``; empty means not configured."""

    transport: str = "cslu"
    url_default: bool = False
    url: str = ""
    url_smart: str = ""
    url_cslu: str = ""
    proxy_address: str = ""
    proxy_port: str = ""
    vrf: str = ""
    interval: int | None = None
    """Days; None: not configured."""
    tags: dict[str, str] = field(default_factory=dict)
    privacy_hostname: bool = False
    privacy_version: bool = False
    identity_check: bool = False
    level: str = ""
    """A key of licensing.LEVELS; empty: the default of the platform."""

    @property
    def mode(self) -> str:
        """The transport in force: ``automatic`` behaves as ``cslu`` (cli.md 1.1)."""
        return "cslu" if self.transport == "automatic" else self.transport

    @property
    def target(self) -> str:
        """The URL that the transport uses; empty: none is configured, or the transport has no URL of its own."""
        if self.mode == "smart":
            return self.url_smart or SMART_DEFAULT
        if self.mode == "cslu":
            return CSLU_DEFAULT if self.url_default and not self.url_cslu else self.url_cslu
        return ""

    def lines(self) -> Iterator[str]:
        """As in the running configuration: the default transport is not printed, a smart URL twice (cli.md 7.2)."""
        if self.level:
            yield LEVELS[self.level].line
        if self.url_default:
            yield "license smart url default"
        if bare := self.url or self.url_smart:
            yield f"license smart url {bare}"
        if self.url_smart:
            yield f"license smart url smart {self.url_smart}"
        if self.url_cslu:
            yield f"license smart url cslu {self.url_cslu}"
        if self.transport != "cslu":
            yield f"license smart transport {self.transport}"
        if self.proxy_address:
            yield f"license smart proxy address {self.proxy_address}"
        if self.proxy_port:
            yield f"license smart proxy port {self.proxy_port}"
        if self.vrf:
            yield f"license smart vrf {self.vrf}"
        if self.interval is not None:
            yield f"license smart usage interval {self.interval}"
        for tag, value in sorted(self.tags.items()):
            yield f"license smart usage customer-tags {tag} {value}"
        if self.privacy_hostname and self.privacy_version:
            yield "license smart privacy all"
        elif self.privacy_hostname or self.privacy_version:
            yield f"license smart privacy {'hostname' if self.privacy_hostname else 'version'}"
        if self.identity_check:
            yield "license smart server-identity-check"


# Services whose absence the running configuration shows.
SHOWN_WHEN_OFF = (
    "aaa new-model",
    "ip http server",
    "ip http secure-server",
    "reporting smart-licensing-data",
    "http secure server-identity-check",
)

# Settings that a later line of the same beginning replaces, by the number of words of that beginning.
SINGLE = {
    "description": 1,
    "ip address": 2,
    "ip default-gateway": 2,
    "ip domain name": 3,
    "ip domain-name": 2,
    "ip http authentication": 3,
    "ip http client source-interface": 4,
    "ip http client secure-trustpoint": 4,
    "ip http client proxy-server": 4,
    "ip ssh version": 3,
    "vrf forwarding": 2,
    "source-interface": 1,
    "ip scp server enable": 4,
    "username": 2,
    "contact-email-addr": 1,
    "http-proxy": 1,
    "revocation-check": 1,
    "hash": 1,
    "enrollment": 1,
    "login": 1,
    "exec-timeout": 1,
    "transport input": 2,
    "logging buffered": 2,
}


@dataclass(slots=True)
class Section:
    """Lines of one level, each with the lines below it, in the order in which they were typed first."""

    lines: dict[str, Section] = field(default_factory=dict)

    def set(self, line: str) -> Section:
        """Enter a line; returns the section below it."""
        line = " ".join(line.split())
        if line in self.lines:
            return self.lines[line]
        for old in self._replaced(line):
            del self.lines[old]
        self.lines.pop(f"no {line}", None)
        return self.lines.setdefault(line, Section())

    def unset(self, line: str) -> None:
        """``no line``: that line, or all that begin with it. Nothing there is no error (cli.md 7.2)."""
        line = " ".join(line.split())
        gone = [old for old in self.lines if old == line or old.startswith(f"{line} ")] or self._replaced(line)
        for old in gone:
            del self.lines[old]
        if line in SHOWN_WHEN_OFF:
            self.lines.setdefault(f"no {line}", Section())

    def has(self, line: str) -> bool:
        return line in self.lines

    def at(self, *path: str) -> Section:
        """The section below these lines; an empty one when there is none."""
        section = self
        for line in path:
            section = section.lines.get(line) or Section()
        return section

    def render(self, indent: int = 0) -> Iterator[str]:
        for line, below in self.lines.items():
            yield f"{' ' * indent}{line}"
            yield from below.render(indent + 1)

    def copy(self) -> Section:
        return Section({line: below.copy() for line, below in self.lines.items()})

    def _replaced(self, line: str) -> list[str]:
        words = line.split()
        for start, length in SINGLE.items():
            if line == start or line.startswith(f"{start} "):
                return [old for old in self.lines if old.split()[:length] == words[:length]]
        return []


@dataclass(slots=True)
class Config:
    """A whole configuration, running or startup. ``zone_minutes``: minutes east of UTC."""

    hostname: str
    zone: str
    zone_minutes: int
    licence: LicenceConfig
    section: Section

    def copy(self) -> Config:
        licence = replace(self.licence, tags=dict(self.licence.tags))
        return replace(self, licence=licence, section=self.section.copy())

    def lines(self) -> Iterator[str]:
        """From ``service`` to the last line, without the head that changes with time."""
        services = [line for line in self.section.lines if line.startswith("service ")]
        yield from services
        yield "!"
        yield f"hostname {self.hostname}"
        yield "!"
        if (self.zone, self.zone_minutes) != ("UTC", 0):
            hours, minutes = divmod(abs(self.zone_minutes), 60)
            yield f"clock timezone {self.zone} {'-' if self.zone_minutes < 0 else ''}{hours} {minutes}"
        yield from self.licence.lines()
        yield "!"
        for line, below in self.section.lines.items():
            if line not in services:
                yield line
                yield from below.render(1)
                if below.lines:
                    yield "!"


def secret(password: str) -> str:
    """A stand-in for a type 9 secret: the same password gives the same text, and the text does not give it away."""
    return f"$9$sim${hashlib.sha256(password.encode()).hexdigest()[:43]}"
