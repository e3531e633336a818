# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated collector says of a device that it cannot read or write: what is the matter, and what to do.

Each begins with the device's name and is one line. What Cisco's collectors print is not published: the words are ours.
"""

from __future__ import annotations

from collections.abc import Mapping

_ACCESS = "(slp_access of c9800.slp.configure), or a firewall is in between"
_USER = "(slp_collector_user and slp_collector_password of c9800.slp.configure)"
_AGAIN = "do it again when the device is up"
_PROCESSES = "look at `show platform software yang-management process` there"
_MOST = 200
"""Characters of a device's own words."""
# Return codes (yang.md 5.1) and NETCONF's tags, and what stands behind them.
_CODES: Mapping[str, str] = {
    "in-use": "somebody configures it: do it again later",
    "operation-failed": f"{_PROCESSES}, then do it again",
    "storagefailtostore": "its flash may be full: check `dir` for free space",
    "storagefailtoretrieve": "look at `dir` there",
    "msgparse": "the file came altered: do it again",
}


def refused(name: str, port: int) -> str:
    """Nobody listens."""
    missing = "netconf-yang" if port == 830 else "ip http secure-server"
    return f"{name} refuses TCP {port}: {missing} is not configured there {_ACCESS}"


def no_restconf(name: str) -> str:
    return f"{name} has no /restconf (404): restconf is not configured there {_ACCESS.partition(',')[0]}"


def login(name: str, user: str, where: str) -> str:
    """``where``: a port, or an HTTP status."""
    return f"{name} refuses the login of {user} {where}: user, password or AAA {_USER}"


def forbidden(name: str, user: str, where: str) -> str:
    return f"{name} forbids it to {user} {where}: the user needs privilege 15 {_USER}"


def silent(name: str, way: str, seconds: float) -> str:
    """A device that took what it was sent, and hangs."""
    return f"{name} has not answered by {way} within {seconds:g} s: {_PROCESSES}, then do it again"


def broken(name: str, way: str, error: object) -> str:
    """The connection ended before the answer did."""
    said = _words(error) or type(error).__name__
    return f"{name} ended the connection by {way} in the middle ({said}): it may be restarting; {_AGAIN}"


def unreadable(name: str, way: str, error: object) -> str:
    """An answer that is no XML, no JSON, no report."""
    return (
        f"{name}: what it answers by {way} cannot be read ({_words(error)}): do it again; if it stays so, {_PROCESSES}"
    )


def status(name: str, what: str, number: int, said: bytes = b"") -> str:
    """An HTTP status that is an error."""
    words = _words(said.decode(errors="replace"))
    remedy = "do it again later" if number in (409, 429, 503) else f"{_PROCESSES}, then do it again"
    return f"{name} answers {what} with status {number}{f' ({words})' if words else ''}: {remedy}"


def no_scp(name: str, reason: str) -> str:
    """A file that could not be put there."""
    full = "space" in reason.lower()
    remedy = "check `dir` for free space" if full else "is ip scp server enable there?"
    return f"{name} takes no file by SCP ({_words(reason)}): {remedy}"


def code(name: str, rpc: str, returned: str) -> str:
    """A return code that is no success, or a tag and its message."""
    remedy = _CODES.get(returned.partition(":")[0], "look at `show license eventlog` there")
    return f"{name} answered {rpc} with {_words(returned)}: {remedy}"


def _words(said: object) -> str:
    """In one line, and not too long."""
    return " ".join(str(said).split())[:_MOST]
