# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the archive to CSSM and back, with a server on loopback, killed and disturbed at every step."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError, PortalAuthError, PortalError
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.model import SubmitReport
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.workflow import submit_archive

from tests.unit.portal.conftest import MakeClient
from tests.unit.portal.servers import FIRST_POLL_ID, OPENAPI, Canned, Cssm, ack_document

REAL_REPORT = OPENAPI.parents[1] / "rum/c9800-cl_17.09.02_rum-1671840750.xml"
WLC = [Udi("C9800-CL-K9", f"9SIM000000{n}") for n in range(1, 7)]
STANDBY = Udi("C9800-CL-K9", "9SIM0000099")
ACCOUNT = AccountName("work.example", "Default")


def usage_file(udi: Udi, numbers: Iterable[int], *, trust: str = "", standby: Udi | None = None) -> bytes:
    """A file as a device saves it, with signatures of no device."""
    reports = "".join(f"<RUMReport><![CDATA[{_report(udi, n, standby)}]]></RUMReport>" for n in numbers)
    return f"<smartLicense>{reports}{trust}</smartLicense>".encode()


def _report(udi: Udi, number: int, standby: Udi | None) -> str:
    sudi = _sudi(udi)
    ha = [{"role": "Active", "sudi": sudi}]
    if standby:
        ha.append({"role": "Standby", "sudi": _sudi(standby)})
    payload = {
        "version": "2.0",
        "asset_identification": {"report_id": number, "asset": {"name": "regid.sim"}, "instance": {"sudi": sudi}},
        "meta": {"entitlement_tag": "regid.sim-tag", "ha_udi": ha},
        "measurements": [],
    }
    signature = {"sudi": sudi, "signing_type": "test", "key": "k", "value": "dg=="}
    return json.dumps({"payload": json.dumps(payload), "signature": signature})


def _sudi(udi: Udi) -> dict[str, str]:
    return {"udi_pid": udi.pid, "udi_serial_number": udi.sn}


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds))
        self.now += seconds


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def clock() -> Clock:
    return Clock()


Run = Callable[..., SubmitReport]


@pytest.fixture
def run(archive: Archive, make_client: MakeClient, clock: Clock) -> Run:
    """A run of its own: a new client, as after a kill."""

    def run(client: dict[str, Any] | None = None, **options: Any) -> SubmitReport:
        values: dict[str, Any] = {"default_account": ACCOUNT, "wait": 100, "clock": clock, "sleep": clock.sleep}
        return submit_archive(archive, make_client(**(client or {})), **{**values, **options})

    return run


def collect(archive: Archive, udi: Udi, *numbers: int, facts: dict[str, Any] | None = None, **more: Any) -> PiFolder:
    data = usage_file(udi, numbers, **more)
    archive.pi(udi).add_usage(data, read_rum(data), name="SAVED_RUM.txt", facts=facts or {})
    return archive.pi(udi)


def states(archive: Archive) -> dict[str, dict[int, str]]:
    return {
        folder.udi.sn: {number: status.state for number, status in folder.state().reports.items()}
        for folder in archive.pis()
    }


# -- the whole way -------------------------------------------------------------------------------------------------


def test_reports_of_a_fleet_are_submitted_and_acknowledged(
    archive: Archive, run: Run, cssm: Cssm, profile: str, clock: Clock
) -> None:
    cssm.rounds, cssm.interval = 1, 20
    for udi in WLC:
        collect(archive, udi, 1, 2)
    report = run(batch_size=4)
    assert [len(call.body["data"]["reports"]) for call in submissions(cssm)] == [4, 2]
    assert (report.failed, report.changed, report.problems) == (False, True, [])
    assert report.counts == {
        "submitted": 12, "duplicates": 0, "acknowledged": 12, "waiting": 0, "refused": 0, "problems": 0,
    }  # fmt: skip
    assert set(states(archive)["9SIM0000001"].values()) == {"acknowledged"}
    first = report.results[WLC[0]].as_dict()
    assert (first["submitted"], first["acknowledged"], len(first["acks"])) == ([1, 2], [1, 2], 1)
    folder = archive.pi(WLC[0])
    assert folder.ack_data(folder.state().acks[0]) == ack_document(WLC[0].pid, WLC[0].sn, [1, 2])
    assert 15 <= clock.slept[0] <= 20  # an interval after the submission, which is a moment ago
    assert f"{WLC[0]} report 1: collected\n" in report.diff()["before"]
    assert f"{WLC[0]} report 1: acknowledged\n" in report.diff()["after"]


def submissions(cssm: Cssm) -> list[Any]:
    return [seen for seen in cssm.seen if seen.path.endswith(("reportusage", "report-usage", "report-usage-legacy"))]


def polls(cssm: Cssm) -> list[Any]:
    return cssm.calls("/poll")


def test_a_second_run_has_nothing_to_do_and_asks_nobody(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1)
    run()
    seen = len(cssm.seen)
    report = run()
    assert (report.changed, report.failed, report.concerned) == (False, False, [])
    assert report.message == "Nothing to submit and nothing to fetch"
    assert len(cssm.seen) == seen


def test_check_mode_says_what_would_be_submitted(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1, 2, trust="<TrustRequest>t</TrustRequest>")
    before = (archive.pi(WLC[0]).path / "ledger.jsonl").read_bytes()
    report = run(check=True)
    assert (report.changed, report.results[WLC[0]].submitted, report.results[WLC[0]].trust_requests) == (
        True,
        [1, 2],
        1,
    )
    assert "2 reports would be submitted" in report.message
    assert f"{WLC[0]} report 2: submitted\n" in report.diff()["after"]
    assert cssm.seen == []
    assert (archive.pi(WLC[0]).path / "ledger.jsonl").read_bytes() == before


def test_the_real_report_goes_through_octet_for_octet(archive: Archive, run: Run, cssm: Cssm) -> None:
    if not REAL_REPORT.exists():
        pytest.skip("../shared/samples/rum is not there")
    data = REAL_REPORT.read_bytes()
    rum = read_rum(data, name=REAL_REPORT.name)
    archive.pi(rum.reports[0].udi).add_usage(data, rum, name=REAL_REPORT.name, facts={})
    assert run().counts["acknowledged"] == 1
    (entry,) = submissions(cssm)[0].body["data"]["reports"]
    original = json.loads(data.decode().partition("[CDATA[")[2].rpartition("]]>")[0])
    assert entry["usage"] == [{"payload": original["payload"], "signature": original["signature"]}]
    assert entry["sudi"] == original["signature"]["sudi"]


def test_accounts_of_the_devices_come_before_the_default(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1)
    collect(archive, WLC[1], 1, facts={"smart_account": "WORK.example", "virtual_account": "Wireless Lab"})
    collect(archive, WLC[2], 1, facts={"smart_account_id": "7", "virtual_account_id": "8"})
    collect(archive, WLC[3], 1, facts={"smart_account": "nobody.example"})
    report = run()
    headers = [call.headers for call in submissions(cssm)]
    ids = [(sent["X-CSW-SMART-ACCOUNT-ID"], sent["X-CSW-VIRTUAL-ACCOUNT-ID"]) for sent in headers]
    assert ids == [("12", "22"), ("12", "23"), ("7", "8")]
    assert "Smart Account nobody.example is not among" in report.results[WLC[3]].problems[0]
    assert (report.failed, report.counts["acknowledged"], report.counts["problems"]) == (False, 3, 1)


def test_ids_given_by_the_user_are_not_looked_up(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1)
    run(default_account=AccountName("work.example", "Default", "5", "6"))
    assert [call.path for call in cssm.seen if "accounts" in call.path and "poll" not in call.path] == []
    assert submissions(cssm)[0].headers["X-CSW-SMART-ACCOUNT-ID"] == "5"


def test_without_an_account_the_remedy_is_told(archive: Archive, run: Run) -> None:
    collect(archive, WLC[0], 1)
    report = run(default_account=AccountName("work.example"))
    assert report.failed
    assert "Set smart_account and virtual_account" in report.problems[0]
    assert str(WLC[0]) in report.problems[0]


def test_only_the_product_instances_asked_for(archive: Archive, run: Run) -> None:
    for udi in WLC[:3]:
        collect(archive, udi, 1)
    report = run(product_instances=[WLC[1], WLC[5]])
    assert states(archive)["9SIM0000001"] == {1: "collected"}
    assert states(archive)["9SIM0000002"] == {1: "acknowledged"}
    assert report.problems == [f"{WLC[5]}: the archive holds nothing of it. Collect its reports first"]
    assert not report.failed


def test_a_pair_is_one_product_instance(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1, standby=STANDBY)
    collect(archive, STANDBY, 2, standby=WLC[0])  # after a switchover
    cssm.ack = lambda pid, sn, numbers: ack_document(STANDBY.pid, STANDBY.sn, numbers)
    report = run(product_instances=[STANDBY])
    (entry,) = submissions(cssm)[0].body["data"]["reports"]
    assert entry["sudi"] == _sudi(WLC[0])
    assert [used["signature"]["sudi"] for used in entry["usage"]] == [_sudi(WLC[0]), _sudi(STANDBY)]
    assert report.results[WLC[0]].acknowledged == [1, 2]


def test_each_unit_of_a_pair_may_have_an_ack_of_its_own(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1, standby=STANDBY)
    collect(archive, STANDBY, 2)  # alone for a while, so that its reports name no partner
    cssm.ack = lambda pid, sn, numbers: ack_document(pid, sn, [1] if sn == WLC[0].sn else [2])
    report = run()
    (result,) = report.results.values()
    assert (result.acknowledged, result.refused, report.problems) == ([1, 2], {}, [])
    events = (archive.pi(WLC[0]).path / "ledger.jsonl").read_text()
    assert '"refused"' not in events


def test_a_refused_trust_request_leaves_an_earlier_ticket_alone(archive: Archive, run: Run, cssm: Cssm) -> None:
    folder = collect(archive, WLC[0], trust="<TrustRequest>1</TrustRequest>")
    run(wait=0)
    collect(archive, WLC[0], trust="<TrustRequest>2</TrustRequest>")
    cssm.script["report-usage"] = cssm.script["reportusage"] = [Canned(200, {"status": "FAILED", "message": "no"})]
    report = run(wait=0)
    assert (report.tickets_pending, len(folder.state().open_tickets)) == (1, 1)
    assert "no" in report.problems[0]


def test_trust_requests_go_along(archive: Archive, run: Run, cssm: Cssm) -> None:
    request = '<TrustRequest a="1"><![CDATA[{"sudi":1}]]></TrustRequest>'
    collect(archive, WLC[0], 1, trust=request)
    info = '{"software_tag_identifier":"regid.of-the-file"}'
    collect(
        archive,
        WLC[1],
        trust=f"{request}<smartLicenseSystemInfo><data>{info}</data></smartLicenseSystemInfo>",
    )
    report = run()
    sent = submissions(cssm)[0].body["data"]["reports"]
    assert [[base64.b64decode(part).decode() for part in entry["trust_requests"]] for entry in sent] == [[request]] * 2
    assert [len(entry["usage"]) for entry in sent] == [1, 0]
    assert [entry["software_tag_identifier"] for entry in sent] == ["regid.sim", "regid.of-the-file"]
    assert [report.results[udi].trust_requests for udi in WLC[:2]] == [1, 1]
    assert len(archive.pi(WLC[1]).state().acks) == 1
    assert not run().concerned


def test_calls_are_limited_in_size(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], *range(1, 11))
    assert run(max_bytes=3000).counts["acknowledged"] == 10
    calls = submissions(cssm)
    assert len(calls) > 2
    assert all(len(json.dumps(call.body)) < 4500 for call in calls)


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
def test_the_legacy_method_hands_in_files(archive: Archive, run: Run, cssm: Cssm) -> None:
    cssm.ack = lambda pid, sn, numbers: ack_document(pid, sn, [1, 2])
    folder = collect(archive, WLC[0], 1, 2)
    report = run({"method": "report_usage_legacy"})
    (entry,) = submissions(cssm)[0].body["data"]["reports"]
    assert base64.b64decode(entry["licenses"]) == folder.usage_data(folder.state().usages[0])
    assert report.results[WLC[0]].acknowledged == [1, 2]
    collect(archive, WLC[0], 1, 2, 3)
    cssm.script["report-usage-legacy"] = [Canned(200, {"status": "FAILED", "message": "Duplicate report 1"})]
    report = run({"method": "report_usage_legacy"})
    assert "report_usage" in report.problems[0]
    assert run().results[WLC[0]].submitted == [3]


# -- duplicates and refusals ---------------------------------------------------------------------------------------


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


# -- killed --------------------------------------------------------------------------------------------------------


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


def sent_and_accepted(cssm: Cssm) -> dict[tuple[str, int], int]:
    """How often each report is part of an accepted call."""
    held: dict[tuple[str, int], int] = {}
    for ticket in cssm.tickets.values():
        for _unused, serial, numbers in ticket:
            for number in numbers:
                held[serial, number] = held.get((serial, number), 0) + 1
    return held


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


# -- tickets -------------------------------------------------------------------------------------------------------


def test_runs_at_the_same_time(archive: Archive, run: Run, cssm: Cssm) -> None:
    for udi in WLC:
        collect(archive, udi, 1, 2)
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda _: run(poll_interval=0.01, clock=time.monotonic, sleep=time.sleep), range(3)))
    assert [report.problems for report in reports] == [[], [], []]
    assert sum(report.counts["submitted"] for report in reports) == 12
    assert set(sent_and_accepted(cssm).values()) == {1}
    assert {state for found in states(archive).values() for state in found.values()} == {"acknowledged"}


def test_wait_zero_only_submits(archive: Archive, run: Run, cssm: Cssm, clock: Clock) -> None:
    collect(archive, WLC[0], 1)
    report = run(wait=0)
    assert (report.results[WLC[0]].submitted, report.results[WLC[0]].waiting) == ([1], [1])
    assert (polls(cssm), clock.slept) == ([], [])
    seen = len(cssm.seen)
    assert run(wait=0).results[WLC[0]].waiting == [1]
    assert len(cssm.seen) == seen
    report = run()
    assert (report.results[WLC[0]].submitted, report.results[WLC[0]].acknowledged) == ([], [1])
    assert polls(cssm)[0].body["data"]["poll_id"] == FIRST_POLL_ID


def test_the_servers_interval_is_kept(archive: Archive, run: Run, cssm: Cssm, clock: Clock) -> None:
    cssm.rounds, cssm.interval = 99, 30
    collect(archive, WLC[0], 1)
    assert run(wait=100).results[WLC[0]].waiting == [1]
    assert (len(polls(cssm)), clock.slept[1:]) == (3, [30, 30])
    cssm.interval = 300
    assert run(wait=100).results[WLC[0]].waiting == [1]
    assert len(polls(cssm)) <= 4  # then CSSM asks for more time than there is
    slept = len(clock.slept)
    run(wait=100, poll_interval=5)
    assert set(clock.slept[slept + 1 :]) == {5}


def test_messages_and_errors_while_waiting(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1)
    cssm.script["poll"] = [
        Canned(200, {"status": "OK_POLL", "message": "please hold"}),
        Canned(500, "oops"),
        Canned(200, "<html>"),
    ]
    report = run()
    assert (report.results[WLC[0]].acknowledged, report.problems) == ([1], [])
    assert "please hold" in report.results[WLC[0]].notes[0]
    collect(archive, WLC[0], 2)
    cssm.script["poll"] = [Canned(500, "oops")] * 200
    report = run()
    assert (report.results[WLC[0]].waiting, report.failed) == ([2], True)
    assert "oops" in report.problems[0]
    cssm.script["poll"] = [Canned(403)]
    assert "refuses access" in run().problems[0]
    assert run().results[WLC[0]].acknowledged == [2]


def test_a_portal_that_wants_to_be_left_alone_is(archive: Archive, run: Run, cssm: Cssm, clock: Clock) -> None:
    for udi in WLC[:2]:
        collect(archive, udi, 1)
    run(wait=0, batch_size=1)
    cssm.script["poll"] = [Canned(429, "", {"Retry-After": "600"})]
    report = run(wait=500)
    assert (len(polls(cssm)), report.tickets_pending, len(report.problems)) == (1, 2, 1)
    cssm.script["poll"] = [Canned(429, "", {"Retry-After": "600"})]
    before = clock.now
    assert run(wait=900).counts["acknowledged"] == 2
    assert clock.now - before >= 600
    assert len(polls(cssm)) == 4


def test_after_its_retries_a_call_still_leaves_the_portal_alone(
    archive: Archive, run: Run, cssm: Cssm, clock: Clock, pauses: list[float]
) -> None:
    collect(archive, WLC[0], 1)
    run(wait=0)
    cssm.script["poll"] = [Canned(429, "", {"Retry-After": "100"})] * 4
    before = clock.now
    assert run(wait=200).counts["acknowledged"] == 1
    assert pauses == [100.0] * 3
    assert clock.now - before >= 100


def test_nobody_else_is_submitted_when_the_portal_wants_rest(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1)
    collect(archive, WLC[1], 1, facts={"smart_account": "wework.example", "virtual_account": "Default"})
    busy = [Canned(503, "", {"Retry-After": "600"})]
    cssm.script["report-usage"] = cssm.script["reportusage"] = busy
    report = run(wait=500)
    assert (len(submissions(cssm)), polls(cssm), report.failed) == (1, [], True)
    assert "Retry-After 600" in report.portal_error
    assert [bool(report.results[udi].problems) for udi in WLC[:2]] == [True, True]


def test_a_ticket_of_another_portal_is_not_asked_for(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1)
    run(wait=0)
    report = run({"base_url": f"{cssm.url}/elsewhere"})
    assert polls(cssm) == []
    assert "run with that base_url" in report.results[WLC[0]].notes[0]


def test_a_ticket_serves_product_instances_that_were_not_asked_for(archive: Archive, run: Run) -> None:
    for udi in WLC[:2]:
        collect(archive, udi, 1)
    run(wait=0)
    report = run(product_instances=[WLC[0]])
    assert list(report.results) == [WLC[0]]
    assert states(archive) == {"9SIM0000001": {1: "acknowledged"}, "9SIM0000002": {1: "acknowledged"}}


def test_a_ticket_that_cssm_forgot(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1)
    run(wait=0)
    cssm.tickets.clear()
    report = run()
    assert "does not know ticket" in report.results[WLC[0]].refused[1]
    report = run(resubmit_refused=True)  # what CSSM has is a duplicate then
    assert (report.results[WLC[0]].duplicates, report.failed) == ([1], False)


@pytest.mark.parametrize(
    ("ack", "state", "words"),
    [
        (lambda pid, sn, n: None, "refused", "CSSM-ERR-048: no such device"),
        (lambda pid, sn, n: b"<smartLicense>", "submitted", "ACK_C9800-CL-K9_9SIM0000001_"),
        (lambda pid, sn, n: ack_document("C9800-CL-K9", "TTM0000A001", n), "submitted", "another product instance"),
        (lambda pid, sn, n: ack_document(pid, sn, [77]), "submitted", "names none of the reports"),
        (lambda pid, sn, n: ack_document(pid, sn, n[:1]), "acknowledged", "does not name them"),
        (
            lambda pid, sn, n: ack_document(pid, sn, n).replace(b'"ACK"', b'"NACK", "status_message": "no"'),
            "refused",
            "no",
        ),
    ],
    ids=["error", "cut", "other device", "other reports", "partly", "nack"],
)
def test_results_that_are_no_acknowledgement(
    archive: Archive, run: Run, cssm: Cssm, ack: Any, state: str, words: str
) -> None:
    cssm.ack = lambda pid, sn, numbers: ack(pid, sn, numbers) if sn == "9SIM0000001" else ack_document(pid, sn, numbers)
    for udi in WLC[:2]:
        collect(archive, udi, 1, 2)
    report = run()
    assert states(archive)["9SIM0000001"][1] == state
    assert words in report.results[WLC[0]].problems[0]
    assert "9SIM0000001" in report.results[WLC[0]].problems[0]
    assert report.results[WLC[1]].acknowledged == [1, 2]


def test_an_acknowledgement_with_a_remark(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1)
    document = base64.b64encode(ack_document(WLC[0].pid, WLC[0].sn, [1])).decode()
    entry = {"sudi": _sudi(WLC[0]), "smart_license": document, "error_code": "E7", "status_message": "partly"}
    cssm.script["poll"] = [Canned(200, {"status": "COMPLETE", "data": {"license_data": [entry]}})]
    report = run()
    assert report.results[WLC[0]].acknowledged == [1]
    assert "E7: partly" in report.results[WLC[0]].notes[0]


def test_waiting_ends_although_the_portal_is_slow(archive: Archive, run: Run, cssm: Cssm, clock: Clock) -> None:
    for udi in WLC[:3]:
        collect(archive, udi, 1)
    run(wait=0, batch_size=1)
    cssm.script["poll"] = [Canned(500)] * 9
    clock.now += 1000

    def slow() -> float:
        clock.now += 30
        return clock.now

    report = run(wait=100, clock=slow, poll_interval=1)
    assert report.tickets_pending == 3
    assert len(polls(cssm)) < 3


def test_a_result_without_the_product_instance(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1)
    cssm.script["poll"] = [Canned(200, {"status": "COMPLETE", "data": {"acknowledgements": []}})]
    report = run()
    assert "holds nothing for this product instance" in report.results[WLC[0]].refused[1]


def test_cssm_cannot_say(archive: Archive, run: Run, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1)
    cssm.script["poll"] = [Canned(200, {"status": "FAILED", "message": "CSSM-ERR-048"})]
    report = run()
    assert (states(archive)["9SIM0000001"][1], report.failed) == ("submitted", True)
    assert "CSSM-ERR-048" in report.problems[0]
    assert run().results[WLC[0]].acknowledged == [1]


# -- the portal fails ----------------------------------------------------------------------------------------------


def test_wrong_credentials_change_nothing(archive: Archive, run: Run) -> None:
    folder = collect(archive, WLC[0], 1)
    before = (folder.path / "ledger.jsonl").read_bytes()
    with pytest.raises(PortalAuthError, match="invalid_client"):
        run({"client_secret": "wrong"})
    assert (folder.path / "ledger.jsonl").read_bytes() == before


def test_a_portal_that_goes_away_in_the_middle(archive: Archive, run: Run, cssm: Cssm, profile: str) -> None:
    for udi in WLC[:3]:
        collect(archive, udi, 1)
    collect(archive, WLC[3], 1, facts={"smart_account": "wework.example", "virtual_account": "Default"})
    path = "reportusage" if profile == "swapi" else "report-usage"
    cssm.script[path] = [Canned(500, "oops")]
    report = run(batch_size=2)
    assert (report.failed, len(report.problems)) == (False, 1)
    assert [bool(report.results[udi].problems) for udi in WLC[:4]] == [True, True, True, False]
    cssm.script[path] = [Canned(after="hang")]
    report = run({"timeout": 0.3}, batch_size=2)
    assert report.failed
    assert "nothing within" in report.portal_error
    assert run().counts["acknowledged"] == 3


def test_the_archive_may_be_empty(run: Run, cssm: Cssm) -> None:
    assert not run().concerned
    assert cssm.seen == []


def test_problem_and_note_are_said_once(archive: Archive, run: Run) -> None:
    report = SubmitReport()
    for _unused in range(2):
        report.result(WLC[0]).add_problem(PortalError("x"))
        report.result(WLC[1]).add_problem("x")
        report.result(WLC[0]).add_note("y")
    assert (report.problems, report.result(WLC[0]).notes) == (["x"], ["y"])
    assert report.message.endswith("2 with problems")
