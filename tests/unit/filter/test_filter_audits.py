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


def test_who_dropped_out_before_is_there_with_the_reason() -> None:
    earlier = ["look", "set", "words"]
    hostvars = {
        "refused": {"look": {"failed": True, "msg": "refused: behind NAT"}},
        "gone": {"look": {"changed": False}, "set": {"unreachable": True, "msg": "no route"}},
        "late": {"look": {"changed": False}, "set": {"changed": True}, "words": "no ACK has come"},
        "waiting": {"set": {"pending": True, "message": "1 of 2 UDIs have a trust code"}},
        "lost": {"look": {"changed": False}},
        "asked": {"licensing": {"failed": True, "msg": "wrong password"}, "words": "all is well"},
    }
    gathered = FilterModule().filters()["audits"](hostvars, [*hostvars], "licensing", earlier)
    assert {entry["host"]: entry["error"] for entry in gathered} == {
        "refused": "refused: behind NAT",
        "gone": "no route",
        "late": "no ACK has come",
        "waiting": "1 of 2 UDIs have a trust code",
        "lost": "was not asked",
        "asked": "wrong password",
    }
