# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing part of a state: transport, policy, account, usage, reporting, counters (cli.md 3.1 to 3.8).

Each function gives None where none of the outputs holds its section.
"""

from __future__ import annotations

import re
from typing import Any

from ._state_model import (
    Account,
    Exchange,
    FlexiblePolicy,
    LicenseUse,
    Policy,
    PolicyClass,
    Privacy,
    Proxy,
    Reporting,
    RumCounters,
    RumRecord,
    Transport,
)
from ._state_sources import (
    ALL,
    RUM_IDS,
    SUMMARY,
    TECH,
    USAGE,
    Parsed,
    Sources,
    as_bool,
    as_int,
    section,
    text_of,
)

_TRANSPORTS = {"smart": "smart", "callhome": "callhome", "cslu": "cslu", "transport off": "off"}
_CLASSES = {
    "perpetual": "unenforced_non_export_perpetual_attributes",
    "subscription": "unenforced_non_export_subscription_attributes",
    "enforced": "enforced_perpetual_subscription_license_attributes",
    "export": "export_perpetual_subscription_license_attributes",
}
_ORIGIN = re.compile(r".*\((.*)\)")
_INSTALLED_ON = re.compile(r"Installed On\s+(.*)", re.IGNORECASE)
_IN_POLICY = re.compile(r"InPolicy\((\d{1,9})\)")
_STATUS_NUMBER = re.compile(r"\(\d+\)$")
_ATTEMPTS = re.compile(r"Total=(\d{1,18}), Success=(\d{1,18}), Fail=(\d{1,18})")
_ONGOING = re.compile(r"Overall=(\d{1,18})")
_SECRET = re.compile(
    r'((?:token|password|secret|cookie)\w*\\*"?\s*[:=>]\s*\\*"?|idtoken\s+)[^"\\<,\s}]+', re.IGNORECASE
)


def read_transport(sources: Sources) -> Transport | None:
    shown = sources.status("transport")
    if not shown or "type" not in shown:
        return None
    kind = shown["type"].lower()
    proxy = section(shown, "proxy")
    address = text_of(proxy.get("address"))
    return Transport(
        type=_TRANSPORTS.get(kind, kind),
        url=text_of(shown.get("url")),
        cslu_url=text_of(shown.get("cslu_address")),
        proxy=Proxy(address=address, port=as_int(proxy.get("port"))) if address else None,
        vrf=text_of(shown.get("vrf")),
        server_identity_check=as_bool(shown.get("server_identity_check")),
        ip_mode=text_of(shown.get("ip_mode")),
        trust_point=text_of(shown.get("trust_point")),
    )


def read_policy(sources: Sources) -> Policy | None:
    classic, flexible = sources.status("policy"), sources.status("policyv2")
    shown = flexible or classic
    if not shown or "policy_in_use" not in shown:
        return None
    in_use = shown["policy_in_use"]
    installed = _INSTALLED_ON.fullmatch(in_use)
    classes = {name: _policy_class(section(shown, key)) for name, key in _CLASSES.items()}
    return Policy(
        in_use=in_use,
        source="installed" if installed else "merged",
        name=text_of(shown.get("policy_name")),
        installed=sources.time(installed[1]) if installed else None,
        ack_required=as_bool(shown.get("reporting_ack_required")),
        **classes,
        flexible=_flexible(flexible) if flexible else None,
    )


def _policy_class(shown: Parsed) -> PolicyClass | None:
    if not shown:
        return None
    first = shown.get("first_report_requirement_days", "")
    origin = _ORIGIN.fullmatch(first)
    return PolicyClass(
        first=as_int(first),
        ongoing=as_int(shown.get("reporting_frequency_days")),
        change=as_int(shown.get("report_on_change_days")),
        origin=origin[1] if origin else None,
    )


def _flexible(shown: Parsed) -> FlexiblePolicy:
    return FlexiblePolicy(
        sync_overdue_interval=as_int(shown.get("sync_overdue_interval")),
        sync_retry_interval=as_int(shown.get("sync_retry_interval")),
        grace_period=as_int(shown.get("grace_period")),
        reporting_interval=as_int(shown.get("on_going_reporting_interval")),
        no_enforcement=as_bool(shown.get("no_enforcement")),
    )


def read_account(sources: Sources) -> Account | None:
    shown = sources.status("account_information")
    if not shown:
        return None
    name, _as_of, time = (shown.get("smart_account") or "").rpartition(" As of ")
    return Account(
        smart_account=text_of(name or time),
        virtual_account=text_of(shown.get("virtual_account")),
        as_of=sources.time(time) if name else None,
    )


def read_reporting(sources: Sources) -> Reporting | None:
    shown = sources.status("usage_reporting")
    if not shown:
        return None
    interval = "reporting_push_interval"
    # Only tech support says what the policy allows.
    printed = " ".join(str(section(view, "usage_reporting").get(interval)) for view in sources.views.values())
    in_policy = _IN_POLICY.search(printed)
    return Reporting(
        last_ack=sources.time(shown.get("last_ack_received")),
        ack_deadline=sources.time(shown.get("next_ack_deadline")),
        push_interval_days=as_int(shown.get(interval)),
        policy_interval_days=int(in_policy[1]) if in_policy else None,
        next_ack_check=sources.time(shown.get("next_ack_push_check")),
        next_push=sources.time(shown.get("next_report_push")),
        last_push=sources.time(shown.get("last_report_push")),
        last_file_write=sources.time(shown.get("last_report_file_write")),
    )


def read_usage(sources: Sources) -> tuple[LicenseUse, ...] | None:
    found = [source.get("license_usage") for source in sources.each(ALL, USAGE, TECH, SUMMARY)]
    shown = next((uses for uses in found if isinstance(uses, list)), None)
    if shown is None:
        return None
    handles = sources.get(TECH).get("license_usage", ())
    return tuple(_use(use, _handle(use, handles), sources) for use in shown)


def _handle(use: Parsed, handles: Any) -> Parsed:
    """The same entitlement in tech support, found by name and description; empty when that is not unique."""
    same = [handle for handle in handles if handle.get("license") == use.get("license")]
    if "description" in use:
        same = [handle for handle in same if handle.get("description") == use["description"]]
    return same[0] if len(same) == 1 else {}


def _use(use: Parsed, handle: Parsed, sources: Sources) -> LicenseUse:
    count = as_int(use.get("count")) or 0
    status = _STATUS_NUMBER.sub("", use.get("status", ""))
    full = use if "handle" in use else handle
    measured = section(section(full, "measurements"), "entitlement")
    return LicenseUse(
        name=use.get("license", ""),
        tag=None if "handle" in use else use.get("entitlement_tag"),
        entitlement_tag=full.get("entitlement_tag"),
        count=count,
        # Other states than these two are about compliance; then the count decides.
        in_use=count > 0 if not status.endswith("IN USE") else not status.startswith("NOT"),
        authorized=as_int(full.get("authorized_count")),
        out_of_compliance=as_int(full.get("out_of_compliance_count")),
        status=status or None,
        license_type=use.get("license_type"),
        enforcement=use.get("enforcement_type"),
        export_status=use.get("export_status"),
        version=use.get("version"),
        description=use.get("description"),
        feature=use.get("feature_name"),
        feature_description=use.get("feature_description"),
        report_id=as_int(measured.get("current_report")) or None,
        sync_overdue_deadline=sources.time(full.get("sync_overdue_deadline")),
    )


def read_rum(sources: Sources) -> RumCounters | None:
    shown = sources.chapter("usage_report_summary")
    if not shown:
        return None
    return RumCounters(
        total=as_int(shown.get("total")),
        purged=as_int(shown.get("purged")),
        acknowledged=as_int(shown.get("total_acknowledged_received")),
        waiting=as_int(shown.get("waiting_for_ack")),
        available=as_int(shown.get("available_to_report")),
        collecting=as_int(shown.get("collecting_data")),
        in_storage=as_int(shown.get("in_storage")),
        maximum=as_int(shown.get("maximum_display")),
        mia=as_int(shown.get("mia")),
    )


def read_reports(sources: Sources) -> tuple[RumRecord, ...] | None:
    reports = sources.get(RUM_IDS).get("reports")
    if reports is None:
        return None
    return tuple(
        RumRecord(report_id=row["report_id"], state=row["state"], flag=row["flag"], feature=row["feature_name"])
        for row in reports
    )


def read_privacy(sources: Sources) -> Privacy | None:
    shown = sources.status("data_privacy")
    if not shown:
        return None
    return Privacy(
        sends_hostname=as_bool(shown.get("sending_hostname")),
        callhome_hostname=as_bool(shown.get("callhome_hostname_privacy")),
        smart_licensing_hostname=as_bool(shown.get("smart_licensing_hostname_privacy")),
        version=as_bool(shown.get("version_privacy")),
    )


def read_communication(sources: Sources) -> tuple[Exchange, ...] | None:
    shown = sources.get(TECH).get("communication_statistics")
    if not shown:
        return None
    return tuple(_exchange(name, found, sources) for name, found in shown.items() if isinstance(found, dict))


def _exchange(name: str, shown: Parsed, sources: Sources) -> Exchange:
    attempts = _ATTEMPTS.search(str(shown.get("attempts", "")))
    ongoing = _ONGOING.search(str(shown.get("ongoing_failure", "")))
    total, success, fail = (int(number) for number in attempts.groups()) if attempts else (None, None, None)
    return Exchange(
        name=name,
        total=total,
        success=success,
        fail=fail,
        ongoing_failures=int(ongoing[1]) if ongoing else None,
        last_response=text_of(shown.get("last_response")),
        failure_reason=text_of(shown.get("failure_reason")),
        last_success=sources.time(shown.get("last_success_time")),
        last_failure=sources.time(shown.get("last_failure_time")),
    )


def without_secrets(value: Any) -> Any:
    """Messages of the history with tokens and passwords taken out: a device keeps what it sent."""
    if isinstance(value, str):
        return _SECRET.sub(r"\1********", value)
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return {key: without_secrets(item) for key, item in value.items()} if isinstance(value, dict) else value
