# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What log messages mean (cli.md 4), with the messages of real devices where ../shared holds some."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.messages import (
    after,
    exchange_trouble,
    read,
    report_trouble,
    trust_trouble,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import find

RECORDED = Path(__file__).parents[4] / "shared/device-outputs/show_logging/iosxe_smart-lic-comm-failed.txt"
UDIS = ("PID:C9800-40-K9,SN:TTM0000A001", "PID:C9800-40-K9,SN:TTM0000A002")


def comm(reason: str, peer: str = "Cisco Smart Software Manager (CSSM)", at: str = "12:00:00") -> str:
    return f"*Mar  2 {at}.123: %SMART_LIC-3-COMM_FAILED: Communications failure with the {peer} : {reason}"


def failed(reason: str, udi: str = UDIS[0]) -> str:
    return (
        "Mar  2 12:00:01.000 UTC: %SMART_LIC-3-TRUST_CODE_INSTALL_FAILED: "
        f"The install of a new licensing trust code has failed on {udi}: {reason}."
    )


def succeeded(udi: str) -> str:
    return f"%SMART_LIC-6-TRUST_CODE_INSTALL_SUCCESS: A new licensing trust code was successfully installed on {udi}."


RESTORED = "%SMART_LIC-5-COMM_RESTORED: Communications with Cisco Smart License Utility (CSLU) restored"


def test_messages_are_found_behind_any_time() -> None:
    lines = [comm("x"), failed("y"), RESTORED, "*Mar  2 12:00:00: %SYS-5-CONFIG_I: Configured from console", ""]
    assert [message.mnemonic for message in read(lines)] == [
        "COMM_FAILED",
        "TRUST_CODE_INSTALL_FAILED",
        "COMM_RESTORED",
    ]


@pytest.mark.parametrize(
    ("lines", "last", "count", "new"),
    [
        (["a", "b", "c"], "b", 1, ("c",)),
        (["a", "b", "b"], "b", 1, ("b",)),  # the same words again, on a device that logs no time
        (["b", "c"], "b", 2, ("c",)),  # the buffer has forgotten the first of two
        (["c", "d"], "b", 1, ("c", "d")),  # and here the mark itself
        (["a"], "", 0, ("a",)),  # the log was empty
        ([], "b", 1, ()),
    ],
)
def test_only_what_came_after_the_mark_counts(lines: list[str], last: str, count: int, new: tuple[str, ...]) -> None:
    assert after(lines, last, count) == new


@pytest.mark.parametrize(
    ("topology", "reason", "remedy"),
    [
        # cli.md 4, "reasons seen"
        ("direct_smart", "Unable to resolve server hostname/domain name", "ip name-server"),
        ("direct_smart", "Communications failure", "DNS, route and TCP 443"),
        ("cslu_push", "Communications failure", "route, and DNS"),
        ("direct_smart_proxy", "Communications failure", "CONNECT"),  # cli.md 5.4, failure signature
        ("onprem_push", "Received empty response from server", "https://{host}/cslu/v1/pi/{tenant}"),
        ("direct_smart_proxy", "Received empty response from server", "does not decrypt TLS"),
        ("direct_callhome", "Fail to send out Call Home HTTP message.", "show call-home smart-licensing"),  # cli.md 5.5
        ("direct_callhome_proxy", "Fail to send out Call Home HTTP message.", "http-proxy"),
        ("onprem_push", "certificate verify failed", "trust pool"),
    ],
)
def test_a_lost_contact_has_its_next_step(topology: str, reason: str, remedy: str) -> None:
    trouble = report_trouble([comm(reason)], find(topology))
    assert trouble is not None
    assert trouble.reason == reason.strip()
    assert remedy in trouble.remedy


CSLU = "http://192.0.2.10:8182/cslu/v1/pi"
ONPREM = "https://onprem.example.net/cslu/v1/pi/WLAN-1"


@pytest.mark.parametrize(
    ("topology", "url", "what", "remedy"),
    [
        ("cslu_push", CSLU, f"CSLU at {CSLU}", "Check that CSLU runs there, then route, and DNS"),
        ("onprem_push", ONPREM, f"SSM On-Prem at {ONPREM}", "slp_revocation_check: none"),
        ("direct_smart", "https://a.example/x", "CSSM at https://a.example/x", "DNS, route and TCP 443"),
    ],
)
def test_a_lost_contact_names_the_url(topology: str, url: str, what: str, remedy: str) -> None:
    """Whoever reads it at night looks at that server first. cli.md 1.7: a private CA has no revocation list."""
    lines = [comm("Communications failure", "Cisco Smart License Utility (CSLU)")]
    for trouble in (report_trouble(lines, find(topology), url), trust_trouble(lines, find(topology), url)):
        assert trouble is not None
        assert trouble.what == f"the device does not reach {what}"
        assert remedy in trouble.remedy
    empty = report_trouble([comm("Received empty response from server")], find(topology), url)
    assert empty is not None
    assert empty.remedy.startswith(f"Check what answers at {url}")


def test_one_restored_closes_all() -> None:
    """cli.md 4: a tool must expect repetition; one COMM_RESTORED closes all."""
    lines = [comm("Communications failure", at=f"1{hour}:00:00") for hour in range(5)]
    assert report_trouble([*lines, RESTORED], find("cslu_push")) is None
    assert report_trouble([*lines, RESTORED, lines[-1]], find("cslu_push")) is not None


def test_call_home_tells_of_itself() -> None:
    line = "%CALL_HOME-5-SL_MESSAGE_FAILED: Fail to send out Smart Licensing message to: x (ERR 205 : Request Aborted)"
    trouble = report_trouble([line], find("direct_callhome"))
    assert trouble is not None
    assert "ERR 205" in trouble.reason
    assert "one active profile" in trouble.remedy


def test_an_old_on_prem_and_a_bad_policy() -> None:
    old = report_trouble(["%SMART_LIC-4-REPORTING_NOT_SUPPORTED: not supported"], find("onprem_push"))
    assert old is not None
    assert "8-202102" in old.remedy
    policy = "%SMART_LIC-3-POLICY_INSTALL_FAILED: The installation of a new licensing policy has failed: signature."
    bad = report_trouble([policy], find("cslu_push"))
    assert bad is not None
    assert "license smart sync" in bad.remedy


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("A trust code already exists", "force"),  # cli.md 4, (a)
        ("The time differs by more than an hour", "ntp server"),  # (b)
        ("device clock skew", "ntp server"),
        ("The ID token has expired", "another ID token"),
        ("token does not exist", "another ID token"),
        ("something else", "show license tech support"),
    ],
)
def test_a_trust_code_that_failed(reason: str, remedy: str) -> None:
    trouble = trust_trouble([failed(reason)], find("direct_smart"))
    assert trouble is not None
    assert trouble.what == f"the trust code was not installed on {UDIS[0]}"
    assert trouble.reason == reason
    assert remedy in trouble.remedy


def test_counters_that_tell_of_lost_contact() -> None:
    row = find("direct_smart")
    empty = exchange_trouble("Received empty response from server", row, "https://a.example/x", trust=True)
    assert empty.remedy.startswith("Check what answers at https://a.example/x")
    assert "another ID token" in exchange_trouble("token expired", row, trust=True).remedy
    assert "Trust Establishment" in exchange_trouble("something else", row, trust=True).remedy


def test_trust_without_contact_names_the_contact() -> None:
    lines = [comm("Unable to resolve server hostname/domain name"), failed("no reply")]
    trouble = trust_trouble(lines, find("direct_smart"))
    assert trouble is not None
    assert "ip name-server" in trouble.remedy
    alone = trust_trouble(lines[:1], find("direct_smart"))
    assert alone is not None
    assert "does not reach" in alone.what


def test_success_closes_the_failure_of_its_unit_only() -> None:
    row = find("direct_smart")
    assert trust_trouble([failed("x"), succeeded(UDIS[0])], row) is None
    left = trust_trouble([failed("x"), succeeded(UDIS[1])], row)
    assert left is not None
    assert UDIS[0] in left.what
    assert trust_trouble([failed("x"), succeeded("the device")], row) is None


@pytest.mark.skipif(not RECORDED.exists(), reason=f"{RECORDED} is not here")
def test_messages_of_a_real_device() -> None:
    lines = [line for line in RECORDED.read_text().splitlines() if "%SMART_LIC" in line]
    trouble = report_trouble(lines, find("cslu_push"))
    assert trouble is not None
    assert (trouble.what, trouble.reason) == (
        "the device does not reach the Cisco Smart License Utility (CSLU)",
        "Unable to resolve server hostname/domain name",
    )
