# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated proxy: ``CONNECT``, and plain HTTP passed on; names by the world's table, a log of who went where.

Faults (target: its name; they match ``host:port`` of the request) act here as follows: ``refuse`` closes the port;
``status`` answers with that status; ``slow`` waits first; ``hang`` says nothing; ``drop`` and ``reset`` break the
connection, and so does ``truncate`` once ``after`` octets (default 0) have come from the server; ``error`` answers 502.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from .doors import Door
from .httpserver import HOST, reset_on_close
from .site import Site
from .targets import ProxySpec

if TYPE_CHECKING:
    import socket

    from .faults import Fault

_LARGEST_HEAD = 16_384
_LOGGED = 10_000
_CHUNK = 65_536
_BETWEEN_TWO = ("connection", "proxy-connection", "proxy-authorization")
"""Headers that are for the proxy, not for the server."""


class ProxyRefusal(Exception):
    """The proxy does not connect: ``status`` says how, the message why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Wanted(NamedTuple):
    """What a client asks for. ``head`` goes to the server first: nothing with CONNECT."""

    method: str
    host: str
    port: int
    head: bytes = b""


class Proxy:
    """A target of the world. ``connections``: what was asked of it, with the status that it answered."""

    def __init__(self, spec: ProxySpec, site: Site) -> None:
        self.name = spec.name
        self.spec = spec
        self.connections: deque[dict[str, Any]] = deque(maxlen=_LOGGED)
        self._site = site
        self._door: Door | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def serve(self, host: str = HOST) -> None:
        self._door = Door(host, self._listen)
        self._site.faults.watchers.append(self._settle)
        await self._settle()
        self._site.names.publish(self.spec.hostname, self.spec.port, self._door.address)

    async def close(self) -> None:
        if self._settle in self._site.faults.watchers:
            self._site.faults.watchers.remove(self._settle)
        if self._door:
            await self._door.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def facts(self) -> dict[str, Any]:
        address = self._door.address if self._door else ("", 0)
        return {"address": address[0], "port": address[1], "proxy_port": self.spec.port}

    def state(self) -> dict[str, Any]:
        return {"allow": list(self.spec.allow), "connections": list(self.connections)}

    async def do(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        del arguments
        raise LookupError(f"a proxy has no action {action}: nobody works at it")

    async def _settle(self) -> None:
        if self._door:
            await self._door.be(self._site.faults.standing(self.name, "refuse") is None)

    async def _listen(self, listener: socket.socket) -> _Listening:
        return _Listening(await asyncio.start_server(self._serve, sock=listener, limit=_LARGEST_HEAD))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        entry = {
            "time": self._site.clock.now().isoformat(timespec="milliseconds"),
            "method": "",
            "host": "",
            "status": 0,
            "sent": 0,
            "received": 0,
        }
        self.connections.append(entry)
        # A client that goes away at any moment is no event here.
        with suppress(OSError, asyncio.IncompleteReadError):
            try:
                await self._work(reader, writer, entry)
            except ProxyRefusal as error:
                entry["status"] = error.status
                writer.write(_answer(error.status, str(error)))
                await writer.drain()
            finally:
                writer.close()
                await writer.wait_closed()

    async def _work(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, entry: dict[str, Any]) -> None:
        method, host, port, head = await _wanted(reader)
        entry |= {"method": method, "host": f"{host}:{port}"}
        fault = self._site.faults.take(self.name, entry["host"])
        if fault and await self._befell(fault, reader, writer):
            return
        if self.spec.allow and host.lower() not in (name.lower() for name in self.spec.allow):
            raise ProxyRefusal(403, f"{host} is not allowed")
        server_reader, server_writer = await self._connect(host, port)
        try:
            entry["status"] = 200
            if head:
                server_writer.write(head)
            else:
                writer.write(_answer(200, ""))
            limit = (
                (fault.after if isinstance(fault.after, int) else 0) if fault and fault.action == "truncate" else None
            )
            await _both_ways(
                _copy(reader, server_writer, entry, "sent", None),
                _copy(server_reader, writer, entry, "received", limit),
            )
        finally:
            server_writer.close()

    async def _befell(self, fault: Fault, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """What a fault does before the proxy connects; true if that was all."""
        match fault.action:
            case "status":
                raise ProxyRefusal(fault.status, fault.text or "simulated fault")
            case "error":
                raise ProxyRefusal(502, fault.text or "simulated fault")
            case "slow":
                await asyncio.sleep(fault.seconds)
            case "hang":
                while await reader.read(_CHUNK):
                    pass
            case "reset":
                reset_on_close(writer.transport)
                writer.transport.abort()
            case "drop":
                writer.transport.abort()
        return fault.action in ("hang", "reset", "drop")

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not self._site.names.knows(host):
            raise ProxyRefusal(502, f"{host} cannot be resolved")
        address = self._site.names.find(host, port)
        if address is None:
            raise ProxyRefusal(502, f"{host}:{port} refuses the connection")
        try:
            return await asyncio.open_connection(*address)
        except OSError as error:
            raise ProxyRefusal(502, f"{host}:{port} cannot be reached: {error.strerror}") from error


class _Listening:
    def __init__(self, server: asyncio.Server) -> None:
        self._server = server

    async def close(self) -> None:
        self._server.close()


async def _wanted(reader: asyncio.StreamReader) -> Wanted:
    """What the head of a request asks for: a tunnel, or one exchange by plain HTTP (RFC 9112, 3.2.2 and 3.2.3)."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise ProxyRefusal(431, "the request has no end") from error
    line, *headers = head.decode("latin-1").rstrip().split("\r\n")
    method, _unused, rest = line.partition(" ")
    target = rest.partition(" ")[0]
    if method != "CONNECT":
        return _plain(method, target, headers)
    host, colon, port = target.rpartition(":")
    if not (colon and host and port.isdecimal()):
        raise ProxyRefusal(400, "CONNECT wants host:port")
    return Wanted(method, host.strip("[]"), int(port))


def _plain(method: str, target: str, headers: list[str]) -> Wanted:
    try:
        parts = urlsplit(target)
        host, port = parts.hostname, parts.port or 80
    except ValueError as error:
        raise ProxyRefusal(400, str(error)) from error
    if parts.scheme != "http" or not host:
        raise ProxyRefusal(405, f"{method} is done here with http://host/ only, all else by CONNECT")
    path = parts._replace(scheme="", netloc="").geturl() or "/"
    kept = [header for header in headers if header.partition(":")[0].lower() not in _BETWEEN_TWO]
    lines = (f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", "")
    return Wanted(method, host, port, "\r\n".join(lines).encode("latin-1"))


async def _copy(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, entry: dict[str, Any], key: str, limit: int | None
) -> None:
    while data := await source.read(_CHUNK):
        if limit is not None and entry[key] + len(data) > limit:
            data = data[: limit - entry[key]]
        entry[key] += len(data)
        sink.write(data)
        await sink.drain()
        if entry[key] == limit:
            return


async def _both_ways(out: Any, back: Any) -> None:
    """Until either side has said everything: both speak TLS, which needs no half-open connection."""
    tasks = [asyncio.create_task(out), asyncio.create_task(back)]
    try:
        done, _pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _answer(status: int, text: str) -> bytes:
    if status == 200:
        return b"HTTP/1.1 200 Connection established\r\n\r\n"
    body = f"{text}\n".encode()
    phrase = HTTPStatus(status).phrase
    head = (
        f"HTTP/1.1 {status} {phrase}",
        "Content-Type: text/plain",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return "\r\n".join((*head, "", "")).encode() + body
