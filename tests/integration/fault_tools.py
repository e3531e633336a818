# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fault runs share: a fleet with one fault for each device, and who has to fail, with which words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .lab import failures

if TYPE_CHECKING:
    from .conftest import Run

Fault = Mapping[str, Any]
Made = dict[str, Any]

CSLU = "http://cslu-local:8182/cslu/v1/pi"
AWAY = "does not reach"


def device(name: str, number: int, topology: str = "cslu_push", **more: Any) -> Made:
    """A controller with two reports waiting."""
    known = {"serial": f"9SIM003{number:04}", "release": "17.15.3", "aps": 5, "waiting_reports": 2}
    return {"name": name, "topology": topology, **known, **more}


def judged(run: Run, broken: Mapping[str, Iterable[str]]) -> None:
    """Exactly these hosts failed, each with one line that begins with its name and has these words."""
    found = failures(run)
    assert found.keys() == broken.keys(), found
    for host, words in broken.items():
        message = found[host]
        assert message.startswith(f"{host}: "), message
        assert "\n" not in message
        for word in words:
            assert re.search(word, message), f"{host}: {word!r} is not in {message!r}"
