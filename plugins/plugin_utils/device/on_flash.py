# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on flash without a command line. A model shows no directory, so the archive remembers what lies there.

What a killed run left is found by it. A run by the command line sees the same files, and needs no such record.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ConnectionLost, SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.files import told, write_file
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder

from .files import file_system
from .model_driver import ModelDriver


class FlashRecord:
    """Of one product instance, whose folder is locked."""

    def __init__(self, folder: PiFolder) -> None:
        self._path = folder.path / "on-flash.json"

    def paths(self) -> tuple[str, ...]:
        """The oldest first. A record that nobody can read names none: the files are ours by their names anyway."""
        with told("read the file", self._path):
            try:
                names = json.loads(self._path.read_bytes())
            except (FileNotFoundError, ValueError):
                return ()
        return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()

    def add(self, path: str) -> None:
        """Before the device is told to write it."""
        self._write([*self.paths(), path])

    def drop(self, path: str) -> None:
        """Once it is gone."""
        self._write([name for name in self.paths() if name != path])

    def _write(self, paths: Sequence[str]) -> None:
        write_file(self._path, json.dumps(paths).encode())


def path_on(state: LicenseState, filesystem: str | None, name: str) -> str:
    """A model does not tell the default file system: access points have ``flash``."""
    return f"{file_system(filesystem or ('flash' if state.platform == 'EWC-AP' else 'bootflash'))}:{name}"


def delete(driver: ModelDriver, path: str, flash: FlashRecord | None) -> list[str]:
    """Delete a file; what to tell where that fails. It stays on record then, and the next run tries again."""
    stuck = ""
    try:
        answer = yang.result_of(driver.call(yang.requests.delete(path)))
        stuck = answer if "error" in answer.lower() else ""
    except ConnectionLost:
        raise
    except SlpError as error:
        stuck = error.cause or error.what
    if stuck and "no such file" not in stuck.lower():
        return [f"{path} may still be on the device ({stuck}); the next run removes it"]
    if flash is not None:
        flash.drop(path)
    return []
