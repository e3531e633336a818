# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CSSM gives back: documents for ``license smart import`` (formats.md 2).

One document may hold an acknowledgement, a policy, an authorization, a trust code and account information at once. The
keys inside the acknowledgement's JSON array are not public, nor is the trust code's element. So what can be recognised
is read, and nothing is demanded: a document in which no report and no UDI can be read is a document all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .errors import FileFormatError, ParseError
from .rum import load_json
from .safexml import Element, read_xml
from .udi import Udi

_KINDS = {
    "smartLicenseRumAck": "rum_ack",
    "smartLicensePolicy": "policy",
    "smartLicenseAuthorization": "authorization",
    "smartLicenseAccountInfo": "account_info",
}
_POLICY_CLASSES = ("perpetual", "subscription", "enforced", "export", "generic")
# Words of an outcome that is no acknowledgement. UNVERIFIED, as no error ACK was ever seen (formats.md 2.3).
_REJECTIONS = frozenset({"NACK", "NAK", "FAILED", "FAILURE", "ERROR", "REJECTED", "INVALID"})


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """Days for one class of licences: 0 = not required, None = not in the document (formats.md 2.5)."""

    first: int | None
    ongoing: int | None
    change: int | None


@dataclass(frozen=True, slots=True)
class ImportPolicy:
    """``classes``: perpetual, subscription, enforced, export, generic, as far as the document has them."""

    name: str | None
    version: str | None
    stamp: datetime | None
    ack_required: bool | None
    classes: Mapping[str, PolicyTerms]


@dataclass(frozen=True, slots=True)
class ImportAccount:
    """The account that answered; the numeric ids as text."""

    smart_account: str | None
    virtual_account: str | None
    smart_account_id: str | None
    virtual_account_id: str | None
    domain: str | None
    stamp: datetime | None


@dataclass(frozen=True, slots=True)
class ImportEntitlement:
    """One licence of an authorization code."""

    tag: str
    count: int | None
    license_type: str | None
    display_name: str | None
    start: str | None
    end: str | None
    success: bool


@dataclass(frozen=True, slots=True)
class ImportAuthorization:
    """An authorization code (SLAC) for one UDI."""

    udi: Udi | None
    piid: str | None
    stamp: datetime | None
    entitlements: tuple[ImportEntitlement, ...]


@dataclass(frozen=True, slots=True)
class ImportDoc:
    """A document to import. ``kinds``: rum_ack, policy, authorization, trust, account_info."""

    name: str
    raw: bytes
    sha256: str
    kinds: frozenset[str]
    acks: tuple[Mapping[str, Any], ...]  # the array as it is; its keys are not public
    report_ids: frozenset[int]  # all that could be read, the rejected ones included
    rejected: Mapping[int, str]  # report id -> CSSM's words, as far as they could be read
    udis: frozenset[Udi]  # whom it is for, as far as it says so
    policy: ImportPolicy | None
    account: ImportAccount | None
    authorizations: tuple[ImportAuthorization, ...]
    correlation_id: str | None
    warnings: tuple[str, ...]


def read_import(data: bytes, *, name: str = "") -> ImportDoc:
    """Read a document of CSSM: an ACK, a policy alone, an authorization, a trust code, or all of them in one.

    Raises FileFormatError, naming the file, for anything cut off, altered or foreign, and for usage files.
    """
    root = read_xml(data, name=name, roots=("smartLicense", "smartLicensePolicy"))
    parts = [root] if root.tag == "smartLicensePolicy" else root.children
    _refuse_foreign(parts, name)
    warnings: list[str] = []
    kinds: dict[str, list[Element]] = {}
    for part in parts:
        kind = _kind(part.tag)
        if kind:
            kinds.setdefault(kind, []).append(part)
        elif part.tag != "correlationID":
            warnings.append(f"unknown part {part.tag}")
    if not kinds:
        raise FileFormatError(
            "holds nothing that a device could import",
            subject=name,
            remedy="Take the file that CSSM gave for the upload",
        )
    acks = [ack for part in kinds.get("rum_ack", ()) for ack in _read_acks(part, warnings)]
    authorizations = tuple(_read_authorization(part, warnings) for part in kinds.get("authorization", ()))
    outcomes = dict(outcome for ack in acks for outcome in _outcomes(ack))
    return ImportDoc(
        name=name,
        raw=data,
        sha256=hashlib.sha256(data).hexdigest(),
        kinds=frozenset(kinds),
        acks=tuple(acks),
        report_ids=frozenset(outcomes),
        rejected={number: words for number, words in outcomes.items() if words},
        udis=frozenset(
            [
                *(a.udi for a in authorizations if a.udi),
                *_sudis(acks),
                *(udi for part in kinds.get("trust", ()) for udi in _trust_udis(part)),
            ]
        ),
        policy=next((_read_policy(part) for part in kinds.get("policy", ())), None),
        account=next((_read_account(part) for part in kinds.get("account_info", ())), None),
        authorizations=authorizations,
        correlation_id=root.value("correlationID"),
        warnings=tuple(warnings),
    )


def _kind(tag: str) -> str | None:
    # The trust code's element is UNVERIFIED (formats.md 2.1); a trust request goes the other way.
    if "trust" in tag.lower() and "request" not in tag.lower():
        return "trust"
    return _KINDS.get(tag)


def _refuse_foreign(parts: list[Element], name: str) -> None:
    requests = [p.tag for p in parts if p.tag == "RUMReport" or "request" in p.tag.lower()]
    if requests:
        raise FileFormatError(
            f"is a file for CSSM (with {requests[0]}), not one from it",
            subject=name,
            remedy="Submit it, and import what CSSM answers",
        )


def _read_acks(part: Element, warnings: list[str]) -> list[Mapping[str, Any]]:
    data = part.child("data")
    try:
        array = load_json(data.text) if data is not None else None
    except ValueError:
        array = None
    if not isinstance(array, list):
        warnings.append("the acknowledgement's list cannot be read")
        return []
    return [item for item in array if isinstance(item, dict)]


def _outcomes(ack: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Each report named, with the words of its rejection ("" = acknowledged)."""
    words = ""
    if str(ack.get("status", "")).upper() in _REJECTIONS:
        words = str(ack.get("status_message") or ack["status"])
    for mapping in _mappings(ack):
        for key, value in mapping.items():
            if key.replace("_", "").replace("-", "").lower() == "reportid":
                number = _number(value)
                if number is not None:
                    yield number, words


def _mappings(value: object, depth: int = 16) -> Iterator[Mapping[str, Any]]:
    """All JSON objects in a JSON value, down to a depth that no honest document has."""
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    if isinstance(value, list) and depth:
        for item in value:
            yield from _mappings(item, depth - 1)


def _sudis(value: object) -> Iterator[Udi]:
    for mapping in _mappings(value):
        try:
            yield Udi.from_sudi(mapping)
        except ParseError:
            continue


def _trust_udis(part: Element) -> Iterator[Udi]:
    for element in part.walk():
        text = element.text.strip()
        if element.tag.lower() == "udi":
            udi = _udi(text)
            if udi is not None:
                yield udi
        elif text[:1] in ("{", "["):
            try:
                yield from _sudis(load_json(text))
            except ValueError:
                continue


def _read_policy(part: Element) -> ImportPolicy:
    code = part.child("policyCode") or part
    required = code.value("ackRequired")
    return ImportPolicy(
        name=code.value("name"),
        version=code.value("version"),
        stamp=_stamp(code.value("datestamp")),
        ack_required=None if required is None else required.lower() in ("yes", "true"),
        classes={
            name: PolicyTerms(
                first=_number(terms.value("firstTimeReport")),
                ongoing=_number(terms.value("onGoingReporting")),
                change=_number(terms.value("reportOnMACD")),
            )
            for name in _POLICY_CLASSES
            if (terms := code.child(name)) is not None
        },
    )


def _read_account(part: Element) -> ImportAccount:
    info = part.child("customerInfo") or part
    milliseconds = _number(info.value("timestamp"))
    stamp = None
    if milliseconds is not None and milliseconds < 2**48:
        stamp = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
    return ImportAccount(
        smart_account=info.value("smartAccount"),
        virtual_account=info.value("virtualAccount"),
        smart_account_id=info.value("smartAccountId"),
        virtual_account_id=info.value("virtualAccountId"),
        domain=info.value("smartAccountDomain"),
        stamp=stamp,
    )


def _read_authorization(part: Element, warnings: list[str]) -> ImportAuthorization:
    code = part.child("authorizationCode") or part
    udi = _udi(part.value("udi") or code.value("udi") or "")
    if udi is None:
        warnings.append("an authorization does not say for whom it is")
    listed = code.child("entitlements")
    return ImportAuthorization(
        udi=udi,
        piid=code.value("piid"),
        stamp=_stamp(code.value("dateStamp")),
        entitlements=tuple(
            ImportEntitlement(
                tag=item.value("tag") or "",
                count=_number(item.value("count")),
                license_type=item.value("licenseType"),
                display_name=item.value("displayName"),
                start=item.value("startDate"),
                end=item.value("endDate"),
                success=item.value("status", "success") == "true",
            )
            for item in (listed.children if listed is not None else ())
            if item.tag == "entitlement"
        ),
    )


def _udi(text: str) -> Udi | None:
    try:
        return Udi.parse(text)
    except ParseError:
        return None


def _number(value: object) -> int | None:
    """A count, days, an id: a JSON number or decimal digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _stamp(text: str | None) -> datetime | None:
    """Dates of CSSM are UTC without saying so (formats.md 2.2)."""
    try:
        stamp = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
