# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the mock targets cost: start, memory, logins and answers, with the client in a process of its own.

    python tests/benchmarks/bench_mock.py [--devices 1000] [--logins 1500] [--repeats 3]

CPU seconds and memory are those of the mock's process alone. A bare asyncssh server that only prints a prompt is
measured beside it: what a login costs on a busy machine says little, what it costs beside that one says all. So many
logins per CPU second are asked for only where the bare server manages more than that. Fails when a limit is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

ROOT = Path(__file__).resolve().parents[2]
MOCK = "ansible_collections.c9800.slp.plugins.plugin_utils.mock"
TICKS = os.sysconf("SC_CLK_TCK")
AT_ONCE = 32
COMMAND = "show license all"


@dataclass
class Mock:
    """The running mock targets, as the operating system sees them."""

    pid: int
    world: Path
    ready: float  # seconds from the start of the process until all devices listen

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> float:
        """Resident, private; kB."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in rollup if line.startswith(("Private_Clean", "Private_Dirty")))


@contextmanager
def server(*command: str) -> Iterator[Mock]:
    """A process that is given a directory and writes ``world.json`` there when it listens."""
    with tempfile.TemporaryDirectory() as directory:
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, *command, directory], env={**os.environ, "PYTHONPATH": str(ROOT / ".tree")}
        )
        world = Path(directory, "world.json")
        try:
            while not world.exists():
                if process.poll() is not None:
                    raise SystemExit("the mock targets did not start")
                time.sleep(0.005)
            yield Mock(process.pid, world, time.monotonic() - started)
        finally:
            process.terminate()
            process.wait()


def mock(fleet: int | Path, *arguments: str) -> AbstractContextManager[Mock]:
    """So many alike devices, or those of a file."""
    source = f"many:{fleet}" if isinstance(fleet, int) else str(fleet)
    return server("-m", MOCK, "--fleet", source, *arguments, "--runtime")


class Bare(asyncssh.SSHServer, asyncssh.SSHServerSession[bytes]):
    """The least that an asyncssh server can do: check a password, print a prompt."""

    def connection_made(self, conn: Any) -> None:
        self._conn = conn

    def validate_password(self, username: str, password: str) -> bool:
        return bool(username and password)

    def password_auth_supported(self) -> bool:
        return True

    def session_requested(self) -> Bare:
        return Bare()

    def pty_requested(self, *_terminal: object) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def session_started(self) -> None:
        self._conn.write(b"\r\nbare#")


async def serve_bare(world: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    acceptor = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=Bare, server_host_keys=[key], line_editor=False, encoding=None
    )
    device = {"address": "127.0.0.1", "port": acceptor.get_port(), "username": "admin", "password": "none"}
    world.with_suffix(".new").write_text(json.dumps({"devices": [device]}))
    world.with_suffix(".new").rename(world)
    await acceptor.wait_closed()


async def _session(device: dict[str, Any], stack: AsyncExitStack, commands: int = 0) -> None:
    """Log in to the prompt and run a command so often; the connection stays until the stack is unwound."""
    connection = await stack.enter_async_context(
        asyncssh.connect(
            device["address"],
            device["port"],
            username=device["username"],
            password=device["password"],
            known_hosts=None,
            config=None,
            agent_path=None,
            client_keys=None,
            preferred_auth="password",
            encryption_algs=["aes128-gcm@openssh.com"],
            kex_algs=["curve25519-sha256"],
        )
    )
    process = await connection.create_process(term_type="vt100", encoding="utf-8")
    await process.stdout.readuntil("#")
    if commands:
        process.stdin.write("terminal length 0\n" + f"{COMMAND}\n" * commands)
        prompt = f"{device['name']}#"
        for _unused in range(commands + 1):
            await process.stdout.readuntil(prompt)


async def client(devices: list[dict[str, Any]], logins: int, commands: int, hold: bool) -> None:
    """The other process. ``hold``: keep all sessions open, say so, and wait for a line on standard input."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, stack: AsyncExitStack) -> None:
        async with slots, AsyncExitStack() as own:
            await _session(devices[number % len(devices)], stack if hold else own, commands)

    async with AsyncExitStack() as stack:
        await asyncio.gather(*(one(number, stack) for number in range(logins)))
        if hold:
            print("open", flush=True)
            await asyncio.to_thread(sys.stdin.readline)


def run_client(target: Mock, logins: int, commands: int = 0) -> tuple[float, float]:
    """Wall seconds of the client and CPU seconds of the mock."""
    before, started = target.cpu(), time.monotonic()
    subprocess.run([*_client(target, logins), "--commands", str(commands)], check=True)
    return time.monotonic() - started, target.cpu() - before


def session_memory(target: Mock, sessions: int) -> float:
    """kB of one open session in which a command was typed."""
    before = target.memory()
    holder = subprocess.Popen(
        [*_client(target, sessions), "--hold", "--commands", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    holder.stdout.readline()
    taken = target.memory() - before
    holder.communicate(b"\n")
    return taken / sessions


def _client(target: Mock, logins: int) -> list[str]:
    return [sys.executable, __file__, "--client", str(target.world), "--logins", str(logins)]


def measure(devices: int, logins: int) -> dict[str, float]:
    with mock(1) as small:
        base = small.memory()
    with server(__file__, "--bare") as bare:
        run_client(bare, AT_ONCE)
        _unused, cpu_bare = run_client(bare, logins)
    with mock(devices) as target:
        per_device = (target.memory() - base) / devices
        per_session = session_memory(target, min(devices, 300))  # first: later there is room in the heap
        wall, cpu = run_client(target, logins)
        commands = 20
        _unused, cpu_commands = run_client(target, 100, commands)
        login = cpu / logins
        return {
            "ready": target.ready,
            "per_device": per_device,
            "share_of_bare": 100 * cpu_bare / cpu,
            "bare_per_cpu_second": logins / cpu_bare,
            "logins_per_cpu_second": 1 / login,
            "logins_per_second": logins / wall,
            "answers_per_cpu_second": 100 * commands / max(0.01, cpu_commands - 100 * login),
            "per_session": per_session,
        }


LOGINS = 500.0
CAPABLE = 600.0
"""A CPU second of this machine gives at least so many logins to the bare server, or LOGINS is beyond the machine."""

ROWS = (
    # measure, what it is, limit, whether more is better
    ("ready", "all devices listen after (s)", 5.0, False),
    ("per_device", "memory of an idle device (kB)", 100.0, False),
    ("per_session", "memory of an open session (kB)", 120.0, False),
    ("share_of_bare", "logins per CPU second, in % of a bare asyncssh server", 75.0, True),
    ("logins_per_cpu_second", "  the same by itself", LOGINS, True),
    ("bare_per_cpu_second", "  the bare server's", 0.0, True),
    ("logins_per_second", "  by the wall clock, client on this machine", 0.0, True),
    ("answers_per_cpu_second", f"'{COMMAND}' per CPU second", 500.0, True),
)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--logins", type=int, default=1500)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--client", help=argparse.SUPPRESS)
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--commands", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--hold", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        asyncio.run(serve_bare(options.bare / "world.json"))
        return 0
    if options.client:
        devices = json.loads(Path(options.client).read_bytes())["devices"]
        asyncio.run(client(devices, options.logins, options.commands, options.hold))
        return 0
    runs = [measure(options.devices, options.logins) for _unused in range(options.repeats)]
    print(f"{options.devices} devices, {options.logins} logins, {AT_ONCE} at once, {options.repeats} runs")
    print(f"{'':54}{'median':>10}{'min':>10}{'max':>10}{'limit':>10}")
    missed = False
    capable = statistics.median(run["bare_per_cpu_second"] for run in runs) >= CAPABLE
    for key, text, limit, more in ROWS:
        values = [run[key] for run in runs]
        median = statistics.median(values)
        if key == "logins_per_cpu_second" and not capable:
            limit = 0.0
        bad = bool(limit) and (median < limit if more else median > limit)
        missed = missed or bad
        cells = "".join(f"{value:10.1f}" for value in (median, min(values), max(values)))
        print(f"{text:54}{cells}{f'{limit:.0f}' if limit else '':>10}{'  MISSED' if bad else ''}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
