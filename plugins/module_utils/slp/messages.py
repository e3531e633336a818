# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the licensing messages of a device's log mean, and what to do about them (cli.md 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .topologies import Proxy, Topology

_LINE = re.compile(r"%(?P<facility>SMART_LIC|CALL_HOME)-\d-(?P<mnemonic>[A-Z_0-9]+)\s*:\s*(?P<text>.*)")
_COMM = re.compile(r"Communications failure with the (?P<peer>.+?) : (?P<reason>.*)")
_TRUST = re.compile(r"has failed on (?P<where>.+?)\s*: (?P<reason>.*)")
_UDI = re.compile(r"PID:[^,\s]+,\s*SN:[^\s:,.]+")
_COMM_LOST = frozenset({"COMM_FAILED", "SL_MESSAGE_FAILED"})
_TRUST_REASONS = (
    (
        re.compile(r"token|expired|unauthori|denied|revoked", re.IGNORECASE),
        "Take another ID token: this one is wrong, expired, revoked or used up (module cssm_id_token)",
    ),
    (re.compile(r"exist|already|force", re.IGNORECASE), "A trust code is there: repeat with force, which replaces it"),
    (
        re.compile(r"clock|skew|\btime\b|\bhour", re.IGNORECASE),
        "Configure `ntp server`: the clock may differ from CSSM's by less than an hour; then repeat",
    ),
)
_CONTACT = re.compile(r"resolve|empty response|communications failure|call home|certificate", re.IGNORECASE)
_CHECK_TRUST = "Check token, clock and contact to CSSM (`show license tech support`, Trust Establishment), then repeat"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``%FACILITY-SEVERITY-MNEMONIC: text``."""

    mnemonic: str
    text: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the device complains of. ``what`` in our words, ``reason`` in its own, ``remedy`` the next step."""

    what: str
    reason: str
    remedy: str


def read(lines: Iterable[str]) -> tuple[Message, ...]:
    """The messages of a log, whatever time stands before them. Other lines are passed over."""
    found = (_LINE.search(line) for line in lines)
    return tuple(Message(match["mnemonic"], match["text"].strip()) for match in found if match is not None)


def after(lines: Sequence[str], last: str, count: int) -> tuple[str, ...]:
    """The lines behind the ``count``-th occurrence of ``last``.

    A log buffer forgets: with fewer occurrences the last of them counts, with none every line is new.
    """
    places = [number for number, line in enumerate(lines) if line == last]
    if not last or not places:
        return tuple(lines)
    return tuple(lines[places[min(count, len(places)) - 1] + 1 :])


def trust_trouble(lines: Iterable[str], row: Topology, url: str = "") -> Trouble | None:
    """Why a trust code did not come; a unit's later success closes its failure. ``url``: what the device has."""
    failed: dict[str, str] = {}
    messages = read(lines)
    for message in messages:
        udi = _UDI.search(message.text)
        unit = udi[0].replace(" ", "") if udi else ""
        if message.mnemonic == "TRUST_CODE_INSTALL_FAILED":
            parts = _TRUST.search(message.text)
            failed[unit] = (parts["reason"] if parts else message.text).rstrip(". ")
        elif message.mnemonic == "TRUST_CODE_INSTALL_SUCCESS":
            failed = {name: reason for name, reason in failed.items() if unit and name not in ("", unit)}
    lost = _communication(messages, row, url)
    if not failed:
        return lost
    unit, reason = next(iter(failed.items()))
    where = f" on {unit}" if unit else ""
    remedy = _trust_remedy(reason) or (lost.remedy if lost is not None else _CHECK_TRUST)
    return Trouble(f"the trust code was not installed{where}", reason, remedy)


def report_trouble(lines: Iterable[str], row: Topology, url: str = "") -> Trouble | None:
    """Why a report did not leave, or its ACK was not taken. ``url``: the one that the device has."""
    messages = read(lines)
    for message in reversed(messages):
        if message.mnemonic == "REPORTING_NOT_SUPPORTED":
            server = row.collector
            remedy = (
                f"Upgrade {server.name} to {server.min_version} or later" if server.min_version else "Check the URL"
            )
            return Trouble("the server does not know reports by policy", message.text, remedy)
        if message.mnemonic == "POLICY_INSTALL_FAILED":
            # The same documents again: cli.md 4, its row.
            return Trouble(
                "the policy in the ACK was not installed", message.text, row.steps.report.format(scope="all")
            )
    return _communication(messages, row, url)


def exchange_trouble(reason: str, row: Topology, url: str = "", *, trust: bool) -> Trouble:
    """A failure that only the counters of ``show license tech support`` tell: ``reason`` is the server's or ours."""
    what = "the trust code was not given" if trust else "the report was not taken"
    if trust:
        contact = _contact_remedy(reason, row, url) if _CONTACT.search(reason) else ""
        return Trouble(what, reason, _trust_remedy(reason) or contact or _CHECK_TRUST)
    if "trust" in reason.lower():
        return Trouble(what, reason, "Install trust codes (module trust_code), by replace_factory or force if need be")
    return Trouble(
        what, reason, f"{_contact_remedy(reason, row, url)}. See `show license tech support`, Usage Reporting"
    )


def _communication(messages: Sequence[Message], row: Topology, url: str) -> Trouble | None:
    """The last loss of contact that no COMM_RESTORED follows ("one closes all": cli.md 4)."""
    found: Trouble | None = None
    for message in messages:
        if message.mnemonic == "COMM_RESTORED":
            found = None
        elif message.mnemonic in _COMM_LOST:
            parts = _COMM.search(message.text)
            peer, reason = (parts["peer"], parts["reason"].strip()) if parts else ("server of Call Home", message.text)
            # Devices call an SSM On-Prem a CSLU, too.
            server = f"{_server(row)} at {url}" if url else f"the {peer}"
            found = Trouble(f"the device does not reach {server}", reason, _contact_remedy(reason, row, url))
    return found


def _server(row: Topology) -> str:
    return "CSSM" if row.push_reaches_cssm else row.collector.name


def _contact_remedy(reason: str, row: Topology, url: str) -> str:
    """cli.md 4 (COMM_FAILED and the reasons seen), 5.4, 5.5, 1.7."""
    text = reason.lower()
    if "resolve" in text:
        return "Check `ip name-server`, `ip domain lookup` and the name in the URL"
    if "empty response" in text:
        template = row.desired.url.template if row.desired.url is not None else ""
        return f"Check what answers at {url or 'the URL'} (it has the form {template})" + (
            ", and that the proxy does not decrypt TLS" if row.desired.proxy_required else ""
        )
    if row.desired.call_home and ("call home" in text or "err 20" in text):
        proxy = ", its http-proxy" if row.desired.proxy is Proxy.CALL_HOME else ""
        return f"Check `show call-home smart-licensing`: one active profile, its URL{proxy}; then DNS and route"
    if any(word in text for word in ("certificate", "ssl", "tls", "trust chain")):
        return "Check the certificate of the server: its name is the one in the URL, its root is in the trust pool"
    leaves = "source interface and VRF as well (slp_source_interface, slp_vrf)"
    if not row.desired.vrf:
        leaves = "source interface as well (slp_source_interface)"
    if row.desired.proxy_required:
        return f"Check the proxy: {row.prerequisites[0]}; {leaves}"
    if not url or row.push_reaches_cssm:
        roots = "; then the roots of its certificate (`show crypto pki trustpool`)" if url.startswith("https:") else ""
        return f"Check what the topology needs: {row.prerequisites[0]}; {leaves}{roots}"
    remedy = f"Check that {_server(row)} runs there, then {row.prerequisites[0]}; {leaves}"
    # cli.md 1.7: a private CA publishes no revocation list.
    private = "; its certificate: the name in the URL, and slp_revocation_check: none where a private CA signed it"
    return remedy + (private if url.startswith("https:") else "")


def _trust_remedy(reason: str) -> str:
    """cli.md 4, TRUST_CODE_INSTALL_FAILED: (a) a code exists, (b) the clock, else the token. Empty: who knows."""
    return next((remedy for pattern, remedy in _TRUST_REASONS if pattern.search(reason)), "")
