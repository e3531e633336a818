# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mock proxy, for clients that are not devices: what it lets through, and how it fails."""

from __future__ import annotations

import asyncio
import http.client
import ssl
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.proxy import Proxy
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.receiver import (
    SMART_HOST,
    SMART_PATH,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.targets import ProxySpec

from tests.unit.mock.collector_tools import Place, listening
from tests.unit.mock.dev_tools import in_loop


def through(place: Place, proxy: Proxy, host: str, port: int = 443) -> tuple[int, bytes]:
    """What Python's own client gets by way of the proxy."""
    context = ssl.create_default_context(cadata=place.pki.ca_pem)
    facts = proxy.facts()
    connection = http.client.HTTPSConnection(facts["address"], facts["port"], timeout=5, context=context)
    connection.set_tunnel(host, port)
    connection.request("POST", SMART_PATH, b"{}")
    reply = connection.getresponse()
    return reply.status, reply.read()


@pytest.mark.parametrize(
    ("host", "port", "told"),
    [("nowhere.example.net", 443, "502 Bad Gateway"), (SMART_HOST, 8443, "502 Bad Gateway"), (SMART_HOST, 443, "")],
)
@in_loop
async def test_proxy_for_pythons_client(host: str, port: int, told: str) -> None:
    place = Place()
    proxy = Proxy(ProxySpec(), place)
    async with listening(place, proxy):
        work = asyncio.to_thread(through, place, proxy, host, port)
        if told:
            with pytest.raises(OSError, match=told):
                await work
        else:
            assert (await work)[0] == 400  # of the smart receiver: that was no message
        assert proxy.state()["connections"][0]["host"] == f"{host}:{port}"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"action": "refuse"}, "refused"),
        ({"action": "status", "status": 407}, "407 Proxy Authentication Required"),
        ({"action": "error"}, "502 Bad Gateway"),
        ({"action": "reset"}, "reset"),
        ({"action": "drop"}, "without response|reset"),
        ({"action": "hang"}, "timed out"),
        ({"action": "truncate", "after": 100}, "EOF occurred|reset"),
    ],
)
@in_loop
async def test_faults_of_the_proxy(fault: dict[str, Any], told: str) -> None:
    place = Place()
    proxy = Proxy(ProxySpec(), place)
    async with listening(place, proxy):
        place.faults.add({"target": "proxy", **fault})
        await place.faults.settle()
        with pytest.raises((OSError, http.client.HTTPException), match=told):
            await asyncio.to_thread(through, place, proxy, SMART_HOST)
        place.faults.clear()
        await place.faults.settle()
        assert (await asyncio.to_thread(through, place, proxy, SMART_HOST))[0] == 400


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET http://tools.cisco.com/ HTTP/1.1\r\n\r\n", b"502"),  # nothing listens at port 80 there
        (b"GET http://cslu-local:x/ HTTP/1.1\r\n\r\n", b"400"),
        (b"GET https://tools.cisco.com/ HTTP/1.1\r\n\r\n", b"405"),
        (b"GET / HTTP/1.1\r\n\r\n", b"405"),
        (b"CONNECT tools.cisco.com HTTP/1.1\r\n\r\n", b"400"),
        (b"CONNECT :443 HTTP/1.1\r\n\r\n", b"400"),
        (b"CONNECT " + b"x" * 20_000, b"431"),
    ],
)
@in_loop
async def test_what_the_proxy_does_not_do(head: bytes, status: bytes) -> None:
    place = Place()
    proxy = Proxy(ProxySpec(), place)
    async with listening(place, proxy):
        facts = proxy.facts()
        reader, writer = await asyncio.open_connection(facts["address"], facts["port"])
        writer.write(head)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 " + status)
        writer.close()
        with pytest.raises(LookupError, match="has no action allow"):
            await proxy.do("allow", {})
