# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operations on a device need from a way in: one EXEC session, and files to and from its flash."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, Protocol

Answer = tuple[str, str]
"""A question that a command may ask (regular expression for the end of the unfinished line) and the line to answer."""

Transfer = Literal["auto", "cli", "scp"]
"""How a file travels: ``cli`` is ``more`` and ``tclsh`` in the session, ``auto`` what suits size and device."""


class Driver(Protocol):
    """One session at privilege 15. All methods raise from the ``DeviceError`` family, with ``host`` filled in."""

    host: str

    def run(self, command: str, *, timeout: float | None = None, answers: Sequence[Answer] = ()) -> str:
        """Run one EXEC command and return what it printed, without echo and prompt.

        ``timeout``: the longest silence in seconds. A prompt that ``answers`` does not know fails at once and is
        quoted; an answer that is an error (``% ...``) raises ``CommandError``.
        """

    def run_all(
        self, commands: Sequence[str], *, timeout: float | None = None, required: Collection[str] = ()
    ) -> dict[str, str]:
        """Run read-only commands, in one write where possible; command -> text.

        A command that the device refuses is left out of the result, unless it is in ``required``: ``CommandError``.
        """

    def configure(self, lines: Sequence[str]) -> str:
        """Enter ``lines`` in configuration mode and leave it; return the session's text."""

    def fetch(self, path: str, *, size: int, md5: str | None, transfer: Transfer = "auto") -> bytes:
        """Read a file. Its size and, where known, its MD5 (hex) are proven; else ``TransferError``."""

    def put(self, path: str, data: bytes, *, transfer: Transfer = "auto") -> None:
        """Write a file. The caller verifies it on the device."""

    def close(self) -> None:
        """End the session. Idempotent, never raises."""
