# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a product instance shall be configured like in its topology, and the change that leads there (design, rule 9).

Everything that hangs on the topology is read from its row of the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ._configuration_lines import lines_between
from .configuration import KEYS, TAC_PROFILE, CallHomeProfile, Change, Configuration
from .errors import SlpError
from .topologies import Initiator, Proxy, Topology

GATEWAY_PROFILE = "slp-gateway"
"""The Call Home profile that reports to a Transport Gateway (cli.md 5.6); ours, so that it can be removed again."""
CONTACT = "sch-smart-licensing@cisco.com"  # cli.md 1.6
PRIVILEGE = 15
"""Of a collector's user (cli.md 1.8)."""

_URL_KEYS = {"license smart url": "url", "license smart url smart": "url_smart", "license smart url cslu": "url_cslu"}
# cli.md 1.8; who logs in over HTTP has to be authenticated as a user.
_SERVICES: Mapping[str, Mapping[str, bool]] = {
    "netconf": {"netconf": True},
    "restconf": {"restconf": True, "https_server": True},
    "rest": {"https_server": True},
}
_BY_USER = ("local", "aaa")  # "aaa" may have lists of its own behind it
_INTERFACES = (
    "GigabitEthernet",
    "TenGigabitEthernet",
    "TwentyFiveGigE",
    "FortyGigabitEthernet",
    "HundredGigE",
    "Loopback",
    "Port-channel",
    "Vlan",
    "Tunnel",
    "BDI",
)
# What may stand in a command without being a command of its own; "?" asks an IOS terminal for help.
_WORD = re.compile(r"[!->@-~]{1,255}")
_NAME = re.compile(r"[\w.\-@+]{1,64}", re.ASCII)
_TAG = re.compile(r"[!->@-~]{1,127}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user wants beside the topology. None: leave it, or nothing, as the field says.

    Parts of the topology's own configuration, so None is "not configured": ``url``, ``cslu_url`` (used in its place
    where the topology takes a URL of that kind), ``proxy_address`` and ``proxy_port``, ``vrf``.
    Left as they are when None: ``source_interface``, ``interval``, ``privacy`` (``none``, ``hostname``, ``version``,
    ``all``), ``tags`` (up to four; those beyond go), ``revocation_check``.
    ``access``: how the collector comes; () is the topology's first.
    """

    url: str | None = None
    cslu_url: str | None = None
    proxy_address: str | None = None
    proxy_port: int | None = None
    vrf: str | None = None
    source_interface: str | None = None
    interval: int | None = None
    privacy: str | None = None
    tags: tuple[str, ...] | None = None
    revocation_check: str | None = None
    access: tuple[str, ...] = ()
    collector_user: str | None = None
    collector_password: str | None = field(default=None, repr=False)
    update_password: bool = False

    def __post_init__(self) -> None:
        words = {"url": self.url, "cslu_url": self.cslu_url, "proxy_address": self.proxy_address, "vrf": self.vrf}
        for name, value in words.items():
            _check(name, value, _WORD, "no blanks, no control characters, no question mark")
        interface = (self.source_interface or "").replace(" ", "")
        _check("source_interface", interface or None, _WORD, "such as Vlan10")
        _check("collector_user", self.collector_user, _NAME, "letters, digits and . - _ @ +")
        _check("collector_password", self.collector_password, _WORD, "no blanks, no question mark", secret=True)
        for tag in self.tags or ():
            _check("customer_tags", tag, _TAG, "1 to 127 characters, no blanks, no question mark")
        if len(self.tags or ()) > 4:
            raise SlpError("more than four customer tags", subject="customer_tags", remedy="A device keeps four")

    def url_for(self, row: Topology) -> str | None:
        """The URL that is wanted in this topology: the user's, or the one that everybody uses."""
        rule = row.desired.url
        if rule is None:
            return None
        own = self.cslu_url if _URL_KEYS[rule.command] == "url_cslu" else None
        return self.url or own or rule.default or None

    def access_for(self, row: Topology) -> tuple[str, ...]:
        """The services that are opened to the collector; none where no collector comes, whatever the inventory says."""
        if self.access and row.desired.access:
            return self.access
        return row.desired.access[:1] if row.initiator is Initiator.COLLECTOR else ()

    def gateway(self, row: Topology) -> bool:
        """The URL is that of a Transport Gateway."""
        rule = row.desired.url
        return rule is not None and row.desired.gateway and self.url_for(row) != rule.default


def _check(name: str, value: str | None, form: re.Pattern[str], says: str, *, secret: bool = False) -> None:
    if value is not None and form.fullmatch(value) is None:
        shown = "" if secret else value[:60]
        raise SlpError("a device would not take this value", subject=name, cause=shown, remedy=f"Give {says}")


def wanted(row: Topology, settings: Settings, current: Configuration) -> Configuration:
    """The configuration of a device in this topology. What concerns neither is as it is now.

    Leftovers of other topologies go: URLs, proxies, VRF, Call Home profiles for licensing. Services and users that a
    collector needed stay: others may use them, our own login among them.
    """
    url = settings.url_for(row)
    tolerated = current.transport in row.desired.transports and not url
    transport = current.transport if tolerated else row.desired.transports[0]
    smart_proxy = row.desired.proxy is Proxy.SMART
    return replace(
        current,
        transport=transport,
        **_urls(row, url, transport, current),
        proxy_address=settings.proxy_address if smart_proxy else None,
        proxy_port=settings.proxy_port if smart_proxy else None,
        vrf=settings.vrf if row.desired.vrf else None,
        **_given(settings, current),
        **_call_home(row, settings, current),
        **_access(row, settings, current),
    )


def passwords(row: Topology, settings: Settings, current: Configuration) -> dict[str, str]:
    """The collector's password, where it has to be set: a new user, or ``update_password``."""
    user, password = settings.collector_user, settings.collector_password
    if not (user and password and settings.access_for(row)):
        return {}
    return {user: password} if settings.update_password or user not in current.users else {}


def plan(desired: Configuration, current: Configuration, secrets: Mapping[str, str] | None = None) -> Change:
    """The change that leads from ``current`` to ``desired``; ``secrets``: user -> password to be set."""
    settings = {
        key: (getattr(current, key), getattr(desired, key))
        for key in KEYS
        if getattr(current, key) != getattr(desired, key)
    }
    new = dict(secrets or {})
    if not settings and not new:
        return Change()
    return Change(
        settings=settings,
        lines=tuple(lines_between(current, desired, new)),
        passwords=new,
    )


def _urls(row: Topology, url: str | None, transport: str | None, current: Configuration) -> dict[str, Any]:
    """The wanted URL and no other. One that is in force already stays as it is spelled (cli.md 1.1, 7.2)."""
    found: dict[str, Any] = {"url": None, "url_smart": None, "url_cslu": None, "url_default": False}
    rule = row.desired.url
    if rule is None or not url:
        return found
    key = _URL_KEYS[rule.command]
    spellings: list[dict[str, Any]] = [{key: url}]
    if key == "url_smart":
        spellings += [{"url": url}, *([{"url_default": True}] if url == rule.default else [])]
    if transport == current.transport:
        for spelling in spellings:
            if all(getattr(current, name) == value for name, value in spelling.items()):
                return found | spelling
    return found | spellings[0]


def _given(settings: Settings, current: Configuration) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if settings.source_interface:
        name = interface_name(settings.source_interface)
        same = interface_name(current.source_interface or "").lower() == name.lower()
        found["source_interface"] = current.source_interface if same else name
    if settings.interval is not None:
        found["interval"] = settings.interval
    if settings.privacy is not None:
        found["privacy_hostname"] = settings.privacy in ("all", "hostname")
        found["privacy_version"] = settings.privacy in ("all", "version")
    if settings.tags is not None:
        tags = [*settings.tags, None, None, None, None]
        found |= {f"tag{number}": tags[number - 1] for number in range(1, 5)}
    if settings.revocation_check is not None:
        found["trustpoint_revocation"] = settings.revocation_check
    return found


def interface_name(text: str) -> str:
    """``vlan 10`` and ``gi1`` as the device writes them; what is not known stays."""
    short = text.replace(" ", "")
    letters = re.match(r"[A-Za-z\-]*", short)
    head = letters[0] if letters else ""
    full = [name for name in _INTERFACES if head and name.lower().startswith(head.lower())]
    return full[0] + short[len(head) :] if len(full) == 1 else short


def _call_home(row: Topology, settings: Settings, current: Configuration) -> dict[str, Any]:
    """cli.md 1.6, 5.5, 5.6. Call Home that carries no licensing data is none of our business; a profile of ours is."""
    if not row.desired.call_home:
        carries = current.transport == "callhome"
        if not carries and current.profile(GATEWAY_PROFILE) is None:
            return {}
        found: dict[str, Any] = {"call_home_profiles": _profiles(current, reporter=TAC_PROFILE, url=None)}
        return found | ({"http_proxy": None, "http_proxy_port": None} if carries else {})
    url = settings.url_for(row) if settings.gateway(row) else None
    proxy = row.desired.proxy is Proxy.CALL_HOME
    found = {
        "service_call_home": True,
        "call_home_contact": current.call_home_contact or CONTACT,
        "http_proxy": settings.proxy_address if proxy else None,
        "http_proxy_port": settings.proxy_port if proxy else None,
        "call_home_profiles": _profiles(current, reporter=_reporter(url, current), url=url, active=True),
    }
    if settings.privacy is not None:  # the host name goes out in the envelope too
        found["call_home_privacy"] = settings.privacy in ("all", "hostname")
    return found


def _reporter(gateway: str | None, current: Configuration) -> str:
    """Who reports licensing data: Cisco's own profile, or to a gateway the one that has its address, or ours."""
    if gateway is None:
        return TAC_PROFILE
    own = [entry.name for entry in current.call_home_profiles if gateway in entry.urls and entry.name != TAC_PROFILE]
    return own[0] if own else GATEWAY_PROFILE


def _profiles(
    current: Configuration, *, reporter: str, url: str | None, active: bool = False
) -> tuple[CallHomeProfile, ...]:
    """The profiles with exactly one that reports licensing data. ``active``: it works by HTTP."""

    def others() -> Iterator[CallHomeProfile]:
        for entry in current.call_home_profiles:
            if entry.name.lower() not in (reporter.lower(), GATEWAY_PROFILE):
                yield replace(entry, licensing=False)

    one = current.profile(reporter)
    if one is None and not active:
        return tuple(others())
    one = replace(one or CallHomeProfile(name=reporter), licensing=True)
    if active:
        one = replace(one, active=True, http=True, email=False, urls=(url,) if url else ())
    return tuple(sorted((*others(), one), key=lambda entry: entry.name.lower()))


def _access(row: Topology, settings: Settings, current: Configuration) -> dict[str, Any]:
    """cli.md 1.8. An AAA configuration that is there stays: it may be what lets us in."""
    services = settings.access_for(row)
    if not services:
        return {}
    found: dict[str, Any] = {}
    for service in services:
        found |= _SERVICES.get(service, {})
    user = settings.collector_user
    if user:
        found["users"] = {**current.users, user: max(PRIVILEGE, current.users.get(user, 0))}
    if not current.aaa_new_model:
        found |= {"aaa_new_model": True, "aaa_login": "local", "aaa_exec": "local"}
    elif current.aaa_login in (None, "local") and not current.aaa_lists:  # a local exec list shuts other users out
        found |= {"aaa_login": "local", "aaa_exec": current.aaa_exec or "local"}
    if "https_server" in found and not (current.http_authentication or "").startswith(_BY_USER):
        local = user or not current.aaa_new_model
        found["http_authentication"] = "local" if local else "aaa"
    return found
