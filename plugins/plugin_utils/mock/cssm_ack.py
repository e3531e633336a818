# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents that the mock CSSM issues: an ACK per product instance, and the account's policy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from .cssm_accounts import VirtualAccount
from .cssm_reports import Report
from .pki import Pki
from .simdoc import SIMULATED, AccountDocument, PolicyClass, PolicyDocument, ReportAck, Udi, write_import


class Policy(StrEnum):
    """Which policy comes with an ACK."""

    CUSTOM = "custom"
    DEFAULT = "default"
    NONE = "none"


# Days (formats.md 2.5): the values of Cisco's default, and those of an account's own policy.
POLICIES: Mapping[Policy, PolicyDocument] = {
    Policy.DEFAULT: PolicyDocument(
        "Default Policy (simulated)",
        {
            "subscription": PolicyClass(90, 90, 90),
            "perpetual": PolicyClass(365, 0, 90),
            "enforced": PolicyClass(0, 0, 0),
            "export": PolicyClass(0, 0, 0),
            "generic": PolicyClass(90, 90, 90),
        },
    ),
    Policy.CUSTOM: PolicyDocument(
        "Custom Policy (simulated)",
        {
            "subscription": PolicyClass(30, 60, 60),
            "perpetual": PolicyClass(120, 180, 90),
            "enforced": PolicyClass(0, 90, 90),
            "export": PolicyClass(0, 90, 90),
            "generic": PolicyClass(30, 60, 60),
        },
    ),
}


def own_policy(name: str, value: Any) -> PolicyDocument | None:
    """A Virtual Account's own policy: the name of one of ours, or days by class of licence. Raises ValueError."""
    if not isinstance(value, Mapping):
        return POLICIES.get(Policy(str(value)))
    base = POLICIES[Policy.CUSTOM]
    unknown = set(value) - {"name", "ack_required", *base.classes}
    if unknown:
        raise ValueError(f"policy of {name}: unknown key(s) {', '.join(sorted(unknown))}")
    classes = dict(base.classes)
    for kind in value.keys() & base.classes.keys():
        try:
            classes[kind] = PolicyClass(*map(int, value[kind]))
        except (TypeError, ValueError) as error:
            raise ValueError(f"policy of {name}: {kind} is [first report, frequency, on change] in days") from error
    title = str(value.get("name", f"Policy of {name} (simulated)"))
    return PolicyDocument(title, classes, ack_required=bool(value.get("ack_required", True)))


class AckWriter:
    """Writes and signs. ``policy``: which one each ACK brings; ``nack``: report ids that are answered by NACK.

    ``policies``: the Virtual Accounts, by their names, that have another one.
    """

    def __init__(self, pki: Pki) -> None:
        self.policy = Policy.CUSTOM
        self.policies: Mapping[str, PolicyDocument | None] = {}
        self.nack: Collection[int] = frozenset()
        self._pki = pki

    def write(
        self,
        account: VirtualAccount,
        reports: Iterable[Report],
        *,
        trust_requests: Iterable[Udi],
        correlation_id: str,
        transaction_id: int,
        now: datetime,
    ) -> bytes:
        """Return the document that one product instance imports."""
        return write_import(
            self._pki.cssm_sign,
            acks=[self._ack(report, transaction_id) for report in reports],
            policy=self.policies.get(account.name, POLICIES.get(self.policy)),
            trust={udi: self._pki.trust_code(str(udi)) for udi in trust_requests},
            account=AccountDocument(
                smart_account=account.smart_domain,
                virtual_account=account.name,
                smart_account_id=str(account.smart_id),
                virtual_account_id=str(account.id),
                domain=account.smart_domain,
            ),
            correlation_id=correlation_id,
            now=now,
        )

    def policy_document(self, now: datetime) -> bytes:
        """Return the account's policy as a document of its own, root ``smartLicensePolicy``; empty without a policy."""
        policy = POLICIES.get(self.policy)
        if policy is None:
            return b""
        document = write_import(self._pki.cssm_sign, policy=policy, now=now)
        end = b"</smartLicensePolicy>"
        element = document[document.index(b"<smartLicensePolicy>") : document.index(end) + len(end)]
        return SIMULATED.encode() + element

    def _ack(self, report: Report, transaction_id: int) -> ReportAck:
        if report.report_id in self.nack:
            return ReportAck(report.report_id, report.udi, "NACK", "Refused by the simulator", transaction_id)
        return ReportAck(report.report_id, report.udi, transaction_id=transaction_id)
