# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of a simulated device as its own model layer uses it: no terminal, no prompt, no echo.

A device has one state machine and one way to change it; NETCONF and RESTCONF end in the same commands as a login.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from .grammar import Grammar, Invalid, Match
from .journal import Journal
from .session import Ask, Reply
from .yang_config import Line

if TYPE_CHECKING:
    from .device import MockDevice

INVALID = "% Invalid input detected at '^' marker."
INCOMPLETE = "% Incomplete command."


@dataclass(slots=True)
class _Session:
    """What a command's handler sees. ``modes``: EXEC, or the configuration modes entered."""

    username: str
    privilege: int = 15
    modes: list[tuple[str, dict[str, str]]] = field(default_factory=lambda: [("exec", {})])

    @property
    def mode(self) -> str:
        return self.modes[-1][0]

    @property
    def context(self) -> dict[str, str]:
        return self.modes[-1][1]

    def enter(self, mode: str, **context: str) -> None:
        self.modes.append((mode, context))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that the device did not take. ``number``: which line, from 1."""

    line: str
    response: str
    number: int


class DeviceCli:
    """Runs lines on one device."""

    def __init__(self, device: MockDevice, journal: Journal) -> None:
        self._device = device
        self._journal = journal

    def run(self, command: str, user: str) -> str:
        """One EXEC command with privilege 15: what is printed. It is not journalled, since it may hold a token."""
        session = _Session(user)
        found = self._grammar.match(command, "exec", 15)
        if not isinstance(found, Match):
            return _complaint(found)
        return _text(found.command.handler(session, found.args))

    def configure(self, lines: Sequence[Line], user: str, way: str) -> Refusal | None:
        """All of the lines or none: after a refused one the configuration is what it was."""
        before = self._device.config.copy()
        for number, line in enumerate(lines, 1):
            session = _Session(user, modes=[("exec", {}), ("config", {})])
            for text in (*line.within, line.text):
                if (refused := self._enter(session, text, user, way)) is not None:
                    with self._device.agent.new_server():
                        self._device.config = before
                    self._device.changed()
                    return Refusal(line.text, refused, number)
        return None

    def configure_each(self, lines: Sequence[str], user: str, way: str) -> list[Refusal]:
        """Line after line as from a file, without a way back; ``do`` lines are passed over."""
        session = _Session(user, modes=[("exec", {}), ("config", {})])
        refused = []
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if not text or text.startswith(("!", "do ")):
                continue
            if text in ("end", "exit"):
                del session.modes[2 if text == "end" else max(2, len(session.modes) - 1) :]
            elif (response := self._enter(session, text, user, way)) is not None:
                refused.append(Refusal(text, response, number))
        return refused

    @cached_property
    def _grammar(self) -> Grammar:
        return Grammar(self._device.commands())

    def _enter(self, session: _Session, text: str, user: str, way: str) -> str | None:
        """A configuration line; what the parser says when it does not take it."""
        self._journal.record(self._device.spec.name, text, user=user, mode=way)
        complaint = INVALID
        for depth in range(len(session.modes) - 1, 0, -1):
            found = self._grammar.match(text, session.modes[depth][0], 15)
            if isinstance(found, Match):
                del session.modes[depth + 1 :]
                said = _text(found.command.handler(session, found.args))
                return said if said.startswith(("%Error", "% ")) else None
            complaint = _complaint(found)
        return complaint


def _complaint(found: object) -> str:
    return INVALID if isinstance(found, Invalid) else INCOMPLETE


def _text(reply: Reply) -> str:
    """What a command printed in the end; to a question the answer is Enter."""
    while isinstance(reply, Ask):
        reply = reply.then("")
    return (reply or "").strip("\n")
