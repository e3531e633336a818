# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mock SSM On-Prem over real sockets: tenants, version gates, NAT, both synchronisations, files, its REST API."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import wire
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm_client import http_session
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.onprem import OnPrem
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.targets import OnPremSpec

from tests.unit.mock.collector_tools import Place, Pusher, documents_in, login, reachable, standing, states, waiting

HOST = "onprem.example.net"
URL = f"https://{HOST}/cslu/v1/pi/WLAN-1"
SYNCHRONIZED = ({"name": "WLAN-1", "smart_account": "example.com", "virtual_account": "Campus", "synchronized": True},)
Scenario = Callable[[Place, OnPrem], Awaitable[None]]


def run(scenario: Scenario, *, place: Place | None = None, **spec: Any) -> None:
    async def all_of_it() -> None:
        where = place or Place(ready_after=5)
        onprem = OnPrem(OnPremSpec(**spec), where)
        async with standing(where, onprem):
            await scenario(where, onprem)

    asyncio.run(all_of_it())


def test_a_push_waits_for_the_usage_synchronisation_which_waits_for_the_account() -> None:
    async def scenario(place: Place, onprem: OnPrem) -> None:
        device = place.device()
        pusher = Pusher(place, device, URL)
        ticket = await pusher.push()
        await place.pass_time(3600)
        assert set(states(onprem)) == {"held"}
        with pytest.raises(ValueError, match="WLAN-1 is not synchronized with CSSM: that comes before its usage"):
            await onprem.do("synchronize_usage", {})
        assert (await onprem.do("synchronize_account", {}))["synchronized"] is True
        done = await onprem.do("synchronize_usage", {"tenant": "WLAN-1"})
        assert done["WLAN-1"]["reports"] == waiting(device) > 0
        assert (await pusher.poll(ticket)).status == wire.PENDING
        await place.pass_time(10)
        assert (await pusher.poll(ticket)).status == wire.COMPLETE
        assert waiting(device) == 0
        assert device.agent.memory.account.virtual_account == "DEFAULT"

    run(scenario)


def test_tenants_lead_to_their_own_accounts_by_http_too() -> None:
    tenants = (
        *SYNCHRONIZED,
        {"name": "Branch one", "smart_account": "lab.example.com", "virtual_account": "DEFAULT", "synchronized": True},
    )

    async def scenario(place: Place, onprem: OnPrem) -> None:
        urls = onprem.facts()["tenant_urls"]
        assert urls["Branch one"] == f"https://{HOST}/cslu/v1/pi/Branch%20one"
        await Pusher(place, place.device(), URL).push()
        other = place.device(name="wlc2", serial="9SIM0000002")
        await Pusher(place, other, urls["Branch one"].replace("https:", "http:")).push()
        await onprem.do("synchronize_usage", {})
        assert [ticket["smart_account"] for ticket in place.cssm.state()["tickets"]] == [
            "example.com",
            "lab.example.com",
        ]
        for path in ("/cslu/v1/pi", "/cslu/v1/pi/Nobody"):
            status, _body = await Pusher(place, other, f"https://{HOST}{path}").post(
                Pusher(place, other, URL).request(wire.HELLO).encode()
            )
            assert status == 404

    run(scenario, tenants=tenants)


def test_the_address_of_the_older_licensing_gives_an_empty_response() -> None:
    async def scenario(place: Place, _onprem: OnPrem) -> None:
        pusher = Pusher(place, place.device(), f"https://{HOST}/SmartTransport")
        assert await pusher.post(pusher.request(wire.HELLO).encode()) == (200, b"")

    run(scenario)


def test_a_version_without_policies_says_so_to_devices_and_people() -> None:
    async def scenario(place: Place, onprem: OnPrem) -> None:
        device = place.device()
        reply = await Pusher(place, device, URL).say(wire.HELLO)
        assert (reply.status, reply.code) == (wire.FAILED, "REPORTING_NOT_SUPPORTED")
        for action, arguments in (("synchronize_usage", {}), ("add_device", login(device, "rest"))):
            with pytest.raises(ValueError, match="8-202010 does not know reporting by policy"):
                await onprem.do(action, arguments)

    run(scenario, version="8-202010", tenants=SYNCHRONIZED)


def test_a_release_before_17_3_3_is_refused() -> None:
    async def scenario(place: Place, _onprem: OnPrem) -> None:
        for release, status in (("17.3.2a", wire.FAILED), ("17.3.4", wire.OK)):
            reply = await Pusher(place, place.device(release=release), URL).say(wire.HELLO)
            assert reply.status == status, release

    run(scenario)


def test_usage_goes_through_a_proxy_from_8_202108_on() -> None:
    place = Place(proxy=("proxy.example.net", 3128))

    async def old(_place: Place, onprem: OnPrem) -> None:
        with pytest.raises(ValueError, match="through a proxy from 8-202108 only; this is 8-202102"):
            await onprem.do("synchronize_usage", {})
        with pytest.raises(ValueError, match="CSSM cannot be reached"):  # it tries: a proxy has always done for that
            await onprem.do("synchronize_account", {})

    async def new(place: Place, onprem: OnPrem) -> None:
        await Pusher(place, place.device(), URL).push()
        with pytest.raises(ValueError, match=r"CSSM cannot be reached: .*proxy\.example\.net"):
            await onprem.do("synchronize_usage", {})

    run(old, place=place, version="8-202102", proxy="proxy", tenants=SYNCHRONIZED)
    run(new, version="8-202108", proxy="proxy", tenants=SYNCHRONIZED, place=Place(proxy=("proxy.example.net", 3128)))


def test_behind_nat_there_is_no_pull_and_push_needs_support() -> None:
    async def scenario(place: Place, onprem: OnPrem) -> None:
        device = place.device()
        with pytest.raises(ValueError, match="wlc1 sits behind NAT: SSM On-Prem cannot initiate"):
            await onprem.do("add_device", login(device, "netconf"))
        pusher = Pusher(place, device, URL)
        assert (await pusher.say(wire.HELLO)).code == "NAT_NOT_SUPPORTED"
        await onprem.do("set_nat_support", {"enabled": "true"})
        assert await pusher.push()
        with pytest.raises(ValueError, match="sits behind NAT"):
            await onprem.do("add_device", login(device, "netconf"))

    run(scenario, place=Place(nat=["wlc1"]))


def test_the_schedule_synchronises_usage_by_itself() -> None:
    async def scenario(place: Place, onprem: OnPrem) -> None:
        await Pusher(place, place.device(), URL).push()
        await place.pass_time(11 * 3600)
        assert set(states(onprem)) == {"held"}
        await place.pass_time(2 * 3600)
        assert set(states(onprem)) == {"acknowledged"}
        await onprem.do("set_usage_schedule", {"hours": 0})
        assert onprem.state()["usage_schedule_hours"] == 0

    run(scenario, schedule_hours=12, tenants=SYNCHRONIZED)


@pytest.mark.parametrize("method", ["netconf", "restconf", "rest"])
def test_pull_on_demand_and_delivery_after_the_synchronisation(method: str) -> None:
    async def scenario(place: Place, onprem: OnPrem) -> None:
        device = place.device(services=["netconf", "restconf", "rest"], transport="off")
        async with reachable(place, device):
            await onprem.do("add_device", login(device, method, tenant="WLAN-1"))
            await onprem.do("collect", {"device": "wlc1"})
            await place.pass_time(60)
            assert waiting(device) > 0
            await onprem.do("synchronize_usage", {})
            await place.pass_time(10)
            assert waiting(device) == 0

    run(scenario, tenants=SYNCHRONIZED)


def test_an_air_gap_is_crossed_by_files(tmp_path: Path) -> None:
    async def scenario(place: Place, onprem: OnPrem) -> None:
        device = place.device()
        pusher = Pusher(place, device, URL)
        ticket = await pusher.push()
        for action in ("synchronize_account", "synchronize_usage"):
            with pytest.raises(ValueError, match=r"exchanges files|not synchronized"):
                await onprem.do(action, {})
        with pytest.raises(ValueError, match="not synchronized"):
            await onprem.do("export_usage", {})
        exported = await onprem.do("export_account", {"path": str(tmp_path)})
        granted = await onprem.do("authorize_account", {"path": exported["path"]})
        assert (await onprem.do("import_account", {"content": granted["content"]}))["synchronized"] is True
        with pytest.raises(ValueError, match="answers no request"):
            await onprem.do("import_account", {"content": granted["content"]})
        usage = await onprem.do("export_usage", {"path": str(tmp_path)})
        ((_name, document),) = documents_in(octets(usage["path"])).items()
        ack = place.cssm.acknowledge("example.com", "DEFAULT", device.agent.udis[0], document)
        await onprem.do("import_ack", {"content": base64.b64encode(ack).decode()})
        assert (await pusher.poll(ticket)).status == wire.COMPLETE
        assert waiting(device) == 0

    run(scenario, connected=False)


def octets(path: str) -> bytes:
    return Path(path).read_bytes()


def test_account_files_are_checked() -> None:
    async def scenario(_place: Place, onprem: OnPrem) -> None:
        request = base64.b64decode((await onprem.do("export_account", {}))["content"])
        forged = json.dumps({"granted": request.decode(), "signature": "AAAA"}).encode()
        for data, why in ((forged, "not signed by CSSM"), (request, "not signed by CSSM"), (b"x", "no JSON")):
            with pytest.raises(ValueError, match=why):
                await onprem.do("import_account", {"content": base64.b64encode(data).decode()})
        strange = request.replace(b"DEFAULT", b"Nowhere")
        with pytest.raises(ValueError, match="no Virtual Account Nowhere"):
            await onprem.do("authorize_account", {"content": base64.b64encode(strange).decode()})

    run(scenario, connected=False)


def test_connected_it_exchanges_no_files() -> None:
    async def scenario(_place: Place, onprem: OnPrem) -> None:
        for action in ("export_account", "export_usage"):
            with pytest.raises(ValueError, match="it exchanges no files"):
                await onprem.do(action, {})
        made = await onprem.do(
            "create_account", {"name": "WLAN-2", "smart_account": "example.com", "virtual_account": "Nowhere"}
        )
        assert made["cslu_tenant_url"].endswith("/WLAN-2")
        with pytest.raises(ValueError, match="no Virtual Account Nowhere"):
            await onprem.do("synchronize_account", {"tenant": "WLAN-2"})
        with pytest.raises(ValueError, match="there are WLAN-1, WLAN-2"):
            await onprem.do("synchronize_account", {"tenant": "WLAN-9"})

    run(scenario)


def test_a_version_and_tenants_have_a_form() -> None:
    with pytest.raises(ValueError, match="looks like 8-202404"):
        OnPrem(OnPremSpec(version="9"), Place())
    with pytest.raises(ValueError, match="has no virtual_account"):
        OnPrem(OnPremSpec(tenants=({"name": "a", "smart_account": "b"},)), Place())


# The REST API


class Api:
    """A client of it, as the public ones are: a token first."""

    def __init__(self, place: Place, onprem: OnPrem) -> None:
        self._place = place
        self._known = onprem.facts()
        self.token = ""

    async def login(self, **changes: str) -> int:
        names = ("client_id", "client_secret")
        body = {name: self._known[name] for name in names} | {"grant_type": "client_credentials"} | changes
        status, data = await self.call("POST", "/oauth/token", body)
        self.token = data.get("access_token", "")
        return status

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = f"https://{HOST}:8443{path}"
        async with (
            http_session(self._place) as session,
            session.request(method, url, json=body, headers=headers) as response,
        ):
            return response.status, json.loads(await response.read())


def test_the_api_tells_the_tenant_url_and_makes_id_tokens() -> None:
    async def scenario(place: Place, onprem: OnPrem) -> None:
        api = Api(place, onprem)
        tokens = "/api/v1/accounts/WLAN-1/virtual-accounts/Default/tokens"
        assert (await api.call("GET", tokens))[0] == 403
        assert await api.login(client_secret="wrong") == 401
        assert await api.login(grant_type="password", username="x", password="y") == 400
        known = onprem.facts()
        assert await api.login(grant_type="password", username=known["username"], password=known["password"]) == 200
        assert await api.login() == 200
        _status, accounts = await api.call("POST", "/backend/api/v1/upstream_satellites/accounts")
        assert accounts["accounts"][0]["cslu_tenant_url"] == URL
        wanted = {"description": "wlc", "expiresAfterDays": 5, "exportControlled": "Allowed"}
        _status, made = await api.call("POST", tokens, wanted)
        _status, listed = await api.call("GET", tokens)
        assert [entry["token"] for entry in listed["tokens"]] == [made["tokenInfo"]["token"]]
        assert made["tokenInfo"]["expirationDate"] == "2026-03-07T09:14:11Z"
        assert made["tokenInfo"]["token"] not in json.dumps(onprem.state())
        assert (await api.call("POST", tokens, {"expiresAfterDays": 9999}))[0] == 422
        _status, gone = await api.call("POST", f"{tokens}/revoke", {"tokens": [made["tokenInfo"]["token"], "x"]})
        assert [entry["status"] for entry in gone["tokensRevokeStatus"]] == ["SUCCESS", "FAILED"]
        assert (await api.call("GET", tokens))[1]["tokens"] == []
        await place.pass_time(10_000)
        assert (await api.call("GET", tokens))[0] == 403

    run(scenario)


def test_the_api_lists_devices_and_licences_where_they_are() -> None:
    async def scenario(place: Place, onprem: OnPrem) -> None:
        api = Api(place, onprem)
        await api.login()
        account = "/api/v1/accounts/WLAN-1"
        await Pusher(place, place.device(), URL).push()
        assert (await api.call("POST", f"{account}/virtual-accounts", {"name": "Lab"}))[0] == 200
        assert (await api.call("POST", f"{account}/virtual-accounts", {"name": "Lab"}))[0] == 422
        _status, listed = await api.call("GET", f"{account}/virtual-accounts")
        assert [entry["name"] for entry in listed["virtualAccounts"]] == ["Default", "Lab"]
        _status, found = await api.call("GET", f"{account}/virtual-accounts/Default/devices")
        (device,) = found["devices"]
        assert device["hostName"] == "wlc1"
        move = {"productInstances": [{"sudi": device["sudi"], "targetVirtualAccount": "Lab"}]}
        _status, moved = await api.call("POST", f"{account}/virtual-accounts/Default/devices/transfer", move)
        assert (moved["successCount"], moved["errorCount"]) == (1, 0)
        assert (await api.call("GET", f"{account}/virtual-accounts/Default/devices"))[1]["devices"] == []
        _status, used = await api.call("POST", f"{account}/licenses", {"virtualAccounts": ["Lab"]})
        assert {entry["inUse"] for entry in used["licenses"]} == {10}
        assert (await api.call("POST", f"{account}/virtual-accounts/Lab/delete"))[0] == 422
        assert (await api.call("GET", f"{account}/virtual-accounts/None/devices"))[0] == 404
        assert (await api.call("GET", "/api/v1/accounts/None/virtual-accounts"))[0] == 404

    run(scenario)
