# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invented reports and files, written by hand as a device would, and the way to the real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[3].parent / "shared" / "samples"
SUDI = {"udi_pid": "C9800-CL-K9", "udi_serial_number": "9SIM0000001"}
SOFTWARE = "regid.2018-05.com.cisco.SIM,1.0_00000000-0000-4000-8000-000000000001"
TAG = "regid.2018-06.com.cisco.SIM_NW,1.0_00000000-0000-4000-8000-000000000002"
SIGNATURE = {"sudi": SUDI, "signing_type": "slp-sim", "key": "k", "value": "dGVzdA=="}


def real(path: str) -> bytes:
    """The octets of a file of other people's; skips the test where it is not at hand."""
    file = SHARED / path
    if not file.is_file():
        pytest.skip(f"no real samples here: {file}")
    return file.read_bytes()


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def measurement(start: int = 1_700_000_000, span: int = 9_000, value: int = 2, **more: Any) -> dict[str, Any]:
    return {
        "log_time": start,
        "metric_name": "ENTITLEMENT",
        "start_time": start,
        "end_time": start + span,
        "sample_interval": span,
        "num_samples": span // 900 + 1,
        "value": {"type": "COUNT", "value": str(value)},
        **more,
    }


def content(report_id: Any = 1_700_000_001, *, dialect: int = 2, **meta: Any) -> dict[str, Any]:
    """The payload of a report, still as an object."""
    identification: dict[str, Any] = {"asset": {"name": SOFTWARE}, "instance": {"sudi": SUDI}}
    members: dict[str, Any] = {
        "entitlement_tag": TAG,
        "software_version": "17.09.05",
        "ha_udi": [{"role": "Active", "sudi": SUDI}],
        **meta,
    }
    if dialect == 1:
        members["report_id"] = report_id
        return {"asset_identification": identification, "meta": members, "measurements": [measurement()]}
    return {
        "version": "2.0",
        "asset_identification": {"report_id": report_id, **identification},
        "signature": {"signing_type": "slp-sim", "key": SOFTWARE, "value": "dGVzdA=="},
        "meta": members,
        "measurements": [measurement()],
    }


def outer(payload: object, **more: Any) -> str:
    """The JSON of one RUMReport element. ``payload``: text as it is, anything else as compact JSON."""
    text = payload if isinstance(payload, str) else compact(payload)
    return compact({"payload": text, "header": {"type": "rum"}, "signature": SIGNATURE, **more})


def element(text: str) -> str:
    """One RUMReport element; the end mark of CDATA is split as XML wants it."""
    return f"<RUMReport><![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]></RUMReport>"


def usage_file(*reports: str, rest: str = "", prolog: str = "") -> bytes:
    return f"{prolog}<smartLicense>{''.join(map(element, reports))}{rest}</smartLicense>".encode()
