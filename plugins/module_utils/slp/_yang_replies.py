# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a device answers through its models: return codes (yang.md 5.1) and errors of both protocols (10.5, 11)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ._yang_codes import CODES
from .configuration import MASK
from .errors import CommandError, ParseError

Tree = Mapping[str, Any]
Meaning = Literal["success", "started", "busy", "failure"]
_LOCKED_TAGS = ("lock-denied", "in-use")
_LOCKED = "the configuration database is locked by session"
_PARSER_NOISE = ("", "inconsistent value: Device refused one or more commands")
_PROSE = ("result", "error-message")


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """``meaning``: done; started, look at the state; busy, ask again later; or failed for ``reason``."""

    name: str
    meaning: Meaning
    reason: str = ""
    remedy: str = ""

    def error(self, what: str, *, subject: str = "", host: str = "") -> CommandError:
        """The failure of ``what``, such as ``the trust code was not asked for``."""
        return CommandError(what, cause=f"{self.name}: {self.reason}", remedy=self.remedy, subject=subject, host=host)


@dataclass(frozen=True, slots=True)
class RpcError:
    """One error. ``reason``: one line, with the refused command; ``locked``: worth another try (yang.md 10.2)."""

    tag: str
    reason: str
    locked: bool = False
    path: str = ""
    warning: bool = False


def return_code(tree: Tree) -> ReturnCode:
    """The meaning of ``return-code``, whether it stands alone or inside the operation's name.

    A device says ``<ok/>`` or nothing to an unknown operation of this kind as little as to a failed one, so an answer
    without a code is no success: ParseError.
    """
    places = [tree, *(value for value in tree.values() if isinstance(value, dict))]
    name = next((str(place["return-code"]) for place in places if place.get("return-code")), "")
    if not name:
        raise ParseError(
            "the device answered without a return code", remedy="Look at `show license eventlog` and try it by the CLI"
        )
    return code_named(name)


def code_named(name: str) -> ReturnCode:
    """The meaning of one code; a number is what some devices write for a code their model does not name."""
    meaning, reason, remedy = CODES.get(name, ("failure", "the device gives no other reason", ""))
    return ReturnCode(name[:60], meaning, reason, remedy or "Look at `show license eventlog` on the device")


def result_of(tree: Tree) -> str:
    """What the operations that answer in prose say; empty when there is nothing."""
    places = [tree, *(value for value in tree.values() if isinstance(value, dict))]
    found = (str(place[name]) for place in places for name in _PROSE if place.get(name))
    return next(found, "")


def errors_of(tree: Tree, *, secrets: Collection[str] = ()) -> tuple[RpcError, ...]:
    """The errors of a NETCONF reply or a RESTCONF body, in both spellings; ``secrets`` are masked in them."""
    found: Iterable[Tree] = (*tree.get("rpc-error", ()), *tree.get("errors", {}).get("error", ()))
    return tuple(_error(error, secrets) for error in found)


def _error(error: Tree, secrets: Collection[str]) -> RpcError:
    tag, message = error.get("error-tag", ""), error.get("error-message", "")
    info = error.get("error-info", {})
    refused = "; ".join(_refused(entry) for entry in info.get("detail", {}).get("bad-cli", ()))
    named = next((info[key] for key in ("bad-element", "bad-attribute", "bad-namespace") if info.get(key)), "")
    said = "" if refused and message in _PARSER_NOISE else message
    reason = ": ".join(part for part in (said, refused, "" if named in message else named) if part)
    text = f"{reason} [{tag}]" if reason and tag else reason or tag or "no reason given"
    return RpcError(
        tag=tag,
        reason=_masked(" ".join(text.split()), secrets),
        locked=tag in _LOCKED_TAGS or _LOCKED in message,
        path=_masked(error.get("error-path", ""), secrets),
        warning=error.get("error-severity") == "warning",
    )


def _refused(entry: Tree) -> str:
    command, answer = entry.get("bad-command", ""), entry.get("parser-response", "")
    return f"`{command}` was refused" + (f" ({answer})" if answer else "")


def _masked(text: str, secrets: Collection[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = text.replace(secret, MASK)
    return text
