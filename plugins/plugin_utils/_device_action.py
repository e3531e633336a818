# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of the action plugins that work on a device. Private to the collection."""

from __future__ import annotations

import typing as t
from contextlib import contextmanager

from ansible.plugins.loader import connection_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig  # type: ignore[attr-defined]
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import DeviceError
from ansible_collections.c9800.slp.plugins.plugin_utils._action import SlpAction
from ansible_collections.c9800.slp.plugins.plugin_utils.device import netmiko_driver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.cli_controller import CliController

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.c9800.slp.plugins.plugin_utils.device.controller import Controller
    from ansible_collections.c9800.slp.plugins.plugin_utils.device.driver import Driver


# Ansible loads action plugins before it forks and connection plugins after, in every worker. What is loaded here is
# inherited: netmiko, and our connection with its options, whose documentation Ansible would read each time anew.
PRELOADED = (netmiko_driver,)
if AnsibleCollectionConfig.collection_finder:  # none where a test imports this file by itself
    connection_loader.get("c9800.slp.cli", class_only=True)


class SlpDeviceAction(SlpAction):
    """An action on one product instance, over a connection plugin that can open a driver."""

    def host_name(self, task_vars: dict[str, t.Any]) -> str:
        return str(task_vars.get("inventory_hostname", ""))

    @contextmanager
    def driver(self) -> Iterator[Driver]:
        """One login for the task; closed when the block ends."""
        opener = getattr(self._connection, "open_driver", None)
        if opener is None:
            name = getattr(self._connection, "ansible_name", None) or self._connection.transport
            raise DeviceError(
                f"connection {name} cannot reach a product instance",
                remedy="Set ansible_connection: c9800.slp.cli for this host",
            )
        with opener() as driver:
            yield driver

    @contextmanager
    def controller(self) -> Iterator[Controller]:
        """One login for the task, as what changes a product instance needs it, whichever the way in."""
        with self.driver() as driver:
            yield CliController(driver, user=str(self._connection.get_option("remote_user") or ""))
