# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""netmiko as it comes, against a simulated device: whatever it does on IOS XE works here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.peers.conftest import PeerWorld

pytest.importorskip("netmiko", reason="netmiko is not installed: see tests/peers/requirements.txt")

from netmiko import BaseConnection, ConfigInvalidException, ConnectHandler, file_transfer

pytestmark = pytest.mark.peer


@contextmanager
def login(world: PeerWorld, name: str, device_type: str = "cisco_xe", **options: Any) -> Iterator[BaseConnection]:
    device = world.devices[name]
    connection = ConnectHandler(
        device_type=device_type,
        host=device["address"],
        port=device["port"],
        username=device["username"],
        password=device["password"],
        secret=device["enable_password"],
        alt_host_keys=True,
        alt_key_file=world.known_hosts,
        ssh_strict=True,
        **options,
    )
    try:
        yield connection
    finally:
        connection.disconnect()


@pytest.mark.parametrize("options", [{}, {"fast_cli": False}, {"device_type": "cisco_ios"}, {"keepalive": 1}])
def test_shows(peer_world: PeerWorld, options: dict[str, Any]) -> None:
    with login(peer_world, "admin15", **options) as connection:
        assert connection.find_prompt() == "admin15#"
        assert "Version 17.12.04" in connection.send_command("show version")
        assert "Usage Reporting:" in connection.send_command("show license all")
        assert "Invalid input" in connection.send_command("show nonsense")
        assert connection.send_command("show version | count Version").startswith("Number of lines which match regexp")
        both = connection.send_multiline(["show clock", "show privilege"], expect_string=r"#")
        assert "Current privilege level is 15" in both


def test_a_user_who_has_to_enable(peer_world: PeerWorld) -> None:
    with login(peer_world, "user1") as connection:
        assert connection.find_prompt() == "wireless-controller-with-a-long-name>"
        assert "Invalid input" in connection.send_command("show running-config")
        connection.enable()
        assert connection.check_enable_mode()
        assert "hostname wireless-controller" in connection.send_command("show running-config")
        connection.config_mode()
        assert connection.find_prompt() == "wireless-controller-(config)#"
        connection.exit_config_mode()
        connection.exit_enable_mode()
        assert connection.find_prompt().endswith(">")


def test_configuration_and_saving(peer_world: PeerWorld) -> None:
    with login(peer_world, "admin15") as connection:
        lines = ["license smart transport off", "call-home", "contact-email-addr wireless@example.com"]
        output = connection.send_config_set(lines)
        assert "(cfg-call-home)#" in output
        with pytest.raises(ConfigInvalidException, match="Invalid input"):
            connection.send_config_set(["license smart nonsense"], error_pattern="Invalid input")
        connection.exit_config_mode()
        running = connection.send_command("show running-config")
        assert "license smart transport off" in running
        assert "contact-email-addr wireless@example.com" in running
        assert "[OK]" in connection.save_config()
        saved = connection.save_config(cmd="copy running-config startup-config", confirm=True)
        assert "[OK]" in saved


@pytest.mark.parametrize("size", [0, 100, 300_000])
def test_file_transfer_in_both_directions(peer_world: PeerWorld, tmp_path: Path, size: int) -> None:
    source, back = tmp_path / "source", tmp_path / "back"
    source.write_bytes(bytes(range(256)) * (size // 256) + b"\n" * (size % 256))
    remote = f"netmiko-{size}.bin"
    with login(peer_world, "admin15") as connection:
        put = file_transfer(connection, source_file=str(source), dest_file=remote, direction="put")
        assert put == {"file_exists": True, "file_transferred": True, "file_verified": True}
        again = file_transfer(connection, source_file=str(source), dest_file=remote, direction="put")
        assert again == {"file_exists": True, "file_transferred": False, "file_verified": True}
        got = file_transfer(
            connection, source_file=remote, dest_file=str(back), direction="get", file_system="bootflash:"
        )
        assert got["file_verified"]
        assert back.read_bytes() == source.read_bytes()
        connection.send_command(f"delete /force bootflash:{remote}")
        assert "No such file or directory" in connection.send_command(f"dir bootflash:{remote}")


def test_a_transfer_that_does_not_fit(peer_world: PeerWorld, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 20_000)
    with login(peer_world, "small") as connection, pytest.raises(ValueError, match="Insufficient space"):
        file_transfer(connection, source_file=str(source), dest_file="big", direction="put")


def test_inline_transfer_through_tclsh(peer_world: PeerWorld, tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_text("license smart transport off\nlicense smart url default\n")
    with login(peer_world, "admin15") as connection:
        result = file_transfer(
            connection, source_file=str(source), dest_file="inline.txt", inline_transfer=True, overwrite_file=True
        )
        assert result["file_transferred"]
        assert "license smart url default" in connection.send_command("more bootflash:inline.txt")


def test_questions(peer_world: PeerWorld) -> None:
    with login(peer_world, "admin15") as connection:
        output = connection.send_command("copy running-config bootflash:backup", expect_string=r"filename \[backup\]\?")
        output += connection.send_command("\n", expect_string=r"#", strip_prompt=False, cmd_verify=False)
        assert re.search(r"\d+ bytes copied in", output)
        assert "Delete filename [backup]?" in connection.send_command_timing("delete bootflash:backup")
        assert "[confirm]" in connection.send_command_timing("\n", cmd_verify=False)
        connection.send_command_timing("\n", cmd_verify=False)
        assert "No such file" in connection.send_command("dir bootflash:backup")
