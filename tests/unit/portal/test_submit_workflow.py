# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the archive to CSSM and back, with a server on loopback."""

from __future__ import annotations

import base64
import json

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import PortalAuthError, PortalError
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import read_rum
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.model import SubmitReport

from tests.unit.portal.servers import OPENAPI, Canned, Cssm, ack_document
from tests.unit.portal.submit_tools import STANDBY, WLC, Clock, Run, collect, states, submissions, sudi_of

REAL_REPORT = OPENAPI.parents[1] / "rum/c9800-cl_17.09.02_rum-1671840750.xml"


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
    assert entry["sudi"] == sudi_of(WLC[0])
    assert [used["signature"]["sudi"] for used in entry["usage"]] == [sudi_of(WLC[0]), sudi_of(STANDBY)]
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
