# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a topology is made of: the columns of the table in ``_topology_table.py``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from .releases import Release

SLP_BEGINS = Release.parse("17.3.2a")


class Initiator(StrEnum):
    """Who starts the talk between the product instance and whoever takes its reports."""

    PRODUCT_INSTANCE = "product_instance"
    COLLECTOR = "collector"
    FILES = "files"


class Proxy(StrEnum):
    """Where a proxy of the device is configured: ``license smart proxy``, or ``http-proxy`` under ``call-home``."""

    SMART = "smart"
    CALL_HOME = "call_home"


class TrustRule(StrEnum):
    """Where the trust code of a UDI comes from."""

    TOKEN = "id_token"  # noqa: S105
    """Always an ID token of CSSM; a factory-installed code cannot talk to CSSM and must be overwritten."""
    ACK = "ack"
    """From 17.7.1 the report asks for it and the ACK brings it; earlier releases work without one."""
    COLLECTOR = "collector"
    """Nothing automatic; the collector may install one as a workflow of its own."""
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class UrlRule:
    """The licensing URL that a device needs.

    ``command``: what configures it. ``template``: its form, with ``{host}`` and ``{tenant}``; equal to ``default``
    where nothing is to be filled in. ``pattern``: what a right URL looks like, for ``re.fullmatch``.
    ``required``: an empty URL is wrong (not required: the device finds ``cslu-local`` by DNS).
    """

    command: str
    template: str
    pattern: str
    required: bool = True
    default: str = ""

    def accepts(self, url: str) -> bool:
        return re.fullmatch(self.pattern, url.strip(), re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class Desired:
    """The device configuration that a topology wants.

    ``transports``: types as ``show license status`` names them in lower case, the wanted one first, others tolerated.
    ``vrf``: ``license smart vrf`` takes part. ``call_home``: ``service call-home`` and the profile block are needed.
    ``gateway``: a URL that is not the default one is a Transport Gateway, which serves in place of a proxy.
    ``access``: management services by which the collector may come; the first one unless a user names others. Where the
    device starts the talk they are opened only for a user who names one.
    """

    transports: tuple[str, ...]
    url: UrlRule | None = None
    proxy: Proxy | None = None
    proxy_required: bool = False
    vrf: bool = False
    call_home: bool = False
    gateway: bool = False
    access: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collector:
    """Who talks to the device. ``min_version`` as the vendor writes it, empty when any version serves."""

    name: str
    min_version: str = ""
    usage_proxy_since: str = ""
    """From this version its usage synchronisation with CSSM may pass a proxy."""
    safe_since: str = ""
    """Earlier versions have known holes."""
    nat: bool = True
    """It can serve a product instance behind NAT."""

    def older(self, version: str, than: str) -> bool:
        """``8-202102``, ``Version 8, Release 202102`` and ``2.2.2`` compare by their numbers; no bound, not older."""
        return bool(than) and _numbers(version) < _numbers(than)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))


@dataclass(frozen=True, slots=True)
class Trust:
    """``rule``, and whether a device without any code is healthy before (``early``) and from (``late``) 17.7.1."""

    rule: TrustRule
    early_healthy_without: bool
    late_healthy_without: bool

    def healthy_without(self, release: Release | None) -> bool | None:
        """True when "no trust code" is a healthy state; None when that hangs on an unknown release."""
        if self.early_healthy_without == self.late_healthy_without:
            return self.late_healthy_without
        if release is None:
            return None
        return self.late_healthy_without if release.ack_trust else self.early_healthy_without


@dataclass(frozen=True, slots=True)
class Steps:
    """What a person does in this topology; ``{scope}`` becomes ``local``, or ``all`` for an HA pair."""

    report: str
    """To make a report leave the device."""
    fetch_ack: str
    """When a report has left and its ACK is not on the device yet."""


@dataclass(frozen=True, slots=True)
class Topology:
    """One way from a product instance to CSSM. Everything the collection knows of it is here, as data."""

    id: str
    title: str
    """The seed's name of it."""
    initiator: Initiator
    desired: Desired
    trust: Trust
    collector: Collector
    report_out: str
    ack_in: str
    cssm_reached_by: str
    steps: Steps
    prerequisites: tuple[str, ...]
    recommended: str = ""
    """The id of the topology that Cisco recommends in its place."""
    with_proxy: str = ""
    """The id of the same way through a proxy, where that is a topology of its own."""
    cssm_by_file: bool = False
    """Reports and ACKs cross the last leg as files that somebody carries."""
    push_moves: bool = False
    """``Last report push`` is expected to move; elsewhere nothing is pushed and the field says nothing."""
    push_reaches_cssm: bool = False
    """A successful push means that CSSM has the report, not only a collector."""
    comm_failed_is_noise: bool = False
    """COMM_FAILED says nothing here: the look-up of ``cslu-local`` fails for ever and nobody waits for it."""
    throttled: bool = False
    """The daily limit of RUM reports applies (on releases that have it)."""
    min_release: Release = SLP_BEGINS
    ack_wait: timedelta = field(default=timedelta(days=1))
    """How long an ACK may take before its absence is worth a word (cli.md 5.0, polling advice)."""
