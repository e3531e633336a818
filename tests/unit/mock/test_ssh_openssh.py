# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenSSH's own ssh and scp against a simulated device."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import asyncssh
import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.ssh import SharedSsh, serve_device
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.ssh_settings import SshSettings

from tests.unit.mock.ssh_double import FakeDevice

pytestmark = pytest.mark.skipif(shutil.which("scp") is None, reason="OpenSSH is not installed")


def test_a_command_and_a_file_there_and_back(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / "id").write_bytes(key.export_private_key())
    (tmp_path / "id").chmod(0o600)
    (tmp_path / "U.xml").write_bytes(b"\0<x/>\xff\n" * 1000)

    async def call(program: str, port: int, *arguments: str) -> str:
        options = ["-F", "none", "-i", str(tmp_path / "id"), "-o", f"UserKnownHostsFile={tmp_path / 'known_hosts'}"]
        options += ["-o", "BatchMode=yes", "-P" if program == "scp" else "-p", str(port)]
        process = await asyncio.create_subprocess_exec(
            program, *options, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        output, _unused = await asyncio.wait_for(process.communicate(), 20)
        return f"{process.returncode} {output.decode()}"

    async def main() -> None:
        shared, device = SharedSsh(), FakeDevice()
        settings = SshSettings(public_keys=(key.export_public_key().decode(),))
        port = await serve_device(device, shared=shared, settings=settings)
        (tmp_path / "known_hosts").write_text(shared.known_host("127.0.0.1", port))
        assert await call("ssh", port, "admin@127.0.0.1", "show privilege") == "0 Current privilege level is 15\r\n"
        there = "admin@127.0.0.1:bootflash:/U.xml"
        assert (await call("scp", port, "-O", str(tmp_path / "U.xml"), there)).startswith("0 ")
        assert device.flash.read("U.xml") == (tmp_path / "U.xml").read_bytes()
        assert (await call("scp", port, "-O", there, str(tmp_path / "back"))).startswith("0 ")
        assert (tmp_path / "back").read_bytes() == (tmp_path / "U.xml").read_bytes()
        device.scp_server = False
        refused = await call("scp", port, "-O", there, str(tmp_path / "no"))
        assert refused[0] != "0"
        # Which of the two the client prints depends on what it reads first.
        assert "Administratively disabled." in refused or "lost connection" in refused
        assert not (tmp_path / "no").exists()
        assert (await call("scp", port, there, str(tmp_path / "sftp")))[0] != "0"  # IOS XE has no SFTP server
        await shared.close()

    asyncio.run(main())
