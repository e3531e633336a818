# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of both API generations for ID tokens: list, create, revoke (apis.md 1.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import cssm_schema as schema
from .cssm_accounts import Accounts, VirtualAccount
from .cssm_api import SOFTWARE_APIS, SWAPI, SWAPI_DOUBLED, Answer, Call, Profile, Route
from .cssm_reports import RefusedError
from .cssm_tokens import EXPORT_ALLOWED, EXPORT_NOT_ALLOWED, IdToken, IdTokens

_CREATE = schema.record(
    {"expiresAfterDays": schema.int64}, {"description": schema.text, "exportControlled": schema.text}
)
_REVOKE = schema.record({"tokens": schema.array(schema.filled, least=1)})


class TokenApi:
    """``user``: who a token is created by."""

    def __init__(self, accounts: Accounts, tokens: IdTokens, user: str) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._user = user

    def routes(self) -> Iterator[Route]:
        calls = (
            (self._list, "GET", "", "list"),
            (self._create, "POST", "", "create"),
            (self._revoke, "POST", "/revoke", "revoke"),
        )
        for handler, method, old, new in calls:
            for prefix in (SWAPI, SWAPI_DOUBLED):
                path = f"{prefix}/v1/accounts/{{domain}}/virtual-accounts/{{virtual}}/tokens{old}"
                yield Route(Profile.SWAPI, method, path, handler, coded=False)
            path = f"{SOFTWARE_APIS}/licensing/v1/account/{{domain}}/virtual-account/{{virtual}}/token/{new}"
            yield Route(Profile.SOFTWARE_APIS, method, path, handler, coded=False)

    def _list(self, call: Call) -> Answer:
        account = self._account(call)
        tokens = [_shown(token) for token in self._tokens.active(account)]
        return 200, {"status": "SUCCESS", "statusMessage": "", "tokens": tokens}

    def _create(self, call: Call) -> Answer:
        account = self._account(call)
        body = schema.read_body(call.body, _CREATE)
        token = self._tokens.create(
            account,
            days=body["expiresAfterDays"],
            description=body.get("description", ""),
            created_by=self._user,
            export_control=_export_control(body.get("exportControlled", EXPORT_NOT_ALLOWED)),
        )
        shown = _shown(token)
        # An object in live replies of the older host, an array in the document of the newer one.
        info: Any = shown if call.profile is Profile.SWAPI else [shown]
        return 200, {"status": "SUCCESS", "statusMessage": "", "tokenInfo": info}

    def _revoke(self, call: Call) -> Answer:
        account = self._account(call)
        results = [
            {"status": "SUCCESS", "statusMessage": ""}
            if self._tokens.revoke(account, text)
            else {"status": "FAILURE", "statusMessage": "No such active token in this Virtual Account"}
            for text in schema.read_body(call.body, _REVOKE)["tokens"]
        ]
        return 200, {"status": "SUCCESS", "statusMessage": "", "tokensRevokeStatus": results}

    def _account(self, call: Call) -> VirtualAccount:
        smart = self._accounts.by_domain(call.path["domain"])
        virtual = smart.virtual.get(call.path["virtual"]) if smart else None
        if smart is None or virtual is None:
            where = f"{call.path['domain']} / {call.path['virtual']}"
            raise RefusedError("INVALID_ACCOUNT", f"No account {where} for this user", 422 if smart else 403)
        return virtual


def _shown(token: IdToken) -> dict[str, str]:
    return {
        "token": token.token,
        "expirationDate": f"{token.expires:%Y-%m-%dT%H:%M:%SZ}",
        "description": token.description,
        "exportControl": token.export_control,
        "createdBy": token.created_by,
    }


def _export_control(text: str) -> str:
    for known in (EXPORT_ALLOWED, EXPORT_NOT_ALLOWED):
        if text.lower() == known.lower():
            return known
    raise schema.MalformedError("exportControlled", f"must be {EXPORT_ALLOWED} or {EXPORT_NOT_ALLOWED}")
