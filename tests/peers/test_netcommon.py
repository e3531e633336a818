# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The NETCONF and RESTCONF modules of ansible.netcommon against simulated devices."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.peers.conftest import PeerWorld, run_playbook

pytest.importorskip(
    "ansible_collections.ansible.netcommon", reason="the package ansible is not installed: see requirements.txt"
)
pytest.importorskip("ncclient", reason="ncclient is not installed: see tests/peers/requirements.txt")

pytestmark = pytest.mark.peer
SL = "http://cisco.com/ns/yang/cisco-smart-license"
STATE = f'<licensing xmlns="{SL}"><state/></licensing>'
CHANGE = (
    f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><licensing xmlns="{SL}"><config>'
    "<usage><customer-tags><tag4>{}</tag4></customer-tags></usage></config></licensing></config>"
)
FILTER = f'<licensing xmlns="{SL}"><config/></licensing>'
NETCONF: list[dict[str, Any]] = [
    {"name": "get", "ansible.netcommon.netconf_get": {"filter": STATE}},
    {
        "name": "trust",
        "ansible.netcommon.netconf_rpc": {"rpc": "id-token-trust", "xmlns": SL, "content": "<id-token>PEER</id-token>"},
    },
    {
        "name": "configure",
        "ansible.netcommon.netconf_config": {"content": CHANGE.format("peer"), "get_filter": FILTER},
    },
    {
        "name": "configure again",
        "ansible.netcommon.netconf_config": {"content": CHANGE.format("peer"), "get_filter": FILTER},
    },
    {
        "name": "nonsense",
        "ansible.netcommon.netconf_config": {"content": CHANGE.replace("tag4", "tag9").format("x")},
        "ignore_errors": True,
    },
]
RESTCONF: list[dict[str, Any]] = [
    {
        "name": "get",
        "ansible.netcommon.restconf_get": {"path": "/data/cisco-smart-license:licensing/state?fields=version"},
    },
    {
        "name": "configure",
        "ansible.netcommon.restconf_config": {
            "path": "/data/cisco-smart-license:licensing/config",
            "method": "patch",
            "content": json.dumps({"cisco-smart-license:config": {"usage": {"customer-tags": {"tag3": "peer"}}}}),
        },
    },
    {
        "name": "nothing",
        "ansible.netcommon.restconf_get": {"path": "/data/cisco-smart-license:nothing"},
        "ignore_errors": True,
    },
]


def play(device: dict[str, Any], tasks: list[dict[str, Any]], directory: Path, **variables: Any) -> dict[str, Any]:
    """Run tasks at a device; the results by task."""
    localhost = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    host = {
        "ansible_host": device["address"],
        "ansible_user": device["username"],
        "ansible_password": device["password"],
        **variables,
    }
    steps: list[dict[str, Any]] = []
    for number, task in enumerate(tasks):
        # What netconf_rpc returns as its output are octets, which nothing that writes JSON can show.
        kept = ("changed", "failed", "stdout", "msg")
        parts = [f"'{part}': result.{part} | default('') | string" for part in kept]
        parts.append("'response': result.response | default({})")
        content = f"{{{{ {{ {', '.join(parts)} }} | to_json }}}}"
        note = {"content": content, "dest": str(directory / f"{number}.json"), "mode": "0600"}
        steps += [{**task, "register": "result"}, {"ansible.builtin.copy": note, "delegate_to": "localhost"}]
    hosts = {device["name"]: host, "localhost": localhost}
    run = run_playbook(directory, hosts, device["name"], steps, ANSIBLE_HOST_KEY_CHECKING="False")
    assert run.returncode == 0, run.stdout + run.stderr
    return {task["name"]: json.loads((directory / f"{n}.json").read_text()) for n, task in enumerate(tasks)}


def test_netconf(peer_world: PeerWorld, tmp_path: Path) -> None:
    device = peer_world.devices["yang-17.12.4"]
    results = play(
        device, NETCONF, tmp_path, ansible_connection="ansible.netcommon.netconf", ansible_port=device["netconf_port"]
    )
    assert "<sn>9SIM0000014</sn>" in results["get"]["stdout"]
    assert "alreadyregistered" in results["trust"]["stdout"] or "registrationinprogress" in results["trust"]["stdout"]
    assert results["configure"]["changed"] == "True"
    assert results["configure again"]["changed"] == "False"
    assert results["nonsense"]["failed"] == "True"
    assert "unknown element: tag9" in results["nonsense"]["msg"]
    assert "license smart usage customer-tags tag4 peer" in peer_world.commands("yang-17.12.4")


def test_restconf(peer_world: PeerWorld, tmp_path: Path) -> None:
    device = peer_world.devices["yang-17.12.4"]
    results = play(
        device,
        RESTCONF,
        tmp_path,
        ansible_connection="ansible.netcommon.httpapi",
        ansible_network_os="ansible.netcommon.restconf",
        ansible_httpapi_use_ssl=True,
        ansible_httpapi_validate_certs=False,
        ansible_httpapi_port=device["https_port"],
    )
    assert results["get"]["response"]["cisco-smart-license:state"]["version"]
    assert results["configure"]["changed"] == "True"
    assert results["nothing"]["failed"] == "True"
    assert "license smart usage customer-tags tag3 peer" in peer_world.commands("yang-17.12.4")
