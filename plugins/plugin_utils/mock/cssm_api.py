# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the mock CSSM answers: the calls of both API generations, as functions from a request to a status and a body.

Shapes follow Cisco's OpenAPI document for ``software_apis`` and the replies that Cisco published for ``swapi``. Their
differences are kept: ``poll_id`` a string or an integer, results under ``license_data`` or ``acknowledgements``.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from . import cssm_schema as schema
from .clock import Clock
from .cssm_accounts import Accounts, SmartAccount, VirtualAccount
from .cssm_ack import AckWriter
from .cssm_instances import ProductInstance
from .cssm_reports import RefusedError, Submission, Verifier, read_legacy_submissions, read_submissions
from .cssm_store import ACKNOWLEDGEMENTS, DuplicateError, Store, Ticket
from .simdoc import Udi

SWAPI = "/services/api/smart-accounts-and-licensing"
# Cisco's own samples double the prefix for the calls of version 2 and 3; both reach the same service.
SWAPI_DOUBLED = f"/services/api{SWAPI}"
SOFTWARE_APIS = "/v1/software/apis"
_PAGE = 50


class Profile(StrEnum):
    """The two generations of the API."""

    SWAPI = "swapi"
    SOFTWARE_APIS = "software_apis"


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose token was good. ``path``: the variable parts of the path, decoded."""

    profile: Profile
    headers: Mapping[str, str]
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


Answer = tuple[int, dict[str, Any]]
Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """``coded``: errors of this call carry ``message_code`` and ``message``, else ``statusMessage``."""

    profile: Profile
    method: str
    path: str
    handler: Handler
    coded: bool

    def __call__(self, call: Call) -> Answer:
        try:
            return self.handler(call)
        except schema.MalformedError as error:
            return self.failure(400, "INVALID_REQUEST", str(error))
        except RefusedError as error:
            return self.failure(error.status, error.code, error.message)

    def failure(self, status: int, code: str, message: str) -> Answer:
        """An error in the shape that the OpenAPI document gives for this path."""
        if self.coded:
            return status, {"status": "FAILED", "message_code": code, "message": message, "localized_message": message}
        return status, {"status": "ERROR", "statusMessage": message}


class Api:
    """All calls of one mock CSSM. ``accept_builtin``: take reports signed by real devices, unverified, for tests."""

    def __init__(self, clock: Clock, pki: Verifier, accounts: Accounts, store: Store, writer: AckWriter) -> None:
        self.poll_interval = 300
        self.accept_builtin = False
        self._clock = clock
        self._pki = pki
        self._accounts = accounts
        self._store = store
        self._writer = writer

    def routes(self) -> Iterator[Route]:
        for prefix in (SWAPI, SWAPI_DOUBLED):
            for method, path, handler in (
                ("GET", "/v2/accounts/search", self._search_accounts),
                ("POST", "/v2/devices/reportusage", self._report_usage),
                ("POST", "/v2/accounts/poll", self._poll),
                ("POST", "/v3/licenses/summary", self._summary),
                ("POST", "/v1/accounts/{domain}/devices", self._device_usage),
            ):
                coded = "/v1/" not in path
                yield Route(Profile.SWAPI, method, prefix + path, handler, coded)
        for method, path, handler, coded in (
            ("GET", "/pnp/v2/accounts", self._pnp_accounts, False),
            ("GET", "/pnp/v2/accounts/{domain}/virtual-accounts", self._pnp_virtual_accounts, False),
            ("POST", "/licensing/v2/report-usage", self._report_usage, False),
            ("POST", "/licensing/v2/report-usage-legacy", self._report_usage_legacy, False),
            ("POST", "/licensing/v2/poll", self._poll, True),
            ("POST", "/licensing/v2/get-summary", self._summary, True),
            ("GET", "/licensing/v2/device/search", self._search_device, True),
            ("GET", "/licensing/v2/account-policy", self._account_policy, False),
            ("POST", "/licensing/v1/account/{domain}/device/get-usage", self._device_usage, False),
            ("GET", "/licensing/v2/accounts/{domain}/devices", self._devices, False),
        ):
            yield Route(Profile.SOFTWARE_APIS, method, SOFTWARE_APIS + path, handler, coded)

    # Accounts

    def _search_accounts(self, call: Call) -> Answer:
        accounts = [
            {
                "account_id": str(account.id),
                "domain": account.domain,
                "name": account.domain,
                "virtual_accounts": [
                    {"default": virtual.default, "name": virtual.name, "virtual_account_id": str(virtual.id)}
                    for virtual in account.virtual.values()
                ],
            }
            for account in self._accounts.search(call.query.get("domain", ""))
        ]
        return 200, {"message_code": "", "accounts": accounts, "message": "", "status": "COMPLETE"}

    def _pnp_accounts(self, call: Call) -> Answer:
        found = self._accounts.search(call.query.get("accountDomain", ""))
        data = [
            {"companyName": account.domain, "domainIdentifier": account.domain, "accountIdentifier": account.id}
            for account in _page(found, call.query, "startIdx", "rowsPerPage")
        ]
        return 200, {"totalRows": len(found), "data": data}

    def _pnp_virtual_accounts(self, call: Call) -> Answer:
        found = list(self._smart(call).virtual.values())
        data = [
            {
                "virtualAccountName": virtual.name,
                "virtualAccountId": virtual.id,
                "default": str(virtual.default).lower(),
            }
            for virtual in _page(found, call.query, "startIdx", "rowsPerPage")
        ]
        return 200, {"status": "SUCCESS", "message": "", "messageCode": "", "totalRows": len(found), "data": data}

    def _account_policy(self, call: Call) -> Answer:
        smart_id = schema.account_id(call.headers, "X-CSW-SMART-ACCOUNT-ID")
        if self._accounts.by_id(smart_id) is None:
            raise RefusedError("INVALID_ACCOUNT", f"No Smart Account {smart_id} for this user", 403)
        document = self._writer.policy_document(self._clock.now())
        if not document:
            raise RefusedError("NO_DATA_FOUND", "The account has no policy of its own")
        reply = {"status": "COMPLETE", "message_code": "", "message": "", "timestamp": self._milliseconds()}
        return 200, {**reply, "policy": base64.b64encode(document).decode(), "errors": []}

    # Reports and their ACKs

    def _report_usage(self, call: Call) -> Answer:
        return self._submit(call, schema.REPORT_USAGE, read_submissions)

    def _report_usage_legacy(self, call: Call) -> Answer:
        return self._submit(call, schema.REPORT_USAGE_LEGACY, read_legacy_submissions)

    def _submit(self, call: Call, check: schema.Check, read: Callable[..., tuple[Submission, ...]]) -> Answer:
        account = self._caller(call)
        data = schema.read_body(call.body, check)["data"]
        submissions = read(data["reports"], self._pki, accept_builtin=self.accept_builtin)
        try:
            sender = schema.requesting_system(call.headers).get("display_name", "")
            ticket = self._store.submit(account, submissions, way="api", sender=sender)
        except DuplicateError as error:
            return error.status, self._accepted(call, data["nonce"], None, code=error.code, message=error.message)
        return 202, self._accepted(call, data["nonce"], ticket)

    def _accepted(
        self, call: Call, nonce: str, ticket: Ticket | None, code: str | None = None, message: str | None = None
    ) -> dict[str, Any]:
        """The reply of 202. Where the document wants strings, the older host has integers and null."""
        live = call.profile is Profile.SWAPI
        poll_id: int | str | None = ticket.poll_id if ticket else None
        interval: int | str | None = self.poll_interval if ticket else None
        if not live:
            poll_id, interval = str(poll_id or ""), str(interval or "")
        return {
            "status": "OK_POLL" if ticket else "FAILED",
            "message_code": code if live else code or "",
            "message": message if live else message or "",
            "timestamp": self._milliseconds(),
            "nonce": nonce,
            "type": None if live else ACKNOWLEDGEMENTS,
            "poll_id": poll_id,
            "poll_interval": interval,
            "action": ACKNOWLEDGEMENTS,
        }

    def _poll(self, call: Call) -> Answer:
        account = self._caller(call)
        data = schema.read_body(call.body, schema.POLL)["data"]
        ticket = self._store.poll(account, data["poll_id"], data["action"])
        reply = {
            "status": "COMPLETE" if ticket else "OK_POLL",
            "message_code": "",
            "message": "",
            "timestamp": self._milliseconds(),
            "nonce": data["nonce"],
            "type": ACKNOWLEDGEMENTS,
        }
        if ticket is None:
            return 200, reply
        results = [
            {
                "sudi": entry.udi.sudi,
                "software_tag_identifier": entry.software_tag,
                "smart_license": base64.b64encode(ticket.documents[entry.udi]).decode(),
            }
            for entry in ticket.submissions
        ]
        key = ACKNOWLEDGEMENTS if call.profile is Profile.SWAPI else "license_data"
        return 200, {**reply, "correlation_id": ticket.correlation_id, "data": {key: results}}

    def _summary(self, call: Call) -> Answer:
        account = self._caller(call)
        data = schema.read_body(call.body, schema.SUMMARY)["data"]
        wanted = data.get("tags") or ()
        before = "prepaid_" if call.profile is Profile.SWAPI else ""
        summary = [
            {
                "tag": tag,
                f"{before}entitled": count,
                f"{before}inuse": count,
                f"{before}reserved": 0,
                "compliance_status": "In Compliance",
                "display_name": _short_name(tag),
                "enforced": False,
                "export_restricted": False,
                "license_details": [],
            }
            for tag, count in sorted(self._store.in_use(account).items())
            if not wanted or tag in wanted
        ]
        return 200, {
            "status": "SUCCESS",
            "message_code": "",
            "message": f"Retrieved summary for {len(summary)} licenses in the pool.",
            "timestamp": self._milliseconds(),
            "nonce": data.get("nonce", ""),
            "out_standing_reports": self._store.outstanding(account),
            "summary": summary,
        }

    # Product instances

    def _search_device(self, call: Call) -> Answer:
        schema.requesting_system(call.headers)
        pid, serial = call.query.get("udi_pid", ""), call.query.get("udi_serial_number", "")
        if not serial:
            raise schema.MalformedError("query parameter udi_serial_number", "is missing")
        found = [
            {
                "sudi": _sudi(udi),
                "software_tag": "",
                "account": {
                    "name": instance.account.smart_domain,
                    "domain": instance.account.smart_domain,
                    "account_id": str(instance.account.smart_id),
                    "virtual_account_name": instance.account.name,
                    "virtual_account_id": str(instance.account.id),
                    "default": instance.account.default,
                },
            }
            for udi, instance in self._store.instances.items()
            if udi.sn == serial and pid in ("", udi.pid)
        ]
        if not found:
            raise RefusedError("NO_DATA_FOUND", f"No device with serial number {serial}")
        reply = {"status": "COMPLETE", "message_code": "", "message": "", "timestamp": self._milliseconds()}
        return 200, {**reply, "data": found}

    def _device_usage(self, call: Call) -> Answer:
        smart = self._smart(call)
        body = schema.read_body(call.body, schema.DEVICES)
        names = body.get("virtualAccounts") or list(smart.virtual)
        for name in names:
            self._virtual(smart, name)
        found = [entry for name in names for entry in self._store.instances_in(smart.virtual[name])]
        devices = [_usage(entry, call.profile) for entry in _page(found, body, "offset", "limit")]
        return 200, {"status": "SUCCESS", "statusMessage": "", "totalRecords": len(found), "devices": devices}

    def _devices(self, call: Call) -> Answer:
        smart = self._smart(call)
        virtual = self._virtual(smart, call.query.get("virtualAccountName", ""))
        wanted = call.query.get("instanceName", "")
        found = [entry for entry in self._store.instances_in(virtual) if wanted in _display_name(entry.units[0])]
        devices = [
            {"instanceName": _display_name(entry.units[0]), "productTagName": "", "sudi": _sudi(entry.units[0])}
            for entry in _page(found, call.query, "offset", "limit")
        ]
        return 200, {"status": "SUCCESS", "statusMessage": "", "totalRecords": len(found), "devices": devices}

    # What calls share

    def _caller(self, call: Call) -> VirtualAccount:
        """The Virtual Account that the headers name, both ids numeric, and the caller's right to it."""
        smart_id = schema.account_id(call.headers, "X-CSW-SMART-ACCOUNT-ID")
        virtual_id = schema.account_id(call.headers, "X-CSW-VIRTUAL-ACCOUNT-ID")
        schema.requesting_system(call.headers)
        account = self._accounts.virtual(smart_id, virtual_id)
        if account is None:
            raise RefusedError("INVALID_ACCOUNT", f"No Virtual Account {virtual_id} in Smart Account {smart_id}", 403)
        return account

    def _smart(self, call: Call) -> SmartAccount:
        account = self._accounts.by_domain(call.path["domain"])
        if account is None:
            raise RefusedError("INVALID_ACCOUNT", f"No Smart Account {call.path['domain']} for this user", 403)
        return account

    def _virtual(self, smart: SmartAccount, name: str) -> VirtualAccount:
        if name not in smart.virtual:
            raise RefusedError("INVALID_ACCOUNT", f"No Virtual Account {name!r} in {smart.domain}")
        return smart.virtual[name]

    def _milliseconds(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def _page(items: Sequence[Any], options: Mapping[str, Any], start: str, size: str) -> Sequence[Any]:
    """One page: ``size`` defaults to 50, -1 is everything."""
    try:
        first, count = int(options.get(start, 0)), int(options.get(size, _PAGE))
    except ValueError:
        raise schema.MalformedError(f"{start} and {size}", "must be integers") from None
    return items[first:] if count < 0 else items[first : first + count]


def _usage(instance: ProductInstance, profile: Profile) -> dict[str, Any]:
    live = profile is Profile.SWAPI
    latest = {held.report.tag: held.report.count for held in instance.reports if held.report.tag}
    return {
        "virtualAccount": instance.account.name,
        "hostName" if live else "hostname": "",
        "sudi": _sudi(instance.units[0]),
        "productName": "",
        "displayName": _display_name(instance.units[0]),
        "productTagName": "",
        "productDescription": "",
        "productType": "",
        "status": "In Compliance",
        "registrationDate": f"{instance.registered:%Y-%m-%dT%H:%M:%SZ}",
        "lastContactDate": f"{instance.last_contact:%Y-%m-%dT%H:%M:%SZ}",
        "licenseUsage": [
            {"license": _short_name(tag), "quantity": count if live else str(count)}
            for tag, count in sorted(latest.items())
        ],
    }


def _sudi(udi: Udi) -> dict[str, str]:
    return {"udiPid": udi.pid, "udiSerialNumber": udi.sn}


def _display_name(udi: Udi) -> str:
    return f"UDI_PID:{udi.pid}; UDI_SN:{udi.sn}; "


def _short_name(tag: str) -> str:
    """``regid.2017-08.com.cisco.AIR-DNA-A,1.0_...`` -> ``AIR-DNA-A``."""
    match = re.search(r"com\.cisco\.([^,]+),", tag)
    return match[1] if match else tag
