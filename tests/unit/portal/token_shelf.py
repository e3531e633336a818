# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls for ID tokens of the CSSM in ``servers.py``, in both shapes (apis.md 1.4)."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

ID_TOKEN = "canary-ID%3D%3D%0A"
_OLD = re.compile(r"/v1/accounts/([^/]+)/virtual-accounts/([^/]+)/tokens(/revoke)?")
_NEW = re.compile(r"/licensing/v1/account/([^/]+)/virtual-account/([^/]+)/token/(list|create|revoke)")


@dataclass
class Made:
    account: tuple[str, str]
    token: str
    description: str
    expires: str
    export: str


class Shelf:
    """``keep``: tokens that it does not revoke."""

    def __init__(self) -> None:
        self.made: list[Made] = []
        self.keep: set[str] = set()

    def add(self, description: str, *, days: float = 30, export: str = "Allowed", account: str = "Default") -> Made:
        ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
        token = f"{ID_TOKEN[:-3]}{len(self.made)}%0A"
        made = Made(("work.example", account), token, description, f"{ends:%Y-%m-%dT%H:%M:%SZ}", export)
        self.made.append(made)
        return made

    def operation(self, method: str, path: str) -> tuple[str, tuple[str, str]] | None:
        """What is asked (``list``, ``create``, ``revoke``) and for which account."""
        old, new = _OLD.fullmatch(path), _NEW.fullmatch(path)
        if new:
            return new[3], (new[1], new[2])
        if old:
            return ("revoke" if old[3] else "create" if method == "POST" else "list"), (old[1], old[2])
        return None

    def answer(self, operation: str, account: tuple[str, str], body: Any, *, new: bool) -> dict[str, Any]:
        done = {"status": "COMPLETE", "statusMessage": ""}
        if operation == "list":
            return done | {"tokens": [_shown(made) for made in self.made if made.account == account]}
        if operation == "create":
            made = self.add(
                body["description"], days=body["expiresAfterDays"], export=body["exportControlled"], account=account[1]
            )
            shown = _shown(made)
            return done | {"tokenInfo": [shown] if new else shown}
        statuses = []
        for token in body["tokens"]:
            kept = token in self.keep
            statuses.append({"status": "FAILED", "statusMessage": f"{token} is locked"} if kept else done)
        self.made = [made for made in self.made if made.token not in body["tokens"] or made.token in self.keep]
        return done | {"tokensRevokeStatus": statuses}


def _shown(made: Made) -> dict[str, str]:
    return {
        "token": made.token,
        "expirationDate": made.expires,
        "description": made.description,
        "exportControl": made.export,
        "createdBy": "me",
    }
