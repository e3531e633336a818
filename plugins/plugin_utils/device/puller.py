# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the methods of collecting without a command line have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import RumFile
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import LicenseState
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import ClosedReport
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.archive import Archive
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.files import told, write_file
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.folder import PiFolder
from ansible_collections.c9800.slp.plugins.plugin_utils.archive.model import UsageEntry

from .collect import CollectResult, Scope, recent_usage, told_recent
from .doors import Doors
from .driver import Transfer
from .gather import refuse_foreign
from .model_driver import ModelDriver
from .other_collector import refuse_other_collector
from .take import all_facts, check_owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be collected, and how. See ``collect``."""

    scope: Scope = "all"
    days: int | None = None
    rum_id: int | None = None
    filesystem: str | None = None
    transfer: Transfer = "auto"
    keep: bool = False
    max_age: float = 0.0
    take_over: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


class Puller:
    """What both methods have in common: whose device it is, and how octets get into the archive."""

    def __init__(self, doors: Doors, archive: Archive, order: Order) -> None:
        self.doors = doors
        self.archive = archive
        self.order = order

    def begin(self, state: LicenseState, closed: tuple[ClosedReport, ...]) -> PiFolder:
        refuse_foreign(state, self.doors.host)
        folder = self.archive.pi(state.udi)
        if not self.order.take_over:
            ours = {report.report_id for report in closed} if Asked(folder) else folder.state().reports
            refuse_other_collector(state, closed, ours, host=self.doors.host)
        return folder

    def keep(
        self, folder: PiFolder, state: LicenseState, data: bytes, rum: RumFile, path: str | None = None
    ) -> tuple[UsageEntry, tuple[int, ...], bool]:
        """Into the archive; the new reports, and whether the archive lacked the file."""
        check_owner(state, rum)
        known = folder.state()
        facts = all_facts(self.doors.host, state, self.order.facts, device_path=path)
        usage = folder.add_usage(data, rum, name=rum.name, facts=facts)
        return (
            usage,
            tuple(number for number in usage.report_ids if number not in known.reports),
            known.usage(rum.sha256) is None,
        )

    def recent(self, result: CollectResult, folder: PiFolder) -> CollectResult | None:
        """The result where the archive's file is young enough."""
        recent = recent_usage(self.archive, folder, self.order.max_age)
        return replace(result, **told_recent(recent)) if recent else None


class Asked:
    """Whether reports were asked for that have not arrived, as when a run was killed or its session broke.

    The device calls them asked for, which would otherwise be the work of another collector. The folder is locked.
    """

    def __init__(self, folder: PiFolder) -> None:
        self._path = folder.path / "asked"

    def __bool__(self) -> bool:
        return self._path.exists()

    def begin(self) -> None:
        """Before the device is asked."""
        write_file(self._path, b"")

    def end(self) -> None:
        """Once everything has arrived, or there was nothing."""
        with told("remove the file", self._path):
            self._path.unlink(missing_ok=True)


def blank(state: LicenseState) -> CollectResult:
    """The result where there is nothing to save; others are made of it."""
    return CollectResult(
        udi=state.udi, state=state, outcome="nothing", message="there is nothing to save", changed=False
    )


def would_collect(result: CollectResult) -> CollectResult:
    """In check mode."""
    return replace(result, outcome="would_collect", message="would save, fetch and archive its usage", changed=True)


def closed_reports(driver: ModelDriver) -> tuple[ClosedReport, ...]:
    """What the model shows of reports."""
    return yang.closed_reports(driver.read(yang.requests.read_reports()))
