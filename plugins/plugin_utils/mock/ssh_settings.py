# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a simulated device does SSH, beside what its specification says of users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# What each profile offers, in asyncssh's words. Modern: what costs least comes first (curve25519 under both of its
# names, since paramiko knows one only).
PROFILES: dict[str, dict[str, Any]] = {
    "modern": {
        "kex_algs": [
            "curve25519-sha256",
            "curve25519-sha256@libssh.org",
            "ecdh-sha2-nistp256",
            "diffie-hellman-group14-sha256",
        ],
        "encryption_algs": ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes256-ctr"],
        "mac_algs": ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"],
    },
    "rsa": {
        "kex_algs": ["ecdh-sha2-nistp256", "diffie-hellman-group14-sha256"],
        "encryption_algs": ["aes128-gcm@openssh.com", "aes128-ctr", "aes256-ctr"],
        "mac_algs": ["hmac-sha2-256", "hmac-sha2-512"],
    },
    "sha1": {
        "kex_algs": ["diffie-hellman-group14-sha1"],
        "encryption_algs": ["aes128-cbc", "aes128-ctr"],
        "mac_algs": ["hmac-sha1"],
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SshSettings:
    """``profile``: ``modern`` (ed25519 host key), ``rsa`` (RSA with SHA-2 only) or ``sha1`` (what old releases have).

    ``own_host_key``: a key of its own in place of the one that all devices share. ``public_keys``: OpenSSH lines that
    let the user in. ``max_sessions``: VTY lines. ``channels``: sessions on one connection; IOS refuses a second.
    ``motd`` is printed before the first prompt.
    """

    profile: str = "modern"
    own_host_key: bool = False
    public_keys: tuple[str, ...] = ()
    password: bool = True
    max_sessions: int = 16
    channels: int = 1
    motd: str = ""

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise ValueError(f"SSH profile {self.profile!r} is none of {', '.join(PROFILES)}")
