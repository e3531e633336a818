# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of ``ways.py``: operation by operation, how each way in does it (yang.md 3 to 9 and 13; apis.md 2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .releases import Release

SLP = Release.parse("17.3.2a")
NODES = Release.parse("17.4.1")  # cisco-smart-license 2020-11-01, Cisco-IOS-XE-license 2020-11-01
STATES = Release.parse("17.5.1")  # cisco-smart-license 2021-03-01
VRF = Release.parse("17.7.1")
RUM_IDS = Release.parse("17.9.1")

INTERVAL_MAX = 365


@dataclass(frozen=True, slots=True)
class Cell:
    """``how``: command, node or call; empty when the way cannot do it, and then ``why``. ``values``: which it takes."""

    how: str = ""
    since: Release = SLP
    why: str = ""
    note: str = ""
    old_values: tuple[str, ...] = ()
    """Values that work before ``since`` too."""
    low: int | None = None
    high: int | None = None
    most_urls: int | None = None
    """In one profile of Call Home."""


NO_REST = Cell(why="it carries reports and their answers only")


@dataclass(frozen=True, slots=True)
class Row:
    """One operation. ``model``: NETCONF and RESTCONF, which carry the same nodes. ``rest``: ``/smartlic-service``."""

    operation: str
    title: str
    cli: Cell
    model: Cell
    rest: Cell = NO_REST
    instead: str = ""
    """What to do where a way cannot; the CLI command, if nothing is said."""


_NO_MODEL = "no data model of any release has it"
_UNCHECKED = "none of the data models that this collection knows has it"
_SHOW = "neither NETCONF nor RESTCONF carries the text of a show command"


def _license(key: str, title: str, command: str, node: str, *, since: Release = NODES) -> Row:
    """A setting that both trees have."""
    return Row(f"configure:{key}", title, Cell(f"`{command}`"), Cell(f"`licensing/config/{node}`", since))


def _native(key: str, title: str, command: str, node: str, since: Release = SLP) -> Row:
    return Row(f"configure:{key}", title, Cell(f"`{command}`"), Cell(f"`native/{node}`", since))


def _cli_only(key: str, title: str, command: str, *, since: Release = SLP, why: str = _NO_MODEL) -> Row:
    blind = "; config-ios-cli-rpc could write it and nothing could read it back" if why == _NO_MODEL else ""
    return Row(f"configure:{key}", title, Cell(f"`{command}`", since), Cell(why=why + blind))


def _tags() -> Iterable[Row]:
    for number in range(1, 5):
        yield _license(
            f"tag{number}",
            f"customer tag {number}",
            f"license smart usage customer-tags tag{number} T",
            f"usage/customer-tags/tag{number}",
        )


ROWS: tuple[Row, ...] = (
    # what is read
    Row(
        "state",
        "licensing state",
        Cell("`show license all`, `show version` and others"),
        Cell(
            "`licensing/state`, `ha-oper-data`, `stack-oper-data`, `device-hardware-data`",
            note="no account, push times, proxy, VRF, AIR level; trust codes from 17.4.1, policy and ACK from 17.5.1",
        ),
    ),
    Row(
        "state:trust",
        "trust codes in the state",
        Cell("`show license status`"),
        Cell("`licensing/state/state-info/trust-code`", NODES),
    ),
    Row(
        "state:policy",
        "policy and last ACK in the state",
        Cell("`show license status`"),
        Cell("`licensing/state/state-info/policy`, `rum-ack`", STATES),
    ),
    Row(
        "state:account",
        "Smart and Virtual Account in the state",
        Cell("`show license status`", Release.parse("17.7.1")),
        Cell(why="the models have accounts of registered Smart Licensing only"),
    ),
    Row(
        "configuration",
        "configuration",
        Cell("`show running-config`"),
        Cell("`licensing/config`, `native/license/smart`, `native/call-home`", note="the settings marked below only"),
    ),
    Row(
        "reports",
        "numbers and states of RUM reports",
        Cell("`show license rum id all`", RUM_IDS),
        Cell("`licensing/state/state-info/rum-reports-closed-keys`", STATES, note="closed reports only"),
        Cell("`GET list`", note="numbers and times only"),
    ),
    Row(
        "log",
        "licensing messages of the log",
        Cell("`show logging`"),
        Cell(why=_SHOW),
    ),
    Row("events", "event log of licensing", Cell("`show license eventlog`"), Cell(why=_SHOW)),
    Row("tech_support", "technical output of licensing", Cell("`show license tech support`"), Cell(why=_SHOW)),
    Row("history", "messages exchanged", Cell("`show license history message`"), Cell(why=_SHOW)),
    # what is done
    Row(
        "save",
        "startup configuration",
        Cell("`write memory`"),
        Cell("`cisco-ia:save-config`"),
    ),
    Row(
        "trust",
        "trust code by ID token",
        Cell("`license smart trust idtoken T local\\|all force`"),
        Cell("`cisco-smart-license:id-token-trust`", NODES),
    ),
    Row(
        "trust_request",
        "trust request to a file",
        Cell("`license smart save trust-request P`"),
        Cell("`cisco-smart-license:trust-request-save`", NODES, note="the file itself comes by SCP"),
    ),
    Row(
        "sync",
        "report now",
        Cell("`license smart sync local\\|all`"),
        Cell(why=_NO_MODEL),
    ),
    Row(
        "collect",
        "reports off the device",
        Cell("`license smart save usage`, then SCP or `more`"),
        Cell("`cisco-smart-license:rum-save-usage-all`, `-unreported`, `-days`", NODES, note="the file comes by SCP"),
        Cell("`POST close-reports`, `GET all-reports`, `GET days/N`", note="the reports come in the answer"),
    ),
    Row(
        "install",
        "ACK, policy, trust code, authorization onto the device",
        Cell("SCP or `tclsh`, then `license smart import P`"),
        Cell(
            "`cisco-smart-license:import-file`", NODES, note="the file goes by SCP; its path has 127 characters at most"
        ),
        Cell("`POST import`", note="the document goes in the request"),
    ),
    Row(
        "delete_file",
        "delete a file on the device",
        Cell("`delete`"),
        Cell("`Cisco-IOS-XE-rpc:delete`"),
    ),
    Row(
        "report_body",
        "body of one report",
        Cell("`show license rum id N detail`", RUM_IDS),
        Cell(why="the models have the keys of reports, not the reports"),
        Cell("`GET days/ID`, `GET rum-report-id/ID`", note="Cisco's texts disagree on the path"),
    ),
    Row(
        "lines",
        "any configuration line",
        Cell("as it is"),
        Cell(why="`config-ios-cli-rpc` answers success whatever was sent, and nothing could read it back"),
    ),
    Row(
        "factory_reset",
        "all licensing data off the device",
        Cell("`license smart factory reset`, then reload; by a person"),
        Cell(why=_NO_MODEL),
    ),
    Row(
        "air_level",
        "AIR licence level",
        Cell("`license air level L addon A`, then reload"),
        Cell(why=_NO_MODEL + "; config-ios-cli-rpc could write it and nothing could read it back"),
    ),
    # what is configured
    Row(
        "configure:transport",
        "transport",
        Cell("`license smart transport X`"),
        Cell(
            "`licensing/config/transport/transport-type`",
            NODES,
            note="smart and callhome in all releases",
            old_values=("smart", "callhome"),
        ),
    ),
    _native("url_default", "default URL", "license smart url default", "license/smart/url/default"),
    _native("url", "bare URL", "license smart url U", "license/smart/url/name"),
    Row(
        "configure:url_smart",
        "URL of transport smart",
        Cell("`license smart url smart U`"),
        Cell(
            "`licensing/config/transport/transport-smart/urls/url-registration`",
            note="which line it writes is not published",
        ),
    ),
    _license("url_cslu", "URL of the collector", "license smart url cslu U", "transport/transport-cslu/url-cslu"),
    _cli_only("proxy_address", "proxy", "license smart proxy address A"),
    _cli_only("proxy_port", "port of the proxy", "license smart proxy port P"),
    _cli_only("vrf", "VRF", "license smart vrf V", since=VRF),
    Row(
        "configure:interval",
        "reporting interval",
        Cell("`license smart usage interval D`"),
        Cell(
            "`licensing/config/usage/interval`",
            NODES,
            note=f"1 to {INTERVAL_MAX} days; the CLI takes 0 and up to 3650",
            low=1,
            high=INTERVAL_MAX,
        ),
    ),
    *_tags(),
    _license("privacy_hostname", "host name withheld", "license smart privacy hostname", "privacy/hostname", since=SLP),
    _license("privacy_version", "version withheld", "license smart privacy version", "privacy/version", since=SLP),
    _cli_only("air_level", "AIR licence level", "license air level L addon A"),
    _cli_only("source_interface", "source interface", "ip http client source-interface I", why=_UNCHECKED),
    _cli_only("trustpoint_revocation", "revocation check of SLA-TrustPoint", "revocation-check M", why=_UNCHECKED),
    _native("service_call_home", "Call Home", "service call-home", "service/call-home"),
    _native("call_home_contact", "contact of Call Home", "contact-email-addr A", "call-home/contact-email-addr"),
    _native("call_home_privacy", "host name withheld by Call Home", "data-privacy hostname", "call-home/data-privacy"),
    _native("http_proxy", "proxy of Call Home", "http-proxy P port N", "call-home/http-proxy/proxy-servers"),
    _native("http_proxy_port", "its port", "http-proxy P port N", "call-home/http-proxy/proxy-servers/port"),
    Row(
        "configure:call_home_profiles",
        "profiles of Call Home",
        Cell("`profile P`"),
        Cell("`native/call-home/tac-profile`, `user-profile`", note="one HTTP address in a profile", most_urls=1),
    ),
    *(
        _cli_only(key, title, command, why=_UNCHECKED)
        for key, title, command in (
            ("aaa_new_model", "AAA", "aaa new-model"),
            ("aaa_login", "AAA for logins", "aaa authentication login default M"),
            ("aaa_exec", "AAA for EXEC", "aaa authorization exec default M"),
            ("http_server", "HTTP server", "ip http server"),
            ("https_server", "HTTPS server", "ip http secure-server"),
            ("http_authentication", "who may log in there", "ip http authentication M"),
            ("netconf", "NETCONF", "netconf-yang"),
            ("restconf", "RESTCONF", "restconf"),
            ("users", "local users", "username U privilege 15"),
        )
    ),
)
