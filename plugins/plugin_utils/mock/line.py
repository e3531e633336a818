# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The line editor of IOS: what is typed, what of it is echoed, and when a line is done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LIMIT = 254  # characters; IOS rings the bell for every one above it
BELL = "\a"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ERASE = "\b \b"


class Key(StrEnum):
    """What ended a line."""

    ENTER = "\r"
    INTERRUPT = "\x03"
    END = "\x1a"


@dataclass(frozen=True, slots=True)
class Typed:
    line: str
    key: Key


class LineEditor:
    """Takes characters as they come. CR and LF end a line alike."""

    def __init__(self) -> None:
        self._line = ""

    def feed(self, text: str, *, hidden: bool = False) -> tuple[Typed | None, str, str]:
        """Read ``text`` up to the end of a line: the line if there is one, what to echo, and what is left of ``text``.

        ``hidden``: nothing is echoed but the new line, as for a password.
        """
        echo = ""
        while text:
            control = _CONTROL.search(text)
            end = control.start() if control else len(text)
            echo += self._append(text[:end])
            key, text = text[end : end + 1], text[end + 1 :]
            if key in ("\r", "\n"):
                return self._done(Key.ENTER), ("" if hidden else echo), text
            if key in (Key.INTERRUPT, Key.END):
                return self._done(Key(key)), ("" if hidden else echo + ("^C" if key == Key.INTERRUPT else "^Z")), text
            if key:
                echo += self._edit(key)
        return None, ("" if hidden else echo), ""

    def _append(self, text: str) -> str:
        fits = text[: LIMIT - len(self._line)]
        self._line += fits
        return fits + BELL * (len(text) - len(fits))

    def _edit(self, key: str) -> str:
        """Backspace, ^W and ^U; other control characters are not for a line."""
        match key:
            case "\b" | "\x7f":
                gone = 1 if self._line else 0
            case "\x17":
                gone = len(self._line) - len(self._line.rstrip().rpartition(" ")[0])
            case "\x15":
                gone = len(self._line)
            case _:
                return ""
        self._line = self._line[: len(self._line) - gone]
        return _ERASE * gone

    def _done(self, key: Key) -> Typed:
        line, self._line = self._line, ""
        return Typed(line, key)
