# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the licensing agent has tried to reach and with what success: counters, and retries nobody answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

OPERATIONS = (
    "Trust Establishment",
    "Trust Acknowledgement",
    "Usage Reporting",
    "Result Polling",
    "Authorization Request",
    "Authorization Confirmation",
    "Authorization Return",
    "Trust Sync",
    "Hello Message",
)
_FIRST_RETRIES = (0, 40, 49, 349, 649, 949)
_HOURLY = 3609
"""Seconds: failures came at once, after 40 s, 9 s later, three times after 5 minutes, then hourly (cli.md 4)."""

PEERS = {
    "cslu": "Cisco Smart License Utility (CSLU)",
    "smart": "Cisco Smart Software Manager (CSSM)",
    "callhome": "Cisco Smart Software Manager (CSSM)",
}
REASONS = {
    "cslu": "Communications failure",
    "smart": "Communications failure",
    "callhome": "Fail to send out Call Home HTTP message.",
}
NO_REPLY = "NO REPLY"
UNRESOLVED = "Unable to resolve server hostname/domain name"


def comm_failed(mode: str, reason: str) -> str:
    """The log message of one failure."""
    return f"%SMART_LIC-3-COMM_FAILED: Communications failure with the {PEERS[mode]} : {reason}"


@dataclass(slots=True)
class Attempts:
    """Counters of one operation. Times are epoch seconds, None for never."""

    success: int = 0
    fail: int = 0
    ongoing: int = 0
    last_response: str = ""
    last_time: float | None = None
    reason: str = ""
    last_success: float | None = None
    last_failure: float | None = None

    @property
    def total(self) -> int:
        return self.success + self.fail

    def failed(self, now: float, reason: str, times: int = 1, *, response: str = NO_REPLY) -> None:
        self.fail += times
        self.ongoing += times
        self.last_response, self.last_time, self.last_failure, self.reason = response, now, now, reason

    def succeeded(self, now: float, response: str = "OK") -> None:
        self.success += 1
        self.ongoing, self.reason = 0, ""
        self.last_response, self.last_time, self.last_success = response, now, now


@dataclass(slots=True)
class Comm:
    """The exchanges of one agent. ``since``: when the transport in use came into use."""

    since: float
    settled: int = 0
    """Automatic attempts since then that are counted already."""
    attempts: dict[str, Attempts] = field(default_factory=dict)

    def of(self, operation: str) -> Attempts:
        return self.attempts.setdefault(operation, Attempts())


def retries(since: float, until: float, last: int) -> Iterator[float]:
    """The last ``last`` times of the automatic attempts between two moments."""
    total = retry_count(since, until)
    return (since + _retry_offset(number) for number in range(max(0, total - last), total))


def retry_count(since: float, until: float) -> int:
    """How many automatic attempts an agent has made when nobody answers."""
    elapsed = until - since
    if elapsed < _FIRST_RETRIES[-1] + _HOURLY:
        return sum(offset <= elapsed for offset in _FIRST_RETRIES)
    return len(_FIRST_RETRIES) + int((elapsed - _FIRST_RETRIES[-1]) // _HOURLY)


def next_retry(since: float, until: float) -> float:
    """When the agent tries again."""
    return since + _retry_offset(retry_count(since, until))


def retry_gap(number: int) -> float:
    """Seconds from failure ``number`` (from 0) to the next attempt."""
    return _retry_offset(number + 1) - _retry_offset(number)


def _retry_offset(number: int) -> float:
    if number < len(_FIRST_RETRIES):
        return _FIRST_RETRIES[number]
    return _FIRST_RETRIES[-1] + _HOURLY * (number - len(_FIRST_RETRIES) + 1)
