# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a running world does for who asks through its control interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cssm import Cssm
    from .device import MockDevice
    from .faults import Faults
    from .journal import Journal
    from .names import Names
    from .schedule import Schedule
    from .targets import Target


class Desk:
    """Answers with plain values. ``devices``: as in world.json; ``find``: a device by its name, or None."""

    def __init__(
        self,
        *,
        devices: Callable[[], list[dict[str, Any]]],
        find: Callable[[str], MockDevice | None],
        targets: Mapping[str, Target],
        names: Names,
        cssm: Cssm,
        schedule: Schedule,
        faults: Faults,
        journal: Journal,
        stop: Callable[[], None],
    ) -> None:
        self.devices = devices
        self.stop = stop
        self._find = find
        self._targets = targets
        self._names = names
        self._cssm = cssm
        self._schedule = schedule
        self._faults = faults
        self._journal = journal

    # Devices and targets

    def snapshot(self, name: str) -> dict[str, Any]:
        return self._device(name).snapshot()

    async def device_do(self, name: str, action: str, arguments: Mapping[str, Any]) -> Any:
        return await self._device(name).do(action, arguments)

    def targets(self) -> dict[str, dict[str, Any]]:
        return {name: target.facts() for name, target in self._targets.items()}

    def target(self, name: str) -> dict[str, Any]:
        return self._target(name).state()

    async def target_do(self, name: str, action: str, arguments: Mapping[str, Any]) -> Any:
        return await self._target(name).do(action, arguments)

    def names(self) -> list[dict[str, Any]]:
        return self._names.as_list()

    def log(self, target: str | None) -> list[dict[str, str]]:
        return self._journal.as_list(target)

    # CSSM

    def cssm_state(self, *, payloads: bool) -> dict[str, Any]:
        return self._cssm.state(payloads=payloads)

    def options(self) -> dict[str, Any]:
        return self._cssm.options.as_dict()

    def configure(self, options: dict[str, Any]) -> dict[str, Any]:
        return self._cssm.configure(self._cssm.options.updated(options)).as_dict()

    # Time and faults

    def time(self) -> dict[str, Any]:
        return {"now": self._schedule.clock.now().isoformat()}

    async def advance(self, seconds: float) -> dict[str, Any]:
        await self._schedule.advance(seconds)
        return self.time()

    def faults(self) -> list[dict[str, Any]]:
        return self._faults.as_list()

    async def add_faults(self, faults: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        for fault in faults:
            self._faults.add(fault)
        await self._faults.settle()
        return self.faults()

    async def clear_faults(self) -> None:
        self._faults.clear()
        await self._faults.settle()

    def _device(self, name: str) -> MockDevice:
        device = self._find(name)
        if device is None:
            raise LookupError(f"no device {name}")
        return device

    def _target(self, name: str) -> Target | Cssm:
        if name == self._cssm.name:
            return self._cssm
        if name not in self._targets:
            raise LookupError(f"no target {name}; there are {', '.join((self._cssm.name, *self._targets))}")
        return self._targets[name]
