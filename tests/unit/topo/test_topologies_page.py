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
def written() -> str:
    return (DOCS / "topologies.md").read_text(encoding="utf-8")


def test_is_as_the_generator_writes_it(generator: ModuleType, written: str) -> None:
    assert written == generator.page(), "run: PYTHONPATH=.tree .venv/bin/python docs/generate_topologies.py"


def test_has_each_topology_once_in_the_order_of_the_table(written: str) -> None:
    assert re.findall(r"^## (\w+)$", written, re.M) == list(TOPOLOGIES)
    assert re.findall(r"^\| \[`(\w+)`\]", written, re.M) == list(TOPOLOGIES)


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_says_what_the_row_says(topology: str, written: str) -> None:
    row = TOPOLOGIES[topology]
    section = written.split(f"\n## {topology}\n")[1].split("\n## ")[0]
    for text in (row.title, row.report_out, row.ack_in, row.cssm_reached_by, *row.prerequisites):
        assert text in section
    if row.desired.url:
        assert row.desired.url.template in section


def test_every_cell_is_closed(written: str) -> None:
    """A bar inside a cell has to be escaped, or the table falls apart."""
    for table in re.findall(r"(?:^\|.*\n)+", written, re.M):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table
