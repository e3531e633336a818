# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""File commands and tclsh at the command line."""

from __future__ import annotations

import hashlib

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.faults import Faults

from tests.unit.mock.ssh_double import FakeDevice, Screen

DATA = b'<a x="1">\xc3\xa9</a>\r\nlast'


@pytest.fixture
def screen() -> Screen:
    device = FakeDevice()
    device.flash.write("U.xml", DATA)
    return Screen(device, faults=Faults())


def quiet(screen: Screen) -> None:
    screen.type("configure terminal", "file prompt quiet", "end")


def test_dir_names_the_file_and_the_room(screen: Screen) -> None:
    text = screen.type("dir bootflash:U.xml")
    assert text.startswith(
        "dir bootflash:U.xml\r\nDirectory of bootflash:/U.xml\r\n\r\n11     -rw-                21  "
    )
    assert text.endswith("8000000000 bytes total (3999995904 bytes free)\r\nwlc1#")
    assert "%Error opening bootflash:/x (No such file or directory)\r\nwlc1#" in screen.type("dir flash:x")
    assert "%Error opening harddisk: (No such device)" in screen.type("dir harddisk:")


def test_more_prints_the_octets(screen: Screen) -> None:
    assert screen.type("more U.xml").encode() == b'more U.xml\r\n<a x="1">\xc3\xa9</a>\r\r\nlast\r\nwlc1#'
    screen.device.flash.write("odd", b"\xff\xfe\x00")
    assert screen.type("more odd").encode("utf-8", "surrogateescape") == b"more odd\r\n\xff\xfe\x00\r\nwlc1#"
    assert "Number of lines which match regexp = 1\r\n" in screen.type("more bootflash:U.xml | count last")


def test_verify_gives_the_digest(screen: Screen) -> None:
    digest = hashlib.md5(DATA).hexdigest()
    assert f".Done!\r\nverify /md5 (bootflash:/U.xml) = {digest}\r\n" in screen.type("verify /md5 bootflash:/U.xml")
    assert f"Verified (U.xml) = {digest}" in screen.type(f"verify /md5 U.xml {digest}")
    assert f"Submitted signature = {'0' * 32}\r\n" in screen.type(f"verify /md5 U.xml {'0' * 32}")
    assert "%Error verifying x (No such file or directory)" in screen.type("verify /md5 x")


def test_a_platform_without_verify() -> None:
    assert "% Invalid input detected" in Screen(FakeDevice(md5=False)).type("verify /md5 U.xml")


def test_a_wrong_digest_on_demand() -> None:
    faults = Faults()
    faults.add({"match": "^verify", "action": "wrong_digest", "times": 1})
    device = FakeDevice()
    device.flash.write("U.xml", DATA)
    screen = Screen(device, faults=faults)
    assert hashlib.md5(DATA).hexdigest() not in screen.type("verify /md5 U.xml")
    assert hashlib.md5(DATA).hexdigest() in screen.type("verify /md5 U.xml")


def test_delete_asks_twice(screen: Screen) -> None:
    assert screen.type("delete bootflash:U.xml").endswith("Delete filename [U.xml]? ")
    assert screen.type("").endswith("Delete bootflash:/U.xml? [confirm]")
    assert screen.type("n", end="").endswith("Delete of file aborted!\r\nwlc1#")
    screen.type("delete bootflash:U.xml", "")
    assert screen.type("\r", end="") == "\r\nwlc1#"
    assert "U.xml" not in screen.device.flash


def test_a_confirmation_is_not_given_by_the_rest_of_a_line_end(screen: Screen) -> None:
    screen.type("delete bootflash:U.xml", "", end="\r\n")
    assert "U.xml" in screen.device.flash


@pytest.mark.parametrize("prepare", ["delete /force", "quiet"])
def test_delete_without_questions(screen: Screen, prepare: str) -> None:
    if prepare == "quiet":
        quiet(screen)
    command = "delete bootflash:U.xml" if prepare == "quiet" else f"{prepare} bootflash:U.xml"
    assert screen.type(command) == f"{command}\r\nwlc1#"
    assert screen.type(command) == f"{command}\r\n%Error deleting bootflash:U.xml (No such file or directory)\r\nwlc1#"


def test_copy_asks_for_the_name_and_before_it_overwrites(screen: Screen) -> None:
    assert screen.type("copy bootflash:U.xml bootflash:V.xml").endswith("Destination filename [V.xml]? ")
    assert "21 bytes copied in 0.010 secs" in screen.type("")
    assert screen.type("copy U.xml flash:", "V.xml").endswith("Do you want to over write? [confirm]")
    assert screen.type("n", end="").endswith("%Error: copy aborted\r\nwlc1#")
    screen.type("copy U.xml flash:", "V.xml")
    assert "21 bytes copied" in screen.type("")
    assert "%Error opening bootflash:x (No such file or directory)" in screen.type("copy bootflash:x bootflash:y")
    quiet(screen)
    assert "21 bytes copied" in screen.type("copy bootflash:U.xml bootflash:W.xml")
    assert sorted(screen.device.flash) == ["U.xml", "V.xml", "W.xml"]


def test_copying_to_a_full_medium() -> None:
    device = FakeDevice(flash_free=8192)
    device.flash.write("U.xml", b"x" * 5000)
    text = Screen(device).type("copy bootflash:U.xml bootflash:V.xml", "")
    assert "%Error writing bootflash:V.xml (No space left on device)\r\nwlc1#" in text


def test_saving_the_configuration(screen: Screen) -> None:
    assert screen.type("copy running-config startup-config").endswith("Destination filename [startup-config]? ")
    assert screen.type("") == "\r\nBuilding configuration...\r\n[OK]\r\nwlc1#"
    assert screen.type("wr mem").endswith("[OK]\r\nwlc1#")
    quiet(screen)
    assert screen.type("copy run start").endswith("[OK]\r\nwlc1#")
    assert screen.device.events == ["saved"] * 3
    screen.type("copy running-config bootflash:backup")
    assert b"hostname wlc1" in screen.device.flash.read("backup")
    screen.type("configure terminal", "no file prompt", "end")
    assert screen.type("copy run start").endswith("[startup-config]? ")


def test_rename_and_mkdir(screen: Screen) -> None:
    assert screen.type("mkdir bootflash:slp").endswith("Create directory filename [slp]? ")
    assert screen.type("") == "\r\nCreated dir bootflash:slp\r\nwlc1#"
    assert screen.type("rename bootflash:U.xml bootflash:slp/V.xml").endswith("[V.xml]? ")
    screen.type("")
    assert list(screen.device.flash) == ["slp", "slp/V.xml"]
    quiet(screen)
    screen.type("rename slp/V.xml U.xml", "mkdir more")
    assert "%Error Creating dir more (File exists)" in screen.type("mkdir more")
    assert list(screen.device.flash) == ["slp", "U.xml", "more"]


def test_file_systems(screen: Screen) -> None:
    assert "*   8000000000    3999995904      disk     rw   bootflash: flash:\r\n" in screen.type("show file systems")
    text = screen.type("show flash:")
    assert "1           21 Nov 04 2026 09:05:07.0000000000 +00:00 U.xml\r\n" in text
    assert "3999995904 bytes available (4000004096 bytes used)\r\n" in text


@pytest.mark.parametrize(
    ("script", "data"),
    [
        (
            ['set f [open "bootflash:x" w]', 'puts -nonewline $f "a\\n\\"b\\"\\$\\[c\\]\\\\"', "close $f"],
            b'a\n"b"$[c]\\',
        ),
        (["set f [open bootflash:x w]", 'puts $f {<a b="$c">[d]\\n}', "close $f"], b'<a b="$c">[d]\\n\n'),
        (['set f [open "x" w]', 'puts -nonewline $f "\\x00041\\u00e9\\xff\\101"', "close $f"], b"A\xc3\xa9\xffA"),
        (
            ['set f [open "x" w]', "puts $f one", "close $f", "set f [open x a]", "puts $f two", "close ${f}"],
            b"one\ntwo\n",
        ),
        (['puts [open "bootflash:x" w+] {first', "second", "}"], b"first\nsecond\n\n"),
        (["set f [open x w]", "fconfigure $f -translation binary", "puts -nonewline $f é", "flush $f"], "é".encode()),
    ],
)
def test_tclsh_writes_files(screen: Screen, script: list[str], data: bytes) -> None:
    assert screen.type("tclsh") == "tclsh\r\nwlc1(tcl)#"
    screen.type(*script)
    assert screen.type("tclquit") == "tclquit\r\nwlc1#"
    assert screen.device.flash.read("bootflash:x") == data


def test_tclsh_answers(screen: Screen) -> None:
    screen.type("tclsh")
    assert screen.type("set f [open x w]") == "set f [open x w]\r\nfile0\r\nwlc1(tcl)#"
    assert screen.type("puts $g a") == 'puts $g a\r\ncan\'t read "g": no such variable\r\nwlc1(tcl)#'
    assert screen.type('puts $f "one').endswith("\r\n+>")
    assert screen.type('two"') == 'two"\r\nwlc1(tcl)#'
    assert screen.type("close file7").endswith('can not find channel named "file7"\r\nwlc1(tcl)#')
    assert screen.type("puts").endswith('wrong # args: should be "puts ..."\r\nwlc1(tcl)#')
    assert screen.type("show privilege").endswith("level is 15\r\nwlc1(tcl)#")
    assert screen.type("").endswith("\r\nwlc1(tcl)#")


def test_tclsh_on_a_full_medium() -> None:
    screen = Screen(FakeDevice(flash_free=0))
    screen.type("tclsh", "set f [open bootflash:x w]", "puts $f data")
    assert "%Error writing bootflash:x (No space left on device)\r\nwlc1(tcl)#" in screen.type("close $f")
