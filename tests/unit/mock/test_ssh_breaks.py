# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions that break as on a device, whatever breaks them, and the same device that answers afterwards."""

from __future__ import annotations

import asyncio

import asyncssh
import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice

from tests.unit.mock.model_tools import Lab, run

PAIR = {"platform": "C9800-40", "serial": "TTM0000A001", "standby_serial": "TTM0000A002", "services": ["netconf"]}
BROKEN = (asyncssh.Error, asyncio.IncompleteReadError, ConnectionError)
GET = "<get/>"


async def typed(lab: Lab, *lines: str) -> str:
    """What a session at the command line prints until it ends."""
    async with lab.login() as connection:
        process = await connection.create_process()
        process.stdin.write("\n".join((*lines, "")))
        return str(await asyncio.wait_for(process.stdout.read(), 10))


@pytest.mark.parametrize("action", ["switchover", "reload"])
def test_a_switchover_and_a_restart_end_every_session(action: str) -> None:
    async def scenario(lab: Lab) -> None:
        lab.device.save_config()
        key = lab.ssh.known_host("127.0.0.1", lab.cli_port)
        async with lab.login() as connection, lab.netconf() as raw:
            process = await connection.create_process()
            await lab.device.do(action, {})
            await asyncio.wait_for(connection.wait_closed(), 5)
            assert await process.stdout.read() in ("", "\r\nwlc1#")
            with pytest.raises(BROKEN):
                await raw.rpc(GET)
        assert "Redundant System Information" in await typed(lab, "terminal length 0", "show redundancy", "exit")
        async with lab.netconf() as raw:
            await raw.get("")
        assert lab.ssh.known_host("127.0.0.1", lab.cli_port) == key

    run(scenario, **PAIR)


def reloads(device: MockDevice) -> int:
    return int(device.snapshot()["reloads"])


def test_a_restart_on_demand_comes_in_place_of_the_command() -> None:
    async def scenario(lab: Lab) -> None:
        lab.device.save_config()
        lab.faults.add({"action": "reload", "match": "^license smart transport", "times": 1})
        output = await typed(lab, "configure terminal", "hostname other", "license smart transport smart")
        assert output.endswith("license smart transport smart\r\n")
        assert (reloads(lab.device), lab.device.hostname) == (1, "wlc1")
        lab.faults.add({"action": "reload", "match": "^netconf:get$", "times": 1})
        async with lab.netconf() as raw:
            with pytest.raises(BROKEN):
                await raw.rpc(GET)
        assert reloads(lab.device) == 2

    run(scenario, **PAIR)


def test_a_device_that_is_away_refuses_at_every_door() -> None:
    async def refused(*ports: int) -> None:
        for port in ports:
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", port)

    async def scenario(lab: Lab) -> None:
        ports = (lab.cli_port, lab.netconf_port, lab.https_port)
        async with lab.login() as connection:
            lab.faults.add({"action": "refuse", "target": lab.device.spec.name})
            await lab.faults.settle()
            await asyncio.wait_for(connection.wait_closed(), 5)
        await refused(*ports)
        lab.faults.clear()
        await lab.faults.settle()
        assert (lab.cli_port, lab.netconf_port, lab.https_port) == ports
        assert "uptime is" in await typed(lab, "terminal length 0", "show version", "exit")
        async with lab.netconf() as raw:
            await raw.get("")

    run(scenario, **PAIR)
