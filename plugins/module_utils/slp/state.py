# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing state of a product instance, from whichever show commands were read."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError, SlpError, UnsupportedDevice

from ._state_license import (
    read_account,
    read_communication,
    read_policy,
    read_privacy,
    read_reporting,
    read_reports,
    read_rum,
    read_transport,
    read_usage,
    without_secrets,
)
from ._state_model import (
    Account,
    Exchange,
    FlexiblePolicy,
    HaMember,
    HaState,
    LicenseState,
    LicenseUse,
    Policy,
    PolicyClass,
    Privacy,
    Proxy,
    Reporting,
    RumCounters,
    RumRecord,
    Transport,
    Trust,
    Unit,
)
from ._state_sources import ALL, TECH, VERSION, Parsed, Sources, as_bool, section, text_of
from ._state_units import platform_of, read_ha, read_units
from .releases import Release

__all__ = (
    "Account",
    "Exchange",
    "FlexiblePolicy",
    "HaMember",
    "HaState",
    "LicenseState",
    "LicenseUse",
    "Policy",
    "PolicyClass",
    "Privacy",
    "Proxy",
    "Reporting",
    "RumCounters",
    "RumRecord",
    "Transport",
    "Trust",
    "Unit",
    "build_state",
)

_REPORTING = ("reporting_push_interval", "next_report_push", "last_report_push")
# Smart agents before 8 print these too, whatever the policy (PolicyV2 knows no ACK).
_REPORTING_ACK = ("last_ack_received", "next_ack_deadline", "next_ack_push_check", "last_report_file_write")
_POLICY_GROUPS, _POLICY_VALUES = 4, 3


def build_state(outputs: Mapping[str, str], *, host: str | None = None) -> LicenseState:
    """Command -> output, any subset of ``show.COMMANDS``, as a state; what no output holds is None.

    A command that the device's release lacks (``% Invalid input``) counts as not given. Raises UnsupportedDevice for
    a device before Smart Licensing Using Policy, and ParseError when an output is cut off, or none names the UDI.
    """
    try:
        return _build(Sources(outputs), host)
    except SlpError as error:
        error.host = error.host or host or ""
        raise


def _build(sources: Sources, host: str | None) -> LicenseState:
    version = sources.get(VERSION)
    release = release_of(version)
    for command, view in sources.views.items():
        _check_model(command, view)
        _check_whole(command, view, sources.get(command))
    units = read_units(sources)
    usage = read_usage(sources)
    platform, is_controller = platform_of(units[0].udi, version.get("platform", ""), usage)
    communication = section(sources.get(TECH), "communication_statistics")
    return LicenseState(
        udi=units[0].udi,
        units=units,
        host=host,
        hostname=version.get("hostname"),
        release=release,
        platform=platform,
        is_controller=is_controller,
        agent_version=text_of((sources.chapter("agent_version") or {}).get("smart_agent_for_licensing")),
        reporting_mode=text_of((sources.status("smart_licensing_using_policy") or {}).get("reporting_mode")),
        transport=read_transport(sources),
        policy=read_policy(sources),
        account=read_account(sources),
        usage=usage,
        reporting=read_reporting(sources),
        rum=read_rum(sources),
        reports=read_reports(sources),
        privacy=read_privacy(sources),
        utility=as_bool((sources.status("utility") or {}).get("status")),
        custom_id=text_of((sources.status("miscellaneous") or {}).get("custom_id")),
        air_level=text_of(version.get("air_license_level")),
        air_level_next=text_of(version.get("next_reload_air_license_level")),
        wireless_level=text_of(version.get("cisco_wireless_license_level")),
        wireless_level_next=text_of(version.get("next_reload_cisco_wireless_license_level")),
        enforcement_state=text_of(sources.value("device_enforcement_state")),
        reservation=text_of((sources.chapter("reservation_info") or {}).get("license_reservation")),
        telemetry=_telemetry(sources),
        communication_level=text_of(communication.get("communication_level_allowed")),
        communication=read_communication(sources),
        history=without_secrets(sources.parsed.get("show license history message")),
        events=_events(sources),
        ha=read_ha(sources),
        clock=sources.clock(),
        ntp_synced=sources.ntp_synced(),
    )


def release_of(version: Parsed) -> Release | None:
    """The release of ``show version``; interim builds have a name in one line and a number in the other."""
    for text in (version.get("version"), version.get("xe_version")):
        try:
            release = Release.parse(text or "")
        except ParseError:
            continue
        if not release.supports_slp:
            raise UnsupportedDevice(
                f"IOS XE {release} has no Smart Licensing Using Policy", remedy="Upgrade it to 17.3.2a or later"
            )
        return release
    return None


def _check_model(command: str, view: Parsed) -> None:
    """Registered Smart Licensing is refused while parsing; here a device that says DISABLED is."""
    policy = section(view, "smart_licensing_using_policy").get("status", "ENABLED")
    if "DISABLED" in (view.get("smart_licensing"), policy):
        raise UnsupportedDevice(
            "Smart Licensing Using Policy is not enabled on this device",
            subject=command,
            remedy="It needs IOS XE 17.3.2a or later",
        )


def _check_whole(command: str, view: Parsed, output: Parsed) -> None:
    """Refuse an output that was cut off, or of which a terminal swallowed lines (cli.md 7.2)."""
    sections = ["smart_licensing_using_policy", "transport", "usage_reporting"]
    if command != TECH:  # where agents up to 5.9 leave the trust codes out
        sections.append("trust_code_installed")
    missing = [name for name in sections if not section(view, name)]
    expected = _REPORTING if "policyv2" in view else _REPORTING + _REPORTING_ACK
    missing += [name for name in expected if name not in section(view, "usage_reporting")]
    if not section(view, "policyv2"):
        groups = [group for group in section(view, "policy").values() if isinstance(group, Mapping)]
        if len(groups) < _POLICY_GROUPS or any(len(group) < _POLICY_VALUES for group in groups):
            missing.append("policy")
    missing += _missing_chapters(command, view, output)
    if missing:
        raise ParseError(
            "the output is not complete",
            subject=command,
            cause=f"missing: {', '.join(missing)}",
            remedy="Read it again; over network_cli raise ansible_buffer_read_timeout",
        )


def _missing_chapters(command: str, view: Parsed, output: Parsed) -> list[str]:
    if command not in (ALL, TECH):
        return []
    missing = [] if section(output, "product_information").get("udi") else ["product_information"]
    if not section(output, "agent_version"):
        missing.append("agent_version")
    if command == TECH:
        end = section(output, "platform_provided_mapping_table").get("platforms")
    elif "account_information" in view:  # 17.7.1 and later end with the report counters
        end = "collecting_data" in section(output, "usage_report_summary")
    else:
        end = "purchased_licenses" in section(output, "license_authorizations")
    return missing if end else [*missing, "the last section"]


def _events(sources: Sources) -> tuple[Mapping[str, object], ...] | None:
    events = sources.get("show license eventlog").get("event_log")
    return None if events is None else tuple(events)


def _telemetry(sources: Sources) -> str | None:
    """Whether telemetry can leave the device; the chapter was renamed between agents 5.7 and 5.8."""
    old, new = sources.chapter("telemetry_report_summary"), sources.chapter("device_telemetry_report_summary")
    return text_of((new or {}).get("data_channel") or (old or {}).get("device_telemetry"))
