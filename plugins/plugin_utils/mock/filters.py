# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Output filters: ``show ... | include REGEXP`` and its kin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import dropwhile

from .grammar import Ambiguous, Command, Grammar, Incomplete, Invalid, Match

_FILTERABLE = re.compile(r"\s*(?:sh|sho|show|mor|more|dir)\s", re.IGNORECASE)
_GRAMMAR = Grammar(
    Command(pattern, lambda _session, _args: None, "filter")
    for pattern in (
        "include <regexp...>",
        "exclude <regexp...>",
        "begin <regexp...>",
        "count <regexp...>",
        "section [{include|exclude}] <regexp...>",
    )
)


def split(line: str) -> tuple[str, str]:
    """The command and the filter of a line; the filter is padded so that its columns are those of the line."""
    command, pipe, rest = line.partition("|")
    if not pipe or not _FILTERABLE.match(command):
        return line, ""
    return command, " " * (len(command) + 1) + rest


def read(text: str) -> Match | Invalid | Incomplete | Ambiguous:
    """Understand a filter as :func:`split` gives it."""
    return _GRAMMAR.match(text, "filter", 15)


def apply(found: Match, output: str) -> str:
    """What is left of ``output``, whose lines end with "\\n"."""
    try:
        wanted = re.compile(_python(found.args["regexp"]))
    except re.error:
        return "% Failed to compile regular expression\n"
    lines = output.removesuffix("\n").split("\n")
    match found.command.pattern.partition(" ")[0]:
        case "include":
            kept: Iterable[str] = (line for line in lines if wanted.search(line))
        case "exclude":
            kept = (line for line in lines if not wanted.search(line))
        case "begin":
            kept = dropwhile(lambda line: not wanted.search(line), lines)
        case "count":
            kept = [f"Number of lines which match regexp = {sum(bool(wanted.search(line)) for line in lines)}"]
        case _:
            keep = "exclude" not in found.args
            kept = (line for line, inside in _sections(lines, wanted) if inside is keep)
    return "".join(f"{line}\n" for line in kept)


def _sections(lines: Iterable[str], wanted: re.Pattern[str]) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it belongs to a section: a line that matches and what is indented deeper below it."""
    depth: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        if depth is None or indent <= depth:
            depth = indent if wanted.search(line) else None
        yield line, depth is not None


def _python(regexp: str) -> str:
    """IOS's ``_`` is any delimiter or an end of the line; here an underscore as well, as operators expect."""
    return regexp.strip().replace("_", r"(?:^|$|[ ,{}()_])")
