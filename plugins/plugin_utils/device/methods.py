# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""By which method reports come off a device and answers get onto it, and in which order methods are tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, Literal, TypeVar

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError

from .doors import Doors

T = TypeVar("T")
Method = Literal["auto", "rest", "restconf", "netconf", "cli"]
"""``rest``: the device's own licensing service. ``restconf``, ``netconf``: an operation of the model, files by SCP."""


class UnavailableError(CommandError):
    """This method is not to be had here, which showed before anything was changed. Another may do."""


class Done(Generic[T]):
    """``result``, by which ``method``, and why not by those before it."""

    def __init__(self, result: T, method: Method, passed_over: tuple[str, ...] = ()) -> None:
        self.result = result
        self.method = method
        self.passed_over = passed_over


def order(method: Method, doors: Doors) -> tuple[Method, ...]:
    """``auto``: over the command line that alone; else the native service, the models, and then it, if allowed."""
    if method != "auto":
        return (method,)
    if doors.own == "cli":
        return ("cli",)
    return ("rest", doors.own, "cli") if doors.types else ("rest", doors.own)


def first_that_is_there(doors: Doors, method: Method, ways: Mapping[Method, Callable[[], T]]) -> Done[T]:
    """Try in order. Only a method that is not there is passed over; what goes wrong in the middle of one is told."""
    passed_over: list[str] = []
    for name in (chosen := order(method, doors)):
        try:
            return Done(ways[name](), name, tuple(passed_over))
        except UnavailableError as error:
            if name == chosen[-1]:
                error.cause = "; ".join(filter(None, [error.cause, *passed_over]))
                raise
            passed_over.append(f"{name}: {error.what}" + (f" ({error.cause})" if error.cause else ""))
    raise ValueError(method)
