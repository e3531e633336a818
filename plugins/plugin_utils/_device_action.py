# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of the action plugins that work on a device. Private to the collection."""

from __future__ import annotations

import typing as t
from contextlib import contextmanager

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import DeviceError
from ansible_collections.c9800.slp.plugins.plugin_utils._action import SlpAction

# Action plugins are loaded before Ansible forks, connection plugins after: with the import here, netmiko is loaded once
# and not in every worker.
from ansible_collections.c9800.slp.plugins.plugin_utils.device import netmiko_driver

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.c9800.slp.plugins.plugin_utils.device.driver import Driver


PRELOADED = (netmiko_driver,)


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
