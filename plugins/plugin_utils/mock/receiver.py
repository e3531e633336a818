# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where directly connected product instances report: Cisco's smart receiver, and the Call Home service beside it.

Their faults have the targets ``smart_receiver`` and ``callhome`` (httpserver.py).
"""

from __future__ import annotations

from contextlib import suppress

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web

from .cssm_direct import Arrival, Direct
from .httpserver import HOST, HttpServer, plain_failure
from .site import Site
from .wire import JSON_TYPE, XML_TYPE, Request, WireError, unwrap, wrap

SMART_HOST, SMART_PATH = "smartreceiver.cisco.com", "/licservice/license"
CALLHOME_HOST, CALLHOME_PATH = "tools.cisco.com", "/its/service/oddce/services/DDCEService"
SMART, CALLHOME = "smart", "callhome"
_HTTPS = 443


class Receiver:
    """Both doors of CSSM for devices, under the names by which devices know them."""

    def __init__(self, site: Site, direct: Direct) -> None:
        self._names = site.names
        self._direct = direct
        self._smart = HttpServer.of(site, "smart_receiver", names=(SMART_HOST,), inside=True)
        self._callhome = HttpServer.of(site, "callhome", names=(CALLHOME_HOST,), inside=True)
        self._smart.route("POST", SMART_PATH, self._take_smart)
        self._callhome.route("POST", CALLHOME_PATH, self._take_callhome)

    async def serve(self, host: str = HOST) -> None:
        self._names.publish(SMART_HOST, _HTTPS, await self._smart.serve(host))
        self._names.publish(CALLHOME_HOST, _HTTPS, await self._callhome.serve(host))

    async def close(self) -> None:
        await self._smart.close()
        await self._callhome.close()

    async def _take_smart(self, request: web.Request) -> web.Response:
        try:
            asked = Request.decode(await request.read())
        except WireError as error:
            return plain_failure(400, str(error))
        reply = self._direct.answer(Arrival(asked, SMART, self._smart.now(request)))
        return web.Response(body=reply.encode(), content_type=JSON_TYPE)

    async def _take_callhome(self, request: web.Request) -> web.Response:
        try:
            asked = Request.decode(unwrap(await request.read()))
        except WireError as error:
            return plain_failure(400, str(error))
        # "1.1 gateway.example.net", as RFC 9110 has it.
        via = request.headers.get("Via", "").partition(" ")[2]
        reply = self._direct.answer(Arrival(asked, CALLHOME, self._callhome.now(request), via))
        return web.Response(body=wrap(reply.encode()), content_type=XML_TYPE)
