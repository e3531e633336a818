# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the preflight; each says which row of cli.md 6.3 it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from ._audit_rules import BACKLOG
from ._preflight_model import IMPLIED, Facts, Finding, Severity
from ._preflight_settings import SETTINGS_RULES
from .topologies import TrustRule

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_READY = ("Ready", "Removed")  # states of `show chassis` in which nothing is under way
_SETTLED = ("STANDBY HOT", "DISABLED")  # peer states of `show redundancy states`: there, or not there at all
_NO_CODE = ("NOT INSTALLED", "NONE", "")


def _privilege(facts: Facts) -> Iterator[Finding]:
    """6.3: EXEC privilege < 15."""
    level = facts.surroundings.privilege
    if level is not None and level < 15:
        yield Finding(
            "privilege",
            Severity.REFUSE,
            f"the login has privilege {level}; licensing commands need 15",
            "Log in as a user with privilege 15, or set the enable password",
        )


def _roles(facts: Facts) -> Iterator[Finding]:
    """6.3: HA, command on the standby, or roles in transition; pre-check of cli.md 5.0."""
    ha = facts.state.ha
    if ha is None:
        return
    mine, peer = (ha.my_state or "").upper(), (ha.peer_state or "").upper()
    if mine.startswith("STANDBY"):
        yield Finding(
            "standby",
            Severity.REFUSE,
            "this is the standby unit; only the active one is configured",
            "Set ansible_host to the address of the pair (wireless management)",
        )
        return
    moving = [f"chassis {member.number}: {member.state}" for member in ha.members if member.state not in _READY]
    if mine and mine != "ACTIVE":
        moving.append(f"this unit: {ha.my_state}")
    if peer and not peer.startswith(_SETTLED):
        moving.append(f"peer: {ha.peer_state}")
    if moving:
        yield Finding(
            "ha_transition",
            Severity.REFUSE,
            f"the roles of the units are changing ({', '.join(moving)})",
            "Wait until `show redundancy` says STANDBY HOT, then run again",
        )


def _clock(facts: Facts) -> Iterator[Finding]:
    """6.3: clock not synchronised; an hour or more is refused where a trust code will be asked for."""
    clock = facts.state.clock
    skew = abs(clock.utc - facts.now) if clock is not None and clock.utc is not None else timedelta(0)
    if skew >= _HOUR:
        token = facts.row.trust.rule is TrustRule.TOKEN and (not facts.state.trust_complete or bool(facts.plans.token))
        yield Finding(
            "clock_skew",
            Severity.REFUSE if token else Severity.WARN,
            f"the clock is {int(skew / _HOUR)} h away from ours; CSSM refuses trust codes from 1 h on",
            "Configure `ntp server` on the device and wait until it is synchronised",
        )
    elif facts.state.ntp_synced is False:
        yield Finding("clock", Severity.WARN, "the clock is not synchronised", "Configure `ntp server` on the device")


def _trust(facts: Facts) -> Iterator[Finding]:
    """6.3: factory trust code and direct topology, code present and no force, INSTALLED count and UDI count."""
    units, plans = facts.state.units, facts.plans
    installed = [unit for unit in units if unit.trust.state == "installed"]
    if facts.row.trust.rule is not TrustRule.TOKEN or any(unit.trust.state is None for unit in units):
        return
    if any("factory" in (unit.trust.kind or "").lower() for unit in installed):
        able = plans.token and plans.force
        yield Finding(
            "trust_factory",
            Severity.REFUSE if False in (plans.token, plans.force) else Severity.NOTE if able else Severity.WARN,
            "the trust code was installed in the factory and cannot talk to CSSM",
            "" if able else "Have an ID token of the Virtual Account, and install it with force",
        )
        return
    if len(installed) == len(units):
        if plans.token and not plans.force:
            yield Finding(
                "trust_present",
                Severity.WARN,
                "a trust code is installed; an ID token without force will be refused by the device",
                "Leave the token out, or give force to replace the trust (to move to another account)",
            )
        return
    missing = f"{len(installed)} of {len(units)} UDIs have a trust code"
    if plans.token is not True:
        yield Finding(
            "trust_token",
            Severity.REFUSE if plans.token is False and "trust" in plans.steps else Severity.WARN,
            f"{missing}; this topology needs an ID token",
            "Give an ID token of the Virtual Account, or create one with c9800.slp.cssm_id_token",
        )
    if installed:
        yield Finding(
            "trust_partial",
            Severity.WARN,
            missing,
            f"Install with scope all{'' if plans.force else ' and force: a code is present'}",
        )


def _moving(facts: Facts) -> Iterator[Finding]:
    """6.3: `transport off` and a request to push or sync; throttling; SLR or SLAC present."""
    state = facts.state
    after = facts.desired.transport if "configure" in facts.plans.steps else facts.current.transport
    if after == "off" and "sync" in facts.plans.steps:
        yield Finding(
            "transport_off",
            Severity.REFUSE,
            "transport is off: no report is ever sent, `license smart sync` does nothing",
            facts.row.steps.report.format(scope=facts.scope),
        )
    last = state.reporting.last_push if state.reporting else None
    release = state.release
    if facts.row.throttled and release is not None and release.throttled and last is not None and last.utc is not None:
        device = state.clock.utc if state.clock and state.clock.utc else facts.now
        if device - last.utc < _DAY:
            yield Finding(
                "throttled",
                Severity.NOTE,
                f"{release} sends one report a day and sent one less than a day ago",
                f"`license smart sync {facts.scope}` (c9800.slp.sync) overrides that",
            )
    codes = {unit.authorization or "" for unit in state.units}
    reserved = "ENABLED" in (state.reservation or "").upper() or any(code.upper() not in _NO_CODE for code in codes)
    if reserved and facts.change.settings.keys() & {"transport", "url", "url_smart", "url_cslu"}:
        yield Finding(
            "reservation",
            Severity.WARN,
            "a licence reservation or authorization code (SLR, SLAC) is installed",
            "Return it first if it shall go: `license smart authorization return local online`",
        )


def _profiles(facts: Facts) -> Iterator[Finding]:
    """6.3: call home with more than one profile reporting licensing data; a configure leaves exactly one."""
    names = [entry.name for entry in facts.current.call_home_profiles if entry.active and entry.licensing]
    if facts.row.desired.call_home and len(names) > 1:
        configured = "configure" in facts.plans.steps
        kept = [entry.name for entry in facts.desired.call_home_profiles if entry.licensing]
        yield Finding(
            "call_home_profiles",
            Severity.WARN if configured else Severity.REFUSE,
            f"{len(names)} active Call Home profiles report licensing data ({', '.join(names)}); only one may",
            f"Configuring leaves {kept[0]} only" if configured else "Run c9800.slp.configure first",
        )


def _air_level(facts: Facts) -> Iterator[Finding]:
    """6.3: current AIR level and next-reload level differ."""
    level, following = facts.state.air_level, facts.state.air_level_next
    if level and following and level.lower() != following.lower():
        yield Finding(
            "air_level",
            Severity.WARN,
            f"AIR licence level is {level}, after the next reload {following}: a reload is pending",
            "Plan a reload",
        )


def _backlog(facts: Facts) -> Iterator[Finding]:
    """6.3: FN72578-affected release with large RUM totals (cli.md 5.15)."""
    release, rum = facts.state.release, facts.state.rum
    total = max((rum.total or 0) if rum else 0, len(facts.state.reports or ()))
    if release is not None and release.rum_backlog and total >= BACKLOG:
        yield Finding(
            "backlog",
            Severity.WARN,
            f"{total} RUM reports on {release}, which has FN72578 (memory, CPU)",
            "Report, then upgrade to 17.3.7, 17.6.5, 17.9.1 or later",
        )


def _usage(facts: Facts) -> Iterator[Finding]:
    """6.3: AP count 0."""
    if facts.state.usage is not None and not any(use.in_use for use in facts.state.usage):
        yield Finding("no_usage", Severity.NOTE, "no access point uses a licence: no first report is required")


def _roots(facts: Facts) -> Iterator[Finding]:
    """cli.md 1.7, 5.3 step 1: images before the new root certificate do not trust CSSM's servers."""
    release = facts.state.release
    if facts.row.push_reaches_cssm and release is not None and release.old_root:
        yield Finding(
            "tls_root",
            Severity.WARN,
            f"{release} lacks the root certificate of CSSM's servers",
            "Upgrade to 17.3.4, 17.4.2, 17.5.1 or later, or import it: "
            "`crypto pki trustpool import url http://www.cisco.com/security/pki/trs/ios_core.p7b`",
        )


def _unsaved(facts: Facts) -> Iterator[Finding]:
    """6.3: running configuration not saved after a change."""
    if facts.surroundings.unsaved:
        yield Finding(
            "unsaved",
            Severity.WARN,
            "the running configuration has changes that are not saved",
            "Look at them first: saving ours saves them too, and without saving a reload loses them",
        )


def _recommended(facts: Facts) -> Iterator[Finding]:
    """seed, Connected Directly, recommendations."""
    if facts.row.recommended:
        yield Finding(
            "recommended", Severity.NOTE, f"Cisco recommends {facts.row.recommended} in place of this topology"
        )


def _impossible(facts: Facts) -> Iterator[Finding]:
    """What the way in cannot set is said before anything is tried; the reason names the way that can."""
    for reason in dict.fromkeys(facts.impossible.values()):
        yield Finding("way", Severity.REFUSE, reason)


def _unseen(facts: Facts) -> Iterator[Finding]:
    """yang.md 7.1: the models lack proxy, VRF and AAA, so nothing can be said of what is there."""
    hidden = facts.unseen
    if hidden & {"proxy_address", "vrf"}:
        yield Finding(
            "unseen",
            Severity.NOTE,
            f"`license smart proxy` and `vrf` do not show over {facts.way}; those of another topology would stay",
            "Look once by the command line, or set slp_fallback: cli",
        )
    if hidden & IMPLIED and facts.settings.access_for(facts.row):
        yield Finding(
            "access_unseen",
            Severity.NOTE,
            f"not everything that lets {facts.row.collector.name} in shows over {facts.way} "
            f"({', '.join(sorted(hidden & IMPLIED))}); it is left as it is",
            "Configure it once by the command line, or set slp_fallback: cli",
        )


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    *SETTINGS_RULES,
    _privilege,
    _roles,
    _clock,
    _trust,
    _moving,
    _profiles,
    _air_level,
    _backlog,
    _usage,
    _roots,
    _unsaved,
    _recommended,
    _impossible,
    _unseen,
)
