# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ID tokens of the mock CSSM: what a person makes on its page or a client by its API, and devices get trust for."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from .clock import Clock
from .cssm_accounts import VirtualAccount
from .cssm_reports import RefusedError

LONGEST_DAYS = 365
EXPORT_ALLOWED, EXPORT_NOT_ALLOWED = "Allowed", "Not Allowed"


@dataclass(slots=True, kw_only=True)
class IdToken:
    """``uses``: how many product instances may still be trusted with it; None: as many as like."""

    number: int
    token: str
    account: VirtualAccount
    description: str
    created: datetime
    expires: datetime
    created_by: str
    export_control: str
    uses: int | None = None
    used: int = 0
    revoked: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Without the token itself."""
        return {
            "number": self.number,
            "smart_account": self.account.smart_domain,
            "virtual_account": self.account.name,
            "description": self.description,
            "created": self.created.isoformat(),
            "expires": self.expires.isoformat(),
            "created_by": self.created_by,
            "export_control": self.export_control,
            "uses": self.uses,
            "used": self.used,
            "revoked": self.revoked,
        }


class IdTokens:
    """All of them, whatever became of them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens: dict[str, IdToken] = {}

    def create(
        self,
        account: VirtualAccount,
        *,
        days: int,
        description: str = "",
        created_by: str = "",
        export_control: str = EXPORT_NOT_ALLOWED,
        uses: int | None = None,
    ) -> IdToken:
        """Raises RefusedError for a life that is none."""
        if not 1 <= days <= LONGEST_DAYS:
            raise RefusedError("INVALID_REQUEST", f"expiresAfterDays must be between 1 and {LONGEST_DAYS}")
        now = self._clock.now()
        made = IdToken(
            number=len(self._tokens) + 1,
            token=_new_token(),
            account=account,
            description=description,
            created=now,
            expires=now + timedelta(days=days),
            created_by=created_by,
            export_control=export_control,
            uses=uses,
        )
        self._tokens[made.token] = made
        return made

    def active(self, account: VirtualAccount) -> Iterator[IdToken]:
        for token in self._tokens.values():
            if token.account == account and not self._problem(token):
                yield token

    def revoke(self, account: VirtualAccount, text: str) -> bool:
        """False: there is no such token in this account, or it is not active any more."""
        found = self._tokens.get(text)
        if found is None or found.account != account or self._problem(found):
            return False
        found.revoked = True
        return True

    def find(self, text: str) -> IdToken:
        """A token that a device shows. Raises RefusedError: unknown, expired, revoked, used up."""
        found = self._tokens.get(text)
        if found is None:
            raise RefusedError("TOKEN_UNKNOWN", "The ID token is not known")
        code, message = self._problem(found) or ("", "")
        if code:
            raise RefusedError(code, message)
        return found

    def numbered(self, number: int) -> IdToken:
        for token in self._tokens.values():
            if token.number == number:
                return token
        raise RefusedError("TOKEN_UNKNOWN", f"There is no ID token number {number}")

    def as_list(self) -> list[dict[str, Any]]:
        return [token.as_dict() for token in self._tokens.values()]

    def _problem(self, token: IdToken) -> tuple[str, str] | None:
        if token.revoked:
            return "TOKEN_REVOKED", "The ID token has been revoked"
        if self._clock.now() >= token.expires:
            return "TOKEN_EXPIRED", "The ID token has expired"
        if token.uses is not None and token.used >= token.uses:
            return "TOKEN_USED_UP", "The ID token has been used as often as it may be"
        return None


def _new_token() -> str:
    """As CSSM shows them: base64 with percent signs for what a URL would not carry, ending with a newline."""
    return quote(
        base64.b64encode(f"{secrets.token_hex(20)}-{secrets.token_hex(8)}\n".encode()).decode() + "\n", safe=""
    )
