# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The product instances that the mock CSSM has heard of: units, account, trust codes, reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .cssm_accounts import VirtualAccount
from .cssm_reports import Report
from .simdoc import Udi


@dataclass(slots=True)
class HeldReport:
    """A report that CSSM took. ``delivered``: an ACK which names it has been fetched."""

    report: Report
    submitted_for: Udi
    account: VirtualAccount
    poll_id: int
    delivered: bool = False


@dataclass(slots=True)
class ProductInstance:
    """A device that CSSM has heard of. A pair is one, known by each of its UDIs.

    ``trusted``: when CSSM last issued a trust code for a unit. ``way``: how it last reported (wire of the device, or
    ``api``), and ``sender``: who brought that.
    """

    account: VirtualAccount
    registered: datetime
    last_contact: datetime
    units: tuple[Udi, ...] = ()
    reports: list[HeldReport] = field(default_factory=list)
    trusted: dict[Udi, datetime] = field(default_factory=dict)
    hostname: str = ""
    way: str = ""
    sender: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "udis": [str(udi) for udi in self.units],
            "hostname": self.hostname,
            "smart_account": self.account.smart_domain,
            "virtual_account": self.account.name,
            "registered": self.registered.isoformat(),
            "last_contact": self.last_contact.isoformat(),
            "trusted": {str(udi): when.isoformat() for udi, when in self.trusted.items()},
            "way": self.way,
            "sender": self.sender,
            "reports": len(self.reports),
        }


class Instances(dict[Udi, ProductInstance]):
    """By UDI; the units of a pair share one object."""

    def each(self, account: VirtualAccount | None = None) -> Iterator[ProductInstance]:
        """Each once, in the order of their first contact; of one Virtual Account or of all."""
        found = {id(entry): entry for entry in self.values() if account in (None, entry.account)}
        yield from found.values()

    def register(self, account: VirtualAccount, units: Iterable[Udi], now: datetime) -> ProductInstance:
        """The product instance of these units, which are one from now on; it stays in its account if it is known."""
        wanted = tuple(units)
        known = list({id(found): found for udi in wanted if (found := self.get(udi))}.values())
        instance = known[0] if known else ProductInstance(account, now, now)
        for other in known[1:]:  # two controllers that became a pair
            instance.units += other.units
            instance.reports += other.reports
            instance.trusted |= other.trusted
        instance.last_contact = now
        instance.units = tuple(dict.fromkeys((*instance.units, *wanted)))
        self.update(dict.fromkeys(instance.units, instance))
        return instance

    def keep_only(self, instance: ProductInstance, units: Iterable[Udi]) -> None:
        """Units that are no part of the pair any more are product instances of their own, in the same account."""
        staying = tuple(units)
        for udi in set(instance.units) - set(staying):
            alone = ProductInstance(instance.account, instance.registered, instance.last_contact, (udi,))
            if udi in instance.trusted:
                alone.trusted[udi] = instance.trusted.pop(udi)
            alone.reports = [held for held in instance.reports if held.report.udi == udi]
            self[udi] = alone
        instance.reports = [held for held in instance.reports if held.report.udi in staying]
        instance.units = tuple(udi for udi in instance.units if udi in staying)

    def remove(self, instance: ProductInstance) -> None:
        """As the GUI's "Remove": CSSM has never heard of it."""
        for udi in instance.units:
            self.pop(udi, None)
