# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files to and from a device's flash beside a way in that carries none: SCP in a login that types nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ConnectionLost, LoginError, TransferError

from . import scp
from .doors import Doors
from .login import Connection
from .methods import UnavailableError

_REMEDY = "Configure 'ip scp server enable', or allow the command line: slp_fallback: cli"


class Carrier:
    """A login for files. Raises ``UnavailableError`` where there is no SCP, ``TransferError``."""

    def __init__(self, doors: Doors) -> None:
        self._host = doors.host
        self._doors = doors
        self._connection = self._login()

    def fetch(self, path: str) -> bytes:
        """A file that the device has just written; its size is what SCP announces."""
        with self._channel(path) as channel:
            return scp.receive(channel, path, size=None)

    def put(self, path: str, data: bytes) -> None:
        with self._channel(path) as channel:
            scp.send(channel, path, data)

    def _login(self) -> Connection:
        try:
            return self._doors.ssh()
        except LoginError as error:
            raise UnavailableError(
                f"no login for SCP: {error.what}", cause=error.cause, remedy=error.remedy, host=self._host
            ) from None

    def _opened(self) -> scp.Channel:
        """Many a device gives one channel for each login."""
        try:
            return self._connection.open_channel()
        except ConnectionLost:
            self._connection = self._login()
            return self._connection.open_channel()

    @contextlib.contextmanager
    def _channel(self, path: str) -> Iterator[scp.Channel]:
        channel = self._opened()
        try:
            yield channel
        except scp.ScpUnavailableError as error:
            raise UnavailableError(
                error.what, cause=error.cause, subject=path, remedy=_REMEDY, host=self._host
            ) from None
        except OSError as error:
            cause = str(error) or "timeout"
            raise TransferError("SCP came to a halt", cause=cause, subject=path, host=self._host) from None
        finally:
            channel.close()
