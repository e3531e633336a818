# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mock CSLU: devices push to it over real sockets, it reports to a CSSM that listens, or exchanges files."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import wire
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cslu import Cslu
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.targets import CsluSpec

from tests.unit.mock.collector_tools import Place, Pusher, documents_in, packed, standing, states, waiting

URL = "http://cslu-local:8182/cslu/v1/pi"


def run(scenario: Callable[[Place, Cslu], Awaitable[None]], *, place: Place | None = None, **spec: Any) -> None:
    async def all_of_it() -> None:
        where = place or Place(ready_after=5)
        cslu = Cslu(CsluSpec(**spec), where)
        async with standing(where, cslu):
            await scenario(where, cslu)

    asyncio.run(all_of_it())


def test_a_push_comes_back_as_an_ack_with_a_trust_code() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        device = place.device()
        pusher = Pusher(place, device, URL)
        assert (await pusher.say(wire.HELLO)).status == wire.OK
        ticket = await pusher.push()
        assert waiting(device) > 0
        assert states(cslu) == ["held"] * waiting(device)
        assert (await pusher.poll(ticket)).status == wire.PENDING
        await place.pass_time(0)
        assert set(states(cslu)) == {"sent"}
        assert (await pusher.poll(ticket)).status == wire.PENDING
        await place.pass_time(10)
        assert set(states(cslu)) == {"acknowledged"}
        assert (await pusher.poll(ticket)).status == wire.COMPLETE
        assert waiting(device) == 0
        assert device.agent.memory.trust[device.agent.udis[0]].kind == "CSSM"
        assert device.agent.memory.account.virtual_account == "DEFAULT"
        (found,) = cslu.state()["product_instances"]
        assert found["hostname"] == "wlc1"
        assert found["acks"][0]["delivered"] == place.schedule.now
        assert found["trust_requests"] == []

    run(scenario)


def test_reports_reach_cssm_octet_for_octet() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        device = place.device()
        await Pusher(place, device, URL).push()
        held = {
            str(report["report_id"]): report["signature"] for report in cslu.state()["product_instances"][0]["reports"]
        }
        await place.pass_time(0)
        there = place.cssm.state(payloads=True)["reports"][str(device.agent.udis[0])]
        assert {number: report["signature"] for number, report in there.items()} == held
        assert [ticket["virtual_account"] for ticket in place.cssm.state()["tickets"]] == ["Campus"]

    run(scenario, virtual_account="Campus")


def test_a_pair_gets_codes_for_both_units() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        device = place.device(platform="C9800-40", serial="TTM0000A001", standby_serial="TTM0000A002")
        pusher = Pusher(place, device, URL)
        ticket = await pusher.push()
        await place.pass_time(10)
        assert (await pusher.poll(ticket)).status == wire.COMPLETE
        assert set(device.agent.memory.trust) == set(device.agent.udis)
        assert len(cslu.state()["product_instances"]) == 1

    run(scenario)


def test_zero_touch_comes_by_https_to_the_same_port() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        device = place.device()
        assert await Pusher(place, device, URL.replace("http:", "https:")).push()
        assert await Pusher(place, device, URL).push()
        assert len(cslu.state()["product_instances"]) == 1

    run(scenario)


def test_a_tenant_in_the_path_is_refused() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        pusher = Pusher(place, place.device(), f"{URL}/WLAN-1")
        status, _body = await pusher.post(pusher.request(wire.HELLO).encode())
        assert status == 404
        assert cslu.state()["product_instances"] == []
        status, _body = await Pusher(place, place.device(), URL).post(b"<html>")
        assert status == 400

    run(scenario)


def test_what_cslu_has_nothing_to_do_with_is_refused() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        pusher = Pusher(place, place.device(), URL)
        for operation in (wire.TRUST, wire.SYNC):
            reply = await pusher.say(operation, token="secret")
            assert (reply.status, reply.code) == (wire.FAILED, "NOT_SUPPORTED")
        assert "secret" not in json.dumps(cslu.state())
        assert (await pusher.say(wire.POLL, ticket="sim-no")).code == "INVALID_POLL_ID"
        assert (await pusher.say(wire.USAGE, document=b"<a/>")).code == "MALFORMED_DOCUMENT"

    run(scenario)


def test_a_ticket_is_answered_again_when_the_answer_was_lost() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        device = place.device()
        pusher = Pusher(place, device, URL)
        first = await pusher.push()
        await place.pass_time(10)
        lost = await pusher.say(wire.POLL, ticket=first)
        assert lost.status == wire.COMPLETE
        second = await pusher.push()  # the same reports and one more, as the device has no ACK
        await place.pass_time(10)
        assert (await pusher.poll(second)).status == wire.COMPLETE
        assert waiting(device) == 0
        assert all(entry["offered"] == 1 for entry in place.cssm.state()["reports"][str(device.agent.udis[0])].values())
        assert cslu.state()["open_tickets"] == []

    run(scenario)


def test_what_came_in_two_answers_is_delivered_in_one() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        device = place.device()
        pusher = Pusher(place, device, URL)
        await pusher.push()
        await place.pass_time(10)
        await place.pass_time(86_400)
        last = await pusher.push()
        await place.pass_time(10)
        assert len(cslu.state()["product_instances"][0]["acks"]) == 2
        assert (await pusher.poll(last)).status == wire.COMPLETE
        assert waiting(device) == 0

    run(scenario)


def test_a_report_that_cssm_has_already_holds_up_nothing_else() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        device = place.device()
        pusher = Pusher(place, device, URL)
        place.cssm.acknowledge("example.com", "DEFAULT", device.agent.udis[0], pusher.saved())
        await place.pass_time(86_400)
        ticket = await pusher.push()
        await place.pass_time(20)
        assert "acknowledged" in states(cslu)
        assert "refused" in states(cslu)
        assert (await pusher.poll(ticket)).status == wire.COMPLETE

    run(scenario)


def test_a_device_of_another_account_is_told_so_and_stops_nobody() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        stranger, friend = place.device(), place.device(name="wlc2", serial="9SIM0000002")
        pusher = Pusher(place, stranger, URL)
        place.cssm.acknowledge("example.com", "Campus", stranger.agent.udis[0], pusher.saved())
        await pusher.push()
        await Pusher(place, friend, URL).push()
        await place.pass_time(10)
        assert set(states(cslu, 0)) == {"held"}
        assert "belongs to example.com / Campus" in cslu.state()["product_instances"][0]["problem"]
        assert set(states(cslu, 1)) == {"acknowledged"}

    run(scenario)


def test_when_cssm_is_away_the_reports_wait_and_are_tried_again() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        place.faults.add({"target": "cssm", "match": "report-usage", "action": "status", "status": 503, "times": 1})
        await Pusher(place, place.device(), URL).push()
        await place.pass_time(0)
        assert cslu.state()["problem"] == "CSSM is in trouble: HTTP status 503: do it again later"
        assert set(states(cslu)) == {"held"}
        await place.pass_time(310)
        assert cslu.state()["problem"] == ""
        assert set(states(cslu)) == {"acknowledged"}

    run(scenario)


def test_a_token_that_ran_out_is_asked_for_anew() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        pusher = Pusher(place, place.device(), URL)
        await pusher.push()
        await place.pass_time(10)
        await place.pass_time(86_400)
        await pusher.push()
        await place.pass_time(10)
        assert set(states(cslu)) == {"acknowledged"}
        asked = [entry for entry in place.cssm.state()["requests"] if entry["path"].endswith("/token")]
        assert len(asked) == 2

    run(scenario)


def test_a_report_that_cssm_refuses_is_told_to_the_device() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        device = place.device()
        pusher = Pusher(place, device, URL)
        ticket = await pusher.push()
        number = min(key[1] for key in next(iter(cslu.holdings)).reports)
        place.cssm.configure(place.cssm.options.updated({"nack": [number]}))
        await place.pass_time(10)
        assert states(cslu).count("refused") == 1
        assert (await pusher.poll(ticket)).status == wire.COMPLETE
        assert waiting(device) == 1

    run(scenario)


# Without a connection


def test_disconnected_files_go_to_cisco_and_come_back(tmp_path: Path) -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        device = place.device()
        pusher = Pusher(place, device, URL)
        with pytest.raises(ValueError, match="nothing that Cisco has not answered"):
            await cslu.do("download_for_cisco", {})
        ticket = await pusher.push()
        await place.pass_time(3600)
        assert place.cssm.state()["requests"] == []
        with pytest.raises(ValueError, match="Cisco Connectivity is switched off"):
            await cslu.do("report", {})
        downloaded = await cslu.do("download_for_cisco", {"path": str(tmp_path)})
        bundle = tmp_path / downloaded["file"]
        assert downloaded["path"] == str(bundle)
        ((name, document),) = documents_in(bundle.read_bytes()).items()
        assert name.startswith("dev_C9800-CL-K9_9SIM0000001_")
        ack = place.cssm.acknowledge("example.com", "DEFAULT", device.agent.udis[0], document)
        (tmp_path / f"ACK_{name}").write_bytes(ack)
        assert (await pusher.poll(ticket)).status == wire.PENDING
        uploaded = await cslu.do("upload_from_cisco", {"path": str(tmp_path / f"ACK_{name}")})
        assert uploaded["product_instances"] == [str(device.agent.udis[0])]
        assert (await pusher.poll(ticket)).status == wire.COMPLETE
        assert waiting(device) == 0
        assert device.agent.memory.trust

    run(scenario, connected=False)


def test_a_bundle_of_acks_is_taken_as_cssm_nests_it() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        devices = [place.device(), place.device(name="wlc2", serial="9SIM0000002")]
        for device in devices:
            await Pusher(place, device, URL).push()
        content = base64.b64decode((await cslu.do("download_for_cisco", {}))["content"])
        acks = {}
        for name, document in documents_in(content).items():
            udi = next(device.agent.udis[0] for device in devices if device.agent.udis[0].sn in name)
            acks[f"ACK_{name}"] = place.cssm.acknowledge("example.com", "DEFAULT", udi, document)
        bundle = packed({"ACK_UD_VA_x.tar.gz": packed(acks)})
        done = await cslu.do("upload_from_cisco", {"content": base64.b64encode(bundle).decode()})
        assert len(done["product_instances"]) == 2
        assert set(states(cslu, 0)) == set(states(cslu, 1)) == {"acknowledged"}

    run(scenario, connected=False)


def test_files_that_are_not_ciscos_are_refused(tmp_path: Path) -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        device, other = place.device(), place.device(name="wlc2", serial="9SIM0000002")
        await Pusher(place, device, URL).push()
        stranger = place.cssm.acknowledge(
            "example.com", "DEFAULT", other.agent.udis[0], Pusher(place, other, URL).saved()
        )
        for data, why in (
            (b"<smartLicense></smartLicense>", "nothing to import"),
            (b"\x1f\x8bnonsense", "no tar.gz"),
            (packed({"readme": b"x"}), "holds no ACK_ file"),
            (stranger, "not for PID:C9800-CL-K9,SN:9SIM0000001"),
            (stranger.replace(b"SIM0000002", b"SIM0000001"), "signature"),
        ):
            with pytest.raises(ValueError, match=why):
                await cslu.do("upload_from_cisco", {"content": base64.b64encode(data).decode()})
        with pytest.raises(ValueError, match="cannot be read"):
            await cslu.do("upload_from_cisco", {"path": str(tmp_path / "none")})
        with pytest.raises(ValueError, match="either the path"):
            await cslu.do("upload_from_cisco", {})
        assert set(states(cslu)) == {"held"}

    run(scenario, connected=False)


def test_switching_the_connection_on_sends_what_waits() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        await Pusher(place, place.device(), URL).push()
        await place.pass_time(60)
        assert await cslu.do("set_connectivity", {"connected": True}) == {"connected": True}
        await place.pass_time(10)
        assert set(states(cslu)) == {"acknowledged"}
        with pytest.raises(ValueError, match="Cisco Connectivity is on"):
            await cslu.do("download_for_cisco", {})
        with pytest.raises(ValueError, match="neither true nor false"):
            await cslu.do("set_connectivity", {"connected": "maybe"})

    run(scenario, connected=False)


def test_actions_are_named_and_checked() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        with pytest.raises(LookupError, match="no action fly; there are add_device"):
            await cslu.do("fly", {})
        with pytest.raises(ValueError, match="username, password are missing"):
            await cslu.do("add_device", {"address": "wlc1"})
        with pytest.raises(ValueError, match=r"unknown argument\(s\) adress"):
            await cslu.do("add_device", {"address": "a", "username": "b", "password": "c", "adress": 1})
        with pytest.raises(ValueError, match="not by telnet"):
            await cslu.do("add_device", {"address": "a", "username": "b", "password": "c", "method": "telnet"})
        with pytest.raises(ValueError, match="wlc9 is not in the inventory of CSLU"):
            await cslu.do("collect", {"device": "wlc9"})
        with pytest.raises(ValueError, match="no device in its inventory"):
            await cslu.do("collect", {})
        assert place.touched

    run(scenario)


def test_a_fault_closes_the_port_for_a_while() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        pusher = Pusher(place, place.device(), URL)
        place.faults.add({"target": "cslu", "action": "refuse"})
        await place.faults.settle()
        with pytest.raises(OSError, match="Connect"):
            await pusher.push()
        place.faults.clear()
        await place.faults.settle()
        assert await pusher.push()

    run(scenario)


def test_the_account_must_exist() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        await Pusher(place, place.device(), URL).push()
        await place.pass_time(0)
        assert cslu.state()["problem"] == "CSSM knows no Virtual Account Nowhere in example.com"
        assert set(states(cslu)) == {"held"}

    run(scenario, virtual_account="Nowhere")


def test_what_arrives_while_cssm_is_asked_is_sent_with_the_next_call() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        device = place.device()
        pusher = Pusher(place, device, URL)
        await pusher.push()
        place.faults.add({"target": "cssm", "match": "report-usage", "action": "slow", "seconds": 0.5, "times": 1})
        under_way = asyncio.create_task(cslu.do("report", {}))
        await asyncio.sleep(0.2)
        place.clock.advance(86_400)
        await pusher.push()
        assert (await under_way)["reports"] < len(states(cslu))
        assert "held" in states(cslu)
        await place.pass_time(10)
        assert set(states(cslu)) == {"acknowledged"}

    run(scenario)


def test_a_ticket_that_cssm_forgot_is_given_up() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        pusher = Pusher(place, place.device(), URL)
        ticket = await pusher.push()
        await place.pass_time(0)
        place.cssm.store.tickets.clear()
        await place.pass_time(10)
        assert set(states(cslu)) == {"refused"}
        assert cslu.state()["open_tickets"] == []
        reply = await pusher.poll(ticket)
        assert (reply.status, reply.code) == (wire.FAILED, "REFUSED")

    run(scenario)


def test_an_answer_of_cssm_that_is_none_is_told() -> None:
    async def scenario(place: Place, cslu: Cslu) -> None:
        await Pusher(place, place.device(), URL).push()
        for text in ('{"status": "OK"}', "<html>", "[]"):
            place.faults.clear()
            place.faults.add({"target": "cssm", "match": "pnp", "action": "status", "status": 200, "text": text})
            with pytest.raises(ValueError, match="CSSM's answer"):
                await cslu.do("report", {})
        assert set(states(cslu)) == {"held"}

    run(scenario)
