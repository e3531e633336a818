# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operations that change a product instance need from a way in, be it terminal, NETCONF or RESTCONF."""

from __future__ import annotations

from typing import Any, Protocol

from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import Change, Configuration, Surroundings
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState

SAVE = "copy running-config startup-config"
"""What saves, as it is typed and told."""


class Controller(Protocol):
    """One product instance over one login. All methods raise from the ``DeviceError`` family, ``host`` filled in."""

    @property
    def host(self) -> str:
        """Its inventory name."""

    @property
    def way(self) -> str:
        """The way in: ``cli``, ``netconf``, ``restconf``."""

    @property
    def user(self) -> str:
        """The name it is logged in with; empty when unknown."""

    def state(self, *extra: str) -> LicenseState:
        """The whole licensing state. ``extra``: further show commands, for ways that have them."""

    def configuration(self) -> Configuration:
        """What is configured now."""

    def surroundings(self) -> Surroundings:
        """What else a preflight wants to know; ``Surroundings()`` when the way in tells nothing of it."""

    def startup(self) -> tuple[Configuration, Configuration] | None:
        """What is configured now and what a reload brings, read alike; None when the way in does not tell.

        Both without what only the licensing state shows, so that they can be compared with each other alone.
        """

    def apply(self, change: Change) -> str:
        """Bring the settings to what ``change`` says; raises ``CommandError`` with what the device answered.

        Returns what the device remarked without refusing it; empty when nothing.
        """

    def save(self) -> None:
        """Make the running configuration the startup configuration."""

    def trust(self, token: str, *, everywhere: bool, force: bool) -> None:
        """Have the device ask for trust codes by an ID token; only triggers."""

    def sync(self, *, everywhere: bool) -> None:
        """Have the device report now; only triggers."""

    def log(self) -> tuple[str, ...]:
        """The licensing messages of the device's log, oldest first; () when the way in has none."""

    def cannot(self, operation: str, *, value: Any = None) -> str:
        """Why this way in cannot do it; empty when it can.

        Operations: ``configure:<key of Configuration>``, ``trust``, ``sync``, ``log``, ``save``.
        ``value``: what is to be configured, where only some values are possible.
        """
