# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with NETCONF on demand."""

from __future__ import annotations

import asyncio
import time
from xml.etree import ElementTree

import asyncssh
import pytest

from tests.unit.mock.model_tools import BASE, END, IA, NS, SL, Lab, error_of, licensing, run

GET = f'<get><filter><licensing xmlns="{SL}"/></filter></get>'
BROKEN = (asyncssh.Error, asyncio.IncompleteReadError, ConnectionError)


def test_no_hello() -> None:
    async def scenario(lab: Lab) -> None:
        lab.faults.add({"action": "hang", "match": "^netconf:hello"})
        options = {"username": "admin", "password": "Sim-Passw0rd", "known_hosts": None, "client_keys": None}
        async with asyncssh.connect(
            "127.0.0.1", lab.netconf_port, config=None, agent_path=None, **options
        ) as connection:
            _unused, reader, _unused = await connection.open_session(subsystem="netconf", encoding=None)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.readuntil(END), 0.3)

    run(scenario)


def test_frames_that_break() -> None:
    async def scenario(lab: Lab) -> None:
        for fault in ({"action": "truncate"}, {"action": "drop"}, {"action": "truncate", "after": 3}):
            lab.faults.add({**fault, "match": "^netconf:get$", "times": 1})
            async with lab.netconf() as raw:
                with pytest.raises(BROKEN):
                    await raw.rpc(GET)
        lab.faults.add({"action": "chunk", "match": "^netconf:get$", "times": 1})
        async with lab.netconf() as raw:
            with pytest.raises((AssertionError, TimeoutError, *BROKEN)):
                await asyncio.wait_for(raw.rpc(GET), 1)
        lab.faults.add({"action": "garbage", "match": "^netconf:get$", "times": 1})
        async with lab.netconf() as raw:
            with pytest.raises(ElementTree.ParseError):
                await raw.rpc(GET)
            await raw.rpc(GET)
        lab.faults.add({"action": "hang", "match": "^netconf:get$", "times": 1})
        async with lab.netconf() as raw:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(raw.rpc(GET), 0.3)

    run(scenario)


def test_a_huge_answer() -> None:
    async def scenario(lab: Lab) -> None:
        lab.faults.add({"action": "huge", "match": "^netconf:get$"})
        async with lab.netconf() as raw:
            raw.send(f'<rpc xmlns="{BASE}" message-id="1">{GET}</rpc>')
            assert len(await raw.receive()) > 10_000_000

    run(scenario)


def test_replies_to_nobody() -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.netconf() as raw:
            for fault, shown in (
                ({"action": "wrong_id"}, "0"),
                ({"action": "wrong_id", "text": "9"}, "9"),
                ({"action": "no_id"}, None),
            ):
                lab.faults.add({**fault, "match": "^netconf:get$", "times": 1})
                raw.send(f'<rpc xmlns="{BASE}" message-id="1">{GET}</rpc>')
                assert ElementTree.fromstring(await raw.receive()).get("message-id") == shown

    run(scenario)


def test_errors_on_demand() -> None:
    async def scenario(lab: Lab) -> None:
        change = licensing("<usage><interval>5</interval></usage>")
        async with lab.netconf() as raw:
            lab.faults.add({"action": "locked", "match": "edit-config", "times": 1})
            tag, message = error_of(await raw.edit(change))
            assert tag == "in-use"
            assert message == (
                "the configuration database is locked by session 22 yang_mgmt_infra system (system from system)"
            )
            lab.faults.add({"action": "device_refused", "match": "edit-config", "text": "license smart x", "times": 1})
            reply = await raw.edit(change)
            assert reply.findtext(".//ia:bad-command", "", NS) == "license smart x"
            assert lab.device.licence_config.interval is None
            lab.faults.add({"action": "invalid_path", "match": "id-token-trust", "times": 1})
            trust = f'<id-token-trust xmlns="{SL}"><id-token>x</id-token></id-token-trust>'
            assert error_of(await raw.rpc(trust))[0] == "unknown-element"
            lab.faults.add({"action": "error", "match": "netconf:get$", "times": 1})
            assert error_of(await raw.rpc(GET)) == ("operation-failed", "internal error")
            lab.faults.add({"action": "slow", "match": "save-config", "seconds": 0.4, "times": 1})
            start = time.monotonic()
            reply = await raw.rpc(f'<save-config xmlns="{IA}"/>')
            assert time.monotonic() - start >= 0.4
            assert reply.find("ia:result", NS) is not None

    run(scenario)
