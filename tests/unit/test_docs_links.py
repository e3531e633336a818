# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages for users: links lead somewhere, what they name exists, and messages are those of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MADE = {"CHANGELOG.md"}  # by antsibull-changelog with each release
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES if page.name not in MADE]

_FENCE = re.compile(r"^```.*?^```$", re.M | re.S)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*?)\s*$", re.M)


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _prose(name: str) -> str:
    return _FENCE.sub("", _text(name))


def _anchors(name: str) -> set[str]:
    """As GitHub makes them: lower case, blanks to hyphens, the rest of the punctuation away."""
    found: set[str] = set()
    for heading in _HEADING.findall(_prose(name)):
        slug = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
        number = 0
        while (anchor := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(anchor)
    return found


def _stems(directory: str, pattern: str = "*.py") -> set[str]:
    return {path.stem for path in (ROOT / directory).glob(pattern) if not path.stem.startswith("_")}


def _roles() -> set[str]:
    return {path.name for path in (ROOT / "roles").iterdir() if path.is_dir()}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    links = _LINK.findall(_CODE.sub("", _prose(name)))
    assert [link for link in links if not re.match(r"[a-z]+:", link) and not _leads_somewhere(name, link)] == []


def _leads_somewhere(name: str, link: str) -> bool:
    path, _hash, anchor = link.partition("#")
    target = ((ROOT / name).parent / path if path else ROOT / name).resolve()
    if target.name in MADE:
        return True
    inside = target.is_relative_to(ROOT) and target.exists()
    return inside and (not anchor or anchor in _anchors(target.relative_to(ROOT).as_posix()))


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_whole(name: str) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", _prose(name), re.M):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table


def test_every_page_is_reached_from_the_readme() -> None:
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert pages <= set(_LINK.findall(_text("README.md")))


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(_stems("plugins/modules"), id="modules"),
        pytest.param(_roles(), id="roles"),
        pytest.param(_stems("playbooks", "*.yml"), id="playbooks"),
        *(
            pytest.param(_stems(f"plugins/{kind}"), id=kind)
            for kind in ("connection", "inventory", "callback", "filter")
        ),
    ],
)
def test_the_readme_names_everything(names: set[str]) -> None:
    readme = _text("README.md")
    assert {name for name in names if f"`{name}`" not in readme} == set()


def test_the_readme_installs_this_version() -> None:
    version = yaml.safe_load(_text("galaxy.yml"))["version"]
    assert re.findall(r"c9800-slp-(\S+)\.tar\.gz", _text("README.md")) == [version]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_named_exists(name: str) -> None:
    """Playbooks, modules and plugins by full name; targets of make; files of the repository."""
    text = _text(name)
    plugins = set().union(*(_stems(path.relative_to(ROOT).as_posix()) for path in (ROOT / "plugins").iterdir()))
    known = plugins | _roles() | _stems("playbooks", "*.yml")
    assert {found for found in re.findall(r"\bc9800\.slp\.(\w+)", text) if found not in known} == set()
    targets = set(re.findall(r"^([a-z]+):", _text("Makefile"), re.M))
    assert set(re.findall(r"(?:^|`)make(?: PYTHON=\S+)? ([a-z]+)", text, re.M)) <= targets
    files = re.findall(r"\b(?:plugins|roles|playbooks|tests|docs|extensions)/[\w/.-]*\w", text)
    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("name", NAMES)
def test_variables_and_environment_exist(name: str) -> None:
    """Whatever of ours a page tells to set is read somewhere."""
    words = set(re.findall(r"\b(?:ansible_slp|slp|collect|install|submit|audit)_[a-z_]*[a-z]\b", _code(name)))
    words |= set(re.findall(r"\bSLP_[A-Z_]*[A-Z]\b", _text(name)))
    assert {word for word in words if not re.search(rf"\b{word}\b", _sources())} == set()


def _code(name: str) -> str:
    text = _text(name)
    return "\n".join([*_FENCE.findall(text), *_CODE.findall(_FENCE.sub("", text))])


@cache
def _sources() -> str:
    files = [
        path
        for directory in ("plugins", "roles", "playbooks")
        for path in sorted((ROOT / directory).rglob("*"))
        if path.suffix in (".py", ".yml")
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@cache
def _strings() -> str:
    """The sources with string literals that continue on the next line put together."""
    return re.sub(r"[\"']\s*\n\s*f?[\"']", "", _sources())


def _messages() -> Iterator[str]:
    for table in re.findall(r"^\| message \|.*\n(?:\|.*\n)+", _text("docs/troubleshooting.md"), re.M):
        for line in table.splitlines()[2:]:
            yield from re.findall(r"`([^`]+)`", line.split(" | ")[0])


# What a device says, not we
_DEVICES_OWN = {"No space left on device"}


@pytest.mark.parametrize("message", sorted({*_messages()} - _DEVICES_OWN))
def test_messages_are_those_of_the_code(message: str) -> None:
    """``...`` stands for what varies; each piece between is in the code as it stands."""
    pieces = [piece.strip(" '") for piece in message.replace("manifest.mf", "...").split("...")]
    assert [piece for piece in pieces if piece and piece not in _strings()] == []
