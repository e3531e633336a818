# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the mock CSSM reads the reports of one product instance out of a request, and whether it believes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .cssm_schema import USAGE
from .simdoc import SIGNING_TYPE, Udi, read_trust_request
from .simxml import DocumentError, parse_xml

BUILTIN = "builtin"
TRUST_REQUEST = "SmartLicenseTrustRequest"


class RefusedError(Exception):
    """CSSM does not take a request: ``code`` as in ``message_code``, ``status`` is the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class Verifier(Protocol):
    def device_verify(self, payload: bytes, key_id: str, value: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Report:
    """One report as it came: ``payload`` and ``signature`` untouched; the rest was read from a copy."""

    udi: Udi
    report_id: int
    payload: str
    signature: Mapping[str, Any]
    units: tuple[Udi, ...]
    tag: str
    count: int

    @property
    def label(self) -> str:
        return f"report {self.report_id} of {self.udi}"


@dataclass(frozen=True, slots=True)
class Submission:
    """What one request holds for one product instance."""

    udi: Udi
    software_tag: str
    reports: tuple[Report, ...]
    trust_requests: tuple[Udi, ...]

    @property
    def units(self) -> tuple[Udi, ...]:
        """Every UDI of the product instance that the request names, the asking one first."""
        named = (unit for report in self.reports for unit in (report.udi, *report.units))
        return tuple(dict.fromkeys((self.udi, *named, *self.trust_requests)))


def read_submissions(
    entries: Iterable[Mapping[str, Any]], pki: Verifier, *, accept_builtin: bool
) -> tuple[Submission, ...]:
    """Read ``reports`` of a report-usage body whose shape was checked. Raises RefusedError for the first bad report.

    ``accept_builtin``: take reports with a real device's signature, which nobody outside Cisco can verify.
    """
    return tuple(
        _submission(
            Udi.from_sudi(entry["sudi"]),
            str(entry.get("software_tag_identifier", "")),
            [(usage["payload"], usage["signature"]) for usage in entry["usage"]],
            [_trust_request(request) for request in entry.get("trust_requests", ())],
            pki,
            accept_builtin,
        )
        for entry in entries
    )


def read_legacy_submissions(
    entries: Iterable[Mapping[str, Any]], pki: Verifier, *, accept_builtin: bool
) -> tuple[Submission, ...]:
    """Read ``reports`` of a report-usage-legacy body: each holds a device's whole file in base64."""
    found = []
    for entry in entries:
        udi = Udi.from_sudi(entry["sudi"])
        try:
            software_tag, usages, trust_requests = _read_document(base64.b64decode(entry["licenses"]))
        except ValueError as error:
            raise RefusedError("MALFORMED_DOCUMENT", f"The document of {udi} cannot be read: {error}") from error
        found.append(_submission(udi, software_tag, usages, trust_requests, pki, accept_builtin))
    return tuple(found)


def _read_document(data: bytes) -> tuple[str, list[tuple[str, Mapping[str, Any]]], list[Udi]]:
    """The software tag, the signed payloads and the trust requests of a device's file. Raises ValueError."""
    root = parse_xml(data)
    if root.tag not in ("smartLicense", "RUMReport"):
        raise DocumentError(f"root element {root.tag}")
    elements = [root] if root.tag == "RUMReport" else root.children
    usages = []
    for element in elements:
        if element.tag == "RUMReport":
            report = json.loads(element.text)
            USAGE(report, "RUMReport")
            usages.append((report["payload"], report["signature"]))
    info = json.loads(root.value("smartLicenseSystemInfo", "data") or "{}")
    requests = [read_trust_request(element.text) for element in elements if element.tag == TRUST_REQUEST]
    return str(info.get("software_tag_identifier", "")), usages, requests


def _submission(
    udi: Udi,
    software_tag: str,
    usages: list[tuple[str, Mapping[str, Any]]],
    trust_requests: list[Udi],
    pki: Verifier,
    accept_builtin: bool,
) -> Submission:
    if not usages and not trust_requests:
        raise RefusedError("NO_DATA_FOUND", f"Neither usage nor a trust request from {udi}")
    reports = tuple(_report(udi, payload, signature, pki, accept_builtin) for payload, signature in usages)
    return Submission(udi, software_tag or _software_tag(reports), reports, tuple(trust_requests))


def _software_tag(reports: tuple[Report, ...]) -> str:
    return str(json.loads(reports[0].payload)["asset_identification"]["asset"]["name"]) if reports else ""


def _report(udi: Udi, payload: str, signature: Mapping[str, Any], pki: Verifier, accept_builtin: bool) -> Report:
    report = _read_payload(udi, payload, signature)
    if udi not in (report.udi, *report.units):
        raise RefusedError("UDI_MISMATCH", f"{report.label} was submitted for {udi}")
    sudi = signature.get("sudi")
    if sudi is not None and Udi.from_sudi(sudi) != report.udi:
        raise RefusedError("UDI_MISMATCH", f"{report.label} is signed by {Udi.from_sudi(sudi)}")
    signing_type = signature["signing_type"]
    if signing_type == BUILTIN and accept_builtin:
        return report
    if signing_type != SIGNING_TYPE or not pki.device_verify(payload.encode(), signature["key"], signature["value"]):
        raise RefusedError("INVALID_SIGNATURE", f"The signature of {report.label} is not valid")
    return report


def _read_payload(udi: Udi, payload: str, signature: Mapping[str, Any]) -> Report:
    """Read either dialect (formats.md 1.3); what was signed stays the text itself."""
    try:
        data = json.loads(payload)
        identification, meta = data["asset_identification"], data["meta"]
        report_id = identification["report_id"] if "version" in data else meta["report_id"]
        if not isinstance(report_id, int):
            raise TypeError("report_id is no integer")
        if not identification["asset"]["name"]:
            raise ValueError("the asset has no name")
        measured = [entry["value"]["value"] for entry in data["measurements"] if "value" in entry]
        return Report(
            udi=Udi.from_sudi(identification["instance"]["sudi"]),
            report_id=report_id,
            payload=payload,
            signature=dict(signature),
            units=tuple(Udi.from_sudi(unit["sudi"]) for unit in meta.get("ha_udi", ())),
            tag=str(meta.get("entitlement_tag", "")),
            count=int(measured[-1]) if measured else 0,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problem = f"{type(error).__name__}: {error}"
        raise RefusedError("MALFORMED_PAYLOAD", f"A usage payload of {udi} cannot be read ({problem})") from error


def _trust_request(text: str) -> Udi:
    """The UDI that asks for a trust code: the element as it stands in the device's file, in base64 (UNVERIFIED)."""
    try:
        element = parse_xml(base64.b64decode(text))
        if element.tag != TRUST_REQUEST:
            raise DocumentError(f"element {element.tag}")
        return read_trust_request(element.text)
    except DocumentError as error:
        raise RefusedError("MALFORMED_DOCUMENT", f"A trust request cannot be read: {error}") from error
