# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing service of IOS XE, ``https://<device>/smartlic-service`` (apis.md 2): its answers and bodies.

Its reports are those of a saved file, as JSON in place of XML. They are kept as such a file, so that archive, bundle
and submission know one form only. Each report's text is cut out of the answer, never written anew: it is signed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any, NoReturn

from .errors import FileFormatError, ParseError
from .rum import RumFile, load_json, read_rum
from .safexml import MAX_BYTES

BASE = "/smartlic-service"
CLOSE, LIST, REPORTS, DAYS, IMPORT = "/close-reports", "/list", "/all-reports", "/days", "/import"

_SPACE = " \t\r\n"
_IDS = ("report_id", "rum_report_id", "report-id", "id")
_AGAIN = "Collect the reports again; if it stays so, collect them by NETCONF or the CLI"


def days_path(days: int) -> str:
    """The call for the reports of the last so many days."""
    return f"{DAYS}/{days}"


def report_paths(number: int) -> tuple[str, str]:
    """The calls for one report, in the order to try."""
    return f"{DAYS}/{number}", f"/rum-report-id/{number}"


def read_reports(data: bytes, *, name: str = "") -> RumFile:
    """The JSON of ``all-reports`` or ``days`` as the same objects that a saved file gives."""
    return read_rum(document(data, name=name), name=name)


def document(data: bytes, *, name: str = "") -> bytes:
    """The JSON of ``all-reports`` or ``days`` as the file that ``license smart save usage`` writes.

    The text of each report goes over as it is, white space inside of it included. The same answer always gives the
    same octets. Raises FileFormatError for what is no such answer; the reports themselves are ``read_rum``'s to judge.
    """
    if len(data) > MAX_BYTES:
        raise FileFormatError(
            f"has {len(data)} octets; at most {MAX_BYTES} are read", subject=name, remedy="Collect fewer days at a time"
        )
    try:
        text = data.decode("utf-8-sig")
        load_json(text)
        reports = list(_usage(text))
    except ValueError as error:
        _refuse(name, "is cut off or altered", str(error))
    body = "".join(f"<RUMReport><![CDATA[{_in_cdata(report)}]]></RUMReport>" for report in reports)
    return f'<?xml version="1.0" encoding="UTF-8"?><smartLicense>{body}</smartLicense>'.encode()


def _refuse(name: str, what: str, cause: str = "") -> NoReturn:
    raise FileFormatError(f"the answer of the licensing service {what}", cause=cause, subject=name, remedy=_AGAIN)


def _in_cdata(text: str) -> str:
    """What would end the section is given in two of them; a reader of XML puts it together again."""
    return text.replace("]]>", "]]]]><![CDATA[>")


def _usage(text: str) -> Iterator[str]:
    """The entries of the array ``usage``, each as it stands; none where there is no such member."""
    for key, start, value in _members(text):
        if key != "usage":
            continue
        if not isinstance(value, list):
            raise ValueError("usage is no array")
        at = _skip(text, start + 1)
        for entry in value:
            _again, end = _DECODER.raw_decode(text, at)
            if not isinstance(entry, dict):
                raise ValueError("a report is no object")
            yield text[at:end]
            at = _skip(text, _skip(text, end) + 1)  # behind the comma


def _members(text: str) -> Iterator[tuple[str, int, Any]]:
    """Name, place and value of each member of the object, which is known to be JSON."""
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        raise ValueError("no object")
    at = _skip(text, at + 1)
    while text[at] == '"':
        key, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)  # behind the colon
        value, end = _DECODER.raw_decode(text, start)
        yield key, start, value
        at = _skip(text, end)
        if text[at] != ",":
            return
        at = _skip(text, at + 1)


_DECODER = json.JSONDecoder()


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] and text[at] in _SPACE:
        at += 1
    return at


def read_list(data: bytes) -> tuple[int, ...]:
    """The numbers of the reports that ``list`` names; how it calls them is not published."""
    try:
        answer = load_json(data.decode("utf-8-sig"))
    except ValueError as error:
        raise ParseError("the list of the licensing service is no JSON", cause=str(error), remedy=_AGAIN) from error
    entries = answer.get("usage_list", []) if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        raise ParseError("the list of the licensing service is not known", remedy=_AGAIN)
    found = [next((entry[key] for key in _IDS if key in entry), None) for entry in entries if isinstance(entry, dict)]
    return tuple(int(str(number)) for number in found if str(number).isdecimal())


def import_bodies(document: bytes) -> tuple[tuple[str, bytes], ...]:
    """Media type and body of ``POST import``, in the order to try: Cisco's sample sends the XML, its texts say base64.

    The second is for a device that answers 400 to the first, which has then changed nothing.
    """
    return ("application/xml", document), ("text/plain", base64.b64encode(document))


def failure_of(data: bytes) -> str:
    """What the service says of a failure, whole: a member ``message`` or the like; empty where nothing is readable."""
    try:
        answer = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    words = (answer.get(key) for key in ("message", "error", "error-message", "status"))
    return next((" ".join(word.split()) for word in words if isinstance(word, str) and word.strip()), "")
