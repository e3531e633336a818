# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directly connected devices at the mock CSSM: Smart transport, Call Home, a proxy, a Transport Gateway."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import wire
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.agent import Trust
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm_client import http_session
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm_tokens import IdToken
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.gateway import PATH, Gateway
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.importer import import_document
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.proxy import Proxy
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.receiver import (
    CALLHOME_HOST,
    CALLHOME_PATH,
    SMART_HOST,
    SMART_PATH,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import ImportDocument, Udi, read_import
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.targets import GatewaySpec, ProxySpec

from tests.unit.mock.collector_tools import Place, Pusher, listening, waiting
from tests.unit.mock.dev_tools import in_loop

SMART_URL, CALLHOME_URL = f"https://{SMART_HOST}{SMART_PATH}", f"https://{CALLHOME_HOST}{CALLHOME_PATH}"
DAY, HOUR = 86_400, 3600
PAIR = {"platform": "C9800-40", "serial": "TTM0000A001", "standby_serial": "TTM0000A002"}


class Device(Pusher):
    """A directly connected device, worked by hand. ``proxy``: as it is configured there."""

    def __init__(self, place: Place, url: str = SMART_URL, *, proxy: str | None = None, **spec: Any) -> None:
        super().__init__(place, place.device(**spec), url)
        self.proxy = proxy
        self.udi: Udi = self.device.agent.udis[0]

    async def post(self, body: bytes) -> tuple[int, bytes]:
        wrapped = self.url != SMART_URL
        data = wire.wrap(body) if wrapped else body
        async with http_session(self.place) as session, session.post(self.url, data=data, proxy=self.proxy) as reply:
            answer = await reply.read()
            return reply.status, wire.unwrap(answer) if wrapped and reply.status == 200 else answer

    def request(self, operation: str, **more: Any) -> wire.Request:
        trust = {udi: code.kind for udi, code in self.device.agent.memory.trust.items()}
        return super().request(operation, **{"trust": trust, **more})

    async def trust(self, token: IdToken | str, **more: Any) -> wire.Reply:
        text = token if isinstance(token, str) else token.token
        reply = await self.say(wire.TRUST, token=text, **more)
        if reply.status == wire.COMPLETE:
            assert import_document(self.device.agent, reply.document) == "Import Data Successful"
        return reply

    def installed(self) -> set[Udi]:
        return set(self.device.agent.memory.trust)


def token(place: Place, account: str = "Campus", *, days: int = 30, uses: int | None = None) -> IdToken:
    virtual = place.cssm._accounts.smart["example.com"].virtual[account]
    return place.cssm.id_tokens.create(virtual, days=days, uses=uses)


def document(place: Place, reply: wire.Reply) -> ImportDocument:
    return read_import(reply.document, place.pki.cssm_verify)


def instances(place: Place) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = place.cssm.state()["product_instances"]
    return found


def codes(place: Place) -> list[tuple[str, str, str]]:
    return [(entry["way"], entry["operation"], entry["code"]) for entry in place.cssm.state()["direct"]]


# The whole way, by every wire


@pytest.mark.parametrize("way", ["smart", "callhome"])
@in_loop
async def test_from_a_token_to_an_acknowledged_report(way: str) -> None:
    place = Place(ready_after=3)
    async with listening(place):
        device = Device(place, SMART_URL if way == "smart" else CALLHOME_URL)
        hello = await device.say(wire.HELLO)
        assert (hello.status, hello.time) == (wire.OK, place.clock.now().timestamp())
        used = token(place)
        reply = await device.trust(used)
        assert (reply.status, used.used) == (wire.COMPLETE, 1)
        assert device.installed() == {device.udi}
        told = document(place, reply)
        assert (told.account.virtual_account, told.policy.name) == ("Campus", "Custom Policy (simulated)")
        ticket = await device.push()
        reports = waiting(device.device)
        assert (await device.poll(ticket)).status == wire.PENDING
        place.clock.advance(3)
        assert (await device.poll(ticket)).status == wire.COMPLETE
        assert reports
        assert waiting(device.device) == 0
        (instance,) = instances(place)
        assert (instance["virtual_account"], instance["hostname"]) == ("Campus", "wlc1")
        assert (instance["way"], instance["sender"], instance["reports"]) == (way, "wlc1", reports)
        (entry,) = place.cssm.state()["tickets"]
        assert (entry["way"], entry["delivered"]) == (way, True)
        assert {seen for seen, _operation, _code in codes(place)} == {way}
        assert used.token not in str(place.cssm.state())
        assert place.touched == 0  # nobody from outside


@in_loop
async def test_through_a_proxy() -> None:
    place = Place(proxy=("proxy.example.net", 3128))
    proxy = Proxy(ProxySpec(allow=(SMART_HOST,)), place)
    async with listening(place, proxy):
        device = Device(place, proxy="http://proxy.example.net:3128")
        assert (await device.trust(token(place))).status == wire.COMPLETE
        (seen,) = proxy.state()["connections"]
        assert (seen["host"], seen["status"]) == (f"{SMART_HOST}:443", 200)
        assert min(seen["sent"], seen["received"]) > 500
        barred = Device(place, CALLHOME_URL, proxy="http://proxy.example.net:3128")
        with pytest.raises(aiohttp.ClientHttpProxyError, match="Forbidden"):
            await barred.say(wire.HELLO)
        assert [seen["status"] for seen in proxy.state()["connections"]] == [200, 403]


@pytest.mark.parametrize("proxied", [False, True])
@in_loop
async def test_through_a_transport_gateway(proxied: bool) -> None:
    place = Place(proxy=("proxy.example.net", 3128), ready_after=0)
    proxy = Proxy(ProxySpec(), place)
    gateway = Gateway(GatewaySpec(proxy="proxy" if proxied else ""), place)
    async with listening(place, proxy, gateway):
        assert gateway.facts()["url"] == f"https://gateway.example.net{PATH}"
        device = Device(place, gateway.facts()["url"])
        assert (await device.trust(token(place))).status == wire.COMPLETE
        assert (await device.poll(await device.push())).status == wire.COMPLETE
        assert waiting(device.device) == 0
        assert [(entry["status"], entry["problem"]) for entry in gateway.state()["forwarded"]] == [(200, "")] * 3
        assert [entry["host"] for entry in proxy.state()["connections"]] == [f"{CALLHOME_HOST}:443"] * (3 * proxied)
        (instance,) = instances(place)
        assert (instance["way"], instance["sender"]) == ("callhome", "gateway.example.net")


@in_loop
async def test_a_gateway_that_cannot_reach_cisco_says_so() -> None:
    place = Place()
    gateway = Gateway(GatewaySpec(), place)
    async with listening(place, gateway):
        place.faults.add({"target": "callhome", "action": "refuse"})
        await place.faults.settle()
        status, body = await Device(place, gateway.facts()["url"]).post(b"{}")
        assert (status, b"Cisco cannot be reached" in body) == (502, True)
        assert "Cannot connect to host tools.cisco.com:443" in gateway.state()["forwarded"][0]["problem"]
        with pytest.raises(LookupError, match="has no action upload"):
            await gateway.do("upload", {})


# What CSSM refuses


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ("unknown", "TOKEN_UNKNOWN"),
        ("expired", "TOKEN_EXPIRED"),
        ("revoked", "TOKEN_REVOKED"),
        ("used", "TOKEN_USED_UP"),
    ],
)
@in_loop
async def test_tokens_that_are_good_for_nothing(spoil: str, code: str) -> None:
    place = Place()
    async with listening(place):
        found = token(place, days=1, uses=1)
        text = "bm90aGluZw%3D%3D" if spoil == "unknown" else found.token
        if spoil == "expired":
            place.clock.advance(DAY)
        elif spoil == "revoked":
            found.revoked = True
        elif spoil == "used":
            other = Device(place, serial="9SIM0000009")
            assert (await other.trust(text)).status == wire.COMPLETE
        device = Device(place)
        reply = await device.trust(text)
        assert (reply.status, reply.code, reply.document) == (wire.FAILED, code, b"")
        assert reply.message.startswith("The ID token")
        assert text not in reply.message
        assert not device.installed()


@pytest.mark.parametrize(
    ("skew", "good"), [(3599, True), (-3599, True), (3600, False), (-3600, False), (90_000, False)]
)
@in_loop
async def test_clocks_an_hour_apart_give_no_trust(skew: float, good: bool) -> None:
    place = Place()
    async with listening(place):
        device = Device(place)
        found = token(place)
        reply = await device.trust(found, time=place.clock.now().timestamp() + skew)
        assert (reply.code, found.used) == (("", 1) if good else ("CLOCK", 0))
        assert bool(device.installed()) == good
        if not good:
            assert f"{abs(skew)} seconds {'ahead of' if skew > 0 else 'behind'} CSSM's" in reply.message


@in_loop
async def test_the_fault_wrong_time_is_cssms_clock() -> None:
    place = Place()
    async with listening(place):
        place.faults.add({"target": "smart_receiver", "action": "wrong_time", "seconds": 2 * HOUR, "times": 1})
        device = Device(place)
        reply = await device.trust(token(place))
        assert (reply.code, reply.time) == ("CLOCK", place.clock.now().timestamp() + 2 * HOUR)
        assert (await device.trust(token(place))).status == wire.COMPLETE


@in_loop
async def test_a_second_trust_needs_force_and_moves_the_device() -> None:
    place = Place()
    async with listening(place):
        device = Device(place)
        await device.trust(token(place))
        other = token(place, "DEFAULT")
        assert (await device.trust(other)).code == "TRUST_EXISTS"
        # A device that has forgotten everything is still known to CSSM.
        device.device.agent.memory.trust.clear()
        assert (await device.trust(other)).code == "TRUST_EXISTS"
        assert (other.used, instances(place)[0]["virtual_account"]) == (0, "Campus")
        assert (await device.trust(other, force=True)).status == wire.COMPLETE
        assert (other.used, instances(place)[0]["virtual_account"]) == (1, "DEFAULT")
        assert device.installed() == {device.udi}


@in_loop
async def test_a_factory_trust_code_is_not_good_for_cssm() -> None:
    place = Place()
    async with listening(place):
        device = Device(place)
        agent = device.device.agent
        refused = await device.say(wire.USAGE, document=device.saved())
        assert (refused.status, refused.code) == (wire.FAILED, "NO_TRUST")
        agent.memory.trust = {device.udi: Trust(agent.boot, "Factory")}
        refused = await device.say(wire.USAGE, document=device.saved())
        assert "kind Factory" in refused.message
        assert (await device.trust(token(place))).code == "TRUST_EXISTS"
        assert (await device.trust(token(place), force=True)).status == wire.COMPLETE
        assert (await device.say(wire.USAGE, document=device.saved())).status == wire.PENDING


@in_loop
async def test_a_trust_code_that_cssm_never_issued_is_none() -> None:
    place = Place()
    async with listening(place):
        device = Device(place)
        reply = await device.say(wire.USAGE, document=device.saved(), trust={device.udi: "CSSM"})
        assert (reply.code, "CSSM has issued no trust code" in reply.message) == ("NO_TRUST", True)
        assert instances(place) == []


@in_loop
async def test_a_trust_code_out_of_an_ack_is_good_for_direct_contact() -> None:
    place = Place(ready_after=0)
    async with listening(place):
        device = Device(place)
        saved = device.saved()  # carries a trust request
        ack = place.cssm.acknowledge("example.com", "Campus", device.udi, saved)
        assert import_document(device.device.agent, ack) == "Import Data Successful"
        place.clock.advance(30 * DAY)
        assert (await device.poll(await device.push())).status == wire.COMPLETE
        assert instances(place)[0]["virtual_account"] == "Campus"


@in_loop
async def test_a_device_may_tell_again_what_cssm_has() -> None:
    place = Place(ready_after=0)
    async with listening(place):
        device = Device(place)
        await device.trust(token(place))
        first, second = await device.push(), await device.push()  # the first ACK is never fetched
        assert (await device.poll(second)).status == wire.COMPLETE
        assert waiting(device.device) == 0
        held = place.cssm.state()["reports"][str(device.udi)]
        assert {entry["delivered"] for entry in held.values()} == {True}
        assert max(entry["offered"] for entry in held.values()) == 2
        assert first != second


@pytest.mark.parametrize("ticket", ["", "abc", "123456789012345679", "other"])
@in_loop
async def test_tickets_of_nobody_or_another(ticket: str) -> None:
    place = Place()
    async with listening(place):
        device, other = Device(place), Device(place, serial="9SIM0000009")
        await device.trust(token(place))
        await other.trust(token(place))
        if ticket == "other":
            ticket = await other.push()
        assert (await device.say(wire.POLL, ticket=ticket)).code == "INVALID_POLL_ID"


@in_loop
async def test_nothing_to_report_and_a_forged_report() -> None:
    place = Place()
    async with listening(place):
        device = Device(place)
        await device.trust(token(place))
        empty = b"<smartLicense></smartLicense>"
        assert (await device.say(wire.USAGE, document=empty)).code == "NO_DATA_FOUND"
        forged = device.saved().replace(b'\\"value\\":\\"10\\"', b'\\"value\\":\\"1\\"')
        assert forged != device.saved()
        assert (await device.say(wire.USAGE, document=forged)).code == "INVALID_SIGNATURE"
        assert (await device.say(wire.USAGE, document=b"<nothing/>")).code == "MALFORMED_DOCUMENT"


@pytest.mark.parametrize("url", [SMART_URL, CALLHOME_URL])
@pytest.mark.parametrize("body", [b"", b"{}", b"<CallHome/>", b'{"operation": "format"}', b"\x00\xff"])
@in_loop
async def test_what_is_no_message(url: str, body: bytes) -> None:
    place = Place()
    async with listening(place), http_session(place) as session, session.post(url, data=body) as reply:
        assert reply.status == 400
        assert "WireError" not in await reply.text()
        assert codes(place) == []


# Pairs


@in_loop
async def test_a_pair_gets_a_code_for_each_unit() -> None:
    place = Place()
    async with listening(place):
        pair = Device(place, **PAIR)
        active, standby = pair.device.agent.udis
        await pair.trust(token(place), units=(active,))
        assert pair.installed() == {active}
        reply = await pair.say(wire.SYNC)
        told = document(place, reply)
        assert set(told.trust) == {standby}
        assert (told.account.virtual_account, told.policy is not None) == ("Campus", True)
        assert import_document(pair.device.agent, reply.document) == "Import Data Successful"
        assert set(document(place, await pair.say(wire.SYNC)).trust) == set()
        (instance,) = instances(place)
        assert instance["udis"] == [str(active), str(standby)]


@in_loop
async def test_a_new_standby_is_moved_into_the_account_of_the_active() -> None:
    place = Place()
    async with listening(place):
        pair = Device(place, **PAIR)
        active, standby = pair.device.agent.udis
        await pair.trust(token(place, "Campus"), units=(active,))
        alone = Device(place, platform="C9800-40", serial=standby.sn)
        await alone.trust(token(place, "DEFAULT"))
        assert [found["virtual_account"] for found in instances(place)] == ["Campus", "DEFAULT"]
        reply = await pair.say(wire.SYNC, trust={active: "CSSM", standby: "CSSM"})
        assert (reply.status, document(place, reply).trust) == (wire.COMPLETE, {})
        (instance,) = instances(place)
        assert (instance["virtual_account"], instance["udis"]) == ("Campus", [str(active), str(standby)])
        # It is taken out again: a product instance of its own, in the account where it was last.
        await pair.say(wire.SYNC, units=(active,), trust={active: "CSSM"})
        assert [(found["virtual_account"], found["udis"]) for found in instances(place)] == [
            ("Campus", [str(active)]),
            ("Campus", [str(standby)]),
        ]


@in_loop
async def test_synchronisation_wants_a_trusted_active() -> None:
    place = Place()
    async with listening(place):
        assert (await Device(place, **PAIR).say(wire.SYNC)).code == "NO_TRUST"


@in_loop
async def test_after_a_switchover_the_other_unit_fetches_the_ack() -> None:
    place = Place(ready_after=0)
    async with listening(place):
        pair = Device(place, **PAIR)
        _active, standby = pair.device.agent.udis
        await pair.trust(token(place))
        ticket = await pair.push()
        reply = await pair.say(wire.POLL, ticket=ticket, udi=standby)
        assert (reply.status, bool(document(place, reply).acks)) == (wire.COMPLETE, True)
