# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Layouts that no recording shows: what a device may print tomorrow, and what a terminal makes of it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError, SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.show import parse
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import build_state
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.slp import printed

ALL, STATUS = "show license all", "show license status"
WHOLE = printed.license_all()


def reindent(text: str, width: int) -> str:
    def wider(found: re.Match[str]) -> str:
        return " " * (len(found[0]) // 2 * width)

    return re.sub(r"^ +", wider, text, flags=re.MULTILINE)


TERMINALS: dict[str, Callable[[str], str]] = {
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "doubled carriage returns": lambda text: text.replace("\n", "\r\r\n"),
    "one blank a level": lambda text: reindent(text, 1),
    "three blanks a level": lambda text: reindent(text, 3),
    "eight blanks a level": lambda text: reindent(text, 8),
    "a tab a level": lambda text: re.sub(r"^ +", lambda found: "\t" * (len(found[0]) // 2), text, flags=re.MULTILINE),
    "blanks at line ends": lambda text: text.replace("\n", "   \n"),
    "blanks on empty lines": lambda text: text.replace("\n\n", "\n          \n"),
    "more empty lines": lambda text: text.replace("\n\n", "\n\n\n\n"),
    "everything moved right": lambda text: "".join(f"    {line}\n" for line in text.splitlines()),
    "echo and prompt": lambda text: f"wlc-1#show license all\n{text}\nwlc-1#",
    "echo without prompt, prompt of a pair": lambda text: f"show license all\n{text}\nwlc-1-stby#\n\n",
    "user mode prompt": lambda text: f"\n\nwlc.example.com>sh license all\n{text}\nwlc.example.com>  ",
    "no-break blanks": lambda text: text.replace(": ", ":\xa0"),
    "no line feed at the end": lambda text: text.rstrip("\n"),
}


@pytest.mark.parametrize("way", TERMINALS)
def test_what_a_terminal_adds_changes_nothing(way: str) -> None:
    assert parse(ALL, TERMINALS[way](WHOLE)) == parse(ALL, WHOLE)


def test_the_load_banner_is_kept_apart() -> None:
    banner = (
        "Load for five secs: 3%/1%; one minute: 2%; five minutes: 4%\n"
        "Time source is NTP, 10:02:41.113 UTC Mon Mar 2 2026\n\n"
    )
    data = parse(ALL, f"wlc-1#show license all\n{banner}{WHOLE}")
    assert data.pop("banner") == {
        "five_seconds": "3%/1%",
        "one_minute": "2%",
        "five_minutes": "4%",
        "time_source": "NTP",
        "time": "10:02:41.113 UTC Mon Mar 2 2026",
    }
    assert data == parse(ALL, WHOLE)


@given(st.randoms(use_true_random=False))
def test_the_order_of_sections_and_chapters_does_not_matter(rng: random.Random) -> None:
    sections = printed.status_sections()
    rng.shuffle(sections)
    assert parse(STATUS, "\n".join(sections)) == parse(STATUS, printed.license_status())
    assert parse(ALL, printed.license_all(sections=sections)) == parse(ALL, WHOLE)

    chapters = [printed.product(printed.ACTIVE, printed.STANDBY), printed.REPORTS, printed.TELEMETRY, sections[0]]
    rng.shuffle(chapters)
    found = parse(ALL, "\n".join([printed.chapter("Agent Version", "Smart Agent for Licensing: 9.9.9"), *chapters]))
    assert found["usage_report_summary"]["collecting_data"] == 2
    assert len(found["product_information"]["ha_udi_list"]) == 2
    assert len(found["smart_licensing_status"]) == 1


NEW_LABEL = st.from_regex(r"Quux [a-z]{3,9}", fullmatch=True)


@given(label=NEW_LABEL, value=st.from_regex(r"[A-Z][a-z0-9]{0,9}", fullmatch=True), data=st.data())
def test_an_unknown_line_is_kept_and_disturbs_nothing(label: str, value: str, data: st.DataObject) -> None:
    lines = printed.license_status().splitlines()
    inside = [number for number, line in enumerate(lines) if line.startswith("  ") and not line.endswith(":")]
    number = data.draw(st.sampled_from(inside))
    indent = " " * (len(lines[number]) - len(lines[number].lstrip()))
    lines.insert(number, f"{indent}{label}: {value}")
    found = parse(STATUS, "\n".join(lines))
    assert f"'{label.lower().replace(' ', '_')}': '{value}'" in str(found)
    state, plain = (build_state({STATUS: text}).as_dict() for text in ("\n".join(lines), printed.license_status()))
    assert state == plain


@given(title=NEW_LABEL, position=st.integers(0, 9))
def test_an_unknown_section_is_kept_and_disturbs_nothing(title: str, position: int) -> None:
    sections = printed.status_sections()
    sections.insert(position, printed.section(title, "Mode: fast", "Limits:", "  Upper: 7"))
    found = parse(STATUS, "\n".join(sections))
    assert found.pop(title.lower().replace(" ", "_")) == {"mode": "fast", "limits": {"upper": "7"}}
    assert found == parse(STATUS, printed.license_status())


def test_plain_text_that_nobody_knows_is_under_extra() -> None:
    text = printed.license_all(tail=(printed.REPORTS, "Have a nice day\n"))
    assert parse(ALL, text)["extra"] == ["Have a nice day"]


def test_a_chapter_that_comes_twice_is_kept() -> None:
    again = printed.chapter("Agent Version", "Smart Agent for Licensing: 1.2.3")
    data = parse(ALL, printed.license_all(tail=(printed.REPORTS, again)))
    assert data["agent_version"] == parse(ALL, WHOLE)["agent_version"]
    assert "1.2.3" in data["extra"][0]


def test_a_value_that_lost_its_indentation_stays_in_its_section() -> None:
    text = printed.license_status().replace("    Address: proxy", "Address: proxy")
    assert parse(STATUS, text)["transport"] == parse(STATUS, printed.license_status())["transport"]


@pytest.mark.parametrize("gone", range(len(printed.status_sections())))
def test_a_missing_section_is_no_reason_to_fail_a_parse(gone: int) -> None:
    sections = printed.status_sections()
    del sections[gone]
    found = parse(STATUS, "\n".join(sections))
    whole = parse(STATUS, printed.license_status())
    assert found.items() <= whole.items()
    assert len(found) == len(whole) - 1


@pytest.mark.parametrize("zone", ["UTC", "CET", "IST", "pacific", "EST5", "GMT+1", "Z"])
def test_zones_have_any_name(zone: str) -> None:
    state = build_state({ALL: WHOLE.replace(" UTC", f" {zone}")})
    assert state.reporting is not None
    assert state.reporting.last_ack is not None
    assert state.reporting.last_ack.zone == zone
    assert (state.reporting.last_ack.utc is None) is (zone not in ("UTC", "Z"))


@pytest.mark.parametrize(("gap", "indent"), [(1, 0), (3, 2), (40, 7)])
def test_columns_of_the_summary_have_any_width(gap: int, indent: int) -> None:
    rows = [
        ("air-network-advantage", "(DNA_NWStack)", "12", "IN USE"),
        ("air-dna-advantage", "(AIR (x) DNA-A...)", "0", "NOT IN USE"),
    ]
    head = ("License", "Entitlement Tag", "Count", "Status")
    table = "\n".join(" " * indent + (" " * gap).join(row) for row in (head, *rows))
    found = parse("show license summary", f"{printed.account()}\nLicense Usage:\n{table}\n")
    assert found["account_information"]["virtual_account"] == "WLAN-Prod"
    assert found["license_usage"] == [
        {"license": "air-network-advantage", "entitlement_tag": "DNA_NWStack", "count": 12, "status": "IN USE"},
        {"license": "air-dna-advantage", "entitlement_tag": "AIR (x) DNA-A...", "count": 0, "status": "NOT IN USE"},
    ]
    assert "extra" not in found


@pytest.mark.parametrize("whole", [WHOLE, printed.license_all(tail=(printed.REPORTS,)), printed.license_all_17_3()])
def test_an_output_cut_after_any_line_is_refused_or_whole(whole: str) -> None:
    """cli.md 7.2: nobody may decide on half a state."""
    lines = whole.splitlines()
    state = build_state({ALL: whole})
    complete = 0
    for length in range(1, len(lines)):
        try:
            found = build_state({ALL: "\n".join(lines[:length])})
        except SlpError:
            assert not complete
        else:
            complete += 1
            assert (found.rum, found.usage, found.units) == (state.rum, state.usage, state.units)
    assert complete <= 5


@given(st.integers(1, len(WHOLE) - 1))
def test_an_output_cut_anywhere_is_refused_or_whole(length: int) -> None:
    text = WHOLE[:length]
    if text.endswith("Collecting Data: ") or length > WHOLE.index("Collecting Data"):
        return
    with pytest.raises(ParseError, match=r"not complete|not a time"):
        build_state({ALL: text})


@pytest.mark.parametrize("command", [ALL, STATUS])
def test_lines_swallowed_for_looking_like_a_prompt_are_missed(command: str) -> None:
    """cli.md 7.2: network_cli drops the lines with ``<none>``, where it took the end of the word for a prompt."""
    sections = printed.status_sections()
    sections[-2] = printed.reporting()
    text = "\n".join(sections) if command == STATUS else printed.license_all(sections=sections)
    build_state({command: text})
    for line in printed.reporting().splitlines():
        if "<none>" in line:
            with pytest.raises(ParseError, match="not complete"):
                build_state({command: text.replace(f"{line}\n", "")})
