# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tickets are asked for at the pace of the portal until their ACKs are there, or for good reason no more."""

from __future__ import annotations

import base64
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive

from tests.unit.portal.servers import FIRST_POLL_ID, Canned, Cssm, ack_document
from tests.unit.portal.submit_tools import (
    WLC,
    Clock,
    Run,
    collect,
    polls,
    sent_and_accepted,
    states,
    submissions,
    sudi_of,
)


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
    entry = {"sudi": sudi_of(WLC[0]), "smart_license": document, "error_code": "E7", "status_message": "partly"}
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
