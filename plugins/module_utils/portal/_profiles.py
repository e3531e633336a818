# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two generations of CSSM's API, as data (apis.md 1.1 to 1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountList:
    """How accounts are listed: the path, and the keys of a reply's entries.

    ``domain_query``: parameter that narrows the list by domain (a substring match). ``paged``: the list comes in pages
    (``startIdx``, ``rowsPerPage``, ``totalRows``).
    """

    path: str
    items: str
    id: str
    name: str
    domain: str = ""
    domain_query: str = ""
    paged: bool = False


@dataclass(frozen=True, slots=True)
class TokenCalls:
    """The calls for ID tokens; paths with ``{domain}`` and ``{account}`` (apis.md 1.4).

    ``base_url``: where they are when the user names no base URL; empty: where all calls are.
    """

    show: str
    create: str
    revoke: str
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """One generation. Paths follow the base URL; ``legacy`` takes a device's file whole, where that exists.

    ``virtual_accounts.path`` empty: they lie inside each Smart Account's entry.
    """

    base_url: str
    token_url: str
    submit: str
    legacy: str
    poll: str
    accounts: AccountList
    virtual_accounts: AccountList
    tokens: TokenCalls


PROFILES: Mapping[str, Profile] = {
    "software_apis": Profile(
        base_url="https://apx.cisco.com/v1/software/apis",
        token_url="https://id.cisco.com/oauth2/default/v1/token",  # noqa: S106
        submit="/licensing/v2/report-usage",
        legacy="/licensing/v2/report-usage-legacy",
        poll="/licensing/v2/poll",
        accounts=AccountList(
            path="/pnp/v2/accounts",
            items="data",
            id="accountIdentifier",
            name="companyName",
            domain="domainIdentifier",
            domain_query="accountDomain",
            paged=True,
        ),
        virtual_accounts=AccountList(
            path="/pnp/v2/accounts/{domain}/virtual-accounts",
            items="data",
            id="virtualAccountId",
            name="virtualAccountName",
            paged=True,
        ),
        tokens=TokenCalls(
            show="/licensing/v1/account/{domain}/virtual-account/{account}/token/list",
            create="/licensing/v1/account/{domain}/virtual-account/{account}/token/create",
            revoke="/licensing/v1/account/{domain}/virtual-account/{account}/token/revoke",
        ),
    ),
    "swapi": Profile(
        # The doubled prefix is what Cisco's own samples use for the calls of version 2 (apis.md 1.2).
        base_url="https://swapi.cisco.com/services/api/services/api/smart-accounts-and-licensing",
        token_url="https://cloudsso.cisco.com/as/token.oauth2",  # noqa: S106
        submit="/v2/devices/reportusage",
        legacy="",
        poll="/v2/accounts/poll",
        accounts=AccountList(
            path="/v2/accounts/search", items="accounts", id="account_id", name="name", domain="domain"
        ),
        virtual_accounts=AccountList(path="", items="virtual_accounts", id="virtual_account_id", name="name"),
        tokens=TokenCalls(
            show="/v1/accounts/{domain}/virtual-accounts/{account}/tokens",
            create="/v1/accounts/{domain}/virtual-accounts/{account}/tokens",
            revoke="/v1/accounts/{domain}/virtual-accounts/{account}/tokens/revoke",
            # Public code reaches the calls of version 1 without the doubled prefix (apis.md 1.2).
            base_url="https://swapi.cisco.com/services/api/smart-accounts-and-licensing",
        ),
    ),
}
