# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters that say in a few lines what became of a fleet."""

from __future__ import annotations

from typing import Any

from ansible_collections.c9800.slp.plugins.filter import outcomes, preflights


def names(first: int, last: int) -> list[str]:
    return [f"wlc{number}" for number in range(first, last + 1)]


def test_who_left_the_play_has_failed_and_a_later_batch_has_not() -> None:
    hostvars = {name: {"sync_outcome": "acknowledged"} for name in names(1, 24)} | {"wlc25": {}}
    lines = outcomes.FilterModule().filters()["outcomes"](hostvars, names(1, 25), names(2, 25), "sync_outcome")
    acknowledged = f"acknowledged: 23 ({', '.join(names(2, 21))} and 3 more)"
    assert lines == [acknowledged, "failed: 1 (wlc1)", "not yet: 1 (wlc25)"]


def test_refused_hosts_are_grouped_by_the_reason() -> None:
    def stopped(*reasons: str) -> dict[str, Any]:
        findings = [{"severity": "refuse", "reason": reason} for reason in reasons]
        return {"failed": True, "findings": [*findings, {"severity": "note", "reason": "beside the point"}]}

    hostvars = {name: {"look": stopped("needs a URL")} for name in names(1, 12)}
    hostvars |= {
        "wlc13": {"look": {"ready": True, "findings": []}},
        "wlc14": {"look": stopped("needs a URL", "behind NAT")},
        "wlc15": {"look": {"unreachable": True}},
        "wlc16": {"look": {"failed": True, "msg": "wlc16: wrong password"}},
        "wlc17": {"look": {"failed": True}},
        "wlc18": {},
    }
    found = preflights.FilterModule().filters()["preflights"](hostvars, names(1, 18), "look")
    assert found["ready"] == ["wlc13"]
    assert sorted(found["refused"]) == sorted({*names(1, 18)} - {"wlc13"})
    assert found["summary"] == (
        f"1 of 18 product instances are ready; refused: needs a URL ({', '.join(names(1, 10))} and 2 more); "
        "needs a URL; behind NAT (wlc14); unreachable (wlc15); wrong password (wlc16); gave no answer (wlc17); "
        "was not asked (wlc18)"
    )


def test_a_warning_is_told_once_with_all_whom_it_concerns():
    def warned(*findings):
        return {"ready": True, "findings": [{"severity": "warn", **finding} for finding in findings]}

    clock = {"reason": "the clock is not synchronised", "remedy": "Configure NTP"}
    odd = {"reason": "odd", "remedy": ""}
    hostvars = {"a": {"look": warned(clock, odd)}, "b": {"look": warned(clock)}, "c": {"look": warned()}, "d": {}}
    found = preflights.FilterModule().filters()["preflights"](hostvars, ["a", "b", "c", "d"], "look")
    assert found["warnings"] == ["the clock is not synchronised. Configure NTP (a, b)", "odd (a)"]
    assert found["summary"].startswith("3 of 4 product instances are ready")
