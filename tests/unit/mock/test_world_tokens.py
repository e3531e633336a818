# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ID tokens by both API generations, every reply held against Cisco's OpenAPI; and what a person does on the page."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm import CssmOptions

from tests.unit.mock.world_tools import PKI, SOFTWARE_APIS, SWAPI, WLC1, WLC2, Portal, Reply, entry

DAY = 86_400


def call(portal: Portal, what: str, body: Any = None, *, smart: str = "example.com", virtual: str = "Campus") -> Reply:
    virtual = quote(virtual)
    if portal.profile == "swapi":
        path = f"{SWAPI}/v1/accounts/{smart}/virtual-accounts/{virtual}/tokens"
        path += "/revoke" if what == "revoke" else ""
    else:
        path = f"{SOFTWARE_APIS}/licensing/v1/account/{smart}/virtual-account/{virtual}/token/{what}"
    return portal.request("GET" if what == "list" else "POST", path, **({} if what == "list" else {"json": body}))


def create(portal: Portal, **more: Any) -> dict[str, Any]:
    where = {key: more.pop(key) for key in ("smart", "virtual") if key in more}
    reply = call(portal, "create", {"expiresAfterDays": 30, **more}, **where)
    assert (reply.status, reply.body["status"]) == (200, "SUCCESS"), reply
    info = reply.body["tokenInfo"]
    if portal.profile == "software_apis":  # the older host answers with an object
        (info,) = info
    assert isinstance(info, dict)
    return info


def listed(portal: Portal, **where: str) -> list[dict[str, Any]]:
    reply = call(portal, "list", **where)
    assert reply.status == 200
    tokens: list[dict[str, Any]] = reply.body["tokens"]
    return tokens


def test_create_and_list(portal: Portal) -> None:
    assert listed(portal) == []
    made = create(portal, description="rollout 7", exportControlled="not allowed")
    assert (made["description"], made["exportControl"]) == ("rollout 7", "Not Allowed")
    assert made["createdBy"] == portal.cssm.credentials.client_id
    expires = datetime.fromisoformat(made["expirationDate"])
    assert timedelta(days=29, hours=23) < expires - portal.clock.now() <= timedelta(days=30)
    # As CSSM shows them: percent signs for what a URL would not carry, and a newline inside.
    assert made["token"].endswith("%0A")
    assert base64.b64decode(unquote(made["token"])).endswith(b"\n")
    assert listed(portal) == [made]
    assert listed(portal, virtual="Branch offices") == []
    other = create(portal, virtual="Branch offices", exportControlled="Allowed")
    assert (other["exportControl"], other["description"]) == ("Allowed", "")
    assert listed(portal, virtual="Branch offices") == [other]


def test_an_expired_token_is_not_listed(portal: Portal) -> None:
    create(portal, expiresAfterDays=1, description="short")
    long = create(portal, expiresAfterDays=365, description="long")
    portal.clock.advance(DAY)
    portal._token = portal.token()["access_token"]
    assert listed(portal) == [long]


def test_revoke(portal: Portal) -> None:
    first, second = create(portal), create(portal)
    reply = call(portal, "revoke", {"tokens": [first["token"], "nothing"]})
    assert [result["status"] for result in reply.body["tokensRevokeStatus"]] == ["SUCCESS", "FAILURE"]
    assert listed(portal) == [second]
    again = call(portal, "revoke", {"tokens": [first["token"]]})
    assert again.body["tokensRevokeStatus"][0]["status"] == "FAILURE"
    elsewhere = call(portal, "revoke", {"tokens": [second["token"]]}, virtual="DEFAULT")
    assert elsewhere.body["tokensRevokeStatus"][0]["status"] == "FAILURE"
    assert listed(portal) == [second]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({}, 400, "expiresAfterDays is missing"),
        ({"expiresAfterDays": "30"}, 400, "must be an integer"),
        ({"expiresAfterDays": 0}, 422, "between 1 and 365"),
        ({"expiresAfterDays": 366}, 422, "between 1 and 365"),
        ({"expiresAfterDays": 30, "exportControlled": "perhaps"}, 400, "Allowed or Not Allowed"),
        ({"expiresAfterDays": 30, "description": 7}, 400, "description must be a string"),
    ],
)
def test_what_cannot_be_created(portal: Portal, body: dict[str, Any], status: int, told: str) -> None:
    reply = call(portal, "create", body)
    assert (reply.status, reply.body["status"]) == (status, "ERROR")
    assert told in reply.body["statusMessage"]
    assert listed(portal) == []


def test_accounts_that_there_are_not(portal: Portal) -> None:
    assert call(portal, "list", smart="example.org").status == 403
    assert call(portal, "list", virtual="campus").status == 422
    assert call(portal, "revoke", {"tokens": []}).status == 400


def test_state_tells_of_tokens_but_not_the_tokens(portal: Portal) -> None:
    made = create(portal, description="rollout 7")
    (token,) = portal.cssm.state()["id_tokens"]
    assert (token["description"], token["virtual_account"], token["used"]) == ("rollout 7", "Campus", 0)
    assert made["token"] not in json.dumps(portal.cssm.state())


# The page


def act(portal: Portal, action: str, **arguments: Any) -> dict[str, Any]:
    return asyncio.run(portal.cssm.do(action, arguments))


def test_a_person_makes_and_revokes_a_token(portal: Portal) -> None:
    made = act(portal, "create_token", virtual_account="Campus", description="by hand", days=2, uses=1)
    assert (made["uses"], made["description"]) == (1, "by hand")
    assert [token["token"] for token in listed(portal)] == [made["token"]]
    assert act(portal, "revoke_token", number=made["number"])["revoked"]
    assert listed(portal) == []


def test_a_person_moves_and_removes_a_product_instance() -> None:
    with Portal("swapi") as portal:
        assert portal.submit(entry(WLC1, 1), entry(WLC2, 2)).status == 202
        moved = act(portal, "move", udi=str(WLC1), virtual_account="Branch offices")
        assert moved["virtual_account"] == "Branch offices"
        assert "belongs to example.com / Branch offices" in portal.submit(entry(WLC1, 3)).body["message"]
        act(portal, "remove", udi=str(WLC1))
        assert [found["udis"] for found in portal.cssm.state()["product_instances"]] == [[str(WLC2)]]
        # Nothing is left of it: the same report is none that CSSM knows.
        reply = portal.submit(entry(WLC1, 1))
        assert reply.body["status"] == "OK_POLL"
        assert portal.acknowledged(reply.body["poll_id"]) == {WLC1: [1]}


@pytest.mark.parametrize(
    ("action", "arguments", "told"),
    [
        ("create_token", {}, "virtual_account is missing"),
        ("create_token", {"virtual_account": "Nowhere"}, "no Virtual Account Nowhere"),
        ("create_token", {"virtual_account": "Campus", "days": 400}, "between 1 and 365"),
        ("revoke_token", {"number": 9}, "no ID token number 9"),
        ("move", {"udi": "PID:X,SN:1", "virtual_account": "Campus"}, "no product instance"),
    ],
)
def test_what_a_person_cannot_do(action: str, arguments: dict[str, Any], told: str) -> None:
    with Portal("swapi") as portal, pytest.raises(ValueError, match=told):
        act(portal, action, **arguments)


def test_an_action_that_there_is_not() -> None:
    with Portal("swapi") as portal, pytest.raises(LookupError, match="create_token, revoke_token, move, remove"):
        act(portal, "explode")


# Policies of Virtual Accounts


def test_virtual_accounts_have_policies_of_their_own() -> None:
    own = {"name": "Fortnight", "subscription": [14, 15, 16]}
    policies = {"Campus": own, "Branch offices": "none", "DEFAULT": "default"}
    with Portal("swapi", policies=policies) as portal:
        names = {}
        for number, (virtual, account) in enumerate(
            {"700001": "DEFAULT", "700002": "Campus", "700003": "Branch offices"}.items()
        ):
            udi = WLC1._replace(sn=f"9SIM{number}")
            headers = {"X-CSW-VIRTUAL-ACCOUNT-ID": virtual}
            ticket = portal.submit(entry(udi, 1), headers=headers).body["poll_id"]
            portal.clock.advance(10)
            reply = portal.poll(ticket, headers=headers).body["data"]["acknowledgements"][0]
            names[account] = read_policy(base64.b64decode(reply["smart_license"]))
        assert names == {
            "DEFAULT": ("Default Policy (simulated)", 90),
            "Campus": ("Fortnight", 15),
            "Branch offices": None,
        }


def read_policy(document: bytes) -> tuple[str, int] | None:
    from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import read_import

    policy = read_import(document, PKI.cssm_verify).policy
    return (policy.name, policy.classes["subscription"].ongoing) if policy else None


@pytest.mark.parametrize(
    ("policies", "told"),
    [
        ("custom", "is no mapping"),
        ({"Campus": "strict"}, "strict"),
        ({"Campus": {"subscription": [1, 2]}}, "in days"),
        ({"Campus": {"subscribtion": [1, 2, 3]}}, "unknown key"),
    ],
)
def test_policies_that_cannot_be(policies: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        CssmOptions().updated({"policies": policies})
