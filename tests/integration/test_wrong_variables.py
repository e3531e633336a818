# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that are wrong: one line for each host, which says what to set, before any host is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from .conftest import Control, World

ONPREM = {"slp_topology": "onprem_push"}
NOWHERE = "{{ vault_of_nobody }}"
UNRESOLVED = ("cannot be resolved ('vault_of_nobody' is undefined", "Define what it refers to")
USER = {"slp_topology": "cslu_pull", "slp_collector_user": "cslu"}

# What is wrong -> the variables, what the line says. Every host of the world has one of them.
WRONG: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "no-topology": ({}, ("slp_topology is not set", "Set it to the id of a topology")),
    "topology-of-nobody": ({"slp_topology": NOWHERE}, ("slp_topology is not set for this host, or not resolvable",)),
    "typo": ({"slp_topology": "onprem_psh"}, ("topology", "onprem_push", "onprem_psh")),
    "no-scheme": (
        ONPREM | {"slp_url": "onprem.example.com/cslu/v1/pi/w-1"},
        ("is not the URL", "https://{host}/cslu/v1/pi/{tenant}", "slp_url"),
    ),
    "http-direct": (
        {"slp_topology": "direct_smart", "slp_url": "http://smartreceiver.cisco.com/licservice/license"},
        ("is not the URL", "https://smartreceiver", "slp_url"),
    ),
    "number-for-a-url": ({"slp_topology": "cslu_push", "slp_url": 5}, ("5 is not the URL", "slp_url")),
    "no-url": (ONPREM, ("needs a URL", "Set slp_url")),
    "url-of-nobody": (ONPREM | {"slp_url": NOWHERE}, ("slp_url", *UNRESOLVED)),
    "vrf-of-nobody": ({"slp_topology": "cslu_push", "slp_vrf": NOWHERE}, ("slp_vrf", *UNRESOLVED)),
    "password-of-nobody": (USER | {"slp_collector_password": NOWHERE}, ("slp_collector_password", *UNRESOLVED)),
    "token-of-nobody": ({"slp_topology": "direct_smart", "slp_id_token": NOWHERE}, ("slp_id_token", *UNRESOLVED)),
    "no-password": (USER, ("no password is given", "slp_collector_password")),
    "no-proxy": ({"slp_topology": "direct_smart_proxy"}, ("needs a proxy", "slp_proxy_address and slp_proxy_port")),
    "proxy-in-vain": (
        {"slp_topology": "offline", "slp_proxy_address": "p.example.com", "slp_proxy_port": 3128},
        ("has no effect", "Leave it out (slp_proxy_address)"),
    ),
    "vrf-in-vain": ({"slp_topology": "offline", "slp_vrf": "Mgmt-intf"}, ("has no effect", "slp_vrf")),
    "words-for-a-number": ({"slp_topology": "cslu_push", "slp_interval": "weekly"}, ("interval", "int")),
    "interval": ({"slp_topology": "cslu_push", "slp_interval": 4000}, ("4000", "1 to 3650 days (slp_interval)")),
    "tag-with-blanks": ({"slp_topology": "offline", "slp_customer_tags": ["a b"]}, ("customer_tags", "no blanks")),
    "five-tags": ({"slp_topology": "offline", "slp_customer_tags": list("abcde")}, ("customer_tags", "keeps four")),
    "long-tag": ({"slp_topology": "offline", "slp_customer_tags": ["x" * 128]}, ("customer_tags", "1 to 127")),
    "access": ({"slp_topology": "cslu_pull", "slp_access": "gnmi"}, ("access", "netconf, restconf, rest", "gnmi")),
}


@pytest.mark.slow
def test_wrong_variables_are_told_before_any_host_is_changed(
    start_world: Callable[..., World], make_control: Callable[[str], Control]
) -> None:
    """They are told one by one; who has none is onboarded."""
    fleet = [
        {"name": name, "serial": f"9SIM0005{number:03d}", "transport": "smart", "model_driven": False}
        for number, name in enumerate([*WRONG, "right"])
    ]
    world, control = start_world(fleet), make_control("inside")
    control.use_mock_fleet(world)
    before = {name: world.device(name)["config"] for name in WRONG}
    # The inventory of the mock targets sets the topology of each host, so that this one is an inventory of its own.
    ports = {device["name"]: device for device in world.facts["devices"]}
    own = {**{name: variables for name, (variables, _says) in WRONG.items()}, "right": {"slp_topology": "offline"}}
    login = {
        "ansible_connection": "c9800.slp.cli",
        "ansible_host": "127.0.0.1",
        "ansible_slp_known_hosts_file": world.facts["known_hosts"],
    }
    hosts = {
        name: {
            "ansible_port": ports[name]["port"],
            "ansible_user": ports[name]["username"],
            "ansible_password": ports[name]["password"],
            **login,
            **variables,
        }
        for name, variables in own.items()
    }
    control.inventory = control.directory / "hosts.yml"
    control.inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
    book = control.directory / "book.yml"
    roles = ["c9800.slp.preflight", "c9800.slp.configure"]
    book.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "roles": roles}]))
    done = control.play(str(book))
    assert done.code == 2, done.output
    told = {
        host: result["msg"]
        for task in ("Say what stands against a topology before anything is changed", "Fail where something refuses")
        for host, result in done.results(task).items()
        if result.get("failed")
    }
    assert told.keys() == WRONG.keys(), done.output
    for name, (_variables, says) in WRONG.items():
        assert not [part for part in says if part not in told[name]], (name, told[name])
        assert "\n" not in told[name], (name, told[name])
    assert list(done.results("Bring the device to what its topology wants")) == ["right"]
    assert {name: world.device(name)["config"] for name in WRONG} == before
    assert world.device("right")["config"]["transport"] == "off"
