# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Model data of both encodings in one normal form, and back (RFC 7950, RFC 7951).

The normal form: plain dicts by local name; lists as lists even with one entry; leaves as text, without blanks around.
Only nodes of ``_yang_schema`` are kept, and no tree is made of the others, so that a long answer takes little more
than its own octets. What stands where the model has something else is left out, not refused: devices break their own
models (yang.md, fact 5).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from ._yang_schema import MODULES, NAMESPACES, NETCONF, WRAPPERS, B, E, N, Node, find, find_top
from .errors import FileFormatError, ParseError
from .safexml import MIB, Guard, Limits, check_octets

MAX_BYTES = 64 * MIB
Tree = Mapping[str, Any]
REMOVE: Final = object()
"""In a tree to be written: this node is to go; as the member ``""`` of an entry of a list: this entry."""

_AGAIN = "Read it again; if it stays so, look at the device with `show platform software yang-management process`"
_SPACE = "\n"  # between namespace and name; stands in neither


def read_xml(data: bytes, *, name: str = "", at: Sequence[str] = (), max_bytes: int = MAX_BYTES) -> Tree:
    """An ``<rpc-reply>``, the body of a RESTCONF answer, or a data element alone, in the normal form.

    ``at``: the names above the element, where it is not from the top. Raises ParseError for what is no such answer.
    """
    limits = Limits(size=max_bytes, text=MIB, elements=4_000_000, depth=64)
    try:
        check_octets(data, name, limits)
        reader = _XmlReader(data, name, limits, _above(at))
        reader.parse()
    except FileFormatError as error:
        raise ParseError(f"the answer {error.what}", cause=error.cause, subject=name, remedy=_AGAIN) from error
    return _under(at, reader.result)


def read_json(data: bytes, *, name: str = "", at: Sequence[str] = (), max_bytes: int = MAX_BYTES) -> Tree:
    """The body of a RESTCONF answer, in the same normal form. Raises ParseError."""
    if len(data) > max_bytes:
        raise ParseError(f"the answer has {len(data)} octets; at most {max_bytes} are read", subject=name)
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_float=str)
    except (ValueError, RecursionError) as error:
        raise ParseError("the answer is no JSON", cause=str(error), subject=name, remedy=_AGAIN) from error
    if not isinstance(value, dict):
        raise ParseError("the answer is no JSON object", subject=name, remedy=_AGAIN)
    members = list(_members(value, _above(at)))
    if not members and not all(_wraps(*_split(key), item) for key, item in value.items()):
        raise ParseError("the answer is about something else", cause=", ".join(value)[:80], subject=name, remedy=_AGAIN)
    result: dict[str, Any] = {}
    for node, item in members:
        _keep(result, node, _plain(item, node))
    return _under(at, result)


def _above(at: Sequence[str]) -> Node | None:
    if not at:
        return None
    node = find(tuple(at))
    if node is None:
        raise ValueError(f"no node at {'/'.join(at)}")
    return node


def _under(at: Sequence[str], result: dict[str, Any]) -> dict[str, Any]:
    if not result:
        return {}
    for name in reversed(at):
        result = {name: result}
    return result


def _keep(result: dict[str, Any], node: Node, value: Any) -> None:
    """Put a value where it belongs; the entries of a list may come apart."""
    if value is None:
        return
    here = result.get(node.name)
    if isinstance(here, list) and isinstance(value, list):
        here += value
    elif isinstance(here, dict) and isinstance(value, dict):
        here.update(value)
    else:
        result[node.name] = value


# --- XML ---


class _XmlReader(Guard):
    """Builds the normal form while the octets pass by."""

    def __init__(self, data: bytes, name: str, limits: Limits, above: Node | None) -> None:
        super().__init__(data, name, limits, namespaces=_SPACE)
        self.above = above
        self.result: dict[str, Any] = {}
        self.open: list[tuple[Node, dict[str, Any]]] = []
        self.wrapped = 0
        self.passed = 0  # depth below an element that nobody reads
        self.text: list[str] = []
        self.length = 0

    def start(self, tag: str) -> None:
        if self.passed:
            self.passed += 1
            return
        namespace, _space, name = tag.rpartition(_SPACE)
        module = MODULES.get(namespace, namespace)
        if not self.open and (module, name) in WRAPPERS:
            self.wrapped += 1
            return
        parent = self.open[-1][0] if self.open else self.above
        node = parent.children.get(name) if parent else find_top(name, module)
        if node is None or (node.module != module and namespace):
            if self.elements == 1:
                self.refuse(f"is about something else: {name[:80]!r}")
            self.passed = 1
            return
        self.open.append((node, {}))
        self.text, self.length = [], 0

    def characters(self, text: str) -> None:
        if self.passed or not self.open:
            return
        self.length += len(text)
        if self.length > self.limits.text:
            self.refuse(f"has more than {self.limits.text} characters of text in one element")
        self.text.append(text)

    def end(self) -> None:
        if self.passed:
            self.passed -= 1
            return
        if not self.open:
            self.wrapped -= 1
            return
        node, children = self.open.pop()
        value: Any = children if node.kind in ("container", "list") else "".join(self.text).strip()
        self.text, self.length = [], 0
        _keep(self.open[-1][1] if self.open else self.result, node, [value] if "list" in node.kind else value)


def to_xml(tree: Tree) -> str:
    """A tree from the top as elements without white space between them. ``REMOVE`` becomes ``operation="remove"``."""
    return "".join(_elements(tree, None))


def _elements(values: Tree, parent: Node | None) -> Iterator[str]:
    for name, value in values.items():
        node = find_top(name) if parent is None else parent.children.get(name)
        if node is None:
            raise ValueError(f"no node {name} below {parent.name if parent else 'the top'}")
        for item in value if isinstance(value, list) else [value]:
            yield _element(node, item, foreign=parent is None or node.module != parent.module)


def _element(node: Node, value: Any, *, foreign: bool) -> str:
    opening = f'{node.name} xmlns="{NAMESPACES[node.module]}"' if foreign else node.name
    if value is REMOVE or (isinstance(value, Mapping) and value.get("") is REMOVE):
        opening += f' xmlns:nc="{NAMESPACES[NETCONF]}" nc:operation="remove"'
    if value is REMOVE:
        return f"<{opening}/>"
    if isinstance(value, Mapping):
        inner = "".join(_elements({key: item for key, item in value.items() if key}, node))
    else:
        inner = escape(str(value).lower() if isinstance(value, bool) else str(value))
    return f"<{opening}>{inner}</{node.name}>" if inner else f"<{opening}/>"


# --- JSON ---


def _members(value: Mapping[str, Any], parent: Node | None) -> Iterator[tuple[Node, Any]]:
    """The members of an object that are nodes; what only wraps nodes is opened."""
    for key, item in value.items():
        module, name = _split(key)
        if parent is None and _wraps(module, name, item):
            yield from _members(item, None)
            continue
        node = parent.children.get(name) if parent else find_top(name, module)
        if node is not None and module in ("", node.module):
            yield node, item


def _split(key: str) -> tuple[str, str]:
    module, _colon, name = key.rpartition(":")
    return module, name


def _wraps(module: str, name: str, item: Any) -> bool:
    """Older devices leave the module out here."""
    return isinstance(item, dict) and ((module, name) in WRAPPERS or (not module and name in ("output", "data")))


def _plain(value: Any, node: Node) -> Any:
    """A value in the normal form; None for what the model has no place for."""
    match node.kind:
        case "list" | "leaf-list":
            items = value if isinstance(value, list) else [value]
            found = [_one(item, node) for item in items]
            return [item for item in found if item is not None] or None
        case _:
            return _one(value, node)


def _one(value: Any, node: Node) -> Any:
    if node.kind in ("container", "list"):
        if not isinstance(value, dict):
            return None
        result: dict[str, Any] = {}
        for child, item in _members(value, node):
            _keep(result, child, _plain(item, child))
        return result
    if isinstance(value, list):  # [null] is how RFC 7951 writes a leaf that only is there
        return "" if value == [None] else None
    if isinstance(value, dict):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()


def to_json(tree: Tree, parent: Node | None = None) -> dict[str, Any]:
    """A tree from the top, or from below ``parent``, as a JSON object; what is marked ``REMOVE`` is left out."""
    result: dict[str, Any] = {}
    for name, value in tree.items():
        if not name or value is REMOVE:
            continue
        node = find_top(name) if parent is None else parent.children.get(name)
        if node is None:
            raise ValueError(f"no node {name} below {parent.name if parent else 'the top'}")
        key = node.name if parent is not None and node.module == parent.module else f"{node.module}:{node.name}"
        result[key] = [_json(item, node) for item in value] if isinstance(value, list) else _json(value, node)
    return result


def _json(value: Any, node: Node) -> Any:
    if isinstance(value, Mapping):
        return to_json(value, node)
    match node.type:
        case t if t == E:
            return [None]
        case t if t == B:
            return str(value).lower() == "true"
        case t if t == N:
            return int(value)
        case _:
            return str(value)
