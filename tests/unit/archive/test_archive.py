# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive as collect, submit and install use it."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import device_id, member_name
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import read_rum
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive

from tests.unit.archive._samples import TRUST, A, B, C, ack, add_ack, add_usage, states, sudi, ticket, usage
from tests.unit.files._samples import real

NOW = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
BIG = 2**63 + 1


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "slp" / "archive", now=lambda: NOW)


def test_nothing_is_created_before_the_first_write(archive: Archive) -> None:
    folder = archive.pi(A)
    state = folder.state()
    assert (state.udi, state.reports, state.usages, state.acks) == (A, {}, [], [])
    assert archive.pis() == []
    assert archive.find_member("ACK_dev_C9800-CL-K9_9SIM0000001-ab12cd34_21Apr20_20_56_13_123.txt") is None
    assert not archive.root.exists()


def test_a_report_goes_its_way(archive: Archive) -> None:
    folder = archive.pi(A)
    entry = add_usage(
        folder, 1, BIG, facts={"host": "wlc1", "smart_account": "example.com", "virtual_account": "Default"}
    )
    assert (entry.report_ids, entry.collected, entry.submitted) == ((1, BIG), NOW, False)
    assert folder.usage_data(entry) == usage(1, BIG)[0]
    assert states(folder) == {1: "collected", BIG: "collected"}
    state = folder.state()
    assert (state.smart_account, state.virtual_account) == ("example.com", "Default")
    assert state.usages[-1].collected == NOW
    assert {n: e.sha256 for n, e in state.unsubmitted().items()} == {1: entry.sha256, BIG: entry.sha256}

    folder.record_submitting([1, BIG], entry.sha256, "nonce-1")
    assert folder.state().reports[BIG].nonce == "nonce-1"
    folder.record_submitted([1, BIG], ticket(), entry.sha256)
    state = folder.state()
    assert states(folder) == {1: "submitted", BIG: "submitted"}
    assert (state.unsubmitted(), state.open_tickets, state.reports_of(ticket())) == ({}, [ticket()], [1, BIG])
    assert (state.reports[1].nonce, state.usages[0].submitted) == (None, True)

    answer = add_ack(folder, "[covered]", state.reports_of(ticket()))
    assert folder.ack_data(answer) == ack("[covered]")[0]
    state = folder.state()
    assert states(folder) == {1: "acknowledged", BIG: "acknowledged"}
    assert (state.open_tickets, [a.sha256 for a in state.uninstalled()]) == ([], [answer.sha256])

    folder.record_installed(answer.sha256, {"host": "wlc1"})
    assert states(folder) == {1: "installed", BIG: "installed"}
    assert folder.state().uninstalled() == []


def test_the_same_again_changes_nothing(archive: Archive) -> None:
    folder = archive.pi(A)
    assert add_usage(folder, 1) == add_usage(folder, 1)
    assert add_ack(folder, [{"report_id": 1}], [1]) == add_ack(folder, [{"report_id": 1}], [1])
    assert len(folder.ledger.read()) == 3


def test_a_later_file_does_not_bring_a_report_back(archive: Archive) -> None:
    folder = archive.pi(A)
    add_usage(folder, 1, 2)
    add_ack(folder, [{"report_id": 1}], [1, 2])
    newer = add_usage(folder, 1, 2, 3)
    assert states(folder) == {1: "acknowledged", 2: "collected", 3: "collected"}
    assert {n: e.sha256 for n, e in folder.state().unsubmitted().items()} == {2: newer.sha256, 3: newer.sha256}


def test_what_cssm_has_already_counts_as_submitted(archive: Archive) -> None:
    folder = archive.pi(A)
    entry = add_usage(folder, 1, 2)
    folder.record_submitted([1], ticket(), entry.sha256)
    folder.record_duplicate([1, 2])
    state = folder.state()
    assert states(folder) == {1: "submitted", 2: "submitted"}
    assert state.reports[2].duplicate
    assert (state.open_tickets, state.reports[1].ticket) == ([ticket()], ticket())


def test_a_refused_report_waits_until_it_is_collected_again(archive: Archive) -> None:
    folder = archive.pi(A)
    entry = add_usage(folder, 1)
    folder.record_submitted([1], ticket(), entry.sha256)
    folder.record_refused([1], "wrong account")
    state = folder.state()
    assert (state.reports[1].state, state.reports[1].reason, state.open_tickets) == ("refused", "wrong account", [])
    assert (list(state.unsubmitted()), list(state.unsubmitted(refused=True))) == ([], [1])
    add_usage(folder, 1, 2)
    assert list(folder.state().unsubmitted()) == [1, 2]


def test_an_ack_may_acknowledge_a_part_and_reject_another(archive: Archive) -> None:
    folder = archive.pi(A)
    entry = add_usage(folder, 1, 2, 3)
    folder.record_submitted([1, 2, 3], ticket(), entry.sha256)
    add_ack(folder, [{"report_id": 1}, {"report_id": 2, "status": "NACK", "status_message": "no"}], [1, 2, 3])
    state = folder.state()
    assert states(folder) == {1: "acknowledged", 2: "refused", 3: "submitted"}
    assert (state.reports[2].reason, state.open_tickets) == ("no", [ticket()])


def test_an_ack_for_reports_that_were_never_collected_here(archive: Archive) -> None:
    folder = archive.pi(A)
    add_ack(folder, [{"report_id": 7}], [])
    add_usage(folder, 7, 8)
    assert states(folder) == {7: "acknowledged", 8: "collected"}


def test_an_ack_that_belongs_elsewhere_is_refused(archive: Archive) -> None:
    folder = archive.pi(A)
    add_usage(folder, 1)
    with pytest.raises(ArchiveError, match="is for another product instance than PID:C9800-CL-K9,SN:9SIM0000001"):
        add_ack(folder, [{"report_id": 1, "sudi": sudi(C)}], [1])
    with pytest.raises(ArchiveError, match="names none of the reports"):
        add_ack(folder, [{"report_id": 2}], [1])
    assert states(folder) == {1: "collected"}
    assert not (folder.path / "ack").exists()


def test_a_file_that_belongs_elsewhere_is_refused(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match=r"usage\.xml: is of another product instance"):
        add_usage(archive.pi(A), 1, udi=C)
    assert archive.pis() == []


def test_a_trust_request_alone_is_followed_too(archive: Archive) -> None:
    folder = archive.pi(A)
    entry = add_usage(folder, rest=TRUST)
    newest = folder.state().unsubmitted_trust()
    assert newest is not None
    assert (newest.sha256, newest.trust_requests) == (entry.sha256, 1)
    folder.record_submitted([], ticket(), entry.sha256)
    state = folder.state()
    assert (state.unsubmitted_trust(), state.open_tickets) == (None, [ticket()])
    add_ack(folder, [], [])
    assert folder.state().open_tickets == []


def test_an_ack_of_reports_does_not_answer_another_tickets_trust_request(archive: Archive) -> None:
    folder = archive.pi(A)
    data, rum = usage(rest=TRUST)
    trust = folder.add_usage(data, rum, name="trust.xml", facts={})
    folder.record_submitted([], ticket("1"), trust.sha256)
    folder.record_submitted([], ticket("2"), trust.sha256)
    folder.record_submitted([5], ticket("2"), add_usage(folder, 5).sha256)
    add_ack(folder, "[]", [5])
    assert folder.state().open_tickets == [ticket("1")]
    add_ack(folder, [{"report_id": 5}], [], "trust")  # names what CSSM has besides
    assert folder.state().open_tickets == []


def test_a_document_without_an_acknowledgement_acknowledges_nothing(archive: Archive) -> None:
    folder = archive.pi(A)
    add_usage(folder, 1)
    data = b"<smartLicensePolicy><policyCode><name>Custom</name></policyCode></smartLicensePolicy>"
    folder.add_ack(data, read_import(data, name="policy.xml"), report_ids=[1], source="test")
    assert states(folder) == {1: "collected"}
    assert [entry.kinds for entry in folder.state().uninstalled()] == [("policy",)]


def test_a_pair_is_one_product_instance(archive: Archive) -> None:
    add_usage(archive.pi(A), 1, standby=B)
    after_switchover = archive.pi(B)
    assert (after_switchover.path, after_switchover.udi) == (archive.pi(A).path, A)
    add_usage(after_switchover, 1, 2, udi=B, standby=A)
    assert states(archive.pi(A)) == {1: "collected", 2: "collected"}
    assert archive.pi(A).state().units == {A, B}
    assert [folder.udi for folder in archive.pis()] == [A]


def test_a_pair_is_known_by_what_the_collect_tells(archive: Archive) -> None:
    early = archive.pi(B)  # looked up before anything was recorded
    add_usage(archive.pi(A), 1, facts={"units": [A, str(B)]})
    add_usage(early, 2, udi=B, facts={"units": [A, B]})
    assert states(archive.pi(B)) == states(archive.pi(A)) == {1: "collected", 2: "collected"}
    assert not early.path.exists()


def test_a_unit_with_a_past_of_its_own_keeps_its_folder(archive: Archive) -> None:
    add_usage(archive.pi(B), 9, udi=B)
    add_usage(archive.pi(C), 1, udi=C)
    add_usage(archive.pi(A), 2, standby=B)
    assert [folder.udi for folder in archive.pis()] == [C, B]
    assert archive.pi(A).path == archive.pi(B).path
    add_usage(archive.pi(C), 3, udi=C, standby=B)
    assert states(archive.pi(C)) == {1: "collected", 3: "collected"}
    assert states(archive.pi(B)) == {9: "collected", 2: "collected"}


def test_a_bundles_member_leads_back_to_its_file(archive: Archive) -> None:
    folder = archive.pi(A)
    entry = add_usage(folder, 1, standby=B)
    name = member_name(device_id(B, entry.sha256), NOW)
    folder.record_bundled(entry.sha256, "UD_SA_x.tar.gz", "by-hand.txt")
    for asked in (name, f"ACK_{name}", f"out/ACK_{name}", "ACK_by-hand.txt"):
        found = archive.find_member(asked)
        assert found is not None
        assert (found[0].path, found[1].sha256, found[1].members) == (
            folder.path,
            entry.sha256,
            [("UD_SA_x.tar.gz", "by-hand.txt")],
        )
    assert archive.find_member(name.replace(entry.sha256[:8], "00000000")) is None
    assert archive.find_member("ACK_other.txt") is None


def test_only_what_may_be_known_is_kept(archive: Archive) -> None:
    folder = archive.pi(A)
    entry = add_usage(folder, 1, facts={"host": "wlc1", "password": "canary", "md5": None})
    folder.record_installed(add_ack(folder, [], [1]).sha256, {"host": "wlc1", "token": "canary"})
    assert entry.facts == {"host": "wlc1"}
    assert b"canary" not in folder.ledger.path.read_bytes()


def test_the_archive_is_the_owners_alone(archive: Archive) -> None:
    add_usage(archive.pi(A), 1, standby=B)
    add_ack(archive.pi(A), [], [1])
    for path in (archive.root, *archive.root.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_the_real_report_is_archived_octet_for_octet(archive: Archive) -> None:
    data = real("rum/c9800-cl_17.09.02_rum-1671840750.xml")
    rum = read_rum(data)
    folder = archive.pi(rum.reports[0].udi)
    entry = folder.add_usage(data, rum, name="x", facts={})
    assert folder.usage_data(entry) == data
    assert list(folder.state().unsubmitted()) == [1671840750]
