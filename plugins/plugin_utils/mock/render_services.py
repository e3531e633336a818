# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller shows of its NETCONF, RESTCONF and HTTP servers (cli.md 1.8; worded from general knowledge)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .render_license import Lines
from .yang_store import CANDIDATE

if TYPE_CHECKING:
    from .device import MockDevice

_NETCONF = ("confd", "nesd", "syncfd", "ncsshd", "dmiauthd")


def netconf_status(device: MockDevice) -> Lines:
    section = device.config.section
    yield f"netconf-yang: {'enabled' if _netconf(device) else 'disabled'}"
    if _netconf(device):
        yield "netconf-yang ssh port: 830"
        yield f"netconf-yang candidate-datastore: {'enabled' if section.has(CANDIDATE) else 'disabled'}"


def processes(device: MockDevice) -> Lines:
    """``show platform software yang-management process``: RESTCONF needs nginx beside what NETCONF has."""
    restconf, secure = device.config.section.has("restconf"), device.config.section.has("ip http secure-server")
    models = _netconf(device) or restconf
    running = dict.fromkeys(_NETCONF, models) | {
        "ncsshd": _netconf(device),
        "nginx": secure or device.config.section.has("ip http server"),
        "ndbmand": models,
        "pubd": models,
        "gnmib": False,
    }
    for name, runs in running.items():
        yield f"{name:<17}: {'Running' if runs else 'Not Running'}"


def http_status(device: MockDevice) -> Lines:
    section = device.config.section
    method = next((line[23:] for line in section.lines if line.startswith("ip http authentication ")), "enable")
    yield f"HTTP server status: {'Enabled' if section.has('ip http server') else 'Disabled'}"
    yield "HTTP server port: 80"
    yield "HTTP server active supplementary listener ports: "
    yield f"HTTP server authentication method: {method}"
    yield "HTTP server auth-retry 0 time-window 0"
    yield "HTTP server digest algorithm: md5"
    yield "HTTP server access class: 0"
    yield "HTTP server base path: "
    yield "HTTP server help root: "
    yield "Maximum number of concurrent server connections allowed: 300"
    yield "Server idle time-out: 180 seconds"
    yield "Server life time-out: 180 seconds"
    yield "Server session idle time-out: 600 seconds"
    yield "Maximum number of requests allowed on a connection: 25"
    yield "HTTP server active session modules: ALL"
    yield "HTTP secure server capability: Present"
    yield f"HTTP secure server status: {'Enabled' if section.has('ip http secure-server') else 'Disabled'}"
    yield "HTTP secure server port: 443"
    yield "HTTP secure server client authentication: Disabled"
    yield "HTTP secure server trustpoint: "
    yield "HTTP secure server active session modules: ALL"


def _netconf(device: MockDevice) -> bool:
    return any(line.split()[0] == "netconf-yang" for line in device.config.section.lines)
