# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML with namespaces, as protocols need it: which prefix means what is kept, since XPath filters use prefixes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr


class XmlError(ValueError):
    """Not well-formed, or more than a protocol message may contain."""


@dataclass(slots=True)
class Xml:
    """An element. ``text``: its own text in one piece; attributes by (namespace, name)."""

    name: str
    namespace: str = ""
    text: str = ""
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    children: list[Xml] = field(default_factory=list)
    prefixes: Mapping[str, str] = field(default_factory=dict)
    """Prefix to namespace, as in force here."""

    def __iter__(self) -> Iterator[Xml]:
        return iter(self.children)

    def find(self, name: str) -> Xml | None:
        return next((child for child in self.children if child.name == name), None)

    def value(self, name: str) -> str:
        """The stripped text of a child; empty when there is none."""
        child = self.find(name)
        return child.text.strip() if child else ""


def parse(data: bytes) -> Xml:
    """Parse a whole document. Raises XmlError; a document type declaration is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    builder = _Builder()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise XmlError(f"not well-formed: {error}") from error
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root = Xml("")
        self._open: list[Xml] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        prefixes = dict(self._open[-1].prefixes) if self._open else {"xml": "http://www.w3.org/XML/1998/namespace"}
        for name, value in attributes.items():
            if name == "xmlns":
                prefixes[""] = value
            elif name.startswith("xmlns:"):
                prefixes[name[6:]] = value
        element = Xml(*_named(tag, prefixes, prefixes.get("", "")), prefixes=prefixes)
        for name, value in attributes.items():
            if name != "xmlns" and not name.startswith("xmlns:"):
                local, namespace = _named(name, prefixes, "")
                element.attributes[namespace, local] = value
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def text(self, text: str) -> None:
        self._open[-1].text += text

    def refuse(self, *_unused: Any) -> None:
        raise XmlError("a document type declaration is not allowed")


def _named(tag: str, prefixes: Mapping[str, str], default: str) -> tuple[str, str]:
    """(local name, namespace)."""
    prefix, colon, name = tag.rpartition(":")
    if not colon:
        return tag, default
    if prefix not in prefixes:
        raise XmlError(f"prefix {prefix} is not declared")
    return name, prefixes[prefix]


def element(name: str, content: str = "", **attributes: str) -> str:
    """``<name attribute="...">content</name>``; ``content`` is XML, an attribute ``message_id`` is ``message-id``."""
    shown = "".join(f" {key.replace('_', '-')}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{shown}>{content}</{name}>" if content else f"<{name}{shown}/>"


def text_element(name: str, text: str, **attributes: str) -> str:
    """The same with a text."""
    return element(name, escape(text), **attributes)
