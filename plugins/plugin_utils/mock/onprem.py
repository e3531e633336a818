# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mock SSM On-Prem (cli.md 5.11-5.13): local accounts as tenants, push and pull, synchronisation online or by file.

Actions, as its screens have them: ``create_account``, ``synchronize_account`` (the Synchronization widget),
``synchronize_usage`` ("Synchronize now with Cisco"), ``set_usage_schedule``, ``set_nat_support``, ``add_device``,
``remove_device``, ``collect``, ``deliver``, ``trust_code``, ``set_schedule``; without a connection ``export_account``,
``import_account``, ``export_usage``, ``import_ack``. ``authorize_account`` is no screen of On-Prem: it stands for the
page of CSSM to which the account file is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

with suppress(ImportError):  # __main__ names the requirements file
    from aiohttp import web

from . import wire
from .account_file import read_authorization, read_request, write_authorization, write_request
from .arguments import arguments_of, hours_of, truth
from .collector import Action, Tenant
from .cssm_client import CssmClient, CssmError
from .exchange import FileExchange, file_result, read_file
from .httpserver import HttpServer
from .onprem_api import OnPremApi
from .pi_door import CSLU_PATH, add_pi_routes
from .pulling import Entry
from .site import Site
from .targets import OnPremSpec

HTTPS_PORT, HTTP_PORT, API_PORT = 443, 80, 8443
FIRST_VERSION, FIRST_PROXY_VERSION = (8, 202102), (8, 202108)
"""Reports by policy at all, and usage synchronisation through a proxy (seed)."""
FIRST_RELEASE = (17, 3, 3)
_HOUR = 3600.0


class OnPrem(FileExchange):
    """One SSM On-Prem."""

    product = "SSM On-Prem"

    def __init__(self, spec: OnPremSpec, site: Site) -> None:
        super().__init__(spec, site, [_tenant(entry) for entry in spec.tenants])
        self.version = spec.version
        self.nat_support = spec.nat_support
        self._number = _numbers(spec.version)
        self._connected = spec.connected
        self._proxy = spec.proxy
        self._usage_hours = spec.schedule_hours
        self._asked: dict[str, str] = {}
        self._addresses: dict[int, tuple[str, int]] = {}
        self._server = HttpServer.of(site, self.name, names=(self.hostname,))
        add_pi_routes(self._server, self._answer)
        self._server.route("POST", "/SmartTransport", self._smart_transport)
        self._api_server = HttpServer.of(site, self.name, names=(self.hostname,), requests=self._server.requests)
        self.api = OnPremApi(self._api_server, self)

    @property
    def connected(self) -> bool:
        return self._connected

    # --- as a server -------------------------------------------------------------------------------------------------

    async def serve(self, host: str = "127.0.0.1") -> None:
        self._addresses = {
            HTTPS_PORT: await self._server.serve(host),
            HTTP_PORT: await self._server.serve(host, tls=False),
            API_PORT: await self._api_server.serve(host),
        }
        for port, address in self._addresses.items():
            self.site.names.publish(self.hostname, port, address)
        self._schedule_usage()

    async def close(self) -> None:
        await self.end()
        for port in self._addresses:
            self.site.names.withdraw(self.hostname, port)
        await self._server.close()
        await self._api_server.close()

    def facts(self) -> dict[str, Any]:
        address, port = self._addresses.get(API_PORT, ("", 0))
        return {
            "version": self.version,
            "tenant_urls": {name: self.tenant_url(name) for name in self.tenants},
            "api_url": f"https://{address}:{port}",
            **self.api.credentials(),
        }

    def state(self) -> dict[str, Any]:
        return {
            **super().state(),
            "version": self.version,
            "nat_support": self.nat_support,
            "usage_schedule_hours": self._usage_hours,
            "requests": list(self._server.requests),
        }

    def tenant_url(self, name: str) -> str:
        """What is configured on devices."""
        return f"https://{self.hostname}{CSLU_PATH}/{quote(name)}"

    def _answer(self, request: wire.Request, tenant: str) -> wire.Reply | None:
        return self.answer(request, tenant) if tenant in self.tenants else None

    async def _smart_transport(self, request: web.Request) -> web.Response:
        """The address of the older licensing: a device with policies gets an empty response from it (cli.md 6.1)."""
        await request.read()
        return web.Response(body=b"", content_type=wire.JSON_TYPE)

    def refusal(self, request: wire.Request) -> tuple[str, str] | None:
        if self._number < FIRST_VERSION:
            return "REPORTING_NOT_SUPPORTED", f"SSM On-Prem {self.version} does not know reporting by policy"
        # A device that keeps its version to itself is taken at its word.
        if request.release and _release(request.release) < FIRST_RELEASE:
            return "RELEASE_NOT_SUPPORTED", f"SSM On-Prem takes reports from 17.3.3, not from {request.release}"
        names = (request.hostname, *map(str, request.units))
        if not self.nat_support and any(self.site.behind_nat(name) for name in names if name):
            return "NAT_NOT_SUPPORTED", "the device sits behind NAT, and support of such devices is not enabled here"
        return None

    # --- actions -----------------------------------------------------------------------------------------------------

    def actions(self) -> Mapping[str, Action]:
        return {
            **super().actions(),
            "create_account": self._create_account,
            "synchronize_account": self._synchronize_account,
            "synchronize_usage": self._synchronize_usage,
            "set_usage_schedule": self._set_usage_schedule,
            "set_nat_support": self._set_nat_support,
            "export_account": self._export_account,
            "authorize_account": self._authorize_account,
            "import_account": self._import_account,
            "export_usage": self._export_usage,
            "import_ack": self.upload,
        }

    async def _create_account(self, given: Mapping[str, Any]) -> dict[str, Any]:
        values = arguments_of(given, "name", "smart_account", "virtual_account")
        if values["name"] in self.tenants:
            raise ValueError(f"there is a local account {values['name']} already")
        tenant = _tenant(values)
        self.tenants[tenant.name] = tenant
        return {"tenant": tenant.name, "cslu_tenant_url": self.tenant_url(tenant.name)}

    async def _synchronize_account(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Make a local account known to CSSM. A proxy has always done for that (seed)."""
        tenant = self._tenant_of(given)
        if not self._connected:
            raise CssmError("this SSM On-Prem exchanges files: export_account, then import_account")
        await self.client.account(tenant.smart_account, tenant.virtual_account)
        tenant.synchronized = True
        return {"tenant": tenant.name, "synchronized": True}

    async def _synchronize_usage(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Of one tenant, or of all."""
        name = arguments_of(given, tenant="")["tenant"]
        wanted = [self._synchronized(self.tenant_named(name))] if name else list(map(self._synchronized, self.tenants))
        self._check_usage_way()
        return {tenant: (await self.report(tenant)).as_dict() for tenant in wanted}

    async def _set_usage_schedule(self, given: Mapping[str, Any]) -> dict[str, Any]:
        hours = hours_of(arguments_of(given, "hours")["hours"])
        if hours:
            self._check_usage_way()
        self._usage_hours = hours
        self._schedule_usage()
        return {"hours": hours}

    async def _set_nat_support(self, given: Mapping[str, Any]) -> dict[str, Any]:
        self.nat_support = truth(arguments_of(given, "enabled")["enabled"])
        return {"nat_support": self.nat_support}

    async def _export_account(self, given: Mapping[str, Any]) -> dict[str, Any]:
        values = arguments_of(given, tenant="", path="")
        tenant = self.tenants[self.tenant_named(values["tenant"])]
        self._check_offline()
        self._asked[tenant.name], data = write_request(tenant)
        return file_result(str(values["path"]), f"{tenant.name}_request.json", data)

    async def _authorize_account(self, given: Mapping[str, Any]) -> dict[str, Any]:
        values = arguments_of(given, path="", content="", target="")
        request = read_request(read_file(values))
        # A person's browser, not On-Prem, reaches CSSM here: no proxy of ours is in between.
        await CssmClient(self.site, system="Browser").account(request.smart_account, request.virtual_account)
        data = write_authorization(request, self.site.pki.cssm_sign)
        return file_result(str(values["target"]), f"{request.tenant}_authorization.json", data)

    async def _import_account(self, given: Mapping[str, Any]) -> dict[str, Any]:
        values = arguments_of(given, path="", content="")
        self._check_offline()
        granted = read_authorization(read_file(values), self.site.pki.cssm_verify)
        tenant = self.tenants.get(granted.tenant)
        if tenant is None or self._asked.get(granted.tenant) != granted.nonce:
            raise ValueError(f"the file answers no request of this SSM On-Prem for {granted.tenant}")
        del self._asked[granted.tenant]
        tenant.synchronized = True
        return {"tenant": tenant.name, "synchronized": True}

    async def _export_usage(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """ "Export Usage to Cisco"."""
        values = arguments_of(given, path="", tenant="")
        self._check_offline()
        names = [self.tenant_named(values["tenant"])] if values["tenant"] else list(self.tenants)
        return await self.download(map(self._synchronized, names), {"path": values["path"]})

    # --- what it will not do -----------------------------------------------------------------------------------------

    def check_device(self, entry: Entry) -> None:
        self.check_pull(entry)

    def check_pull(self, entry: Entry) -> None:
        if self._number < FIRST_VERSION:
            raise ValueError(f"SSM On-Prem {self.version} does not know reporting by policy: it takes 8-202102")
        if self.site.behind_nat(entry.access.address):
            raise ValueError(
                f"{entry.access.address} sits behind NAT: SSM On-Prem cannot initiate the communication; "
                "let the device push, with NAT support enabled here"
            )

    def may_report(self, tenant: Tenant) -> bool:
        return tenant.synchronized and self._connected

    def taken(self, instance: Any) -> None:
        """Usage goes to CSSM on demand or by the schedule, not with each report."""

    def _tenant_of(self, given: Mapping[str, Any]) -> Tenant:
        return self.tenants[self.tenant_named(arguments_of(given, tenant="")["tenant"])]

    def _synchronized(self, name: str) -> str:
        if not self.tenants[name].synchronized:
            raise ValueError(f"the local account {name} is not synchronized with CSSM: that comes before its usage")
        return name

    def _check_usage_way(self) -> None:
        if self._number < FIRST_VERSION:
            raise ValueError(f"SSM On-Prem {self.version} does not know reporting by policy: it takes 8-202102")
        if not self._connected:
            raise CssmError("this SSM On-Prem exchanges files: export_usage, then import_ack")
        if self._proxy and self._number < FIRST_PROXY_VERSION:
            raise ValueError(f"usage goes through a proxy from 8-202108 only; this is {self.version}")

    def _check_offline(self) -> None:
        if self._connected:
            raise ValueError("this SSM On-Prem is connected to CSSM: it exchanges no files")

    def _schedule_usage(self) -> None:
        self.drop_event("synchronize")
        if self._usage_hours:
            self.soon("synchronize", self._synchronize_by_schedule, self._usage_hours * _HOUR)

    async def _synchronize_by_schedule(self) -> None:
        try:
            self._check_usage_way()
            self.resume()
        except ValueError as error:
            self.problem = str(error)
        self._schedule_usage()


def _tenant(entry: Mapping[str, Any]) -> Tenant:
    try:
        return Tenant(
            str(entry["name"]),
            str(entry["smart_account"]),
            str(entry["virtual_account"]),
            bool(entry.get("synchronized", False)),
        )
    except KeyError as error:
        raise ValueError(f"a local account of SSM On-Prem has no {error.args[0]}") from None


def _numbers(version: str) -> tuple[int, ...]:
    found = re.fullmatch(r"(\d+)-(\d{6})", version)
    if not found:
        raise ValueError(f"a version of SSM On-Prem looks like 8-202404, not {version!r}")
    return int(found[1]), int(found[2])


def _release(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])
