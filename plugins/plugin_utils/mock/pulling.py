# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of a collector that reads devices by itself, and what it does with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .arguments import arguments_of, hours_of
from .collector import Action, Collector
from .holdings import Instance, Usage, merged, own_usage
from .puller import METHODS, Access, puller_for

_HOUR = 3600.0
_AT_ONCE = 8
"""Devices that a collector works on side by side, so that one that hangs holds up few others."""


@dataclass(slots=True)
class Entry:
    """A device of the inventory. ``job``: how the last thing that was done with it ended; ``turn``: one at a time."""

    name: str
    access: Access
    tenant: str
    usage: Usage | None = None
    job: str = ""
    job_time: float | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class PullCollector(Collector):
    """A collector with an inventory. ``methods``: those it offers."""

    methods: tuple[str, ...] = METHODS

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.inventory: dict[str, Entry] = {}
        self._hours = 0.0

    def actions(self) -> Mapping[str, Action]:
        return {
            "add_device": self._add_device,
            "remove_device": self._remove_device,
            "collect": self._collect,
            "deliver": self._deliver,
            "trust_code": self._trust_code,
            "set_schedule": self._set_schedule,
        }

    def state(self) -> dict[str, Any]:
        devices = [
            {
                "name": entry.name,
                "address": entry.access.address,
                "username": entry.access.username,
                "method": entry.access.method,
                "tenant": entry.tenant,
                "udi": str(entry.usage.udi) if entry.usage else "",
                "job": entry.job,
                "job_time": entry.job_time,
            }
            for entry in self.inventory.values()
        ]
        return {**super().state(), "devices": devices, "schedule_hours": self._hours}

    # --- actions -----------------------------------------------------------------------------------------------------

    async def _add_device(self, given: Mapping[str, Any]) -> dict[str, Any]:
        values = arguments_of(given, "address", "username", "password", method=self.methods[0], name="", tenant="")
        if values["method"] not in self.methods:
            raise ValueError(f"{self.product} connects by {' or '.join(self.methods)}, not by {values['method']}")
        tenant = self.tenant_named(values["tenant"])
        given = {key: str(values[key]) for key in ("address", "username", "password", "method")}
        access = Access(**given, collector=self.name)
        entry = Entry(str(values["name"] or access.address), access, tenant)
        self.check_device(entry)
        self.inventory[entry.name] = entry
        return {"device": entry.name, "method": access.method}

    async def _remove_device(self, given: Mapping[str, Any]) -> dict[str, Any]:
        entry = self.entry(arguments_of(given, "device")["device"])
        del self.inventory[entry.name]
        return {"device": entry.name}

    async def _collect(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Of one device, or of all that are in the inventory: those that fail are named when the others are done."""
        name = arguments_of(given, device="")["device"]
        if name:
            return {"collected": [await self.job(self.entry(name), "collect", self.pull)]}
        entries = list(self.inventory.values())
        if not entries:
            raise ValueError(f"{self.product} has no device in its inventory to collect from")
        results = await self.each(entries, "collect", self.pull)
        failed = [str(result) for result in results if isinstance(result, ValueError)]
        if failed:
            raise ValueError(f"{len(failed)} of {len(entries)} devices could not be read: {'; '.join(failed)}")
        return {"collected": results}

    async def _trust_code(self, given: Mapping[str, Any]) -> dict[str, Any]:
        entry = self.entry(arguments_of(given, "device")["device"])
        return await self.job(entry, "trust code", self._ask_for_trust)

    async def _deliver(self, given: Mapping[str, Any]) -> dict[str, Any]:
        entry = self.entry(arguments_of(given, "device")["device"])
        if not self._waiting_for(entry):
            raise ValueError(f"there is no acknowledgement for {entry.name} that it has not had")
        return await self.job(entry, "deliver", self.push_answers)

    async def _set_schedule(self, given: Mapping[str, Any]) -> dict[str, Any]:
        hours = hours_of(arguments_of(given, "hours")["hours"])
        self._hours = hours
        self.drop_event("collect")
        if hours:
            self.soon("collect", self._scheduled, hours * _HOUR)
        return {"hours": hours}

    # --- what products refine ----------------------------------------------------------------------------------------

    def check_device(self, entry: Entry) -> None:
        """Raises ValueError where the product cannot manage such a device."""

    def check_pull(self, entry: Entry) -> None:
        """Raises ValueError where the product would not read it now."""

    def tenant_named(self, name: str) -> str:
        """The tenant of that name; the only one where there is no choice. Raises ValueError."""
        if not name and len(self.tenants) == 1:
            return next(iter(self.tenants))
        if name not in self.tenants:
            raise ValueError(f"{self.product} has no account {name!r}; there are {', '.join(self.tenants)}")
        return name

    # --- the work ----------------------------------------------------------------------------------------------------

    def entry(self, name: str) -> Entry:
        """By the name in the inventory, the address or a UDI. Raises ValueError."""
        for entry in self.inventory.values():
            names = {entry.name, entry.access.address, *(map(str, entry.usage.units) if entry.usage else ())}
            if name in names:
                return entry
        raise ValueError(f"{name} is not in the inventory of {self.product}: add it first")

    async def job(self, entry: Entry, what: str, work: Callable[[Entry], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """Do it and note how it ended."""
        async with entry.turn:
            entry.job_time = self.now
            try:
                self.check_pull(entry)
                result = await work(entry)
            except ValueError as error:
                entry.job = f"{what}: {error}"
                raise
            entry.job = f"{what}: done"
            return {"device": entry.name, **result}

    async def each(
        self, entries: Sequence[Entry], what: str, work: Callable[[Entry], Awaitable[dict[str, Any]]]
    ) -> list[dict[str, Any] | ValueError]:
        """Do it with all of them; what it gave, or the error, which the inventory has too."""
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(entry: Entry) -> dict[str, Any] | ValueError:
            async with free:
                try:
                    return await self.job(entry, what, work)
                except ValueError as error:
                    return error

        return await asyncio.gather(*map(one, entries))

    async def pull(self, entry: Entry) -> dict[str, Any]:
        """Read a device and keep its reports. Raises PullError."""
        entry.usage = own_usage(await puller_for(self.site, entry.access).collect())
        instance = self._keep(entry, entry.usage)
        if self._waiting_for(entry):
            self.answered(instance)
        return {"udi": str(instance.udi), "reports": len(entry.usage.reports), "held": len(instance.waiting)}

    async def _ask_for_trust(self, entry: Entry) -> dict[str, Any]:
        usage = await puller_for(self.site, entry.access).trust(entry.usage)
        entry.usage = entry.usage or own_usage(usage)
        self._keep(entry, usage)
        return {"udi": str(usage.udi), "trust_requests": [str(udi) for udi in usage.trust_requests]}

    def _keep(self, entry: Entry, usage: Usage) -> Instance:
        named = usage if usage.hostname else replace(usage, hostname=entry.access.address)
        instance = self.holdings.take(named, tenant=entry.tenant, method=entry.access.method, now=self.now)
        self.taken(instance)
        return instance

    def _waiting_for(self, entry: Entry) -> Instance | None:
        """The product instance behind an entry, where an answer lies here for it."""
        instance = self.holdings.find(entry.usage.udi) if entry.usage else None
        return instance if instance and instance.undelivered else None

    async def push_answers(self, entry: Entry) -> dict[str, Any]:
        """Give a device what CSSM sent for it. Raises PullError."""
        instance = self._waiting_for(entry)
        if instance is None:
            return {"delivered": 0}
        answers = instance.undelivered
        await puller_for(self.site, entry.access).install(merged(answers))
        for answer in answers:
            answer.delivered = self.now
        instance.last_contact = self.now
        return {"udi": str(instance.udi), "delivered": len(answers)}

    def answered(self, instance: Instance) -> None:
        """What was pulled is answered by the same way: the device itself asks for nothing."""
        if instance.method != "push":
            self.soon("deliver", self._deliver_all)

    async def _deliver_all(self) -> None:
        waiting = [entry for entry in self.inventory.values() if self._waiting_for(entry)]
        await self.each(waiting, "deliver", self.push_answers)

    async def _scheduled(self) -> None:
        await self.each(list(self.inventory.values()), "collect", self.pull)
        self.soon("collect", self._scheduled, self._hours * _HOUR)
