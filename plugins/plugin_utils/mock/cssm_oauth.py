# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token endpoint of the mock CSSM (apis.md 1.1): credentials in the form body only, tokens that run out."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .clock import Clock

TOKEN_MARK = "sim-token-"  # noqa: S105  what a token begins with, so that one in a log is found
TOKEN_PATHS = ("/oauth2/default/v1/token", "/as/token.oauth2")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The one application, and the one user, that the world knows. Invented anew for each world."""

    client_id: str = "slp-sim-client"
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    username: str = "slp-sim-user"
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)


class Tokens:
    """Grants access tokens and knows which are still good. ``lifetime``: seconds of the world's clock."""

    def __init__(self, clock: Clock, credentials: Credentials) -> None:
        self.lifetime = 3599
        self._clock = clock
        self._credentials = credentials
        self._ends: dict[str, datetime] = {}

    def grant(self, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer a token request: the HTTP status and the JSON body of RFC 6749."""
        known = self._credentials
        if not (_same(form, "client_id", known.client_id) and _same(form, "client_secret", known.client_secret)):
            return 401, _error("invalid_client", "Invalid client or client credentials")
        match form.get("grant_type"):
            case "client_credentials":
                return self._issue()
            case "password" if _same(form, "username", known.username) and _same(form, "password", known.password):
                return self._issue()
            case "password":
                return 400, _error("invalid_grant", "The user name or password is not valid")
            case None | "":
                return 400, _error("invalid_request", "grant_type is missing")
            case _:
                return 400, _error("unsupported_grant_type", "Neither client_credentials nor password")

    def valid(self, authorization: str) -> bool:
        """Whether the value of an ``Authorization`` header is a bearer token of ours that has not run out."""
        scheme, _unused, token = authorization.partition(" ")
        ends = self._ends.get(token)
        return scheme.lower() == "bearer" and ends is not None and self._clock.now() < ends

    def _issue(self) -> tuple[int, dict[str, Any]]:
        token = TOKEN_MARK + secrets.token_urlsafe(32)
        self._ends[token] = self._clock.now() + timedelta(seconds=self.lifetime)
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime}


def _same(form: Mapping[str, str], name: str, expected: str) -> bool:
    return hmac.compare_digest(form.get(name, "").encode(), expected.encode())


def _error(code: str, description: str) -> dict[str, Any]:
    return {"error": code, "error_description": description}
