# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a collector hands to CSSM for one product instance, and what is left of it when CSSM refuses."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any

from .cssm_client import CssmRefusedError
from .holdings import Instance, State
from .simdoc import Udi


def entry_of(instance: Instance) -> dict[str, Any]:
    """One product instance in the body of report-usage; payloads as they were signed."""
    entry: dict[str, Any] = {
        "sudi": instance.udi.sudi,
        "usage": [
            {key: value for key, value in held.report.as_json().items() if key != "header"}
            for held in instance.waiting.values()
        ],
    }
    if instance.software_tag:
        entry["software_tag_identifier"] = instance.software_tag
    if instance.trust_requests:
        entry["trust_requests"] = [
            base64.b64encode(
                f"<SmartLicenseTrustRequest><![CDATA[{text}]]></SmartLicenseTrustRequest>".encode()
            ).decode()
            for text in instance.trust_requests.values()
        ]
    return entry


def give_up(instances: Iterable[Instance], message: str) -> None:
    """CSSM knows nothing of the ticket any more: what it was for stays without an answer."""
    for instance in instances:
        instance.problem = message
        instance.sent_trust.clear()
        for held in instance.reports.values():
            if held.state is State.SENT:
                held.state, held.message = State.REFUSED, message


def without_refused(waiting: list[Instance], error: CssmRefusedError) -> list[Instance]:
    """What is left to send when CSSM refused a call: without the report or product instance that it names.

    A report that CSSM has already (``duplicate``) counts as reported.
    """
    named = re.search(r"report (\d+) of PID:(\S+?),SN:(\S+)", error.message)
    if named:
        key = (Udi(named[2], named[3]), int(named[1]))
        for instance in waiting:
            if key in instance.waiting:
                instance.reports[key].state, instance.reports[key].message = State.REFUSED, error.message
                return [found for found in waiting if found.waiting or found.trust_requests]
    blamed = [found for found in waiting if any(str(udi) in error.message for udi in found.units)] or waiting
    for instance in blamed:
        instance.problem = error.message
    return [found for found in waiting if found not in blamed]
