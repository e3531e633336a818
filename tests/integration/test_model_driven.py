# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks over NETCONF, RESTCONF and native REST, with the collection as the collector, and no command typed."""

from __future__ import annotations

import importlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import Control, Run, World, worlds

MODULES = "ansible_collections.c9800.slp.plugins.modules"
PASSWORD = "canary-device-1+&"
DEVICE = {
    "transport": "off",
    "aps": 3,
    "waiting_reports": 2,
    "smart_account": "example.com",
    "virtual_account": "Campus",
    "password": PASSWORD,
}
PAIR = {"standby_serial": "TTM0000A002", "platform": "C9800-40"}
WAYS = {  # connection, and the method that it is to take
    "netconf": ("netconf", "netconf"),
    "netconf-old": ("netconf", "netconf"),
    "restconf": ("rest", "restconf"),
    "native": ("rest", "rest"),
    "both": ("netconf", "auto"),
}
FLEET: list[dict[str, Any]] = [
    {**DEVICE, "name": "netconf", "serial": "TTM0000A001", "release": "17.12.4", "services": ["netconf"], **PAIR},
    {**DEVICE, "name": "netconf-old", "serial": "9SIM0000002", "release": "17.6.5", "services": ["netconf"]},
    {**DEVICE, "name": "restconf", "serial": "9SIM0000003", "release": "17.15.3", "services": ["restconf"]},
    {**DEVICE, "name": "native", "serial": "9SIM0000004", "release": "17.9.5", "services": ["rest"]},
    {**DEVICE, "name": "both", "serial": "9SIM0000005", "release": "17.12.4", "services": ["netconf", "rest"]},
]
for _device in FLEET:
    _connection, _method = WAYS[str(_device["name"])]
    _device["variables"] = {"ansible_connection": f"c9800.slp.{_connection}", "method": _method}

MODEL_MODES = ("netconf", "restconf", "rest", "scp")
METHOD = "{{ method }}"
ACCOUNT = {"smart_account": "{{ slp_smart_account }}", "virtual_account": "{{ slp_virtual_account }}"}


class Site:
    """A running world and a control node."""

    def __init__(self, world: World, control: Control) -> None:
        self.world = world
        self.control = control
        control.use_mock_fleet(world)

    def play(self, *tasks: dict[str, Any], hosts: str = "all", arguments: tuple[str, ...] = (), **play: Any) -> Run:
        book = self.control.directory / "book.yml"
        book.write_text(yaml.safe_dump([{"hosts": hosts, "gather_facts": False, "tasks": list(tasks), **play}]))
        return self.control.play(str(book), *arguments)

    def typed(self, host: str) -> list[str]:
        """What came in by the command line."""
        return [entry["line"] for entry in self.world.log(host) if entry["mode"] not in MODEL_MODES]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[list[dict[str, Any]]], Site]]:
    with worlds(tmp_path) as start:

        def make(fleet: list[dict[str, Any]]) -> Site:
            (tmp_path / "control").mkdir()
            return Site(start(fleet), Control(tmp_path / "control"))

        yield make


def task(name: str, module: str, **options: Any) -> dict[str, Any]:
    return {"name": name, f"c9800.slp.{module}": options}


def archive(module: str, **options: Any) -> dict[str, Any]:
    return task(module, module, archive="{{ slp_archive }}", **options)


def submit() -> dict[str, Any]:
    keys = ("profile", "base_url", "token_url", "client_id", "client_secret", "ca_path")
    entry = archive("cssm_usage_report", **{key: f"{{{{ slp_cssm_{key} }}}}" for key in keys}, wait=60, poll_interval=1)
    return {**entry, "name": "submit", "run_once": True, "delegate_to": "localhost"}


def documented(module: str) -> set[str]:
    return set(yaml.safe_load(importlib.import_module(f"{MODULES}.{module}").RETURN))


def own(result: dict[str, Any]) -> set[str]:
    return {key for key in result if key[0] != "_"} - {"changed", "failed", "diff", "warnings", "deprecations"}


def test_the_collection_is_the_collector(site: Callable[..., Site]) -> None:
    """Collect, submit, install: each by its own way, nothing typed, and in the end every report has its ACK."""
    here = site(FLEET)
    pull = archive("usage_report", method=METHOD, **ACCOUNT)
    checked = here.play(pull, arguments=("--check",), hosts="all:!native")
    assert checked.code == 0, checked.output
    assert {result["outcome"] for result in checked.results("usage_report").values()} == {"would_collect"}
    done = here.play(pull, submit(), archive("install", method=METHOD), arguments=("--diff", "-vvvv"))
    assert done.code == 0, done.output
    assert PASSWORD not in done.output
    for host, result in done.results("usage_report").items():
        assert (result["outcome"], result["changed"], result["reports"]) == ("collected", True, 4), host
        assert result["method"] == ("rest" if host == "both" else WAYS[host][1]), host
        assert own(result) == documented("usage_report"), host
    for host, result in done.results("install").items():
        assert result["changed"], host
        (installed,) = result["installed"]
        assert installed["kinds"], host
        assert own(result) == documented("install"), host
        assert host == "native" or any("last ACK received" in change for change in installed["changes"]), result
    for host in WAYS:
        assert here.typed(host) == [], host
        assert "slp-" not in str(here.world.device(host)["files"]), host
    again = here.play(
        archive("usage_report", method=METHOD, max_age=3600),
        archive("install", method=METHOD),
        task("info", "info", topology="cslu_pull", archive="{{ slp_archive }}"),
        hosts="all:!native",
    )
    assert again.code == 0, again.output
    for name in ("usage_report", "install", "info"):
        assert not any(result["changed"] for result in again.results(name).values()), name
    for host, result in again.results("info").items():
        assert result["license"]["reporting"]["last_ack"], host
        assert result["license"]["account"] is None, host  # no leaf tells it
        assert result["license"]["is_ha"] is (host == "netconf"), host


CONFIGURED = [
    {**device, "name": name, "serial": f"9SIM000001{number}", "transport": "callhome", "variables": variables}
    for number, (name, device, variables) in enumerate(
        (
            ("by-netconf", FLEET[1], {"ansible_connection": "c9800.slp.netconf"}),
            ("by-restconf", FLEET[2], {"ansible_connection": "c9800.slp.rest"}),
            ("typed", FLEET[1], {"ansible_connection": "c9800.slp.netconf", "slp_fallback": "cli"}),
        )
    )
]


def test_configure_by_model_and_what_a_model_cannot(site: Callable[..., Site]) -> None:
    here = site(CONFIGURED)
    push = {"topology": "cslu_push", "url": "http://cslu.example.net:8182/cslu/v1/pi", "customer_tags": ["a", "b"]}
    done = here.play(
        {**task("check", "configure", **push), "check_mode": True},
        task("change", "configure", **push),
        task("second", "configure", **push),
        arguments=("--diff",),
    )
    assert done.code == 0, done.output
    for name, changed in (("check", True), ("change", True), ("second", False)):
        for host, result in done.results(name).items():
            assert result["changed"] is changed, (name, host)
            assert (host == "typed") is not any("not show over" in found["reason"] for found in result["findings"])
    for host in ("by-netconf", "by-restconf"):
        assert here.typed(host) == [], host
    modes = {entry["mode"] for entry in here.world.log("typed") if entry["line"].startswith("license smart")}
    assert modes == {"netconf"}  # the command line was read only

    proxied = here.play(
        task("sync", "sync", topology="cslu_push", wait=0),
        task("proxy", "configure", topology="direct_smart_proxy", proxy_address="proxy.example.net", proxy_port=3128),
        task("level", "air_level", level="air-network-essentials"),
        ignore_errors=True,
    )
    for host, results in (("by-netconf", proxied.results("proxy")), ("by-restconf", proxied.results("proxy"))):
        assert "refused, nothing was changed: proxy not by" in results[host]["msg"]
        assert "slp_fallback: cli" in results[host]["msg"]
        assert "report now not by" in proxied.results("sync")[host]["msg"]
        assert "AIR licence level not by" in proxied.results("level")[host]["msg"]
        assert here.typed(host) == [], host
    assert proxied.results("proxy")["typed"]["changed"]
    level = proxied.results("level")["typed"]
    assert (level["changed"], level["level_next"], level["reload_pending"]) == (True, "AIR DNA Essentials", True)
    assert "license smart proxy address proxy.example.net" in here.typed("typed")
    assert any(line.startswith("license smart sync") for line in here.typed("typed"))


def test_values_that_the_models_lack_and_have(site: Callable[..., Site]) -> None:
    """Said before anything is tried, in check mode too; and what an old model has is not refused with the rest."""
    old = {**FLEET[1], "name": "old", "serial": "9SIM0000016", "release": "17.3.5", "transport": "callhome"}
    here = site([CONFIGURED[0], old])
    far = {"topology": "cslu_push", "url": "http://cslu.example.net:8182/cslu/v1/pi", "interval": 3650}
    checked = here.play({**task("far", "configure", **far), "check_mode": True}, hosts="by-netconf")
    real = here.play(task("far", "configure", **far), hosts="by-netconf")
    for run in (checked, real):
        told = run.results("far")["by-netconf"]["msg"]
        assert "refused, nothing was changed: " in told
        assert "the models take 1 to 365, not 3650" in told
    done = here.play(
        task("smart", "configure", topology="direct_smart"),
        task("again", "configure", topology="direct_smart"),
        hosts="old",
    )
    assert done.code == 0, done.output
    assert done.results("smart")["old"]["changed"]
    assert not done.results("again")["old"]["changed"]


def test_credentials_that_stand_in_no_variable(site: Callable[..., Site]) -> None:
    """AWX hands a machine credential to ansible-playbook (``-u``, ``--ask-pass``): it opens the second way in too."""
    here = site([{**CONFIGURED[2], "transport": "off"}])
    show = ["ansible-inventory", "-i", str(here.control.inventory), "--host", "typed"]
    known = json.loads(subprocess.run(show, env=here.control.environment(), capture_output=True, check=True).stdout)
    user, password = known.pop("ansible_user"), known.pop("ansible_password")
    here.control.inventory = here.control.directory / "inventory.yml"
    here.control.inventory.write_text(yaml.safe_dump({"all": {"hosts": {"typed": known}}}))
    file = here.control.directory / "password"
    file.write_text(password)
    done = here.play(
        archive("usage_report", method="netconf", **ACCOUNT),
        task("read", "info", gather=["tech_support"]),
        arguments=("-u", user, "--connection-password-file", str(file)),
    )
    assert done.code == 0, done.output
    assert done.results("usage_report")["typed"]["method"] == "netconf"  # the file came by SCP


TOKEN = "canary-ID-t0ken/+="


def test_a_token_shows_nowhere(site: Callable[..., Site]) -> None:
    """At any verbosity, in Ansible's log, and whatever ncclient would like to log."""
    here = site([{**device, "transport": "smart"} for device in FLEET if device["name"] in ("netconf", "restconf")])
    log = here.control.directory / "ansible.log"
    here.control.settings |= {"ANSIBLE_LOG_PATH": str(log), "ANSIBLE_LOG_VERBOSITY": "5"}
    done = here.play(
        task("trust", "trust_code", topology="direct_smart", token=TOKEN, wait=0),
        arguments=("-vvvvv", "--diff"),
    )
    assert set(done.results("trust")) == {"netconf", "restconf"}
    for host, result in done.results("trust").items():
        assert (result["outcome"], result["changed"]) == ("pending", True), host
    asked = [entry["line"] for host in ("netconf", "restconf") for entry in here.world.log(host)]
    assert [line for line in asked if "id-token-trust" in line] == [
        "<id-token-trust>",
        "POST /restconf/operations/cisco-smart-license:id-token-trust",
    ]
    for secret in (TOKEN, PASSWORD):
        assert secret not in done.output
        assert secret not in log.read_text()
    assert "TASK [trust]" in log.read_text()
    assert "n=ncclient" not in log.read_text()  # nor anything else by libraries: login.py says why


def test_files_that_no_scp_brings(site: Callable[..., Site]) -> None:
    """Refused, and what was saved stays on flash for the next run; or by the command line, where that is allowed."""
    base = {**FLEET[1], "scp_server": False}
    here = site(
        [
            {**base, "name": "forbids", "serial": "9SIM0000021"},
            {
                **base,
                "name": "allows",
                "serial": "9SIM0000022",
                "variables": {**base["variables"], "slp_fallback": "cli", "method": "auto"},
            },
        ]
    )
    for host in ("forbids", "allows"):
        here.control.set_host(host, ansible_slp_https_port=1)  # no native REST to be had
    pull = archive("usage_report", method=METHOD, scope="unreported", **ACCOUNT)
    done = here.play(pull)
    forbids, allows = (done.results("usage_report")[host] for host in ("forbids", "allows"))
    assert "does not serve SCP" in forbids["msg"]
    assert "ip scp server enable" in forbids["msg"]
    assert allows["method"] == "cli"
    assert [reason.partition(":")[0] for reason in allows["passed_over"]] == ["rest", "netconf"]
    assert allows["new_reports"] >= 4  # a second file may have what was closed in between alone
    assert not [name for name in here.world.device("allows")["files"] if "slp-" in name]
    assert [line for line in here.typed("forbids") if "login" not in line] == []
    again = here.play(pull).results("usage_report")["forbids"]["msg"]
    [left] = [name for name in here.world.device("forbids")["files"] if "slp-" in name]
    for message in (forbids["msg"], again):
        assert f"{left} stays on the device, and the next run takes it" in message
    here.control.set_host("forbids", slp_fallback="cli", method="auto")
    taken = here.play(pull).results("usage_report")["forbids"]
    assert taken["new_reports"] >= 4
    assert f"archived bootflash:{left}" in taken["message"]
    assert not [name for name in here.world.device("forbids")["files"] if "slp-" in name]


def test_another_collector_is_left_alone(site: Callable[..., Site]) -> None:
    here = site([{**FLEET[0], "variables": {"ansible_connection": "c9800.slp.netconf", "method": "auto"}}])
    assert here.play(archive("usage_report", **ACCOUNT)).code == 0
    here.control.archive = here.control.directory / "another archive"
    refused = here.play(archive("usage_report", **ACCOUNT))
    assert "another collector is at work here" in refused.results("usage_report")["netconf"]["msg"]
    assert "take_over: true" in refused.results("usage_report")["netconf"]["msg"]
    taken = here.play(archive("usage_report", take_over=True, **ACCOUNT))
    assert taken.results("usage_report")["netconf"]["reports"] >= 4


def test_what_was_left_on_flash_is_found_again(site: Callable[..., Site]) -> None:
    """The file of a collect whose delete failed, and then one whose session broke before the file was fetched."""
    here = site([FLEET[1]])
    pull = archive("usage_report", method="netconf", **ACCOUNT)
    here.world.fault(target="netconf-old", match="netconf:delete", action="error", text="the flash is busy", times=1)
    first = here.play(pull).results("usage_report")["netconf-old"]
    assert "may still be on the device (the flash is busy" in first["message"]
    assert len(left := [name for name in here.world.device("netconf-old")["files"] if "slp-usage-" in name]) == 1
    here.world.fault(target="netconf-old", match="netconf:delete", action="drop", times=1)
    broken = here.play(pull).results("usage_report")["netconf-old"]
    assert "session ended in the middle of delete" in broken["msg"]
    last = here.play(pull)
    assert last.code == 0, last.output
    assert left[0].rpartition("/")[2].rpartition(":")[2] in last.results("usage_report")["netconf-old"]["message"]
    assert not [name for name in here.world.device("netconf-old")["files"] if "slp-usage-" in name]


@pytest.mark.parametrize("fault", [{"action": "full_disk"}, {"action": "error", "text": "internal error"}])
def test_a_save_that_fails_leaves_no_part_of_a_file(site: Callable[..., Site], fault: dict[str, str]) -> None:
    here = site([FLEET[1]])
    pull = archive("usage_report", method="netconf", **ACCOUNT)
    here.world.fault(target="netconf-old", match="rum-save", times=1, **fault)
    failed = here.play(pull).results("usage_report")["netconf-old"]
    assert failed["failed"]
    assert failed["msg"].endswith("Nothing was left on the device")
    assert not [name for name in here.world.device("netconf-old")["files"] if "slp-usage-" in name]
    last = here.play(pull)
    assert last.code == 0, last.output
    assert last.results("usage_report")["netconf-old"]["reports"] >= 4


def test_an_answer_left_on_flash_goes_with_the_next_install(site: Callable[..., Site]) -> None:
    """Also when no ACK waits any more, as its message says."""
    here = site([FLEET[1]])
    put = archive("install", method="netconf")
    assert here.play(archive("usage_report", method="netconf", **ACCOUNT), submit()).code == 0
    here.world.fault(target="netconf-old", match="netconf:delete", action="error", text="the flash is busy", times=1)
    first = here.play(put).results("install")["netconf-old"]
    assert "may still be on the device (the flash is busy" in first["message"]
    checked = here.play(put, arguments=("--check",)).results("install")["netconf-old"]
    assert checked["changed"]
    assert "was left by an earlier run" in checked["message"]
    assert [name for name in here.world.device("netconf-old")["files"] if "slp-ack-" in name]
    second = here.play(put).results("install")["netconf-old"]
    assert second["changed"]
    assert "which an earlier run had left" in second["message"]
    assert not [name for name in here.world.device("netconf-old")["files"] if "slp-ack-" in name]
    assert not here.play(put).results("install")["netconf-old"]["changed"]


def test_what_was_asked_for_and_did_not_arrive_is_nobody_elses(site: Callable[..., Site]) -> None:
    """The device calls such reports asked for; the next run knows by whom, and goes on."""
    here = site([FLEET[1], {**FLEET[4], "release": "17.12.4"}])
    here.world.fault(target="netconf-old", match="scp", action="drop", times=1)
    here.world.fault(target="both", match="all-reports", action="truncate", times=9)
    broken = here.play(archive("usage_report", method="{{ 'rest' if method == 'auto' else method }}", **ACCOUNT))
    assert "is cut off" in broken.results("usage_report")["both"]["msg"]
    assert broken.results("usage_report")["netconf-old"]["failed"]
    here.world.clear_faults()
    done = here.play(archive("usage_report", method="{{ 'rest' if method == 'auto' else method }}", **ACCOUNT))
    assert done.code == 0, done.output
    assert all(result["reports"] >= 4 for result in done.results("usage_report").values())
    assert "which an earlier run had left" in done.results("usage_report")["netconf-old"]["message"]
    assert not [name for name in here.world.device("netconf-old")["files"] if "slp-usage-" in name]


FAULTS = {
    "n-hello": ({"match": "netconf:hello", "action": "hang"}, "did not say hello (nothing within 3 s)"),
    "n-other-id": ({"match": "netconf:get", "action": "wrong_id"}, "a message-id that nobody asked with"),
    "n-no-id": ({"match": "netconf:get", "action": "no_id"}, "without a message-id"),
    "n-chunk": ({"match": "netconf:get", "action": "chunk"}, "get"),
    "n-hang": ({"match": "netconf:get", "action": "hang"}, "no answer to get within 3 s"),
    "n-drop": ({"match": "netconf:get", "action": "drop"}, "the session ended in the middle of get"),
    "r-certificate": ({"action": "wrong_certificate"}, "its certificate is not trusted"),
    "r-hang": ({"match": "licensing", "action": "hang"}, "no answer to the read of"),
    "r-error": ({"match": "licensing", "action": "error", "text": "internal error"}, "internal error"),
    "r-refuse": ({"action": "refuse"}, "gives no HTTPS connection"),
}


def test_faults_end_in_one_clear_line(site: Callable[..., Site]) -> None:
    """Each on its own host; when they are gone, the next run succeeds."""
    models = {"n": FLEET[1], "r": FLEET[2]}
    here = site(
        [{**models[host[0]], "name": host, "serial": f"9SIM000003{at}"} for at, host in enumerate(FAULTS)],
    )
    limits = dict.fromkeys(("ansible_command_timeout", "ansible_slp_auth_timeout", "ansible_slp_connect_timeout"), 3)
    here.control.variables |= limits
    for host, (fault, _told) in FAULTS.items():
        here.world.fault(target=host, **fault)
    results = here.play(task("info", "info"), arguments=("-f", "10")).results("info")
    for host, (_fault, told) in FAULTS.items():
        result = results[host]
        assert result.get("failed") or result.get("unreachable"), host
        assert result["msg"].startswith(f"{host}: "), result
        assert told in result["msg"], result
    here.world.clear_faults()
    assert here.play(task("info", "info"), arguments=("-f", "10")).code == 0


def test_the_playbook_that_pulls(site: Callable[..., Site]) -> None:
    """Once through, then again as a schedule does it: nothing new to do, and no login but the audit's."""
    names = ("netconf-old", "restconf", "both")
    ready = {"slp_topology": "cslu_pull", "slp_cssm_poll_interval": 1}
    here = site(
        [
            {**device, "variables": {**device["variables"], **ready, "slp_access": access}}
            for device, access in zip(
                (d for d in FLEET if d["name"] in names), ("netconf", "restconf", "rest"), strict=True
            )
        ]
    )
    first = here.control.play("c9800.slp.pull")
    assert first.code == 0, first.output
    assert {
        host: result["method"] for host, result in first.results("Take the usage reports off the device").items()
    } == {
        "netconf-old": "netconf",
        "restconf": "restconf",
        "both": "rest",
    }
    assert all(result["installed"] for result in first.results("Install every ACK that waits in the archive").values())
    again = here.control.play("c9800.slp.pull")
    assert again.code == 0, again.output
    assert not any(r["changed"] for r in again.results("Take the usage reports off the device").values())
    assert not any(r["changed"] for r in again.results("Install every ACK that waits in the archive").values())
    for name in names:
        assert here.typed(name) == [], name


def test_trust_requests_and_methods_of_another_connection(site: Callable[..., Site]) -> None:
    """A request by the model and SCP; and from a host of the command line, native REST because it is named."""
    here = site([FLEET[1], {**FLEET[4], "variables": {}}])
    done = here.play(archive("trust_request"), hosts="netconf-old")
    result = done.results("trust_request")["netconf-old"]
    assert (result["outcome"], result["changed"]) == ("collected", True), result
    assert here.typed("netconf-old") == []
    assert not [name for name in here.world.device("netconf-old")["files"] if "slp-" in name]
    again = here.play(archive("trust_request"), hosts="netconf-old").results("trust_request")["netconf-old"]
    assert (again["outcome"], again["changed"]) == ("not_needed", False)

    for method in ("rest", "netconf"):
        named = here.play(archive("usage_report", method=method, **ACCOUNT), hosts="both")
        assert named.results("usage_report")["both"]["method"] == method, named.output
    assert not any("save usage" in line for line in here.typed("both"))
    raw = here.play({"name": "raw", "ansible.builtin.raw": "show clock"}, hosts="netconf-old")
    assert "carries neither commands nor files" in raw.results("raw")["netconf-old"]["msg"]
