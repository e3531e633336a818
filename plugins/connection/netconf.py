# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log in to a controller's NETCONF server, inside the Ansible worker."""

from __future__ import annotations

DOCUMENTATION = r"""
name: netconf
short_description: Reach Catalyst 9800 controllers by NETCONF
version_added: 0.2.0
description:
  - Logs in with ncclient and paramiko inside the Ansible worker, once for each task of this collection.
  - The device needs C(netconf-yang), and a user of privilege 15.
  - It carries data models and no commands. Of other modules none works over it, C(ansible.builtin.raw) neither. What the models
    lack is said before anything is tried, or done by the command line where the variable C(slp_fallback) is C(cli).
  - Files, such as usage reports, travel by SCP with the settings of the connection P(c9800.slp.cli#connection), which stand in
    other variables; so both may be set for a host.
author:
  - The c9800.slp authors (@c9800-slp)
requirements:
  - ncclient >= 0.6.15
  - paramiko >= 4
seealso:
  - plugin: c9800.slp.cli
    plugin_type: connection
  - plugin: c9800.slp.rest
    plugin_type: connection
extends_documentation_fragment:
  - c9800.slp.login
  - c9800.slp.login.ssh
options:
  port:
    description: TCP port of its NETCONF server. C(ansible_port) is that of the command line, and has no part in it.
    type: int
    default: 830
    ini:
      - section: slp
        key: netconf_port
    env:
      - name: SLP_NETCONF_PORT
    vars:
      - name: ansible_slp_netconf_port
"""

import typing as t
from contextlib import contextmanager

from ansible.utils.display import Display
from ansible_collections.c9800.slp.plugins.plugin_utils._connection import ModelConnection

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.c9800.slp.plugins.plugin_utils.device.netconf_driver import NetconfDriver

display = Display()


class Connection(ModelConnection):
    """``open_driver`` is what this collection's action plugins use."""

    transport = "c9800.slp.netconf"
    protocol = "NETCONF"

    @contextmanager
    def open_driver(self) -> Iterator[NetconfDriver]:
        """Log in, and out again when the block ends. Raises ``LoginError`` and whatever the block raises."""
        from ansible_collections.c9800.slp.plugins.plugin_utils.device.netconf_driver import NetconfDriver

        settings = self.login_settings()
        end = settings.device
        display.vvv(f"ESTABLISH NETCONF SESSION FOR USER: {end.user} ON {end.host}:{end.port}", host=settings.name)
        with NetconfDriver(settings) as driver:
            yield driver
