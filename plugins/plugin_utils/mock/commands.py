# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The EXEC commands of a simulated controller: shows and ``license smart`` (cli.md 2 and 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from . import (
    render_classic,
    render_ha,
    render_home,
    render_license,
    render_reports,
    render_services,
    render_system,
    render_tech,
)
from .config_commands import config_commands
from .flash import FlashError
from .grammar import Command
from .importer import import_document
from .saver import NOT_FOUND, save_trust_request, save_usage
from .session import Session
from .uplink import profiles_of

if TYPE_CHECKING:
    from .device import MockDevice

Args = dict[str, str]
Renderer = Callable[["MockDevice"], Iterator[str]]
Action = Callable[["MockDevice", Args], str]

LICENCE_SHOWS: dict[str, Renderer] = {
    "all": render_license.everything,
    "status": render_license.status,
    "summary": render_reports.summary,
    "usage": render_reports.show_usage,
    "udi": render_license.udi,
    "tech support": render_tech.tech_support,
    "history message": render_reports.history,
    "authorization": render_license.authorizations,
}
CLASSIC_SHOWS: dict[str, Renderer] = {
    "all": render_classic.everything,
    "status": render_classic.status,
    "summary": render_classic.summary,
    "usage": render_classic.usage,
    "udi": render_license.udi,
}
SYSTEM_SHOWS: dict[str, Renderer] = {
    "version": render_system.version,
    "inventory": render_system.inventory,
    "ap summary": render_system.ap_summary,
    "ntp status": render_home.ntp_status,
    "call-home": render_home.overview,
    "call-home profile all": render_home.profiles,
    "chassis": render_ha.chassis,
    "chassis rmi": lambda device: render_ha.chassis(device, rmi=True),
    "redundancy": render_ha.redundancy,
    "redundancy states": render_ha.redundancy_states,
    "netconf-yang status": render_services.netconf_status,
    "platform software yang-management process": render_services.processes,
    "ip http server status": render_services.http_status,
}


def commands_of(device: MockDevice) -> list[Command]:
    """All commands that a device of this release has; the shell's own are not among them."""
    return [*_shows(device), *(_licensing(device) if device.layout.slp else ()), *config_commands(device)]


def text_of(lines: Iterator[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


def _shows(device: MockDevice) -> Iterator[Command]:
    layout = device.layout
    for what, renderer in (LICENCE_SHOWS if layout.slp else CLASSIC_SHOWS).items():
        yield Command(f"show license {what}", _showing(device, renderer))
    for what, renderer in SYSTEM_SHOWS.items():
        yield Command(f"show {what}", _showing(device, renderer))
    actions: list[tuple[str, Action, int]] = [
        ("call-home profile <name>", _home_profile, 1),
        ("running-config [{all|brief|full}]", _running, 15),
        ("startup-config", _startup, 15),
        ("logging", _logging, 1),
    ]
    if layout.slp:
        actions.append(("call-home smart-licensing", lambda d, _args: text_of(render_home.smart_licensing(d)), 1))
        actions.append(("license eventlog [<days:1-90>]", _eventlog, 1))
    if layout.rum_id:
        actions.append(("license rum id all", lambda d, _args: text_of(render_reports.rum_all(d)), 1))
        actions.append(("license rum id <number> detail", _rum_detail, 1))
    for pattern, action, privilege in actions:
        yield Command(f"show {pattern}", _doing(device, action), privilege=privilege)


def _showing(device: MockDevice, renderer: Renderer) -> Callable[[Session, Args], str]:
    return lambda _session, _args: text_of(renderer(device))


def _doing(device: MockDevice, action: Action) -> Callable[[Session, Args], str]:
    return lambda _session, args: action(device, args)


def _home_profile(device: MockDevice, args: Args) -> str:
    name = args["name"].strip('"')
    found = profiles_of(device.config.section).get(name)
    return text_of(render_home.profile(name, found)) if found else f"% Profile {name} does not exist\n"


def _running(device: MockDevice, _args: Args) -> str:
    text = device.running_config()
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n{text}\n"


def _startup(device: MockDevice, _args: Args) -> str:
    text = device.render_config(device.startup)
    return f"Using {len(text)} out of 33554432 bytes\n{text}\n"


def _logging(device: MockDevice, _args: Args) -> str:
    device.agent.remind()
    derived = device.agent.comm_messages() if device.layout.slp else ()
    return device.log.render(device.zone, synced=device.ntp_synced(), derived=derived)


def _eventlog(device: MockDevice, args: Args) -> str:
    return text_of(render_reports.eventlog(device, int(args["days"]) if "days" in args else None))


def _rum_detail(device: MockDevice, args: Args) -> str:
    number = args["number"]
    return text_of(render_reports.rum_detail(device, int(number) if number.isdecimal() else 0))


# --- license smart ----------------------------------------------------------------------------------------------------


def _licensing(device: MockDevice) -> Iterator[Command]:
    actions: list[tuple[str, Action]] = [
        ("save usage {scope:all|unreported} file <file>", _save),
        ("save usage {scope:days} <number:1-4294967295> file <file>", _save),
        ("save usage {scope:rum-id} <number> file <file>", _save),
        ("save trust-request <file>", _save_trust_request),
        ("import <file>", _import),
        ("sync {all|local}", _sync),
        ("trust idtoken <token> {local|all} [force]", _trust),
        ("clear eventlog", _clear_eventlog),
        ("factory reset", _factory_reset),
        ("authorization request {add|replace} <feature> {all|local}", _authorization_request),
        ("authorization return {all|local} {online|offline [<file>]}", _authorization_return),
    ]
    for pattern, action in actions:
        yield Command(f"license smart {pattern}", _doing(device, action), privilege=15)


def _save(device: MockDevice, args: Args) -> str:
    number = args.get("number", "0")
    if not number.isdecimal():
        return NOT_FOUND
    return save_usage(
        device.agent, device.flash, args["file"], device.hostname, scope=args["scope"], number=int(number)
    )


def _save_trust_request(device: MockDevice, args: Args) -> str:
    return save_trust_request(device.agent, device.flash, args["file"], device.hostname)


def _import(device: MockDevice, args: Args) -> str:
    try:
        data = device.flash.read(args["file"])
    except FlashError as error:
        return str(error)
    return import_document(device.agent, data)


def _sync(device: MockDevice, _args: Args) -> str:
    """Silent; what came of it is seen in the counters and the log."""
    if device.online:
        device.online.sync()
    else:
        device.agent.attempt("Usage Reporting")
    return ""


def _trust(device: MockDevice, args: Args) -> str:
    """Silent; the token is used and forgotten. Where no server can be reached, it fails in the log."""
    if device.online:
        device.online.trust(args["token"], everywhere="all" in args, force="force" in args)
        return ""
    agent = device.agent
    agent.attempt("Trust Establishment")
    reason = agent.failure or "Communications are disabled"
    device.log.add(
        agent.now,
        "%SMART_LIC-3-TRUST_CODE_INSTALL_FAILED: The install of a new licensing trust code has failed on "
        f"{agent.udis[0]}: {reason}.",
    )
    return ""


def _clear_eventlog(device: MockDevice, _args: Args) -> str:
    device.agent.events_from = device.now
    return ""


def _factory_reset(device: MockDevice, _args: Args) -> str:
    device.agent.reset_pending = True
    return '%Warning: reload required after "license smart factory reset" command'


def _authorization_request(_device: MockDevice, _args: Args) -> str:
    """All wireless licences are unenforced: there is nothing to authorise (cli.md 2.2)."""
    return NOT_FOUND


def _authorization_return(_device: MockDevice, _args: Args) -> str:
    return "No reservation authorization code installed in device"
