# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated world: its devices, its CSSM, whoever stands between them, its control interface, in one process."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from .control import Control
from .cssm import CISCO_HOSTS, Cssm, CssmOptions
from .cssm_accounts import DEFAULT_VIRTUAL_ACCOUNT, Accounts
from .desk import Desk
from .device import MockDevice
from .faults import Faults
from .fleet import SMART_ACCOUNT, Member
from .history import first_clock, live_through
from .journal import Journal, limit_for
from .names import Names
from .pki import Pki
from .receiver import Receiver
from .remote import CA_FILE, KNOWN_HOSTS_FILE, LOCK_FILE, WORLD_FILE, WorldError, hold
from .schedule import Schedule
from .services import DeviceServices
from .spec import DeviceSpec
from .ssh import SharedSsh, serve_device
from .targets import CenterSpec, CsluSpec, OnPremSpec, ProxySpec, Target, TargetSpec

HOST = "127.0.0.1"
# An account whose domain contains that of the fleet: a client that takes a substring match for the account goes astray.
_TRAP = (f"lab.{SMART_ACCOUNT}", DEFAULT_VIRTUAL_ACCOUNT)
# Kind of target -> module and class. A world without targets loads none of them.
_TARGETS: Mapping[str, tuple[str, str]] = {
    "cslu": ("cslu", "Cslu"),
    "onprem": ("onprem", "OnPrem"),
    "catalyst_center": ("center", "Center"),
    "proxy": ("proxy", "Proxy"),
    "gateway": ("gateway", "Gateway"),
}
_SSH_PORT = 22
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
    services: DeviceServices

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
            "udis": _udis(spec),
            "topology": spec.topology,
            "variables": dict(spec.variables),
            "smart_account": spec.smart_account,
            "virtual_account": spec.virtual_account,
            **self.services.facts(),
        }


class World:
    """A world in a directory. ``fleet`` is what the fleet was called, for who asks whether it is the wanted one.

    It is the Site (site.py) in which devices and targets stand.
    """

    def __init__(
        self,
        directory: Path,
        members: Sequence[Member],
        targets: Sequence[TargetSpec] = (),
        *,
        fleet: str = "",
        options: CssmOptions | None = None,
    ) -> None:
        self.clock = first_clock(members)
        self.schedule = Schedule(self.clock)
        self.names = Names()
        self.pki = Pki.create()
        self.faults = Faults()
        self._directory = directory
        self._fleet = fleet
        self._members = tuple(members)
        self._targets = tuple(targets)
        self._journal = _Witness(len(self._members) + len(self._targets))
        self._ssh = SharedSsh(faults=self.faults, journal=self._journal)
        accounts = list(_accounts([member.spec for member in self._members], self._targets))
        self._account = accounts[0] if accounts else (SMART_ACCOUNT, DEFAULT_VIRTUAL_ACCOUNT)
        known = Accounts([*accounts, self._account, _TRAP])
        self.cssm = Cssm(self.pki, self.clock, known, self.faults, options, on_request=self.touch)
        self._receiver = Receiver(self, self.cssm.direct)
        self.targets = targets_of(self, self._targets)
        self._served: dict[str, Served] = {}
        self._stopping = asyncio.Event()
        desk = Desk(
            devices=self.devices,
            find=self.device,
            targets=self.targets,
            names=self.names,
            cssm=self.cssm,
            schedule=self.schedule,
            faults=self.faults,
            journal=self._journal,
            stop=self.stop,
        )
        self._control = Control(desk, on_request=self.touch)

    async def run(self, *, idle_exit: float = 0.0) -> None:
        """Live until stopped, or until nobody has asked for anything for ``idle_exit`` seconds (0: for ever).

        A world whose directory is removed ends as well: nobody could find it to stop it. Raises WorldError if
        another world lives in the directory.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = await _lock(self._directory)
        # What a killed world left would be taken for what this one says of itself.
        (self._directory / WORLD_FILE).unlink(missing_ok=True)
        time_passes: asyncio.Task[None] | None = None
        try:
            await self._open()
            time_passes = asyncio.create_task(self._keep_time())
            await self._live(lock, idle_exit)
        finally:
            if time_passes:
                time_passes.cancel()
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
            "targets": {
                spec.name: {"kind": spec.kind, "hostname": spec.hostname, **self.targets[spec.name].facts()}
                for spec in self._targets
            },
            "names": self.names.as_list(),
        }

    def devices(self) -> list[dict[str, Any]]:
        return [served.facts() for served in self._served.values()]

    def device(self, name: str) -> MockDevice | None:
        served = self._served.get(name)
        return served.device if served else None

    def stop(self) -> None:
        self._stopping.set()

    # What its devices and targets ask (site.py)

    def touch(self) -> None:
        self._journal.touch()

    def behind_nat(self, device: str) -> bool:
        return any(
            spec.nat and device.lower() in (name.lower() for name in (spec.hostname, *_udis(spec)))
            for spec in (member.spec for member in self._members)
        )

    def proxy_address(self, target: str) -> tuple[str, int]:
        for spec in self._targets:
            if isinstance(spec, ProxySpec) and spec.name == target:
                return spec.hostname, spec.port
        raise LookupError(f"no proxy {target} in this world")

    # Its life

    async def _open(self) -> None:
        made = {device.spec.name: device for device in live_through(self._members, self.clock, self.cssm, self.pki)}
        port = urlsplit(await self.cssm.serve(HOST)).port or 0
        for name in CISCO_HOSTS:
            self.names.publish(name, 443, (HOST, port))
        await self._receiver.serve(HOST)
        for target in self.targets.values():
            await target.serve(HOST)
        for member in self._members:
            await self._serve(made[member.spec.name])
        await self._control.serve(HOST)
        _write(self._directory / CA_FILE, self.pki.ca_pem)
        facts = [served.facts() for served in self._served.values()]
        lines = [known.get(key) for known in facts for key in ("host_key", "netconf_host_key")]
        keys = "".join(f"{line}\n" for line in lines if line)
        _write(self._directory / KNOWN_HOSTS_FILE, keys)
        _log.info("ready: %d simulated devices and a simulated CSSM; none of it is Cisco's", len(self._served))
        _write(self._directory / WORLD_FILE, json.dumps(self.facts(), indent=1))

    async def _serve(self, device: MockDevice) -> None:
        spec = device.spec
        port = await serve_device(device, host=HOST, shared=self._ssh)
        self.names.publish(spec.hostname, _SSH_PORT, (HOST, port))
        services = DeviceServices(device, self.names, self.pki, self.faults, self._journal)
        await services.serve(HOST, ssh=self._ssh)
        self._served[spec.name] = Served(device, port, self._ssh.known_host(HOST, port), services)
        device.attach(self)

    async def _keep_time(self) -> None:
        """Let what is due happen. The tick is for a real clock that was set."""
        while True:
            self.schedule.wake.clear()
            await self.schedule.run_due()
            due = self.schedule.next
            pause = _TICK_SECONDS if due is None else min(_TICK_SECONDS, max(0.0, due - self.schedule.now))
            with suppress(TimeoutError):
                await asyncio.wait_for(self.schedule.wake.wait(), pause)

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
        await self._control.close()
        for served in self._served.values():
            await served.services.close()
        await self._ssh.close()
        for target in self.targets.values():
            await target.close()
        await self._receiver.close()
        await self.cssm.close()


def targets_of(world: World, specs: Sequence[TargetSpec]) -> dict[str, Target]:
    """The targets by name, made but not yet served."""
    made: dict[str, Target] = {}
    for spec in specs:
        module, name = _TARGETS[spec.kind]
        made[spec.name] = getattr(importlib.import_module(f".{module}", __package__), name)(spec, world)
    return made


def _accounts(devices: Sequence[DeviceSpec], targets: Sequence[TargetSpec]) -> Iterator[tuple[str, str]]:
    """Every account that the fleet names, those of the devices first."""
    for device in devices:
        if device.smart_account:
            yield device.smart_account, device.virtual_account
    for target in targets:
        if isinstance(target, CsluSpec | CenterSpec):
            yield target.smart_account, target.virtual_account
        elif isinstance(target, OnPremSpec):
            for tenant in target.tenants:
                yield tenant["smart_account"], tenant["virtual_account"]


def _udis(spec: DeviceSpec) -> list[str]:
    return [f"PID:{spec.pid},SN:{serial}" for serial in (spec.serial, spec.standby_serial) if serial]


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
