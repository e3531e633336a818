# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The read calls of a mock Catalyst Center about licences (apis.md 5). Field names are those of Cisco's SDK.

Members whose values nothing here can know are left out rather than made up.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web

from .cssm_client import CssmError
from .httpserver import HttpServer, json_response

if TYPE_CHECKING:
    from .center import Center
    from .pulling import Entry

INTENT = "/dna/intent/api/v1"
TOKEN_PATH = "/dna/system/api/v1/auth/token"  # noqa: S105  a path
_TOKEN_SECONDS = 3600
_LARGEST_PAGE = 500


class CenterApi:
    """The calls of one Catalyst Center."""

    def __init__(self, server: HttpServer, center: Center) -> None:
        self._center = center
        self._username = "admin"
        self._password = secrets.token_urlsafe(18)
        self._granted: dict[str, float] = {}
        server.route("POST", TOKEN_PATH, self._token)
        for path, call in (
            ("/licenses/smartAccounts", self._smart_accounts),
            ("/licenses/smartAccount/{smart}/virtualAccounts", self._virtual_accounts),
            ("/licenses/device/summary", self._summary),
            ("/licenses/device/count", self._count),
            ("/licenses/device/{uuid}/details", self._details),
            ("/licenseSetting", self._setting),
        ):
            server.route("GET", INTENT + path, self._guarded(call))

    def credentials(self) -> dict[str, str]:
        return {"username": self._username, "password": self._password}

    async def _token(self, request: web.Request) -> web.Response:
        scheme, _unused, value = request.headers.get("Authorization", "").partition(" ")
        try:
            given = base64.b64decode(value, validate=True)
        except binascii.Error:
            given = b""
        if scheme.lower() != "basic" or not hmac.compare_digest(given, f"{self._username}:{self._password}".encode()):
            return json_response(401, {"error": "Authentication has failed. Please provide valid credentials."})
        token = f"sim-token-{secrets.token_urlsafe(32)}"
        self._granted[token] = self._center.now + _TOKEN_SECONDS
        return json_response(200, {"Token": token})

    def _guarded(
        self, call: Callable[[web.Request], Awaitable[dict[str, Any]]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            if self._granted.get(request.headers.get("X-Auth-Token", ""), 0.0) < self._center.now:
                return json_response(401, {"error": "Authentication has failed. Please provide valid credentials."})
            try:
                return json_response(200, await call(request))
            except CssmError as error:
                return json_response(502, {"response": {"errorCode": "CSSM", "message": str(error)}, "version": "1.0"})
            except (LookupError, ValueError) as error:
                status = 404 if isinstance(error, LookupError) else 400
                code = {"errorCode": "Not found" if status == 404 else "Bad request", "message": str(error.args[0])}
                return json_response(status, {"response": code, "version": "1.0"})

        return answer

    # Accounts, as CSSM tells them

    async def _smart_accounts(self, _request: web.Request) -> dict[str, Any]:
        accounts = [
            {
                "name": domain,
                "id": str(number),
                "domain": domain,
                "is_active_smart_account": domain == self._center.default.smart_account,
            }
            for domain, number in await self._center.client.smart_accounts()
        ]
        return {"response": accounts, "version": "1.0"}

    async def _virtual_accounts(self, request: web.Request) -> dict[str, Any]:
        wanted = request.match_info["smart"]
        names = {str(number): domain for domain, number in await self._center.client.smart_accounts()}
        if wanted not in names:
            raise LookupError(f"no Smart Account {wanted}")
        details = [
            {"virtual_account_id": str(number), "virtual_account_name": name, "commerce_virtual_account": "false"}
            for name, number in await self._center.client.virtual_accounts(names[wanted])
        ]
        return {
            "smart_account_id": wanted,
            "smart_account_name": names[wanted],
            "virtual_account_details": details,
        }

    async def _setting(self, _request: web.Request) -> dict[str, Any]:
        default = self._center.default
        ids = await self._center.client.account(default.smart_account, default.virtual_account)
        return {
            "response": {
                "defaultSmartAccountId": str(ids.smart),
                "autoRegistrationVirtualAccount": default.virtual_account,
            },
            "version": "1.0",
        }

    # Devices

    async def _summary(self, request: web.Request) -> dict[str, Any]:
        try:
            page, size = int(request.query.get("page_number", "1")), int(request.query.get("limit", _LARGEST_PAGE))
        except ValueError:
            raise ValueError("page_number and limit are numbers") from None
        if page < 1 or not 1 <= size <= _LARGEST_PAGE:
            raise ValueError(f"page_number begins with 1, limit is at most {_LARGEST_PAGE}")
        entries = list(self._center.inventory.values())[(page - 1) * size : page * size]
        return {"response": [self._device(entry) for entry in entries], "version": "1.0"}

    async def _count(self, _request: web.Request) -> dict[str, Any]:
        return {"response": len(self._center.inventory), "version": "1.0"}

    async def _details(self, request: web.Request) -> dict[str, Any]:
        wanted = request.match_info["uuid"]
        for entry in self._center.inventory.values():
            if self._center.uuid(entry) == wanted:
                return {"response": self._device(entry), "version": "1.0"}
        raise LookupError(f"no device {wanted}")

    def _device(self, entry: Entry) -> dict[str, Any]:
        center = self._center
        managed, instance = center.managed[entry.name], center.instance(entry)
        upload = center.last_upload(entry)
        return {
            "device_uuid": center.uuid(entry),
            "device_name": (instance.hostname if instance else "") or entry.name,
            "device_type": "Cisco Catalyst 9800 Wireless Controllers",
            "ip_address": entry.access.address,
            "model": instance.udi.pid if instance else "",
            "site": managed.site,
            "is_wireless": True,
            "license_mode": "Smart License Using Policy",
            # With licensing by policy nothing is registered: NA is normal.
            "registration_status": "NA",
            "authorization_status": "NA",
            "sle_auth_code": "NA",
            "sle_state": "NA",
            "virtual_account_name": center.tenants[entry.tenant].virtual_account if managed.ad_hoc else "",
            "last_successful_rum_usage_upload_time": int(upload * 1000) if upload else None,
            "last_updated_time": _iso(entry.job_time),
        }


def _iso(moment: float | None) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat() if moment else ""
