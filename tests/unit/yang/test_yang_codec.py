# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both encodings give the same normal form, whatever a device sends."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp import _yang_schema as schema
from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.module_utils.slp._yang_codec import to_json, to_xml
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = Path(__file__).resolve().parents[4] / "shared" / "yang" / "examples"
SLIC = 'xmlns="http://cisco.com/ns/yang/cisco-smart-license"'
BASE = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"'

texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=20).map(str.strip)


def leaves(node: schema.Node) -> st.SearchStrategy[str]:
    match node.type:
        case schema.B:
            return st.sampled_from(["true", "false"])
        case schema.N:
            return st.integers(0, 2**32 - 1).map(str)
        case schema.L:
            return st.integers(0, 2**64 - 1).map(str)
        case schema.E:
            return st.just("")
        case _:
            return texts


def values(node: schema.Node) -> st.SearchStrategy[Any]:
    match node.kind:
        case "leaf":
            return leaves(node)
        case "leaf-list":
            return st.lists(leaves(node), min_size=1, max_size=3)
        case "container":
            return trees(node.children)
        case _:
            return st.lists(trees(node.children), min_size=1, max_size=3)


def trees(nodes: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: st.deferred(lambda n=n: values(n)) for name, n in nodes.items()})


TOP = {name: node for nodes in schema.TOP.values() for name, node in nodes.items()}
UNIQUE = {name: node for name, node in TOP.items() if sum(name in nodes for nodes in schema.TOP.values()) == 1}


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(trees(UNIQUE))
def test_xml_and_json_of_a_tree_read_back_as_that_tree(tree: dict[str, Any]) -> None:
    xml = f"<data {BASE}>{to_xml(tree)}</data>".encode()
    assert yang.read_xml(xml) == tree
    assert yang.read_json(json.dumps(to_json(tree)).encode()) == tree


# Requests, and operations that this collection does not use: registered Smart Licensing, authorization codes,
# raw lines.
FOREIGN = (".nc-rpc.", "factory-reset", "authorization", "register", "renew", "cli-config")
READ = [path for path in sorted(EXAMPLES.glob("*.*")) if not any(name in path.name for name in FOREIGN)]


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"no examples at {EXAMPLES}")
@pytest.mark.parametrize("path", READ, ids=lambda path: path.name)
def test_every_example_is_read(path: Path) -> None:
    data = path.read_bytes()
    assert yang.read_json(data) if path.suffix == ".json" else yang.read_xml(data)


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"no examples at {EXAMPLES}")
def test_both_encodings_of_the_example_say_the_same() -> None:
    xml = yang.read_xml((EXAMPLES / "state-ha-pair.schema-clean.xml").read_bytes())
    assert yang.read_json((EXAMPLES / "state-ha-pair.schema-clean.json").read_bytes()) == xml
    device = yang.read_xml((EXAMPLES / "state-ha-pair.device-shape.xml").read_bytes())
    assert device["licensing"]["state"]["state-info"]["udi"]["uuid"] == ""
    assert yang.state_from_yang(device) == yang.state_from_yang(xml)


def test_an_entry_alone_is_a_list() -> None:
    state = "<state><state-info><usage><count>3</count></usage></state-info></state>"
    tree = yang.read_xml(f"<rpc-reply {BASE}><data><licensing {SLIC}>{state}</licensing></data></rpc-reply>".encode())
    assert tree["licensing"]["state"]["state-info"] == {"usage": [{"count": "3"}]}


def test_an_answer_from_further_down_is_put_in_its_place() -> None:
    at = ("licensing", "state", "state-info")
    wanted = {"licensing": {"state": {"state-info": {"usage": [{"count": "3"}, {"count": "4"}]}}}}
    assert yang.read_json(b'{"cisco-smart-license:usage": [{"count": 3}, {"count": 4}]}', at=at) == wanted
    once = f"<usage {SLIC}><count>3</count></usage>".encode()
    assert yang.read_xml(once, at=at) == {"licensing": {"state": {"state-info": {"usage": [{"count": "3"}]}}}}


@pytest.mark.parametrize(
    "body",
    [
        {"cisco-smart-license:output": {"return-code": "success"}},
        {"output": {"return-code": "success"}},
        {"cisco-smart-license:import-file": {"return-code": "success"}},
    ],
)
def test_the_answer_of_an_operation_is_unwrapped(body: dict[str, Any]) -> None:
    assert yang.return_code(yang.read_json(json.dumps(body).encode())).meaning == "success"


def test_a_64_bit_number_is_kept_whole_in_every_spelling() -> None:
    for written in ('"18446744073709551615"', "18446744073709551615"):
        data = f'{{"cisco-smart-license:rum-reports-closed-keys": [{{"report-id": {written}}}]}}'.encode()
        (report,) = yang.closed_reports(yang.read_json(data, at=("licensing", "state", "state-info")))
        assert report.report_id == 2**64 - 1


def test_what_is_of_the_wrong_kind_or_of_another_module_is_left_out() -> None:
    body = {
        "cisco-smart-license:licensing": {
            "state": {"version": {"a": 1}, "smart-enabled": [1], "state-info": 7, "always-enabled": None},
            "other-module:config": {"enable": True},
            "config": {"privacy": [], "usage": {"interval": 7.5}},
        },
        "other-module:licensing": {"state": {"version": "no"}},
    }
    assert yang.read_json(json.dumps(body).encode()) == {
        "licensing": {"state": {"always-enabled": ""}, "config": {"usage": {"interval": "7.5"}}}
    }
    xml = f"<licensing {SLIC}><state><version>1<b/>2</version></state><config xmlns='urn:x'/></licensing>".encode()
    assert yang.read_xml(xml) == {"licensing": {"state": {"version": "12"}}}


XML_REFUSED = [
    (b"", "empty"),
    (b"<rpc-reply", "cut off"),
    (f"<rpc-reply {BASE}><data>".encode(), "cut off"),
    (f"<!DOCTYPE a [<!ENTITY x 'y'>]><data {BASE}>&x;</data>".encode(), "document type"),
    (b"<html><body>Login</body></html>", "HTML"),
    (b"<other/>", "something else"),
    (f"<data {BASE}>{'<a>' * 70}{'</a>' * 70}</data>".encode(), "deeper"),
    (f"<licensing {SLIC}><state><version>{'x' * 1_100_000}</version></state></licensing>".encode(), "characters"),
]


@pytest.mark.parametrize(("data", "what"), XML_REFUSED, ids=[what for _data, what in XML_REFUSED])
def test_no_answer_at_all_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(ParseError, match=f"wlc1: the answer .*{what}"):
        yang.read_xml(data, name="wlc1")


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b"[" * 99999, b'{"a:b": {}}', b'{"a": ' + b"9" * 9999 + b"}"]
)
def test_no_json_answer_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError, match="wlc1: the answer is"):
        yang.read_json(data, name="wlc1")


def test_more_octets_than_allowed_are_not_looked_at() -> None:
    with pytest.raises(ParseError, match="at most 3"):
        yang.read_xml(b"<a/>", max_bytes=3)
    with pytest.raises(ParseError, match="at most 1"):
        yang.read_json(b"{}", max_bytes=1)


def test_ten_megabytes_that_nobody_reads_take_little_more_than_themselves() -> None:
    part = "<interfaces xmlns='urn:x'><interface><name>GigabitEthernet1</name><mtu>1500</mtu></interface></interfaces>"
    licensing = f"<licensing {SLIC}><state><version>5.8</version></state></licensing>"
    data = f"<data {BASE}>{part * (10 * 1024 * 1024 // len(part))}{licensing}</data>".encode()
    tracemalloc.start()
    tree = yang.read_xml(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert tree == {"licensing": {"state": {"version": "5.8"}}}
    assert peak < 5 * 1024 * 1024


def test_several_answers_are_joined() -> None:
    first = {"native": {"hostname": "a"}, "rpc-error": [{"error-tag": "x"}]}
    second = {"native": {"license": {}}, "rpc-error": [{"error-tag": "x"}, {"error-tag": "y"}]}
    assert yang.merge(first, {}, second) == {
        "native": {"hostname": "a", "license": {}},
        "rpc-error": [{"error-tag": "x"}, {"error-tag": "y"}],
    }
