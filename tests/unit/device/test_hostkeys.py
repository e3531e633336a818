# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known hosts file, as OpenSSH writes it and as a fleet's workers write it at once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import multiprocessing
import stat
from pathlib import Path

import asyncssh
import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import HostKeyError
from ansible_collections.c9800.slp.plugins.plugin_utils.device import hostkeys
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import HostKeyPolicy

KEY = base64.b64encode(b"\0\0\0\x0bssh-ed25519 the key").decode()


@pytest.mark.parametrize(
    ("field", "name", "known"),
    [
        ("wlc1.example.com", "wlc1.example.com", True),
        ("wlc1,192.0.2.1", "192.0.2.1", True),
        ("WLC1", "wlc1", True),
        ("*.example.com", "wlc1.example.com", True),
        ("*.example.com,!wlc1.example.com", "wlc1.example.com", False),
        ("!wlc1.example.com,*.example.com", "wlc1.example.com", False),
        ("wlc?", "wlc1", True),
        ("[192.0.2.1]:2222", "[192.0.2.1]:2222", True),
        ("[192.0.2.1]:2222", "192.0.2.1", False),
        ("192.0.2.1", "[192.0.2.1]:2222", False),
        ("[wlc*]:2222", "[wlc1]:2222", True),
        ("|1|broken", "wlc1", False),
    ],
)
def test_names(tmp_path: Path, field: str, name: str, known: bool) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"# comment\n\nnonsense\n{field} ssh-ed25519 {KEY} a comment\n{field} ssh-rsa not-base64!\n")
    assert len(hostkeys.known_keys(path, name)) == known


def test_hashed_names(tmp_path: Path) -> None:

    salt = b"0123456789abcdefghij"
    digest = base64.b64encode(hmac.new(salt, b"wlc1", hashlib.sha1).digest()).decode()
    path = tmp_path / "known_hosts"
    path.write_text(f"|1|{base64.b64encode(salt).decode()}|{digest} ssh-ed25519 {KEY}\n")
    assert len(hostkeys.known_keys(path, "wlc1")) == 1
    assert hostkeys.known_keys(path, "wlc2") == []


def test_asyncssh_reads_what_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    key = asyncssh.generate_private_key("ecdsa-sha2-nistp256").convert_to_public()
    path.write_text("other ssh-ed25519 AAAA")  # no line end: somebody's editor
    hostkeys.check(path, "[192.0.2.1]:2222", "ecdsa-sha2-nistp256", key.public_data, HostKeyPolicy.ACCEPT_NEW)
    trusted, *_unused = asyncssh.read_known_hosts(str(path)).match("192.0.2.1", "192.0.2.1", 2222)
    assert {found.public_data for found in trusted} == {key.public_data}
    assert path.read_text().splitlines()[0] == "other ssh-ed25519 AAAA"


def test_a_new_record_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "known_hosts"
    hostkeys.check(path, "wlc1", "ssh-ed25519", b"key", HostKeyPolicy.ACCEPT_NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_revoked_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"@revoked wlc1 ssh-ed25519 {KEY}\n")
    with pytest.raises(HostKeyError, match="marked as revoked"):
        hostkeys.check(path, "wlc1", "ssh-ed25519", base64.b64decode(KEY), HostKeyPolicy.ACCEPT_NEW)


def test_a_second_key_type_of_a_known_device_is_no_new_device(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"wlc1 ssh-ed25519 {KEY}\n")
    with pytest.raises(HostKeyError, match="has changed"):
        hostkeys.check(path, "wlc1", "ssh-rsa", b"another", HostKeyPolicy.ACCEPT_NEW)


def test_a_record_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(HostKeyError, match=r"cannot be (recorded|read)"):
        hostkeys.check(tmp_path, "wlc1", "ssh-ed25519", b"key", HostKeyPolicy.ACCEPT_NEW)


def _record(path: Path, number: int) -> None:
    for device in range(20):
        hostkeys.check(path, f"wlc{device}", "ssh-ed25519", f"key {device}".encode(), HostKeyPolicy.ACCEPT_NEW)


def test_many_workers_record_each_key_once(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_record, args=(path, number)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    lines = path.read_text().splitlines()
    assert sorted(lines) == sorted(set(lines))
    assert len(lines) == 20
