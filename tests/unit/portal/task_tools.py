# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module's task, run by ansible-playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[3]
Play = Callable[..., tuple[list[dict[str, Any]], str]]


def run_tasks(
    directory: Path, tasks: Sequence[Mapping[str, Any]], *, flags: str = "", hide: bool = False, **environment: str
) -> tuple[list[dict[str, Any]], str]:
    """Run the tasks with -vvvv, whatever becomes of each; their results and all output.

    ``hide``: the results hold secrets, and are kept without being printed again.
    """
    output, playbook = directory / "results.json", directory / "play.yml"
    steps = [{**task, "register": f"result{number}", "ignore_errors": True} for number, task in enumerate(tasks)]
    names = ", ".join(str(step["register"]) for step in steps)
    copy = {"content": f"{{{{ [{names}] | to_json }}}}", "dest": str(output)}
    steps.append({"ansible.builtin.copy": copy, "check_mode": False, "diff": False, "no_log": hide})
    playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": steps}]))
    own = {"ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / ".tree"), "ANSIBLE_HOME": str(directory / "ansible")}
    done = subprocess.run(
        [Path(sys.executable).parent / "ansible-playbook", playbook, "-vvvv", *flags.split()],
        env={**os.environ, **own, "LC_ALL": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert output.exists(), done.stdout + done.stderr
    return json.loads(output.read_text()), done.stdout + done.stderr
