# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preflight and configure as playbooks run them: results, the fleet's one line, and no secret at any verbosity."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from .conftest import Control, Run, World

MODULES = "ansible_collections.c9800.slp.plugins.modules"
PASSWORD = "canary-collector-12"
FLEET = [
    {"name": "wlc1", "serial": "TTM0000A001", "standby_serial": "TTM0000A002", "platform": "C9800-40", "aps": 12},
    {"name": "wlc2", "serial": "9SIM0000001", "release": "17.3.2a", "aps": 5},
]
ONPREM = {"topology": "onprem_push", "url": "https://onprem.example.com/cslu/v1/pi/wireless-1"}
USER = {"collector_user": "cslu", "collector_password": PASSWORD}


@pytest.fixture
def play(start_world: Callable[..., World], make_control: Callable[[str], Control]) -> Callable[..., Run]:
    control = make_control("inside")
    control.use_mock_fleet(start_world(FLEET))

    def run(plays: list[dict[str, Any]], *arguments: str) -> Run:
        book = control.directory / "book.yml"
        book.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, **play} for play in plays]))
        return control.play(str(book), *arguments)

    return run


def task(name: str, module: str, **options: Any) -> dict[str, Any]:
    return {"name": name, f"c9800.slp.{module}": options}


def test_results_are_as_documented_and_hold_no_secret(play: Callable[..., Run]) -> None:
    pull = {"topology": "cslu_pull", "access": "netconf", **USER}
    tasks = [
        task("preflight", "preflight", **pull),
        {**task("check", "configure", **pull), "check_mode": True},
        task("configure", "configure", **pull),
        task("second", "configure", **pull),
        task("always", "configure", **pull, update_password="always"),
        task("air_level", "air_level", level="air-network-essentials"),
        task("level once more", "air_level", level="air-network-essentials"),
    ]
    done = play([{"tasks": tasks}], "--diff", "-vvvv")
    assert done.code == 0, done.output
    assert PASSWORD not in done.output
    for name, changed in {
        "preflight": False,
        "check": True,
        "configure": True,
        "second": False,
        "always": True,
        "air_level": True,
        "level once more": False,
    }.items():
        module = next(key for entry in tasks if entry["name"] == name for key in entry if key.startswith("c9800"))
        documented = yaml.safe_load(importlib.import_module(f"{MODULES}.{module.rpartition('.')[2]}").RETURN)
        for host, result in done.results(name).items():
            assert result["changed"] is changed, (name, host, result)
            assert PASSWORD not in str(result)
            own = {key for key in result if key[0] != "_"} - {"changed", "failed", "diff", "warnings", "deprecations"}
            assert own == documented.keys(), (name, host)
            assert not changed or result["diff"]["after"] != result["diff"]["before"], (name, host)
    for host, result in done.results("level once more").items():
        assert result["reload_pending"] is True, host
        assert "yours to plan" in result["message"]


def test_who_is_refused_fails_alone_and_the_fleet_is_told_in_a_line(play: Callable[..., Run]) -> None:
    roles = {"roles": ["c9800.slp.preflight", "c9800.slp.configure"]}
    variables = {"slp_topology": ONPREM["topology"], "slp_url": ONPREM["url"]}
    done = play([{**roles, "vars": variables}])
    assert done.code == 2, done.output
    (said,) = done.results("Say who is ready").values()
    assert said["msg"].startswith("1 of 2 product instances are ready; refused: SSM On-Prem Deployment")
    assert said["msg"].endswith("the device runs 17.3.2a (wlc2)")
    (warned,) = done.results("Say what else to look at").values()
    (line,) = [line for line in warned["msg"] if line.startswith("SLA-TrustPoint checks revocation (crl)")]
    assert line.endswith("(wlc1, wlc2)")
    assert "Set slp_revocation_check: none" in line
    configured = done.results("Bring the device to what its topology wants")
    assert list(configured) == ["wlc1"], "wlc2 takes no part in what follows"
    assert configured["wlc1"]["changed"] is True
    again = play([{**roles, "vars": variables}])
    assert again.results("Bring the device to what its topology wants")["wlc1"]["changed"] is False


def test_all_or_none_stops_everybody(play: Callable[..., Run]) -> None:
    variables = {"slp_topology": ONPREM["topology"], "slp_url": ONPREM["url"], "preflight_all_or_none": True}
    done = play([{"roles": ["c9800.slp.preflight", "c9800.slp.configure"], "vars": variables}])
    assert done.code == 2, done.output
    stopped = done.results("Stop everybody when one is refused")
    assert {host: result["failed"] for host, result in stopped.items()} == {"wlc1": True, "wlc2": True}
    assert not done.results("Bring the device to what its topology wants")


def test_who_is_refused_stays_in_the_report_with_the_reason(play: Callable[..., Run]) -> None:
    """The audit at the end of an onboarding asks only those that came so far."""
    variables = {"slp_topology": ONPREM["topology"], "slp_url": ONPREM["url"]}
    done = play(
        [{"roles": ["c9800.slp.preflight"], "vars": variables}, {"roles": ["c9800.slp.audit"], "vars": variables}]
    )
    assert done.code == 2
    (fleet,) = done.results("Report on the fleet").values()
    (row,) = [row for row in fleet["rows"] if row["host"] == "wlc2"]
    assert row["error"].startswith("refused: SSM On-Prem Deployment")
    assert "the device runs 17.3.2a. Upgrade to 17.3.3 or later" in row["error"]


def test_in_batches_nobody_is_refused_who_was_not_asked_yet(play: Callable[..., Run]) -> None:
    variables = {"slp_topology": "offline", "preflight_all_or_none": True}
    done = play([{"roles": ["c9800.slp.preflight"], "vars": variables, "serial": 1}])
    assert done.code == 0, done.output
    assert done.output.count("1 of 1 product instances are ready") == 2


def test_inventory_variables_of_every_kind(play: Callable[..., Run]) -> None:
    """``slp_interval: 0`` is an interval, an empty list of tags takes them away, one service needs no list."""
    variables = {
        "slp_topology": "cslu_offline_pull",
        "slp_cslu_url": "http://cslu.example.com:8182/cslu/v1/pi",
        "slp_interval": 0,
        "slp_customer_tags": ["campus-1"],
        "slp_access": "restconf",
        "slp_collector_user": "cslu",
        "slp_collector_password": PASSWORD,
    }
    done = play([{"roles": ["c9800.slp.configure"], "vars": variables}], "-vvvv")
    assert done.code == 0, done.output
    assert PASSWORD not in done.output
    (one, _two) = done.results("Bring the device to what its topology wants").values()
    after = {key: value["after"] for key, value in one["settings"].items() if key != "passwords"}
    assert after["interval"] == 0
    assert after["tag1"] == "campus-1"
    assert after["restconf"] is True
    assert "url_cslu" not in after, "no topology that takes one"
    push = variables | {"slp_customer_tags": [], "slp_topology": "cslu_push"}
    done = play([{"roles": ["c9800.slp.configure"], "vars": push}])
    (one, _two) = done.results("Bring the device to what its topology wants").values()
    assert {key: value["after"] for key, value in one["settings"].items()} == {
        "transport": "cslu",
        "tag1": None,
        "url_cslu": variables["slp_cslu_url"],
    }


MODELS = {"over-netconf": ("netconf", "c9800.slp.netconf"), "over-restconf": ("restconf", "c9800.slp.rest")}


def test_the_same_over_the_data_models(
    start_world: Callable[..., World], make_control: Callable[[str], Control]
) -> None:
    """What the models hold is set by them; what they lack is refused first, or typed where the user allows that."""
    fleet = [
        {
            "name": name,
            "serial": f"9SIM000002{number}",
            "transport": "off",
            "services": [service],
            "variables": {"ansible_connection": connection},
        }
        for number, (name, (service, connection)) in enumerate(MODELS.items())
    ]
    control, world = make_control("inside"), start_world(fleet)
    control.use_mock_fleet(world)
    push = {"topology": "cslu_push", "url": "http://cslu.example.com:8182/cslu/v1/pi"}
    tasks = [
        task("look", "preflight", **push),
        task("push", "configure", **push, interval=20, customer_tags=["campus-1"]),
        task("unchanged", "configure", **push, interval=20),
        {**task("vrf", "configure", **push, vrf="Mgmt-intf"), "ignore_errors": True},
        {**task("level", "air_level", level="air-network-essentials"), "ignore_errors": True},
        task("smart", "configure", topology="direct_smart"),
        task("call home", "configure", topology="direct_callhome"),
        task("pull", "configure", topology="cslu_pull"),
        task("typed", "configure", **push, vrf="Mgmt-intf") | {"vars": {"slp_fallback": "cli"}},
        task("nothing more to type", "configure", **push, vrf="Mgmt-intf") | {"vars": {"slp_fallback": "cli"}},
        task("kept back", "configure", topology="offline", save=False, fallback="cli"),
        task("nobody can tell", "configure", topology="offline"),
        {**task("told", "configure", topology="offline", fallback="cli"), "check_mode": True, "diff": True},
        task("saved later", "configure", topology="offline", fallback="cli"),
        task("saved and done", "configure", topology="offline", fallback="cli"),
    ]
    book = control.directory / "book.yml"
    book.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    done = control.play(str(book))
    assert done.code == 0, done.output
    for name in ("push", "smart", "call home", "typed", "kept back", "told", "saved later"):
        assert {host: result["changed"] for host, result in done.results(name).items()} == dict.fromkeys(MODELS, True)
    for name in ("unchanged", "nothing more to type", "nobody can tell", "saved and done"):
        assert not any(result["changed"] for result in done.results(name).values()), name
    for name, says in {"vrf": "refused, nothing was changed", "level": "CLI"}.items():
        for host, result in done.results(name).items():
            assert result["failed"], host
            assert says in result["msg"], result["msg"]
    for result in done.results("look").values():
        assert "unseen" in [finding["code"] for finding in result["findings"]]
    for result in done.results("typed").values():
        assert result["settings"]["vrf"]["after"] == "Mgmt-intf"
        assert result["settings"]["url_cslu"]["after"] == push["url"]
    for name, verb in {"told": "would save", "saved later": "saved"}.items():
        for result in done.results(name).values():
            assert result["settings"]["transport"] == {"before": "cslu", "after": "off"}
            assert f"; {verb} transport, url_cslu, vrf, which a reload would undo" in result["message"]
            assert result["saved"] is (name != "told")
    assert all("transport: off" in result["diff"]["after"] for result in done.results("told").values())
    for name in MODELS:
        config = world.device(name)["config"]
        assert (config["transport"], config["url_cslu"], config["vrf"]) == ("off", "", "")
        assert config["saved"], "what was changed was saved"
