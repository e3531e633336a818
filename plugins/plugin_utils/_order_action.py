# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions share that know a topology and what is wanted beside it. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import Change
from ansible_collections.c9800.slp.plugins.module_utils.slp.desired import Settings
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.preflight import Plans
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES, find
from ansible_collections.c9800.slp.plugins.plugin_utils.device.preflight import Order

ACCESS = ["netconf", "restconf", "rest"]

# Doc fragments: c9800.slp.topology, c9800.slp.wanted
ORDER_SPEC: dict[str, dict[str, t.Any]] = {
    "topology": {"type": "str", "required": True, "choices": list(TOPOLOGIES)},
    "url": {"type": "str"},
    "cslu_url": {"type": "str"},
    "proxy_address": {"type": "str"},
    "proxy_port": {"type": "int"},
    "vrf": {"type": "str"},
    "source_interface": {"type": "str"},
    "interval": {"type": "int"},
    "privacy": {"type": "str", "choices": ["none", "hostname", "version", "all"]},
    "customer_tags": {"type": "list", "elements": "str"},
    "revocation_check": {"type": "str", "choices": ["none", "crl", "crl none"]},
    "access": {"type": "list", "elements": "str", "choices": ACCESS},
    "collector_user": {"type": "str"},
    "collector_password": {"type": "str", "no_log": True},
    "behind_nat": {"type": "bool", "default": False},
    "collector_version": {"type": "str"},
    "collector_proxy": {"type": "bool", "default": False},
    "any_platform": {"type": "bool", "default": False},
}
VARIABLES = (*(name for name in ORDER_SPEC if name not in ("topology", "any_platform")), "id_token")
"""The variables of an inventory that the roles hand on where they are set, each with ``slp_`` in front."""
ORDER_RULES = {"required_together": [("proxy_address", "proxy_port")]}
_MOST_PORT = 65535


def resolve(variables: t.Mapping[str, t.Any], template: t.Callable[[t.Any], t.Any]) -> None:
    """Raise SlpError for a variable that is set and refers to one that is not.

    The defaults of the roles cannot tell it from one that is not set at all, and what is not set is taken off a device.
    """
    for name in (f"slp_{name}" for name in VARIABLES):
        try:
            template(variables.get(name))
        except AnsibleError as error:
            raise SlpError(
                "this variable is set and cannot be resolved",
                subject=name,
                cause=str(error).strip().splitlines()[0],
                remedy="Define what it refers to, for example with -e @vault.yml",
            ) from error


def order_of(args: dict[str, t.Any], plans: dict[str, t.Any] | None = None, **options: t.Any) -> Order:
    """The arguments as an order. ``plans``: further fields of ``Plans``; ``options``: of ``Order``."""
    port = args["proxy_port"]
    if port is not None and not 1 <= port <= _MOST_PORT:
        raise SlpError(f"proxy_port is {port}", remedy=f"Give 1 to {_MOST_PORT}")
    tags = args["customer_tags"]
    settings = Settings(
        **{name: args[name] or None for name in ("url", "cslu_url", "proxy_address", "vrf", "source_interface")},
        proxy_port=port,
        interval=args["interval"],
        privacy=args["privacy"],
        tags=None if tags is None else tuple(tags),
        revocation_check=args["revocation_check"],
        access=tuple(args["access"] or ()),
        collector_user=args["collector_user"] or None,
        collector_password=args["collector_password"] or None,
        update_password=args.get("update_password") == "always",
    )
    return Order(
        row=find(args["topology"]),
        settings=settings,
        plans=Plans(
            behind_nat=args["behind_nat"],
            collector_version=args["collector_version"] or "",
            collector_proxy=args["collector_proxy"],
            any_platform=args["any_platform"],
            **(plans or {}),
        ),
        **options,
    )


def change_of(change: Change) -> dict[str, t.Any]:
    """A change as part of a task's result."""
    return {"settings": change.as_dict(), "commands": list(change.masked())}
