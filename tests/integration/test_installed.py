# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as Galaxy gives it, with everything removed that need not be there at run time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from .conftest import REPOSITORY, Control, World

NEEDED = {"plugins", "roles", "playbooks", "meta", "MANIFEST.json", "FILES.json"}
PRIVATE = (".git", ".ci", ".venv", ".tree", ".work", ".hypothesis", ".mypy_cache", ".ruff_cache", "__pycache__")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("galaxy")

    def galaxy(*arguments: str) -> None:
        program = Path(sys.executable).parent / "ansible-galaxy"
        # Galaxy installs nothing that it finds installed elsewhere.
        own = {"ANSIBLE_HOME": str(root / "home"), "ANSIBLE_COLLECTIONS_PATH": str(root), "LC_ALL": "C.UTF-8"}
        environment = os.environ | own
        command = [str(program), "collection", *arguments]
        subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, capture_output=True)

    galaxy("build", "--output-path", str(root))
    (archive,) = root.glob("c9800-slp-*.tar.gz")
    galaxy("install", str(archive), "--collections-path", str(root), "--offline")
    return root


def test_what_is_built_holds_nothing_private(tree: Path) -> None:
    files = json.loads((tree / "ansible_collections/c9800/slp/FILES.json").read_text())["files"]
    names = [file["name"] for file in files]
    assert [name for name in names if any(part in PRIVATE for part in Path(name).parts)] == []
    assert "plugins/modules/info.py" in names


def test_the_air_gap_from_what_must_be_there_alone(
    tree: Path, start_world: Callable[..., World], make_control: Callable[[str], Control]
) -> None:
    installed = tree / "ansible_collections/c9800/slp"
    for path in installed.iterdir():
        if path.name not in NEEDED:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    world = start_world([{"name": "wlc1", "serial": "9SIM0000031", "aps": 2, "waiting_reports": 2, "transport": "off"}])
    control = make_control("control")
    control.use_mock_fleet(world)
    control.settings["ANSIBLE_COLLECTIONS_PATH"] = str(tree)
    for playbook in ("airgap_collect", "airgap_submit", "airgap_install"):
        done = control.play(f"c9800.slp.{playbook}")
        assert done.code == 0, done.output
    assert "1 product instances: 1 reported, 1 acknowledged, 0 overdue" in done.output


def test_options_by_group(start_world: Callable[..., World], make_control: Callable[[str], Control]) -> None:
    """Options of all device modules are set once with module_defaults."""
    world = start_world([{"name": "wlc1", "serial": "9SIM0000032", "aps": 2, "waiting_reports": 2, "transport": "off"}])
    control = make_control("control")
    control.use_mock_fleet(world)
    play = {
        "name": "Set once",
        "hosts": "controllers",
        "gather_facts": False,
        "module_defaults": {"group/c9800.slp.device": {"archive": str(control.archive)}},
        "tasks": [
            {"name": "Collect", "c9800.slp.usage_report": {}},
            {"name": "Install", "c9800.slp.install": {}},
        ],
    }
    book = control.directory / "play.yml"
    book.write_text(yaml.safe_dump([play]))
    done = control.play(str(book))
    assert done.code == 0, done.output
    assert Path(done.results("Collect")["wlc1"]["file"]).is_relative_to(control.archive)
