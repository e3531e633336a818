# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of this collection's action plugins. Private to the collection.

Everything runs inside the Ansible worker (design, rule 5). A plugin names its arguments and does its work in
``run_task``; validation, plain data, and the one place where an ``SlpError`` becomes a failed task are here (rule 10).
"""

from __future__ import annotations

import json
import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import LoginError, SlpError


def plain(value: t.Any) -> t.Any:
    """Return ``value`` built of Python's own types: since ansible-core 2.19 arguments are tagged subclasses."""
    return json.loads(json.dumps(value))


class SlpAction(ActionBase):
    """An action that needs no device: it works on the archive, a portal, or results of other tasks."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {}
    SHARED_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {}
    """Arguments of every action of a kind; its base class deals with them."""
    RULES: t.ClassVar[dict[str, t.Any]] = {}
    """Further rules for ``validate_argument_spec``, such as ``mutually_exclusive`` or ``required_if``."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        variables = task_vars or {}
        spec = {**self.SHARED_SPEC, **self.ARGUMENT_SPEC}
        _result, arguments = self.validate_argument_spec(argument_spec=spec, **self.RULES)
        self.arguments, self.variables = plain(arguments), variables
        try:
            return {"changed": False, **self.run_task(self.arguments, variables)}
        except SlpError as error:
            error.host = error.host or self.host_name(variables)
            # Ansible's word for a host that gives no session, and what ``raw`` says over the same connection
            outcome = "unreachable" if isinstance(error, LoginError) else "failed"
            return {outcome: True, "changed": False, "msg": str(error)}

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """Do the work and return the result; raise ``SlpError`` where it cannot be done."""
        raise NotImplementedError

    def host_name(self, task_vars: dict[str, t.Any]) -> str:
        """The inventory name of the host that an error is about; none for tasks that serve the whole fleet."""
        return ""

    @property
    def check_mode(self) -> bool:
        return bool(self._task.check_mode)

    @property
    def diff_mode(self) -> bool:
        return bool(self._task.diff)
