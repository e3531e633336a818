# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a collector (CSLU, SSM On-Prem, Catalyst Center) holds of product instances: reports, trust requests, answers.

A report stays as its device signed it, octet for octet. A pair is one product instance, known by each of its UDIs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from .simdoc import SIMULATED, ReportAck, SignedReport, Udi, Verify, read_import, read_usage
from .simxml import DocumentError, parse_xml

Key = tuple[Udi, int]
"""The UDI that signed a report, and the report's id."""
TRUST_REQUEST = "SmartLicenseTrustRequest"


class State(StrEnum):
    """Where a report is on its way."""

    HELD = "held"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One document of a product instance, read. ``trust_requests``: the request of each UDI that asks, as it came."""

    udi: Udi
    units: tuple[Udi, ...]
    hostname: str = ""
    release: str = ""
    software_tag: str = ""
    reports: tuple[SignedReport, ...] = ()
    trust_requests: Mapping[Udi, str] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[Key]:
        return frozenset((report.udi, report_id(report.payload)) for report in self.reports)


@dataclass(slots=True)
class Held:
    """A report in the collector's hands."""

    report: SignedReport
    received: float
    state: State = State.HELD
    message: str = ""


@dataclass(slots=True)
class Answer:
    """What CSSM gave for a product instance. ``delivered``: when the device fetched it, or was given it."""

    document: bytes
    acks: tuple[ReportAck, ...]
    trust: frozenset[Udi]
    received: float
    delivered: float | None = None


@dataclass(slots=True)
class Instance:
    """One product instance. ``tenant``: the local account that it reports to; ``sent_trust``: asked CSSM already."""

    units: tuple[Udi, ...]
    tenant: str
    hostname: str = ""
    release: str = ""
    software_tag: str = ""
    method: str = "push"
    last_contact: float | None = None
    problem: str = ""
    reports: dict[Key, Held] = field(default_factory=dict)
    trust_requests: dict[Udi, str] = field(default_factory=dict)
    sent_trust: dict[Udi, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    @property
    def udi(self) -> Udi:
        return self.units[0]

    @property
    def waiting(self) -> dict[Key, Held]:
        """Reports that CSSM has not been given."""
        return {key: held for key, held in self.reports.items() if held.state is State.HELD}

    @property
    def undelivered(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.delivered is None]

    def settled(self, keys: Iterable[Key], trust: Iterable[Udi]) -> bool:
        """Whether CSSM has said all there is to say about these reports and trust requests."""
        open_ = (State.HELD, State.SENT)
        return not any(self.reports[key].state in open_ for key in keys) and not any(
            udi in self.trust_requests or udi in self.sent_trust for udi in trust
        )

    def answers_for(self, keys: Iterable[Key], trust: Iterable[Udi]) -> list[Answer]:
        """The answers that name one of these, and those that the device has not had."""
        named, asked = set(keys), set(trust)
        return [
            answer
            for answer in self.answers
            if answer.delivered is None
            or asked & answer.trust
            or named & {(ack.udi, ack.report_id) for ack in answer.acks}
        ]

    def accept(self, document: bytes, verify: Verify, now: float) -> Answer:
        """Book what CSSM sent. Raises DocumentError."""
        found = read_import(document, verify)
        strangers = {ack.udi for ack in found.acks} | set(found.trust)
        if strangers - set(self.units):
            raise DocumentError(f"it is for {min(strangers - set(self.units))}, not for {self.udi}")
        for ack in found.acks:
            held = self.reports.get((ack.udi, ack.report_id))
            if held:
                held.state = State.ACKNOWLEDGED if ack.accepted else State.REFUSED
                held.message = ack.message
        for udi in found.trust:
            self.trust_requests.pop(udi, None)
            self.sent_trust.pop(udi, None)
        answer = Answer(document, found.acks, frozenset(found.trust), now)
        self.answers.append(answer)
        return answer

    def as_dict(self) -> dict[str, Any]:
        """For ``state()``: nothing secret, nothing long but the signatures."""
        return {
            "udi": str(self.udi),
            "udis": [str(udi) for udi in self.units],
            "tenant": self.tenant,
            "hostname": self.hostname,
            "release": self.release,
            "method": self.method,
            "last_contact": self.last_contact,
            "problem": self.problem,
            "reports": [
                {
                    "udi": str(udi),
                    "report_id": number,
                    "state": str(held.state),
                    "message": held.message,
                    "received": held.received,
                    "signature": held.report.as_json()["signature"],
                }
                for (udi, number), held in sorted(self.reports.items())
            ],
            "trust_requests": [str(udi) for udi in (*self.trust_requests, *self.sent_trust)],
            "acks": [
                {
                    "received": answer.received,
                    "delivered": answer.delivered,
                    "reports": [ack.report_id for ack in answer.acks if ack.accepted],
                    "trust": sorted(map(str, answer.trust)),
                }
                for answer in self.answers
            ],
        }


class Holdings:
    """Every product instance that a collector knows."""

    def __init__(self) -> None:
        self._by_udi: dict[Udi, Instance] = {}

    def __iter__(self) -> Iterator[Instance]:
        """Each once, in the order of their first contact."""
        yield from {id(found): found for found in self._by_udi.values()}.values()

    def of(self, tenant: str) -> list[Instance]:
        return [instance for instance in self if instance.tenant == tenant]

    def find(self, udi: Udi) -> Instance | None:
        return self._by_udi.get(udi)

    def take(self, usage: Usage, *, tenant: str, method: str, now: float) -> Instance:
        """Keep what a device gave. What is here already stays as it is."""
        instance = self._instance(usage, tenant)
        instance.hostname = usage.hostname or instance.hostname
        instance.release = usage.release or instance.release
        instance.software_tag = usage.software_tag or instance.software_tag
        instance.tenant, instance.method, instance.last_contact = tenant, method, now
        for report in usage.reports:
            instance.reports.setdefault((report.udi, report_id(report.payload)), Held(report, now))
        for udi, request in usage.trust_requests.items():
            # A code that CSSM has given is given again: one that was lost on the way need not be asked for anew.
            if udi not in instance.sent_trust and not any(udi in answer.trust for answer in instance.answers):
                instance.trust_requests[udi] = request
        return instance

    def _instance(self, usage: Usage, tenant: str) -> Instance:
        units = tuple(dict.fromkeys((usage.udi, *usage.units)))
        known = list({id(found): found for udi in units if (found := self._by_udi.get(udi))}.values())
        instance = known[0] if known else Instance(units, tenant)
        for other in known[1:]:  # two controllers that became a pair
            instance.reports |= other.reports
            instance.answers += other.answers
            instance.units += other.units
        instance.units = tuple(dict.fromkeys((*units, *instance.units)))
        self._by_udi.update(dict.fromkeys(instance.units, instance))
        return instance


def report_id(payload: str) -> int:
    """The number of a report, in either dialect (formats.md 1.3). Raises DocumentError."""
    try:
        data = json.loads(payload)
        found = data["asset_identification"].get("report_id") or data["meta"]["report_id"]
        return int(found)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DocumentError(f"a report without a number: {error}") from error


def read_document(data: bytes, *, udi: Udi | None = None, units: Iterable[Udi] = (), **known: str) -> Usage:
    """Read what ``license smart save`` writes. Raises DocumentError.

    ``udi`` and ``units`` come from whoever sent it; without them they are the document's own.
    """
    found = read_usage(data)
    own = Udi.from_sudi(found.system_info["sudi"]) if "sudi" in found.system_info else None
    first = udi or own or (found.reports[0].udi if found.reports else None)
    if first is None:
        raise DocumentError("it does not say which device it is of")
    listed = [Udi.from_sudi(entry.get("sudi")) for entry in found.system_info.get("device_list", ())]
    texts = [child.text for child in parse_xml(data).children if child.tag == TRUST_REQUEST]
    return Usage(
        udi=first,
        units=tuple(dict.fromkeys((first, *units, *listed))),
        hostname=known.get("hostname") or str(found.system_info.get("hostname", "")),
        release=known.get("release", ""),
        software_tag=str(found.system_info.get("software_tag_identifier", "")),
        reports=found.reports,
        trust_requests=dict(zip(found.trust_requests, texts, strict=True)),
    )


def own_usage(usage: Usage) -> Usage:
    """What was pulled, without trust requests: they ride in reports only when the device sends those (seed)."""
    return replace(usage, trust_requests={})


def merged(answers: Iterable[Answer]) -> bytes:
    """Several answers as one document: signatures cover single elements, so all of them stay valid.

    Of policies and account data the newest one is left. That collectors do so is SIMULATED.
    """
    ordered = sorted(answers, key=lambda answer: answer.received)
    if len(ordered) < 2:
        return ordered[0].document if ordered else b""
    newest: dict[str, bytes] = {}
    pieces: list[bytes] = []
    for answer in ordered:
        for tag, octets in _children(answer.document):
            if tag in ("smartLicenseRumAck", "smartLicenseTrust", "smartLicenseAuthorization"):
                pieces.append(octets)
            else:
                newest[tag] = octets
    last = newest.pop("correlationID", b"")
    return b"".join((b"<smartLicense>", SIMULATED.encode(), *newest.values(), *pieces, last, b"</smartLicense>"))


def _children(document: bytes) -> Iterator[tuple[str, bytes]]:
    root = parse_xml(document)
    for child in root.children:
        closing = f"</{child.tag}>".encode()
        yield child.tag, document[child.start : document.index(closing, child.start) + len(closing)]
