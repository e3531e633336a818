# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold of the command line whatever is typed."""

from __future__ import annotations

from itertools import pairwise

from ansible_collections.c9800.slp.plugins.plugin_utils.mock import filters
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.grammar import Grammar, Invalid, Match
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.mock.ssh_double import FakeDevice, Screen

GRAMMAR = Grammar(FakeDevice().commands())
WORDS = st.sampled_from(
    ["show", "sh", "license", "lic", "smart", "all", "version", "save", "usage", "file", "|", "x:y", '"']
)
LINES = st.lists(WORDS | st.text(st.characters(codec="utf-8"), max_size=8), max_size=8).map(" ".join)
TYPED = st.lists(
    st.sampled_from(
        [
            "show privilege",
            "show version",
            "conf t",
            "call-home",
            "end",
            "exit",
            "delete x",
            "y",
            "tclsh",
            "tclquit",
            "puts {a",
            "}",
            "enable",
            "disable",
            "do show clock",
            "!",
            "x",
            "?",
            "\x03",
            "\x16",
            "\x1a",
            "\x7f",
            "\r",
            "\n",
            "\r\n",
            "\r\n",
        ]
    ),
    max_size=25,
).map("".join)


@given(LINES)
def test_every_line_is_understood_or_refused_in_its_place(line: str) -> None:
    found = GRAMMAR.match(line, "exec", 15)
    if isinstance(found, Invalid):
        assert 0 <= found.column < len(line)
        assert not line[found.column].isspace()
    GRAMMAR.help(line, "exec", 15)


@given(st.data(), st.sampled_from(["show version", "show license all", "license smart save usage all file f"]))
def test_unique_abbreviations_mean_the_same(data: st.DataObject, line: str) -> None:
    whole = GRAMMAR.match(line, "exec", 15)
    assert isinstance(whole, Match)
    *keywords, last = line.split()
    short = [word[: data.draw(st.integers(min(3, len(word)), len(word)))] for word in keywords]
    found = GRAMMAR.match(" ".join([*short, last]).upper(), "exec", 15)
    assert isinstance(found, Match)
    assert found.command is whole.command or found.command.pattern == whole.command.pattern


@given(TYPED, st.lists(st.integers(0, 200), max_size=6))
def test_it_does_not_matter_in_which_pieces_the_octets_come(typed: str, cuts: list[int]) -> None:
    whole, pieces = Screen(), Screen()
    whole.shell.feed(typed)
    places = [0, *sorted(min(cut, len(typed)) for cut in cuts), len(typed)]
    for start, end in pairwise(places):
        pieces.shell.feed(typed[start:end])
    assert (pieces.text, pieces.ended) == (whole.text, whole.ended)


@given(st.binary(max_size=60))
def test_tclsh_writes_any_octets(data: bytes) -> None:
    screen = Screen()
    escaped = "".join(f"\\{octet:03o}" for octet in data)
    screen.type("tclsh", "set f [open bootflash:x w]", f'puts -nonewline $f "{escaped}"', "close $f", "tclquit")
    assert screen.device.flash.read("x") == data


@given(
    st.lists(st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=12)), st.sampled_from("abc [.*")
)
def test_filters_part_the_lines(lines: list[str], regexp: str) -> None:
    output = "".join(f"{line}\n" for line in lines) or "\n"

    def kept(name: str) -> list[str]:
        found = filters.read(filters.split(f"show x | {name} {regexp}a")[1])
        assert isinstance(found, Match)
        return filters.apply(found, output).splitlines()

    if "Failed" in "".join(kept("count")):
        return
    inside, outside = kept("include"), kept("exclude")
    assert sorted(inside + outside) == sorted(output.splitlines())
    assert kept("count") == [f"Number of lines which match regexp = {len(inside)}"]
