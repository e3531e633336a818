# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task, run by ansible-playbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive

from tests.unit.portal.servers import PASSWORD, SECRET, Cssm
from tests.unit.portal.submit_tools import WLC, collect, states
from tests.unit.portal.task_tools import Play, run_tasks


@pytest.fixture
def play(tmp_path: Path, archive: Archive, settings: dict[str, Any]) -> Play:
    """Run the task with ansible-playbook -vvvv, once for each set of options; returns the results and all output."""

    def play(*options: dict[str, Any], flags: str = "", environment: dict[str, str] | None = None) -> Any:
        base = {"archive": str(archive.root), "smart_account": "work.example", "virtual_account": "Default", "wait": 5}
        tasks: list[dict[str, Any]] = []
        for changes in options:
            values = {**base, **settings, "timeout": 5, **changes}
            given = {name: value for name, value in values.items() if value is not None}
            tasks.append({"c9800.slp.cssm_usage_report": given})
        return run_tasks(tmp_path, tasks, flags=flags, **(environment or {}))

    return play


def test_a_fleet_from_check_mode_to_the_second_run(play: Play, archive: Archive, cssm: Cssm, profile: str) -> None:
    for udi in WLC[:2]:
        collect(archive, udi, 1, 2)
    bare = {"client_id": None, "client_secret": None}
    (result,), printed = play(bare, flags="--check --diff")
    assert (result["changed"], result["counts"]["submitted"], cssm.seen) == (True, 4, [])
    assert f"+{WLC[0]} report 1: submitted" in printed
    credentials = {"SLP_CSSM_CLIENT_ID": "client", "SLP_CSSM_CLIENT_SECRET": SECRET}
    (first, second), printed = play(bare, {}, flags="--diff", environment=credentials)
    assert (first["changed"], first["failed"], first["tickets_pending"]) == (True, False, 0)
    assert [entry["acknowledged"] for entry in first["product_instances"]] == [[1, 2], [1, 2]]
    assert f"+{WLC[0]} report 1: acknowledged" in printed
    assert (second["changed"], second["product_instances"]) == (False, [])
    assert "canary" not in printed


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
def test_failures_say_what_to_do(play: Play, archive: Archive, cssm: Cssm) -> None:
    collect(archive, WLC[0], 1)
    cssm.refused = lambda sn, n: "bad" if sn == WLC[0].sn else ""
    cases: list[tuple[dict[str, Any], str]] = [
        ({"client_id": None, "client_secret": None}, "SLP_CSSM_CLIENT_SECRET"),
        ({"client_secret": "canary wrong"}, "invalid_client"),
        ({"grant_type": "password", "username": "me", "password": f"{PASSWORD}x"}, "invalid_grant"),
        ({"grant_type": "password"}, "username"),
        ({"poll_interval": 0}, "poll_interval is 0. Give 1 or more"),
        ({"product_instances": ["wlc1"]}, "not a UDI"),
        ({"ca_path": "/nowhere.pem"}, "/nowhere.pem: the CA file cannot be used"),
        ({"proxy": "socks5://me:canary@proxy.example"}, "Write http://host:port"),
        ({}, "bad"),
    ]
    results, printed = play(*(options for options, _unused in cases))
    for result, (_unused, words) in zip(results, cases, strict=True):
        assert result["failed"]
        assert words in result["msg"]
    assert "canary" not in printed
    assert results[-1]["product_instances"][0]["refused"] == [{"report_id": 1, "reason": "HTTP 200: bad"}]


@pytest.mark.parametrize("profile", ["software_apis"], indirect=True)
def test_trouble_with_one_is_a_warning(play: Play, archive: Archive, cssm: Cssm) -> None:
    for udi in WLC[:2]:
        collect(archive, udi, 1)
    cssm.refused = lambda sn, n: "bad" if sn == WLC[0].sn else ""
    (result,), printed = play({})
    assert (result["failed"], result["counts"]["problems"]) == (False, 1)
    assert "[WARNING]" in printed
    assert states(archive)[WLC[1].sn] == {1: "acknowledged"}
