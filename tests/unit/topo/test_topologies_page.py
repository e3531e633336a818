# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on topologies says what the table in the code says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_topologies", DOCS / "generate_topologies.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    pages = [DOCS / "topologies.md", *(DOCS / "topologies").glob("*.md")]
    return {page.relative_to(DOCS).as_posix(): page.read_text(encoding="utf-8") for page in pages}


def test_are_as_the_generator_writes_them(generator: ModuleType, written: dict[str, str]) -> None:
    assert written == generator.pages(), "run: PYTHONPATH=.tree .venv/bin/python docs/generate_topologies.py"


def test_the_overview_has_each_topology_once_in_the_order_of_the_table(written: dict[str, str]) -> None:
    assert re.findall(r"^\| \[`(\w+)`\]", written["topologies.md"], re.M) == list(TOPOLOGIES)


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_a_page_says_what_the_row_says(topology: str, written: dict[str, str]) -> None:
    row = TOPOLOGIES[topology]
    page = written[f"topologies/{topology}.md"]
    for text in (row.title, row.report_out, row.ack_in, row.cssm_reached_by, *row.prerequisites):
        assert text in page
    if row.desired.url:
        assert row.desired.url.template in page
    assert page.count("```mermaid") == 1
    assert len(re.findall(r"^## ", page, re.M)) == 4


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_a_page_names_the_variables_that_roles_know(topology: str, written: dict[str, str]) -> None:
    known = "".join(path.read_text(encoding="utf-8") for path in DOCS.parent.glob("roles/*/defaults/main.yml"))
    named = re.findall(r"^\| `(slp_\w+)`", written[f"topologies/{topology}.md"], re.M)
    assert named
    assert [name for name in named if name not in known] == []
