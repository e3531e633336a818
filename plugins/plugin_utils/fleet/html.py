# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet as one self-contained page: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from ._page import PAGE
from .rows import VERDICTS, Fleet, Row
from .text import last_ack_words, serial_words, trust_words

# A sign beside the word, so that colour is never alone. U+FE0E keeps phones from drawing an emoji.
SIGNS: Mapping[str, str] = {
    "overdue": "\u2716\ufe0e",
    "failed": "\u2205",
    "never_reported": "\u25cb",
    "unsupported": "\u2298",
    "action": "\u25b2",
    "unknown": "?",
    "due": "\u25d4",
    "ok": "\u2714\ufe0e",
}


def render_html(fleet: Fleet, generated: str) -> str:
    """The page as text; everything that comes from devices is escaped. ``generated``: ISO 8601 UTC."""
    return _template().render(
        fleet=fleet,
        counts=fleet.counts,
        generated=generated,
        signs=SIGNS,
        verdicts=VERDICTS,
        days_words=days_words,
        serial_words=serial_words,
        last_ack_words=last_ack_words,
        trust_words=trust_words,
    )


def days_words(row: Row) -> str:
    """What is left until the deadline: ``in 12 days``, ``today``, ``3 days ago``."""
    days = row.days_to_deadline
    if days is None:
        return ""
    if days == 0:
        return "today"
    count = f"{abs(days)} day{'s' if abs(days) != 1 else ''}"
    return f"in {count}" if days > 0 else f"{count} ago"


def commands(text: str) -> Markup:
    """Escaped text in which what stands between backticks is set as code."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in enumerate(parts)
    )


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["words"] = lambda verdict: verdict.replace("_", " ")
    environment.filters["commands"] = commands
    environment.filters["known"] = lambda value: "?" if value is None else value
    return environment.from_string(PAGE)
