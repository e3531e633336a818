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
_CONTROL_OR_HELP = re.compile(r"[\x00-\x1f\x7f?]")
_ERASE = "\b \b"


class Key(StrEnum):
    """What ended a line."""

    ENTER = "\r"
    INTERRUPT = "\x03"
    END = "\x1a"
    HELP = "?"  # at once, without Enter; the line stays


@dataclass(frozen=True, slots=True)
class Typed:
    line: str
    key: Key


class LineEditor:
    """Takes characters as they come. CR and LF end a line alike; ^V takes the next character as it is."""

    def __init__(self) -> None:
        self._line = ""
        self._verbatim = False

    def feed(self, text: str, *, hidden: bool = False, help: bool = True) -> tuple[Typed | None, str, str]:
        """Read ``text`` up to the end of a line: the line if there is one, what to echo, and what is left of ``text``.

        ``hidden``: nothing is echoed, as for a password. ``help``: ``?`` asks for help; otherwise it is a character.
        """
        echo = ""
        while text:
            if self._verbatim:
                self._verbatim = False
                echo += self._append(text[0])
                text = text[1:]
                continue
            special = (_CONTROL_OR_HELP if help else _CONTROL).search(text)
            end = special.start() if special else len(text)
            echo += self._append(text[:end])
            key, text = text[end : end + 1], text[end + 1 :]
            if key == Key.HELP:
                return Typed(self._line, Key.HELP), echo + key, text
            if key in ("\r", "\n", Key.INTERRUPT, Key.END):
                echo += "^C" if key == Key.INTERRUPT else "^Z" if key == Key.END else ""
                return self._done(Key.ENTER if key in "\r\n" else Key(key)), ("" if hidden else echo), text
            if key:
                echo += self._edit(key)
        return None, ("" if hidden else echo), ""

    def _append(self, text: str) -> str:
        fits = text[: LIMIT - len(self._line)]
        self._line += fits
        return fits + BELL * (len(text) - len(fits))

    def _edit(self, key: str) -> str:
        """Backspace, ^W, ^U and ^V; other control characters are not for a line."""
        match key:
            case "\b" | "\x7f":
                gone = 1 if self._line else 0
            case "\x17":
                gone = len(self._line) - len(self._line.rstrip().rpartition(" ")[0])
            case "\x15":
                gone = len(self._line)
            case "\x16":
                self._verbatim = True
                return ""
            case _:
                return ""
        self._line = self._line[: len(self._line) - gone]
        return _ERASE * gone

    def _done(self, key: Key) -> Typed:
        line, self._line = self._line, ""
        return Typed(line, key)
