# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a terminal adds to an output: carriage returns, load banner, echoed command, prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_PROMPT = re.compile(r"[\w.()/:@~-]+[#>]")
_ECHO = re.compile(r"(?:[\w.()/:@~-]+[#>]\s*)?sh(?:ow?)?\s+\S.*", re.IGNORECASE)
_LOAD = re.compile(r"Load for five secs: (\S+?); one minute: (\S+?); five minutes: (\S+)")
_TIME = re.compile(r"(?:Time source is (?P<source>[^,]+)|No time source), (?P<time>.+)")
_REJECTED = re.compile(r"^\s*%\s*(?:Invalid input|Incomplete command|Ambiguous command|Unknown command)", re.MULTILINE)


@dataclass(slots=True)
class Page:
    """The lines of an output proper; ``banner`` holds load and time when ``terminal exec prompt timestamp`` is set."""

    lines: list[str]
    banner: dict[str, str] = field(default_factory=dict)


def page(text: str) -> Page:
    """Take the output out of what surrounds it on a terminal."""
    text = text.replace("\r", "")
    if not text.isascii():
        text = text.replace("\xa0", " ")  # a copy out of a web page
    if "\t" in text:
        text = text.expandtabs()
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if lines and _PROMPT.fullmatch(lines[-1].strip()):
        lines.pop()
    banner: dict[str, str] = {}
    for number, line in enumerate(lines):
        body = line.strip()
        if body and not _read_banner(body, banner) and not _ECHO.fullmatch(body):
            return Page(lines[number:], banner)
    return Page([], banner)


def _read_banner(body: str, banner: dict[str, str]) -> bool:
    if load := _LOAD.fullmatch(body):
        banner["five_seconds"], banner["one_minute"], banner["five_minutes"] = load.groups()
    elif time := _TIME.fullmatch(body):
        banner["time_source"], banner["time"] = time["source"] or "none", time["time"]
    else:
        return False
    return True


def rejected(text: str) -> bool:
    """Whether the device does not know the command (``% Invalid input``): its release lacks it."""
    return "%" in text and _REJECTED.search(text) is not None
