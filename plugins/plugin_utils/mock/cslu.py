# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mock CSLU (cli.md 5.1, 5.2, 5.7, 5.8): devices push to it or it pulls them; it reports to CSSM, or writes files.

Actions, as its window has them: ``add_device``, ``remove_device``, ``collect``, ``deliver``, ``trust_code``,
``set_schedule``, ``set_connectivity`` (the switch "Cisco Connectivity"), ``report`` (to CSSM, now),
``download_for_cisco`` and ``upload_from_cisco``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import wire
from .arguments import arguments_of, truth
from .collector import Action, Tenant
from .cssm_client import CssmError
from .exchange import FileExchange
from .pi_door import CSLU_PATH, PiDoor
from .site import Site
from .targets import CsluSpec

PORT = 8182
_ACCOUNT = "CSLU"
"""CSLU has one account and no tenant in its URL."""


class Cslu(FileExchange):
    """One CSLU."""

    product = "CSLU"

    def __init__(self, spec: CsluSpec, site: Site) -> None:
        super().__init__(spec, site, [Tenant(_ACCOUNT, spec.smart_account, spec.virtual_account)])
        self.version = spec.version
        self._connected = spec.connected
        self._door = PiDoor(self.name, site, self._answer, names=(self.hostname,))

    @property
    def connected(self) -> bool:
        return self._connected

    async def serve(self, host: str = "127.0.0.1") -> None:
        """HTTP, and HTTPS on the same port for zero touch: a device without an address tries that (cli.md 1.1)."""
        address = await self._door.listen(host)
        self.site.names.publish(self.hostname, PORT, address)

    async def close(self) -> None:
        await self.end()
        self.site.names.withdraw(self.hostname, PORT)
        await self._door.close()

    def facts(self) -> dict[str, Any]:
        account = self.tenants[_ACCOUNT]
        return {
            "version": self.version,
            "cslu_url": f"http://{self.hostname}:{PORT}{CSLU_PATH}",
            "address": list(self._door.address),
            "smart_account": account.smart_account,
            "virtual_account": account.virtual_account,
        }

    def state(self) -> dict[str, Any]:
        return {**super().state(), "version": self.version}

    def actions(self) -> Mapping[str, Action]:
        return {
            **super().actions(),
            "set_connectivity": self._set_connectivity,
            "report": self._report,
            "download_for_cisco": self.download_for_cisco,
            "upload_from_cisco": self.upload_from_cisco,
        }

    def _answer(self, request: wire.Request, tenant: str) -> wire.Reply | None:
        return None if tenant else self.answer(request, _ACCOUNT)

    async def _set_connectivity(self, given: Mapping[str, Any]) -> dict[str, Any]:
        wanted = truth(arguments_of(given, "connected")["connected"])
        self._connected = wanted
        if wanted:
            self.resume()
        else:
            self.drop_event("report")
            self.drop_event("poll")
        return {"connected": wanted}

    async def _report(self, given: Mapping[str, Any]) -> dict[str, Any]:
        arguments_of(given)
        if not self._connected:
            raise CssmError("Cisco Connectivity is switched off: download the files for Cisco, or switch it on")
        return (await self.report(_ACCOUNT)).as_dict()

    async def download_for_cisco(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """ "Download All for Cisco". Only what is not connected has files to carry."""
        if self._connected:
            raise ValueError("Cisco Connectivity is on: CSLU reports by itself, there is nothing to download")
        return await self.download([_ACCOUNT], given)

    async def upload_from_cisco(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """ "Upload From Cisco"."""
        return await self.upload(given)
