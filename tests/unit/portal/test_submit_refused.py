# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports that CSSM has already or does not want, and archives that are damaged or in use, hold up nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder

from tests.unit.portal.servers import Cssm
from tests.unit.portal.submit_tools import WLC, Run, collect, states, submissions


def test_duplicates_are_found_among_others(archive: Archive, run: Run, cssm: Cssm) -> None:
    for udi in WLC:
        collect(archive, udi, *range(1, 9))
    cssm.accepted = {("9SIM0000003", 5): 1, ("9SIM0000003", 6): 1, ("9SIM0000006", 1): 1}
    report = run()
    assert report.results[WLC[2]].duplicates == [5, 6]
    assert report.results[WLC[5]].duplicates == [1]
    assert report.counts["acknowledged"] == 6 * 8  # the ACK of the others closes the duplicates as well
    assert (report.failed, report.problems) == (False, [])
    assert "Collect and submit again" in report.results[WLC[2]].notes[0]
    assert len(submissions(cssm)) < 25


def test_all_duplicates(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1, 2, 3)
    cssm.accepted = {("9SIM0000001", n): 1 for n in (1, 2, 3)}
    report = run()
    assert sorted(report.results[WLC[0]].duplicates) == [1, 2, 3]
    assert report.results[WLC[0]].waiting == []
    assert not run().concerned
    collect(archive, WLC[0], 1, 2, 3, 4)
    assert run().results[WLC[0]].submitted == [4]
    assert set(states(archive)["9SIM0000001"].values()) == {"acknowledged"}


def test_one_bad_report_stops_nobody(archive: Archive, run: Run, cssm: Cssm) -> None:
    for udi in WLC:
        collect(archive, udi, *range(1, 6))
    cssm.refused = lambda sn, n: f"Report {n} of {sn} is malformed" if (sn, n) == ("9SIM0000004", 3) else ""
    report = run()
    assert report.counts["acknowledged"] == 29
    assert report.results[WLC[3]].refused == {3: "HTTP 200: Report 3 of 9SIM0000004 is malformed"}
    assert states(archive)["9SIM0000004"][3] == "refused"
    assert str(WLC[3]) in report.problems[0]
    assert not report.failed
    assert not run().concerned  # not again, unless asked for or collected again
    cssm.refused = lambda sn, n: ""
    assert run(resubmit_refused=True).results[WLC[3]].acknowledged == [3]


def test_a_product_instance_that_cssm_does_not_want(archive: Archive, run: Run, cssm: Cssm) -> None:
    for udi in WLC[:3]:
        collect(archive, udi, *range(1, 51))
    cssm.refused = lambda sn, n: "UDI_IN_DIFFERENT_ACCOUNT" if sn == "9SIM0000002" else ""
    report = run()
    assert report.counts["acknowledged"] == 100
    assert len(report.results[WLC[1]].refused) == 50
    assert len(report.problems) == 1
    assert len(submissions(cssm)) < 10  # the same words for each half: it is not a report
    collect(archive, WLC[1], *range(1, 52))
    assert run().results[WLC[1]].refused.keys() == set(range(1, 52))


def test_what_was_refused_before_holds_up_nobody(archive: Archive, run: Run, cssm: Cssm) -> None:
    for udi in WLC[:2]:
        collect(archive, udi, 1)
    cssm.refused = lambda sn, n: f"bad {sn}" if n == 1 else ""
    run()
    for udi in WLC[:2]:
        collect(archive, udi, 2)
    seen = len(submissions(cssm))
    report = run(resubmit_refused=True)
    assert report.counts["acknowledged"] == 2
    assert [len(call.body["data"]["reports"]) for call in submissions(cssm)[seen:]] == [2, 1, 1]


def test_files_that_changed_are_named_and_stop_nobody(archive: Archive, run: Run, cssm: Cssm) -> None:
    folder = collect(archive, WLC[0], 1)
    collect(archive, WLC[0], 2)
    collect(archive, WLC[1], 1)
    file = folder.path / "usage" / f"{folder.state().usages[0].sha256}.xml"
    file.write_bytes(file.read_bytes()[:-40])
    report = run()
    assert (report.results[WLC[0]].acknowledged, report.results[WLC[1]].acknowledged) == ([2], [1])
    (problem,) = report.problems
    assert str(WLC[0]) in problem
    assert file.name in problem


def test_a_damaged_ledger_stops_nobody(archive: Archive, run: Run) -> None:
    folder = collect(archive, WLC[0], 1)
    collect(archive, WLC[0], 2)
    collect(archive, WLC[1], 1)
    ledger = folder.path / "ledger.jsonl"
    lines = ledger.read_text().splitlines()
    ledger.write_text("\n".join([lines[0], lines[1][:-9], *lines[2:], ""]))
    report = run()
    assert report.results[WLC[1]].acknowledged == [1]
    assert "ledger" in report.results[WLC[0]].problems[0]


def test_a_folder_in_use_is_left_alone(archive: Archive, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    collect(archive, WLC[0], 1)
    collect(archive, WLC[1], 1)

    def busy(self: PiFolder, timeout: float = 30) -> Any:
        if self.udi == WLC[0]:
            raise ArchiveError("is in use by another run", subject=str(self.path))
        return locked(self, timeout)

    locked = PiFolder.locked
    monkeypatch.setattr(PiFolder, "locked", busy)
    report = run()
    assert report.results[WLC[1]].acknowledged == [1]
    assert "in use by another run" in report.results[WLC[0]].problems[0]
