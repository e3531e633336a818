# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request to CSSM has to look like: the bodies and headers of the licensing calls (apis.md 1.5).

Names and types follow Cisco's OpenAPI document. It leaves out what CSSM cannot do without (who reports, what was
signed); that is required here as well. Members that the document does not name are let through, as clients send some.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], None]

# Smaller numbers are seconds: the classic mistake with a field that counts milliseconds.
_FIRST_MILLISECONDS = 10**12
_SYSTEM_KEYS = frozenset(
    ("udi_pid", "udi_serial_number", "host_identifier", "mac_address", "udi_vid", "uuid", "suvi", "display_name")
)


class MalformedError(ValueError):
    """A member of a request is not what it has to be; the message names it."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where} {problem}")


def text(value: Any, where: str) -> None:
    if not isinstance(value, str):
        raise MalformedError(where, "must be a string")


def filled(value: Any, where: str) -> None:
    text(value, where)
    if not value.strip():
        raise MalformedError(where, "must not be empty")


def int64(value: Any, where: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedError(where, "must be an integer")
    if not -(2**63) <= value < 2**63:
        raise MalformedError(where, "does not fit 64 bits")


def milliseconds(value: Any, where: str) -> None:
    int64(value, where)
    if value < _FIRST_MILLISECONDS:
        raise MalformedError(where, "must be UTC milliseconds")


def octets(value: Any, where: str) -> None:
    filled(value, where)
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError(where, "must be base64") from None


def array(of: Check, *, least: int = 0) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise MalformedError(where, "must be an array")
        if len(value) < least:
            raise MalformedError(where, "must not be empty")
        for number, item in enumerate(value):
            of(item, f"{where}[{number}]")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    known = {**required, **(optional or {})}

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise MalformedError(where, "must be an object")
        for name, of in known.items():
            path = f"{where}.{name}" if where else name
            if name in value:
                of(value[name], path)
            elif name in required:
                raise MalformedError(path, "is missing")

    return check


def _call(members: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return record({"data": record({"timestamp": milliseconds, "nonce": filled, **members}, optional)})


_SUDI = record(
    {"udi_pid": filled, "udi_serial_number": filled},
    dict.fromkeys(("host_identifier", "mac_address", "udi_vid", "uuid", "suvi", "tenant_id"), text),
)
_SIGNATURE = record({"signing_type": filled, "key": text, "value": filled}, {"sudi": _SUDI})
USAGE = record({"payload": filled, "signature": _SIGNATURE})

REPORT_USAGE = _call(
    {
        "reports": array(
            record(
                {"sudi": _SUDI, "usage": array(USAGE)},
                {"trust_requests": array(octets), "software_tag_identifier": text},
            ),
            least=1,
        )
    }
)
REPORT_USAGE_LEGACY = _call({"reports": array(record({"sudi": _SUDI, "licenses": octets}), least=1)})
POLL = _call({"poll_id": int64, "action": filled})
SUMMARY = record({"data": record({}, {"timestamp": milliseconds, "nonce": text, "tags": array(text)})})
DEVICES = record({}, {"virtualAccounts": array(text), "limit": int64, "offset": int64})


def read_body(body: bytes, check: Check) -> dict[str, Any]:
    """Parse and check a request body; MalformedError says what is wrong with it."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedError("request body", "is no JSON") from None
    if not isinstance(value, dict):
        raise MalformedError("request body", "must be an object")
    check(value, "")
    return value


def account_id(headers: Mapping[str, str], name: str) -> int:
    """Return the numeric account id in header ``name``."""
    value = headers.get(name)
    if value is None:
        raise MalformedError(f"header {name}", "is missing")
    if not (value.isascii() and value.isdigit()):
        raise MalformedError(f"header {name}", "must be the numeric id of the account, not its name")
    return int(value)


def requesting_system(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the caller as it names itself in ``X-CSW-REQUESTING-SYSTEM``, a JSON object as text."""
    where = "header X-CSW-REQUESTING-SYSTEM"
    value = headers.get("X-CSW-REQUESTING-SYSTEM")
    if value is None:
        raise MalformedError(where, "is missing")
    try:
        system = json.loads(value)
    except (ValueError, RecursionError):
        raise MalformedError(where, "must be a JSON object as text") from None
    if not isinstance(system, dict) or not system:
        raise MalformedError(where, "must be a JSON object with at least one member")
    for name, member in system.items():
        if name not in _SYSTEM_KEYS:
            raise MalformedError(where, f"has the unknown member {name}")
        text(member, f"{where}: {name}")
    return system
