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
options:
  label:
    description: What messages call the device.
    type: str
    default: inventory_hostname
    vars:
      - name: inventory_hostname
  host:
    description: Address or name of the device. For a high availability pair, the address that the active unit holds.
    type: str
    default: inventory_hostname
    vars:
      - name: inventory_hostname
      - name: ansible_host
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
  remote_user:
    description: Who logs in.
    type: str
    ini:
      - section: defaults
        key: remote_user
    env:
      - name: ANSIBLE_REMOTE_USER
      - name: ANSIBLE_NET_USERNAME
    vars:
      - name: ansible_user
    keyword:
      - name: remote_user
  password:
    description: The user's password.
    type: str
    env:
      - name: ANSIBLE_NET_PASSWORD
    vars:
      - name: ansible_password
      - name: ansible_ssh_pass
      - name: ansible_ssh_password
  private_key_file:
    description: A private key (Ed25519, ECDSA or RSA) to log in with.
    type: path
    ini:
      - section: defaults
        key: private_key_file
    env:
      - name: ANSIBLE_PRIVATE_KEY_FILE
      - name: ANSIBLE_NET_SSH_KEYFILE
    vars:
      - name: ansible_private_key_file
      - name: ansible_ssh_private_key_file
  private_key_passphrase:
    description: Passphrase of the private key.
    type: str
    vars:
      - name: ansible_private_key_passphrase
      - name: ansible_ssh_private_key_passphrase
  enable_password:
    description: Answer to C(enable), for users below privilege 15.
    type: str
    env:
      - name: ANSIBLE_NET_AUTH_PASS
    vars:
      - name: ansible_become_password
      - name: ansible_become_pass
      - name: ansible_slp_enable_password
  known_hosts_file:
    description: Host keys on record, in OpenSSH's format.
    type: path
    default: ~/.ssh/known_hosts
    ini:
      - section: slp
        key: known_hosts_file
    env:
      - name: SLP_KNOWN_HOSTS_FILE
    vars:
      - name: ansible_slp_known_hosts_file
  host_key_policy:
    description:
      - What to do about a device whose host key is not on record.
      - V(strict) refuses it and shows the key's fingerprint. V(accept_new) records it in O(known_hosts_file), and
        refuses any other key from then on. V(ignore) takes any key, and so anybody for the device.
    type: str
    choices:
      - strict
      - accept_new
      - ignore
    default: strict
    ini:
      - section: slp
        key: host_key_policy
    env:
      - name: SLP_HOST_KEY_POLICY
    vars:
      - name: ansible_slp_host_key_policy
  jump_host:
    description: An SSH server to go through. Its host key is checked by the same policy.
    type: str
    env:
      - name: SLP_JUMP_HOST
    vars:
      - name: ansible_slp_jump_host
  jump_port:
    description: TCP port of the jump host.
    type: int
    default: 22
    vars:
      - name: ansible_slp_jump_port
  jump_user:
    description: Who logs in to the jump host. O(remote_user) if not given.
    type: str
    env:
      - name: SLP_JUMP_USER
    vars:
      - name: ansible_slp_jump_user
  jump_password:
    description: Password on the jump host.
    type: str
    env:
      - name: SLP_JUMP_PASSWORD
    vars:
      - name: ansible_slp_jump_password
  jump_private_key_file:
    description: A private key for the jump host.
    type: path
    env:
      - name: SLP_JUMP_PRIVATE_KEY_FILE
    vars:
      - name: ansible_slp_jump_private_key_file
  jump_private_key_passphrase:
    description: Passphrase of the private key for the jump host.
    type: str
    env:
      - name: SLP_JUMP_PRIVATE_KEY_PASSPHRASE
    vars:
      - name: ansible_slp_jump_private_key_passphrase
  connect_timeout:
    description: Seconds to wait for the TCP connection and the key exchange.
    type: float
    default: 15
    ini:
      - section: slp
        key: connect_timeout
    env:
      - name: SLP_CONNECT_TIMEOUT
    vars:
      - name: ansible_slp_connect_timeout
  auth_timeout:
    description: Seconds to wait for each answer of the login, such as that of an AAA server behind the device.
    type: float
    default: 30
    ini:
      - section: slp
        key: auth_timeout
    env:
      - name: SLP_AUTH_TIMEOUT
    vars:
      - name: ansible_slp_auth_timeout
  command_timeout:
    description: The longest silence in seconds that a device may keep in the middle of an answer.
    type: float
    default: 60
    ini:
      - section: slp
        key: command_timeout
    env:
      - name: SLP_COMMAND_TIMEOUT
    vars:
      - name: ansible_command_timeout
      - name: ansible_slp_command_timeout
  keepalive:
    description: Seconds between two SSH keepalive messages. With V(0) there are none.
    type: int
    default: 30
    vars:
      - name: ansible_slp_keepalive
"""

import typing as t
from contextlib import contextmanager

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.text.converters import to_bytes, to_text
from ansible.plugins.connection import ConnectionBase
from ansible.utils.display import Display
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    CommandError,
    ConnectionLost,
    LoginError,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import Endpoint, HostKeyPolicy, LoginSettings

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.c9800.slp.plugins.plugin_utils.device.netmiko_driver import NetmikoDriver

display = Display()


class Connection(ConnectionBase):
    """``open_driver`` is what this collection's action plugins use; the rest serves ``raw``."""

    transport = "c9800.slp.cli"
    has_pipelining = False
    has_tty = False
    allow_executable = False

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._driver: NetmikoDriver | None = None

    def set_become_plugin(self, plugin: t.Any) -> None:
        """Take none: it would wrap the commands of ``raw`` in a shell's, where users set ``become`` for all hosts."""

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
        device = self._endpoint("", str(self.get_option("host")), self.get_option("remote_user"))
        jump_host = self.get_option("jump_host")
        jump_user = self.get_option("jump_user") or device.user
        return LoginSettings(
            name=str(self.get_option("label")),
            device=device,
            enable_password=self._text("enable_password"),
            jump=self._endpoint("jump_", str(jump_host), jump_user) if jump_host else None,
            host_key_policy=HostKeyPolicy(self.get_option("host_key_policy")),
            known_hosts_file=str(self.get_option("known_hosts_file")),
            connect_timeout=self.get_option("connect_timeout"),
            auth_timeout=self.get_option("auth_timeout"),
            command_timeout=self.get_option("command_timeout"),
            keepalive=self.get_option("keepalive"),
        )

    def _endpoint(self, prefix: str, host: str, user: t.Any) -> Endpoint:
        return Endpoint(
            host=host,
            port=int(self.get_option(f"{prefix}port")),
            user=str(user or ""),
            password=self._text(f"{prefix}password"),
            key_file=self._text(f"{prefix}private_key_file"),
            key_passphrase=self._text(f"{prefix}private_key_passphrase"),
        )

    def _text(self, option: str) -> str | None:
        """A plain string: what comes from variables is a tagged subclass since ansible-core 2.19."""
        value = self.get_option(option)
        return str(value) if value else None


# Ansible loads this file in every worker, also for tasks that need no device, such as the check of a role's arguments,
# and what it imports costs more than such a task. So it imports when needed; our own actions have all loaded before the
# fork.


def _log_in(settings: LoginSettings) -> NetmikoDriver:
    from ansible_collections.c9800.slp.plugins.plugin_utils.device.netmiko_driver import NetmikoDriver

    return NetmikoDriver(settings)
