# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where devices knock at a collector: ``/cslu/v1/pi``, and with a tenant ``/cslu/v1/pi/<tenant>`` (apis.md 3.4, 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web

from . import wire
from .doors import Door
from .httpserver import HOST, HttpServer, plain_failure

if TYPE_CHECKING:
    import socket

    from .names import Address
    from .site import Site

CSLU_PATH = "/cslu/v1/pi"
_TLS_HANDSHAKE = b"\x16"
_PIECE = 65_536
Answer = Callable[[wire.Request, str], "wire.Reply | None"]
"""The tenant is empty where the path names none. None: there is no such tenant here."""


def add_pi_routes(server: HttpServer, answer: Answer) -> None:
    """Let ``server`` take the simulated protocol."""

    async def take(request: web.Request) -> web.Response:
        try:
            message = wire.Request.decode(await request.read())
        except wire.WireError as error:
            return plain_failure(400, str(error))
        reply = answer(message, request.match_info.get("tenant", ""))
        if reply is None:
            return plain_failure(404, f"{request.path}: no such account here")
        told = replace(reply, time=server.now(request))
        return web.Response(body=told.encode(), content_type=wire.JSON_TYPE)

    server.route("POST", CSLU_PATH, take)
    server.route("POST", f"{CSLU_PATH}/{{tenant}}", take)


class PiDoor:
    """One port that takes HTTP and HTTPS: it looks at the first octet and hands the connection on."""

    def __init__(self, target: str, site: Site, answer: Answer, *, names: Iterable[str]) -> None:
        self.address: Address = (HOST, 0)
        self._target = target
        self._faults = site.faults
        self._server = HttpServer.of(site, target, names=names)
        add_pi_routes(self._server, answer)
        self._door: Door | None = None
        self._behind: dict[bool, Address] = {}
        self._writers: set[asyncio.StreamWriter] = set()

    async def listen(self, host: str = HOST) -> Address:
        self._behind = {tls: await self._server.serve(host, tls=tls) for tls in (False, True)}
        self._door = Door(host, self._open)
        self.address = self._door.address
        self._faults.watchers.append(self._settle)
        await self._settle()
        return self.address

    async def close(self) -> None:
        if self._settle in self._faults.watchers:
            self._faults.watchers.remove(self._settle)
        if self._door:
            await self._door.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        await self._server.close()

    async def _settle(self) -> None:
        if self._door:
            await self._door.be(self._faults.standing(self._target, "refuse") is None)

    async def _open(self, listener: socket.socket) -> _Listening:
        return _Listening(await asyncio.start_server(self._relay, sock=listener))

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with closing(writer), suppress(OSError):
                first = await reader.read(1)
                if not first:
                    return
                inner_reader, inner = await asyncio.open_connection(*self._behind[first == _TLS_HANDSHAKE])
                with closing(inner):
                    inner.write(first)
                    await _either(_pump(reader, inner), _pump(inner_reader, writer))
        finally:
            self._writers.discard(writer)


class _Listening:
    def __init__(self, server: asyncio.Server) -> None:
        self._server = server

    async def close(self) -> None:
        self._server.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_PIECE):
        writer.write(data)
        await writer.drain()


async def _either(*ways: Coroutine[Any, Any, None]) -> None:
    """Until one way is at its end: neither HTTP nor TLS goes on with half a connection."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
