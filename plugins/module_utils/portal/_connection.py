# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection by HTTPS with a limit for the whole of an answer, and its TLS."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from typing import Any, cast

from ansible.module_utils.urls import make_context
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import PortalError


class _Reader(io.RawIOBase):
    """What a socket receives before a deadline; each read gets the time that is left."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._until = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """A response with a limit for the whole of it: the time limit of its socket."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        seconds = sock.gettimeout()
        if seconds is not None:
            self.fp.close()
            self.fp = io.BufferedReader(_Reader(sock, seconds))


class Connection(http.client.HTTPSConnection):
    """One whose time limit holds for the whole of an answer."""

    response_class = _Response


def tls_context(ca_path: str | None, validate_certs: bool) -> ssl.SSLContext:
    """As Ansible's own clients have it; PortalError for a CA file that is none."""
    try:
        return cast(ssl.SSLContext, make_context(cafile=ca_path, validate_certs=validate_certs))  # type: ignore[no-untyped-call]
    except OSError as error:  # ssl.SSLError is one
        cause = error.strerror or "no certificate in it"
        raise PortalError("the CA file cannot be used", cause=cause, subject=str(ca_path)) from None
