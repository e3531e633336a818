# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the connection plugins share."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
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
  command_timeout:
    description:
      - The longest silence in seconds that a device may keep in the middle of an answer.
      - Over NETCONF and HTTPS the time for the whole answer. Operations that are known to be slow are given at least 180 seconds.
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
"""

    SSH = r"""
options:
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
  keepalive:
    description: Seconds between two SSH keepalive messages. With V(0) there are none.
    type: int
    default: 30
    vars:
      - name: ansible_slp_keepalive
"""
