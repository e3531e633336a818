# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated devices over real SSH: one process, one listening socket a device, everything else shared."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from .doors import Door
from .faults import Faults
from .journal import Journal
from .session import Device
from .ssh_login import Login, Served
from .ssh_settings import PROFILES, SshSettings

try:
    import asyncssh
except ImportError:  # the file can be looked at without it; SharedSsh says what is missing
    asyncssh = None  # type: ignore[assignment]

HOST_KEY_ALGORITHMS = {
    "modern": (b"ssh-ed25519",),
    "rsa": (b"rsa-sha2-512", b"rsa-sha2-256"),
    "sha1": (b"ssh-rsa",),
}


class SharedSsh:
    """What the devices of a process share: host keys, negotiated options, faults and the journal."""

    def __init__(self, *, faults: Faults | None = None, journal: Journal | None = None) -> None:
        if asyncssh is None:
            raise RuntimeError("the mock targets need the Python library asyncssh: pip install asyncssh")
        self.faults = faults or Faults()
        self.journal = journal or Journal()
        self._keys: dict[str, asyncssh.SSHKey] = {}
        self._options: dict[str, asyncssh.SSHServerConnectionOptions] = {}
        self._served: dict[tuple[str, int], Served] = {}
        self.faults.watchers.append(self._settle)

    def known_host(self, host: str, port: int) -> str:
        """The line of a ``known_hosts`` file for a device that listens there."""
        key = self._served[host, port].host_key.export_public_key().decode().split()
        return f"[{host}]:{port} {key[0]} {key[1]}"

    async def close(self) -> None:
        """Stop listening and break all connections."""
        if self._settle in self.faults.watchers:
            self.faults.watchers.remove(self._settle)
        for served in self._served.values():
            if served.door:
                await served.door.close()
        self._served.clear()
        await asyncio.sleep(0)

    async def listen(self, device: Device, settings: SshSettings, faults: Faults, host: str, port: int) -> int:
        """See :func:`serve_device`."""
        key = _new_key(settings.profile) if settings.own_host_key else self._key(settings.profile)
        options = _options(settings.profile, key) if settings.own_host_key else self._shared_options(settings.profile)
        public_keys = tuple(asyncssh.import_public_key(line) for line in settings.public_keys)
        served = Served(device, settings, faults, self.journal, key, public_keys)

        async def open_(listener: socket.socket) -> Served:
            served.acceptor = await asyncssh.listen(
                sock=listener, options=options, server_factory=lambda: Login(served), backlog=128
            )
            return served

        served.door = Door(host, open_, port)
        await served.settle()
        taken = served.door.address[1]
        self._served[host, taken] = served
        return taken

    async def accept(
        self, device: Device, listener: socket.socket, faults: Faults, login: Callable[[Served], Login]
    ) -> Served:
        """Let ``device`` answer on one port more, with the host key it has; ``login`` makes what answers there."""
        settings, key = self._manner(device)
        options = _options(settings.profile, key) if settings.own_host_key else self._shared_options(settings.profile)
        served = Served(device, settings, faults, self.journal, key, ())
        served.acceptor = await asyncssh.listen(
            sock=listener, options=options, server_factory=lambda: login(served), backlog=128
        )
        return served

    def host_key_line(self, device: Device, host: str, port: int) -> str:
        """The line of a ``known_hosts`` file for a port where ``device`` is to answer."""
        _unused, key = self._manner(device)
        name, value = key.export_public_key().decode().split()[:2]
        return f"[{host}]:{port} {name} {value}"

    def break_sessions(self, device: Device) -> None:
        """Who is logged in at the command line of ``device`` is put out."""
        for served in self._served.values():
            if served.device is device:
                served.restart()

    async def _settle(self) -> None:
        for served in self._served.values():
            await served.settle()

    def _manner(self, device: Device) -> tuple[SshSettings, asyncssh.SSHKey]:
        """How a device does SSH at its command line."""
        for served in self._served.values():
            if served.device is device:
                return served.settings, served.host_key
        return SshSettings(), self._key(SshSettings().profile)

    def _key(self, profile: str) -> asyncssh.SSHKey:
        algorithm = _algorithm(profile)
        if algorithm not in self._keys:
            self._keys[algorithm] = _new_key(profile)
        return self._keys[algorithm]

    def _shared_options(self, profile: str) -> asyncssh.SSHServerConnectionOptions:
        if profile not in self._options:
            self._options[profile] = _options(profile, self._key(profile))
        return self._options[profile]


def _algorithm(profile: str) -> str:
    return "ssh-ed25519" if profile == "modern" else "ssh-rsa"


def _new_key(profile: str) -> asyncssh.SSHKey:
    return asyncssh.generate_private_key(_algorithm(profile))


def _options(profile: str, key: asyncssh.SSHKey) -> asyncssh.SSHServerConnectionOptions:
    (pair,) = asyncssh.load_keypairs([key])
    pair.host_key_algorithms = HOST_KEY_ALGORITHMS[profile]
    return asyncssh.SSHServerConnectionOptions(
        server_host_keys=[pair],
        server_version="Cisco-1.25",
        compression_algs=["none"],
        line_editor=False,
        encoding=None,
        allow_scp=False,
        agent_forwarding=False,
        gss_host=None,  # else asyncssh asks for the name of this machine at every login
        **PROFILES[profile],
    )


async def serve_device(
    device: Device,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    shared: SharedSsh,
    faults: Faults | None = None,
    settings: SshSettings | None = None,
) -> int:
    """Let ``device`` be reached by SSH; the port it listens on (``port`` 0: any free one).

    ``faults``: in place of the shared ones. Raises OSError when the address is taken.
    The process needs one file descriptor a device and one a connection.
    """
    return await shared.listen(device, settings or SshSettings(), faults or shared.faults, host, port)
