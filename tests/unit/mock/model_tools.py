# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated device with its model-driven services on loopback, and raw clients: for test_netconf*, test_restconf*."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, NamedTuple
from xml.etree import ElementTree

import aiohttp
import asyncssh
import yarl
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.faults import Faults
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.journal import Journal
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.names import Names
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.services import DeviceServices
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import (
    PolicyDocument,
    ReportAck,
    read_usage,
    write_import,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.ssh import SharedSsh, serve_device
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.yang_cli import DeviceCli

from tests.unit.mock.dev_tools import PKI, START, make_device

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
SL = "http://cisco.com/ns/yang/cisco-smart-license"
IA = "http://cisco.com/yang/cisco-ia"
NATIVE = "http://cisco.com/ns/yang/Cisco-IOS-XE-native"
XE_RPC = "http://cisco.com/ns/yang/Cisco-IOS-XE-rpc"
CLI_RPC = "http://cisco.com/ns/yang/Cisco-IOS-XE-cli-rpc"
NS = {"nc": BASE, "sl": SL, "ia": IA, "ios": NATIVE, "xe": XE_RPC, "cli": CLI_RPC}
END = b"]]>]]>"
YANG_JSON = "application/yang-data+json"


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: Any

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Lab:
    """One device that listens on every door."""

    def __init__(self, device: MockDevice) -> None:
        self.device = device
        self.faults = Faults()
        self.journal = Journal()
        self.names = Names()
        self.ssh = SharedSsh(faults=self.faults, journal=self.journal)
        self.services = DeviceServices(device, self.names, PKI, self.faults, self.journal)

    async def serve(self) -> None:
        self.cli_port = await serve_device(self.device, shared=self.ssh)
        await self.services.serve(ssh=self.ssh)

    async def close(self) -> None:
        await self.services.close()
        await self.ssh.close()

    async def configure(self, *lines: str) -> None:
        """At the command line."""
        assert DeviceCli(self.device, Journal()).configure_each(lines, "admin", "config") == []
        await self.services.settle()

    @property
    def netconf_port(self) -> int:
        return int(self.services.facts()["netconf_port"])

    @property
    def https_port(self) -> int:
        return int(self.services.facts()["https_port"])

    def login(self) -> AbstractAsyncContextManager[asyncssh.SSHClientConnection]:
        """A connection to the command line."""
        known = asyncssh.import_known_hosts(self.ssh.known_host("127.0.0.1", self.cli_port))
        options = {"username": "admin", "password": "Sim-Passw0rd", "config": None, "client_keys": None}
        return asyncssh.connect("127.0.0.1", self.cli_port, known_hosts=known, agent_path=None, **options)

    @asynccontextmanager
    async def netconf(
        self, base: str = "1.1", user: str = "admin", password: str = "Sim-Passw0rd"
    ) -> AsyncIterator[Raw]:
        """A session after the hellos. ``base``: what the client says it can."""
        options = {"username": user, "password": password, "known_hosts": None, "config": None, "client_keys": None}
        async with asyncssh.connect("127.0.0.1", self.netconf_port, agent_path=None, **options) as connection:
            writer, reader, _unused = await connection.open_session(subsystem="netconf", encoding=None)
            raw = Raw(reader, writer)
            raw.hello = (await asyncio.wait_for(reader.readuntil(END), 5))[: -len(END)]
            raw.send_hello(base)
            yield raw

    async def http(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        user: str = "admin",
        password: str = "Sim-Passw0rd",
        kind: str = YANG_JSON,
        accept: str = YANG_JSON,
    ) -> Answer:
        """One request as it stands: the path is not touched."""
        context = ssl.create_default_context(cadata=PKI.ca_pem)
        body = data if isinstance(data, bytes) else None if data is None else json.dumps(data).encode()
        headers = {"Content-Type": kind, "Accept": accept}
        if user:
            headers["Authorization"] = f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
        url = yarl.URL(f"https://127.0.0.1:{self.https_port}{path}", encoded=True)
        timeout = aiohttp.ClientTimeout(total=10)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.request(method, url, data=body, headers=headers, ssl=context) as response,
        ):
            return Answer(response.status, await response.read(), response.headers)


class Raw:
    """NETCONF by hand."""

    def __init__(self, reader: asyncssh.SSHReader[bytes], writer: asyncssh.SSHWriter[bytes]) -> None:
        self.reader = reader
        self.writer = writer
        self.hello = b""
        self.chunked = False
        self._number = 100

    def send_hello(self, base: str) -> None:
        capabilities = "".join(
            f"<capability>urn:ietf:params:netconf:base:{one}</capability>" for one in ("1.0", "1.1") if one <= base
        )
        self.writer.write(f'<hello xmlns="{BASE}"><capabilities>{capabilities}</capabilities></hello>'.encode() + END)
        self.chunked = base == "1.1"

    @property
    def capabilities(self) -> list[str]:
        found = ElementTree.fromstring(self.hello).findall(".//nc:capability", NS)
        return [item.text or "" for item in found]

    @property
    def session(self) -> str:
        return ElementTree.fromstring(self.hello).findtext("nc:session-id", "", NS)

    def send(self, message: str) -> None:
        data = message.encode()
        self.writer.write(b"\n#%d\n%s\n##\n" % (len(data), data) if self.chunked else data + END)

    async def receive(self) -> bytes:
        return await asyncio.wait_for(self._receive(), 10)

    async def _receive(self) -> bytes:
        if not self.chunked:
            return (await self.reader.readuntil(END))[: -len(END)]
        message = b""
        while True:
            header = await self.reader.readuntil(b"\n")
            header += await self.reader.readuntil(b"\n")
            if header == b"\n##\n":
                return message
            found = re.fullmatch(rb"\n#(\d+)\n", header)
            assert found, header
            message += await self.reader.readexactly(int(found[1]))

    async def rpc(self, content: str) -> ElementTree.Element:
        """Send it and return the reply to it."""
        self._number += 1
        self.send(f'<rpc xmlns="{BASE}" message-id="{self._number}" extra="x">{content}</rpc>')
        reply = ElementTree.fromstring(await self.receive())
        assert reply.tag == f"{{{BASE}}}rpc-reply"
        assert reply.get("message-id") == str(self._number)
        return reply

    async def get(self, content: str) -> ElementTree.Element:
        reply = await self.rpc(f'<get><filter type="subtree">{content}</filter></get>')
        data = reply.find("nc:data", NS)
        assert data is not None, ElementTree.tostring(reply)
        return data

    async def edit(self, content: str, *, target: str = "running", more: str = "") -> ElementTree.Element:
        return await self.rpc(
            f"<edit-config><target><{target}/></target>{more}<config>{content}</config></edit-config>"
        )

    async def code(self, name: str, content: str = "") -> str:
        """The return code of an operation of cisco-smart-license."""
        reply = await self.rpc(f'<{name} xmlns="{SL}">{content}</{name}>')
        code = reply.findtext("sl:return-code", "", NS)
        assert code, ElementTree.tostring(reply)
        return code


def error_of(reply: ElementTree.Element) -> tuple[str, str]:
    """(tag, message)."""
    error = reply.find("nc:rpc-error", NS)
    assert error is not None, ElementTree.tostring(reply)[:500]
    return error.findtext("nc:error-tag", "", NS), error.findtext("nc:error-message", "", NS)


def ok(reply: ElementTree.Element) -> bool:
    assert reply.find("nc:ok", NS) is not None, ElementTree.tostring(reply)
    return True


def ack_for(usage: bytes, *, policy: PolicyDocument | None = None) -> bytes:
    """What CSSM answers to a saved usage file."""
    acks = []
    for report in read_usage(usage).reports:
        payload = json.loads(report.payload)
        number = payload["asset_identification"].get("report_id") or payload["meta"]["report_id"]
        acks.append(ReportAck(number, report.udi, "ACK", transaction_id=1))
    return write_import(PKI.cssm_sign, acks=acks, policy=policy, trust={}, account=None, now=START)


def licensing(content: str, around: str = "config") -> str:
    return f'<licensing xmlns="{SL}"><{around}>{content}</{around}></licensing>'


def run(scenario: Callable[[Lab], Awaitable[None]], **spec: Any) -> Lab:
    """Play a scenario at a device of ``spec``, which has all three services unless the spec says otherwise."""
    lab = Lab(make_device(**{"services": ["netconf", "restconf", "rest"], "aps": 3, "waiting_reports": 4, **spec}))

    async def main() -> None:
        try:
            await lab.serve()
            await asyncio.wait_for(scenario(lab), 30)
        finally:
            await lab.close()

    asyncio.run(main())
    return lab
