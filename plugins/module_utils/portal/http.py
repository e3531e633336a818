# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTPS calls to a portal that the user configured, and to devices.

TLS comes from ``ansible.module_utils.urls``. The exchange itself is ``http.client``, because ``open_url`` cannot tell
whether a request had left when it failed (and a usage report must never be sent twice by accident), knows no limit
for a whole answer, and takes a proxy from the environment only.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, cast
from urllib.parse import SplitResult, quote, quote_plus, unquote, urljoin, urlsplit

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import PortalError

from ._connection import Connection, tls_context
from ._urls import environment_proxy, https_url, proxy_url, shown

_BUSY = frozenset({429, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 3
_QUOTED = 200  # characters of an answer that go into an error
_LOOKED_AT = 64 * 1024  # octets of an answer that is quoted from
_CHUNK = 64 * 1024


Fault = Literal["network", "name", "certificate", "silence", "cut", "proxy"]


class CallError(PortalError):
    """No answer came. ``sent``: the request may have reached the portal and may have been acted upon.

    ``final``: another attempt would end the same way. ``fault``: what the matter is, for who tells it otherwise.
    """

    sent = True
    final = False
    fault: Fault = "network"


class BusyError(PortalError):
    """The portal wants to be left alone for ``seconds``, and a call does not wait for that (any longer)."""

    seconds = 0.0


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of any status. ``where`` is the host and path asked, without query."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    where: str

    @property
    def opening(self) -> str:
        """As much of the text as is looked at to quote from it. Hide secrets first: a quote may cut one in two."""
        return self.body[:_LOOKED_AT].decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    repeatable: bool
    timeout: float


class HttpClient:
    """Calls with a time limit, a size limit, and retries that cannot do a thing twice.

    ``timeout``: seconds for connecting, unless ``connect_timeout`` is given, and again for the whole answer.
    ``max_pause``: the longest ``Retry-After`` (seconds) that is obeyed by waiting inside a call; for more it is
    BusyError, and the caller's turn to wait.
    ``portal``: false for what is no portal but close by: it is reached without a proxy, its redirects are answers like
    any other, and where no connection or no answer comes there is no second attempt. Its connection is kept for the
    next call that is repeatable: ``close`` it.
    """

    def __init__(
        self,
        *,
        ca_path: str | None = None,
        validate_certs: bool = True,
        proxy: str | None = None,
        timeout: float = 60.0,
        connect_timeout: float | None = None,
        retries: int = 3,
        max_pause: float = 120.0,
        max_bytes: int = 64 * 1024 * 1024,
        portal: bool = True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.timeout = timeout
        self.connect_timeout = connect_timeout
        self.retries = retries
        self.max_pause = max_pause
        self.max_bytes = max_bytes
        self._portal = portal
        self._proxy = proxy_url(proxy) if proxy else None
        self._context = tls_context(ca_path, validate_certs)
        self._sleep = sleep
        self._secrets: set[str] = set()
        self._kept: Connection | None = None

    def close(self) -> None:
        """End the connection that was kept, if any. Idempotent; the next call makes another."""
        if self._kept is not None:
            self._kept.close()
        self._kept = None

    def hide(self, secrets: Iterable[str | None]) -> None:
        """Keep these values out of every error, should a portal echo them."""
        for secret in filter(None, secrets):
            self._secrets.update({secret, quote(secret, safe=""), quote_plus(secret)})

    def redact(self, text: str) -> str:
        """The text without any of the hidden values."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "********")
        return text

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        repeatable: bool,
        timeout: float | None = None,
    ) -> Response:
        """The answer, whatever its status; ``CallError`` when none came. ``timeout``: in place of the client's.

        ``repeatable``: the call changes nothing, so that it may be sent again after a time-out or a gateway's error.
        Any other call is sent again only when it cannot have been accepted: no connection came about, or the portal
        refused it as one too many (429, or 503 with ``Retry-After``).
        """
        call = _Call(method, headers or {}, body, repeatable, timeout or self.timeout)
        attempt = 0
        while True:
            attempt += 1
            try:
                response = self._follow(call, url)
            except CallError as error:
                again = self._portal or (error.sent and error.fault != "silence")
                if attempt > self.retries or error.final or not again or (error.sent and not repeatable):
                    raise
                pause: float | None = float(2 ** (attempt - 1))
            else:
                pause = self._pause(response, attempt, repeatable)
            if pause is None:
                return response
            self._sleep(pause)

    def decode(self, response: Response) -> Any:
        """The JSON of an answer, integers whole whatever their size."""
        try:
            return json.loads(response.body)
        except (ValueError, RecursionError):
            raise self.problem(response, "the answer is not JSON") from None

    def problem(
        self,
        response: Response,
        what: str,
        *,
        told: str = "",
        remedy: str = "",
        kind: type[PortalError] = PortalError,
    ) -> PortalError:
        """An error about an answer: where, what, status, and what came back (``told`` or a description of the body).

        Where the portal names a pause, a PortalError is a BusyError.
        """
        later = response.headers.get("Retry-After")
        status = f"HTTP {response.status}" + (f", Retry-After {later}" if later else "")
        cause = f"{status}: {told or describe(self.redact(response.opening))}"
        asked = _asked(response) if response.status in _BUSY else None
        error = (BusyError if kind is PortalError and asked else kind)(
            what,
            cause=self.redact(cause),
            remedy=remedy or _REMEDIES.get(response.status, "Check the portal's address and a proxy on the way"),
            subject=response.where,
        )
        if isinstance(error, BusyError) and asked:
            error.seconds = asked
        return error

    def _pause(self, response: Response, attempt: int, repeatable: bool) -> float | None:
        """Seconds until the next attempt; None when this answer is the last."""
        if response.status not in _BUSY or attempt > self.retries:
            return None
        asked = _asked(response)
        refused = response.status == 429 or (response.status == 503 and asked is not None)
        if not (repeatable or refused):
            return None
        pause = float(2**attempt) if asked is None else asked
        return pause if pause <= self.max_pause else None

    def _follow(self, call: _Call, url: str) -> Response:
        """One attempt, with redirects of a GET inside its own host followed."""
        for _hop in range(_MAX_REDIRECTS + 1):
            parts = https_url(url)
            response = self._exchange(call, parts)
            if response.status not in _REDIRECTS or not self._portal:
                return response
            target = urlsplit(urljoin(url, response.headers.get("Location", "")))
            if call.method != "GET" or (target.scheme, target.netloc) != (parts.scheme, parts.netloc):
                raise self.problem(
                    response,
                    "the portal redirects the call, which is not followed",
                    told=f"to {target.hostname or 'nowhere'}",
                    remedy="Only hosts that you configured are asked: set the URL to the right one, "
                    "or look for a captive proxy",
                )
            url = target.geturl()
        raise self.problem(response, "the portal redirects in circles")

    def _exchange(self, call: _Call, parts: SplitResult) -> Response:
        where = shown(parts)
        if kept := self._kept_for(call, parts):
            try:
                return self._ask(kept, call, parts)
            except (ConnectionError, ssl.SSLError, http.client.BadStatusLine):
                pass  # closed meanwhile, as a server may at any time
            except (OSError, http.client.HTTPException) as error:
                raise self._failed(error, where, True, call.timeout) from None
        connection = self._connection(parts, self.connect_timeout or call.timeout)
        sent = False
        try:
            connection.connect()
            sent = True
            return self._ask(connection, call, parts)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            seconds = call.timeout if sent else connection.timeout or call.timeout
            raise self._failed(error, where, sent, seconds) from None

    def _kept_for(self, call: _Call, parts: SplitResult) -> Connection | None:
        """What must not be sent twice gets a connection of its own: the server may be about to close the other."""
        kept = self._kept
        if kept is None or not call.repeatable or (kept.host, kept.port) != (parts.hostname, parts.port or 443):
            self.close()
            return None
        self._kept = None
        return kept

    def _ask(self, connection: Connection, call: _Call, parts: SplitResult) -> Response:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        keep = False
        try:
            connection.sock.settimeout(call.timeout)
            connection.request(call.method, target, body=call.body, headers=dict(call.headers))
            answer = connection.getresponse()
            response = Response(answer.status, answer.headers, self._read(answer), shown(parts))
            keep = not self._portal and not answer.will_close
            return response
        finally:
            if keep:
                self._kept = connection
            else:
                connection.close()

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        body = bytearray()
        while chunk := answer.read(_CHUNK):
            body += chunk
            if len(body) > self.max_bytes:
                raise http.client.HTTPException(f"the answer is larger than {self.max_bytes} octets")
        if answer.length:
            raise http.client.IncompleteRead(bytes(body), answer.length)
        return bytes(body)

    def _connection(self, parts: SplitResult, timeout: float) -> Connection:
        host, port = cast(str, parts.hostname), parts.port or 443
        proxy = self._proxy or (environment_proxy(parts) if self._portal else None)
        if not proxy:
            return Connection(host, port, timeout=timeout, context=self._context)
        connection = Connection(cast(str, proxy.hostname), proxy.port or 80, timeout=timeout, context=self._context)
        headers = {}
        if proxy.username:
            self.hide([proxy.password, unquote(proxy.password or "")])
            login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
            headers["Proxy-Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
        connection.set_tunnel(host, port, headers)
        return connection

    def _failed(self, error: Exception, where: str, sent: bool, timeout: float) -> CallError:
        what, remedy = "no answer from the portal", "Check the network and the portal's address, then run again"
        cause = str(error) or type(error).__name__
        fault: Fault = "network"
        if isinstance(error, ssl.SSLCertVerificationError):
            what, cause, fault = "the portal's certificate is not trusted", error.verify_message, "certificate"
            remedy = "Give the CA that signed it in ca_path"
        elif isinstance(error, TimeoutError):
            cause, fault = f"nothing within {timeout:g} s", "silence"
        elif isinstance(error, socket.gaierror):
            cause, fault = error.strerror or cause, "name"
        elif isinstance(error, http.client.IncompleteRead):
            what, cause = "the answer is cut off", f"{len(error.partial)} octets came, {error.expected} are missing"
            fault = "cut"
        elif isinstance(error, OSError) and "Tunnel connection failed" in cause:
            what, remedy = "the proxy does not connect to the portal", "Check the proxy, its credentials and its rules"
            fault = "proxy"
        failure = CallError(what, cause=self.redact(cause), remedy=remedy, subject=where)
        failure.sent, failure.fault = sent, fault
        # The proxy counts wrong logins, and a certificate does not change while we wait.
        failure.final = isinstance(error, ssl.SSLCertVerificationError) or "Tunnel connection failed: 407" in cause
        return failure


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header asks for: a number or an HTTP date; None when it says neither."""
    text = (value or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def _asked(response: Response) -> float | None:
    return retry_after(response.headers.get("Retry-After"), datetime.now(UTC))


def describe(text: str) -> str:
    """What came back, in a few words: nothing, a web page (its title), or the beginning of the text."""
    text = text.strip()
    if not text:
        return "an empty answer"
    if re.match(r"<(!doctype\s+html|html)", text, re.IGNORECASE):
        title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
        return f'a web page titled "{title[1].strip()[:_QUOTED]}"' if title else "a web page"
    return f'"{text[:_QUOTED]}"' + (" ..." if len(text) > _QUOTED else "")


_REMEDIES = {
    404: "Check base_url and profile",
    429: "The portal limits the rate of calls: run again later",
    500: "The portal has a fault: run again later",
    502: "The portal is not available: run again later",
    503: "The portal is not available: run again later",
    504: "The portal is not available: run again later",
}
