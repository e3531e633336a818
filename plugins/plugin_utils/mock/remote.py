# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A world seen from outside: start one, read what it says of itself, talk to its control interface, stop it.

A world owns a directory. While it lives it holds a lock there, so that nobody has to guess from a process id.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

WORLD_FILE, LOG_FILE, FLEET_FILE, LOCK_FILE = "world.json", "world.log", "fleet.json", "world.lock"
CA_FILE, KNOWN_HOSTS_FILE = "ca.pem", "known_hosts"
_FILES = (WORLD_FILE, LOG_FILE, FLEET_FILE, LOCK_FILE, CA_FILE, KNOWN_HOSTS_FILE)
_START_SECONDS, _STOP_SECONDS, _ANSWER_SECONDS = 60.0, 15.0, 30.0


class WorldError(Exception):
    """A world cannot be started, reached or stopped; the message says why and what to do."""


def hold(directory: Path) -> IO[bytes] | None:
    """Take the lock of a world's directory for as long as the file returned is open; None if another process has it."""
    file = (directory / LOCK_FILE).open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def running(directory: Path) -> bool:
    """Whether a world lives in the directory: ready, or just starting or ending."""
    if not (directory / LOCK_FILE).exists():
        return False
    lock = hold(directory)
    if lock is None:
        return True
    lock.close()
    return False


def read_world(directory: Path) -> dict[str, Any] | None:
    """What the running world says of itself (world.json); None if there is none, or none that is ready."""
    if not running(directory):
        return None
    try:
        world: dict[str, Any] = json.loads((directory / WORLD_FILE).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise WorldError(f"{directory / WORLD_FILE} cannot be read: {error}") from error
    return world


def call(world: dict[str, Any], method: str, path: str, body: Any = None, *, seconds: float = _ANSWER_SECONDS) -> Any:
    """One request to the control interface. Raises WorldError for an error answer, or when nobody answers."""
    address = urlsplit(world["control"]["url"])
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=seconds)
    headers = {"Authorization": f"Bearer {world['control']['token']}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise WorldError(f"the mock world at {world['control']['url']} does not answer: {error}") from error
    finally:
        connection.close()
    if response.status != 200:
        raise WorldError(f"the mock world refuses {method} {path}: {answer.get('error', answer)}")
    return answer


def start(directory: Path, fleet: str, arguments: Sequence[str] = ()) -> dict[str, Any]:
    """Start a world of its own session and wait until it is ready; returns world.json. Raises WorldError."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The package is run by its own name, not as ansible_collections.c9800.slp...: it needs nothing beside itself, and
    # an ansible_collections package installed elsewhere would hide ours from an interpreter without Ansible's loader.
    package = Path(__file__).parent
    command = [sys.executable, "-P", "-m", package.name, "--runtime", str(directory), "--fleet", fleet, *arguments]
    path = os.pathsep.join(filter(None, (str(package.parent), os.environ.get("PYTHONPATH"))))
    (directory / LOG_FILE).write_bytes(b"")
    with (directory / LOG_FILE).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  our own package under this interpreter
            command,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        code = process.poll()
        if code is not None:
            raise WorldError(f"the mock world ended at once (exit code {code}): {_last_line(directory / LOG_FILE)}")
        world = read_world(directory)
        if world and world["pid"] == process.pid:
            return world
        time.sleep(0.05)
    process.terminate()
    raise WorldError(f"the mock world is not ready after {_START_SECONDS:.0f} s; see {directory / LOG_FILE}")


def stop(directory: Path) -> bool:
    """End the world in the directory, if there is one, and wait for its end. True if one was running."""
    if not running(directory):
        return False
    told = None
    end = time.monotonic() + _STOP_SECONDS
    while running(directory):
        world = read_world(directory)
        if world and world["pid"] != told:  # one that is only starting can be told when it is ready
            told = world["pid"]
            with suppress(WorldError):  # it may be ending already
                call(world, "POST", "/stop")
        if time.monotonic() > end:
            raise WorldError(f"the mock world in {directory} does not end; see {directory / LOG_FILE}")
        time.sleep(0.05)
    return True


def has_files(directory: Path) -> bool:
    """Whether a world left anything in the directory."""
    return any((directory / name).exists() for name in _FILES)


def remove(directory: Path) -> None:
    """Remove the files of a world that has ended, and the directory if nothing else is in it."""
    for name in _FILES:
        (directory / name).unlink(missing_ok=True)
    with suppress(OSError):  # somebody keeps other files here, or it never was there
        directory.rmdir()


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no word why"
