# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Licensing before Smart Licensing Using Policy (before 17.3.2a): what tells a tool to leave the device alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .render_license import Lines, heading, privacy, product, utility

if TYPE_CHECKING:
    from .device import MockDevice


def status(device: MockDevice) -> Lines:
    yield "Smart Licensing is ENABLED"
    yield ""
    yield from utility()
    yield from privacy(device)
    yield "Transport:"
    yield "  Type: Callhome"
    yield ""
    yield from _registration()
    yield "Export Authorization Key:"
    yield "  Features Authorized:"
    yield "    <none>"
    yield ""
    yield "Miscellaneous:"
    yield "  Custom Id: <empty>"
    yield ""


def everything(device: MockDevice) -> Lines:
    yield from heading("Smart Licensing Status")
    yield ""
    yield from status(device)
    yield from heading("License Usage")
    yield ""
    yield from usage(device)
    yield from product(device)


def summary(device: MockDevice) -> Lines:
    yield "Smart Licensing is ENABLED"
    yield ""
    yield from _registration()
    yield "License Usage:"
    yield "  License                 Entitlement Tag               Count Status"
    yield f"  {'-' * 77}"
    for licence in device.agent.licences if device.agent.aps else ():
        yield f"  {licence.name:<24}{f'({licence.short})':<28}{device.agent.aps:>7} EVAL MODE"


def usage(device: MockDevice) -> Lines:
    yield "License Authorization:"
    yield "  Status: EVAL MODE"
    yield ""
    for licence in device.agent.licences if device.agent.aps else ():
        yield f"{licence.name} ({licence.short}):"
        yield f"  Description: {licence.name}"
        yield f"  Count: {device.agent.aps}"
        yield "  Version: 1.0"
        yield "  Status: EVAL MODE"
        yield "  Export status: NOT RESTRICTED"
        yield ""


def _registration() -> Lines:
    yield "Registration:"
    yield "  Status: UNREGISTERED"
    yield "  Export-Controlled Functionality: NOT ALLOWED"
    yield ""
    yield "License Authorization:"
    yield "  Status: EVAL MODE"
    yield "  Evaluation Period Remaining: 89 days, 23 hours, 0 minutes, 0 seconds"
    yield ""
