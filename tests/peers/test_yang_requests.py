# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request of the product against the published models of each release, in both encodings, by yangson."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import CallHomeProfile
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import Edit, Rpc, requests

from tests.peers import yang_library
from tests.peers.yang_library import FOLDERS, YANG

pytest.importorskip("yangson", reason="yangson is not installed: see tests/peers/requirements.txt")
if not YANG.is_dir():
    pytest.skip(f"the published models are not at {YANG}", allow_module_level=True)

pytestmark = pytest.mark.peer
NC = "{urn:ietf:params:xml:ns:netconf:base:1.0}"
CALL_HOME = "Cisco-IOS-XE-call-home"
TAC = CallHomeProfile(name="CiscoTAC-1", active=True, http=True, licensing=True)
RESTING = CallHomeProfile(name="CiscoTAC-1", http=True)
GATEWAY = CallHomeProfile(name="Gateway", active=True, http=True, licensing=True, urls=("https://tg.example/x",))

RPCS = (
    requests.trust("EXAMPLE-TOKEN", everywhere=True, force=False),
    requests.trust_request_save("bootflash:trust.xml"),
    requests.save_usage("bootflash:all.xml"),
    requests.save_usage("bootflash:unreported.xml", what="unreported"),
    requests.save_usage("bootflash:days.xml", what=30),
    requests.import_file("bootflash:ACK.xml"),
    requests.save_config(),
    requests.delete("bootflash:all.xml"),
)
SETTINGS: dict[str, dict[str, tuple[Any, Any]]] = {
    "cslu": {"transport": ("smart", "cslu"), "url_cslu": (None, "http://cslu.example.net:8182/cslu/v1/pi")},
    "off": {"transport": ("cslu", "off"), "url_cslu": ("http://x", None), "url_default": (True, False)},
    "smart": {"transport": ("cslu", "smart"), "url_default": (False, True)},
    "smart with a URL": {"transport": ("cslu", "smart"), "url_smart": (None, "https://sr.example/licservice/license")},
    "bare URL": {"transport": ("cslu", "callhome"), "url": (None, "https://tg.example/x")},
    "automatic": {"transport": ("smart", "automatic")},
    "usage": {
        "interval": (None, 365),
        "tag1": (None, "campus-north"),
        "tag2": ("a", None),
        "tag4": (None, "x" * 127),
        "privacy_hostname": (False, True),
        "privacy_version": (True, False),
    },
    "interval removed": {"interval": (30, None)},
    "call home": {
        "transport": ("smart", "callhome"),
        "service_call_home": (False, True),
        "call_home_contact": (None, "sch-smart-licensing@cisco.com"),
        "call_home_privacy": (False, True),
        "call_home_profiles": ((), (TAC,)),
        "http_proxy": ("old", "proxy.example"),
        "http_proxy_port": (80, 3128),
    },
    "gateway": {"call_home_profiles": ((TAC,), (RESTING, GATEWAY))},
    "gateway removed": {"call_home_profiles": ((RESTING, GATEWAY), (TAC,)), "service_call_home": (True, False)},
}

_CASE = re.compile(r"""\b(must|when)\s+(?:'[^']*translate\([^']*'|"(?:[^"\\]|\\.)*translate\((?:[^"\\]|\\.)*")""")


@pytest.fixture(scope="session")
def readable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("call-home")


@cache
def model_of(release: str, place: Path) -> Any:
    """With Call Home: yangson knows no translate(), so what it stands in holds always; it is about letter case only."""
    from yangson import DataModel

    folder = YANG / FOLDERS[release]
    harness = YANG / "harness" / ("yang-1.1" if release == "17.15.3" else "yang-1.0")
    own = place / release
    own.mkdir(exist_ok=True)
    text = (folder / f"{CALL_HOME}.yang").read_text(encoding="utf-8")
    (own / f"{CALL_HOME}.yang").write_text(_CASE.sub(r"\1 'true()'", text), encoding="utf-8")
    places, modules = (own, folder, harness), {}
    for root in (*yang_library.ROOTS, CALL_HOME):
        if any((there / f"{root}.yang").exists() for there in places):
            yang_library._add(modules, places, root, "implement")
    library = {"ietf-yang-library:modules-state": {"module-set-id": release, "module": list(modules.values())}}
    return DataModel(json.dumps(library), tuple(str(there) for there in places))


@pytest.fixture(params=list(FOLDERS))
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def model(release: str, readable: Path) -> Any:
    return model_of(release, readable)


def check(value: Any, node: Any, model: Any, kind: str) -> None:
    from yangson.enumerations import ContentType, ValidationScope
    from yangson.instance import RootNode

    RootNode(value, node, model.schema_data, value.timestamp).validate(ValidationScope.all, ContentType[kind])


def known(rpc: Rpc, release: str) -> bool:
    """Whether the release has the operation, by the product's own table."""
    at = Release.parse(release)
    if rpc.module == "cisco-smart-license":
        return at >= Release.parse("17.4.1")
    return at >= Release.parse("17.9.1") if rpc.module.endswith("cli-rpc") else True


@pytest.mark.parametrize("rpc", RPCS, ids=lambda rpc: rpc.name)
def test_operations(rpc: Rpc, model: Any, release: str) -> None:
    node = model.get_schema_node(f"/{rpc.path}/input")
    assert (model.get_schema_node(f"/{rpc.path}") is not None) is known(rpc, release)
    if not known(rpc, release):
        return
    root = ElementTree.fromstring(rpc.xml)
    assert root.tag.rpartition("}")[2] == rpc.name
    if rpc.body is None:
        assert len(root) == 0
        return
    raw = rpc.body[f"{rpc.module}:input"]
    value = node.from_raw(raw, "/input")
    check(value, node, model, "all")
    assert node.from_xml(root, "/input") == value


def without_removed(element: ElementTree.Element) -> ElementTree.Element:
    for child in list(element):
        if child.get(f"{NC}operation") == "remove":
            element.remove(child)
        else:
            without_removed(child)
    return element


def possible(name: str, release: str) -> list[Edit]:
    """The edits; none where the product refuses them on this release."""
    try:
        return list(requests.edits(SETTINGS[name], release=Release.parse(release)))
    except CommandError:
        assert release == "17.3.4"
        return []


@pytest.mark.parametrize("name", SETTINGS)
def test_edits(name: str, model: Any, release: str) -> None:
    for edit in possible(name, release):
        root = ElementTree.fromstring(f"<config>{edit.config}</config>")
        removed = [node for node in root.iter() if node.get(f"{NC}operation") == "remove"]
        patches = [patch for patch in edit.patches if patch.method == "PATCH"]
        assert len(removed) == len(edit.patches) - len(patches)
        from_xml = model.from_xml(without_removed(root))
        for patch in patches:
            from_json = model.from_raw(patch.body)
            check(from_json.value, from_json.schema_node, model, "config")
            check(from_xml.value, from_xml.schema_node, model, "config")


@pytest.mark.parametrize(
    "config",
    [
        {"usage": {"interval": 366}},
        {"usage": {"customer-tags": {"tag1": "x" * 128}}},
        {"transport": {"transport-type": "cslu"}},
        {"transport": {"transport-type": "transport-type-cslu", "transport-smart": {"url-default": True}}},
    ],
)
def test_a_wrong_edit_would_be_found(config: dict[str, Any], model: Any) -> None:
    from yangson.exceptions import YangsonException

    def hold() -> None:
        value = model.from_raw({"cisco-smart-license:licensing": {"config": config}})
        check(value.value, value.schema_node, model, "config")

    with pytest.raises(YangsonException):
        hold()


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_deleted_is_a_node_of_the_model(name: str, model: Any, release: str) -> None:
    for edit in possible(name, release):
        for patch in edit.patches:
            path = re.sub(r"=[^/]*", "", patch.path)
            assert model.get_data_node(f"/{path}") is not None, path


READS = {
    "state": requests.read_state(),
    "reports": requests.read_reports(),
    "configuration": requests.read_configuration(),
}
LATER = ("policy", "rum-ack", "rum-reports-closed-keys", "trust-code")  # not before 17.5.1 and 17.4.1


def paths(element: ElementTree.Element, above: str, module: str) -> Iterator[str]:
    namespace, _brace, name = element.tag[1:].rpartition("}")
    here = namespace.rpartition("/")[2]
    path = f"{above}/{name}" if here == module else f"{above}/{here}:{name}"
    yield path
    for child in element:
        yield from paths(child, path, here)


@pytest.mark.parametrize("name", READS)
def test_what_is_read_is_a_node_of_the_model(name: str, model: Any, release: str) -> None:
    old = Release.parse(release) < Release.parse("17.5.1")
    read = READS[name]
    asked = [path for part in ElementTree.fromstring(f"<f>{read.filter}</f>") for path in paths(part, "", "")]
    for resource in read.resources:
        asked.append(f"/{resource.path}")
        fields = re.sub(
            r"(\w[\w-]*)\(([^)]*)\)", lambda m: ";".join(f"{m[1]}/{n}" for n in m[2].split(";")), resource.fields
        )
        asked += [f"/{resource.path}/{field}" for field in fields.split(";") if field]
    for path in asked:
        if not (old and path.endswith(LATER)):
            assert model.get_data_node(path) is not None, path
