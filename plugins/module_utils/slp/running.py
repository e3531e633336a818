# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing part of a running configuration as a ``Configuration`` (cli.md 1, 7.2). Pure text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ._state_model import Transport
from .configuration import TAC_PROFILE, CallHomeProfile, Configuration, Surroundings
from .errors import ParseError
from .times import parse_time
from .topologies import CALL_HOME_URL

RUNNING = (
    "show running-config | section ^license |^service call-home|^call-home|^crypto pki trustpoint SLA-TrustPoint"
    "|^ip http |^aaa |^username |^netconf-yang|^restconf"
)
"""One command for all of it: building the text costs the device seconds."""
STARTUP = RUNNING.replace("running-config", "startup-config", 1)
"""The same of what a reload brings."""

_PRIVILEGE = "show privilege"
_HEADS = (
    "show running-config | include ^! (Last configuration change|NVRAM config last updated)"
    "|^vrf definition|^ip vrf|^interface"
)
SURROUNDINGS = (_PRIVILEGE, _HEADS)

Block = tuple[str, list[str]]
"""A line of the top level, and the lines below it with their indentation."""

_HTTP_PROXY = re.compile(r'http-proxy "?([^" ]+)"? port (\d{1,5})')
_USER = re.compile(r"username (\S+)(?:.*? privilege (\d{1,2}))?(?: |$)")
_LOGIN_LIST = re.compile(r"aaa authentication login (?!default )(\S+) (.+)")
_LOCAL = frozenset({"local", "local-case", "none"})
"""Methods of a login list that know no other users than the device's own."""
_PROFILE = re.compile(r'profile "?([^"]+)"?')


def read_configuration(running: str, transport: Transport | None = None) -> Configuration:
    """What ``RUNNING`` printed, and the transport as the device shows it in ``show license status``.

    The default transport is not printed and a smart URL is printed twice, so what the device shows of transport and
    URL wins (cli.md 7.2).
    """
    blocks = list(_blocks(running))
    lines = [line for line, _below in blocks]
    return Configuration(
        **_licence(lines, transport),
        **_call_home(lines, blocks),
        **_access(lines),
        source_interface=_after(lines, "ip http client source-interface"),
        trustpoint_revocation=_after(_below(blocks, "crypto pki trustpoint SLA-TrustPoint"), "revocation-check"),
    )


def _blocks(text: str) -> Iterator[Block]:
    block: Block | None = None
    for raw in text.splitlines():
        line = raw.rstrip()
        if not line.strip() or line.lstrip().startswith("!"):
            continue
        if not line.startswith(" "):
            if block is not None:
                yield block
            block = (line, [])
        elif block is not None:
            block[1].append(line)
    if block is not None:
        yield block


def _below(blocks: list[Block], head: str) -> list[str]:
    return [line.strip() for start, below in blocks if start == head for line in below]


def _after(lines: list[str], start: str) -> str | None:
    """The rest of the last line that begins so; the last one is in force."""
    return next(
        (line[len(start) + 1 :].strip() or None for line in reversed(lines) if line.startswith(f"{start} ")), None
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _licence(lines: list[str], shown: Transport | None) -> dict[str, Any]:
    """cli.md 1.1. ``automatic`` behaves as ``cslu``; the bare copy of a smart URL is no setting of its own."""
    smart = [line.removeprefix("license smart ") for line in lines if line.startswith("license smart ")]
    printed = (_after(smart, "transport") or "cslu").lower()
    bare = [line.removeprefix("url ") for line in smart if re.fullmatch(r"url [^ ]+", line)]
    url_smart, url_cslu = _after(smart, "url smart"), _after(smart, "url cslu")
    addresses = [address for address in bare if address != "default" and address != url_smart]
    default = "default" in bare
    privacy = {line.removeprefix("privacy ") for line in smart if line.startswith("privacy ")}
    if shown is not None and not default:
        url_cslu = url_cslu or shown.cslu_url
        if shown.type == "smart" and not addresses:
            url_smart = url_smart or shown.url
    return {
        "transport": shown.type if shown is not None else {"automatic": "cslu"}.get(printed, printed),
        "url_default": default,
        "url": addresses[-1] if addresses else None,
        "url_smart": url_smart,
        "url_cslu": url_cslu,
        "proxy_address": _after(smart, "proxy address"),
        "proxy_port": _number(_after(smart, "proxy port")),
        "vrf": _after(smart, "vrf"),
        "interval": _number(_after(smart, "usage interval")),
        "privacy_hostname": bool(privacy & {"all", "hostname"}),
        "privacy_version": bool(privacy & {"all", "version"}),
        **{f"tag{number}": _after(smart, f"usage customer-tags tag{number}") for number in range(1, 5)},
        "air_level": _after(lines, "license air level"),
    }


def _call_home(lines: list[str], blocks: list[Block]) -> dict[str, Any]:
    """cli.md 1.6."""
    home = [line for start, below in blocks if start == "call-home" for line in below]
    own = [line.strip() for line in home]
    proxy = next((found for found in map(_HTTP_PROXY.fullmatch, own) if found), None)
    return {
        "service_call_home": "service call-home" in lines,
        "call_home_contact": _after(own, "contact-email-addr"),
        "call_home_privacy": "data-privacy hostname" in own,
        "http_proxy": proxy[1] if proxy else None,
        "http_proxy_port": int(proxy[2]) if proxy else None,
        "call_home_profiles": tuple(sorted(_profiles(home), key=lambda entry: entry.name.lower())),
    }


def _profiles(home: list[str]) -> Iterator[CallHomeProfile]:
    for head, below in _blocks("\n".join(line[1:] for line in home)):
        if found := _PROFILE.fullmatch(head):
            yield _profile(found[1], [line.strip() for line in below])


def _profile(name: str, lines: list[str]) -> CallHomeProfile:
    """Cisco's own profile reports licensing data, and to Cisco, unless a line says otherwise; others the reverse."""
    tac = name.lower() == TAC_PROFILE.lower()
    addresses = [
        line.removeprefix("destination address http ") for line in lines if line.startswith("destination address http ")
    ]
    licensing = bool({"reporting smart-licensing-data", "reporting all"} & set(lines))
    return CallHomeProfile(
        name=name,
        active="active" in lines,
        http="destination transport-method http" in lines,
        email="destination transport-method email" in lines,
        licensing=licensing or (tac and "no reporting smart-licensing-data" not in lines),
        urls=tuple(sorted(url for url in addresses if not (tac and url == CALL_HOME_URL))),
    )


def _access(lines: list[str]) -> dict[str, Any]:
    """cli.md 1.8."""
    users: dict[str, int] = {}
    for found in filter(None, map(_USER.match, lines)):
        users[found[1]] = max(users.get(found[1], 1), int(found[2] or 1))  # IOS's privilege where none is given
    return {
        "aaa_new_model": "aaa new-model" in lines,
        "aaa_login": _after(lines, "aaa authentication login default"),
        "aaa_exec": _after(lines, "aaa authorization exec default"),
        "aaa_lists": tuple(
            found[1] for found in filter(None, map(_LOGIN_LIST.match, lines)) if not set(found[2].split()) <= _LOCAL
        ),
        "http_server": "ip http server" in lines,
        "https_server": "ip http secure-server" in lines,
        "http_authentication": _after(lines, "ip http authentication"),
        "netconf": "netconf-yang" in lines,
        "restconf": "restconf" in lines,
        "users": users,
    }


def read_surroundings(texts: Mapping[str, str]) -> Surroundings:
    """What the commands of ``SURROUNDINGS`` printed. A device that was never saved since it started has one date."""
    level = re.search(r"Current privilege level is (\d+)", texts.get(_PRIVILEGE, ""))
    heads = texts.get(_HEADS, "")
    changed, saved = (
        re.search(rf"^! {words} at (.+?)(?: by .*)?$", heads, re.MULTILINE)
        for words in ("Last configuration change", "NVRAM config last updated")
    )
    unsaved = None
    if changed and saved:
        try:
            last, kept = parse_time(changed[1]), parse_time(saved[1])
        except ParseError:  # a comment of the device, in a form that nobody has shown us
            last = kept = None
        unsaved = last.wall > kept.wall if last and kept else None
    interfaces, vrfs = (
        frozenset(re.findall(rf"^(?:{words}) (\S+)[ \r]*$", heads, re.MULTILINE))
        for words in ("interface", "vrf definition|ip vrf")
    )
    return Surroundings(
        privilege=int(level[1]) if level else None,
        unsaved=unsaved,
        # Every device has interfaces: where none is told, nothing is told of VRFs either.
        interfaces=interfaces or None,
        vrfs=vrfs if interfaces else None,
    )
