# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the data models of a simulated device define, read from short indented texts.

A line of such a text is ``[-]NAME[*KEY,KEY] [TYPE [LENGTH]] [&GROUP] [!] [@REVISION] [#MODULE]``:

* without a type it is a container, with ``*`` a list (without keys when nothing follows), with a type a leaf;
* ``-`` in front: state, not configuration, like everything below; ``!`` behind: a mandatory leaf, or a container that
  means something by being there; ``*`` with a type: a leaf-list;
* ``&GROUP``: what the text of that name has below; ``@``: not before this revision of the model;
* ``#MODULE``: this node and what is below it belong to another module, which augments this one;
* a type is ``string``, ``boolean``, ``empty``, ``time``, a number such as ``uint32``, or the name of an enumeration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

NUMBERS: Mapping[str, tuple[int, int]] = {
    "uint8": (0, 2**8 - 1),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
    "int16": (-(2**15), 2**15 - 1),
}
_LINE = re.compile(
    r"(?P<ro>-?)(?P<name>[\w-]+)(?P<list>\*(?P<keys>[\w,-]*))?(?: (?P<type>[\w-]+))?(?: (?P<low>\d+)\.\.(?P<high>\d+))?"
    r"(?: &(?P<group>\w+))?(?: (?P<mark>!))?(?: @(?P<since>[\d-]+))?(?: #(?P<module>[\w-]+))?"
)


@dataclass(frozen=True, slots=True)
class Enum:
    """An enumeration: its members, each with the revision of the model that brought it."""

    members: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> Enum:
        """From ``a b c @REVISION d e``."""
        since, members = "", {}
        for word in text.split():
            if word.startswith("@"):
                since = word[1:]
            else:
                members[word] = since
        return cls(members)

    def at(self, revision: str) -> tuple[str, ...]:
        return tuple(name for name, since in self.members.items() if since <= revision)


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a model. ``children`` by the names that data have: ``module:name`` where the module changes."""

    name: str
    module: str
    kind: str
    """``container``, ``list``, ``leaf`` or ``leaf-list``."""
    type: str = ""
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    keys: tuple[str, ...] = ()
    config: bool = True
    marked: bool = False
    children: Mapping[str, Node] = field(default_factory=dict)

    def child(self, name: str, module: str = "") -> Node | None:
        """The child of that name; ``module``: only if it belongs to that one."""
        for node in self.children.values():
            if node.name == name and module in ("", node.module):
                return node
        return None

    def key_of(self, node: Node) -> str:
        """The name that data of ``node`` have below this node."""
        return node.name if node.module == self.module else f"{node.module}:{node.name}"

    def complaint(self, value: str) -> str:
        """Why ``value`` is none of this leaf; empty when it is one."""
        if self.values:
            return "" if value in self.values else "is not a valid value."
        if self.type in NUMBERS:
            low, high = NUMBERS[self.type]
            low, high = low if self.low is None else self.low, high if self.high is None else self.high
            if not re.fullmatch(r"-?\d{1,20}", value) or not low <= int(value) <= high:
                return "is not a valid value." if not value.lstrip("-").isdecimal() else "is out of range."
        elif (self.type == "boolean" and value not in ("true", "false")) or (self.type == "empty" and value):
            return "is not a valid value."
        elif self.low is not None and self.high is not None and not self.low <= len(value) <= self.high:
            return f"length must be between {self.low} and {self.high}."
        return ""


@dataclass(frozen=True, slots=True)
class _Line:
    depth: int
    match: re.Match[str]


def read(
    text: str,
    module: str,
    revision: str = "9999",
    *,
    groups: Mapping[str, str] | None = None,
    enums: Mapping[str, Enum] | None = None,
) -> dict[str, Node]:
    """The nodes at the top of ``text``, by name."""
    reader = _Reader(module, revision, groups or {}, enums or {})
    return {node.name: node for node in reader.nodes(_lines(text), 0, Node("", module, "container"))}


def _lines(text: str) -> list[_Line]:
    lines = []
    for line in text.splitlines():
        body = line.strip()
        if not body:
            continue
        match = _LINE.fullmatch(body)
        if match is None:
            raise ValueError(f"not a line of a model: {body}")
        lines.append(_Line((len(line) - len(line.lstrip())) // 2, match))
    base = min((line.depth for line in lines), default=0)
    return [replace(line, depth=line.depth - base) for line in lines]


@dataclass(frozen=True, slots=True)
class _Reader:
    module: str
    revision: str
    groups: Mapping[str, str]
    enums: Mapping[str, Enum]

    def nodes(self, lines: list[_Line], depth: int, parent: Node) -> Iterator[Node]:
        starts = [number for number, line in enumerate(lines) if line.depth == depth]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=False):
            match = lines[start].match
            if (match["since"] or "") <= self.revision:
                yield self._node(match, lines[start + 1 : end], depth, parent)

    def _node(self, match: re.Match[str], below: list[_Line], depth: int, parent: Node) -> Node:
        kind = ("leaf-list" if match["type"] else "list") if match["list"] else "leaf" if match["type"] else "container"
        enum = self.enums.get(match["type"] or "")
        node = Node(
            match["name"],
            match["module"] or parent.module,
            kind,
            "enumeration" if enum else match["type"] or "",
            enum.at(self.revision) if enum else (),
            None if match["low"] is None else int(match["low"]),
            None if match["high"] is None else int(match["high"]),
            tuple(key for key in (match["keys"] or "").split(",") if key),
            parent.config and not match["ro"],
            bool(match["mark"]),
        )
        group = _lines(self.groups[match["group"]]) if match["group"] else []
        children = [*self.nodes(group, 0, node), *self.nodes(below, depth + 1, node)]
        children.sort(key=lambda child: node.keys.index(child.name) if child.name in node.keys else len(node.keys))
        return replace(node, children={node.key_of(child): child for child in children})
