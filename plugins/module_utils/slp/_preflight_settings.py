# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The preflight's rules on what a user wants: topology, URL, proxy, interval, access (cli.md 6.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ._preflight_model import Facts, Finding, Severity
from .desired import PRIVILEGE, interface_name
from .topologies import Proxy, advise, gate

_PLATFORM = "platform"
_VARIABLES = {
    "url": "slp_url",
    "url_http": "slp_url",
    "proxy": "slp_proxy_address",
    "vrf": "slp_vrf",
    "interval": "slp_interval",
    "interval_0": "slp_interval",
}
"""What a remedy is about, where it does not name it."""
_YANG_MOST = 365  # days: cli.md 1.1


def _gates(facts: Facts) -> Iterator[Finding]:
    """6.3: release, platform, collector's version, NAT, URL forms, kind of proxy, VRF, interval: the table's gates."""
    settings, plans, row = facts.settings, facts.plans, facts.row
    proxy = None
    if settings.proxy_address:
        proxy = row.desired.proxy or Proxy.SMART
    asked: dict[str, Any] = {
        "is_controller": None if plans.any_platform else facts.state.is_controller,
        "slp_enabled": facts.state.slp_enabled,
        "url": (settings.url_for(row) if row.desired.url else settings.url) or "",
        "proxy": proxy,
        "vrf": settings.vrf or "",
        "interval": settings.interval,
        "behind_nat": plans.behind_nat,
        "collector_version": plans.collector_version,
        "collector_proxy": plans.collector_proxy,
    }
    for severity, objections in (
        (Severity.REFUSE, gate(row, facts.state.release, **asked)),
        (Severity.WARN, advise(row, facts.state.release, **asked)),
    ):
        for objection in objections:
            remedy = objection.remedy
            if variable := _VARIABLES.get(objection.code):
                remedy += f" ({variable})"
            if objection.code == _PLATFORM:
                remedy += ", or set any_platform if it is a controller all the same"
            yield Finding(objection.code, severity, objection.reason, remedy)


def _collector(facts: Facts) -> Iterator[Finding]:
    """seed, tables 1 and 2; apis.md 4 for CSLU."""
    server, version = facts.row.collector, facts.plans.collector_version
    if server.min_version and not version:
        yield Finding(
            "collector_unknown",
            Severity.NOTE,
            f"the version of {server.name} is not given, so it was not checked",
            f"It has to be {server.min_version} or later; set slp_collector_version",
        )
    if version and server.older(version, server.safe_since):
        yield Finding(
            "collector_unsafe",
            Severity.WARN,
            f"{server.name} {version} has holes that are used in the wild (CVE-2024-20439, CVE-2024-20440)",
            f"Upgrade {server.name} to {server.safe_since} or later",
        )


def _address(facts: Facts) -> Iterator[Finding]:
    """6.3: URL of On-Prem; cli.md 1.2: an empty CSLU URL is looked up by DNS."""
    rule, row = facts.row.desired.url, facts.row
    if rule is None or facts.settings.url_for(row):
        return
    if rule.required:
        yield Finding(
            "url_missing",
            Severity.REFUSE,
            f"{row.title} needs a URL",
            f"Set slp_url to one of the form {rule.template}",
        )
    elif row.push_moves:
        yield Finding("url_dns", Severity.NOTE, "no URL is given: the device looks up the DNS name cslu-local")


def _revocation(facts: Facts) -> Iterator[Finding]:
    """cli.md 1.2, 1.7, 5.11 step 5: HTTPS to a server of a private CA fails where nobody publishes its list."""
    row, key = facts.row, "trustpoint_revocation"
    url = facts.settings.url_for(row) or ""
    collects = row.desired.url is not None and row.desired.url.command == "license smart url cslu"
    methods = facts.desired.trustpoint_revocation or "crl"
    if not collects or not url.lower().startswith("https:") or "none" in methods.split():
        return
    if facts.settings.revocation_check is None:  # who names one has decided
        yield Finding(
            "revocation",
            Severity.NOTE if key in facts.unseen else Severity.WARN,
            f"SLA-TrustPoint checks revocation ({methods}), and HTTPS to {row.collector.name} fails where the device "
            "does not reach the list of the CA",
            "Set slp_revocation_check: none for a private CA without a list, or crl if the list is reached",
        )


def _proxy(facts: Facts) -> Iterator[Finding]:
    """cli.md 5.4, 5.6: a topology that is there for its proxy needs one."""
    desired, settings = facts.row.desired, facts.settings
    if settings.proxy_address:
        return
    if desired.proxy_required or (desired.gateway and not settings.gateway(facts.row)):
        other = ", or slp_url to that of a Transport Gateway" if desired.gateway else ""
        yield Finding(
            "proxy_missing",
            Severity.REFUSE,
            f"{facts.row.title} needs a proxy",
            f"Set slp_proxy_address and slp_proxy_port{other}",
        )


def _exit(facts: Facts) -> Iterator[Finding]:
    """cli.md 1.1, 1.4: a report that is to leave by what is not there never leaves."""
    settings, around = facts.settings, facts.surroundings
    vrf = settings.vrf if facts.row.desired.vrf else None
    if vrf and around.vrfs is not None and vrf not in around.vrfs:
        there = f"; it has {', '.join(sorted(around.vrfs))}" if around.vrfs else ""
        yield Finding(
            "vrf_missing",
            Severity.REFUSE,
            f"the device has no VRF {vrf}{there}",
            "Set slp_vrf to one that it has, in upper and lower case as there, or define it first (`vrf definition`)",
        )
    interface = interface_name(settings.source_interface or "")
    if interface and around.interfaces is not None and interface.lower() not in map(str.lower, around.interfaces):
        yield Finding(
            "interface_missing",
            Severity.REFUSE,
            f"the device has no interface {interface}",
            "Set slp_source_interface to one that it has, by whose address the server is reached (`show ip interface "
            "brief`)",
        )


def _interval(facts: Facts) -> Iterator[Finding]:
    """6.3: interval 0, above the policy, above 365 where the models write; 0 that is there already counts too."""
    days, state = facts.settings.interval, facts.state
    shown = state.reporting.push_interval_days if state.reporting else None
    if days is None and shown == 0 and facts.row.push_moves:
        yield Finding(
            "interval_0",
            Severity.WARN,
            "reporting interval is 0: the device never sends a report by itself",
            "Set slp_interval to 1 or more days",
        )
    if days is None:
        return
    if days > _YANG_MOST and facts.way != "cli":
        yield Finding(
            "interval_yang",
            Severity.REFUSE,
            f"an interval of {days} days: the data models take 1 to {_YANG_MOST}",
            f"Set slp_interval to {_YANG_MOST} or less, or use ansible_connection: c9800.slp.cli",
        )
    policy = _policy_days(facts)
    if policy and days > policy:
        yield Finding(
            "interval_long",
            Severity.WARN,
            f"an interval of {days} days has no effect: the policy asks for a report every {policy} days",
            f"Set slp_interval to {policy} or less, or leave it out",
        )


def _policy_days(facts: Facts) -> int | None:
    """The strictest reporting frequency of the policy in use; None when it asks for none or is not known."""
    policy = facts.state.policy
    if policy is None:
        return None
    if policy.flexible is not None:
        return policy.flexible.reporting_interval
    rules = (policy.perpetual, policy.subscription, policy.enforced, policy.export)
    return min((rule.ongoing for rule in rules if rule is not None and rule.ongoing), default=None)


def _access(facts: Facts) -> Iterator[Finding]:
    """cli.md 1.8: how a collector comes in; nobody is locked out by it."""
    row, settings, current = facts.row, facts.settings, facts.current
    foreign = [name for name in settings.access_for(row) if name not in row.desired.access]
    if foreign:
        yield Finding(
            "access",
            Severity.REFUSE,
            f"{row.title} does not use {', '.join(foreign)}",
            f"Set slp_access to {' or '.join(row.desired.access)}",
        )
    if not settings.access_for(row) or foreign:
        return
    yield from _user(facts)
    desired = facts.desired
    starts_aaa = desired.aaa_new_model and not current.aaa_new_model
    if starts_aaa and facts.user and facts.user not in desired.users:
        yield Finding(
            "lockout",
            Severity.REFUSE,
            f"`aaa new-model` with local users would lock out {facts.user}, who is no local user",
            f"Configure AAA by hand, or add `username {facts.user} privilege {PRIVILEGE} secret ...` first",
        )
    if desired.aaa_exec == "local" != current.aaa_exec:
        low = [f"{name} {level}" for name, level in sorted(desired.users.items()) if level < PRIVILEGE]
        yield Finding(
            "aaa_local",
            Severity.WARN,
            "`aaa authorization exec default local` is new: only local users get in by it, each with its own privilege"
            + (f" ({', '.join(low)})" if low else ""),
            "See that everybody who works on the device has a local user, or configure AAA by hand first",
        )
    if current.http_authentication and desired.http_authentication != current.http_authentication:
        yield Finding(
            "http_login",
            Severity.WARN,
            f"`ip http authentication` changes from {current.http_authentication} to {desired.http_authentication}, "
            "and so does who gets into the web interface",
            "See that everybody who uses it has a local user",
        )
    if not desired.aaa_exec or (desired.aaa_login or "").split()[:1] not in ([], ["local"]):
        lists = f", lists {', '.join(current.aaa_lists)}" if current.aaa_lists else ""
        yield Finding(
            "aaa",
            Severity.NOTE if desired.aaa_exec else Severity.WARN,
            f"AAA is configured already (login default {current.aaa_login}, exec default {current.aaa_exec}{lists}) "
            "and stays as it is",
            "See that the collector's user is let in by it, with privilege 15",
        )


def _user(facts: Facts) -> Iterator[Finding]:
    name, server = facts.settings.collector_user, facts.row.collector.name
    if not name:
        if not facts.current.aaa_new_model:
            yield Finding(
                "collector_user",
                Severity.WARN,
                f"no user for {server} is given",
                "Set slp_collector_user and slp_collector_password, unless it logs in as somebody who is there already",
            )
    elif name not in facts.current.users and not facts.settings.collector_password:
        yield Finding(
            "collector_password",
            Severity.REFUSE,
            f"the user {name} is not there and no password is given",
            "Set slp_collector_password (from a vault)",
        )


SETTINGS_RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _gates,
    _collector,
    _address,
    _revocation,
    _proxy,
    _exit,
    _interval,
    _access,
)
