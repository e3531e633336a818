# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit derives from a state before it judges: instants, usage per policy class, deadlines, trust."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .state import LicenseState, LicenseUse, PolicyClass
from .times import DeviceTime
from .topologies import Initiator, Topology

POLICY_CLASSES = ("perpetual", "subscription", "enforced", "export")
_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class ClassDue:
    """One policy class: requirements in days (0 and None: no requirement), and what is left of them.

    ``in_use`` is None when the usage is unknown. ``days_to_first`` only before the first ACK, ``days_to_next`` only
    after one; negative when the day has passed.
    """

    name: str
    in_use: bool | None
    first: int | None
    ongoing: int | None
    days_to_first: int | None = None
    days_to_next: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A state, read against its topology at ``now`` (aware). Values that no source gave are None."""

    row: Topology
    state: LicenseState
    now: datetime
    reference: datetime
    """Our own clock."""
    archive: Mapping[str, Any]
    in_use: bool | None
    classes: tuple[ClassDue, ...]
    last_ack: datetime | None
    last_push: datetime | None
    last_file: datetime | None
    deadline: datetime | None
    timeless: bool
    """A date was printed whose zone nobody knows, so that days cannot be counted."""

    @property
    def known(self) -> bool:
        """The state holds the dates of reports and ACKs."""
        return self.state.reporting is not None and not self.timeless

    @property
    def scope(self) -> str:
        """The word that `license smart sync` and `trust` need."""
        return "all" if self.state.is_ha else "local"

    @property
    def overdue(self) -> bool:
        return self.deadline is not None and self.deadline < self.now and self.ack_required

    @property
    def ack_required(self) -> bool:
        return self.state.policy is None or self.state.policy.ack_required is not False

    @property
    def acknowledged(self) -> bool | None:
        """The last report period is closed by an ACK."""
        return (self.last_ack is not None and not self.overdue) if self.known else None

    @property
    def requirement(self) -> int | None:
        """Days of the strictest reporting frequency among the classes in use; None when there is none."""
        return min((due.ongoing for due in self.classes if due.in_use and due.ongoing), default=None)

    @property
    def pushes(self) -> bool:
        """This device sends reports by itself.

        Its topology says so; or it goes either way (cli.md 5.13, step 2) and the device has somewhere to send them.
        """
        transport = self.state.transport
        if self.row.initiator is not Initiator.PRODUCT_INSTANCE or self.row.push_moves:
            return self.row.push_moves
        return transport is not None and transport.type == "cslu" and bool(transport.cslu_url)

    @property
    def collected(self) -> bool:
        """A collector reads reports from this device."""
        return not self.pushes and self.row.initiator is not Initiator.FILES

    @property
    def taken(self) -> int | None:
        """How many reports a collector has taken and not answered: nothing else tells of it (cli.md 5.8, step 6).

        The models have a state for it; where the command line lists a report that was taken as CLOSED (cli.md 3.8), the
        counter tells.
        """
        counts = [self.state.rum.waiting] if self.state.rum is not None else []
        if self.state.reports is not None:
            counts.append(sum(report.state.upper() == "UNACK" for report in self.state.reports))
        return max((count for count in counts if count is not None), default=None)

    @property
    def sent(self) -> datetime | None:
        """When a report last left the device in the way of this topology and was not answered since; None: unknown."""
        last = self.last_push if self.pushes else self.last_file if self.row.cssm_by_file else None
        return last if last is not None and (self.last_ack is None or last > self.last_ack) else None

    @property
    def left(self) -> bool:
        """A report has left in the way of this topology and was not answered since."""
        return self.sent is not None or (self.collected and bool(self.taken))

    @property
    def departure_known(self) -> bool:
        """The state would say it if a report had left in the way of this topology."""
        if self.collected:
            return self.taken is not None
        return self.state.tells(f"reporting.{'last_push' if self.pushes else 'last_file_write'}")

    @property
    def reported(self) -> bool | None:
        """CSSM has a report of this reporting period.

        Proved by an ACK in the period, by a ticket or ACK in the archive, or by a push in a topology whose push
        reaches CSSM itself. A push to a collector and a saved file prove nothing.
        """
        if self.acknowledged or self.archived("submitted") or self.archived("acknowledged"):
            return True
        if not self.known:
            return None
        if not (self.row.push_reaches_cssm and self.sent is not None):
            return False if self.departure_known else None
        return self.now - self.sent <= timedelta(days=self.requirement or 365)

    def archived(self, state: str) -> int:
        """How many reports of this product instance the archive has in this state of the ledger."""
        return int(self.archive.get(state) or 0)

    def days(self, moment: datetime | None) -> int | None:
        return days_between(self.now, moment)


def gather_facts(
    row: Topology,
    state: LicenseState,
    now: datetime,
    *,
    reference: datetime | None,
    archive: Mapping[str, Any],
) -> Facts:
    """What the rules ask of. ``now``, ``reference``, ``archive``: as for ``audit``."""
    reporting = state.reporting
    printed = [reporting.last_ack, reporting.ack_deadline] if reporting else []
    in_use = None if state.usage is None else any(use.in_use for use in state.usage)
    last_ack = _instant(reporting.last_ack, state, now) if reporting else None
    deadline = _instant(reporting.ack_deadline, state, now) if reporting else None
    classes = _classes(state)
    if deadline is None and last_ack is not None:
        # The formula of cli.md 3.1, for a source that gives the ACK and the policy but not the deadline.
        frequency = min((due.ongoing for due in classes if due.in_use and due.ongoing), default=None)
        deadline = last_ack + timedelta(days=frequency) if frequency else None
    return Facts(
        row=row,
        state=state,
        now=now,
        reference=reference or now,
        archive=archive,
        in_use=in_use,
        classes=_with_days(classes, last_ack, deadline, now),
        last_ack=last_ack,
        last_push=_instant(reporting.last_push, state, now) if reporting else None,
        last_file=_instant(reporting.last_file_write, state, now) if reporting else None,
        deadline=deadline,
        timeless=any(time is not None and _instant(time, state, now) is None for time in printed),
    )


def days_between(now: datetime, moment: datetime | None) -> int | None:
    """Whole days from ``now``; -1 from the moment on, 0 on the last day."""
    return None if moment is None else math.floor((moment - now) / _DAY)


def _instant(time: DeviceTime | None, state: LicenseState, now: datetime) -> datetime | None:
    """The moment in UTC. A zone that the state cannot explain is measured against the device's own clock."""
    if time is None:
        return None
    if time.utc is not None:
        return time.utc
    clock = state.clock
    if clock is None or clock.zone != time.zone:
        return None
    offset = round((clock.wall - now.replace(tzinfo=None)) / _QUARTER) * _QUARTER
    if abs(offset) > timedelta(hours=14):  # no zone on earth: the clock is not set
        return None
    return time.wall.replace(tzinfo=now.tzinfo) - offset


def _classes(state: LicenseState) -> tuple[ClassDue, ...]:
    used = None if state.usage is None else {class_of(use) for use in state.usage if use.in_use}
    policy = state.policy
    found = []
    for name in POLICY_CLASSES:
        rule: PolicyClass | None = getattr(policy, name) if policy is not None else None
        in_use = None if used is None or (None in used and name not in used) else name in used
        found.append(ClassDue(name, in_use, rule.first if rule else None, rule.ongoing if rule else None))
    return tuple(found)


def class_of(use: LicenseUse) -> str | None:
    """The policy class of a licence (cli.md 3.4); None when nothing says it."""
    enforcement = (use.enforcement or "").upper()
    if enforcement.startswith("EXPORT"):
        return "export"
    if enforcement and not enforcement.startswith("NOT"):
        return "enforced"
    kind = (use.license_type or "").lower()
    if kind in POLICY_CLASSES:
        return kind
    # Releases that do not print the type; what the AIR licences are: cli.md 3.3.
    if use.name.startswith("air-network-"):
        return "perpetual"
    return "subscription" if use.name.startswith("air-dna-") else None


def _with_days(
    classes: tuple[ClassDue, ...], last_ack: datetime | None, deadline: datetime | None, now: datetime
) -> tuple[ClassDue, ...]:
    """Deadline formula, cli.md 3.1: ACK + frequency; before any ACK, first consumption + strictest first report.

    The first consumption is not printed. It is the deadline less the strictest requirement of the classes in use.
    """
    strictest = min((due.first for due in classes if due.in_use and due.first), default=None)
    began = deadline - timedelta(days=strictest) if deadline is not None and strictest else None

    def counted(due: ClassDue) -> ClassDue:
        first = following = None
        if due.in_use and last_ack is not None and due.ongoing:
            following = days_between(now, last_ack + timedelta(days=due.ongoing))
        if due.in_use and last_ack is None and began is not None and due.first:
            first = days_between(now, began + timedelta(days=due.first))
        return ClassDue(due.name, due.in_use, due.first, due.ongoing, first, following)

    return tuple(counted(due) for due in classes)
