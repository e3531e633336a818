# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of ``tclsh`` as writing a file takes: set, open, puts, flush, close, fconfigure."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

from .flash import Flash

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\n": " "}
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]+)|u([0-9A-Fa-f]{1,4})|([0-7]{1,3})|(.))", re.DOTALL)
_NAME = re.compile(r"\$(?:\{([^}]*)\}|(\w+))")


class TclError(Exception):
    """``str()`` is what the interpreter prints."""


class Tcl:
    """One ``tclsh``. ``other`` runs a line whose first word is no Tcl command: EXEC commands work in it, too."""

    def __init__(self, flash: Flash, other: Callable[[str], str]) -> None:
        self._flash = flash
        self._other = other
        self._script = ""
        self._variables: dict[str, str] = {}
        self._open: dict[str, tuple[str, list[str]]] = {}
        self._handles = count()

    @property
    def unfinished(self) -> bool:
        """Whether the command goes on in the next line (prompt ``+>``)."""
        return bool(self._script)

    def feed(self, line: str) -> str:
        """Take a line; what it prints."""
        self._script += line
        if _unfinished(self._script):
            self._script += "\n"
            return ""
        script, self._script = self._script, ""
        try:
            result = self._run(script) if script.strip() else ""
        except TclError as error:
            result = str(error)
        return f"{result}\n" if result else ""

    def quit(self) -> None:
        """Leaving writes what was left open."""
        for handle in list(self._open):
            self._close(handle)

    def _run(self, script: str) -> str:
        words = _Words(script, self._value).words()
        match words:
            case ["set", name]:
                return self._value(name)
            case ["set", name, value]:
                self._variables[name] = value
                return value
            case ["open", path] | ["open", path, ("r" | "r+")]:
                raise TclError(f'couldn\'t open "{path}": reading is not simulated')
            case ["open", path, ("w" | "w+" | "a" | "a+") as access]:
                self._flash.write(path, b"", append=access.startswith("a"))
                handle = f"file{next(self._handles)}"
                self._open[handle] = (path, [])
                return handle
            case ["puts", "-nonewline", text] | ["puts", text]:
                return text
            case ["puts", "-nonewline", handle, text]:
                self._channel(handle).append(text)
                return ""
            case ["puts", handle, text]:
                self._channel(handle).append(f"{text}\n")
                return ""
            case ["flush", handle] | ["fconfigure", handle, *_]:
                self._channel(handle)
                return ""
            case ["close", handle]:
                self._close(handle)
                return ""
            case [("set" | "open" | "puts" | "close" | "flush" | "fconfigure") as command, *_]:
                raise TclError(f'wrong # args: should be "{command} ..."')
        return self._other(script).removesuffix("\n")

    def _value(self, text: str) -> str:
        """A variable by its name, or the result of a bracketed command."""
        if text.startswith("["):
            return self._run(text[1:-1])
        if text not in self._variables:
            raise TclError(f'can\'t read "{text}": no such variable')
        return self._variables[text]

    def _channel(self, handle: str) -> list[str]:
        if handle not in self._open:
            raise TclError(f'can not find channel named "{handle}"')
        return self._open[handle][1]

    def _close(self, handle: str) -> None:
        self._channel(handle)
        path, pieces = self._open.pop(handle)
        self._flash.write(path, "".join(pieces).encode("utf-8", "surrogateescape"), append=True)


class _Words:
    """The words of one Tcl command, substituted. ``value`` gives variables and bracketed commands."""

    def __init__(self, script: str, value: Callable[[str], str]) -> None:
        self._script = script
        self._value = value
        self._at = 0

    def words(self) -> list[str]:
        words: list[str] = []
        while True:
            while self._script[self._at : self._at + 1].isspace():
                self._at += 1
            if self._at >= len(self._script):
                return words
            match self._script[self._at]:
                case "{":
                    word = self._script[self._at + 1 : _closing(self._script, self._at, "{", "}")]
                    self._at += len(word) + 2
                    words.append(word)
                case '"':
                    self._at += 1
                    words.append(self._substituted('"'))
                    self._at += 1
                case _:
                    words.append(self._substituted(" \t\n"))

    def _substituted(self, ends: str) -> str:
        text = ""
        while self._at < len(self._script) and (char := self._script[self._at]) not in ends:
            if char == "\\" and (escape := _ESCAPE.match(self._script, self._at)):
                text += _unescaped(escape)
                self._at = escape.end()
            elif char == "[":
                end = _closing(self._script, self._at, "[", "]") + 1
                text += self._value(self._script[self._at : end])
                self._at = end
            elif char == "$" and (name := _NAME.match(self._script, self._at)):
                text += self._value(name[1] or name[2])
                self._at = name.end()
            else:
                text += char
                self._at += 1
        return text


def _unescaped(escape: re.Match[str]) -> str:
    """The character an escape stands for; one given by its octet is that octet in the file.

    As in Tcl 8.3, which IOS has, ``\\x`` takes all digits that follow and makes its octet of the last two.
    """
    hexadecimal, unicode, octal, char = escape.groups()
    if unicode:
        return chr(int(unicode, 16))
    if char:
        return _ESCAPES.get(char, char)
    octet = int(hexadecimal or octal, 16 if hexadecimal else 8) & 0xFF
    return bytes([octet]).decode("utf-8", "surrogateescape")


def _closing(script: str, start: int, opening: str, closing: str) -> int:
    """Where the bracket at ``start`` closes; the end of the script if nowhere."""
    depth = 0
    for bracket in re.compile(rf"\\.|[\{opening}\{closing}]", re.DOTALL).finditer(script, start):
        depth += {opening: 1, closing: -1}.get(bracket.group(), 0)
        if not depth:
            return bracket.start()
    return len(script)


def _unfinished(script: str) -> bool:
    """Whether a brace, a bracket or a quotation is still open."""
    at = 0
    while at < len(script):
        char = script[at]
        if char == "\\":
            at += 1
        elif char in "{[":
            at = _closing(script, at, char, "}" if char == "{" else "]")
            if at >= len(script):
                return True
        elif char == '"' and (at == 0 or script[at - 1].isspace()):
            end = re.compile(r'(?:[^"\\]|\\.)*', re.DOTALL).match(script, at + 1)
            at = end.end() if end else at
            if at >= len(script):
                return True
        at += 1
    return False
