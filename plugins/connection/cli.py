# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log in to a controller's command line, inside the Ansible worker."""

from __future__ import annotations

DOCUMENTATION = r"""
name: cli
short_description: Reach Catalyst 9800 controllers and EWC-APs by their command line over SSH
version_added: 0.1.0
description:
  - Logs in with netmiko and paramiko inside the Ansible worker. There is no connection process per host, and each task
    of this collection logs in once.
  - Nothing is connected before a task needs the device.
  - C(ansible.builtin.raw) works over it, one EXEC command per line. Modules that run on the host itself do not, since a
    controller has neither shell nor Python; gathering facts and C(ansible.builtin.wait_for_connection) are among them.
  - The session must reach privilege 15. A user at a lower level is raised with C(enable) and O(enable_password).
    C(become) has no part in this and is ignored.
author:
  - The c9800.slp authors (@c9800-slp)
requirements:
  - netmiko >= 4.4
  - paramiko >= 4
notes:
  - paramiko 5 speaks no SHA-1. For devices that offer nothing else, configure
    C(ip ssh server algorithm hostkey rsa-sha2-512) and an ECDH key exchange on them, or install C(paramiko>=4,<5) on
    the control node.
extends_documentation_fragment:
  - c9800.slp.login
  - c9800.slp.login.ssh
options:
  port:
    description: TCP port of its SSH server.
    type: int
    default: 22
    ini:
      - section: defaults
        key: remote_port
    env:
      - name: ANSIBLE_REMOTE_PORT
    vars:
      - name: ansible_port
    keyword:
      - name: port
  enable_password:
    description: Answer to C(enable), for users below privilege 15.
    type: str
    env:
      - name: ANSIBLE_NET_AUTH_PASS
    vars:
      - name: ansible_become_password
      - name: ansible_become_pass
      - name: ansible_slp_enable_password
"""

import typing as t
from contextlib import contextmanager

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.text.converters import to_bytes, to_text
from ansible.utils.display import Display
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    CommandError,
    ConnectionLost,
    LoginError,
)
from ansible_collections.c9800.slp.plugins.plugin_utils._connection import SlpConnection

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.c9800.slp.plugins.plugin_utils.device.netmiko_driver import NetmikoDriver
    from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import LoginSettings

display = Display()


class Connection(SlpConnection):
    """``open_driver`` is what this collection's action plugins use; the rest serves ``raw``."""

    transport = "c9800.slp.cli"

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._driver: NetmikoDriver | None = None

    @contextmanager
    def open_driver(self) -> Iterator[NetmikoDriver]:
        """Log in, and out again when the block ends. Raises ``LoginError`` and whatever the block raises."""
        settings = self._settings()
        end = settings.device
        display.vvv(f"ESTABLISH SSH SESSION FOR USER: {end.user} ON {end.host}:{end.port}", host=settings.name)
        with _log_in(settings) as driver:
            yield driver

    def _connect(self) -> Connection:
        self._session()
        return self

    def exec_command(self, cmd: t.Any, in_data: t.Any = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Run EXEC commands, one a line, up to the first that fails; one that asks something unexpected fails."""
        del in_data, sudoable  # there is no standard input, and enable is the session's own affair
        commands = to_text(cmd)
        if " && " in commands:  # no EXEC command has it: Ansible is about to bring a module over
            raise self._no_shell()
        driver = self._session()
        texts: list[str] = []
        for line in commands.splitlines():
            try:
                texts.append(driver.run(line.strip()))
            except ConnectionLost as exc:
                self.close()
                raise AnsibleConnectionFailure(str(exc)) from exc
            except CommandError as exc:
                if not driver.alive:  # the next item of a loop gets a session of its own
                    self.close()
                return 1, to_bytes("\n".join(texts)), to_bytes(str(exc))
        return 0, to_bytes("\n".join(texts)), b""

    def put_file(self, in_path: str, out_path: str) -> None:
        del in_path, out_path
        raise self._no_shell()

    def fetch_file(self, in_path: str, out_path: str) -> None:
        del in_path, out_path
        raise self._no_shell()

    def close(self) -> None:
        if self._driver is not None:
            self._driver.close()
        self._driver = None
        self._connected = False

    def reset(self) -> None:
        self.close()

    def _session(self) -> NetmikoDriver:
        """The session that ``raw`` and the like share; made when first needed."""
        if self._driver is None:
            try:
                self._driver = _log_in(self._settings())
            except LoginError as exc:
                raise AnsibleConnectionFailure(str(exc)) from exc
            self._connected = True
        return self._driver

    def _no_shell(self) -> AnsibleError:
        return AnsibleError(
            f"{self.get_option('label')}: this module needs a shell and Python on the host, and a controller has "
            "neither. Set gather_facts: false, and use the modules of c9800.slp or ansible.builtin.raw"
        )

    def _settings(self) -> LoginSettings:
        return self.login_settings(enable_password=self.text("enable_password"))


# Ansible loads this file in every worker, also for tasks that need no device, such as the check of a role's arguments,
# and what it imports costs more than such a task. So it imports when needed; our own actions have all loaded before the
# fork.


def _log_in(settings: LoginSettings) -> NetmikoDriver:
    from ansible_collections.c9800.slp.plugins.plugin_utils.device.netmiko_driver import NetmikoDriver

    return NetmikoDriver(settings)
