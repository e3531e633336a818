# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files to archive, and tickets."""

from __future__ import annotations

from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import ImportDoc, read_import
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import RumFile, read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.model import AckEntry, Ticket, UsageEntry

from tests.unit.files._samples import compact, content, outer, usage_file

A = Udi("C9800-CL-K9", "9SIM0000001")
B = Udi("C9800-CL-K9", "9SIM0000002")
C = Udi("C9800-40-K9", "TTM0000A003")
TRUST = "<SmartLicenseTrustRequest>x</SmartLicenseTrustRequest>"


def sudi(udi: Udi) -> dict[str, str]:
    return {"udi_pid": udi.pid, "udi_serial_number": udi.sn}


def usage(*ids: int, udi: Udi = A, standby: Udi | None = None, rest: str = "") -> tuple[bytes, RumFile]:
    """A usage file of one product instance, which may be a pair."""
    ha = [{"role": "Active", "sudi": sudi(udi)}] + ([{"role": "Standby", "sudi": sudi(standby)}] if standby else [])
    reports = []
    for number in ids:
        payload = content(number, ha_udi=ha)
        payload["asset_identification"]["instance"]["sudi"] = sudi(udi)
        reports.append(outer(payload))
    data = usage_file(*reports, rest=rest)
    return data, read_rum(data, name="usage.xml")


def ack(array: list[dict[str, Any]] | str, mark: str = "") -> tuple[bytes, ImportDoc]:
    """An ACK with this array; as text it is one that nobody can read."""
    text = array if isinstance(array, str) else compact(array)
    data = (
        f"<smartLicense><smartLicenseRumAck><data><![CDATA[{text}]]></data></smartLicenseRumAck>"
        f"<correlationID>{mark}</correlationID></smartLicense>"
    ).encode()
    return data, read_import(data, name="ACK.xml")


def ticket(poll_id: str = "900719925474099312") -> Ticket:
    account = ("example.com", "Default", "1", "2")
    return Ticket(poll_id, "acknowledgements", 30, "swapi", "https://127.0.0.1", *account, "n", "2026-01-01T00:00:00Z")


def add_usage(folder: PiFolder, *ids: int, **more: Any) -> UsageEntry:
    facts = more.pop("facts", {})
    data, rum = usage(*ids, **more)
    return folder.add_usage(data, rum, name="usage.xml", facts=facts)


def add_ack(folder: PiFolder, array: list[dict[str, Any]] | str, asked: list[int], mark: str = "") -> AckEntry:
    data, doc = ack(array, mark)
    return folder.add_ack(data, doc, report_ids=asked, source="test")


def states(folder: PiFolder) -> dict[int, str]:
    return {number: report.state for number, report in folder.state().reports.items()}
