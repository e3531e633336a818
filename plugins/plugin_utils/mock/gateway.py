# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated Transport Gateway: devices call home to it, it calls Cisco, by a proxy where its spec names one."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

with suppress(ImportError):  # __main__ names the requirements file
    import aiohttp
    from aiohttp import web

from .cssm_client import http_session
from .httpserver import HOST, HttpServer, plain_failure
from .receiver import CALLHOME_HOST, CALLHOME_PATH
from .site import Site
from .targets import GatewaySpec

PATH = "/Transportgateway/services/DeviceRequestHandler"
_HTTPS = 443
_LOGGED = 10_000


class Gateway:
    """A target of the world. ``forwarded``: what it passed on, and what came back."""

    def __init__(self, spec: GatewaySpec, site: Site) -> None:
        self.name = spec.name
        self.spec = spec
        self.forwarded: deque[dict[str, Any]] = deque(maxlen=_LOGGED)
        self._site = site
        self._server = HttpServer.of(site, spec.name, names=(spec.hostname,), inside=True)
        self._server.route("POST", PATH, self._forward)
        self._address = ("", 0)

    async def serve(self, host: str = HOST) -> None:
        self._address = await self._server.serve(host)
        self._site.names.publish(self.spec.hostname, _HTTPS, self._address)

    async def close(self) -> None:
        await self._server.close()

    def facts(self) -> dict[str, Any]:
        return {
            "address": self._address[0],
            "port": self._address[1],
            "url": f"https://{self.spec.hostname}{PATH}",
        }

    def state(self) -> dict[str, Any]:
        return {"requests": list(self._server.requests), "forwarded": list(self.forwarded)}

    async def do(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        del arguments
        raise LookupError(f"a Transport Gateway has no action {action}: nobody works at it")

    async def _forward(self, request: web.Request) -> web.Response:
        body = await request.read()
        entry = {
            "time": self._site.clock.now().isoformat(timespec="milliseconds"),
            "size": len(body),
            "status": 0,
            "problem": "",
        }
        self.forwarded.append(entry)
        headers = {"Content-Type": request.content_type, "Via": f"1.1 {self.spec.hostname}"}
        try:
            async with (
                http_session(self._site) as session,
                session.post(self._url, data=body, headers=headers, proxy=self._proxy) as reply,
            ):
                entry["status"] = reply.status
                return web.Response(status=reply.status, body=await reply.read(), content_type=reply.content_type)
        except (aiohttp.ClientError, OSError) as error:
            entry["problem"] = str(error) or type(error).__name__
            return plain_failure(502, f"Cisco cannot be reached: {entry['problem']}")

    @property
    def _url(self) -> str:
        return f"https://{CALLHOME_HOST}{CALLHOME_PATH}"

    @property
    def _proxy(self) -> str | None:
        if not self.spec.proxy:
            return None
        host, port = self._site.proxy_address(self.spec.proxy)
        return f"http://{host}:{port}"
