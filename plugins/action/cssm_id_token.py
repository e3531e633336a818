# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ID tokens of a Virtual Account in CSSM: find or create, revoke, list."""

from __future__ import annotations

import typing as t
from datetime import UTC, datetime, timedelta

from ansible_collections.c9800.slp.plugins.module_utils.portal.cssm import CssmClient
from ansible_collections.c9800.slp.plugins.module_utils.portal.id_tokens import MAX_DAYS, IdToken, IdTokens
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.plugin_utils._action import SlpAction
from ansible_collections.c9800.slp.plugins.plugin_utils.submit.arguments import (
    CSSM_ARGUMENTS,
    CSSM_RULES,
    cssm_settings,
)

DESCRIPTION = "c9800.slp"


class ActionModule(SlpAction):
    ARGUMENT_SPEC = {
        **CSSM_ARGUMENTS,
        "smart_account": {"type": "str", "required": True},
        "virtual_account": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent", "listed"], "default": "present"},
        "description": {"type": "str"},
        "days": {"type": "int", "default": 30},
        "min_days": {"type": "int", "default": 1},
        "export_controlled": {"type": "bool", "default": True},
    }
    RULES = {**CSSM_RULES, "required_if": [*CSSM_RULES["required_if"], ("state", "absent", ("description",))]}

    def run_task(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        self._check(args)
        tokens = IdTokens(CssmClient(cssm_settings(args)), args["smart_account"], args["virtual_account"])
        now, found = datetime.now(UTC), tokens.show()
        if args["state"] == "listed":
            wanted = args["description"]
            shown = [token for token in found if wanted is None or token.description == wanted]
            return self._result(False, shown, now, _counted(shown))
        description = args["description"] or DESCRIPTION
        same = [token for token in found if token.description == description]
        if args["state"] == "absent":
            if same and not self.check_mode:
                tokens.revoke(same)
            done = "would revoke" if self.check_mode else "revoked"
            return self._result(bool(same), same, now, f"{done} {_counted(same)}" if same else "no such ID token")
        return self._present(tokens, same, args, now)

    def _present(
        self, tokens: IdTokens, same: list[IdToken], args: dict[str, t.Any], now: datetime
    ) -> dict[str, t.Any]:
        usable = [
            token
            for token in same
            if token.lives(now, timedelta(days=args["min_days"]))
            and token.export_controlled in (None, args["export_controlled"])
        ]
        if usable:
            best = max(usable, key=lambda token: token.expires or datetime.min.replace(tzinfo=UTC))
            return {**self._result(False, [best], now, "an ID token is there"), "token": best.token}
        if self.check_mode:
            return {**self._result(True, [], now, f"would create an ID token for {args['days']} days"), "token": None}
        made = tokens.create(
            args["description"] or DESCRIPTION, days=args["days"], export_controlled=args["export_controlled"]
        )
        now = datetime.now(UTC)  # CSSM may have taken its time
        return {**self._result(True, [made], now, f"created an ID token for {args['days']} days"), "token": made.token}

    def _check(self, args: dict[str, t.Any]) -> None:
        if not 1 <= args["days"] <= MAX_DAYS:
            raise SlpError(f"days is {args['days']}", remedy=f"Give 1 to {MAX_DAYS}")
        if not 0 <= args["min_days"] <= args["days"]:
            raise SlpError(f"min_days is {args['min_days']}", remedy=f"Give 0 to days, which is {args['days']}")
        if args["state"] == "absent" and not args["description"]:  # the default one would be the whole fleet's
            raise SlpError("description is empty", remedy="Give the description of the tokens that are to be revoked")
        # The result holds a secret, and only the task's own keyword keeps it off screens and logs.
        if args["state"] == "present" and not self._task.no_log:
            raise SlpError("the result would show the ID token", remedy="Set no_log: true on this task")

    def _result(self, changed: bool, tokens: list[IdToken], now: datetime, message: str) -> dict[str, t.Any]:
        result: dict[str, t.Any] = {
            "changed": changed,
            "tokens": [token.as_dict(now) for token in tokens],
            "message": message,
        }
        if self.diff_mode:
            result["diff"] = {"before": "", "after": f"{message}\n" if changed else ""}
        return result


def _counted(tokens: list[IdToken]) -> str:
    return f"{len(tokens)} ID token{'' if len(tokens) == 1 else 's'}"
