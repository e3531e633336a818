# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every server of the simulated world has in common, seen by aiohttp and by Python's own client."""

from __future__ import annotations

import asyncio
import http.client
import json
import ssl
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import aiohttp
import pytest
from aiohttp import web
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.clock import Clock
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.faults import Faults
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.httpserver import HttpServer, json_response
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.names import Names, WorldResolver

from tests.unit.mock.world_tools import PKI

LOOPS = [asyncio.new_event_loop]
try:
    import uvloop
except ImportError:
    pass
else:
    LOOPS.append(uvloop.new_event_loop)

TODAY = datetime(2030, 5, 1, 12, tzinfo=UTC)
T = TypeVar("T")


class Lab:
    """One server, known as ``server.example.net``; ``calls`` counts what it did."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.names = Names()
        self.calls = 0
        self.server = HttpServer("lab", clock=Clock(TODAY), faults=self.faults, pki=PKI, names=("server.example.net",))
        self.server.route("GET", "/thing/{name}", self._thing)

    async def _thing(self, request: web.Request) -> web.Response:
        self.calls += 1
        return json_response(200, {"name": request.match_info["name"], "now": self.server.now(request)})

    async def start(self) -> None:
        self.https = await self.server.serve()
        self.http = await self.server.serve(tls=False)
        self.names.publish("server.example.net", 443, self.https)
        self.names.publish("other.example.net", 443, self.https)

    def session(self) -> aiohttp.ClientSession:
        context = ssl.create_default_context(cadata=PKI.ca_pem)
        resolver = WorldResolver(self.names)
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context, resolver=resolver))

    async def get(self, url: str = "https://server.example.net/thing/a", seconds: float = 5) -> Any:
        async with self.session() as session, session.get(url, timeout=aiohttp.ClientTimeout(seconds)) as reply:
            return reply.status, await reply.read(), reply.headers

    async def fault(self, action: str, **more: Any) -> None:
        self.faults.add({"target": "lab", "action": action, **more})
        await self.faults.settle()


def live(
    work: Callable[[Lab], Coroutine[Any, Any, T]],
    loop_factory: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop,
) -> T:
    async def run() -> T:
        lab = Lab()
        await lab.start()
        try:
            return await work(lab)
        finally:
            await lab.server.close()

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(run())


def test_names_ports_and_log() -> None:
    async def work(lab: Lab) -> None:
        status, body, headers = await lab.get()
        assert (status, json.loads(body)) == (200, {"name": "a", "now": TODAY.timestamp()})
        assert parsedate_to_datetime(headers["Date"]) == TODAY
        plain = f"http://127.0.0.1:{lab.http[1]}/thing/b"
        assert (await lab.get(plain))[0] == 200
        status, body, _headers = await lab.get("https://server.example.net/nothing")
        assert (status, json.loads(body)["message"]) == (404, "GET /nothing: no such call")
        with pytest.raises(aiohttp.ClientConnectorDNSError):
            await lab.get("https://nowhere.example.net/thing/a")
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await lab.get("https://other.example.net/thing/a")
        with pytest.raises(aiohttp.ClientConnectorError) as refused:
            await lab.get("https://server.example.net:8443/thing/a")
        assert isinstance(refused.value.os_error, ConnectionRefusedError)
        seen = [(entry["host"], entry["path"], entry["status"]) for entry in lab.server.requests]
        assert seen == [
            ("server.example.net", "/thing/a", 200),
            (f"127.0.0.1:{lab.http[1]}", "/thing/b", 200),
            ("server.example.net", "/nothing", 404),
        ]

    live(work)


@pytest.mark.parametrize("loop_factory", LOOPS)
def test_refuse_closes_the_port_and_gives_it_back(loop_factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def work(lab: Lab) -> None:
        async with lab.session() as session:
            url = "https://server.example.net/thing/a"
            async with session.get(url) as reply:
                assert reply.status == 200
            await lab.fault("refuse")
            # On the connection that is still there, and on a new one.
            for _unused in range(2):
                with pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
                    await session.post(url)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*lab.https)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*lab.http)
        lab.faults.clear()
        await lab.faults.settle()
        assert (await lab.get())[0] == 200
        assert lab.calls == 2

    live(work, loop_factory)


@pytest.mark.parametrize("loop_factory", LOOPS)
@pytest.mark.parametrize("after", [None, "accepted"])
def test_reset(loop_factory: Callable[[], asyncio.AbstractEventLoop], after: str | None) -> None:
    async def work(lab: Lab) -> None:
        await lab.fault("reset", times=1, after=after)

        def ask() -> int:
            connection = http.client.HTTPConnection(*lab.http, timeout=5)
            connection.request("GET", "/thing/a")
            return connection.getresponse().status

        with pytest.raises(ConnectionResetError):
            await asyncio.to_thread(ask)
        assert lab.calls == (1 if after else 0)
        assert await asyncio.to_thread(ask) == 200

    live(work, loop_factory)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Hostname mismatch"),
        ("name", "Hostname mismatch"),
        ("expired", "certificate has expired"),
        ("authority", "certificate signature failure|unable to get local issuer|self-signed"),
    ],
)
@pytest.mark.parametrize("loop_factory", LOOPS)
def test_wrong_certificate(loop_factory: Callable[[], asyncio.AbstractEventLoop], text: str, told: str) -> None:
    async def work(lab: Lab) -> None:
        await lab.fault("wrong_certificate", text=text, times=1)
        with pytest.raises(aiohttp.ClientConnectorCertificateError, match=told):
            await lab.get()
        assert lab.calls == 0
        # A client that names no host gets the right one now: the fault is used up.
        assert (await lab.get(f"https://127.0.0.1:{lab.https[1]}/thing/a"))[0] == 200
        await lab.fault("wrong_certificate", text=text)
        with pytest.raises(aiohttp.ClientConnectorCertificateError, match=told.replace("Hostname", "IP address")):
            await lab.get(f"https://127.0.0.1:{lab.https[1]}/thing/a")

    live(work, loop_factory)


def test_wrong_time() -> None:
    async def work(lab: Lab) -> None:
        await lab.fault("wrong_time", seconds=-7200, times=1)
        _status, body, headers = await lab.get()
        assert json.loads(body)["now"] == TODAY.timestamp() - 7200
        assert (TODAY - parsedate_to_datetime(headers["Date"])).total_seconds() == 7200
        _status, body, _headers = await lab.get()
        assert json.loads(body)["now"] == TODAY.timestamp()

    live(work)


def test_a_hang_does_not_keep_the_server_from_closing() -> None:
    async def work(lab: Lab) -> None:
        await lab.fault("hang")
        with pytest.raises(TimeoutError):
            await lab.get(seconds=0.2)
        hanging = asyncio.create_task(lab.get())
        await asyncio.sleep(0.1)
        await asyncio.wait_for(lab.server.close(), 3)
        with pytest.raises(aiohttp.ClientError):
            await hanging

    live(work)


def test_a_hang_ends_when_it_is_removed_and_not_when_it_is_used_up() -> None:
    async def work(lab: Lab) -> None:
        await lab.fault("hang")
        lasting = asyncio.create_task(lab.get(seconds=20))
        await asyncio.sleep(0.1)
        lab.faults.clear()
        done, _pending = await asyncio.wait({lasting}, timeout=5)
        assert done  # aiohttp may have asked once more, and was answered
        await lab.fault("hang", times=1)
        with pytest.raises(TimeoutError):
            await lab.get(seconds=1.5)
        assert (await lab.get())[0] == 200

    live(work)


def test_a_server_of_many_requests_shares_its_log() -> None:
    first = HttpServer("a", clock=Clock(TODAY), faults=Faults(), pki=PKI)
    second = HttpServer("a", clock=Clock(TODAY), faults=Faults(), pki=PKI, requests=first.requests)
    assert second.requests is first.requests


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"action": "refuse", "times": 2}, "lasts until it is removed"),
        ({"action": "wrong_certificate", "text": "blue"}, "none of name, expired, authority"),
    ],
)
def test_faults_that_cannot_be(fault: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Faults().add(fault)


def test_connection_faults_never_befall_requests_nor_are_used_up_by_them() -> None:
    faults = Faults()
    faults.add({"action": "wrong_certificate", "times": 1})
    faults.add({"action": "refuse"})
    assert faults.take("lab", "/thing") is None
    assert faults.take("wlc", "show version") is None
    assert len(faults.as_list()) == 2
