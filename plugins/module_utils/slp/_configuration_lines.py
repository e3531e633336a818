# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that lead from one configuration to another (cli.md 1). Private to ``desired.py``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .configuration import TAC_PROFILE, CallHomeProfile, Configuration
from .topologies import CALL_HOME_URL

# Settings of one line each: what stands before the value, in the order of cli.md 5.0.
_VALUES = (
    ("proxy_address", "license smart proxy address"),
    ("proxy_port", "license smart proxy port"),
    ("vrf", "license smart vrf"),
    ("source_interface", "ip http client source-interface"),
    ("interval", "license smart usage interval"),
    ("tag1", "license smart usage customer-tags tag1"),
    ("tag2", "license smart usage customer-tags tag2"),
    ("tag3", "license smart usage customer-tags tag3"),
    ("tag4", "license smart usage customer-tags tag4"),
    ("air_level", "license air level"),
)
_URLS = (("url_cslu", "license smart url cslu"), ("url_smart", "license smart url smart"), ("url", "license smart url"))
_SERVICES = (
    ("http_server", "ip http server"),
    ("https_server", "ip http secure-server"),
    ("netconf", "netconf-yang"),
    ("restconf", "restconf"),
)


def lines_between(
    before: Configuration, after: Configuration, passwords: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The commands, in order: what a transport needs is there before the device begins to use it."""
    yield from _call_home(before, after)
    yield from _trustpoint(before, after)
    yield from _transport(before, after)
    for key, words in _VALUES:
        yield from _value(words, getattr(before, key), getattr(after, key))
    yield from _flag("license smart privacy hostname", before.privacy_hostname, after.privacy_hostname)
    yield from _flag("license smart privacy version", before.privacy_version, after.privacy_version)
    yield from _access(before, after, passwords or {})


def _flag(line: str, old: bool, new: bool) -> Iterator[str]:
    if old != new:
        yield line if new else f"no {line}"


def _value(words: str, old: object, new: object) -> Iterator[str]:
    """``no`` takes no value: some forms have none to take (cli.md 1.1)."""
    if old != new:
        yield f"no {words}" if new is None else f"{words} {new}"


def _transport(before: Configuration, after: Configuration) -> Iterator[str]:
    """A URL goes before another comes: the bare one is overwritten by its smart twin (cli.md 1.1, 7.2)."""
    if before.transport != after.transport:
        yield f"license smart transport {after.transport}" if after.transport else "no license smart transport"
    gone = [words for key, words in _URLS if getattr(before, key) and not getattr(after, key)]
    if before.url_default and not after.url_default:
        gone.append("license smart url")
    yield from (f"no {words}" for words in dict.fromkeys(gone))
    if after.url_default and not before.url_default:
        yield "license smart url default"
    for key, words in _URLS:
        if getattr(after, key) and getattr(before, key) != getattr(after, key):
            yield f"{words} {getattr(after, key)}"


def _trustpoint(before: Configuration, after: Configuration) -> Iterator[str]:
    """cli.md 1.7."""
    change = list(_value("revocation-check", before.trustpoint_revocation, after.trustpoint_revocation))
    if change:
        yield from ("crypto pki trustpoint SLA-TrustPoint", f" {change[0]}", " exit")


def _call_home(before: Configuration, after: Configuration) -> Iterator[str]:
    """cli.md 1.6, 5.6. Who stops reporting comes first: only one active profile may."""
    inside = list(_value("contact-email-addr", before.call_home_contact, after.call_home_contact))
    inside += _flag("data-privacy hostname", before.call_home_privacy, after.call_home_privacy)
    old, new = (before.http_proxy, before.http_proxy_port), (after.http_proxy, after.http_proxy_port)
    if old != new:
        inside.append(f'http-proxy "{new[0]}" port {new[1]}' if new[0] else "no http-proxy")
    for profile in before.call_home_profiles:
        if after.profile(profile.name) is None:
            inside.append(f"no profile {profile.name}")
    for profile in sorted(after.call_home_profiles, key=lambda entry: entry.licensing):
        below = list(_profile(before.profile(profile.name), profile))
        if below:
            inside += [f"profile {profile.name}", *(f" {line}" for line in below), " exit"]
    on = before.service_call_home != after.service_call_home
    if on and not after.service_call_home:
        yield "no service call-home"
    if inside:
        yield from ("call-home", *(f" {line}" for line in inside), " exit")
    if on and after.service_call_home:
        yield "service call-home"


def _profile(before: CallHomeProfile | None, after: CallHomeProfile) -> Iterator[str]:
    tac = after.name.lower() == TAC_PROFILE.lower()
    old = before or CallHomeProfile(name=after.name, licensing=tac)
    yield from (f"no destination address http {url}" for url in old.urls if url not in after.urls)
    yield from _flag("destination transport-method http", old.http, after.http)
    yield from _flag("destination transport-method email", old.email, after.email)
    yield from (f"destination address http {url}" for url in after.urls if url not in old.urls)
    if tac and old.urls and not after.urls:
        yield f"destination address http {CALL_HOME_URL}"
    yield from _flag("reporting smart-licensing-data", old.licensing, after.licensing)
    yield from _flag("active", old.active, after.active)
    if before is None and not after.active:
        yield "no active"


def _access(before: Configuration, after: Configuration, passwords: Mapping[str, str]) -> Iterator[str]:
    """cli.md 1.8. A user is there before AAA asks for one, and goes after it has ceased to."""
    for name in sorted({*after.users, *passwords}):
        privilege = after.users.get(name, before.users.get(name, 1))
        if name in passwords:
            yield f"username {name} privilege {privilege} secret 0 {passwords[name]}"
        elif before.users.get(name) != privilege:
            yield f"username {name} privilege {privilege}"
    if after.aaa_new_model and not before.aaa_new_model:
        yield "aaa new-model"
    yield from _value("aaa authentication login default", before.aaa_login, after.aaa_login)
    yield from _value("aaa authorization exec default", before.aaa_exec, after.aaa_exec)
    if before.aaa_new_model and not after.aaa_new_model:
        yield "no aaa new-model"
    yield from _value("ip http authentication", before.http_authentication, after.http_authentication)
    for key, line in _SERVICES:
        yield from _flag(line, getattr(before, key), getattr(after, key))
    yield from (f"no username {name}" for name in sorted(before.users) if name not in after.users)
