# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doors of a simulated controller beside its command line: NETCONF on 830, HTTPS on 443.

Each has a port of its own from the start, bound but closed: who connects is refused until the configuration opens it.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from .doors import Door
from .faults import Faults
from .https import DeviceHttps
from .journal import Journal
from .names import Names
from .netconf import NetconfServer
from .ssh import SharedSsh
from .yang_store import Datastores

if TYPE_CHECKING:
    import socket

    from .device import MockDevice
    from .pki import Pki
    from .ssh_login import Served

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
        self._names = names
        self._pki = pki
        self._faults = faults
        self._journal = journal
        self._netconf: _NetconfDoor | None = None
        self._https: DeviceHttps | None = None
        self._facts: dict[str, Any] = {}
        self._due = False
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, host: str = HOST, *, ssh: SharedSsh) -> None:
        """Reserve the ports, publish the device's names, and open what is configured.

        ``ssh``: what serves the command line; NETCONF shows the same host key, and sessions of both break together.
        """
        spec = self.device.spec
        self.device.on_break.append(partial(ssh.break_sessions, self.device))
        if not spec.model_driven:
            return
        stores = Datastores(self.device, self._journal)
        server = NetconfServer(self.device, stores, self._faults, self._journal)
        self._netconf = _NetconfDoor(host, server, ssh, self._faults)
        self._https = DeviceHttps(self.device, stores, self._pki, self._faults, self._journal)
        https = await self._https.server.serve(host)
        netconf = self._netconf.door.address
        for port, address in ((NETCONF_PORT, netconf), (HTTPS_PORT, https)):
            self._names.publish(spec.hostname, port, address)
        self._facts = {
            "netconf_port": netconf[1],
            "https_port": https[1],
            "netconf_host_key": ssh.host_key_line(self.device, *netconf),
        }
        self.device.on_change.append(self.refresh)
        self.device.on_break.append(self._netconf.break_sessions)
        self._faults.watchers.append(self._follow)
        await self._follow()

    def refresh(self) -> None:
        """After a change of the configuration: open and close doors, as soon as the loop gets to it."""
        if self._due:
            return
        self._due = True
        task = asyncio.get_running_loop().create_task(self._follow())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait until what :meth:`refresh` began is done."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Close the doors and give the ports back."""
        if self.refresh in self.device.on_change:
            self.device.on_change.remove(self.refresh)
            self._faults.watchers.remove(self._follow)
        await self.settle()
        if self._netconf:
            await self._netconf.close()
        if self._https:
            await self._https.server.close()

    def facts(self) -> dict[str, Any]:
        """``netconf_port``, ``https_port`` and ``netconf_host_key`` (a line of known_hosts); empty without doors."""
        return self._facts

    async def _follow(self) -> None:
        async with self._turn:
            self._due = False
            if self._netconf is None or self._https is None:
                return
            refused = self._faults.standing(self.device.spec.name, "refuse") is not None
            lines = self.device.config.section.lines
            try:
                await self._netconf.be(not refused and any(line.split()[0] == "netconf-yang" for line in lines))
                await self._https.server.refresh()
            except OSError as error:
                _log.warning("%s: a port cannot be taken again: %s", self.device.spec.name, error)


class _NetconfDoor:
    """The port of NETCONF."""

    def __init__(self, host: str, server: NetconfServer, ssh: SharedSsh, faults: Faults) -> None:
        self.door = Door(host, self._open)
        self._server = server
        self._ssh = ssh
        self._faults = faults
        self._served: Served | None = None

    async def be(self, wanted: bool) -> None:
        await self.door.be(wanted)

    async def close(self) -> None:
        await self.door.close()

    def break_sessions(self) -> None:
        if self._served:
            self._served.restart()

    async def _open(self, listener: socket.socket) -> Served:
        self._served = await self._ssh.accept(self._server.device, listener, self._faults, self._server.login)
        return self._served
