# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuring simulated controllers over real SSH: every topology, every change between two, and failures."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.air import AirLevel
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import Change, Configuration
from ansible_collections.c9800.slp.plugins.module_utils.slp.desired import Settings, wanted
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    CommandError,
    ConnectionLost,
    DeviceError,
    SlpError,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.preflight import Plans, refused
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES, find
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import RpcError
from ansible_collections.c9800.slp.plugins.plugin_utils.device import model_driver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.air_level import air_level
from ansible_collections.c9800.slp.plugins.plugin_utils.device.cli_controller import CliController
from ansible_collections.c9800.slp.plugins.plugin_utils.device.configure import Configured, configure
from ansible_collections.c9800.slp.plugins.plugin_utils.device.controller import Controller
from ansible_collections.c9800.slp.plugins.plugin_utils.device.netmiko_driver import NetmikoDriver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.preflight import Order, check
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import LoginSettings
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import users
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.clock import Clock
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import Pki
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.spec import DeviceSpec

from .served import Served, serving

CSLU = "http://cslu.example.com:8182/cslu/v1/pi"
ONPREM = "https://onprem.example.com/cslu/v1/pi/wireless-1"
GATEWAY = "https://gateway.example.com/Transportgateway/services/DeviceRequestHandler"
PASSWORD = "Collect0r-Sim"
PROXY = {"proxy_address": "proxy.example.com", "proxy_port": 3128}
USER = {"collector_user": "cslu", "collector_password": PASSWORD}
SETTINGS: dict[str, dict[str, Any]] = {
    "direct_smart": {"vrf": "Mgmt-intf"},
    "direct_smart_proxy": PROXY,
    "direct_callhome": {},
    "direct_callhome_proxy": PROXY,
    "cslu_push": {"url": CSLU, **PROXY},
    "cslu_pull": {"access": ("netconf",), **USER},
    "cslu_offline_push": {"url": CSLU},
    "cslu_offline_pull": {"access": ("restconf",), **USER},
    "catalyst_center": USER,
    "offline": {},
    "onprem_push": {"url": ONPREM, "vrf": "Mgmt-intf"},
    "onprem_pull": {"access": ("rest",), **USER},
    "onprem_offline": {"url": ONPREM},
}


def order(topology: str, *, plans: dict[str, Any] | None = None, **options: Any) -> Order:
    chosen = {name: options.pop(name) for name in ("save", "rollback") if name in options}
    return Order(
        row=find(topology),
        settings=Settings(**SETTINGS[topology] | options),
        plans=Plans(**plans or {}),
        **chosen,
    )


@dataclass
class Box(Served):
    """What ``configure`` makes of it."""

    logins: int = 0
    wrap: Callable[[CliController], Controller] = field(default=lambda controller: controller)

    @contextmanager
    def login(self) -> Iterator[Controller]:
        self.logins += 1
        with NetmikoDriver(self.settings) as driver:
            yield self.wrap(CliController(driver, user=self.settings.device.user))

    def configure(self, topology: str, *, check: bool = False, **options: Any) -> Configured:
        with self.login() as controller:
            return configure(controller, order(topology, **options), check=check, again=self.login)

    def configuration(self) -> Configuration:
        with self.login() as controller:
            return controller.configuration()

    def running(self) -> str:
        return "\n".join(self.device.config.lines())


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Callable[..., Box]]:
    with serving(tmp_path) as serve:

        def make(**spec: Any) -> Box:
            values = {"name": "wlc1", "serial": "TTM0000A001", "aps": 3}
            one = serve(MockDevice(DeviceSpec(**values | spec), Clock(), Pki.create()))
            return Box(one.device, one.shared, one.settings)

        yield make


@pytest.mark.parametrize("release", ["17.9.5", "17.15.3"])
@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_every_topology_once_and_not_twice(box: Callable[..., Box], topology: str, release: str) -> None:
    one = box(release=release, transport="smart" if topology != "direct_smart" else "off")
    first = one.configure(topology)
    assert first.change, "the device was in another topology"
    assert first.saved
    assert one.device.config_saved()
    with one.login() as controller:
        state = controller.state()
        now = controller.configuration()
    assert state.transport is not None
    assert state.transport.type in find(topology).desired.transports
    assert now == wanted(find(topology), order(topology).settings, now)
    typed = len(one.typed())
    second = one.configure(topology)
    assert not second.change
    assert not second.saved
    assert not [line for line in one.typed()[typed:] if line.startswith(("conf", "copy", "license", "write"))]


def test_what_the_reference_shows_for_call_home(box: Callable[..., Box]) -> None:
    """cli.md 5.5, 5.6: the block, the service, and exactly one profile that reports."""
    one = box()
    one.configure("direct_callhome_proxy", url=GATEWAY, proxy_address=None, proxy_port=None)
    home = one.device.config.section.at("call-home")
    assert home.at('profile "slp-gateway"').has("active")
    assert home.at('profile "slp-gateway"').has(f"destination address http {GATEWAY}")
    assert home.at('profile "CiscoTAC-1"').has("no reporting smart-licensing-data")
    one.configure("direct_callhome_proxy")
    assert one.device.config.section.at("call-home").has('http-proxy "proxy.example.com" port 3128')
    assert [entry.name for entry in one.configuration().call_home_profiles if entry.licensing] == ["CiscoTAC-1"]
    assert "slp-gateway" not in one.running()


def test_no_change_of_topology_leaves_anything_behind(box: Callable[..., Box]) -> None:
    """cli.md 5.14.2. What a device looks like hangs on where it is, not on where it came from."""
    one = box()
    ours = ("transport", "url", "url_default", "url_smart", "url_cslu", "proxy_address", "proxy_port", "vrf")
    ours += ("http_proxy", "http_proxy_port", "call_home_profiles")
    fresh: dict[str, Configuration] = {}
    for topology in TOPOLOGIES:
        one.configure("offline", save=False)
        one.configure(topology, save=False)
        fresh[topology] = one.configuration()
    for before, after in itertools.permutations(TOPOLOGIES, 2):
        one.configure(before, save=False)
        one.configure(after, save=False)
        with one.login() as controller:
            now = controller.configuration()
        row = find(after)
        for key in ours:
            if key == "transport" and not order(after).settings.url_for(row):
                assert now.transport in row.desired.transports, (before, after)
                continue
            assert getattr(now, key) == getattr(fresh[after], key), (before, after, key)


def test_check_mode_tells_and_touches_nothing(box: Callable[..., Box]) -> None:
    one = box()
    before = one.running()
    told = one.configure("cslu_pull", check=True)
    assert told.change.settings["netconf"] == (False, True)
    assert not told.saved
    assert one.running() == before
    assert not [line for line in one.typed() if line.startswith("conf")]
    assert one.configure("cslu_pull").change.lines == told.change.lines


def test_diff_and_result_hide_the_password(box: Callable[..., Box]) -> None:
    one = box()
    done = one.configure("cslu_pull")
    assert f"username cslu privilege 15 secret 0 {PASSWORD}" in done.change.lines
    shown = repr(done) + str(done.change.as_diff()) + str(done.change.as_dict()) + "".join(done.change.masked())
    assert PASSWORD not in shown
    assert "password of cslu: ********" in done.change.as_diff()["after"]
    assert not one.configure("cslu_pull").change, "the user is there"
    assert one.configure("cslu_pull", update_password=True).change.passwords == {"cslu": PASSWORD}


def test_the_new_user_can_log_in(box: Callable[..., Box]) -> None:
    one = box()
    one.configure("cslu_pull")
    assert users.privilege(one.device, "cslu", PASSWORD) == 15
    assert users.privilege(one.device, "cslu", "wrong") is None


def test_a_user_that_is_there_gets_the_privilege_and_keeps_the_password(box: Callable[..., Box]) -> None:
    one = box()
    with NetmikoDriver(one.settings) as driver:
        driver.configure(["username cslu privilege 1 secret 0 Another-1-Sim"])
    change = one.configure("cslu_pull").change
    assert (change.settings["users"][1]["cslu"], dict(change.passwords)) == (15, {})
    assert users.privilege(one.device, "cslu", "Another-1-Sim") == 15
    assert one.configure("cslu_pull", update_password=True).change.passwords
    assert users.privilege(one.device, "cslu", PASSWORD) == 15
    assert users.privilege(one.device, "cslu", "Another-1-Sim") is None


def test_settings_of_the_device_that_no_topology_owns(box: Callable[..., Box]) -> None:
    one = box()
    extra = {
        "interval": 20,
        "privacy": "all",
        "tags": ("building-1", "floor-2"),
        "revocation_check": "none",
    }
    one.configure("onprem_push", source_interface="vlan 10", **extra)
    now = one.configuration()
    assert (now.interval, now.source_interface, now.trustpoint_revocation) == (20, "Vlan10", "none")
    assert (now.privacy_hostname, now.privacy_version, now.tag1, now.tag2) == (True, True, "building-1", "floor-2")
    assert not one.configure("onprem_push", source_interface="Vlan10", **extra).change
    assert not one.configure("onprem_push").change, "what is not given stays"
    one.configure("onprem_push", privacy="none", tags=())
    now = one.configuration()
    assert (now.privacy_hostname, now.privacy_version, now.tag1, now.tag2) == (False, False, None, None)


def test_a_url_in_force_stays_as_it_is_spelled(box: Callable[..., Box]) -> None:
    """cli.md 1.1, 7.2: default, bare, smart and twin all mean the same."""
    one = box(transport="smart")
    spellings = (
        ["license smart url default"],
        ["license smart url smart https://smartreceiver.cisco.com/licservice/license"],
        ["no license smart url smart", "no license smart url"],
    )
    for lines in spellings:
        with NetmikoDriver(one.settings) as driver:
            driver.configure(lines)
        assert not one.configure("direct_smart", vrf=None, save=False).change, lines


def test_an_existing_aaa_configuration_is_respected(box: Callable[..., Box]) -> None:
    one = box()
    with NetmikoDriver(one.settings) as driver:
        driver.configure(
            ["aaa new-model", "aaa authentication login default group tacacs+ local"],
        )
    done = one.configure("cslu_pull")
    assert not {"aaa_new_model", "aaa_login", "aaa_exec"} & set(done.change.settings)
    assert "aaa" in [finding.code for finding in done.findings]
    assert "aaa authentication login default group tacacs+ local" in one.running()


def test_colleagues_of_other_login_lists_are_not_shut_out(box: Callable[..., Box]) -> None:
    """A local exec list would hold for every line without one of its own, and for who comes there by TACACS."""
    one = box()
    with NetmikoDriver(one.settings) as driver:
        driver.configure(["aaa new-model", "aaa authentication login VTY group tacacs+ local"])
    done = one.configure("cslu_pull")
    assert not {"aaa_login", "aaa_exec"} & set(done.change.settings)
    assert "lists VTY" in next(finding.reason for finding in done.findings if finding.code == "aaa")
    assert "aaa authorization" not in one.running()


def test_a_web_login_with_lists_of_its_own_stays(box: Callable[..., Box]) -> None:
    one = box()
    web = "ip http authentication aaa login-authentication WEB"
    with NetmikoDriver(one.settings) as driver:
        driver.configure(["aaa new-model", "aaa authentication login default group tacacs+ local", web])
    assert "http_authentication" not in one.configure("onprem_pull").change.settings
    assert web in one.running()


def test_who_logs_in_is_not_locked_out(box: Callable[..., Box]) -> None:
    """A login that is no local user ends with ``aaa new-model`` and local lists: refused before anything is touched."""
    one = box()
    before = one.running()
    with one.login() as controller:
        controller.user = "remote.person"  # type: ignore[misc]
        with pytest.raises(DeviceError, match=r"would lock out remote\.person"):
            configure(controller, order("cslu_pull"))
    assert one.running() == before


def test_a_refused_topology_touches_nothing(box: Callable[..., Box]) -> None:
    one = box(release="17.3.2a")
    before = one.running()
    with pytest.raises(DeviceError, match=r"wlc1: refused, nothing was changed: .* needs 17\.3\.3"):
        one.configure("onprem_push")
    with pytest.raises(DeviceError, match=r"behind NAT"):
        box().configure("onprem_pull", plans={"behind_nat": True})
    assert one.running() == before


class Stubborn(CliController):
    """The device does not do the last of what it is told; the session may be lost with it."""

    lose = False

    def apply(self, change: Change) -> str:
        if len(change.lines) > 1 and not any(line.startswith("license smart transport off") for line in change.lines):
            said = super().apply(replace(change, lines=change.lines[:1]))
            if self.lose:
                self.driver.close()
                raise ConnectionLost("the session ended", host=self.host)
            return said
        return super().apply(change)


def wrapped(box_: Box, kind: type[CliController]) -> None:
    box_.wrap = lambda controller: kind(controller.driver, user=controller.user)


class Locked(CliController):
    """As a device answers to the models while somebody else edits."""

    def apply(self, change: Change) -> str:
        error = RpcError("lock-denied", "the configuration database is locked by session 9", locked=True)
        raise model_driver.refused("the configuration", [error], host=self.host)


def test_a_device_that_takes_nothing_is_told_as_such(box: Callable[..., Box]) -> None:
    """The next step is that of the refusal: there is nothing to roll back, and a reload would bring back nothing."""
    one = box(transport="off")
    before = one.running()
    wrapped(one, Locked)
    with pytest.raises(DeviceError) as caught:
        one.configure("cslu_push", proxy_address=None, proxy_port=None)
    assert str(caught.value) == (
        "wlc1: the configuration is refused, and nothing was changed "
        "(the configuration database is locked by session 9). "
        "Another session holds the datastore: see 'show netconf-yang sessions', then run again"
    )
    assert one.running() == before


def test_says_what_is_and_what_should_be(box: Callable[..., Box]) -> None:
    one = box(transport="off")
    wrapped(one, Stubborn)
    with pytest.raises(DeviceError) as caught:
        one.configure("cslu_push", proxy_address=None, proxy_port=None)
    text = str(caught.value)
    assert f"url_cslu is not set and should be {CSLU}" in text
    assert "rollback: true" in text
    assert one.device.licence_config.transport == "cslu", "half of it is there"
    assert not [line for line in one.typed() if line.startswith("copy")], "not saved"


def test_rolls_back_when_it_is_asked_to(box: Callable[..., Box]) -> None:
    one = box(transport="off")
    before = one.running()
    wrapped(one, Stubborn)
    with pytest.raises(DeviceError, match="Everything was rolled back"):
        one.configure("cslu_push", proxy_address=None, proxy_port=None, rollback=True)
    assert one.running() == before


def test_a_refused_command_is_quoted_without_its_secret_and_rolled_back(box: Callable[..., Box]) -> None:
    one = box()
    before = one.running()

    class Typo(CliController):
        def apply(self, change: Change) -> str:
            return super().apply(replace(change, lines=(*change.lines, f"frobnicate secret {PASSWORD}")))

    with one.login() as controller:
        pass
    one.wrap = lambda controller: Typo(controller.driver, user=controller.user)
    with pytest.raises(DeviceError) as caught:
        one.configure("cslu_pull", rollback=True)
    assert PASSWORD not in str(caught.value)
    assert "frobnicate" in str(caught.value)
    assert "Invalid input" in str(caught.value)
    del controller
    assert [line for line in before.splitlines() if "username" in line] == [
        line for line in one.running().splitlines() if "username" in line
    ]


def test_a_lost_session_is_looked_after_by_another(box: Callable[..., Box]) -> None:
    one = box(transport="off")

    class Cut(CliController):
        def apply(self, change: Change) -> str:
            said = super().apply(change)
            if one.logins == 1:
                self.driver.close()
                raise ConnectionLost("the session ended", host=self.host)
            return said

    wrapped(one, Cut)
    done = one.configure("cslu_push")
    assert done.saved
    assert "asked again" in done.note
    assert one.logins == 2


def test_a_password_whose_fate_nothing_shows_is_no_success(box: Callable[..., Box]) -> None:
    """The configuration tells no passwords: after a lost session it looks the same with the old one and the new one."""
    one = box()
    one.configure("cslu_pull")

    class Cut(CliController):
        def apply(self, change: Change) -> str:
            self.driver.close()
            raise ConnectionLost("the session ended", host=self.host)

    wrapped(one, Cut)
    with pytest.raises(DeviceError, match=r"whether the new password of cslu is in force is not known.*run again"):
        one.configure("cslu_pull", update_password=True, collector_password="Another-1-Sim")


class Unkept(CliController):
    """Its NVRAM is full."""

    def save(self) -> None:
        raise CommandError("'copy running-config startup-config' failed", cause="%Error: no space left", host=self.host)


def test_what_is_set_and_not_saved_is_told_with_the_command_that_saves(box: Callable[..., Box]) -> None:
    """The next run finds nothing to change."""
    one = box(transport="off")
    wrapped(one, Unkept)
    told = r"as it should be, but that is not saved .*no space left.* `copy running-config startup-config`"
    with pytest.raises(DeviceError, match=told):
        one.configure("cslu_push")
    with one.login() as controller, pytest.raises(DeviceError, match=told):
        air_level(controller, AirLevel("air-network-essentials"))


class Killed(CliController):
    """Whoever sits at the other end is gone when it comes to saving."""

    def save(self) -> None:
        raise KeyboardInterrupt


def killed_before_saving(one: Box, work: Callable[[], object]) -> None:
    one.wrap = lambda controller: Killed(controller.driver, user=controller.user)
    with pytest.raises(KeyboardInterrupt):
        work()
    one.wrap = lambda controller: controller


@pytest.mark.parametrize("topology", [name for name in TOPOLOGIES if name != "offline"])
def test_what_an_interrupted_run_left_unsaved_is_saved_by_the_next(box: Callable[..., Box], topology: str) -> None:
    one = box(transport="off")
    killed_before_saving(one, lambda: one.configure(topology))
    assert not one.configure(topology, save=False).change, "nobody asked for saving"
    assert not one.device.config_saved()
    told = one.configure(topology, check=True)
    assert (bool(told.change), told.forgotten, told.saved) == (True, True, False)
    assert not one.device.config_saved()
    done = one.configure(topology)
    assert (done.change, done.forgotten, done.saved) == (told.change, True, True)
    assert done.change.lines == ("copy running-config startup-config",)
    assert one.device.config_saved()
    last = one.configure(topology)
    assert (bool(last.change), last.forgotten, last.saved) == (False, False, False)


def test_what_others_have_not_saved_is_left_to_them(box: Callable[..., Box]) -> None:
    one = box()
    one.configure("cslu_pull")
    saved = one.device.saved_at
    with NetmikoDriver(one.settings) as driver:
        driver.configure(["vlan 99", "username colleague privilege 15 secret 0 Another-1-Sim"])
    assert not one.configure("cslu_pull").change
    assert one.device.saved_at == saved


def test_a_device_that_shows_no_startup_configuration_is_as_it_was(box: Callable[..., Box]) -> None:
    """Command authorization may refuse that one line."""
    one = box(transport="off")

    class Refused(CliController):
        def startup(self) -> None:
            return None

    killed_before_saving(one, lambda: one.configure("cslu_push"))
    wrapped(one, Refused)
    assert not one.configure("cslu_push").change


def test_preflight_knows_of_changes_that_are_not_saved(box: Callable[..., Box]) -> None:
    one = box()

    def codes() -> list[str]:
        with one.login() as controller:
            return [finding.code for finding in check(controller, order("cslu_push")).findings]

    one.configure("cslu_push")
    assert "unsaved" not in codes()
    one.device.clock_offset += 60
    with NetmikoDriver(one.settings) as driver:
        driver.configure(["vlan 99"])
    assert "unsaved" in codes()
    one.device.save_config()
    assert "unsaved" not in codes()


def test_a_level_that_was_not_saved_is_saved_by_the_next_run(box: Callable[..., Box]) -> None:
    """It needs a reload, which would lose it."""
    one, level = box(), AirLevel("air-network-essentials")
    with one.login() as controller:
        killed = Killed(controller.driver, user=controller.user)  # type: ignore[attr-defined]
        with pytest.raises(KeyboardInterrupt):
            air_level(killed, level)
        told = air_level(controller, level, check=True)
        assert (told.changed, told.forgotten) == (True, True)
        assert not one.device.config_saved()
        done = air_level(controller, level)
        assert (done.changed, done.forgotten, done.after) == (True, True, "AIR DNA Essentials")
        assert one.device.config_saved()
        again = air_level(controller, level)
    assert (again.changed, again.forgotten) == (False, False)


def test_a_lost_device_is_told_with_what_was_on_its_way(box: Callable[..., Box]) -> None:
    one = box(transport="off")

    class Gone(CliController):
        def apply(self, change: Change) -> str:
            self.driver.close()
            raise ConnectionLost("the session ended", host=self.host)

    def nowhere() -> AbstractContextManager[Controller]:
        return NetmikoNowhere(one.settings)

    with one.login() as controller:
        lost = Gone(controller.driver, user=controller.user)  # type: ignore[attr-defined]
        with pytest.raises(DeviceError) as caught:
            configure(lost, order("cslu_push"), again=nowhere)
    assert "what it has taken is not known" in str(caught.value)
    assert "transport is off and should be cslu" in str(caught.value)


class NetmikoNowhere(AbstractContextManager[Controller]):
    """A second login that finds nobody."""

    def __init__(self, settings: LoginSettings) -> None:
        self.settings = replace(settings, device=replace(settings.device, port=1), connect_timeout=1.0)

    def __enter__(self) -> Controller:
        return CliController(NetmikoDriver(self.settings))

    def __exit__(self, *_exc: object) -> None:
        return None


def test_preflight_reads_and_writes_nothing(box: Callable[..., Box]) -> None:
    one = box(release="17.6.5", ntp_synced=False)
    before = one.running()
    with one.login() as controller:
        found = check(controller, order("cslu_push", url="http://cslu.example.com/cslu/v1/pi/tenant"))
    assert [finding.code for finding in refused(found.findings)] == ["url"]
    assert "clock" in [finding.code for finding in found.findings]
    assert found.udi == "PID:C9800-CL-K9,SN:TTM0000A001"
    assert one.running() == before
    assert all(line.startswith(("show", "terminal", "enable", "")) for line in one.typed())
    assert not [line for line in one.typed() if line.startswith("conf")]


def test_preflight_names_a_device_before_slp(box: Callable[..., Box]) -> None:
    one = box(release="17.3.1")
    with one.login() as controller:
        found = check(controller, order("cslu_push"))
    assert [finding.code for finding in refused(found.findings)] == ["before_slp"]
    assert found.udi == ""


@pytest.mark.parametrize("addon", [True, False])
def test_air_level_is_set_once_and_waits_for_a_reload(box: Callable[..., Box], addon: bool) -> None:
    one = box(level="essentials")
    level = AirLevel("air-network-advantage", addon=addon)
    with one.login() as controller:
        told = air_level(controller, level, check=True)
        assert (told.changed, told.reload_pending) == (True, True)
        assert one.device.licence_config.level == "essentials"
        done = air_level(controller, level)
    assert (done.changed, done.reload_pending, done.current) == (True, True, "AIR DNA Essentials")
    assert done.after == ("AIR DNA Advantage" if addon else "AIR Network Advantage")
    assert one.device.reloads == 0
    with one.login() as controller:
        again = air_level(controller, level)
    assert (again.changed, again.reload_pending) == (False, True)


def test_the_default_level_counts_as_set(box: Callable[..., Box]) -> None:
    one = box()
    with one.login() as controller:
        done = air_level(controller, AirLevel("air-network-advantage"))
    assert (done.changed, done.reload_pending) == (False, False)
    assert "license air level" not in one.running()


def test_a_unified_level_needs_its_release(box: Callable[..., Box]) -> None:
    with box(release="17.15.3").login() as controller, pytest.raises(SlpError, match=r"begins with 17\.17\.1"):
        air_level(controller, AirLevel("advantage"))
