# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resolver of a simulated world: the names and ports that devices and targets use, and where those listen."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

try:
    from aiohttp.abc import AbstractResolver
except ImportError:  # __main__ names the requirements file
    AbstractResolver = object  # type: ignore[assignment,misc]

Address = tuple[str, int]


class Names:
    """``(name, port)`` as in a URL -> the loopback address and port behind it. Names are compared without case."""

    def __init__(self) -> None:
        self._table: dict[Address, Address] = {}

    @property
    def table(self) -> Mapping[Address, Address]:
        return MappingProxyType(self._table)

    def publish(self, name: str, port: int, address: Address) -> None:
        """Let ``name``:``port`` lead to ``address``; a later entry replaces an earlier one."""
        self._table[name.lower(), port] = address

    def withdraw(self, name: str, port: int) -> None:
        self._table.pop((name.lower(), port), None)

    def find(self, name: str, port: int) -> Address | None:
        return self._table.get((name.lower(), port))

    def knows(self, name: str) -> bool:
        """Whether the name resolves at all, on whatever port."""
        return any(known == name.lower() for known, _port in self._table)

    def as_list(self) -> list[dict[str, Any]]:
        """For world.json and tests."""
        return [
            {"name": name, "port": port, "address": address[0], "listens_on": address[1]}
            for (name, port), address in sorted(self._table.items())
        ]


class WorldResolver(AbstractResolver):
    """For ``aiohttp.TCPConnector(resolver=...)``: a client inside the world reaches names by the world's table only.

    An unknown name fails as DNS does; a known name on a port where nobody listens is refused by the socket.
    """

    def __init__(self, names: Names) -> None:
        self._names = names

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[Any]:
        del family
        if not self._names.knows(host):
            raise OSError(socket.EAI_NONAME, f"{host} is unknown in the simulated world")
        # Port 1 of loopback: nobody listens there, so the client sees a refused connection.
        address, real_port = self._names.find(host, port) or ("127.0.0.1", 1)
        return [
            {
                "hostname": host,
                "host": address,
                "port": real_port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
        ]

    async def close(self) -> None:
        """Nothing is held."""
