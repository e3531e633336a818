# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface of a running world: HTTP on loopback, for tests and for the module ``mock_target``.

==============================  ========================================================================
``GET /devices``                the devices as in world.json
``GET /devices/NAME``           everything about one device
``POST /devices/NAME/ACTION``   let something happen to a device; the arguments are the JSON object in the body
``GET /targets``                the other servers of the world by name, as in world.json
``GET /targets/NAME``           everything that happened at one of them
``POST /targets/NAME/ACTION``   what a person does at its screens; the arguments are the JSON object in the body
``GET /names``                  the names and ports that devices use, and where those listen
``GET /log?target=NAME``        what the device was told (all devices without ``target``)
``GET /cssm``                   reports by UDI and id, tickets, requests; ``?payloads=1`` adds what was signed
``GET``, ``POST /options``      options of the CSSM; ``{option: value}`` changes some
``GET``, ``POST /clock``        the simulated time; ``{"advance": seconds}`` moves it forward
``GET``, ``POST /faults``       the faults in force; a fault or a list of faults is added
``DELETE /faults``              remove all faults
``POST /stop``                  end the world
==============================  ========================================================================

Every request carries ``Authorization: Bearer TOKEN``. Errors are ``{"error": "what"}`` with status 400, 401 or 404.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web


class Controlled(Protocol):
    """What the control interface needs of a world."""

    def devices(self) -> list[dict[str, Any]]: ...
    def snapshot(self, name: str) -> dict[str, Any]: ...
    async def device_do(self, name: str, action: str, arguments: Mapping[str, Any]) -> Any: ...
    def targets(self) -> dict[str, dict[str, Any]]: ...
    def target(self, name: str) -> dict[str, Any]: ...
    async def target_do(self, name: str, action: str, arguments: Mapping[str, Any]) -> Any: ...
    def names(self) -> list[dict[str, Any]]: ...
    def log(self, target: str | None) -> list[dict[str, str]]: ...
    def cssm_state(self, *, payloads: bool) -> dict[str, Any]: ...
    def options(self) -> dict[str, Any]: ...
    def configure(self, options: dict[str, Any]) -> dict[str, Any]: ...
    def time(self) -> dict[str, Any]: ...
    async def advance(self, seconds: float) -> dict[str, Any]: ...
    def faults(self) -> list[dict[str, Any]]: ...
    async def add_faults(self, faults: list[dict[str, Any]]) -> list[dict[str, Any]]: ...
    async def clear_faults(self) -> None: ...
    def stop(self) -> None: ...


class Control:
    """Serves the control interface of one world. ``token`` is what a caller has to show."""

    def __init__(self, world: Controlled, *, on_request: Callable[[], None] = lambda: None) -> None:
        self.token = secrets.token_urlsafe(24)
        self.url = ""
        self._world = world
        self._on_request = on_request
        self._runner: web.AppRunner | None = None

    async def serve(self, host: str = "127.0.0.1") -> str:
        """Listen and return ``http://host:port``."""
        app = web.Application()
        for method, path, answer in (
            ("GET", "/devices", lambda _: self._world.devices()),
            ("GET", "/devices/{name}", lambda request: self._world.snapshot(request.match_info["name"])),
            ("GET", "/targets", lambda _: self._world.targets()),
            ("GET", "/targets/{name}", lambda request: self._world.target(request.match_info["name"])),
            ("GET", "/names", lambda _: self._world.names()),
            ("GET", "/log", lambda request: self._world.log(request.query.get("target"))),
            ("GET", "/cssm", lambda request: self._world.cssm_state(payloads="payloads" in request.query)),
            ("GET", "/options", lambda _: self._world.options()),
            ("GET", "/clock", lambda _: self._world.time()),
            ("GET", "/faults", lambda _: self._world.faults()),
            ("DELETE", "/faults", lambda _: self._world.clear_faults()),
            ("POST", "/stop", lambda _: self._world.stop()),
        ):
            app.router.add_route(method, path, self._guarded(answer))
        for path, act in (
            ("/options", lambda _, body: self._world.configure(body)),
            ("/clock", self._advance),
            ("/faults", lambda _, body: self._world.add_faults(body if isinstance(body, list) else [body])),
            ("/devices/{name}/{action}", partial(self._do, self._world.device_do)),
            ("/targets/{name}/{action}", partial(self._do, self._world.target_do)),
        ):
            app.router.add_post(path, self._guarded(act, with_body=True))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, 0).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self.url

    async def close(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _advance(self, _request: web.Request, body: Any) -> dict[str, Any]:
        seconds = body.get("advance") if isinstance(body, dict) else None
        if not isinstance(seconds, int | float):
            raise ValueError('{"advance": seconds} is expected')
        return await self._world.advance(seconds)

    async def _do(self, act: Callable[[str, str, Mapping[str, Any]], Any], request: web.Request, body: Any) -> Any:
        if not isinstance(body, dict):
            raise ValueError("the arguments of an action are a JSON object")
        return await act(request.match_info["name"], request.match_info["action"], body)

    def _guarded(self, act: Callable[..., Any], *, with_body: bool = False) -> Callable[[web.Request], Any]:
        async def respond(request: web.Request) -> web.Response:
            shown = request.headers.get("Authorization", "")
            if not hmac.compare_digest(shown.encode(), f"Bearer {self.token}".encode()):
                return _json(401, {"error": "the token of this world is missing"})
            self._on_request()
            try:
                body = [json.loads(await request.read() or b"{}")] if with_body else []
                answer = act(request, *body)
                return _json(200, await answer if isinstance(answer, Awaitable) else answer)
            except ValueError as error:
                return _json(400, {"error": str(error)})
            except LookupError as error:
                return _json(404, {"error": str(error.args[0])})

        return respond


def _json(status: int, data: Any) -> web.Response:
    return web.Response(status=status, body=json.dumps(data, default=str).encode(), content_type="application/json")
