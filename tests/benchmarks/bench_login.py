# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a login costs, ours against netmiko's defaults, with a device that answers at once.

    python tests/benchmarks/bench_login.py [LOGINS]

The device is a bare asyncssh server in a process of its own. Fails when the median of ours is 20 ms or more.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import asyncssh

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / ".tree"))

from ansible_collections.c9800.slp.plugins.plugin_utils.device.netmiko_driver import NetmikoDriver  # noqa: E402
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import (  # noqa: E402
    Endpoint,
    HostKeyPolicy,
    LoginSettings,
)
from netmiko import ConnectHandler  # noqa: E402

LIMIT_MS = 20.0
USER, PASSWORD = "slp", "bench"


class _Server(asyncssh.SSHServer):
    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def password_auth_supported(self) -> bool:
        return True


async def _terminal(process: Any) -> None:
    process.stdout.write(b"\r\nbench#")
    async for line in process.stdin:
        answer = b"Current privilege level is 15\r\n" if line.strip() == b"show privilege" else b""
        process.stdout.write(line.strip() + b"\r\n" + answer + b"bench#")
    process.exit(0)


async def _serve() -> None:
    server = await asyncssh.create_server(
        _Server,
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        process_factory=_terminal,
        encoding=None,
        line_editor=False,
    )
    print(server.get_port(), flush=True)
    await asyncio.Event().wait()


def measure(login: Callable[[], Callable[[], None]], times: int) -> tuple[float, float]:
    """Median wall time and mean CPU time of a login, ms; the logout counts for the CPU only."""
    walls = []
    login()()
    cpu = process_time()
    for _unused in range(times):
        begun = perf_counter()
        logout = login()
        walls.append((perf_counter() - begun) * 1000)
        logout()
    return statistics.median(walls), (process_time() - cpu) * 1000 / times


def main(times: int) -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True) as server,
    ):
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            settings = LoginSettings(
                name="bench",
                device=Endpoint(host="127.0.0.1", port=port, user=USER, password=PASSWORD),
                host_key_policy=HostKeyPolicy.ACCEPT_NEW,
                known_hosts_file=f"{folder}/known_hosts",
            )
            theirs = {"device_type": "cisco_xe", "host": "127.0.0.1", "port": port, "username": USER}
            ours, ours_cpu = measure(lambda: NetmikoDriver(settings).close, times)
            plain, plain_cpu = measure(lambda: ConnectHandler(**theirs, password=PASSWORD).disconnect, times // 4 or 1)
        finally:
            server.terminate()
    print(f"{'login to prompt':24} {'median ms':>10} {'CPU ms':>8}")
    print(f"{'c9800.slp':24} {ours:10.1f} {ours_cpu:8.1f}")
    print(f"{'netmiko cisco_xe':24} {plain:10.1f} {plain_cpu:8.1f}")
    return 0 if ours < LIMIT_MS else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        asyncio.run(_serve())
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
