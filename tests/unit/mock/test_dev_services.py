# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line of a simulated device says of its NETCONF, RESTCONF and HTTP servers."""

from __future__ import annotations

from tests.unit.mock.dev_tools import Console, make_device


def configured(console: Console, *lines: str) -> None:
    console.enter("config")
    for line in lines:
        console.run(line)
    del console._modes[1:]


def test_the_shows_follow_the_configuration() -> None:
    console = Console(make_device())
    assert console.run("show netconf-yang status") == "netconf-yang: disabled\n"
    assert "ncsshd           : Not Running" in console.run("show platform software yang-management process")
    configured(console, "netconf-yang", "netconf-yang feature candidate-datastore", "restconf")
    assert console.run("show netconf-yang status").splitlines() == [
        "netconf-yang: enabled",
        "netconf-yang ssh port: 830",
        "netconf-yang candidate-datastore: enabled",
    ]
    processes = dict(
        line.split()
        for line in console.run("show platform software yang-management process")
        .replace("Not Running", "no")
        .replace(":", "")
        .splitlines()
    )
    assert processes.pop("gnmib") == "no"
    assert set(processes.values()) == {"Running"}
    status = console.run("show ip http server status")
    assert "HTTP server authentication method: local\n" in status
    assert "HTTP secure server status: Enabled\n" in status
    configured(console, "no ip http secure-server", "no ip http authentication")
    status = console.run("show ip http server status")
    assert "HTTP server authentication method: enable\n" in status
    assert "HTTP secure server status: Disabled\n" in status


def test_the_lines_stand_in_the_running_configuration() -> None:
    console = Console(make_device())
    configured(
        console,
        "aaa new-model",
        "aaa authentication login default local",
        "aaa authorization exec default local",
        "username CSLU privilege 15 secret 0 Cslu-Passw0rd",
        "netconf-yang",
        "restconf",
    )
    lines = console.run("show running-config").splitlines()
    assert {"aaa new-model", "aaa authorization exec default local", "netconf-yang", "restconf"} <= set(lines)
    assert "no aaa new-model" not in lines
    (user,) = [line for line in lines if line.startswith("username CSLU")]
    assert user.startswith("username CSLU privilege 15 secret 9 ")
    assert "Cslu-Passw0rd" not in user
    configured(console, "no netconf-yang", "no restconf", "no aaa new-model")
    lines = console.run("show running-config").splitlines()
    assert "no aaa new-model" in lines
    assert not {"netconf-yang", "restconf"} & set(lines)
