# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of ways, the answers that are drawn from it, and its page."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.module_utils.slp._yang_edits import MODEL_KEYS
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import KEYS, CallHomeProfile
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.ways import OPERATIONS, ROWS, WAYS, cannot, cell_of, keys_of

DOCS = Path(__file__).parents[3] / "docs"
OLD = Release.parse("17.3.4")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_ways", DOCS / "generate_ways.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_as_the_generator_writes_it(generator: ModuleType) -> None:
    written = (DOCS / "ways.md").read_text(encoding="utf-8")
    assert written == generator.page(), "run: PYTHONPATH=.tree .venv/bin/python docs/generate_ways.py"


def test_the_page_has_each_row_once_and_every_cell_is_closed() -> None:
    written = (DOCS / "ways.md").read_text(encoding="utf-8")
    tables = re.findall(r"(?:^\|.*\n)+", written, re.M)
    assert sum(len(table.splitlines()) - 2 for table in tables) == len(ROWS)
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1, table


def test_no_operation_stands_twice_and_every_setting_is_there() -> None:
    assert len(OPERATIONS) == len(ROWS)
    assert {name.removeprefix("configure:") for name in OPERATIONS if name.startswith("configure:")} == set(KEYS)


def test_the_table_says_of_the_models_what_is_written_through_them() -> None:
    for way in ("netconf", "restconf"):
        assert keys_of(way) == MODEL_KEYS
    assert keys_of("cli") == set(KEYS)
    assert keys_of("rest") == frozenset()


def test_an_operation_of_the_models_is_one_that_is_built() -> None:
    rpcs = yang.requests
    built = {
        "trust": rpcs.trust("t", everywhere=True, force=True),
        "trust_request": rpcs.trust_request_save("p"),
        "collect": rpcs.save_usage("p"),
        "install": rpcs.import_file("p"),
        "save": rpcs.save_config(),
        "delete_file": rpcs.delete("p"),
    }
    for operation, rpc in built.items():
        assert f"{rpc.module}:{rpc.name}" in cell_of(operation, "netconf").how


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_refusal_names_way_reason_and_what_to_do(operation: str, way: str) -> None:
    for release in (None, OLD, Release.parse("17.15.1")):
        text = cannot(operation, way, release)
        if text:
            assert WAYS[way] in text
            assert re.search(r"; (use .*the CLI|upgrade to IOS XE 17)", text)
            assert "\n" not in text
            assert "\\" not in text


@pytest.mark.parametrize(
    ("operation", "way", "release", "value", "text"),
    [
        (
            "sync",
            "netconf",
            None,
            None,
            "no data model of any release has it; use the CLI: `license smart sync local|all`",
        ),
        ("trust", "rest", None, None, "use NETCONF, RESTCONF or the CLI"),
        ("trust", "restconf", "17.3.4", None, "it needs IOS XE 17.4.1, this is 17.3.4"),
        ("trust", "restconf", "17.4.1", None, ""),
        ("state:policy", "netconf", "17.4.2", None, "needs IOS XE 17.5.1"),
        ("state:policy", "netconf", "17.5.1", None, ""),
        ("lines", "netconf", "17.9.1", None, "answers success whatever was sent"),
        ("collect", "rest", "17.3.2a", None, ""),
        ("collect", "netconf", "17.3.2a", None, "needs IOS XE 17.4.1"),
        ("configure:vrf", "cli", "17.6.5", None, "upgrade to IOS XE 17.7.1"),
        ("configure:vrf", "cli", "17.7.1", None, ""),
        ("configure:transport", "netconf", "17.3.4", "smart", ""),
        ("configure:transport", "netconf", "17.3.4", "cslu", "needs IOS XE 17.4.1"),
        ("configure:interval", "netconf", None, 1, ""),
        ("configure:interval", "netconf", None, 365, ""),
        ("configure:interval", "netconf", None, 0, "take 1 to 365, not 0"),
        ("configure:interval", "netconf", None, 3650, "take 1 to 365, not 3650"),
        ("configure:interval", "cli", None, 3650, ""),
        ("configure:privacy_hostname", "netconf", None, True, ""),
        ("configure:call_home_profiles", "netconf", None, (CallHomeProfile(name="x", urls=("a", "b")),), "one HTTP"),
        ("configure:call_home_profiles", "cli", None, (CallHomeProfile(name="x", urls=("a", "b")),), ""),
    ],
)
def test_what_a_way_can_do(operation: str, way: str, release: str | None, value: Any, text: str) -> None:
    found = cannot(operation, way, Release.parse(release) if release else None, value=value)
    assert text in found if text else found == ""


@pytest.mark.parametrize(("operation", "way"), [("configure:colour", "cli"), ("sync", "telnet")])
def test_what_is_not_in_the_table_is_a_mistake_of_ours(operation: str, way: str) -> None:
    with pytest.raises(ValueError, match="no row for"):
        cannot(operation, way)
