# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule of the seed, and those of cli.md 0.1 and 5.0, asked of the code; no paragraph is left out.

cli.md 6.3 is walked by tests/unit/slp/test_preflight_rules.py.
"""

from __future__ import annotations

import pytest

from . import seed_components, seed_device, seed_onprem, seed_pairs, seed_reference, seed_topologies
from .seed_rules import NO_RULE, NO_RULE_OF_REFERENCE, SEED, SHARED, Rule, is_label, paragraphs, reference

RULES = [
    rule
    for room in (seed_components, seed_topologies, seed_onprem, seed_pairs, seed_reference, seed_device)
    for rule in room.RULES
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_rule(rule: Rule) -> None:
    assert rule.asked() == rule.expected, rule


def covered(section: str) -> set[int]:
    return {number for rule in RULES if rule.section == section for number in rule.paragraphs}


@pytest.fixture(scope="module")
def seed() -> dict[str, dict[int, str]]:
    if not SEED.exists():
        pytest.skip("the seed is not beside the repository")
    return paragraphs(SEED.read_text(encoding="utf-8"))


def test_every_section_has_its_rules(seed: dict[str, dict[int, str]]) -> None:
    ours = {rule.section for rule in RULES if not rule.section.startswith("cli.md")} | NO_RULE.keys()
    assert sorted(ours) == sorted(seed)


def test_every_paragraph_has_a_rule_or_a_reason_for_none(seed: dict[str, dict[int, str]]) -> None:
    for section, lines in seed.items():
        ruled, excused = covered(section), NO_RULE.get(section, {}).keys()
        assert not ruled & excused, section
        assert ruled | excused <= lines.keys(), section
        missing = [number for number in lines.keys() - ruled - excused if not is_label(lines[number])]
        assert missing == [], section


def test_the_walk_notices_what_is_new(seed: dict[str, dict[int, str]]) -> None:
    """A section or paragraph more, and the two tests above fail."""
    text = SEED.read_text(encoding="utf-8")
    more = paragraphs(f"{text}\n\nA New Section\n\nOne more rule holds.\n\nAnd another one.\n")
    assert more.keys() - seed.keys() == {"A New Section"}
    assert more["A New Section"] == {1: "One more rule holds.", 2: "And another one."}
    assert not any(is_label(line) for line in more["A New Section"].values())


@pytest.mark.parametrize(("section", "lines"), [("0.1", 12), ("5.0", 14)])
def test_every_rule_of_the_reference_has_its_row(section: str, lines: int) -> None:
    page = SHARED / "reference" / "cli.md"
    if not page.exists():
        pytest.skip("the reference is not beside the repository")
    rows = reference(section, page.read_text(encoding="utf-8"))
    assert len(rows) == lines
    assert covered(f"cli.md {section}") | NO_RULE_OF_REFERENCE[section].keys() == rows.keys()


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_no_row_quotes_a_sentence(rule: Rule, seed: dict[str, dict[int, str]]) -> None:
    assert len(rule.words) < 90
    assert not any(rule.words in line for lines in seed.values() for line in lines.values())
