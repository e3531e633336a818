# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage reports across the air gap, and their ACKs back: two archives and a directory between them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.bundle import (
    BundleAccount,
    BundleMember,
    read_usage_bundle,
    write_ack_bundle,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.model import UsageEntry
from ansible_collections.c9800.slp.plugins.plugin_utils.bundles.acks import export_acks, import_acks
from ansible_collections.c9800.slp.plugins.plugin_utils.bundles.usage import export_usage, import_usage

from tests.unit.archive import _samples
from tests.unit.archive._samples import TRUST, A, B, C, ack, add_ack, states, sudi, usage
from tests.unit.files._samples import compact

NONE = AccountName()
CAMPUS = {
    "smart_account": "example.com",
    "virtual_account": "Campus",
    "smart_account_id": "11",
    "virtual_account_id": "21",
}
BRANCH = {**CAMPUS, "virtual_account": "Branch", "virtual_account_id": "22"}
OTHER = {"smart_account": "example.org", "virtual_account": "Campus"}


def add_usage(folder: PiFolder, *ids: int, **more: Any) -> UsageEntry:
    return _samples.add_usage(folder, *ids, udi=folder.udi, **more)


@pytest.fixture
def inside(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "inside")


@pytest.fixture
def outside(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "outside")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    path = tmp_path / "stick"
    path.mkdir()
    return path


def test_there_and_back(inside: Archive, outside: Archive, stick: Path) -> None:
    add_usage(inside.pi(A), 1, 2, facts=CAMPUS)
    add_usage(inside.pi(B), 7, facts=BRANCH)

    out = export_usage(inside, stick, default=NONE)
    assert out.product_instances == {str(A), str(B)}
    assert [path.name for path in stick.iterdir()] == [Path(out.files[0].path).name]

    taken = import_usage(outside, stick, default=NONE)
    assert taken.changed
    assert taken.problems == []
    assert {str(folder.udi): folder.state().virtual_account for folder in outside.pis()} == {
        str(A): "Campus",
        str(B): "Branch",
    }
    original = inside.pi(A).state().usages[0]
    assert outside.pi(A).usage_data(outside.pi(A).usage(original.sha256)) == inside.pi(A).usage_data(original)

    add_ack(outside.pi(A), "[]", [1, 2])
    half = export_acks(outside, stick)
    assert half.product_instances == {str(A)}
    assert "CSSM has not answered" in half.problems[0]
    add_ack(outside.pi(B), [{"report_id": 7, "sudi": sudi(B)}], [7])
    whole = export_acks(outside, stick)
    assert Path(whole.files[0].path).name == f"ACK_{Path(out.files[0].path).name}"

    back = import_acks(inside, stick)
    assert back.problems == []
    assert back.product_instances == {str(A), str(B)}
    assert states(inside.pi(A)) == {1: "acknowledged", 2: "acknowledged"}
    assert states(inside.pi(B)) == {7: "acknowledged"}


def test_a_second_run_of_each_step_changes_nothing(inside: Archive, outside: Archive, stick: Path) -> None:
    add_usage(inside.pi(A), 1, facts=CAMPUS)
    for _again in range(2):
        steps = [export_usage(inside, stick, default=NONE), import_usage(outside, stick, default=NONE)]
        add_ack(outside.pi(A), "[]", [1])
        steps.append(export_acks(outside, stick))
    steps.append(import_acks(inside, stick))
    assert [step.changed for step in steps] == [False, False, False, True]
    assert not import_acks(inside, stick).changed
    assert len(list(stick.iterdir())) == 2


def test_what_is_acknowledged_stays_at_home(inside: Archive, stick: Path) -> None:
    add_usage(inside.pi(A), 1, facts=CAMPUS)
    add_ack(inside.pi(A), "[]", [1])
    out = export_usage(inside, stick, default=NONE)
    assert out.files == []
    assert list(stick.iterdir()) == []


def test_a_new_report_makes_a_new_bundle_and_a_lost_bundle_is_written_again(inside: Archive, stick: Path) -> None:
    add_usage(inside.pi(A), 1, facts=CAMPUS)
    first = export_usage(inside, stick, default=NONE).files[0]
    add_usage(inside.pi(A), 1, 2, facts=CAMPUS)
    second = export_usage(inside, stick, default=NONE).files[0]
    assert second.changed
    # The newer file holds both reports, so the older one need not travel again.
    bundle = read_usage_bundle(Path(second.path).read_bytes(), name="x")
    assert len(bundle.members) == 1
    assert first.path != second.path
    Path(second.path).unlink()
    assert export_usage(inside, stick, default=NONE).changed


def test_one_bundle_for_each_smart_account(inside: Archive, stick: Path) -> None:
    add_usage(inside.pi(A), 1, facts=CAMPUS)
    add_usage(inside.pi(B), 1, facts=OTHER)
    add_usage(inside.pi(C), 1)
    out = export_usage(inside, stick, default=AccountName("example.com", "Spare"))
    assert [(file.smart_account, file.product_instances) for file in out.files] == [
        ("example.com", [str(C), str(A)]),
        ("example.org", [str(B)]),
    ]


def test_smart_accounts_known_by_id_alone_are_kept_apart(inside: Archive, outside: Archive, stick: Path) -> None:
    ids = ("smart_account_id", "virtual_account_id")
    add_usage(inside.pi(A), 1, facts=dict(zip(ids, ("11", "21"), strict=True)))
    add_usage(inside.pi(B), 2, facts=dict(zip(ids, ("12", "22"), strict=True)))
    assert len(export_usage(inside, stick, default=NONE).files) == 2
    import_usage(outside, stick, default=AccountName("example.com", "Spare"))
    assert [AccountName.of(outside.pi(udi).state().facts).ids for udi in (A, B)] == [("11", "21"), ("12", "22")]


def test_one_id_of_a_smart_account_serves_its_bundle_and_blanks_around_names_do_no_harm(
    inside: Archive, stick: Path
) -> None:
    add_usage(inside.pi(A), 1, facts={"smart_account": "example.com", "virtual_account": " Atrium "})
    add_usage(inside.pi(B), 2, facts=CAMPUS)
    (file,) = export_usage(inside, stick, default=NONE).files
    bundle = read_usage_bundle(Path(file.path).read_bytes(), name="x")
    assert bundle.smart_account_id == "11"
    assert [account.virtual_account for account in bundle.accounts] == ["Atrium", "Campus"]


def test_two_bundles_of_one_millisecond_do_not_overwrite_each_other(tmp_path: Path, stick: Path) -> None:
    archive = Archive(tmp_path / "inside", now=lambda: datetime(2026, 3, 2, tzinfo=UTC))
    add_usage(archive.pi(A), 1, facts=CAMPUS)
    add_usage(archive.pi(B), 2, facts=OTHER)
    export_usage(archive, stick, default=NONE)
    bundles = [read_usage_bundle(path.read_bytes(), name=path.name) for path in stick.iterdir()]
    assert {bundle.smart_account for bundle in bundles} == {"example.com", "example.org"}


def test_a_trust_request_alone_is_sent(inside: Archive, stick: Path) -> None:
    data, rum = usage(rest=TRUST)
    inside.pi(A).add_usage(data, rum, name="trust.xml", facts=CAMPUS)
    assert export_usage(inside, stick, default=NONE).product_instances == {str(A)}


def test_an_answered_trust_request_stays_at_home(inside: Archive, stick: Path) -> None:
    """Inside the air gap nobody records a submission; the answer tells."""
    data, rum = usage(1, rest=TRUST)
    inside.pi(A).add_usage(data, rum, name="usage.xml", facts=CAMPUS)
    add_ack(inside.pi(A), "[]", [1])
    assert export_usage(inside, stick, default=NONE).files == []


def test_one_ack_for_reports_of_two_files_reaches_both(inside: Archive, outside: Archive, stick: Path) -> None:
    """CSSM answers a product instance once, from however many files its reports came."""
    add_usage(inside.pi(A), 1, facts=CAMPUS)
    add_usage(inside.pi(A), 2, facts=CAMPUS)
    export_usage(inside, stick, default=NONE)
    import_usage(outside, stick, default=NONE)
    add_ack(outside.pi(A), "[]", [1, 2])
    assert export_acks(outside, stick).problems == []
    assert import_acks(inside, stick).changed
    assert states(inside.pi(A)) == {1: "acknowledged", 2: "acknowledged"}
    assert not import_acks(inside, stick).changed


def test_the_ack_of_the_reports_answers_a_trust_request_beside_them(
    inside: Archive, outside: Archive, stick: Path
) -> None:
    info = f"<smartLicenseSystemInfo><data>{compact({'sudi': sudi(A)})}</data></smartLicenseSystemInfo>"
    data, rum = usage(rest=TRUST + info)
    inside.pi(A).add_usage(data, rum, name="trust.xml", facts=CAMPUS)
    add_usage(inside.pi(A), 1, facts=CAMPUS)
    export_usage(inside, stick, default=NONE)
    assert import_usage(outside, stick, default=NONE).problems == []
    add_ack(outside.pi(A), [{"report_id": 1}], [1])
    assert export_acks(outside, stick).problems == []
    assert import_acks(inside, stick).problems == []
    assert inside.pi(A).state().unsubmitted_trust() is None


def test_without_the_bundles_each_smart_account_has_its_newest_answered(
    inside: Archive, outside: Archive, stick: Path, tmp_path: Path
) -> None:
    add_usage(inside.pi(A), 1, facts=CAMPUS)
    export_usage(inside, stick, default=NONE)
    import_usage(outside, stick, default=NONE)
    add_usage(inside.pi(A), 1, 2, facts=CAMPUS)
    add_usage(inside.pi(B), 7, facts=OTHER)
    newest = {f"ACK_{Path(file.path).name}" for file in export_usage(inside, stick, default=NONE).files}
    import_usage(outside, stick, default=NONE)
    add_ack(outside.pi(A), "[]", [1, 2])
    add_ack(outside.pi(B), "[]", [7])
    elsewhere = tmp_path / "elsewhere"
    assert len(newest) == 2
    assert {Path(file.path).name for file in export_acks(outside, elsewhere).files} == newest


def test_two_runs_that_read_the_same_bundle_leave_one_answer(outside: Archive, stick: Path) -> None:
    folder = outside.pi(A)
    entry = add_usage(folder, 1, facts=CAMPUS)
    for _run in range(2):
        folder.record_bundled(entry.sha256, "UD_SA_x.tar.gz", "dev_a.txt")
    add_ack(folder, "[]", [1])
    assert export_acks(outside, stick).product_instances == {str(A)}


def test_check_mode_writes_nothing(inside: Archive, outside: Archive, stick: Path) -> None:
    add_usage(inside.pi(A), 1, facts=CAMPUS)
    assert export_usage(inside, stick, default=NONE, check=True).changed
    assert list(stick.iterdir()) == []
    export_usage(inside, stick, default=NONE)
    assert import_usage(outside, stick, default=NONE, check=True).changed
    assert outside.pis() == []


def test_a_file_taken_by_hand_and_its_ack(outside: Archive, inside: Archive, stick: Path) -> None:
    """The portal answers ``RUM.xml`` with ``ACK_RUM.xml``."""
    data, _rum = usage(4)
    (stick / "RUM.xml").write_bytes(data)
    import_usage(outside, stick / "RUM.xml", default=AccountName("example.com", "Campus"))
    (stick / "ACK_RUM.xml").write_bytes(ack("[]")[0])
    assert import_acks(outside, stick / "ACK_RUM.xml").problems == []
    assert states(outside.pi(A)) == {4: "acknowledged"}


def test_an_ack_under_a_foreign_name_finds_its_device_by_the_udi_inside(inside: Archive, stick: Path) -> None:
    add_usage(inside.pi(A), 1)
    (stick / "ACK_download (1).xml").write_bytes(ack([{"report_id": 1, "sudi": sudi(A)}])[0])
    assert import_acks(inside, stick).problems == []
    assert states(inside.pi(A)) == {1: "acknowledged"}


def test_a_bad_member_is_told_and_the_others_are_read(inside: Archive, stick: Path) -> None:
    add_usage(inside.pi(A), 1, facts=CAMPUS)
    add_usage(inside.pi(B), 2, facts=CAMPUS)
    export_usage(inside, stick, default=NONE)
    good, bad = (folder.state().usages[0].members[0][1] for folder in inside.pis())
    members = [
        BundleMember("", ack("[]")[0], f"ACK_{good}"),
        BundleMember("", ack([{"report_id": 2, "sudi": sudi(C)}])[0], f"ACK_{bad}"),
        BundleMember("", b"<html>Please log in</html>", "ACK_dev_x.txt"),
    ]
    name, data = write_ack_bundle(
        [BundleAccount("", "", members)], smart_account="", smart_account_id="", now=inside.now(), created_by="x"
    )
    (stick / name).write_bytes(data)
    back = import_acks(inside, stick)
    assert [states(folder) for folder in inside.pis()] == [{1: "acknowledged"}, {2: "collected"}]
    assert len(back.problems) == 2
    assert all(name in problem for problem in back.problems)
    assert bad in back.problems[0]
    assert str(C) in back.problems[0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("UD_SA_x.tar.gz", b"\x1f\x8bnonsense", "UD_SA_x.tar.gz"),
        ("UD_SA_x.tar.gz", b"<html></html>", "UD_SA_x.tar.gz"),
        ("UD_SA_x.tar.gz", b"", "UD_SA_x.tar.gz"),
    ],
)
def test_a_bad_bundle_changes_nothing(outside: Archive, stick: Path, name: str, content: bytes, said: str) -> None:
    (stick / name).write_bytes(content)
    taken = import_usage(outside, stick, default=NONE)
    assert len(taken.problems) == 1
    assert said in taken.problems[0]
    assert outside.pis() == []


@pytest.mark.parametrize(("carry", "name"), [(import_usage, "UD_SA_huge.tar.gz"), (import_acks, "ACK_huge.txt")])
def test_a_file_of_a_gibibyte_is_refused_by_its_size(outside: Archive, stick: Path, carry: Any, name: str) -> None:
    with (stick / name).open("wb") as file:
        file.truncate(2**30)
    carriage = carry(outside, stick) if carry is import_acks else carry(outside, stick, default=NONE)
    (problem,) = carriage.problems
    assert f"{name}: has {2**30} octets; at most" in problem
    assert (carriage.files, outside.pis()) == ([], [])


def test_an_ack_that_is_refused_does_not_count_as_read(inside: Archive, stick: Path) -> None:
    folder = inside.pi(A)
    entry = add_usage(folder, 1, facts=CAMPUS)
    folder.record_bundled(entry.sha256, "UD_SA_x.tar.gz", "dev_a.txt")
    (stick / "ACK_dev_a.txt").write_bytes(ack([{"report_id": 1, "sudi": sudi(B)}])[0])
    carriage = import_acks(inside, stick)
    assert "is for another product instance" in carriage.problems[0]
    assert (carriage.product_instances, carriage.changed) == (set(), False)


def test_an_empty_directory_is_an_error_with_a_next_step(outside: Archive, stick: Path) -> None:
    with pytest.raises(ArchiveError, match=r"holds nothing to read\. Expected there: UD_SA_\*\.tar\.gz"):
        import_usage(outside, stick, default=NONE)
