# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client at the door of a simulated device: login, session channels, and what runs on them."""

from __future__ import annotations

import asyncio
import codecs
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from .doors import Door
from .faults import Faults
from .journal import Journal
from .scp import DISABLED, UNPRIVILEGED, ScpTransfer, scp_transfer
from .session import Device
from .shell import Shell
from .ssh_settings import SshSettings

try:
    import asyncssh
    from asyncssh import SSHServer

    BytesSession = asyncssh.SSHServerSession[bytes]
except ImportError:  # ssh.SharedSsh says what is missing
    SSHServer = BytesSession = object  # type: ignore[misc, assignment]


@dataclass(slots=True)
class Served:
    """A device that listens, and who is connected to it."""

    device: Device
    settings: SshSettings
    faults: Faults
    journal: Journal
    host_key: asyncssh.SSHKey
    keys: tuple[asyncssh.SSHKey, ...]
    acceptor: asyncssh.SSHAcceptor | None = None
    connections: set[asyncssh.SSHServerConnection] = field(default_factory=set)
    door: Door | None = None
    """What opens and closes the port; None where somebody else does."""

    async def settle(self) -> None:
        """Close or open the port as the faults in force have it."""
        if self.door:
            await self.door.be(self.faults.standing(self.device.spec.name, "refuse") is None)

    async def close(self) -> None:
        """Nobody comes in any more, and who is in is put out."""
        if self.acceptor:
            self.acceptor.close()
        self.restart()
        if self.acceptor:
            await self.acceptor.wait_closed()

    def restart(self) -> None:
        """Break all connections."""
        for connection in tuple(self.connections):
            connection.abort()


class Login(SSHServer):
    """One connection: who may come in, and how many sessions it may open."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._user = ""
        self._privilege = served.device.spec.privilege
        self._channels = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._conn = conn
        self._served.connections.add(conn)
        if len(self._served.connections) > self._served.settings.max_sessions:
            conn.abort()

    def connection_lost(self, _exc: Exception | None) -> None:
        self._served.connections.discard(self._conn)

    def begin_auth(self, username: str) -> bool:
        self._user = username
        banner = self._served.device.spec.banner
        if banner:
            self._conn.send_auth_banner(banner.rstrip("\n") + "\n")
        return True

    def password_auth_supported(self) -> bool:
        return self._served.settings.password

    def validate_password(self, username: str, password: str) -> bool:
        spec = self._served.device.spec
        if hmac.compare_digest(f"{username}\0{password}".encode(), f"{spec.username}\0{spec.password}".encode()):
            return True
        found = self._served.device.admits(username, password)
        self._privilege = found or 0
        return found is not None

    def public_key_auth_supported(self) -> bool:
        return bool(self._served.keys)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == self._served.device.spec.username and key in self._served.keys

    def session_requested(self) -> Channel | bool:
        if self._channels >= self._served.settings.channels:
            return False
        self._channels += 1
        return Channel(self._served, self._conn, self._user, self._privilege)


class Channel(BytesSession):
    """One session channel: an interactive shell, one command, or a file transfer."""

    def __init__(self, served: Served, conn: asyncssh.SSHServerConnection, user: str, privilege: int) -> None:
        self._served = served
        self._conn = conn
        self._user = user
        self._privilege = privilege
        self._command: str | None = None
        self._logged_out = False
        self._shell: Shell | None = None
        self._transfer: ScpTransfer | None = None
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode

    # From asyncssh

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._chan = chan

    def pty_requested(self, _term_type: str, _term_size: object, _term_modes: object) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self._command = command
        return True

    def session_started(self) -> None:
        if self._command is not None and self._command.split()[:1] == ["scp"]:
            self._start_transfer(self._command)
            return
        self._shell = Shell(
            self._served.device,
            self,
            username=self._user,
            privilege=self._privilege,
            faults=self._served.faults,
            journal=self._served.journal,
        )
        if self._command is None:
            self._shell.start(self._served.settings.motd)
        else:
            self._shell.run_once(self._command)

    def data_received(self, data: bytes, _datatype: int | None) -> None:
        if self._transfer:
            self._transfer.feed(data)
        elif self._shell:
            self._shell.feed(self._decode(data))

    def eof_received(self) -> bool:
        if self._transfer:
            self._transfer.finish()
        return self._command is not None

    def break_received(self, _msec: int) -> bool:
        if self._shell:
            self._shell.interrupt()
        return True

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._shell:
            self._shell.close()
        if self._transfer:
            self._transfer.finish()
        if self._logged_out:
            self._conn.close()

    # For the shell and for transfers

    def write(self, text: str) -> None:
        self.write_bytes(text.encode("utf-8", "surrogateescape"))

    def write_bytes(self, data: bytes) -> None:
        if not self._chan.is_closing():
            self._chan.write(data)

    def later(self, seconds: float, callback: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, callback)

    def exit(self, status: int) -> None:
        if not self._chan.is_closing():
            self._chan.exit(status)

    def close(self) -> None:
        """Who leaves the shell leaves the device: IOS closes the connection."""
        self._logged_out = True
        self.exit(0)

    def drop(self) -> None:
        self._conn.abort()

    def restart(self) -> None:
        self._served.restart()

    def _start_transfer(self, command: str) -> None:
        device, faults = self._served.device, self._served.faults
        self._served.journal.record(device.spec.name, command, user=self._user, mode="scp")
        refusal = "" if device.scp_server else DISABLED
        if self._privilege < 15:
            refusal = UNPRIVILEGED
        transfer = scp_transfer(command, device.flash, self, faults.take(device.spec.name, command))
        if refusal or transfer is None:
            self.write(refusal or "%Error: not an SCP command\n")
            self.exit(1)
            return
        self._transfer = transfer
        transfer.start()
