# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RUM reports of the simulated device: numbers, chains, measurements, both dialects, storage (formats.md 1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import read_usage
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.mock.dev_tools import PKI, Console, acknowledged, make_device, saved

SAMPLES = Path(__file__).parents[4] / "shared/samples/rum"
DAY = 86_400


def payloads(device: MockDevice, name: str = "rum.txt") -> list[dict[str, Any]]:
    return [json.loads(report.payload) for report in read_usage(device.flash.read(name)).reports]


def chains(device: MockDevice) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for payload in payloads(device):
        found.setdefault(payload["meta"]["entitlement_tag"], []).append(payload)
    return found


def test_every_report_is_signed_by_the_device() -> None:
    device = make_device(aps=2)
    saved(device)
    for report in read_usage(device.flash.read("rum.txt")).reports:
        assert report.udi == device.units[0][1]
        assert PKI.device_verify(report.payload.encode(), report.key, report.value)


def test_saving_again_gives_the_same_octets() -> None:
    device = make_device(aps=2, waiting_reports=4)
    saved(device)
    first = read_usage(device.flash.read("rum.txt")).reports
    device.clock.advance(60)
    assert set(saved(device)) > {json.loads(report.payload)["asset_identification"]["report_id"] for report in first}
    assert read_usage(device.flash.read("rum.txt")).reports[: len(first)] == first


def test_numbers_begin_with_the_first_start_and_chains_step_by_the_licences() -> None:
    device = make_device(aps=2, waiting_reports=6, age_days=10)
    assert saved(device) == list(range(int(device.agent.boot), int(device.agent.boot) + 8))
    console = Console(device)
    text = console.run(f"show license rum id {int(device.agent.boot) + 2} detail")
    assert f"Previous Report Id: {int(device.agent.boot)},    Next Report Id: {int(device.agent.boot) + 4}" in text


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 3 * DAY), st.booleans()), max_size=8), st.integers(0, 9))
def test_measurements_add_up(steps: list[tuple[int, int, bool]], waiting: int) -> None:
    """Contiguous, sample arithmetic, and every access point accounted for, whatever the device goes through."""
    device = make_device(aps=3, waiting_reports=waiting)
    for aps, seconds, save in steps:
        device.clock.advance(seconds)
        device.set_aps(aps)
        if save:
            Console(device).run("license smart save usage all file bootflash:some.txt")
    device.clock.advance(900)
    if Console(device).run("license smart save usage all file bootflash:rum.txt"):
        return
    for reports in chains(device).values():
        joined: set[str] = set()
        end = 0
        for item in (item for report in reports for item in report["measurements"]):
            span = item["end_time"] - item["start_time"]
            assert item["start_time"] == end or not joined
            assert item["sample_interval"] == span
            assert item["num_samples"] == round(span / 900) + 1
            meta = item.get("meta", {})
            joined -= {unit["udi_serial_number"] for unit in meta.get("removed_sudi_list", ())}
            joined |= {unit["udi_serial_number"] for unit in meta.get("added_sudi_list", ())}
            assert item["value"] == {"type": "COUNT", "value": str(len(joined))}
            end = item["end_time"]


def test_a_saved_report_is_closed_on_request_and_another_begins() -> None:
    device = make_device(aps=5)
    device.clock.advance(3600)
    saved(device)
    last = payloads(device)[0]["measurements"][-1]
    assert last["meta"]["termination_reason"] == "CurrentUsageRequested"
    assert last["end_time"] == int(device.now)
    states = [(report["state"], report["count"]) for report in device.snapshot()["reports"]]
    assert states == [("CLOSED", 5), ("CLOSED", 5), ("OPEN", 5), ("OPEN", 5)]


def test_a_reload_right_after_a_save_leaves_one_open_report_per_licence() -> None:
    device = make_device(aps=3)
    device.clock.advance(900)
    assert Console(device).run("license smart save usage all file bootflash:rum.txt") == ""
    device.reload()
    opened = [report.licence.name for report in device.agent.reports.collecting()]
    assert opened == ["air-network-advantage", "air-dna-advantage"]


def test_a_reload_closes_the_reports_and_the_list_of_access_points_begins_anew() -> None:
    device = make_device(aps=3)
    device.clock.advance(3600)
    device.reload()
    device.clock.advance(3600)
    saved(device)
    for reports in chains(device).values():
        assert [report["measurements"][-1]["meta"]["termination_reason"] for report in reports] == [
            "ProductReload",
            "CurrentUsageRequested",
        ]
        assert [len(report["measurements"][0]["meta"]["added_sudi_list"]) for report in reports] == [3, 3]


def test_the_past_does_not_depend_on_when_somebody_looks() -> None:
    early, late = (make_device(aps=1, waiting_reports=5) for _unused in range(2))
    before = early.snapshot()["reports"]
    late.clock.advance(40 * DAY)
    assert late.snapshot()["reports"] == before


def test_the_storage_keeps_three_hundred() -> None:
    device = make_device(aps=1, waiting_reports=500)
    rum = device.snapshot()["rum"]
    assert rum["in_storage"] == 300
    assert (rum["total"], rum["purged"], rum["collecting"]) == (502, 202, 2)
    device.clock.advance(60)
    assert len(saved(device)) == 298
    assert device.snapshot()["rum"]["purged"] == 204


def test_a_large_controller_writes_a_large_file() -> None:
    device = make_device(platform="C9800-80", aps=6000)
    saved(device)
    data = device.flash.read("rum.txt")
    assert 800_000 < len(data) < 1_200_000  # two tags of about 440 kB (formats.md 1.4)


@pytest.mark.parametrize("scope", ["all", "unreported", "days 30"])
def test_no_usage_no_report(scope: str) -> None:
    console = Console(make_device(aps=0))
    assert console.run(f"license smart save usage {scope} file bootflash:x") == "The requested item was not found"
    assert "x" not in console.device.flash


def test_what_each_scope_saves() -> None:
    device = make_device(aps=1, waiting_reports=6, age_days=40)
    console = Console(device)
    every = saved(device)
    assert len(every) == 8
    assert (
        console.run("license smart save usage unreported file flash:u.txt").strip()
        == "The requested item was not found"
    )
    device.clock.advance(3600)
    fresh = saved(device, scope="unreported")
    assert fresh == [every[-1] + 1, every[-1] + 2]
    recent = saved(device, scope="days 1")
    assert recent == [*every[-2:], *fresh]
    assert saved(device, scope=f"rum-id {every[0]}") == every[:1]
    for number in ("1", "nonsense"):
        text = console.run(f"license smart save usage rum-id {number} file flash:u.txt")
        assert text.strip() == "The requested item was not found"


def test_acknowledged_reports_leave_the_storage() -> None:
    device = make_device(aps=1, waiting_reports=4)
    first = saved(device)
    acknowledged(device, first)
    device.clock.advance(3600)
    assert set(saved(device)).isdisjoint(first)
    assert [report["state"] for report in device.snapshot()["reports"][: len(first)]] == ["ACK"] * len(first)


def test_an_hour_after_a_factory_reset_there_is_usage_again() -> None:
    device = make_device(aps=4, waiting_reports=8)
    console = Console(device)
    assert "reload required" in console.run("license smart factory reset")
    device.reload()
    device.clock.advance(60)
    assert console.run("license smart save usage all file flash:x").strip() == "The requested item was not found"
    assert "No licenses in use" in console.run("show license summary")
    device.clock.advance(7200)
    assert len(saved(device)) == 2


def test_privacy_and_tags_are_settled_when_a_report_is_closed() -> None:
    device = make_device(aps=1)
    Console(device).configure("license smart privacy all", "license smart usage customer-tags tag1 Lab")
    saved(device)
    Console(device).configure("no license smart privacy all", "no license smart usage customer-tags tag1")
    device.clock.advance(60)
    saved(device)
    metas = [payload["meta"] for payload in payloads(device)]
    assert ["software_version" in meta for meta in metas] == [False, False, True, True]
    assert [meta.get("customer_tags") for meta in metas] == [{"tag1": "Lab"}] * 2 + [None] * 2


def shape(value: Any) -> Any:
    """The keys, in order, and the types; of a list its first element."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


@pytest.mark.parametrize(
    ("release", "sample"),
    [
        ("17.6.5", "c8000v_17.06.02_rum-1646687408.payload-string.txt"),
        ("17.9.5", "c9800-cl_17.09.02_rum-1671840750.xml"),
    ],
)
def test_the_payload_has_the_shape_of_a_real_one(release: str, sample: str) -> None:
    if not (SAMPLES / sample).exists():
        pytest.skip("the recorded samples are not at ../shared")
    text = (SAMPLES / sample).read_text()
    if text.startswith("<"):
        text = json.dumps(json.loads(text[text.index("{") : text.rindex("}") + 1])["payload"])
    real = json.loads(json.loads(text))
    device = make_device(release=release, aps=3)
    device.clock.advance(DAY)
    saved(device)
    ours = payloads(device)[0]
    for payload in (real, ours):
        del payload["measurements"][0]["meta"]
    assert json.dumps(shape(ours)) == json.dumps(shape(real))
