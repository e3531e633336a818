# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a device through its data models, in the form of both protocols (yang.md 4.3, 5, 8, 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ._yang_codec import to_json, to_xml
from ._yang_edits import Edit, Patch, TreeName, edits
from ._yang_schema import HA, HARDWARE, IA, NATIVE, SLIC, STACK, TOP, XE_RPC
from .errors import CommandError

__all__ = (
    "Edit",
    "Patch",
    "Read",
    "Resource",
    "Rpc",
    "TreeName",
    "delete",
    "edits",
    "import_file",
    "read_configuration",
    "read_reports",
    "read_state",
    "save_config",
    "save_usage",
    "trust",
    "trust_request_save",
)

_PATH_MAX = 127
_TOKEN_MAX = 255
_STATE_INFO = ("licensing", "state", "state-info")


@dataclass(frozen=True, slots=True)
class Resource:
    """One RESTCONF resource to read: ``path`` below ``/restconf/data/``, encoded.

    ``at``: the names above it, for ``read_json``. ``fields``: what of it is enough; a device that answers 400 to the
    query parameter is asked again without (yang.md 4.3). 204 and 404 mean that there is nothing of it.
    """

    path: str
    at: tuple[str, ...] = ()
    fields: str = ""

    @property
    def url(self) -> str:
        """With the query parameter, where there is one."""
        return f"{self.path}?fields={self.fields}" if self.fields else self.path


@dataclass(frozen=True, slots=True)
class Read:
    """``filter``: what stands inside ``<filter type="subtree">`` of ``<get>``, or of ``<get-config>`` if ``config``."""

    filter: str
    resources: tuple[Resource, ...]
    config: bool = False


@dataclass(frozen=True, slots=True)
class Rpc:
    """``xml``: the element inside ``<rpc>``. ``path`` below ``/restconf/operations/``, ``body`` its JSON (None: empty).

    ``secrets``: values in it that must not be shown. ``coded``: the answer is a return code, to be read by
    ``return_code``; the others answer in prose, for ``result_of``. ``slow``: may take minutes rather than seconds.
    """

    name: str
    module: str
    xml: str = field(repr=False)
    path: str
    body: Mapping[str, Any] | None = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    coded: bool = False
    slow: bool = False


def _read(*parts: tuple[Mapping[str, Any], Resource], config: bool = False) -> Read:
    return Read("".join(to_xml(tree) for tree, _resource in parts), tuple(r for _tree, r in parts), config)


def _wanted(*names: str, **lists: Sequence[str]) -> dict[str, Any]:
    """Names to select in a subtree filter."""
    return dict.fromkeys(names, "") | {name.replace("_", "-"): [dict.fromkeys(of, "")] for name, of in lists.items()}


_INVENTORY = ("hw-type", "hw-dev-index", "part-number", "serial-number")
_SYSTEM = ("software-version", "boot-time", "current-time")
_STACK_NODE = ("chassis-number", "priority", "serial-number", "role", "node-state", "sso-ready-flag", "mac-address")
_LICENSING = ({"licensing": ""}, Resource(f"{SLIC}:licensing"))
_IDENTITY: tuple[tuple[Mapping[str, Any], Resource], ...] = (
    ({"native": {"hostname": ""}}, Resource(f"{NATIVE}:native/hostname", ("native",))),
    (
        {
            "device-hardware-data": {
                "device-hardware": {
                    # All of an entry that matches: no other parts than chassis.
                    "device-inventory": [{"hw-type": "hw-type-chassis"}],
                    "device-system-data": _wanted(*_SYSTEM),
                }
            }
        },
        Resource(
            f"{HARDWARE}:device-hardware-data/device-hardware",
            ("device-hardware-data",),
            f"device-inventory({';'.join(_INVENTORY)});device-system-data({';'.join(_SYSTEM)})",
        ),
    ),
    ({"ha-oper-data": ""}, Resource(f"{HA}:ha-oper-data")),
    (
        {"stack-oper-data": _wanted(stack_node=_STACK_NODE)},
        Resource(f"{STACK}:stack-oper-data", fields=f"stack-node({';'.join(_STACK_NODE)})"),
    ),
)


def read_state() -> Read:
    """All that ``state_from_yang`` reads: licensing, and who the device is."""
    return _read(_LICENSING, *_IDENTITY)


def read_reports() -> Read:
    """The keys of closed RUM reports; there may be many of them."""
    wanted = {"licensing": {"state": {"state-info": _wanted("rum-reports-closed-keys")}}}
    path = f"{SLIC}:licensing/state/state-info/rum-reports-closed-keys"
    return _read((wanted, Resource(path, _STATE_INFO)))


def read_configuration() -> Read:
    """The configuration in both trees, for ``configuration_from_yang``. No defaults are asked for (yang.md 11)."""
    return _read(
        ({"licensing": {"config": ""}}, Resource(f"{SLIC}:licensing/config", ("licensing",))),
        (
            {"native": {"license": {"smart": ""}, "service": {"call-home": ""}, "call-home": ""}},
            Resource(f"{NATIVE}:native/license/smart", ("native", "license")),
        ),
        ({}, Resource(f"{NATIVE}:native/service", ("native",), "call-home")),
        ({}, Resource(f"{NATIVE}:native/call-home", ("native",))),
        config=True,
    )


def _rpc(
    name: str,
    module: str,
    values: Mapping[str, Any] | None = None,
    *,
    secrets: tuple[str, ...] = (),
    slow: bool = False,
) -> Rpc:
    node = TOP[module][name]
    return Rpc(
        name=name,
        module=module,
        xml=to_xml({name: values or ""}),
        path=f"{module}:{name}",
        body={f"{module}:input": to_json(values, node)} if values else None,
        secrets=secrets,
        coded=module == SLIC,
        slow=slow,
    )


def trust(token: str, *, everywhere: bool, force: bool) -> Rpc:
    """``id-token-trust``; answers ``registrationinprogress``, then the trust codes appear."""
    if not 0 < len(token) <= _TOKEN_MAX:
        raise CommandError(
            f"the ID token has {len(token)} characters; the model takes 1 to {_TOKEN_MAX}",
            remedy="Copy it once more from CSSM, or give it by the CLI",
        )
    values = {"id-token": token, "all-ha": everywhere, "force": force}
    return _rpc("id-token-trust", SLIC, values, secrets=(token,), slow=True)


def trust_request_save(path: str) -> Rpc:
    """``trust-request-save`` to a file on the device."""
    return _rpc("trust-request-save", SLIC, {"file-path": _path(path)}, slow=True)


def save_usage(path: str, *, what: Literal["all", "unreported"] | int = "all") -> Rpc:
    """``rum-save-usage-*`` to a file on the device; a number: the reports of the last so many days."""
    values: dict[str, Any] = {"file-path": _path(path)}
    if isinstance(what, int):
        return _rpc("rum-save-usage-days", SLIC, {**values, "days": what}, slow=True)
    return _rpc(f"rum-save-usage-{what}", SLIC, values, slow=True)


def import_file(path: str) -> Rpc:
    """``import-file``: an ACK, a policy, a trust code, or all of it, from a file on the device."""
    return _rpc("import-file", SLIC, {"file-path": _path(path)}, slow=True)


def _path(path: str) -> str:
    """The models take 127 characters (yang.md, fact 8)."""
    if not 0 < len(path) <= _PATH_MAX:
        raise CommandError(
            f"the path has {len(path)} characters; the model takes 1 to {_PATH_MAX}",
            subject=path[:60],
            remedy="Choose a shorter directory or name on the device",
        )
    return path


def save_config() -> Rpc:
    """Write memory; takes some seconds (yang.md 8.3)."""
    return _rpc("save-config", IA, slow=True)


def delete(path: str) -> Rpc:
    """``delete`` of a file on the device."""
    return _rpc("delete", XE_RPC, {"filename-drop-node-name": path})
