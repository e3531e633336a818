# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError, SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.times import parse_time
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "pid", "sn"),
    [
        ("PID:C9800-CL-K9,SN:9SIM0000001", "C9800-CL-K9", "9SIM0000001"),
        ("  PID:C9800-40-K9, SN:TTM0000A001  ", "C9800-40-K9", "TTM0000A001"),
        ("P:C9800-40-K9,S:TTM0000A001, state[2], Trust Data INSTALLED", "C9800-40-K9", "TTM0000A001"),
        ("PID:ROUTER1921/K9,SN:TTM0000A001", "ROUTER1921/K9", "TTM0000A001"),
    ],
)
def test_a_udi_is_read_in_both_spellings(text: str, pid: str, sn: str) -> None:
    assert Udi.parse(text) == Udi(pid, sn)
    assert Udi.parse(str(Udi(pid, sn))) == Udi(pid, sn)


@pytest.mark.parametrize("text", ["", "C9800", "PID:,SN:x", "PID:x", "PID:x,SN:", "PID:a b,SN:c", "PID:x,SN:y:z"])
def test_what_is_no_udi_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        Udi.parse(text)


def test_a_sudi_object_is_read_and_a_broken_one_refused() -> None:
    assert Udi.from_sudi({"udi_pid": "C9800-CL-K9", "udi_serial_number": "9SIM0000001"}).sn == "9SIM0000001"
    for broken in (
        {},
        {"udi_pid": "C9800-CL-K9"},
        {"udi_pid": 1, "udi_serial_number": "x"},
        {"udi_pid": "../..", "x": 1},
    ):
        with pytest.raises(ParseError):
            Udi.from_sudi(broken)


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_a_label_is_always_one_safe_file_name(pid: str, sn: str) -> None:
    try:
        label = Udi(pid, sn).label
    except ParseError:
        return
    assert "/" not in label
    assert label.isascii()
    assert label not in (".", "..")


ORDER = [
    "16.12.4",
    "17.3.1",
    "17.3.2",
    "17.3.2a",
    "17.3.3",
    "17.6.4",
    "17.6.20210101",
    "17.7.1",
    "17.9.1",
    "17.12.4",
    "18.1.1",
]


def test_releases_sort_by_number_and_letter() -> None:
    releases = [Release.parse(text) for text in ORDER]
    assert sorted(set(releases)) == releases
    assert [str(release) for release in releases] == ORDER


@pytest.mark.parametrize(
    ("text", "plain"), [("17.12.04", "17.12.4"), ("17.09.02a", "17.9.2a"), ("17.19.20250101:0119", "17.19.20250101")]
)
def test_padding_and_build_times_do_not_matter(text: str, plain: str) -> None:
    assert str(Release.parse(text)) == plain


@pytest.mark.parametrize("text", ["", "17", "17.3", "BLD_POLARIS", "17.3.x", "17.3.2a b"])
def test_what_is_no_release_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        Release.parse(text)


@pytest.mark.parametrize(
    ("text", "slp", "ack_trust", "throttled"),
    [
        ("17.3.1", False, False, False),
        ("17.3.2", False, False, False),
        ("17.3.2a", True, False, False),
        ("17.6.3", True, False, False),
        ("17.6.4", True, False, True),
        ("17.7.1", True, True, False),
        ("17.8.1", True, True, False),
        ("17.9.1", True, True, True),
        ("17.18.2", True, True, True),
    ],
)
def test_each_release_can_do_what_the_table_says(text: str, slp: bool, ack_trust: bool, throttled: bool) -> None:
    release = Release.parse(text)
    assert (release.supports_slp, release.ack_trust, release.throttled) == (slp, ack_trust, throttled)
    assert release.train == (17, int(text.split(".")[1]))


WALL = datetime(2024, 3, 2, 9, 14, 11)
ZONES = {"CET": timedelta(hours=1), "IST": timedelta(hours=5, minutes=30)}


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("Mar 02 09:14:11 2024 UTC", WALL),
        ("Mar  2 09:14:11 2024 GMT", WALL),
        ("09:14:11.000 UTC Sat Mar 2 2024", WALL),
        ("*09:14:11.000 UTC Sat Mar 2 2024", WALL),
        (".09:14:11.000 UTC Sat Mar 2 2024", WALL),
        ("2024-03-02 09:14:11.000 UTC", WALL),
        ("Mar 02 09:14:11 2024 CET", WALL - timedelta(hours=1)),
        ("Mar 02 09:14:11 2024 IST", WALL - timedelta(hours=5, minutes=30)),
        ("Mar 02 09:14:11 2024 pacific", None),
    ],
)
def test_each_form_of_a_time_is_read(text: str, utc: datetime | None) -> None:
    time = parse_time(text, ZONES)
    assert time is not None
    assert (time.text, time.wall) == (text, WALL)
    assert time.utc == (utc.replace(tzinfo=UTC) if utc else None)


def test_the_devices_own_zone_wins_over_the_name() -> None:
    time = parse_time("Mar 02 09:14:11 2024 UTC", {"UTC": timedelta(hours=2)})
    assert time is not None
    assert time.iso == "2024-03-02T07:14:11Z"


def test_a_time_without_a_known_zone_is_told_as_printed() -> None:
    time = parse_time("Mar 02 09:14:11 2024 pacific")
    assert time is not None
    assert (time.utc, time.iso) == (None, "Mar 02 09:14:11 2024 pacific")


def test_a_clock_at_the_beginning_of_time_has_no_utc() -> None:
    time = parse_time("Jan 01 00:00:00 0001 CET", ZONES)
    assert time is not None
    assert time.utc is None


@pytest.mark.parametrize("text", ["<none>", "<empty>", "", "  ", "None"])
def test_no_time_is_none(text: str) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(
    "text",
    ["soon", "Mar 32 09:14:11 2024 UTC", "Abc 02 09:14:11 2024 UTC", "Mar 02 09:14 2024", "0000-01-01 00:00:00 UTC"],
)
def test_an_unreadable_time_is_never_taken_for_none(text: str) -> None:
    with pytest.raises(ParseError):
        parse_time(text)


@given(st.text(max_size=60))
def test_any_text_is_a_time_or_an_error_of_ours(text: str) -> None:
    for read in (parse_time, Udi.parse, Release.parse):
        with suppress(SlpError):
            read(text)


@given(st.datetimes(), st.sampled_from(["UTC", "CET", "IST", "pacific"]))
def test_a_printed_time_comes_back(wall: datetime, zone: str) -> None:
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    time = parse_time(f"{names[wall.month - 1]} {wall.day:02} {wall:%H:%M:%S} {wall.year:04} {zone}", ZONES)
    assert time is not None
    assert time.wall == wall.replace(microsecond=0)
