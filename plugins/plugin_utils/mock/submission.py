# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a collector hands to CSSM for one product instance, and what is left of it when CSSM refuses."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .cssm_client import CssmRefusedError
from .holdings import TRUST_REQUEST, Instance, Key, State
from .simdoc import Udi


@dataclass(frozen=True, slots=True)
class Part:
    """What one call holds of one product instance: more may come while CSSM is being asked."""

    instance: Instance
    keys: tuple[Key, ...]
    trust: Mapping[Udi, str]

    def __bool__(self) -> bool:
        return bool(self.keys or self.trust)


def part_of(instance: Instance) -> Part:
    """All that waits now."""
    return Part(instance, tuple(instance.waiting), dict(instance.trust_requests))


def entry_of(part: Part) -> dict[str, Any]:
    """The part in the body of report-usage; payloads as they were signed."""
    instance = part.instance
    entry: dict[str, Any] = {"sudi": instance.udi.sudi, "usage": [_usage(instance, key) for key in part.keys]}
    if instance.software_tag:
        entry["software_tag_identifier"] = instance.software_tag
    if part.trust:
        entry["trust_requests"] = [_trust_request(text) for text in part.trust.values()]
    return entry


def book(part: Part) -> None:
    """CSSM has taken it."""
    instance = part.instance
    instance.problem = ""
    for key in part.keys:
        instance.reports[key].state = State.SENT
    for udi, text in part.trust.items():
        instance.trust_requests.pop(udi, None)
        instance.sent_trust[udi] = text


def give_up(parts: Iterable[Part], message: str) -> None:
    """CSSM knows nothing of the ticket any more: what it was for stays without an answer."""
    for part in parts:
        part.instance.problem = message
        for udi in part.trust:
            part.instance.sent_trust.pop(udi, None)
        for key in part.keys:
            held = part.instance.reports[key]
            held.state, held.message = State.REFUSED, message


def without_refused(parts: list[Part], error: CssmRefusedError) -> list[Part]:
    """What is left to send when CSSM refused a call: without the report or product instance that it names.

    A report that CSSM has already (``duplicate``) is not sent again.
    """
    named = re.search(r"report (\d+) of PID:(\S+?),SN:([\w-]+)", error.message)
    key = (Udi(named[2], named[3]), int(named[1])) if named else None
    for part in parts:
        if key in part.keys:
            held = part.instance.reports[key]
            held.state, held.message = State.REFUSED, error.message
            left = Part(part.instance, tuple(found for found in part.keys if found != key), part.trust)
            return [one for one in (left if one is part else one for one in parts) if one]
    named_udis = {Udi(*found) for found in re.findall(r"PID:(\S+?),SN:([\w-]+)", error.message)}
    blamed = [part for part in parts if named_udis & set(part.instance.units)] or parts
    for part in blamed:
        part.instance.problem = error.message
    return [part for part in parts if part not in blamed]


def _usage(instance: Instance, key: Key) -> dict[str, Any]:
    whole = instance.reports[key].report.as_json()
    return {name: whole[name] for name in ("payload", "signature")}


def _trust_request(text: str) -> str:
    element = f"<{TRUST_REQUEST}><![CDATA[{text}]]></{TRUST_REQUEST}>"
    return base64.b64encode(element.encode()).decode()
