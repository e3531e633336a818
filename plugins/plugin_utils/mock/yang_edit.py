# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an edit makes of a configuration (RFC 6241, 7.2): on data, before a device is told anything."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

from .yang_data import Data, ModelError, unknown_element
from .yang_schema import Node
from .yang_xml import Xml

NETCONF = "urn:ietf:params:xml:ns:netconf:base:1.0"
OPERATIONS = ("merge", "replace", "create", "delete", "remove", "none")
# Nodes of which one case of a choice excludes the other, by the node around them.
_CASES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("transport-smart", "url-default"): ("urls",),
    ("transport-smart", "urls"): ("url-default",),
    ("url", "default"): ("name", "utility"),
    ("url", "name"): ("default",),
    ("url", "utility"): ("default",),
}
_SMART = "transport-type-smart"


def edited(
    roots: Mapping[str, Node],
    data: Data,
    elements: Sequence[Xml],
    modules: Mapping[str, str],
    default: str = "merge",
) -> Data:
    """``data`` after the edit; itself it stays as it is. ``modules``: by namespace. Raises ModelError."""
    after = copy.deepcopy(data)
    for item in elements:
        module = modules.get(item.namespace, "")
        if not module:
            raise ModelError(
                "unknown-namespace",
                "unknown namespace",
                info=(("bad-element", item.name), ("bad-namespace", item.namespace)),
            )
        node = roots.get(f"{module}:{item.name}")
        if node is None:
            raise unknown_element(item.name)
        _Edit(modules).one(node, f"{module}:{item.name}", after, item, default, f"/{module}:{item.name}")
    _check_conditions(data, after)
    return after


class _Edit:
    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules

    def one(self, node: Node, key: str, data: Data, item: Xml, inherited: str, path: str) -> None:
        """Do what ``item`` says of ``node``, which ``data`` has under ``key`` or not."""
        operation = item.attributes.get((NETCONF, "operation"), inherited)
        if operation not in OPERATIONS:
            raise ModelError("bad-attribute", f"unknown operation: {operation}", info=(("bad-attribute", "operation"),))
        if not node.config:
            raise ModelError("invalid-value", f"{node.name} is not part of the configuration", path=path)
        if node.kind == "list":
            self._entry(node, key, data, item, operation, path)
        elif node.kind == "container":
            self._container(node, key, data, item, operation, path)
        else:
            _leaf(node, key, data, item, operation, path)

    def _container(self, node: Node, key: str, data: Data, item: Xml, operation: str, path: str) -> None:
        if not _proceed(node, key in data, operation, path):
            data.pop(key, None)
            return
        below: Data = {} if operation == "replace" else data.get(key, {})
        self._below(node, below, item, operation, path)
        data.pop(key, None)
        if below or node.marked:
            data[key] = below

    def _entry(self, node: Node, key: str, data: Data, item: Xml, operation: str, path: str) -> None:
        keys = {name: item.value(name) for name in node.keys}
        if "" in keys.values():
            missing = next(name for name, value in keys.items() if not value)
            raise ModelError("missing-element", f"missing element: {missing}", info=(("bad-element", missing),))
        entries: list[Data] = list(data.get(key, []))
        old = next((entry for entry in entries if all(entry.get(name) == keys[name] for name in keys)), None)
        if not _proceed(node, old is not None, operation, path):
            entries = [entry for entry in entries if entry is not old]
        else:
            entry = dict(keys) if operation == "replace" or old is None else old
            self._below(node, entry, item, operation, path)
            entries = [entry if known is old else known for known in entries] + ([entry] if old is None else [])
        data.pop(key, None)
        if entries:
            data[key] = entries

    def _below(self, node: Node, data: Data, item: Xml, operation: str, path: str) -> None:
        inherited = "merge" if operation in ("replace", "create") else operation
        for child in item:
            module = self._modules.get(child.namespace, "")
            found = node.child(child.name, module) if module else None
            if found is None:
                raise unknown_element(child.name, path)
            key = node.key_of(found)
            self.one(found, key, data, child, inherited, f"{path}/{key}")
            if key in data:
                for other in _CASES.get((node.name, found.name), ()):
                    data.pop(other, None)
        for wanted in node.children.values():
            if wanted.marked and wanted.kind == "leaf" and data and wanted.name not in data:
                bad = (("bad-element", wanted.name),)
                raise ModelError("missing-element", f"missing element: {wanted.name}", info=bad, path=path)


def _leaf(node: Node, key: str, data: Data, item: Xml, operation: str, path: str) -> None:
    if not _proceed(node, key in data, operation, path):
        data.pop(key, None)
        return
    if operation == "none":
        return
    value = item.text.strip()
    complaint = node.complaint(value)
    if complaint or item.children:
        raise ModelError("invalid-value", f'"{value}" {complaint}', info=(("bad-element", node.name),), path=path)
    data[key] = value


def _proceed(node: Node, exists: bool, operation: str, path: str) -> bool:
    """Whether there is something to write; False: it goes. Raises what the operation demands."""
    if operation == "create" and exists:
        raise ModelError("data-exists", f"{node.name} exists already", status=409, path=path)
    if operation == "delete" and not exists:
        raise ModelError("data-missing", f"{node.name} does not exist", status=404, path=path)
    return operation not in ("delete", "remove")


def _check_conditions(before: Data, after: Data) -> None:
    """``transport-smart`` is there with transport smart only: another transport takes it away (yang.md 3.1)."""
    transport = _transport(after)
    if "transport-smart" not in transport or transport.get("transport-type") == _SMART:
        return
    if transport["transport-smart"] != _transport(before).get("transport-smart"):
        raise unknown_element("transport-smart", "/cisco-smart-license:licensing/config/transport")
    del transport["transport-smart"]


def _transport(data: Data) -> Data:
    transport: Data = data.get("cisco-smart-license:licensing", {}).get("config", {}).get("transport", {})
    return transport
