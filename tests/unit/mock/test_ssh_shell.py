# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session at the command line, as it comes on the screen."""

from __future__ import annotations

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.faults import Faults
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.journal import Journal

from tests.unit.mock.ssh_double import FakeDevice, Screen

MARKER = "% Invalid input detected at '^' marker.\r\n\r\n"


def test_login_echo_output_and_prompt() -> None:
    screen = Screen()
    assert screen.text == "\r\nwlc1#"
    assert screen.type("sh ver").startswith("sh ver\r\nCisco IOS XE Software, Version 17.12.04\r\n")
    assert screen.text.endswith("0x2102\r\nwlc1#")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_any_line_end_is_one_enter(end: str) -> None:
    assert Screen().type("show privilege", end=end) == "show privilege\r\nCurrent privilege level is 15\r\nwlc1#"


def test_a_line_end_in_two_pieces_is_one_enter() -> None:
    screen = Screen()
    screen.type("", end="\r")
    assert screen.type("", end="\n") == ""


@pytest.mark.parametrize("line", ["", "   ", "! a comment"])
def test_nothing_to_do(line: str) -> None:
    assert Screen().type(line) == f"{line}\r\nwlc1#"


def test_type_ahead_is_done_line_by_line() -> None:
    text = Screen().type("terminal length 0\nshow privilege\nshow clock\n", end="")
    assert text == (
        "terminal length 0\r\nwlc1#show privilege\r\nCurrent privilege level is 15\r\nwlc1#"
        "show clock\r\n09:05:07.123 UTC Wed Nov 4 2026\r\nwlc1#"
    )


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("show zoo", " " * 10 + "^\r\n" + MARKER),
        ("  sow version", " " * 8 + "^\r\n" + MARKER),
        ("show", "% Incomplete command.\r\n\r\n"),
        ("show f", '% Ambiguous command:  "show f"\r\n'),
        ("show version | foo x", " " * 20 + "^\r\n" + MARKER),
        ("show version | include", "% Incomplete command.\r\n\r\n"),
    ],
)
def test_what_is_not_understood(line: str, answer: str) -> None:
    assert Screen().type(line) == f"{line}\r\n{answer}wlc1#"


def test_editing_a_line() -> None:
    assert Screen().type("shoe\x7fw priw\bvilege").startswith("shoe\b \bw priw\b \bvilege\r\nCurrent privilege")
    assert Screen().type("show version\x17\x17write\x15show privilege").endswith("level is 15\r\nwlc1#")
    assert Screen().type("\x08\x1b\tshow privilege").startswith("show privilege\r\n")
    assert Screen().type("show version\x03", end="") == "show version^C\r\nwlc1#"


def test_a_question_mark_helps_at_once_and_the_line_stays() -> None:
    screen = Screen()
    assert screen.type("show li?", end="") == "show li?\r\nlicense\r\nwlc1#show li"
    assert screen.type("cense ?", end="") == "cense ?\r\n  all\r\nwlc1#show license "
    assert screen.type("all ?", end="") == "all ?\r\n  <cr>\r\nwlc1#show license all "
    assert screen.type("").endswith("Next: <none>\r\nwlc1#")
    assert "  clock\r\n  file\r\n" in screen.type("show ?\x15", end="")
    assert "  <0-512>\r\n" in screen.type("terminal length ?\x15", end="")
    assert "% Unrecognized command\r\n" in screen.type("show zoo?\x15", end="")
    assert "% Unrecognized command\r\n" in screen.type("zoo ?\x15", end="")
    screen.type("configure terminal", "license smart url https://example.com/x\x16?y=1")
    assert screen.device.config == ["config url https://example.com/x?y=1"]


def test_a_line_has_254_characters() -> None:
    journal = Journal()
    screen = Screen(journal=journal)
    assert screen.type("!" + "x" * 300).count("\a") == 47
    screen.type("show " + "y" * 300)
    assert len(journal.lines("wlc1")[-1]) == 254


def test_configuration_and_its_prompts() -> None:
    device = FakeDevice(hostname="a-controller-with-a-long-name")
    screen = Screen(device)
    assert screen.type("conf t").endswith("End with CNTL/Z.\r\na-controller-with-a-(config)#")
    assert screen.type("call-home").endswith("\r\na-controller-with-a-(cfg-call-home)#")
    assert screen.type("profile P1", "active").endswith("(cfg-call-home-profile)#")
    assert screen.type("license smart transport off").endswith("with-a-(config)#")
    assert screen.type("call-home", "contact-email-addr a@example.com", "exit").endswith("with-a-(config)#")
    assert screen.type("hostname wlc9").endswith("\r\nwlc9(config)#")
    assert screen.type("end").endswith("\r\nwlc9#")
    assert device.config == [
        "cfg-call-home-profile P1",
        "config transport off",
        "cfg-call-home a@example.com",
    ]


def test_configuration_errors_point_into_the_line() -> None:
    screen = Screen()
    assert screen.type("configure", "").endswith(
        "[terminal]? \r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\nwlc1(config)#"
    )
    assert screen.type("license foo") == "license foo\r\n" + " " * 21 + "^\r\n" + MARKER + "wlc1(config)#"
    assert screen.type("license smart").endswith("% Incomplete command.\r\n\r\nwlc1(config)#")
    assert screen.type("do show foo") == "do show foo\r\n" + " " * 22 + "^\r\n" + MARKER + "wlc1(config)#"
    assert screen.type("do show privilege").endswith("level is 15\r\nwlc1(config)#")
    assert screen.type("license smart transport off\x1a", end="").endswith("^Z\r\nwlc1#")
    assert screen.device.config == ["config transport off"]


def test_a_user_enables_and_disables() -> None:
    screen = Screen(FakeDevice(enable_password="more-than-sim"), privilege=1)
    assert screen.text == "\r\nwlc1>"
    assert screen.type("configure terminal") == "configure terminal\r\n" + " " * 5 + "^\r\n" + MARKER + "wlc1>"
    assert screen.type("show privilege").endswith("level is 1\r\nwlc1>")
    assert screen.type("enable") == "enable\r\nPassword: "
    assert screen.type("wrong") == "\r\nPassword: "
    assert screen.type("more-than-sim") == "\r\nwlc1#"
    assert screen.type("enable") == "enable\r\nwlc1#"
    assert screen.type("disable").endswith("wlc1>")
    assert screen.type("enable", "1", "2", "3").endswith("% Bad secrets\r\n\r\nwlc1>")
    assert screen.type("enable") + screen.type("\x03", end="") == "enable\r\nPassword: \r\nwlc1>"


def test_no_password_gets_into_the_journal() -> None:
    journal = Journal()
    screen = Screen(FakeDevice(enable_password="more-than-sim"), privilege=1, journal=journal, username="admin")
    screen.type("enable", "more-than-sim", "show clock")
    assert [(entry.user, entry.line) for entry in journal.entries("wlc1")] == [
        ("admin", "<login>"),
        ("admin", "enable"),
        ("admin", "show clock"),
    ]


@pytest.mark.parametrize("word", ["exit", "logout", "quit"])
def test_leaving(word: str) -> None:
    screen = Screen()
    assert (screen.type(word, "show clock"), screen.ended) == (f"{word}\r\n", "closed")


def test_the_clock_of_a_device_without_ntp() -> None:
    screen = Screen(FakeDevice(ntp_synced=False))
    assert screen.type("show clock detail").endswith(
        "*09:05:07.123 UTC Wed Nov 4 2026\r\nTime source is hardware calendar\r\nwlc1#"
    )


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        ("include ^license|^hostname", ["hostname wlc1", "license smart a", "license smart b"]),
        (
            "exclude license",
            ["Building configuration...", "", "hostname wlc1", "call-home", " profile P1", "  active", "!"],
        ),
        ("begin ^call", ["call-home", " profile P1", "  active", "!", "license smart b"]),
        ("section call-home", ["call-home", " profile P1", "  active"]),
        ("sec prof", [" profile P1", "  active"]),
        ("section exclude call-home|Building", ["", "hostname wlc1", "license smart a", "!", "license smart b"]),
        ("count license", ["Number of lines which match regexp = 2"]),
        ("include (", ["% Failed to compile regular expression"]),
        ("include smart_a", ["license smart a"]),
    ],
)
def test_output_filters(wanted: str, lines: list[str]) -> None:
    device = FakeDevice()
    device.running_config = lambda: (  # type: ignore[method-assign]
        "Building configuration...\n\nhostname wlc1\nlicense smart a\n"
        "call-home\n profile P1\n  active\n!\nlicense smart b\n"
    )
    text = Screen(device).type(f"show run | {wanted}")
    assert text.split("\r\n")[1:-1] == lines


def test_paging() -> None:
    device = FakeDevice()
    device.running_config = lambda: "".join(f"line {n}\n" for n in range(60))  # type: ignore[method-assign]
    screen = Screen(device)
    first = screen.type("show running-config")
    assert first.endswith("line 22\r\n --More-- ")
    wipe = "\b" * 10 + " " * 10 + "\b" * 10
    assert screen.type("", end="\r") == f"{wipe}line 23\r\n --More-- "
    assert screen.type(" ", end="").startswith(f"{wipe}line 24\r\n")
    assert screen.type(" ", end="").endswith("line 59\r\nwlc1#")
    screen.type("show running-config")
    assert screen.type("q", end="") == f"{wipe}wlc1#"
    screen.type("terminal length 0")
    assert screen.type("show running-config").endswith("line 59\r\nwlc1#")
    assert "--More--" not in screen.text


def test_reload_asks_and_breaks_the_connection() -> None:
    screen = Screen()
    screen.type("configure terminal", "license smart transport off", "end")
    assert screen.type("reload").endswith("\r\nSystem configuration has been modified. Save? [yes/no]: ")
    assert "'yes' or 'no'" in screen.type("perhaps")
    assert screen.type("yes").endswith("[OK]\r\nProceed with reload? [confirm]")
    assert screen.type("n", end="").endswith("n\r\nwlc1#")
    assert screen.type("reload").endswith("reload\r\nProceed with reload? [confirm]")
    screen.type("")
    assert (screen.ended, screen.device.events) == ("restarted", ["saved", "reloaded"])


def test_one_command_without_a_terminal() -> None:
    screen = Screen()
    screen.text = ""
    screen.shell.run_once("show privilege")
    assert (screen.text, screen.ended) == ("Current privilege level is 15\r\n", "closed")


@pytest.mark.parametrize(
    ("fault", "text", "ended"),
    [
        ({"action": "hang"}, "show license all\r\n", ""),
        ({"action": "drop", "after": 6}, "show license all\r\nLast: ", "dropped"),
        ({"action": "truncate", "after": 6}, "show license all\r\nLast: wlc1#", ""),
        (
            {"action": "error", "text": "% Authorization failed"},
            "show license all\r\n% Authorization failed\r\nwlc1#",
            "",
        ),
        ({"action": "garbage", "text": "~"}, "show license all\r\n~Last: <none>\r\nNext: <none>\r\nwlc1#", ""),
    ],
)
def test_faults_at_the_command_line(fault: dict[str, object], text: str, ended: str) -> None:
    faults = Faults()
    screen = Screen(faults=faults)
    faults.add({"match": "license", "times": 1, **fault})
    assert (screen.type("show license all"), screen.ended) == (text, ended)


def test_a_slow_device_echoes_what_was_typed_meanwhile_when_it_is_done() -> None:
    faults = Faults()
    faults.add({"match": "license", "action": "slow", "after": "<none>", "seconds": 2})
    screen = Screen(faults=faults)
    assert screen.type("show license all", "show privilege") == "show license all\r\nLast: <none>"
    assert screen.wait() == "\r\nNext: <none>"
    assert screen.wait() == "\r\nwlc1#show privilege\r\nCurrent privilege level is 15\r\nwlc1#"
    assert screen.waiting == []


def test_a_device_may_hang_before_its_first_prompt() -> None:
    faults = Faults()
    faults.add({"match": "<login>", "action": "hang"})
    assert Screen(faults=faults).text == ""


def test_a_full_disk_while_saving_usage() -> None:
    faults = Faults()
    faults.add({"match": "save usage", "action": "full_disk", "times": 1})
    screen = Screen(faults=faults)
    text = screen.type("license smart save usage all file bootflash:U.xml")
    assert "%Error writing bootflash:U.xml (No space left on device)\r\nwlc1#" in text
    assert "%" not in screen.type("license smart save usage all file bootflash:U.xml")
