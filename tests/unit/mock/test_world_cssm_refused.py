# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the mock CSSM refuses, and what it does when it is told to fail; every reply held against Cisco's OpenAPI."""

from __future__ import annotations

import base64
import json
from typing import Any

import aiohttp
import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm import CssmOptions
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import Pki

from tests.unit.mock.world_tools import (
    SOFTWARE,
    STANDBY,
    SUBMIT,
    WLC1,
    WLC2,
    Portal,
    body,
    entry,
    payload,
    usage,
)

# What is refused


def test_unknown_udi_registers_and_then_belongs(portal: Portal) -> None:
    assert portal.submit(entry(WLC2, 1, standby=STANDBY)).status == 202
    other = {"X-CSW-VIRTUAL-ACCOUNT-ID": "700003"}
    for udi in (WLC2, STANDBY):
        reply = portal.submit(entry(udi, 2), headers=other)
        assert reply.status == 422
        assert "belongs to example.com / Campus" in json.dumps(reply.body)
    assert portal.submit(entry(WLC1, 1), headers=other).status == 202


def signed(text: str) -> dict[str, Any]:
    return {"sudi": WLC1.sudi, "usage": [usage(WLC1, 0, text=text)]}


def altered() -> dict[str, Any]:
    found = entry(WLC1, 1)
    found["usage"][0]["payload"] += " "
    return found


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (altered(), "signature of report 1 of PID:C9800-CL-K9,SN:9SIM0000001 is not valid"),
        (entry(WLC1, 1, pki=Pki.create()), "is not valid"),
        ({"sudi": WLC2.sudi, "usage": [usage(WLC1, 1)]}, "was submitted for PID:C9800-40-K9"),
        ({"sudi": WLC1.sudi, "usage": []}, "Neither usage nor a trust request"),
        (signed("no json"), "cannot be read"),
        (signed("[]"), "cannot be read"),
        (signed("{}"), "cannot be read"),
        (signed(payload(WLC1, 1).replace('"report_id":1', '"report_id":"1"')), "report_id is no integer"),
        (signed(payload(WLC1, 1).replace(SOFTWARE, "")), "no name"),
        (signed(payload(WLC1, 1).replace('"value":"3"', '"value":"three"')), "cannot be read"),
        ({**entry(WLC1), "trust_requests": [base64.b64encode(b"<x/>").decode()]}, "trust request cannot be read"),
    ],
)
def test_bad_report_takes_the_whole_call_down(portal: Portal, bad: dict[str, Any], told: str) -> None:
    reply = portal.submit(entry(WLC2, 1), bad)
    assert reply.status == 422
    assert told in json.dumps(reply.body)
    assert portal.cssm.state()["reports"] == {}


def test_signature_of_a_real_kind_needs_the_option(portal: Portal) -> None:
    report = usage(WLC1, 1)
    report["signature"]["signing_type"] = "builtin"
    assert portal.submit({"sudi": WLC1.sudi, "usage": [report]}).status == 422


def changed(path: str, value: Any) -> dict[str, Any]:
    """A good body with one member replaced, or taken away when ``value`` is ``...``."""
    found = body(entry(WLC1, 1))
    *way, last = path.split(".")
    place: Any = found
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return found


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("data", ..., "data is missing"),
        ("data", [], "data must be an object"),
        ("data.timestamp", ..., "data.timestamp is missing"),
        ("data.timestamp", "1790000000000", "must be an integer"),
        ("data.timestamp", 1790000000, "must be UTC milliseconds"),
        ("data.timestamp", 2**63, "does not fit 64 bits"),
        ("data.timestamp", True, "must be an integer"),
        ("data.nonce", ..., "data.nonce is missing"),
        ("data.nonce", "", "must not be empty"),
        ("data.reports", [], "data.reports must not be empty"),
        ("data.reports", {}, "must be an array"),
        ("data.reports.0.sudi", ..., "data.reports[0].sudi is missing"),
        ("data.reports.0.sudi.udi_pid", 9800, "must be a string"),
        ("data.reports.0.usage", ..., "usage is missing"),
        ("data.reports.0.usage.0.payload", {"version": "2.0"}, "payload must be a string"),
        ("data.reports.0.usage.0.signature", ..., "signature is missing"),
        ("data.reports.0.trust_requests", ["*"], "must be base64"),
    ],
)
def test_malformed_body(portal: Portal, path: str, value: Any, told: str) -> None:
    reply = portal.request("POST", SUBMIT[portal.profile], json=changed(path, value))
    assert reply.status == 400
    assert told in json.dumps(reply.body)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"[" * 100_000])
def test_body_that_is_no_json_object(portal: Portal, raw: bytes) -> None:
    reply = portal.request("POST", SUBMIT[portal.profile], data=raw, headers={"Content-Type": "application/json"})
    assert reply.status == 400


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("X-CSW-SMART-ACCOUNT-ID", "", 400),
        ("X-CSW-SMART-ACCOUNT-ID", "example.com", 400),
        ("X-CSW-SMART-ACCOUNT-ID", "999999", 403),
        ("X-CSW-VIRTUAL-ACCOUNT-ID", "Campus", 400),
        ("X-CSW-VIRTUAL-ACCOUNT-ID", "700005", 403),
        ("X-CSW-REQUESTING-SYSTEM", "", 400),
        ("X-CSW-REQUESTING-SYSTEM", "wlc1", 400),
        ("X-CSW-REQUESTING-SYSTEM", "{}", 400),
        ("X-CSW-REQUESTING-SYSTEM", '{"hostname":"wlc1"}', 400),
        ("X-CSW-REQUESTING-SYSTEM", '{"udi_pid":1}', 400),
        ("Content-Type", "text/plain", 415),
    ],
)
def test_headers(portal: Portal, name: str, value: str, status: int) -> None:
    assert portal.submit(entry(WLC1, 1), headers={name: value}).status == status


def test_poll_of_somebody_elses_ticket(portal: Portal) -> None:
    poll_id = portal.submit(entry(WLC1, 1)).body["poll_id"]
    for number, headers in ((int(poll_id) + 1, {}), (poll_id, {"X-CSW-VIRTUAL-ACCOUNT-ID": "700003"})):
        reply = portal.poll(number, headers=headers)
        assert (reply.status, reply.body["message_code"]) == (422, "INVALID_POLL_ID")


def test_unknown_path(portal: Portal) -> None:
    assert portal.request("GET", "/v1/nothing").status == 404


# Faults


@pytest.mark.parametrize(
    ("fault", "status", "raw"),
    [
        ({"action": "status", "status": 401}, 401, b""),
        ({"action": "status", "status": 403, "text": '{"a":1}'}, 403, {"a": 1}),
        ({"action": "status", "status": 200}, 200, b""),
        ({"action": "status", "status": 502, "text": "<html>Bad gateway</html>"}, 502, b"<html>Bad gateway</html>"),
        ({"action": "error", "text": "oops"}, 500, {"status": "FAILED", "message": "oops", "statusMessage": "oops"}),
        ({"action": "slow", "seconds": 0.01}, 202, None),
    ],
)
def test_fault_answers_for_cssm(fault: dict[str, Any], status: int, raw: Any) -> None:
    with Portal() as portal:
        portal.faults.add({"target": "cssm", "match": "reportusage", "times": 1, **fault})
        reply = portal.submit(entry(WLC1, 1))
        assert reply.status == status
        assert raw is None or reply.body == raw
        assert portal.cssm.requests[-1]["status"] == status
        again = portal.submit(entry(WLC1, 1)).body
        assert again["status"] == ("FAILED" if fault["action"] == "slow" else "OK_POLL")


def test_fault_asks_for_patience() -> None:
    with Portal() as portal:
        portal.faults.add({"target": "cssm", "action": "status", "status": 429, "seconds": 7})
        assert portal.submit(entry(WLC1, 1)).headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("fault", "accepted"),
    [
        ({"action": "drop"}, False),
        ({"action": "drop", "after": "accepted"}, True),
        ({"action": "hang"}, False),
        ({"action": "hang", "after": "accepted"}, True),
        ({"action": "truncate"}, True),
        ({"action": "truncate", "after": 0}, True),
        ({"action": "garbage"}, True),
    ],
)
def test_fault_before_and_after_acceptance(fault: dict[str, Any], accepted: bool) -> None:
    with Portal() as portal:
        portal.faults.add({"target": "cssm", "match": "reportusage", "times": 1, **fault})
        with pytest.raises((aiohttp.ClientError, TimeoutError, ValueError)):
            portal.submit(entry(WLC1, 1), timeout=0.5)
        assert bool(portal.cssm.state()["reports"]) is accepted


def test_a_client_that_gives_up_leaves_nothing_behind() -> None:
    with Portal() as portal:
        portal.faults.add({"target": "cssm", "match": "poll", "action": "hang"})
        idle = portal.tasks()
        with pytest.raises((aiohttp.ClientError, TimeoutError)):
            portal.poll(1, timeout=0.2)
        assert portal.tasks(until=idle) <= idle


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        ({"accept_builtin": "False"}, "accept_builtin", False),
        ({"accept_builtin": True}, "accept_builtin", True),
        ({"poll_interval": "7"}, "poll_interval", 7),
        ({"nack": ["1671840750"]}, "nack", (1671840750,)),
    ],
)
def test_options_may_come_as_text(options: dict[str, Any], name: str, value: Any) -> None:
    assert getattr(CssmOptions().updated(options), name) == value


@pytest.mark.parametrize("options", [{"accept_builtin": "maybe"}, {"nack": "123"}, {"nack": 5}, ["policy"]])
def test_options_of_the_wrong_kind(options: Any) -> None:
    with pytest.raises(ValueError, match="CSSM option"):
        CssmOptions().updated(options)


def test_unknown_option_is_named() -> None:
    with pytest.raises(ValueError, match="unknown CSSM option polcy"):
        Portal(polcy="none")
    with pytest.raises(ValueError, match="CSSM option policy"):
        Portal(policy="strict")
