# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CSSM says: statuses, messages, tickets, results (apis.md 1.4 and 1.5). No I/O."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

FAILURES = frozenset({"FAILED", "FAILURE", "ERROR"})
_RESULT_KEYS = ("acknowledgements", "license_data", "authorizations")
_DUPLICATE = re.compile(r"duplicate|already\s+(?:been\s+)?(?:reported|submitted|received|processed)", re.IGNORECASE)
_NO_SUCH_TICKET = re.compile(r"INVALID_POLL_ID|NO_DATA_FOUND", re.IGNORECASE)
_DEFAULT_INTERVAL = 30
_MESSAGES = (
    *("message_code", "messageCode", "error"),
    *("message", "statusMessage", "localized_message", "error_description"),
)


class PollState(StrEnum):
    """Where a ticket stands. ``GONE``: CSSM no longer knows it. ``FAILED``: CSSM cannot say."""

    PENDING = "pending"
    COMPLETE = "complete"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SubmitTicket:
    """CSSM's receipt for a submission. ``poll_id``: all digits, as text. ``interval``: seconds between polls."""

    poll_id: str
    action: str
    interval: int
    nonce: str


@dataclass(frozen=True, slots=True)
class PollEntry:
    """The result for one product instance: the document to import, or why there is none."""

    udi: Udi
    document: bytes | None
    error: str


@dataclass(frozen=True, slots=True)
class PollResult:
    """``message``: CSSM's words; while a result is pending they mean trouble. ``interval``: what CSSM asks for now."""

    state: PollState
    message: str = ""
    interval: int | None = None
    entries: tuple[PollEntry, ...] = ()


class ReplyError(ValueError):
    """CSSM's answer is not what its API describes; the text says what is wrong."""


def message_of(reply: Any) -> str:
    """CSSM's words in any of its five forms of an error, with its code; OAuth2's two members as well."""
    if not isinstance(reply, Mapping):
        return ""
    parts = dict.fromkeys(str(reply[name]).strip() for name in _MESSAGES if _told(reply.get(name)))
    return ": ".join(parts)


def is_failure(reply: Any) -> bool:
    return isinstance(reply, Mapping) and str(reply.get("status", "")).upper() in FAILURES


def is_duplicate(message: str) -> bool:
    """Whether a refusal means that CSSM has the report already. Only its text tells (apis.md 1.5)."""
    return _DUPLICATE.search(message) is not None


def read_ticket(reply: Any, nonce: str) -> SubmitTicket:
    """The ticket of an accepted submission; raises ``ReplyError``."""
    if not isinstance(reply, Mapping):
        raise ReplyError("it holds no ticket")
    if reply.get("nonce") != nonce:
        raise ReplyError("it answers another request (nonce)")
    poll_id = reply.get("poll_id")
    if isinstance(poll_id, bool) or not isinstance(poll_id, (int, str)) or not str(poll_id).strip():
        raise ReplyError("it holds no poll_id with all its digits")
    action = reply.get("action")
    return SubmitTicket(
        poll_id=str(poll_id).strip(),
        action=action if isinstance(action, str) and action else _RESULT_KEYS[0],
        interval=_interval(reply) or _DEFAULT_INTERVAL,
        nonce=nonce,
    )


def read_poll(reply: Any, nonce: str) -> PollResult:
    """Where a ticket stands; raises ``ReplyError``."""
    if not isinstance(reply, Mapping):
        raise ReplyError("it is no poll result")
    if reply.get("nonce", nonce) != nonce:
        raise ReplyError("it answers another request (nonce)")
    status, message = str(reply.get("status", "")).upper(), message_of(reply)
    if status == "COMPLETE":
        return PollResult(PollState.COMPLETE, message, entries=_entries(reply.get("data")))
    if _NO_SUCH_TICKET.search(message):
        return PollResult(PollState.GONE, message)
    if status == "OK_POLL":
        return PollResult(PollState.PENDING, message, _interval(reply))
    if status in FAILURES:
        return PollResult(PollState.FAILED, message or status)
    raise ReplyError(f"its status is {status or 'missing'}")


def _entries(data: Any) -> tuple[PollEntry, ...]:
    """The entries under whichever key this API uses; all of them, were there several."""
    if not isinstance(data, Mapping):
        raise ReplyError("a complete result holds no data")
    lists = [data[key] for key in _RESULT_KEYS if isinstance(data.get(key), list)]
    return tuple(_entry(entry) for found in lists for entry in found if isinstance(entry, Mapping))


def _entry(entry: Mapping[str, Any]) -> PollEntry:
    try:
        sudi = entry.get("sudi")
        udi = Udi.from_sudi(sudi if isinstance(sudi, Mapping) else {})
    except ParseError as problem:
        raise ReplyError(str(problem)) from None
    told = (entry.get(name) for name in ("error_code", "status_message"))
    error = ": ".join(str(value) for value in told if _told(value))
    failed = str(entry.get("status", "")).upper() in FAILURES or _told(entry.get("error_code"))
    encoded = entry.get("smart_license")
    if not isinstance(encoded, str) or not encoded.strip():
        return PollEntry(udi, None, error or "no document in the result")
    try:
        document = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return PollEntry(udi, None, "the document in the result is not base64")
    return PollEntry(udi, document, (error or "failed") if failed else "")


def _interval(reply: Mapping[str, Any]) -> int | None:
    """``poll_interval`` in seconds: a number in live replies, text in the specification."""
    try:
        return max(1, int(reply["poll_interval"]))
    except (KeyError, TypeError, ValueError, OverflowError):  # JSON of Python's kind knows Infinity
        return None


def _told(value: Any) -> bool:
    """Whether a member says anything: CSSM writes nothing as null, as an empty text, and as "None"."""
    return value is not None and str(value).strip().lower() not in ("", "none", "null")
