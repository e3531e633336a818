# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a device prints, an answer is a dictionary or one of our errors."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.show import COMMANDS, parse
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import build_state
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.slp import printed

PARSABLE = [command.replace("<id>", "7") for command in COMMANDS]

# Pieces that mean something to a parser, in places where they should not be.
PIECES = st.sampled_from(
    [
        "Smart Licensing Using Policy:",
        "Trust Code Installed:    Trust Code Type: CSSM",
        "INSTALLED on Mar 02 09:15:13 2026 UTC    Valid on",
        "Active: PID:C9800-40-K9,SN:TTM0000A001",
        "P:C9800-40-K9,S:TTM0000A001: P:C9800-40-K9,S:TTM0000A001, state[2], Trust Data INSTALLED  TrustId:1",
        "HA UDI List:",
        "Overall status:",
        "Handle: 1",
        "Total: 1,  Purged: 0(0)",
        "Extra: 7",
        "=====",
        "-----",
        ": ",
        ":",
        "=",
        "(x):",
        "Chassis#   Role",
        "*1 Active 0000.5e00.5301 1 V02 Ready 192.0.2.1",
        'NAME: "Chassis", DESCR: "x"',
        "PID: , VID: , SN: ",
        "clock timezone X 99",
        "Load for five secs: 1%/0%; one minute: 0%; five minutes: 0%",
        "Time source is NTP, 10:02:41.113 UTC Mon Mar 2 2026",
        "9" * 5000,
        "Count: " + "9" * 5000,
        "1629870048 OPEN N x",
        "Import AUTH:",
        "Message History (oldest to newest):",
    ]
)
LINES = st.one_of(PIECES, st.text(max_size=30), st.sampled_from(printed.license_all().splitlines()))
PAGES = st.lists(st.tuples(st.integers(0, 12), LINES), max_size=40).map(
    lambda lines: "\n".join(" " * indent + line for indent, line in lines)
)


@pytest.mark.parametrize("command", PARSABLE)
@given(text=st.one_of(st.text(), PAGES))
def test_any_text_is_read_or_refused(command: str, text: str) -> None:
    with suppress(SlpError):
        data = parse(command, text)
        assert json.dumps(data)
        assert all(isinstance(line, str) for line in data.get("extra", []))
        assert isinstance(data.get("extra", []), list)


@given(st.dictionaries(st.sampled_from(PARSABLE), PAGES, max_size=4))
def test_any_outputs_are_a_state_or_refused(outputs: dict[str, str]) -> None:
    with suppress(SlpError):
        assert json.dumps(build_state(outputs).as_dict())


@given(st.data())
def test_a_damaged_output_is_a_state_or_refused(data: st.DataObject) -> None:
    lines = printed.license_all().splitlines()
    for _step in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "double", "swap", "replace", "shift", "cut"])):
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "swap":
                lines[at], lines[0] = lines[0], lines[at]
            case "replace":
                lines[at] = data.draw(LINES)
            case "shift":
                lines[at] = " " * data.draw(st.integers(0, 9)) + lines[at].lstrip()
            case "cut":
                lines[at] = lines[at][: data.draw(st.integers(0, 40))]
    text = "\n".join(lines)
    parse_error = False
    try:
        assert json.dumps(parse("show license all", text))
    except SlpError:
        parse_error = True
    with suppress(SlpError):
        assert json.dumps(build_state({"show license all": text, "show version": printed.VERSION}).as_dict())
        assert not parse_error


def test_nesting_without_end_is_read() -> None:
    text = "\n".join(" " * depth + f"Level {depth}:" for depth in range(3000))
    assert parse("show license status", text)
