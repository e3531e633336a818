# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing documents of the simulated world, in one place for both of its sides: device and CSSM.

What is public is followed: the RUM file of formats.md 1.2 and 1.7, the document to import of 2.1 and 2.2, the policy of
2.5. Not public, hence SIMULATED here and by no means Cisco's: every signature (ours is ECDSA P-256 over the exact
octets of the element beside ``signature``, with its tags), the keys of the ACK array, and the elements of trust
requests and trust codes, whose names are UNVERIFIED.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from .simxml import DocumentError, Element, parse_xml

SIMULATED = "<!-- simulated by c9800.slp mock targets; not issued by Cisco -->"
SIGNING_TYPE = "slp-sim"
PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'
POLICY_CLASSES = ("subscription", "perpetual", "enforced", "export", "generic")
Verify = Callable[[bytes, str], bool]
"""(octets, base64 signature) -> genuine?"""
Sign = Callable[[bytes], str]


class Udi(NamedTuple):
    """One unit: product id and serial number, in the three spellings of the field."""

    pid: str
    sn: str

    def __str__(self) -> str:
        return f"PID:{self.pid},SN:{self.sn}"

    @property
    def xml(self) -> str:
        return f"P:{self.pid},S:{self.sn}"

    @property
    def sudi(self) -> dict[str, str]:
        return {"udi_pid": self.pid, "udi_serial_number": self.sn}

    @classmethod
    def from_sudi(cls, data: Any) -> Udi:
        try:
            return cls(str(data["udi_pid"]), str(data["udi_serial_number"]))
        except (KeyError, TypeError) as error:
            raise DocumentError(f"no sudi: {data!r}") from error

    @classmethod
    def from_xml(cls, text: str) -> Udi:
        parts = dict(part.split(":", 1) for part in text.split(",") if ":" in part)
        try:
            return cls(parts["P"], parts["S"])
        except KeyError as error:
            raise DocumentError(f"no UDI: {text!r}") from error


@dataclass(frozen=True, slots=True)
class SignedReport:
    """A RUM report as it travels: ``payload`` is JSON text whose octets the signature covers."""

    payload: str
    udi: Udi
    key: str
    value: str

    def as_json(self) -> dict[str, Any]:
        signature = {"sudi": self.udi.sudi, "signing_type": SIGNING_TYPE, "key": self.key, "value": self.value}
        return {"payload": self.payload, "header": {"type": "rum"}, "signature": signature}


@dataclass(frozen=True, slots=True)
class UsageFile:
    """What ``license smart save`` wrote, read again. ``trust_requests``: the UDIs that ask for a trust code."""

    reports: tuple[SignedReport, ...]
    system_info: Mapping[str, Any]
    trust_requests: tuple[Udi, ...]


@dataclass(frozen=True, slots=True)
class ReportAck:
    """One element of the ACK array (simulated keys): what CSSM did with one report."""

    report_id: int
    udi: Udi
    status: str = "ACK"
    message: str = ""
    transaction_id: int = 0

    @property
    def accepted(self) -> bool:
        return self.status == "ACK"


class PolicyClass(NamedTuple):
    """Days; 0 means not required. ``first`` is absent in a document's enforced and export classes."""

    first: int
    ongoing: int
    change: int


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    name: str
    classes: Mapping[str, PolicyClass]
    ack_required: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class AccountDocument:
    smart_account: str
    virtual_account: str
    smart_account_id: str = ""
    virtual_account_id: str = ""
    domain: str = "example.com"


@dataclass(frozen=True, slots=True)
class ImportDocument:
    """The signed children of a document to import, all verified."""

    acks: tuple[ReportAck, ...] = ()
    policy: PolicyDocument | None = None
    account: AccountDocument | None = None
    trust: Mapping[Udi, str] = field(default_factory=dict)
    authorizations: tuple[Udi, ...] = ()
    correlation_id: str = ""


def write_usage(
    reports: Iterable[SignedReport], system_info: Mapping[str, Any] | None, trust_requests: Sequence[str] = ()
) -> Iterator[bytes]:
    """Write the file of ``license smart save``, piece by piece: a backlog of hundreds of reports may be large."""
    yield f"{PROLOG}{SIMULATED}\n<smartLicense>".encode()
    for report in reports:
        yield f"<RUMReport>{_cdata(_compact(report.as_json()))}</RUMReport>\n".encode()
    for request in trust_requests:
        # UNVERIFIED element name and content.
        yield f"<SmartLicenseTrustRequest>{_cdata(request)}</SmartLicenseTrustRequest>\n".encode()
    if system_info is not None:
        yield f"<smartLicenseSystemInfo><data>{escape(_compact(system_info))}</data></smartLicenseSystemInfo>".encode()
    yield b"</smartLicense>\n"


def trust_request(udi: Udi, nonce: str) -> str:
    """The content of one trust-code request (simulated)."""
    return _compact({"sudi": udi.sudi, "nonce": nonce})


def read_trust_request(text: str) -> Udi:
    """The UDI that asks. Also for the single requests in a CSSM request body."""
    return Udi.from_sudi(_json(text).get("sudi"))


def read_usage(data: bytes) -> UsageFile:
    """Read a saved usage or trust-request file. Raises DocumentError."""
    root = parse_xml(data)
    if root.tag != "smartLicense":
        raise DocumentError(f"root element {root.tag}, not smartLicense")
    info = root.find("smartLicenseSystemInfo", "data")
    return UsageFile(
        reports=tuple(read_report(_json(child.text)) for child in root.children if child.tag == "RUMReport"),
        system_info=_json(info.text) if info else {},
        trust_requests=tuple(
            read_trust_request(child.text) for child in root.children if child.tag == "SmartLicenseTrustRequest"
        ),
    )


def read_report(data: Mapping[str, Any]) -> SignedReport:
    """One report from its outer JSON object. Raises DocumentError."""
    try:
        signature = data["signature"]
        return SignedReport(
            str(data["payload"]), Udi.from_sudi(signature["sudi"]), str(signature["key"]), str(signature["value"])
        )
    except (KeyError, TypeError) as error:
        raise DocumentError(f"report without {error}") from error


def write_import(
    sign: Sign,
    *,
    acks: Sequence[ReportAck] = (),
    policy: PolicyDocument | None = None,
    trust: Mapping[Udi, str] | None = None,
    account: AccountDocument | None = None,
    correlation_id: str = "sim-0",
    now: datetime | None = None,
) -> bytes:
    """Write the document that a device imports: one line, no prolog, children in the order of formats.md 2.2."""
    now = now or datetime.now(UTC)
    children = []
    if policy:
        children.append(_signed("smartLicensePolicy", _policy_code(policy, now), sign))
    if acks:
        children.append(_signed("smartLicenseRumAck", f"<data>{_cdata(_ack_array(acks))}</data>", sign))
    for udi, code in (trust or {}).items():
        # UNVERIFIED: nobody has published the element of a trust code.
        children.append(
            _signed("smartLicenseTrust", f"<trustCode>{code}</trustCode>", sign, f"<udi>{escape(udi.xml)}</udi>")
        )
    if account:
        children.append(_signed("smartLicenseAccountInfo", _customer_info(account, now), sign))
    children.append(f"<correlationID>{escape(correlation_id)}</correlationID>")
    return f"<smartLicense>{SIMULATED}{''.join(children)}</smartLicense>".encode()


def read_import(data: bytes, verify: Verify) -> ImportDocument:
    """Read and verify a document to import. Raises DocumentError: malformed, unsigned, or a signature that fails."""
    root = parse_xml(data)
    if root.tag == "smartLicensePolicy":
        return ImportDocument(policy=_read_policy(_verified(data, root, verify)))
    if root.tag != "smartLicense":
        raise DocumentError(f"root element {root.tag}, neither smartLicense nor smartLicensePolicy")
    acks: list[ReportAck] = []
    found: dict[str, Any] = {"trust": {}, "authorizations": ()}
    for child in root.children:
        match child.tag:
            case "smartLicenseRumAck":
                acks += _read_acks(_verified(data, child, verify))
            case "smartLicensePolicy":
                found["policy"] = _read_policy(_verified(data, child, verify))
            case "smartLicenseTrust":
                code = _verified(data, child, verify)
                found["trust"][_udi_of(child)] = code.text
            case "smartLicenseAccountInfo":
                found["account"] = _read_account(_verified(data, child, verify))
            case "smartLicenseAuthorization":
                _verified(data, child, verify)
                found["authorizations"] += (_udi_of(child),)
            case "correlationID":
                found["correlation_id"] = child.text
    document = ImportDocument(acks=tuple(acks), **found)
    if not (acks or document.policy or document.account or document.trust or document.authorizations):
        raise DocumentError("nothing to import in it")
    return document


def _verified(data: bytes, element: Element, verify: Verify) -> Element:
    """The signed child of ``element``: the one right before its ``signature``."""
    tags = [child.tag for child in element.children]
    if "signature" not in tags[1:]:
        raise DocumentError(f"{element.tag} is not signed")
    position = tags.index("signature", 1)
    signed, signature = element.children[position - 1 : position + 1]
    if not verify(data[signed.start : signature.start].strip(), signature.text.strip()):
        raise DocumentError(f"the signature of {element.tag} does not verify")
    return signed


def _udi_of(element: Element) -> Udi:
    return Udi.from_xml(element.value("udi"))


def _read_acks(element: Element) -> Iterator[ReportAck]:
    for item in _json(element.text, list):
        try:
            yield ReportAck(
                report_id=int(item["report_id"]),
                udi=Udi.from_sudi(item["sudi"]),
                status=str(item["status"]),
                message=str(item.get("status_message") or ""),
                transaction_id=int(item.get("transaction_id") or 0),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DocumentError(f"ACK element {item!r}") from error


def _read_policy(code: Element) -> PolicyDocument:
    classes = {}
    for name in POLICY_CLASSES:
        group = code.find(name)
        if group:
            days = (group.value(key) or "0" for key in ("firstTimeReport", "onGoingReporting", "reportOnMACD"))
            classes[name] = PolicyClass(*(int(value) for value in days))
    return PolicyDocument(
        code.value("name"), classes, code.value("ackRequired") != "no", int(code.value("version") or 1)
    )


def _read_account(info: Element) -> AccountDocument:
    keys = ("smartAccount", "virtualAccount", "smartAccountId", "virtualAccountId", "smartAccountDomain")
    return AccountDocument(*(info.value(key) for key in keys))


def _policy_code(policy: PolicyDocument, now: datetime) -> str:
    groups = []
    for name, days in policy.classes.items():
        first = "" if name in ("enforced", "export") else f"<firstTimeReport>{days.first}</firstTimeReport>"
        groups.append(
            f"<{name}>{first}<onGoingReporting>{days.ongoing}</onGoingReporting>"
            f"<reportOnMACD>{days.change}</reportOnMACD></{name}>"
        )
    return (
        f"<policyCode><name>{escape(policy.name)}</name><version>{policy.version}</version><flag></flag>"
        f"<datestamp>{now:%Y-%m-%dT%H:%M:%S}</datestamp>"
        f"<ackRequired>{'yes' if policy.ack_required else 'no'}</ackRequired>{''.join(groups)}</policyCode>"
    )


def _customer_info(account: AccountDocument, now: datetime) -> str:
    values = {
        "timestamp": str(int(now.timestamp() * 1000)),
        "smartAccount": account.smart_account,
        "virtualAccount": account.virtual_account,
        "smartAccountId": account.smart_account_id,
        "virtualAccountId": account.virtual_account_id,
        "smartAccountDomain": account.domain,
    }
    return f"<customerInfo>{''.join(f'<{key}>{escape(value)}</{key}>' for key, value in values.items())}</customerInfo>"


def _ack_array(acks: Sequence[ReportAck]) -> str:
    return _compact(
        [
            {
                "report_id": ack.report_id,
                "sudi": ack.udi.sudi,
                "status": ack.status,
                "status_message": ack.message,
                "transaction_id": ack.transaction_id,
            }
            for ack in acks
        ]
    )


def _signed(tag: str, content: str, sign: Sign, before: str = "") -> str:
    return f"<{tag}>{before}{content}<signature>{sign(content.encode())}</signature></{tag}>"


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _json(text: str, kind: type = dict) -> Any:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise DocumentError(f"no JSON: {error}") from error
    if not isinstance(value, kind):
        raise DocumentError(f"JSON {type(value).__name__} where {kind.__name__} is due")
    return value
