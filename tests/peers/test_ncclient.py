# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ncclient against NETCONF of simulated devices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from tests.peers.conftest import PeerWorld

pytest.importorskip("ncclient", reason="ncclient is not installed: see tests/peers/requirements.txt")
from ncclient import manager
from ncclient.operations import OperationError, RPCError, TimeoutExpiredError
from ncclient.transport.errors import SSHUnknownHostError, TransportError
from ncclient.xml_ import to_ele

pytestmark = pytest.mark.peer
SL = "http://cisco.com/ns/yang/cisco-smart-license"
IA = "http://cisco.com/yang/cisco-ia"
NAMES = {"sl": SL, "ia": IA, "nc": "urn:ietf:params:xml:ns:netconf:base:1.0"}
STATE = f'<licensing xmlns="{SL}"><state/></licensing>'
NAME = "yang-17.9.5"


def config(content: str) -> str:
    inner = f'<licensing xmlns="{SL}"><config>{content}</config></licensing>'
    return f'<config xmlns="{NAMES["nc"]}">{inner}</config>'


@contextmanager
def session(device: dict[str, Any], handler: str = "default", **more: Any) -> Iterator[Any]:
    options = {"hostkey_verify": False, "timeout": 10, "allow_agent": False, "look_for_keys": False, **more}
    opened = manager.connect(
        host=device["address"],
        port=device["netconf_port"],
        username=device["username"],
        password=device["password"],
        device_params={"name": handler},
        **options,
    )
    try:
        yield opened
    finally:
        with suppress(TransportError, TimeoutExpiredError):  # a session that a fault has broken
            opened.close_session()


@pytest.fixture
def device(peer_world: PeerWorld) -> Iterator[dict[str, Any]]:
    yield peer_world.devices[NAME]
    peer_world.clear_faults()


@pytest.mark.parametrize("handler", ["default", "iosxe"])
def test_reading_and_writing(device: dict[str, Any], handler: str) -> None:
    with session(device, handler) as nc:
        capabilities = list(nc.server_capabilities)
        assert any("module=cisco-smart-license&revision=2021-03-01" in text for text in capabilities)
        assert ":writable-running" in nc.server_capabilities
        assert ":candidate" not in nc.server_capabilities
        data = nc.get(("subtree", STATE)).data
        assert data.findtext(".//sl:udi/sl:pid", None, NAMES) == "C9800-40-K9"
        assert len(data.findall(".//sl:rum-reports-closed-keys", NAMES)) >= 4
        path = ("xpath", ({"sl": SL}, "/sl:licensing/sl:state/sl:version"))
        assert nc.get(path).data.find(".//sl:version", NAMES) is not None
        with nc.locked("running"):
            nc.edit_config(config("<usage><interval>33</interval></usage>"), target="running")
        found = nc.get_config("running", ("subtree", f'<licensing xmlns="{SL}"/>')).data
        assert found.findtext(".//sl:interval", None, NAMES) == "33"
        gone = '<usage><interval xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"/></usage>'
        nc.edit_config(config(gone), target="running", error_option="rollback-on-error")
        with pytest.raises(RPCError) as missing:
            nc.edit_config(config(gone), target="running")
        assert missing.value.tag == "data-missing"
        assert nc.get_schema("cisco-smart-license").data.startswith("module cisco-smart-license {")


def test_operations_of_the_models(device: dict[str, Any]) -> None:
    with session(device) as nc:
        call = f'<rum-save-usage-all xmlns="{SL}"><file-path>bootflash:peer.xml</file-path></rum-save-usage-all>'
        reply = nc.dispatch(to_ele(call))
        assert reply.ok
        assert f'<return-code xmlns="{SL}">success</return-code>' in reply.xml
        # What went wrong is a return code: the client thinks that all is well.
        call = f'<import-file xmlns="{SL}"><file-path>bootflash:none</file-path></import-file>'
        reply = nc.dispatch(to_ele(call))
        assert reply.ok
        assert "notfound" in reply.xml
        assert "Save running-config successful" in nc.dispatch(to_ele(f'<save-config xmlns="{IA}"/>')).xml
    with session(device, "iosxe") as nc:
        assert "Save running-config successful" in nc.save_config().xml


def test_errors(peer_world: PeerWorld, device: dict[str, Any]) -> None:
    change = config("<custom-id>x</custom-id>")
    with session(device) as nc, session(device) as other:
        with pytest.raises(RPCError) as refused:
            nc.edit_config(change, target="running")
        assert refused.value.tag == "invalid-value"
        assert "Device refused one or more commands" in refused.value.message
        assert "license smart custom_id x" in refused.value.info
        with nc.locked("running"), pytest.raises(RPCError) as locked:
            other.lock("running")
        assert locked.value.tag == "lock-denied"
        assert "the configuration database is locked by session" in locked.value.message
        with pytest.raises(RPCError) as unknown:
            nc.dispatch(to_ele(f'<nothing xmlns="{SL}"/>'))
        assert unknown.value.tag == "unknown-element"


def test_faults(peer_world: PeerWorld, device: dict[str, Any]) -> None:
    def fault(action: str, **more: Any) -> None:
        peer_world.add_fault(**{"target": NAME, "action": action, "match": "^netconf:get$", "times": 1, **more})

    fault("no_id")
    with session(device) as nc, pytest.raises((OperationError, TransportError, TimeoutExpiredError)) as nameless:
        nc.get(("subtree", STATE))
    assert "message-id" in str(nameless.value)
    fault("hang")
    with session(device, timeout=2) as nc, pytest.raises(TimeoutExpiredError):
        nc.get(("subtree", STATE))
    fault("truncate")
    with pytest.raises((TransportError, TimeoutExpiredError)), session(device) as nc:
        nc.get(("subtree", STATE))
    fault("huge")
    with session(device) as nc:
        nc.huge_tree = True
        assert len(nc.get(("subtree", STATE)).xml) > 10_000_000


def test_the_host_key_can_be_checked(device: dict[str, Any]) -> None:
    pinned = device["netconf_host_key"].split()[2]
    with session(device, hostkey_verify=True, hostkey_b64=pinned):
        pass
    wrong = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    with pytest.raises(SSHUnknownHostError), session(device, hostkey_verify=True, hostkey_b64=wrong):
        pass
