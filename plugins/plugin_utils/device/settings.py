# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a login needs to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class HostKeyPolicy(StrEnum):
    """What to do about a host key that is not on record. The first two refuse one that differs from the record."""

    STRICT = "strict"
    ACCEPT_NEW = "accept_new"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An SSH server and who logs in there. Secrets are kept out of the repr."""

    host: str
    port: int = 22
    user: str = ""
    password: str | None = field(default=None, repr=False)
    key_file: str | None = None
    key_passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSettings:
    """One device: where it is, how to get in, how long to wait (seconds).

    ``name`` is what errors call it (the inventory name); ``command_timeout`` is the longest silence in the middle
    of an answer; ``keepalive`` 0 sends none.
    """

    name: str
    device: Endpoint
    enable_password: str | None = field(default=None, repr=False)
    jump: Endpoint | None = None
    host_key_policy: HostKeyPolicy = HostKeyPolicy.STRICT
    known_hosts_file: str = "~/.ssh/known_hosts"
    connect_timeout: float = 15.0
    auth_timeout: float = 30.0
    command_timeout: float = 60.0
    keepalive: int = 30

    def hide(self, text: str) -> str:
        """``text`` without the secrets, for errors that quote a device. Three letters are part of any text."""
        ends = (self.device, self.jump) if self.jump else (self.device,)
        secrets = {self.enable_password, *(e.password for e in ends), *(e.key_passphrase for e in ends)}
        for secret in sorted((s for s in secrets if s and len(s) > 3), key=len, reverse=True):
            text = text.replace(secret, "********")
        return text
