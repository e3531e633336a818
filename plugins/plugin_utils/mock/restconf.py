# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RESTCONF of a simulated device (RFC 8040, with the manners of yang.md 11).

It adds to what befalls every HTTPS server (httpserver.py), by the request path: ``locked``, ``device_refused``,
``invalid_path`` (400, as for an operation that the image does not have), ``huge`` (``after`` octets more, default ten
million) and ``spelling`` (errors under the name that this release does not use).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from .faults import Fault
from .layouts import Release
from .netconf import faulty
from .restconf_path import NOT_FOUND, Step, at, edit_of, steps_of, wrapped
from .yang_data import Data, ModelError, Pick, fields, from_json, json_value, select, to_json, to_xml
from .yang_rpc import Operations
from .yang_schema import Node
from .yang_store import Client, Datastores
from .yang_text import schema_text
from .yang_xml import Xml, XmlError, element, parse, text_element

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Sequence

JSON = "application/yang-data+json"
XML = "application/yang-data+xml"
ROOT = "/restconf"
NAMESPACE = "urn:ietf:params:xml:ns:yang:ietf-restconf"
_QUERIES = ("content", "depth", "fields", "with-defaults", "insert", "point", "filter")
_HUGE = 10_000_000
# Both spellings were seen, and no release is known at which it changed (yang.md 11): this one is ours.
_NEW_SPELLING = Release(17, 6, 1)
_TAGS = {"unknown-element": "malformed-message", "unknown-namespace": "malformed-message"}


class Restconf:
    """Answers requests below ``/restconf``."""

    def __init__(self, stores: Datastores, operations: Operations) -> None:
        self._stores = stores
        self._operations = operations

    async def answer(self, request: web.Request, user: str, fault: Fault | None) -> web.Response:
        """``user`` may do everything: who that is has been looked at."""
        kind = _accepted(request)
        try:
            if error := faulty(fault, request.path.rpartition("/")[2]):
                if fault and fault.action == "invalid_path":
                    error = ModelError("malformed-message", "invalid path", 400)
                raise error
            response = self._respond(request, await request.read(), user, kind)
        except ModelError as error:
            return self.failure(error, kind, flipped=bool(fault and fault.action == "spelling"))
        if fault and fault.action == "huge" and isinstance(response.body, bytes):
            response.body += b" " * (fault.after if isinstance(fault.after, int) else _HUGE)
        return response

    def failure(self, error: ModelError, kind: str = JSON, *, flipped: bool = False) -> web.Response:
        """An error in the envelope of the release; ``flipped``: in the other one."""
        entry: dict[str, Any] = {"error-type": error.kind, "error-tag": _TAGS.get(error.tag, error.tag)}
        if error.path:
            entry["error-path"] = error.path
        if error.message:
            entry["error-message"] = error.message
        if kind == XML:
            items = "".join(text_element(name, str(value)) for name, value in entry.items())
            return _body(error.status, element("errors", element("error", items), xmlns=NAMESPACE).encode(), XML)
        new = (self._stores.models.release >= _NEW_SPELLING) is not flipped
        name = "ietf-restconf:errors" if new else "errors"
        return _json(error.status, {name: {"error": [entry]}})

    def _respond(self, request: web.Request, body: bytes, user: str, kind: str) -> web.Response:
        path = request.rel_url.raw_path.removeprefix(ROOT).strip("/")
        kept, _unused, rest = path.partition("/")
        client = self._stores.client(user, "restconf", request.remote or "127.0.0.1")
        if request.method == "OPTIONS":
            return web.Response(status=200, headers={"Allow": "GET, HEAD, PATCH, POST, PUT, DELETE, OPTIONS"})
        match kept:
            case "data":
                return self._data(request, rest, body, client, kind)
            case "operations":
                return self._operation(request, rest, body, client, kind)
            case "" | "yang-library-version" if request.method in ("GET", "HEAD"):
                return self._entry(kept, kind)
            case "tailf" if request.method == "GET":
                return self._module(rest)
        raise NOT_FOUND

    # --- data ---------------------------------------------------------------------------------------------------------

    def _data(self, request: web.Request, path: str, body: bytes, client: Client, kind: str) -> web.Response:
        steps = steps_of(self._stores.models.roots, path)
        if request.method in ("GET", "HEAD"):
            return self._get(steps, _queries(request), kind)
        if request.method not in ("PUT", "PATCH", "POST", "DELETE"):
            raise ModelError("operation-not-supported", f"{request.method} is not supported", 405, "protocol")
        if request.method != "POST" and not steps:
            raise ModelError("operation-not-supported", "the datastore cannot be replaced", 405, "protocol")
        there = at(self._stores.config(), steps) is not None
        if request.method == "DELETE":
            if not there:
                raise NOT_FOUND
            self._edit(client, edit_of(steps, None, "delete"))
            return web.Response(status=204)
        children = steps[-1].node.children if steps else self._stores.models.roots
        if request.method == "POST":
            return self._create(request, steps, self._content(children, steps, body, request), client)
        if request.method == "PATCH" and not there:
            raise ModelError("invalid-value", "patch to a nonexistent resource", 404)
        elements = self._content({steps[-1].name: steps[-1].node}, steps[:-1], body, request)
        if len(elements) != 1 or elements[0].name != steps[-1].node.name:
            raise ModelError("malformed-message", "the body is not that of the resource", 400)
        self._edit(client, edit_of(steps, elements[0], "merge" if request.method == "PATCH" else "replace"))
        return web.Response(status=204 if there else 201)

    def _edit(self, client: Client, edit: Xml) -> None:
        # A device with a candidate writes through it and commits at once (RFC 8040, 1.4).
        target = "candidate" if self._stores.with_candidate else "running"
        self._stores.edit(client, [edit], target=target)
        if target == "candidate":
            self._stores.commit(client)

    def _create(self, request: web.Request, steps: Sequence[Step], elements: list[Xml], client: Client) -> web.Response:
        if len(elements) != 1:
            raise ModelError("malformed-message", "one resource at a time can be created", 400)
        ((_unused, child),) = [(item.namespace, item) for item in elements]
        child.attributes["urn:ietf:params:xml:ns:netconf:base:1.0", "operation"] = "create"
        self._edit(client, wrapped(steps, [child]) if steps else child)
        return web.Response(status=201, headers={"Location": f"{request.url}/{child.name}"})

    def _content(
        self, children: Mapping[str, Node], around: Sequence[Step], body: bytes, request: web.Request
    ) -> list[Xml]:
        """The body as elements. ``around``: the steps to the node whose children it may hold."""
        if not body.strip():
            raise ModelError("malformed-message", "the body is missing", 400)
        if "xml" in request.content_type:
            return [_document(body)]
        return from_json(children, _object(body), around[-1].node.module if around else "")

    def _get(self, steps: Sequence[Step], queries: Mapping[str, str], kind: str) -> web.Response:
        stores = self._stores
        content = queries.get("content", "all")
        if content not in ("all", "config", "nonconfig"):
            raise _bad_query("content", content)
        data = stores.config() if content == "config" else stores.everything()
        if content == "nonconfig":
            data = _state(stores.models.roots, data)
        value = at(data, steps)
        if value is None and (not steps or not steps[-1].keys):
            return web.Response(status=204)
        if value is None:
            raise NOT_FOUND
        if not steps:
            return self._whole(value, queries, kind)
        node = steps[-1].node
        value = _cut(_chosen(node, value, queries), _depth(queries))
        if value in ({}, []):
            return web.Response(status=204)
        if node.kind == "list" and steps[-1].keys:
            value = [value]
        return self._shown(node, value, kind)

    def _whole(self, data: Data, queries: Mapping[str, str], kind: str) -> web.Response:
        roots = self._stores.models.roots
        if "fields" in queries:
            data = select(roots, data, fields(queries["fields"]))
        data = _cut(data, _depth(queries))
        if kind == XML:
            content = to_xml(roots, data, self._stores.namespaces)
            return _body(200, element("data", content, xmlns=NAMESPACE).encode(), XML)
        return _json(200, {"ietf-restconf:data": to_json(roots, data)})

    def _shown(self, node: Node, value: Any, kind: str) -> web.Response:
        if kind == XML:
            return _body(200, to_xml({node.name: node}, {node.name: value}, self._stores.namespaces).encode(), XML)
        return _json(200, {f"{node.module}:{node.name}": json_value(node, value)})

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _operation(self, request: web.Request, name: str, body: bytes, client: Client, kind: str) -> web.Response:
        if not name and request.method in ("GET", "HEAD"):
            listed = {rpc: f"{ROOT}/operations/{rpc}" for rpc in self._stores.models.rpcs}
            return _json(200, {"ietf-restconf:operations": listed})
        if request.method != "POST":
            raise ModelError("operation-not-supported", f"{request.method} is not supported", 405, "protocol")
        module, _unused, local = name.partition(":")
        rpc = self._operations.find(local, module)
        if rpc is None:
            raise ModelError("malformed-message", "invalid path", 400)
        output = rpc.child("output")
        data = self._operations.call(client, rpc, self._input(rpc, body, request))
        if not output or not data:
            return web.Response(status=204)
        return self._shown(output, data, kind)

    def _input(self, rpc: Node, body: bytes, request: web.Request) -> list[Xml]:
        """What is below ``input``, which may go without the module's name (yang.md 5)."""
        if not body.strip():
            return []
        if "xml" in request.content_type:
            return _document(body).children
        given = _object(body)
        below = rpc.child("input") or Node("input", rpc.module, "container")
        if not given:
            return []
        if set(given) - {"input", f"{rpc.module}:input"} or len(given) != 1:
            raise ModelError("malformed-message", f"unknown element: {next(iter(given))}", 400)
        (value,) = given.values()
        return from_json(below.children, {} if value in (None, [None]) else value, rpc.module)

    def _entry(self, name: str, kind: str) -> web.Response:
        version = "2016-06-21"
        if name:
            if kind == XML:
                return _body(200, text_element("yang-library-version", version, xmlns=NAMESPACE).encode(), XML)
            return _json(200, {"ietf-restconf:yang-library-version": version})
        if kind == XML:
            content = element("data") + element("operations") + text_element("yang-library-version", version)
            return _body(200, element("restconf", content, xmlns=NAMESPACE).encode(), XML)
        return _json(200, {"ietf-restconf:restconf": {"data": {}, "operations": {}, "yang-library-version": version}})

    def _module(self, path: str) -> web.Response:
        """The text of a module: ``tailf/modules/NAME/REVISION``."""
        parts = path.split("/")
        module = self._stores.models.modules.get(parts[1]) if len(parts) in (2, 3) and parts[0] == "modules" else None
        if module is None or (len(parts) == 3 and parts[2] != module.revision):
            raise NOT_FOUND
        text = schema_text(self._stores.models, module)
        return web.Response(status=200, body=text.encode(), content_type="application/yang")


def _chosen(node: Node, value: Any, queries: Mapping[str, str]) -> Any:
    if "fields" not in queries or not isinstance(value, dict | list):
        return value
    picks: tuple[Pick, ...] = fields(queries["fields"])
    if isinstance(value, dict):
        return select(node.children, value, picks)
    return [part for entry in value if (part := select(node.children, entry, picks))]


def _depth(queries: Mapping[str, str]) -> int | None:
    depth = queries.get("depth", "unbounded")
    if depth == "unbounded":
        return None
    if not depth.isdecimal() or not 1 <= int(depth) <= 65535:
        raise _bad_query("depth", depth)
    return int(depth)


def _cut(value: Any, depth: int | None) -> Any:
    """Only so many levels of containers."""
    if depth is None or not isinstance(value, dict | list):
        return value
    if isinstance(value, list):
        return [_cut(item, depth) for item in value]
    return {key: _cut(below, depth - 1) for key, below in value.items() if depth > 1 or not isinstance(below, dict)}


def _state(children: Mapping[str, Node], data: Data) -> Data:
    """Without what is configuration."""
    kept: Data = {}
    for key, node in children.items():
        value = data.get(key)
        if value is not None and not node.config:
            kept[key] = value
        elif isinstance(value, dict) and (below := _state(node.children, value)):
            kept[key] = below
    return kept


def _queries(request: web.Request) -> dict[str, str]:
    """The query parameters; one that the device does not know is an error."""
    queries = dict(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True))
    for name, value in queries.items():
        if name not in _QUERIES:
            raise _bad_query(name, value)
    return queries


def _bad_query(name: str, value: str) -> ModelError:
    return ModelError("malformed-message", f"invalid query parameter: {name}={value}", 400)


def _object(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise ModelError("malformed-message", f"the body is no JSON: {error}", 400) from error


def _document(body: bytes) -> Xml:
    try:
        return parse(body)
    except XmlError as error:
        raise ModelError("malformed-message", str(error), 400) from error


def _accepted(request: web.Request) -> str:
    """JSON unless XML is asked for, or is sent and nothing is asked for."""
    accept = request.headers.get("Accept", "")
    if "json" in accept:
        return JSON
    if "xml" in accept or ("xml" in request.content_type and accept in ("", "*/*")):
        return XML
    return JSON


def _json(status: int, data: Any) -> web.Response:
    return _body(status, json.dumps(data, indent=2).encode(), JSON)


def _body(status: int, body: bytes, kind: str) -> web.Response:
    return web.Response(status=status, body=body, content_type=kind)
