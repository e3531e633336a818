# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operations need from a way in through data models, be it NETCONF or RESTCONF."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Literal, Protocol, TypeVar

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import Edit, Read, Rpc, RpcError, Tree

T = TypeVar("T")
ModelWay = Literal["netconf", "restconf"]

LOCK_PATIENCE = 30.0  # seconds to wait for a datastore that another session holds
_SLOW = 180.0  # seconds for what reads or writes the trusted store (yang.md 10.3)

_REMEDIES = {
    "access-denied": "The user needs privilege 15, and NACM has to allow it",
    "lock-denied": "Another session holds the datastore: see 'show netconf-yang sessions', then run again",
    "in-use": "Another session holds the datastore: see 'show netconf-yang sessions', then run again",
    "resource-denied": "The device is busy: run again later",
    **dict.fromkeys(
        ("unknown-element", "unknown-namespace", "malformed-message", "operation-not-supported"),
        "The model of this release may lack it: set slp_fallback: cli, or use the connection c9800.slp.cli",
    ),
}


class RefusedError(CommandError):
    """The device answered with errors of its protocol. ``tags``: theirs. ``locked``: another session is in the way."""

    tags: frozenset[str] = frozenset()
    locked = False


class ModelDriver(Protocol):
    """One login. All methods raise from the ``DeviceError`` family, with ``host`` filled in."""

    host: str
    way: ModelWay
    user: str

    def read(self, read: Read) -> Tree:
        """What the device has of it, in the normal form; nothing is an empty tree."""

    def edit(self, edits: Sequence[Edit]) -> None:
        """Change the running configuration, one edit after the other. ``RefusedError`` for what the device refuses."""

    def call(self, rpc: Rpc) -> Tree:
        """Run an operation and return what it answers. What a return code in it means is the caller's to see."""

    def close(self) -> None:
        """End the session. Idempotent, never raises."""


def slow(seconds: float) -> float:
    """The time limit of an operation that is known to be slow. ``seconds``: that of others, which a user may raise."""
    return max(_SLOW, seconds)


def refused(doing: str, errors: Sequence[RpcError], *, host: str) -> RefusedError:
    """The error for these errors, of which warnings are left out."""
    real = [error for error in errors if not error.warning] or list(errors)
    tags = [error.tag for error in real]
    error = RefusedError(
        f"{doing} is refused",
        cause="; ".join(dict.fromkeys(error.reason for error in real)),
        remedy=next((_REMEDIES[tag] for tag in tags if tag in _REMEDIES), "See 'show logging' on the device"),
        host=host,
    )
    error.tags = frozenset(tags)
    error.locked = any(error.locked for error in real)
    return error


def patiently(work: Callable[[], T], *, patience: float, sleep: Callable[[float], None] = time.sleep) -> T:
    """Do it, and again as long as another session holds the datastore (yang.md 10.2), and for no other reason."""
    until, pause = time.monotonic() + patience, 0.5
    while True:
        try:
            return work()
        except RefusedError as error:
            if not error.locked or time.monotonic() + pause > until:
                raise
        sleep(pause)
        pause = min(2 * pause, 4.0)
