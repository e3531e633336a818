# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the simulated device share: devices whose clock stands still, typed commands, ACKs to import."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from ansible_collections.c9800.slp.plugins.plugin_utils.mock.clock import Clock
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.grammar import Grammar, Match
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.pki import Pki
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import (
    AccountDocument,
    PolicyClass,
    PolicyDocument,
    ReportAck,
    Udi,
    read_usage,
    write_import,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.spec import DeviceSpec

PKI = Pki.create()
START = datetime(2026, 3, 2, 9, 14, 11, tzinfo=UTC)
RELEASES = ("17.3.2a", "17.3.4", "17.6.5", "17.7.1", "17.9.5", "17.10.1", "17.12.4", "17.13.1", "17.15.3", "17.18.1")
POLICY = PolicyDocument(
    "Lab Policy",
    {
        "subscription": PolicyClass(60, 45, 30),
        "perpetual": PolicyClass(120, 60, 30),
        "enforced": PolicyClass(0, 90, 90),
        "export": PolicyClass(0, 90, 90),
        "generic": PolicyClass(90, 365, 90),
    },
)
ACCOUNT = AccountDocument("Example Campus", "WLAN Lab", "1001", "2001")


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test's coroutine in a loop of its own."""

    @wraps(test)
    def run(**arguments: Any) -> None:
        asyncio.run(test(**arguments))

    return run


def make_device(**spec: Any) -> MockDevice:
    """A device on a clock of its own, which stands still at START."""
    spec = {"name": "wlc1", "serial": "9SIM0000001", **spec}
    return MockDevice(DeviceSpec(**spec), Clock(START), PKI)


class Console:
    """Types commands; a session without a shell. A line that the device does not take raises AssertionError."""

    username = "admin"
    privilege = 15

    def __init__(self, device: MockDevice) -> None:
        self.device = device
        self.grammar = Grammar(device.commands())
        self._modes: list[tuple[str, dict[str, str]]] = [("exec", {})]

    @property
    def mode(self) -> str:
        return self._modes[-1][0]

    @property
    def context(self) -> dict[str, str]:
        return self._modes[-1][1]

    def enter(self, mode: str, **context: str) -> None:
        self._modes.append((mode, context))

    def run(self, line: str) -> str:
        found = self.grammar.match(line, self.mode, self.privilege)
        assert isinstance(found, Match), f"{line}: {found}"
        reply = found.command.handler(self, found.args)
        assert reply is None or isinstance(reply, str)
        return reply or ""

    def knows(self, line: str) -> bool:
        return isinstance(self.grammar.match(line, self.mode, self.privilege), Match)

    def configure(self, *lines: str) -> None:
        """Type lines in configuration mode; a line may open a mode below, ``exit`` leaves it."""
        self.enter("config")
        for line in lines:
            if line == "exit":
                self._modes.pop()
            else:
                self.run(line)
        del self._modes[1:]


def saved(device: MockDevice, name: str = "rum.txt", scope: str = "all") -> list[int]:
    """Save usage; the report ids in the file."""
    assert Console(device).run(f"license smart save usage {scope} file bootflash:{name}").strip() == ""
    return [report_id(report.payload) for report in read_usage(device.flash.read(name)).reports]


def report_id(payload: str) -> int:
    data = json.loads(payload)
    return int(data["asset_identification"].get("report_id") or data["meta"]["report_id"])


def acknowledged(
    device: MockDevice,
    reports: Sequence[int],
    *,
    trust: bool = True,
    policy: PolicyDocument | None = POLICY,
    udi: Udi | None = None,
    status: str = "ACK",
) -> str:
    """Import what CSSM would answer; returns what the device prints."""
    udi = udi or device.units[0][1]
    codes = {unit: PKI.trust_code(str(unit)) for _unused, unit in device.units} if trust else {}
    document = write_import(
        PKI.cssm_sign,
        acks=[ReportAck(number, udi, status, transaction_id=77) for number in reports],
        policy=policy,
        trust=codes,
        account=ACCOUNT,
        now=device.clock.now(),
    )
    device.flash.write("ACK_rum.txt", document)
    return Console(device).run("license smart import bootflash:ACK_rum.txt").strip()
