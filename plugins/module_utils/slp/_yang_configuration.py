# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration out of both trees that describe it (yang.md 3, 7). What no model has stays as it is by default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ._yang_edits import TAC
from .configuration import CallHomeProfile, Configuration

Tree = Mapping[str, Any]


def configuration_from_yang(tree: Tree) -> Configuration:
    """From the answers to ``read_configuration``, merged. ``ways.keys_of`` names the keys that this can tell."""
    slic = tree.get("licensing", {}).get("config", {})
    native = tree.get("native", {})
    smart, call_home = native.get("license", {}).get("smart", {}), native.get("call-home", {})
    transport, url = slic.get("transport", {}), smart.get("url", {})
    registration = _text(transport.get("transport-smart", {}).get("urls", {}).get("url-registration"))
    privacy, bare = slic.get("privacy", {}), _text(url.get("name"))
    usage, native_usage = slic.get("usage", {}), smart.get("usage", {})
    tags = {**native_usage.get("customer-tags", {}), **usage.get("customer-tags", {})}
    proxies = call_home.get("http-proxy", {}).get("proxy-servers", [])
    proxy: Tree = proxies[0] if proxies else {}
    return Configuration(
        transport=_transport(transport.get("transport-type") or smart.get("transport-type")),
        url_default=transport.get("transport-smart", {}).get("url-default") == "true" or "default" in url,
        # The parser writes the URL of transport smart a second time, bare (cli.md 1.1).
        url=None if bare == registration else bare,
        url_smart=registration,
        url_cslu=_text(transport.get("transport-cslu", {}).get("url-cslu") or url.get("cslu")),
        interval=_number(usage.get("interval") or native_usage.get("interval")),
        privacy_hostname=privacy.get("hostname") == "true" or "hostname" in smart.get("privacy", {}),
        privacy_version=privacy.get("version") == "true" or "version" in smart.get("privacy", {}),
        tag1=_text(tags.get("tag1")),
        tag2=_text(tags.get("tag2")),
        tag3=_text(tags.get("tag3")),
        tag4=_text(tags.get("tag4")),
        service_call_home="call-home" in native.get("service", {}),
        call_home_contact=_text(call_home.get("contact-email-addr")),
        call_home_privacy="hostname" in call_home.get("data-privacy", {}),
        http_proxy=_text(proxy.get("proxy-server")),
        http_proxy_port=_number(proxy.get("port")),
        call_home_profiles=tuple(sorted(_profiles(call_home), key=lambda entry: entry.name.lower())),
    )


def _text(value: Any) -> str | None:
    return str(value) if value else None


def _number(value: Any) -> int | None:
    return int(value) if value and str(value).isdecimal() else None


def _transport(value: Any) -> str | None:
    """The trees spell it differently; both as ``LicenseState`` does (yang.md 3.1)."""
    return str(value).removeprefix("transport-type-").lower() if value else None


def _profiles(call_home: Tree) -> Iterator[CallHomeProfile]:
    if tac := call_home.get("tac-profile", {}).get("profile", {}).get(TAC):
        destination = tac.get("destination", {})
        method = destination.get("transport-method", "email")  # the model's default
        address = _text(destination.get("address", {}).get("http", {}).get("http-address"))
        yield CallHomeProfile(
            name=TAC,
            active=tac.get("active") == "true",
            http=method == "http",
            email=method == "email",
            licensing=tac.get("reporting", {}).get("smart-licensing-data") == "true",
            urls=(address,) if address else (),
        )
    for entry in call_home.get("user-profile", {}).get("profile", []):
        destination = entry.get("destination", {})
        address = _text(destination.get("address", {}).get("http"))
        yield CallHomeProfile(
            name=str(entry.get("profile-name", "")),
            active=entry.get("active") == "true",
            http="http" in destination.get("transport-method", {}),
            email=destination.get("transport-method", {}).get("email") == "true",
            licensing="smart-licensing-data" in entry.get("reporting", {}),
            urls=(address,) if address else (),
        )
