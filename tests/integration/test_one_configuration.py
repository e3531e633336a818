# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One configuration: what is written by a data model is what CLI, NETCONF and RESTCONF read afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp import ways, yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import CallHomeProfile, Configuration
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.plugin_utils.device.cli_controller import CliController
from ansible_collections.c9800.slp.plugins.plugin_utils.device.model_driver import ModelDriver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.netconf_driver import NetconfDriver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.netmiko_driver import NetmikoDriver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.rest_driver import RestDriver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import (
    Endpoint,
    HostKeyPolicy,
    LoginSettings,
    RestSettings,
)

from tests.integration.conftest import World, worlds

RELEASES = ("17.4.1", "17.9.5", "17.15.3")
TAC = CallHomeProfile(name="CiscoTAC-1", active=True, http=True, licensing=True)
RESTING = CallHomeProfile(name="CiscoTAC-1", http=True)
GATEWAY = CallHomeProfile(name="Gateway", active=True, http=True, licensing=True, urls=("https://tg.example/x",))

# In this order, each from what the one before has left.
STEPS: tuple[dict[str, Any], ...] = (
    {"transport": "cslu", "url_cslu": "http://cslu.example.net:8182/cslu/v1/pi", "interval": 7, "tag1": "a-b"},
    {"tag1": None, "tag3": "north", "interval": 365, "privacy_hostname": True, "privacy_version": True},
    {"transport": "smart", "url_cslu": None, "url_default": True, "privacy_version": False},
    {"url_default": False, "url_smart": "https://sr.example.net/licservice/license"},
    {
        "transport": "callhome",
        "url_smart": None,
        "service_call_home": True,
        "call_home_contact": "sch-smart-licensing@cisco.com",
        "call_home_profiles": (TAC,),
        "http_proxy": "proxy.example",
        "http_proxy_port": 3128,
    },
    {"http_proxy": "other.example", "http_proxy_port": 80, "call_home_privacy": True},
    {"http_proxy": None, "http_proxy_port": None, "call_home_profiles": (RESTING, GATEWAY)},
    {"transport": "off", "interval": None, "tag3": None, "service_call_home": False, "call_home_profiles": (TAC,)},
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with worlds(tmp_path_factory.mktemp("one-configuration")) as start:
        yield start(
            [
                {
                    "name": f"{way}-{release}",
                    "serial": f"9SIM00C{number}{index:02}",
                    "release": release,
                    "services": ["netconf", "restconf"],
                }
                for number, way in enumerate(("netconf", "restconf"))
                for index, release in enumerate(RELEASES)
            ]
        )


class Device:
    """Three logins to one device."""

    def __init__(self, world: World, name: str, stack: ExitStack) -> None:
        facts = next(device for device in world.facts["devices"] if device["name"] == name)
        user, password = facts["username"], facts["password"]

        def login(port: int) -> LoginSettings:
            return LoginSettings(
                name=name,
                device=Endpoint(host="127.0.0.1", port=port, user=user, password=password),
                host_key_policy=HostKeyPolicy.STRICT,
                known_hosts_file=world.facts["known_hosts"],
            )

        rest = RestSettings(
            name=name,
            host="127.0.0.1",
            port=facts["https_port"],
            user=user,
            password=password,
            ca_path=world.facts["ca"],
        )
        self.release = Release.parse(facts["release"])
        self.cli = CliController(stack.enter_context(NetmikoDriver(login(facts["port"]))))
        self.models: dict[str, ModelDriver] = {
            "netconf": stack.enter_context(NetconfDriver(login(facts["netconf_port"]))),
            "restconf": stack.enter_context(RestDriver(rest)),
        }

    def by_model(self, way: str) -> Configuration:
        return yang.configuration_from_yang(self.models[way].read(yang.requests.read_configuration()))

    def write(self, way: str, wanted: dict[str, Any]) -> set[str]:
        """The keys that had to be changed."""
        here = self.by_model(way)
        settings = {key: (getattr(here, key), value) for key, value in wanted.items() if getattr(here, key) != value}
        self.models[way].edit(yang.requests.edits(settings, release=self.release, current=here))
        return set(settings)


@pytest.mark.parametrize("way", ["netconf", "restconf"])
@pytest.mark.parametrize("release", RELEASES)
def test_what_one_way_writes_all_ways_read(world: World, way: str, release: str) -> None:
    keys = ways.keys_of(way, Release.parse(release))
    wanted: dict[str, Any] = {}
    with ExitStack() as stack:
        device = Device(world, f"{way}-{release}", stack)
        for step in STEPS:
            wanted |= step
            assert device.write(way, step)
            seen = {"cli": device.cli.configuration(), **{name: device.by_model(name) for name in device.models}}
            for name, configuration in seen.items():
                found = {key: getattr(configuration, key) for key in wanted}
                assert (step, name, found) == (step, name, wanted)
            others = {name: {key: getattr(one, key) for key in keys} for name, one in seen.items()}
            assert others["netconf"] == others["restconf"] == others["cli"]
            assert device.write(way, step) == set()  # nothing is left to be done
