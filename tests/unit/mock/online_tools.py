# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A device on a network: a clock that stands still, a real server on loopback that decodes what the device says."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from aiohttp import web
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import wire
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.clock import Clock
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.names import Names
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import Pki
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.schedule import Schedule
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import (
    ReportAck,
    UsageFile,
    read_usage,
    write_import,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.spec import DeviceSpec

from tests.unit.mock.dev_tools import ACCOUNT, PKI, POLICY, START, Console, report_id

SMART, DDCE, CSLU = "smartreceiver.cisco.com", "tools.cisco.com", "cslu.example.net"
CSLU_URL = f"http://{CSLU}:8182/cslu/v1/pi"
Answer = Callable[[wire.Request], dict[str, Any]]


@dataclass
class Network:
    """A world without anything in it, as far as a device sees it (site.py)."""

    clock: Clock = field(default_factory=lambda: Clock(START))
    names: Names = field(default_factory=Names)
    pki: Pki = PKI
    options: Any = field(default_factory=lambda: SimpleNamespace(trust_after=5.0, ack_poll_after=60.0))

    def __post_init__(self) -> None:
        self.schedule = Schedule(self.clock)
        self.cssm = SimpleNamespace(options=self.options)

    def device(self, **spec: Any) -> MockDevice:
        spec = {"name": "wlc1", "serial": "9SIM0000001", "aps": 3, **spec}
        device = MockDevice(DeviceSpec(**spec), self.clock, self.pki)
        device.attach(self)  # type: ignore[arg-type]  # nobody asks for the rest of a site
        return device

    async def pass_time(self, seconds: float) -> None:
        """What is due now happens, then so much time passes, then everything that was begun ends."""
        await self.schedule.run_due()
        await self.schedule.advance(seconds)


class Server:
    """Takes reports: notes every request, answers with ``answer``; ``mode``: how it misbehaves instead."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.requests: list[wire.Request] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.answers: dict[str, Answer] = {wire.POLL: lambda _request: {"status": wire.PENDING}}
        self.mode = ""
        self.port = 0
        self._released = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def operations(self) -> list[str]:
        return [request.operation for request in self.requests]

    def usage(self, number: int = -1) -> UsageFile:
        """The document of one USAGE request."""
        return read_usage([item for item in self.requests if item.operation == wire.USAGE][number].document)

    async def serve(self, context: ssl.SSLContext | None = None) -> int:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=context).start()
        self.port = self._runner.addresses[0][1]
        return self.port

    async def close(self) -> None:
        self._released.set()
        if self._runner:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.paths.append(request.path)
        self.headers.append(dict(request.headers))
        wrapped = "DDCEService" in request.path
        asked = wire.Request.decode(wire.unwrap(body) if wrapped else body)
        self.requests.append(asked)
        match self.mode:
            case "hang":
                with suppress(asyncio.CancelledError):
                    await self._released.wait()
            case "reset":
                assert request.transport is not None
                request.transport.abort()
            case "404" | "500" | "503":
                return web.Response(status=int(self.mode))
            case "garbage":
                return web.Response(body=b"\x00<html>\xff")
            case "empty":
                return web.Response()
        answer = self.answers.get(asked.operation, lambda _request: {"status": wire.OK})(asked)
        values = {"nonce": asked.nonce, "time": self.network.schedule.now, **answer}
        reply = wire.Reply(**values).encode()
        return web.Response(body=wire.wrap(reply) if wrapped else reply)


@asynccontextmanager
async def serving(network: Network, *names: tuple[str, int], tls: bool = False) -> AsyncIterator[Server]:
    """A server that is known by ``names``; over TLS with a certificate for them."""
    server = Server(network)
    context = network.pki.server_context([name for name, _port in names]) if tls else None
    port = await server.serve(context)
    for name, published in names:
        network.names.publish(name, published, ("127.0.0.1", port))
    try:
        yield server
    finally:
        await server.close()


@asynccontextmanager
async def cssm(network: Network) -> AsyncIterator[Server]:
    """Cisco's own hosts for direct contact."""
    async with serving(network, (SMART, 443), (DDCE, 443), tls=True) as server:
        yield server


@asynccontextmanager
async def cslu(network: Network) -> AsyncIterator[Server]:
    async with serving(network, (CSLU, 8182)) as server:
        yield server


def acknowledging(*, trust: bool = True, pending: int = 0) -> dict[str, Answer]:
    """A server that takes everything, and has the ACK after ``pending`` polls without one."""
    taken: dict[str, wire.Request] = {}
    polls: dict[str, int] = {}

    def usage(request: wire.Request) -> dict[str, Any]:
        ticket = f"ticket-{len(taken)}"
        taken[ticket] = request
        return {"status": wire.PENDING, "ticket": ticket}

    def poll(request: wire.Request) -> dict[str, Any]:
        polls[request.ticket] = polls.get(request.ticket, 0) + 1
        if polls[request.ticket] <= pending:
            return {"status": wire.PENDING}
        return {"status": wire.COMPLETE, "document": ack(taken[request.ticket], trust=trust)}

    return {wire.USAGE: usage, wire.POLL: poll}


def ack(request: wire.Request, *, trust: bool = True) -> bytes:
    """What CSSM makes of a USAGE request: codes for who asks."""
    usage = read_usage(request.document)
    acks = [ReportAck(report_id(report.payload), report.udi, transaction_id=7) for report in usage.reports]
    codes = {udi: PKI.trust_code(str(udi)) for udi in usage.trust_requests} if trust else {}
    return write_import(PKI.cssm_sign, acks=acks, policy=POLICY, trust=codes, account=ACCOUNT)


def trusting(request: wire.Request) -> dict[str, Any]:
    """The answer to a good ID token."""
    codes = {udi: PKI.trust_code(str(udi)) for udi in request.units}
    return {"status": wire.OK, "document": write_import(PKI.cssm_sign, trust=codes, account=ACCOUNT)}


def typed(device: MockDevice, line: str) -> None:
    """A command that says nothing."""
    assert Console(device).run(line) == ""


def shown(device: MockDevice, label: str, what: str = "status") -> str:
    """The value behind the first line with that label."""
    lines = [line.strip() for line in Console(device).run(f"show license {what}").splitlines()]
    return next(line.removeprefix(f"{label}:").strip() for line in lines if line.startswith(f"{label}:"))


def logged(device: MockDevice, start: str = "%") -> list[str]:
    return [message.text for message in device.log.messages if message.text.startswith(start)]


def counters(device: MockDevice, operation: str) -> dict[str, Any]:
    found: dict[str, Any] = device.snapshot()["communication"].get(operation, {"success": 0, "fail": 0, "total": 0})
    return found
