# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTPS server of a simulated device: who may come in, and which of its services answers."""

from __future__ import annotations

import base64
import binascii
from contextlib import suppress
from typing import TYPE_CHECKING

from .faults import FULL_DISK, MODEL_ACTIONS, RELOAD, Faults
from .httpserver import HttpServer
from .journal import Journal
from .restconf import ROOT, Restconf
from .slpservice import ROOT as SLP_ROOT
from .slpservice import SlpService
from .users import ENOUGH, privilege
from .yang_data import ModelError
from .yang_rpc import Operations
from .yang_store import Datastores
from .yang_xml import element

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web

if TYPE_CHECKING:
    from .device import MockDevice
    from .pki import Pki

XRD = "http://docs.oasis-open.org/ns/xri/xrd-1.0"
_UNKNOWN = ModelError("access-denied", "access denied", 401, "protocol")
_FORBIDDEN = ModelError("access-denied", "access denied", 403, "protocol")


class DeviceHttps:
    """RESTCONF and native REST of one device, as its running configuration has them."""

    def __init__(self, device: MockDevice, stores: Datastores, pki: Pki, faults: Faults, journal: Journal) -> None:
        self._device = device
        self._faults = faults
        self._journal = journal
        self._restconf = Restconf(stores, Operations(stores))
        self._service = SlpService(stores)
        spec = device.spec
        names = (spec.hostname, spec.name)
        self.server = HttpServer(spec.name, clock=device.clock, faults=faults, pki=pki, names=names)
        self.server.wanted = lambda: self.secure
        for path, handler in (
            (f"{ROOT}{{path:(/.*)?}}", self._restconf_request),
            (f"{SLP_ROOT}/{{path:.*}}", self._rest_request),
        ):
            self.server.route("*", path, handler)
        self.server.route("GET", "/.well-known/host-meta", self._host_meta)

    @property
    def secure(self) -> bool:
        """``ip http secure-server``."""
        return self._device.config.section.has("ip http secure-server")

    @property
    def with_restconf(self) -> bool:
        return self._device.config.section.has("restconf")

    @property
    def _authenticates(self) -> bool:
        """Whether users are asked for: without a method of authentication nobody gets in."""
        section = self._device.config.section
        return any(line in ("ip http authentication local", "ip http authentication aaa") for line in section.lines)

    async def _restconf_request(self, request: web.Request) -> web.Response:
        self._still_open(request)
        if not self.with_restconf:
            return web.Response(status=404, text="<html><body>404 Not Found</body></html>", content_type="text/html")
        user, granted = self._user(request)
        if granted is None or granted < ENOUGH:
            response = self._restconf.failure(_UNKNOWN if granted is None else _FORBIDDEN)
            if granted is None:
                response.headers["WWW-Authenticate"] = 'Basic realm="restconf"'
            return response
        self._journal.record(self._device.spec.name, f"{request.method} {request.path_qs}", user=user, mode="restconf")
        fault = self._faults.take(self._device.spec.name, request.path, (*MODEL_ACTIONS, RELOAD, FULL_DISK))
        if fault and fault.action == RELOAD:
            self._device.reload()
            if request.transport:
                request.transport.abort()
        with self._device.flash.under(fault):
            return await self._restconf.answer(request, user, fault)

    async def _rest_request(self, request: web.Request) -> web.Response:
        self._still_open(request)
        if not self._device.layout.slp:
            return web.Response(status=404, text="<html><body>404 Not Found</body></html>", content_type="text/html")
        user, granted = self._user(request)
        if granted is None:
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="level_15_access"'})
        if granted < ENOUGH:
            return web.Response(status=403)
        self._journal.record(self._device.spec.name, f"{request.method} {request.path}", user=user, mode="rest")
        return await self._service.answer(request)

    async def _host_meta(self, request: web.Request) -> web.Response:
        self._still_open(request)
        if not self.with_restconf:
            return web.Response(status=404)
        body = element("XRD", element("Link", rel="restconf", href=ROOT), xmlns=XRD)
        return web.Response(status=200, body=body.encode(), content_type="application/xrd+xml")

    def _still_open(self, request: web.Request) -> None:
        """A connection from before the server was switched off is broken."""
        if not self.secure and request.transport:
            request.transport.abort()

    def _user(self, request: web.Request) -> tuple[str, int | None]:
        """Who asks, by Basic authentication, and with which privilege."""
        kind, _unused, coded = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "basic" or not self._authenticates:
            return "", None
        try:
            user, _unused, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", None
        return user, privilege(self._device, user, password)
