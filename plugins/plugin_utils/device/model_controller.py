# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller over its data models, with the command line for what they lack, where the user allows that."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp import ways, yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import Change, Configuration, Surroundings
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import ReturnCode, Rpc

from .cli_controller import CliController
from .model_driver import ModelDriver, RefusedError

_BUSY_PATIENCE = 60.0  # seconds
_BUSY_PAUSE = 5.0


class ModelController:
    """A ``Controller``. ``cli`` opens the command line; without it nothing is typed at the device."""

    def __init__(
        self,
        driver: ModelDriver,
        *,
        cli: Callable[[], CliController] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.driver = driver
        self.host = driver.host
        self.way = driver.way
        self.user = driver.user
        self._cli = cli
        self._sleep = sleep
        self._release: Release | None = None
        self._looked = False

    def state(self, *extra: str) -> LicenseState:
        """``extra`` is for the command line; without one it is passed over."""
        if extra and self._cli is not None:
            return self._cli().state(*extra)
        state = yang.state_from_yang(self.driver.read(yang.requests.read_state()), host=self.host)
        self._release, self._looked = state.release, True
        return state

    def configuration(self) -> Configuration:
        """What the models tell; the rest is None, or read by the command line."""
        here = self._shown()
        if self._cli is None:
            return here
        return replace(
            self._cli().configuration(),
            **{key: getattr(here, key) for key in ways.keys_of(self.way, self._release_of())},
        )

    def surroundings(self) -> Surroundings:
        return self._cli().surroundings() if self._cli is not None else Surroundings()

    def startup(self) -> tuple[Configuration, Configuration] | None:
        """No `:startup` datastore on these devices (yang.md, fact 13)."""
        return self._cli().startup() if self._cli is not None else None

    def apply(self, change: Change) -> str:
        """One way for the whole of it: a device refuses model edits while it takes over lines, and the reverse."""
        if not change:
            return ""
        if why := self._beyond(change):
            return self._typed(why).apply(change)
        edits = yang.requests.edits(change.settings, release=self._release_of(), current=self._shown())
        try:
            self.driver.edit(edits)
        except RefusedError as error:
            # Told of an internal owner of the lock, a device may have done it all the same (yang.md 10.2)
            if not error.locked or not self._shows(change):
                raise
        return ""

    def save(self) -> None:
        answer = yang.result_of(self.driver.call(yang.requests.save_config()))
        if answer and "success" not in answer.lower():
            raise CommandError("the configuration is not saved", cause=answer, host=self.host)

    def trust(self, token: str, *, everywhere: bool, force: bool) -> None:
        rpc = yang.requests.trust(token, everywhere=everywhere, force=force)
        self.coded(rpc, "the device does not ask for a trust code")

    def sync(self, *, everywhere: bool) -> None:
        self._typed(ways.cannot("sync", self.way)).sync(everywhere=everywhere)

    def log(self) -> tuple[str, ...]:
        return self._cli().log() if self._cli is not None else ()

    def cannot(self, operation: str, *, value: Any = None) -> str:
        return "" if self._cli is not None else ways.cannot(operation, self.way, self._release_of(), value=value)

    def coded(self, rpc: Rpc, what: str, *, subject: str = "", accept: Collection[str] = ()) -> ReturnCode:
        """Run what answers with a return code, again while the device is busy. ``what`` tells its failure.
        ``accept``: codes that are none.

        A failure is no error of the protocol: it stands in the answer (yang.md, fact 6).
        """
        until = time.monotonic() + _BUSY_PATIENCE
        while True:
            code = yang.return_code(self.driver.call(rpc))
            if code.meaning in ("success", "started") or code.name in accept:
                return code
            if code.meaning != "busy" or time.monotonic() + _BUSY_PAUSE > until:
                raise code.error(what, subject=subject, host=self.host)
            self._sleep(_BUSY_PAUSE)

    def _release_of(self) -> Release | None:
        """What the models can depends on it."""
        if not self._looked:
            self.state()
        return self._release

    def _beyond(self, change: Change) -> str:
        """Why the models cannot make this change; empty when they can."""
        release = self._release_of()
        reasons = (
            ways.cannot(f"configure:{key}", self.way, release, value=after)
            for key, (_before, after) in change.settings.items()
        )
        missing = next(filter(None, reasons), "")
        return missing or (ways.cannot("configure:users", self.way, release) if change.passwords else "")

    def _shown(self) -> Configuration:
        """What of the configuration the models show."""
        return yang.configuration_from_yang(self.driver.read(yang.requests.read_configuration()))

    def _shows(self, change: Change) -> bool:
        here = self._shown()
        return all(getattr(here, key) == after for key, (_before, after) in change.settings.items())

    def _typed(self, why: str) -> CliController:
        if self._cli is None:
            raise CommandError(why, host=self.host, remedy="Set slp_fallback: cli for this host")
        return self._cli()
