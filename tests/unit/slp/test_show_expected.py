# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outputs of real devices against what the independent genie parsers make of them, leaf by leaf."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import UnsupportedDevice
from ansible_collections.c9800.slp.plugins.module_utils.slp.show import parse

from tests.unit.slp.genie_shape import genie_shape

OUTPUTS = Path(__file__).resolve().parents[4] / "shared" / "device-outputs"
FOLDERS = {
    "show_chassis": "show chassis",
    "show_chassis_rmi": "show chassis rmi",
    "show_inventory": "show inventory",
    "show_license_all": "show license all",
    "show_license_authorization": "show license authorization",
    "show_license_eventlog": "show license eventlog",
    "show_license_history_message": "show license history message",
    "show_license_rum_id_all": "show license rum id all",
    "show_license_rum_id_detail": "show license rum id 1 detail",
    "show_license_status": "show license status",
    "show_license_summary": "show license summary",
    "show_license_tech_support": "show license tech support",
    "show_license_udi": "show license udi",
    "show_license_usage": "show license usage",
    "show_redundancy": "show redundancy",
    "show_redundancy_states": "show redundancy states",
    "show_version": "show version",
}
CLASSIC = {
    "show_license_status/cbr8_classic-registered.txt",
    "show_license_status/csr1000v_classic-registered_prompt-echo.txt",
    "show_license_status/csr_classic-registered.txt",
    "show_license_udi/asr1006_legacy-table.txt",
    "show_license_usage/cbr8_classic.txt",
}

# (file, path in the expectation) -> why we read it otherwise. Both are shell patterns; * also matches a slash.
READ_OTHERWISE: dict[tuple[str, str], str] = {
    (
        "show_license_*",
        "*/transport/proxy",
    ): "genie gives an empty text for a proxy with address and port",
    ("show_license_all/c9300-48u_*", "*/trust_code_installed/active/*"): (
        "genie takes the unit under License Authorizations for one of the trust code, which is a single date here"
    ),
    ("show_license_authorization/*", "/overall status/active/pid"): "genie leaves the comma at the end of the PID",
    ("show_license_tech_support/*", "*/features_authorized"): "genie drops the angle brackets of <none>",
    ("show_license_tech_support/*", "/communication_statistics/hello_message/*"): (
        "genie does not know Telemetry Reporting and puts its numbers over those of Hello Message"
    ),
    ("show_license_tech_support/c9300-48uxm_*", "/license_usage/handle/9/*"): (
        "genie takes the counts of the Enforcement Status block for counts of the last licence"
    ),
    ("show_license_tech_support/c9300-48uxm_*", "*/trust_code_installed/active/*_on_*"): (
        "genie splits 'Valid on <time>' at the colon of the time"
    ),
    ("show_version/*", "/version/build_label"): "part of label",
    ("show_version/*", "/version/os"): "not printed",
    ("show_version/*", "/version/disks/*"): "hardware, says nothing about licences; the lines are under extra",
    ("show_version/*", "/version/mem_size/*"): "hardware, says nothing about licences; the lines are under extra",
    (
        "show_version/*",
        "/version/number_of_intfs/*",
    ): "hardware, says nothing about licences; the lines are under extra",
    ("show_version/*", "/version/switch_num/*"): "stack table of a switch; the lines are under extra",
    ("show_version/*", "/version/license_package/*"): "licence table of a switch, read from show license instead",
    ("show_inventory/c9800-l-f.txt", "*"): "genie sorts the parts into slots and loses those that share a PID",
}


def _files(suffix: str) -> list[str]:
    return [
        f"{folder}/{path.name}"
        for folder in FOLDERS
        for path in sorted((OUTPUTS / folder).glob("*.txt"))
        if path.with_suffix(suffix).is_file()
    ]


def _parsed(name: str) -> dict[str, Any]:
    path = OUTPUTS / name
    return parse(FOLDERS[path.parent.name], path.read_text(encoding="utf-8"))


def _differences(name: str, suffix: str) -> Iterator[tuple[str, Any, Any]]:
    path = OUTPUTS / name
    expected = json.loads(path.with_suffix(suffix).read_text(encoding="utf-8"))
    return _compare(expected, genie_shape(FOLDERS[path.parent.name], _parsed(name)), "")


def _compare(expected: Any, ours: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Every leaf of ``expected`` that is not the same text in ``ours``."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            below = ours.get(key) if isinstance(ours, dict) else None
            yield from _compare(value, below, f"{path}/{key}")
    elif isinstance(expected, list):
        for number, value in enumerate(expected):
            below = ours[number] if isinstance(ours, list) and number < len(ours) else None
            yield from _compare(value, below, f"{path}/{number}")
    elif isinstance(ours, (dict, list)) or str(expected).strip() != str(ours):
        yield path, expected, ours


def _explained(name: str, path: str) -> list[tuple[str, str]]:
    return [key for key in READ_OTHERWISE if fnmatchcase(name, key[0]) and fnmatchcase(path, key[1])]


needs_outputs = pytest.mark.skipif(not OUTPUTS.is_dir(), reason=f"no device outputs at {OUTPUTS}")


@needs_outputs
@pytest.mark.parametrize("name", [name for name in _files(".expected.json") if name not in CLASSIC])
def test_each_expected_value_is_read(name: str) -> None:
    wrong = [found for found in _differences(name, ".expected.json") if not _explained(name, found[0])]
    assert wrong == []


@needs_outputs
@pytest.mark.parametrize("name", [name for name in _files(".genie.json") if name not in CLASSIC])
def test_a_second_opinion_agrees(name: str) -> None:
    wrong = [found for found in _differences(name, ".genie.json") if not _explained(name, found[0])]
    assert wrong == []


@needs_outputs
def test_nothing_is_excused_that_need_not_be() -> None:
    used = {
        key
        for suffix in (".expected.json", ".genie.json")
        for name in _files(suffix)
        if name not in CLASSIC
        for path, _expected, _ours in _differences(name, suffix)
        for key in _explained(name, path)
    }
    assert set(READ_OTHERWISE) - used == set()


@needs_outputs
@pytest.mark.parametrize("name", _files(".txt"))
def test_each_file_is_read_or_refused(name: str) -> None:
    if name in CLASSIC:
        with pytest.raises(UnsupportedDevice):
            _parsed(name)
    else:
        assert _parsed(name)


@needs_outputs
@pytest.mark.parametrize("name", ["isr_legacy-permanent.txt", "asr1k_legacy-missing-blocks.txt"])
def test_licences_of_the_old_kind_are_refused_whatever_was_asked(name: str) -> None:
    text = (OUTPUTS / "show_license" / name).read_text(encoding="utf-8")
    for command in ("show license all", "show license status", "show license usage", "show license summary"):
        with pytest.raises(UnsupportedDevice, match="installed on the device"):
            parse(command, text)
