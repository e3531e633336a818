# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration commands of a simulated controller: licensing by meaning, everything else line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from .config import LicenceConfig, Section, secret
from .grammar import Command
from .licensing import LEVELS
from .session import Ask, Reply, Session

if TYPE_CHECKING:
    from .device import MockDevice

Args = dict[str, str]
Change = Callable[[LicenceConfig, Args], None]

# First words of lines that are taken as they are, per mode; what opens a mode below is in _OPENERS.
_PLAIN = {
    "config": "aaa access-list alias ap archive banner boot cdp clock country crypto dot11 enable errdisable ip ipv6 "
    "lldp logging login memory multilink netconf-yang ntp parameter-map platform privilege radius radius-server "
    "restconf route-map service snmp-server spanning-tree subscriber tacacs tacacs-server telemetry trapflags "
    "username vlan vtp wireless",
    "config-if": "bandwidth channel-group description duplex encapsulation ip ipv6 keepalive mtu negotiation "
    "service-policy shutdown spanning-tree speed switchport vrf",
    "config-line": "access-class authorization exec-timeout history length logging login password privilege "
    "session-timeout stopbits transport width",
    "config-vrf": "address-family description exit-address-family rd",
    "config-red": "main-cpu mode",
    "cfg-call-home": "alert-group contact-email-addr contract-id copy customer-id data-privacy http http-proxy "
    "mail-server phone-number rate-limit sender site-id source-interface source-ip-address street-address vrf",
    "cfg-call-home-profile": "active anonymous-reporting-only destination reporting subscribe-to-alert-group",
    "ca-trustpoint": "authorization enrollment fqdn hash ip-address revocation-check rsakeypair serial-number source "
    "subject-name usage vrf",
}
_OPENERS = (
    ("config", "interface <name...>", "config-if"),
    ("config", "line <name...>", "config-line"),
    ("config", "vrf definition <name>", "config-vrf"),
    ("config", "redundancy", "config-red"),
    ("config", "call-home", "cfg-call-home"),
    ("config", "crypto pki trustpoint <name>", "ca-trustpoint"),
    ("cfg-call-home", "profile <name>", "cfg-call-home-profile"),
)
_PATH = "\n"
_USER = re.compile(r"username (\S+)( privilege \d+)?( (?:secret|password) .+)?")
_ALL_OF_USER = "This removes everything that is configured for this user. Do you want to continue?"


def config_commands(device: MockDevice) -> Iterator[Command]:
    licensing = _licensing(device) if device.layout.slp else ()
    for command in (
        *_identity(device),
        *licensing,
        *_level(device),
        *_openers(device),
        *_plain(device),
    ):
        yield replace(command, handler=_noticed(device, command.handler))


def _noticed(device: MockDevice, handler: Callable[[Session, Args], Reply]) -> Callable[[Session, Args], Reply]:
    """The handler; afterwards the device looks at what its configuration has become."""

    def noticed(reply: Reply) -> Reply:
        device.changed()
        if isinstance(reply, Ask):
            then = reply.then
            return replace(reply, then=lambda answer: noticed(then(answer)))
        return reply

    return lambda session, args: noticed(handler(session, args))


def _command(pattern: str, change: Callable[[Args], None], mode: str = "config") -> Command:
    def handler(_session: Session, args: Args) -> None:
        change(args)

    return Command(pattern, handler, mode, 15)


def _identity(device: MockDevice) -> Iterator[Command]:
    def hostname(args: Args) -> None:
        device.hostname = args.get("name", "WLC")

    def timezone(args: Args) -> None:
        hours, minutes = int(args.get("hours", "0")), int(args.get("minutes", "0"))
        device.config.zone = args.get("zone", "UTC")
        device.config.zone_minutes = hours * 60 + (-minutes if args.get("hours", "").startswith("-") else minutes)

    yield _command("hostname <name>", hostname)
    yield _command("no hostname [<old>]", hostname)
    yield _command("clock timezone <zone> <hours:-23-23> [<minutes:0-59>]", timezone)
    yield _command("no clock timezone [<old...>]", lambda _args: timezone({}))


# --- license smart -------------------------------------------------------------------------------------------------


def _set(name: str, value: str | bool | None = None) -> Change:
    """Give a setting of LicenceConfig this value, or the argument ``value``."""
    return lambda config, args: setattr(config, name, args["value"] if value is None else value)


def _interval(config: LicenceConfig, args: Args) -> None:
    config.interval = int(args["value"]) if "value" in args else None


def _tag(config: LicenceConfig, args: Args) -> None:
    if "value" in args:
        config.tags[args["tag"]] = args["value"]
    else:
        config.tags.pop(args["tag"], None)


def _privacy(on: bool) -> Change:
    def change(config: LicenceConfig, args: Args) -> None:
        what = args["what"]
        if what != "version":
            config.privacy_hostname = on
        if what != "hostname":
            config.privacy_version = on

    return change


def _url_default(config: LicenceConfig, _args: Args) -> None:
    config.url_default, config.url, config.url_smart = True, "", ""


def _url_bare(config: LicenceConfig, args: Args) -> None:
    config.url, config.url_default = args["value"], False


def _url_smart(config: LicenceConfig, args: Args) -> None:
    config.url_smart, config.url, config.url_default = args["value"], "", False


def _url_none(config: LicenceConfig, _args: Args) -> None:
    config.url, config.url_default = "", False


_SERVER: tuple[tuple[str, Change], ...] = (
    ("transport {value:automatic|callhome|cslu|off|smart}", _set("transport")),
    ("no transport [{automatic|callhome|cslu|off|smart}]", _set("transport", "cslu")),
    ("url default", _url_default),
    ("url smart <value>", _url_smart),
    ("url cslu <value>", _set("url_cslu")),
    ("url <value>", _url_bare),
    ("no url smart [<old>]", _set("url_smart", "")),
    ("no url cslu [<old>]", _set("url_cslu", "")),
    ("no url [{default|<old>}]", _url_none),
)
_OTHER: tuple[tuple[str, Change], ...] = (
    ("proxy address <value>", _set("proxy_address")),
    ("proxy port <value:1-65535>", _set("proxy_port")),
    ("no proxy address [<old>]", _set("proxy_address", "")),
    ("no proxy port [<old>]", _set("proxy_port", "")),
    ("usage interval <value:0-3650>", _interval),
    ("no usage interval [<old>]", _interval),
    ("usage customer-tags {tag:tag1|tag2|tag3|tag4} <value>", _tag),
    ("no usage customer-tags {tag:tag1|tag2|tag3|tag4} [<old>]", _tag),
    ("privacy {what:all|hostname|version}", _privacy(True)),
    ("no privacy {what:all|hostname|version}", _privacy(False)),
    ("server-identity-check", _set("identity_check", True)),
    ("no server-identity-check", _set("identity_check", False)),
    ("enable", lambda _config, _args: None),  # no effect under SLP (cli.md 1.1)
)
_VRF: tuple[tuple[str, Change], ...] = (("vrf <value>", _set("vrf")), ("no vrf [<old>]", _set("vrf", "")))


def _licensing(device: MockDevice) -> Iterator[Command]:
    def server(change: Change) -> Callable[[Args], None]:
        def apply(args: Args) -> None:
            before = list(device.licence_config.lines())
            after = device.config.copy()
            change(after.licence, args)
            if list(after.licence.lines()) != before:
                with device.agent.new_server():
                    device.config = after

        return apply

    def other(change: Change) -> Callable[[Args], None]:
        return lambda args: change(device.licence_config, args)

    for pattern, change in _SERVER:
        yield _command(_smart(pattern), server(change))
    for pattern, change in (*_OTHER, *(_VRF if device.layout.vrf else ())):
        yield _command(_smart(pattern), other(change))


def _smart(pattern: str) -> str:
    if pattern.startswith("no "):
        return f"no license smart {pattern.removeprefix('no ')}"
    return f"license smart {pattern}"


def _level(device: MockDevice) -> Iterator[Command]:
    """It takes effect with the next reload (cli.md 1.3)."""

    def to(level: str) -> Callable[[Args], None]:
        return lambda _args: setattr(device.licence_config, "level", level)

    for name, level in LEVELS.items():
        yield _command(level.line, to(name))
    yield _command("no license air level [<old...>]", to(""))


# --- everything else -----------------------------------------------------------------------------------------------


def _openers(device: MockDevice) -> Iterator[Command]:
    for mode, pattern, below in _OPENERS:
        yield Command(pattern, _open(device, pattern, below), mode, 15)
        yield Command(f"no {pattern}", _close(device, pattern), mode, 15)


def _line(pattern: str, args: Args) -> str:
    """The line as the configuration has it: keywords in full, names of call-home profiles quoted."""
    words, _unused, _unused = pattern.partition(" <")
    name = args.get("name", "")
    if words == "interface":
        name = re.sub(r"^([A-Za-z]+)\s+", r"\1", name)
    if words == "profile":
        name = f'"{name.strip(chr(34))}"'
    return f"{words} {name}".strip()


def _open(device: MockDevice, pattern: str, below: str) -> Callable[[Session, Args], None]:
    def handler(session: Session, args: Args) -> None:
        line = _line(pattern, args)
        _section(device, session).set(line)
        session.enter(below, path=_PATH.join((*_path(session), line)))

    return handler


def _close(device: MockDevice, pattern: str) -> Callable[[Session, Args], None]:
    return lambda session, args: _section(device, session).unset(_line(pattern, args))


def _plain(device: MockDevice) -> Iterator[Command]:
    def enter(session: Session, args: Args) -> None:
        section = _section(device, session)
        section.set(_user(section, _normal(args)))

    def remove(session: Session, args: Args) -> Reply:
        if args["word"] == "username":
            return Ask(f"{_ALL_OF_USER} [confirm]", lambda key: confirmed(key, session, args), keys=True)
        _section(device, session).unset(_normal(args))
        return None

    def confirmed(key: str, session: Session, args: Args) -> None:
        if key in ("", "y", "Y"):
            _section(device, session).unset(_normal(args))

    for mode, text in _PLAIN.items():
        words = text.replace(" ", "|")
        yield Command(f"{{word:{words}}} [<rest...>]", enter, mode, 15)
        yield Command(f"no {{word:{words}}} [<rest...>]", remove, mode, 15)


def _user(section: Section, line: str) -> str:
    """A user keeps the privilege or the secret that a line of his does not name; any other line as it is."""
    new = _USER.fullmatch(line)
    old = next((found for found in map(_USER.fullmatch, section.lines) if found and new and found[1] == new[1]), None)
    if new is None or old is None:
        return line
    return f"username {new[1]}{new[2] or old[2] or ''}{new[3] or old[3] or ''}"


def _normal(args: Args) -> str:
    """What the running configuration shows of a line: secrets as digests, the proxy's host in quotes."""
    line = f"{args['word']} {args.get('rest', '')}".strip()
    if args["word"] in ("username", "enable"):
        return re.sub(r"\b(?:secret|password)(?: 0)? (?![589] )(\S+)$", lambda m: f"secret 9 {secret(m[1])}", line)
    if args["word"] == "http-proxy":
        return re.sub(r'^http-proxy "?([^" ]+)"?', r'http-proxy "\1"', line)
    return line


def _path(session: Session) -> tuple[str, ...]:
    path = session.context.get("path", "")
    return tuple(path.split(_PATH)) if path else ()


def _section(device: MockDevice, session: Session) -> Section:
    return device.config.section.at(*_path(session))
