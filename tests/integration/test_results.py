# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks return is what their documentation says: the results of real runs beside RETURN."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import yaml

from .conftest import Control, Run, World

MODULES = "ansible_collections.c9800.slp.plugins.modules"
# Beside what the module returns; in the results of every task
ANSIBLES_OWN = {"changed", "failed", "diff", "warnings", "deprecations"}
FLEET = [
    {"name": "wlc1", "serial": "TTM0000A001", "standby_serial": "TTM0000A002", "platform": "C9800-40", "aps": 12},
    {"name": "wlc2", "serial": "9SIM0000001", "release": "17.3.4", "aps": 5},
]


@pytest.fixture
def run(start_world: Callable[..., World], make_control: Callable[[str], Control]) -> Callable[..., Run]:
    control = make_control("inside")
    control.use_mock_fleet(start_world([{"transport": "off", "waiting_reports": 4, **device} for device in FLEET]))

    def play(tasks: list[dict[str, Any]], *arguments: str) -> Run:
        book = control.directory / "book.yml"
        named = [{"name": f"{number:02}", **task} for number, task in enumerate(tasks)]
        book.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": named}]))
        return control.play(str(book), *arguments)

    return play


def archived(module: str, **options: Any) -> dict[str, Any]:
    return {f"c9800.slp.{module}": {"archive": "{{ slp_archive }}", **options}}


TASKS: list[dict[str, Any]] = [
    {**archived("usage_report"), "check_mode": True},
    archived("usage_report"),
    archived("usage_report", max_age=3600),
    archived("usage_report", scope="rum_id", rum_id=1),
    {**archived("trust_request"), "check_mode": True},
    archived("trust_request"),
    archived("trust_request"),
    {**archived("info", topology="offline", gather=["tech_support", "history", "eventlog"]), "register": "told"},
    archived("install"),
    {**archived("bundle", state="exported", kind="usage", path="{{ slp_bundle_dir }}"), "run_once": True},
    {"c9800.slp.fleet_report": {"audits": ["{{ told.audit }}"]}, "run_once": True},
]


def unlike(values: Mapping[str, Any], documented: Mapping[str, Any], where: str) -> Iterator[str]:
    """What is returned and not documented, or said to be there and is not."""
    for name in values.keys() - documented.keys():
        yield f"{where}: {name} is not documented"
    for name, entry in documented.items():
        if name not in values:
            if entry.get("returned", "always") in ("always", "success"):
                yield f"{where}: {name} is not returned"
            continue
        value = values[name]
        for item in value if isinstance(value, list) else [value]:
            if "contains" in entry and item is not None:
                yield from unlike(item, entry["contains"], f"{where}.{name}")


def test_results_are_as_documented(run: Callable[..., Run]) -> None:
    done = run(TASKS, "--diff")
    wrong: list[str] = []
    seen: dict[str, set[str]] = {}
    for number, task in enumerate(TASKS):
        name = next(key for key in task if key.startswith("c9800.slp.")).rpartition(".")[2]
        documented = yaml.safe_load(importlib.import_module(f"{MODULES}.{name}").RETURN)
        for host, result in done.results(f"{number:02}").items():
            values = {key: value for key, value in result.items() if key not in ANSIBLES_OWN and key[0] != "_"}
            wrong += unlike(values, documented, f"{number} {name} on {host}")
            seen.setdefault(name, set()).update(values)
            if result["changed"] and "diff" in result:
                wrong += [] if result["diff"]["after"] else [f"{number} {name} on {host}: its diff shows no change"]
        wrong += [f"{name}: no run returned {key}" for key in documented.keys() - seen[name]] if number > 6 else []
    assert done.code == 0, done.output
    assert wrong == []


def test_the_report_is_of_all_hosts_under_any_strategy(
    start_world: Callable[..., World], make_control: Callable[[str], Control]
) -> None:
    control = make_control("inside")
    control.use_mock_fleet(start_world(FLEET))
    control.settings["ANSIBLE_STRATEGY"] = "free"
    (report,) = control.play("c9800.slp.audit").results("Report on the fleet").values()
    assert "failed" not in {row["verdict"] for row in report["rows"]}


def test_become_for_all_hosts_has_no_part_in_it(run: Callable[..., Run]) -> None:
    done = run([{"c9800.slp.info": {}}, {"ansible.builtin.raw": "show privilege"}], "--become")
    assert done.code == 0, done.output
    assert "Current privilege level is 15" in done.results("01")["wlc1"]["stdout"]


def test_facts_are_refused_with_the_next_step(run: Callable[..., Run]) -> None:
    done = run([{"ansible.builtin.setup": {}}])
    assert done.code == 2, done.output
    assert "wlc1: this module needs a shell and Python on the host" in done.results("00")["wlc1"]["msg"]
