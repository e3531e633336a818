# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs of portals and proxies: which can be used, and what of them may be shown."""

from __future__ import annotations

import re
import urllib.request
from urllib.parse import SplitResult, urlsplit

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import PortalError


def https_url(url: str) -> SplitResult:
    """Its parts; PortalError for what is none."""
    parts = urlsplit("")
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "https" and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is no number, or brackets around no address
        usable = False
    if not usable or re.search(r"[@\x00-\x20\x7f]", parts.netloc):
        raise PortalError(
            "this is no https URL of a portal",
            subject=shown(parts),
            remedy="Write https://host/path, without a user or a password in it",
        )
    return parts


def shown(parts: SplitResult) -> str:
    """Host and path, without user, password and query."""
    return parts.netloc.rpartition("@")[2] + parts.path


def proxy_url(proxy: str) -> SplitResult:
    """Its parts. Nothing of a bad one is quoted: an unescaped sign in a password makes any part of it the password."""
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        usable = parts.scheme == "http" and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query or parts.fragment:
        raise PortalError(
            "the URL of the proxy cannot be used",
            remedy="Write http://host:port or http://user:password@host:port, with signs such as / # ? @ : in user and "
            "password as %2F %23 %3F %40 %3A",
        )
    return parts


def environment_proxy(parts: SplitResult) -> SplitResult | None:
    """The proxy of ``https_proxy``, unless ``no_proxy`` names the host."""
    proxy = urllib.request.getproxies().get("https")
    if not proxy or urllib.request.proxy_bypass(parts.netloc):
        return None
    return proxy_url(proxy)
