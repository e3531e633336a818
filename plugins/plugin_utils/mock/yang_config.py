# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of a simulated device as data of the models, and a change of such data as command lines.

Both trees of yang.md 3 and 7 are views of one running configuration; what has no node here is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .config import LicenceConfig, Section
from .yang_data import Data

if TYPE_CHECKING:
    from .device import MockDevice

LICENSING = "cisco-smart-license:licensing"
NATIVE = "Cisco-IOS-XE-native:native"
_CH = "Cisco-IOS-XE-call-home:"
TAC = 'profile "CiscoTAC-1"'
DDCE = "https://tools.cisco.com/its/service/oddce/services/DDCEService"


def configuration(device: MockDevice) -> Data:
    """What ``get-config`` reads."""
    licence = device.licence_config
    return {LICENSING: {"config": _licensing(device, licence)}, NATIVE: _native(device, licence)}


def _licensing(device: MockDevice, licence: LicenceConfig) -> Data:
    transport: Data = {"transport-type": f"transport-type-{licence.transport}"}
    if licence.transport == "smart":
        if licence.url_default:
            transport["transport-smart"] = {"url-default": "true"}
        elif licence.url_smart:
            transport["transport-smart"] = {"urls": {"url-registration": licence.url_smart}}
    if device.layout.slp:
        transport |= _some({"transport-cslu": _some({"url-cslu": licence.url_cslu})})
    privacy = {
        name: "true"
        for name, on in (("hostname", licence.privacy_hostname), ("version", licence.privacy_version))
        if on
    }
    return _some({"enable": "false", "privacy": privacy, "usage": _usage(licence), "transport": transport})


def _usage(licence: LicenceConfig) -> Data:
    """An interval that the model cannot hold is not there."""
    days = licence.interval
    interval = str(days) if days is not None and 1 <= days <= 365 else ""
    return _some({"interval": interval, "customer-tags": dict(sorted(licence.tags.items()))})


def _native(device: MockDevice, licence: LicenceConfig) -> Data:
    section = device.config.section
    url: Data = {"cslu": licence.url_cslu}
    if licence.url_default:
        url["default"] = None
    elif bare := licence.url or licence.url_smart:
        url["name"] = bare
    # The default transport is in no line of the configuration (cli.md 7.2).
    transport = {"cslu": "", "off": "Off"}.get(licence.transport, licence.transport)
    privacy: Data = {"hostname": None if licence.privacy_hostname else "", "version": ""}
    if licence.privacy_version:
        privacy["version"] = None
    smart = {"transport-type": transport, "privacy": _some(privacy), "usage": _usage(licence), "url": _some(url)}
    udi = device.units[0][1]
    return _some(
        {
            "version": f"{device.release.major}.{device.release.minor}",
            "hostname": device.hostname,
            "service": {"call-home": ""} if section.has("service call-home") else {},
            "license": _some({"udi": {"pid": udi.pid, "sn": udi.sn}, "smart": _some(smart)}),
            "call-home": _call_home(section.at("call-home")),
        }
    )


def _call_home(home: Section) -> Data:
    email = _after(home, "contact-email-addr")
    interface = re.match(r"([A-Za-z]+)(\d.*)", _after(home, "source-interface"))
    proxy = re.fullmatch(r'"?([^" ]+)"? port (\d+)', _after(home, "http-proxy"))
    privacy = _some({"hostname": None if home.has("data-privacy hostname") else ""})
    http: Data = {}
    if home.has("http resolve-hostname ipv4-first"):
        http["resolve-hostname"] = {"ipv4-first": ""}
    if home.has("no http secure server-identity-check") or home.has("http secure server-identity-check"):
        check = "false" if home.has("no http secure server-identity-check") else "true"
        http["secure"] = {"server-identity-check": check}
    users = [_user(line, below) for line, below in home.lines.items() if line.startswith("profile ") and line != TAC]
    data: Data = {
        "contact-email-addr": email,
        "source-interface": {interface[1]: interface[2]} if interface else {},
        "data-privacy": privacy,
        "http": http,
        "http-proxy": {"proxy-servers": [{"proxy-server": proxy[1], "port": proxy[2]}]} if proxy else {},
        "tac-profile": {"profile": {"CiscoTAC-1": _tac(home.at(TAC))}} if home.has(TAC) else {},
        "user-profile": {"profile": users} if users else {},
    }
    return {f"{_CH}{name}": value for name, value in _some(data).items()}


def _tac(profile: Section) -> Data:
    method = _after(profile, "destination transport-method")
    address = _after(profile, "destination address http")
    http = {"default-address": "true"} if address in ("", DDCE) else {"http-address": address}
    reporting = {} if profile.has("no reporting smart-licensing-data") else {"smart-licensing-data": "true"}
    destination = _some({"transport-method": method, "address": {"http": http}})
    active = "true" if profile.has("active") else "false"
    return _some({"reporting": reporting, "destination": destination, "active": active})


def _user(line: str, profile: Section) -> Data:
    http = profile.has("destination transport-method http")
    address = _after(profile, "destination address http")
    data: Data = {
        "profile-name": line.removeprefix("profile ").strip('"'),
        "active": "true" if profile.has("active") else "false",
        "reporting": {"smart-licensing-data": ""} if profile.has("reporting smart-licensing-data") else {},
        "destination": _some(
            {"transport-method": {"http": ""} if http else {}, "address": {"http": address} if address else {}}
        ),
    }
    return _some(data)


def _after(section: Section, start: str) -> str:
    """The rest of the line that begins so."""
    return next((line[len(start) + 1 :] for line in section.lines if line.startswith(f"{start} ")), "")


def _some(data: Data) -> Data:
    """Without what is not there: no text, nothing below. None stands for an empty leaf."""
    return {key: "" if value is None else value for key, value in data.items() if value is None or value}


# --- a change as lines ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the configuration, below the lines of ``within``."""

    text: str
    within: tuple[str, ...] = ()


Maker = Callable[[str, Mapping[str, str]], Iterator[str]]
"""The lines for a new value ('' when it goes) of a leaf; the second argument is what its path holds of keys."""


def _value(line: str, undo: str = "") -> Maker:
    """``line`` with ``{}`` for the value; ``undo``: when it goes, else ``no`` and the line up to the value."""

    def lines(value: str, keys: Mapping[str, str]) -> Iterator[str]:
        if value:
            yield line.format(value, **keys)
        else:
            yield undo or f"no {line.partition(' {}')[0]}".format(**keys)

    return lines


def _flag(line: str, on: str = "true") -> Maker:
    """A line that is there or not. ``on``: the value that it stands for; an empty leaf is there by being there."""
    return lambda value, keys: iter([(line if value == on else f"no {line}").format(**keys)])


def _nothing(_value: str, _keys: Mapping[str, str]) -> Iterator[str]:
    """A leaf without effect: ``license smart enable`` under SLP."""
    yield from ()


def _transport(value: str, _keys: Mapping[str, str]) -> Iterator[str]:
    name = value.removeprefix("transport-type-").lower()
    yield f"license smart transport {name}" if name else "no license smart transport"


def _tags(prefix: str) -> dict[str, Maker]:
    return {
        f"{prefix}/usage/customer-tags/tag{number}": _value(f"license smart usage customer-tags tag{number} {{}}")
        for number in range(1, 5)
    }


_L, _S, _C = f"{LICENSING}/config", f"{NATIVE}/license/smart", f"{NATIVE}/call-home/{_CH}"
_T = f"{_C}tac-profile/profile/CiscoTAC-1"
_U = f"{_C}user-profile/profile"
_HOME = ("call-home",)
_EMPTY = "\0"
"""The value of an empty leaf that is there: not the same as none."""
# In the order in which a device is told.
_LEAVES: Mapping[str, tuple[Maker, tuple[str, ...]]] = {
    path: (maker, within)
    for within, makers in (
        (
            (),
            {
                f"{NATIVE}/hostname": _value("hostname {}"),
                f"{NATIVE}/service/call-home": _flag("service call-home", _EMPTY),
                f"{_L}/transport/transport-type": _transport,
                f"{_S}/transport-type": _transport,
                f"{_L}/transport/transport-smart/url-default": _flag("license smart url default"),
                f"{_L}/transport/transport-smart/urls/url-registration": _value("license smart url smart {}"),
                f"{_L}/transport/transport-smart/urls/url-utility": _value("license smart url utility {}"),
                f"{_L}/transport/transport-cslu/url-cslu": _value("license smart url cslu {}"),
                f"{_S}/url/default": _flag("license smart url default", _EMPTY),
                f"{_S}/url/name": _value("license smart url {}"),
                f"{_S}/url/utility": _value("license smart url utility {}"),
                f"{_S}/url/cslu": _value("license smart url cslu {}"),
                f"{_L}/usage/interval": _value("license smart usage interval {}"),
                f"{_S}/usage/interval": _value("license smart usage interval {}"),
                **_tags(_L),
                **_tags(_S),
                f"{_L}/privacy/hostname": _flag("license smart privacy hostname"),
                f"{_L}/privacy/version": _flag("license smart privacy version"),
                f"{_S}/privacy/hostname": _flag("license smart privacy hostname", _EMPTY),
                f"{_S}/privacy/version": _flag("license smart privacy version", _EMPTY),
                f"{_L}/enable": _nothing,
                f"{_S}/enable": _nothing,
                f"{_L}/custom-id": _value("license smart custom_id {}"),
                f"{_S}/customer-id": _value("license smart custom_id {}"),
            },
        ),
        (
            _HOME,
            {
                f"{_C}contact-email-addr": _value("contact-email-addr {}"),
                **{
                    f"{_C}source-interface/{name}": _value(f"source-interface {name}{{}}", "no source-interface")
                    for name in ("GigabitEthernet", "TenGigabitEthernet", "Loopback", "Vlan")
                },
                f"{_C}data-privacy/hostname": _flag("data-privacy hostname", _EMPTY),
                f"{_C}data-privacy/level": _value("data-privacy level {}"),
                f"{_C}http/resolve-hostname/ipv4-first": _flag("http resolve-hostname ipv4-first", _EMPTY),
                f"{_C}http/secure/server-identity-check": _flag("http secure server-identity-check"),
                f"{_C}http-proxy/proxy-servers/port": _value('http-proxy "{proxy-server}" port {}', "no http-proxy"),
            },
        ),
        (
            (*_HOME, "profile CiscoTAC-1"),
            {
                f"{_T}/active": _flag("active"),
                f"{_T}/reporting/smart-call-home-data": _flag("reporting smart-call-home-data"),
                f"{_T}/reporting/smart-licensing-data": _flag("reporting smart-licensing-data"),
                f"{_T}/destination/transport-method": _value("destination transport-method {}"),
                f"{_T}/destination/address/http/http-address": _value("destination address http {}"),
                f"{_T}/destination/address/http/default-address": _nothing,
            },
        ),
        (
            (*_HOME, "profile {profile-name}"),
            {
                f"{_U}/active": _flag("active"),
                f"{_U}/reporting/smart-call-home-data": _flag("reporting smart-call-home-data"),
                f"{_U}/reporting/smart-licensing-data": _flag("reporting smart-licensing-data", _EMPTY),
                f"{_U}/destination/transport-method/http": _flag("destination transport-method http", _EMPTY),
                f"{_U}/destination/transport-method/email": _flag("destination transport-method email"),
                f"{_U}/destination/address/http": _value("destination address http {}"),
            },
        ),
    )
    for path, maker in makers.items()
}
_ORDER = list(_LEAVES)


def lines_for(before: Data, after: Data) -> list[Line]:
    """What makes the one configuration of the other: what goes first, then what is new, in a device's own order."""
    old, new = dict(_flat(before)), dict(_flat(after))
    gone = [leaf for leaf in old if leaf not in new]
    come = [leaf for leaf in new if old.get(leaf) != new[leaf]]
    lines = [*_whole_profiles(before, after)]
    removed = {line.text for line in lines}
    for leaf in [*sorted(gone, key=_place), *sorted(come, key=_place)]:
        if leaf.path not in _LEAVES:
            continue
        maker, within = _LEAVES[leaf.path]
        keys = dict(leaf.keys)
        place = tuple(part.format(**keys) for part in within)
        if f"no {place[-1]}" in removed if place else False:
            continue
        lines += [Line(text, place) for text in maker(new.get(leaf, ""), keys)]
    return list(dict.fromkeys(lines))


def _whole_profiles(before: Data, after: Data) -> Iterator[Line]:
    """A profile of a user that goes, goes with everything below it."""
    for name in sorted(_profiles(before) - _profiles(after)):
        yield Line(f"no profile {name}", _HOME)


def _profiles(data: Data) -> set[str]:
    home = data.get(NATIVE, {}).get("call-home", {})
    return {entry["profile-name"] for entry in home.get(f"{_CH}user-profile", {}).get("profile", [])}


@dataclass(frozen=True, slots=True)
class _Leaf:
    path: str
    keys: tuple[tuple[str, str], ...]


def _place(leaf: _Leaf) -> int:
    return _ORDER.index(leaf.path) if leaf.path in _LEAVES else len(_ORDER)


def _flat(data: Data, path: str = "", keys: tuple[tuple[str, str], ...] = ()) -> Iterator[tuple[_Leaf, str]]:
    for name, value in data.items():
        below = f"{path}/{name}" if path else name
        if isinstance(value, dict):
            yield from _flat(value, below, keys)
        elif isinstance(value, list):
            for entry in value:
                yield from _entry(entry, below, keys)
        else:
            yield _Leaf(below, keys), value or _EMPTY


def _entry(entry: Any, path: str, keys: tuple[tuple[str, str], ...]) -> Iterator[tuple[_Leaf, str]]:
    """One entry of a list: the first of its leaves is its key, in each list of a configuration here."""
    name, value = next(iter(entry.items()), ("", ""))
    yield from _flat(entry, path, (*keys, (name, value)))
