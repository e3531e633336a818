# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole simulated world in this process: devices whose agents talk, collectors between them and CSSM."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm import CssmOptions
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.fleet import build_fleet, build_targets
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.remote import WORLD_FILE
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.world import World

from tests.unit.mock.collector_tools import documents_in, login, waiting
from tests.unit.mock.dev_tools import Console

CSLU_URL = "http://cslu-local:8182/cslu/v1/pi"
ONPREM_URL = "https://onprem.example.net/cslu/v1/pi/WLAN-1"
TENANT = {"name": "WLAN-1", "smart_account": "example.com", "virtual_account": "DEFAULT"}
METHODS = ("netconf", "restconf", "rest")
OPTIONS = {"ready_after": 2, "ack_poll_after": 10}


class Scene:
    """The running world and its first device."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def device(self) -> MockDevice:
        found = self.world.device("wlc1")
        assert found
        return found

    def target(self, name: str) -> Any:
        return self.world.targets[name]

    async def do(self, target: str, action: str, **arguments: Any) -> dict[str, Any]:
        return await self.world.targets[target].do(action, arguments)

    async def passes(self, seconds: float) -> None:
        await self.world.schedule.advance(seconds)

    async def comes_true(self, condition: Callable[[], bool], *, step: float = 15, steps: int = 40) -> None:
        """Let time pass until it does."""
        for _unused in range(steps):
            if condition():
                return
            await self.passes(step)
            await asyncio.sleep(0.02)
        raise AssertionError(f"not within {step * steps} seconds: {self.device.snapshot()}")

    def type(self, line: str) -> str:
        return Console(self.device).run(line)

    def configure(self, *lines: str) -> None:
        Console(self.device).configure(*lines)
        self.device.changed()

    def sync(self) -> None:
        """Report now, over TLS to a private certificate authority without a revocation list (cli.md 1.7)."""
        self.configure("crypto pki trustpoint SLA-TrustPoint", "revocation-check none", "exit")
        self.type("license smart sync local")

    def log(self) -> str:
        return "\n".join(message.text for message in self.device.log.messages)

    def tells_cssm(self) -> int:
        """How many reports of the device are in CSSM."""
        return len(self.world.cssm.state()["reports"].get(str(self.device.agent.udis[0]), {}))


@asynccontextmanager
async def living(
    directory: Path, device: dict[str, Any], targets: list[dict[str, Any]], options: dict[str, Any]
) -> AsyncIterator[Scene]:
    first = {"name": "wlc1", "serial": "9SIM0000001", "aps": 12, "waiting_reports": 4, "transport": "off", **device}
    data = {"devices": [first], "targets": targets}
    world = World(
        directory, build_fleet(data), build_targets(data), options=CssmOptions().updated({**OPTIONS, **options})
    )
    life = asyncio.create_task(world.run())
    while not (directory / WORLD_FILE).exists():
        if life.done():
            life.result()
        await asyncio.sleep(0.02)
    try:
        yield Scene(world)
    finally:
        world.stop()
        await life


def play(
    directory: Path,
    scenario: Callable[[Scene], Awaitable[None]],
    *,
    device: dict[str, Any] | None = None,
    targets: list[dict[str, Any]] | None = None,
    **options: Any,
) -> None:
    async def all_of_it() -> None:
        async with living(directory, device or {}, targets or [], options) as scene:
            await scenario(scene)

    asyncio.run(all_of_it())


def test_cslu_push(tmp_path: Path) -> None:
    """Through CSLU, the device begins: reports up, ACK and trust code down (cli.md 5.1)."""

    async def scenario(scene: Scene) -> None:
        device = scene.device
        assert waiting(device) == 4
        scene.configure("license smart transport cslu", f"license smart url cslu {CSLU_URL}")
        scene.type("license smart sync local")
        await scene.comes_true(lambda: device.agent.memory.last_ack is not None)
        assert waiting(device) == 0
        assert device.agent.memory.trust[device.agent.udis[0]].kind == "CSSM"
        assert device.agent.memory.account.virtual_account == "DEFAULT"
        assert scene.tells_cssm() >= 4
        assert scene.target("cslu").state()["product_instances"][0]["hostname"] == "wlc1"
        assert "COMM_FAILED" not in scene.log()

    play(tmp_path, scenario, targets=[{"kind": "cslu"}])


def test_cslu_zero_touch_for_a_pair(tmp_path: Path) -> None:
    """Without an address the device finds cslu-local; the active unit asks for both codes."""

    async def scenario(scene: Scene) -> None:
        device = scene.device
        scene.type("license smart sync all")
        await scene.comes_true(lambda: set(device.agent.memory.trust) == set(device.agent.udis))
        assert waiting(device) == 0

    pair = {"platform": "C9800-40", "serial": "TTM0000A001", "standby_serial": "TTM0000A002", "transport": "cslu"}
    play(tmp_path, scenario, device=pair, targets=[{"kind": "cslu"}])


def test_cslu_through_a_proxy(tmp_path: Path) -> None:
    async def scenario(scene: Scene) -> None:
        scene.type("license smart sync local")
        await scene.comes_true(lambda: waiting(scene.device) == 0)
        through = {entry["host"].partition(":")[0] for entry in scene.target("proxy").state()["connections"]}
        assert through == {"apx.cisco.com", "id.cisco.com"}

    play(
        tmp_path,
        scenario,
        device={"transport": "cslu", "cslu_url": CSLU_URL},
        targets=[{"kind": "proxy"}, {"kind": "cslu", "proxy": "proxy"}],
    )


def test_a_proxy_that_does_not_let_cslu_through(tmp_path: Path) -> None:
    async def scenario(scene: Scene) -> None:
        scene.type("license smart sync local")
        await scene.comes_true(lambda: bool(scene.target("cslu").state()["problem"]))
        assert "CSSM cannot be reached" in scene.target("cslu").state()["problem"]
        assert waiting(scene.device) > 0

    play(
        tmp_path,
        scenario,
        device={"transport": "cslu", "cslu_url": CSLU_URL},
        targets=[{"kind": "proxy", "allow": ["example.org"]}, {"kind": "cslu", "proxy": "proxy"}],
    )


def test_cslu_offline_push(tmp_path: Path) -> None:
    """CSLU without a connection: files (cli.md 5.7); the device comes for its ACK."""

    async def scenario(scene: Scene) -> None:
        device = scene.device
        scene.type("license smart sync local")
        await scene.comes_true(lambda: bool(scene.target("cslu").state()["product_instances"]))
        await scene.passes(3600)
        assert scene.tells_cssm() == 0
        assert device.agent.memory.last_push is not None
        await carried_to_cisco(scene, "cslu", "download_for_cisco", "upload_from_cisco")
        await scene.comes_true(lambda: waiting(device) == 0, step=900)
        assert device.agent.memory.trust

    play(
        tmp_path,
        scenario,
        device={"transport": "cslu", "cslu_url": CSLU_URL},
        targets=[{"kind": "cslu", "connected": False}],
    )


@pytest.mark.parametrize("method", METHODS)
def test_cslu_pull(tmp_path: Path, method: str) -> None:
    async def scenario(scene: Scene) -> None:
        await scene.do("cslu", "add_device", **login(scene.device, method))
        await scene.do("cslu", "collect", device="wlc1")
        await scene.comes_true(lambda: waiting(scene.device) == 0)
        assert scene.device.agent.memory.last_push is None
        assert scene.device.agent.memory.trust == {}
        await scene.do("cslu", "trust_code", device="wlc1")
        await scene.comes_true(lambda: bool(scene.device.agent.memory.trust))

    play(tmp_path, scenario, device={"services": list(METHODS)}, targets=[{"kind": "cslu"}])


@pytest.mark.parametrize("method", METHODS)
def test_cslu_offline_pull(tmp_path: Path, method: str) -> None:
    async def scenario(scene: Scene) -> None:
        await scene.do("cslu", "add_device", **login(scene.device, method))
        await scene.do("cslu", "collect")
        await carried_to_cisco(scene, "cslu", "download_for_cisco", "upload_from_cisco")
        await scene.comes_true(lambda: waiting(scene.device) == 0)

    play(
        tmp_path,
        scenario,
        device={"services": list(METHODS)},
        targets=[{"kind": "cslu", "connected": False}],
    )


def test_onprem_push(tmp_path: Path) -> None:
    """Account synchronisation, then usage synchronisation, then the device's poll (cli.md 5.11)."""

    async def scenario(scene: Scene) -> None:
        scene.type("license smart sync local")
        await scene.comes_true(lambda: "COMM_FAILED" in scene.log())
        scene.sync()
        await scene.comes_true(lambda: bool(scene.target("onprem").state()["product_instances"]))
        with pytest.raises(ValueError, match="not synchronized with CSSM"):
            await scene.do("onprem", "synchronize_usage")
        await scene.do("onprem", "synchronize_account")
        await scene.do("onprem", "synchronize_usage")
        await scene.comes_true(lambda: waiting(scene.device) == 0)
        assert scene.device.agent.memory.last_ack is not None

    play(tmp_path, scenario, device={"transport": "cslu", "cslu_url": ONPREM_URL}, targets=[{"kind": "onprem"}])


def test_onprem_that_is_too_old(tmp_path: Path) -> None:
    async def scenario(scene: Scene) -> None:
        scene.sync()
        await scene.comes_true(lambda: "%SMART_LIC-4-REPORTING_NOT_SUPPORTED" in scene.log())
        assert waiting(scene.device) > 0

    play(
        tmp_path,
        scenario,
        device={"transport": "cslu", "cslu_url": ONPREM_URL},
        targets=[{"kind": "onprem", "version": "8-202010"}],
    )


def test_the_older_address_of_onprem(tmp_path: Path) -> None:
    async def scenario(scene: Scene) -> None:
        scene.sync()
        await scene.comes_true(lambda: "Received empty response from server" in scene.log())

    url = ONPREM_URL.partition("/cslu")[0] + "/SmartTransport"
    play(tmp_path, scenario, device={"transport": "cslu", "cslu_url": url}, targets=[{"kind": "onprem"}])


def test_onprem_and_a_device_behind_nat(tmp_path: Path) -> None:
    async def scenario(scene: Scene) -> None:
        with pytest.raises(ValueError, match="sits behind NAT"):
            await scene.do("onprem", "add_device", **login(scene.device, "rest"))
        scene.sync()
        await scene.passes(30)
        assert scene.target("onprem").state()["product_instances"] == []
        await scene.do("onprem", "set_nat_support", enabled=True)
        scene.sync()
        await scene.comes_true(lambda: bool(scene.target("onprem").state()["product_instances"]))
        await scene.do("onprem", "synchronize_usage")
        await scene.comes_true(lambda: waiting(scene.device) == 0)

    play(
        tmp_path,
        scenario,
        device={"transport": "cslu", "cslu_url": ONPREM_URL, "nat": True},
        targets=[{"kind": "onprem", "tenants": [{**TENANT, "synchronized": True}]}],
    )


@pytest.mark.parametrize("method", METHODS)
def test_onprem_pull(tmp_path: Path, method: str) -> None:
    async def scenario(scene: Scene) -> None:
        await scene.do("onprem", "add_device", **login(scene.device, method))
        await scene.do("onprem", "collect", device="wlc1")
        await scene.do("onprem", "synchronize_usage")
        await scene.comes_true(lambda: waiting(scene.device) == 0)

    play(
        tmp_path,
        scenario,
        device={"services": list(METHODS)},
        targets=[{"kind": "onprem", "tenants": [{**TENANT, "synchronized": True}]}],
    )


def test_onprem_offline(tmp_path: Path) -> None:
    """Both synchronisations by file (cli.md 5.13)."""

    async def scenario(scene: Scene) -> None:
        request = await scene.do("onprem", "export_account")
        granted = await scene.do("onprem", "authorize_account", content=request["content"])
        await scene.do("onprem", "import_account", content=granted["content"])
        scene.sync()
        await scene.comes_true(lambda: bool(scene.target("onprem").state()["product_instances"]))
        await carried_to_cisco(scene, "onprem", "export_usage", "import_ack")
        await scene.comes_true(lambda: waiting(scene.device) == 0, step=300)

    play(
        tmp_path,
        scenario,
        device={"transport": "cslu", "cslu_url": ONPREM_URL},
        targets=[{"kind": "onprem", "connected": False}],
    )


def test_catalyst_center(tmp_path: Path) -> None:
    async def scenario(scene: Scene) -> None:
        memory = scene.device.agent.memory
        await scene.do("catalyst_center", "add_device", **login(scene.device, "netconf"))
        await scene.do("catalyst_center", "assign_site", device="wlc1", site="Global/Berlin")
        await scene.do("catalyst_center", "report", device="wlc1")
        await scene.comes_true(lambda: waiting(scene.device) == 0)
        assert memory.trust == {}
        first = memory.last_ack
        await scene.passes(62 * 86_400)
        await scene.comes_true(lambda: memory.last_ack > first)

    play(tmp_path, scenario, device={"services": ["netconf"]}, targets=[{"kind": "catalyst_center"}])


def test_people_act_through_the_control_interface(tmp_path: Path) -> None:
    async def scenario(scene: Scene) -> None:
        control = scene.world.facts()["control"]
        headers = {"Authorization": f"Bearer {control['token']}"}

        async with aiohttp.ClientSession(control["url"], headers=headers) as session:

            async def post(action: str, **arguments: Any) -> tuple[int, Any]:
                async with session.post(f"/targets/cslu/{action}", json=arguments) as response:
                    return response.status, await response.json()

            assert (await post("add_device", **login(scene.device, "netconf")))[0] == 200
            status, said = await post("collect", device="wlc1")
            assert status == 400
            assert said["error"].startswith("wlc1 refuses TCP 830: netconf-yang is not configured there")
            assert (await post("fly"))[0] == 404
            scene.configure("netconf-yang")
            await asyncio.sleep(0.2)
            assert (await post("collect", device="wlc1"))[0] == 200
            await scene.comes_true(lambda: waiting(scene.device) == 0)
            async with session.get("/targets/cslu") as response:
                state = await response.text()
            assert scene.device.spec.password not in state
            assert '"job": "deliver: done"' in state

    play(tmp_path, scenario, targets=[{"kind": "cslu"}])


async def carried_to_cisco(scene: Scene, target: str, out: str, back: str) -> None:
    """Somebody takes the bundle to CSSM's page and comes back with an ACK for each file in it."""
    bundle = base64.b64decode((await scene.do(target, out))["content"])
    for document in documents_in(bundle).values():
        ack = scene.world.cssm.acknowledge("example.com", "DEFAULT", scene.device.agent.udis[0], document)
        await scene.do(target, back, content=base64.b64encode(ack).decode())
