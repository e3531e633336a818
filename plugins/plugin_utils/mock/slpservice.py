# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The native REST service of a simulated device, ``/smartlic-service`` (apis.md 2).

The calls, and the form of a signed report, are documented; the names in ``usage_list`` and what an import answers are
ours. Reading a report marks it as requested, which the model shows; only an ACK takes it away.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .importer import SUCCESS, import_document

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web

if TYPE_CHECKING:
    from .device import MockDevice
    from .rumgen import Report
    from .yang_store import Datastores

ROOT = "/smartlic-service"
DAYS = 90
DAY = 86_400


class SlpService:
    """Answers requests below ``/smartlic-service``."""

    def __init__(self, stores: Datastores) -> None:
        self._stores = stores
        self._device: MockDevice = stores.device

    async def answer(self, request: web.Request) -> web.Response:
        call = request.path.removeprefix(ROOT).strip("/")
        method = request.method
        match call.split("/"):
            case ["close-reports"]:
                return self._close() if method == "POST" else _wrong_method("POST")
            case ["import"]:
                return self._import(await request.read()) if method == "POST" else _wrong_method("POST")
            case [*parts] if method in ("GET", "HEAD"):
                return self._read(parts)
        return _wrong_method("GET") if call in ("list", "all-reports", "days") else _failed(404, f"no call {call}")

    def _read(self, parts: list[str]) -> web.Response:
        closed = list(self._device.agent.reports.closed())
        match parts:
            case ["list"]:
                return self._list(closed)
            case ["all-reports"]:
                return self._reports(closed)
            case ["days"]:
                return self._reports(self._since(closed, DAYS))
            case ["days" | "rum-report-id", number] if number.isdecimal():
                # The documents disagree about where a report's number goes: no number of days is as large as one.
                found = [report for report in closed if report.report_id == int(number)]
                if found:
                    return self._reports(found)
                if parts[0] == "days" and 1 <= int(number) <= DAYS:
                    return self._reports(self._since(closed, int(number)))
                return _failed(404, f"no report {number}")
        return _failed(404, f"no call {'/'.join(parts)}")

    def _since(self, reports: Iterable[Report], days: int) -> list[Report]:
        start = self._device.now - days * DAY
        return [report for report in reports if (report.end or 0) >= start]

    def _close(self) -> web.Response:
        self._device.agent.close_reports()
        return _json(200, {"status": "success"})

    def _list(self, reports: list[Report]) -> web.Response:
        entries = [
            {"report_id": report.report_id, "start_time": report.start, "end_time": report.end} for report in reports
        ]
        return _json(200, {"usage_list": entries} if entries else {})

    def _reports(self, reports: list[Report]) -> web.Response:
        """An empty object when there is none."""
        self._stores.requested.update(report.report_id for report in reports)
        writer = self._device.agent.writer
        usage = [writer.signed(report).as_json() for report in reports]
        return _json(200, {"usage": usage} if usage else {})

    def _import(self, body: bytes) -> web.Response:
        """The XML itself, or base64 of it: the documents say the one, the sample does the other."""
        document = body.strip()
        if not document.startswith(b"<"):
            try:
                document = base64.b64decode(document, validate=False)
            except binascii.Error:
                return _failed(400, "neither XML nor base64")
        said = import_document(self._device.agent, document)
        return _json(200, {"status": "success", "message": said}) if said == SUCCESS else _failed(400, said)


def _wrong_method(allowed: str) -> web.Response:
    response = _failed(405, f"the method is {allowed}")
    response.headers["Allow"] = allowed
    return response


def _failed(status: int, message: str) -> web.Response:
    return _json(status, {"status": "failed", "message": message})


def _json(status: int, data: Any) -> web.Response:
    return web.Response(status=status, body=json.dumps(data).encode(), content_type="application/json")
