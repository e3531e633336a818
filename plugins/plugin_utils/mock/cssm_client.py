# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a simulated collector talks to the simulated CSSM: the API of apis.md 1.5, over real HTTPS, or by a proxy."""

from __future__ import annotations

import base64
import json
import secrets
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

with suppress(ImportError):  # __main__ names the requirements file
    import aiohttp

from .cssm_api import SOFTWARE_APIS
from .cssm_oauth import TOKEN_PATHS
from .names import WorldResolver
from .simdoc import Udi
from .site import Site

API_HOST, TOKEN_HOST = "apx.cisco.com", "id.cisco.com"
ACKNOWLEDGEMENTS = "acknowledgements"
_TIMEOUT = 30.0
_LATER = "do it again later"
_EARLY = 60
"""Seconds before its end from which a token is not used any more."""


class CssmError(ValueError):
    """CSSM cannot be reached, or does not do what it was asked; one line says why."""


class CssmRefusedError(CssmError):
    """CSSM answered, and refused. ``code``: its message code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"CSSM refused: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class AccountIds:
    """A Virtual Account by the numbers that every call wants (apis.md 1.3)."""

    smart: int
    virtual: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """What CSSM gave for reports. ``interval``: seconds that it wants between polls."""

    poll_id: int
    account: AccountIds
    interval: float


class CssmClient:
    """One collector's client. ``system``: how it names itself; ``proxy``: the name of a proxy target, or empty."""

    def __init__(self, site: Site, *, system: str, proxy: str = "") -> None:
        self._site = site
        self._system = json.dumps({"display_name": system})
        self._proxy = proxy
        self._token = ""
        self._token_ends = 0.0
        self._accounts: dict[tuple[str, str], AccountIds] = {}

    async def account(self, smart_account: str, virtual_account: str) -> AccountIds:
        """The numbers of an account. Raises CssmError: there is none of that name."""
        wanted = (smart_account.lower(), virtual_account)
        if wanted not in self._accounts:
            # The search takes substrings: lab.example.com is found for example.com as well.
            smart = {name.lower(): number for name, number in await self.smart_accounts(smart_account)}.get(wanted[0])
            if smart is None:
                raise CssmError(f"CSSM knows no Smart Account {smart_account}")
            virtual = dict(await self.virtual_accounts(smart_account)).get(virtual_account)
            if virtual is None:
                raise CssmError(f"CSSM knows no Virtual Account {virtual_account} in {smart_account}")
            self._accounts[wanted] = AccountIds(smart, virtual)
        return self._accounts[wanted]

    async def smart_accounts(self, part: str = "") -> list[tuple[str, int]]:
        """Domain and number of every Smart Account whose domain contains ``part``."""
        data = await self._call("GET", f"/pnp/v2/accounts?accountDomain={part}&rowsPerPage=-1")
        with _readable():
            return [(str(item["domainIdentifier"]), int(item["accountIdentifier"])) for item in data["data"]]

    async def virtual_accounts(self, smart_account: str) -> list[tuple[str, int]]:
        """Name and number of the Virtual Accounts in a Smart Account."""
        data = await self._call("GET", f"/pnp/v2/accounts/{smart_account}/virtual-accounts?rowsPerPage=-1")
        with _readable():
            return [(str(item["virtualAccountName"]), int(item["virtualAccountId"])) for item in data["data"]]

    async def submit(self, account: AccountIds, reports: Iterable[Mapping[str, Any]]) -> Ticket:
        """Hand over reports, one entry a product instance. Raises CssmRefusedError, e.g. for a duplicate."""
        reply = await self._call("POST", "/licensing/v2/report-usage", account, {"reports": list(reports)})
        with _readable():
            return Ticket(int(reply["poll_id"]), account, float(reply["poll_interval"] or 0))

    async def poll(self, ticket: Ticket) -> dict[Udi, bytes] | None:
        """The documents to import by UDI, or None while CSSM is at work."""
        data = {"poll_id": ticket.poll_id, "action": ACKNOWLEDGEMENTS}
        reply = await self._call("POST", "/licensing/v2/poll", ticket.account, data)
        with _readable():
            if reply["status"] != "COMPLETE":
                return None
            return {
                Udi.from_sudi(item["sudi"]): base64.b64decode(item["smart_license"])
                for item in reply["data"]["license_data"]
            }

    async def policy(self, account: AccountIds) -> bytes:
        """The account's policy, a document to import; empty where the account has none."""
        try:
            reply = await self._call("GET", "/licensing/v2/account-policy", account)
        except CssmRefusedError as error:
            if error.code in ("NO_DATA_FOUND", "422"):
                return b""
            raise
        with _readable():
            return base64.b64decode(reply["policy"])

    # HTTP

    async def _call(
        self, method: str, path: str, account: AccountIds | None = None, data: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            async with self._session() as session:
                status, reply = await self._once(session, method, path, account, data)
                if status == 401:  # the token ran out, or CSSM was told to forget it
                    self._token = ""
                    status, reply = await self._once(session, method, path, account, data)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            said = str(error) or type(error).__name__
            raise CssmError(f"CSSM cannot be reached: {said}: check DNS, proxy and TCP 443 to {API_HOST}") from error
        except ValueError as error:
            raise error if isinstance(error, CssmError) else CssmError(f"CSSM's answer is no JSON: {error}") from error
        if status >= 500:
            raise CssmError(f"CSSM is in trouble: HTTP status {status}: {_LATER}")
        if status >= 400 or reply.get("status") in ("FAILED", "ERROR", "FAILURE"):
            message = str(reply.get("message") or reply.get("statusMessage") or f"HTTP status {status}")
            raise CssmRefusedError(str(reply.get("message_code") or status), message)
        return reply

    async def _once(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        account: AccountIds | None,
        data: Mapping[str, Any] | None,
    ) -> tuple[int, dict[str, Any]]:
        headers = {
            "Authorization": f"Bearer {await self._bearer(session)}",
            "Content-Type": "application/json",
            "X-CSW-REQUESTING-SYSTEM": self._system,
        }
        if account:
            headers |= {
                "X-CSW-SMART-ACCOUNT-ID": str(account.smart),
                "X-CSW-VIRTUAL-ACCOUNT-ID": str(account.virtual),
            }
        stamp = {"timestamp": int(self._site.schedule.now * 1000), "nonce": secrets.token_hex(8)}
        body = None if data is None else json.dumps({"data": {**stamp, **data}})
        url = f"{self._base(API_HOST)}{SOFTWARE_APIS}{path}"
        async with session.request(method, url, headers=headers, data=body, proxy=self._proxy_url()) as response:
            raw = await response.read()
            if response.status >= 500 or (response.status >= 400 and response.content_type != "application/json"):
                return response.status, {}
            reply = json.loads(raw)
            if not isinstance(reply, dict):
                raise CssmError("CSSM's answer is no JSON object")
            return response.status, reply

    async def _bearer(self, session: aiohttp.ClientSession) -> str:
        if not self._token or self._site.schedule.now > self._token_ends:
            known = self._site.cssm.credentials
            form = {
                "grant_type": "client_credentials",
                "client_id": known.client_id,
                "client_secret": known.client_secret,
            }
            url = f"{self._base(TOKEN_HOST)}{TOKEN_PATHS[0]}"
            async with session.post(url, data=form, proxy=self._proxy_url()) as response:
                if response.status != 200:
                    remedy = _LATER if response.status >= 500 else "check client id and secret"
                    raise CssmError(f"CSSM grants no access token: HTTP status {response.status}: {remedy}")
                reply = json.loads(await response.read())
            with _readable():
                self._token = str(reply["access_token"])
                self._token_ends = self._site.schedule.now + float(reply["expires_in"]) - _EARLY
        return self._token

    def _base(self, host: str) -> str:
        """By its public name where the world has it, else where the mock listens."""
        return f"https://{host}" if self._site.names.find(host, 443) else self._site.cssm.url

    def _proxy_url(self) -> str | None:
        if not self._proxy:
            return None
        try:
            host, port = self._site.proxy_address(self._proxy)
        except LookupError:
            raise CssmError(f"the proxy {self._proxy} is unknown here") from None
        return f"http://{host}:{port}"

    def _session(self) -> aiohttp.ClientSession:
        return http_session(self._site)


@contextmanager
def _readable() -> Iterator[None]:
    """Around the reading of an answer. DocumentError is a ValueError."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise CssmError(f"CSSM's answer cannot be read: {error!r}") from error


def http_session(site: Site, *, verify: bool = True, seconds: float = _TIMEOUT) -> aiohttp.ClientSession:
    """A client inside the world: names by the world's table, certificates by the world's authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=site.pki.ca_pem)
    if not verify:  # devices have certificates of their own making
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connector = aiohttp.TCPConnector(ssl=context, resolver=WorldResolver(site.names), force_close=True)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=seconds))
