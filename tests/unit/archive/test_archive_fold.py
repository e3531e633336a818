# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens in whatever order: the ledger and a model that is told the same agree."""

from __future__ import annotations

import shutil
import tempfile
from typing import Any

from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.unit.archive._samples import A, add_ack, add_usage, ticket

SOME = st.sets(st.integers(1, 6), min_size=1, max_size=4)
FINAL = ("acknowledged", "installed")


class Life(RuleBasedStateMachine):
    """The model: for each report its state and its ticket, for each ACK its reports."""

    def __init__(self) -> None:
        super().__init__()
        self.root = tempfile.mkdtemp()
        self.folder = Archive(self.root).pi(A)
        self.state: dict[int, str] = {}
        self.ticket: dict[int, str | None] = {}
        self.newest: dict[int, str] = {}
        self.acks: list[tuple[str, set[int]]] = []
        self.installed: set[str] = set()
        self.count = 0

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    def open(self, ids: set[int]) -> list[int]:
        return [n for n in ids if self.state.get(n) not in FINAL]

    @rule(ids=SOME)
    def collect(self, ids: set[int]) -> None:
        self.count += 1
        entry = add_usage(self.folder, *sorted(ids), rest=f"<!--{self.count}-->")
        for n in ids:
            if self.state.get(n) in (None, "collected", "refused"):
                self.state[n], self.newest[n] = "collected", entry.sha256

    @rule(ids=SOME)
    def submit(self, ids: set[int]) -> None:
        self.count += 1
        self.folder.record_submitting(ids, "f" * 64, "n")
        self.folder.record_submitted(ids, ticket(str(self.count)), "f" * 64)
        for n in self.open(ids):
            self.state[n], self.ticket[n] = "submitted", str(self.count)

    @rule(ids=SOME)
    def duplicate(self, ids: set[int]) -> None:
        self.folder.record_duplicate(ids)
        for n in self.open(ids):
            self.state[n] = "submitted"

    @rule(ids=SOME)
    def refuse(self, ids: set[int]) -> None:
        self.folder.record_refused(ids, "no")
        for n in self.open(ids):
            self.state[n], self.ticket[n] = "refused", None

    @rule(ids=SOME, rejected=SOME, named=st.booleans())
    def acknowledge(self, ids: set[int], rejected: set[int], named: bool) -> None:
        self.count += 1
        array: list[dict[str, Any]] = [{"report_id": n} for n in sorted(ids - rejected)]
        array += [{"report_id": n, "status": "NACK"} for n in sorted(rejected)]
        entry = add_ack(self.folder, array if named else "[covered]", sorted(ids | rejected), str(self.count))
        taken = ids - rejected if named else ids | rejected
        for n in self.open(taken):
            self.state[n] = "acknowledged"
        for n in self.open(rejected):
            self.state[n], self.ticket[n] = "refused", None
        self.acks.append((entry.sha256, taken))

    @precondition(lambda self: self.acks)
    @rule(which=st.integers(0, 100))
    def install(self, which: int) -> None:
        sha256, ids = self.acks[which % len(self.acks)]
        self.folder.record_installed(sha256, {})
        self.installed.add(sha256)
        for n in ids:
            self.state[n] = "installed"

    @invariant()
    def they_agree(self) -> None:
        state = self.folder.state()
        assert {n: r.state for n, r in state.reports.items()} == self.state
        waiting = {t for n, t in self.ticket.items() if t and self.state[n] == "submitted"}
        assert {t.poll_id for t in state.open_tickets} == waiting
        todo = {n: sha256 for n, sha256 in self.newest.items() if self.state[n] == "collected"}
        assert {n: e.sha256 for n, e in state.unsubmitted().items()} == todo
        assert {a.sha256 for a in state.uninstalled()} == {sha for sha, _unused in self.acks} - self.installed


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
