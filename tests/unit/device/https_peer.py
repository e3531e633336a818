# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted HTTPS server of a device, on loopback: statuses, bodies and certificates of the test's choice."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import Pki

JSON = "application/yang-data+json"


@dataclass
class Says:
    """``cut``: octets of the body after which the connection ends. ``wait``: seconds before the answer."""

    status: int = 200
    body: Any = b""
    media: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    wait: float = 0.0

    @property
    def octets(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class HttpsPeer:
    """``answers``: by ``GET /path``; a list is used up one by one, its last entry stays. Others get 404.

    ``keeps``: connections stay open after an answer. ``leaves``: they seem to, and are closed.
    """

    answers: dict[str, Says | list[Says]] = field(default_factory=dict)
    asked: list[tuple[str, bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    keeps: bool = False
    leaves: bool = False
    connections: int = 0

    def answer(self, call: str) -> Says:
        found = self.answers.get(call, Says(404, {"errors": {"error": [{"error-tag": "invalid-value"}]}}))
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found


@contextmanager
def serving(peer: HttpsPeer, pki: Pki, *, flaw: str = "") -> Iterator[HttpsPeer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1" if peer.keeps or peer.leaves else "HTTP/1.0"

        def setup(self) -> None:
            super().setup()
            peer.connections += 1

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            peer.asked.append((f"{self.command} {self.path}", body))
            peer.headers.append(dict(self.headers))
            says = peer.answer(f"{self.command} {self.path}")
            time.sleep(says.wait)
            self.send_response(says.status)
            for name, value in {"Content-Type": says.media, **says.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(says.octets)))
            self.end_headers()
            self.wfile.write(says.octets[: says.cut])
            self.close_connection = not peer.keeps

        do_GET = do_POST = do_PATCH = do_DELETE = _do  # noqa: N815

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = pki.server_context(flaw=flaw).wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]  # a client that goes away
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    peer.port = server.server_address[1]
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
