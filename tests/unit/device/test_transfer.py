# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files from and to flash, octet for octet, whatever terminal or SCP server the device has."""

from __future__ import annotations

import hashlib
import re
from typing import Literal

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ConnectionLost, TransferError
from ansible_collections.c9800.slp.plugins.plugin_utils.device import textfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import DROP, Lab, Terminal

XML = b'<?xml version="1.0"?>\n<smartLicense>\n <RUMReport><![CDATA[{"a":"\\"<none>"}]]></RUMReport>\n</smartLicense>'
PIECES = st.sampled_from(
    [
        b"<",
        b">",
        b"\n",
        b"\r\n",
        b"\n\n",
        b'"',
        b"\\",
        b"$",
        b"{[",
        b"&amp;",
        b"text ",
        b"wlc-lab-01#",
        b"<none>",
        b"\xc3\xa9",
        b"%",
    ]
)
FILES = st.lists(PIECES, min_size=1, max_size=60).map(b"".join)


def md5(data: bytes) -> str:
    return hashlib.md5(data).hexdigest()


@given(FILES, st.sampled_from([b"\r\n", b"\n"]))
def test_any_file_is_restored_from_what_a_terminal_shows(data: bytes, newline: bytes) -> None:
    """LF becomes CR LF (or stays), and the prompt begins a line whether or not the file ended with one."""
    shown = data.replace(b"\n", newline)
    ends = [shown, shown + b"\r\n"] if data.endswith(b"\n") else [shown + b"\r\n"]
    for end in ends:
        assert textfile.restore(end, size=len(data), md5=md5(data)) == data


@given(FILES)
def test_a_file_that_differs_is_never_taken(data: bytes) -> None:
    shown = data.replace(b"\n", b"\r\n")
    assert textfile.restore(shown, size=len(data), md5=md5(data + b"x")) is None
    restored = textfile.restore(shown, size=len(data), md5=None)
    assert restored is None or len(restored) == len(data)


@given(st.binary(max_size=600))
def test_tcl_lines_are_short_plain_and_give_the_octets_back(data: bytes) -> None:
    lines = list(textfile.tcl_script("bootflash:x", data))
    assert all(len(line) <= 200 and line.isascii() and line.isprintable() and "?" not in line for line in lines)
    strings = [re.fullmatch(r'puts -nonewline \$f "((?:[^"\\$\[{]|\\\d{3})*)"', line) for line in lines[2:-1]]
    text = "".join(match.group(1) for match in strings if match)
    assert all(strings)
    assert re.sub(r"\\(\d{3})", lambda m: chr(int(m.group(1), 8)), text).encode("latin-1") == data


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=FILES)
def test_more_over_a_real_session(lab: Lab, data: bytes) -> None:
    """Even a file with lines that are the device's prompt."""
    if not lab.drivers:
        lab.login(Terminal())
    driver = lab.drivers[0]
    lab.served[0].terminal.files["f.xml"] = data
    assert driver.fetch("bootflash:f.xml", size=len(data), md5=md5(data), transfer="cli") == data


@pytest.mark.parametrize("transfer", ["cli", "scp"])
@pytest.mark.parametrize("second_channel", [True, False])
def test_both_ways_both_directions(lab: Lab, transfer: Literal["cli", "scp"], second_channel: bool) -> None:
    served = lab.serve(Terminal(scp=True, second_channel=second_channel))
    driver = lab.login(served)
    data = XML * 50 + b"\r\n\x00\xff?|"
    driver.put("bootflash:f.xml", data, transfer=transfer)
    assert served.terminal.files["f.xml"] == data
    assert driver.fetch("bootflash:f.xml", size=len(data), md5=md5(data), transfer=transfer) == data
    assert served.terminal.logins == (3 if transfer == "scp" and not second_channel else 1)
    assert driver.run("show privilege") == "Current privilege level is 15"


def test_without_a_line_for_scp_the_session_carries_the_file(lab: Lab) -> None:
    served = lab.serve(Terminal(scp=True, second_channel=False, lines=1))
    driver = lab.login(served)
    driver.put("bootflash:f.xml", XML)
    assert served.terminal.files["f.xml"] == XML
    assert driver.fetch("bootflash:f.xml", size=len(XML), md5=None) == XML
    with pytest.raises(TransferError, match=r"wlc1: the device takes no second login for SCP \(user 'slp'"):
        driver.put("bootflash:f.xml", XML, transfer="scp")


def test_small_files_come_by_more_big_ones_by_scp(lab: Lab) -> None:
    served = lab.serve(Terminal(scp=True, files={"small": XML, "big": XML * 4000}))
    driver = lab.login(served)
    driver.fetch("bootflash:small", size=len(XML), md5=md5(XML))
    driver.fetch("bootflash:big", size=len(XML * 4000), md5=md5(XML * 4000))
    assert [line for line in served.terminal.typed if line.startswith("more")] == ["more bootflash:small"]


def test_a_big_file_comes_by_more_where_scp_is_off(lab: Lab) -> None:
    data = XML * 4000
    driver = lab.login(Terminal(files={"big": data}))
    assert driver.fetch("bootflash:big", size=len(data), md5=md5(data)) == data


def test_what_more_garbles_comes_by_scp(lab: Lab) -> None:
    data = b"a\r\nb\n"
    driver = lab.login(Terminal(scp=True, files={"f": data}, replies={"more bootflash:f": "a\nb\n"}))
    assert driver.fetch("bootflash:f", size=len(data), md5=md5(data)) == data


def test_a_file_that_cannot_be_had_whole(lab: Lab) -> None:
    driver = lab.login(Terminal(files={"f": XML}, replies={"more bootflash:f": "<garbled/>\n"}))
    with pytest.raises(TransferError) as error:
        driver.fetch("bootflash:f", size=len(XML), md5=md5(XML))
    told = str(error.value)
    assert told.startswith("wlc1: bootflash:f: the device does not serve SCP (Administratively disabled.")
    assert f"'more' does not give the file's {len(XML)} octets" in told
    assert "ip scp server enable" in told
    assert driver.run("show privilege"), "the session goes on"


def test_a_file_that_is_gone(lab: Lab) -> None:
    with pytest.raises(TransferError, match=r"No such file or directory"):
        lab.login().fetch("bootflash:f", size=10, md5=None, transfer="cli")


def test_the_session_breaks_in_the_middle_of_more(lab: Lab) -> None:
    driver = lab.login(Terminal(replies={"more bootflash:f": [XML[:40], 0.1, DROP]}))
    with pytest.raises(ConnectionLost) as error:
        driver.fetch("bootflash:f", size=len(XML), md5=md5(XML))
    assert "wlc1: the session ended in the middle of 'more bootflash:f', after" in str(error.value)
    assert f"(the file has {len(XML)})" in str(error.value)


def test_more_shows_another_file_of_the_same_size(lab: Lab) -> None:
    driver = lab.login(Terminal(files={"f": XML}))
    with pytest.raises(TransferError) as error:
        driver.fetch("bootflash:f", size=len(XML), md5=md5(b"another"), transfer="cli")
    assert "what 'more' shows differs from the file on the device (MD5). Run again; if it stays so" in str(error.value)


def test_a_full_flash_has_a_next_step(lab: Lab) -> None:
    driver = lab.login(Terminal(tcl_error="No space left on device"))
    with pytest.raises(TransferError, match=r"Make room on it"):
        driver.put("bootflash:f", XML, transfer="cli")


def test_a_device_without_tclsh_and_scp(lab: Lab) -> None:
    driver = lab.login(Terminal(replies={"tclsh": "Command authorization failed.\n\n"}))
    with pytest.raises(TransferError, match=r"wlc1: the device has no tclsh for us.*ip scp server enable"):
        driver.put("bootflash:f", XML)
    assert driver.run("show privilege")


def test_tcl_that_fails_is_told(lab: Lab) -> None:
    served = lab.serve(Terminal(tcl_error='couldn\'t open "bootflash:f": no space left on device'))
    driver = lab.login(served)
    with pytest.raises(TransferError, match=r"wlc1: bootflash:f: tclsh does not write the file \(couldn't open"):
        driver.put("bootflash:f", XML, transfer="cli")
    assert driver.run("show privilege")
