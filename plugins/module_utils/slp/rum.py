# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RUM files, as a product instance saves them (formats.md 1).

A report is signed over the octets of its ``payload`` string. So the payload is kept as that string and forwarded as it
is; what is read out of it comes from a parsed copy, and nothing here ever writes a payload anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from ._measurements import Measurement, check_measurements, read_measurements
from .errors import FileFormatError, ParseError
from .safexml import MAX_BYTES, Element, Limits, read_xml
from .udi import Udi

# The element name of a trust request is UNVERIFIED (formats.md 2.6). Whatever it is, "trust" will be in it.
_TRUST = "trust"
# What only CSSM writes (formats.md 2.1): its presence means that an ACK was taken for a usage file.
_FROM_CSSM = ("smartLicenseRumAck", "smartLicensePolicy", "smartLicenseAuthorization", "smartLicenseAccountInfo")

_COLLECT_AGAIN = "Collect the reports again; if it stays so, the file was changed on its way"


@dataclass(frozen=True, slots=True)
class RumReport:
    """One report: the licence use of one product instance for one entitlement tag, or telemetry (formats.md 1.1)."""

    payload: str  # what the signature covers; forward it untouched
    header: Mapping[str, Any] | None
    signature: Mapping[str, Any]  # opaque
    report_id: int  # 64 bits, unique per UDI; looks like a time and is none
    udi: Udi
    software_tag: str
    entitlement_tag: str | None  # None in telemetry
    dialect: Literal[1, 2]
    kind: Literal["entitlement", "telemetry"]
    ha: tuple[tuple[str, Udi], ...]  # (role, UDI), the roles as written: Active, Standby, Member
    software_version: str | None
    product_instance_id: str | None  # the UUID given by CSSM
    measurements: tuple[Measurement, ...]
    content: Mapping[str, Any]  # the parsed copy of the payload, unknown keys included
    extra: Mapping[str, Any]  # members beside payload, header and signature
    warnings: tuple[str, ...]  # rules of formats.md 1.4 that do not hold; never a reason to hold the report back

    @property
    def udis(self) -> frozenset[Udi]:
        """The reporting instance and the HA members it names."""
        return frozenset({self.udi, *(udi for _unused, udi in self.ha)})


@dataclass(frozen=True, slots=True)
class RumFile:
    """A usage file or trust-request file. ``bare``: one RUMReport without the smartLicense root (a portal's export)."""

    name: str
    size: int
    sha256: str
    reports: tuple[RumReport, ...]
    system_info: Mapping[str, Any] | None
    trust_requests: tuple[bytes, ...]  # each the octets of one element, tags included
    bare: bool
    warnings: tuple[str, ...]

    @property
    def udis(self) -> frozenset[Udi]:
        """All product instances named: by the reports, their HA members, and the system information."""
        own = _system_udis(self.system_info)
        return own.union(*(report.udis for report in self.reports))

    @property
    def report_ids(self) -> tuple[int, ...]:
        """In the order of the file."""
        return tuple(report.report_id for report in self.reports)


def read_rum(data: bytes, *, name: str = "", max_bytes: int = MAX_BYTES) -> RumFile:
    """Read a saved usage file: both dialects, with or without root, prolog and pretty-printing.

    A file without reports is fine (nothing to report, or a trust request only). Reports of one UDI and number are kept
    once, with a warning, when they are the same to the octet; when they differ the file is refused, because one of them
    is not what the device signed.

    Raises FileFormatError, naming the file and the report, for anything cut off, altered or foreign.
    """
    limits = Limits(size=max_bytes)
    root = read_xml(data, name=name, roots=("smartLicense", "RUMReport"), limits=limits)
    bare = root.tag == "RUMReport"
    children = [root] if bare else root.children
    _refuse_foreign(root, children, name)
    warnings: list[str] = []
    reports = [
        _read_report(element, f"report {position}", name)
        for position, element in enumerate((e for e in children if e.tag == "RUMReport"), start=1)
    ]
    return RumFile(
        name=name,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        reports=tuple(_each_once(reports, name, warnings)),
        system_info=_read_system_info(children, warnings),
        trust_requests=tuple(e.raw(data) for e in children if _TRUST in e.tag.lower()),
        bare=bare,
        warnings=tuple(warnings),
    )


def _refuse_foreign(root: Element, children: Sequence[Element], name: str) -> None:
    acks = [e.tag for e in children if e.tag in _FROM_CSSM]
    if acks:
        raise FileFormatError(
            f"is a document of CSSM (with {acks[0]}), not a usage file",
            subject=name,
            remedy="It is for the device to import",
        )
    if root.tag == "smartLicense" and root.text.strip():
        raise FileFormatError("has text outside of any report", subject=name, remedy=_COLLECT_AGAIN)


def _each_once(reports: list[RumReport], name: str, warnings: list[str]) -> list[RumReport]:
    seen: dict[tuple[Udi, int], RumReport] = {}
    for report in reports:
        first = seen.setdefault((report.udi, report.report_id), report)
        if first is report:
            continue
        if (first.payload, first.signature) != (report.payload, report.signature):
            raise FileFormatError(
                f"holds report {report.report_id} twice, with different content", subject=name, remedy=_COLLECT_AGAIN
            )
        warnings.append(f"report {report.report_id} is in the file more than once")
    return list(seen.values())


def _read_system_info(children: Sequence[Element], warnings: list[str]) -> Mapping[str, Any] | None:
    element = next((e for e in children if e.tag == "smartLicenseSystemInfo"), None)
    if element is None:
        return None
    text = (element.child("data") or element).text
    try:
        info = load_json(text)
    except ValueError:
        info = None
    if isinstance(info, dict):
        return info
    warnings.append("smartLicenseSystemInfo holds no JSON object")
    return None


def _system_udis(info: Mapping[str, Any] | None) -> frozenset[Udi]:
    sudi = (info or {}).get("sudi")
    try:
        return frozenset({Udi.from_sudi(sudi)}) if isinstance(sudi, Mapping) else frozenset()
    except ParseError:
        return frozenset()


def _read_report(element: Element, where: str, name: str) -> RumReport:
    if element.children:
        raise FileFormatError(f"{where} holds XML instead of JSON text", subject=name, remedy=_COLLECT_AGAIN)
    reader = _ReportReader(where, name)
    outer = reader.parse_object(element.text, "")
    payload = outer.get("payload")
    if not isinstance(payload, str):
        reader.refuse("has no payload" if payload is None else "has a payload that is not the signed text any more")
    try:
        payload.encode("utf-8")
    except UnicodeEncodeError:
        reader.refuse("has a payload that is no valid Unicode text")
    signature, header = outer.get("signature"), outer.get("header")
    if not isinstance(signature, dict) or not signature:
        reader.refuse("has no signature")
    return reader.report(
        payload,
        signature=signature,
        header=header if isinstance(header, dict) else None,
        extra={key: value for key, value in outer.items() if key not in ("payload", "signature", "header")},
    )


class _ReportReader:
    """Reads one report; knows where it stands, for the errors."""

    def __init__(self, where: str, name: str) -> None:
        self.where = where
        self.name = name

    def refuse(self, what: str, cause: str = "") -> NoReturn:
        raise FileFormatError(f"{self.where} {what}", cause=cause, subject=self.name, remedy=_COLLECT_AGAIN)

    def parse_object(self, text: str, of: str) -> dict[str, Any]:
        try:
            value = load_json(text)
        except ValueError as error:
            self.refuse(f"{of}is cut off or altered", cause=str(error))
        if not isinstance(value, dict):
            self.refuse(f"{of}is no JSON object")
        return value

    def report(
        self,
        payload: str,
        *,
        signature: Mapping[str, Any],
        header: Mapping[str, Any] | None,
        extra: Mapping[str, Any],
    ) -> RumReport:
        content = self.parse_object(payload, "has a payload that ")
        dialect, warnings = self.dialect(content)
        identification, meta = self.member(content, "asset_identification"), self.member(content, "meta")
        places = (identification, meta) if dialect == 2 else (meta, identification)
        report_id = self.report_id(places)
        self.where = f"report {report_id}"
        instance = self.member(identification, "instance")
        udi = self.udi(instance.get("sudi"), "instance")
        ha = tuple(
            (str(unit.get("role", "")), self.udi(unit.get("sudi"), "HA member"))
            for unit in _objects(meta.get("ha_udi"))
        )
        tag = _text(meta.get("entitlement_tag"))
        telemetry = meta.get("report_type") == "telemetry" or tag is None
        measurements = read_measurements(content.get("measurements"), warnings)
        if not telemetry:
            check_measurements(measurements, warnings)
        if ha and udi not in [member for _unused, member in ha]:
            warnings.append(f"{udi} is not among its own HA members")
        return RumReport(
            payload=payload,
            header=header,
            signature=signature,
            report_id=report_id,
            udi=udi,
            software_tag=_text(self.member(identification, "asset").get("name")) or "",
            entitlement_tag=tag,
            dialect=dialect,
            kind="telemetry" if telemetry else "entitlement",
            ha=ha,
            software_version=_text(meta.get("software_version")),
            product_instance_id=_text(instance.get("product_instance_identifier")),
            measurements=measurements,
            content=content,
            extra=extra,
            warnings=tuple(warnings),
        )

    def dialect(self, content: Mapping[str, Any]) -> tuple[Literal[1, 2], list[str]]:
        """By ``version`` (formats.md 1.3). A later 2.x is read like 2.0, with a warning."""
        version = content.get("version")
        if version is None:
            return 1, []
        if not str(version).startswith("2."):
            self.refuse(f"is of version {str(version)[:20]!r}, which is unknown")
        return 2, [] if version == "2.0" else [f"version {str(version)[:20]} is read like 2.0"]

    def member(self, mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = mapping.get(key, {})
        if not isinstance(value, dict):
            self.refuse(f"has a {key} that is no JSON object")
        return value

    def report_id(self, places: Sequence[Mapping[str, Any]]) -> int:
        number = next((place["report_id"] for place in places if place.get("report_id") is not None), None)
        if number is None:
            self.refuse("has no report_id")
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**64:
            self.refuse("has a report_id that is no 64-bit number")
        return number

    def udi(self, sudi: object, of: str) -> Udi:
        try:
            return Udi.from_sudi(sudi if isinstance(sudi, dict) else {})
        except ParseError as error:
            self.refuse(f"does not name its {of}", cause=str(error))


def load_json(text: str) -> Any:
    """Like json.loads, and stricter: ValueError also for NaN, for a member given twice, for nesting without end."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a member is given twice")
    return result


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
