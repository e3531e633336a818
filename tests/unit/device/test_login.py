# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Getting in, and what an operator reads when that fails."""

from __future__ import annotations

import logging
import socket
import threading
from dataclasses import replace
from typing import Any

import asyncssh
import paramiko
import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import HostKeyError, LoginError
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import Endpoint, HostKeyPolicy

from .conftest import DROP, ENABLE, PASSWORD, Lab, Terminal

TRICKY_BANNER = """
**********************************
* Authorised users only!         *
* Welcome to site-7>
* Password: ask the NOC. Agree? [yes/no]:
router#
"""


def test_the_login_leaves_a_session_at_privilege_15(lab: Lab) -> None:
    served = lab.serve()
    driver = lab.login(served)
    assert driver.run("show privilege") == "Current privilege level is 15"
    assert served.terminal.typed[:3] == ["terminal length 0", "terminal width 511", "show privilege"]


@pytest.mark.parametrize("early_echo", [False, True])
def test_a_banner_full_of_prompts_is_no_prompt(lab: Lab, early_echo: bool) -> None:
    driver = lab.login(Terminal(banner=TRICKY_BANNER, early_echo=early_echo, replies={"show clock": "10:00\n"}))
    assert driver.run("show clock") == "10:00"
    assert driver.run_all(["show privilege", "show clock"]) == {
        "show privilege": "Current privilege level is 15",
        "show clock": "10:00",
    }


def test_a_user_at_privilege_1_is_raised_with_enable(lab: Lab) -> None:
    served = lab.serve(Terminal(privilege=1, enable=ENABLE))
    driver = lab.login(served, enable_password=ENABLE)
    assert driver.run("show privilege") == "Current privilege level is 15"


def test_a_device_that_refuses_show_privilege_is_taken_by_its_prompt(lab: Lab) -> None:
    driver = lab.login(Terminal(replies={"show privilege": "Command authorization failed.\n\n", "show clock": "10\n"}))
    assert driver.run("show clock") == "10"


@pytest.mark.parametrize(
    ("terminal", "secret", "words"),
    [
        (Terminal(privilege=1, enable=ENABLE), None, ["privilege level 1", "15 is needed", "ansible_become_password"]),
        (Terminal(privilege=1, enable=ENABLE), "canary-wrong", ["enable password is refused", "ansible_become"]),
        (Terminal(privilege=1), None, ["privilege level 1", "Error in authentication", "user of privilege 15"]),
        (Terminal(privilege=7), "x", ["privilege level 7", "user of privilege 15"]),
        (Terminal(replies={"terminal length 0": [DROP]}), None, ["ended the session after the login", "vty"]),
        (
            Terminal(replies={"terminal length 0": ["Your password has expired. New one? [yes/no]: ", 9.0]}),
            None,
            ["asks something unexpected", "New one? [yes/no]:"],
        ),
    ],
    ids=["no enable", "wrong enable", "enable refused", "privilege 7", "closed", "question"],
)
def test_no_session_says_why(lab: Lab, terminal: Terminal, secret: str | None, words: list[str]) -> None:
    with pytest.raises(LoginError) as error:
        lab.login(terminal, enable_password=secret)
    assert_told(error.value, "wlc1: ", *words)


def test_wrong_password(lab: Lab) -> None:
    with pytest.raises(LoginError) as error:
        lab.login(end={"password": "canary-not-this"})
    assert_told(error.value, "wlc1: user 'slp' or the password (key) is refused", "ansible_password")


def test_a_server_that_asks_for_the_password_as_a_question(lab: Lab) -> None:
    """As IOS does with some AAA configurations: keyboard-interactive alone."""
    assert lab.login(Terminal(keyboard_interactive=True)).run("show privilege")
    with pytest.raises(LoginError) as error:
        lab.login(Terminal(keyboard_interactive=True), end={"password": "canary-wrong"})
    assert_told(error.value, "wlc1: user 'slp' or the password (key) is refused")


def test_a_device_that_closes_at_once(lab: Lab) -> None:
    """As IOS does when all its lines are taken."""
    with socket.create_server(("127.0.0.1", 0)) as busy:
        served = lab.serve()
        served.port = busy.getsockname()[1]

        def hang_up() -> None:
            busy.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        with pytest.raises(LoginError) as error:
            lab.login(served)
    assert_told(error.value, "wlc1: no SSH session with 127.0.0.1", "are lines (vty) free?")


def test_no_user(lab: Lab) -> None:
    with pytest.raises(LoginError) as error:
        lab.login(end={"user": ""})
    assert_told(error.value, "wlc1: no user to log in with is given", "ansible_user")


def test_no_credentials(lab: Lab) -> None:
    with pytest.raises(LoginError) as error:
        lab.login(end={"password": None})
    assert_told(error.value, "neither a password nor a key")


def test_connection_refused(lab: Lab) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = lab.serve()
    served.port = port
    with pytest.raises(LoginError) as error:
        lab.login(served)
    assert_told(error.value, f"wlc1: 127.0.0.1 port {port} refuses the connection", "SSH enabled")


def test_name_does_not_resolve(lab: Lab) -> None:
    with pytest.raises(LoginError) as error:
        lab.login(end={"host": "wlc.invalid"})
    assert_told(error.value, "wlc1: the name wlc.invalid does not resolve")


def test_something_that_never_says_it_is_ssh(lab: Lab) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        served = lab.serve()
        served.port = silent.getsockname()[1]
        with pytest.raises(LoginError) as error:
            lab.login(served, auth_timeout=0.3)
    assert_told(error.value, "wlc1: no SSH session with 127.0.0.1")


# --- host keys ---


def test_an_unknown_host_key_is_refused_and_shown(lab: Lab) -> None:
    served = lab.serve()
    with pytest.raises(HostKeyError) as error:
        lab.login(served, known_hosts_file=str(lab.tmp_path / "none"))
    assert_told(error.value, "wlc1: its host key is not on record", "SHA256:", "accept_new")
    assert served.terminal.typed == []


def test_accept_new_records_once_and_then_checks(lab: Lab) -> None:
    record = lab.tmp_path / "new" / "known_hosts"
    served = lab.serve()
    settings = replace(lab.settings(served), known_hosts_file=str(record), host_key_policy=HostKeyPolicy.ACCEPT_NEW)
    for _unused in range(2):
        lab.login(served, known_hosts_file=str(record), host_key_policy=settings.host_key_policy)
    lines = record.read_text().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"[127.0.0.1]:{served.port} ssh-ed25519 ")
    lab.login(served, known_hosts_file=str(record), host_key_policy=HostKeyPolicy.STRICT)


@pytest.mark.parametrize("policy", [HostKeyPolicy.STRICT, HostKeyPolicy.ACCEPT_NEW])
def test_a_changed_host_key_is_refused_before_the_password(lab: Lab, policy: HostKeyPolicy) -> None:
    served = lab.serve()
    served.key = asyncssh.generate_private_key("ssh-ed25519")
    with pytest.raises(HostKeyError) as error:
        lab.login(served, host_key_policy=policy)
    assert_told(error.value, "wlc1: its host key has changed", "SHA256:", "ssh-keygen -R", "listening in")


def test_ignore_asks_nothing(lab: Lab) -> None:
    served = lab.serve()
    served.key = asyncssh.generate_private_key("ssh-ed25519")
    lab.login(served, host_key_policy=HostKeyPolicy.IGNORE)


def test_the_recorded_key_type_is_asked_for(lab: Lab) -> None:
    """A server with two keys shows the one on record, whatever else it would prefer."""
    rsa = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    served = lab.serve(key=[asyncssh.generate_private_key("ssh-ed25519"), rsa])
    served.key = rsa
    assert lab.login(served).run("show privilege")


# --- keys, jump hosts, algorithms ---


def test_private_key_file(lab: Lab) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    path = lab.tmp_path / "id"
    path.write_bytes(key.export_private_key("openssh", passphrase="canary-phrase", rounds=50))
    good = {"user": "keyuser", "password": None, "key_file": str(path), "key_passphrase": "canary-phrase"}
    assert lab.login(end=good).run("show privilege")
    for wrong in ({"key_passphrase": "canary-other"}, {"key_file": str(lab.tmp_path / "gone")}):
        with pytest.raises(LoginError) as error:
            lab.login(end=good | wrong)
        assert_told(error.value, "wlc1: the private key", "passphrase")


def test_jump_host(lab: Lab) -> None:
    jump = lab.serve()
    through = Endpoint(host="127.0.0.1", port=jump.port, user="slp", password=PASSWORD)
    lab.settings(jump)  # its key is on record
    assert lab.login(jump=through).run("show privilege")
    assert jump.terminal.typed == []


@pytest.mark.parametrize(
    ("jump", "device", "words"),
    [
        ({"password": "canary-no"}, {}, ["jump host 127.0.0.1: user 'slp' or the password"]),
        ({}, {"port": 1}, ["the jump host 127.0.0.1 does not connect to 127.0.0.1 port 1", "TCP forwarding"]),
    ],
)
def test_jump_host_that_does_not_help(lab: Lab, jump: Any, device: Any, words: list[str]) -> None:
    served = lab.serve()
    lab.settings(served)
    through = Endpoint(**{"host": "127.0.0.1", "port": served.port, "user": "slp", "password": PASSWORD} | jump)
    with pytest.raises(LoginError) as error:
        lab.login(jump=through, end=device)
    assert_told(error.value, "wlc1: ", *words)


@pytest.mark.skipif(int(paramiko.__version__.split(".")[0]) < 5, reason="paramiko 4 still speaks SHA-1")
@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({}, "host key ssh-rsa"),
        ({"kex_algs": ["diffie-hellman-group14-sha1"]}, "key exchange diffie-hellman-group14-sha1"),
    ],
)
def test_a_device_with_sha1_only_is_explained(lab: Lab, options: dict[str, Any], word: str) -> None:
    [pair] = asyncssh.load_keypairs([asyncssh.generate_private_key("ssh-rsa", key_size=2048)])
    pair.host_key_algorithms = [b"ssh-rsa"]
    served = lab.serve(key=[pair], **options)
    served.key = asyncssh.generate_private_key("ssh-ed25519")
    with pytest.raises(LoginError) as error:
        lab.login(served)
    assert_told(error.value, "no SSH algorithm in common", "offers only SHA-1", word)
    assert_told(error.value, "ip ssh server algorithm hostkey rsa-sha2-512", "paramiko>=4,<5")


def test_a_device_with_sha2_only_works(lab: Lab) -> None:
    key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    [pair] = asyncssh.load_keypairs([key])
    pair.host_key_algorithms = [b"rsa-sha2-512"]
    served = lab.serve(key=[pair])
    served.key = key
    assert lab.login(served).run("show privilege")


def test_nothing_is_logged_or_printed(
    lab: Lab, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    driver = lab.login(Terminal(privilege=1, enable=ENABLE), enable_password=ENABLE)
    assert PASSWORD not in repr(driver._settings)
    driver.close()
    with pytest.raises(LoginError):
        lab.login(end={"password": "canary-x"})
    out, err = capfd.readouterr()
    assert out + err == ""
    assert "canary" not in caplog.text


def assert_told(error: Exception, *words: str) -> None:
    for word in words:
        assert word in str(error)
    assert "canary" not in str(error)
    assert "\n" not in str(error)
