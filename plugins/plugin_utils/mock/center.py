# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mock Catalyst Center (cli.md 5.9): inventory, sites, and licence reports that it fetches by NETCONF alone.

Actions: ``add_device``, ``remove_device``, ``assign_site``, ``report`` (ad hoc, also the answer's way back), and
``schedule``. The first ad hoc report settles the account of a device; from then on it is reported as often as the
policy demands. Nothing of this has a public API; its read calls are in center_api.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from .arguments import arguments_of
from .center_api import CenterApi
from .collector import Action, Tenant
from .holdings import Instance, State
from .httpserver import HttpServer
from .puller import NETCONF
from .pulling import Entry, PullCollector
from .simdoc import read_import
from .site import Site
from .targets import CenterSpec

PORT = 443
FIRST_VERSION = (2, 2, 2)
DEFAULT_DAYS = 90
"""Between reports, where the account has no policy of its own (formats.md 2.5)."""
_DAY = 86_400.0


@dataclass(slots=True)
class Managed:
    """What Catalyst Center knows of a device beside its inventory entry."""

    site: str = ""
    ad_hoc: float | None = None
    """When the first ad hoc report went to CSSM."""
    days: int = 0
    """Between scheduled reports; 0: none."""
    next_report: float | None = None


class Center(PullCollector):
    """One Catalyst Center."""

    product = "Catalyst Center"
    methods = (NETCONF,)

    def __init__(self, spec: CenterSpec, site: Site) -> None:
        self.default = Tenant(_key(spec), spec.smart_account, spec.virtual_account)
        super().__init__(spec, site, [self.default])
        self.version = spec.version
        self.managed: dict[str, Managed] = {}
        self._number = tuple(int(number) for number in re.findall(r"\d+", spec.version)[:3])
        self._address: tuple[str, int] = ("", 0)
        self._server = HttpServer.of(site, self.name, names=(self.hostname,))
        self.api = CenterApi(self._server, self)

    # --- as a server -------------------------------------------------------------------------------------------------

    async def serve(self, host: str = "127.0.0.1") -> None:
        self._address = await self._server.serve(host)
        self.site.names.publish(self.hostname, PORT, self._address)

    async def close(self) -> None:
        await self.end()
        self.site.names.withdraw(self.hostname, PORT)
        await self._server.close()

    def facts(self) -> dict[str, Any]:
        address, port = self._address
        return {"version": self.version, "api_url": f"https://{address}:{port}", **self.api.credentials()}

    def state(self) -> dict[str, Any]:
        found = super().state()
        for device in found["devices"]:
            managed = self.managed[device["name"]]
            device |= {
                "site": managed.site,
                "ad_hoc": managed.ad_hoc,
                "schedule_days": managed.days,
                "next_report": managed.next_report,
            }
        return {**found, "version": self.version, "requests": list(self._server.requests)}

    def uuid(self, entry: Entry) -> str:
        """How the API calls a device."""
        return str(uuid5(NAMESPACE_URL, f"sim:{self.name}:{entry.name}"))

    def instance(self, entry: Entry) -> Instance | None:
        return self.holdings.find(entry.usage.udi) if entry.usage else None

    # --- actions -----------------------------------------------------------------------------------------------------

    def actions(self) -> Mapping[str, Action]:
        inventory = super().actions()
        return {
            "add_device": self._add,
            "remove_device": self._remove,
            "deliver": inventory["deliver"],
            "assign_site": self._assign_site,
            "report": self._ad_hoc,
            "schedule": self._schedule,
        }

    async def _add(self, given: Mapping[str, Any]) -> dict[str, Any]:
        done = await super().actions()["add_device"](given)
        self.managed[done["device"]] = Managed()
        return done

    async def _remove(self, given: Mapping[str, Any]) -> dict[str, Any]:
        done = await super().actions()["remove_device"](given)
        del self.managed[done["device"]]
        self.drop_event(f"report {done['device']}")
        return done

    async def _assign_site(self, given: Mapping[str, Any]) -> dict[str, Any]:
        values = arguments_of(given, "device", "site")
        entry = self.entry(values["device"])
        self.managed[entry.name].site = str(values["site"])
        return {"device": entry.name, "site": values["site"]}

    async def _ad_hoc(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The first one decides to which account a device reports."""
        values = arguments_of(given, "device", smart_account="", virtual_account="")
        entry = self.entry(values["device"])
        self.check_pull(entry)
        tenant = self._account(entry, values)
        await self.client.account(tenant.smart_account, tenant.virtual_account)
        entry.tenant = tenant.name
        result = await self.job(entry, "report", self._report_device)
        managed = self.managed[entry.name]
        if managed.ad_hoc is None:
            managed.ad_hoc = self.now
            await self._plan(entry)
        return {**result, "smart_account": tenant.smart_account, "virtual_account": tenant.virtual_account}

    async def _schedule(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Turn scheduled reporting on; how often follows from the policy."""
        entry = self.entry(arguments_of(given, "device")["device"])
        managed = self.managed[entry.name]
        if managed.ad_hoc is None:
            raise ValueError(f"{entry.name} has had no ad hoc report yet: that comes first, and settles its account")
        await self._plan(entry)
        return {"device": entry.name, "days": managed.days, "next_report": managed.next_report}

    # --- what it will not do -----------------------------------------------------------------------------------------

    def check_device(self, entry: Entry) -> None:
        del entry
        if self._number < FIRST_VERSION:
            raise ValueError(f"Catalyst Center reports by policy from 2.2.2 on; this is {self.version}")

    def check_pull(self, entry: Entry) -> None:
        self.check_device(entry)
        if not self.managed[entry.name].site:
            raise ValueError(f"{entry.name} is not assigned to a site")

    def taken(self, instance: Instance) -> None:
        """What was fetched is reported at once, by who fetched it."""

    # --- the work ----------------------------------------------------------------------------------------------------

    async def _report_device(self, entry: Entry) -> dict[str, Any]:
        pulled = await self.pull(entry)
        outcome = await self.report(entry.tenant)
        return {**pulled, **outcome.as_dict()}

    def _account(self, entry: Entry, values: Mapping[str, Any]) -> Tenant:
        known = self.tenants[entry.tenant]
        smart = str(values["smart_account"] or known.smart_account)
        virtual = str(values["virtual_account"] or known.virtual_account)
        if self.managed[entry.name].ad_hoc is not None and (smart, virtual) != (
            known.smart_account,
            known.virtual_account,
        ):
            raise ValueError(
                f"{entry.name} reports to {known.smart_account} / {known.virtual_account} since its first ad hoc report"
            )
        tenant = Tenant(f"{smart} / {virtual}", smart, virtual)
        return self.tenants.setdefault(tenant.name, tenant)

    async def _plan(self, entry: Entry) -> None:
        """The next scheduled report, by the policy of the account."""
        managed = self.managed[entry.name]
        managed.days = await self._days(self.tenants[entry.tenant])
        managed.next_report = self.now + managed.days * _DAY
        what = f"report {entry.name}"
        self.drop_event(what)

        async def report() -> None:
            if self.inventory.get(entry.name) is entry:
                await self.each([entry], "scheduled report", self._report_device)
                await self._plan_again(entry)

        self.soon(what, report, managed.days * _DAY)

    async def _plan_again(self, entry: Entry) -> None:
        try:
            await self._plan(entry)
        except ValueError as error:  # CSSM cannot be asked: the policy is that of last time
            managed = self.managed[entry.name]
            entry.job = f"schedule: {error}"
            managed.next_report = self.now + managed.days * _DAY

    async def _days(self, tenant: Tenant) -> int:
        ids = await self.client.account(tenant.smart_account, tenant.virtual_account)
        document = await self.client.policy(ids)
        policy = read_import(document, self.site.pki.cssm_verify).policy if document else None
        classes = policy.classes if policy else {}
        return min((days.ongoing for days in classes.values() if days.ongoing), default=DEFAULT_DAYS)

    def last_upload(self, entry: Entry) -> float | None:
        """When reports of the device last went to CSSM and were acknowledged."""
        instance = self.instance(entry)
        done = (State.ACKNOWLEDGED,)
        if instance is None or not any(held.state in done for held in instance.reports.values()):
            return None
        return max((answer.received for answer in instance.answers if answer.acks), default=None)


def _key(spec: CenterSpec) -> str:
    return f"{spec.smart_account} / {spec.virtual_account}"
