# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted NETCONF server on real SSH: framing and answers of the test's choice, the wrong ones above all."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import asyncssh

from tests.unit.device.conftest import PASSWORD, Lab

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
OK = "<ok/>"
DROP = object()
Step = str | bytes | float | object
Answer = str | list[Step]
"""The inside of an ``rpc-reply``, or raw pieces: octets as they are, seconds to wait, DROP to end the connection."""


def hello(*capabilities: str, session_id: str = "7") -> str:
    urns = "".join(f"<capability>{uri}</capability>" for uri in capabilities)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><hello xmlns="{BASE}"><capabilities>{urns}</capabilities>'
        f"<session-id>{session_id}</session-id></hello>"
    )


V10 = "urn:ietf:params:netconf:base:1.0"
V11 = "urn:ietf:params:netconf:base:1.1"
RUNNING = "urn:ietf:params:netconf:capability:writable-running:1.0"
CANDIDATE = "urn:ietf:params:netconf:capability:candidate:1.0"


def error(tag: str, message: str = "", info: str = "", severity: str = "error") -> str:
    return (
        f"<rpc-error><error-type>application</error-type><error-tag>{tag}</error-tag>"
        f"<error-severity>{severity}</error-severity><error-message>{message}</error-message>"
        f"<error-info>{info}</error-info></rpc-error>"
    )


@dataclass
class NetconfPeer:
    """``answers``: by the name of an operation. A list of answers is used up one by one; the last one stays."""

    greeting: str | list[Step] = field(default_factory=lambda: hello(V10, V11, RUNNING))
    answers: dict[str, Answer | Callable[[str], Answer]] = field(default_factory=dict)
    subsystem: bool = True
    chunk: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def operations(self) -> list[str]:
        return [_operation(message) for message in self.asked]

    def answer(self, message: str) -> Answer:
        answer = self.answers.get(_operation(message), OK)
        return answer(message) if callable(answer) else answer


def _operation(message: str) -> str:
    found = re.search(r"<(?:\w+:)?rpc\b[^>]*>\s*<(?:[\w.-]+:)?([\w.-]+)", message)
    return found[1] if found else ""


class _Server(asyncssh.SSHServer):
    def __init__(self, peer: NetconfPeer) -> None:
        self.peer = peer

    def validate_password(self, username: str, password: str) -> bool:
        return username == "slp" and password == PASSWORD

    def password_auth_supported(self) -> bool:
        return True

    def session_requested(self) -> Any:
        return self.handle

    async def handle(self, stdin: Any, stdout: Any, _stderr: Any) -> None:
        with contextlib.suppress(asyncssh.Error, ConnectionError, asyncio.IncompleteReadError):
            await _Talk(self.peer, stdin, stdout).run()
        stdin.channel.exit(0)


class _Talk:
    def __init__(self, peer: NetconfPeer, stdin: Any, stdout: Any) -> None:
        self.peer = peer
        self.stdin = stdin
        self.stdout = stdout
        self.chunked = False

    async def run(self) -> None:
        if not self.peer.subsystem or self.stdin.channel.get_subsystem() != "netconf":
            self.stdin.channel.exit(1)
            return
        greeting = self.peer.greeting
        await self.say([f"{greeting}]]>]]>".encode()] if isinstance(greeting, str) else greeting)
        their = (await self.stdin.readuntil(b"]]>]]>")).decode()
        self.chunked = V11 in their and isinstance(greeting, str) and V11 in greeting
        while True:
            message = await self.message()
            self.peer.asked.append(message)
            if _operation(message) == "close-session":
                return
            answer = self.peer.answer(message)
            if isinstance(answer, str):
                found = re.search(r'message-id="([^"]*)"', message)
                answer = [self.frame(f'<rpc-reply xmlns="{BASE}" message-id="{found[1]}">{answer}</rpc-reply>')]
            await self.say(answer)

    async def message(self) -> str:
        if not self.chunked:
            return str((await self.stdin.readuntil(b"]]>]]>"))[:-6].decode())
        parts = []
        while True:
            await self.stdin.readexactly(2)
            header = (await self.stdin.readuntil(b"\n")).strip()
            if header == b"#":
                return b"".join(parts).decode()
            parts.append(await self.stdin.readexactly(int(header)))

    def frame(self, text: str) -> bytes:
        data = text.encode()
        if not self.chunked:
            return data + b"]]>]]>"
        size = self.peer.chunk or len(data)
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        return b"".join(b"\n#%d\n%s" % (len(piece), piece) for piece in pieces) + b"\n##\n"

    async def say(self, steps: list[Step]) -> None:
        for step in steps:
            if step is DROP:
                await self.stdout.drain()
                self.stdout.channel.get_connection().abort()
                raise ConnectionError
            if isinstance(step, float):
                await asyncio.sleep(step)
            else:
                self.stdout.write(step if isinstance(step, bytes) else str(step).encode())
                await self.stdout.drain()


def serve_netconf(lab: Lab, peer: NetconfPeer) -> Any:
    """What ``lab.settings`` takes."""
    return lab.serve(server=lambda: _Server(peer))
