# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ID tokens of a Virtual Account: with one, a device gets its trust codes from CSSM (apis.md 1.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import PortalError

from .cssm import CssmClient
from .replies import FAILURES

MAX_DAYS = 365
_ALLOWED, _NOT_ALLOWED = "Allowed", "Not Allowed"
_FORMS = (
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d",
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTH = re.compile(  # strptime would follow the locale
    r"(?:(?P<d>\d{1,2})[- ](?P<mo>[A-Za-z]{3})[a-z]*[- ]|(?P<mo2>[A-Za-z]{3})[a-z]* (?P<d2>\d{1,2}),? )(?P<y>\d{4})"
    r"(?:,? (?P<h>\d{2}):(?P<mi>\d{2})(?::(?P<s>\d{2}))?)?.*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdToken:
    """``expires``: None when CSSM writes a date in a form that nobody knows, then ``expiration`` is its text."""

    token: str = field(repr=False)
    description: str = ""
    expires: datetime | None = None
    expiration: str = ""
    export_controlled: bool | None = None
    created_by: str = ""

    def lives(self, now: datetime, least: timedelta) -> bool:
        """Whether it is good for that long. CSSM lists active tokens only, so one without a known end is taken."""
        return self.expires is None or self.expires - now >= least

    def as_dict(self, now: datetime) -> dict[str, Any]:
        """Without the token itself."""
        return {
            "description": self.description,
            "expires": self.expires.strftime("%Y-%m-%dT%H:%M:%SZ") if self.expires else self.expiration or None,
            "days_left": (self.expires - now).days if self.expires else None,
            "export_controlled": self.export_controlled,
            "created_by": self.created_by,
        }


class IdTokens:
    """The ID tokens of one Virtual Account. ``smart_account``: its domain."""

    def __init__(self, client: CssmClient, smart_account: str, virtual_account: str) -> None:
        self._client = client
        self._calls = client.token_calls
        self._names = {"domain": quote(smart_account, safe=""), "account": quote(virtual_account, safe="")}

    def show(self) -> list[IdToken]:
        """Those that CSSM still accepts. Raises PortalError for an answer that does not tell: there may be some."""
        reply = self._call("GET", self._calls.show)
        entries = reply.get("tokens") or []  # left out or null where there are none
        if not reply or not isinstance(entries, list):
            raise PortalError(
                "CSSM's answer does not tell which ID tokens there are",
                remedy="Check that base_url and profile belong together",
            )
        found = [_read(entry) for entry in entries if isinstance(entry, Mapping)]
        self._client.hide([token.token for token in found])
        return [token for token in found if token.token]

    def create(self, description: str, *, days: int, export_controlled: bool) -> IdToken:
        """A new token. Sent once: after a lost answer a token may be there, and ``show`` finds it."""
        body = {
            "description": description,
            "expiresAfterDays": days,
            "exportControlled": _ALLOWED if export_controlled else _NOT_ALLOWED,
        }
        info = self._call("POST", self._calls.create, body).get("tokenInfo")
        # An object in replies of the older API, an array in the specification of the newer one.
        entry = info[0] if isinstance(info, list) and info else info
        token = _read(entry) if isinstance(entry, Mapping) else None
        if token is None or not token.token:
            raise PortalError(
                "CSSM's answer holds no ID token",
                remedy="Run again: the token is found by its description if it was made",
            )
        self._client.hide([token.token])
        return token

    def revoke(self, tokens: Sequence[IdToken]) -> None:
        """Raises PortalError with CSSM's words for the first one that it does not revoke."""
        self._client.hide([token.token for token in tokens])
        reply = self._call("POST", self._calls.revoke, {"tokens": [token.token for token in tokens]})
        statuses = reply.get("tokensRevokeStatus")
        for entry in statuses if isinstance(statuses, list) else ():
            if isinstance(entry, Mapping) and str(entry.get("status", "")).upper() in FAILURES:
                raise PortalError(
                    "CSSM does not revoke a token",
                    cause=self._client.redact(str(entry.get("statusMessage") or "no reason given")),
                    remedy="Look in CSSM (Inventory, General) whether it is still there, then run again",
                )

    def _call(self, method: str, path: str, body: Any = None) -> Mapping[str, Any]:
        _response, reply = self._client.call(method, path.format(**self._names), body, base_url=self._calls.base_url)
        return reply if isinstance(reply, Mapping) else {}


def _read(entry: Mapping[str, Any]) -> IdToken:
    printed = entry.get("expirationDate")
    export = str(entry.get("exportControl") or entry.get("exportControlled") or "").strip().lower()
    return IdToken(
        token=str(entry.get("token") or "").strip(),  # percent-encoded as it comes; passed on untouched
        description=str(entry.get("description") or ""),
        expires=read_date(printed),
        expiration="" if printed is None else str(printed),
        export_controlled={_ALLOWED.lower(): True, _NOT_ALLOWED.lower(): False}.get(export),
        created_by=str(entry.get("createdBy") or ""),
    )


def read_date(value: Any) -> datetime | None:
    """A date of CSSM's in UTC: ISO 8601, milliseconds since 1970, or with the month's name. None for others.

    No source shows the form (apis.md 1.4 names the member only), so several are read.
    """
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    if text.isdecimal() and len(text) in (10, 13):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    for form in _FORMS:
        try:
            moment = datetime.strptime(text, form)
        except ValueError:
            continue
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _named_month(text)


def _named_month(text: str) -> datetime | None:
    found = _NAMED_MONTH.fullmatch(text)
    month = (found["mo"] or found["mo2"]).lower() if found is not None else ""
    if found is None or month not in _MONTHS:
        return None
    day, hour, minute, second = (
        int(part or 0) for part in (found["d"] or found["d2"], found["h"], found["mi"], found["s"])
    )
    try:
        return datetime(int(found["y"]), _MONTHS.index(month) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
