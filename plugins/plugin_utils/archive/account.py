# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""To which Smart Account and Virtual Account reports belong, as a collect recorded it or as a user says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ACCOUNT_FACTS = ("smart_account", "virtual_account", "smart_account_id", "virtual_account_id")


@dataclass(frozen=True, slots=True)
class AccountName:
    """Where reports belong; empty where unknown. Ids that are known need not be looked up."""

    smart_account: str = ""
    virtual_account: str = ""
    smart_account_id: str = ""
    virtual_account_id: str = ""

    @classmethod
    def of(cls, facts: Mapping[str, Any], default: AccountName | None = None) -> AccountName:
        """From task arguments or the facts of a collect; what these do not say is the default's.

        Ids of the default are taken for its own names only.
        """
        own = cls(*(str(facts.get(name) or "").strip() for name in ACCOUNT_FACTS))
        if default is None:
            return own
        smart, virtual = own.smart_account or default.smart_account, own.virtual_account or default.virtual_account
        same = (smart.casefold(), virtual.casefold()) == (
            default.smart_account.casefold(),
            default.virtual_account.casefold(),
        )
        return cls(smart, virtual, *(own.ids or (default.ids if same else None) or ("", "")))

    @property
    def smart(self) -> str:
        """What tells Smart Accounts apart: the domain, or the id where only that is known."""
        return self.smart_account or self.smart_account_id

    @property
    def complete(self) -> bool:
        return bool(self.ids or (self.smart_account and self.virtual_account))

    @property
    def ids(self) -> tuple[str, str] | None:
        both = (self.smart_account_id, self.virtual_account_id)
        return both if all(both) else None

    def __str__(self) -> str:
        return f"{self.smart} / {self.virtual_account or self.virtual_account_id}"
