# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hardened reading of the XML that devices and CSSM write (formats.md 1.2, 2.1).

These documents are plain: elements and text, UTF-8, no namespace, no DTD. Everything beyond that is refused before it
can do harm: no entity is ever expanded, nothing outside the document is ever looked at. Elements remember where they
stood, so that signed octets can be cut out of the source instead of being written anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat  # the limits below are what defusedxml would add

from .errors import FileFormatError

MIB = 1024 * 1024
MAX_BYTES = 64 * MIB

_GET_AGAIN = "Get the file again from where it came from, in binary mode, and do not edit it"
_NOT_OURS = "Neither a controller nor CSSM writes such a file: find out where it comes from, and take the right one"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may hold at most: ``size`` in octets, ``text`` of one element in characters, counts."""

    size: int = MAX_BYTES
    text: int = 16 * MIB
    elements: int = 100_000
    depth: int = 32


@dataclass(slots=True)
class Element:
    """One element: its own text (without its children's) and its place ``[start, end)`` in the source, in octets."""

    tag: str
    start: int
    end: int = -1
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def child(self, tag: str) -> Element | None:
        """The first child of that name; case does not matter (``dateStamp`` and ``datestamp``, formats.md 2.2)."""
        return next((c for c in self.children if c.tag.lower() == tag.lower()), None)

    def value(self, *path: str) -> str | None:
        """The stripped text at the end of a path of child names; None where there is no such element or no text."""
        here: Element | None = self
        for tag in path:
            here = here.child(tag) if here is not None else None
        return (here.text.strip() or None) if here is not None else None

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def raw(self, source: bytes) -> bytes:
        """The octets of this element, its tags included, exactly as they stand in ``source``."""
        return source[self.start : self.end]


def read_xml(data: bytes, *, name: str, roots: Collection[str], limits: Limits | None = None) -> Element:
    """Read a document whose root is one of ``roots``.

    Raises FileFormatError, naming the file, for anything that is not such a document, is cut off, uses a DTD, a
    processing instruction or another encoding than UTF-8, or goes beyond the limits.
    """
    limits = limits or Limits()
    check_octets(data, name, limits)
    root = _Reader(data, name, limits).read()
    if root.tag not in roots:
        raise FileFormatError(
            f"has the root element {root.tag[:80]!r}, not {' or '.join(sorted(roots))}", subject=name, remedy=_NOT_OURS
        )
    return root


def check_octets(data: bytes, name: str, limits: Limits) -> None:
    """Refuse what shows before anything is parsed: too long, empty, UTF-16, a page of HTML."""
    if len(data) > limits.size:
        raise FileFormatError(f"has {len(data)} octets; at most {limits.size} are read", subject=name, remedy=_NOT_OURS)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n"):
        raise FileFormatError("is empty", subject=name, remedy=_GET_AGAIN)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:2]:  # expat would follow the mark, whatever it is told
        raise FileFormatError("is UTF-16, not UTF-8 text", subject=name, remedy=_GET_AGAIN)
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:14].lower() == b"<!doctype html" or head[:5].lower() == b"<html":
        raise FileFormatError(
            "is an HTML page", subject=name, remedy="A proxy or a login page answered instead of the file's owner"
        )


class Guard:
    """Drives expat and refuses what these documents never have. Who derives from it takes what is left."""

    def __init__(self, data: bytes, name: str, limits: Limits, *, namespaces: str | None = None) -> None:
        self.data = data
        self.name = name
        self.limits = limits
        self.depth = 0
        self.elements = 0
        parser = expat.ParserCreate("UTF-8", namespaces)  # whatever the declaration says: see declaration()
        parser.buffer_text = True
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = self.doctype
        parser.ProcessingInstructionHandler = self.instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.characters
        self.parser = parser

    def parse(self) -> None:
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as error:
            self.refuse_malformed(error)

    def start(self, tag: str) -> None:
        raise NotImplementedError

    def end(self) -> None:
        raise NotImplementedError

    def characters(self, text: str) -> None:
        raise NotImplementedError

    def refuse(self, what: str) -> NoReturn:
        raise FileFormatError(what, subject=self.name, remedy=_NOT_OURS)

    def refuse_malformed(self, error: expat.ExpatError) -> NoReturn:
        try:
            self.data.decode("utf-8")
        except UnicodeDecodeError as wrong:
            raise FileFormatError(
                "is not UTF-8 text", cause=f"octet {wrong.start}", subject=self.name, remedy=_GET_AGAIN
            ) from error
        raise FileFormatError(
            "is cut off or altered", cause=str(error), subject=self.name, remedy=_GET_AGAIN
        ) from error

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8", "us-ascii"):
            self.refuse(f"is declared as {encoding[:40]!r}, not UTF-8")

    def doctype(self, *_: object) -> None:
        self.refuse("has a document type declaration (DTD), which these files never have")

    def instruction(self, target: str, _data: str) -> None:
        self.refuse(f"has the processing instruction {target[:80]!r}, which these files never have")

    def _start(self, tag: str, _attributes: object) -> None:
        self.elements += 1
        if self.elements > self.limits.elements:
            self.refuse(f"has more than {self.limits.elements} elements")
        if self.depth >= self.limits.depth:
            self.refuse(f"is nested deeper than {self.limits.depth} elements")
        self.depth += 1
        self.start(tag)

    def _end(self, _tag: str) -> None:
        self.depth -= 1
        self.end()


class _Reader(Guard):
    """Builds the tree out of expat's events."""

    def __init__(self, data: bytes, name: str, limits: Limits) -> None:
        super().__init__(data, name, limits)
        self.root: Element | None = None
        self.open: list[Element] = []
        self.texts: list[list[str]] = []
        self.sizes: list[int] = []

    def read(self) -> Element:
        self.parse()
        if self.root is None:
            raise AssertionError("expat has seen a whole document")
        return self.root

    def start(self, tag: str) -> None:
        element = Element(tag, self.parser.CurrentByteIndex)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)
        self.texts.append([])
        self.sizes.append(0)

    def characters(self, text: str) -> None:
        self.texts[-1].append(text)
        self.sizes[-1] += len(text)
        if self.sizes[-1] > self.limits.text:
            self.refuse(f"has more than {self.limits.text} characters of text in one element")

    def end(self) -> None:
        element = self.open.pop()
        element.text = "".join(self.texts.pop())
        self.sizes.pop()
        here = self.parser.CurrentByteIndex
        # Expat stands before "</tag>", but behind "<tag/>".
        empty_tag = not element.children and not element.text and self.data[here - 2 : here] == b"/>"
        element.end = here if empty_tag else self.data.index(b">", here) + 1
