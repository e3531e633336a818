# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of the action plugins that work on a device. Private to the collection."""

from __future__ import annotations

import os
import typing as t
from contextlib import contextmanager

from ansible import constants as C  # noqa: N812
from ansible.plugins.loader import connection_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig  # type: ignore[attr-defined]
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import DeviceError
from ansible_collections.c9800.slp.plugins.plugin_utils._action import SlpAction
from ansible_collections.c9800.slp.plugins.plugin_utils.device import netconf_driver, netmiko_driver, rest_driver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.cli_controller import CliController
from ansible_collections.c9800.slp.plugins.plugin_utils.device.doors import CONNECTIONS, Doors, Name
from ansible_collections.c9800.slp.plugins.plugin_utils.device.model_controller import ModelController

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.c9800.slp.plugins.plugin_utils.device.controller import Controller
    from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import LoginSettings


# Ansible loads action plugins before it forks and connection plugins after, in every worker. What is loaded here is
# inherited: the drivers with netmiko, ncclient (where it is installed) and TLS, and our connections with their options,
# whose documentation Ansible would read each time anew.
PRELOADED = (netmiko_driver, netconf_driver, rest_driver)
if AnsibleCollectionConfig.collection_finder:  # none where a test imports this file by itself
    for _name in CONNECTIONS.values():
        connection_loader.get(_name, class_only=True)


class SlpDeviceAction(SlpAction):
    """An action on one product instance, over a connection plugin that can open a driver."""

    SHARED_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {"fallback": {"type": "str", "choices": ["none", "cli"]}}

    def host_name(self, task_vars: dict[str, t.Any]) -> str:
        return str(task_vars.get("inventory_hostname", ""))

    @contextmanager
    def doors(self) -> Iterator[Doors]:
        """The ways into the device. One login for the task where one is enough; all closed when the block ends."""
        host = self.host_name(self.variables)
        with Doors(self._own(), self._open, self._ssh, host=host, fallback=self._fallback() == "cli") as doors:
            yield doors

    @contextmanager
    def controller(self) -> Iterator[Controller]:
        """One login for the task, as what changes a product instance needs it, whichever the way in."""
        with self.doors() as doors:
            yield self._controller(doors)

    def _controller(self, doors: Doors) -> Controller:
        def cli() -> CliController:
            return CliController(doors.cli(), user=user)

        if doors.own == "cli":
            user = str(self._connection.get_option("remote_user") or "")
            return cli()
        driver = doors.model()
        user = driver.user
        return ModelController(driver, cli=cli if doors.fallback else None)

    def _own(self) -> Name:
        """The way in of the task's connection."""
        if hasattr(self._connection, "open_driver"):
            found = next((way for way, name in CONNECTIONS.items() if name == self._connection.transport), None)
            if found:
                return found
        name = getattr(self._connection, "ansible_name", None) or self._connection.transport
        raise DeviceError(
            f"connection {name} cannot reach a product instance",
            remedy="Set ansible_connection: c9800.slp.cli for this host, or c9800.slp.netconf or c9800.slp.rest",
        )

    def _open(self, way: Name) -> t.Any:
        connection: t.Any = self._connection if way == self._own() else self._other(CONNECTIONS[way])
        return connection.open_driver()

    def _ssh(self) -> LoginSettings:
        """For files, by the settings of the command line's connection."""
        connection: t.Any = self._connection if self._own() == "cli" else self._other(CONNECTIONS["cli"])
        return t.cast("LoginSettings", connection.login_settings())

    def _other(self, name: str) -> t.Any:
        """A further connection to the host, with its options as Ansible would give them to the task's own."""
        connection = connection_loader.get(name, self._play_context, os.devnull)
        delegated = self.variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
        variables = {**self.variables, **delegated}
        names = C.config.get_plugin_vars("connection", connection._load_name)
        options = {name: self._templar.template(variables[name]) for name in names if name in variables}
        keywords = {"remote_user": self._task.remote_user}
        if self._play_context.password:  # of --ask-pass, as AWX gives it
            keywords["password"] = self._play_context.password
        connection.set_options(task_keys=keywords, var_options=options)
        return connection

    def _fallback(self) -> str:
        """The task's option, or the host's variable."""
        given = self.arguments["fallback"] or self._templar.template(self.variables.get("slp_fallback")) or "none"
        if given not in ("none", "cli"):
            raise DeviceError(f"slp_fallback is {given!r}", remedy="Set it to cli, or to none")
        return str(given)
