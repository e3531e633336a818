# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller over its command line."""

from __future__ import annotations

from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import Change, Configuration, Surroundings
from ansible_collections.c9800.slp.plugins.module_utils.slp.running import (
    RUNNING,
    STARTUP,
    SURROUNDINGS,
    read_configuration,
    read_surroundings,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState, build_state

from .controller import SAVE
from .driver import Driver
from .gather import gather
from .prompts import CONFIRM, KEEP_NAME, remarks

SHOWN = ("show version", "show license status", "show license udi")
"""Enough to see transport and URL as they are in force."""
LOG = "show logging | include %SMART_LIC|%CALL_HOME"


class CliController:
    """A ``Controller``. The command line can do whatever the others can, and what they cannot."""

    way = "cli"

    def __init__(self, driver: Driver, *, user: str = "") -> None:
        self.driver = driver
        self.host = driver.host
        self.user = user
        self._running = ""

    def state(self, *extra: str) -> LicenseState:
        return gather(self.driver, extra=extra)

    def configuration(self) -> Configuration:
        texts = self.driver.run_all([*SHOWN, RUNNING], required=[RUNNING])
        self._running = texts.pop(RUNNING)
        return read_configuration(self._running, build_state(texts, host=self.host).transport)

    def surroundings(self) -> Surroundings:
        return read_surroundings(self.driver.run_all(SURROUNDINGS))

    def startup(self) -> tuple[Configuration, Configuration] | None:
        texts = self.driver.run_all([STARTUP] if self._running else [STARTUP, RUNNING])
        running, startup = self._running or texts.get(RUNNING), texts.get(STARTUP)
        if running is None or startup is None:
            return None
        return read_configuration(running), read_configuration(startup)

    def apply(self, change: Change) -> str:
        self._running = ""
        return remarks(self.driver.configure(change.lines)) if change.lines else ""

    def save(self) -> None:
        self.driver.run(SAVE, answers=[KEEP_NAME, CONFIRM])

    def trust(self, token: str, *, everywhere: bool, force: bool) -> None:
        scope = "all" if everywhere else "local"
        self.driver.run(f"license smart trust idtoken {token} {scope}{' force' if force else ''}")

    def sync(self, *, everywhere: bool) -> None:
        self.driver.run(f"license smart sync {'all' if everywhere else 'local'}")

    def log(self) -> tuple[str, ...]:
        lines = self.driver.run_all([LOG]).get(LOG, "").splitlines()
        return tuple(line.strip() for line in lines if "%SMART_LIC" in line or "%CALL_HOME" in line)

    def cannot(self, operation: str, *, value: Any = None) -> str:
        del operation, value
        return ""
