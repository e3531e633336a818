# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated device tells of itself beside licensing: hardware, redundancy, software, its models (yang.md 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .render_system import image_line
from .yang_data import Data
from .yang_modules import Models
from .yang_state import moment, truth

if TYPE_CHECKING:
    from .device import MockDevice

RESTCONF_CAPABILITIES = tuple(
    f"urn:ietf:params:restconf:capability:{name}:1.0"
    for name in ("defaults", "depth", "fields", "with-defaults", "filter", "replay", "yang-patch")
)


def operational(device: MockDevice, models: Models) -> Data:
    """All of it but the licensing state, by ``module:name``."""
    return {
        "Cisco-IOS-XE-ha-oper:ha-oper-data": {"ha-infra": _redundancy(device)},
        "Cisco-IOS-XE-device-hardware-oper:device-hardware-data": _hardware(device),
        "Cisco-IOS-XE-stack-oper:stack-oper-data": {"stack-node": _chassis(device)},
        "Cisco-IOS-XE-install-oper:install-oper-data": _installed(device),
        "ietf-yang-library:modules-state": _library(models),
        "ietf-restconf-monitoring:restconf-state": {"capabilities": {"capability": list(RESTCONF_CAPABILITIES)}},
    }


def _redundancy(device: MockDevice) -> Data:
    paired = len(device.units) > 1
    return {
        "ha-state": "db-rf-active",
        "peer-state": "db-rf-standby-hot" if paired else "db-rf-disabled",
        "last-switchover-time": moment(None),
        "last-switchover-reason": "none",
        "image-version": str(device.release),
        "leaf-mode": "SSO" if paired else "Non-redundant",
        "ha-enabled": truth(paired),
        "has-switchover-occured": "false",
    }


def _hardware(device: MockDevice) -> Data:
    virtual = device.spec.platform == "C9800-CL"
    return {
        "entity-information": [
            {
                "fru": "device-hardware-fru-rp",
                "slotnum": "0",
                "baynum": "0",
                "chassisnum": str(number),
                "description": f"{udi.pid} Route Processor",
                "high-availability-state": _ha_role(role),
                "chassis-state": _ha_role(role),
            }
            for number, role, udi in device.chassis
        ],
        "device-hardware": {
            "device-inventory": [
                {
                    "hw-type": "hw-type-chassis",
                    "hw-dev-index": str(number),
                    "version": "V01",
                    # With trailing blanks, as devices have it (yang.md 9).
                    "part-number": f"{udi.pid:<18}",
                    "serial-number": udi.sn,
                    "hw-description": f"Cisco {udi.pid} Chassis",
                    "dev-name": f"Chassis {number}",
                    "field-replaceable": "true",
                    "hw-class": f"hw-class-{'virtual' if virtual else 'physical'}",
                }
                for number, _role, udi in device.chassis
            ],
            "device-system-data": {
                "current-time": moment(device.now),
                "boot-time": moment(device.agent.boot),
                "software-version": image_line(device),
                "rommon-version": "IOS-XE ROMMON",
                "last-reboot-reason": "Reload Command" if device.reloads else "PowerOn",
                "unsaved-config": truth(not device.config_saved()),
            },
        },
    }


def _ha_role(role: str) -> str:
    return f"ha-role-{role.lower()}" if role in ("Active", "Standby") else "ha-role-unknown"


def _chassis(device: MockDevice) -> list[Data]:
    return [
        {
            "chassis-number": str(number),
            "priority": str(3 - number),
            "serial-number": udi.sn,
            "role": f"role-{role.lower()}" if role in ("Active", "Standby") else "role-unknown",
            "node-state": "state-ready",
            "sso-ready-flag": truth(role == "Standby"),
            "mac-address": f"02:00:5e:{device.number:02x}:00:{number:02x}",
        }
        for number, role, udi in device.chassis
    ]


def _installed(device: MockDevice) -> Data:
    """The version with leading zeros and two parts more (yang.md 9)."""
    release = device.release
    return {
        "install-location-information": [
            {
                "fru": "fru-rp",
                "slot": "0",
                "bay": "0",
                "chassis": str(number),
                "install-version-state-info": [
                    {
                        "version-state": "install-version-state-provisioned-committed",
                        "version": f"{release.padded}.0.{release.minor * 100 + release.maintenance}",
                        "version-extension": "0",
                    }
                ],
            }
            for number, _role, _udi in device.chassis
        ]
    }


def _library(models: Models) -> Data:
    modules: list[Data] = []
    for module in models.modules.values():
        entry: Data = {
            "name": module.name,
            "revision": module.revision,
            # Written by the part of a device that believes to be alone in the world (yang.md 10.1).
            "schema": f"http://localhost:8008/restconf/tailf/modules/{module.name}/{module.revision}",
            "namespace": module.namespace,
            "conformance-type": module.conformance,
        }
        if module.submodule:
            name, revision = module.submodule
            entry["submodule"] = [{"name": name, "revision": revision}]
        modules.append(entry)
    return {"module-set-id": models.set_id, "module": modules}
