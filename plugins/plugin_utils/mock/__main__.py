# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a simulated world: ``python -m ansible_collections.c9800.slp.plugins.plugin_utils.mock --runtime DIR``."""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib
import importlib.util
import json
import logging
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

REQUIRED = ("asyncssh", "aiohttp", "cryptography")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until stopped; the exit code: 0 ended in good order, 1 could not run, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    missing = [name for name in REQUIRED if importlib.util.find_spec(name) is None]
    if missing:
        print(
            f"The mock targets need {' and '.join(missing)}: pip install -r requirements-lab.txt "
            f"(of the collection c9800.slp), for {sys.executable}",
            file=sys.stderr,
        )
        return 1
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    # Only now: the libraries that these modules need are known to be there.
    from .cssm import CssmOptions
    from .fleet import FleetError, load_fleet, load_targets
    from .remote import WorldError
    from .world import World

    async def live() -> None:
        world = World(options.runtime, members, targets, fleet=options.fleet, options=cssm)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, world.stop)
        gc.freeze()  # what was imported stays; collecting among thousands of devices need not look at it
        await world.run(idle_exit=options.idle_exit)

    try:
        members, targets = load_fleet(options.fleet), load_targets(options.fleet)
        cssm = CssmOptions().updated(json.loads(options.cssm))
        _log_to(options.runtime)
        _raise_file_limit()
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(live())
    except (FleetError, WorldError, ValueError, OSError) as error:
        print(f"The mock targets cannot run: {error}", file=sys.stderr)
        return 1
    return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The event loop of uvloop where it is installed: it serves more logins for the same CPU."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mock", description="Simulated controllers over SSH and a simulated CSSM over HTTPS, on loopback."
    )
    parser.add_argument("--runtime", type=Path, required=True, help="directory of this world; world.json appears there")
    parser.add_argument("--fleet", default="demo", help="demo, many:N, or a JSON file with devices and targets")
    parser.add_argument("--cssm", default="{}", help='options of the CSSM as JSON, such as \'{"policy": "default"}\'')
    parser.add_argument("--idle-exit", type=float, default=0.0, metavar="SECONDS", help="end when nobody asks so long")
    return parser


def _log_to(directory: Path) -> None:
    from .remote import LOG_FILE

    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    logging.basicConfig(
        filename=directory / LOG_FILE,
        format="%(asctime)s %(name)s %(levelname)s %(message)s",
        level=logging.INFO,
    )
    # Each login is a dozen lines there.
    logging.getLogger("asyncssh").setLevel(logging.WARNING)


def _raise_file_limit() -> None:
    """A device takes one file descriptor, a session another one; the usual limit is 1024."""
    _unused, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    sys.exit(main())
