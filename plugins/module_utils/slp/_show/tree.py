# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labelled, indented output as a tree: the way the smart agent prints everything.

A line is ``label: value``, ``label:`` with lines below it, or plain text. What is indented deeper belongs to the line
above. A line underlined with ``=`` is the title of a chapter, to which everything up to the next title belongs.
Neither the width of an indentation nor the order of anything matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Labels behind which the agent puts a second ``label: value`` on the same line. Only there is a double blank a
# separator: elsewhere it is part of a value, as in ``30  days`` or an account's name.
_PAIRED = frozenset(
    {
        "Attempts",
        "Available to Report",
        "Current Report",
        "Maximum Display",
        "Previous Report Id",
        "Start Time",
        "State",
        "Total",
        "Total Acknowledged Received",
        "Trust Code Installed",
    }
)
_NEXT_PAIR = re.compile(r",?\s{2,}(?=[A-Z][\w ]*: )|^(?=Trust Code Type: )")
_ROOT, _CHAPTER = -2, -1  # indentations of what is not indented at all
_DEEPEST = 30  # far beyond any device; keeps garbage from exhausting the stack of who walks the tree


class Node:
    """``label`` is empty for plain text, which then is the ``value``."""

    __slots__ = ("chapter", "children", "label", "value")

    def __init__(self, label: str, value: str) -> None:
        self.label = label
        self.value = value
        self.children: list[Node] = []
        self.chapter = False


def read_tree(lines: Iterable[str]) -> list[Node]:
    """Chapters and sections in the order printed."""
    root: list[Node] = []
    levels: list[tuple[int, list[Node]]] = [(_ROOT, root)]
    last: Node | None = None
    after_blank = False
    for line in lines:
        body = line.lstrip()
        if not body:
            after_blank = True
            continue
        indent = len(line) - len(body)
        body = body.rstrip()
        if body[0] == "=" and last is not None and not body.strip("="):
            _make_chapter(last, levels)
            continue
        node = _node(body)
        open_indent = levels[-1][0]
        if not after_blank and indent <= open_indent and last is not None and _is_open(last):
            if indent == open_indent and not node.label:
                last.children.append(node)  # "Device Enforcement State:" with its value below, not indented
                continue
            if indent < open_indent:
                indent = open_indent + 1  # "Proxy:" whose first line lost its blanks on the terminal
        while open_indent >= indent:
            levels.pop()
            open_indent = levels[-1][0]
        levels[-1][1].append(node)
        if len(levels) < _DEEPEST:
            levels.append((indent, node.children))
        last = node
        after_blank = False
    return root


def _node(body: str) -> Node:
    label, found, value = body.partition(": ")
    if found:
        if label in _PAIRED:
            return _paired(label, value)
        return Node(label.rstrip(": "), value.lstrip())
    if body[-1] == ":":
        return Node(body.rstrip(": "), "")
    return Node("", body)


def _paired(label: str, value: str) -> Node:
    first, *more = _NEXT_PAIR.split(value)
    node = Node(label, first.strip())
    node.children.extend(_node(pair) for pair in more if pair)
    return node


def _is_open(last: Node) -> bool:
    """A label that still waits for what belongs to it."""
    return not last.value and not last.children and not last.chapter


def _make_chapter(title: Node, levels: list[tuple[int, list[Node]]]) -> None:
    root = levels[0][1]
    for _indent, siblings in levels:
        if siblings and siblings[-1] is title:
            siblings.pop()
            break
    if not title.label:
        title.label, title.value = title.value, ""
    title.chapter = True
    root.append(title)
    levels[1:] = [(_CHAPTER, title.children)]
