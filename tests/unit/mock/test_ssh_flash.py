# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated device's file system."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.flash import BLOCK, Flash, FlashError

NOW = datetime(2026, 11, 4, 9, 5, 7, tzinfo=timezone(timedelta(hours=-5, minutes=-30), "EST"))


def flash(free: int = 10 * BLOCK) -> Flash:
    return Flash(size=100 * BLOCK, free=free, now=lambda: NOW)


@pytest.mark.parametrize(
    "path", ["bootflash:U.xml", "flash:U.xml", "flash:/U.xml", "BOOTFLASH:/U.xml", "U.xml", "/U.xml"]
)
def test_a_file_has_one_name_and_many_spellings(path: str) -> None:
    medium = flash()
    medium.write("bootflash:U.xml", b"<x/>\n")
    assert path in medium
    assert medium.read(path) == b"<x/>\n"
    assert medium.url(path) == "bootflash:U.xml"
    assert medium.md5(path) == hashlib.md5(b"<x/>\n").hexdigest()


def test_a_listing_reads_as_that_of_a_device() -> None:
    medium = flash()
    medium.mkdir("tmp")
    medium.write("U.xml", b"x" * 6738)
    assert medium.listing("bootflash:").splitlines() == [
        "Directory of bootflash:/",
        "",
        "11     drwx              4096  Nov 4 2026 09:05:07 -05:30  tmp",
        "12     -rw-              6738  Nov 4 2026 09:05:07 -05:30  U.xml",
        "",
        f"{100 * BLOCK} bytes total ({8 * BLOCK} bytes free)",
    ]
    assert medium.listing("flash:*.xml").splitlines()[2].endswith("  U.xml")
    assert medium.listing("tmp").splitlines()[:3] == ["Directory of bootflash:/tmp", "", "No files in directory"]


@pytest.mark.parametrize(
    ("act", "line"),
    [
        (lambda m: m.read("bootflash:x"), "%Error opening bootflash:x (No such file or directory)"),
        (lambda m: m.listing("flash:x"), "%Error opening bootflash:/x (No such file or directory)"),
        (lambda m: m.md5("flash:x"), "%Error verifying flash:x (No such file or directory)"),
        (lambda m: m.delete("flash:x"), "%Error deleting flash:x (No such file or directory)"),
        (lambda m: m.rename("x", "y"), "%Error renaming x (No such file or directory)"),
        (lambda m: m.write("dir/x", b""), "%Error opening dir/x (No such file or directory)"),
        (lambda m: m.write("bootflash:", b""), "%Error opening bootflash: (Is a directory)"),
        (lambda m: m.read("harddisk:x"), "%Error opening harddisk:x (No such device)"),
    ],
)
def test_errors_are_worded_as_ios_words_them(act: object, line: str) -> None:
    with pytest.raises(FlashError) as caught:
        act(flash())  # type: ignore[operator]
    assert str(caught.value) == line


def test_a_full_medium_keeps_what_fitted() -> None:
    medium = flash(free=2 * BLOCK)
    with pytest.raises(FlashError, match="No space left on device"):
        medium.write("U.xml", b"x" * 3 * BLOCK)
    assert (len(medium.read("U.xml")), medium.free) == (2 * BLOCK, 0)
    medium.delete("U.xml")
    assert medium.free == 2 * BLOCK


def test_replacing_a_file_needs_its_own_room_only_once() -> None:
    medium = flash(free=2 * BLOCK)
    medium.write("U.xml", b"x" * 2 * BLOCK)
    medium.write("U.xml", b"y" * 2 * BLOCK)
    assert medium.read("U.xml") == b"y" * 2 * BLOCK


def test_append_and_rename_and_order() -> None:
    medium = flash()
    medium.write("a", b"1")
    medium.write("a", b"2", append=True)
    medium.rename("a", "flash:b")
    medium.write("c", b"")
    with pytest.raises(FlashError, match="File exists"):
        medium.rename("c", "b")
    assert list(medium) == ["b", "c"]
    assert medium.read("b") == b"12"


def test_faults_of_the_medium() -> None:
    medium = flash()
    medium.write("a", b"1")
    medium.corrupt = medium.full = True
    assert medium.md5("a") != hashlib.md5(b"1").hexdigest()
    with pytest.raises(FlashError, match="No space left on device"):
        medium.write("b", b"1")
    medium.full = False
    medium.write("b", b"1")
