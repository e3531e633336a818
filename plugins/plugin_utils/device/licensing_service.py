# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing service that IOS XE serves by itself, ``https://<device>/smartlic-service`` (apis.md 2)."""

from __future__ import annotations

from ansible_collections.c9800.slp.plugins.module_utils.portal.http import Response
from ansible_collections.c9800.slp.plugins.module_utils.slp import service
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError, DeviceError, ParseError

from .doors import Doors
from .https import DeviceHttp, Method
from .methods import UnavailableError
from .model_driver import slow

_JSON = "application/json"
_QUOTED = 200  # characters of a reason that go into an error
_LIST_HEADERS = {"Accept": "application/yang-data+json", "FOXY-API-VERSION": "1"}  # as Cisco's sample has it


class LicensingService:
    """Reports and answers inside of the calls: no file touches the device's flash."""

    def __init__(self, http: DeviceHttp) -> None:
        self.http = http
        self.host = http.host
        self._slow = slow(http.settings.command_timeout)

    def report_ids(self) -> tuple[int, ...]:
        """The closed reports. The call that proves that the service is there: nothing changes by it."""
        response = self._call("GET", service.LIST, "the list of reports", headers=_LIST_HEADERS)
        return service.read_list(response.body) if response.body.strip() else ()

    def close_reports(self) -> None:
        """Close the reports that are open, so that what is read is up to date."""
        self._call("POST", service.CLOSE, "the closing of reports", timeout=self._slow)

    def reports(self, *, days: int | None = None) -> bytes:
        """All closed reports, or those of the last days, as the service gives them."""
        path = service.REPORTS if days is None else service.days_path(days)
        return self._call("GET", path, "the read of reports", timeout=self._slow).body

    def report(self, number: int) -> bytes:
        """One report. Cisco's texts disagree on its path, and one of the two may take the number for one of days."""
        among, cause = b"", ""
        for path in service.report_paths(number):
            try:
                answer = self._call("GET", path, "the read of a report").body
            except CommandError as error:
                cause = error.cause
                continue
            found = service.read_reports(answer).report_ids if answer.strip() else ()
            if set(found) == {number}:
                return answer
            among = among or (answer if number in found else b"")
        if not among:
            raise CommandError(
                f"the device gives no report {number}",
                cause=cause,
                host=self.host,
                remedy="See `show license rum id all` for the numbers, or collect with scope: all",
            )
        return among

    def deliver(self, document: bytes) -> None:
        """Have the device import what CSSM answered; the next form of it where the device does not know the last."""
        for media, body in service.import_bodies(document):
            response = self._answer("POST", service.IMPORT, "the import", {"Content-Type": media}, body, self._slow)
            if response.status != 400:
                break
        self._check(response, "the import")

    def _call(
        self,
        method: Method,
        path: str,
        doing: str,
        *,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
    ) -> Response:
        response = self._answer(method, path, doing, headers or {}, body, timeout)
        self._check(response, doing)
        return response

    def _check(self, response: Response, doing: str) -> None:
        if response.status >= 300:
            error = self.http.problem(response, doing)
            error.cause = self.http.redact(service.failure_of(response.body))[:_QUOTED] or error.cause
            raise error

    def _answer(
        self, method: Method, path: str, doing: str, headers: dict[str, str], body: bytes | None, timeout: float | None
    ) -> Response:
        sent = {"Accept": _JSON, **headers}
        return self.http.call(method, service.BASE + path, doing=doing, headers=sent, body=body, timeout=timeout)


def probed(doors: Doors) -> LicensingService:
    """The service, which has answered; ``UnavailableError``. Nothing is changed by this."""
    try:
        there = LicensingService(doors.rest().http)
        there.report_ids()
    except (DeviceError, ParseError) as error:
        raise UnavailableError(
            f"no native REST service: {error.what}",
            cause=error.cause,
            remedy=error.remedy or "Configure 'ip http secure-server' and 'ip http authentication'",
            host=doors.host,
        ) from None
    return there
