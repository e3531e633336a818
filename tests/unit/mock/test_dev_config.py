# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of the simulated device: what lines do, what the running configuration shows (cli.md 1 and 7.2)."""

from __future__ import annotations

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.device import MockDevice

from tests.unit.mock.dev_tools import Console, make_device

SMART = "https://smartreceiver.cisco.com/licservice/license"
LAB = "https://smart.example.com/licservice/license"
CSLU = "http://192.0.2.9:8182/cslu/v1/pi"


def licence_lines(device: MockDevice) -> list[str]:
    return [line for line in device.running_config().splitlines() if line.startswith(("license smart", "license air"))]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (["license smart transport cslu"], []),
        (["license smart transport smart"], ["license smart transport smart"]),
        (["license smart transport off"], ["license smart transport off"]),
        (["license smart transport off", "no license smart transport"], []),
        (["license smart url default"], ["license smart url default"]),
        ([f"license smart url smart {LAB}"], [f"license smart url {LAB}", f"license smart url smart {LAB}"]),
        ([f"license smart url smart {LAB}", f"no license smart url smart {LAB}"], []),
        ([f"license smart url cslu {CSLU}"], [f"license smart url cslu {CSLU}"]),
        ([f"license smart url cslu {CSLU}", "no license smart url cslu"], []),
        ([f"license smart url {LAB}"], [f"license smart url {LAB}"]),
        (
            ["license smart proxy address 192.0.2.3", "license smart proxy port 3128"],
            ["license smart proxy address 192.0.2.3", "license smart proxy port 3128"],
        ),
        (["license smart proxy address 192.0.2.3", "no license smart proxy address 192.0.2.3"], []),
        (["license smart usage interval 7"], ["license smart usage interval 7"]),
        (["license smart usage interval 7", "no license smart usage interval"], []),
        (["license smart privacy version"], ["license smart privacy version"]),
        (["license smart privacy version", "license smart privacy hostname"], ["license smart privacy all"]),
        (["license smart vrf Mgmt-intf"], ["license smart vrf Mgmt-intf"]),
        (["license smart server-identity-check"], ["license smart server-identity-check"]),
        (
            ['license smart usage customer-tags tag2 "Lab East"'],
            ['license smart usage customer-tags tag2 "Lab East"'],
        ),
        (["lic sm tra smart"], ["license smart transport smart"]),
        (
            ["license air level air-network-essentials addon air-dna-essentials"],
            ["license air level air-network-essentials addon air-dna-essentials"],
        ),
        (["license smart enable"], []),
        (["no license smart url", "no license smart vrf", "no license air level"], []),
    ],
)
def test_licence_lines(typed: list[str], shown: list[str]) -> None:
    device = make_device()
    Console(device).configure(*typed)
    assert licence_lines(device) == shown
    Console(device).configure(*shown)
    assert licence_lines(device) == shown


@pytest.mark.parametrize(
    ("release", "line", "known"),
    [
        ("17.3.4", "license smart vrf Lab", False),
        ("17.9.5", "license smart vrf Lab", True),
        ("17.3.1", "license smart transport cslu", False),
        ("17.3.1", "license air level air-network-advantage", True),
        ("17.12.4", "license smart transport carrier-pigeon", False),
        ("17.12.4", "license smart usage interval 3651", False),
        ("17.12.4", "license smart proxy port 0", False),
        ("17.12.4", "licence smart transport off", False),
    ],
)
def test_lines_that_a_release_does_not_know(release: str, line: str, known: bool) -> None:
    console = Console(make_device(release=release))
    console.enter("config")
    assert console.knows(line) is known


def test_the_level_waits_for_the_reload() -> None:
    device = make_device(aps=5)
    console = Console(device)
    console.configure("license air level air-network-essentials")
    version = console.run("show version")
    assert "AIR License Level: AIR DNA Advantage" in version
    assert "Next reload AIR license Level: AIR Network Essentials" in version
    device.save_config()
    device.reload()
    assert "\nAIR License Level: AIR Network Essentials" in console.run("show version")
    assert [use["name"] for use in device.snapshot()["usage"]] == ["air-network-essentials"]


def test_what_is_not_saved_is_lost_in_a_reload() -> None:
    device = make_device()
    Console(device).configure("license smart transport off", "hostname other", "ip domain name example.com")
    assert not device.config_saved()
    assert device.hostname == "other"
    device.reload()
    assert device.config_saved()
    assert (device.hostname, device.licence_config.transport) == ("wlc1", "cslu")
    Console(device).configure("license smart transport off", "hostname other")
    device.save_config()
    device.reload()
    assert (device.hostname, device.licence_config.transport) == ("other", "off")


def test_startup_and_running_configuration_are_shown() -> None:
    device = make_device()
    console = Console(device)
    console.configure("license smart transport off")
    assert "license smart transport off" in console.run("show running-config")
    assert "license smart transport off" not in console.run("show startup-config")
    assert console.run("show running-config").rstrip().endswith("end")


def test_lines_of_every_kind_are_kept_in_their_places() -> None:
    device = make_device()
    Console(device).configure(
        "call-home",
        "http-proxy 192.0.2.3 port 8080",
        "profile CiscoTAC-1",
        "reporting smart-licensing-data",
        "exit",
        "exit",
        "interface Vlan 10",
        "description uplink",
        "ip address 192.0.2.10 255.255.255.0",
        "ip address 192.0.2.11 255.255.255.0",
        "exit",
        "ip http client source-interface Vlan10",
        "ip http client source-interface GigabitEthernet1",
    )
    text = device.running_config()
    assert ' http-proxy "192.0.2.3" port 8080\n' in text
    assert '\n profile "CiscoTAC-1"\n  active\n  destination transport-method http\n  reporting smart' in text
    assert "interface Vlan10\n description uplink\n ip address 192.0.2.11 255.255.255.0\n!" in text
    assert text.count("source-interface") == 1
    Console(device).configure("no interface Vlan10", "no ip http client source-interface")
    assert "Vlan10" not in device.running_config()
    assert "source-interface" not in device.running_config()


def test_a_service_that_is_off_is_shown() -> None:
    device = make_device()
    Console(device).configure("no ip http server", "aaa new-model")
    text = device.running_config()
    assert "\nno ip http server\n" in text
    assert "\naaa new-model\n" in text
    Console(device).configure("ip http server")
    assert "no ip http server" not in device.running_config()


def test_no_password_is_shown() -> None:
    device = make_device(password="Cl3ar-Text")
    Console(device).configure("username CSLU privilege 15 secret Other-S3cret", "enable secret 0 Third-S3cret")
    text = device.running_config()
    assert "username CSLU privilege 15 secret 9 $9$" in text
    for password in ("Cl3ar-Text", "Other-S3cret", "Third-S3cret"):
        assert password not in text
    line = next(line for line in text.splitlines() if line.startswith("username CSLU"))
    Console(device).configure(line)
    assert device.running_config() == text


def test_scp_server_and_time_zone() -> None:
    device = make_device(scp_server=False)
    assert not device.scp_server
    Console(device).configure("ip scp server enable", "clock timezone EST -5 30")
    assert device.scp_server
    assert device.local_time().tzname() == "EST"
    assert device.local_time().utcoffset().total_seconds() == -(5 * 60 + 30) * 60
    assert "clock timezone EST -5 30" in device.running_config()
    console = Console(device)
    console.enter("config")
    assert console.knows("clock timezone EST -23")
    assert not any(console.knows(f"clock timezone EST {hours}") for hours in ("99", "-24", "half", "--5"))
    Console(device).configure("no ip scp server enable", "no clock timezone")
    assert not device.scp_server
    assert "clock timezone" not in device.running_config()


def test_a_new_transport_shows_at_once() -> None:
    device = make_device(transport="off")
    console = Console(device)
    console.configure("license smart transport smart", "license smart url default")
    status = console.run("show license status")
    assert f"  Type: Smart\n  URL: {SMART}\n  Proxy:\n    Not Configured\n  VRF: <empty>\n" in status
    console.configure("license smart proxy address 192.0.2.3", "license smart proxy port 3128")
    assert (
        "  Proxy:\n    Address: 192.0.2.3\n    Port: 3128\n    Username: <empty>\n    Password: <empty>\n"
        in console.run("show license status")
    )
    console.configure("license smart transport callhome")
    assert "  Type: Callhome\n\n" in console.run("show license status")
    console.configure("license smart transport automatic")
    assert "  Type: cslu\n" in console.run("show license status")
