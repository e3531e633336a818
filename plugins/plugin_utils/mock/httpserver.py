# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every HTTP and HTTPS server of the simulated world has in common: ports, certificate, log of requests, faults.

Faults (``faults.py``; the server's name is their target, the request path what they match) act here as follows:

``status``             answers with that status, ``text`` as the whole body, and ``seconds`` as Retry-After
``error``              answers 500 with ``text`` as the message
``slow``               waits ``seconds`` first
``hang``               says nothing until the client gives up
``drop``, ``reset``    closes the connection, or resets it, without an answer
``truncate``           cuts the reply at ``after`` octets (default: in its middle) and closes
``garbage``            puts ``text`` in the middle of the reply
``wrong_time``         the server's clock is ``seconds`` off, in the Date header and in what it answers
``wrong_certificate``  shows a certificate of another name; ``text``: ``expired``, or ``authority`` (an unknown CA)
``refuse``             the port is closed for as long as the fault is there

``hang``, ``drop`` and ``reset`` happen before the server does anything or, with ``after: accepted``, when it has done
everything but answer.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
import struct
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web

from .clock import Clock
from .doors import Door
from .faults import NOISE, Fault, Faults
from .names import Address
from .pki import Pki
from .site import Site

HOST = "127.0.0.1"
ACCEPTED = "accepted"
CONNECT = "<connect>"
_LARGEST_BODY = 256 * 2**20
_LOGGED_REQUESTS = 10_000
_LOOK_SECONDS = 0.5

Handler = Callable[["web.Request"], Awaitable["web.Response"]]
Failure = Callable[[int, str], "web.Response"]


def json_response(status: int, data: Any, headers: Mapping[str, str] | None = None) -> web.Response:
    body = json.dumps(data).encode()
    reason = HTTPStatus(status).phrase
    return web.Response(status=status, reason=reason, body=body, content_type="application/json", headers=headers)


def plain_failure(status: int, message: str) -> web.Response:
    """An error as servers give it whose own form for errors is not known."""
    return json_response(status, {"status": "FAILED", "message": message, "statusMessage": message})


class HttpServer:
    """One server, on one port or several. Routes are added before the first :meth:`serve`.

    ``target``: what faults call it. ``names``: its host names, for the certificate; loopback goes with them.
    ``failure``: how it says that something went wrong. ``requests``: the log; several servers may share one.
    """

    def __init__(
        self,
        target: str,
        *,
        clock: Clock,
        faults: Faults,
        pki: Pki,
        names: Iterable[str] = (),
        touch: Callable[[], None] = lambda: None,
        failure: Failure = plain_failure,
        requests: deque[dict[str, Any]] | None = None,
    ) -> None:
        self.target = target
        self.wanted: Callable[[], bool] = lambda: True
        """Whether its ports are to be open at all; :meth:`refresh` looks again."""
        self.requests: deque[dict[str, Any]] = deque(maxlen=_LOGGED_REQUESTS) if requests is None else requests
        self._clock = clock
        self._faults = faults
        self._pki = pki
        self._names = tuple(dict.fromkeys((*names, "localhost", HOST)))
        self._touch = touch
        self._failure = failure
        self._app = web.Application(client_max_size=_LARGEST_BODY)
        self._runner: web.AppRunner | None = None
        self._doors: list[Door] = []
        self._shifts: dict[int, float] = {}
        self._closing = asyncio.Event()

    @classmethod
    def of(
        cls,
        site: Site,
        target: str,
        *,
        names: Iterable[str] = (),
        failure: Failure = plain_failure,
        requests: deque[dict[str, Any]] | None = None,
        inside: bool = False,
    ) -> HttpServer:
        """A server that stands in a world. ``inside``: only devices talk to it, which keeps no idle world alive."""
        return cls(
            target,
            clock=site.clock,
            faults=site.faults,
            pki=site.pki,
            names=names,
            touch=(lambda: None) if inside else site.touch,
            failure=failure,
            requests=requests,
        )

    def route(self, method: str, path: str, handler: Handler) -> None:
        """``path`` as aiohttp has it, with ``{name}`` for ``request.match_info``; ``*`` is every method."""
        self._app.router.add_route(method, path, self._guarded(handler))

    def now(self, request: web.Request) -> float:
        """Epoch seconds by this server's clock, which is the world's unless a fault has put it wrong."""
        return self._clock.now().timestamp() + self._shifts.get(id(request), 0.0)

    async def serve(self, host: str = HOST, *, tls: bool = True) -> Address:
        """Listen on one more port, and return where."""
        if self._runner is None:
            self._app.router.add_route("*", "/{path:.*}", self._guarded(self._unknown))
            self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=0.5)
            await self._runner.setup()
            self._faults.watchers.append(self._settle)
        context = self._context() if tls else None
        door = Door(host, lambda listener: self._open(listener, context))
        self._doors.append(door)
        await self._settle()
        return door.address

    async def refresh(self) -> None:
        """Open or close the ports as ``wanted`` has it now."""
        await self._settle()

    async def close(self) -> None:
        """Stop listening and end what hangs. Idempotent."""
        self._closing.set()
        if self._settle in self._faults.watchers:
            self._faults.watchers.remove(self._settle)
        for door in self._doors:
            await door.close()
        self._doors.clear()
        if self._runner:
            await self._runner.cleanup()

    async def _open(self, listener: socket.socket, context: ssl.SSLContext | None) -> _Listening:
        if self._runner is None:
            raise RuntimeError("serve() comes first")
        site = web.SockSite(self._runner, listener, ssl_context=context)
        await site.start()
        return _Listening(site)

    async def _settle(self) -> None:
        """Close or open the ports as the faults in force have it."""
        refused = self._faults.standing(self.target, "refuse") is not None
        for door in self._doors:
            await door.be(self.wanted() and not refused)

    def _context(self) -> ssl.SSLContext:
        context = self._pki.server_context(self._names)

        def choose(connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
            fault = self._faults.take(self.target, CONNECT, ("wrong_certificate",))
            if fault:
                connection.context = self._pki.server_context(self._names, flaw=fault.text or "name")

        context.sni_callback = choose  # also called for a client that names no host
        return context

    def _guarded(self, handle: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def respond(request: web.Request) -> web.StreamResponse:
            entry = {
                "time": self._clock.now().isoformat(timespec="milliseconds"),
                "method": request.method,
                "host": request.host,
                "path": request.path,
                "size": request.content_length or 0,
                "status": 0,
            }
            self.requests.append(entry)
            self._touch()
            if self._faults.standing(self.target, "refuse"):  # on a connection from before
                return await _broken(request, reset=True)
            fault = self._faults.take(self.target, request.path)
            try:
                response = await (self._faulty(fault, request, handle) if fault else handle(request))
                shown = datetime.fromtimestamp(self.now(request), UTC)
            finally:
                self._shifts.pop(id(request), None)
            entry["status"] = response.status
            if not response.prepared:
                response.headers["Date"] = format_datetime(shown, usegmt=True)
            return response

        return respond

    async def _faulty(self, fault: Fault, request: web.Request, handle: Handler) -> web.StreamResponse:
        match fault.action:
            case "status":
                retry = {"Retry-After": f"{fault.seconds:.0f}"} if fault.status in (429, 503) else {}
                kind = "text/html" if fault.text.startswith("<") else "application/json"
                return web.Response(status=fault.status, text=fault.text, content_type=kind, headers=retry)
            case "error":
                return self._failure(500, fault.text or "Internal error (simulated fault)")
            case "slow":
                await asyncio.sleep(fault.seconds)
            case "wrong_time":
                self._shifts[id(request)] = fault.seconds
            case "hang" | "drop" | "reset":
                if fault.after == ACCEPTED:
                    await handle(request)
                if fault.action == "hang":
                    await self._hang(fault, request)
                return await _broken(request, reset=fault.action == "reset")
        response = await handle(request)
        body = response.body if isinstance(response.body, bytes) else b""
        middle = fault.after if isinstance(fault.after, int) else len(body) // 2
        if fault.action == "truncate":
            return await _broken(request, body[:middle], announced=len(body), status=response.status)
        if fault.action == "garbage":
            response.body = body[:middle] + (fault.text or NOISE).encode() + body[middle:]
        return response

    async def _hang(self, fault: Fault, request: web.Request) -> None:
        """Say nothing until the client gives up, which aiohttp does not tell a handler, or the fault is removed."""
        while request.transport and not self._closing.is_set() and not self._faults.removed(fault):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), _LOOK_SECONDS)

    async def _unknown(self, request: web.Request) -> web.Response:
        return self._failure(404, f"{request.method} {request.path}: no such call")


class _Listening:
    def __init__(self, site: web.SockSite) -> None:
        self._site = site

    async def close(self) -> None:
        await self._site.stop()


async def _broken(
    request: web.Request, sent: bytes = b"", announced: int = 0, status: int = 200, *, reset: bool = False
) -> web.StreamResponse:
    """Send a part of a reply, or nothing, and break the connection."""
    response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
    if sent:
        response.content_length = announced
        await response.prepare(request)
        await response.write(sent)
        # Let the octets out: an aborted transport throws away what it has not yet written.
        await asyncio.sleep(0.05)
    if request.transport:
        if reset:
            reset_on_close(request.transport)
        request.transport.abort()
    return response


def reset_on_close(transport: asyncio.BaseTransport) -> None:
    """Let the peer see a reset connection, not one that ended."""
    # A copy of the descriptor is the same connection; the socket of an event loop need not let itself be changed.
    with socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno())) as same:
        same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
