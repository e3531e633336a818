# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What simulated devices answer against the published models, by yangson: strict but for what real devices do too."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.peers.conftest import PeerWorld
from tests.peers.model_clients import Https
from tests.peers.yang_library import FOLDERS, YANG, data_model

pytest.importorskip("yangson", reason="yangson is not installed: see tests/peers/requirements.txt")
if not YANG.is_dir():
    pytest.skip(f"the published models are not at {YANG}", allow_module_level=True)

pytestmark = pytest.mark.peer
SL = "cisco-smart-license"
# Deviations of real devices from their own models that simulated ones share (yang.md, facts 4 and 5), by name of the
# leaf: what is empty breaks a length or a pattern.
EMPTY = {
    "uuid": "a UUID",
    "vid": "length 1..255",
    "suvi": "length 1..255",
    "host-identifier": "length 1..255",
    "id": "length 1..250",
    "name": "length 1..250",
    "street": "length 1..250",
    "city": "length 1..250",
    "state": "length 1..250",
    "country": "length 1..250",
    "postal-code": "length 1..250",
}
DEVICES = {release: f"yang-{release}" for release in FOLDERS}


def cleaned(value: Any) -> Any:
    """Without the deviations of EMPTY."""
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {key: cleaned(item) for key, item in value.items() if not (item == "" and key in EMPTY)}
    return value


def validate(model: Any, data: dict[str, Any]) -> None:
    """Raises what yangson raises."""
    from yangson.enumerations import ContentType, ValidationScope

    model.from_raw(data).validate(ValidationScope.all, ContentType.all)


def validate_output(model: Any, rpc: str, output: dict[str, Any]) -> None:
    from yangson.enumerations import ContentType, ValidationScope
    from yangson.instance import RootNode

    node = model.get_schema_node(f"/{rpc}/output")
    assert node is not None, rpc
    value = node.from_raw(output, f"/{rpc}")
    RootNode(value, node, model.schema_data, value.timestamp).validate(ValidationScope.all, ContentType.all)


@pytest.fixture(params=list(FOLDERS))
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def https(peer_world: PeerWorld, release: str) -> Iterator[Https]:
    with Https(peer_world.devices[DEVICES[release]]) as client:
        yield client


PATHS = (
    f"{SL}:licensing",
    "Cisco-IOS-XE-ha-oper:ha-oper-data",
    "Cisco-IOS-XE-device-hardware-oper:device-hardware-data",
    "Cisco-IOS-XE-stack-oper:stack-oper-data",
    "Cisco-IOS-XE-install-oper:install-oper-data",
)


@pytest.mark.parametrize("path", PATHS)
def test_data(https: Https, release: str, path: str) -> None:
    data = https.get(f"/restconf/data/{path}")
    validate(data_model(release), cleaned(data))


def test_the_native_tree(https: Https, release: str) -> None:
    native = https.get("/restconf/data/Cisco-IOS-XE-native:native")["Cisco-IOS-XE-native:native"]
    native.pop("call-home", None)  # augmented by a module that yangson cannot read
    native["license"]["smart"] = https.get("/restconf/data/Cisco-IOS-XE-native:native/license/smart").get(
        "Cisco-IOS-XE-native:smart", {}
    )
    validate(data_model(release), {"Cisco-IOS-XE-native:native": native})


def test_as_they_are_the_data_break_the_model(https: Https, release: str) -> None:
    """So do those of a real device: a mock whose data were clean would hide it."""
    from yangson.exceptions import YangsonException

    data = https.get(f"/restconf/data/{SL}:licensing")
    with pytest.raises(YangsonException):
        validate(data_model(release), data)
    # And a value that no model knows is found.
    wrong = copy.deepcopy(cleaned(data))
    wrong[f"{SL}:licensing"]["state"]["state-info"]["registration"]["registration-state"] = "nonsense"
    with pytest.raises(YangsonException):
        validate(data_model(release), wrong)


@pytest.mark.parametrize("operation", ["get", "get-config"])
def test_the_same_over_netconf(peer_world: PeerWorld, release: str, operation: str) -> None:
    """What NETCONF sends is what RESTCONF sends, in XML: the licensing tree as one document."""
    pytest.importorskip("ncclient", reason="ncclient is not installed: see tests/peers/requirements.txt")
    from xml.etree import ElementTree

    from yangson.enumerations import ContentType, ValidationScope

    from tests.peers.test_ncclient import session

    wanted = ("subtree", '<licensing xmlns="http://cisco.com/ns/yang/cisco-smart-license"/>')
    with session(peer_world.devices[DEVICES[release]]) as nc:
        reply = nc.get(wanted) if operation == "get" else nc.get_config("running", wanted)
    root = ElementTree.fromstring(reply.data_xml)
    for parent in list(root.iter()):
        for child in list(parent):
            if len(child) or child.text:
                continue
            if child.tag.rpartition("}")[2] in EMPTY:
                parent.remove(child)
            child.text = ""  # yangson takes an empty element for no string
    model = data_model(release)
    model.from_xml(root).validate(ValidationScope.all, ContentType.all)


CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    (f"{SL}:id-token-trust", {"id-token": "EXAMPLE"}),
    (f"{SL}:rum-save-usage-all", {"file-path": "bootflash:all"}),
    (f"{SL}:rum-save-usage-unreported", {"file-path": "bootflash:un"}),
    (f"{SL}:rum-save-usage-days", {"file-path": "bootflash:days", "days": 30}),
    (f"{SL}:trust-request-save", {"file-path": "bootflash:trust"}),
    (f"{SL}:import-file", {"file-path": "bootflash:none"}),
    (f"{SL}:authorization-request-online", {"feature-name": "x"}),
    (f"{SL}:authorization-code-return-online", {}),
    (f"{SL}:authorization-code-return-offline", {"file-path": "bootflash:x"}),
    (f"{SL}:register-id-token", {"id-token": "EXAMPLE"}),
    (f"{SL}:de-register", {}),
    (f"{SL}:renew-id", {}),
    (f"{SL}:renew-auth", {}),
    ("cisco-ia:save-config", {}),
    ("cisco-ia:is-syncing", {}),
    ("cisco-ia:sync-from", {}),
    ("cisco-ia:checkpoint", {}),
    ("cisco-ia:netconf-session-id", {}),
    ("Cisco-IOS-XE-rpc:license", {"smart": {"save": {"usage": {"all": {"file": "bootflash:x"}}}}}),
    ("Cisco-IOS-XE-rpc:copy", {"source-drop-node-name": "running-config", "destination-drop-node-name": "flash:x"}),
    ("Cisco-IOS-XE-rpc:delete", {"filename-drop-node-name": "bootflash:none"}),
    ("Cisco-IOS-XE-cli-rpc:config-ios-cli-rpc", {"config-clis": "license smart privacy hostname"}),
    ("Cisco-IOS-XE-cli-rpc:config-ios-cli-trans", {"clis": "license smart privacy hostname"}),
    ("Cisco-IOS-XE-cli-rpc:get-modelled-config-clis", {}),
)


@pytest.mark.parametrize(("rpc", "values"), CALLS, ids=[rpc for rpc, _values in CALLS])
def test_operations(https: Https, release: str, rpc: str, values: dict[str, Any]) -> None:
    """An operation is there exactly where the model of the release has it, and answers by it."""
    model = data_model(release)
    module = rpc.partition(":")[0]
    status, body = https.call("POST", f"/restconf/operations/{rpc}", {f"{module}:input": values})
    if model.get_schema_node(f"/{rpc}") is None:
        assert status == 400, body
        return
    if rpc == "Cisco-IOS-XE-rpc:license" and release == "17.3.4":
        assert status == 400  # the operation is older than what it is asked to do here
        return
    assert status == 200, body
    validate_output(model, rpc, json.loads(body)[f"{module}:output"])


def test_what_the_models_define_is_what_devices_have(https: Https, release: str) -> None:
    """Each node of cisco-smart-license, by name: neither more nor less than the published model."""
    text = https.call("GET", f"/restconf/tailf/modules/{SL}")[1].decode()
    ours = {line.split()[1] for line in text.splitlines() if line.split()[0] in ("container", "list", "leaf", "rpc")}
    assert ours == set(_names(data_model(release)))


def _names(model: Any) -> Iterator[str]:
    def below(node: Any) -> Iterator[str]:
        for child in getattr(node, "children", ()):
            kind = type(child).__name__
            if kind == "NotificationNode":
                continue
            if child.name and kind not in ("ChoiceNode", "CaseNode", "InputNode", "OutputNode"):
                yield child.name
            yield from below(child)

    walk: Callable[[Any], Iterator[str]] = below
    for node in model.schema.children:
        if node.ns == SL and type(node).__name__ != "NotificationNode":
            yield node.name
            yield from walk(node)
