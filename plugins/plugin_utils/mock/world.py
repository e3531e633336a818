# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated world: its devices over SSH, its CSSM over HTTPS, its control interface, all in one asyncio process."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from .control import Control
from .cssm import Cssm, CssmOptions
from .cssm_accounts import DEFAULT_VIRTUAL_ACCOUNT, Accounts
from .device import MockDevice
from .faults import Faults
from .fleet import SMART_ACCOUNT, Member
from .history import first_clock, live_through
from .journal import Journal, limit_for
from .pki import Pki
from .remote import CA_FILE, KNOWN_HOSTS_FILE, LOCK_FILE, WORLD_FILE, WorldError, hold
from .ssh import SharedSsh, serve_device

HOST = "127.0.0.1"
# An account whose domain contains that of the fleet: a client that takes a substring match for the account goes astray.
_TRAP = (f"lab.{SMART_ACCOUNT}", DEFAULT_VIRTUAL_ACCOUNT)
_TICK_SECONDS = 1.0
_LOCK_SECONDS = 0.5
_log = logging.getLogger("slp.mock")


class _Witness(Journal):
    """A journal that also notes when something last happened."""

    def __init__(self, targets: int) -> None:
        super().__init__(limit_for(targets))
        self.last = time.monotonic()

    def record(self, target: str, line: str, *, user: str = "", mode: str = "exec") -> None:
        self.touch()
        super().record(target, line, user=user, mode=mode)

    def touch(self) -> None:
        self.last = time.monotonic()


@dataclass(frozen=True, slots=True)
class Served:
    """A device that listens."""

    device: MockDevice
    port: int
    host_key: str

    def facts(self) -> dict[str, Any]:
        spec = self.device.spec
        return {
            "name": spec.name,
            "address": HOST,
            "port": self.port,
            "username": spec.username,
            "password": spec.password,
            "enable_password": spec.enable_password,
            "host_key": self.host_key,
            "platform": spec.platform,
            "release": spec.release,
            "udis": [f"PID:{spec.pid},SN:{serial}" for serial in (spec.serial, spec.standby_serial) if serial],
            "topology": spec.topology,
            "smart_account": spec.smart_account,
            "virtual_account": spec.virtual_account,
        }


class World:
    """A world in a directory. ``fleet`` is what the fleet was called, for who asks whether it is the wanted one."""

    def __init__(
        self, directory: Path, members: Sequence[Member], *, fleet: str = "", options: CssmOptions | None = None
    ) -> None:
        self.clock = first_clock(members)
        self.pki = Pki.create()
        self._directory = directory
        self._fleet = fleet
        self._members = tuple(members)
        self._faults = Faults()
        self._journal = _Witness(len(self._members))
        self._ssh = SharedSsh(faults=self._faults, journal=self._journal)
        specs = [member.spec for member in self._members]
        accounts = [(spec.smart_account, spec.virtual_account) for spec in specs if spec.smart_account]
        self._account = accounts[0] if accounts else (SMART_ACCOUNT, DEFAULT_VIRTUAL_ACCOUNT)
        known = Accounts([*accounts, self._account, _TRAP])
        self.cssm = Cssm(self.pki, self.clock, known, self._faults, options, on_request=self._journal.touch)
        self._control = Control(self, on_request=self._journal.touch)
        self._served: dict[str, Served] = {}
        self._stopping = asyncio.Event()

    async def run(self, *, idle_exit: float = 0.0) -> None:
        """Live until stopped, or until nobody has asked for anything for ``idle_exit`` seconds (0: for ever).

        A world whose directory is removed ends as well: nobody could find it to stop it. Raises WorldError if
        another world lives in the directory.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = await _lock(self._directory)
        # What a killed world left would be taken for what this one says of itself.
        (self._directory / WORLD_FILE).unlink(missing_ok=True)
        try:
            await self._open()
            await self._live(lock, idle_exit)
        finally:
            if _owns(lock, self._directory):
                (self._directory / WORLD_FILE).unlink(missing_ok=True)
            await self._close()
            lock.close()

    def facts(self) -> dict[str, Any]:
        """What world.json holds: everything that a client needs, secrets included."""
        smart, virtual = self._account
        return {
            "pid": os.getpid(),
            "fleet": self._fleet,
            "control": {"url": self._control.url, "token": self._control.token},
            "ca": str(self._directory / CA_FILE),
            "known_hosts": str(self._directory / KNOWN_HOSTS_FILE),
            "cssm": {**self.cssm.facts(), "smart_account": smart, "virtual_account": virtual},
            "devices": self.devices(),
        }

    # What the control interface offers

    def devices(self) -> list[dict[str, Any]]:
        return [served.facts() for served in self._served.values()]

    def snapshot(self, name: str) -> dict[str, Any]:
        if name not in self._served:
            raise LookupError(f"no device {name}")
        return self._served[name].device.snapshot()

    def log(self, target: str | None) -> list[dict[str, str]]:
        return self._journal.as_list(target)

    def cssm_state(self, *, payloads: bool) -> dict[str, Any]:
        return self.cssm.state(payloads=payloads)

    def options(self) -> dict[str, Any]:
        return self.cssm.options.as_dict()

    def configure(self, options: dict[str, Any]) -> dict[str, Any]:
        return self.cssm.configure(self.cssm.options.updated(options)).as_dict()

    def time(self) -> dict[str, Any]:
        return {"now": self.clock.now().isoformat()}

    def advance(self, seconds: float) -> dict[str, Any]:
        self.clock.advance(seconds)
        return self.time()

    def faults(self) -> list[dict[str, Any]]:
        return self._faults.as_list()

    def add_faults(self, faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for fault in faults:
            self._faults.add(fault)
        return self.faults()

    def clear_faults(self) -> None:
        self._faults.clear()

    def stop(self) -> None:
        self._stopping.set()

    # Its life

    async def _open(self) -> None:
        made = {device.spec.name: device for device in live_through(self._members, self.clock, self.cssm, self.pki)}
        for member in self._members:
            device = made[member.spec.name]
            port = await serve_device(device, host=HOST, shared=self._ssh)
            self._served[member.spec.name] = Served(device, port, self._ssh.known_host(HOST, port))
        await self.cssm.serve(HOST)
        await self._control.serve(HOST)
        _write(self._directory / CA_FILE, self.pki.ca_pem)
        keys = "".join(f"{served.host_key}\n" for served in self._served.values())
        _write(self._directory / KNOWN_HOSTS_FILE, keys)
        _log.info("ready: %d simulated devices and a simulated CSSM; none of it is Cisco's", len(self._served))
        _write(self._directory / WORLD_FILE, json.dumps(self.facts(), indent=1))

    async def _live(self, lock: IO[bytes], idle_exit: float) -> None:
        self._journal.touch()
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _TICK_SECONDS)
            if not _owns(lock, self._directory):
                _log.info("the directory was taken away, nobody can find this world any more: the end")
                return
            if idle_exit and time.monotonic() - self._journal.last > idle_exit:
                _log.info("nobody has asked for anything for %g seconds: the end", idle_exit)
                return
        _log.info("stopped")

    async def _close(self) -> None:
        await self._ssh.close()
        await self.cssm.close()
        await self._control.close()


async def _lock(directory: Path) -> IO[bytes]:
    """Take the directory's lock; try for a while, as who asks whether a world lives there has it for a moment."""
    end = time.monotonic() + _LOCK_SECONDS
    while True:
        lock = hold(directory)
        if lock:
            return lock
        if time.monotonic() > end:
            raise WorldError(f"another mock world lives in {directory}")
        await asyncio.sleep(0.01)


def _owns(lock: IO[bytes], directory: Path) -> bool:
    """Whether the directory is still the one that was locked: it may be gone, and another world in its place."""
    try:
        return os.path.samestat(os.fstat(lock.fileno()), (directory / LOCK_FILE).stat())
    except FileNotFoundError:
        return False


def _write(path: Path, text: str) -> None:
    """Readable by the owner alone, and never seen half written."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
        file.write(text)
    fresh.replace(path)
