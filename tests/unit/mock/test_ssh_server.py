# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated devices over real SSH on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.ssh import SharedSsh, serve_device
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.ssh_settings import SshSettings

from tests.unit.mock.ssh_double import FakeDevice

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")  # profile sha1 is about the old

Scenario = Callable[["Lab"], Awaitable[None]]


class Lab:
    """Devices that listen, and a client to log in with."""

    def __init__(self) -> None:
        self.shared = SharedSsh()

    async def serve(self, device: FakeDevice | None = None, **settings: Any) -> int:
        return await serve_device(device or FakeDevice(), shared=self.shared, settings=SshSettings(**settings))

    @asynccontextmanager
    async def login(self, port: int, **options: Any) -> AsyncIterator[asyncssh.SSHClientConnection]:
        options = {"username": "admin", "password": "Sim-Passw0rd", "known_hosts": None, "config": None, **options}
        options.setdefault("client_keys", None)
        async with asyncssh.connect("127.0.0.1", port, agent_path=None, **options) as connection:
            yield connection


def run(scenario: Scenario) -> None:
    async def main() -> None:
        lab = Lab()
        try:
            await asyncio.wait_for(scenario(lab), 20)
        finally:
            await lab.shared.close()

    asyncio.run(main())


def test_a_session_at_the_prompt() -> None:
    async def scenario(lab: Lab) -> None:
        port = await lab.serve(motd="Authorized access only")
        async with lab.login(port) as connection:
            process = await connection.create_process(term_type="vt100")
            process.stdin.write("terminal length 0\nshow privilege\nexit\n")
            text = await process.stdout.read()
            await connection.wait_closed()
        assert text == (
            "\r\nAuthorized access only\r\nwlc1#terminal length 0\r\nwlc1#show privilege\r\n"
            "Current privilege level is 15\r\nwlc1#exit\r\n"
        )
        assert lab.shared.journal.lines("wlc1") == ["<login>", "terminal length 0", "show privilege", "exit"]

    run(scenario)


def test_one_command_and_its_octets() -> None:
    async def scenario(lab: Lab) -> None:
        device = FakeDevice()
        device.flash.write("U.xml", b"\xff\xc3\xa9\n" * 100_000)
        async with lab.login(await lab.serve(device)) as connection:
            result = await connection.run("more bootflash:U.xml", encoding=None)
        assert result.stdout == b"\xff\xc3\xa9\r\n" * 100_000
        assert result.exit_status == 0

    run(scenario)


@pytest.mark.parametrize("options", [{"password": "wrong"}, {"username": "root"}])
def test_wrong_credentials(options: dict[str, str]) -> None:
    async def scenario(lab: Lab) -> None:
        port = await lab.serve()
        with pytest.raises(asyncssh.PermissionDenied):
            async with lab.login(port, **options):
                pass

    run(scenario)


def test_a_user_who_was_configured_later(tmp_path: Path) -> None:
    async def scenario(lab: Lab) -> None:
        device = FakeDevice()
        device.flash.write("U.xml", b"usage")
        device.users = {("cslu", "Sim-C0llect0r"): 15, ("guest", "Sim-Gu3st"): 1}
        port = await lab.serve(device)
        async with lab.login(port, username="cslu", password="Sim-C0llect0r") as connection:
            await asyncssh.scp((connection, "bootflash:U.xml"), tmp_path / "U.xml")
        assert (tmp_path / "U.xml").read_bytes() == b"usage"
        async with lab.login(port, username="guest", password="Sim-Gu3st") as connection:
            assert "level is 1\r\n" in str((await connection.run("show privilege")).stdout)
        with pytest.raises(asyncssh.PermissionDenied):
            async with lab.login(port, username="cslu", password="Sim-Gu3st"):
                pass

    run(scenario)


def test_a_public_key_in_place_of_a_password() -> None:
    async def scenario(lab: Lab) -> None:
        key = asyncssh.generate_private_key("ssh-ed25519")
        port = await lab.serve(public_keys=(key.export_public_key().decode(),), password=False)
        async with lab.login(port, client_keys=[key], password=None) as connection:
            assert "level is 15" in str((await connection.run("show privilege")).stdout)
        with pytest.raises(asyncssh.PermissionDenied):
            async with lab.login(port):
                pass

    run(scenario)


def test_the_banner_comes_before_the_password() -> None:
    class Client(asyncssh.SSHClient):
        banner = ""

        def auth_banner_received(self, msg: str, lang: str) -> None:
            Client.banner = msg

    async def scenario(lab: Lab) -> None:
        port = await lab.serve(FakeDevice(banner="Simulated device"))
        async with lab.login(port, client_factory=Client):
            assert Client.banner == "Simulated device\n"

    run(scenario)


def test_host_keys_shared_or_own(tmp_path: Path) -> None:
    async def scenario(lab: Lab) -> None:
        ports = [await lab.serve(), await lab.serve(), await lab.serve(own_host_key=True)]
        lines = [lab.shared.known_host("127.0.0.1", port) for port in ports]
        keys = [line.split()[2] for line in lines]
        assert keys[0] == keys[1] != keys[2]
        known_hosts = tmp_path / "known_hosts"
        known_hosts.write_text("\n".join(lines))
        for port in ports:
            async with lab.login(port, known_hosts=str(known_hosts)):
                pass

    run(scenario)


@pytest.mark.parametrize(
    ("profile", "kex", "host_key", "cipher"),
    [
        ("modern", "curve25519-sha256", "ssh-ed25519", "aes128-gcm@openssh.com"),
        ("modern", "curve25519-sha256@libssh.org", "ssh-ed25519", "aes256-ctr"),
        ("rsa", "ecdh-sha2-nistp256", "rsa-sha2-256", "aes128-ctr"),
        ("sha1", "diffie-hellman-group14-sha1", "ssh-rsa", "aes128-cbc"),
    ],
)
def test_algorithms_of_a_profile(profile: str, kex: str, host_key: str, cipher: str) -> None:
    async def scenario(lab: Lab) -> None:
        port = await lab.serve(profile=profile)
        algorithms = {
            "kex_algs": [kex],
            "server_host_key_algs": [host_key],
            "encryption_algs": [cipher],
            "mac_algs": ["hmac-sha1", "hmac-sha2-256"],
        }
        async with lab.login(port, **algorithms) as connection:
            assert connection.get_extra_info("recv_cipher") == cipher

    run(scenario)


@pytest.mark.parametrize(
    ("profile", "options"),
    [
        ("modern", {"server_host_key_algs": ["rsa-sha2-256"]}),
        ("rsa", {"server_host_key_algs": ["ssh-rsa"]}),
        ("sha1", {"server_host_key_algs": ["rsa-sha2-256"]}),
        ("sha1", {"kex_algs": ["curve25519-sha256"]}),
    ],
)
def test_what_a_profile_does_not_offer(profile: str, options: dict[str, list[str]]) -> None:
    async def scenario(lab: Lab) -> None:
        port = await lab.serve(profile=profile)
        with pytest.raises(asyncssh.KeyExchangeFailed):
            async with lab.login(port, **options):
                pass

    run(scenario)


def test_a_second_session_on_a_connection_is_refused_unless_allowed() -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.login(await lab.serve()) as connection:
            await connection.create_process()
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.create_process()
        async with lab.login(await lab.serve(channels=2)) as connection:
            await connection.create_process()
            await connection.create_process()

    run(scenario)


def test_no_more_connections_than_lines() -> None:
    async def scenario(lab: Lab) -> None:
        port = await lab.serve(max_sessions=1)
        async with lab.login(port):
            with pytest.raises((asyncssh.Error, OSError)):
                async with lab.login(port):
                    pass
        async with lab.login(port):
            pass

    run(scenario)


def test_a_reload_breaks_every_connection() -> None:
    async def scenario(lab: Lab) -> None:
        port = await lab.serve()
        async with lab.login(port) as bystander, lab.login(port) as operator:
            process = await operator.create_process()
            process.stdin.write("reload\n\n")
            await bystander.wait_closed()
            await operator.wait_closed()
        async with lab.login(port):
            pass

    run(scenario)


def test_faults_reach_the_wire() -> None:
    async def scenario(lab: Lab) -> None:
        lab.shared.faults.add({"match": "show version", "action": "drop", "after": 9, "times": 1})
        lab.shared.faults.add({"match": "license all", "action": "slow", "after": "<none>", "seconds": 0.01})
        port = await lab.serve()
        async with lab.login(port) as connection:
            result = await connection.run("show version")
            assert (result.stdout, result.exit_status) == ("Cisco IOS", None)
        async with lab.login(port) as connection:
            result = await connection.run("show license all")
            assert result.stdout == "Last: <none>\r\nNext: <none>\r\n"

    run(scenario)


def test_ctrl_c_as_a_break_and_interrupt() -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.login(await lab.serve()) as connection:
            process = await connection.create_process(term_type="vt100")
            process.stdin.write("show vers")
            await process.stdout.readuntil("show vers")
            process.send_break(100)
            assert await process.stdout.readuntil("#") == "^C\r\nwlc1#"

    run(scenario)


def test_scp_in_both_directions(tmp_path: Path) -> None:
    async def scenario(lab: Lab) -> None:
        device = FakeDevice()
        port = await lab.serve(device)
        source = tmp_path / "ACK_U.xml"
        source.write_bytes(b"\0\xff\n" * 300_000)
        for target in ("bootflash:/ACK_U.xml", "flash:"):
            async with lab.login(port) as connection:
                await asyncssh.scp(source, (connection, target), preserve=True)
        assert device.flash.read("ACK_U.xml") == source.read_bytes()
        async with lab.login(port) as connection:
            await asyncssh.scp((connection, "bootflash:/ACK_U.xml"), tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == source.read_bytes()
        assert lab.shared.journal.lines("wlc1")[-1] == "scp -f bootflash:/ACK_U.xml"

    run(scenario)


@pytest.mark.parametrize(
    ("spec", "fault", "complaint", "kept"),
    [
        ({"scp_server": False}, {}, None, None),
        ({"privilege": 1}, {}, None, None),
        ({"flash_free": 4096}, {}, "No space left on device", 4096),
        ({}, {"action": "full_disk"}, "No space left on device", 0),
        ({}, {"action": "error", "text": "%Error: no"}, "%Error: no", None),
        ({}, {"action": "drop", "after": 5000}, None, 5000),
    ],
)
def test_scp_that_fails(
    tmp_path: Path, spec: dict[str, Any], fault: dict[str, Any], complaint: str | None, kept: int | None
) -> None:
    async def scenario(lab: Lab) -> None:
        device = FakeDevice(**spec)
        if fault:
            lab.shared.faults.add({"match": "^scp", **fault})
        source = tmp_path / "ACK_U.xml"
        source.write_bytes(b"x" * 10_000)
        async with lab.login(await lab.serve(device)) as connection:
            with pytest.raises((asyncssh.Error, OSError), match=complaint):
                await asyncssh.scp(source, (connection, "bootflash:ACK_U.xml"))
        left = len(device.flash.read("ACK_U.xml")) if "ACK_U.xml" in device.flash else None
        assert left == kept

    run(scenario)


def test_scp_of_a_file_that_is_not_there_or_cut(tmp_path: Path) -> None:
    async def scenario(lab: Lab) -> None:
        device = FakeDevice()
        device.flash.write("U.xml", b"x" * 10_000)
        port = await lab.serve(device)
        async with lab.login(port) as connection:
            with pytest.raises(asyncssh.SFTPError, match="No such file or directory"):
                await asyncssh.scp((connection, "bootflash:x"), tmp_path / "x")
        lab.shared.faults.add({"match": "scp -f", "action": "drop", "after": 5000})
        async with lab.login(port) as connection:
            with pytest.raises((asyncssh.Error, OSError)):
                await asyncssh.scp((connection, "bootflash:U.xml"), tmp_path / "cut")

    run(scenario)


def test_a_transfer_that_breaks_leaves_what_came() -> None:
    async def scenario(lab: Lab) -> None:
        device = FakeDevice()
        async with lab.login(await lab.serve(device)) as connection:
            process = await connection.create_process("scp -t bootflash:U.xml", encoding=None)
            process.stdin.write(b"C0644 10 U.xml\nhalf")
            await process.stdout.readexactly(2)
            process.stdin.write_eof()
            await process.wait()
        assert device.flash.read("U.xml") == b"half"

    run(scenario)


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="none of modern, rsa, sha1"):
        SshSettings(profile="des")
