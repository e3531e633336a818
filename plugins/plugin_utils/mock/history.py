# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened before a world begins: devices that have reported before, by a real exchange in the simulated past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from .clock import Clock
from .cssm import Cssm
from .device import MockDevice
from .fleet import Member
from .importer import import_document
from .pki import Pki
from .saver import save_usage

DAY = 86_400
_FILE = "bootflash:before.txt"


class HistoryClock(Clock):
    """A clock that begins ``days`` ago, and is advanced to the present."""

    def __init__(self, days: int) -> None:
        super().__init__()
        self._offset = -timedelta(days=days)


def first_clock(members: Iterable[Member]) -> HistoryClock:
    """The clock for :func:`live_through`: it begins when the first of the devices reported."""
    return HistoryClock(max((member.reported_days_ago for member in members), default=0))


def live_through(members: Iterable[Member], clock: HistoryClock, cssm: Cssm, pki: Pki) -> Iterator[MockDevice]:
    """Make the devices, from the one that reported first to those that never did; it is then the present."""
    ordered = sorted(members, key=lambda member: member.reported_days_ago, reverse=True)
    today = ordered[0].reported_days_ago if ordered else 0
    for member in ordered:
        clock.advance((today - member.reported_days_ago) * DAY)
        today = member.reported_days_ago
        device = MockDevice(member.spec, clock, pki)
        if today:
            _report(device, cssm)
        yield device
    clock.advance(today * DAY)


def _report(device: MockDevice, cssm: Cssm) -> None:
    """Save, submit, import: as far as the device has anything to report."""
    agent, spec = device.agent, device.spec
    if save_usage(agent, device.flash, _FILE, device.hostname, scope="all"):
        return
    document = device.flash.read(_FILE)
    device.flash.delete(_FILE)
    import_document(agent, cssm.acknowledge(spec.smart_account, spec.virtual_account, agent.udis[0], document))
