# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a device says of itself: the ``<hello>`` and the yang-library (yang.md 10.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .errors import ParseError

Tree = Mapping[str, Any]
_BASE = "urn:ietf:params:netconf:base:"
_CAPABILITY = "urn:ietf:params:netconf:capability:"


@dataclass(frozen=True, slots=True)
class Hello:
    """``modules``: name -> newest revision, as far as the hello tells: from 17.10.1 it lists no ``Cisco-IOS-XE-*``."""

    session_id: str
    capabilities: frozenset[str]
    modules: Mapping[str, str]
    base_1_1: bool
    candidate: bool
    writable_running: bool
    library_id: str = ""
    """``module-set-id`` or ``content-id``: the key to keep a yang-library by; empty when the hello has none."""

    def has(self, capability: str) -> bool:
        """``validate``, ``rollback-on-error``, ``xpath``, ... in any version."""
        head = f"{_CAPABILITY}{capability}:"
        return any(uri.startswith(head) for uri in self.capabilities)


def hello(tree: Tree) -> Hello:
    """From ``read_xml`` of a ``<hello>``. Raises ParseError when it names no NETCONF."""
    # Real ones have white space around some of them, which the normal form has not.
    uris = frozenset(tree.get("capabilities", {}).get("capability", ()))
    if not any(uri.startswith(_BASE) for uri in uris):
        raise ParseError(
            "the hello names no version of NETCONF",
            remedy="Look what listens on that port; NETCONF of IOS XE is on 830",
        )
    modules: dict[str, str] = {}
    library = ""
    for uri in uris:
        query = parse_qs(urlsplit(uri).query)
        for name in query.get("module", ()):
            modules[name] = max(modules.get(name, ""), query.get("revision", [""])[0])
        if uri.startswith(f"{_CAPABILITY}yang-library:"):
            library = (query.get("content-id") or query.get("module-set-id") or [library])[0]
    return Hello(
        session_id=str(tree.get("session-id", "")),
        capabilities=uris,
        modules=modules,
        base_1_1=f"{_BASE}1.1" in uris,
        candidate=any(uri.startswith(f"{_CAPABILITY}candidate:") for uri in uris),
        writable_running=any(uri.startswith(f"{_CAPABILITY}writable-running:") for uri in uris),
        library_id=library,
    )


def modules_of_library(tree: Tree) -> Mapping[str, str]:
    """Name -> revision of the modules that the device implements, from either form of the library."""
    found: dict[str, str] = {}
    sets = tree.get("yang-library", {}).get("module-set", ())
    old = [m for m in tree.get("modules-state", {}).get("module", ()) if m.get("conformance-type") != "import"]
    modules: Iterable[Tree] = (module for group in (old, *(one.get("module", ()) for one in sets)) for module in group)
    for module in modules:
        if name := module.get("name"):
            found[name] = max(found.get(name, ""), module.get("revision", ""))
    return found
