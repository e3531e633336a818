# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a simulated collector reads a device and gives it an ACK, by NETCONF, RESTCONF or the native REST service.

Native REST is documented (apis.md 2). How Cisco's collectors get report bodies by the data models is not published
(yang.md 12): the RPC that saves a file, with the file carried over SSH, is SIMULATED. So is what happens on releases
whose models have no such RPC: the same command at the command line.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from xml.sax.saxutils import escape
from zlib import crc32

with suppress(ImportError):  # __main__ names the requirements file
    import aiohttp
    import asyncssh

from . import pull_words
from .carrier import Carrier, CarrierError
from .cssm_client import http_session
from .holdings import Usage, read_document
from .netconf_client import NetconfClient, NetconfError, netconf_session
from .simdoc import SignedReport, Udi, read_report, trust_request
from .simxml import DocumentError
from .site import Site

NETCONF, RESTCONF, REST = "netconf", "restconf", "rest"
METHODS = (NETCONF, RESTCONF, REST)
NETCONF_PORT, HTTPS_PORT = 830, 443
LICENSING = "http://cisco.com/ns/yang/cisco-smart-license"
YANG_JSON = "application/yang-data+json"
_NOTHING = ("notfound", "requesteditemnotfound")


class PullError(ValueError):
    """A device could not be read or written; one line says what is missing there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to log in to a device. ``address``: its name in the world; ``collector``: who logs in."""

    address: str
    username: str
    password: str = field(repr=False)
    method: str = NETCONF
    collector: str = ""

    def file(self, what: str) -> str:
        """Where a collector puts a file on the device: the next one takes the place of one that was left behind."""
        return f"bootflash:slp-{what}-{crc32(self.collector.encode()):08x}.txt"


class Puller(Protocol):
    """One device. All raise PullError."""

    async def collect(self) -> Usage:
        """Close and read its reports."""

    async def trust(self, known: Usage | None) -> Usage:
        """A trust-code request for each of its units. ``known``: what was collected before."""

    async def install(self, document: bytes) -> None:
        """Import what CSSM sent."""


def puller_for(site: Site, access: Access) -> Puller:
    """Raises PullError for an unknown method."""
    match access.method:
        case "netconf":
            return NetconfPuller(site, access)
        case "restconf":
            return RestconfPuller(site, access)
        case "rest":
            return RestPuller(site, access)
    raise PullError(f"connect method {access.method!r} is none of {', '.join(METHODS)}")


class ModelPuller:
    """What NETCONF and RESTCONF share: RPCs that work on files, and the files over SSH."""

    def __init__(self, site: Site, access: Access) -> None:
        self._site = site
        self._access = access
        self._carrier = Carrier(site, access.address, access.username, access.password)

    async def collect(self) -> Usage:
        udi = await self._udi()
        path = self._access.file("usage")
        code = await self._save("rum-save-usage-all", path, f"license smart save usage all file {path}")
        if code in _NOTHING:
            if udi is None:
                raise PullError(f"{self._access.address} has nothing to report")
            return Usage(udi=udi, units=(udi,))
        self._check(code, "rum-save-usage-all")
        return await self._carried(path)

    async def trust(self, known: Usage | None) -> Usage:
        del known
        path = self._access.file("trust")
        self._check(
            await self._save("trust-request-save", path, f"license smart save trust-request {path}"),
            "trust-request-save",
        )
        return await self._carried(path)

    async def install(self, document: bytes) -> None:
        path = self._access.file("ack")
        try:
            await self._carrier.put(path, document)
        except CarrierError as error:
            await self._install_without_file(document, error)
            with suppress(CarrierError):  # what came of it may lie there
                await self._carrier.delete(path)
            return
        self._check(await self._save("import-file", path, f"license smart import {path}"), "import-file")
        await self._carried_away(path)

    async def _install_without_file(self, document: bytes, why: CarrierError) -> None:
        """By native REST, which carries the document itself, where the device has it."""
        try:
            await RestPuller(self._site, self._access).install(document)
        except PullError as error:
            raise PullError(f"{why}; nor can it be given by HTTPS: {error}") from error

    async def _carried_away(self, path: str) -> None:
        try:
            await self._carrier.delete(path)
        except CarrierError as error:
            raise PullError(str(error)) from error

    async def _carried(self, path: str) -> Usage:
        try:
            data = await self._carrier.get(path)
            await self._carrier.delete(path)
            return read_document(data)
        except CarrierError as error:
            raise PullError(str(error)) from error
        except DocumentError as error:
            raise PullError(pull_words.unreadable(self._access.address, "SSH", error)) from error

    async def _save(self, rpc: str, path: str, line: str) -> str:
        """The RPC's return code; on a release without the RPC, that of the command."""
        code = await self._rpc(rpc, path)
        if code is not None:
            return code
        try:
            printed = (await self._carrier.command(line)).strip()
        except CarrierError as error:
            raise PullError(str(error)) from error
        if not printed or "Successful" in printed:
            return "success"
        return "notfound" if "not found" in printed else printed

    def _check(self, code: str, rpc: str) -> None:
        if code != "success":
            raise PullError(pull_words.code(self._access.address, rpc, code))

    async def _udi(self) -> Udi | None:
        """From the operational state; None where the release has no such model."""
        raise NotImplementedError

    async def _rpc(self, name: str, path: str) -> str | None:
        """Return code of an RPC whose one argument is a file; None where the release does not know it."""
        raise NotImplementedError


class NetconfPuller(ModelPuller):
    """``netconf-yang``: TCP 830."""

    async def _udi(self) -> Udi | None:
        filter_ = f'<filter type="subtree"><licensing xmlns="{LICENSING}"><state/></licensing></filter>'
        async with self._session() as session:
            reply = await session.rpc(f"<get>{filter_}</get>")
        udi = reply.find(f".//{{{LICENSING}}}state-info/{{{LICENSING}}}udi")
        pid, serial = (udi.findtext(f"{{{LICENSING}}}{leaf}") if udi is not None else "" for leaf in ("pid", "sn"))
        return Udi(pid, serial) if pid and serial else None

    async def _rpc(self, name: str, path: str) -> str | None:
        operation = f'<{name} xmlns="{LICENSING}"><file-path>{escape(path)}</file-path></{name}>'
        async with self._session() as session:
            try:
                reply = await session.rpc(operation)
            except NetconfError as error:
                if error.tag in ("unknown-element", "operation-not-supported", "unknown-namespace"):
                    return None
                raise
        return (reply.findtext(f"{{{LICENSING}}}return-code") or "").strip()

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[NetconfClient]:
        name, user, seconds = self._access.address, self._access.username, self._site.cssm.options.device_timeout
        try:
            host, port = address_of(self._site, name, NETCONF_PORT)
            async with netconf_session(host, port, user, self._access.password, seconds) as session:
                yield session
        except ConnectionRefusedError:
            raise PullError(pull_words.refused(name, NETCONF_PORT)) from None
        except asyncssh.PermissionDenied:
            raise PullError(pull_words.login(name, user, "on TCP 830")) from None
        except TimeoutError:
            raise PullError(pull_words.silent(name, "NETCONF", seconds)) from None
        except NetconfError as error:
            if error.tag == "access-denied":
                raise PullError(pull_words.forbidden(name, user, "by NETCONF")) from error
            if not error.tag:
                raise PullError(pull_words.unreadable(name, "NETCONF", error)) from error
            raise PullError(pull_words.code(name, "by NETCONF", str(error))) from error
        except (OSError, EOFError, asyncssh.Error) as error:
            raise PullError(pull_words.broken(name, "NETCONF", error)) from error


class Https:
    """HTTP requests to a device, with errors that say what is missing there."""

    def __init__(self, site: Site, access: Access) -> None:
        self._site = site
        self._access = access

    async def call(
        self, method: str, path: str, *, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, bytes]:
        """Status and body. Raises PullError, also for 401 and 403."""
        name, user = self._access.address, self._access.username
        if not self._site.names.knows(name):
            raise PullError(f"{name} cannot be resolved")
        auth, seconds = aiohttp.BasicAuth(user, self._access.password), self._site.cssm.options.device_timeout
        headers = {"Accept": kind, "Content-Type": kind}
        try:
            async with (
                http_session(self._site, verify=False, seconds=seconds) as session,
                session.request(method, f"https://{name}{path}", data=body, headers=headers, auth=auth) as response,
            ):
                status, data = response.status, await response.read()
        except aiohttp.ClientConnectorError as error:
            raise PullError(pull_words.refused(name, HTTPS_PORT)) from error
        except TimeoutError:
            raise PullError(pull_words.silent(name, "HTTPS", seconds)) from None
        except (aiohttp.ClientError, OSError) as error:
            raise PullError(pull_words.broken(name, "HTTPS", error)) from error
        if status == 401:
            raise PullError(pull_words.login(name, user, "(401)"))
        if status == 403:
            raise PullError(pull_words.forbidden(name, user, "(403)"))
        return status, data


class RestconfPuller(ModelPuller):
    """``restconf``: TCP 443."""

    def __init__(self, site: Site, access: Access) -> None:
        super().__init__(site, access)
        self._https = Https(site, access)

    async def _udi(self) -> Udi | None:
        status, data = await self._call("GET", "/restconf/data/cisco-smart-license:licensing/state/state-info/udi")
        if status != 200:
            return None
        found = self._member(data, "cisco-smart-license:udi")
        return Udi(str(found["pid"]), str(found["sn"])) if {"pid", "sn"} <= set(found) else None

    async def _rpc(self, name: str, path: str) -> str | None:
        body = json.dumps({"cisco-smart-license:input": {"file-path": path}}).encode()
        status, data = await self._call("POST", f"/restconf/operations/cisco-smart-license:{name}", body)
        if status in (400, 404, 405):
            return None
        if status != 200:
            raise PullError(pull_words.status(self._access.address, name, status, data))
        return str(self._member(data, "cisco-smart-license:output").get("return-code", ""))

    def _member(self, data: bytes, name: str) -> dict[str, Any]:
        try:
            found = json.loads(data)[name]
        except (ValueError, KeyError, TypeError) as error:
            raise PullError(pull_words.unreadable(self._access.address, "RESTCONF", repr(error))) from error
        return found if isinstance(found, dict) else {}

    async def _call(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        status, _unused = await self._https.call("GET", "/restconf/data", kind=YANG_JSON)
        if status == 404:
            raise PullError(pull_words.no_restconf(self._access.address))
        return await self._https.call(method, path, body=body, kind=YANG_JSON)


class RestPuller:
    """The native REST service, ``/smartlic-service``: TCP 443."""

    def __init__(self, site: Site, access: Access) -> None:
        self._site = site
        self._access = access
        self._https = Https(site, access)

    async def collect(self) -> Usage:
        await self._call("POST", "/close-reports")
        data = await self._call("GET", "/all-reports")
        try:
            reports = tuple(read_report(item) for item in json.loads(data or b"{}").get("usage", ()))
            units = tuple(dict.fromkeys(unit for report in reports for unit in _units_in(report)))
            tag = _software_tag(reports[-1]) if reports else ""
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            raise PullError(pull_words.unreadable(self._access.address, "HTTPS", error)) from error
        if not reports:
            raise PullError(f"{self._access.address} has nothing to report")
        return Usage(udi=units[0], units=units, software_tag=tag, reports=reports)

    async def trust(self, known: Usage | None) -> Usage:
        """The service has no call for it: the collector asks CSSM in the device's name, by its UDIs (SIMULATED)."""
        usage = known or await self.collect()
        requests = {udi: trust_request(udi, secrets.token_hex(8)) for udi in usage.units}
        return replace(usage, reports=(), trust_requests=requests)

    async def install(self, document: bytes) -> None:
        data = await self._call("POST", "/import", document, "application/xml")
        if b"fail" in data.lower():
            raise PullError(f"{self._access.address} refused the import: {data.decode(errors='replace').strip()[:200]}")

    async def _call(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> bytes:
        status, data = await self._https.call(method, f"/smartlic-service{path}", body=body, kind=kind)
        if status >= 400:
            raise PullError(pull_words.status(self._access.address, f"/smartlic-service{path}", status, data))
        return data


def address_of(site: Site, name: str, port: int) -> tuple[str, int]:
    """Where a device's port is. Raises PullError: unknown name; ConnectionRefusedError: nobody listens."""
    if not site.names.knows(name):
        raise PullError(f"{name} cannot be resolved")
    found = site.names.find(name, port)
    if found is None:
        raise ConnectionRefusedError(name)
    return found


def _units_in(report: SignedReport) -> tuple[Udi, ...]:
    """Who signed, and the members of its pair."""
    meta: Mapping[str, Any] = json.loads(report.payload).get("meta", {})
    return (report.udi, *(Udi.from_sudi(unit.get("sudi")) for unit in meta.get("ha_udi", ())))


def _software_tag(report: SignedReport) -> str:
    return str(json.loads(report.payload)["asset_identification"]["asset"]["name"])
