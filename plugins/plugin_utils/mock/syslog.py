# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log buffer of a device: its last messages."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import tzinfo
from typing import NamedTuple

from .iostime import log_time


class Message(NamedTuple):
    time: float
    text: str


class Syslog:
    """Keeps the last messages; ``%FACILITY-SEVERITY-MNEMONIC: text`` each."""

    def __init__(self, capacity: int = 100) -> None:
        self.messages: deque[Message] = deque(maxlen=capacity)

    def add(self, now: float, text: str) -> None:
        self.messages.append(Message(now, text))

    def render(self, zone: tzinfo, *, synced: bool, derived: Iterable[Message] = ()) -> str:
        """``show logging``. ``derived``: messages that follow from the state and were never stored."""
        messages = sorted([*self.messages, *derived])[-self.messages.maxlen :] if self.messages.maxlen else []
        head = [
            "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, "
            "xml disabled, filtering disabled)",
            "",
            "No Active Message Discriminator.",
            "",
            "No Inactive Message Discriminator.",
            "",
            "    Console logging: disabled",
            "    Monitor logging: level debugging, 0 messages logged, xml disabled,",
            "                     filtering disabled",
            f"    Buffer logging:  level debugging, {len(messages)} messages logged, xml disabled,",
            "                    filtering disabled",
            "    Exception Logging: size (4096 bytes)",
            "    Count and timestamp logging messages: disabled",
            "    File logging: disabled",
            "    Persistent logging: disabled",
            "",
            "No active filter modules.",
            "",
            f"    Trap logging: level informational, {len(messages)} message lines logged",
            "",
            "Log Buffer (102400 bytes):",
        ]
        return "\n".join([*head, *(f"{log_time(time, zone, synced)}: {text}" for time, text in messages), ""])
