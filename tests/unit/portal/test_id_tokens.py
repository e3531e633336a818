# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ID tokens: the client against a server with both API profiles, and the task, run by ansible-playbook."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.portal._profiles import PROFILES
from ansible_collections.c9800.slp.plugins.module_utils.portal.id_tokens import IdTokens, read_date
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import PortalAuthError, PortalError

from tests.unit.portal.conftest import MakeClient
from tests.unit.portal.servers import Canned, Cssm
from tests.unit.portal.task_tools import Play, run_tasks


@pytest.fixture
def tokens(make_client: MakeClient) -> IdTokens:
    return IdTokens(make_client(), "work.example", "Wireless Lab")


def test_created_found_and_revoked(tokens: IdTokens, cssm: Cssm) -> None:
    made = tokens.create("fleet", days=30, export_controlled=False)
    assert (made.description, made.export_controlled, made.created_by) == ("fleet", False, "me")
    assert made.expires is not None
    assert timedelta(days=29) < made.expires - datetime.now(UTC) <= timedelta(days=30)
    assert tokens.show() == [made]
    assert cssm.shelf.made[0].account == ("work.example", "Wireless Lab")  # the blank survived the URL
    tokens.revoke([made])
    assert tokens.show() == []
    sent = next(call.body for call in cssm.seen if call.body and "expiresAfterDays" in call.body)
    assert sent == {"description": "fleet", "expiresAfterDays": 30, "exportControlled": "Not Allowed"}


def test_a_token_is_in_no_word(tokens: IdTokens, cssm: Cssm) -> None:
    made = cssm.shelf.add("fleet", account="Wireless Lab")
    cssm.shelf.keep.add(made.token)
    (found,) = tokens.show()
    assert found.token == made.token
    assert made.token not in f"{found!r} {found.as_dict(datetime.now(UTC))}"
    with pytest.raises(PortalError, match=r"CSSM does not revoke a token \(\*+ is locked\)") as caught:
        tokens.revoke([found])
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (200, {"status": "ERROR", "statusMessage": "no such account"}, "no such account"),
        (422, {"status": "ERROR", "statusMessage": "bad days"}, "bad days"),
        (403, {"status": "FAILURE", "message": "no role"}, "role on this Smart Account"),
        (200, {"status": "COMPLETE", "tokenInfo": []}, "holds no ID token"),
        (200, {"status": "COMPLETE", "tokenInfo": {"token": None}}, "holds no ID token"),
        (200, [], "holds no ID token"),
    ],
)
def test_refusals(tokens: IdTokens, cssm: Cssm, status: int, body: Any, message: str) -> None:
    cssm.script["create"] = [Canned(status, body)]
    with pytest.raises(PortalError, match=message) as caught:
        tokens.create("fleet", days=30, export_controlled=True)
    assert isinstance(caught.value, PortalAuthError) == (status == 403)


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
@pytest.mark.parametrize("body", [[], {}, {"status": "COMPLETE", "tokens": "none"}])
def test_a_list_that_is_none_is_not_an_empty_one(tokens: IdTokens, cssm: Cssm, body: Any) -> None:
    """Otherwise each run would create one more token."""
    cssm.script["list"] = [Canned(200, body)]
    with pytest.raises(PortalError, match="does not tell which ID tokens there are"):
        tokens.show()
    cssm.script["list"] = [Canned(200, {"status": "COMPLETE", "tokens": None}), Canned(200, {"status": "COMPLETE"})]
    assert (tokens.show(), tokens.show()) == ([], [])


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
def test_a_token_is_not_made_twice(tokens: IdTokens, cssm: Cssm) -> None:
    cssm.script["create"] = [Canned(504)]
    with pytest.raises(PortalError, match="504"):
        tokens.create("fleet", days=30, export_controlled=True)
    assert len(cssm.calls("create")) == 1


def test_where_the_old_calls_are_without_a_base_url() -> None:
    """apis.md 1.2: public code reaches version 1 below the plain prefix."""
    old = PROFILES["swapi"].tokens
    assert old.base_url + old.show == (
        "https://swapi.cisco.com/services/api/smart-accounts-and-licensing"
        "/v1/accounts/{domain}/virtual-accounts/{account}/tokens"
    )
    assert PROFILES["software_apis"].tokens.base_url == ""


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-03-31T09:30:00Z", "2026-03-31T09:30:00+00:00"),
        ("2026-03-31T09:30:00.000+0200", "2026-03-31T07:30:00+00:00"),
        ("2026-03-31 09:30:00", "2026-03-31T09:30:00+00:00"),
        (1774949400000, "2026-03-31T09:30:00+00:00"),
        ("31-Mar-2026", "2026-03-31T00:00:00+00:00"),
        ("Mar 31, 2026 09:30:00", "2026-03-31T09:30:00+00:00"),
        ("31 March 2026", "2026-03-31T00:00:00+00:00"),
        ("31-Foo-2026", None),
        ("31-Feb-2026", None),
        ("soon", None),
        ("", None),
        (None, None),
        (True, None),
    ],
)
def test_dates(text: Any, iso: str | None) -> None:
    found = read_date(text)
    assert (found.isoformat() if found else None) == iso


# -- the task --------------------------------------------------------------------------------------------------------


@pytest.fixture
def play(tmp_path: Path, settings: dict[str, Any]) -> Play:
    """Run the task with ansible-playbook -vvvv, once for each set of options; returns the results and all output."""

    def play(*options: dict[str, Any], flags: str = "", no_log: bool = True) -> Any:
        base = {"smart_account": "work.example", "virtual_account": "Default"}
        tasks = [
            {"c9800.slp.cssm_id_token": {**base, **settings, "timeout": 5, **changes}, "no_log": no_log}
            for changes in options
        ]
        return run_tasks(tmp_path, tasks, flags=flags, hide=True)

    return play


def test_one_token_serves_until_its_life_is_short(play: Play, cssm: Cssm) -> None:
    cssm.shelf.add("fleet", days=1.5)
    cssm.shelf.add("fleet", days=40, export="Not Allowed")
    cssm.shelf.add("somebody else's", days=90)
    fleet = {"description": "fleet", "min_days": 2}
    (first, second, other, listed), printed = play(
        fleet, fleet, {**fleet, "export_controlled": False}, {"state": "listed"}, flags="--diff"
    )
    made = cssm.shelf.made[3]
    assert (first["changed"], first["token"], first["tokens"][0]["days_left"]) == (True, made.token, 29)
    assert (second["changed"], second["token"]) == (False, made.token)
    assert (other["changed"], other["token"]) == (False, cssm.shelf.made[1].token)
    assert [entry["description"] for entry in listed["tokens"]] == ["fleet", "fleet", "somebody else's", "fleet"]
    assert "token" not in listed
    assert not any(set(entry) & {"token"} for entry in listed["tokens"])
    assert "canary" not in printed


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
def test_revoked_by_description_only(play: Play, cssm: Cssm) -> None:
    for description in ("fleet", "fleet", "other"):
        cssm.shelf.add(description)
    gone = {"state": "absent", "description": "fleet"}
    (check,), printed = play(gone, flags="--check --diff", no_log=False)
    assert (check["changed"], len(cssm.shelf.made)) == (True, 3)
    assert "+would revoke 2 ID tokens" in printed
    (first, second), printed = play(gone, gone, no_log=False)
    assert (first["changed"], second["changed"]) == (True, False)
    assert [made.description for made in cssm.shelf.made] == ["other"]
    assert "canary" not in printed


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
def test_check_mode_creates_nothing(play: Play, cssm: Cssm) -> None:
    (result,), _printed = play({}, flags="--check")
    assert (result["changed"], result["token"], cssm.shelf.made) == (True, None, [])


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
def test_the_task_has_to_hide_its_result(play: Play, cssm: Cssm) -> None:
    (result,), printed = play({}, no_log=False)
    assert result["failed"]
    assert result["msg"] == "the result would show the ID token. Set no_log: true on this task"
    assert cssm.shelf.made == []
    assert "Set no_log: true" in printed


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
def test_failures_say_what_to_do(play: Play, cssm: Cssm) -> None:
    cases = [
        ({"days": 366}, "days is 366. Give 1 to 365"),
        ({"days": 0}, "days is 0. Give 1 to 365"),
        ({"min_days": 31}, "min_days is 31. Give 0 to days, which is 30"),
        ({"state": "absent"}, "description"),
        ({"state": "absent", "description": ""}, "description is empty"),
        ({"client_secret": "canary wrong"}, "invalid_client"),
    ]
    results, printed = play(*(options for options, _unused in cases))
    for result, (_unused, words) in zip(results, cases, strict=True):
        assert result["failed"]
        assert words in result["msg"]
    assert "canary" not in printed
    assert cssm.shelf.made == []
