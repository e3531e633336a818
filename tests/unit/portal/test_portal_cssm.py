# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CSSM client against a server with both API profiles."""

from __future__ import annotations

import base64
import contextlib
import json
import traceback
from typing import Any, NamedTuple

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.portal.cssm import (
    AccountIds,
    CssmSettings,
    PiUsage,
    RefusedError,
)
from ansible_collections.c9800.slp.plugins.module_utils.portal.http import CallError
from ansible_collections.c9800.slp.plugins.module_utils.portal.replies import (
    PollState,
    ReplyError,
    is_duplicate,
    message_of,
    read_poll,
    read_ticket,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    DuplicateReport,
    PortalAuthError,
    PortalError,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.portal.conftest import MakeClient
from tests.unit.portal.servers import FIRST_POLL_ID, PASSWORD, SECRET, TOKEN, Canned, Cssm

IDS = AccountIds("12", "22")
PI = Udi("C9800-CL-K9", "9SIM0000001")


class Report(NamedTuple):
    payload: str
    signature: dict[str, Any]


def report(number: int, udi: Udi = PI) -> Report:
    sudi = {"udi_pid": udi.pid, "udi_serial_number": udi.sn}
    content = {"asset_identification": {"report_id": number, "instance": {"sudi": sudi}}, "meta": {}}
    signature = {"sudi": sudi, "signing_type": "test", "key": "k", "value": "dg=="}
    return Report(json.dumps(content, indent=1), signature)


def usage(*numbers: int, udi: Udi = PI, **more: Any) -> PiUsage:
    return PiUsage(udi, [report(number, udi) for number in numbers], **more)


def submit_path(profile: str) -> str:
    return "reportusage" if profile == "swapi" else "report-usage"


# -- token ---------------------------------------------------------------------------------------------------------


def test_one_token_serves_all_calls(make_client: MakeClient, cssm: Cssm) -> None:
    client = make_client()
    for _unused in range(3):
        client.resolve_account("work.example", "Default")
    client.submit(IDS, [usage(1)], "n1")
    assert [call.body for call in cssm.calls("/token")] == [
        {"grant_type": ["client_credentials"], "client_id": ["client"], "client_secret": [SECRET]}
    ]
    assert all(call.headers["Content-Type"] == "application/json" for call in cssm.seen[1:])


def test_password_grant(make_client: MakeClient, cssm: Cssm) -> None:
    make_client(grant_type="password", username="me@example.com", password=PASSWORD).login()
    assert cssm.seen[0].body["username"] == ["me@example.com"]
    with pytest.raises(PortalAuthError, match=r"invalid_grant.*username and password"):
        make_client(grant_type="password", username="me", password="wrong").login()


def test_a_spent_token_is_renewed_once(make_client: MakeClient, cssm: Cssm, profile: str) -> None:
    client = make_client()
    client.login()
    cssm.script[submit_path(profile)] = [Canned(401)]
    assert client.submit(IDS, [usage(1)], "n1").poll_id == str(FIRST_POLL_ID)
    assert len(cssm.calls("/token")) == 2
    cssm.script[submit_path(profile)] = [Canned(401), Canned(401)]
    with pytest.raises(PortalAuthError, match="refuses a fresh token"):
        client.submit(IDS, [usage(2)], "n2")


@pytest.mark.parametrize("expires_in", ["0", 30, None])
def test_a_token_about_to_end_is_not_used_again(make_client: MakeClient, cssm: Cssm, expires_in: Any) -> None:
    grant = {"access_token": TOKEN, "expires_in": expires_in}
    cssm.script["token"] = [Canned(body=grant)]
    client = make_client()
    client.resolve_account("work.example", "Default")
    assert len(cssm.calls("/token")) == (1 if expires_in is None else len(cssm.seen) // 2)


@pytest.mark.parametrize(
    ("canned", "words"),
    [
        (Canned(400, {"error": "invalid_grant"}), "invalid_grant.*Check client_id"),
        (Canned(401, {"error": "invalid_client"}), "invalid_client.*half an hour"),
        (Canned(400, {"error": "invalid_client", "error_description": f"bad {SECRET}"}), r"bad \*+\).*half an hour"),
        (Canned(403), "refuses the credentials"),
        (Canned(500, "oops"), "gives no token.*oops.*has a fault"),
        (Canned(200, {"token_type": "Bearer"}), "gives no token.*Check token_url"),
        (Canned(200, []), "gives no token"),
        (Canned(200, "<html><title>SSO</title>"), "not JSON.*SSO"),
    ],
)
def test_no_token(make_client: MakeClient, cssm: Cssm, canned: Canned, words: str) -> None:
    cssm.script["token"] = [canned]
    with pytest.raises(PortalError, match=words):
        make_client().login()


@pytest.mark.parametrize(
    ("told", "remedy"),
    [("Invalid Client", "Request Access"), ("User has no role", "a role on this Smart Account"), ("", "a role")],
)
def test_403_is_explained(make_client: MakeClient, cssm: Cssm, profile: str, told: str, remedy: str) -> None:
    cssm.script[submit_path(profile)] = [Canned(403, {"status": "ERROR", "statusMessage": told})]
    with pytest.raises(PortalAuthError, match=f"403: .*{remedy}"):
        make_client().submit(IDS, [usage(1)], "n1")


# -- accounts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("smart_account", "virtual_account", "ids"),
    [
        ("work.example", "Default", ("12", "22")),  # not wework.example, which CSSM finds as well
        ("WORK.example", "wireless lab", ("12", "23")),
        ("Work Inc", "Default", ("12", "22")),  # the name, as devices print it
        ("wework.example", "Default", ("11", "21")),
    ],
)
def test_accounts_are_compared_exactly(
    make_client: MakeClient, smart_account: str, virtual_account: str, ids: tuple[str, str]
) -> None:
    assert make_client().resolve_account(smart_account, virtual_account) == AccountIds(*ids)


@pytest.mark.parametrize(
    ("smart_account", "virtual_account", "words"),
    [
        ("ork.example", "Default", "Smart Account ork.example is not among"),
        ("work.example", "Def", "Virtual Account Def of Smart Account work.example is not among"),
        ("Twice Inc", "Default", "Smart Account Twice Inc exists more than once"),
    ],
)
def test_an_account_that_is_not_there(
    make_client: MakeClient, cssm: Cssm, smart_account: str, virtual_account: str, words: str
) -> None:
    cssm.accounts |= {f"{n}.example": ("Twice Inc", n, {"Default": 5}) for n in (1, 2)}
    with pytest.raises(PortalError, match=words):
        make_client().resolve_account(smart_account, virtual_account)


def test_accounts_are_resolved_once_and_listed_in_pages(make_client: MakeClient, cssm: Cssm) -> None:
    cssm.accounts["big.example"] = ("Big Inc", 99, {f"VA {n}": 1000 + n for n in range(250)})
    client = make_client()
    assert client.resolve_account("big.example", "VA 249") == AccountIds("99", "1249")
    calls = len(cssm.seen)
    assert client.resolve_account("BIG.example", "va 249") == AccountIds("99", "1249")
    assert len(cssm.seen) == calls


@pytest.mark.parametrize("body", [{"status": "ERROR", "message": "down"}, [], "", "<html>"])
def test_no_list_of_accounts(make_client: MakeClient, cssm: Cssm, profile: str, body: Any) -> None:
    cssm.script["search" if profile == "swapi" else "accounts"] = [Canned(body=body)]
    with pytest.raises(PortalError, match=r"does not list the accounts|is not JSON"):
        make_client().resolve_account("work.example", "Default")


def test_an_account_without_a_numeric_id(make_client: MakeClient, cssm: Cssm, profile: str) -> None:
    cssm.accounts = {"work.example": ("Work Inc", None, {"Default": 1})}  # type: ignore[dict-item]
    with pytest.raises(PortalError, match=r"without a numeric id.*smart_account_id"):
        make_client().resolve_account("work.example", "Default")


# -- submit --------------------------------------------------------------------------------------------------------


def test_several_product_instances_in_one_call(make_client: MakeClient, cssm: Cssm, profile: str) -> None:
    other = Udi("C9800-40-K9", "TTM0000A001")
    usages = [usage(1, 2, software_tag="regid.sim", trust_requests=[b"<t/>"]), usage(7, udi=other)]
    ticket = make_client().submit(IDS, usages, "n1")
    assert ticket.poll_id == str(FIRST_POLL_ID)
    assert (ticket.action, ticket.interval, ticket.nonce) == ("acknowledgements", 1, "n1")
    call = cssm.seen[-1]
    assert call.path.endswith(submit_path(profile))
    assert (call.headers["X-CSW-SMART-ACCOUNT-ID"], call.headers["X-CSW-VIRTUAL-ACCOUNT-ID"]) == ("12", "22")
    assert json.loads(call.headers["X-CSW-REQUESTING-SYSTEM"]) == {"display_name": "c9800.slp"}
    first, second = call.body["data"]["reports"]
    assert [used["payload"] for used in first["usage"]] == [report(1).payload, report(2).payload]
    assert first["usage"][0]["signature"] == report(1).signature
    assert (first["software_tag_identifier"], first["trust_requests"]) == (
        "regid.sim",
        [base64.b64encode(b"<t/>").decode()],
    )
    assert second == {
        "sudi": {"udi_pid": other.pid, "udi_serial_number": other.sn},
        "usage": [report(7, other)._asdict()],
    }
    assert call.body["data"]["timestamp"] > 1_700_000_000_000


@pytest.mark.parametrize("payload", ['{"a":"\u00e9\u20ac \U0001f600"}', '{"a": "]]>"}', '{"a":"x\\/y  z"}'])
def test_the_payload_arrives_octet_for_octet(make_client: MakeClient, cssm: Cssm, profile: str, payload: str) -> None:
    cssm.script[submit_path(profile)] = [Canned(403)]
    with pytest.raises(PortalAuthError):
        make_client().submit(IDS, [PiUsage(PI, [Report(payload, {})])], "n")
    assert cssm.seen[-1].body["data"]["reports"][0]["usage"][0]["payload"] == payload


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
def test_the_legacy_method_sends_the_file_whole(make_client: MakeClient, cssm: Cssm) -> None:
    document = b"<smartLicense><RUMReport/></smartLicense>"
    make_client(method="report_usage_legacy").submit(IDS, [usage(1, document=document)], "n1")
    (entry,) = cssm.calls("/report-usage-legacy")[0].body["data"]["reports"]
    assert set(entry) == {"sudi", "licenses"}
    assert base64.b64decode(entry["licenses"]) == document


@pytest.mark.parametrize(
    "changes",
    [{"profile": "swapi", "method": "report_usage_legacy"}, {"method": "other"}, {"profile": "other"}],
)
def test_settings_that_do_not_exist(make_client: MakeClient, changes: dict[str, str]) -> None:
    with pytest.raises(PortalError, match=r"has no method|unknown profile"):
        make_client(**changes)


REFUSALS = [
    ("Duplicate report", DuplicateReport),
    ("Report 17 has already been reported", DuplicateReport),
    ("The usage was already submitted.", DuplicateReport),
    ("Signature is not valid", RefusedError),
    ("", RefusedError),
]


@pytest.mark.parametrize(("message", "kind"), REFUSALS)
@pytest.mark.parametrize(
    ("code", "status", "key"),
    [
        (200, "FAILED", "message"),
        (202, "ERROR", "statusMessage"),
        (200, "FAILURE", "localized_message"),
        (400, "FAILED", "message"),
        (422, None, "message"),
    ],
)
def test_refusals(
    make_client: MakeClient,
    cssm: Cssm,
    profile: str,
    message: str,
    kind: type[PortalError],
    code: int,
    status: str | None,
    key: str,
) -> None:
    cssm.script[submit_path(profile)] = [Canned(code, {"status": status, "message_code": None, key: message})]
    with pytest.raises(PortalError) as caught:
        make_client().submit(IDS, [usage(1)], "n1")
    assert caught.value.__class__ is kind
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ({"poll_id": 1, "nonce": "other"}, "another request"),
        ({"poll_id": 1}, "another request"),
        ({"nonce": "n1"}, "no poll_id"),
        ({"nonce": "n1", "poll_id": 7.73e17}, "no poll_id with all its digits"),
        ({"nonce": "n1", "poll_id": True}, "no poll_id"),
        ("accepted", "holds no ticket"),
    ],
)
def test_an_answer_without_a_ticket(make_client: MakeClient, cssm: Cssm, profile: str, reply: Any, words: str) -> None:
    cssm.script[submit_path(profile)] = [Canned(202, json.dumps(reply))]
    with pytest.raises(PortalError, match=f"{words}.*may have taken the reports") as caught:
        make_client().submit(IDS, [usage(1)], "n1")
    assert not isinstance(caught.value, (RefusedError, DuplicateReport))


def test_reports_are_not_sent_again_after_a_time_out(make_client: MakeClient, cssm: Cssm, profile: str) -> None:
    cssm.script[submit_path(profile)] = [Canned(after="hang")]
    client = make_client(timeout=0.3)
    with pytest.raises(CallError, match="nothing within") as caught:
        client.submit(IDS, [usage(1)], "n1")
    assert caught.value.sent
    assert len(cssm.calls(submit_path(profile))) == 1


# -- poll ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["acknowledgements", "license_data", "authorizations"])
def test_poll_until_complete(make_client: MakeClient, cssm: Cssm, key: str) -> None:
    cssm.rounds, cssm.interval, cssm.result_key = 1, "240", key
    client = make_client()
    ticket = client.submit(IDS, [usage(1)], "n1")
    assert ticket.interval == 240
    pending = client.poll(IDS, ticket)
    assert (pending.state, pending.message, pending.interval) == (PollState.PENDING, "", 240)
    assert cssm.seen[-1].body["data"]["poll_id"] == FIRST_POLL_ID
    result = client.poll(IDS, ticket)
    assert result.state is PollState.COMPLETE
    (entry,) = result.entries
    assert (entry.udi, entry.error) == (PI, "")
    assert entry.document == cssm.ack(PI.pid, PI.sn, [1])


def test_a_ticket_that_cssm_does_not_know(make_client: MakeClient, cssm: Cssm) -> None:
    client = make_client()
    ticket = client.submit(IDS, [usage(1)], "n1")
    cssm.tickets.clear()
    result = client.poll(IDS, ticket)
    assert (result.state, result.message) == (PollState.GONE, "INVALID_POLL_ID")


@pytest.mark.parametrize(
    ("reply", "state", "message"),
    [
        ({"status": "OK_POLL", "message": "signature check failed"}, PollState.PENDING, "signature check failed"),
        ({"status": "OK_POLL", "message_code": "NO_DATA_FOUND"}, PollState.GONE, "NO_DATA_FOUND"),
        ({"status": "FAILED", "message_code": "CSSM-ERR-048"}, PollState.FAILED, "CSSM-ERR-048"),
        ({"status": "FAILURE", "message": None}, PollState.FAILED, "FAILURE"),
        ({"status": "COMPLETE", "data": {}}, PollState.COMPLETE, ""),
    ],
)
def test_poll_states(reply: dict[str, Any], state: PollState, message: str) -> None:
    result = read_poll(reply, "n1")
    assert (result.state, result.message) == (state, message)


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        ({"smart_license": "PGEvPg==", "error_code": None}, ""),
        ({"smart_license": "PGEv\nPg==", "error_code": "None", "status_message": "None"}, ""),
        ({"smart_license": "PGEvPg==", "status_message": "fine", "status": "SUCCESS"}, ""),
        ({"smart_license": None, "error_code": "E1", "status_message": "wrong account"}, "E1: wrong account"),
        ({"smart_license": "", "status": "SUCCESS"}, "no document in the result"),
        ({"smart_license": "PGEvPg==", "status": "FAILED", "status_message": "partly"}, "partly"),
        ({"smart_license": "PGEvPg==", "status": "FAILED"}, "failed"),
        ({"smart_license": "***"}, "the document in the result is not base64"),
    ],
)
def test_entries_of_a_result(entry: dict[str, Any], error: str) -> None:
    sudi = {"udi_pid": PI.pid, "udi_serial_number": PI.sn}
    result = read_poll({"status": "COMPLETE", "data": {"acknowledgements": [{"sudi": sudi, **entry}, None]}}, "n1")
    assert [(found.udi, found.error) for found in result.entries] == [(PI, error)]
    assert result.entries[0].document in (b"<a/>", None)


@pytest.mark.parametrize(
    "reply",
    [
        [],
        {"status": "OK_POLL", "nonce": "other"},
        {"status": "HELLO"},
        {},
        {"status": "COMPLETE"},
        {"status": "COMPLETE", "data": {"license_data": [{"sudi": {}}]}},
    ],
)
def test_useless_poll_results(make_client: MakeClient, cssm: Cssm, reply: Any) -> None:
    with pytest.raises(ReplyError):
        read_poll(reply, "n1")
    client = make_client()
    ticket = client.submit(IDS, [usage(1)], "n1")
    cssm.script["poll"] = [Canned(body=reply)]
    with pytest.raises(PortalError, match="The ticket is kept"):
        client.poll(IDS, ticket)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(["status", "data", "license_data", "sudi", "smart_license"]), children)
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["COMPLETE", "OK_POLL", "FAILED"]))
def test_any_json_is_a_result_or_refused(value: Any, status: str) -> None:
    for reply in (value, {"status": status, "data": value}, {"status": status, "data": {"license_data": value}}):
        with contextlib.suppress(ReplyError):
            assert isinstance(read_poll(reply, "n").state, PollState)
        with contextlib.suppress(ReplyError):
            read_ticket(reply, "n")
        assert isinstance(message_of(reply), str)


@pytest.mark.parametrize("interval", [float("inf"), None, "soon", [], {}])
def test_a_ticket_with_no_interval_to_keep(interval: Any) -> None:
    assert read_ticket({"nonce": "n", "poll_id": 1, "poll_interval": interval}, "n").interval == 30


def test_a_ticket_with_a_textual_id() -> None:
    reply = {"nonce": "n", "poll_id": " 0773126444402795033 ", "poll_interval": "soon", "action": None}
    ticket = read_ticket(reply, "n")
    assert (ticket.poll_id, ticket.interval, ticket.action) == ("0773126444402795033", 30, "acknowledgements")


@pytest.mark.parametrize(
    ("message", "duplicate"),
    [("DUPLICATE_REPORT", True), ("Already Reported", True), ("not reported", False), ("", False)],
)
def test_duplicate_texts(message: str, duplicate: bool) -> None:
    assert is_duplicate(message) is duplicate


def test_messages_in_all_forms() -> None:
    assert message_of({"status": "ERROR", "statusMessage": "a"}) == "a"
    assert message_of({"message_code": "C", "message": "a", "localized_message": "a"}) == "C: a"
    assert message_of({"message": None, "message_code": ""}) == ""
    assert message_of("text") == ""


# -- secrets -------------------------------------------------------------------------------------------------------


def test_no_secret_in_reprs_and_errors(make_client: MakeClient, cssm: Cssm, profile: str) -> None:
    client = make_client(grant_type="password", username="me", password=PASSWORD, proxy=None)
    cssm.script[submit_path(profile)] = [Canned(500, f"you sent {TOKEN} {SECRET} {PASSWORD}")]
    with pytest.raises(PortalError) as caught:
        client.submit(IDS, [usage(1)], "n1")
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(client.settings) + repr(client)
    assert "canary" not in told
    assert "canary" not in repr(CssmSettings(client_id="c", client_secret="canary", proxy="http://u:canary@p"))
