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
        """``text`` without the secrets, for errors that quote a device."""
        ends = (self.device, self.jump) if self.jump else (self.device,)
        return hide(text, self.enable_password, *(s for e in ends for s in (e.password, e.key_passphrase)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RestSettings:
    """One device with RESTCONF and the native REST service. ``ca_path``: the CAs to trust in place of the system's."""

    name: str
    host: str
    port: int = 443
    user: str = ""
    password: str | None = field(default=None, repr=False)
    ca_path: str | None = None
    validate_certs: bool = True
    connect_timeout: float = 15.0
    command_timeout: float = 60.0

    @property
    def origin(self) -> str:
        return f"https://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def hide(text: str, *secrets: str | None) -> str:
    """``text`` without the secrets. Three letters are part of any text."""
    for secret in sorted({s for s in secrets if s and len(s) > 3}, key=len, reverse=True):
        text = text.replace(secret, "********")
    return text
