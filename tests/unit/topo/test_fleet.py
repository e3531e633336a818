# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet as rows, as a table, as JSON, as a page."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from zlib import crc32

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.audit import audit
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState, Reporting
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.fleet.files import plan_files, render_json
from ansible_collections.c9800.slp.plugins.plugin_utils.fleet.html import SIGNS, days_words, render_html
from ansible_collections.c9800.slp.plugins.plugin_utils.fleet.rows import VERDICTS, Row, build_fleet
from ansible_collections.c9800.slp.plugins.plugin_utils.fleet.text import WIDTH, render_text

from .states import NOW, PAIR, acked, at, healthy, units, usage

STAMP = "2026-03-02T12:00:00Z"
LATER = "2026-03-02T13:00:00Z"
NASTY = "<script>alert('x')</script>"


def item(host: str, state: LicenseState | None = None, topology: str = "offline") -> dict[str, Any]:
    serial = Udi("C9800-CL-K9", f"9SIM{crc32(host.encode()) % 10**7:07}")
    unit = units(True)[0]
    known = state or healthy(udi=serial, units=(type(unit)(udi=serial, role="active", trust=unit.trust),))
    return {"host": host, **audit(known, topology=topology, now=NOW).as_dict()}


def overdue() -> LicenseState:
    return healthy(udi=PAIR[0], units=units(True, False), reporting=acked(100))


def idle(**dates: Any) -> LicenseState:
    return healthy(usage=usage(0), reporting=Reporting(**dates))


def mixed():
    return build_fleet(
        [
            item("wlc-ok"),
            {"host": "wlc-dead", "error": "connection timed out\n  after 10 s"},
            item("wlc-late", overdue()),
            item("wlc-new", healthy(reporting=Reporting(ack_deadline=at(80)))),
        ],
        "Example Campus",
    )


class TestCounts:
    def test_twelve_of_twelve(self):
        fleet = build_fleet([item(f"wlc{number}") for number in range(12)], "t")
        assert fleet.summary == "12 product instances: 12 reported, 12 acknowledged, 0 overdue"

    def test_one_without_usage_owes_nothing_so_nothing_is_missing(self):
        others = [item(f"wlc{number}") for number in range(11)]
        assert build_fleet([*others, item("idle", idle())], "t").summary == (
            "12 product instances: 12 reported, 12 acknowledged, 0 overdue"
        )

    def test_a_host_that_could_not_be_read_counts_as_product_instance_alone(self):
        fleet = build_fleet([item("wlc1"), {"host": "wlc2", "error": "refused"}], "t")
        assert fleet.summary == "2 product instances: 1 reported, 1 acknowledged, 0 overdue"
        assert fleet.counts["failed"] == 1

    def test_what_is_unknown_is_not_counted(self):
        fleet = build_fleet([item("wlc1", healthy(reporting=None))], "t")
        assert fleet.summary == "1 product instances: 0 reported, 0 acknowledged, 0 overdue"

    def test_both_addresses_of_a_pair_are_one(self):
        state = healthy(udi=PAIR[0], units=units(True, True))
        alone = healthy(udi=PAIR[1], units=units(True, udis=PAIR[1:]))
        alone = type(alone)(udi=PAIR[1], units=units(True, True)[1:], reporting=acked())
        fleet = build_fleet([item("a-standby", alone), item("b-pair", state)], "t")
        assert fleet.summary == "1 product instances: 1 reported, 1 acknowledged, 0 overdue"
        assert {row.host: row.same_as for row in fleet.rows} == {"a-standby": "b-pair", "b-pair": None}
        assert "a-standby is the same product instance as b-pair" in render_text(fleet, STAMP)

    def test_a_host_given_twice_is_one(self):
        assert build_fleet([item("wlc1"), item("wlc1")], "t").counts["product_instances"] == 1

    def test_no_host_at_all(self):
        assert build_fleet([], "t").summary == "0 product instances: 0 reported, 0 acknowledged, 0 overdue"
        assert render_text(build_fleet([], "t"), STAMP).endswith("0 overdue\n")

    @pytest.mark.parametrize("wrong", [{}, {"verdict": "ok"}, {"host": "wlc1"}, {"host": "wlc1", "verdict": "ok"}])
    def test_what_is_no_audit_is_refused(self, wrong):
        with pytest.raises(SlpError, match="not an audit: it needs host, and verdict with next_step or error"):
            build_fleet([wrong], "t")


def test_the_worst_comes_first():
    assert [row.host for row in mixed().rows] == ["wlc-late", "wlc-dead", "wlc-new", "wlc-ok"]
    ranks = [VERDICTS.index(row.verdict) for row in mixed().rows]
    assert all(first <= second for first, second in pairwise(ranks))


def test_every_verdict_has_its_own_sign():
    assert set(SIGNS) == set(VERDICTS)
    assert len(set(SIGNS.values())) == len(VERDICTS)


class TestText:
    def test_it_reads_like_a_table_and_ends_with_the_summary(self):
        lines = render_text(mixed(), STAMP).splitlines()
        assert lines[0] == "Example Campus, as of 2026-03-02T12:00:00Z"
        assert re.split(" {2,}", lines[2]) == [
            *("HOST", "VERDICT", "PID", "SERIAL", "RELEASE", "TOPOLOGY"),
            *("APS", "WAITING", "LAST ACK", "ACK DEADLINE", "TRUST"),
        ]
        assert re.split(" {2,}", lines[4]) == [
            *("wlc-late", "overdue", "C9800-40-K9", "TTM0000A001 +1", "17.12.4", "offline"),
            *("12", "0", "2025-11-22", "2026-02-20 -10d", "1/2"),
        ]
        assert lines[5].split() == ["wlc-dead", "failed", *"?" * 9]
        assert lines[-1] == "4 product instances: 1 reported, 1 acknowledged, 1 overdue"

    def test_hosts_with_the_same_next_step_share_a_line(self):
        never = healthy(reporting=Reporting(ack_deadline=at(80)))
        twins = [{**item(host, never), "udis": [host]} for host in ("wlc2", "wlc1")]
        text = render_text(build_fleet(twins, "t"), STAMP)
        assert f"  never_reported: {TOPOLOGIES['offline'].steps.report}\n    wlc1, wlc2\n" in text

    def test_a_fleet_at_peace_has_no_next_steps(self):
        assert "Next:" not in render_text(build_fleet([item("wlc1")], "t"), STAMP)

    @pytest.mark.parametrize("length", [3, 40, 200])
    def test_it_fits(self, length):
        names = ["h" * length + str(number) for number in range(30)]
        audits = [item(name, topology="direct_callhome_proxy") for name in names]
        audits.append({"host": "x" * length, "error": "word " * 100})
        assert max(map(len, render_text(build_fleet(audits, "t"), STAMP).splitlines())) <= max(WIDTH, length + 10)
        table = render_text(build_fleet(audits, "t"), STAMP).split("\n\n")[1]
        assert max(map(len, table.splitlines())) <= WIDTH


def test_json_has_keys_that_stay():
    found = json.loads(render_json(mixed(), STAMP))
    assert list(found) == ["generated", "title", "summary", "counts", "rows"]
    assert found["counts"]["product_instances"] == 4
    keys = {frozenset(row) for row in found["rows"]}
    assert len(keys) == 1
    assert {row["verdict"] for row in found["rows"]} == {"overdue", "failed", "never_reported", "ok"}


class Page(HTMLParser):
    """What a browser would load, and whether all is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.loads += [value for name, value in attrs if name in ("src", "href", "action") or name.startswith("on")]
        self.loads += [tag] * (tag in ("script", "link", "img", "iframe"))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


class TestPage:
    def test_it_is_whole_and_loads_nothing(self):
        page = Page(render_html(mixed(), STAMP))
        assert page.open == []
        assert page.loads == []
        assert "url(" not in render_html(mixed(), STAMP)

    def test_it_tells_everything_in_words(self):
        text = " ".join(Page(render_html(mixed(), STAMP)).text.split())
        assert "4 product instances: 1 reported, 1 acknowledged, 1 overdue" in text
        assert "\u2716\ufe0e overdue" in text
        assert "10 days ago" in text
        assert "connection timed out after 10 s" in text
        assert "the deadline passed 10 days ago: no report has left since the ACK of 2025-11-22" in text

    def test_nothing_that_comes_from_a_device_is_markup(self):
        nasty = item(NASTY, overdue()) | dict.fromkeys(
            ("next_step", "pid", "serial", "platform", "release", "smart_account", "virtual_account"), NASTY
        )
        nasty["findings"] = [{"code": NASTY, "severity": NASTY, "text": NASTY, "remedy": NASTY}]
        fleet = build_fleet([nasty, {"host": "dead", "error": NASTY}], NASTY)
        page = Page(render_html(fleet, STAMP))
        assert "script" not in page.open + page.loads
        assert page.text.count(NASTY) >= 10

    @pytest.mark.parametrize(
        ("days", "words"), [(None, ""), (-2, "2 days ago"), (-1, "1 day ago"), (0, "today"), (1, "in 1 day")]
    )
    def test_days(self, days, words):
        assert days_words(Row("h", "ok", "", days_to_deadline=days)) == words


class TestFiles:
    ALL = ["text", "json", "html"]

    def write(self, directory, fleet, stamp):
        changes = plan_files(fleet, directory, self.ALL, stamp)
        for change in changes:
            if change.changed:
                change.write()
        return [change.path.name for change in changes if change.changed]

    def test_the_time_alone_rewrites_nothing(self, tmp_path):
        target = tmp_path / "made" / "for it"
        assert self.write(target, mixed(), STAMP) == ["fleet.txt", "fleet.json", "fleet.html"]
        assert self.write(target, mixed(), LATER) == []
        assert STAMP in (target / "fleet.html").read_text()
        assert sorted(path.name for path in target.iterdir()) == ["fleet.html", "fleet.json", "fleet.txt"]

    def test_a_change_of_the_fleet_does(self, tmp_path):
        self.write(tmp_path, mixed(), STAMP)
        assert len(self.write(tmp_path, build_fleet([item("wlc1")], "Example Campus"), LATER)) == 3
        assert all(LATER in path.read_text() for path in tmp_path.iterdir())

    def test_a_title_that_looks_like_a_time_does_no_harm(self, tmp_path):
        fleet = build_fleet([item("wlc1")], "Report of 1999-01-01T00:00:00Z")
        self.write(tmp_path, fleet, STAMP)
        assert self.write(tmp_path, fleet, LATER) == []

    def test_someone_elses_file_is_replaced(self, tmp_path):
        (tmp_path / "fleet.json").write_text("{}")
        assert len(self.write(tmp_path, mixed(), STAMP)) == 3

    def test_a_directory_that_cannot_be_made_is_an_error_with_its_name(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(SlpError, match=re.escape(str(tmp_path / "file" / "fleet.txt"))):
            self.write(tmp_path / "file", mixed(), STAMP)

    def test_a_file_that_is_no_text_is_an_error_with_its_name(self, tmp_path):
        (tmp_path / "fleet.txt").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(SlpError, match=r"fleet\.txt: the file that is there cannot be read"):
            plan_files(mixed(), tmp_path, ["text"], STAMP)
