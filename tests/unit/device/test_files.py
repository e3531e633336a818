# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``dir`` and ``verify`` print, and the names of our files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError, TransferError
from ansible_collections.c9800.slp.plugins.plugin_utils.device import files

from .conftest import Lab, Terminal

DIR = """\
Directory of bootflash:/

   11  drwx            16384   Jan 5 2024 09:12:33 +00:00  lost+found
324481  drwx             4096  Nov 24 2026 10:00:00 +01:00  .installer
   12  -rw-             2104  Nov 24 2026 10:00:00.0000000000 +00:00  packages.conf
   13  -rw-       1104210432   Nov 3 2026 23:59:01 -05:00  C9800-CL-universalk9.17.12.04.SPA.bin
   14  -rw-               42  Nov 24 2026 10:00:00 +00:00  a name with  blanks.txt
   15  -rw-             9000  Nov 24 2026 10:00:00 +00:00  slp-usage-20261124T100000Z-0a1b2c3d.xml
   16  -rw-             9000  Nov 24 2026 10:00:00 +00:00  slp-kept-usage-20261124T100000Z-0a1b2c3d.xml
   17  -rw-             9000  Nov 23 2026 10:00:00 +00:00  slp-ack-20261123T100000Z-0a1b2c3d.xml
   18  -rw-             9000  Nov 23 2026 10:00:00 +00:00  slp-usage-notes.xml

11353194496 bytes total (4954599424 bytes free)
"""


def test_dir() -> None:
    listing = files.parse_dir(DIR)
    assert listing is not None
    assert (listing.filesystem, listing.free) == ("bootflash", 4954599424)
    assert listing.sizes["C9800-CL-universalk9.17.12.04.SPA.bin"] == 1104210432
    assert listing.sizes["packages.conf"] == 2104
    assert listing.sizes["a name with  blanks.txt"] == 42
    assert "lost+found" not in listing.sizes
    assert listing.leftovers() == [
        ("ack", "slp-ack-20261123T100000Z-0a1b2c3d.xml"),
        ("usage", "slp-usage-20261124T100000Z-0a1b2c3d.xml"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "%Error opening bootflash:/x.xml (No such file or directory)\n",
        "Directory of bootflash:/x.xml\n\n%Error opening bootflash:/x.xml (No such file or directory)\n",
        "% Invalid input detected at '^' marker.\n",
        "",
    ],
)
def test_dir_of_nothing(text: str) -> None:
    assert files.parse_dir(text) is None


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (
            "....Done!\nverify /md5 (bootflash:x) = 0123456789abcdef0123456789ABCDEF\n",
            "0123456789abcdef0123456789abcdef",
        ),
        ("verify /md5 (bootflash:/x) = 0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"),
        ("%Error verifying bootflash:x (No such file or directory)", None),
        ("    ^\n% Invalid input detected at '^' marker.", None),
    ],
)
def test_verify(text: str, digest: str | None) -> None:
    assert files.parse_md5(text) == digest


def test_names_are_unique_safe_and_recognised() -> None:
    now = datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC)
    names = {files.new_name("usage", now) for _unused in range(100)}
    assert len(names) == 100
    for name in names:
        assert files.saved_at(name) == files.saved_at(files.kept_name(name)) == now
        assert files.Listing("bootflash", {name: 1}, None).leftovers() == [("usage", name)]
        assert files.Listing("bootflash", {files.kept_name(name): 1}, None).leftovers() == []
    assert files.saved_at("ACK_usage.txt") is None


@pytest.mark.parametrize(
    "path", ["bootflash:*", "bootflash:", "bootflash:a b", "x", "bootflash:a/../b", "bootflash:a|b"]
)
def test_only_full_names_are_removed(lab: Lab, path: str) -> None:
    served = lab.serve()
    with pytest.raises(TransferError, match="is no full name"):
        files.remove(lab.login(served), path)
    assert not [line for line in served.terminal.typed if line.startswith("delete")]


def test_a_file_that_cannot_be_removed_is_told(lab: Lab) -> None:
    denied = "%Error deleting bootflash:f (Permission denied)\n"
    driver = lab.login(Terminal(files={"f": b"x"}, replies={"delete .*": denied}))
    with pytest.raises(TransferError, match=r"^wlc1: bootflash:f: cannot be removed \(%Error deleting .*Permission"):
        files.remove(driver, "bootflash:f")


def test_removing_what_is_gone_is_fine(lab: Lab) -> None:
    files.remove(lab.login(), "bootflash:f")


def test_an_error_says_whether_anything_was_left(lab: Lab) -> None:
    served = lab.serve(Terminal(files={"f": b"x"}))
    driver = lab.login(served)
    for told in ("bootflash:f was removed from the device", "Nothing was left on the device"):
        with pytest.raises(CommandError, match=told), files.removed_on_error(driver, "bootflash:f"):
            raise CommandError("no")
    assert served.terminal.files == {}
