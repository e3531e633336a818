# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole simulated world with clients that know nothing of it: an SSH client for the devices, HTTP for CSSM.

Save usage, fetch the file, submit it, fetch the ACK, put it on the device, import it, and look at the device.
"""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import aiohttp
import asyncssh
import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import remote
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.remote import call

NOW_MS = 1_790_000_000_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    directory = tmp_path_factory.mktemp("world")
    yield remote.start(directory, "demo", ["--cssm", '{"ready_after": 0.2}'])
    remote.stop(directory)


class Cli:
    """A session at a device's prompt."""

    def __init__(self, process: asyncssh.SSHClientProcess[str]) -> None:
        self._process = process

    async def __call__(self, command: str) -> str:
        self._process.stdin.write(f"{command}\n")
        seen = ""
        while not (command in seen and seen.rstrip().endswith("#")):
            seen += await asyncio.wait_for(self._process.stdout.read(65536), 10)
        return seen[seen.index(command) + len(command) : seen.rindex("\n")].strip()


async def connect(world: dict[str, Any], device: dict[str, Any]) -> asyncssh.SSHClientConnection:
    return await asyncssh.connect(
        device["address"],
        device["port"],
        username=device["username"],
        password=device["password"],
        known_hosts=world["known_hosts"],
        config=None,
    )


async def save_usage(world: dict[str, Any], device: dict[str, Any]) -> str:
    """The text of the file that the device saves."""
    async with await connect(world, device) as connection:
        cli = Cli(await connection.create_process(term_type="vt100"))
        await cli("terminal length 0")
        assert await cli("license smart save usage all file flash:usage.txt") == ""
        text = await cli("more flash:usage.txt")
    return text.replace("\r\n", "\n").strip()


async def install(world: dict[str, Any], device: dict[str, Any], ack: bytes, folder: Path) -> str:
    """What the device says to the import."""
    file = folder / "ack.txt"
    file.write_bytes(ack)
    async with await connect(world, device) as connection:
        await asyncssh.scp(str(file), (connection, "flash:ack.txt"))
    async with await connect(world, device) as connection:
        cli = Cli(await connection.create_process(term_type="vt100"))
        return await cli("license smart import flash:ack.txt")


def entry(text: str) -> dict[str, Any]:
    """The CSSM body of a device's file, read as any client would."""
    root = ElementTree.fromstring(text)
    reports = [json.loads(element.text or "") for element in root.iter("RUMReport")]
    info = json.loads(root.findtext("smartLicenseSystemInfo/data") or "")
    requests = [
        base64.b64encode(ElementTree.tostring(element)).decode() for element in root.iter("SmartLicenseTrustRequest")
    ]
    return {
        "sudi": info["sudi"],
        "software_tag_identifier": info["software_tag_identifier"],
        "trust_requests": requests,
        "usage": [{"payload": report["payload"], "signature": report["signature"]} for report in reports],
    }


async def acknowledge(world: dict[str, Any], account: tuple[str, str], entries: list[dict[str, Any]]) -> list[Any]:
    """Submit, wait for the ticket, and return the elements of the result."""
    cssm, base = world["cssm"], world["cssm"]["base_url_software_apis"]
    context = ssl.create_default_context(cafile=world["ca"])
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:

        async def ask(method: str, url: str, **options: Any) -> Any:
            async with session.request(method, url, **options) as response:
                assert response.status < 300, await response.text()
                return await response.json()

        form = {"grant_type": "client_credentials", **{key: cssm[key] for key in ("client_id", "client_secret")}}
        token = await ask("POST", cssm["token_url"], data=form)
        session.headers["Authorization"] = f"Bearer {token['access_token']}"
        smart = await ask("GET", f"{base}/pnp/v2/accounts")
        ids = {item["domainIdentifier"]: item["accountIdentifier"] for item in smart["data"]}
        virtual = await ask("GET", f"{base}/pnp/v2/accounts/{account[0]}/virtual-accounts")
        virtual_ids = {item["virtualAccountName"]: item["virtualAccountId"] for item in virtual["data"]}
        headers = {
            "X-CSW-SMART-ACCOUNT-ID": str(ids[account[0]]),
            "X-CSW-VIRTUAL-ACCOUNT-ID": str(virtual_ids[account[1]]),
            "X-CSW-REQUESTING-SYSTEM": '{"display_name":"test"}',
        }
        data: dict[str, Any] = {"timestamp": NOW_MS, "nonce": "n", "reports": entries}
        ticket = await ask("POST", f"{base}/licensing/v2/report-usage", headers=headers, json={"data": data})
        data = {"timestamp": NOW_MS, "nonce": "n", "poll_id": int(ticket["poll_id"]), "action": ticket["action"]}
        async with asyncio.timeout(10):
            while True:
                reply = await ask("POST", f"{base}/licensing/v2/poll", headers=headers, json={"data": data})
                if reply["status"] == "COMPLETE":
                    return reply["data"]["license_data"]
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("name", "trusted"),
    [
        ("wlc-berlin-hq", 2),  # a pair
        ("wlc-newyork-dc", 0),  # before 17.7.1 no trust request is in the file
        ("wlc-frankfurt-dc", 1),  # several hundred reports
        ("ewc-linz-shop", 1),
    ],
)
def test_from_saved_usage_to_imported_ack(world: dict[str, Any], tmp_path: Path, name: str, trusted: int) -> None:
    device = next(item for item in world["devices"] if item["name"] == name)
    account = device["smart_account"], device["virtual_account"]
    waiting = call(world, "GET", f"/devices/{name}")["rum"]

    async def run() -> str:
        text = await save_usage(world, device)
        (result,) = await acknowledge(world, account, [entry(text)])
        return await install(world, device, base64.b64decode(result["smart_license"]), tmp_path)

    assert asyncio.run(run()) == "Import Data Successful"
    after = call(world, "GET", f"/devices/{name}")
    assert after["rum"]["acknowledged"] - waiting["acknowledged"] > 0
    assert after["rum"]["waiting"] == 0
    assert after["last_ack"] is not None
    assert after["policy"]["name"] == "Custom Policy (simulated)"
    assert (after["account"]["smart_account"], after["account"]["virtual_account"]) == account
    assert len(after["trust"]) == trusted
    held = call(world, "GET", "/cssm")["reports"]
    assert all(report == {"offered": 1, "delivered": True} for report in held[device["udis"][0]].values())
    assert "license smart import flash:ack.txt" in [item["line"] for item in call(world, "GET", f"/log?target={name}")]


def test_devices_with_a_past(world: dict[str, Any]) -> None:
    """Munich reported 55 days ago; Frankfurt never, although its first report is overdue."""
    munich, frankfurt = (call(world, "GET", f"/devices/{name}") for name in ("wlc-munich-campus", "wlc-frankfurt-dc"))
    assert round((munich["now"] - munich["last_ack"]) / 86400) == 55
    assert munich["account"]["smart_account"] == "example.com"
    assert munich["files"] == []
    held = call(world, "GET", "/cssm")["reports"]["PID:C9800-80-K9,SN:TTM0000B001"]
    assert len(held) == munich["rum"]["acknowledged"] == 8
    assert frankfurt["first_use"] < frankfurt["now"] - 90 * 86400


@pytest.mark.parametrize(
    ("name", "zone"), [("wlc-newyork-dc", "EST"), ("wlc-vienna-branch", "CET"), ("wlc-berlin-hq", "UTC")]
)
def test_zones(world: dict[str, Any], name: str, zone: str) -> None:
    assert call(world, "GET", f"/devices/{name}")["zone"] == zone
