# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports over the network: hello, push, poll, acknowledgement, throttling (cli.md 0.1, 2.2, 5.0; seed)."""

from __future__ import annotations

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock import wire

from tests.unit.mock.dev_tools import Console, in_loop
from tests.unit.mock.online_tools import (
    CSLU_URL,
    Network,
    acknowledging,
    counters,
    cslu,
    logged,
    serving,
    shown,
    typed,
)

DAY = 86_400


@in_loop
async def test_sync_pushes_at_once_and_the_ack_comes_with_the_poll_a_minute_later() -> None:
    """cli.md 2.2: "Last report push = now, Next ACK push check set, then within about one minute Last ACK received"."""
    network = Network()
    async with cslu(network) as server:
        server.answers = acknowledging()
        device = network.device(cslu_url=CSLU_URL, waiting_reports=4)
        typed(device, "license smart sync local")
        await network.pass_time(0)
        assert server.operations == [wire.USAGE]
        assert shown(device, "Last report push") == "Mar 02 09:14:11 2026 UTC"
        assert shown(device, "Next ACK push check") == "Mar 02 09:15:11 2026 UTC"
        assert shown(device, "Last ACK received") == "<none>"
        waiting = device.snapshot()["rum"]["waiting"]
        assert waiting == len(server.usage().reports) == 6
        await network.pass_time(60)
        assert shown(device, "Last ACK received") == "Mar 02 09:15:11 2026 UTC"
        assert shown(device, "Next ACK push check") == "<none>"
        assert shown(device, "Next ACK deadline") == "Apr 16 09:15:11 2026 UTC"  # 45 days of the policy that came
        assert shown(device, "Trust Code Installed") == "Mar 02 09:15:11 2026 UTC"  # asked for in the report, 17.7.1
        assert shown(device, "Smart Account") == "Example Campus As of Mar 02 09:15:11 2026 UTC"
        assert shown(device, "Policy name") == "Lab Policy"
        assert shown(device, "Next report push") == "Apr 01 09:15:11 2026 UTC"  # 30 days are fewer than 45
        assert any("POLICY_INSTALL_SUCCESS" in line for line in logged(device))
        assert any("TRUST_CODE_INSTALL_SUCCESS" in line for line in logged(device))
        history = Console(device).run("show license history message")
        assert "Result Polling:\n  Message 1\n    Received: Mar 02 09:15:11 2026 UTC" in history


@in_loop
async def test_what_a_request_says_of_the_device() -> None:
    network = Network()
    async with cslu(network) as server:
        device = network.device(cslu_url=CSLU_URL, standby_serial="9SIM0000002", hostname="hall-7", clock_offset=-40)
        typed(device, "license smart sync all")
        Console(device).configure("license smart privacy all")
        await network.pass_time(3)
        first, *_others = server.requests
        assert (first.udi, first.units) == (device.units[0][1], tuple(udi for _role, udi in device.units))
        assert (first.hostname, first.release) == ("", "")
        assert first.time == device.snapshot()["now"] - 3 == network.schedule.now - 43
        Console(device).configure("no license smart privacy all")
        network.clock.advance(5)
        typed(device, "license smart sync all")
        await network.pass_time(0)
        assert (server.requests[-1].hostname, server.requests[-1].release) == ("hall-7", "17.12.4")


@in_loop
async def test_a_new_server_is_greeted_soon_and_gets_a_report_two_minutes_later() -> None:
    network = Network()
    async with cslu(network) as server:
        server.answers = acknowledging()
        device = network.device(transport="off")
        await network.pass_time(10)
        assert server.operations == []
        Console(device).configure("license smart transport cslu", f"license smart url cslu {CSLU_URL}")
        await network.pass_time(5)
        assert server.operations == [wire.HELLO]
        assert counters(device, "Hello Message")["success"] == 1
        assert not logged(device, "%SMART_LIC-3")  # nothing was tried between the two lines
        await network.pass_time(60)
        assert server.operations == [wire.HELLO]
        await network.pass_time(120)
        assert server.operations == [wire.HELLO, wire.USAGE, wire.POLL]
        assert shown(device, "Last ACK received") != "<none>"


@pytest.mark.parametrize(
    ("interval", "policy_days", "days"),
    [
        # cli.md 1.1: "the smaller of this value and the policy's reporting frequency applies"
        ("", 45, 30),
        ("license smart usage interval 7", 45, 7),
        ("license smart usage interval 200", 45, 45),
        ("license smart usage interval 0", 45, None),  # "0 stops sending whatever the policy says"
    ],
)
@in_loop
async def test_reports_by_themselves(interval: str, policy_days: int, days: int | None) -> None:
    network = Network()
    async with cslu(network) as server:
        server.answers = acknowledging()
        device = network.device(cslu_url=CSLU_URL)
        typed(device, "license smart sync local")
        await network.pass_time(120)
        assert device.agent.memory.policy.ongoing(device.agent.licences) == policy_days
        if interval:
            Console(device).configure(interval)
        sent = server.operations.count(wire.USAGE)
        await network.pass_time((days or 60) * DAY - 300)
        assert server.operations.count(wire.USAGE) == sent
        await network.pass_time(600)
        assert server.operations.count(wire.USAGE) == sent + (days is not None)


@pytest.mark.parametrize(
    ("release", "throttled"),
    # cli.md 0.1: "throttled = (17.6.4 <= v < 17.7) or (v >= 17.9.1)"
    [("17.6.3", False), ("17.6.4", True), ("17.7.1", False), ("17.9.1", True), ("17.12.4", True)],
)
@in_loop
async def test_throttling_delays_what_is_sent_by_itself_and_sync_overrides_it(release: str, throttled: bool) -> None:
    """seed: a second report inside a day is not sent unless ``license smart sync`` is used."""
    network = Network()
    async with cslu(network) as server:
        server.answers = acknowledging()
        device = network.device(cslu_url=CSLU_URL, release=release)
        typed(device, "license smart sync local")
        await network.pass_time(600)
        await device.do("reload", {})  # calls for a report (seed, High Availability)
        await network.pass_time(600)
        assert server.operations.count(wire.USAGE) == (1 if throttled else 2)
        await network.pass_time(DAY)
        assert server.operations.count(wire.USAGE) == 2
        typed(device, "license smart sync local")
        await network.pass_time(0)
        assert server.operations.count(wire.USAGE) == 3


@in_loop
async def test_polls_go_on_until_the_ack_is_there_and_become_fewer() -> None:
    network = Network()
    async with cslu(network) as server:
        server.answers = acknowledging(pending=14)
        device = network.device(cslu_url=CSLU_URL)
        typed(device, "license smart sync local")
        await network.pass_time(10 * 60 + 5)
        assert server.operations.count(wire.POLL) == 10
        assert shown(device, "Next ACK push check") != "<none>"
        assert counters(device, "Result Polling")["last_response"] == "OK_POLL"
        await network.pass_time(60)  # now the gaps become longer
        assert server.operations.count(wire.POLL) == 10
        await network.pass_time(3720)
        assert server.operations.count(wire.POLL) == 15
        assert shown(device, "Next ACK push check") == "<none>"
        assert shown(device, "Last ACK received") != "<none>"


@in_loop
async def test_sync_fetches_an_ack_that_waits_at_the_server() -> None:
    """cli.md 5.7: "at its next poll, or license smart sync local"."""
    network = Network()
    async with cslu(network) as server:
        server.answers = acknowledging()
        network.options.ack_poll_after = 40_000.0
        server.answers[wire.USAGE] = lambda _request: {"status": wire.PENDING, "ticket": "ticket-0", "poll_after": 4e4}
        good = acknowledging()
        device = network.device(cslu_url=CSLU_URL)
        typed(device, "license smart sync local")
        await network.pass_time(300)
        good[wire.USAGE](server.requests[0])
        server.answers[wire.POLL] = good[wire.POLL]
        typed(device, "license smart sync local")
        await network.pass_time(0)
        assert shown(device, "Last ACK received") != "<none>"
        first, second = ({report.payload for report in server.usage(number).reports} for number in (0, 1))
        assert second
        assert not first & second  # what the server has is not sent again


@in_loop
async def test_nothing_to_report_says_hello() -> None:
    network = Network()
    async with cslu(network) as server:
        device = network.device(cslu_url=CSLU_URL, aps=0)
        typed(device, "license smart sync local")
        await network.pass_time(0)
        assert server.operations == [wire.HELLO]
        assert counters(device, "Usage Reporting")["last_response"] == "NO DATA TO PROCESS"
        await network.pass_time(40 * DAY)
        assert wire.USAGE not in server.operations
        await device.do("set_aps", {"aps": 1})
        await network.pass_time(DAY + 60)
        assert server.operations.count(wire.USAGE) == 1


@in_loop
async def test_what_the_old_server_did_not_answer_goes_to_the_new_one() -> None:
    """cli.md 5.14: reports are kept on the device, nothing is lost by a transport change."""
    network = Network()
    async with cslu(network) as old, serving(network, ("other.example.net", 8182)) as new:
        old.answers[wire.USAGE] = lambda _request: {"status": wire.PENDING, "ticket": "t"}
        new.answers = acknowledging()
        device = network.device(cslu_url=CSLU_URL)
        typed(device, "license smart sync local")
        await network.pass_time(30)
        Console(device).configure("license smart url cslu http://other.example.net:8182/cslu/v1/pi")
        assert shown(device, "Next ACK push check") == "<none>"
        typed(device, "license smart sync local")
        await network.pass_time(60)
        assert {report.payload for report in old.usage().reports} <= {report.payload for report in new.usage().reports}
        assert shown(device, "Last ACK received") != "<none>"


@pytest.mark.parametrize(("code", "warns"), [("REPORTING_NOT_SUPPORTED", True), ("RELEASE_NOT_SUPPORTED", False)])
@in_loop
async def test_a_refused_report_is_counted_and_sent_again(code: str, warns: bool) -> None:
    """cli.md 4: REPORTING_NOT_SUPPORTED says that SSM On-Prem is too old."""
    network = Network()
    async with cslu(network) as server:
        server.answers[wire.USAGE] = lambda _request: {"status": wire.FAILED, "code": code, "message": "too old"}
        device = network.device(cslu_url=CSLU_URL)
        typed(device, "license smart sync local")
        await network.pass_time(0)
        assert shown(device, "Last report push") == "<none>"
        usage = counters(device, "Usage Reporting")
        assert (usage["fail"], usage["reason"], usage["last_response"]) == (1, "too old", "INVALID STATUS CODE")
        assert bool(logged(device, "%SMART_LIC-4-REPORTING_NOT_SUPPORTED")) is warns
        assert not logged(device, "%SMART_LIC-3-COMM_FAILED")  # it did answer
        server.answers = acknowledging()
        await network.pass_time(2 * 3600)
        assert shown(device, "Last ACK received") != "<none>"


@in_loop
async def test_an_ack_that_cssm_did_not_sign_is_refused() -> None:
    network = Network()
    async with cslu(network) as server:
        server.answers[wire.USAGE] = lambda _request: {"status": wire.OK, "document": b"<smartLicense></smartLicense>"}
        device = network.device(cslu_url=CSLU_URL)
        typed(device, "license smart sync local")
        await network.pass_time(0)
        assert shown(device, "Last ACK received") == "<none>"
        assert logged(
            device, "%SMART_LIC-3-POLICY_INSTALL_FAILED: The installation of a new licensing policy has failed"
        )


@in_loop
async def test_counters_in_tech_support() -> None:
    network = Network()
    async with cslu(network) as server:
        server.answers = acknowledging()
        device = network.device(cslu_url=CSLU_URL)
        typed(device, "license smart sync local")
        await network.pass_time(90)
        text = Console(device).run("show license tech support")
        assert (
            "Usage Reporting:\n"
            "  Attempts: Total=1, Success=1, Fail=0  Ongoing Failure: Overall=0 Communication=0\n"
            "  Last Response: OK_POLL on Mar 02 09:14:11 2026 UTC\n"
            "    Failure Reason: <none>\n"
            "  Last Success Time: Mar 02 09:14:11 2026 UTC\n"
            "  Last Failure Time: <none>\n"
        ) in text
        assert "Result Polling:\n  Attempts: Total=1, Success=1, Fail=0" in text
        assert "Hello Message:\n  Attempts: Total=1, Success=1, Fail=0" in text


@in_loop
async def test_a_factory_reset_forgets_what_was_promised() -> None:
    """cli.md 2.2: all licensing data is erased with the reload; about an hour later there are reports again."""
    network = Network()
    async with cslu(network) as server:
        server.answers[wire.USAGE] = lambda _request: {"status": wire.PENDING, "ticket": "t"}
        device = network.device(cslu_url=CSLU_URL)
        typed(device, "license smart sync local")
        await network.pass_time(5)
        assert device.snapshot()["online"]["tickets"] == ["t"]
        assert "reload required" in Console(device).run("license smart factory reset")
        device.save_config()
        await device.do("reload", {})
        assert device.snapshot()["online"]["tickets"] == []
        assert shown(device, "Last report push") == shown(device, "Next ACK push check") == "<none>"
        server.answers = acknowledging()
        await network.pass_time(600)
        assert server.operations.count(wire.USAGE) == 1
        await network.pass_time(DAY)
        assert shown(device, "Last ACK received") != "<none>"
