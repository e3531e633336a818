# SPDX-FileCopyrightText: The c9800.slp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reach a controller by HTTPS, inside the Ansible worker."""

from __future__ import annotations

DOCUMENTATION = r"""
name: rest
short_description: Reach Catalyst 9800 controllers by RESTCONF and the native REST service of licensing
version_added: 0.2.0
description:
  - Speaks RESTCONF, and for usage reports and ACKs the service C(/smartlic-service), over HTTPS inside the Ansible worker.
  - The device needs C(ip http secure-server) and C(ip http authentication), C(restconf) for RESTCONF, and a user of privilege 15.
  - Its certificate is verified. Redirects are not followed, and proxies of the environment are not used.
  - It carries data models and no commands. Of other modules none works over it, C(ansible.builtin.raw) neither. What the models
    lack is said before anything is tried, or done by the command line where the variable C(slp_fallback) is C(cli).
author:
  - The c9800.slp authors (@c9800-slp)
seealso:
  - plugin: c9800.slp.cli
    plugin_type: connection
  - plugin: c9800.slp.netconf
    plugin_type: connection
extends_documentation_fragment:
  - c9800.slp.login
options:
  port:
    description: TCP port of its HTTPS server. C(ansible_port) is that of the command line, and has no part in it.
    type: int
    default: 443
    ini:
      - section: slp
        key: https_port
    env:
      - name: SLP_HTTPS_PORT
    vars:
      - name: ansible_slp_https_port
  ca_path:
    description: File with the CA certificates to trust, in place of those of the system.
    type: path
    ini:
      - section: slp
        key: ca_path
    env:
      - name: SLP_CA_PATH
    vars:
      - name: ansible_slp_ca_path
  validate_certs:
    description:
      - Whether the device's certificate has to be trusted and to hold the name in O(host). V(false) exposes the password to
        anybody on the way.
    type: bool
    default: true
    ini:
      - section: slp
        key: validate_certs
    env:
      - name: SLP_VALIDATE_CERTS
    vars:
      - name: ansible_slp_validate_certs
"""

import typing as t
from contextlib import contextmanager

from ansible.utils.display import Display
from ansible_collections.c9800.slp.plugins.plugin_utils._connection import ModelConnection
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import RestSettings

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.c9800.slp.plugins.plugin_utils.device.rest_driver import RestDriver

display = Display()


class Connection(ModelConnection):
    """``open_driver`` is what this collection's action plugins use."""

    transport = "c9800.slp.rest"
    protocol = "RESTCONF"

    @contextmanager
    def open_driver(self) -> Iterator[RestDriver]:
        """What speaks for this block. Nothing is sent before the first call, which may raise ``LoginError``."""
        from ansible_collections.c9800.slp.plugins.plugin_utils.device.rest_driver import RestDriver

        settings = self._settings()
        display.vvv(f"USE HTTPS FOR USER: {settings.user} ON {settings.host}:{settings.port}", host=settings.name)
        with RestDriver(settings) as driver:
            yield driver

    def _settings(self) -> RestSettings:
        return RestSettings(
            name=str(self.get_option("label")),
            host=str(self.get_option("host")),
            port=int(self.get_option("port")),
            user=self.text("remote_user") or "",
            password=self.text("password"),
            ca_path=self.text("ca_path"),
            validate_certs=bool(self.get_option("validate_certs")),
            connect_timeout=self.get_option("connect_timeout"),
            command_timeout=self.get_option("command_timeout"),
        )
