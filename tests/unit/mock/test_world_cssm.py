# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mock CSSM as a client meets it: over HTTPS, both API generations, every reply held against Cisco's OpenAPI."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import Pki

from tests.unit.mock.world_openapi import conforms
from tests.unit.mock.world_tools import (
    LEGACY,
    NOW_MS,
    PKI,
    SOFTWARE,
    SOFTWARE_APIS,
    STANDBY,
    SWAPI,
    TAG,
    WLC1,
    WLC2,
    Portal,
    entry,
    trust_element,
    usage,
)

REAL_REPORT = Path(__file__).parents[4] / "shared/samples/rum/c9800-cl_17.09.02_rum-1671840750.xml"

# Tokens


@pytest.mark.parametrize("path", ["/oauth2/default/v1/token", "/as/token.oauth2"])
def test_token_for_an_application(portal: Portal, path: str) -> None:
    reply = portal.grant(path)
    assert (reply.status, reply.body["token_type"], reply.body["expires_in"]) == (200, "Bearer", 3599)


def test_token_for_a_user(portal: Portal) -> None:
    known = portal.cssm.credentials
    assert portal.grant(grant_type="password", username=known.username, password=known.password).status == 200


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password", "username": "x", "password": "y"}, 400, "invalid_grant"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_token_refused(portal: Portal, changes: dict[str, str], status: int, error: str) -> None:
    reply = portal.grant(**changes)
    assert (reply.status, reply.body["error"]) == (status, error)


def test_credentials_in_the_query_are_refused(portal: Portal) -> None:
    assert portal.grant("/as/token.oauth2?client_id=x&client_secret=y").status == 400


@pytest.mark.parametrize(
    "headers", [{"Authorization": ""}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}]
)
def test_call_without_a_good_token(portal: Portal, headers: dict[str, str]) -> None:
    assert portal.submit(entry(WLC1, 1), headers=headers).status == 401


def test_token_runs_out_with_the_worlds_clock(portal: Portal) -> None:
    portal.clock.advance(3598)
    assert portal.submit(entry(WLC1, 1)).status == 202
    portal.clock.advance(2)
    assert portal.submit(entry(WLC1, 2)).status == 401


# Accounts


def test_old_search_lists_ids_and_takes_substrings() -> None:
    with Portal(check=conforms) as portal:
        reply = portal.request("GET", f"{SWAPI}/v2/accounts/search?domain=example.com")
        found = {account["domain"]: account for account in reply.body["accounts"]}
        assert set(found) == {"example.com", "lab.example.com"}, "the trap: a substring match"
        assert found["example.com"]["account_id"] == "100001"
        names = {item["name"]: item["virtual_account_id"] for item in found["example.com"]["virtual_accounts"]}
        assert names == {"DEFAULT": "700001", "Campus": "700002", "Branch offices": "700003"}
        assert portal.request("GET", SWAPI + "/v2/accounts/search", headers={"Content-Type": ""}).status == 415


def test_new_search_pages_through_accounts() -> None:
    with Portal("software_apis", check=conforms) as portal:
        base = f"{SOFTWARE_APIS}/pnp/v2/accounts"
        reply = portal.request("GET", f"{base}?accountDomain=example.com&startIdx=1&rowsPerPage=1")
        assert reply.body["totalRows"] == 2
        assert [item["domainIdentifier"] for item in reply.body["data"]] == ["lab.example.com"]
        reply = portal.request("GET", f"{base}/EXAMPLE.com/virtual-accounts")
        assert {item["virtualAccountName"]: item["default"] for item in reply.body["data"]} == {
            "DEFAULT": "true",
            "Campus": "false",
            "Branch offices": "false",
        }
        assert portal.request("GET", f"{base}/unknown.example/virtual-accounts").status == 403
        assert portal.request("GET", f"{base}?startIdx=x").status == 400


# The way of a report


def test_report_ticket_ack(portal: Portal) -> None:
    accepted = portal.submit(entry(WLC1, 10, 11, trust=[WLC1]), entry(WLC2, 10, standby=STANDBY))
    assert (accepted.status, accepted.body["status"], accepted.body["nonce"]) == (202, "OK_POLL", "nonce-1")
    assert accepted.body["action"] == "acknowledgements"
    poll_id = accepted.body["poll_id"]
    assert isinstance(poll_id, int if portal.profile == "swapi" else str)
    assert len(str(poll_id)) == 18
    assert int(float(poll_id)) != int(poll_id), "no float can hold it"

    waiting = portal.poll(poll_id)
    assert (waiting.status, waiting.body["status"], waiting.body["nonce"]) == (200, "OK_POLL", "nonce-2")

    documents = portal.documents(poll_id)
    first, second = documents[WLC1], documents[WLC2]
    assert {(ack.udi, ack.report_id, ack.status) for ack in first.acks} == {(WLC1, 10, "ACK"), (WLC1, 11, "ACK")}
    assert [(ack.udi, ack.report_id) for ack in second.acks] == [(WLC2, 10)]
    assert first.policy
    assert first.policy.name == "Custom Policy (simulated)"
    assert first.account
    assert (first.account.domain, first.account.virtual_account_id) == ("example.com", "700002")
    assert list(first.trust) == [WLC1]
    assert PKI.trust_valid(str(WLC1), first.trust[WLC1])
    assert not second.trust, "no trust request, no trust code"
    assert first.correlation_id.startswith("sim")


def test_finished_ticket_answers_the_same_again(portal: Portal) -> None:
    poll_id = portal.submit(entry(WLC1, 1)).body["poll_id"]
    portal.documents(poll_id)
    portal.submit(entry(WLC1, 2))
    assert portal.poll(poll_id).body["data"] == portal.poll(poll_id).body["data"]
    assert portal.acknowledged(poll_id) == {WLC1: [1]}


def test_duplicate_is_failed_at_once_and_nothing_is_taken(portal: Portal) -> None:
    portal.submit(entry(WLC1, 1))
    reply = portal.submit(entry(WLC2, 7), entry(WLC1, 1, 2))
    assert (reply.status, reply.body["status"]) == (202, "FAILED")
    assert "report 1 of PID:C9800-CL-K9,SN:9SIM0000001" in reply.body["message"]
    assert portal.cssm.state()["reports"] == {str(WLC1): {"1": {"offered": 2, "delivered": False}}}
    assert portal.submit(entry(WLC2, 7, 7)).body["status"] == "FAILED", "twice in one call"


def test_reports_of_a_lost_ticket_are_acknowledged_with_the_next(portal: Portal) -> None:
    lost = portal.submit(entry(WLC1, 1), entry(WLC2, 1)).body["poll_id"]
    poll_id = portal.submit(entry(WLC1, 2)).body["poll_id"]
    assert portal.acknowledged(poll_id) == {WLC1: [1, 2]}
    assert portal.acknowledged(lost) == {WLC1: [1], WLC2: [1]}, "the ticket itself still answers"
    third = portal.submit(entry(WLC1, 3)).body["poll_id"]
    assert portal.acknowledged(third) == {WLC1: [3]}


def test_pair_is_one_product_instance_through_a_switchover(portal: Portal) -> None:
    portal.submit(entry(WLC2, 1, standby=STANDBY))
    poll_id = portal.submit(entry(STANDBY, 2, standby=WLC2, trust=[STANDBY, WLC2])).body["poll_id"]
    document = portal.documents(poll_id)[STANDBY]
    assert {(ack.udi, ack.report_id) for ack in document.acks} == {(WLC2, 1), (STANDBY, 2)}
    assert set(document.trust) == {WLC2, STANDBY}
    assert len(list(portal.cssm.store.instances_in(portal.cssm.store.instances[WLC2].account))) == 1


def test_trust_request_without_usage(portal: Portal) -> None:
    poll_id = portal.submit(entry(WLC2, trust=[WLC2, STANDBY])).body["poll_id"]
    document = portal.documents(poll_id)[WLC2]
    assert set(document.trust) == {WLC2, STANDBY}
    assert not document.acks


def test_older_dialect(portal: Portal) -> None:
    poll_id = portal.submit(entry(WLC1, 5, dialect=1)).body["poll_id"]
    assert portal.acknowledged(poll_id) == {WLC1: [5]}


@pytest.mark.parametrize(
    ("options", "policy", "status"),
    [
        ({"policy": "default"}, "Default Policy (simulated)", "ACK"),
        ({"policy": "none", "nack": [4]}, None, "NACK"),
    ],
)
def test_options_of_an_ack(options: dict[str, Any], policy: str | None, status: str) -> None:
    with Portal(**options) as portal:
        document = portal.documents(portal.submit(entry(WLC1, 4)).body["poll_id"])[WLC1]
        assert (document.policy.name if document.policy else None) == policy
        assert [ack.status for ack in document.acks] == [status]


def test_ticket_is_ready_by_the_worlds_clock() -> None:
    with Portal(ready_after=600, poll_interval=240) as portal:
        accepted = portal.submit(entry(WLC1, 1)).body
        assert accepted["poll_interval"] == 240
        portal.clock.advance(599)
        assert portal.poll(accepted["poll_id"]).body["status"] == "OK_POLL"
        portal.clock.advance(1)
        assert portal.poll(accepted["poll_id"]).body["status"] == "COMPLETE"


# Whole device files


def legacy(document: bytes) -> dict[str, Any]:
    report = {"sudi": WLC1.sudi, "licenses": base64.b64encode(document).decode()}
    return {"data": {"timestamp": NOW_MS, "nonce": "n", "reports": [report]}}


def rum_file(*reports: dict[str, Any], trust: bytes = b"") -> bytes:
    elements = "".join(f"<RUMReport><![CDATA[{json.dumps(report)}]]></RUMReport>" for report in reports)
    info = json.dumps({"software_tag_identifier": SOFTWARE})
    tail = f"<smartLicenseSystemInfo><data>{info}</data></smartLicenseSystemInfo></smartLicense>"
    return b"<smartLicense>" + elements.encode() + trust + tail.encode()


def test_device_file_whole() -> None:
    with Portal("software_apis", check=conforms) as portal:
        document = rum_file(usage(WLC1, 1), usage(WLC1, 2), trust=trust_element(WLC1))
        accepted = portal.request("POST", LEGACY, json=legacy(document))
        assert accepted.status == 202
        ack = portal.documents(accepted.body["poll_id"])[WLC1]
        assert [item.report_id for item in ack.acks] == [1, 2]
        assert list(ack.trust) == [WLC1]


@pytest.mark.parametrize(
    "document",
    [
        b"no xml",
        b"<other/>",
        b"<smartLicense/>",
        b"<smartLicense><RUMReport>{}</RUMReport></smartLicense>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><smartLicense/>',
        rum_file(usage(WLC2, 1)),
        rum_file(usage(WLC1, 1, pki=Pki.create())),
    ],
)
def test_bad_device_file(document: bytes) -> None:
    with Portal("software_apis", check=conforms) as portal:
        assert portal.request("POST", LEGACY, json=legacy(document)).status == 422
        assert portal.cssm.state()["reports"] == {}


# Looking at the account afterwards


def test_summary_counts_what_is_in_work(portal: Portal) -> None:
    path = {"swapi": f"{SWAPI}/v3/licenses/summary", "software_apis": f"{SOFTWARE_APIS}/licensing/v2/get-summary"}
    ask = {"json": {"data": {"timestamp": NOW_MS, "nonce": "n", "tags": []}}}
    portal.submit(entry(WLC1, 1, 2, count=5), entry(WLC2, 1, count=7))
    reply = portal.request("POST", path[portal.profile], **ask)
    assert (reply.body["out_standing_reports"], reply.body["nonce"]) == (3, "n")
    used = "prepaid_inuse" if portal.profile == "swapi" else "inuse"
    found = [(row["tag"], row["display_name"], row[used]) for row in reply.body["summary"]]
    assert found == [(TAG, "AIR-DNA-A", 12)], "the latest report of each product instance"
    portal.clock.advance(60)
    assert portal.request("POST", path[portal.profile], **ask).body["out_standing_reports"] == 0


def test_devices_with_last_contact(portal: Portal) -> None:
    path = {
        "swapi": f"{SWAPI}/v1/accounts/example.com/devices",
        "software_apis": f"{SOFTWARE_APIS}/licensing/v1/account/example.com/device/get-usage",
    }[portal.profile]
    portal.submit(entry(WLC1, 1))
    portal.submit(entry(WLC2, 1))
    portal.clock.advance(3000)
    portal.submit(entry(WLC1, 2))
    reply = portal.request("POST", path, json={"virtualAccounts": ["Campus"], "limit": -1, "offset": 0})
    found = {item["sudi"]["udiSerialNumber"]: item for item in reply.body["devices"]}
    assert (reply.body["totalRecords"], set(found)) == (2, {WLC1.sn, WLC2.sn})
    assert found[WLC1.sn]["lastContactDate"] > found[WLC1.sn]["registrationDate"]
    assert found[WLC2.sn]["lastContactDate"] == found[WLC2.sn]["registrationDate"]
    assert [usage["license"] for usage in found[WLC1.sn]["licenseUsage"]] == ["AIR-DNA-A"]
    assert portal.request("POST", path, json={"virtualAccounts": ["Nowhere"]}).status == 422
    assert len(portal.request("POST", path, json={"limit": 1, "offset": 1}).body["devices"]) == 1


def test_finding_a_device_and_the_policy() -> None:
    with Portal("software_apis", check=conforms) as portal:
        portal.submit(entry(WLC1, 1))
        base = f"{SOFTWARE_APIS}/licensing/v2"
        found = portal.request("GET", f"{base}/device/search?udi_serial_number={WLC1.sn}&udi_pid={WLC1.pid}").body
        assert found["data"][0]["account"]["virtual_account_name"] == "Campus"
        assert portal.request("GET", f"{base}/device/search?udi_serial_number=X").status == 422
        assert portal.request("GET", f"{base}/device/search").status == 400
        devices = portal.request("GET", f"{base}/accounts/example.com/devices?virtualAccountName=Campus").body
        assert [item["sudi"]["udiSerialNumber"] for item in devices["devices"]] == [WLC1.sn]
        policy = base64.b64decode(portal.request("GET", f"{base}/account-policy").body["policy"])
        assert policy.startswith(b"<!-- simulated by c9800.slp")
        assert b"<smartLicensePolicy><policyCode><name>Custom Policy" in policy
        portal.cssm.configure(portal.cssm.options.updated({"policy": "none"}))
        assert portal.request("GET", f"{base}/account-policy").status == 422
        assert portal.request("GET", f"{base}/account-policy", headers={"X-CSW-SMART-ACCOUNT-ID": "1"}).status == 403


def test_log_of_requests_holds_no_secret(portal: Portal) -> None:
    portal.submit(entry(WLC1, 1))
    log = portal.cssm.state()["requests"]
    assert [(item["method"], item["status"]) for item in log] == [("POST", 200), ("POST", 202)]
    told = json.dumps(portal.cssm.state()) + repr(portal.cssm.credentials)
    assert portal.cssm.credentials.client_secret not in told
    assert portal.cssm.credentials.password not in told
    assert "Bearer" not in told


def test_real_report_is_kept_octet_for_octet() -> None:
    if not REAL_REPORT.exists():
        pytest.skip(f"{REAL_REPORT} is not here")
    text = REAL_REPORT.read_text()
    report = json.loads(text[text.index("[CDATA[") + 7 : text.rindex("]]>")])
    sudi = json.loads(report["payload"])["asset_identification"]["instance"]["sudi"]
    with Portal(accept_builtin=True) as portal:
        accepted = portal.submit({"sudi": sudi, "usage": [report]})
        assert accepted.status == 202
        (held,) = portal.cssm.state(payloads=True)["reports"].values()
        assert held["1671840750"]["payload"] == report["payload"]
        assert held["1671840750"]["signature"] == report["signature"]
        assert list(portal.acknowledged(accepted.body["poll_id"]).values()) == [[1671840750]]
