# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mock CSSM with a client of its own, and reports to hand it: tools of the test_world_*.py files."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import aiohttp
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.clock import Clock
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm import Cssm, CssmOptions
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm_accounts import Accounts
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm_api import SOFTWARE_APIS, SWAPI
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.faults import Faults
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import Pki
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import ImportDocument, Udi, read_import

PKI = Pki.create()
ACCOUNTS = [("example.com", "Campus"), ("example.com", "Branch offices"), ("lab.example.com", "Lab")]
WLC1, WLC2 = Udi("C9800-CL-K9", "9SIM0000001"), Udi("C9800-40-K9", "TTM0000A001")
STANDBY = Udi("C9800-40-K9", "TTM0000A002")
TAG = "regid.2017-08.com.cisco.AIR-DNA-A,1.0_sim"
SOFTWARE = "regid.2018-05.com.cisco.WLC_SIM,1.0_sim"
NOW_MS = 1_790_000_000_000
SUBMIT = {"swapi": f"{SWAPI}/v2/devices/reportusage", "software_apis": f"{SOFTWARE_APIS}/licensing/v2/report-usage"}
LEGACY = f"{SOFTWARE_APIS}/licensing/v2/report-usage-legacy"
POLL = {"swapi": f"{SWAPI}/v2/accounts/poll", "software_apis": f"{SOFTWARE_APIS}/licensing/v2/poll"}


class Reply(NamedTuple):
    status: int
    body: Any
    headers: Any


def payload(udi: Udi, report_id: int, *, count: int = 3, standby: Udi | None = None, dialect: int = 2) -> str:
    identification: dict[str, Any] = {"asset": {"name": SOFTWARE}, "instance": {"sudi": udi.sudi}}
    meta: dict[str, Any] = {"entitlement_tag": TAG, "ha_udi": [{"role": "Active", "sudi": udi.sudi}]}
    if standby:
        meta["ha_udi"].append({"role": "Standby", "sudi": standby.sudi})
    data: dict[str, Any] = {"version": "2.0"} if dialect == 2 else {}
    (identification if dialect == 2 else meta)["report_id"] = report_id
    measurement = {"metric_name": "ENTITLEMENT", "value": {"type": "COUNT", "value": str(count)}}
    data |= {"asset_identification": identification, "meta": meta, "measurements": [measurement]}
    return json.dumps(data, separators=(",", ":"))


def usage(udi: Udi, report_id: int, *, pki: Pki = PKI, text: str | None = None, **options: Any) -> dict[str, Any]:
    """A signed report as in a request body; ``text`` replaces the payload."""
    signed = payload(udi, report_id, **options) if text is None else text
    key, value = pki.device_sign(signed.encode())
    return {"payload": signed, "signature": {"sudi": udi.sudi, "signing_type": "slp-sim", "key": key, "value": value}}


def entry(udi: Udi, *report_ids: int, trust: Sequence[Udi] = (), **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"sudi": udi.sudi, "usage": [usage(udi, number, **options) for number in report_ids]}
    if trust:
        found["trust_requests"] = [base64.b64encode(trust_element(unit)).decode() for unit in trust]
    return found


def trust_element(udi: Udi) -> bytes:
    request = json.dumps({"sudi": udi.sudi, "nonce": "n"})
    return f"<SmartLicenseTrustRequest><![CDATA[{request}]]></SmartLicenseTrustRequest>".encode()


def body(*entries: dict[str, Any], nonce: str = "nonce-1") -> dict[str, Any]:
    return {"data": {"timestamp": NOW_MS, "nonce": nonce, "reports": list(entries)}}


class Portal:
    """A running mock CSSM. ``check`` sees every reply; ``profile`` is which API generation is spoken."""

    def __init__(self, profile: str = "swapi", check: Callable[[str, str, Reply], None] | None = None, **options: Any):
        self.profile = profile
        self.clock = Clock()
        self.faults = Faults()
        self.cssm = Cssm(PKI, self.clock, Accounts(ACCOUNTS), self.faults, CssmOptions().updated(options))
        self._check = check
        self._loop = asyncio.new_event_loop()
        self._token = ""

    def __enter__(self) -> Portal:
        async def start() -> aiohttp.ClientSession:
            await self.cssm.serve()
            context = ssl.create_default_context(cadata=PKI.ca_pem)
            return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context))

        self._session = self._loop.run_until_complete(start())
        self._token = self.token()["access_token"]
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run_until_complete(self._session.close())
        self._loop.run_until_complete(self.cssm.close())
        self._loop.close()

    def token(self, **changes: str) -> dict[str, Any]:
        return self.grant(**changes).body

    def grant(self, path: str = "/oauth2/default/v1/token", **changes: str) -> Reply:
        known = self.cssm.credentials
        form = {"client_id": known.client_id, "client_secret": known.client_secret, "grant_type": "client_credentials"}
        return self.request("POST", path, data=form | changes, headers={"Authorization": ""})

    def request(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, timeout: float = 10, **options: Any
    ) -> Reply:
        """One request with good headers; a header given as an empty string is left out."""
        sent = {
            "Authorization": f"Bearer {self._token}",
            "X-CSW-SMART-ACCOUNT-ID": "100001",
            "X-CSW-VIRTUAL-ACCOUNT-ID": "700002",
            "X-CSW-REQUESTING-SYSTEM": '{"display_name":"test"}',
        }
        if "data" not in options:
            sent["Content-Type"] = "application/json"
        sent = {name: value for name, value in {**sent, **(headers or {})}.items() if value}

        async def talk() -> Reply:
            limit = aiohttp.ClientTimeout(total=timeout)
            url = self.cssm.url + path
            async with self._session.request(method, url, headers=sent, timeout=limit, **options) as response:
                raw = await response.read()
                parsed = json.loads(raw) if response.content_type == "application/json" and raw else raw
                return Reply(response.status, parsed, response.headers)

        reply = self._loop.run_until_complete(talk())
        if self._check:
            self._check(method, path, reply)
        return reply

    def tasks(self, until: int | None = None) -> int:
        """How many tasks there are; with ``until``, at the moment when they are no more than that, or after 5 s."""

        async def count() -> int:
            for _unused in range(100):
                found = len(asyncio.all_tasks()) - 1
                if until is None or found <= until:
                    break
                await asyncio.sleep(0.05)
            return found

        return self._loop.run_until_complete(count())

    def submit(self, *entries: dict[str, Any], **options: Any) -> Reply:
        return self.request("POST", SUBMIT[self.profile], json=body(*entries), **options)

    def poll(self, poll_id: int | str, **options: Any) -> Reply:
        data = {"timestamp": NOW_MS, "nonce": "nonce-2", "poll_id": int(poll_id), "action": "acknowledgements"}
        return self.request("POST", POLL[self.profile], json={"data": data}, **options)

    def documents(self, poll_id: int | str) -> dict[Udi, ImportDocument]:
        """The ACKs of a ticket, their signatures verified."""
        self.clock.advance(3600)
        self._token = self.token()["access_token"]
        reply = self.poll(poll_id)
        assert reply.body["status"] == "COMPLETE", reply
        key = "acknowledgements" if self.profile == "swapi" else "license_data"
        return {
            Udi.from_sudi(item["sudi"]): read_import(base64.b64decode(item["smart_license"]), PKI.cssm_verify)
            for item in reply.body["data"][key]
        }

    def acknowledged(self, poll_id: int | str) -> dict[Udi, list[int]]:
        return {udi: sorted(ack.report_id for ack in doc.acks) for udi, doc in self.documents(poll_id).items()}
