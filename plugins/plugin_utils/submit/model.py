# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of each product instance in one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

COLLECT_AGAIN = (
    "CSSM has these reports, but their acknowledgement is not in the archive. Collect and submit again: the "
    "acknowledgement of a later report closes them, too. Or download the ACK on CSSM's portal and install it"
)


@dataclass(slots=True)
class PiResult:
    """One product instance: report ids by what happened to them in this run, and what an operator has to know.

    ``submitted``: accepted now. ``duplicates``: CSSM had them already. ``acknowledged``: their ACK was archived now.
    ``waiting``: accepted, without an ACK by the end of the run. ``refused``: by id, CSSM's reason. ``before`` and
    ``after``: the state of every report in the ledger. ``problems``: one line each, with a remedy.
    """

    udi: Udi
    smart_account: str = ""
    virtual_account: str = ""
    submitted: list[int] = field(default_factory=list)
    duplicates: list[int] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    acks: list[str] = field(default_factory=list)
    trust_requests: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    before: Mapping[int, str] = field(default_factory=dict)
    after: Mapping[int, str] = field(default_factory=dict)

    @property
    def concerned(self) -> bool:
        """Whether there was anything to do or to say."""
        done = (self.submitted, self.duplicates, self.acknowledged, self.waiting, self.refused, self.acks)
        return any(done) or bool(self.trust_requests or self.problems or self.notes)

    @property
    def changed(self) -> bool:
        """Whether reports moved on; a refusal that only confirms the ledger is no change."""
        return bool(self.acks or self.trust_requests) or self.before != self.after

    def add_problem(self, error: object) -> None:
        """Note a problem once, however often it comes."""
        text = str(error)
        if text not in self.problems:
            self.problems.append(text)

    def add_note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able; report ids stay integers."""
        return {
            "udi": str(self.udi),
            "smart_account": self.smart_account,
            "virtual_account": self.virtual_account,
            "submitted": sorted(self.submitted),
            "duplicates": sorted(self.duplicates),
            "acknowledged": sorted(self.acknowledged),
            "waiting": sorted(self.waiting),
            "refused": [{"report_id": number, "reason": self.refused[number]} for number in sorted(self.refused)],
            "acks": list(self.acks),
            "trust_requests": self.trust_requests,
            "problems": list(self.problems),
            "notes": list(self.notes),
        }

    def _transitions(self) -> Iterator[tuple[str, str]]:
        """Lines of a diff: each report whose state is another now, or would be."""
        for number in sorted({*self.before, *self.after}):
            then, now = self.before.get(number, "absent"), self.after.get(number, "absent")
            if then != now:
                yield f"{self.udi} report {number}: {then}\n", f"{self.udi} report {number}: {now}\n"


@dataclass(slots=True)
class SubmitReport:
    """One run. ``portal_error``: why the portal was out of reach at some point. ``check``: nothing was really done."""

    results: dict[Udi, PiResult] = field(default_factory=dict)
    portal_error: str = ""
    tickets_pending: int = 0
    check: bool = False

    def result(self, udi: Udi) -> PiResult:
        return self.results.setdefault(udi, PiResult(udi))

    @property
    def concerned(self) -> list[PiResult]:
        return [self.results[udi] for udi in sorted(self.results) if self.results[udi].concerned]

    @property
    def changed(self) -> bool:
        return any(result.changed for result in self.results.values())

    @property
    def failed(self) -> bool:
        """The portal was out of reach, or no product instance got through."""
        troubled = [bool(result.problems) for result in self.concerned]
        return bool(self.portal_error) or (bool(troubled) and all(troubled))

    @property
    def counts(self) -> dict[str, int]:
        """Number of reports by what happened to them, and of product instances with a problem."""
        found = self.results.values()
        names = ("submitted", "duplicates", "acknowledged", "waiting", "refused")
        return {name: sum(len(getattr(result, name)) for result in found) for name in names} | {
            "problems": sum(bool(result.problems) for result in found)
        }

    @property
    def problems(self) -> list[str]:
        """Of all product instances, each line once: an account's trouble is that of all its members."""
        return list(dict.fromkeys(text for result in self.concerned for text in result.problems))

    @property
    def message(self) -> str:
        """The run in one line."""
        if not self.concerned:
            return "Nothing to submit and nothing to fetch"
        counts = self.counts
        if self.check:
            return f"{len(self.concerned)} product instances: {counts['submitted']} reports would be submitted"
        words = ", ".join(f"{number} {name}" for name, number in counts.items() if number and name != "problems")
        trouble = f"; {counts['problems']} with problems" if counts["problems"] else ""
        return f"{len(self.concerned)} product instances, reports: {words or 'none went or came'}{trouble}"

    def diff(self) -> dict[str, str]:
        """Report states before and after, a line each, as Ansible shows a diff."""
        lines = [pair for result in self.concerned for pair in result._transitions()]
        before, after = ("".join(pair[side] for pair in lines) for side in (0, 1))
        return {"before_header": "archive", "after_header": "archive", "before": before, "after": after}
