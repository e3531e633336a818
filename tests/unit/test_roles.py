# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles: what they say that they take is what they take."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLES = sorted(path for path in (Path(__file__).parents[2] / "roles").iterdir() if path.is_dir())
roles = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


def options(role: Path) -> dict[str, dict[str, Any]]:
    specs = yaml.safe_load((role / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    return specs["argument_specs"]["main"]["options"]


def defaults(role: Path) -> dict[str, Any]:
    return yaml.safe_load((role / "defaults/main.yml").read_text(encoding="utf-8"))


@roles
def test_each_option_has_its_default_and_no_other(role: Path) -> None:
    given = defaults(role)
    assert given.keys() == options(role).keys()
    plain = {name: value for name, value in given.items() if "{{" not in str(value)}
    assert {name: options(role)[name].get("default", "") for name in plain} == plain


@roles
def test_each_option_is_used_and_nothing_else_of_the_role_is_set_from_outside(role: Path) -> None:
    tasks = "\n".join(path.read_text(encoding="utf-8") for path in (role / "tasks").glob("*.yml"))
    own = set(re.findall(rf"(?<!\.)\b{role.name}_\w+\b", tasks))
    made = set(re.findall(r"register: (\w+)", tasks)) | set(re.findall(rf"^ +({role.name}_\w+):", tasks, re.M))
    assert options(role).keys() - own == set()
    assert own - options(role).keys() - made == set()


@roles
def test_what_comes_from_the_inventory_is_said(role: Path) -> None:
    """A default that reads a variable of the inventory is described with that variable."""
    for name, value in defaults(role).items():
        text = str(options(role)[name]["description"])
        assert [found for found in re.findall(r"\bslp_\w+\b", str(value)) if f"C({found})" not in text] == [], name
