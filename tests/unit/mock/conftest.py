# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mock CSSM for each generation of its API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.mock.world_openapi import conforms
from tests.unit.mock.world_tools import Portal


@pytest.fixture(params=["swapi", "software_apis"])
def portal(request: pytest.FixtureRequest) -> Iterator[Portal]:
    with Portal(request.param, check=conforms) as found:
        yield found
