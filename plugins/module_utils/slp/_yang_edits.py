# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of the configuration as edits of data models (yang.md 3, 7).

Two trees describe the same lines: ``cisco-smart-license:licensing/config`` and ``native/license/smart``. An edit
writes through one of them only. The former is preferred, as every hello names it; the bare URL and the default URL are
written through ``native``, where they are nodes of their own whatever the transport is; Call Home is only there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from ._yang_codec import REMOVE, to_json, to_xml
from ._yang_schema import NATIVE, SLIC, Node, find
from .configuration import CallHomeProfile, Configuration
from .errors import CommandError
from .releases import Release
from .ways import cannot

TreeName = Literal["cisco-smart-license", "native"]
Settings = Mapping[str, tuple[Any, Any]]

INTERVAL_MAX = 365
TAC = "CiscoTAC-1"
TAGS = tuple(f"tag{number}" for number in range(1, 5))
_SLIC_KEYS = frozenset({"transport", "url_cslu", "url_smart", "interval", "privacy_hostname", "privacy_version", *TAGS})
_NATIVE_ONLY = frozenset({"url", "url_default"})
_NATIVE_LICENSE = (_SLIC_KEYS | _NATIVE_ONLY) - {"url_smart"}
_CALL_HOME = frozenset(
    {
        "service_call_home",
        "call_home_contact",
        "call_home_privacy",
        "http_proxy",
        "http_proxy_port",
        "call_home_profiles",
    }
)
MODEL_KEYS: frozenset[str] = _SLIC_KEYS | _NATIVE_ONLY | _CALL_HOME
"""Keys of ``Configuration`` that the models can read and write; all others they cannot."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One RESTCONF edit: ``PATCH`` with a body, or ``DELETE`` (404 then means that it was gone already)."""

    method: Literal["PATCH", "DELETE"]
    path: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit through one tree. ``config``: what stands inside ``<config>``; ``patches``: the same, in this order."""

    tree: TreeName
    keys: tuple[str, ...]
    config: str
    patches: tuple[Patch, ...]


def edits(
    settings: Settings, *, release: Release | None = None, current: Configuration | None = None
) -> tuple[Edit, ...]:
    """``Change.settings`` as edits, to be sent one after the other.

    ``current``: what is configured now; needed where only half of a pair changes, such as the port of a proxy. Raises
    CommandError, before anything is sent, for what no model has (``ways.cannot`` says it too).
    """
    for key, (_before, after) in settings.items():
        if reason := cannot(f"configure:{key}", "netconf", release, value=after):
            raise CommandError(reason, remedy="Nothing was sent; slp_fallback: cli would do it by the CLI")
    native = {key: values for key, values in settings.items() if key in _NATIVE_ONLY | _CALL_HOME}
    slic = {key: values for key, values in settings.items() if key not in native}
    if native.keys() & _NATIVE_ONLY and slic.keys() <= _NATIVE_LICENSE:
        native, slic = {**slic, **native}, {}  # all of it in one edit
    found = []
    if native:
        tree = {"native": _native(native, current or Configuration())}
        found.append(_edit("native", NATIVE, tuple(native), tree))
    if slic:
        tree = {"licensing": {"config": _slic(slic)}}
        found.append(_edit("cisco-smart-license", SLIC, tuple(slic), tree))
    return tuple(found)


def _edit(name: TreeName, module: str, keys: tuple[str, ...], tree: dict[str, Any]) -> Edit:
    (top,) = tree
    entries, leaves = _deletes(tree, module)
    body = to_json(_without_removed(tree))
    patch = [Patch("PATCH", f"{module}:{top}", body)] if _has_value(tree) else []
    # An entry goes first, where a list takes only one; a leaf last, as the other case of its choice drives it out.
    return Edit(name, keys, to_xml(tree), (*entries, *patch, *leaves))


def _deletes(tree: Mapping[str, Any], module: str) -> tuple[list[Patch], list[Patch]]:
    entries: list[Patch] = []
    leaves: list[Patch] = []
    for path, is_entry in _removed(tree, "", None, module):
        (entries if is_entry else leaves).append(Patch("DELETE", path))
    return entries, leaves


def _removed(values: Mapping[str, Any], path: str, parent: Node | None, module: str) -> Iterator[tuple[str, bool]]:
    for name, value in values.items():
        node = find([name]) if parent is None else parent.children[name]
        if node is None:
            continue
        step = f"{node.module}:{name}" if parent is None or node.module != parent.module else name
        here = f"{path}/{step}" if path else step
        if value is REMOVE:
            yield here, False
        elif isinstance(value, list):
            for entry in value:
                one = f"{here}={quote(str(next(iter(entry.values()), '')), safe='')}"
                if entry.get("") is REMOVE:
                    yield one, True
                else:
                    yield from _removed(entry, one, node, module)
        elif isinstance(value, Mapping):
            yield from _removed(value, here, node, module)


def _without_removed(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is left to be written; an object with nothing in it is left out."""
    result: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list):
            kept: Any = [_without_removed(entry) for entry in value if entry.get("") is not REMOVE]
        elif isinstance(value, Mapping):
            kept = _without_removed(value)
        else:
            kept = [] if value is REMOVE else value
        if kept not in ([], {}):
            result[name] = kept
    return result


def _has_value(tree: Mapping[str, Any]) -> bool:
    return bool(_without_removed(tree))


def _or_remove(value: Any) -> Any:
    return REMOVE if value is None else value


def _interval(days: Any) -> Any:
    """The models take 1 to 365, the CLI 0 and up to 3650 (yang.md 3)."""
    if days is not None and not 1 <= int(days) <= INTERVAL_MAX:
        raise CommandError(
            f"the data models take an interval of 1 to {INTERVAL_MAX} days, not {days}",
            remedy="Configure it by the CLI, or allow slp_fallback: cli",
        )
    return _or_remove(days)


def _slic(settings: Settings) -> dict[str, Any]:
    """``licensing/config``."""
    config: dict[str, Any] = {}
    wanted = {key: after for key, (_before, after) in settings.items()}
    transport: dict[str, Any] = {}
    if "transport" in wanted:
        kind = wanted["transport"]
        transport["transport-type"] = REMOVE if kind is None else f"transport-type-{kind}"
    if "url_smart" in wanted and (wanted["url_smart"] is not None or wanted.get("transport", "smart") == "smart"):
        # With another transport the whole container goes: it exists only with transport smart.
        transport["transport-smart"] = {"urls": {"url-registration": _or_remove(wanted["url_smart"])}}
    if "url_cslu" in wanted:
        transport["transport-cslu"] = {"url-cslu": _or_remove(wanted["url_cslu"])}
    privacy = {key: wanted[f"privacy_{key}"] for key in ("hostname", "version") if f"privacy_{key}" in wanted}
    if privacy:
        config["privacy"] = {key: "true" if value else "false" for key, value in privacy.items()}
    if usage := _usage(wanted):
        config["usage"] = usage
    if transport:
        config["transport"] = transport
    return config


def _usage(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """``usage``, which both trees have in the same form."""
    usage: dict[str, Any] = {}
    if "interval" in wanted:
        usage["interval"] = _interval(wanted["interval"])
    if tags := {key: _or_remove(wanted[key]) for key in TAGS if key in wanted}:
        usage["customer-tags"] = tags
    return usage


def _native(settings: Settings, current: Configuration) -> dict[str, Any]:
    """``native``: what of it is of licensing, and Call Home."""
    native: dict[str, Any] = {}
    wanted = {key: after for key, (_before, after) in settings.items()}
    if "service_call_home" in wanted:
        native["service"] = {"call-home": _flag(wanted["service_call_home"])}
    if smart := _native_smart(wanted):
        native["license"] = {"smart": smart}
    if call_home := dict(_call_home(settings, current)):
        native["call-home"] = call_home
    return native


def _flag(value: Any) -> Any:
    """A leaf that only is there, or not."""
    return "" if value else REMOVE


def _native_smart(wanted: Mapping[str, Any]) -> dict[str, Any]:
    smart: dict[str, Any] = {}
    if "transport" in wanted:
        kind = wanted["transport"]
        smart["transport-type"] = "Off" if kind == "off" else _or_remove(kind)  # sic
    names = {"url_cslu": "cslu", "url_default": "default", "url": "name"}
    url = {name: wanted[key] for key, name in names.items() if key in wanted}
    if url:
        smart["url"] = {name: _flag(value) if name == "default" else _or_remove(value) for name, value in url.items()}
    if privacy := {
        name: _flag(wanted[f"privacy_{name}"]) for name in ("hostname", "version") if f"privacy_{name}" in wanted
    }:
        smart["privacy"] = privacy
    if usage := _usage(wanted):
        smart["usage"] = usage
    return smart


def _call_home(settings: Settings, current: Configuration) -> Iterator[tuple[str, Any]]:
    """``native/call-home`` (yang.md 7.2)."""
    if "call_home_contact" in settings:
        yield "contact-email-addr", _or_remove(settings["call_home_contact"][1])
    if "call_home_privacy" in settings:
        yield "data-privacy", {"hostname": _flag(settings["call_home_privacy"][1])}
    if settings.keys() & {"http_proxy", "http_proxy_port"}:
        yield "http-proxy", {"proxy-servers": list(_proxy(settings, current))}
    if "call_home_profiles" in settings:
        before, after = settings["call_home_profiles"]
        yield from _profiles(tuple(before or ()), tuple(after or ()))


def _proxy(settings: Settings, current: Configuration) -> Iterator[dict[str, Any]]:
    """One server at most; the model wants its port with it."""
    before, after = settings.get("http_proxy", (current.http_proxy, current.http_proxy))
    _port, port = settings.get("http_proxy_port", (None, current.http_proxy_port))
    if before is not None and before != after:
        yield {"proxy-server": before, "": REMOVE}
    if after is not None:
        if port is None:
            raise CommandError(f"the proxy {after} of Call Home has no port", remedy="Set slp_proxy_port")
        yield {"proxy-server": after, "port": port}


def _profiles(before: tuple[CallHomeProfile, ...], after: tuple[CallHomeProfile, ...]) -> Iterator[tuple[str, Any]]:
    then, now = ({profile.name.lower(): profile for profile in side} for side in (before, after))
    changed = [profile for name, profile in now.items() if profile != then.get(name)]
    tac = [profile for profile in changed if profile.name == TAC]
    users: list[dict[str, Any]] = [
        {"profile-name": profile.name, "": REMOVE}
        for name, profile in then.items()
        if name not in now and profile.name != TAC
    ]
    users += [_user_profile(profile, then.get(profile.name.lower())) for profile in changed if profile.name != TAC]
    if tac:
        yield "tac-profile", {"profile": {TAC: _tac_profile(tac[0])}}
    elif any(profile.name == TAC for profile in before) and TAC.lower() not in now:
        yield "tac-profile", {"profile": {TAC: {"active": "false"}}}  # the built-in one cannot go
    if users:
        yield "user-profile", {"profile": users}


def _tac_profile(profile: CallHomeProfile) -> dict[str, Any]:
    _check_urls(profile)
    http: dict[str, Any] = {"http-address": profile.urls[0]} if profile.urls else {"default-address": "true"}
    return {
        "active": "true" if profile.active else "false",
        "reporting": {"smart-licensing-data": "true" if profile.licensing else "false"},
        "destination": {"transport-method": "http" if profile.http else "email", "address": {"http": http}},
    }


def _user_profile(profile: CallHomeProfile, before: CallHomeProfile | None) -> dict[str, Any]:
    """``before``: None for a new one, from which nothing has to be taken away."""
    _check_urls(profile)
    result: dict[str, Any] = {"profile-name": profile.name, "active": "true" if profile.active else "false"}
    if profile.licensing or (before and before.licensing):
        result["reporting"] = {"smart-licensing-data": _flag(profile.licensing)}
    method: dict[str, Any] = {"email": "true" if profile.email else "false"}
    if profile.http or (before and before.http):
        method["http"] = _flag(profile.http)
    result["destination"] = {"transport-method": method}
    if profile.urls or (before and before.urls):
        result["destination"]["address"] = {"http": profile.urls[0] if profile.urls else REMOVE}
    return result


def _check_urls(profile: CallHomeProfile) -> None:
    if len(profile.urls) > 1:
        raise CommandError(
            f"the data models take one HTTP address in the Call Home profile {profile.name}",
            remedy="Configure it by the CLI, or allow slp_fallback: cli",
        )
