# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One state, whichever the way in: CLI, NETCONF and RESTCONF say the same of a device, as far as each can tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.audit import Verdict, audit
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.plugin_utils.device.gather import gather
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

RELEASES = ("17.3.4", "17.4.1", "17.5.1", "17.6.5", "17.7.1", "17.9.5", "17.12.4", "17.15.3", "17.18.2")
FORMS: dict[str, dict[str, Any]] = {
    "alone": {"platform": "C9800-CL", "aps": 12, "waiting_reports": 3, "cslu_url": "http://192.0.2.9:8182/cslu/v1/pi"},
    "idle": {"platform": "C9800-L", "transport": "off"},
    "pair": {"platform": "C9800-40", "standby": True, "aps": 3, "transport": "smart"},
    "trusted": {"platform": "C9800-80", "standby": True, "aps": 3, "transport": "callhome", "factory_trust": True},
    "ewc": {"platform": "EWC-AP", "aps": 5, "zone": "CET", "zone_minutes": 60},
}
NAMES = [f"{form}-{release}" for form in FORMS for release in RELEASES]

# What a terminal prints and no model has, beside yang.UNTOLD: words of the CLI, and details of what a model has.
DETAILS = {
    "policy.in_use",
    "policy.perpetual.origin",
    "policy.subscription.origin",
    "policy.enforced.origin",
    "policy.export.origin",
    "transport.ip_mode",
    "transport.trust_point",
    "privacy.sends_hostname",
    "privacy.callhome_hostname",
    "usage.status",
    "usage.license_type",
    "usage.enforcement",
    "usage.export_status",
    "usage.version",
    "usage.feature",
    "usage.feature_description",
    "usage.report_id",
    "usage.authorized",
    "usage.out_of_compliance",
    "units.trust.kind",
    "units.trust.valid_from",
    "units.trust.attributes",
    "units.trust.trust_id",
    "ha.mode",
    "ha.configured_mode",
    "ha.communications",
    "ha.members.rmi_ip",
    "reporting_mode",
    "enforcement_state",
    "reservation",
    "telemetry",
    "communication_level",
}
# Not in the models of older releases (yang.md 2.1): trust codes, the transports cslu and off; policy and ACK. While
# there is no trust code at all, 17.4 cannot be told from a model without trust codes.
LATER = {
    "17.4.1": {"transport.type", "transport.cslu_url"},
    "17.5.1": {"policy", "reporting", "units.trust", "units.authorization"},
}


@dataclass(frozen=True)
class Way:
    """The states of one device by CLI, NETCONF and RESTCONF."""

    release: Release
    cli: LicenseState
    netconf: LicenseState
    restconf: LicenseState


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with worlds(tmp_path_factory.mktemp("one-state")) as start:
        yield start([_device(name, number) for number, name in enumerate(NAMES)])


def _device(name: str, number: int) -> dict[str, Any]:
    form, _dash, release = name.partition("-")
    device = {**FORMS[form], "name": name, "serial": f"9SIM00A{number:04}", "release": release}
    if device.pop("standby", False):
        device["standby_serial"] = f"9SIM00B{number:04}"
    if device.get("factory_trust") and not Release.parse(release).ack_trust:
        del device["factory_trust"]  # not before 17.7.1
    return {**device, "services": ["netconf", "restconf"]}


def _states(world: World, name: str) -> Way:
    facts = next(device for device in world.facts["devices"] if device["name"] == name)
    user, password = facts["username"], facts["password"]
    login = LoginSettings(
        name=name,
        device=Endpoint(host="127.0.0.1", port=facts["port"], user=user, password=password),
        host_key_policy=HostKeyPolicy.STRICT,
        known_hosts_file=world.facts["known_hosts"],
    )
    with NetmikoDriver(login) as driver:
        cli = gather(driver, extra=["show license tech support"])  # the only one that prints whole tags
    model = replace(login, device=replace(login.device, port=facts["netconf_port"]))
    with NetconfDriver(model) as driver:
        netconf = yang.state_from_yang(driver.read(yang.requests.read_state()), host=name)
    rest = RestSettings(
        name=name,
        host="127.0.0.1",
        port=facts["https_port"],
        user=user,
        password=password,
        ca_path=world.facts["ca"],
    )
    with RestDriver(rest) as driver:
        restconf = yang.state_from_yang(driver.read(yang.requests.read_state()), host=name)
    return Way(Release.parse(facts["release"]), cli, netconf, restconf)


@pytest.fixture(scope="module", params=NAMES)
def way(request: pytest.FixtureRequest, world: World) -> Way:
    return _states(world, request.param)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """Where each value stands (without and with the places in lists), and the value."""
    if isinstance(value, dict):
        for key, item in value.items():
            for general, exact, leaf in leaves(item):
                yield f"{key}.{general}".rstrip("."), f"{key}.{exact}".rstrip("."), leaf
    elif isinstance(value, list):
        for number, item in enumerate(value):
            for general, exact, leaf in leaves(item):
                yield general, f"{number}.{exact}".rstrip("."), leaf
        if not value:
            yield "", "", []
    else:
        yield path, path, value


def below(path: str, names: set[str]) -> bool:
    return any(path == name or path.startswith(f"{name}.") for name in names)


OWN = {"untold", "clock", "trust_complete"}  # of the source; moving; made of others


def test_what_the_models_tell_is_what_the_terminal_tells(way: Way) -> None:
    cli = {exact: value for _general, exact, value in leaves(way.cli.as_dict())}
    told = [(exact, value) for general, exact, value in leaves(way.netconf.as_dict()) if general not in OWN]
    differing = {exact: (value, cli.get(exact)) for exact, value in told if value not in (None, cli.get(exact))}
    assert differing == {}


def test_what_the_models_do_not_tell_is_none_and_named(way: Way) -> None:
    netconf = {exact: value for _general, exact, value in leaves(way.netconf.as_dict())}
    allowed = DETAILS | set(yang.UNTOLD)
    for release, names in LATER.items():
        if way.release < Release.parse(release):
            allowed |= names
    missing = {
        general
        for general, exact, value in leaves(way.cli.as_dict())
        if value is not None and netconf.get(exact) is None and general not in OWN
    }
    assert {path for path in missing if not below(path, allowed)} == set()


def test_both_protocols_tell_the_same(way: Way) -> None:
    assert replace(way.netconf, clock=None) == replace(way.restconf, clock=None)


@pytest.mark.parametrize("topology", ["cslu_push", "direct_smart", "direct_smart_proxy", "offline", "onprem_pull"])
def test_an_audit_by_the_models_raises_no_alarm_of_its_own(way: Way, topology: str) -> None:
    now = datetime.now(UTC)
    cli, model = (audit(state, topology=topology, now=now) for state in (way.cli, way.netconf))
    ours, theirs = ({f.code for f in one.findings if f.severity != "info"} for one in (model, cli))
    assert ours <= theirs
    # Whether a report has left, no model tells; of 17.3 and 17.4 not even whether an ACK has come.
    assert model.verdict in (cli.verdict, Verdict.UNKNOWN) or cli.verdict is Verdict.NEVER_REPORTED


def test_the_clocks_agree(way: Way) -> None:
    moments = [state.clock.utc for state in (way.cli, way.netconf, way.restconf) if state.clock and state.clock.utc]
    assert len(moments) == 3
    assert (max(moments) - min(moments)).total_seconds() < 30
