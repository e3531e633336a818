# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The REST API of a mock SSM On-Prem on port 8443 (apis.md 3): tokens, local accounts, ID tokens, devices, licences.

It has no call for reporting by policy: that is a matter of its screens (apis.md 3.3). Where apis.md gives no shape,
that of the cloud's first version is taken, which this API mirrors.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web

from .holdings import Instance
from .httpserver import HttpServer, json_response

if TYPE_CHECKING:
    from .onprem import OnPrem

PREFIXES = ("/api/v1", "/backend/api/v1")
DEFAULT = "Default"
_TOKEN_SECONDS = 7200
_LONGEST_DAYS = 365


class ApiError(Exception):
    """What the API answers instead of a result."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class IdToken:
    token: str
    description: str
    expires: str
    export_controlled: str
    created_by: str

    def as_dict(self) -> dict[str, str]:
        return {
            "token": self.token,
            "description": self.description,
            "expirationDate": self.expires,
            "exportControlled": self.export_controlled,
            "createdBy": self.created_by,
        }


@dataclass(slots=True)
class LocalVirtualAccount:
    """Inside On-Prem: CSSM knows nothing of it."""

    description: str = ""
    tokens: dict[str, IdToken] = field(default_factory=dict)


Call = Callable[["web.Request", Mapping[str, Any]], dict[str, Any]]


class OnPremApi:
    """The calls of one On-Prem."""

    def __init__(self, server: HttpServer, onprem: OnPrem) -> None:
        self._onprem = onprem
        self._client_id = "slp-sim-onprem"
        self._client_secret = secrets.token_urlsafe(24)
        self._username = "admin"
        self._password = secrets.token_urlsafe(18)
        self._granted: dict[str, float] = {}
        self._local: dict[str, dict[str, LocalVirtualAccount]] = {}
        self._places: dict[str, str] = {}
        server.route("POST", "/oauth/token", self._oauth)
        account = "/accounts/{account}"
        virtual = f"{account}/virtual-accounts/{{virtual}}"
        for method, path, call in (
            ("POST", "/upstream_satellites/accounts", self._accounts),
            ("GET", f"{account}/virtual-accounts", self._list_virtual),
            ("POST", f"{account}/virtual-accounts", self._create_virtual),
            ("POST", f"{virtual}/delete", self._delete_virtual),
            ("GET", f"{virtual}/tokens", self._list_tokens),
            ("POST", f"{virtual}/tokens", self._create_token),
            ("POST", f"{virtual}/tokens/revoke", self._revoke_tokens),
            ("GET", f"{virtual}/devices", self._devices),
            ("POST", f"{virtual}/devices/transfer", self._transfer),
            ("POST", f"{account}/licenses", self._licenses),
        ):
            for prefix in PREFIXES:
                server.route(method, prefix + path, self._guarded(call))

    def credentials(self) -> dict[str, str]:
        """What is made on the page API Access, and the user that may ask in person."""
        return {
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "username": self._username,
            "password": self._password,
        }

    async def _oauth(self, request: web.Request) -> web.Response:
        """Parameters in the query or in a JSON body: public clients do either."""
        given = {**request.query, **_body(await request.read())}
        known = self.credentials()
        if not all(_same(given.get(name), known[name]) for name in ("client_id", "client_secret")):
            return json_response(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
        match given.get("grant_type"):
            case "client_credentials":
                pass
            case "password":
                if not all(_same(given.get(name), known[name]) for name in ("username", "password")):
                    return json_response(400, {"error": "invalid_grant", "error_description": "Wrong user or password"})
            case _:
                return json_response(400, {"error": "unsupported_grant_type"})
        token = f"sim-token-{secrets.token_urlsafe(24)}"
        self._granted[token] = self._onprem.now + _TOKEN_SECONDS
        return json_response(200, {"access_token": token, "token_type": "bearer", "expires_in": _TOKEN_SECONDS})

    def _guarded(self, call: Call) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            scheme, _unused, token = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() != "bearer" or self._granted.get(token, 0.0) < self._onprem.now:
                return json_response(
                    403, {"status": "ERROR", "statusMessage": "Not authorized to access this resource"}
                )
            try:
                return json_response(200, call(request, _body(await request.read())))
            except ApiError as error:
                return json_response(error.status, {"status": "ERROR", "statusMessage": str(error)})

        return answer

    # Accounts

    def _accounts(self, _request: web.Request, _body: Mapping[str, Any]) -> dict[str, Any]:
        accounts = [
            {
                "account_id": number,
                "domain": tenant.name,
                "name": tenant.name,
                "cslu_tenant_url": self._onprem.tenant_url(tenant.name),
                "cssm_smart_account_id": None,
                "cssm_smart_account_name": tenant.smart_account if tenant.synchronized else None,
                "virtual_accounts": [{"name": name} for name in self._virtuals(tenant.name)],
            }
            for number, tenant in enumerate(self._onprem.tenants.values(), 1)
        ]
        return {"status": "COMPLETE", "message": "", "accounts": accounts}

    def _list_virtual(self, request: web.Request, _body: Mapping[str, Any]) -> dict[str, Any]:
        found = self._virtuals(self._account(request))
        accounts = [
            {"name": name, "description": account.description, "isDefault": "Yes" if name == DEFAULT else "No"}
            for name, account in found.items()
        ]
        return {"status": "COMPLETE", "statusMessage": "", "virtualAccounts": accounts}

    def _create_virtual(self, request: web.Request, body: Mapping[str, Any]) -> dict[str, Any]:
        found, name = self._virtuals(self._account(request)), str(body.get("name", ""))
        if not name or name in found:
            raise ApiError(422, f"Virtual account {name!r} exists, or has no name")
        found[name] = LocalVirtualAccount(str(body.get("description", "")))
        return {"status": "SUCCESS", "statusMessage": f"Virtual account {name} created"}

    def _delete_virtual(self, request: web.Request, _body: Mapping[str, Any]) -> dict[str, Any]:
        account, name = self._account(request), request.match_info["virtual"]
        self._virtual(request)
        if name == DEFAULT or any(self._place(instance) == name for instance in self._onprem.holdings.of(account)):
            raise ApiError(422, f"Virtual account {name} is the default one, or holds product instances")
        del self._virtuals(account)[name]
        return {"status": "SUCCESS", "statusMessage": f"Virtual account {name} deleted"}

    # ID tokens

    def _list_tokens(self, request: web.Request, _body: Mapping[str, Any]) -> dict[str, Any]:
        tokens = [token.as_dict() for token in self._virtual(request).tokens.values()]
        return {"status": "SUCCESS", "statusMessage": "", "tokens": tokens}

    def _create_token(self, request: web.Request, body: Mapping[str, Any]) -> dict[str, Any]:
        days = body.get("expiresAfterDays", 30)
        if not isinstance(days, int) or not 1 <= days <= _LONGEST_DAYS:
            raise ApiError(422, f"expiresAfterDays is between 1 and {_LONGEST_DAYS}, not {days!r}")
        expires = self._onprem.site.clock.now() + timedelta(days=days)
        token = IdToken(
            f"sim-idtoken-{secrets.token_urlsafe(32)}",
            str(body.get("description", "")),
            f"{expires:%Y-%m-%dT%H:%M:%SZ}",
            str(body.get("exportControlled", "Not Allowed")),
            self._username,
        )
        self._virtual(request).tokens[token.token] = token
        return {"status": "SUCCESS", "statusMessage": "Token created", "tokenInfo": token.as_dict()}

    def _revoke_tokens(self, request: web.Request, body: Mapping[str, Any]) -> dict[str, Any]:
        tokens = self._virtual(request).tokens
        revoked = [
            {"token": token, "status": "SUCCESS" if tokens.pop(token, None) else "FAILED"}
            for token in body.get("tokens", ())
        ]
        return {"status": "COMPLETE", "tokensRevokeStatus": revoked}

    # Product instances and licences

    def _devices(self, request: web.Request, _body: Mapping[str, Any]) -> dict[str, Any]:
        account = self._account(request)
        self._virtual(request)
        devices = [
            _device(instance)
            for instance in self._onprem.holdings.of(account)
            if self._place(instance) == request.match_info["virtual"]
        ]
        return {"status": "SUCCESS", "statusMessage": "", "totalRecords": len(devices), "devices": devices}

    def _transfer(self, request: web.Request, body: Mapping[str, Any]) -> dict[str, Any]:
        account = self._account(request)
        self._virtual(request)
        results = []
        for wanted in body.get("productInstances", ()):
            sudi = wanted.get("sudi", {})
            instance = next((found for found in self._onprem.holdings.of(account) if _is(found, sudi)), None)
            there = wanted.get("targetVirtualAccount") in self._virtuals(account)
            if instance and there:
                self._places[str(instance.udi)] = str(wanted["targetVirtualAccount"])
            results.append({"sudi": sudi, "status": "SUCCESS" if instance and there else "FAILED"})
        done = sum(entry["status"] == "SUCCESS" for entry in results)
        return {"productsTransferStatus": results, "successCount": done, "errorCount": len(results) - done}

    def _licenses(self, request: web.Request, body: Mapping[str, Any]) -> dict[str, Any]:
        account = self._account(request)
        wanted = body.get("virtualAccounts") or list(self._virtuals(account))
        licenses = []
        for name in wanted:
            used: Counter[str] = Counter()
            for instance in self._onprem.holdings.of(account):
                if self._place(instance) == name:
                    used.update(dict(in_use(instance)))
            licenses += [
                {
                    "license": tag,
                    "virtualAccount": name,
                    "quantity": 0,
                    "inUse": count,
                    "available": -count,
                    "reserved": 0,
                    "status": "In Compliance",
                    "billingType": "PREPAID",
                    "licenseDetails": [],
                }
                for tag, count in sorted(used.items())
            ]
        return {"status": "COMPLETE", "statusMessage": "", "totalRecords": len(licenses), "licenses": licenses}

    # What calls share

    def _account(self, request: web.Request) -> str:
        name = request.match_info["account"]
        if name not in self._onprem.tenants:
            raise ApiError(404, f"No local account {name}")
        return name

    def _virtuals(self, account: str) -> dict[str, LocalVirtualAccount]:
        return self._local.setdefault(account, {DEFAULT: LocalVirtualAccount()})

    def _virtual(self, request: web.Request) -> LocalVirtualAccount:
        found = self._virtuals(self._account(request)).get(request.match_info["virtual"])
        if found is None:
            raise ApiError(404, f"No local virtual account {request.match_info['virtual']}")
        return found

    def _place(self, instance: Instance) -> str:
        return self._places.get(str(instance.udi), DEFAULT)


def in_use(instance: Instance) -> Iterator[tuple[str, int]]:
    """Licence tag and count of the latest report of each tag."""
    latest: dict[str, int] = {}
    for _key, held in sorted(instance.reports.items(), key=lambda item: item[0][1]):
        payload = json.loads(held.report.payload)
        measured = [entry["value"]["value"] for entry in payload["measurements"] if "value" in entry]
        latest[str(payload["meta"].get("entitlement_tag", ""))] = int(measured[-1]) if measured else 0
    yield from ((tag, count) for tag, count in latest.items() if tag)


def _device(instance: Instance) -> dict[str, Any]:
    return {
        "sudi": {"udiPid": instance.udi.pid, "udiSerialNumber": instance.udi.sn},
        "displayName": f"UDI_PID:{instance.udi.pid}; UDI_SN:{instance.udi.sn}; ",
        "hostName": instance.hostname,
        "productTagName": instance.software_tag,
        "licenseUsage": [{"license": tag, "quantity": count} for tag, count in in_use(instance)],
    }


def _is(instance: Instance, sudi: Mapping[str, Any]) -> bool:
    return any((udi.pid, udi.sn) == (sudi.get("udiPid"), sudi.get("udiSerialNumber")) for udi in instance.units)


def _body(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data) if data else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _same(given: Any, known: str) -> bool:
    return hmac.compare_digest(str(given or "").encode(), known.encode())
