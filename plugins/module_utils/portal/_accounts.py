# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The numeric ids of a Smart Account and a Virtual Account (apis.md 1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import PortalError

from ._profiles import AccountList, Profile
from ._session import Session
from .replies import is_failure

_ROWS = 100


def find_ids(session: Session, profile: Profile, smart_account: str, virtual_account: str) -> tuple[str, str]:
    """The ids of (Smart Account, Virtual Account).

    A Smart Account is named by its domain or by its full name, as devices print it. CSSM searches for substrings,
    so the comparison that counts is done here: equal but for case.
    """
    smart = _find_smart(session, profile.accounts, smart_account)
    spec = profile.virtual_accounts
    if spec.path:
        path = spec.path.format(domain=quote(str(smart[profile.accounts.domain]), safe=""))
        entries = _list(session, spec, path)
    else:
        entries = _objects(smart.get(spec.items))
    virtual = _only(
        [entry for entry in entries if _same(entry.get(spec.name), virtual_account)],
        f"Virtual Account {virtual_account} of Smart Account {smart_account}",
    )
    return _id(smart, profile.accounts, smart_account), _id(virtual, spec, virtual_account)


def _find_smart(session: Session, spec: AccountList, wanted: str) -> Mapping[str, Any]:
    found: list[Mapping[str, Any]] = []
    if spec.domain_query:
        entries = _list(session, spec, spec.path, {spec.domain_query: wanted})
        found = [entry for entry in entries if _same(entry.get(spec.domain), wanted)]
    if not found:
        entries = _list(session, spec, spec.path)
        found = [entry for entry in entries if _same(entry.get(spec.domain), wanted)]
        found = found or [entry for entry in entries if _same(entry.get(spec.name), wanted)]
    return _only(found, f"Smart Account {wanted}")


def _list(
    session: Session, spec: AccountList, path: str, query: Mapping[str, str] | None = None
) -> list[Mapping[str, Any]]:
    """All entries, page by page where the list is paged."""
    entries: list[Mapping[str, Any]] = []
    while True:
        window = {"startIdx": str(len(entries)), "rowsPerPage": str(_ROWS)} if spec.paged else {}
        parameters = urlencode({**(query or {}), **window})
        response, reply = session.call("GET", f"{path}?{parameters}" if parameters else path, repeatable=True)
        if response.status >= 400 or is_failure(reply) or not isinstance(reply, Mapping):
            raise session.problem(response, "CSSM does not list the accounts", remedy="Check base_url and profile")
        page = _objects(reply.get(spec.items))
        new = [entry for entry in page if entry not in entries]
        entries += new
        total = reply.get("totalRows")
        if not spec.paged or not new or (len(entries) >= total if isinstance(total, int) else len(page) < _ROWS):
            return entries


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value or () if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _only(found: list[Mapping[str, Any]], what: str) -> Mapping[str, Any]:
    if len(found) == 1:
        return found[0]
    raise PortalError(
        f"{what} is not among those that these credentials may see" if not found else f"{what} exists more than once",
        remedy="Check the name as the portal spells it, or give smart_account_id and virtual_account_id",
    )


def _id(entry: Mapping[str, Any], spec: AccountList, name: str) -> str:
    value = entry.get(spec.id)
    if value is None or not str(value).isdecimal():
        raise PortalError(
            f"CSSM lists {name} without a numeric id", remedy="Give smart_account_id and virtual_account_id"
        )
    return str(value)


def _same(value: Any, wanted: str) -> bool:
    return str(value or "").strip().casefold() == wanted.strip().casefold()
