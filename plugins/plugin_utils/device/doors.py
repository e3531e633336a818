# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways into one product instance: that of the task's connection, and others that an operation needs beside it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any, Literal, cast

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError

from .driver import Driver
from .login import Connection
from .model_driver import ModelDriver
from .settings import LoginSettings

if TYPE_CHECKING:
    from .rest_driver import RestDriver

Name = Literal["cli", "netconf", "restconf"]
CONNECTIONS: dict[Name, str] = {"cli": "c9800.slp.cli", "netconf": "c9800.slp.netconf", "restconf": "c9800.slp.rest"}


class Doors:
    """Each is opened when first asked for, with the host's variables, and closed with this.

    ``own``: the way of the task's connection. ``fallback``: the command line may do what ``own`` cannot.
    """

    def __init__(
        self,
        own: Name,
        open_: Callable[[Name], AbstractContextManager[Any]],
        ssh: Callable[[], LoginSettings],
        *,
        host: str,
        fallback: bool = False,
    ) -> None:
        self.own = own
        self.host = host
        self.fallback = fallback
        self._open = open_
        self._ssh = ssh
        self._opened: dict[Name, Any] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Doors:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()

    @property
    def types(self) -> bool:
        """Whether commands may be typed at the device, if need be."""
        return self.own == "cli" or self.fallback

    def cli(self, why: str = "") -> Driver:
        """The command line. ``why`` it is needed where it is not the task's own; refused unless that is allowed."""
        if not self.types:
            raise CommandError(
                why or "this needs the command line",
                host=self.host,
                remedy="Set slp_fallback: cli for this host, or ansible_connection: c9800.slp.cli",
            )
        return cast(Driver, self._door("cli"))

    def model(self) -> ModelDriver:
        """The data models, by the task's own protocol."""
        return cast(ModelDriver, self._door(self.own))

    def door(self, name: Name) -> Any:
        """The one of that name, because the user named it."""
        return self._door(name)

    def rest(self) -> RestDriver:
        return cast("RestDriver", self._door("restconf"))

    def ssh(self) -> Connection:
        """A login that types nothing, to carry files."""
        connection = Connection(self._ssh())
        self._stack.callback(connection.close)
        return connection

    def _door(self, name: Name) -> Any:
        if name not in self._opened:
            self._opened[name] = self._stack.enter_context(self._open(name))
        return self._opened[name]
