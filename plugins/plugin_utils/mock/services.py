# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doors of a simulated controller beside its command line: NETCONF on 830, HTTPS on 443.

Each has a port of its own from the start, bound but closed: who connects is refused until the configuration opens it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .doors import Door
from .faults import Faults
from .journal import Journal
from .names import Names
from .ssh import SharedSsh

if TYPE_CHECKING:
    from .device import MockDevice
    from .pki import Pki

HOST = "127.0.0.1"
NETCONF_PORT = 830
HTTPS_PORT = 443
_log = logging.getLogger("slp.mock")


class DeviceServices:
    """NETCONF, RESTCONF and the native REST service of one device, as its running configuration has them.

    Without ``spec.model_driven`` there are none, and no port is taken.
    """

    def __init__(self, device: MockDevice, names: Names, pki: Pki, faults: Faults, journal: Journal) -> None:
        self.device = device
        self.pki = pki
        self.faults = faults
        self.journal = journal
        self._names = names
        self._doors: dict[int, Door] = {}
        self._wanted: dict[int, Callable[[], bool]] = {}
        self._ssh: SharedSsh | None = None
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, host: str = HOST, *, ssh: SharedSsh) -> None:
        """Reserve the ports, publish the device's names, and open what is configured.

        ``ssh``: what serves the command line; NETCONF shows the same host key.
        """

    def refresh(self) -> None:
        """After a change of the configuration: open and close doors, as soon as the loop gets to it."""

    async def settle(self) -> None:
        """Wait until what :meth:`refresh` began is done."""

    async def close(self) -> None:
        """Close the doors and give the ports back."""

    def facts(self) -> dict[str, Any]:
        """``netconf_port``, ``https_port`` and ``netconf_host_key`` (a line of known_hosts); empty without doors."""
        return {}
