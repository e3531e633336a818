# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which modules a release has, in which revision, and what of it a ``<hello>`` says (yang.md 2 and 10.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from . import yang_licensing
from .layouts import Release
from .yang_models import CALL_HOME, ENUMS, GROUPS, NATIVE, RPCS, TREES
from .yang_schema import Node, read

_CISCO = "http://cisco.com/ns/yang/"
_IETF = "urn:ietf:params:xml:ns:yang:"
_CAPABILITY = "urn:ietf:params:netconf:capability:"
_DEFAULTS = "basic-mode=explicit&also-supported=report-all-tagged,report-all"
_UNLISTED = (17, 10)
"""From here on a hello names no module of YANG 1.1, which all Cisco-IOS-XE-* became."""
_NATIVE_SUBMODULE = "Cisco-IOS-XE-license"

# "RELEASE REVISION ..." of each module; a release is written as in Release.parse.
_REVISIONS: Mapping[str, str] = {
    "cisco-smart-license": "17.3.1 2019-07-01 17.3.2a 2020-07-01 17.4.1 2020-11-01 17.5.1 2021-03-01",
    "cisco-smart-license-errors": "17.3.1 2019-07-01 17.4.1 2020-11-01",
    "cisco-ia": "17.3.1 2020-03-01 17.6.1 2021-07-01 17.9.1 2021-11-01 17.15.1 2024-07-01",
    "cisco-self-mgmt": "17.3.1 2019-07-01",
    "cisco-semver": "17.3.1 2019-03-20",
    NATIVE: "17.3.1 2020-07-01 17.4.1 2020-11-01 17.6.1 2021-07-01 17.9.1 2022-07-01 17.10.1 2022-11-01 "
    "17.12.1 2023-07-01 17.15.1 2024-07-01 17.18.1 2025-07-01",
    _NATIVE_SUBMODULE: "17.3.1 2019-07-01 17.4.1 2020-11-01 17.10.1 2022-11-01 17.13.1 2023-11-01 "
    "17.17.1 2024-07-10 17.18.1 2025-07-01",
    CALL_HOME: "17.3.1 2020-03-01 17.4.1 2020-07-01 17.10.1 2022-11-01 17.15.1 2024-07-01 17.18.1 2024-11-01",
    "Cisco-IOS-XE-rpc": "17.3.1 2020-07-01 17.4.1 2020-11-01 17.6.1 2021-03-01 17.9.1 2021-07-01 "
    "17.10.1 2022-11-01 17.15.1 2024-07-01 17.18.1 2024-11-01",
    "Cisco-IOS-XE-cli-rpc": "17.9.1 2022-07-01 17.10.1 2022-11-01 17.15.1 2024-07-01",
    "Cisco-IOS-XE-ha-oper": "17.3.1 2019-11-01 17.10.1 2022-11-01 17.18.1 2024-11-01",
    "Cisco-IOS-XE-device-hardware-oper": "17.3.1 2020-07-01 17.4.1 2020-11-01 17.6.1 2021-03-01 17.10.1 2022-11-01 "
    "17.12.1 2023-03-01 17.15.1 2024-03-01 17.18.1 2025-03-01",
    "Cisco-IOS-XE-stack-oper": "17.3.1 2020-07-01 17.4.1 2020-11-01 17.6.1 2021-03-01 17.9.1 2022-03-01 "
    "17.10.1 2022-11-01 17.15.1 2023-11-01 17.18.1 2025-03-01",
    "Cisco-IOS-XE-install-oper": "17.3.1 2020-07-01 17.6.1 2021-07-01 17.9.1 2022-07-01 17.10.1 2022-11-01 "
    "17.12.1 2023-07-01 17.15.1 2024-03-01 17.18.1 2025-07-01",
    "ietf-inet-types": "17.3.1 2013-07-15",
    "ietf-yang-types": "17.3.1 2013-07-15",
    "ietf-netconf-monitoring": "17.3.1 2010-10-04",
    "ietf-netconf-with-defaults": "17.3.1 2011-06-01",
    "ietf-restconf-monitoring": "17.3.1 2017-01-26",
    "ietf-yang-library": "17.3.1 2016-06-21 17.9.1 2019-01-04",
}
_PREFIXES: Mapping[str, str] = {
    NATIVE: "ios",
    CALL_HOME: "ios-ch",
    "Cisco-IOS-XE-rpc": "ios-xe-rpc",
    "Cisco-IOS-XE-cli-rpc": "cli-ios-xe-rpc",
    "Cisco-IOS-XE-ha-oper": "ha-ios-xe-oper",
    "Cisco-IOS-XE-device-hardware-oper": "device-hardware-xe-oper",
    "Cisco-IOS-XE-stack-oper": "stack-ios-xe-oper",
    "Cisco-IOS-XE-install-oper": "install-ios-xe-oper",
    "ietf-inet-types": "inet",
    "ietf-yang-types": "yang",
    "ietf-yang-library": "yanglib",
    "ietf-netconf-monitoring": "ncm",
}
_SUBMODULES: Mapping[str, str] = {
    "cisco-smart-license": "cisco-smart-license-errors",
    NATIVE: _NATIVE_SUBMODULE,
}
_IMPORTED = ("cisco-semver", "ietf-inet-types", "ietf-yang-types")
_OWN_NAMESPACE = {
    "cisco-ia": "http://cisco.com/yang/cisco-ia",
    "cisco-self-mgmt": "http://cisco.com/yang/cisco-self-mgmt",
}


@dataclass(frozen=True, slots=True)
class Module:
    """A module as a device has it."""

    name: str
    revision: str
    namespace: str
    prefix: str
    conformance: str = "implement"
    submodule: tuple[str, str] | None = None
    """(name, revision)."""

    @property
    def capability(self) -> str:
        return f"{self.namespace}?module={self.name}&revision={self.revision}"


@dataclass(frozen=True, slots=True)
class Models:
    """All models of one release."""

    release: Release
    modules: Mapping[str, Module]
    roots: Mapping[str, Node]
    """Top-level data nodes, by ``module:name``."""
    rpcs: Mapping[str, Node]
    """Likewise; each has ``input`` and ``output`` below."""

    @property
    def set_id(self) -> str:
        """Changes with the set of modules, as clients may cache by it."""
        text = " ".join(module.capability for module in self.modules.values())
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def namespace(self, module: str) -> str:
        return self.modules[module].namespace

    def capabilities(self, *, candidate: bool) -> Iterator[str]:
        """What the hello lists. ``candidate``: ``netconf-yang feature candidate-datastore`` is configured."""
        for number in ("1.0", "1.1"):
            yield f"urn:ietf:params:netconf:base:{number}"
        # By default a controller offers no candidate (yang.md, fact 13).
        for name in ("candidate:1.0",) if candidate else ("writable-running:1.0",):
            yield f"{_CAPABILITY}{name}"
        for name in ("rollback-on-error:1.0", "validate:1.0", "validate:1.1", "xpath:1.0", "notification:1.0"):
            yield f"{_CAPABILITY}{name}"
        for name in ("interleave:1.0", *(() if self.release < Release(17, 4, 1) else ("partial-lock:1.0",))):
            yield f"{_CAPABILITY}{name}"
        yield f"{_CAPABILITY}with-defaults:1.0?{_DEFAULTS}"
        library = self.modules["ietf-yang-library"].revision
        if self.release >= Release(17, 9, 1):
            yield f"{_CAPABILITY}with-operational-defaults:1.0?{_DEFAULTS}"
        yield f"{_CAPABILITY}yang-library:1.0?revision={library}&module-set-id={self.set_id}"
        if self.release >= Release(17, 9, 1):
            yield f"{_CAPABILITY}yang-library:1.1?revision={library}&content-id={self.set_id}"
        yield "http://tail-f.com/ns/netconf/actions/1.0"
        for module in self.modules.values():
            if not self._newer(module):
                yield module.capability
        # Surrounded by white space on a real device too: who compares has to strip.
        yield f"\n        {_CAPABILITY}notification:1.1\n      "

    def _newer(self, module: Module) -> bool:
        """Whether it is of YANG 1.1: the library with its second revision, Cisco's with 17.10."""
        if module.name == "ietf-yang-library":
            return module.revision > "2016-06-21"
        return module.name.startswith("Cisco-IOS-XE-") and self.release[:2] >= _UNLISTED


@cache
def models_of(release: Release) -> Models:
    """The models of a release, read once."""
    modules = {}
    for name in _REVISIONS:
        revision = _revision(name, release)
        if revision and name not in _SUBMODULES.values():
            modules[name] = _module(name, revision, release)
    roots: dict[str, Node] = {}
    rpcs: dict[str, Node] = {}
    licensing = modules[yang_licensing.MODULE].revision
    roots |= _named(yang_licensing.tree(licensing))
    rpcs |= _named(yang_licensing.rpcs(licensing))
    for name, module in modules.items():
        # What the native model has of licensing goes by its submodule.
        revision = module.submodule[1] if module.submodule else module.revision
        if name in TREES:
            roots |= _named(read(TREES[name], name, revision, groups=GROUPS, enums=ENUMS))
        if name in RPCS:
            rpcs |= _named(read(RPCS[name], name, revision, groups=GROUPS, enums=ENUMS))
    return Models(release, modules, roots, rpcs)


def _named(nodes: Mapping[str, Node]) -> dict[str, Node]:
    return {f"{node.module}:{node.name}": node for node in nodes.values()}


def _revision(name: str, release: Release) -> str:
    """The revision of a module in a release; empty before its first."""
    found = ""
    words = _REVISIONS[name].split()
    for start, revision in zip(words[::2], words[1::2], strict=True):
        if release >= Release.parse(start):
            found = revision
    # What came with the first release that is listed is older than it: releases before have it as well.
    return found or (words[1] if words[0] == "17.3.1" else "")


def _module(name: str, revision: str, release: Release) -> Module:
    namespace = _OWN_NAMESPACE.get(name) or f"{_IETF if name.startswith('ietf-') else _CISCO}{name}"
    below = _SUBMODULES.get(name)
    return Module(
        name,
        revision,
        namespace,
        _PREFIXES.get(name, name),
        "import" if name in _IMPORTED else "implement",
        (below, _revision(below, release)) if below else None,
    )
