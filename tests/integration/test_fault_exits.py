# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that is reached by one VRF or one interface only: what is said where it is the wrong one, and before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .fault_tools import AWAY, CSLU, device, judged
from .lab import Lab, changed, failures

LOST = (
    AWAY,
    f"CSLU at {CSLU}: Communications failure",
    r"source interface and VRF as well \(slp_source_interface, slp",
)
ABSENT = "Set {} to one that it has"
Settings = dict[str, Any]

# What the device needs, what the inventory says, the words of the failure, and what the inventory should say.
EXITS: dict[str, tuple[Settings, Settings, tuple[str, ...], Settings]] = {
    "global": ({"outside_vrf": ""}, {}, (), {}),
    "vrf": ({"outside_vrf": "Mgmt-intf"}, {"slp_vrf": "Mgmt-intf"}, (), {"slp_vrf": "Mgmt-intf"}),
    "no-vrf": ({"outside_vrf": "Mgmt-intf"}, {}, LOST, {"slp_vrf": "Mgmt-intf"}),
    "other-vrf": ({"outside_vrf": "Wan"}, {"slp_vrf": "Mgmt-intf"}, LOST, {"slp_vrf": "Wan"}),
    "needless-vrf": ({"outside_vrf": ""}, {"slp_vrf": "Mgmt-intf"}, LOST, {}),
    "absent-vrf": (
        {"outside_vrf": "Wan"},
        {"slp_vrf": "wan"},
        ("refused: the device has no VRF wan; it has Mgmt-intf, Wan", ABSENT.format("slp_vrf")),
        {"slp_vrf": "Wan"},
    ),
    "no-interface": ({"outside_interface": "Vlan10"}, {}, LOST, {"slp_source_interface": "vlan 10"}),
    "other-interface": (
        {"outside_interface": "Vlan10"},
        {"slp_source_interface": "Vlan1"},
        LOST,
        {"slp_source_interface": "Vlan10"},
    ),
    "absent-interface": (
        {"outside_interface": "Vlan10"},
        {"slp_source_interface": "Vlan100"},
        ("refused: the device has no interface Vlan100", ABSENT.format("slp_source_interface")),
        {"slp_source_interface": "Vlan10"},
    ),
}


def test_onboarding_by_the_wrong_exit(make_lab: Callable[..., Lab]) -> None:
    """cli.md 1.1, 1.4, 4: COMM_FAILED names neither; what is not there at all is refused before anything is typed."""
    devices = [
        device(name, number, **needs, variables={"slp_cslu_url": CSLU})
        for number, (name, (needs, *_more)) in enumerate(EXITS.items(), 1)
    ]
    lab = make_lab(*devices, targets=[{"kind": "cslu"}])
    for name, (_needs, given, _words, _right) in EXITS.items():
        lab.control.set_host(name, **given)
    broken = lab.onboard(sync_timeout=30)
    judged(broken, {name: words for name, (_needs, _given, words, _right) in EXITS.items() if words})
    for name in ("absent-vrf", "absent-interface"):
        assert not [line for line in lab.typed(name) if line.startswith(("configure", "license"))], name

    for name, (_needs, _given, _words, right) in EXITS.items():
        lab.control.set_host(name, **right)
    healed = lab.onboard(sync_timeout=30)
    assert healed.code == 0, failures(healed)
    assert [changed(healed, name) for name in ("global", "vrf")] == [[], []]
    assert {one["outcome"] for one in healed.results("Have the devices report").values()} <= {"already", "pending"}
    for name in EXITS:
        assert lab.world.device(name)["last_ack"], name
