# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cisco's own genie parsers read every text of the simulated device and find the values of its state.

Needs tests/peers/requirements.txt, in an environment of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice

from tests.unit.mock.dev_tools import RELEASES, Console, acknowledged, make_device, saved

pytest.importorskip("genie.libs.parser", reason="genie is not installed: see tests/peers/requirements.txt")

from genie.conf.base import Device
from genie.libs.parser.iosxe import show_license
from genie.libs.parser.iosxe.cat9k.c9300.show_platform import ShowLicenseAuthorization

pytestmark = pytest.mark.peer

GENIE = Device(name="peer", os="iosxe")
ZONE = "CET"
HOURS = 1
CLASSES = {
    "perpetual": "unenforced_non_export_perpetual_attributes",
    "subscription": "unenforced_non_export_subscription_attributes",
    "enforced": "enforced_perpetual_subscription_license_attributes",
    "export": "export_perpetual_subscription_license_attributes",
}
TRANSPORTS = {
    "cslu": {"type": "cslu", "cslu_address": "http://192.0.2.9:8182/cslu/v1/pi"},
    "smart": {"type": "Smart", "url": "https://smartreceiver.cisco.com/licservice/license"},
    "callhome": {"type": "Callhome"},
    "off": {"type": "Transport Off"},
}
State = dict[str, Any]


@pytest.fixture(params=("new", "saved", "acknowledged"))
def moment(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=(None, "9SIM0000002"), ids=("standalone", "pair"))
def standby(request: pytest.FixtureRequest) -> str | None:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=RELEASES)
def device(request: pytest.FixtureRequest, standby: str | None, moment: str) -> MockDevice:
    device = make_device(
        release=request.param, standby_serial=standby, aps=12, waiting_reports=7, zone=ZONE, zone_minutes=60 * HOURS
    )
    device.clock.advance(7200)
    if moment != "new":
        reports = saved(device)
        device.clock.advance(3600)
        if moment == "acknowledged":
            assert acknowledged(device, reports) == "Import Data Successful"
            device.clock.advance(60)
    return device


@pytest.fixture
def state(device: MockDevice) -> State:
    return device.snapshot()


def read(device: MockDevice, command: str, parser: Any = None) -> dict[str, Any]:
    text = Console(device).run(command)
    return dict(parser(device=GENIE).parse(output=text) if parser else GENIE.parse(command, output=text))


def shown(epoch: float | None) -> str:
    """A time as the agent prints it, worked out anew."""
    if epoch is None:
        return "<none>"
    return f"{datetime.fromtimestamp(int(epoch) + 3600 * HOURS, UTC):%b %d %H:%M:%S %Y} {ZONE}"


def expected_policy(state: State, classes: dict[str, str]) -> dict[str, Any]:
    policy = state["policy"]
    origin = "(Customer Policy)" if policy["name"] else "(CISCO default)"
    named = (
        {"policy_in_use": f"Installed On {shown(policy['installed'])}", "policy_name": policy["name"]}
        if policy["name"]
        else {"policy_in_use": "Merged from multiple sources."}
    )
    days = {
        key: {
            "first_report_requirement_days": f"{policy['classes'][name]['first']} {origin}",
            "reporting_frequency_days": f"{policy['classes'][name]['ongoing']} {origin}",
            "report_on_change_days": f"{policy['classes'][name]['change']} {origin}",
        }
        for name, key in classes.items()
    }
    return {**named, "reporting_ack_required": f"yes {origin}", **days}


def expected_reporting(state: State) -> dict[str, str]:
    return {
        "last_ack_received": shown(state["last_ack"]),
        "next_ack_deadline": shown(state["ack_deadline"]),
        "reporting_push_interval": f"{state['interval']}  days",
        "next_ack_push_check": shown(state["ack_check"]),
        "next_report_push": shown(state["next_push"]),
        "last_report_push": shown(state["last_push"]),
        "last_report_file_write": shown(state["last_file"]),
    }


def expected_account(state: State) -> dict[str, str]:
    account = state["account"]
    if account is None:
        return {"smart_account": "<none>", "virtual_account": "<none>"}
    smart = f"{account['smart_account']} As of {shown(state['account_time'])}"
    return {"smart_account": smart, "virtual_account": account["virtual_account"]}


def expected_units(state: State) -> dict[str, dict[str, str]]:
    return {unit["role"].lower(): {"pid": unit["pid"], "sn": unit["sn"]} for unit in state["units"]}


def has_account(state: State) -> bool:
    return tuple(map(int, state["release"].rstrip("a").split("."))) >= (17, 7, 1)


def check_common(found: dict[str, Any], state: State, device: MockDevice) -> None:
    """What status and all have in common."""
    assert found["utility"] == {"status": "DISABLED"}
    assert found["smart_licensing_using_policy"]["status"] == "ENABLED"
    assert found.get("account_information") == (expected_account(state) if has_account(state) else None)
    assert found["data_privacy"]["sending_hostname"] == "yes"
    assert found["transport"].items() >= {"type": "cslu", "cslu_address": "<empty>"}.items()
    assert found["policy"] == expected_policy(state, CLASSES)
    assert found["usage_reporting"] == expected_reporting(state)
    trust = found.get("trust_code_installed")
    if len(state["units"]) > 1 and state["trust"]:
        codes = {role: (unit["pid"], unit["sn"]) for role, unit in trust.items()}
        assert codes == {role: (unit["pid"], unit["sn"]) for role, unit in expected_units(state).items()}
        installed = shown(next(iter(state["trust"].values()))["installed"])
        assert all(unit["info"].startswith(f"INSTALLED on {installed}") for unit in trust.values())


def test_status(device: MockDevice, state: State) -> None:
    found = read(device, "show license status")
    check_common(found, state, device)


def test_all(device: MockDevice, state: State) -> None:
    found = read(device, "show license all")
    check_common(found["smart_licensing_status"], state, device)
    licences = found["license_usage"]["license_name"]
    assert {name: (licence["count"], licence["license_type"]) for name, licence in licences.items()} == {
        f"{use['name']} ({use['short']}):": (use["count"], use["term"]) for use in state["usage"]
    }
    assert found["product_information"]["udi"] == expected_units(state)["active"]
    assert found["product_information"].get("ha_udi_list", expected_units(state)) == expected_units(state)
    assert found["agent_version"]["smart_agent_for_licensing"] == state["agent"]
    authorizations = found["license_authorizations"]["overall_status"]
    if authorizations or not state["trust"]:  # with one trusted unit the parser files them under the trust code
        statuses = {role: unit["status"] for role, unit in authorizations.items()}
        assert statuses == dict.fromkeys(expected_units(state), "NOT INSTALLED")
    if has_account(state):
        assert found["usage_report_summary"] == {
            "total": str(state["rum"]["total"]),
            "purged": str(state["rum"]["purged"]),
            "total_acknowledged_received": str(state["rum"]["acknowledged"]),
            "waiting_for_ack": str(state["rum"]["waiting"]),
            "available_to_report": str(state["rum"]["available"]),
            "collecting_data": str(state["rum"]["collecting"]),
        }


def test_tech_support(device: MockDevice, state: State) -> None:
    found = read(device, "show license tech support")
    status = found["smart_licensing_status"]
    assert status.get("account_information") == (expected_account(state) if has_account(state) else None)
    # The parser names two classes of the policy otherwise than its brother for "show license all".
    named = {key.replace("_attributes", ""): value for key, value in status["policy"].items()}
    assert named["policy_in_use"] == expected_policy(state, CLASSES)["policy_in_use"]
    reporting = dict(status["usage_reporting"])
    assert reporting.pop("reporting_push_interval").startswith(f"{state['interval']}  days State(")
    assert reporting.items() <= expected_reporting(state).items()
    handles = found["license_usage"]["handle"].values()
    assert {handle["entitlement_tag"]: handle["count"] for handle in handles} == {
        use["tag"]: use["count"] for use in state["usage"]
    }
    if has_account(state):
        open_reports = [report["report_id"] for report in state["reports"] if report["state"] == "OPEN"]
        assert [handle["measurements"]["entitlement"]["current_report"] for handle in handles] == open_reports
    statistics = found["communication_statistics"]
    hello = state["communication"]["Hello Message"]
    if not device.layout.telemetry:  # what follows it in later releases, the parser writes over it
        assert statistics["hello_message"]["attempts"] == f"Total={hello['total']}, Success=0, Fail={hello['fail']}"
    assert statistics["usage_reporting"]["last_response"] == "<none>"
    summary = found["usage_report_summary"]
    assert summary["total"] == state["rum"]["total"]
    assert summary["in_storage"] == state["rum"]["in_storage"]
    assert summary["total_acknowledged_received"] == state["rum"]["acknowledged"]
    assert found["other_info"]["overall_trust"] == ("INSTALLED (2)" if state["trust"] else "No ID")
    assert found["other_info"]["agent_state"] == "authorized"


def test_small_shows(device: MockDevice, state: State) -> None:
    summary = read(device, "show license summary")
    assert {row["license"]: int(row["count"]) for row in summary["license_usage"].values()} == {
        use["name"]: use["count"] for use in state["usage"]
    }
    assert summary.get("account_information") == (expected_account(state) if has_account(state) else None)
    usage = read(device, "show license usage")["license_name"]
    assert {row["feature_name"]: (row["count"], row["status"]) for row in usage.values()} == {
        use["name"]: (use["count"], "IN USE") for use in state["usage"]
    }
    udi = read(device, "show license udi")
    assert udi["udi_details"] == expected_units(state)["active"]
    assert udi.get("ha_udi_list", expected_units(state)) == expected_units(state)
    authorization = read(device, "show license authorization", ShowLicenseAuthorization)
    assert state["units"][0]["sn"] in str(authorization)


def test_history_and_events(device: MockDevice, state: State) -> None:
    history = read(device, "show license history message")
    imported = {kind for kind, text in history["import_message_history"].items() if text == "Import Message 1"}
    assert imported == {kind.lower().replace(" ", "_") for kind in state["history"]}
    assert set(history["message_history"].values()) == {"No past history"}
    events = read(device, "show license eventlog", show_license.ShowLicenseEventlog2)["event_log"]
    used = [event["log_message"] for event in events if "ENDPOINT_USAGE" in event["log_message"]]
    assert {tag for use in state["usage"] if (tag := use["tag"]) in "".join(used)} == {
        use["tag"] for use in state["usage"]
    }


def test_reports(device: MockDevice, state: State) -> None:
    console = Console(device)
    if not console.knows("show license rum id all"):
        assert state["release"] in ("17.3.2a", "17.3.4", "17.6.5", "17.7.1")
        return
    rows = read(device, "show license rum id all")["smart_license_usage_reports"]
    rows = {int(number): (row["state"], row["feature_name"]) for number, row in rows.items()}
    assert rows == {report["report_id"]: (report["state"], report["licence"]) for report in state["reports"]}
    for report in state["reports"]:
        text = console.run(f"show license rum id {report['report_id']} detail")
        detail = show_license.ShowLicenseRumIdDetail(device=GENIE).parse(output=text)
        found = detail["report_id"][str(report["report_id"])]
        assert found["state"] == report["state"]
        assert found["feature_name"] == report["licence"]
        assert found["start_time"] == shown(report["start"])
        assert found["storage_state"] == ("EXIST" if report["stored"] else "DELETED")
        if report["end"] is not None:
            assert found["end_time"] == shown(report["end"])


def test_system_shows(device: MockDevice, state: State) -> None:
    version = read(device, "show version")["version"]
    assert version["version"] == state["release"]
    assert version["hostname"] == state["hostname"]
    assert version["air_license_level"] == state["level"]
    assert version["next_reload_air_license_level"] == state["next_level"]
    assert version["chassis_sn"] == state["units"][0]["sn"]
    for command in ("show chassis", "show chassis rmi"):
        chassis = read(device, command)["chassis_index"].values()
        assert [(unit["role"], unit["current_state"]) for unit in chassis] == [
            (unit["role"], "Ready") for unit in state["units"]
        ]
    slots = read(device, "show redundancy")["slot"].values()
    assert [slot["curr_sw_state"] for slot in slots] == ["ACTIVE", "STANDBY HOT"][: len(state["units"])]
    states = read(device, "show redundancy states")
    assert states["peer_state"] == ("8  -STANDBY HOT" if len(state["units"]) > 1 else "1  -DISABLED")
    assert read(device, "show ap summary")["ap_neighbor_count"] == state["aps"]
    # The parser keeps one chassis per PID: the last.
    inventory = read(device, "show inventory")["main"]["chassis"]
    assert [item["sn"] for item in inventory.values()] == [state["units"][-1]["sn"]]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("release", ["17.3.4", "17.9.5", "17.18.1"])
def test_transports(release: str, transport: str) -> None:
    device = make_device(
        release=release, transport=transport, cslu_url="http://192.0.2.9:8182/cslu/v1/pi", aps=3, level="essentials"
    )
    for command in ("show license status", "show license all"):
        found = read(device, command)
        found = found.get("smart_licensing_status", found)
        assert found["transport"].items() >= TRANSPORTS[transport].items()
    assert (
        read(device, "show license tech support")["smart_licensing_status"]["transport"]["type"]
        == (TRANSPORTS[transport]["type"])
    )


@pytest.mark.parametrize(
    ("platform", "chassis"),
    [
        ("C9800-CL", "C9800-CL"),
        ("C9800-40", "C9800-40-K9"),
        ("C9800-80", "C9800-80-K9"),
        ("C9800-L", "C9800-L-F-K9"),
        ("EWC-AP", "C9120AXE-E"),
    ],
)
def test_platforms(platform: str, chassis: str) -> None:
    device = make_device(platform=platform, aps=1)
    version = read(device, "show version")["version"]
    assert version["chassis"] == chassis
    assert version["os"] == "IOS-XE"
    assert version["system_image"].endswith(":packages.conf")


def test_classic_licensing() -> None:
    device = make_device(release="17.3.1", aps=4)
    status = read(device, "show license status")
    assert "smart_licensing_using_policy" not in status
