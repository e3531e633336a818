# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``show license tech support`` (cli.md 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .comm import OPERATIONS, Attempts
from .config import SMART_DEFAULT
from .iostime import span
from .licensing import Licence
from .render_license import EMPTY, Lines, analytics, enforcement, exports, head, heading, product, telemetry, trust

if TYPE_CHECKING:
    from .device import MockDevice

_RESERVATION = ("Request code", "Last return code", "Last Confirmation code", "Reservation authorization code")


def tech_support(device: MockDevice) -> Lines:
    layout = device.layout
    yield "Smart Licensing Tech Support info"
    yield ""
    yield from head(device, tech=True)
    if layout.tech_trust == "early":
        yield from trust(device)
    yield from heading("License Usage")
    for handle, licence in enumerate(device.agent.licences, 1):
        yield from _handle(device, handle, licence)
    yield from product(device)
    yield from _jobs(device)
    yield from _statistics(device)
    yield from heading("License Certificates")
    yield "Production Cert: True"
    yield "Not registered. No certificates installed"
    yield ""
    yield from _ha_info()
    yield from _reservations(device)
    yield from enforcement(device)
    yield from _report_summary(device)
    yield from analytics(device)
    yield from telemetry(device)
    if layout.tech_trust == "late":
        yield from trust(device)
    yield from _other_info(device)
    yield from _mapping_table(device)


def _handle(device: MockDevice, handle: int, licence: Licence) -> Lines:
    agent, layout = device.agent, device.layout
    in_use = bool(agent.aps)
    since = device.time(agent.memory.first_use if in_use else agent.boot)
    yield f"Handle: {handle}"
    yield f"  License: {licence.name}"
    yield f"  Entitlement Tag: {licence.tag}"
    yield f"  Description: {licence.name}"
    yield f"  Count: {agent.aps}"
    yield "  Version: 1.0"
    yield f"  Status: {'IN USE(15)' if in_use else 'NOT IN USE(1)'}"
    if layout.enforcement:
        for count in ("Authorized Count", "Out-Of-Compliance Count", "Insufficient Count", "No license"):
            yield f"    {count}: 0"
    yield f"  Status time: {since}"
    yield f"  Request Time: {since if in_use else 'None'}"
    yield "  Export status: NOT RESTRICTED"
    yield f"  Feature Name: {licence.name}"
    yield f"  Feature Description: {licence.name}"
    yield "  Enforcement type: NOT ENFORCED"
    if layout.enforcement:
        yield "  Day-0 Verification: NO"
    yield f"  License type: {licence.term}"
    yield "  Measurements:"
    yield "    ENTITLEMENT:"
    yield "      Interval: 00:15:00"
    yield f"      Current Value: {agent.aps}"
    if layout.current_report:
        current = next((report for report in agent.reports.collecting() if report.licence is licence), None)
        numbers = (current.report_id, current.previous) if current else (0, 0)
        yield f"      Current Report: {numbers[0]}       Previous: {numbers[1]}"
    yield "  Soft Enforced: True"
    yield ""


def _jobs(device: MockDevice) -> Lines:
    now, boot = device.now, device.agent.boot
    day = 86_400
    daily = boot + (int((now - boot) // day) + 1) * day
    jobs = {
        "Daily": daily,
        "Init Flag Check": None,
        "Reservation configuration mismatch between nodes in HA mode": None,
        "Retrieve data processing result": device.agent.memory.ack_check,
        "Start Utility Measurements": now + 900 - (now - boot) % 900,
        "Send Utility RUM reports": device.agent.next_push,
        "Save unreported RUM Reports": now + 3600 - (now - boot) % 3600,
        "Process Utility RUM reports": daily,
        "Data Synchronization": None,
        "External Event": device.agent.ack_deadline,
        "Operational Model": None,
        "Hello Message": None,
    }
    yield from heading("Upcoming Scheduled Jobs")
    yield f"Current time: {device.time(now)}"
    for job, time in jobs.items():
        if time is None or time <= now:
            yield f"{job}: Expired Not Rescheduled"
        else:
            left = span(time - now, ("day", "hour", "minute", "second"))
            yield f"{job}: {device.time(time)} ({left} remaining)"
    yield ""


def _statistics(device: MockDevice) -> Lines:
    direct = device.licence_config.mode in ("smart", "callhome")
    off = device.licence_config.mode == "off"
    statistics = device.agent.statistics()
    yield "Communication Statistics:"
    yield "======================="
    yield f"Communication Level Allowed: {'DIRECT' if direct else 'INDIRECT'}"
    yield f"Overall State: {'Device configured for Offline transport' if off else EMPTY}"
    for operation in (*OPERATIONS, *(("Telemetry Reporting",) if device.layout.telemetry else ())):
        attempts = statistics.get(operation, Attempts())
        yield f"{operation}:"
        yield (
            f"  Attempts: Total={attempts.total}, Success={attempts.success}, Fail={attempts.fail}  "
            f"Ongoing Failure: Overall={attempts.ongoing} Communication={attempts.ongoing}"
        )
        response = f"{attempts.last_response} on {device.time(attempts.last_time)}" if attempts.last_time else "<none>"
        yield f"  Last Response: {response}"
        yield f"    Failure Reason: {attempts.reason or '<none>'}"
        yield f"  Last Success Time: {device.time(attempts.last_success)}"
        yield f"  Last Failure Time: {device.time(attempts.last_failure)}"
    yield ""


def _ha_info() -> Lines:
    yield from heading("HA Info")
    yield "RP Role: Active"
    yield "Chassis Role: Active"
    yield "Behavior Role: Active"
    yield "RMF: True"
    yield "CF: True"
    yield "CF State: Stateless"
    yield "Message Flow Allowed: False"
    yield ""


def _reservations(device: MockDevice) -> Lines:
    indent = " " * device.layout.authorization_indent
    yield from heading("Reservation Info")
    yield "License reservation: DISABLED"
    if device.layout.conversion:
        yield from exports()
    yield ""
    yield "Overall status:"
    for role, udi in device.units:
        yield f"  {role}: {udi}"
        yield f"{indent}Reservation status: NOT INSTALLED"
        for code in _RESERVATION:
            yield f"{indent}{code}: <none>"
    yield ""
    yield "Specified license reservations:"
    yield ""
    yield "Purchased Licenses:"
    yield "  No Purchase Information Available"
    yield ""


def _report_summary(device: MockDevice) -> Lines:
    """The number in brackets counts what is in storage and not acknowledged."""
    summary = device.agent.reports.summary()
    yield from heading("Usage Report Summary:")
    yield f"Total: {summary.total},  Purged: {summary.purged}({summary.purged})"
    yield (
        f"Total Acknowledged Received: {summary.acknowledged},  "
        f"Waiting for Ack: {summary.waiting}({summary.in_storage})"
    )
    yield f"Available to Report: {summary.available}  Collecting Data: {summary.collecting}"
    yield f"Maximum Display: {summary.in_storage}  In Storage: {summary.in_storage},  MIA: 0(0)"
    yield "Report Module Status: Ready"
    yield ""


# What genie's parser insists on finding; nobody reads what it says. So there is no device's answer here: what counts is
# 1, what is a switch is False, and what is a word says that it is simulated.
_COUNTS = (
    *("sizeof(char)", "sizeof(int)", "sizeof(long)", "sizeof(char *)", "sizeof(time_t)", "sizeof(size_t)"),
    *("SmartAgentClientWaitForServer", "SmartAgentMaxRumMemory", "SmartAgentConcurrentThreadMax", "chkPtType"),
    *("maxTraceLength", "debugFlags"),
)
_SWITCHES = (
    *("Write Erase Occurred", "Check Point Interface", "Config Management Interface", "License Map Interface"),
    *("HA Interface", "Trusted Store Interface", "Platform Data Interface", "Crypto Version 2 Interface"),
    *("SAPluginMgmtInterfaceMutex", "SAPluginMgmtIPDomainName", "SmartAgentCmReTrySend", "SmartAgentClientIsUnified"),
    *("SmartAgentCmClient", "builtInEncryption", "enableOnInit", "routingReadyByEvent", "systemInitByEvent"),
    *("SmartTransportServerIdCheck", "SmartTransportProxySupport", "SmartAgentPolicyControllerModel"),
    *("SmartAgentPolicyModel", "SmartAgentFederalLicense", "SmartAgentMultiTenant", "attr365DayEvalSyslog"),
    *("checkPointWriteOnly", "SmartAgentDelayCertValidation", "enableByDefault", "conversionAutomatic"),
    *("conversionAllowed", "storageEncryptDisable", "storageLoadUnencryptedDisable", "TSPluginDisable"),
    *("bypassUDICheck", "loggingAddTStamp", "loggingAddTid", "WaitForHaRole", "delayCommInit", "roleByEvent"),
    "traceAlwaysOn",
)
_WORDS = (
    *("Endian", "agent.capabilities", "SmartAgentClientName", "HighAvailabilityOverrideEvent"),
    *("platformIndependentOverrideEvent", "platformOverrideEvent"),
)


def _insisted_on() -> Lines:
    yield from (f"{label}: 1" for label in _COUNTS)
    yield from (f"{label}: False" for label in _SWITCHES)
    yield from (f"{label}: simulated" for label in _WORDS)
    yield "XOS version: 0.0.0.0"
    yield "Message Version: 0.0"
    yield "Event log max size: 1 KB"
    yield "Event log current size: 1 KB"


def _other_info(device: MockDevice) -> Lines:
    config, layout, codes = device.licence_config, device.layout, device.agent.memory.trust
    yield from heading("Other Info")
    yield f"Software ID: {device.agent.writer.software_tag}"
    yield "Agent State: authorized"
    yield "TS enable: True"
    yield f"Transport: {'Smart' if config.mode == 'smart' else config.mode}"
    if config.mode == "smart":
        yield f"  Default URL: {SMART_DEFAULT}"
    yield "Locale: en_US.UTF-8"
    yield "Debug flags: 0x7"
    yield f"Privacy Send Hostname: {not config.privacy_hostname}"
    yield "Privacy Send IP: True"
    yield "Config Persist Received: True"
    yield from _insisted_on()
    if layout.vrf:
        yield "SmartTransportVRFSupport: True"
    yield f"standbyIsHot: {len(device.units) > 1}"
    for number, (_unused, udi) in enumerate(device.units, 1):
        state = f"{udi.xml}, state[2], Trust Data INSTALLED  TrustId:{number}" if udi in codes else "No Trust Data"
        yield f"{'Local Device' if len(device.units) == 1 else udi.xml}: {state}"
    yield f"Overall Trust: {'INSTALLED (2)' if codes else 'No ID'}"
    yield f"Clock sync-ed with NTP: {device.ntp_synced()}"
    yield ""


def _mapping_table(device: MockDevice) -> Lines:
    yield from heading("Platform Provided Mapping Table")
    yield f"  {device.units[0][1].pid}: Total licenses found: {len(device.agent.licences)}"
    yield "Enforced Licenses:"
    for _unused, udi in device.units:
        yield f"  {udi.xml}:"
        yield "    No PD enforced licenses"
