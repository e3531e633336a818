# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Onboarding, trust codes and reports as playbooks run them, on simulated controllers that talk to a simulated CSSM."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml

from .lab import FACTORY, PAIR, SINGLE, Lab, changed, failures

MODULES = "ansible_collections.c9800.slp.plugins.modules"


def test_a_fleet_from_nothing_to_the_ack(make_lab: Callable[..., Lab]) -> None:
    """cli.md 5.3: a single controller, a pair, and one with a factory-installed trust code, one fork for all."""
    lab = make_lab(SINGLE, PAIR, FACTORY)
    first = lab.onboard("--forks", "1", slp_replace_factory_trust=True)
    assert first.code == 0, first.output
    assert first.results("Say who has reported")["wlc1"]["msg"] == ["acknowledged: 3 (wlc1, wlc2, wlc3)"]
    for host, command in {
        "wlc1": ["local", "license smart sync local"],
        "wlc2": ["all", "license smart sync all"],
        "wlc3": ["local force", "license smart sync local"],
    }.items():
        trust, sync = lab.triggers(host)
        assert trust.startswith("license smart trust idtoken ")
        assert trust.split(maxsplit=5)[5] == command[0]
        assert sync == command[1]
        token = trust.split()[4]
        assert token not in first.output
        device = lab.world.device(host)
        assert "Factory" not in json.dumps(device)
    # One wait for all of them in each round, whatever the number of forks.
    waits = [entry for play in first.plays for entry in play["tasks"] if "Wait once" in entry["task"]["name"]]
    assert waits
    assert all(len(entry["hosts"]) == 1 for entry in waits)
    tokens = lab.world.control("GET", "/targets/cssm")["id_tokens"]
    assert [(token["description"], token["used"]) for token in tokens] == [("c9800.slp", 3)]
    second = lab.onboard(slp_replace_factory_trust=True)
    assert second.code == 0, second.output
    assert [changed(second, host) for host in ("wlc1", "wlc2", "wlc3")] == [[], [], []]
    assert second.results("Say who has reported")["wlc1"]["msg"] == ["already: 3 (wlc1, wlc2, wlc3)"]


def test_check_mode_changes_nothing(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(SINGLE)
    done = lab.onboard("--check")
    assert done.code == 0, done.output
    assert lab.triggers("wlc1") == []
    assert not [line for line in lab.typed("wlc1") if line.startswith("configure")]
    assert lab.world.control("GET", "/targets/cssm")["id_tokens"] == []


def test_results_are_as_documented(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(SINGLE)
    token = lab.token()["token"]
    direct = {"topology": "direct_smart", "poll": 1}
    done = lab.tasks(
        [
            {"name": "configure", "c9800.slp.configure": {"topology": "direct_smart"}},
            {"name": "trust", "c9800.slp.trust_code": {**direct, "token": "{{ id_token }}", "wait": 20}},
            {"name": "sync", "c9800.slp.sync": {**direct, "wait": 20}},
            {"name": "again", "c9800.slp.sync": {**direct, "wait": 20}},
        ],
        id_token=token,
    )
    assert done.code == 0, done.output
    for name, module, changes in (("trust", "trust_code", True), ("sync", "sync", True), ("again", "sync", False)):
        documented = yaml.safe_load(importlib.import_module(f"{MODULES}.{module}").RETURN)
        result = done.results(name)["wlc1"]
        assert result["changed"] is changes
        own = {key for key in result if key[0] != "_"} - {"changed", "failed", "diff", "warnings", "deprecations"}
        assert own == documented.keys()
        assert token not in json.dumps(result)
    assert done.results("trust")["wlc1"]["outcome"] == "installed"
    assert done.results("trust")["wlc1"]["diff"]["after"] == "license smart trust idtoken ******** local\n"
    assert done.results("sync")["wlc1"]["outcome"] == "acknowledged"
    assert done.results("again")["wlc1"]["outcome"] == "already"


def test_one_bad_host_fails_alone_and_the_next_run_finishes(make_lab: Callable[..., Lab]) -> None:
    """The receiver breaks for a while, in the midst of it; a host with a wrong clock is refused before anything."""
    late = {**SINGLE, "name": "wlc9", "serial": "9SIM0010009", "clock_offset": 7200}
    lab = make_lab(SINGLE, late)
    made = lab.token()
    lab.world.fault(action="status", target="smart_receiver", status=503)
    broken = lab.onboard(slp_id_token=made["token"])
    assert broken.code != 0
    found = failures(broken)
    assert "clock" in found["wlc9"]
    assert "ntp server" in found["wlc9"]
    assert "wlc1: " in found["wlc1"]
    assert "DNS, route and TCP 443" in found["wlc1"]
    assert lab.triggers("wlc9") == []
    lab.world.clear_faults()
    healed = lab.onboard("--limit", "wlc1", slp_id_token=made["token"])
    assert healed.code == 0, healed.output


@pytest.mark.parametrize("back", [True, False], ids=["comes back", "stays away"])
def test_a_device_that_is_away_for_a_round(make_lab: Callable[..., Lab], back: bool) -> None:
    """As when it reloads. It does not hold up the others, and is asked once whatever becomes of it."""
    lab = make_lab(SINGLE, {**SINGLE, "name": "wlc2", "serial": "9SIM0010024"})
    lab.world.control("POST", "/options", {"trust_after": 4})

    def leave() -> None:
        while not lab.triggers("wlc1"):
            time.sleep(0.1)
        lab.world.fault(action="refuse", target="wlc1")
        if back:
            time.sleep(6)
            lab.world.clear_faults()

    with ThreadPoolExecutor() as pool:
        away = pool.submit(leave)
        run = lab.onboard(trust_timeout=30 if back else 8)
        away.result(60)
    seen = [entry["hosts"] for play in run.plays for entry in play["tasks"] if "Look whether" in entry["task"]["name"]]
    assert any(hosts.get("wlc1", {}).get("unreachable") for hosts in seen)
    said = run.results("Say who has reported").popitem()[1]["msg"]
    if back:
        assert (run.code, said) == (0, ["acknowledged: 2 (wlc1, wlc2)"]), run.output
        return
    assert said == ["acknowledged: 1 (wlc2)", "failed: 1 (wlc1)"]
    message = failures(run)["wlc1"]
    assert message.startswith(
        "it was asked for trust codes, and cannot be looked at after 8 s; run again to see. wlc1: "
    )
    assert "refuses the connection" in message
    lab.world.clear_faults()
    assert lab.onboard().code == 0
    assert len([line for line in lab.triggers("wlc1") if "trust" in line]) == 1


def test_a_new_standby_is_seen_and_trusted(make_lab: Callable[..., Lab]) -> None:
    """seed, High Availability: the active unit asks for the code of the new one; a switchover makes no second one."""
    lab = make_lab(PAIR)
    assert lab.onboard().code == 0
    lab.world.control("POST", "/devices/wlc2/remove_standby", {})
    lab.world.control("POST", "/devices/wlc2/add_standby", {"serial": "TTM0010099"})
    again = lab.onboard()
    assert again.code == 0, again.output
    told = again.results("Have the devices report")["wlc2"]
    assert told["trust"] == {"installed": 2, "udis": 2}
    assert len([line for line in lab.triggers("wlc2") if "trust" in line]) == 1  # nobody gave a second token
    lab.world.control("POST", "/devices/wlc2/switchover", {})
    switched = lab.onboard()
    assert switched.code == 0, switched.output
    audited = switched.results("Read and judge")["wlc2"]["audit"]
    assert audited["udi"].endswith("TTM0010099")
    assert (audited["trust_installed"], audited["trust_total"]) == (2, 2)


def test_what_is_refused_before_anything_is_sent(make_lab: Callable[..., Lab]) -> None:
    off = {**SINGLE, "name": "wlc4", "serial": "9SIM0010006", "transport": "off"}
    bare = {**SINGLE, "name": "wlc5", "serial": "9SIM0010007", "transport": "smart"}
    told = {**FACTORY, "name": "wlc6", "serial": "9SIM0010008", "release": "17.18.1", "transport": "smart"}
    lab = make_lab(off, bare, told)
    direct = {"topology": "direct_smart"}
    token = lab.token()["token"]
    done = lab.tasks(
        [
            {"name": "sync", "c9800.slp.sync": direct, "ignore_errors": True},
            {"name": "trust", "c9800.slp.trust_code": {**direct, "token": token}, "ignore_errors": True, "when": "bad"},
            {"name": "no token", "c9800.slp.trust_code": direct, "ignore_errors": True},
        ],
        bad="{{ inventory_hostname != 'wlc5' }}",
    )
    messages = {
        (name, host): result.get("msg", "")
        for name in ("sync", "trust", "no token")
        for host, result in done.results(name).items()
    }
    assert "transport is off: nothing will be sent" in messages["sync", "wlc4"]
    assert "0 of 1 UDIs have a trust code" in messages["sync", "wlc5"]
    assert "factory-installed trust code cannot talk to CSSM" in messages["sync", "wlc6"]
    assert "Configure the device for topology direct_smart first" in messages["trust", "wlc4"]
    assert "Set replace_factory: true" in messages["trust", "wlc6"]
    assert "needs an ID token" in messages["no token", "wlc5"]
    assert [lab.triggers(host) for host in ("wlc4", "wlc5", "wlc6")] == [[], [], []]


def test_a_name_that_does_not_resolve(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(SINGLE, topology="cslu_push")
    done = lab.onboard(slp_cslu_url="http://nowhere.example:8182/cslu/v1/pi")
    message = failures(done)["wlc1"]
    assert "does not reach CSLU at http://nowhere.example:8182/cslu/v1/pi: Unable to resolve" in message
    assert "ip name-server" in message


def test_an_ack_of_the_old_server_is_none_of_the_new_one(make_lab: Callable[..., Lab]) -> None:
    """The run that changed the URL failed; the next one has nothing to change, and is not content with the old ACK."""
    lab = make_lab(SINGLE, topology="cslu_push", targets=[{"kind": "cslu"}])
    old, new = (f"http://{name}:8182/cslu/v1/pi" for name in ("cslu-local", "nowhere.example"))
    assert lab.onboard(slp_cslu_url=old).code == 0
    for run in range(2):
        failed = lab.onboard(slp_cslu_url=new)
        assert f"does not reach CSLU at {new}" in failures(failed)["wlc1"], run
    assert lab.onboard(slp_cslu_url=old).code == 0
    again = lab.onboard(slp_cslu_url=old)
    assert (again.code, changed(again, "wlc1")) == (0, [])
    assert lab.triggers("wlc1") == ["license smart sync local"] * 4


def test_without_access_points_no_report_is_awaited(make_lab: Callable[..., Lab]) -> None:
    """cli.md 6.3: AP count 0. Reports of a time when there were some go all the same."""
    new = {**SINGLE, "aps": 0, "waiting_reports": 0}
    push = {**new, "name": "push", "serial": "9SIM0010021", "topology": "cslu_push"}
    past = {**new, "name": "past", "serial": "9SIM0010022", "waiting_reports": 2}
    lab = make_lab(new, push, past, targets=[{"kind": "cslu"}])
    first = lab.onboard()
    assert first.code == 0, first.output
    said = first.results("Say who has reported").popitem()[1]["msg"]
    assert said == ["acknowledged: 1 (past)", "not_needed: 2 (wlc1, push)"]
    assert lab.triggers("push") == []
    again = lab.onboard()
    assert (again.code, [changed(again, host) for host in ("wlc1", "push", "past")]) == (0, [[], [], []])


def test_batches_that_have_not_begun_have_not_failed(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(
        SINGLE, {**SINGLE, "name": "wlc2", "serial": "9SIM0010023"}, topology="cslu_push", targets=[{"kind": "cslu"}]
    )
    play = {"hosts": "all", "serial": 1, "gather_facts": False}
    lab.book.write_text(yaml.safe_dump([{**play, "roles": [{"role": "c9800.slp.sync"}]}]))
    done = lab.run(str(lab.book))
    assert done.code == 0, done.output
    said = [
        result["msg"]
        for play in done.plays
        for entry in play["tasks"]
        if "Say who has reported" in entry["task"]["name"]
        for result in entry["hosts"].values()
    ]
    assert said == [["acknowledged: 1 (wlc1)", "not yet: 1 (wlc2)"], ["acknowledged: 2 (wlc1, wlc2)"]]


def test_a_collector_by_file_keeps_the_report(make_lab: Callable[..., Lab]) -> None:
    """cli.md 5.7: the report has left, its ACK waits for files; a second run does not send it again."""
    lab = make_lab(SINGLE, topology="cslu_offline_push", targets=[{"kind": "cslu", "connected": False}])
    url = "http://cslu-local:8182/cslu/v1/pi"
    first = lab.onboard(slp_cslu_url=url)
    assert first.code == 0, first.output
    assert first.results("Say who has reported")["wlc1"]["msg"] == ["reported: 1 (wlc1)"]
    second = lab.onboard(slp_cslu_url=url)
    assert second.code == 0, second.output
    assert changed(second, "wlc1") == []
    assert len(lab.triggers("wlc1")) == 1


def test_nobody_waits_for_an_ack_that_is_not_expected(make_lab: Callable[..., Lab]) -> None:
    """A collector that has not reported yet; what it does, and when, is its owner's."""
    lab = make_lab(SINGLE, topology="cslu_push", targets=[{"kind": "cslu", "connected": False}])
    done = lab.onboard(sync_expect="reported", sync_timeout=600)
    assert done.code == 0, done.output
    assert done.results("Say who has reported")["wlc1"]["msg"] == ["reported: 1 (wlc1)"]
    waits = [entry for play in done.plays for entry in play["tasks"] if "Wait once" in entry["task"]["name"]]
    assert len(waits) < 5


def test_from_a_cslu_that_is_alive_and_one_that_is_dead(make_lab: Callable[..., Lab]) -> None:
    """cli.md 5.14: report by the old way, or save what was not reported when it is dead; then the new way."""
    alive = {**SINGLE, "cslu_url": "http://cslu-local:8182/cslu/v1/pi"}
    dead = {**SINGLE, "name": "wlc7", "serial": "9SIM0010010", "cslu_url": "http://gone.example:8182/cslu/v1/pi"}
    lab = make_lab(alive, dead, targets=[{"kind": "cslu"}])
    moved = lab.run("c9800.slp.change_topology", slp_old_topology="cslu_push")
    assert moved.code == 0, moved.output
    assert "wlc7" in moved.results("Take the usage reports off the device")
    assert "wlc1" not in moved.results("Take the usage reports off the device")
    archived = [path for path in lab.control.archive.rglob("*") if path.is_file() and "9SIM0010010" in str(path)]
    assert archived
    for host in ("wlc1", "wlc7"):
        assert len([line for line in lab.triggers(host) if "sync" in line]) == 2
    again = lab.run("c9800.slp.change_topology", slp_old_topology="cslu_push")
    assert again.code == 0, again.output
    assert changed(again, "wlc1") + changed(again, "wlc7") == []


def test_what_is_saved_goes_by_the_old_access(make_lab: Callable[..., Lab]) -> None:
    """The access that the new topology opens to a collector is not open while the old way is flushed."""
    lab = make_lab({**SINGLE, "transport": "off"}, topology="cslu_pull")
    moved = lab.run("c9800.slp.change_topology", slp_access=["restconf"])
    assert moved.code == 0, moved.output
    assert moved.results("Take the usage reports off the device")["wlc1"]["method"] == "cli"
