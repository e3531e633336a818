# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has reported, who is overdue and why, and what to do next: one product instance at a time.

The judgement hangs on the topology: no trust code is healthy under Catalyst Center and an alarm on a direct
connection. What no source says stays unknown; the audit never fills a gap with a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from ._audit_facts import ClassDue, Facts, gather_facts
from ._audit_rules import (
    ERROR,
    UNSUPPORTED,
    WARNING,
    Finding,
    findings_of,
    trust_count,
)
from .state import LicenseState
from .topologies import find

__all__ = ["Audit", "ClassDue", "Finding", "Verdict", "audit"]

NOTHING = "Nothing"
_NOT_WAITING = ("OPEN", "ACK", "DELETED")  # of the states in `show license rum id all` (formats.md 3.2)
_DUE_WITHIN = timedelta(days=30)  # the device itself reminds 30 days before (cli.md 4, REPORTING_REQUIRED)


class Verdict(StrEnum):
    """What is the matter with a product instance; the first that applies, in this order."""

    UNSUPPORTED = "unsupported"
    """Before Smart Licensing Using Policy, or too old for its topology."""
    OVERDUE = "overdue"
    """The deadline for an ACK has passed."""
    NEVER_REPORTED = "never_reported"
    """A report is owed, and nothing shows that one has ever left."""
    ACTION = "action"
    """It is not as its topology wants: it will not report, or CSSM refused its report."""
    UNKNOWN = "unknown"
    """The state does not hold what the answer needs."""
    DUE = "due"
    """The first ACK is not back from a report that has left, or may have as far as the device tells; or the deadline is
    near."""
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Audit:
    """The judgement. Dates are aware datetimes; ``days_to_deadline`` is negative once the deadline has passed.

    ``reported``, ``acknowledged``, ``owed`` are None when unknown. ``reported``: CSSM has a report of this period,
    proved by an ACK of the period, by a ticket or ACK in the archive, or by a push straight to CSSM.
    ``acknowledged``: an ACK is installed and its deadline has not passed. A product instance without usage, and without
    a deadline from earlier usage, owes nothing (``owed`` is False).
    ``reports_waiting``: closed RUM reports without ACK; where the device only counts them (before 17.9), those that
    still gather data may be among them.
    ``aps``: the highest count of a licence in use, which is the number of APs (one air-network and one air-dna licence
    each).
    """

    topology: str
    verdict: Verdict
    next_step: str
    to_do: bool
    """Whether ``next_step`` asks for something now."""
    findings: tuple[Finding, ...] = ()
    hostname: str | None = None
    udi: str | None = None
    udis: tuple[str, ...] = ()
    pid: str | None = None
    serial: str | None = None
    platform: str | None = None
    release: str | None = None
    smart_account: str | None = None
    virtual_account: str | None = None
    reported: bool | None = None
    acknowledged: bool | None = None
    overdue: bool | None = None
    owed: bool | None = None
    last_ack: datetime | None = None
    deadline: datetime | None = None
    days_to_deadline: int | None = None
    policy_classes: tuple[ClassDue, ...] = ()
    licences: Mapping[str, int] | None = None
    aps: int | None = None
    reports_waiting: int | None = None
    trust_installed: int | None = None
    trust_total: int | None = None
    as_of: datetime | None = field(default=None)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able, every key always there; dates in ISO 8601 UTC with Z."""
        # Not asdict() of the whole: it deep-copies mappings of unknown kinds.
        found = {name: getattr(self, name) for name in self.__slots__}
        found["findings"] = [asdict(finding) for finding in self.findings]
        found["policy_classes"] = [asdict(due) for due in self.policy_classes]
        found["udis"] = list(self.udis)
        found["licences"] = None if self.licences is None else dict(self.licences)
        found["verdict"] = self.verdict.value
        for name in ("last_ack", "deadline", "as_of"):
            moment = found[name]
            found[name] = None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return found


def audit(
    state: LicenseState,
    *,
    topology: str,
    now: datetime,
    reference: datetime | None = None,
    archive_facts: Mapping[str, Any] | None = None,
) -> Audit:
    """Judge one product instance against its topology.

    ``now``: aware; the device counts its deadlines by its own clock, so that is the best one.
    ``reference``: our clock, against which the device's is compared; ``now`` when None.
    ``archive_facts``: how many reports of this product instance are in each state of the archive's ledger now:
    ``collected``, ``submitted``, ``acknowledged``, ``refused`` (all optional).
    Raises SlpError for an unknown topology.
    """
    facts = gather_facts(find(topology), state, now, reference=reference, archive=archive_facts or {})
    findings = findings_of(facts)
    verdict = _verdict(facts, findings)
    next_step = _next_step(facts, findings, verdict)
    return Audit(
        topology=topology,
        verdict=verdict,
        next_step=next_step,
        to_do=not next_step.startswith(NOTHING),
        findings=_with_reason(facts, findings, verdict),
        reported=facts.reported,
        acknowledged=facts.acknowledged,
        overdue=facts.overdue if facts.known else None,
        owed=_owed(facts),
        last_ack=facts.last_ack,
        deadline=facts.deadline,
        days_to_deadline=facts.days(facts.deadline),
        policy_classes=facts.classes,
        as_of=now,
        **_identity(facts),
    )


def _identity(facts: Facts) -> dict[str, Any]:
    state = facts.state
    licences: dict[str, int] | None = None if state.usage is None else {}
    for use in state.usage or ():
        if use.in_use and licences is not None:
            licences[use.name] = licences.get(use.name, 0) + use.count  # the same name may come with several tags
    installed, total = trust_count(facts)
    return {
        "hostname": state.hostname,
        "udi": str(state.udi),
        "udis": tuple(str(unit.udi) for unit in state.units) or (str(state.udi),),
        "pid": state.udi.pid,
        "serial": state.udi.sn,
        "platform": state.platform,
        "release": None if state.release is None else str(state.release),
        "smart_account": state.account.smart_account if state.account else None,
        "virtual_account": state.account.virtual_account if state.account else None,
        "licences": licences,
        "aps": None if licences is None else max(licences.values(), default=0),
        "reports_waiting": _waiting(facts),
        "trust_installed": installed,
        "trust_total": total or None,
    }


def _waiting(facts: Facts) -> int | None:
    if facts.state.reports is not None:
        return sum(report.state.upper() not in _NOT_WAITING for report in facts.state.reports)
    rum = facts.state.rum
    if rum is None or rum.waiting is None or rum.available is None:
        return None
    return rum.waiting + rum.available


def _owed(facts: Facts) -> bool | None:
    """Whether an ACK is owed at some time: a deadline runs, or a class in use has a requirement (cli.md 4)."""
    if not facts.known:
        return None
    if not facts.ack_required:
        return False
    if facts.deadline is not None:
        return True
    after = facts.last_ack is not None
    answers = {_asks(due, due.ongoing if after else due.first) for due in facts.classes}
    return True if True in answers else None if None in answers else False


def _asks(due: ClassDue, requirement: int | None) -> bool | None:
    """Whether a policy class asks for a report, None when unknown."""
    if due.in_use is False or requirement == 0:
        return False
    return True if due.in_use and requirement else None


def _verdict(facts: Facts, findings: tuple[Finding, ...]) -> Verdict:
    errors = {finding.code for finding in findings if finding.severity == ERROR}
    if errors & UNSUPPORTED:
        return Verdict.UNSUPPORTED
    if facts.overdue:
        return Verdict.OVERDUE
    owed = _owed(facts)
    by_network = facts.pushes or facts.collected  # a file that was saved is not on its way yet
    has_left = facts.reported or (by_network and (facts.left or not facts.departure_known))
    if facts.known and facts.last_ack is None and owed and not has_left:
        return Verdict.NEVER_REPORTED
    if errors:
        return Verdict.ACTION
    if owed is None:
        return Verdict.UNKNOWN
    if owed and facts.last_ack is None:
        return Verdict.DUE
    soon = min(_DUE_WITHIN, timedelta(days=facts.requirement) / 3) if facts.requirement else _DUE_WITHIN
    near = facts.deadline is not None and facts.ack_required and facts.deadline - facts.now <= soon
    return Verdict.DUE if near else Verdict.OK


def _with_reason(facts: Facts, findings: tuple[Finding, ...], verdict: Verdict) -> tuple[Finding, ...]:
    """The findings, led by why this product instance is late where it is."""
    if verdict is Verdict.OVERDUE:
        days = -(facts.days(facts.deadline) or 0)
        text = f"the deadline passed {days} day{'s' if days != 1 else ''} ago: {_reason(facts, findings)}"
    elif verdict is Verdict.NEVER_REPORTED:
        text = f"it has never been acknowledged: {_reason(facts, findings)}"
    else:
        return findings
    return (Finding(str(verdict), ERROR, text, _next_step(facts, findings, verdict)), *findings)


def _reason(facts: Facts, findings: tuple[Finding, ...]) -> str:
    causes = [finding.text for finding in findings if finding.severity == ERROR]
    if causes:
        return causes[0]
    if facts.archived("acknowledged"):
        return "the ACK is in the archive and not installed"
    if facts.archived("submitted"):
        return "CSSM has the report, the ACK is not fetched"
    if facts.archived("collected"):
        return "reports are in the archive and not submitted"
    if facts.sent is not None:
        return f"a report left on {facts.sent:%Y-%m-%d}, no ACK came back"
    if facts.left:
        number = facts.taken or 0
        reports = f"{number} report{'s' if number != 1 else ''}"
        return f"{facts.row.collector.name} has taken {reports}, no ACK came back"
    if not facts.departure_known:
        return "no ACK has come; the device does not tell whether a report has left"
    # Whether the counters move when a report is read by native REST, no source says.
    limit = ", as far as the device shows" if facts.collected else ""
    if facts.last_ack is not None:
        return f"no report has left since the ACK of {facts.last_ack:%Y-%m-%d}{limit}"
    return f"no report has left yet{limit}"


def _next_step(facts: Facts, findings: tuple[Finding, ...], verdict: Verdict) -> str:
    remedies = {
        severity: [f.remedy for f in findings if f.severity == severity and f.remedy] for severity in (ERROR, WARNING)
    }
    if remedies[ERROR]:
        return remedies[ERROR][0]
    steps = facts.row.steps
    if facts.archived("acknowledged"):
        return "Run airgap_install.yml: the archive holds its ACK"
    if facts.archived("submitted"):
        return "Run airgap_submit.yml again: it fetches the ACK"
    if facts.archived("collected"):
        return "Carry the bundle out and run airgap_submit.yml"
    if verdict in (Verdict.OVERDUE, Verdict.NEVER_REPORTED, Verdict.DUE):
        return (steps.fetch_ack if facts.left else steps.report).format(scope=facts.scope)
    if verdict is Verdict.UNKNOWN:
        codes = ("unknown", "policy_v2", "timezone")
        return next((f.remedy for f in findings if f.code in codes), "Gather `show license all`")
    if remedies[WARNING]:
        return remedies[WARNING][0]
    if facts.deadline is not None and facts.ack_required:
        return f"{NOTHING} before {facts.deadline:%Y-%m-%d}"
    return f"{NOTHING}: no report is owed" if _owed(facts) is False else NOTHING
