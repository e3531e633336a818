# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What this collection's connection plugins share. Private to the collection.

Every worker loads it, also for tasks that need no device: it imports nothing that costs.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.connection import ConnectionBase
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import Endpoint, HostKeyPolicy, LoginSettings


class SlpConnection(ConnectionBase):
    """A connection to a controller, from options that ``c9800.slp.login`` documents."""

    has_pipelining = False
    has_tty = False
    allow_executable = False

    def set_become_plugin(self, plugin: t.Any) -> None:
        """Take none: it would wrap the commands of ``raw`` in a shell's, where users set ``become`` for all hosts."""

    def login_settings(self, **more: t.Any) -> LoginSettings:
        """From the options of ``c9800.slp.login.ssh``."""
        device = self._endpoint("", str(self.get_option("host")), self.get_option("remote_user"))
        jump_host = self.get_option("jump_host")
        jump_user = self.get_option("jump_user") or device.user
        return LoginSettings(
            name=str(self.get_option("label")),
            device=device,
            jump=self._endpoint("jump_", str(jump_host), jump_user) if jump_host else None,
            host_key_policy=HostKeyPolicy(self.get_option("host_key_policy")),
            known_hosts_file=str(self.get_option("known_hosts_file")),
            connect_timeout=self.get_option("connect_timeout"),
            auth_timeout=self.get_option("auth_timeout"),
            command_timeout=self.get_option("command_timeout"),
            keepalive=self.get_option("keepalive"),
            **more,
        )

    def text(self, option: str) -> str | None:
        """A plain string: what comes from variables is a tagged subclass since ansible-core 2.19."""
        value = self.get_option(option)
        return str(value) if value else None

    def _endpoint(self, prefix: str, host: str, user: t.Any) -> Endpoint:
        return Endpoint(
            host=host,
            port=int(self.get_option(f"{prefix}port")),
            user=str(user or ""),
            password=self.text(f"{prefix}password"),
            key_file=self.text(f"{prefix}private_key_file"),
            key_passphrase=self.text(f"{prefix}private_key_passphrase"),
        )


class ModelConnection(SlpConnection):
    """A way in that carries data models and no commands. ``protocol`` names it in errors."""

    protocol = ""

    def _connect(self) -> t.Any:
        return self

    def exec_command(self, cmd: t.Any, in_data: t.Any = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        del cmd, in_data, sudoable
        raise self._no_commands()

    def put_file(self, in_path: str, out_path: str) -> None:
        del in_path, out_path
        raise self._no_commands()

    def fetch_file(self, in_path: str, out_path: str) -> None:
        del in_path, out_path
        raise self._no_commands()

    def close(self) -> None:
        """Every task opens a session of its own, and closes it."""

    def reset(self) -> None:
        self.close()

    def _no_commands(self) -> AnsibleError:
        return AnsibleError(
            f"{self.get_option('label')}: {self.protocol} carries neither commands nor files, which this module needs. "
            "Set gather_facts: false, and use the modules of c9800.slp; or the connection c9800.slp.cli for this task"
        )
