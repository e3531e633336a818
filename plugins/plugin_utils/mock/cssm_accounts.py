# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Smart Accounts and Virtual Accounts that the mock CSSM knows, with their numeric ids (apis.md 1.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

DEFAULT_VIRTUAL_ACCOUNT = "DEFAULT"
# Smart and Virtual Account ids come from different ranges, so that a client which mixes them up is found out.
_FIRST_SMART, _FIRST_VIRTUAL = 100_001, 700_001


@dataclass(frozen=True, slots=True)
class VirtualAccount:
    """One Virtual Account: where product instances and reports belong."""

    id: int
    name: str
    smart_id: int
    smart_domain: str

    @property
    def default(self) -> bool:
        return self.name == DEFAULT_VIRTUAL_ACCOUNT


@dataclass(frozen=True, slots=True)
class SmartAccount:
    """A company's account, named by its domain."""

    id: int
    domain: str
    virtual: dict[str, VirtualAccount] = field(default_factory=dict)


class Accounts:
    """All accounts that the mock's one client may see."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """``names``: (Smart Account, Virtual Account); what is named twice exists once."""
        self.smart: dict[str, SmartAccount] = {}
        self._next_virtual = _FIRST_VIRTUAL
        for domain, virtual in names:
            self._add(domain, DEFAULT_VIRTUAL_ACCOUNT)
            self._add(domain, virtual)

    def _add(self, domain: str, name: str) -> None:
        account = self.smart.get(domain.lower())
        if account is None:
            account = self.smart[domain.lower()] = SmartAccount(_FIRST_SMART + len(self.smart), domain)
        if name and name not in account.virtual:
            account.virtual[name] = VirtualAccount(self._next_virtual, name, account.id, account.domain)
            self._next_virtual += 1

    def search(self, domain: str = "") -> list[SmartAccount]:
        """Smart Accounts whose domain contains ``domain``: Cisco's search takes substrings, a trap for clients."""
        return [account for key, account in self.smart.items() if domain.lower() in key]

    def by_domain(self, domain: str) -> SmartAccount | None:
        return self.smart.get(domain.lower())

    def by_id(self, smart_id: int) -> SmartAccount | None:
        return next((account for account in self.smart.values() if account.id == smart_id), None)

    def virtual(self, smart_id: int, virtual_id: int) -> VirtualAccount | None:
        account = self.by_id(smart_id)
        found = account.virtual.values() if account else ()
        return next((virtual for virtual in found if virtual.id == virtual_id), None)
