# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mock CSSM over HTTPS on loopback: token endpoint, both API generations, a log of requests.

Its faults have the target ``cssm`` (httpserver.py).
"""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import Any

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web

from .clock import Clock
from .cssm_accounts import Accounts
from .cssm_ack import AckWriter, Policy, own_policy
from .cssm_api import SOFTWARE_APIS, SWAPI_DOUBLED, Api, Call, Profile, Route
from .cssm_direct import Direct
from .cssm_oauth import TOKEN_PATHS, Credentials, Tokens
from .cssm_page import Page
from .cssm_reports import read_legacy_submissions
from .cssm_store import ACKNOWLEDGEMENTS, Store
from .cssm_token_api import TokenApi
from .cssm_tokens import IdTokens
from .faults import Faults
from .httpserver import HOST, Handler, HttpServer, json_response
from .pki import Pki
from .simdoc import PolicyDocument, Udi

CISCO_HOSTS = ("apx.cisco.com", "swapi.cisco.com", "id.cisco.com", "cloudsso.cisco.com")
"""The hosts of the API and of the tokens for it (apis.md 1.1, 1.2), as servers inside the world call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CssmOptions:
    """What a test may choose, at the start or while the world runs. Times are seconds of the world's clock, but for
    ``device_timeout``.
    """

    ready_after: float = 1.0
    """From the acceptance of reports until their ACK is ready."""
    poll_interval: int = 1
    """What CSSM tells clients to wait between polls; Cisco's says 300."""
    token_lifetime: int = 3599
    policy: Policy = Policy.CUSTOM
    """Which policy comes with an ACK."""
    accept_builtin: bool = False
    """Take reports of real devices, whose signatures cannot be verified."""
    nack: tuple[int, ...] = field(default=())
    """Report ids that are answered by NACK."""
    trust_after: float = 5.0
    """From the trust command on a device until it asks CSSM for its trust code."""
    ack_poll_after: float = 60.0
    """From a device's report to CSSM until it asks for the ACK, and between its attempts."""
    device_timeout: float = 30.0
    """Seconds of the real clock that a collector waits for an answer of a device that it reads."""
    policies: dict[str, Any] = field(default_factory=dict)
    """Virtual Accounts with a policy of their own: ``custom``, ``default``, ``none``, or days by class of licence."""

    def updated(self, data: Mapping[str, Any]) -> CssmOptions:
        """A copy with the values of a mapping. Raises ValueError for an unknown key or a value of the wrong kind."""
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        if not isinstance(data, Mapping):
            raise ValueError("CSSM options are a mapping")
        values = dict(data)
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"unknown CSSM option {name}; there are {', '.join(known)}")
            try:
                values[name] = _option(type(known[name]), value)
            except (TypeError, ValueError) as error:
                raise ValueError(f"CSSM option {name}: {error}") from error
        changed = replace(self, **values)
        changed.own_policies()
        return changed

    def as_dict(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in fields(self)} | {"nack": list(self.nack)}

    def own_policies(self) -> dict[str, PolicyDocument | None]:
        return {name: own_policy(name, value) for name, value in self.policies.items()}


def _option(kind: type, value: Any) -> Any:
    """A value as its option has it. Templates make text of numbers and of truth."""
    if kind is bool:
        said = str(value).lower()
        if said not in ("true", "false"):
            raise ValueError(f"{value!r} is neither true nor false")
        return said == "true"
    if kind is tuple:
        if isinstance(value, str):
            raise TypeError(f"{value!r} is no list")
        return tuple(map(int, value))
    if kind is dict:
        if not isinstance(value, Mapping):
            raise TypeError(f"{value!r} is no mapping")
        return dict(value)
    return kind(value)


class Cssm:
    """One CSSM. ``serve`` opens it; ``url`` is then its address without a path."""

    def __init__(
        self,
        pki: Pki,
        clock: Clock,
        accounts: Accounts,
        faults: Faults,
        options: CssmOptions | None = None,
        *,
        on_request: Callable[[], None] = lambda: None,
    ) -> None:
        self.credentials = Credentials()
        self.name = "cssm"
        self.url = ""
        self._clock = clock
        self._pki = pki
        self._accounts = accounts
        self._writer = AckWriter(pki)
        self.store = Store(clock, self._writer)
        self.id_tokens = IdTokens(clock)
        self.direct = Direct(pki, self.store, self._writer, self.id_tokens)
        self._tokens = Tokens(clock, self.credentials)
        self._api = Api(clock, pki, accounts, self.store, self._writer)
        self._page = Page(accounts, self.store, self.id_tokens)
        self._token_api = TokenApi(accounts, self.id_tokens, self.credentials.client_id)
        self._server = HttpServer(
            "cssm", clock=clock, faults=faults, pki=pki, names=CISCO_HOSTS, touch=on_request, failure=_failure
        )
        self.options = self.configure(options or CssmOptions())

    def configure(self, options: CssmOptions) -> CssmOptions:
        """Take new options; tickets that exist keep their times."""
        self.options = options
        self.store.delay = options.ready_after
        self._tokens.lifetime = options.token_lifetime
        self._writer.policy = options.policy
        self._writer.nack = frozenset(options.nack)
        self._writer.policies = options.own_policies()
        self.direct.poll_after = options.ack_poll_after
        self.direct.accept_builtin = options.accept_builtin
        self._api.poll_interval = options.poll_interval
        self._api.accept_builtin = options.accept_builtin
        return options

    @property
    def requests(self) -> deque[dict[str, Any]]:
        return self._server.requests

    async def serve(self, host: str = HOST) -> str:
        """Listen and return ``https://host:port``."""
        for path in TOKEN_PATHS:
            self._server.route("POST", path, self._token)
        for route in (*self._api.routes(), *self._token_api.routes()):
            self._server.route(route.method, route.path, self._licensing(route))
        address, port = await self._server.serve(host)
        self.url = f"https://{address}:{port}"
        return self.url

    async def close(self) -> None:
        await self._server.close()

    def acknowledge(self, domain: str, name: str, udi: Udi, document: bytes) -> bytes:
        """Take a device's file for a Virtual Account and return its ACK at once, for what happened in the past."""
        account = self._accounts.smart[domain.lower()].virtual[name]
        entry = {"sudi": udi.sudi, "licenses": base64.b64encode(document).decode()}
        ticket = self.store.submit(account, read_legacy_submissions([entry], self._pki, accept_builtin=False))
        ticket.ready = ticket.created
        self.store.poll(account, ticket.poll_id, ACKNOWLEDGEMENTS)
        return ticket.documents[udi]

    def facts(self) -> dict[str, Any]:
        """What a client has to know."""
        return {
            "base_url_swapi": self.url + SWAPI_DOUBLED,
            "base_url_software_apis": self.url + SOFTWARE_APIS,
            "token_url": self.url + TOKEN_PATHS[0],
            "client_id": self.credentials.client_id,
            "client_secret": self.credentials.client_secret,
            "username": self.credentials.username,
            "password": self.credentials.password,
        }

    def state(self, *, payloads: bool = False) -> dict[str, Any]:
        """Everything that happened here, for tests. Holds no secret."""
        return {
            "options": self.options.as_dict(),
            "reports": self.store.held(payloads=payloads),
            "tickets": [ticket.as_dict() for ticket in self.store.tickets.values()],
            "requests": list(self.requests),
            "product_instances": [instance.as_dict() for instance in self.store.instances.each()],
            "id_tokens": self.id_tokens.as_list(),
            "direct": list(self.direct.log),
        }

    async def do(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What a person does on its pages (cssm_page.py)."""
        return self._page.do(action, arguments)

    async def _token(self, request: web.Request) -> web.Response:
        # A secret in the query string ends up in the logs of every proxy: Cisco's newer endpoint takes the form only.
        if request.query_string or request.content_type != "application/x-www-form-urlencoded":
            return json_response(
                400, {"error": "invalid_request", "error_description": "Parameters belong in a form body"}
            )
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        return json_response(*self._tokens.grant(form))

    def _licensing(self, route: Route) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            if not self._tokens.valid(request.headers.get("Authorization", "")):
                return json_response(
                    *route.failure(401, "UNAUTHORIZED", "The access token is missing, unknown or has expired")
                )
            # The older host wants the header on GET, too (apis.md 1.1).
            if request.content_type != "application/json" and (
                request.method == "POST" or route.profile is Profile.SWAPI
            ):
                return json_response(*route.failure(415, "INVALID_REQUEST", "Content-Type must be application/json"))
            call = Call(route.profile, request.headers, request.match_info, request.query, await request.read())
            return json_response(*route(call))

        return handle


def _failure(status: int, message: str) -> web.Response:
    if status == 404:
        return json_response(status, {"status": "ERROR", "statusMessage": message})
    return json_response(status, {"status": "FAILED", "message": message, "statusMessage": message})
