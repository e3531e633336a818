# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""fleet_report and fleet_progress as ansible-playbook runs them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from ansible_collections.c9800.slp.plugins.callback import fleet_progress
from ansible_collections.c9800.slp.plugins.modules import fleet_report

REPOSITORY = Path(__file__).parents[3]
GOOD = {
    "host": "wlc1",
    "verdict": "ok",
    "next_step": "Nothing before 2026-05-31",
    "to_do": False,
    "pid": "C9800-CL-K9",
    "serial": "9SIM0000001",
    "udis": ["PID:C9800-CL-K9,SN:9SIM0000001"],
    "reported": True,
    "acknowledged": True,
    "overdue": False,
}
SUMMARY = "2 product instances: 1 reported, 1 acknowledged, 0 overdue"


def run(tmp_path: Path, tasks: list[dict[str, Any]], *arguments: str, **environment: str) -> tuple[int, list[str]]:
    """Run tasks on localhost; the exit code and the lines printed."""
    return play(tmp_path, [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}], *arguments, **environment)


def play(tmp_path: Path, plays: list[dict[str, Any]], *arguments: str, **environment: str) -> tuple[int, list[str]]:
    playbook = tmp_path / "play.yml"
    playbook.write_text(yaml.safe_dump(plays))
    own = {
        "ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / ".tree"),
        "ANSIBLE_CONFIG": str(REPOSITORY / "tests/ansible.cfg"),
        "ANSIBLE_HOME": str(tmp_path / "ansible"),
        "ANSIBLE_CALLBACKS_ENABLED": "c9800.slp.fleet_progress",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "-c", "local"]
    done = subprocess.run(
        [*command, str(playbook), *arguments],
        env={**os.environ, **own, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


def report(tmp_path: Path) -> dict[str, Any]:
    audits = [GOOD, {"host": "wlc2", "error": "connection timed out"}]
    return {
        "name": "Report",
        "c9800.slp.fleet_report": {"audits": audits, "path": str(tmp_path / "out"), "title": "Lab"},
        "register": "fleet",
    }


def test_a_run_ends_with_the_summary_and_a_second_report_changes_nothing(tmp_path):
    device = {
        "name": "Ask",
        "c9800.slp.info": {"topology": "offline"},
        "ignore_errors": True,
        "vars": {"ansible_connection": "local"},
    }
    again = {**report(tmp_path), "name": "Again", "register": "again"}
    promise = {"ansible.builtin.assert": {"that": ["fleet is changed", "again is not changed"]}}
    code, lines = run(tmp_path, [device, report(tmp_path), again, promise])
    assert code == 0, "\n".join(lines)
    assert lines[-1] == SUMMARY
    recap = next(number for number, line in enumerate(lines) if line.startswith("PLAY RECAP"))
    assert recap < next(number for number, line in enumerate(lines) if line.startswith("Lab, as of "))
    (told,) = [line for line in lines if "s] localhost  info" in line]
    assert re.search(r"failed +connection \S*local cannot reach a product instance", told)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["fleet.html", "fleet.json", "fleet.txt"]


def test_check_mode_shows_the_difference_and_writes_nothing(tmp_path):
    code, lines = run(tmp_path, [report(tmp_path)], "--check", "--diff", SLP_PROGRESS_TABLE="false")
    assert code == 0, "\n".join(lines)
    assert not (tmp_path / "out").exists()
    assert any(line.startswith("changed: [localhost]") for line in lines)
    assert f"+{SUMMARY}" in lines
    assert lines[-1] == SUMMARY
    assert not any(line.startswith("Lab, as of ") for line in lines)


def test_a_wrong_item_fails_with_the_remedy(tmp_path):
    wrong = {"c9800.slp.fleet_report": {"audits": [{"host": "wlc1"}]}}
    code, lines = run(tmp_path, [wrong])
    assert code == 2
    assert (
        "wlc1: not an audit: it needs host, and verdict with next_step or error. Give what c9800.slp.info returns"
        in " ".join(lines)
    )


def test_the_example_of_the_documentation_runs(tmp_path):
    """Two hosts that cannot be read: two rows with the reason, and nobody overdue."""
    inventory = tmp_path / "hosts.yml"
    hosts = {name: {"slp_topology": "offline"} for name in ("wlc1", "wlc2")}
    inventory.write_text(yaml.safe_dump({"controllers": {"hosts": hosts}}))
    code, lines = play(tmp_path, yaml.safe_load(fleet_report.EXAMPLES), "-i", str(inventory))
    assert code == 0, "\n".join(lines)
    assert lines[-1] == "2 product instances: 0 reported, 0 acknowledged, 0 overdue"
    step = next(number for number, line in enumerate(lines) if line.startswith("  failed: connection "))
    assert "    wlc1, wlc2" in lines[step + 1 : step + 4]  # the reason may take more than a line
    assert (tmp_path / "report" / "fleet.html").exists()


class TestProgress:
    """What it prints for results of our modules, without a device."""

    @pytest.fixture
    def told(self, monkeypatch) -> tuple[Any, list[str]]:
        callback = fleet_progress.CallbackModule()
        lines: list[str] = []
        callback._display = SimpleNamespace(display=lambda text, **_options: lines.append(text))
        monkeypatch.setattr(callback, "get_option", lambda _name: True)
        return callback, lines

    @staticmethod
    def result(action: str, host: str = "wlc1", *, no_log: bool = False, **values: Any) -> Any:
        task = SimpleNamespace(action=action, resolved_action=f"c9800.slp.{action}", _uuid="u", no_log=no_log)
        return SimpleNamespace(_host=SimpleNamespace(get_name=lambda: host), _task=task, _result=values)

    def test_one_line_for_each_host(self, told):
        callback, lines = told
        collected = self.result("usage_report", changed=True, message="collected 12 reports")
        callback.v2_runner_on_start(collected._host, collected._task)
        callback.v2_runner_on_ok(collected)
        callback.v2_runner_on_failed(self.result("install", msg="wlc1: no ACK.\n Try again"))
        callback.v2_runner_on_ok(self.result("info", audit={"verdict": "due", "next_step": "wait"}))
        assert lines == [
            "[  0.0 s] wlc1  usage_report  changed  collected 12 reports",
            "[      -] wlc1  install  FAILED   no ACK. Try again",
            "[      -] wlc1  info  ok       due: wait",
        ]

    def test_every_step_on_a_device_is_told(self, told):
        callback, lines = told
        runtime = yaml.safe_load((REPOSITORY / "meta/runtime.yml").read_text())
        steps = [name.rsplit(".", 1)[1] for name in runtime["action_groups"]["device"]]
        for step in steps:
            callback.v2_runner_on_ok(self.result(step, message="done", ready=True))
        assert lines == [f"[      -] wlc1  {step}  ok       done" for step in steps]

    def test_a_refusal_is_told_as_one_though_the_role_fails_the_host_later(self, told):
        callback, lines = told
        callback.v2_runner_on_ok(self.result("preflight", ready=True, message="nothing stands against it"))
        callback.v2_runner_on_ok(
            self.result(
                "preflight", ready=False, message="no URL. Set slp_url", msg="wlc1: refused: no URL. Set slp_url"
            )
        )
        assert lines == [
            "[      -] wlc1  preflight  ok       nothing stands against it",
            "[      -] wlc1  preflight  REFUSED  no URL. Set slp_url",
        ]

    def test_other_tasks_are_quiet(self, told):
        callback, lines = told
        callback.v2_runner_on_ok(self.result("fleet_report", summary=SUMMARY))
        callback.v2_runner_on_failed(self.result("bundle", msg="no"))
        assert lines == []

    def test_an_unreachable_host_is_told_whatever_the_task(self, told):
        callback, lines = told
        callback.v2_runner_on_unreachable(self.result("bundle", msg="no route"))
        assert lines == ["[      -] wlc1  bundle  UNREACHABLE  no route"]

    @pytest.mark.parametrize(
        "values",
        [{"censored": "hidden"}, {"_ansible_no_log": True}, {"no_log": True}],
        ids=["censored", "flag", "task"],
    )
    def test_no_log_keeps_the_message_back(self, told, values):
        callback, lines = told
        callback.v2_runner_on_ok(self.result("install", msg="canary", **values))
        assert lines == ["[      -] wlc1  install  ok"]

    def test_a_long_message_is_cut(self, told):
        callback, lines = told
        callback.v2_runner_on_ok(self.result("install", msg="x" * 500))
        assert len(lines[0]) < 200

    def test_without_a_report_the_end_is_quiet(self, told):
        callback, lines = told
        callback.v2_playbook_on_stats(None)
        assert lines == []
