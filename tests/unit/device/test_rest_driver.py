# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RESTCONF and native REST with devices that answer as they should, oddly, wrongly, or not at all."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.portal.http import Response
from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    CommandError,
    ConnectionLost,
    DeviceError,
    LoginError,
    ParseError,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.service import read_reports
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import Read, Resource
from ansible_collections.c9800.slp.plugins.plugin_utils.device.https import DeviceHttp
from ansible_collections.c9800.slp.plugins.plugin_utils.device.licensing_service import LicensingService
from ansible_collections.c9800.slp.plugins.plugin_utils.device.model_driver import RefusedError
from ansible_collections.c9800.slp.plugins.plugin_utils.device.rest_driver import RestDriver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import RestSettings
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import Pki

from tests.unit.device.https_peer import HttpsPeer, Says, serving
from tests.unit.yang.signed_reports import signed

PASSWORD = "canary-Pa55 word/+"
TOKEN = "canary-ID-token"
LOGIN = base64.b64encode(f"slp:{PASSWORD}".encode()).decode()
PKI = Pki.create()
UDI = "cisco-smart-license:licensing/state/state-info/udi"
READ = Read("", (Resource(UDI, ("licensing", "state", "state-info")),))
GET = f"GET /restconf/data/{UDI}"
FOUND = {"cisco-smart-license:udi": {"pid": "C9800-CL-K9", "sn": "9SIM0000001"}}
TRUST = yang.requests.trust(TOKEN, everywhere=True, force=False)
POST = f"POST /restconf/operations/{TRUST.path}"

Connect = Callable[..., RestDriver]


def errors(tag: str, message: str = "", *, old: bool = False) -> dict[str, Any]:
    entry = {"error-type": "application", "error-tag": tag, "error-message": message}
    return {"errors" if old else "ietf-restconf:errors": {"error": [entry]}}


@pytest.fixture
def ca(tmp_path: Path) -> str:
    (tmp_path / "ca.pem").write_text(PKI.ca_pem)
    return str(tmp_path / "ca.pem")


@pytest.fixture
def connect(ca: str) -> Iterator[Connect]:
    with ExitStack() as stack:

        def connect(peer: HttpsPeer, *, flaw: str = "", patience: float = 2.0, **changes: Any) -> RestDriver:
            stack.enter_context(serving(peer, PKI, flaw=flaw))
            settings = RestSettings(
                name="wlc1", host="127.0.0.1", port=peer.port, user="slp", password=PASSWORD, ca_path=ca
            )
            quick = {"command_timeout": 5.0, "connect_timeout": 5.0}
            return RestDriver(replace(settings, **quick | changes), patience=patience)

        yield connect


def test_reading(connect: Connect) -> None:
    peer = HttpsPeer({GET: Says(200, FOUND)})
    driver = connect(peer)
    tree = driver.read(READ)
    assert tree["licensing"]["state"]["state-info"]["udi"]["sn"] == "9SIM0000001"
    assert peer.headers[0]["Authorization"] == f"Basic {LOGIN}"
    assert peer.headers[0]["Accept"] == "application/yang-data+json"
    for says in (Says(204), Says(404, errors("invalid-value", "uri keypath not found")), Says(200)):
        peer.answers[GET] = says
        assert driver.read(READ) == {}
    peer.answers[GET] = Says(400, errors("malformed-message", "unknown element"))
    assert driver.read(READ) == {}
    xml = '<udi xmlns="http://cisco.com/ns/yang/cisco-smart-license"><sn>9SIM0000002</sn></udi>'
    peer.answers[GET] = Says(200, xml.encode(), "application/yang-data+xml")
    assert driver.read(READ)["licensing"]["state"]["state-info"]["udi"]["sn"] == "9SIM0000002"


def test_a_query_parameter_that_the_device_does_not_know(connect: Connect) -> None:
    peer = HttpsPeer({f"{GET}?fields=sn": Says(400, errors("invalid-value", "fields")), GET: Says(200, FOUND)})
    resource = Resource(UDI, ("licensing", "state", "state-info"), "sn")
    assert connect(peer).read(Read("", (resource,)))["licensing"]
    assert [call for call, _body in peer.asked] == [f"{GET}?fields=sn", GET]


def test_reads_share_a_connection_and_what_changes_something_does_not(connect: Connect) -> None:
    peer = HttpsPeer({GET: Says(200, FOUND), POST: Says(200, {"cisco-smart-license:output": {}})}, keeps=True)
    with connect(peer) as driver:
        assert [driver.read(READ) for _again in range(3)]
        assert peer.connections == 1
        driver.call(TRUST)
        driver.read(READ)
        assert peer.connections == 2
        driver.call(TRUST)
        assert peer.connections == 3
    driver.read(READ)
    assert (peer.connections, len(peer.asked)) == (4, 7)


def test_a_connection_that_the_device_has_closed_meanwhile(connect: Connect) -> None:
    peer = HttpsPeer({GET: Says(200, FOUND)}, leaves=True)
    driver = connect(peer)
    assert [driver.read(READ) for _again in range(3)]
    assert (peer.connections, len(peer.asked)) == (3, 3)


@pytest.mark.parametrize(("limit", "seconds"), [(5.0, 180.0), (600.0, 600.0)])
def test_a_raised_time_limit_holds_for_slow_operations_too(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, limit: float, seconds: float
) -> None:
    driver = connect(HttpsPeer(), command_timeout=limit)
    asked: list[float | None] = []

    def call(*_given: Any, timeout: float | None = None, **_named: Any) -> Response:
        asked.append(timeout)
        return Response(200, http.client.HTTPMessage(), b"{}", "")

    monkeypatch.setattr(driver.http, "call", call)
    driver.call(TRUST)
    driver.call(yang.requests.delete("bootflash:x.xml"))
    LicensingService(driver.http).reports()
    assert asked == [seconds, None, seconds]


def test_a_kept_connection_is_given_no_more_time_than_another(connect: Connect) -> None:
    peer = HttpsPeer({GET: [Says(200, FOUND), Says(200, FOUND, wait=3.0), Says(200, FOUND)]}, keeps=True)
    driver = connect(peer, command_timeout=1.0)
    driver.read(READ)
    with pytest.raises(ConnectionLost, match="nothing within 1 s"):
        driver.read(READ)
    assert driver.read(READ)
    assert peer.connections == 2


@pytest.mark.parametrize("old", [True, False])
def test_errors_in_both_spellings(connect: Connect, old: bool) -> None:
    peer = HttpsPeer({POST: Says(400, errors("malformed-message", f"invalid path {TOKEN} {PASSWORD}", old=old))})
    with pytest.raises(RefusedError, match=r"id-token-trust is refused .*invalid path.*slp_fallback: cli") as caught:
        connect(peer).call(TRUST)
    assert TOKEN not in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert json.loads(peer.asked[0][1])["cisco-smart-license:input"]["id-token"] == TOKEN


@pytest.mark.parametrize("fill", [0, 190])
def test_a_request_that_is_echoed_shows_no_token(connect: Connect, fill: int) -> None:
    """Also where only its first part would be quoted."""
    peer = HttpsPeer({POST: Says(400, b"x" * fill + f"Bad Request: {TOKEN} {PASSWORD} {LOGIN}".encode(), "text/plain")})
    with pytest.raises(CommandError, match="HTTP 400") as caught:
        connect(peer).call(TRUST)
    for secret in (TOKEN, PASSWORD, LOGIN):
        assert secret[:7] not in str(caught.value)


@pytest.mark.parametrize(
    ("says", "kind", "told"),
    [
        (Says(401, errors("access-denied")), LoginError, "user 'slp' or the password is refused"),
        (Says(403, b"", ""), CommandError, "is refused .HTTP 403.*privilege 15"),
        (Says(403, errors("access-denied", "no")), RefusedError, "is refused .no.*privilege 15"),
        (Says(409, b"", ""), CommandError, "HTTP 409.*show netconf-yang sessions"),
        (
            Says(302, b"", headers={"Location": "https://elsewhere.example.net/"}),
            LoginError,
            "redirects .* not followed",
        ),
        (Says(404, b"<html><title>404</title></html>", "text/html"), LoginError, "serves no RESTCONF"),
        (Says(200, b'{"cut": '), ParseError, "."),
        (Says(200, b"<html>login</html>", "text/html"), ParseError, "."),
        (Says(200, FOUND, cut=20), ConnectionLost, "is cut off"),
        (Says(200, FOUND, wait=9.0), ConnectionLost, "no answer .* .nothing within 1 s"),
        (Says(500, errors("operation-failed", "internal error")), RefusedError, "internal error"),
        (Says(400, b"Bad Request", "text/plain"), CommandError, 'HTTP 400: "Bad Request"'),
    ],
)
def test_what_goes_wrong_is_told_in_time(connect: Connect, says: Says, kind: type[Exception], told: str) -> None:
    peer = HttpsPeer({POST: says})
    began = time.monotonic()
    driver = connect(peer, command_timeout=1.0)
    operation = yang.requests.delete("bootflash:x.xml")
    peer.answers[f"POST /restconf/operations/{operation.path}"] = says
    with pytest.raises(kind, match=told) as caught:
        driver.call(operation)
    assert time.monotonic() - began < 5
    assert getattr(caught.value, "host", "") == "wlc1"
    assert PASSWORD not in str(caught.value)
    assert LOGIN not in str(caught.value)
    assert len(peer.asked) == 1  # what may have changed something is not sent twice


def test_reads_are_repeated_when_the_device_is_busy(connect: Connect) -> None:
    peer = HttpsPeer({GET: [Says(503, headers={"Retry-After": "0"}), Says(200, FOUND)]})
    assert connect(peer).read(READ)
    assert len(peer.asked) == 2


def test_a_lock_is_waited_for(connect: Connect) -> None:
    (edit,) = yang.requests.edits({"tag1": (None, "a")})
    (patch,) = edit.patches
    call = f"{patch.method} /restconf/data/{patch.path}"
    locked = Says(409, errors("lock-denied", "the configuration database is locked by session 9"))
    peer = HttpsPeer({call: [locked, Says(204)]})
    connect(peer).edit((edit,))
    assert [asked for asked, _body in peer.asked] == [call, call]
    peer.answers[call] = locked
    with pytest.raises(RefusedError, match="locked by session 9"):
        connect(peer, patience=0.1).edit((edit,))


@pytest.mark.parametrize("flaw", ["name", "expired", "authority"])
def test_a_wrong_certificate_gets_no_password(connect: Connect, flaw: str) -> None:
    peer = HttpsPeer({GET: Says(200, FOUND)})
    with pytest.raises(LoginError, match=r"wlc1: its certificate is not trusted .*ansible_slp_ca_path"):
        connect(peer, flaw=flaw).read(READ)
    assert peer.asked == []
    assert connect(peer, flaw=flaw, validate_certs=False).read(READ)


def test_no_https_at_all(connect: Connect, ca: str, tmp_path: Path) -> None:
    with pytest.raises(LoginError, match=r"port 1 gives no HTTPS connection .*ip http secure-server"):
        RestDriver(RestSettings(name="wlc1", host="127.0.0.1", port=1, user="slp", password=PASSWORD)).read(READ)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = RestSettings(
            name="wlc1", host="127.0.0.1", port=silent.getsockname()[1], user="slp", password="x", connect_timeout=0.5
        )
        began = time.monotonic()
        with pytest.raises(LoginError, match=r"nothing within 0\.5 s"):
            RestDriver(settings).read(READ)
        assert time.monotonic() - began < 3
    for wrong, told in (
        ({"password": None}, "no user and password"),
        ({"ca_path": str(tmp_path / "none.pem")}, "the CA file cannot be used"),
    ):
        with pytest.raises(LoginError, match=told):
            RestDriver(replace(settings, **wrong))


@pytest.mark.parametrize("host", ["wlc 1", "wlc1.example.net ", "[::1]", "", "user@wlc1"])
def test_a_host_that_is_none(host: str) -> None:
    settings = RestSettings(name="wlc1", host=host, user="slp", password=PASSWORD)
    with pytest.raises(LoginError, match=r"wlc1: '.*' is neither a name nor an address .*Check ansible_host"):
        RestDriver(settings).read(READ)


def test_a_name_that_nobody_knows() -> None:
    settings = RestSettings(name="wlc1", host="wlc1.invalid", user="slp", password=PASSWORD)
    with pytest.raises(LoginError, match=r"wlc1: the name wlc1\.invalid does not resolve .*ansible_host"):
        RestDriver(settings).read(READ)


def test_an_address_of_ipv6(ca: str) -> None:
    settings = RestSettings(name="wlc1", host="::1", port=1, user="slp", password=PASSWORD, ca_path=ca)
    with pytest.raises(LoginError, match="::1 port 1 gives no HTTPS connection"):
        RestDriver(settings).read(READ)


def test_an_answer_without_end(connect: Connect) -> None:
    peer = HttpsPeer({"GET /x": Says(200, b" " * 200_000)})
    calls = DeviceHttp(connect(peer).http.settings, most=100_000, retries=0)
    with pytest.raises(DeviceError, match="larger than 100000 octets"):
        calls.call("GET", "/x", doing="the read", headers={})


# --- native REST ---

SERVICE = "/smartlic-service"


def reports(*numbers: int) -> dict[str, Any]:
    return {"usage": [signed(number) for number in numbers]}


@pytest.mark.parametrize(
    ("days", "rum_id", "found"),
    [
        (Says(200, reports(5)), Says(404), (5,)),
        (Says(200, reports(3, 4, 5)), Says(200, reports(5)), (5,)),  # the last five days
        (Says(200, reports(3, 4, 5)), Says(404), (3, 4, 5)),
        (Says(200, reports(3, 4)), Says(200, reports(5)), (5,)),
        (Says(200, {}), Says(200, reports(5)), (5,)),
        (Says(200, reports(3, 4)), Says(404, {"message": "no report 5"}, "application/json"), ()),
        (Says(200), Says(200, {}), ()),
    ],
)
def test_one_report_is_that_report(connect: Connect, days: Says, rum_id: Says, found: tuple[int, ...]) -> None:
    peer = HttpsPeer({f"GET {SERVICE}/days/5": days, f"GET {SERVICE}/rum-report-id/5": rum_id})
    service = LicensingService(connect(peer).http)
    if found:
        assert read_reports(service.report(5)).report_ids == found
    else:
        with pytest.raises(CommandError, match=r"wlc1: the device gives no report 5.*show license rum id all"):
            service.report(5)


def test_the_licensing_service(connect: Connect) -> None:
    peer = HttpsPeer(
        {
            f"GET {SERVICE}/list": Says(200, {"usage_list": [{"report_id": 5}]}, "application/json"),
            f"POST {SERVICE}/close-reports": Says(204),
            f"GET {SERVICE}/all-reports": Says(200, {}),
            f"GET {SERVICE}/days/5": Says(404, {"message": "no such call"}, "application/json"),
            f"GET {SERVICE}/rum-report-id/5": Says(200, reports(5)),
            f"POST {SERVICE}/import": [Says(400, {"message": "want base64"}), Says(200, {"status": "success"})],
        }
    )
    service = LicensingService(connect(peer).http)
    assert service.report_ids() == (5,)
    service.close_reports()
    assert service.reports() == b"{}"
    assert json.loads(service.report(5)) == reports(5)
    service.deliver(b"<smartLicense/>")
    assert [body for call, body in peer.asked if call.endswith("/import")] == [
        b"<smartLicense/>",
        base64.b64encode(b"<smartLicense/>"),
    ]
    peer.answers[f"POST {SERVICE}/import"] = Says(400, {"message": "not for this device"})
    with pytest.raises(CommandError, match=r"wlc1: the import is refused .not for this device"):
        service.deliver(b"<smartLicense/>")
    peer.answers[f"POST {SERVICE}/import"] = Says(403, {"message": f"no, {LOGIN} ({PASSWORD})"})
    with pytest.raises(CommandError, match=r"the import is refused .no, \*+ ") as caught:
        service.deliver(b"<smartLicense/>")
    assert PASSWORD not in str(caught.value)
    peer.answers[f"POST {SERVICE}/import"] = Says(500, b"")
    with pytest.raises(CommandError, match="the device is in trouble"):
        service.deliver(b"<smartLicense/>")
