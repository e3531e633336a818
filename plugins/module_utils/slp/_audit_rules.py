# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit says about a product instance, rule by rule. The source of each rule stands in its docstring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from ._audit_facts import Facts
from .topologies import Proxy, TrustRule, advise, gate
from .trigger import maybe_factory_code

ERROR, WARNING, INFO = "error", "warning", "info"
UNSUPPORTED = frozenset({"before_slp", "release"})

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_CONFIGURE = "Run role c9800.slp.configure"
BACKLOG = 1000  # reports from which FN72578 shows


@dataclass(frozen=True, slots=True)
class Finding:
    """``severity``: ``error`` (needs an action), ``warning``, ``info``. ``remedy`` is empty where nothing is to do."""

    code: str
    severity: str
    text: str
    remedy: str = ""


def findings_of(facts: Facts) -> tuple[Finding, ...]:
    """All findings, errors first; within a severity in the order of the rules, which is that of the work."""
    found = [finding for rule in _RULES for finding in rule(facts)]
    return tuple(sorted(found, key=lambda finding: (ERROR, WARNING, INFO).index(finding.severity)))


def _supported(facts: Facts) -> Iterator[Finding]:
    """cli.md 6.3; seed, tables 1 and 2. A 9800 embedded in a switch looks like the switch: reading it is no harm."""
    state = facts.state
    for refusal in gate(facts.row, state.release, is_controller=state.is_controller, slp_enabled=state.slp_enabled):
        severity = ERROR if refusal.code in UNSUPPORTED else WARNING
        yield Finding(refusal.code, severity, refusal.reason, refusal.remedy)


def _transport(facts: Facts) -> Iterator[Finding]:
    """cli.md 5, the transport step of each topology."""
    transport, wanted = facts.state.transport, facts.row.desired.transports
    if transport is not None and transport.type not in wanted:
        yield Finding(
            "transport",
            ERROR,
            f"transport is {transport.type}, the topology wants {' or '.join(wanted)}",
            f"{_CONFIGURE} (`license smart transport {wanted[0]}`)",
        )


def _address(facts: Facts) -> Iterator[Finding]:
    """cli.md 1.2, 5.14, 6.3. Call home prints no URL in its transport (cli.md 1.1), so nothing is said of it."""
    transport, rule = facts.state.transport, facts.row.desired.url
    if transport is None or transport.type not in facts.row.desired.transports or transport.type == "callhome":
        return
    if rule is None:
        if transport.type == "cslu" and transport.cslu_url:
            yield Finding(
                "url",
                WARNING,
                f"the URL {transport.cslu_url} is left from another topology: the device would push there as well",
                f"{_CONFIGURE}, which removes `license smart url cslu`",
            )
        return
    name = "cslu_url" if transport.type == "cslu" else "url"
    url = getattr(transport, name) or ""
    if not url and not facts.state.tells(f"transport.{name}"):
        return
    if not url and rule.required:
        given = "" if rule.default else f"Set slp_cslu_url to one of the form {rule.template}. "
        yield Finding(
            "url_missing", ERROR, f"no URL is set ({rule.template})", f"{given}{_CONFIGURE} (`{rule.command}`)"
        )
    for refusal in gate(facts.row, None, url=url):
        yield Finding("url", ERROR, refusal.reason, f"{refusal.remedy} (role c9800.slp.configure)")
    for advice in advise(facts.row, None, url=url):
        yield Finding(advice.code, WARNING, advice.reason, advice.remedy)


def _proxy(facts: Facts) -> Iterator[Finding]:
    """cli.md 5.4, 6.3. Only `license smart proxy` shows in the transport; that of call home does not."""
    transport, desired = facts.state.transport, facts.row.desired
    if transport is None or transport.type not in ("smart", "cslu"):
        return
    if desired.proxy_required and transport.proxy is None and facts.state.tells("transport.proxy"):
        yield Finding(
            "proxy_missing",
            ERROR,
            "no proxy is set, the topology has one",
            f"Set slp_proxy_address and slp_proxy_port. {_CONFIGURE} (`license smart proxy`)",
        )
    if transport.proxy is not None and desired.proxy is not Proxy.SMART:
        other = f", or choose topology {facts.row.with_proxy}" if facts.row.with_proxy else ""
        yield Finding(
            "proxy_unwanted",
            WARNING,
            "a proxy is set, the topology has none",
            f"{_CONFIGURE}, which removes `license smart proxy`{other}",
        )


def _vrf(facts: Facts) -> Iterator[Finding]:
    """cli.md 1.1, 5.14: for reports that the device sends itself."""
    transport = facts.state.transport
    if transport is not None and transport.vrf and transport.type == "cslu" and not facts.row.desired.vrf:
        yield Finding(
            "vrf_unwanted",
            WARNING,
            f"VRF {transport.vrf} is left from another topology: the device sends nothing here",
            f"{_CONFIGURE}, which removes `license smart vrf`",
        )


def _trust(facts: Facts) -> Iterator[Finding]:
    """seed, Trust Code Requirements in a High Availability Set-Up; cli.md 3.1.2, 5.0.2."""
    installed, total = trust_count(facts)
    rule = facts.row.trust.rule
    if installed is None or total == 0:
        return

    def token(how: str = "") -> str:
        command = f"`license smart trust idtoken TOKEN {facts.scope} force`"
        return f"Run role c9800.slp.trust{how} ({command}), with an ID token of CSSM"

    if rule is TrustRule.TOKEN and any("factory" in (unit.trust.kind or "").lower() for unit in facts.state.units):
        remedy = token(" with slp_replace_factory_trust: true")
        yield Finding("trust_factory", ERROR, "a factory-installed trust code cannot talk to CSSM", remedy)
    elif rule is TrustRule.TOKEN and maybe_factory_code(facts.state) and facts.state.tells("account"):
        text = "nothing shows yet that CSSM gave the trust code; one from the factory cannot talk to CSSM"
        remedy = f"Should CSSM take no report: {token(' with slp_replace_factory_trust: true')}"
        yield Finding("trust_unproven", INFO, text, remedy)
    release = facts.state.release
    if installed == total or (installed == 0 and facts.row.trust.healthy_without(release) is not False):
        return
    text = f"{installed} of {total} UDIs have a trust code"
    match rule:
        case TrustRule.TOKEN:
            yield Finding("trust_missing", ERROR, text, token(" with trust_force: true" if installed else ""))
        case TrustRule.ACK if release is None or not release.ack_trust:
            yield Finding("trust_partial", INFO, f"{text}; ACKs bring them from 17.7.1")
        case TrustRule.ACK if facts.last_ack is None:
            yield Finding("trust_pending", INFO, f"{text}; the report asks for the rest and the ACK brings it")
        case TrustRule.ACK:
            yield Finding("trust_missing", WARNING, f"{text}, although ACKs came", f"Report again: {_report(facts)}")
        case TrustRule.COLLECTOR:
            yield Finding("trust_missing", WARNING, text, f"Let {facts.row.collector.name} install the missing ones")
        case TrustRule.NOT_NEEDED:
            yield Finding("trust_partial", INFO, f"{text}; this topology needs none")


def _clock(facts: Facts) -> Iterator[Finding]:
    """cli.md 1.4, 6.3: a trust code is refused when device and CSSM differ by an hour or more."""
    clock = facts.state.clock
    skew = abs(clock.utc - facts.reference) if clock is not None and clock.utc is not None else timedelta(0)
    if skew >= _HOUR:
        hours = int(skew / _HOUR)
        token = facts.row.trust.rule is TrustRule.TOKEN
        why = "trust codes are refused from 1 h on" if token else "dates in reports, and deadlines, are as much off"
        yield Finding(
            "clock_skew",
            WARNING,
            f"the clock is {hours} h away from ours; {why}",
            "Configure `ntp server` on the device",
        )
    elif facts.state.ntp_synced is False:
        yield Finding("clock", WARNING, "the clock is not synchronised", "Configure `ntp server` on the device")


def _interval(facts: Facts) -> Iterator[Finding]:
    """cli.md 1.1, 6.3: 0 stops sending whatever the policy says; the smaller of interval and policy applies."""
    days = facts.state.reporting.push_interval_days if facts.state.reporting else None
    if days is None or not facts.pushes:
        return
    if days == 0:
        yield Finding(
            "interval_0",
            ERROR,
            "reporting interval is 0: the device never sends a report by itself",
            f"Set slp_interval to 1 or more days. {_CONFIGURE} (`license smart usage interval`)",
        )
    elif facts.requirement is not None and days > facts.requirement:
        text = f"reporting interval of {days} days has no effect: the policy asks for {facts.requirement}"
        yield Finding("interval_long", INFO, text)


def _refused_reports(facts: Facts) -> Iterator[Finding]:
    """The ledger of the archive."""
    if facts.archived("refused"):
        yield Finding(
            "refused",
            ERROR,
            f"CSSM refused {facts.archived('refused')} reports",
            "Read the reason in the archive's ledger, then run airgap_submit.yml again",
        )


def _ack_missing(facts: Facts) -> Iterator[Finding]:
    """cli.md 5.0, polling advice."""
    if facts.sent is not None and facts.now - facts.sent > facts.row.ack_wait:
        yield Finding(
            "ack_missing",
            WARNING,
            f"a report left on {facts.sent:%Y-%m-%d %H:%M} UTC and no ACK has come",
            facts.row.steps.fetch_ack.format(scope=facts.scope),
        )


def _throttling(facts: Facts) -> Iterator[Finding]:
    """seed, RUM report throttling; releases: cli.md 0.1."""
    release, rum = facts.state.release, facts.state.rum
    if not (facts.row.throttled and release is not None and release.throttled and rum is not None and rum.available):
        return
    if facts.last_push is not None and facts.now - facts.last_push < _DAY:
        yield Finding(
            "throttled",
            INFO,
            f"{release} sends one report a day and sent one less than a day ago; `license smart sync` overrides that",
        )


def _backlog(facts: Facts) -> Iterator[Finding]:
    """FN72578; cli.md 5.15."""
    release, rum = facts.state.release, facts.state.rum
    if release is None or rum is None or (rum.total or 0) < BACKLOG:
        return
    if release.rum_backlog:
        yield Finding(
            "backlog",
            WARNING,
            f"{rum.total} RUM reports on a release with FN72578 (memory, CPU)",
            f"Report, then upgrade to 17.3.7, 17.6.5, 17.9.1 or later: {_report(facts)}",
        )


def _air_level(facts: Facts) -> Iterator[Finding]:
    """cli.md 1.3, 6.3."""
    level, following = facts.state.air_level, facts.state.air_level_next
    if level and following and level.lower() != following.lower():
        text = f"AIR licence level is {level}, after the next reload {following}"
        yield Finding("air_level", WARNING, text, "Plan a reload")


def _usage(facts: Facts) -> Iterator[Finding]:
    """cli.md 4 (a licence never consumed needs no first report), 6.3 (AP count 0)."""
    if facts.in_use is False:
        yield Finding("no_usage", INFO, "no licence is in use" + ("" if facts.deadline else ": no report is owed"))


def _recommended(facts: Facts) -> Iterator[Finding]:
    """seed, Connected Directly, recommendations."""
    if facts.row.recommended:
        yield Finding("recommended", INFO, f"Cisco recommends {facts.row.recommended} in place of this topology")


def _unknown(facts: Facts) -> Iterator[Finding]:
    state = facts.state
    sections = {"usage": state.usage, "policy": state.policy, "reporting dates": state.reporting}
    missing = [name for name, value in sections.items() if value is None]
    if missing:
        remedy = "Read it by the CLI: `show license all`" if state.untold else "Gather `show license all`"
        yield Finding("unknown", INFO, f"not known: {', '.join(missing)}", remedy)
    if state.policy is not None and state.policy.flexible is not None and facts.deadline is None:
        text = "its policy is of a kind (PolicyV2) that does not tell when an ACK is due"
        yield Finding("policy_v2", INFO, text, "Look the product instance up on CSSM's portal")
    if facts.timeless:
        yield Finding("timezone", INFO, "the zone of the device's dates is not known", "Gather `show clock` too")


def trust_count(facts: Facts) -> tuple[int | None, int]:
    """INSTALLED codes and UDIs (cli.md 3.1.2); the first is None when the state does not say it of every UDI."""
    units = facts.state.units
    if not units or any(unit.trust.state is None for unit in units):
        return None, len(units)
    return sum(unit.trust.state == "installed" for unit in units), len(units)


def _report(facts: Facts) -> str:
    return facts.row.steps.report.format(scope=facts.scope)


_RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _supported,
    _transport,
    _address,
    _proxy,
    _vrf,
    _clock,
    _trust,
    _interval,
    _refused_reports,
    _ack_missing,
    _throttling,
    _backlog,
    _air_level,
    _usage,
    _recommended,
    _unknown,
)
