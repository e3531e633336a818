# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small NETCONF client over SSH for simulated collectors: both framings, one RPC at a time (RFC 6241, 6242)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any
from xml.etree import ElementTree

with suppress(ImportError):  # __main__ names the requirements file
    import asyncssh

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
_CHUNKED = "urn:ietf:params:netconf:base:1.1"
_END = b"]]>]]>"
_LARGEST_CHUNK = 2**32 - 1
_HELLO = (
    f'<hello xmlns="{BASE}"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability>'
    f"<capability>{_CHUNKED}</capability></capabilities></hello>"
)


class NetconfError(ValueError):
    """The server does not speak NETCONF, or answers with an error. ``tag``: of an rpc-error."""

    def __init__(self, message: str, tag: str = "") -> None:
        super().__init__(message)
        self.tag = tag


class NetconfClient:
    """One session. ``capabilities``: what the server announced."""

    def __init__(self, reader: asyncssh.SSHReader[bytes], writer: asyncssh.SSHWriter[bytes], seconds: float) -> None:
        self.capabilities: tuple[str, ...] = ()
        self._reader = reader
        self._writer = writer
        self._seconds = seconds
        self._chunked = False
        self._ids = count(1)

    async def hello(self) -> None:
        self._send(_HELLO.encode())
        root = _parse(await self._receive())
        if root.tag != f"{{{BASE}}}hello":
            raise NetconfError(f"no NETCONF hello but {root.tag}")
        self.capabilities = tuple((entry.text or "").strip() for entry in root.iter(f"{{{BASE}}}capability"))
        self._chunked = _CHUNKED in self.capabilities

    async def rpc(self, operation: str) -> ElementTree.Element:
        """Send one operation, an XML element as text, and return the rpc-reply. Raises as :func:`netconf_session`."""
        number = str(next(self._ids))
        self._send(f'<rpc xmlns="{BASE}" message-id="{number}">{operation}</rpc>'.encode())
        reply = _parse(await self._receive())
        if reply.tag != f"{{{BASE}}}rpc-reply" or reply.get("message-id") != number:
            raise NetconfError(f"no reply to message {number} but {reply.tag}")
        for error in reply.iter(f"{{{BASE}}}rpc-error"):
            tag = (error.findtext(f"{{{BASE}}}error-tag") or "").strip()
            message = (error.findtext(f"{{{BASE}}}error-message") or "").strip()
            raise NetconfError(f"{tag}: {message}" if message else tag or "rpc-error", tag)
        return reply

    def _send(self, message: bytes) -> None:
        framed = b"\n#%d\n%s\n##\n" % (len(message), message) if self._chunked else message + _END
        self._writer.write(framed)

    async def _receive(self) -> bytes:
        async with asyncio.timeout(self._seconds):
            return await (self._chunks() if self._chunked else self._to_end_mark())

    async def _to_end_mark(self) -> bytes:
        data: bytes = await self._reader.readuntil(_END)
        return data.removesuffix(_END)

    async def _chunks(self) -> bytes:
        pieces: list[bytes] = []
        while True:
            header = await self._reader.readuntil(b"\n")
            if header == b"\n":
                header = await self._reader.readuntil(b"\n")
            if header == b"##\n":
                return b"".join(pieces)
            size = re.fullmatch(rb"#([1-9]\d{0,9})\n", header)
            if size is None or int(size[1]) > _LARGEST_CHUNK:
                raise NetconfError(f"a chunk that begins with {header[:20]!r}")
            pieces.append(await self._reader.readexactly(int(size[1])))


@asynccontextmanager
async def netconf_session(
    host: str, port: int, username: str, password: str, seconds: float
) -> AsyncIterator[NetconfClient]:
    """Log in and exchange hellos. Raises OSError, EOFError, asyncssh.Error, NetconfError; TimeoutError: no answer."""
    async with ssh_connection(host, port, username, password, seconds) as connection:
        writer, reader, _unused = await connection.open_session(subsystem="netconf", encoding=None)
        client = NetconfClient(reader, writer, seconds)
        await client.hello()
        whole = False
        try:
            yield client
            whole = True
        finally:
            # A session that broke is over anyway, and one that hangs would only be waited for again.
            if whole:
                with suppress(NetconfError, OSError, EOFError, asyncssh.Error):
                    await client.rpc("<close-session/>")


@asynccontextmanager
async def ssh_connection(host: str, port: int, username: str, password: str, seconds: float) -> AsyncIterator[Any]:
    """A collector believes any host key, as CSLU does. Nothing of the user's own SSH set-up is used."""
    async with asyncssh.connect(
        host,
        port,
        username=username,
        password=password,
        known_hosts=None,
        client_keys=None,
        agent_path=None,
        config=None,
        gss_host=None,
        preferred_auth="password,keyboard-interactive",
        login_timeout=seconds,
        kex_algs="+diffie-hellman-group14-sha1",
        server_host_key_algs="+ssh-rsa",
        encryption_algs="+aes128-cbc",
    ) as connection:
        yield connection


def _parse(message: bytes) -> ElementTree.Element:
    try:
        # Only our own simulated devices are asked, over loopback.
        return ElementTree.fromstring(message)  # noqa: S314
    except ElementTree.ParseError as error:
        raise NetconfError(f"an answer that is no XML: {error}") from error
