# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes of ``cisco-smart-license``, by revision of the model (yang.md 3 to 5)."""

from __future__ import annotations

from functools import cache

from .yang_schema import Enum, Node, read

MODULE = "cisco-smart-license"
# What is marked with @2020-11, the revision that brought Smart Licensing Using Policy, is missing on 17.3.x.

ENUMS = {
    name: Enum.of(text)
    for name, text in {
        "transport-type": "transport-type-callhome transport-type-smart @2020-11 transport-type-cslu "
        "transport-type-off transport-type-automatic",
        "registration-state": "reg-state-not-registered reg-state-complete reg-state-in-progress reg-state-retry "
        "reg-state-failed",
        "authorization-state": "auth-state-none auth-state-eval auth-state-eval-expired auth-state-authorized "
        "auth-state-authorized-reservation auth-state-out-of-compliance auth-state-authorization-expired",
        "utility-reporting": "utility-reporting-type-none utility-reporting-type-subscription "
        "utility-reporting-type-certificate",
        "enforcement-mode": "enforcement-waiting enforcement-in-compliance enforcement-out-of-compliance "
        "enforcement-overage enforcement-evaluation enforcement-evaluation-expired enforcement-authorization-expired "
        "enforcement-reservation-in-compliance enforcement-invalid-tag enforcement-disabled",
        "policy-type": "policy-type-cisco-invalid policy-type-cisco-default policy-type-platform-default "
        "policy-type-factory-installed policy-type-custom policy-type-plr policy-type-fla policy-type-controller "
        "policy-type-merged",
        "rum-report-state": "rum-report-state-invalid rum-report-state-open rum-report-state-closed "
        "rum-report-state-pending rum-report-state-unacknowledged rum-report-state-acknowledged",
        "conversion-status": "conversion-status-not-supported conversion-status-not-started "
        "conversion-status-started Conversion-status-success conversion-status-already-converted "
        "conversion-status-failed conversion-status-polling",
        "license-enforcement": "license-enforcement-type-invalid license-enforcement-type-unenforced "
        "license-enforcement-type-enforced license-enforcement-type-export",
        "license-term": "license-term-type-none license-term-type-perpetual license-term-type-term "
        "license-term-type-subscription",
        "authorization-type": "authorization-type-none authorization-type-auth-code authorization-type-slr "
        "authorization-type-plr authorization-type-fla authorization-type-pak",
        # Those that a device answers here, of 145.
        "error": "success BadInputParams notfound notsupported notinit msgparse notenabled invalidrequest "
        "storagefailtostore matchidentifier commdisabled commsend commresponse alreadyregistered "
        "verifysignaturefailed registrationinprogress standby transporttype requesteditemnotfound "
        "noreservationauthcode",
    }.items()
}
GROUPS = {
    "customer": """
id string 1..250
name string 1..250
street string 1..250
city string 1..250
state string 1..250
country string 1..250
postal-code string 1..250
""",
    "udi": """
pid string
sn string
vid string
uuid string
suvi string
host-identifier string
mac-address string
""",
    "policy": """
reporting-first-time uint32
reporting-ongoing uint32
reporting-macd uint32
""",
    "comm": """
last-comm-status-success boolean
fail-message string
last-comm-time time
next-comm-time time
comm-deadline-time time
""",
    "tags": """
tag1 string 1..127
tag2 string 1..127
tag3 string 1..127
tag4 string 1..127
""",
    "licence": """
entitlement-tag string
short-name string
license-name string
description string
""",
}
TREE = """
licensing
  config
    enable boolean
    custom-id string
    privacy
      hostname boolean
      version boolean
    utility
      utility-enable boolean
      customer-info &customer
    usage @2020-11
      interval uint32 1..365
      customer-tags &tags
    transport
      transport-type transport-type
      transport-smart
        url-default boolean
        urls
          url-registration string
          url-utility string
      transport-cslu @2020-11
        url-cslu string
  -state
    always-enabled boolean
    smart-enabled boolean
    version string
    state-info
      registration
        registration-state registration-state
        registration-in-progress
          start-time time
        registration-failed
          fail-time time
          fail-message string
        registration-retry
          retry-next-time time
          fail-time time
          fail-message string
        registration-complete
          complete-time time
          last-renew-time time
          next-renew-time time
          expire-time time
          last-renew-success boolean
          fail-message string
          smart-account string
          virtual-account string
        export-control-allowed boolean
      authorization
        authorization-state authorization-state
        authorization-none
        authorization-eval
          seconds-left uint64
        authorization-eval-expired
          expire-time time
        authorization-authorized &comm
        authorization-authorized-reservation
          reservation-time time
        authorization-out-of-compliance &comm
          ooc-time time
        authorization-authorization-expired &comm
      utility
        enabled boolean
        reporting utility-reporting
        reporting-times
          last-report-time time
          last-report-success boolean
          fail-message string
          next-report-time time
        customer-info &customer
      custom-id string
      transport
        transport-type transport-type
        url-settings
          url-registration string
          url-utility string
      privacy
        hostname boolean
        version boolean
      evaluation
        eval-in-use boolean
        eval-expired boolean
        eval-period-left
          time-left uint32
        eval-expire-time
          expire-time time
      udi &udi
      usage*entitlement-tag &licence
        count uint32
        enforcement-mode enforcement-mode
        post-paid boolean
        subscription-id string
      policy @2021-03
        policy-type policy-type
        policy-name string
        install-time time
        ack-required boolean
        policy-enforced &policy
        policy-export &policy
        policy-subscription &policy
        policy-perpetual &policy
      trust-code*key_udi @2020-11
        key_udi string
        is-installed boolean
        time-installed time
        udi &udi
      conversion*key_udi @2021-03
        key_udi string
        status conversion-status
        status-time time
        udi &udi
      rum-reports-closed-keys*rum-report-key @2021-03
        rum-report-key string
        report-id uint64
        udi &udi
        report-start-time time
        report-end-time time
        report-state rum-report-state
      rum-ack @2021-03
        last-received-time time
        next-report-deadline time
      factory-purchase*key_udi @2021-03
        key_udi string
        udi &udi
        basic-license-info*entitlement-tag &licence
          count uint32
          license-enforcement-type license-enforcement
          license-term-type license-term
          start-time time
          end-time time
          subscription-id string
      imported-authorizations @2021-03
        overall-status*key_udi
          key_udi string
          udi &udi
          installed-list*install-type
            install-type authorization-type
            install-time time
        authorization-list*entitlement-tag &licence
          total-count uint32
          license-enforcement-type license-enforcement
"""
RPCS = """
register-id-token
  input
    id-token string
    force boolean
  output
    return-code error
de-register
  output
    return-code error
renew-id
  output
    return-code error
renew-auth
  output
    return-code error
id-token-trust @2020-11
  input
    id-token string 1..255 !
    all-ha boolean
    force boolean
  output
    return-code error
rum-save-usage-all @2020-11
  input
    file-path string 1..127 !
  output
    return-code error
rum-save-usage-unreported @2020-11
  input
    file-path string 1..127 !
  output
    return-code error
rum-save-usage-days @2020-11
  input
    file-path string 1..127 !
    days uint32
  output
    return-code error
trust-request-save @2020-11
  input
    file-path string 1..127 !
  output
    return-code error
authorization-request-online @2020-11
  input
    feature-name string 1..255 !
    local boolean
    add boolean
  output
    return-code error
authorization-code-return-online @2020-11
  input
    local boolean
  output
    return-code error
    authorization-return-string string
authorization-code-return-offline @2020-11
  input
    local boolean
    file-path string 1..127 !
  output
    return-code error
    authorization-return-string string
import-file @2020-11
  input
    file-path string 1..127 !
  output
    return-code error
    confirmation-codes string
"""


@cache
def tree(revision: str) -> dict[str, Node]:
    return read(TREE, MODULE, revision, groups=GROUPS, enums=ENUMS)


@cache
def rpcs(revision: str) -> dict[str, Node]:
    return read(RPCS, MODULE, revision, groups=GROUPS, enums=ENUMS)
