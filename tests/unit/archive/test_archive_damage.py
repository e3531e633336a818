# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks that fill up, files that change, ledgers that break."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.ledger import Ledger

from tests.unit.archive._samples import A, ack, add_ack, add_usage, states, usage


@pytest.fixture
def folder(tmp_path: Path) -> PiFolder:
    return Archive(tmp_path / "archive").pi(A)


def test_a_file_that_changed_is_not_handed_out(folder: PiFolder) -> None:
    entry, answer = add_usage(folder, 1), add_ack(folder, [], [1])
    for path in (folder.path / "usage" / f"{entry.sha256}.xml", folder.path / "ack" / f"{answer.sha256}.xml"):
        path.write_bytes(b"\0" * entry.size)
    with pytest.raises(ArchiveError, match=rf"{entry.sha256}.xml: is not what was archived.*Collect .* again"):
        folder.usage_data(entry)
    with pytest.raises(ArchiveError, match=rf"{answer.sha256}.xml: is not what was archived.*Download .* again"):
        folder.ack_data(answer)

    add_usage(folder, 1)  # the same octets again make it good
    assert folder.usage_data(entry) == usage(1)[0]


def test_a_file_that_is_gone_is_named(folder: PiFolder) -> None:
    entry = add_usage(folder, 1)
    (folder.path / "usage" / f"{entry.sha256}.xml").unlink()
    with pytest.raises(ArchiveError, match=rf"{entry.sha256}.xml: is gone from the archive"):
        folder.usage_data(entry)


def test_octets_that_are_not_the_ones_that_were_read_do_not_get_in(folder: PiFolder) -> None:
    data, rum = usage(1)
    with pytest.raises(ArchiveError, match="is not the file that was read"):
        folder.add_usage(data + b" ", rum, name="x", facts={})
    assert states(folder) == {}


def test_unknown_digests_are_said_to_be_unknown(folder: PiFolder) -> None:
    add_usage(folder, 1)
    with pytest.raises(ArchiveError, match=r"ledger.jsonl: does not know the file abcd"):
        folder.usage("abcd")


@pytest.mark.parametrize("kept", [0, 40])
@pytest.mark.parametrize("room", range(8))
def test_a_full_disk_loses_nothing(folder: PiFolder, monkeypatch: pytest.MonkeyPatch, room: int, kept: int) -> None:
    """``room`` writes succeed, then ``kept`` octets more."""
    add_usage(folder, 1)
    real, left = os.write, [room, kept]

    def write(handle: int, data: bytes) -> int:
        if left[0]:
            left[0] -= 1
            return real(handle, data)
        if left[1]:
            size = real(handle, data[: left[1]])
            left[1] = 0
            return size
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        try:
            add_usage(folder, 1, 2)
            add_ack(folder, [{"report_id": 1}], [1])
        except ArchiveError as error:
            told = str(error)
            assert str(folder.path) in told
            assert "No space left on device" in told
            assert "Make room" in told
    assert states(folder)[1] in ("collected", "acknowledged")
    add_usage(folder, 1, 2)
    add_ack(folder, [{"report_id": 1}], [1])
    assert states(folder) == {1: "acknowledged", 2: "collected"}
    assert not list(folder.path.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.EACCES, "the right to read and write"), (errno.EROFS, "Mount the file system for writing")],
)
def test_a_directory_that_cannot_be_written(
    folder: PiFolder, monkeypatch: pytest.MonkeyPatch, number: int, says: str
) -> None:
    add_usage(folder, 1)
    real = os.open

    def refusing(path: Any, flags: int, *mode: Any, **options: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(number, os.strerror(number), str(path))
        return real(path, flags, *mode, **options)

    monkeypatch.setattr(os, "open", refusing)
    with pytest.raises(ArchiveError, match=rf"{folder.path}.*{os.strerror(number)}.*{says}"):
        add_usage(folder, 2)
    assert states(folder) == {1: "collected"}  # reading needs no right to write


def test_a_file_where_a_directory_should_be(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("")
    with pytest.raises(ArchiveError, match=r"archive.*: cannot .*Not a directory"):
        add_usage(Archive(tmp_path / "archive").pi(A), 1)


def test_a_stray_file_among_the_folders_is_no_product_instance(folder: PiFolder) -> None:
    """NFS leaves ``.nfs...`` where an open file is removed."""
    add_usage(folder, 1)
    (folder.path.parent / ".nfs0001").write_text("")
    assert [found.udi for found in folder.archive.pis()] == [A]


def test_a_torn_line_is_passed_over_and_never_glued(folder: PiFolder) -> None:
    add_usage(folder, 1)
    ledger = folder.ledger.path
    whole = ledger.read_bytes()
    add_usage(folder, 2)
    for size in range(len(whole) + 1, len(ledger.read_bytes())):
        ledger.write_bytes(whole)
        add_usage(folder, 2)
        ledger.write_bytes(ledger.read_bytes()[:size])  # killed while writing
        expected = states(folder)
        assert expected in ({1: "collected"}, {1: "collected", 2: "collected"})
        add_usage(folder, 3)
        assert states(folder) == {**expected, 3: "collected"}


def test_a_ledger_torn_at_its_very_beginning(folder: PiFolder) -> None:
    add_usage(folder, 1)
    folder.ledger.path.write_bytes(folder.ledger.path.read_bytes()[:9])
    assert states(folder) == {}
    add_usage(folder, 1)
    assert [found.udi for found in folder.archive.pis()] == [A]
    assert states(folder) == {1: "collected"}


@pytest.mark.parametrize("damage", [b"oops\n", b'{"event":"coll\n', b"[]\n", b"\xff\n", b"[" * 100_000 + b"\n"])
def test_a_damaged_ledger_is_named_with_its_line(folder: PiFolder, damage: bytes) -> None:
    add_usage(folder, 1)
    path = folder.ledger.path
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + damage + lines[1])
    with pytest.raises(ArchiveError, match=rf"{path}: line 2 of the ledger cannot be read.*Restore"):
        folder.state()


def test_events_that_nobody_here_wrote(folder: PiFolder) -> None:
    add_usage(folder, 1)
    folder.ledger.append({"event": "of a later version"})
    assert states(folder) == {1: "collected"}
    folder.ledger.append({"event": "refused", "reports": [1]})
    with pytest.raises(ArchiveError, match=r"ledger.jsonl: holds an event that was not written"):
        folder.state()


def test_the_last_line_is_found_however_long(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    long = {"event": "x", "text": "y" * 200_000}
    ledger.append(long)
    with ledger.path.open("ab") as file:
        file.write(ledger.path.read_bytes()[:150_000])
    ledger.append(long, {"event": "z"})
    assert ledger.read() == [long, long, {"event": "z"}]


def test_big_numbers_stay_whole(folder: PiFolder) -> None:
    add_usage(folder, 2**64 - 1)
    data, doc = ack([{"report_id": 2**64 - 1}])
    folder.add_ack(data, doc, report_ids=[], source="x")
    assert states(folder) == {2**64 - 1: "acknowledged"}
