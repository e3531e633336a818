# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggering over a controller that is told what to show: once, with a look later, and never with a token in a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import Change, Configuration
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError, DeviceError, SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.state import Exchange, LicenseState, Transport, Trust
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import SMART_URL, find
from ansible_collections.c9800.slp.plugins.module_utils.slp.trigger import Mark
from ansible_collections.c9800.slp.plugins.plugin_utils.device import trust as trust_module
from ansible_collections.c9800.slp.plugins.plugin_utils.device.sync import look_at_sync, sync
from ansible_collections.c9800.slp.plugins.plugin_utils.device.trigger import Triggered
from ansible_collections.c9800.slp.plugins.plugin_utils.device.trust import install_trust, look_at_trust

from tests.unit.slp.test_messages import comm, failed
from tests.unit.slp.test_sync import dates
from tests.unit.slp.test_trust import direct
from tests.unit.topo.states import NOW, at, units

TOKEN = "canary-id-token%3D%0A"
ROW = find("direct_smart")
MINUTE = 1 / 1440


_DO: dict[str, Callable[[Any], Triggered]] = {
    "trust": lambda device: install_trust(device, ROW, token=TOKEN, check=True),
    "sync": lambda device: sync(device, ROW, check=True, force=True),
}


class _Clock:
    @staticmethod
    def now(_zone: Any) -> Any:
        return NOW


@pytest.fixture(autouse=True)
def _same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The states of these tests are of one day."""
    monkeypatch.setattr(trust_module, "datetime", _Clock)


@dataclass
class Fake:
    """Shows one state after the other, the last one for ever; with ``counters`` in a look that asks for more."""

    states: list[LicenseState]
    logs: list[tuple[str, ...]] = field(default_factory=lambda: [()])
    refused: Callable[[str], str] = lambda operation: ""
    error: SlpError | None = None
    sent: list[str] = field(default_factory=list)
    counters: tuple[Exchange, ...] | None = None
    shown: LicenseState | None = None
    host: str = "wlc1"
    way: str = "cli"
    user: str = "admin"

    def state(self, *extra: str) -> LicenseState:
        if extra and self.shown is not None:
            return replace(self.shown, communication=self.counters)
        self.shown = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return self.shown

    def log(self) -> tuple[str, ...]:
        return self.logs.pop(0) if len(self.logs) > 1 else self.logs[0]

    def trust(self, token: str, *, everywhere: bool, force: bool) -> None:
        self.sent.append(f"trust {token} {everywhere} {force}")
        if self.error:
            raise self.error

    def sync(self, *, everywhere: bool) -> None:
        self.sent.append(f"sync {everywhere}")

    def cannot(self, operation: str, *, value: Any = None) -> str:
        return self.refused(operation)

    def configuration(self) -> Configuration:
        raise AssertionError("nobody asked")

    def apply(self, change: Change) -> str:
        raise AssertionError("nobody asked")

    def save(self) -> None:
        raise AssertionError("nobody asked")


def no_sleep(pauses: list[float] | None = None) -> Callable[[float], None]:
    return (pauses if pauses is not None else []).append


def words(done: Triggered) -> str:
    return f"{done.as_dict()} {done.command}"


def test_trust_is_triggered_once_and_looked_at_later() -> None:
    before, after = direct(False, False), direct(True, True)
    device = Fake([before, before, after])
    asked = install_trust(device, ROW, token=TOKEN)
    assert (asked.outcome, asked.changed, asked.pending, asked.satisfied) == ("pending", True, True, False)
    assert asked.command == "license smart trust idtoken ******** all"
    since = Mark.from_dict(asked.as_dict()["since"])
    first = look_at_trust(device, ROW, since)
    assert (first.outcome, first.changed, first.pending) == ("pending", False, True)
    second = look_at_trust(device, ROW, since)
    assert (second.outcome, second.changed, second.pending, second.satisfied) == ("installed", False, False, True)
    assert second.as_dict()["trust"] == {"installed": 2, "udis": 2}
    assert device.sent == [f"trust {TOKEN} True False"]
    assert "canary" not in words(asked) + words(first) + words(second)


def test_trust_waits_in_steps_and_not_longer_than_asked() -> None:
    pauses: list[float] = []
    device = Fake([direct(False), direct(False), direct(False), direct(True)])
    done = install_trust(device, ROW, token=TOKEN, wait=60, poll=10, sleep=no_sleep(pauses))
    assert (done.outcome, done.changed, pauses) == ("installed", True, [10, 10])


def test_trust_that_does_not_come_in_time() -> None:
    with pytest.raises(DeviceError, match=r"0 of 1 UDIs have a trust code so far after 0.01 s\. Look at"):
        install_trust(Fake([direct(False)]), ROW, token=TOKEN, wait=0.01, poll=0.005)


def test_the_log_ends_the_wait() -> None:
    old = failed("The ID token has expired")
    device = Fake([direct(False)], logs=[(old,), (old,), (old, failed("A trust code already exists"))])
    with pytest.raises(DeviceError, match="already exists") as caught:
        install_trust(device, ROW, token=TOKEN, wait=60, sleep=no_sleep())
    assert "expired" not in str(caught.value)
    assert str(caught.value).startswith("wlc1: ")
    assert len(device.sent) == 1


@pytest.mark.parametrize("force", [False, True])
def test_check_mode_sends_nothing(force: bool) -> None:
    device = Fake([direct(force)])
    done = install_trust(device, ROW, token=TOKEN, force=force, check=True)
    assert (done.outcome, done.changed, device.sent) == ("would_install", True, [])
    assert done.command == f"license smart trust idtoken ******** local{' force' if force else ''}"


def test_a_new_standby_is_waited_for_and_not_asked_for() -> None:
    """seed, High Availability: trust synchronisation."""
    device = Fake([direct(True, False), direct(True, False), direct(True, True)])
    seen = install_trust(device, ROW, token=TOKEN)
    assert (seen.outcome, seen.changed, seen.pending, device.sent) == ("pending", False, True, [])
    assert seen.since is not None
    assert look_at_trust(device, ROW, seen.since).outcome == "installed"
    device = Fake([direct(True, False), direct(True, False), direct(True, True)])
    assert install_trust(device, ROW, wait=60, sleep=no_sleep()).outcome == "installed"


def test_trust_that_is_there_or_not_needed() -> None:
    for state, row, outcome in (
        (direct(True), ROW, "already"),
        (replace(direct(False), transport=Transport(type="off")), find("offline"), "not_needed"),
    ):
        device = Fake([state])
        done = install_trust(device, row, token=TOKEN)
        assert (done.outcome, done.changed, done.pending, done.since, device.sent) == (outcome, False, False, None, [])


@pytest.mark.parametrize("operation", ["trust", "sync"])
def test_a_way_that_cannot_says_so_before_anything_is_tried(operation: str) -> None:
    device = Fake(
        [direct(operation == "sync")], refused=lambda name: "no RPC" if name == operation else "", way="netconf"
    )
    with pytest.raises(DeviceError, match=r"cannot be done by netconf \(no RPC\)\. Set slp_fallback: cli"):
        _DO[operation](device)
    assert device.sent == []


def test_an_error_that_quotes_the_command_does_not_quote_the_token() -> None:
    error = CommandError(f"'license smart trust idtoken {TOKEN} local' failed", cause=f"% bad {TOKEN}", host="wlc1")
    with pytest.raises(CommandError) as caught:
        install_trust(Fake([direct(False)], error=error), ROW, token=TOKEN)
    assert "canary" not in f"{caught.value} {caught.value.args}"
    assert "% bad ********" in str(caught.value)


def test_a_report_and_its_ack() -> None:
    states = [direct(True, reporting=dates(*when)) for when in ((), (MINUTE,), (MINUTE, 0))]
    device = Fake(list(states))
    told = sync(device, ROW)
    assert (told.outcome, told.changed, told.pending, device.sent) == ("pending", True, True, ["sync False"])
    since = Mark.from_dict(told.as_dict()["since"])
    left, done = look_at_sync(device, ROW, since), look_at_sync(device, ROW, since)
    assert (left.outcome, left.pending, left.satisfied) == ("reported", True, False)
    assert (done.outcome, done.pending, done.satisfied, done.next_step) == ("acknowledged", False, True, "")
    assert done.as_dict()["last_ack"] == "2026-03-02T12:00:00Z"
    again = sync(Fake([states[2]]), ROW)
    assert (again.outcome, again.changed) == ("already", False)


def test_the_trigger_is_never_repeated() -> None:
    """cli.md 5.0: never loop sync."""
    device = Fake([direct(True, reporting=dates(MINUTE)), direct(True, reporting=dates(MINUTE, 0))])
    waited = sync(device, ROW, wait=60, sleep=no_sleep())
    assert (waited.outcome, waited.changed, device.sent) == ("acknowledged", False, [])
    seen = sync(Fake([direct(True, reporting=dates(MINUTE))]), ROW)
    assert (seen.outcome, seen.changed, seen.pending) == ("reported", False, True)
    looks = Fake([direct(True, reporting=dates())])
    with pytest.raises(DeviceError, match="no report has left yet after"):
        sync(looks, ROW, wait=0.02, poll=0.005)
    assert looks.sent == ["sync False"]


def test_a_collector_that_keeps_its_ack_is_no_failure() -> None:
    transport = Transport(type="cslu", cslu_url="http://cslu:8182/cslu/v1/pi")
    before = direct(False, transport=transport, reporting=dates())
    device = Fake([before, replace(before, reporting=dates(0))])
    done = sync(device, find("cslu_push"), wait=0.02, poll=0.005)
    assert (done.outcome, done.pending, done.satisfied, done.changed) == ("reported", True, True, True)
    assert "Look in CSLU" in done.next_step


def test_a_report_that_cannot_leave() -> None:
    device = Fake([direct(True, reporting=dates())], logs=[(), (comm("Received empty response from server"),)])
    with pytest.raises(
        DeviceError, match=r"wlc1: the device does not reach .*: Received empty response from server\. "
    ):
        sync(device, ROW, wait=60, sleep=no_sleep())


def counters(name: str, reason: str, days: float) -> tuple[Exchange, ...]:
    return (Exchange(name=name, total=1, success=0, fail=1, failure_reason=reason, last_failure=at(days)),)


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("only a trust code of kind Factory", "Install trust codes"),
        ("Unable to resolve server hostname/domain name", "ip name-server"),
        ("signature not valid", "Usage Reporting"),
    ],
)
def test_what_a_server_refuses_only_tech_support_tells(reason: str, remedy: str) -> None:
    """cli.md 2.2: a failure shows by syslog and counters."""
    device = Fake([direct(True, reporting=dates())], counters=counters("usage_reporting", reason, 0))
    with pytest.raises(DeviceError, match="the report was not taken") as caught:
        sync(device, ROW, wait=60, sleep=no_sleep())
    assert reason in str(caught.value)
    assert remedy in str(caught.value)
    trust = Fake([direct(False)], counters=counters("trust_establishment", "token unknown", 0))
    with pytest.raises(DeviceError, match=r"the trust code was not given: token unknown\. Take another ID token"):
        install_trust(trust, ROW, token=TOKEN, wait=60, sleep=no_sleep())


def test_what_was_refused_before_says_nothing() -> None:
    device = Fake([direct(True, reporting=dates())], counters=counters("usage_reporting", "old", -MINUTE))
    told = sync(device, ROW)
    assert told.since is not None
    assert look_at_sync(device, ROW, told.since).outcome == "pending"


def test_a_report_that_failed_since_the_last_ack_is_tried_again() -> None:
    """The ACK is the old server's: a run that ended without contact to the new one has proved nothing."""
    reported = direct(True, reporting=dates(2 * MINUTE, 2 * MINUTE))
    late = Fake([reported], counters=counters("usage_reporting", "Unable to resolve server hostname", -MINUTE))
    done = sync(late, ROW, check=True)
    assert done.outcome == "would_sync"
    assert "one failed (Unable to resolve server hostname)" in done.message
    told = sync(late, ROW)
    assert (told.outcome, late.sent) == ("pending", ["sync False"])
    before = Fake([reported], counters=counters("usage_reporting", "Unable to resolve server hostname", -3 * MINUTE))
    assert sync(before, ROW).outcome == "already"
    left = Fake([direct(True, reporting=dates(2 * MINUTE))], counters=counters("usage_reporting", "no", -MINUTE))
    assert sync(left, ROW).changed


def test_a_way_in_without_the_date_of_the_last_report() -> None:
    """yang.md: no model has it. Where the command line may be used, it tells; else an ACK is all that can be seen."""
    told = direct(True, reporting=dates(MINUTE, 0))
    assert told.reporting is not None
    blind = replace(told, reporting=replace(told.reporting, last_push=None), untold=("reporting.last_push",))
    assert sync(Fake([blind], refused=lambda operation: "no RPC", way="netconf"), ROW).outcome == "already"

    class Both(Fake):
        def state(self, *extra: str) -> LicenseState:
            return told if extra else blind

    assert sync(Both([]), ROW).message.startswith("acknowledged on")
    old = replace(blind, reporting=dates(None, 3))
    with pytest.raises(DeviceError, match="cannot be done by netconf"):
        sync(Fake([old], refused=lambda operation: "no RPC", way="netconf"), ROW)


def test_a_forced_code_whose_date_nobody_tells() -> None:
    before = direct(False)
    after = replace(before, units=(replace(before.units[0], trust=Trust(state="installed")),))
    device = Fake([after], way="restconf")
    asked = install_trust(device, ROW, token=TOKEN, force=True)
    assert asked.since is not None
    assert look_at_trust(device, ROW, asked.since).outcome == "installed"


def test_check_mode_of_a_report() -> None:
    device = Fake([direct(True, True, reporting=dates())])
    done = sync(device, ROW, check=True)
    assert (done.outcome, done.changed, done.command, device.sent) == ("would_sync", True, "license smart sync all", [])


def test_refusals_name_the_host_and_the_next_step() -> None:
    state = direct(True, transport=Transport(type="smart", url="https://wrong.example/"), units=units(False))
    assert state.transport is not None
    assert state.transport.url != SMART_URL
    with pytest.raises(DeviceError, match=r"wlc1: https://wrong.example/ is not the URL"):
        sync(Fake([state]), ROW)
