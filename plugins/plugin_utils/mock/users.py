# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may use the data models of a simulated device: its user, and those of its configuration, with privilege 15."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING

from .config import secret

if TYPE_CHECKING:
    from .device import MockDevice

ENOUGH = 15
_USER = re.compile(
    r"username (?P<name>\S+)(?: privilege (?P<privilege>\d+))?(?: .*?)? (?:secret|password) \d (?P<secret>\S+)"
)


def privilege(device: MockDevice, username: str, password: str) -> int | None:
    """The user's privilege; None: no such user, or not with that password.

    With ``aaa new-model``, a user has the configured privilege only where ``aaa authorization exec`` says so.
    """
    for line in device.config.section.lines:
        found = _USER.match(line)
        if found and found["name"] == username:
            if not hmac.compare_digest(found["secret"], secret(password)):
                return None
            return int(found["privilege"] or 1) if authorised(device) else 1
    return None


def authorised(device: MockDevice) -> bool:
    """Whether logins get their privilege."""
    section = device.config.section
    return not section.has("aaa new-model") or any(line.startswith("aaa authorization exec ") for line in section.lines)
