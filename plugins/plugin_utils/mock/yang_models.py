# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes of the models beside ``cisco-smart-license``, as far as a simulated device has them (yang.md 7 to 11)."""

from __future__ import annotations

from collections.abc import Mapping

from .yang_licensing import GROUPS as LICENSING_GROUPS
from .yang_schema import Enum

CALL_HOME = "Cisco-IOS-XE-call-home"
NATIVE = "Cisco-IOS-XE-native"

ENUMS = {
    name: Enum.of(text)
    for name, text in {
        # Off with a capital letter (yang.md 7.1).
        "native-transport": "callhome smart @2020-11 cslu Off automatic",
        "transport-method": "http email",
        "privacy-level": "high normal",
        "rf-state": "db-rf-unknown db-rf-disabled db-rf-standby-hot db-rf-active",
        "ha-role": "ha-role-active ha-role-standby ha-role-unknown",
        "fru": "device-hardware-fru-rp device-hardware-fru-esp device-hardware-fru-cp device-hardware-fru-bp",
        "hw-type": "hw-type-unknown hw-type-chassis hw-type-cpu hw-type-dram hw-type-flash",
        "hw-class": "hw-class-virtual hw-class-physical",
        "node-role": "role-unknown role-active role-standby role-member",
        "node-state": "state-configured state-waiting state-ready state-removed state-unknown",
        "version-state": "install-version-state-present install-version-state-provisioned-committed",
        "location-fru": "fru-rp fru-cc",
        "datastore": "running candidate",
        "operation": "merge selective-replace full-replace",
        "conformance": "implement import",
        "format": "xsd yang yin rng rnc",
        "module-location": "NETCONF",
    }.items()
}
GROUPS = {
    "tags": LICENSING_GROUPS["tags"],
    "destination": """
reporting
  smart-call-home-data boolean
  smart-licensing-data boolean
destination
  transport-method transport-method
  address
    http
      http-address string
      default-address boolean
""",
    "result": """
output
  result string
""",
}

TREES: Mapping[str, str] = {
    NATIVE: """
native
  version string
  hostname string 1..246
  service
    call-home empty
  license
    udi
      pid string
      sn string
    smart
      customer-id string
      enable empty
      transport-type native-transport
      privacy
        hostname empty
        version empty
      usage @2020-11
        interval uint32 1..365
        customer-tags &tags
      url
        cslu string @2020-11
        default empty
        name string
        utility string
  call-home
    contact-email-addr string #Cisco-IOS-XE-call-home
    source-interface #Cisco-IOS-XE-call-home
      GigabitEthernet string
      TenGigabitEthernet string
      Loopback uint32
      Vlan uint16
    data-privacy #Cisco-IOS-XE-call-home
      hostname empty
      level privacy-level
    http #Cisco-IOS-XE-call-home
      resolve-hostname
        ipv4-first empty
      secure
        server-identity-check boolean
    http-proxy #Cisco-IOS-XE-call-home
      proxy-servers*proxy-server
        proxy-server string
        port uint16 !
    tac-profile #Cisco-IOS-XE-call-home
      profile
        CiscoTAC-1 &destination
          active boolean
    user-profile #Cisco-IOS-XE-call-home
      profile*profile-name
        profile-name string
        active boolean
        reporting
          smart-call-home-data boolean
          smart-licensing-data empty
        destination
          transport-method
            http empty
            email boolean
          address
            http string
""",
    "Cisco-IOS-XE-ha-oper": """
-ha-oper-data
  ha-infra !
    ha-state rf-state
    peer-state rf-state
    last-switchover-time time
    last-switchover-reason string
    image-version string
    leaf-mode string
    ha-enabled boolean
    has-switchover-occured boolean
""",
    "Cisco-IOS-XE-device-hardware-oper": """
-device-hardware-data
  entity-information*fru,slotnum,baynum,chassisnum
    fru fru
    slotnum int16
    baynum int16
    chassisnum int16
    physical-index uint32
    description string
    status-last-change time
    high-availability-state ha-role
    chassis-state ha-role
  device-hardware !
    device-inventory*hw-type,hw-dev-index
      hw-type hw-type
      hw-dev-index uint32
      version string
      part-number string
      serial-number string
      hw-description string
      dev-name string
      field-replaceable boolean
      hw-class hw-class
    device-system-data !
      current-time time
      boot-time time
      software-version string
      rommon-version string
      last-reboot-reason string
      unsaved-config boolean @2024-03
""",
    "Cisco-IOS-XE-stack-oper": """
-stack-oper-data
  stack-node*chassis-number
    chassis-number uint8
    priority uint8
    serial-number string
    role node-role
    node-state node-state
    sso-ready-flag boolean
    mac-address string
""",
    "Cisco-IOS-XE-install-oper": """
-install-oper-data
  install-location-information*fru,slot,bay,chassis
    fru location-fru
    slot int16
    bay int16
    chassis int16
    install-version-state-info*version-state
      version-state version-state
      version string
      version-extension string
""",
    "ietf-yang-library": """
-modules-state
  module-set-id string
  module*name,revision
    name string
    revision string
    schema string
    namespace string
    feature* string
    submodule*name,revision
      name string
      revision string
    conformance-type conformance
""",
    "ietf-netconf-monitoring": """
-netconf-state
  capabilities
    capability* string
  schemas
    schema*identifier,version,format
      identifier string
      version string
      format format
      namespace string
      location* module-location
  sessions
    session*session-id
      session-id uint32
      transport string
      username string
      source-host string
      login-time time
""",
    "ietf-restconf-monitoring": """
-restconf-state
  capabilities
    capability* string
""",
}

RPCS: Mapping[str, str] = {
    "cisco-ia": """
save-config &result
sync-from &result
  input
    sync-defaults empty
    ignore-presrv-paths empty
is-syncing
  output
    result string
    syncing boolean @2024-07
    syncs-pending boolean @2024-07
    running-datastore-locked boolean @2024-07
    candidate-datastore-locked boolean @2024-07
    candidate-datastore-dirty boolean @2024-07
checkpoint &result
netconf-session-id &result @2021-07
current-time &result @2021-07
""",
    "Cisco-IOS-XE-rpc": """
license &result
  input
    smart
      save @2020-11
        usage
          all
            file string
          unreported
            file string
          days uint32
          file string
        trust-request string
      authorization @2020-11
        request
          add string
          replace string
          all empty
          local empty
        return
          all empty
          local empty
          offline string
          online empty
      import string @2020-11
      trust @2020-11
        idtoken string !
        all empty
        local empty
        force empty
      register
        idtoken string !
        force empty
      deregister empty
      renew
        ID empty
        auth empty
copy &result
  input
    source-drop-node-name string !
    destination-drop-node-name string !
delete &result
  input
    filename-drop-node-name string !
reload &result
  input
    force boolean
    reason string
factory-reset &result
  input
    all !
    keep-licensing-info empty
""",
    "Cisco-IOS-XE-cli-rpc": """
config-ios-cli-rpc
  input
    config-clis string 1..60000 !
    timeout uint32 10..1800
    error-patterns*error-tag
      error-tag string
      error-pattern string
  output
    result string
    lineno int16
    error-code int16
    error-string string
    error-tag string
config-ios-cli-trans
  input
    clis string !
    do-commit boolean
    operation operation @2024-07
  output
    result string
    error-message string @2024-07
get-modelled-config-clis @2024-07
  input
    datastore datastore
  output
    result string
    error-message string
""",
    "ietf-netconf-monitoring": """
get-schema
  input
    identifier string !
    version string
    format string
  output
    data string
""",
}
