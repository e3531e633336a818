# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet as files: which, what is in them, and whether they have to be written again."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError

from .html import render_html
from .rows import Fleet
from .text import render_text

# Where each format tells when it was generated.
_STAMP = re.compile(r'(?:, as of |"generated": "|name="generated" content=")(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)')

_ELSEWHERE = "Give another path, or make room and rights for the user that runs Ansible"


def render_json(fleet: Fleet, generated: str) -> str:
    """All that is known, with keys that stay: ``generated``, ``title``, ``summary``, ``counts``, ``rows``."""
    found = {
        "generated": generated,
        "title": fleet.title,
        "summary": fleet.summary,
        "counts": fleet.counts,
        "rows": [row.as_dict() for row in fleet.rows],
    }
    return json.dumps(found, indent=2) + "\n"


FORMATS: Mapping[str, tuple[str, Callable[[Fleet, str], str]]] = {
    "text": ("fleet.txt", render_text),
    "json": ("fleet.json", render_json),
    "html": ("fleet.html", render_html),
}


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file as it is (empty: missing) and as it shall be; equal when only the time of its making would differ."""

    path: Path
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after

    def write(self) -> None:
        """Replace the file in one step, so that a reader never sees half of it. Raises SlpError."""
        temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(self.after, encoding="utf-8")
            temporary.replace(self.path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise SlpError(
                "the report cannot be written", subject=str(self.path), cause=str(error), remedy=_ELSEWHERE
            ) from error


def plan_files(fleet: Fleet, directory: Path, formats: list[str], generated: str) -> list[FileChange]:
    """What each file is and shall be. A file that says the same of the fleet keeps its time. Raises SlpError."""
    changes = []
    for name in formats:
        file_name, render = FORMATS[name]
        path = directory / file_name
        before = _read(path)
        stamp = _STAMP.search(before)
        same = stamp is not None and render(fleet, stamp[1]) == before
        changes.append(FileChange(path, before, before if same else render(fleet, generated)))
    return changes


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SlpError(
            "the file that is there cannot be read", subject=str(path), cause=str(error), remedy=_ELSEWHERE
        ) from error
