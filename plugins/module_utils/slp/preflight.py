# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands against a topology on a device, before anything is touched (cli.md 6.3). Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ._preflight_model import STEPS, Facts, Finding, Plans, Severity
from ._preflight_rules import RULES
from .errors import SlpError

__all__ = ["STEPS", "Facts", "Finding", "Plans", "Severity", "of_error", "preflight", "refused", "summary"]


def preflight(facts: Facts) -> tuple[Finding, ...]:
    """Everything that is found, what refuses first; within a severity in the order of the work."""
    found = [finding for rule in RULES for finding in rule(facts)]
    return tuple(sorted(found, key=lambda finding: list(Severity).index(finding.severity)))


def refused(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that forbid to go on."""
    return tuple(finding for finding in findings if finding.severity is Severity.REFUSE)


def summary(findings: Iterable[Finding]) -> str:
    """One line: why not, or how many words of warning there are."""
    found = list(findings)
    if stops := refused(found):
        return "; ".join(finding.text for finding in stops)
    counts = [
        f"{number} {word}{'s' if number > 1 else ''}"
        for severity, word in ((Severity.WARN, "warning"), (Severity.NOTE, "note"))
        if (number := sum(finding.severity is severity for finding in found))
    ]
    return "nothing stands against it" + (f" ({', '.join(counts)})" if counts else "")


def of_error(error: SlpError, code: str) -> Finding:
    """A device that could not be looked at, as a finding."""
    cause = f" ({error.cause})" if error.cause else ""
    return Finding(code, Severity.REFUSE, f"{error.what}{cause}", error.remedy)
