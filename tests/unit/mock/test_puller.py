# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mock CSLU that reads devices itself, by each method, over real sockets; and what it says when it cannot."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.config import secret
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cslu import Cslu
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.targets import CsluSpec

from tests.unit.mock.collector_tools import Place, documents_in, login, reachable, standing, states, waiting

METHODS = ("netconf", "restconf", "rest")
Scenario = Callable[[Place, Cslu, MockDevice], Awaitable[None]]


def run(scenario: Scenario, *, cslu: dict[str, Any] | None = None, **spec: Any) -> None:
    async def all_of_it() -> None:
        place = Place(ready_after=5)
        device = place.device(**{"services": ["netconf", "restconf", "rest"], "transport": "off", **spec})
        target = Cslu(CsluSpec(**(cslu or {})), place)
        async with standing(place, target), reachable(place, device):
            await scenario(place, target, device)

    asyncio.run(all_of_it())


@pytest.mark.parametrize("method", METHODS)
def test_collect_report_deliver(method: str) -> None:
    async def scenario(place: Place, cslu: Cslu, device: MockDevice) -> None:
        await cslu.do("add_device", login(device, method))
        (done,) = (await cslu.do("collect", {"device": "wlc1"}))["collected"]
        assert done["udi"] == str(device.agent.udis[0])
        assert done["reports"] == waiting(device) > 0
        await place.pass_time(10)
        assert waiting(device) == 0
        assert device.agent.memory.last_ack is not None
        assert set(states(cslu)) == {"acknowledged"}
        (entry,) = cslu.state()["devices"]
        assert entry["job"] == "deliver: done"
        assert "password" not in entry
        # A trust code is not asked for by itself when the collector pulls.
        assert device.agent.memory.trust == {}
        assert not [name for name in device.flash.listing("").split() if name.startswith("slp-")]

    run(scenario)


@pytest.mark.parametrize("method", METHODS)
def test_with_a_user_of_its_own(method: str) -> None:
    """Who was configured for the collector alone gets in at every door (cli.md 5.2)."""

    async def scenario(place: Place, cslu: Cslu, device: MockDevice) -> None:
        device.config.section.set(f"username cslu privilege 15 secret 9 {secret('Sim-C0llect0r')}")
        await cslu.do("add_device", login(device, method, username="cslu", password="Sim-C0llect0r"))
        await cslu.do("collect", {"device": "wlc1"})
        await place.pass_time(10)
        assert waiting(device) == 0

    run(scenario)


@pytest.mark.parametrize("method", METHODS)
def test_trust_codes_for_a_pair(method: str) -> None:
    async def scenario(place: Place, cslu: Cslu, device: MockDevice) -> None:
        await cslu.do("add_device", login(device, method))
        asked = await cslu.do("trust_code", {"device": "wlc1"})
        assert asked["trust_requests"] == [str(udi) for udi in device.agent.udis]
        await place.pass_time(10)
        assert set(device.agent.memory.trust) == set(device.agent.udis)

    run(scenario, platform="C9800-40", serial="TTM0000A001", standby_serial="TTM0000A002")


@pytest.mark.parametrize("method", METHODS)
def test_disconnected_the_answer_is_delivered_on_demand(method: str) -> None:
    async def scenario(place: Place, cslu: Cslu, device: MockDevice) -> None:
        await cslu.do("add_device", login(device, method))
        await cslu.do("collect", {})
        with pytest.raises(ValueError, match="no acknowledgement for wlc1"):
            await cslu.do("deliver", {"device": "wlc1"})
        await place.pass_time(60)
        assert waiting(device) > 0
        bundle = base64.b64decode((await cslu.do("download_for_cisco", {}))["content"])
        (document,) = documents_in(bundle).values()
        ack = place.cssm.acknowledge("example.com", "DEFAULT", device.agent.udis[0], document)
        await cslu.do("upload_from_cisco", {"content": base64.b64encode(ack).decode()})
        assert (await cslu.do("deliver", {"device": "wlc1"}))["delivered"] == 1
        assert waiting(device) == 0

    run(scenario, cslu={"connected": False})


def test_the_schedule_collects_by_itself() -> None:
    async def scenario(place: Place, cslu: Cslu, device: MockDevice) -> None:
        await cslu.do("add_device", login(device, "rest"))
        await cslu.do("set_schedule", {"hours": 24})
        await place.pass_time(23 * 3600)
        assert waiting(device) > 0
        await place.pass_time(2 * 3600)
        assert waiting(device) == 0
        await cslu.do("set_schedule", {"hours": 0})
        last = device.agent.memory.last_ack
        await place.pass_time(3 * 86_400)
        assert device.agent.memory.last_ack == last
        with pytest.raises(ValueError, match="0 stops them"):
            await cslu.do("set_schedule", {"hours": -1})

    run(scenario)


@pytest.mark.parametrize(
    ("method", "services", "message"),
    [
        ("netconf", [], "wlc1 refuses TCP 830: netconf-yang is not configured there"),
        ("netconf", ["restconf", "rest"], "wlc1 refuses TCP 830"),
        ("restconf", ["netconf", "rest"], r"wlc1 has no /restconf \(404\): restconf is not configured there"),
    ],
)
def test_a_closed_service_is_named(method: str, services: list[str], message: str) -> None:
    async def scenario(_place: Place, cslu: Cslu, device: MockDevice) -> None:
        await cslu.do("add_device", login(device, method))
        with pytest.raises(ValueError, match=message):
            await cslu.do("collect", {"device": "wlc1"})
        assert cslu.state()["devices"][0]["job"].startswith("collect: wlc1")
        assert cslu.state()["product_instances"] == []

    run(scenario, services=services)


@pytest.mark.parametrize("method", ["restconf", "rest"])
def test_https_switched_off_is_named(method: str) -> None:
    async def scenario(_place: Place, cslu: Cslu, device: MockDevice) -> None:
        device.config.section.unset("ip http secure-server")
        device.changed()
        await asyncio.sleep(0.05)
        await cslu.do("add_device", login(device, method))
        with pytest.raises(ValueError, match="wlc1 refuses TCP 443: ip http secure-server is not configured there"):
            await cslu.do("collect", {"device": "wlc1"})

    run(scenario)


@pytest.mark.parametrize("method", METHODS)
def test_a_wrong_password_is_named(method: str) -> None:
    async def scenario(_place: Place, cslu: Cslu, device: MockDevice) -> None:
        await cslu.do("add_device", login(device, method, password="Wrong-1"))
        with pytest.raises(ValueError, match="wlc1 refuses the login of admin") as caught:
            await cslu.do("collect", {"device": "wlc1"})
        assert "Wrong-1" not in str(caught.value)

    run(scenario)


@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_name_is_named(method: str) -> None:
    async def scenario(_place: Place, cslu: Cslu, device: MockDevice) -> None:
        await cslu.do("add_device", login(device, method, address="wlc9"))
        with pytest.raises(ValueError, match="wlc9 cannot be resolved"):
            await cslu.do("collect", {"device": "wlc9"})

    run(scenario)


@pytest.mark.parametrize("method", ["netconf", "restconf"])
def test_without_scp_the_file_takes_another_way(method: str) -> None:
    async def scenario(place: Place, cslu: Cslu, device: MockDevice) -> None:
        await cslu.do("add_device", login(device, method))
        await cslu.do("collect", {"device": "wlc1"})
        await place.pass_time(10)
        assert waiting(device) == 0

    run(scenario, scp_server=False)


def test_without_scp_and_https_an_ack_cannot_be_delivered() -> None:
    async def scenario(place: Place, cslu: Cslu, device: MockDevice) -> None:
        device.config.section.unset("ip http secure-server")
        device.changed()
        await cslu.do("add_device", login(device, "netconf"))
        await cslu.do("collect", {"device": "wlc1"})
        await place.pass_time(10)
        assert waiting(device) > 0
        job = cslu.state()["devices"][0]["job"]
        assert job.startswith("deliver: wlc1 takes no file by SCP (Administratively disabled.)")
        assert "ip scp server enable" in job
        assert "ip http secure-server is not configured there" in job

    run(scenario, scp_server=False, services=["netconf"])


def test_before_the_models_the_command_line_helps_netconf() -> None:
    async def scenario(place: Place, cslu: Cslu, device: MockDevice) -> None:
        await cslu.do("add_device", login(device, "netconf"))
        await cslu.do("collect", {"device": "wlc1"})
        await place.pass_time(10)
        assert waiting(device) == 0

    run(scenario, release="17.3.4")


@pytest.mark.parametrize("method", METHODS)
def test_a_device_with_nothing_to_report(method: str) -> None:
    async def scenario(_place: Place, cslu: Cslu, device: MockDevice) -> None:
        await cslu.do("add_device", login(device, method))
        if method == "rest":  # nothing there says whose it is
            with pytest.raises(ValueError, match="wlc1 has nothing to report"):
                await cslu.do("collect", {"device": "wlc1"})
        else:
            (done,) = (await cslu.do("collect", {"device": "wlc1"}))["collected"]
            assert done["reports"] == 0

    run(scenario, aps=0, waiting_reports=0)


def test_a_device_is_found_and_removed_by_any_name() -> None:
    async def scenario(_place: Place, cslu: Cslu, device: MockDevice) -> None:
        await cslu.do("add_device", login(device, "rest", name="campus"))
        await cslu.do("collect", {"device": "campus"})
        udi = str(device.agent.udis[0])
        assert (await cslu.do("collect", {"device": udi}))["collected"][0]["device"] == "campus"
        assert await cslu.do("remove_device", {"device": "wlc1"}) == {"device": "campus"}
        assert cslu.state()["devices"] == []

    run(scenario)


FILES = ("slp-usage", "slp-ack")


def left_behind(device: MockDevice) -> list[str]:
    return [name for name in device.flash if any(start in name for start in FILES)]


@pytest.mark.parametrize(
    ("method", "fault", "said"),
    [
        ("netconf", {"action": "hang", "match": "^scp"}, "has not answered by SSH within 0.5 s"),
        ("restconf", {"action": "truncate", "match": "^scp"}, "has not answered by SSH within 0.5 s"),
        ("netconf", {"action": "hang", "match": "rum-save"}, "has not answered by NETCONF within 0.5 s"),
        ("rest", {"action": "hang", "match": "all-reports"}, "has not answered by HTTPS within 0.5 s"),
        ("netconf", {"action": "drop", "match": "^scp"}, r"by SSH in the middle \(.+\): it may be restarting; do it"),
        ("netconf", {"action": "drop", "match": "rum-save"}, "ended the connection by NETCONF in the middle"),
        ("restconf", {"action": "truncate", "match": "restconf"}, "ended the connection by HTTPS in the middle"),
        ("netconf", {"action": "garbage", "match": "rum-save"}, "by NETCONF cannot be read .+ do it again"),
        ("netconf", {"action": "locked", "match": "rum-save"}, "with in-use.+: somebody configures it: do it again"),
        ("restconf", {"action": "full_disk"}, "with storagefailtostore: its flash may be full: check `dir`"),
        ("rest", {"action": "status", "status": 503}, "/smartlic-service/close-reports with status 503: do it again"),
    ],
)
def test_what_fails_in_the_middle_ends_and_is_done_again(method: str, fault: dict[str, Any], said: str) -> None:
    """One line that begins with the device and ends with the next step; what it left there goes with the next run."""

    async def scenario(place: Place, cslu: Cslu, device: MockDevice) -> None:
        def patience(seconds: float) -> None:
            place.cssm.configure(place.cssm.options.updated({"device_timeout": seconds}))

        await cslu.do("add_device", login(device, method))
        place.faults.add({"target": "wlc1", **fault})
        patience(0.5 if "within" in said else 30)
        with pytest.raises(ValueError, match=said) as caught:
            await cslu.do("collect", {"device": "wlc1"})
        assert str(caught.value).startswith("wlc1")
        assert "\n" not in str(caught.value)
        assert cslu.state()["devices"][0]["job"] == f"collect: {caught.value}"
        place.faults.clear()
        patience(30)
        assert (await cslu.do("collect", {"device": "wlc1"}))["collected"][0]["reports"] == waiting(device)
        await place.pass_time(10)
        assert waiting(device) == 0
        assert left_behind(device) == []

    run(scenario)


def test_a_full_flash_is_named_when_an_ack_cannot_be_put_there() -> None:
    async def scenario(place: Place, cslu: Cslu, device: MockDevice) -> None:
        device.config.section.unset("ip http secure-server")
        device.changed()
        await cslu.do("add_device", login(device, "netconf"))
        await cslu.do("collect", {"device": "wlc1"})
        place.faults.add({"target": "wlc1", "action": "full_disk", "match": "^scp"})
        await place.pass_time(10)
        assert "(No space left on device)): check `dir` for free space" in cslu.state()["devices"][0]["job"]
        place.faults.clear()
        await cslu.do("deliver", {"device": "wlc1"})
        assert waiting(device) == 0
        assert left_behind(device) == []

    run(scenario, services=["netconf"])


def test_one_that_fails_holds_up_no_other() -> None:
    async def scenario(place: Place, cslu: Cslu, device: MockDevice) -> None:
        # In the order of the inventory it comes first.
        await cslu.do("add_device", {**login(device, "rest"), "address": "wlc0"})
        await cslu.do("add_device", login(device, "rest"))
        with pytest.raises(ValueError, match=r"1 of 2 devices could not be read: wlc0 cannot be resolved$"):
            await cslu.do("collect", {})
        await place.pass_time(10)
        assert waiting(device) == 0

    run(scenario)
