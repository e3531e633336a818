# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files by which a local account of SSM On-Prem becomes known to CSSM without a connection.

Their form is not public: this one is SIMULATED, a JSON object that CSSM signs.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from .collector import Tenant
from .simdoc import Sign, Verify

_KIND = "ssm-on-prem-account"


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """Which local account wants to be known, and as what."""

    tenant: str
    smart_account: str
    virtual_account: str
    nonce: str


def write_request(tenant: Tenant) -> tuple[str, bytes]:
    """The nonce that the answer has to bring back, and the file."""
    request = AccountRequest(tenant.name, tenant.smart_account, tenant.virtual_account, secrets.token_hex(16))
    return request.nonce, json.dumps({"simulated": True, "kind": _KIND, **asdict(request)}).encode()


def read_request(data: bytes) -> AccountRequest:
    """Raises ValueError."""
    found = _object(data)
    if found.get("kind") != _KIND:
        raise ValueError("this is no account file of SSM On-Prem")
    try:
        return AccountRequest(**{name: str(found[name]) for name in AccountRequest.__dataclass_fields__})
    except KeyError as error:
        raise ValueError(f"the account file has no {error.args[0]}") from None


def write_authorization(request: AccountRequest, sign: Sign) -> bytes:
    """What CSSM gives for the file."""
    granted = json.dumps({"simulated": True, "kind": _KIND, **asdict(request)})
    return json.dumps({"granted": granted, "signature": sign(granted.encode())}).encode()


def read_authorization(data: bytes, verify: Verify) -> AccountRequest:
    """Raises ValueError: no such file, or not CSSM's."""
    found = _object(data)
    granted = str(found.get("granted", ""))
    if not granted or not verify(granted.encode(), str(found.get("signature", ""))):
        raise ValueError("the account file is not signed by CSSM")
    return read_request(granted.encode())


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError as error:
        raise ValueError(f"the account file is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ValueError("the account file is no JSON object")
    return found
