# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the archive knows of a product instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

ReportState = Literal["collected", "submitted", "acknowledged", "installed", "refused"]

# What a collect may tell about the device. Nothing else gets into the ledger, so that no secret can.
FACTS = (
    "host",
    "hostname",
    "smart_account",
    "virtual_account",
    "smart_account_id",
    "virtual_account_id",
    "release",
    "platform",
    "units",
    "md5",
    "device_path",
)


@dataclass(frozen=True, slots=True)
class Ticket:
    """CSSM's promise of an ACK. ``poll_id``: text, exceeds 2^53; ``interval``: seconds; ``submitted``: ISO 8601."""

    poll_id: str
    action: str
    interval: int
    profile: str
    base_url: str
    smart_account: str
    virtual_account: str
    smart_account_id: str
    virtual_account_id: str
    nonce: str
    submitted: str

    def as_dict(self) -> dict[str, Any]:
        """For the ledger."""
        return asdict(self)

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> Ticket:
        """From the ledger; members that a later version added are left out."""
        return cls(**{member.name: mapping[member.name] for member in fields(cls)})


@dataclass(slots=True)
class ReportStatus:
    """How far one report is. It never goes back from acknowledged or installed."""

    report_id: int
    state: ReportState = "collected"
    usage_sha256: str | None = None  # the file it was submitted from; before that, the newest that holds it
    ticket: Ticket | None = None  # the last one it was submitted with
    ack_sha256: str | None = None
    reason: str | None = None  # of the refusal
    duplicate: bool = False  # CSSM said that it had the report already
    nonce: str | None = None  # of a submission that was begun and never answered


@dataclass(slots=True)
class UsageEntry:
    """A collected file (usage, trust request, or both), known by its digest."""

    sha256: str
    name: str  # as the device or the bundle called it
    size: int
    collected: datetime
    report_ids: tuple[int, ...]
    trust_requests: int
    facts: Mapping[str, Any]
    submitted: bool = False
    members: list[tuple[str, str]] = field(default_factory=list)  # (bundle, member) under which it went out


@dataclass(slots=True)
class AckEntry:
    """An archived document of CSSM, known by its digest. ``source``: where it came from (a portal, a bundle)."""

    sha256: str
    name: str
    kinds: tuple[str, ...]
    report_ids: tuple[int, ...]
    source: str
    received: datetime
    installed: bool = False


@dataclass(slots=True)
class PiState:
    """All there is in the ledger, folded. ``units``: every UDI the product instance was seen with."""

    udi: Udi
    units: frozenset[Udi]
    reports: dict[int, ReportStatus] = field(default_factory=dict)
    usages: list[UsageEntry] = field(default_factory=list)
    acks: list[AckEntry] = field(default_factory=list)
    open_tickets: list[Ticket] = field(default_factory=list)  # an ACK for their reports is still to come
    facts: dict[str, Any] = field(default_factory=dict)  # of the last collect

    @property
    def smart_account(self) -> str | None:
        """As the last collect told it."""
        return self.facts.get("smart_account")

    @property
    def virtual_account(self) -> str | None:
        """As the last collect told it."""
        return self.facts.get("virtual_account")

    def usage(self, sha256: str) -> UsageEntry | None:
        """The collected file of that digest (or of a digest that begins so)."""
        return next((entry for entry in self.usages if entry.sha256.startswith(sha256)), None)

    def ack(self, sha256: str) -> AckEntry | None:
        """The document of that digest."""
        return next((entry for entry in self.acks if entry.sha256 == sha256), None)

    def unsubmitted(self, *, refused: bool = False) -> dict[int, UsageEntry]:
        """Each report to be submitted yet (with ``refused`` those refused, too), and the newest file that holds it."""
        wanted = ("collected", "refused") if refused else ("collected",)
        files = {entry.sha256: entry for entry in self.usages}
        return {
            report.report_id: files[report.usage_sha256]
            for report in self.reports.values()
            if report.state in wanted and report.usage_sha256 in files
        }

    def unsubmitted_trust(self) -> UsageEntry | None:
        """The newest file with trust requests, unless it was submitted, or answered after it went out in a bundle."""
        newest = next((entry for entry in reversed(self.usages) if entry.trust_requests), None)
        return newest if newest and not newest.submitted and not self._answered(newest) else None

    def _answered(self, usage: UsageEntry) -> bool:
        asked = set(usage.report_ids)
        return any(ack.received >= usage.collected and (not asked or asked & set(ack.report_ids)) for ack in self.acks)

    def uninstalled(self) -> list[AckEntry]:
        """The documents still to be installed, oldest first."""
        return [entry for entry in self.acks if not entry.installed]

    def reports_of(self, ticket: Ticket) -> list[int]:
        """The reports for which this ticket's ACK is awaited."""
        return [r.report_id for r in self.reports.values() if r.ticket == ticket and r.state == "submitted"]
