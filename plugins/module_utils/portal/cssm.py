# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client of CSSM's API for Smart Licensing Using Policy: hand in RUM reports, fetch acknowledgements (apis.md 1.5)."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import DuplicateReport, PortalError
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

from ._accounts import find_ids
from ._profiles import PROFILES
from ._session import Session
from .http import HttpClient, Response
from .replies import PollResult, ReplyError, SubmitTicket, is_duplicate, is_failure, message_of, read_poll, read_ticket

METHODS = ("report_usage", "report_usage_legacy")
_REQUESTING_SYSTEM = json.dumps({"display_name": "c9800.slp"})


class RefusedError(PortalError):
    """CSSM read a submission and does not take it; nothing of it was accepted."""


class SignedReport(Protocol):
    """A RUM report as its device signed it; ``RumReport`` is one."""

    @property
    def payload(self) -> str: ...

    @property
    def signature(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class PiUsage:
    """What one product instance hands in. ``document``: its whole file, for ``report_usage_legacy``.

    ``software_tag``: the product's, as its reports name it; left out where unknown.
    """

    udi: Udi
    reports: Sequence[SignedReport]
    software_tag: str = ""
    trust_requests: Sequence[bytes] = ()
    document: bytes = b""


@dataclass(frozen=True, slots=True)
class AccountIds:
    """Numeric ids, as text, that every call names in its headers."""

    smart_account: str
    virtual_account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CssmSettings:
    """How to reach CSSM. An empty URL means the one of the profile."""

    profile: str = "software_apis"
    base_url: str = ""
    token_url: str = ""
    client_id: str
    client_secret: str = field(repr=False)
    grant_type: str = "client_credentials"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_path: str | None = None
    validate_certs: bool = True
    proxy: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    method: str = "report_usage"


class CssmClient:
    """One conversation with CSSM. Token and account ids are asked for once and kept as long as the client lives."""

    def __init__(self, settings: CssmSettings, http: HttpClient | None = None) -> None:
        if settings.profile not in PROFILES:
            raise PortalError(f"unknown profile {settings.profile}", remedy=f"Take one of {', '.join(PROFILES)}")
        self._profile = PROFILES[settings.profile]
        self.token_calls = self._profile.tokens
        if settings.method not in METHODS or (settings.method == "report_usage_legacy" and not self._profile.legacy):
            raise PortalError(
                f"profile {settings.profile} has no method {settings.method}", remedy="Take method report_usage"
            )
        self.settings = settings
        self.base_url = (settings.base_url or self._profile.base_url).rstrip("/")
        self._session = Session(
            http
            or HttpClient(
                ca_path=settings.ca_path,
                validate_certs=settings.validate_certs,
                proxy=settings.proxy,
                timeout=settings.timeout,
            ),
            base_url=self.base_url,
            token_url=settings.token_url or self._profile.token_url,
            credentials=_credentials(settings),
        )
        self._ids: dict[tuple[str, str], AccountIds] = {}

    def login(self) -> None:
        """Fetch a token; raises ``PortalAuthError`` when the credentials are not taken."""
        self._session.token()

    def resolve_account(self, smart_account: str, virtual_account: str) -> AccountIds:
        """The ids of an account named by domain (or full name) and Virtual Account name."""
        key = (smart_account.casefold(), virtual_account.casefold())
        if key not in self._ids:
            self._ids[key] = AccountIds(*find_ids(self._session, self._profile, smart_account, virtual_account))
        return self._ids[key]

    def call(self, method: str, path: str, body: Any = None, *, base_url: str = "") -> tuple[Response, Any]:
        """Call and decode; what Cisco's other calls of the same API need. ``base_url``: unless the user named one.

        Raises as ``Session.call`` does; 400 and 422 with JSON, and failures told with status 200, become PortalErrors.
        A call with a body is never sent a second time.
        """
        base = "" if self.settings.base_url else base_url
        sent = None if body is None else json.dumps(body).encode()
        response, reply = self._session.call(method, path, body=sent, repeatable=body is None, base_url=base)
        if response.status >= 400 or is_failure(reply):
            raise self._session.problem(
                response, "CSSM does not do what was asked", remedy="Check the account's names and the options"
            )
        return response, reply

    def redact(self, text: str) -> str:
        return self._session.redact(text)

    def hide(self, secrets: Sequence[str]) -> None:
        """Keep these out of every error from now on."""
        self._session.hide(secrets)

    def submit(self, ids: AccountIds, usages: Sequence[PiUsage], nonce: str) -> SubmitTicket:
        """Hand in reports of several product instances of one account.

        Raises ``DuplicateReport`` when CSSM has one of the reports, ``RefusedError`` when it takes none of them,
        ``CallError`` when no answer came: they may have been accepted then. It never sends them a second time.
        """
        legacy = self.settings.method == "report_usage_legacy"
        entries = [_whole(usage) if legacy else _entry(usage) for usage in usages]
        path = self._profile.legacy if legacy else self._profile.submit
        response, reply = self._post(path, ids, {"nonce": nonce, "reports": entries}, repeatable=False)
        if response.status >= 400 or is_failure(reply):
            duplicate = is_duplicate(message_of(reply))
            raise self._session.problem(
                response,
                "CSSM has a report already" if duplicate else "CSSM refuses the reports",
                remedy="Collect again: the next acknowledgement covers it"
                if duplicate
                else "Check the account, and that the reports are as the device wrote them",
                kind=DuplicateReport if duplicate else RefusedError,
            )
        try:
            return read_ticket(reply, nonce)
        except ReplyError as error:
            raise self._bad_reply(response, error, "it may have taken the reports: run again to find out") from None

    def poll(self, ids: AccountIds, ticket: SubmitTicket) -> PollResult:
        """Ask where a ticket stands. It repeats the nonce of the submission, as public clients do."""
        poll_id: int | str = int(ticket.poll_id) if ticket.poll_id.isdecimal() else ticket.poll_id
        data = {"nonce": ticket.nonce, "poll_id": poll_id, "action": ticket.action}
        response, reply = self._post(self._profile.poll, ids, data, repeatable=True)
        try:
            result = read_poll(reply, ticket.nonce)
        except ReplyError as error:
            raise self._bad_reply(response, error, "the ticket is kept: run again later") from None
        redact = self._session.redact
        entries = tuple(replace(entry, error=redact(entry.error)) for entry in result.entries)
        return replace(result, message=redact(result.message), entries=entries)

    def _post(self, path: str, ids: AccountIds, data: Mapping[str, Any], *, repeatable: bool) -> tuple[Response, Any]:
        headers = {
            "X-CSW-SMART-ACCOUNT-ID": ids.smart_account,
            "X-CSW-VIRTUAL-ACCOUNT-ID": ids.virtual_account,
            "X-CSW-REQUESTING-SYSTEM": _REQUESTING_SYSTEM,
        }
        body = json.dumps({"data": {"timestamp": time.time_ns() // 1_000_000, **data}}).encode()
        return self._session.call("POST", path, headers=headers, body=body, repeatable=repeatable)

    def _bad_reply(self, response: Response, error: ReplyError, remedy: str) -> PortalError:
        problem = self._session.problem(response, "CSSM's answer cannot be used", remedy=remedy.capitalize())
        problem.cause = f"{self._session.redact(str(error))}; {problem.cause}"
        return problem


def _credentials(settings: CssmSettings) -> dict[str, str]:
    form = {
        "grant_type": settings.grant_type,
        "client_id": settings.client_id,
        "client_secret": settings.client_secret,
    }
    if settings.grant_type == "password":
        form |= {"username": settings.username, "password": settings.password}
    return form


def _entry(usage: PiUsage) -> dict[str, Any]:
    """One member of ``reports``. The payload stays the text that the device signed (formats.md 1.6)."""
    entry: dict[str, Any] = {
        "sudi": _sudi(usage.udi),
        "usage": [{"payload": report.payload, "signature": dict(report.signature)} for report in usage.reports],
    }
    if usage.software_tag:
        entry["software_tag_identifier"] = usage.software_tag
    if usage.trust_requests:
        entry["trust_requests"] = [base64.b64encode(request).decode() for request in usage.trust_requests]
    return entry


def _whole(usage: PiUsage) -> dict[str, Any]:
    return {"sudi": _sudi(usage.udi), "licenses": base64.b64encode(usage.document).decode()}


def _sudi(udi: Udi) -> dict[str, str]:
    return {"udi_pid": udi.pid, "udi_serial_number": udi.sn}
