# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The thirteen topologies. The source of each rule stands beside it: seed = Cisco's text, cli.md = our reference."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ._topology_model import (
    Collector,
    Desired,
    Initiator,
    Proxy,
    Steps,
    Topology,
    Trust,
    TrustRule,
    UrlRule,
)
from .releases import Release

SMART_URL = (
    "https://smartreceiver.cisco.com/licservice/license"  # cli.md 1.2; "exactly as shown": seed, Smart transport
)
CALL_HOME_URL = "https://tools.cisco.com/its/service/oddce/services/DDCEService"  # cli.md 1.2, 1.6

_HOST = r"[^/:\s?#]+"
_SMART = UrlRule("license smart url smart", SMART_URL, SMART_URL.replace(".", r"\."), default=SMART_URL)
_DDCE = UrlRule("license smart url", CALL_HOME_URL, CALL_HOME_URL.replace(".", r"\."), default=CALL_HOME_URL)
# A Transport Gateway has a URL of its own: cli.md 5.6 step 6'.
_DDCE_OR_GATEWAY = replace(_DDCE, pattern=rf"https?://{_HOST}(:\d+)?/(?!SmartTransport)\S+")
# Port 8182 and no tenant: cli.md 1.2, 6.3. Empty means the DNS name cslu-local: cli.md 1.2 zero-touch.
_CSLU = UrlRule(
    "license smart url cslu",
    "http://{host}:8182/cslu/v1/pi",
    rf"https?://{_HOST}:8182/cslu/v1/pi/?",
    required=False,
)
# The tenant is part of it: cli.md 1.2, 6.3. HTTPS preferred: cli.md 6.3.
_ONPREM = UrlRule(
    "license smart url cslu",
    "https://{host}/cslu/v1/pi/{tenant}",
    rf"https?://{_HOST}(:\d+)?/cslu/v1/pi/[^/\s?#]+/?",
)

_ID_TOKEN = Trust(TrustRule.TOKEN, early_healthy_without=False, late_healthy_without=False)  # seed, Connected Directly
# seed, 17.7.1 paragraphs of CSLU push, CSLU disconnected push and offline; earlier ones: cli.md 5.0.2
_BY_ACK = Trust(TrustRule.ACK, early_healthy_without=True, late_healthy_without=False)
_BY_COLLECTOR = Trust(TrustRule.COLLECTOR, early_healthy_without=True, late_healthy_without=True)  # cli.md 5.0.2, 5.2.8
_NO_TRUST = Trust(TrustRule.NOT_NEEDED, early_healthy_without=True, late_healthy_without=True)  # seed, Controller

_NOBODY = Collector("none")
# CVE-2024-20439 and 20440, used in the wild: apis.md 4
_CSLU_SERVER = Collector("CSLU", safe_since="2.3.0")
# seed, table 2 and SSM On-Prem limitations (proxy for usage synchronisation)
_ONPREM_SERVER = Collector("SSM On-Prem", min_version="8-202102", usage_proxy_since="8-202108")
_ONPREM_BY_FILE = replace(_ONPREM_SERVER, usage_proxy_since="")
_CENTER = Collector("Catalyst Center", min_version="2.2.2")  # seed, table 1

_ONPREM_RELEASE = Release.parse("17.3.3")  # seed, table 2
_TEN_MINUTES = timedelta(minutes=10)  # cli.md 5.0, polling advice for an online ACK
_CARRIED = timedelta(days=7)  # ours: files wait for somebody who carries them

_DIRECT_NEEDS = (
    "DNS, route and TCP 443 from the device to {host}",
    "clock synchronised: a trust code is refused when device and CSSM differ by an hour or more",
    "an ID token of the Virtual Account, installed with force where any trust code is present",
)
_PUSH_NEEDS = ("route, and DNS if the URL has a name, from the device to the collector", "source interface set")
# cli.md 1.8; the methods: seed, CSLU-initiated and SSM On-Prem-initiated communication
_PULL_NEEDS = (
    "a user with privilege 15 for the collector, aaa new-model with login and exec lists",
    "NETCONF (TCP 830), RESTCONF (TCP 443) or the native REST API (HTTPS) open to the collector",
)
_ACCOUNT_FIRST = "the local account of SSM On-Prem is synchronised with CSSM before any usage is"  # seed, On-Prem note

_SYNC = "Run role c9800.slp.sync (`license smart sync {scope}` on the device)"
_THEN_SYNC = "then run role c9800.slp.sync (`license smart sync {scope}`)"
_DIRECT_STEPS = Steps(report=_SYNC, fetch_ack=f"Look again in ten minutes; {_THEN_SYNC}")

# Pull: transport stays at its default, off is as good and silences cslu-local (cli.md 5.2.4 and the note below it).
_PULLED = Desired(("cslu", "off"), access=("netconf", "restconf", "rest"))

_SMART_ROW = Topology(
    id="direct_smart",
    title="Connected Directly to CSSM, Smart transport",
    initiator=Initiator.PRODUCT_INSTANCE,
    # Proxy None: a configured one belongs to direct_smart_proxy. VRF: cli.md 1.1.
    desired=Desired(("smart",), url=_SMART, vrf=True),
    trust=_ID_TOKEN,
    collector=_NOBODY,
    report_out="the device pushes it to CSSM inside HTTPS",
    ack_in="the device polls CSSM for it, about a minute later",
    cssm_reached_by="the device",
    steps=_DIRECT_STEPS,
    prerequisites=tuple(need.format(host="smartreceiver.cisco.com") for need in _DIRECT_NEEDS),
    with_proxy="direct_smart_proxy",
    push_moves=True,
    push_reaches_cssm=True,
    throttled=True,  # seed, Connected Directly, release-wise changes
    ack_wait=_TEN_MINUTES,
)
_CALL_HOME_ROW = replace(
    _SMART_ROW,
    id="direct_callhome",
    title="Connected Directly to CSSM, Call Home, direct cloud access",
    # cli.md 5.5, 1.6; `license smart vrf` is for smart and cslu only: cli.md 1.1
    desired=Desired(("callhome",), url=_DDCE, call_home=True),
    report_out="the device sends it to CSSM as a Call Home message",
    prerequisites=(
        *(need.format(host="tools.cisco.com") for need in _DIRECT_NEEDS),
        "service call-home, and exactly one active profile that reports licensing data",
    ),
    recommended="direct_smart",  # seed, Connected Directly, recommendations
    with_proxy="direct_callhome_proxy",
)
_CSLU_PUSH_ROW = Topology(
    id="cslu_push",
    title="Connected to CSSM Through CSLU, product instance-initiated",
    initiator=Initiator.PRODUCT_INSTANCE,
    desired=Desired(("cslu",), url=_CSLU, proxy=Proxy.SMART, vrf=True),  # proxy with smart and cslu: cli.md 1.1, 6.3
    trust=_BY_ACK,
    collector=_CSLU_SERVER,
    report_out="the device pushes it to CSLU, CSLU sends it on",
    ack_in="the device polls CSLU for it",
    cssm_reached_by="CSLU",
    steps=Steps(report=_SYNC, fetch_ack=f"Look in CSLU whether it has sent the report on; {_THEN_SYNC}"),
    prerequisites=(*_PUSH_NEEDS, "TCP 8182 of CSLU open to the device", "CSLU logged in to CSSM, account chosen"),
    push_moves=True,
    throttled=True,  # seed, Through CSLU
)
_CSLU_PULL_ROW = Topology(
    id="cslu_pull",
    title="Connected to CSSM Through CSLU, CSLU-initiated",
    initiator=Initiator.COLLECTOR,
    desired=_PULLED,
    trust=_BY_COLLECTOR,  # seed: the enhancement of 17.7.1 applies only to the product instance-initiated mode
    collector=_CSLU_SERVER,
    report_out="CSLU reads it from the device",
    ack_in="CSLU installs it on the device by the same way",
    cssm_reached_by="CSLU",
    steps=Steps(
        report="Let CSLU collect usage from this device (Collect Usage), or run airgap_collect.yml in its place",
        fetch_ack="Look in CSLU whether it has sent the report on and delivered the ACK",
    ),
    prerequisites=(*_PULL_NEEDS, "the device is in the inventory of CSLU, with its method and credentials"),
    comm_failed_is_noise=True,  # cli.md 5.2, last paragraph
)
_ONPREM_PUSH_ROW = replace(
    _CSLU_PUSH_ROW,
    id="onprem_push",
    title="SSM On-Prem Deployment, product instance-initiated",
    desired=replace(_CSLU_PUSH_ROW.desired, url=_ONPREM),
    trust=_BY_COLLECTOR,  # not listed among the automatic ones: cli.md 5.11, last paragraph
    collector=_ONPREM_SERVER,
    report_out="the device pushes it to SSM On-Prem, which synchronises usage with CSSM",
    ack_in="the device polls SSM On-Prem for it",
    cssm_reached_by="SSM On-Prem",
    steps=Steps(
        report=_SYNC,
        fetch_ack=f"Synchronise usage in SSM On-Prem (Synchronize now with Cisco), {_THEN_SYNC}",
    ),
    prerequisites=(*_PUSH_NEEDS, _ACCOUNT_FIRST, "NAT support enabled in SSM On-Prem where devices sit behind NAT"),
    min_release=_ONPREM_RELEASE,
)
_ONPREM_PULL_ROW = replace(
    _CSLU_PULL_ROW,
    id="onprem_pull",
    title="SSM On-Prem Deployment, SSM On-Prem-initiated",
    collector=replace(_ONPREM_SERVER, nat=False),  # seed, SSM On-Prem limitations
    report_out="SSM On-Prem reads it from the device, then synchronises usage with CSSM",
    ack_in="SSM On-Prem installs it on the device by the same way",
    cssm_reached_by="SSM On-Prem",
    steps=Steps(
        report="Let SSM On-Prem collect usage from this device, or run airgap_collect.yml in its place",
        fetch_ack="Synchronise usage in SSM On-Prem (Synchronize now with Cisco); it then delivers the ACK",
    ),
    prerequisites=(*_PULL_NEEDS, _ACCOUNT_FIRST, "the device is in the inventory of SSM On-Prem, and not behind NAT"),
    min_release=_ONPREM_RELEASE,
)

ROWS: tuple[Topology, ...] = (
    _SMART_ROW,
    replace(
        _SMART_ROW,
        id="direct_smart_proxy",
        title="Connected Directly to CSSM, Smart transport through an HTTPS proxy",
        desired=replace(_SMART_ROW.desired, proxy=Proxy.SMART, proxy_required=True),  # cli.md 5.4
        report_out="the device pushes it to CSSM inside HTTPS, through the proxy",
        prerequisites=(
            "route and DNS from the device to the proxy; the proxy allows CONNECT to smartreceiver.cisco.com:443",
            *_SMART_ROW.prerequisites[1:],
        ),
        with_proxy="",
    ),
    _CALL_HOME_ROW,
    replace(
        _CALL_HOME_ROW,
        id="direct_callhome_proxy",
        title="Connected Directly to CSSM, Call Home through an HTTPS proxy or Transport Gateway",
        desired=replace(
            _CALL_HOME_ROW.desired, url=_DDCE_OR_GATEWAY, proxy=Proxy.CALL_HOME, gateway=True
        ),  # cli.md 5.6
        report_out="the device sends it to CSSM as a Call Home message, through the proxy or gateway",
        prerequisites=(
            "route and DNS from the device to the proxy or Transport Gateway, which reaches tools.cisco.com:443",
            *_CALL_HOME_ROW.prerequisites[1:],
        ),
        recommended="direct_smart_proxy",
        with_proxy="",
    ),
    _CSLU_PUSH_ROW,
    _CSLU_PULL_ROW,
    replace(
        _CSLU_PUSH_ROW,
        id="cslu_offline_push",
        title="CSLU Disconnected from CSSM, product instance-initiated",
        report_out="the device pushes it to CSLU; a file carries it to CSSM",
        ack_in="a file carries it to CSLU; the device polls CSLU for it",
        cssm_reached_by="files out of CSLU",
        steps=Steps(
            report=_SYNC,
            fetch_ack="Carry CSLU's file to CSSM (Download All for Cisco) and the ACK back (Upload from Cisco), "
            + _THEN_SYNC,
        ),
        prerequisites=(*_PUSH_NEEDS, "TCP 8182 of CSLU open to the device", "Cisco connectivity off in CSLU"),
        cssm_by_file=True,
        ack_wait=_CARRIED,
    ),
    replace(
        _CSLU_PULL_ROW,
        id="cslu_offline_pull",
        title="CSLU Disconnected from CSSM, CSLU-initiated",
        report_out="CSLU reads it from the device; a file carries it to CSSM",
        ack_in="a file carries it to CSLU, which installs it on the device",
        cssm_reached_by="files out of CSLU",
        steps=replace(
            _CSLU_PULL_ROW.steps,
            fetch_ack="Carry CSLU's file to CSSM (Download All for Cisco) and the ACK back (Upload from Cisco)",
        ),
        cssm_by_file=True,
        ack_wait=_CARRIED,
    ),
    Topology(
        id="catalyst_center",
        title="Connected to CSSM Through a Controller",
        initiator=Initiator.COLLECTOR,
        # Never smart or callhome beside it: two reporters would compete (cli.md 5.9).
        desired=Desired(("cslu", "off"), access=("netconf",)),
        trust=_NO_TRUST,
        collector=_CENTER,
        report_out="Catalyst Center reads it by NETCONF and sends it to CSSM",
        ack_in="Catalyst Center installs it by NETCONF",
        cssm_reached_by="Catalyst Center",
        steps=Steps(
            report="Trigger an ad hoc report in Catalyst Center (License Manager, Reporting); the first one is by hand",
            fetch_ack="Look at the report's state in Catalyst Center (License Manager, Reporting)",
        ),
        prerequisites=(
            "NETCONF (netconf-yang, aaa, TCP 830) open to Catalyst Center",
            "the device is in the inventory of Catalyst Center and assigned to a site",
            "one ad hoc report before scheduled ones",
        ),
        comm_failed_is_noise=True,  # as in pull: the default transport with an empty URL
    ),
    Topology(
        id="offline",
        title="No Connectivity to CSSM and No CSLU",
        initiator=Initiator.FILES,
        desired=Desired(("off",)),  # cli.md 5.10.1
        trust=_BY_ACK,
        collector=Collector("this collection"),
        report_out="saved to a file on the device, fetched, carried to CSSM",
        ack_in="carried back as a file, imported with `license smart import`",
        cssm_reached_by="files out of the device",
        steps=Steps(
            report="Run airgap_collect.yml, carry the bundle out, run airgap_submit.yml",
            fetch_ack="Run airgap_submit.yml outside until the ACK is there, then airgap_install.yml inside",
        ),
        prerequisites=("SSH with privilege 15", "room on the device's flash for the usage file"),
        cssm_by_file=True,
        comm_failed_is_noise=True,  # transport off: nothing is ever sent (seed, High Availability)
        ack_wait=_CARRIED,
    ),
    _ONPREM_PUSH_ROW,
    _ONPREM_PULL_ROW,
    replace(
        _ONPREM_PUSH_ROW,
        id="onprem_offline",
        title="SSM On-Prem Deployment, files between SSM On-Prem and CSSM",
        # As push or as pull (design 2): the URL is checked when there is one.
        desired=Desired(
            ("cslu", "off"),
            url=replace(_ONPREM, required=False),
            proxy=Proxy.SMART,
            vrf=True,
            access=_PULLED.access,
        ),
        collector=_ONPREM_BY_FILE,
        report_out="pushed to or read by SSM On-Prem; a file carries it to CSSM",
        ack_in="a file carries it to SSM On-Prem; from there as in push or pull",
        cssm_reached_by="files out of SSM On-Prem",
        steps=Steps(
            report=f"{_SYNC}, or let SSM On-Prem collect",
            fetch_ack="Carry the usage file of SSM On-Prem to CSSM and import the ACK in SSM On-Prem",
        ),
        prerequisites=("route between device and SSM On-Prem", _ACCOUNT_FIRST + ", by file"),
        cssm_by_file=True,
        push_moves=False,
        ack_wait=_CARRIED,
    ),
)
