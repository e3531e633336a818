# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated device and whoever takes its reports say to each other: smart receiver, Call Home, CSLU, On-Prem.

Cisco keeps this protocol to itself, so all of it is SIMULATED (formats.md 8): one JSON object in a POST, one in the
answer; Call Home wraps the same object in an XML element. The documents inside are those of the files that a device
saves and imports.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from .simdoc import Udi

JSON_TYPE, XML_TYPE = "application/json", "text/xml"
HELLO, TRUST, USAGE, POLL, SYNC = "hello", "trust", "usage", "poll", "sync"
OPERATIONS = (HELLO, TRUST, USAGE, POLL, SYNC)
"""``trust``: an ID token for trust codes. ``usage``: reports, with trust requests inside. ``poll``: is the ACK there?
``sync``: trust synchronisation of a pair's new unit with CSSM (seed, High Availability)."""
OK, PENDING, COMPLETE, FAILED = "OK", "OK_POLL", "COMPLETE", "FAILED"


class WireError(ValueError):
    """This is no message of the simulated protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``time``: the device's own clock, epoch seconds. ``document``: as ``license smart save usage`` writes it.

    ``trust``: the kind of trust code (``CSSM``, ``Factory``) of each unit that has one.
    """

    operation: str
    udi: Udi
    units: tuple[Udi, ...]
    hostname: str
    release: str
    time: float
    trust: Mapping[Udi, str] = field(default_factory=dict)
    token: str = ""
    force: bool = False
    document: bytes = b""
    ticket: str = ""
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))

    def encode(self) -> bytes:
        return json.dumps(
            {
                "simulated": True,
                "operation": self.operation,
                "udi": str(self.udi),
                "units": [str(udi) for udi in self.units],
                "hostname": self.hostname,
                "release": self.release,
                "time": self.time,
                "trust": {str(udi): kind for udi, kind in self.trust.items()},
                "token": self.token,
                "force": self.force,
                "document": base64.b64encode(self.document).decode(),
                "ticket": self.ticket,
                "nonce": self.nonce,
            }
        ).encode()

    @classmethod
    def decode(cls, body: bytes) -> Request:
        try:
            data = json.loads(body)
            if data["operation"] not in OPERATIONS:
                raise WireError(f"operation {data['operation']!r}")
            return cls(
                operation=data["operation"],
                udi=_udi(data["udi"]),
                units=tuple(_udi(text) for text in data["units"]),
                hostname=str(data["hostname"]),
                release=str(data["release"]),
                time=float(data["time"]),
                trust={_udi(text): str(kind) for text, kind in data["trust"].items()},
                token=str(data["token"]),
                force=bool(data["force"]),
                document=base64.b64decode(data["document"], validate=True),
                ticket=str(data["ticket"]),
                nonce=str(data["nonce"]),
            )
        except WireError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise WireError(f"no request of the simulated protocol: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """``time``: the server's clock. ``document``: what the device is to import. ``poll_after``: seconds."""

    status: str
    nonce: str
    time: float
    code: str = ""
    message: str = ""
    ticket: str = ""
    poll_after: float = 60.0
    document: bytes = b""

    def encode(self) -> bytes:
        return json.dumps(
            {
                "simulated": True,
                "status": self.status,
                "nonce": self.nonce,
                "time": self.time,
                "code": self.code,
                "message": self.message,
                "ticket": self.ticket,
                "poll_after": self.poll_after,
                "document": base64.b64encode(self.document).decode(),
            }
        ).encode()

    @classmethod
    def decode(cls, body: bytes) -> Reply:
        try:
            data = json.loads(body)
            return cls(
                status=str(data["status"]),
                nonce=str(data["nonce"]),
                time=float(data["time"]),
                code=str(data["code"]),
                message=str(data["message"]),
                ticket=str(data["ticket"]),
                poll_after=float(data["poll_after"]),
                document=base64.b64decode(data["document"], validate=True),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise WireError(f"no reply of the simulated protocol: {error}") from error


def wrap(message: bytes) -> bytes:
    """The message as Call Home sends it."""
    root = ElementTree.Element("CallHome", simulated="true")
    ElementTree.SubElement(root, "Message", type="smart-licensing-data").text = base64.b64encode(message).decode()
    octets: bytes = ElementTree.tostring(root, encoding="utf-8")
    return octets


def unwrap(body: bytes) -> bytes:
    """The message inside what Call Home sent. Raises WireError."""
    try:
        # Only our own simulated devices and targets send this, over loopback.
        text = ElementTree.fromstring(body).findtext("Message") or ""  # noqa: S314
        return base64.b64decode(text, validate=True)
    except (ElementTree.ParseError, ValueError) as error:
        raise WireError(f"no Call Home message: {error}") from error


def _udi(text: Any) -> Udi:
    parts = dict(part.split(":", 1) for part in str(text).split(","))
    return Udi(parts["PID"], parts["SN"])
