# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files to and from a device for a collector, over its SSH: SCP, or what the command line can do without that."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

with suppress(ImportError):  # __main__ names the requirements file
    import asyncssh

from . import pull_words
from .netconf_client import ssh_connection
from .site import Site


class CarrierError(ValueError):
    """A file could not be carried; one line says what is missing on the device."""


class Carrier:
    """One device. A connection for each step, as IOS lets one session only into a connection."""

    def __init__(self, site: Site, address: str, username: str, password: str) -> None:
        self._site = site
        self._address = address
        self._username = username
        self._password = password

    async def get(self, path: str) -> bytes:
        """A file's octets; by ``more`` where the device serves no SCP."""
        with tempfile.TemporaryDirectory(prefix="slp-sim-") as directory:
            local = Path(directory, "file")
            async with self._connection() as connection:
                try:
                    await asyncssh.scp((connection, path), local)
                    return _read(local)
                except (asyncssh.SFTPError, asyncssh.ChannelOpenError):
                    pass
        return (await self.command(f"more {path}")).replace("\r\n", "\n").encode("utf-8", "surrogateescape")

    async def put(self, path: str, data: bytes) -> None:
        """Raises CarrierError where the device serves no SCP: a command line takes no file."""
        with tempfile.TemporaryDirectory(prefix="slp-sim-") as directory:
            local = Path(directory, "file")
            _write(local, data)
            async with self._connection() as connection:
                try:
                    await asyncssh.scp(local, (connection, path))
                except (asyncssh.SFTPError, asyncssh.ChannelOpenError) as error:
                    raise CarrierError(pull_words.no_scp(self._address, error.reason)) from error

    async def delete(self, path: str) -> None:
        await self.command(f"delete /force {path}")

    async def command(self, line: str) -> str:
        """What one command prints."""
        async with self._connection() as connection:
            done = await connection.run(line, encoding="utf-8", errors="surrogateescape")
        return str(done.stdout or "")

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        where, seconds = self._site.names.find(self._address, 22), self._site.cssm.options.device_timeout
        if where is None:
            raise CarrierError(f"{self._address} cannot be reached by SSH: the file of the reports stays there")
        try:
            async with (
                asyncio.timeout(seconds),
                ssh_connection(*where, self._username, self._password, seconds) as connection,
            ):
                yield connection
        except asyncssh.PermissionDenied:
            raise CarrierError(pull_words.login(self._address, self._username, "on TCP 22")) from None
        except TimeoutError:
            raise CarrierError(pull_words.silent(self._address, "SSH", seconds)) from None
        except (OSError, asyncssh.Error) as error:
            raise CarrierError(pull_words.broken(self._address, "SSH", error)) from error


def _read(file: Path) -> bytes:
    return file.read_bytes()


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(data)
