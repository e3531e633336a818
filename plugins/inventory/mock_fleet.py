# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices of running mock targets as inventory hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
name: mock_fleet
short_description: The simulated controllers of M(c9800.slp.mock_target) as hosts
version_added: 0.1.0
description:
  - Reads what running mock targets say of themselves and makes a host of each simulated device, so that playbooks run
    against them unchanged.
  - All hosts are in the group C(controllers), and in groups by platform (C(c9800_40), C(ewc_ap)) and by release
    (C(release_17_12_4)).
  - The variables that lead to the simulated CSSM are set for all hosts, C(localhost) included.
options:
  plugin:
    description: Names this plugin.
    type: str
    required: true
    choices: [c9800.slp.mock_fleet]
  runtime_dir:
    description: The directory that the mock targets were started with.
    type: str
    env:
      - name: SLP_MOCK_RUNTIME_DIR
  required:
    description: Whether it is an error when no mock targets run in O(runtime_dir). If not, there are simply no hosts.
    type: bool
    default: true
  cssm_profile:
    description: Which generation of Cisco's API the playbooks shall speak to the simulated CSSM.
    type: str
    choices: [software_apis, swapi]
    default: software_apis
seealso:
  - module: c9800.slp.mock_target
author:
  - The c9800.slp authors (@c9800-slp)
"""

EXAMPLES = r"""
# A file whose name ends in mock_fleet.yml, with the directory in the environment variable SLP_MOCK_RUNTIME_DIR:
plugin: c9800.slp.mock_fleet

---
# With the directory named here:
plugin: c9800.slp.mock_fleet
runtime_dir: /tmp/slp-mock
cssm_profile: swapi
"""

import re
import typing as t
from pathlib import Path

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.remote import WorldError, read_world


class InventoryModule(BaseInventoryPlugin):
    NAME = "c9800.slp.mock_fleet"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(("mock_fleet.yml", "mock_fleet.yaml"))

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        world = self._world()
        if world is None:
            return
        for name, value in self._cssm_variables(world).items():
            inventory.set_variable("all", name, value)
        inventory.add_group("controllers")
        for device in world["devices"]:
            _add(inventory, device, world)

    def _world(self) -> dict[str, t.Any] | None:
        text = self.get_option("runtime_dir")
        try:
            world = read_world(Path(text).expanduser()) if text else None
        except WorldError as error:
            raise AnsibleParserError(str(error)) from error
        if world is None and self.get_option("required"):
            where = f"in {text}" if text else "as neither runtime_dir nor SLP_MOCK_RUNTIME_DIR is set"
            raise AnsibleParserError(f"no mock targets run {where}. Start them with c9800.slp.mock_target")
        return world

    def _cssm_variables(self, world: dict[str, t.Any]) -> dict[str, t.Any]:
        cssm, profile = world["cssm"], self.get_option("cssm_profile")
        return {
            "slp_cssm_profile": profile,
            "slp_cssm_base_url": cssm[f"base_url_{profile}"],
            "slp_cssm_token_url": cssm["token_url"],
            "slp_cssm_client_id": cssm["client_id"],
            "slp_cssm_client_secret": cssm["client_secret"],
            "slp_cssm_ca_path": world["ca"],
            "slp_smart_account": cssm["smart_account"],
            "slp_virtual_account": cssm["virtual_account"],
        }


def _add(inventory: t.Any, device: dict[str, t.Any], world: dict[str, t.Any]) -> None:
    name = device["name"]
    for label in ("controllers", device["platform"], f"release_{device['release']}"):
        group = inventory.add_group(re.sub(r"\W", "_", label).lower())
        inventory.add_host(name, group=group)
    for variable, value in {
        "ansible_connection": "c9800.slp.cli",
        "ansible_network_os": "cisco.ios.ios",
        "ansible_host": device["address"],
        "ansible_port": device["port"],
        "ansible_user": device["username"],
        "ansible_password": device["password"],
        "ansible_become_password": device["enable_password"],
        "ansible_slp_known_hosts_file": world["known_hosts"],
        "ansible_slp_netconf_port": device.get("netconf_port"),
        "ansible_slp_https_port": device.get("https_port"),
        "ansible_slp_ca_path": world["ca"],
        "slp_topology": device["topology"],
        "slp_smart_account": device["smart_account"],
        "slp_virtual_account": device["virtual_account"],
        **device["variables"],
    }.items():
        if value is not None:
            inventory.set_variable(name, variable, value)
