# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A device that has next to nothing but a command line: the double for tests of shell and SSH."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from ansible_collections.c9800.slp.plugins.plugin_utils.mock.flash import Flash
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.grammar import Command
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.session import Session
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.shell import Shell
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.spec import DeviceSpec

NOW = datetime(2026, 11, 4, 9, 5, 7, 123456, tzinfo=UTC)
VERSION = "Cisco IOS XE Software, Version 17.12.04\nwlc1 uptime is 1 day\nConfiguration register is 0x2102\n"


class FakeDevice:
    """Remembers whole configuration lines, and what it was told to do."""

    def __init__(self, **spec: Any) -> None:
        self.spec = DeviceSpec(**{"name": "wlc1", "serial": "TTM0000A001", **spec})
        self.hostname = self.spec.hostname
        self.flash = Flash(size=self.spec.flash_size, free=self.spec.flash_free, now=self.local_time)
        self.scp_server = self.spec.scp_server
        self.config: list[str] = []
        self.startup: list[str] = []
        self.events: list[str] = []
        self.users: dict[tuple[str, str], int] = {}

    def admits(self, username: str, password: str) -> int | None:
        return self.users.get((username, password))

    def commands(self) -> Iterator[Command]:
        yield Command("show version", lambda _s, _a: VERSION)
        yield Command("show running-config", lambda _s, _a: self.running_config(), privilege=15)
        yield Command("show license all", lambda _s, _a: "Last: <none>\nNext: <none>\n")
        yield Command("license smart save usage all file <url>", self._save, privilege=15)
        yield Command("hostname <name>", self._hostname, "config", 15)
        yield Command("license smart <rest...>", self._configure, "config", 15)
        yield Command("call-home", lambda session, _a: session.enter("cfg-call-home"), "config", 15)
        yield Command("contact-email-addr <address>", self._configure, "cfg-call-home", 15)
        yield Command("profile <name>", self._profile, "cfg-call-home", 15)
        yield Command("active", self._configure, "cfg-call-home-profile", 15)

    def local_time(self) -> datetime:
        return NOW

    def ntp_synced(self) -> bool:
        return self.spec.ntp_synced

    def running_config(self) -> str:
        return "".join(
            f"{line}\n" for line in ("Building configuration...", "", f"hostname {self.hostname}", *self.config)
        )

    def config_saved(self) -> bool:
        return self.config == self.startup

    def save_config(self) -> None:
        self.startup = list(self.config)
        self.events.append("saved")

    def reload(self) -> None:
        self.events.append("reloaded")

    def _save(self, _session: Session, args: dict[str, str]) -> None:
        self.flash.write(args["url"], b"<smartLicense/>\n")

    def _hostname(self, _session: Session, args: dict[str, str]) -> None:
        self.hostname = args["name"]

    def _configure(self, session: Session, args: dict[str, str]) -> None:
        self.config.append(" ".join([session.mode, *session.context.values(), *args.values()]))

    def _profile(self, session: Session, args: dict[str, str]) -> None:
        session.enter("cfg-call-home-profile", profile=args["name"])


class Screen:
    """A terminal that keeps what was printed, and lets time pass when told."""

    def __init__(self, device: FakeDevice | None = None, **shell: Any) -> None:
        self.device = device or FakeDevice()
        self.text = ""
        self.ended = ""
        self.waiting: list[tuple[float, Callable[[], None]]] = []
        self.shell = Shell(self.device, self, **shell)
        self.shell.start()

    def write(self, text: str) -> None:
        self.text += text

    def later(self, seconds: float, callback: Callable[[], None]) -> None:
        self.waiting.append((seconds, callback))

    def close(self) -> None:
        self.ended = "closed"

    def drop(self) -> None:
        self.ended = "dropped"

    def restart(self) -> None:
        self.ended = "restarted"

    def type(self, *lines: str, end: str = "\n") -> str:
        """What comes on the screen after typing ``lines``."""
        self.text = ""
        for line in lines:
            self.shell.feed(line + end)
        return self.text

    def wait(self) -> str:
        """What comes after the pause that the device is in."""
        self.text = ""
        self.waiting.pop(0)[1]()
        return self.text
