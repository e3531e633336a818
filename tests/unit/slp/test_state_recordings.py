# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""States of real devices: the recordings of other people under ../shared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError, SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState, build_state

OUTPUTS = Path(__file__).resolve().parents[4] / "shared" / "device-outputs"
UDI = "UDI: PID:C9800-40-K9,SN:TTM0000A001\n"
CUT = {"c9300-48u_cslu_truncated_17.18.2.txt", "c9300_filter-inc-cert.txt"}

pytestmark = pytest.mark.skipif(not OUTPUTS.is_dir(), reason=f"no device outputs at {OUTPUTS}")


def names(folder: str) -> list[str]:
    return sorted(path.name for path in (OUTPUTS / folder).glob("*.txt"))


def text_of(folder: str, name: str) -> str:
    return (OUTPUTS / folder / name).read_text(encoding="utf-8")


def state_of(folder: str, name: str) -> LicenseState:
    return build_state({folder.replace("_", " "): text_of(folder, name)})


@pytest.mark.parametrize("name", [name for name in names("show_license_tech_support") if name not in CUT])
def test_tech_support_gives_a_whole_state(name: str) -> None:
    state = state_of("show_license_tech_support", name)
    assert state.is_controller is False  # switches all of them, though two list AIR licences
    assert state.transport is not None
    assert state.transport.type in name
    assert len(state.units) == (2 if "dualsup" in name else int(name.partition("-stack")[2][:1] or 1))
    assert state.trust_complete is (("trust-none" not in name and "trust-" in name) or "policyV2" in name)
    assert (state.agent_version or "").startswith(name.partition("_agent-")[2].removesuffix(".txt"))
    assert state.usage
    assert state.reporting is not None
    assert (state.policy is not None and state.policy.flexible is not None) is ("policyV2" in name)


@pytest.mark.parametrize("name", sorted(CUT))
def test_a_cut_tech_support_is_refused(name: str) -> None:
    with pytest.raises(ParseError, match="not complete"):
        state_of("show_license_tech_support", name)


@pytest.mark.parametrize("name", names("show_license_all"))
def test_show_license_all_cut_after_any_line_is_refused_or_whole(name: str) -> None:
    text = text_of("show_license_all", name)
    whole = build_state({"show license all": text})
    lines = text.splitlines()
    complete = 0
    for length in range(1, len(lines)):
        try:
            state = build_state({"show license all": "\n".join(lines[:length])})
        except SlpError:
            continue
        complete += 1
        assert (state.rum, state.usage, state.units, state.policy) == (
            whole.rum,
            whole.usage,
            whole.units,
            whole.policy,
        )
    assert complete < 12  # the lines behind the report counters


@pytest.mark.parametrize(
    ("name", "platform"),
    [("c9800-cl_17.7.1", "C9800-40"), ("c9800-l-c_ha_17.19", "C9800-40"), ("ewc-c9124axe_17.6", "EWC-AP")],
)
def test_show_version_of_a_controller(name: str, platform: str) -> None:
    (expectation,) = (OUTPUTS / "show_version").glob(f"{name}*.json")
    expected = json.loads(expectation.read_text(encoding="utf-8"))["version"]
    state = build_state({"show version": text_of("show_version", f"{name}.txt"), "show license udi": UDI})
    assert (state.hostname, state.air_level) == (expected["hostname"], expected["air_license_level"])
    assert state.release is not None
    assert state.release.train == tuple(int(part) for part in expected["version_short"].split("."))
    assert (state.platform, state.is_controller) == (platform, True)


def test_pairs_of_controllers() -> None:
    for folder, command in (("show_chassis", "show chassis"), ("show_chassis_rmi", "show chassis rmi")):
        for name in names(folder):
            ha = build_state({command: text_of(folder, name), "show license udi": UDI}).ha
            assert ha is not None
            assert sorted(member.role for member in ha.members) == ["active", "standby"]
            assert {member.state for member in ha.members} == {"Ready"}
    name = "c9800-cl-ha_gateway-monitoring.txt"
    outputs = {"show redundancy states": text_of("show_redundancy_states", name), "show license udi": UDI}
    ha = build_state(outputs).ha
    assert ha is not None
    assert (ha.mode, ha.my_state, ha.peer_state, ha.communications) == ("Duplex", "ACTIVE", "STANDBY HOT", "Up")
