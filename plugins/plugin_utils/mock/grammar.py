# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How IOS reads a command line: unique abbreviations, and the place where it stops understanding.

A pattern is made of

* ``word``: a keyword; any unique abbreviation in any case will do;
* ``{a|b c|<x>}``: one of these; ``{type:smart|cslu}`` also names the choice: ``args["type"]`` is the full keyword;
* ``[a|<b>]``: may be left out;
* ``<name>``: one word as typed (a quoted string counts as one, quotes kept); ``<days:1-3650>``: a number in a range;
* ``<name...>``: the rest of the line as typed.

``args`` holds the named parts, and every keyword that was a matter of choice under its own full name:
``[force]`` gives ``args["force"] == "force"`` when it was typed, in full or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from .session import Reply, Session


@dataclass(frozen=True, slots=True)
class Command:
    """A pattern and what it does. ``privilege``: below it the command does not exist."""

    pattern: str
    handler: Callable[[Session, dict[str, str]], Reply]
    mode: str = "exec"
    privilege: int = 1


@dataclass(frozen=True, slots=True)
class Match:
    command: Command
    args: dict[str, str]


@dataclass(frozen=True, slots=True)
class Invalid:
    """``column``: of the first character that fits no command, counted from 0 in the line."""

    column: int


@dataclass(frozen=True, slots=True)
class Incomplete:
    pass


@dataclass(frozen=True, slots=True)
class Ambiguous:
    text: str


@dataclass(frozen=True, slots=True)
class _Word:
    """One element of a pattern; ``key`` is where it goes in the arguments ("" for nowhere)."""

    key: str
    keyword: str = ""  # lower case; "" for a parameter
    span: tuple[int, int] | None = None
    rest: bool = False

    @property
    def shown(self) -> str:
        """How help shows it."""
        if self.span:
            return f"<{self.span[0]}-{self.span[1]}>"
        return self.keyword or ("LINE" if self.rest else "WORD")

    def takes(self, text: str) -> bool:
        if self.keyword:
            return False
        if self.span is None:
            return True
        return re.fullmatch(r"-?[0-9]+", text) is not None and self.span[0] <= int(text) <= self.span[1]


@dataclass(slots=True)
class _Node:
    edges: tuple[tuple[_Word, _Node], ...] = ()
    final: bool = False


@dataclass(slots=True)
class _Group:
    alternatives: list[list[_Word | _Group]] = field(default_factory=lambda: [[]])
    optional: bool = False


# One way to read the line so far: where it stands, in which command, with which arguments.
_Thread = tuple[_Word, _Node, int, dict[str, str]]
_TOKEN = re.compile(r'(?:"[^"]*"|\S)+')


class Grammar:
    """The commands of one device. Cheap to make: patterns are compiled once for all devices that share them."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._commands = tuple(commands)
        self._modes = _compiled(tuple((command.mode, command.pattern) for command in self._commands))

    def match(self, line: str, mode: str, privilege: int) -> Match | Invalid | Incomplete | Ambiguous:
        """Read ``line`` as typed in ``mode``; see the module's head for what a pattern means."""
        taken = self._read(line, mode, privilege)
        if not isinstance(taken, list):
            return taken
        for _unused, node, number, args in taken:
            if node.final:
                return Match(self._commands[number], args)
        return Incomplete()

    def help(self, line: str, mode: str, privilege: int) -> str:
        """What ``?`` after ``line`` prints: the words that may come next, or that begin as the last one does."""
        begun = "" if line[-1:].isspace() else line.rpartition(" ")[2]
        before = self._read(line[: len(line) - len(begun)], mode, privilege)
        if not isinstance(before, list):
            return "% Unrecognized command\n"
        threads = _below(before) if line[: len(line) - len(begun)].strip() else self._start(mode, privilege)
        if begun:
            fits = sorted({word.keyword for word, *_unused in threads if word.keyword.startswith(begun.lower())})
            return "  ".join(fits) + "\n" if fits else "% Unrecognized command\n"
        names = {word.shown for word, *_unused in threads}
        names |= {"<cr>" for _word, node, *_unused in before if node.final}
        return "".join(f"  {name}\n" for name in sorted(names))

    def _start(self, mode: str, privilege: int) -> list[_Thread]:
        return [
            (word, node, number, {})
            for number, root in self._modes.get(mode, ())
            if self._commands[number].privilege <= privilege
            for word, node in root.edges
        ]

    def _read(self, line: str, mode: str, privilege: int) -> list[_Thread] | Invalid | Ambiguous:
        """The ways to read the whole of ``line``; none yet for an empty one."""
        threads = self._start(mode, privilege)
        taken: list[_Thread] = []
        for token in _TOKEN.finditer(line):
            text = token.group()
            taken = _keywords(threads, text.lower())
            if len({word.keyword for word, *_unused in taken}) > 1:
                return Ambiguous(line.strip())
            if not taken:
                taken = [thread for thread in threads if thread[0].takes(text)]
            if not taken:
                return Invalid(token.start() + _understood(threads, text.lower()))
            if any(word.rest for word, *_unused in taken):
                text = line[token.start() :].rstrip()
                taken = [thread for thread in taken if thread[0].rest]
            taken = [(word, node, number, _with(args, word, text)) for word, node, number, args in taken]
            if taken[0][0].rest:
                break
            threads = _below(taken)
        return taken


def _below(threads: Sequence[_Thread]) -> list[_Thread]:
    """What may come after."""
    return [(word, below, number, args) for _unused, node, number, args in threads for word, below in node.edges]


def _keywords(threads: Sequence[_Thread], text: str) -> list[_Thread]:
    """The threads that ``text`` abbreviates; a keyword typed in full leaves no doubt."""
    fits = [thread for thread in threads if thread[0].keyword.startswith(text)]
    return [thread for thread in fits if thread[0].keyword == text] or fits


def _understood(threads: Sequence[_Thread], text: str) -> int:
    """How many characters of ``text`` still began some keyword."""
    keywords = {word.keyword for word, *_unused in threads}
    return next(n for n in range(len(text) - 1, -1, -1) if n == 0 or any(k.startswith(text[:n]) for k in keywords))


def _with(args: dict[str, str], word: _Word, text: str) -> dict[str, str]:
    return {**args, word.key: word.keyword or text} if word.key else args


@lru_cache(maxsize=64)
def _compiled(patterns: tuple[tuple[str, str], ...]) -> dict[str, list[tuple[int, _Node]]]:
    modes: dict[str, list[tuple[int, _Node]]] = {}
    for number, (mode, pattern) in enumerate(patterns):
        modes.setdefault(mode, []).append((number, _linked(_elements(pattern), _Node(final=True))))
    return modes


def _linked(items: Sequence[_Word | _Group], tail: _Node) -> _Node:
    """The graph of ``items`` with ``tail`` after them."""
    for item in reversed(items):
        if isinstance(item, _Word):
            tail = _Node(((item, tail),))
        else:
            branches = [_linked(alternative, tail) for alternative in item.alternatives]
            if item.optional:
                branches.append(tail)
            tail = _Node(tuple(edge for node in branches for edge in node.edges), any(node.final for node in branches))
    return tail


_PART = re.compile(
    r"\s*(?:(?P<open>[{\[])(?:(?P<name>[a-z_]+):)?|(?P<close>[}\]])|(?P<bar>\|)"
    r"|<(?P<param>[a-z_]+)(?P<rest>\.\.\.)?(?::(?P<low>-?\d+)-(?P<high>\d+))?>|(?P<word>[^\s{}\[\]|<>]+))"
)


def _elements(pattern: str) -> list[_Word | _Group]:
    """The elements of a pattern; raises ValueError when it is not one."""
    top = _Group()
    stack: list[tuple[_Group, str]] = [(top, "")]
    position = 0
    while position < len(pattern.rstrip()):
        part = _PART.match(pattern, position)
        if part is None:
            raise ValueError(f"not a command pattern: {pattern!r}")
        position = part.end()
        group, name = stack[-1]
        if part["open"]:
            inner = _Group(optional=part["open"] == "[")
            group.alternatives[-1].append(inner)
            stack.append((inner, part["name"] or ""))
        elif part["close"]:
            stack.pop()
        elif part["bar"]:
            group.alternatives.append([])
        elif part["word"]:
            keyword = part["word"].lower()
            group.alternatives[-1].append(_Word(name or (keyword if group is not top else ""), keyword))
        else:
            span = (int(part["low"]), int(part["high"])) if part["low"] else None
            group.alternatives[-1].append(_Word(part["param"], span=span, rest=bool(part["rest"])))
    if [group for group, _unused in stack] != [top] or len(top.alternatives) > 1:
        raise ValueError(f"not a command pattern: {pattern!r}")
    return top.alternatives[0]
