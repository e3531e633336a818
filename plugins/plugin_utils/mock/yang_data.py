# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data of a model as plain values, and how they are written, read and filtered.

A container is a dict by the names of its children, a list a list of such dicts, a leaf its text, a leaf-list a list
of texts; what is not there is absent. Names are those of :meth:`Node.key_of`; at the top they are ``module:name``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from .yang_schema import Node
from .yang_xml import Xml

Data = dict[str, Any]
_WHOLE = ("uint8", "uint16", "uint32", "int16")


@dataclass(slots=True)
class ModelError(Exception):
    """An error as NETCONF and RESTCONF both tell it (yang.md 10.5, 11). ``status``: of RESTCONF."""

    tag: str
    message: str = ""
    status: int = 400
    kind: str = "application"
    info: tuple[tuple[str, str], ...] = ()
    """Elements of ``error-info`` in the base namespace."""
    refused: tuple[tuple[str, str], ...] = ()
    """(command line, what the parser said), where the device refused one."""
    path: str = ""

    def __str__(self) -> str:
        return f"{self.tag}: {self.message}"


def unknown_element(name: str, path: str = "") -> ModelError:
    return ModelError("unknown-element", f"unknown element: {name}", info=(("bad-element", name),), path=path)


# --- writing ----------------------------------------------------------------------------------------------------------


def to_xml(children: Mapping[str, Node], data: Data, namespaces: Mapping[str, str], module: str = "") -> str:
    """XML of what ``data`` has of ``children``. ``module``: that of the element around it."""
    return "".join(_xml(children, data, namespaces, module))


def _xml(children: Mapping[str, Node], data: Data, namespaces: Mapping[str, str], module: str) -> Iterator[str]:
    for key, node in children.items():
        if key not in data:
            continue
        value = data[key]
        opening = node.name if node.module == module else f'{node.name} xmlns="{namespaces[node.module]}"'
        for item in value if isinstance(value, list) else [value]:
            content = "".join(_xml(node.children, item, namespaces, node.module)) if isinstance(item, dict) else ""
            text = content or (escape(item) if isinstance(item, str) else "")
            yield f"<{opening}>{text}</{node.name}>" if text else f"<{opening}/>"


def to_json(children: Mapping[str, Node], data: Data) -> dict[str, Any]:
    """The same as values for JSON (RFC 7951)."""
    return {key: json_value(node, data[key]) for key, node in children.items() if key in data}


def json_value(node: Node, value: Any) -> Any:
    if isinstance(value, list):
        return [json_value(node, item) for item in value]
    if isinstance(value, dict):
        return to_json(node.children, value)
    if node.type in _WHOLE:
        return int(value)
    if node.type == "boolean":
        return value == "true"
    return [None] if node.type == "empty" else value


def from_json(children: Mapping[str, Node], body: Any, module: str = "") -> list[Xml]:
    """A body of RESTCONF as the elements that NETCONF would have sent. Raises ModelError."""
    if not isinstance(body, dict):
        raise ModelError("malformed-message", "a JSON object is expected")
    elements = []
    for name, value in body.items():
        prefix, _unused, local = name.rpartition(":")
        node = next((child for child in children.values() if child.name == local), None)
        # A node of the module around it may go without the module's name (RFC 7951, 4).
        if node is None or node.module != (prefix or module or node.module):
            raise ModelError("malformed-message", f"unknown element: {local}", path=f"/{name}")
        items = value if isinstance(value, list) and node.type != "empty" else [value]
        elements += [_element(node, item) for item in items]
    return elements


def _element(node: Node, value: Any) -> Xml:
    """Namespaces of such elements are names of modules."""
    if node.children or isinstance(value, dict):
        return Xml(node.name, node.module, children=from_json(node.children, value, node.module))
    if node.type == "empty":
        if value != [None]:
            raise ModelError("invalid-value", f'invalid value for: {node.name} in "{value}"')
        return Xml(node.name, node.module)
    if value is None or isinstance(value, list):
        raise ModelError("invalid-value", f'invalid value for: {node.name} in "{value}"')
    return Xml(node.name, node.module, str(value).lower() if isinstance(value, bool) else str(value))


def fitting(children: Mapping[str, Node], data: Data) -> Data:
    """What of ``data`` the model of this release can say: no node and no value that it does not know."""
    fit: Data = {}
    for key, node in children.items():
        value = data.get(key)
        if isinstance(value, dict):
            below = fitting(node.children, value)
            if below or node.marked:
                fit[key] = below
        elif isinstance(value, list) and node.kind == "list":
            fit[key] = [fitting(node.children, item) for item in value]
        elif value is not None and (not node.values or isinstance(value, list) or value in node.values):
            fit[key] = value
    return fit


# --- filters ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pick:
    """What of a node is wanted: everything, what is below ``below``, or only entries whose leaf has ``value``."""

    name: str
    module: str = ""
    value: str | None = None
    below: tuple[Pick, ...] = ()

    def fits(self, node: Node) -> bool:
        return self.name in ("*", node.name) and self.module in ("", node.module)


def subtree(elements: Sequence[Xml], modules: Mapping[str, str]) -> tuple[Pick, ...]:
    """A subtree filter (RFC 6241, 6). ``modules``: by namespace. A node of a foreign namespace selects nothing."""
    picks = []
    for item in elements:
        text = item.text.strip()
        module = modules.get(item.namespace, "?") if item.namespace else ""
        value = text if text and not item.children else None
        picks.append(Pick(item.name, module, value, subtree(item.children, modules)))
    return tuple(picks)


def select(children: Mapping[str, Node], data: Data, picks: Sequence[Pick]) -> Data:
    """What the filter lets through."""
    chosen: Data = {}
    for key, node in children.items():
        wanted = [pick for pick in picks if pick.fits(node)]
        if key not in data or not wanted:
            continue
        value = data[key]
        items = value if isinstance(value, list) else [value]
        kept = [part for item in items if (part := _through(node, item, wanted)) is not None]
        if kept:
            chosen[key] = kept if isinstance(value, list) else kept[0]
    return chosen


def _through(node: Node, item: Any, wanted: Sequence[Pick]) -> Any:
    if not isinstance(item, dict):
        values = [pick.value for pick in wanted]
        return item if None in values or item in values else None
    through: Data = {}
    for pick in wanted:
        if not _matches(node, item, pick.below):
            continue
        selecting = [below for below in pick.below if below.value is None]
        if not selecting:
            return item
        part = select(node.children, item, pick.below)
        if part:
            through = merged(through, part)
            # Without its keys an entry could not be told from the others.
            through |= {key: item[key] for key in node.keys}
    return through or None


def _matches(node: Node, item: Data, picks: Sequence[Pick]) -> bool:
    for pick in picks:
        if pick.value is not None:
            found = [item.get(key) for key, child in node.children.items() if pick.fits(child)]
            if pick.value not in found:
                return False
    return True


def merged(one: Data, other: Data) -> Data:
    """Both; lists of entries are not joined, the later one wins."""
    both = dict(one)
    for key, value in other.items():
        old = both.get(key)
        both[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both


_STEP = re.compile(r"/{1,2}\s*((?:[\w.-]+:)?(?:[\w.-]+|\*))((?:\[[^\]]*\])*)\s*")
_PREDICATE = re.compile(r"\[\s*((?:[\w.-]+:)?[\w.-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\")\s*\]")


def xpath(text: str, prefixes: Mapping[str, str], modules: Mapping[str, str]) -> tuple[Pick, ...]:
    """A path from the root with names and ``[key='value']``, or several with ``|`` between. Raises ModelError."""
    return tuple(_path(part.strip(), prefixes, modules) for part in re.split(r"\|(?=\s*/)", text))


def _path(text: str, prefixes: Mapping[str, str], modules: Mapping[str, str]) -> Pick:
    steps = list(_STEP.finditer(text))
    if not steps or "".join(step[0] for step in steps) != text or "//" in re.sub(r"\[[^\]]*\]", "", text):
        raise ModelError("invalid-value", f"syntax error in the XPath expression: {text}")
    pick: Pick | None = None
    for step in reversed(steps):
        tests = list(_PREDICATE.finditer(step[2]))
        if "".join(test[0] for test in tests) != step[2]:
            raise ModelError("invalid-value", f"XPath predicate not supported: {step[2]}")
        below = [Pick(test[1].rpartition(":")[2], value=test[2] or test[3] or "") for test in tests]
        prefix, _unused, name = step[1].rpartition(":")
        module = ""
        if prefix:
            # A client may use the module's own prefix without declaring it, which devices let pass.
            module = modules.get(prefixes.get(prefix, ""), "") or (prefix if prefix in modules.values() else "")
        pick = Pick(name, module, below=(*below, *([pick] if pick else [])))
    if pick is None:
        raise AssertionError("there is a step")
    return pick


def fields(text: str) -> tuple[Pick, ...]:
    """The query parameter ``fields`` (RFC 8040, 4.8.3): ``a;b/c;d(e;f)``. Raises ModelError."""
    picks, rest = _fields(text)
    if rest or not picks:
        raise ModelError("malformed-message", f"invalid value for the query parameter fields: {text}")
    return picks


def _fields(text: str) -> tuple[tuple[Pick, ...], str]:
    picks: list[Pick] = []
    while True:
        path = re.match(r"[\w.:-]+(?:/[\w.:-]+)*", text)
        if not path:
            return tuple(picks), text
        text = text[path.end() :]
        below: tuple[Pick, ...] = ()
        if text.startswith("("):
            below, text = _fields(text[1:])
            if not text.startswith(")"):
                return tuple(picks), text or "("
            text = text[1:]
        for name in reversed(path[0].split("/")):
            module, _unused, local = name.rpartition(":")
            below = (Pick(local, module, below=below),)
        picks += below
        if not text.startswith(";"):
            return tuple(picks), text
        text = text[1:]
