# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mock Catalyst Center over real sockets: inventory, site, ad hoc report, schedule, and its read API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.center import Center
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm_client import http_session
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.targets import CenterSpec

from tests.unit.mock.collector_tools import Place, login, reachable, standing, states, waiting

HOST = "center.example.net"
DAY = 86_400
Scenario = Callable[[Place, Center, MockDevice], Awaitable[None]]


def run(scenario: Scenario, *, place: Place | None = None, device: dict[str, Any] | None = None, **spec: Any) -> None:
    async def all_of_it() -> None:
        where = place or Place(ready_after=5)
        controller = where.device(services=["netconf"], transport="off", **(device or {}))
        center = Center(CenterSpec(**spec), where)
        async with standing(where, center), reachable(where, controller):
            await scenario(where, center, controller)

    asyncio.run(all_of_it())


async def managed(center: Center, device: MockDevice) -> None:
    await center.do("add_device", login(device, "netconf"))
    await center.do("assign_site", {"device": "wlc1", "site": "Global/Berlin"})


def test_an_ad_hoc_report_goes_up_and_its_ack_comes_down() -> None:
    async def scenario(place: Place, center: Center, device: MockDevice) -> None:
        await managed(center, device)
        done = await center.do("report", {"device": "wlc1"})
        assert done["reports"] == waiting(device) > 0
        assert (done["smart_account"], done["virtual_account"]) == ("example.com", "DEFAULT")
        await place.pass_time(10)
        assert waiting(device) == 0
        assert set(states(center)) == {"acknowledged"}
        assert device.agent.memory.trust == {}
        assert "TRUST CODE" not in device.agent.memory.history

    run(scenario)


def test_the_order_is_inventory_site_report_schedule() -> None:
    async def scenario(_place: Place, center: Center, device: MockDevice) -> None:
        with pytest.raises(ValueError, match="wlc1 is not in the inventory of Catalyst Center"):
            await center.do("report", {"device": "wlc1"})
        await center.do("add_device", login(device, "netconf"))
        with pytest.raises(ValueError, match="wlc1 is not assigned to a site"):
            await center.do("report", {"device": "wlc1"})
        await center.do("assign_site", {"device": "wlc1", "site": "Global/Berlin"})
        with pytest.raises(ValueError, match="no ad hoc report yet: that comes first"):
            await center.do("schedule", {"device": "wlc1"})
        await center.do("report", {"device": "wlc1"})
        assert (await center.do("schedule", {"device": "wlc1"}))["days"] == 60

    run(scenario)


def test_only_netconf_will_do() -> None:
    async def scenario(_place: Place, center: Center, device: MockDevice) -> None:
        with pytest.raises(ValueError, match="connects by netconf, not by rest"):
            await center.do("add_device", login(device, "rest"))
        device.config.section.unset("netconf-yang")
        device.changed()
        await managed(center, device)
        with pytest.raises(ValueError, match="refuses TCP 830: netconf-yang is not configured there"):
            await center.do("report", {"device": "wlc1"})
        assert center.state()["devices"][0]["ad_hoc"] is None
        with pytest.raises(LookupError, match="no action trust_code"):
            await center.do("trust_code", {"device": "wlc1"})

    run(scenario)


def test_scheduled_reports_follow_the_policy() -> None:
    async def scenario(place: Place, center: Center, device: MockDevice) -> None:
        await managed(center, device)
        await center.do("report", {"device": "wlc1"})
        await place.pass_time(10)
        first = device.agent.memory.last_ack
        await place.pass_time(59 * DAY)
        assert device.agent.memory.last_ack == first
        await place.pass_time(2 * DAY)
        second = device.agent.memory.last_ack
        assert second > first
        assert center.state()["devices"][0]["job"] == "deliver: done"
        await place.pass_time(61 * DAY)
        assert device.agent.memory.last_ack > second
        await center.do("remove_device", {"device": "wlc1"})
        assert center.state()["devices"] == []

    run(scenario)


def test_without_a_policy_of_its_own_an_account_is_reported_every_90_days() -> None:
    async def scenario(_place: Place, center: Center, device: MockDevice) -> None:
        await managed(center, device)
        await center.do("report", {"device": "wlc1"})
        assert center.state()["devices"][0]["schedule_days"] == 90

    run(scenario, place=Place(policy="none"))


def test_the_first_report_settles_the_account() -> None:
    async def scenario(place: Place, center: Center, device: MockDevice) -> None:
        await managed(center, device)
        with pytest.raises(ValueError, match="no Virtual Account Nowhere"):
            await center.do("report", {"device": "wlc1", "virtual_account": "Nowhere"})
        await center.do("report", {"device": "wlc1", "virtual_account": "Campus"})
        await place.pass_time(DAY)
        with pytest.raises(ValueError, match=r"reports to example\.com / Campus since its first ad hoc report"):
            await center.do("report", {"device": "wlc1", "virtual_account": "DEFAULT"})
        assert (await center.do("report", {"device": "wlc1"}))["virtual_account"] == "Campus"
        assert {ticket["virtual_account"] for ticket in place.cssm.state()["tickets"]} == {"Campus"}

    run(scenario)


def test_a_version_before_2_2_2_reports_nothing() -> None:
    async def scenario(_place: Place, center: Center, device: MockDevice) -> None:
        with pytest.raises(ValueError, match=r"from 2\.2\.2 on; this is 2\.1\.2"):
            await center.do("add_device", login(device, "netconf"))

    run(scenario, version="2.1.2")


def test_the_read_api() -> None:
    async def scenario(place: Place, center: Center, device: MockDevice) -> None:
        await managed(center, device)

        async def call(method: str, path: str, **options: Any) -> tuple[int, Any]:
            url = f"https://{HOST}/dna/{path}"
            async with http_session(place) as session, session.request(method, url, **options) as response:
                return response.status, json.loads(await response.read())

        known = center.facts()
        wrong = aiohttp.BasicAuth(known["username"], "wrong")
        assert (await call("POST", "system/api/v1/auth/token", auth=wrong))[0] == 401
        assert (await call("POST", "system/api/v1/auth/token"))[0] == 401
        right = aiohttp.BasicAuth(known["username"], known["password"])
        _status, granted = await call("POST", "system/api/v1/auth/token", auth=right)
        headers = {"X-Auth-Token": granted["Token"]}

        async def get(path: str) -> tuple[int, Any]:
            return await call("GET", f"intent/api/v1/{path}", headers=headers)

        assert (await call("GET", "intent/api/v1/licenses/device/count"))[0] == 401
        assert (await get("licenses/device/count"))[1]["response"] == 1
        (summary,) = (await get("licenses/device/summary"))[1]["response"]
        assert summary["last_successful_rum_usage_upload_time"] is None
        assert summary["registration_status"] == "NA"
        await center.do("report", {"device": "wlc1"})
        await place.pass_time(10)
        (summary,) = (await get("licenses/device/summary?page_number=1&limit=10"))[1]["response"]
        uploaded = summary["last_successful_rum_usage_upload_time"] / 1000
        assert 0 < place.schedule.now - uploaded < 10
        assert (summary["device_name"], summary["virtual_account_name"]) == ("wlc1", "DEFAULT")
        assert (await get(f"licenses/device/{summary['device_uuid']}/details"))[1]["response"] == summary
        assert (await get("licenses/device/none/details"))[0] == 404
        assert (await get("licenses/device/summary?limit=501"))[0] == 400
        accounts = (await get("licenses/smartAccounts"))[1]["response"]
        own = next(entry for entry in accounts if entry["is_active_smart_account"])
        virtual = (await get(f"licenses/smartAccount/{own['id']}/virtualAccounts"))[1]["virtual_account_details"]
        assert [entry["virtual_account_name"] for entry in virtual] == ["DEFAULT", "Campus"]
        assert (await get("licenses/smartAccount/1/virtualAccounts"))[0] == 404
        assert (await get("licenseSetting"))[1]["response"]["defaultSmartAccountId"] == own["id"]
        assert known["password"] not in json.dumps(center.state())

    run(scenario)
