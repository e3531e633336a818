# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of a submission share: product instances and their reports, and time that only sleeping lets pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.account import AccountName
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.model import SubmitReport

from tests.unit.portal.servers import Cssm

WLC = [Udi("C9800-CL-K9", f"9SIM000000{n}") for n in range(1, 7)]
STANDBY = Udi("C9800-CL-K9", "9SIM0000099")
ACCOUNT = AccountName("work.example", "Default")


def usage_file(udi: Udi, numbers: Iterable[int], *, trust: str = "", standby: Udi | None = None) -> bytes:
    """A file as a device saves it, with signatures of no device."""
    reports = "".join(f"<RUMReport><![CDATA[{_report(udi, n, standby)}]]></RUMReport>" for n in numbers)
    return f"<smartLicense>{reports}{trust}</smartLicense>".encode()


def _report(udi: Udi, number: int, standby: Udi | None) -> str:
    sudi = sudi_of(udi)
    ha = [{"role": "Active", "sudi": sudi}]
    if standby:
        ha.append({"role": "Standby", "sudi": sudi_of(standby)})
    payload = {
        "version": "2.0",
        "asset_identification": {"report_id": number, "asset": {"name": "regid.sim"}, "instance": {"sudi": sudi}},
        "meta": {"entitlement_tag": "regid.sim-tag", "ha_udi": ha},
        "measurements": [],
    }
    signature = {"sudi": sudi, "signing_type": "test", "key": "k", "value": "dg=="}
    return json.dumps({"payload": json.dumps(payload), "signature": signature})


def sudi_of(udi: Udi) -> dict[str, str]:
    return {"udi_pid": udi.pid, "udi_serial_number": udi.sn}


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds))
        self.now += seconds


Run = Callable[..., SubmitReport]


def collect(archive: Archive, udi: Udi, *numbers: int, facts: dict[str, Any] | None = None, **more: Any) -> PiFolder:
    data = usage_file(udi, numbers, **more)
    archive.pi(udi).add_usage(data, read_rum(data), name="SAVED_RUM.txt", facts=facts or {})
    return archive.pi(udi)


def states(archive: Archive) -> dict[str, dict[int, str]]:
    return {
        folder.udi.sn: {number: status.state for number, status in folder.state().reports.items()}
        for folder in archive.pis()
    }


def submissions(cssm: Cssm) -> list[Any]:
    return [seen for seen in cssm.seen if seen.path.endswith(("reportusage", "report-usage", "report-usage-legacy"))]


def polls(cssm: Cssm) -> list[Any]:
    return cssm.calls("/poll")


def sent_and_accepted(cssm: Cssm) -> dict[tuple[str, int], int]:
    """How often each report is part of an accepted call."""
    held: dict[tuple[str, int], int] = {}
    for ticket in cssm.tickets.values():
        for _unused, serial, numbers in ticket:
            for number in numbers:
                held[serial, number] = held.get((serial, number), 0) + 1
    return held
