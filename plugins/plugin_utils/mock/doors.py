# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports that open and close while the world runs, and stay the same: who connects to a closed one is refused."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from typing import Protocol


class Opened(Protocol):
    """A service that listens."""

    async def close(self) -> None: ...


Opener = Callable[[socket.socket], Awaitable[Opened]]


class Door:
    """One reserved port. ``open_`` starts what listens there."""

    def __init__(self, host: str, open_: Opener, port: int = 0) -> None:
        self._open = open_
        self._socket: socket.socket | None = bound(host, port)
        self._opened: Opened | None = None
        self.address: tuple[str, int] = self._socket.getsockname()[:2]

    async def be(self, wanted: bool) -> None:
        """Open or closed. The port stays the same."""
        if wanted and self._opened is None:
            listener, self._socket = self._socket or bound(*self.address), None
            self._opened = await self._open(listener)
        elif not wanted and self._opened is not None:
            opened, self._opened = self._opened, None
            await opened.close()
            # What listened closed its socket; the address is taken again before anybody else asks for a port.
            self._socket = bound(*self.address)

    async def close(self) -> None:
        if self._opened:
            await self._opened.close()
        if self._socket:
            self._socket.close()
        self._opened = self._socket = None


def bound(host: str, port: int) -> socket.socket:
    """A socket of our own: asyncio would look the address up in a thread for each device."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
