# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated devices in this process, over SSH on loopback, and how to log in to them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import Endpoint, LoginSettings
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.ssh import SharedSsh, serve_device


@dataclass
class Served:
    """A simulated controller, and a control node that logs in to it."""

    device: MockDevice
    shared: SharedSsh
    settings: LoginSettings

    def typed(self) -> list[str]:
        return [entry.line for entry in self.shared.journal.entries()]


Serve = Callable[..., Served]


@contextmanager
def serving(directory: Path) -> Iterator[Serve]:
    """A function that serves a device from a thread, until the block ends; with it go options of ``LoginSettings``."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    served: list[Served] = []

    def serve(device: MockDevice, **settings: Any) -> Served:
        shared = SharedSsh()
        port = asyncio.run_coroutine_threadsafe(serve_device(device, shared=shared), loop).result(10)
        known_hosts = directory / f"known_hosts{port}"
        known_hosts.write_text(shared.known_host("127.0.0.1", port) + "\n")
        login = LoginSettings(
            name=device.spec.name,
            device=Endpoint(host="127.0.0.1", port=port, user=device.spec.username, password=device.spec.password),
            known_hosts_file=str(known_hosts),
            command_timeout=3.0,
            **settings,
        )
        served.append(Served(device, shared, login))
        return served[-1]

    try:
        yield serve
    finally:
        for one in served:
            asyncio.run_coroutine_threadsafe(one.shared.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
