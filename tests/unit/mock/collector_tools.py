# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small world for simulated collectors: a CSSM that listens, a clock that stands still, devices moved by hand."""

from __future__ import annotations

import asyncio
import io
import tarfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from ansible_collections.c9800.slp.plugins.plugin_utils.mock import wire
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.clock import Clock
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm import Cssm, CssmOptions
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm_accounts import Accounts
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm_client import http_session
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.faults import Faults
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.importer import import_document
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.journal import Journal
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.names import Names
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.receiver import Receiver
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.saver import save_usage
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.schedule import Schedule
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.services import DeviceServices
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.spec import DeviceSpec
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.ssh import SharedSsh, serve_device

from tests.unit.mock.dev_tools import PKI, START

ACCOUNTS = [("example.com", "DEFAULT"), ("example.com", "Campus"), ("lab.example.com", "DEFAULT")]
FILE = "bootflash:out.txt"


class Place:
    """What targets stand in (site.Site)."""

    def __init__(self, *, nat: Iterable[str] = (), proxy: tuple[str, int] | None = None, **options: Any) -> None:
        self.clock = Clock(START)
        self.schedule = Schedule(self.clock)
        self.names = Names()
        self.pki = PKI
        self.faults = Faults()
        self.cssm = Cssm(PKI, self.clock, Accounts(ACCOUNTS), self.faults, CssmOptions().updated(options))
        self.touched = 0
        self._nat = set(nat)
        self._proxy = proxy

    def behind_nat(self, device: str) -> bool:
        return device in self._nat

    def proxy_address(self, target: str) -> tuple[str, int]:
        if self._proxy is None:
            raise LookupError(target)
        return self._proxy

    def touch(self) -> None:
        self.touched += 1

    async def pass_time(self, seconds: float = 0.0) -> None:
        await self.schedule.advance(seconds)

    def device(self, **spec: Any) -> MockDevice:
        values = {"name": "wlc1", "serial": "9SIM0000001", "aps": 10, "waiting_reports": 2, **spec}
        return MockDevice(DeviceSpec(**values), self.clock, PKI)


class Pusher:
    """A device's side of the simulated protocol, by hand. ``url``: as it is configured on the device."""

    def __init__(self, place: Place, device: MockDevice, url: str) -> None:
        self.place = place
        self.device = device
        self.url = url

    def request(self, operation: str, **more: Any) -> wire.Request:
        agent = self.device.agent
        known = {
            "udi": agent.udis[0],
            "units": agent.udis,
            "hostname": self.device.hostname,
            "release": str(self.device.spec.release),
            "time": self.device.now,
        }
        return wire.Request(operation=operation, **{**known, **more})

    def saved(self) -> bytes:
        said = save_usage(self.device.agent, self.device.flash, FILE, self.device.hostname, scope="all")
        assert not said, said
        return bytes(self.device.flash.read(FILE))

    async def post(self, body: bytes) -> tuple[int, bytes]:
        async with http_session(self.place) as session, session.post(self.url, data=body) as response:
            return response.status, await response.read()

    async def say(self, operation: str, **more: Any) -> wire.Reply:
        status, body = await self.post(self.request(operation, **more).encode())
        assert status == 200, (status, body)
        return wire.Reply.decode(body)

    async def push(self) -> str:
        """Send all there is; the ticket."""
        reply = await self.say(wire.USAGE, document=self.saved())
        assert reply.status == wire.PENDING, reply
        return reply.ticket

    async def poll(self, ticket: str) -> wire.Reply:
        reply = await self.say(wire.POLL, ticket=ticket)
        if reply.status == wire.COMPLETE:
            assert import_document(self.device.agent, reply.document) == "Import Data Successful"
        return reply


@asynccontextmanager
async def standing(place: Place, *targets: Any) -> AsyncIterator[None]:
    """CSSM and the targets listen."""
    await place.cssm.serve()
    try:
        for target in targets:
            await target.serve("127.0.0.1")
        yield
    finally:
        for target in targets:
            await target.close()
        await place.cssm.close()
        await asyncio.sleep(0)


def waiting(device: MockDevice) -> int:
    """Reports that the device has no ACK for."""
    return len(list(device.agent.reports.closed()))


def states(target: Any, index: int = 0) -> list[str]:
    """Of the reports of one product instance, as ``state()`` has them."""
    return [report["state"] for report in target.state()["product_instances"][index]["reports"]]


@asynccontextmanager
async def reachable(place: Place, *devices: MockDevice) -> AsyncIterator[None]:
    """The devices listen: command line, NETCONF, HTTPS, as their configuration has it."""
    journal = Journal()
    ssh = SharedSsh(faults=place.faults, journal=journal)
    opened = []
    try:
        for device in devices:
            port = await serve_device(device, shared=ssh)
            place.names.publish(device.spec.hostname, 22, ("127.0.0.1", port))
            services = DeviceServices(device, place.names, PKI, place.faults, journal)
            await services.serve("127.0.0.1", ssh=ssh)
            opened.append(services)
        yield
    finally:
        for services in opened:
            await services.close()
        await ssh.close()
        await asyncio.sleep(0.01)


def login(device: MockDevice, method: str, **more: Any) -> dict[str, Any]:
    """The arguments of ``add_device``."""
    spec = device.spec
    return {
        "address": spec.hostname,
        "username": spec.username,
        "password": spec.password,
        "method": method,
        **more,
    }


def documents_in(bundle: bytes) -> dict[str, bytes]:
    """By name, read with the library alone."""
    with tarfile.open(fileobj=io.BytesIO(bundle), mode="r:gz") as outer:
        assert outer.getnames()[0] == "manifest.mf"
        manifest = outer.extractfile("manifest.mf").read().decode()
        assert "Smart-Account: example.com\n" in manifest
        (inner,) = [name for name in outer.getnames() if name.startswith("UD_VA_")]
        assert f"Name: /{inner}\nSpecification-VA: DEFAULT\n" in manifest
        packed_files = outer.extractfile(inner).read()
    with tarfile.open(fileobj=io.BytesIO(packed_files), mode="r:gz") as files:
        return {member.name: files.extractfile(member).read() for member in files}


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


@asynccontextmanager
async def listening(place: Place, *targets: Any) -> AsyncIterator[None]:
    """CSSM's doors for devices, and the targets."""
    servers = (Receiver(place, place.cssm.direct), *targets)
    try:
        for server in servers:
            await server.serve("127.0.0.1")
        yield
    finally:
        for server in servers:
            await server.close()
