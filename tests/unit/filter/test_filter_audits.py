# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that gathers registered audits."""

from __future__ import annotations

from ansible_collections.c9800.slp.plugins.filter.audits import FilterModule


def test_each_host_is_there_whatever_became_of_it() -> None:
    hostvars = {
        "good": {"licensing": {"changed": False, "audit": {"host": "good", "verdict": "ok", "next_step": "Nothing"}}},
        "refused": {"licensing": {"failed": True, "msg": "refused: wrong password"}},
        "skipped": {},
        "unjudged": {"licensing": {"changed": False}},
        "elsewhere": {"licensing": {"audit": {}}},
    }
    gathered = FilterModule().filters()["audits"](hostvars, ["good", "refused", "skipped", "unjudged"], "licensing")
    assert gathered == [
        {"host": "good", "verdict": "ok", "next_step": "Nothing"},
        {"host": "refused", "error": "refused: wrong password"},
        {"host": "skipped", "error": "was not asked"},
        {"host": "unjudged", "error": "gave no audit; was topology set?"},
    ]
