# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the simulated device understands what is typed."""

from __future__ import annotations

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.grammar import (
    Ambiguous,
    Command,
    Grammar,
    Incomplete,
    Invalid,
    Match,
)

PATTERNS = [
    "show version",
    "show vlan",
    "show license {all|status|summary|usage}",
    "show license rum id {all|<id:0-4294967295>} [detail]",
    "license smart save usage {scope:all|unreported|days <days:1-365>} file <url>",
    "license smart trust idtoken <token> {local|all} [force]",
    "license smart import <url>",
    "send log <text...>",
    "call-home [quiet]",
]
GRAMMAR = Grammar([Command(pattern, lambda session, args: None) for pattern in PATTERNS])


@pytest.mark.parametrize(
    ("line", "args"),
    [
        ("show version", {}),
        ("  SH  VER ", {}),
        ("sh lic usa", {"usage": "usage"}),
        ("show license rum id 4294967295 det", {"id": "4294967295", "detail": "detail"}),
        ("show license rum id all", {"all": "all"}),
        ("license smart save usage all file flash:U.xml", {"scope": "all", "url": "flash:U.xml"}),
        ("lic sm sa us d 30 f x", {"scope": "days", "days": "30", "url": "x"}),
        ("license smart trust idtoken Abc+/=% all", {"token": "Abc+/=%", "all": "all"}),
        ("license smart trust idtoken x local force", {"token": "x", "local": "local", "force": "force"}),
        ('license smart import "a b"', {"url": '"a b"'}),
        ("send log  two  blanks kept ", {"text": "two  blanks kept"}),
        ("call-home", {}),
    ],
)
def test_a_line_gives_its_arguments(line: str, args: dict[str, str]) -> None:
    found = GRAMMAR.match(line, "exec", 15)
    assert isinstance(found, Match)
    assert found.args == args


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("show v", Ambiguous("show v")),
        ("show license", Incomplete()),
        ("license smart save usage days", Incomplete()),
        ("show licence all", Invalid(10)),  # licen|c
        ("sow version", Invalid(1)),
        ("show version all", Invalid(13)),
        ("license smart save usage days 366 file x", Invalid(30)),
        ("  xyzzy", Invalid(2)),
        ("show license rum id 12 now", Invalid(23)),
    ],
)
def test_what_is_not_understood_is_pointed_at(line: str, answer: object) -> None:
    assert GRAMMAR.match(line, "exec", 15) == answer


def test_a_keyword_typed_in_full_is_not_ambiguous() -> None:
    grammar = Grammar([Command("ip", lambda *_: "one"), Command("ipv6 <x>", lambda *_: "two")])
    assert isinstance(grammar.match("ip", "exec", 1), Match)
    assert isinstance(grammar.match("i", "exec", 1), Ambiguous)


def test_a_command_exists_in_its_mode_and_from_its_privilege_on() -> None:
    grammar = Grammar(
        [Command("reload", lambda *_: None, privilege=15), Command("exit", lambda *_: None, mode="config")]
    )
    assert grammar.match("reload", "exec", 1) == Invalid(0)
    assert isinstance(grammar.match("reload", "exec", 15), Match)
    assert grammar.match("reload", "config", 15) == Invalid(0)


def test_the_first_of_two_commands_wins() -> None:
    first, second = Command("show clock", lambda *_: "1"), Command("show clock", lambda *_: "2")
    found = Grammar([first, second]).match("show clock", "exec", 1)
    assert isinstance(found, Match)
    assert found.command is first


@pytest.mark.parametrize("pattern", ["show {a|b", "a | b", "a ]", "<Name>", "x <n:1-> y"])
def test_a_pattern_with_a_slip_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="not a command pattern"):
        Grammar([Command(pattern, lambda *_: None)])
