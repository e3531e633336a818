# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collect by the device's own licensing service, like a CSLU that pulls by native REST (yang.md 12, apis.md 2)."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.c9800.slp.plugins.module_utils.slp import service
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    DeviceError,
    LoginError,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import RumFile, read_rum
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState, Unit
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import ClosedReport

from .collect import LOCK_TIMEOUT, CollectResult, told_archived
from .files import new_name
from .gather import gather
from .licensing_service import LicensingService, probed
from .methods import UnavailableError
from .model_controller import ModelController
from .puller import Asked, Puller, blank, closed_reports, would_collect


class ByService(Puller):
    """One pull by native REST."""

    def run(self, *, check: bool) -> CollectResult:
        if self.order.scope == "unreported":
            raise UnavailableError(
                "the native REST service does not tell which reports are unreported",
                host=self.doors.host,
                remedy="Set scope: all, which the archive sifts, or another method",
            )
        there = probed(self.doors)
        state = self._state()
        if state is None and check:
            raise DeviceError(
                "whose device this is, the native REST service tells only by its reports",
                host=self.doors.host,
                remedy="Run without check mode, or configure restconf beside it",
            )
        if state is not None:
            closed = self._closed()
            folder = self.begin(state, closed)
            if early := self.recent(blank(state), folder):
                return early
            if check:
                return would_collect(blank(state))
            with folder.locked(LOCK_TIMEOUT):
                asked = Asked(folder)
                asked.begin()
                result = self._pull(there, state)
                asked.end()
                return result
        return self._pull(there, None)

    def _pull(self, there: LicensingService, state: LicenseState | None) -> CollectResult:
        there.close_reports()
        order = self.order
        if order.scope == "rum_id":
            answer = there.report(order.rum_id or 0)
        else:
            answer = there.reports(days=order.days if order.scope == "days" else None)
        name = new_name("usage")
        data = service.document(answer, name=name) if answer.strip() else b""
        rum = read_rum(data, name=name) if data else None
        if rum is None or not rum.reports:
            if state is None:
                raise DeviceError(
                    "the device has no reports, and nothing else tells whose they would be",
                    host=self.doors.host,
                    remedy="Run again when licences are in use, or configure restconf beside the native REST service",
                )
            return blank(state)
        state = state or _state_of(rum, self.doors.host)
        folder = self.begin(state, ())
        with folder.locked(LOCK_TIMEOUT):
            usage, new, added = self.keep(folder, state, data, rum)
        message = told_archived(usage) if added else "the archive has these reports already"
        return replace(blank(state), outcome="collected", message=message, changed=added, usage=usage, new_reports=new)

    def _state(self) -> LicenseState | None:
        """By the task's own way in; None where the device serves the native service and no RESTCONF."""
        if self.doors.own == "cli":
            return gather(self.doors.cli())
        try:
            return ModelController(self.doors.model()).state()
        except LoginError:
            if self.doors.own == "netconf":
                raise
            return None

    def _closed(self) -> tuple[ClosedReport, ...]:
        return () if self.doors.own == "cli" else closed_reports(self.doors.model())


def identity(there: LicensingService) -> LicenseState | None:
    """Whose device it is, from its reports; None where it has none."""
    answer = there.reports()
    rum = service.read_reports(answer) if answer.strip() else None
    return _state_of(rum, there.host) if rum is not None and rum.reports else None


def _state_of(rum: RumFile, host: str) -> LicenseState:
    """What signed reports say of who made them."""
    report = rum.reports[-1]
    others = [(role.lower(), udi) for role, udi in report.ha if udi != report.udi]
    units = (Unit(udi=report.udi, role="active"), *(Unit(udi=udi, role=role or "member") for role, udi in others))
    return LicenseState(udi=report.udi, units=units, host=host)
