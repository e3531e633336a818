# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the command line and the simulated device meet: what a command sees, and what the shell needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .flash import Flash
    from .grammar import Command
    from .spec import DeviceSpec


@dataclass(frozen=True, slots=True)
class Ask:
    """A handler's answer that is a question: ``prompt`` is printed as it stands, ``then`` gets the line typed.

    ``keys``: one key is the answer, as for ``[confirm]``; ``hidden``: the answer is not echoed.
    """

    prompt: str
    then: Callable[[str], Reply]
    keys: bool = False
    hidden: bool = False


# What a command prints: lines ended by "\n" (the shell makes CR LF of it), nothing, or a question.
Reply = str | Ask | None


class Session(Protocol):
    """One login, as a command's handler sees it."""

    username: str
    privilege: int

    @property
    def mode(self) -> str:
        """``exec``, ``config`` or the sub-mode entered, as it stands in the prompt (``cfg-call-home-profile``)."""

    @property
    def context(self) -> dict[str, str]:
        """What the sub-mode is about, as given to :meth:`enter`: ``{"profile": "CiscoTAC-1"}``."""

    def enter(self, mode: str, **context: str) -> None:
        """Go one mode down. ``exit`` leads back; a command of the mode above leads back to it, as on IOS."""


class Device(Protocol):
    """What the shell needs from a simulated device beside its own commands."""

    @property
    def spec(self) -> DeviceSpec: ...

    @property
    def hostname(self) -> str: ...

    @property
    def flash(self) -> Flash: ...

    @property
    def scp_server(self) -> bool:
        """Whether ``ip scp server enable`` is configured."""

    def admits(self, username: str, password: str) -> int | None:
        """The privilege of a user who was configured later; None: no such user, or not with that password."""

    def commands(self) -> Sequence[Command]:
        """Every command of this release; where two fit, the first wins, and the shell's own come last."""

    def local_time(self) -> datetime:
        """Now, aware, in the device's zone (its ``tzname()`` is the name the device prints)."""

    def ntp_synced(self) -> bool: ...

    def running_config(self) -> str: ...

    def config_saved(self) -> bool:
        """False: the running configuration differs from the startup configuration, and ``reload`` asks about it."""

    def save_config(self) -> None:
        """`write memory`."""

    def reload(self) -> None:
        """Restart: pending levels and resets take effect. The shell drops the device's sessions."""
