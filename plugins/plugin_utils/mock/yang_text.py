# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a module as ``get-schema`` gives it: written from what the simulated device knows of it, and no more."""

from __future__ import annotations

from collections.abc import Iterator

from .yang_modules import Models, Module
from .yang_schema import Node

_TIME = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[\+\-]\d{2}:\d{2})"


def schema_text(models: Models, module: Module) -> str:
    """YANG, whole and valid by itself; what augments another module is shown in that one's text only."""
    roots = [node for node in models.roots.values() if node.module == module.name]
    rpcs = [node for node in models.rpcs.values() if node.module == module.name]
    lines = [
        f"module {module.name} {{",
        "  yang-version 1.1;",
        f'  namespace "{module.namespace}";',
        f"  prefix {module.prefix};",
        '  organization "A simulated device; not the vendor\'s text";',
        f"  revision {module.revision};",
        *(line for node in roots for line in _node(node, "  ")),
        *(line for node in rpcs for line in _rpc(node)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _rpc(node: Node) -> Iterator[str]:
    yield f"  rpc {node.name} {{"
    for part in node.children.values():
        yield f"    {part.name} {{"
        for child in part.children.values():
            yield from _node(child, "      ")
        yield "    }"
    yield "  }"


def _node(node: Node, indent: str, config: bool = True) -> Iterator[str]:
    yield f"{indent}{node.kind} {node.name} {{"
    inner = f"{indent}  "
    if node.kind.startswith("leaf"):
        yield from _type(node, inner)
    if node.keys:
        yield f'{inner}key "{" ".join(node.keys)}";'
    if node.marked and node.kind == "container":
        yield f'{inner}presence "it is there";'
    elif node.marked:
        yield f"{inner}mandatory true;"
    if config and not node.config:
        yield f"{inner}config false;"
    for child in node.children.values():
        yield from _node(child, inner, node.config)
    yield f"{indent}}}"


def _type(node: Node, indent: str) -> Iterator[str]:
    if node.values:
        yield f"{indent}type enumeration {{"
        yield from (f"{indent}  enum {value};" for value in node.values)
        yield f"{indent}}}"
    elif node.type == "time":
        yield f"{indent}type string {{ pattern '{_TIME}'; }}"
    elif node.low is not None:
        limit = "length" if node.type == "string" else "range"
        yield f'{indent}type {node.type} {{ {limit} "{node.low}..{node.high}"; }}'
    else:
        yield f"{indent}type {node.type};"
