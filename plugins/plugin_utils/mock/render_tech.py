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
        "Retrieve data processing result": None,
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


_STATIC_HEAD = """\
Build type: simulated
sizeof(char): 1
sizeof(int): 1
sizeof(long): 1
sizeof(char *): 1
sizeof(time_t): 1
sizeof(size_t): 1
Endian: simulated
Write Erase Occurred: False
XOS version: 0.0.0.0
Config Persist Received: True
Message Version: 0.0
connect_info.name: simulated
connect_info.version: simulated
connect_info.additional: simulated
connect_info.prod: False
connect_info.capabilities: simulated
agent.capabilities: simulated
Check Point Interface: False
Config Management Interface: False
License Map Interface: False
HA Interface: False
Trusted Store Interface: False
Platform Data Interface: False
Crypto Version 2 Interface: False
SAPluginMgmtInterfaceMutex: False
SAPluginMgmtIPDomainName: False"""
_STATIC_TAIL = """\
SmartAgentClientWaitForServer: 1
SmartAgentCmReTrySend: False
SmartAgentClientIsUnified: False
SmartAgentCmClient: False
SmartAgentClientName: simulated
builtInEncryption: False
enableOnInit: False
routingReadyByEvent: False
systemInitByEvent: False
SmartTransportServerIdCheck: False
SmartTransportProxySupport: False
SmartAgentPolicyDisplayFormat: 1
SmartAgentReportOnUpgrade: False
SmartAgentIndividualRUMEncrypt: 1
SmartAgentMaxRumMemory: 1
SmartAgentConcurrentThreadMax: 1
SmartAgentPolicyControllerModel: False
SmartAgentPolicyModel: False
SmartAgentFederalLicense: False
SmartAgentMultiTenant: False
attr365DayEvalSyslog: False
checkPointWriteOnly: False
SmartAgentDelayCertValidation: False
enableByDefault: False
conversionAutomatic: False
conversionAllowed: False
storageEncryptDisable: False
storageLoadUnencryptedDisable: False
TSPluginDisable: False
bypassUDICheck: False
loggingAddTStamp: False
loggingAddTid: False
HighAvailabilityOverrideEvent: simulated
platformIndependentOverrideEvent: simulated
platformOverrideEvent: simulated
WaitForHaRole: False"""
_STATIC_END = """\
chkPtType: 1
delayCommInit: False
roleByEvent: False
maxTraceLength: 1
traceAlwaysOn: False
debugFlags: 1
Event log max size: 1 KB
Event log current size: 1 KB"""


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
    yield _STATIC_HEAD
    if layout.vrf:
        yield "SmartTransportVRFSupport: True"
    yield _STATIC_TAIL
    yield f"standbyIsHot: {len(device.units) > 1}"
    yield _STATIC_END
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
