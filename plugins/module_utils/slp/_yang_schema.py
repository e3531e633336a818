# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes that are read or written here, out of Cisco's models; all others are passed over (yang.md 2 to 9).

XML says neither what is a list nor what is a number, and JSON wants to know: so both need this table. Of a node's
type only what shows in JSON is kept. The values are not checked: devices break their own schema (yang.md, fact 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["container", "list", "leaf", "leaf-list"]

SLIC = "cisco-smart-license"
NATIVE = "Cisco-IOS-XE-native"
CALL_HOME = "Cisco-IOS-XE-call-home"
XE_RPC = "Cisco-IOS-XE-rpc"
IA = "cisco-ia"
HARDWARE = "Cisco-IOS-XE-device-hardware-oper"
HA = "Cisco-IOS-XE-ha-oper"
STACK = "Cisco-IOS-XE-stack-oper"
NETCONF = "ietf-netconf"
RESTCONF = "ietf-restconf"

_CISCO = "http://cisco.com/ns/yang/"
NAMESPACES: Mapping[str, str] = {
    **{name: _CISCO + name for name in (SLIC, NATIVE, CALL_HOME, XE_RPC, HARDWARE, HA, STACK)},
    IA: "http://cisco.com/yang/cisco-ia",  # no "/ns/"
    NETCONF: "urn:ietf:params:xml:ns:netconf:base:1.0",
    RESTCONF: "urn:ietf:params:xml:ns:yang:ietf-restconf",
}
MODULES: Mapping[str, str] = {namespace: name for name, namespace in NAMESPACES.items()}

# Types of leaves, as JSON writes them: text, true and false, a number, a number of 64 bits (in quotes), [null].
S, B, N, L, E = "string", "boolean", "number", "uint64", "empty"


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a model: what its name, module and type are in XML and in JSON."""

    name: str
    module: str
    kind: Kind
    type: str = S
    children: Mapping[str, Node] = field(default_factory=dict)
    """By local name: no two modules use one here below the same parent."""


_UDI = dict.fromkeys(("pid", "sn", "vid", "uuid", "suvi", "host-identifier", "mac-address"), S)
_TAGS = {f"tag{number}": S for number in range(1, 5)}
_CLASS = {"reporting-first-time": N, "reporting-ongoing": N, "reporting-macd": N}
_LICENCE = {"entitlement-tag": S, "short-name": S, "license-name": S, "description": S}
_URLS = {"url-registration": S, "url-utility": S}
_SLIC_CONFIG = {
    "enable": B,
    "custom-id": S,
    "privacy": {"hostname": B, "version": B},
    "utility": {"utility-enable": B},
    "usage": {"interval": N, "customer-tags": _TAGS},
    "transport": {
        "transport-type": S,
        "transport-smart": {"url-default": B, "urls": _URLS},
        "transport-cslu": {"url-cslu": S},
    },
}
_SLIC_STATE = {
    "always-enabled": B,
    "smart-enabled": B,
    "version": S,
    "state-info": {
        "registration": {
            "registration-state": S,
            "export-control-allowed": B,
            "registration-complete": {"smart-account": S, "virtual-account": S},
        },
        "authorization": {"authorization-state": S},
        "utility": {"enabled": B, "reporting": S},
        "custom-id": S,
        "transport": {"transport-type": S, "url-settings": _URLS},
        "privacy": {"hostname": B, "version": B},
        "udi": _UDI,
        "usage": [{**_LICENCE, "count": N, "enforcement-mode": S, "post-paid": B, "subscription-id": S}],
        "policy": {
            "policy-type": S,
            "policy-name": S,
            "install-time": S,
            "ack-required": B,
            **{f"policy-{name}": _CLASS for name in ("enforced", "export", "subscription", "perpetual")},
        },
        "trust-code": [{"key_udi": S, "is-installed": B, "time-installed": S, "udi": _UDI}],
        "rum-reports-closed-keys": [
            {
                "rum-report-key": S,
                "report-id": L,
                "udi": _UDI,
                "report-start-time": S,
                "report-end-time": S,
                "report-state": S,
            }
        ],
        "rum-ack": {"last-received-time": S, "next-report-deadline": S},
        "factory-purchase": [{"key_udi": S, "udi": _UDI}],
        "imported-authorizations": {
            "overall-status": [
                {"key_udi": S, "udi": _UDI, "installed-list": [{"install-type": S, "install-time": S}]},
            ],
        },
    },
}
_FILE = {"file-path": S, "return-code": S}
_SLIC: dict[str, Any] = {
    "licensing": {"config": _SLIC_CONFIG, "state": _SLIC_STATE},
    "id-token-trust": {"id-token": S, "all-ha": B, "force": B, "return-code": S},
    "trust-request-save": _FILE,
    "rum-save-usage-all": _FILE,
    "rum-save-usage-unreported": _FILE,
    "rum-save-usage-days": {**_FILE, "days": N},
    "import-file": {**_FILE, "confirmation-codes": S},
    "return-code": S,
    "confirmation-codes": S,
    "authorization-return-string": S,
}
_PROFILE = {
    "active": B,
    "reporting": {"smart-call-home-data": B, "smart-licensing-data": B},
    "destination": {
        "transport-method": S,
        "address": {"http": {"http-address": S, "default-address": B}},
    },
}
_CALL_HOME = {
    "contact-email-addr": S,
    "data-privacy": {"hostname": E, "level": S},
    "http": {"secure": {"server-identity-check": B}, "resolve-hostname": {"ipv4-first": E}},
    "http-proxy": {"proxy-servers": [{"proxy-server": S, "port": N}]},
    "tac-profile": {"profile": {"CiscoTAC-1": _PROFILE}},
    "user-profile": {
        "profile": [
            {
                "profile-name": S,
                "active": B,
                "reporting": {"smart-call-home-data": B, "smart-licensing-data": E},
                "destination": {"transport-method": {"http": E, "email": B}, "address": {"http": S}},
            }
        ]
    },
}
_NATIVE: dict[str, Any] = {
    "native": {
        "version": S,
        "hostname": S,
        "service": {"call-home": E},
        "license": {
            "udi": {"pid": S, "sn": S},
            "smart": {
                "enable": E,
                "customer-id": S,
                "transport-type": S,
                "privacy": {"hostname": E, "version": E},
                "usage": {"interval": N, "customer-tags": _TAGS},
                "url": {"cslu": S, "default": E, "name": S, "utility": S},
            },
        },
        "call-home": {f"{CALL_HOME}:{name}": node for name, node in _CALL_HOME.items()},
    }
}
_XE_RPC: dict[str, Any] = {
    "copy": {"source-drop-node-name": S, "destination-drop-node-name": S, "result": S},
    "delete": {"filename-drop-node-name": S, "result": S},
    "license": {"result": S},
    "result": S,
}
_IA: dict[str, Any] = {
    "save-config": {"result": S},
    "is-syncing": {"result": S, "syncing": B},
    "sync-from": {"result": S},
    "result": S,
    "syncing": B,
    "syncs-pending": B,
    "running-datastore-locked": B,
    "candidate-datastore-locked": B,
    "candidate-datastore-dirty": B,
}
_HARDWARE: dict[str, Any] = {
    "device-hardware-data": {
        "device-hardware": {
            "device-inventory": [
                {"hw-type": S, "hw-dev-index": N, "part-number": S, "serial-number": S, "dev-name": S},
            ],
            "device-system-data": {
                "software-version": S,
                "boot-time": S,
                "current-time": S,
                "unsaved-config": B,
            },
        },
    }
}
_HA: dict[str, Any] = {
    "ha-oper-data": {
        "ha-infra": {
            "ha-state": S,
            "peer-state": S,
            "image-version": S,
            "leaf-mode": S,
            "ha-enabled": B,
            "has-switchover-occured": B,  # sic
            "last-switchover-time": S,
            "last-switchover-reason": S,
        }
    }
}
_STACK: dict[str, Any] = {
    "stack-oper-data": {
        "stack-node": [
            {
                "chassis-number": N,
                "priority": N,
                "serial-number": S,
                "role": S,
                "node-state": S,
                "sso-ready-flag": B,
                "mac-address": S,
            }
        ]
    }
}
_BAD_CLI = {"bad-command": S, "error-location": N, "parser-response": S, "parser-context": S}
_ERROR = {
    "error-type": S,
    "error-tag": S,
    "error-severity": S,
    "error-path": S,
    "error-message": S,
    "error-info": {
        "bad-element": S,
        "bad-namespace": S,
        "bad-attribute": S,
        "session-id": S,
        f"{IA}:severity": S,
        f"{IA}:detail": {"bad-cli": [_BAD_CLI]},
    },
}
_NETCONF: dict[str, Any] = {
    "ok": E,
    "rpc-error": [_ERROR],
}
_SPECS = {
    SLIC: _SLIC,
    NATIVE: _NATIVE,
    XE_RPC: _XE_RPC,
    IA: _IA,
    HARDWARE: _HARDWARE,
    HA: _HA,
    STACK: _STACK,
    NETCONF: _NETCONF,
    RESTCONF: {"errors": {"error": [_ERROR]}},
}
# What only wraps the nodes: of a NETCONF message, and around the answer of an operation.
WRAPPERS: frozenset[tuple[str, str]] = frozenset(
    {
        *((NETCONF, name) for name in ("rpc-reply", "data", "config")),
        (RESTCONF, "data"),
        *((module, "output") for module in (SLIC, XE_RPC, IA)),
    }
)


def _node(key: str, spec: Any, module: str) -> Node:
    prefix, _colon, name = key.rpartition(":")
    module = prefix or module
    repeated = isinstance(spec, list)
    inner = spec[0] if repeated else spec
    if isinstance(inner, str):
        return Node(name, module, "leaf-list" if repeated else "leaf", inner)
    return Node(name, module, "list" if repeated else "container", "", _children(inner, module))


def _children(spec: Mapping[str, Any], module: str) -> Mapping[str, Node]:
    nodes = (_node(key, inner, module) for key, inner in spec.items())
    return {node.name: node for node in nodes}


TOP: Mapping[str, Mapping[str, Node]] = {module: _children(spec, module) for module, spec in _SPECS.items()}
"""The nodes at the top of each module."""


def find_top(name: str, module: str = "") -> Node | None:
    """A node at the top; without a module the first of that name (JSON of older devices leaves it out)."""
    if module:
        return TOP.get(module, {}).get(name)
    return next((nodes[name] for nodes in TOP.values() if name in nodes), None)


def find(path: tuple[str, ...] | list[str]) -> Node | None:
    """The node that stands at ``path`` of local names."""
    node = find_top(path[0]) if path else None
    for name in path[1:]:
        node = node.children.get(name) if node else None
    return node
