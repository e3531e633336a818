# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does on the pages of the mock CSSM, as actions of the target ``cssm``.

================  ==================================================  ==================================================
action            arguments                                           what happens
================  ==================================================  ==================================================
``create_token``  ``virtual_account``; ``smart_account``,             an ID token; ``token`` in the answer is its text
                  ``description``, ``days`` (30), ``uses`` (no limit)
``revoke_token``  ``number``                                          it is good for nothing any more
``move``          ``udi``, ``virtual_account``; ``smart_account``     the product instance belongs there from now on
``remove``        ``udi``                                             CSSM never heard of it: it needs a token again
================  ==================================================  ==================================================

``udi`` is ``PID:x,SN:y``. Without ``smart_account`` the first one with such a Virtual Account is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .cssm_accounts import Accounts, VirtualAccount
from .cssm_instances import ProductInstance
from .cssm_reports import RefusedError
from .cssm_store import Store
from .cssm_tokens import IdTokens

_USER = "a person"
_DAYS = 30


class Page:
    """The part of CSSM's web page that a test needs somebody for."""

    def __init__(self, accounts: Accounts, store: Store, tokens: IdTokens) -> None:
        self._accounts = accounts
        self._store = store
        self._tokens = tokens
        self._actions: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "create_token": self._create_token,
            "revoke_token": self._revoke_token,
            "move": self._move,
            "remove": self._remove,
        }

    def do(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Raises LookupError: no such action; ValueError: refused, and why."""
        if action not in self._actions:
            raise LookupError(f"cssm has no action {action}; there are {', '.join(self._actions)}")
        try:
            return self._actions[action](arguments)
        except KeyError as error:
            raise ValueError(f"{action}: {error.args[0]} is missing") from error
        except RefusedError as error:
            raise ValueError(f"{action}: {error.message}") from error

    def _create_token(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        uses = arguments.get("uses")
        made = self._tokens.create(
            self._account(arguments),
            days=int(arguments.get("days", _DAYS)),
            description=str(arguments.get("description", "")),
            created_by=_USER,
            uses=None if uses is None else int(uses),
        )
        return {**made.as_dict(), "token": made.token}

    def _revoke_token(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        token = self._tokens.numbered(int(arguments["number"]))
        token.revoked = True
        return token.as_dict()

    def _move(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        instance = self._instance(arguments)
        instance.account = self._account(arguments)
        return instance.as_dict()

    def _remove(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        instance = self._instance(arguments)
        self._store.remove(instance)
        return instance.as_dict()

    def _account(self, arguments: Mapping[str, Any]) -> VirtualAccount:
        name, domain = str(arguments["virtual_account"]), str(arguments.get("smart_account", ""))
        for smart in self._accounts.smart.values():
            if name in smart.virtual and domain.lower() in ("", smart.domain.lower()):
                return smart.virtual[name]
        raise ValueError(f"no Virtual Account {name}{f' in {domain}' if domain else ''}")

    def _instance(self, arguments: Mapping[str, Any]) -> ProductInstance:
        for udi, instance in self._store.instances.items():
            if str(udi) == arguments["udi"]:
                return instance
        raise ValueError(f"no product instance {arguments['udi']}")
