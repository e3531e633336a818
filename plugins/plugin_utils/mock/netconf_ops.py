# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of NETCONF itself (RFC 6241, 7) on the datastores of a simulated device."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .yang_data import Data, ModelError, Pick, select, subtree, to_xml, unknown_element, xpath
from .yang_edit import NETCONF, OPERATIONS
from .yang_rpc import Operations
from .yang_store import Client, Datastores
from .yang_xml import Xml

OK = "<ok/>"


class NetconfOperations:
    """What is inside ``rpc`` to what is inside ``rpc-reply``, for one session."""

    def __init__(self, stores: Datastores, operations: Operations, client: Client) -> None:
        self._stores = stores
        self._operations = operations
        self._client = client
        self._base: Mapping[str, Callable[[Xml], str]] = {
            "get": self._get,
            "get-config": self._get_config,
            "edit-config": self._edit_config,
            "lock": lambda rpc: self._done(stores.lock, _datastore(rpc, "target")),
            "unlock": lambda rpc: self._done(stores.unlock, _datastore(rpc, "target")),
            "commit": lambda _rpc: self._committed(stores.commit),
            "discard-changes": lambda _rpc: self._committed(stores.discard),
            "validate": self._validate,
            "copy-config": self._copy_config,
            "delete-config": self._unsupported,
            "close-session": lambda _rpc: OK,
            "kill-session": self._kill,
        }

    def perform(self, rpc: Xml) -> str:
        """Do it. Raises ModelError."""
        if rpc.namespace == NETCONF:
            if rpc.name not in self._base:
                raise ModelError("operation-not-supported", f"unknown operation: {rpc.name}", kind="protocol")
            return self._base[rpc.name](rpc)
        return self._call(rpc)

    def _call(self, rpc: Xml) -> str:
        """An operation of a model: its output leaves are children of the reply, each with the module's namespace."""
        module = self._stores.modules.get(rpc.namespace, "") if rpc.namespace else ""
        if not module:
            bad = (("bad-element", rpc.name), ("bad-namespace", rpc.namespace))
            raise ModelError("unknown-namespace", "unknown namespace", kind="protocol", info=bad)
        found = self._operations.find(rpc.name, module)
        if found is None:
            raise unknown_element(rpc.name)
        output = found.child("output")
        data = self._operations.call(self._client, found, rpc.children)
        return to_xml(output.children if output else {}, data, self._stores.namespaces) or OK

    # --- reading ------------------------------------------------------------------------------------------------------

    def _get(self, rpc: Xml) -> str:
        return self._answer(rpc, self._stores.everything())

    def _get_config(self, rpc: Xml) -> str:
        source = _datastore(rpc, "source")
        if source not in ("running", "candidate") or (source == "candidate" and not self._stores.with_candidate):
            raise ModelError("operation-not-supported", f"datastore {source} is not supported", kind="protocol")
        return self._answer(rpc, self._stores.config(source))

    def _answer(self, rpc: Xml, data: Data) -> str:
        picks = self._picks(rpc.find("filter"))
        roots = self._stores.models.roots
        shown = data if picks is None else select(roots, data, picks)
        content = to_xml(roots, shown, self._stores.namespaces)
        return f"<data>{content}</data>" if content else "<data/>"

    def _picks(self, wanted: Xml | None) -> tuple[Pick, ...] | None:
        """The filter; None: there is none, and everything is wanted."""
        if wanted is None:
            return None
        kind = wanted.attributes.get(("", "type")) or wanted.attributes.get((NETCONF, "type"), "subtree")
        if kind == "subtree":
            return subtree(wanted.children, self._stores.modules)
        path = wanted.attributes.get(("", "select")) or wanted.attributes.get((NETCONF, "select"), "")
        if kind != "xpath" or not path:
            raise ModelError(
                "bad-attribute", f"filter of type {kind}", kind="protocol", info=(("bad-attribute", "type"),)
            )
        prefixes = wanted.prefixes
        by_prefix = {module.prefix: module.namespace for module in self._stores.models.modules.values()}
        return xpath(path, {**by_prefix, **prefixes}, self._stores.modules)

    # --- writing ------------------------------------------------------------------------------------------------------

    def _edit_config(self, rpc: Xml) -> str:
        """Without an option or with whichever, a refused line rolls the edit back (yang.md 10.2)."""
        default = rpc.value("default-operation") or "merge"
        if default not in ("merge", "replace", "none") or default not in OPERATIONS:
            raise _bad_element("default-operation", default)
        option = rpc.value("error-option") or "stop-on-error"
        if option not in ("stop-on-error", "continue-on-error", "rollback-on-error"):
            raise _bad_element("error-option", option)
        test = rpc.value("test-option") or "test-then-set"
        if test not in ("test-then-set", "set", "test-only"):
            raise _bad_element("test-option", test)
        config = rpc.find("config")
        if config is None or config.namespace != NETCONF:
            raise ModelError(
                "missing-element", "missing element: config", kind="protocol", info=(("bad-element", "config"),)
            )
        target = _datastore(rpc, "target")
        self._stores.edit(self._client, config.children, target=target, default=default, test=test == "test-only")
        return OK

    def _validate(self, rpc: Xml) -> str:
        _datastore(rpc, "source")
        return OK

    def _copy_config(self, rpc: Xml) -> str:
        raise ModelError("operation-not-supported", f"cannot copy to {_datastore(rpc, 'target')}", kind="protocol")

    def _unsupported(self, rpc: Xml) -> str:
        raise ModelError("operation-not-supported", f"{rpc.name} is not supported", kind="protocol")

    def _done(self, act: Callable[[Client, str], None], target: str) -> str:
        act(self._client, target)
        return OK

    def _committed(self, act: Callable[[Client], None]) -> str:
        act(self._client)
        return OK

    def _kill(self, rpc: Xml) -> str:
        number = rpc.value("session-id")
        found = self._stores.sessions.get(int(number)) if number.isdecimal() else None
        if found is None or found is self._client:
            raise ModelError("invalid-value", f"no other session {number}", kind="protocol")
        found.kill()
        return OK


def _bad_element(name: str, value: str) -> ModelError:
    return ModelError("bad-element", f"{name}: {value}", kind="protocol", info=(("bad-element", name),))


def _datastore(rpc: Xml, around: str) -> str:
    """The name of the datastore in ``source`` or ``target``."""
    element = rpc.find(around)
    if element is None or not element.children:
        raise ModelError(
            "missing-element", f"missing element: {around}", kind="protocol", info=(("bad-element", around),)
        )
    return element.children[0].name
