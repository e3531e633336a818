# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mock CSSM over HTTPS on loopback: token endpoint, both API generations, faults on demand, a log of requests.

Faults (``faults.py``, target ``cssm``, matched with the request path) act here as follows: ``status`` answers with that
status, ``text`` as the whole body, and ``seconds`` as Retry-After; ``error`` answers 500 with ``text`` as the message;
``slow`` waits ``seconds``; ``truncate`` cuts the reply at ``after`` octets (default: in its middle) and closes;
``garbage`` puts ``text`` in its middle. ``hang`` and ``drop`` happen before CSSM does anything or, with ``after:
accepted``, when it has done everything but answer.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from http import HTTPStatus
from typing import Any

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web

from .clock import Clock
from .cssm_accounts import Accounts
from .cssm_ack import AckWriter, Policy
from .cssm_api import SOFTWARE_APIS, SWAPI_DOUBLED, Api, Call, Profile, Route
from .cssm_oauth import TOKEN_PATHS, Credentials, Tokens
from .cssm_reports import read_legacy_submissions
from .cssm_store import ACKNOWLEDGEMENTS, Store
from .faults import NOISE, Fault, Faults
from .pki import Pki
from .simdoc import Udi

ACCEPTED = "accepted"
_LARGEST_BODY = 256 * 2**20
_LOGGED_REQUESTS = 10_000
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class CssmOptions:
    """What a test may choose, at the start or while the world runs. Times are seconds of the world's clock."""

    ready_after: float = 1.0
    """From the acceptance of reports until their ACK is ready."""
    poll_interval: int = 1
    """What CSSM tells clients to wait between polls; Cisco's says 300."""
    token_lifetime: int = 3599
    policy: Policy = Policy.CUSTOM
    """Which policy comes with an ACK."""
    accept_builtin: bool = False
    """Take reports of real devices, whose signatures cannot be verified."""
    nack: tuple[int, ...] = field(default=())
    """Report ids that are answered by NACK."""

    def updated(self, data: Mapping[str, Any]) -> CssmOptions:
        """A copy with the values of a mapping. Raises ValueError for an unknown key or a value of the wrong kind."""
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        if not isinstance(data, Mapping):
            raise ValueError("CSSM options are a mapping")
        values = dict(data)
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"unknown CSSM option {name}; there are {', '.join(known)}")
            try:
                values[name] = _option(type(known[name]), value)
            except (TypeError, ValueError) as error:
                raise ValueError(f"CSSM option {name}: {error}") from error
        return replace(self, **values)

    def as_dict(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in fields(self)} | {"nack": list(self.nack)}


def _option(kind: type, value: Any) -> Any:
    """A value as its option has it. Templates make text of numbers and of truth."""
    if kind is bool:
        said = str(value).lower()
        if said not in ("true", "false"):
            raise ValueError(f"{value!r} is neither true nor false")
        return said == "true"
    if kind is tuple:
        if isinstance(value, str):
            raise TypeError(f"{value!r} is no list")
        return tuple(map(int, value))
    return kind(value)


class Cssm:
    """One CSSM. ``serve`` opens it; ``url`` is then its address without a path."""

    def __init__(
        self,
        pki: Pki,
        clock: Clock,
        accounts: Accounts,
        faults: Faults,
        options: CssmOptions | None = None,
        *,
        on_request: Callable[[], None] = lambda: None,
    ) -> None:
        self.credentials = Credentials()
        self.requests: deque[dict[str, Any]] = deque(maxlen=_LOGGED_REQUESTS)
        self.url = ""
        self._clock = clock
        self._pki = pki
        self._accounts = accounts
        self._faults = faults
        self._on_request = on_request
        self._writer = AckWriter(pki)
        self.store = Store(clock, self._writer)
        self._tokens = Tokens(clock, self.credentials)
        self._api = Api(clock, pki, accounts, self.store, self._writer)
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.options = self.configure(options or CssmOptions())

    def configure(self, options: CssmOptions) -> CssmOptions:
        """Take new options; tickets that exist keep their times."""
        self.options = options
        self.store.delay = options.ready_after
        self._tokens.lifetime = options.token_lifetime
        self._writer.policy = options.policy
        self._writer.nack = frozenset(options.nack)
        self._api.poll_interval = options.poll_interval
        self._api.accept_builtin = options.accept_builtin
        return options

    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen and return ``https://host:port``."""
        app = web.Application(client_max_size=_LARGEST_BODY)
        for path in TOKEN_PATHS:
            app.router.add_post(path, self._guarded(self._token))
        for route in self._api.routes():
            app.router.add_route(route.method, route.path, self._guarded(self._licensing(route)))
        app.router.add_route("*", "/{path:.*}", self._guarded(_unknown))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, ssl_context=self._pki.server_context())
        await site.start()
        self.url = f"https://{host}:{self._runner.addresses[0][1]}"
        return self.url

    async def close(self) -> None:
        self._closing.set()
        if self._runner:
            await self._runner.cleanup()

    def acknowledge(self, domain: str, name: str, udi: Udi, document: bytes) -> bytes:
        """Take a device's file for a Virtual Account and return its ACK at once, for what happened in the past."""
        account = self._accounts.smart[domain.lower()].virtual[name]
        entry = {"sudi": udi.sudi, "licenses": base64.b64encode(document).decode()}
        ticket = self.store.submit(account, read_legacy_submissions([entry], self._pki, accept_builtin=False))
        ticket.ready = ticket.created
        self.store.poll(account, ticket.poll_id, ACKNOWLEDGEMENTS)
        return ticket.documents[udi]

    def facts(self) -> dict[str, str]:
        """What a client has to know."""
        return {
            "base_url_swapi": self.url + SWAPI_DOUBLED,
            "base_url_software_apis": self.url + SOFTWARE_APIS,
            "token_url": self.url + TOKEN_PATHS[0],
            "client_id": self.credentials.client_id,
            "client_secret": self.credentials.client_secret,
            "username": self.credentials.username,
            "password": self.credentials.password,
        }

    def state(self, *, payloads: bool = False) -> dict[str, Any]:
        """Everything that happened here, for tests. Holds no secret."""
        return {
            "options": self.options.as_dict(),
            "reports": self.store.held(payloads=payloads),
            "tickets": [ticket.as_dict() for ticket in self.store.tickets.values()],
            "requests": list(self.requests),
        }

    async def _token(self, request: web.Request) -> web.Response:
        # A secret in the query string ends up in the logs of every proxy: Cisco's newer endpoint takes the form only.
        if request.query_string or request.content_type != "application/x-www-form-urlencoded":
            return _json(400, {"error": "invalid_request", "error_description": "Parameters belong in a form body"})
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        return _json(*self._tokens.grant(form))

    def _licensing(self, route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            if not self._tokens.valid(request.headers.get("Authorization", "")):
                return _json(*route.failure(401, "UNAUTHORIZED", "The access token is missing, unknown or has expired"))
            # The older host wants the header on GET, too (apis.md 1.1).
            if request.content_type != "application/json" and (
                request.method == "POST" or route.profile is Profile.SWAPI
            ):
                return _json(*route.failure(415, "INVALID_REQUEST", "Content-Type must be application/json"))
            call = Call(route.profile, request.headers, request.match_info, request.query, await request.read())
            return _json(*route(call))

        return handle

    def _guarded(
        self, handle: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def respond(request: web.Request) -> web.StreamResponse:
            entry = {
                "time": self._clock.now().isoformat(timespec="milliseconds"),
                "method": request.method,
                "path": request.path,
                "size": request.content_length or 0,
                "status": 0,
            }
            self.requests.append(entry)
            self._on_request()
            fault = self._faults.take("cssm", request.path)
            response = await (self._faulty(fault, request, handle) if fault else handle(request))
            entry["status"] = response.status
            return response

        return respond

    async def _faulty(
        self, fault: Fault, request: web.Request, handle: Callable[[web.Request], Awaitable[web.Response]]
    ) -> web.StreamResponse:
        match fault.action:
            case "status":
                retry = {"Retry-After": f"{fault.seconds:.0f}"} if fault.status in (429, 503) else {}
                kind = "text/html" if fault.text.startswith("<") else "application/json"
                return web.Response(status=fault.status, text=fault.text, content_type=kind, headers=retry)
            case "error":
                message = fault.text or "Internal error (simulated fault)"
                return _json(500, {"status": "FAILED", "message": message, "statusMessage": message})
            case "slow":
                await asyncio.sleep(fault.seconds)
            case "hang" | "drop":
                if fault.after == ACCEPTED:
                    await handle(request)
                if fault.action == "hang":
                    await self._hang(request)
                return await _dropped(request)
        response = await handle(request)
        body = response.body if isinstance(response.body, bytes) else b""
        middle = fault.after if isinstance(fault.after, int) else len(body) // 2
        if fault.action == "truncate":
            return await _dropped(request, body[:middle], announced=len(body), status=response.status)
        if fault.action == "garbage":
            response.body = body[:middle] + (fault.text or NOISE).encode() + body[middle:]
        return response

    async def _hang(self, request: web.Request) -> None:
        """Say nothing until the client gives up: aiohttp does not tell a handler when it does."""
        while request.transport and not self._closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), _LOOK_SECONDS)


async def _dropped(
    request: web.Request, sent: bytes = b"", announced: int = 0, status: int = 200
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
        request.transport.abort()
    return response


async def _unknown(request: web.Request) -> web.Response:
    return _json(404, {"status": "ERROR", "statusMessage": f"{request.method} {request.path}: no such call"})


def _json(status: int, data: dict[str, Any]) -> web.Response:
    body = json.dumps(data).encode()
    return web.Response(status=status, reason=HTTPStatus(status).phrase, body=body, content_type="application/json")
