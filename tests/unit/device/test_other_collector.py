# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When somebody else collects at a device, and when that only looks so; and what the archive remembers of its flash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import DeviceError
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState, Reporting, Transport
from ansible_collections.c9800.slp.plugins.module_utils.slp.times import DeviceTime
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import ClosedReport
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.device.on_flash import FlashRecord, path_on
from ansible_collections.c9800.slp.plugins.plugin_utils.device.other_collector import (
    other_collector,
    refuse_other_collector,
)

UDI = Udi("C9800-CL-K9", "9SIM0000001")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "http://cslu.example.net:8182/cslu/v1/pi"


def at(when: datetime, *, known: bool = True) -> DeviceTime:
    return DeviceTime(when.isoformat(), when.replace(tzinfo=None), "UTC", when if known else None)


def state(
    kind: str = "cslu", url: str | None = URL, pushed: timedelta | None = timedelta(days=1), every: int | None = None
) -> LicenseState:
    push = None if pushed is None else at(NOW - pushed)
    reporting = Reporting(last_push=push, push_interval_days=every)
    return LicenseState(udi=UDI, transport=Transport(type=kind, cslu_url=url), reporting=reporting, clock=at(NOW))


@pytest.mark.parametrize(
    ("seen", "works"),
    [
        (state(), True),
        (state(pushed=timedelta(days=29)), True),
        (state(pushed=timedelta(days=31)), False),
        (state(pushed=timedelta(days=80), every=90), True),
        (state(pushed=timedelta(days=8), every=7), False),
        (state(pushed=None), False),
        (state(url=None), False),
        (state("off"), False),
        (state("smart"), False),
        (LicenseState(udi=UDI), False),
    ],
)
def test_a_device_that_reports_to_a_collector_itself(seen: LicenseState, works: bool) -> None:
    why = other_collector(seen, (), ())
    assert bool(why) is works
    assert not works or URL in why


def test_a_push_whose_zone_is_unknown_counts() -> None:
    pushed = LicenseState(
        udi=UDI,
        transport=Transport(type="cslu", cslu_url=URL),
        reporting=Reporting(last_push=at(NOW - timedelta(days=1), known=False)),
        clock=at(NOW),
    )
    assert other_collector(pushed, (), ())


def test_reports_that_somebody_asked_for() -> None:
    closed = [
        ClosedReport(1, UDI, "closed"),
        ClosedReport(2, UDI, "unacknowledged"),
        ClosedReport(3, UDI, "acknowledged"),
    ]
    off = state("off")
    assert other_collector(off, closed, {2}) == ""
    assert "1 report that this archive does not have, such as 2" in other_collector(off, closed, ())
    with pytest.raises(DeviceError, match=r"wlc1: another collector is at work here .*take_over: true"):
        refuse_other_collector(off, closed, {1, 3}, host="wlc1")
    refuse_other_collector(off, closed, {1, 2, 3}, host="wlc1")


def test_the_archive_remembers_files_on_flash(tmp_path: Path) -> None:
    folder = Archive(tmp_path / "archive").pi(UDI)
    with folder.locked():
        record = FlashRecord(folder)
        assert record.paths() == ()
        record.add("bootflash:a.xml")
        record.add("bootflash:b.xml")
        assert FlashRecord(folder).paths() == ("bootflash:a.xml", "bootflash:b.xml")
        record.drop("bootflash:a.xml")
        assert record.paths() == ("bootflash:b.xml",)
        (folder.path / "on-flash.json").write_text("{")
        assert record.paths() == ()
        (folder.path / "on-flash.json").write_text("7")
        assert record.paths() == ()


def test_where_a_file_goes() -> None:
    assert path_on(LicenseState(udi=UDI, platform="C9800-CL"), None, "x.xml") == "bootflash:x.xml"
    assert path_on(LicenseState(udi=UDI, platform="EWC-AP"), None, "x.xml") == "flash:x.xml"
    assert path_on(LicenseState(udi=UDI), "harddisk:", "x.xml") == "harddisk:x.xml"
    with pytest.raises(DeviceError, match="is no name of a file system"):
        path_on(LicenseState(udi=UDI), "flash: x", "x.xml")
