# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data resources of RESTCONF: what a path names, what stands there, and an edit of it (RFC 8040, 3.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from .yang_data import Data, ModelError
from .yang_edit import NETCONF
from .yang_schema import Node
from .yang_xml import Xml

NOT_FOUND = ModelError("invalid-value", "uri keypath not found", 404)


@dataclass(frozen=True, slots=True)
class Step:
    """One segment: the node, the name that data have for it, and the keys where it names an entry."""

    node: Node
    name: str
    keys: Mapping[str, str] = field(default_factory=dict)


def steps_of(roots: Mapping[str, Node], path: str) -> tuple[Step, ...]:
    """The steps of a path below ``/restconf/data``, still percent-encoded. Raises ModelError."""
    steps: list[Step] = []
    for segment in path.strip("/").split("/") if path.strip("/") else ():
        name, equals, keys = segment.partition("=")
        steps.append(_step(roots, steps[-1].node if steps else None, unquote(name), keys if equals else None))
    return tuple(steps)


def _step(roots: Mapping[str, Node], parent: Node | None, name: str, keys: str | None) -> Step:
    module, _unused, local = name.rpartition(":")
    if parent is None:
        node = roots.get(name)
        key = name
    else:
        # The module's name is due where it changes, and may be there elsewhere (RFC 8040, 3.5.3).
        node = parent.child(local, module or parent.module)
        key = parent.key_of(node) if node else ""
    if node is None:
        raise NOT_FOUND
    if keys is None:
        return Step(node, key)
    values = [unquote(value) for value in keys.split(",")]
    if node.kind != "list" or len(values) != len(node.keys):
        raise ModelError("invalid-value", f"wrong number of keys for {local}", 400)
    return Step(node, key, dict(zip(node.keys, values, strict=True)))


def at(data: Data, steps: Sequence[Step]) -> Any:
    """What stands there; None: nothing. An entry of a list is a dict."""
    value: Any = data
    for step in steps:
        value = value.get(step.name) if isinstance(value, dict) else None
        if step.keys and value is not None:
            value = next((entry for entry in value if all(entry.get(k) == v for k, v in step.keys.items())), None)
        if value is None:
            return None
    return value


def edit_of(steps: Sequence[Step], target: Xml | None, operation: str) -> Xml:
    """An edit of the resource at ``steps`` from the root down. ``target``: its new content; None: there is none.

    Raises ModelError when the content is that of another resource.
    """
    last = steps[-1]
    element = target or Xml(last.node.name, last.node.module)
    for key, value in last.keys.items():
        given = element.find(key)
        if given is None:
            element.children.insert(0, Xml(key, element.namespace, value))
        elif given.text.strip() != value:
            raise ModelError("invalid-value", f"key {key} is not that of the resource")
    element.attributes[NETCONF, "operation"] = operation
    return wrapped(steps[:-1], [element])


def wrapped(steps: Sequence[Step], elements: Sequence[Xml]) -> Xml:
    """``elements`` below the resource at ``steps``, which an edit passes through."""
    inner = list(elements)
    for step in reversed(steps):
        keys = [Xml(key, step.node.module, value) for key, value in step.keys.items()]
        inner = [Xml(step.node.name, step.node.module, children=[*keys, *inner])]
    (outer,) = inner
    return outer
