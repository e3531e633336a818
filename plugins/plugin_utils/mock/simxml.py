# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small XML reader that knows at which octet each element begins: our signatures cover octets, not trees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat


class DocumentError(ValueError):
    """The document cannot be read or believed."""


@dataclass(slots=True)
class Element:
    """An element: its own text in one piece, its children, and ``start``, the offset of its ``<``."""

    tag: str
    start: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def find(self, *path: str) -> Element | None:
        """The first element at the path of tags below this one."""
        found: Element | None = self
        for tag in path:
            found = next((child for child in found.children if child.tag == tag), None) if found else None
        return found

    def value(self, *path: str) -> str:
        """The stripped text at the path; empty when there is none."""
        element = self.find(*path)
        return element.text.strip() if element else ""


def parse_xml(data: bytes) -> Element:
    """Parse a whole document. Raises DocumentError; a document type declaration is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    top = Element("", 0)
    stack = [top]

    def start(tag: str, _attributes: Any) -> None:
        element = Element(tag, parser.CurrentByteIndex)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        stack.pop()

    def text(piece: str) -> None:
        stack[-1].text += piece

    def doctype(*_: Any) -> None:
        raise DocumentError("a document type declaration")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise DocumentError(f"no XML document: {error}") from error
    return top.children[0]
