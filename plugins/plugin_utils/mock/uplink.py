# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a simulated controller reaches whoever takes its reports: where to, through which proxy, and one exchange.

A failure is told as a device tells it: the reasons of cli.md 4, the responses of ``show license tech support``.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

with suppress(ImportError):  # __main__ names the requirements file
    import aiohttp

from .comm import NO_REPLY, UNRESOLVED
from .config import CSLU_DEFAULT, Section
from .names import Address, Names, WorldResolver
from .outside import ANYWHERE, Outside, reached
from .wire import JSON_TYPE, XML_TYPE, Reply, Request, WireError, unwrap, wrap

if TYPE_CHECKING:
    from .config import Config

EXCHANGE_SECONDS = 10.0
"""Of the real clock: how long a device waits for an answer."""
DDCE_URL = "https://tools.cisco.com/its/service/oddce/services/DDCEService"
TAC_PROFILE = 'profile "CiscoTAC-1"'
LICENSING_DATA = "reporting smart-licensing-data"
FAILED = "Communications failure"
EMPTY = "Received empty response from server"
CALL_HOME = "Fail to send out Call Home HTTP message."
INVALID_STATUS = "INVALID STATUS CODE"
ABORTED, TIMED_OUT = "ERR 205 : Request Aborted", "ERR 207 : Connection time out"
_PORTS = {"http": 80, "https": 443}


class UplinkError(Exception):
    """No answer. ``reason`` as in COMM_FAILED, ``response`` as in ``Last Response``, ``error`` as call home has it."""

    def __init__(self, reason: str, *, response: str = NO_REPLY, error: str = ABORTED) -> None:
        super().__init__(reason)
        self.reason = reason
        self.response = response
        self.error = error


@dataclass(frozen=True, slots=True)
class Route:
    """Where a transport sends to. ``proxy``: by HTTP CONNECT; ``problem``: why nothing can be sent at all."""

    mode: str
    url: str = ""
    proxy: Address | None = None
    problem: str = ""

    @property
    def first(self) -> Address:
        """The name and port that the device itself connects to."""
        if self.proxy:
            return self.proxy
        try:
            parts = urlsplit(self.url)
            return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            return "", 0

    def reachable(self, names: Names) -> bool:
        """Whether there is anything to try: a name that resolves, or an address at which something may listen."""
        host, port = self.first
        if self.problem or not host or not port or urlsplit(self.url).scheme not in _PORTS:
            return False
        address = _address(host)
        return names.knows(host) if address is None else address.is_loopback or names.find(host, port) is not None

    def failure(self, names: Names) -> str:
        """What every attempt ends in while nothing is reachable."""
        if self.mode == "callhome":
            return CALL_HOME
        host, _port = self.first
        unresolved = not self.problem and host and _address(host) is None and not names.knows(host)
        return UNRESOLVED if unresolved else self.problem or FAILED


def route_of(config: Config, outside: Outside = ANYWHERE) -> Route | None:
    """Where the running configuration sends reports; None with transport off."""
    if config.licence.mode == "off":
        return None
    route = _route(config)
    if not route.problem and not reached(config, outside):
        return replace(route, problem=CALL_HOME if route.mode == "callhome" else FAILED)
    return route


def _route(config: Config) -> Route:
    """As far as the transport says it."""
    licence = config.licence
    if licence.mode == "callhome":
        return _call_home(config.section)
    # Zero touch (cli.md 1.2): without an address the device looks for cslu-local.
    url = licence.target or CSLU_DEFAULT
    proxy = (licence.proxy_address, int(licence.proxy_port)) if licence.proxy_address and licence.proxy_port else None
    # cli.md 1.7: a private CA publishes no revocation list, and the trustpoint insists on one.
    points = config.section.at("crypto pki trustpoint SLA-TrustPoint").lines
    insists = "revocation-check crl" in points and licence.mode == "cslu" and url.startswith("https:")
    return Route(licence.mode, url, proxy, FAILED if insists and url != CSLU_DEFAULT else "")


@dataclass(frozen=True, slots=True)
class HomeProfile:
    """A profile of call home. ``reports``: licensing data; ``http``: by that method, with ``url`` where it has one."""

    active: bool
    reports: bool
    url: str
    http: bool = True


def profiles_of(section: Section) -> dict[str, HomeProfile]:
    """The profiles of call home by name."""
    found = {}
    for line, profile in section.at("call-home").lines.items():
        if match := re.fullmatch(r'profile "(.+)"', line):
            tac = line == TAC_PROFILE
            start = "destination address http "
            urls = [below.removeprefix(start) for below in profile.lines if below.startswith(start)]
            found[match[1]] = HomeProfile(
                active=profile.has("active"),
                reports=not profile.has(f"no {LICENSING_DATA}") if tac else profile.has(LICENSING_DATA),
                # The default profile carries the DDCE URL (cli.md 1.6).
                url=urls[-1] if urls else DDCE_URL if tac else "",
                http=profile.has("destination transport-method http"),
            )
    return found


def _call_home(section: Section) -> Route:
    """cli.md 1.6: URL and proxy come from call home, whose one active profile with licensing data counts."""
    found = next((one for one in profiles_of(section).values() if one.active and one.reports), None)
    if not section.has("service call-home") or found is None or not found.http or not found.url:
        return Route("callhome", problem=CALL_HOME)
    lines = " ".join(line for line in section.at("call-home").lines if line.startswith("http-proxy "))
    proxy = re.search(r'"([^"]+)" port (\d+)', lines)
    return Route("callhome", found.url, (proxy[1], int(proxy[2])) if proxy else None)


async def exchange(route: Route, request: Request, names: Names, ca_pem: str) -> Reply:
    """One question and its answer. Raises UplinkError."""
    try:
        return await _exchange(route, request, names, ca_pem)
    except UplinkError as error:
        if route.mode == "callhome":
            raise UplinkError(CALL_HOME, response=error.response, error=error.error) from error
        raise
    except TimeoutError as error:
        raise UplinkError(CALL_HOME if route.mode == "callhome" else FAILED, error=TIMED_OUT) from error


async def _exchange(route: Route, request: Request, names: Names, ca_pem: str) -> Reply:
    if not route.reachable(names):
        raise UplinkError(route.failure(names))
    body, kind = request.encode(), JSON_TYPE
    if route.mode == "callhome":
        body, kind = wrap(body), XML_TYPE
    url, host, proxy = route.url, "", None
    if route.proxy:
        # Behind a proxy it is the proxy that looks up the name.
        proxy, _host = _published(f"http://{quote(route.proxy[0])}:{route.proxy[1]}", names)
    else:
        url, host = _published(url, names)
    try:
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=WorldResolver(names), force_close=True),
                timeout=aiohttp.ClientTimeout(total=EXCHANGE_SECONDS),
                trust_env=False,
                auto_decompress=False,
            ) as client,
            client.post(
                url,
                data=body,
                headers={"Content-Type": kind, **({"Host": host} if host else {})},
                proxy=proxy,
                ssl=_context(ca_pem),
                server_hostname=host or None,
                allow_redirects=False,
            ) as response,
        ):
            return _read(await response.read(), response.status, request, route)
    except aiohttp.ClientConnectorDNSError as error:
        raise UplinkError(UNRESOLVED) from error
    except aiohttp.ClientPayloadError as error:
        raise UplinkError(EMPTY) from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        if isinstance(error, TimeoutError):
            raise
        raise UplinkError(FAILED) from error


def _read(body: bytes, status: int, request: Request, route: Route) -> Reply:
    """What a server says that is none of ours is as good as nothing (cli.md 1.2, the wrong kind of server)."""
    if status != 200:
        raise UplinkError(FAILED if status >= 500 else EMPTY, response=INVALID_STATUS)
    try:
        reply = Reply.decode(unwrap(body) if route.mode == "callhome" else body)
    except WireError as error:
        raise UplinkError(EMPTY) from error
    if reply.nonce != request.nonce:
        raise UplinkError(EMPTY)
    return reply


def _published(url: str, names: Names) -> tuple[str, str]:
    """The URL, and the address that stands in it where that leads somewhere else: clients resolve names only."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    found = names.find(host, port) if _address(host) else None
    if found is None:
        return url, ""
    return parts._replace(netloc=f"{found[0]}:{found[1]}").geturl(), host


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


@lru_cache(maxsize=4)
def _context(ca_pem: str) -> ssl.SSLContext:
    """The name in the URL has to be in the certificate (cli.md 1.2)."""
    return ssl.create_default_context(cadata=ca_pem)
