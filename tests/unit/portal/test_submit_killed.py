# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed at any step is finished by the next, and no ticket is lost."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder

from tests.unit.portal.servers import Cssm
from tests.unit.portal.submit_tools import WLC, Run, collect, sent_and_accepted, states


class Killed(BaseException):
    """The process ends here."""


STEPS = {
    "before the intent": ("record_submitting", False),
    "before the call": ("record_submitting", True),
    "before the ticket": ("record_submitted", False),
    "before the poll": ("record_submitted", True),
    "before the ACK": ("add_ack", False),
    "after the ACK": ("add_ack", True),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_run_is_finished_by_the_next(
    archive: Archive, run: Run, cssm: Cssm, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    for udi in WLC[:3]:
        collect(archive, udi, 1, 2)
    method, done = STEPS[step]
    original = getattr(PiFolder, method)

    def killed(self: PiFolder, *args: Any, **kwargs: Any) -> Any:
        if self.udi != WLC[1]:
            return original(self, *args, **kwargs)
        if done:
            original(self, *args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(PiFolder, method, killed)
        with pytest.raises(Killed):
            run()
    report = run()
    assert not report.failed
    assert all(number == 1 for number in sent_and_accepted(cssm).values())
    # WLC 1 kept the ticket that covers all three: the others find it there by the nonce of their intent.
    assert report.counts["duplicates"] == 0
    assert report.counts["acknowledged"] == {"before the ACK": 4, "after the ACK": 2}.get(step, 6)
    assert {state for reports in states(archive).values() for state in reports.values()} == {"acknowledged"}


def test_a_ticket_is_found_with_a_product_instance_that_was_not_asked_for(
    archive: Archive, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for udi in WLC[:2]:
        collect(archive, udi, 1)
    original = PiFolder.record_submitted

    def killed(self: PiFolder, *args: Any) -> None:
        if self.udi == WLC[1]:
            raise Killed
        original(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(PiFolder, "record_submitted", killed)
        with pytest.raises(Killed):
            run()
    report = run(product_instances=[WLC[1]])
    assert (report.results[WLC[1]].duplicates, report.results[WLC[1]].acknowledged) == ([], [1])


def test_a_ticket_that_nobody_kept(archive: Archive, run: Run, cssm: Cssm, monkeypatch: pytest.MonkeyPatch) -> None:
    for udi in WLC[:3]:
        collect(archive, udi, 1, 2)

    def killed(self: PiFolder, *args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(PiFolder, "record_submitted", killed)
        with pytest.raises(Killed):
            run()
    report = run()
    assert (report.counts["duplicates"], report.failed) == (6, False)
    assert "Collect and submit again" in report.results[WLC[0]].notes[0]
    assert all(number == 1 for number in sent_and_accepted(cssm).values())
    for udi in WLC[:3]:  # the next ACK closes what was lost
        collect(archive, udi, 1, 2, 3)
    assert run().counts["submitted"] == 3
    assert {state for reports in states(archive).values() for state in reports.values()} == {"acknowledged"}


def test_a_ledger_that_cannot_be_written_before_the_call(
    archive: Archive, run: Run, cssm: Cssm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for udi in WLC[:2]:
        collect(archive, udi, 1)
    original = PiFolder.record_submitting

    def full(self: PiFolder, *args: Any) -> None:
        if self.udi == WLC[0]:
            raise ArchiveError("no space left", subject=str(self.path))
        original(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(PiFolder, "record_submitting", full)
        report = run()
    assert report.results[WLC[1]].acknowledged == [1]
    assert "no space left" in report.results[WLC[0]].problems[0]
    assert list(cssm.accepted) == [("9SIM0000002", 1)]


def test_a_ledger_that_cannot_be_written_after_the_call(
    archive: Archive, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for udi in WLC[:2]:
        collect(archive, udi, 1)
    original = PiFolder.record_submitted

    def full(self: PiFolder, *args: Any) -> None:
        if self.udi == WLC[0]:
            raise ArchiveError("no space left", subject=str(self.path))
        original(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(PiFolder, "record_submitted", full)
        report = run(wait=0)
    assert "no space left" in report.results[WLC[0]].problems[0]
    assert run().counts["acknowledged"] == 2
