# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on demand: by target and by what was typed or requested.

A fault is added as a mapping:

==========  ==========================================================================================
target      name of a device or of a server, or ``*`` (the default)
match       regular expression searched in the line typed, the ``scp`` command, ``<login>`` (before the
            first prompt) or the request path; default: everything
action      see below
after       octets of output after which it happens, or a text after which it happens (``<none>``)
seconds     how long ``slow`` pauses, how far off a clock is with ``wrong_time``; default 1
text        what ``error`` prints in place of doing the command, what ``garbage`` inserts, what is wrong
            with a certificate (``name``, ``expired``, ``authority``)
status      the HTTP status that ``status`` answers with
times       how often; default: until removed
==========  ==========================================================================================

On a device: ``hang`` (nothing more comes), ``drop`` (the connection breaks), ``slow`` (a pause, at each ``after``),
``truncate`` (the output ends early, a prompt follows), ``garbage``, ``error``, ``full_disk`` and ``wrong_digest``,
``reload`` (the device restarts in place of doing the command), and ``refuse``: SSH, NETCONF and HTTPS are closed.
Servers read the same table and add ``status``, ``reset``, ``wrong_time``, and what befalls connections rather than
requests: ``wrong_certificate``, and ``refuse``, which lasts until it is removed. What each does: httpserver.py.
NETCONF of a device is matched by ``netconf:`` and the operation (``netconf:hello``, ``netconf:edit-config``,
``netconf:id-token-trust``), RESTCONF and native REST by the request path; what they add: netconf.py, restconf.py.
Servers beside CSSM are the targets of the fleet by their names, and ``smart_receiver`` and ``callhome`` at Cisco.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from functools import partial
from itertools import count
from typing import Any

CONNECTION_ACTIONS = ("refuse", "wrong_certificate")
"""They never befall what is typed or requested."""
FULL_DISK = "full_disk"
REQUEST_ACTIONS = (
    "hang",
    "drop",
    "slow",
    "truncate",
    "garbage",
    "error",
    FULL_DISK,
    "wrong_digest",
    "status",
    "reset",
    "wrong_time",
)
MODEL_ACTIONS = ("chunk", "huge", "wrong_id", "no_id", "locked", "device_refused", "invalid_path", "spelling")
"""Only NETCONF and RESTCONF of a device know these."""
RELOAD = "reload"
"""Only what is a device knows this."""
COMMAND_ACTIONS = (*REQUEST_ACTIONS, RELOAD)
ACTIONS = (*COMMAND_ACTIONS, *CONNECTION_ACTIONS, *MODEL_ACTIONS)
FLAWS = ("name", "expired", "authority")
NOISE = "\x00~\x7f{\\;\x1b]q\x07%%% @"
REFUSAL = "%Error: simulated fault"


class Stop(Enum):
    """How an output may end without a prompt."""

    HANG = "hang"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


Step = str | Pause | Stop


@dataclass(slots=True, kw_only=True)
class Fault:
    action: str
    target: str = "*"
    match: str = ""
    after: int | str | None = None
    seconds: float = 1.0
    text: str = ""
    status: int = 503
    times: int | None = None
    id: int = 0

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise ValueError(f"fault action {self.action!r} is none of {', '.join(ACTIONS)}")
        try:
            re.compile(self.match)
        except re.error as error:
            raise ValueError(f"fault match {self.match!r} is no regular expression: {error}") from error
        try:  # templates make text of numbers
            self.seconds, self.status = float(self.seconds), int(self.status)
            self.times = None if self.times is None else int(self.times)
        except (TypeError, ValueError) as error:
            raise ValueError(f"fault {self.action}: seconds, status and times are numbers ({error})") from error
        if self.action == "refuse" and self.times is not None:
            raise ValueError("fault refuse lasts until it is removed: nobody counts connections to a closed port")
        if self.action == "wrong_certificate" and self.text not in ("", *FLAWS):
            raise ValueError(f"fault wrong_certificate: text {self.text!r} is none of {', '.join(FLAWS)}")
        if not isinstance(self.after, int | str | None):
            raise ValueError(f"fault {self.action}: after is a number of octets or a text, not {self.after!r}")

    def shape(self, output: str) -> list[Step]:
        """What comes of ``output`` under this fault."""
        if self.action == "slow":
            return self._slow(output)
        cut = self._cut(output)
        match self.action:
            case "hang":
                return [output[:cut], Stop.HANG]
            case "drop":
                return [output[:cut], Stop.DROP]
            case "truncate":
                return [output[:cut]]
            case "garbage":
                return [output[:cut] + (self.text or NOISE) + output[cut:]]
        return [output]

    def _cut(self, output: str) -> int:
        if isinstance(self.after, str):
            found = output.find(self.after)
            return len(output) if found < 0 else found + len(self.after)
        return self.after or 0

    def _slow(self, output: str) -> list[Step]:
        if not isinstance(self.after, str):
            return [output[: self.after or 0], Pause(self.seconds), output[self.after or 0 :]]
        first, *others = output.split(self.after)
        steps: list[Step] = [first]
        for piece in others:
            steps += [self.after, Pause(self.seconds), piece]
        return steps


def play(
    steps: Sequence[Step],
    *,
    write: Callable[[str], None],
    later: Callable[[float, Callable[[], None]], None],
    stop: Callable[[Stop], None],
    then: Callable[[], None],
) -> None:
    """Carry out ``steps``, and ``then`` what follows them unless they end in a :class:`Stop`."""
    for number, step in enumerate(steps):
        if isinstance(step, str):
            write(step)
        elif isinstance(step, Pause):
            later(step.seconds, partial(play, steps[number + 1 :], write=write, later=later, stop=stop, then=then))
            return
        else:
            stop(step)
            return
    then()


class Faults:
    """The faults in force. The first that fits is taken; a fault with ``times`` left is used up by being taken."""

    def __init__(self) -> None:
        self.watchers: list[Callable[[], Awaitable[None]]] = []
        """Who has to do something when faults come and go; :meth:`settle` lets them."""
        self._faults: list[Fault] = []
        self._ids = count(1)

    def add(self, data: Mapping[str, Any]) -> Fault:
        """Raises ValueError for an unknown key, action or expression."""
        try:
            fault = Fault(**{**data, "id": next(self._ids)})
        except TypeError as error:
            raise ValueError(f"not a fault: {error}") from error
        self._faults.append(fault)
        return fault

    def take(self, target: str, subject: str, actions: Collection[str] = REQUEST_ACTIONS) -> Fault | None:
        """The fault that befalls ``subject`` at ``target`` now."""
        for fault in self._faults:
            if fault.action in actions and fault.target in ("*", target) and re.search(fault.match, subject):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                return fault
        return None

    def standing(self, target: str, action: str) -> Fault | None:
        """The fault of that kind at ``target``, which stays."""
        return next((fault for fault in self._faults if fault.action == action and fault.target in ("*", target)), None)

    def removed(self, fault: Fault) -> bool:
        """Whether a fault that was to last has been taken away. One that is used up goes on where it was taken."""
        return fault.times is None and all(fault is not other for other in self._faults)

    async def settle(self) -> None:
        """After faults came or went: return when all of them are in force, or no more."""
        for watcher in tuple(self.watchers):
            await watcher()

    def clear(self, target: str | None = None) -> None:
        """Remove the faults of one target, or all."""
        self._faults = [fault for fault in self._faults if target is not None and fault.target != target]

    def as_list(self) -> list[dict[str, Any]]:
        """For the control API."""
        return [asdict(fault) for fault in self._faults]
