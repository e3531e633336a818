# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authorized calls to CSSM: one OAuth2 token per client, renewed once when CSSM no longer takes it (apis.md 1.1)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import PortalAuthError, PortalError

from .http import HttpClient, Response
from .replies import message_of

_MARGIN = 60.0  # seconds before its end at which a token counts as spent
_UNKNOWN_CLIENT = (
    "Check client_id and client_secret; a new client takes about half an hour until the token server knows it"
)
_NO_ACCESS = "The app has no approved access: ask for it on Cisco's licensing API portal (Request Access)"
_NO_ROLE = "Give the CCO id that owns the app a role on this Smart Account"


class Session:
    """JSON calls below one base URL. ``credentials``: the form that the token endpoint wants; kept out of errors."""

    def __init__(self, http: HttpClient, *, base_url: str, token_url: str, credentials: Mapping[str, str]) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._token_url = token_url
        self._credentials = dict(credentials)
        self._token = ""
        self._spent_at = 0.0
        http.hide(credentials.get(name) for name in ("client_secret", "password"))

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        repeatable: bool,
        base_url: str = "",
    ) -> tuple[Response, Any]:
        """Call and decode; ``base_url`` in place of the session's own.

        Statuses from 400 on raise, except 400 and 422 with JSON: the caller judges those.
        """
        for attempt in (1, 2):
            sent = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
            sent["Authorization"] = f"Bearer {self.token()}"
            url = (base_url or self._base_url).rstrip("/") + path
            response = self._http.request(method, url, headers=sent, body=body, repeatable=repeatable)
            if response.status != 401:
                break
            self._token = ""  # refused, so nothing was done: safe to repeat, whatever the call
            if attempt == 2:
                raise self.problem(
                    response,
                    "CSSM refuses a fresh token",
                    remedy="Check that token_url, base_url and profile belong together",
                    kind=PortalAuthError,
                )
        if response.status == 403:
            told = self._message(response)
            remedy = _NO_ACCESS if "invalid client" in told.lower() else _NO_ROLE
            raise self.problem(response, "CSSM refuses access", remedy=remedy, kind=PortalAuthError)
        if response.status >= 400 and response.status not in (400, 422):
            raise self.problem(response, "CSSM does not do what was asked")
        return response, self._http.decode(response)

    def token(self) -> str:
        """The access token; fetched when there is none or it is about to end."""
        if not self._token or time.monotonic() >= self._spent_at:
            self._fetch_token()
        return self._token

    def problem(
        self, response: Response, what: str, *, remedy: str = "", kind: type[PortalError] = PortalError
    ) -> PortalError:
        """An error about an answer, with CSSM's own words where it has some."""
        return self._http.problem(response, what, told=self._message(response), remedy=remedy, kind=kind)

    def hide(self, secrets: Iterable[str]) -> None:
        self._http.hide(secrets)

    def redact(self, text: str) -> str:
        return self._http.redact(text)

    def _fetch_token(self) -> None:
        response = self._http.request(
            "POST",
            self._token_url,
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            body=urlencode(self._credentials).encode(),
            repeatable=True,
        )
        if response.status in (400, 401, 403):
            remedy = "Check client_id, client_secret and, with the password grant, username and password"
            if response.status == 401 or "invalid_client" in self._message(response):
                remedy = _UNKNOWN_CLIENT
            raise self.problem(
                response, "the token server refuses the credentials", remedy=remedy, kind=PortalAuthError
            )
        if response.status != 200:
            raise self.problem(response, "the token server gives no token")
        grant = self._http.decode(response)
        token = grant.get("access_token") if isinstance(grant, dict) else None
        if not isinstance(token, str) or not token:
            raise self.problem(response, "the token server gives no token", remedy="Check token_url")
        self._http.hide([token])
        self._token = token
        self._spent_at = time.monotonic() + max(0.0, _seconds(grant.get("expires_in")) - _MARGIN)

    def _message(self, response: Response) -> str:
        try:
            return message_of(self._http.decode(response))
        except PortalError:
            return ""


def _seconds(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 3600.0
