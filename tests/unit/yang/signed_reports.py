# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports as the licensing service of IOS XE gives them."""

from __future__ import annotations

import json
from typing import Any


def payload(number: int, **more: Any) -> str:
    return json.dumps(
        {
            "version": "2.0",
            "asset_identification": {
                "report_id": number,
                "asset": {"name": "regid.2018-05.com.cisco.WLC,1.0_x"},
                "instance": {"sudi": {"udi_pid": "C9800-CL-K9", "udi_serial_number": "9SIM0000001"}},
            },
            "meta": {"entitlement_tag": "regid.2017-08.com.cisco.AIR-DNA-A,1.0_y", **more},
            "measurements": [],
        }
    )


def signed(number: int, **more: Any) -> dict[str, Any]:
    return {
        "payload": payload(number, **more),
        "header": {"type": "rum"},
        "signature": {"signing_type": "builtin", "key": "k", "value": "v"},
    }
