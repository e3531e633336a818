# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent to a device; that it fits the models is checked with yangson among the peers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.module_utils.slp._yang_codec import to_xml
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import CallHomeProfile, Configuration
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError
from ansible_collections.c9800.slp.plugins.module_utils.slp.releases import Release
from ansible_collections.c9800.slp.plugins.module_utils.slp.yang import requests

EXAMPLES = Path(__file__).resolve().parents[4] / "shared" / "yang" / "examples"
SLIC = "cisco-smart-license"
TAC = CallHomeProfile(name="CiscoTAC-1", active=True, http=True, licensing=True)
GATEWAY = CallHomeProfile(name="TG/1", active=True, http=True, licensing=True, urls=("https://tg.example/x",))


def squeezed(xml: str) -> str:
    return re.sub(r">\s+<", "><", xml.strip())


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"no examples at {EXAMPLES}")
@pytest.mark.parametrize(
    ("rpc", "example"),
    [
        (requests.trust("EXAMPLE-TOKEN", everywhere=True, force=True), "rpc-id-token-trust"),
        (requests.trust_request_save("bootflash:trust-request.xml"), "rpc-trust-request-save"),
        (requests.save_usage("bootflash:rum-all.xml"), "rpc-rum-save-usage-all"),
        (requests.save_usage("bootflash:rum-unreported.xml", what="unreported"), "rpc-rum-save-usage-unreported"),
        (requests.save_usage("bootflash:rum-days.xml", what=30), "rpc-rum-save-usage-days"),
        (requests.import_file("bootflash:ACK_example.xml"), "rpc-import-file"),
        (requests.save_config(), "rpc-ia-save-config"),
        (requests.delete("bootflash:rum-all.xml"), "rpc-xe-delete"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_operations_are_those_of_the_examples(rpc: yang.Rpc, example: str) -> None:
    text = (EXAMPLES / f"{example}.xml").read_text(encoding="utf-8")
    assert yang.read_xml(rpc.xml.encode()) == yang.read_xml(text.encode())
    assert squeezed(text).startswith(rpc.xml.partition(">")[0].rstrip("/"))


def test_an_operation_has_the_same_values_in_both_encodings() -> None:
    rpc = requests.trust("T<&'\"", everywhere=False, force=True)
    assert rpc.xml.count("T&lt;&amp;'\"") == 1
    assert rpc.body == {f"{SLIC}:input": {"id-token": "T<&'\"", "all-ha": False, "force": True}}
    assert rpc.path == f"{SLIC}:id-token-trust"
    assert "<all-ha>false</all-ha><force>true</force>" in rpc.xml
    assert requests.save_config().body is None


def test_a_token_does_not_show() -> None:
    rpc = requests.trust("SECRET-TOKEN", everywhere=True, force=False)
    assert rpc.secrets == ("SECRET-TOKEN",)
    assert "SECRET" not in repr(rpc)
    with pytest.raises(CommandError) as caught:
        requests.trust("SECRET" * 100, everywhere=True, force=False)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("path", ["", "bootflash:" + "x" * 118])
def test_a_path_that_the_model_would_refuse_is_refused_before(path: str) -> None:
    for build in (requests.import_file, requests.save_usage, requests.trust_request_save):
        with pytest.raises(CommandError, match="the model takes 1 to 127"):
            build(path)
    assert requests.import_file("bootflash:" + "x" * 117).coded


@pytest.mark.parametrize(
    "read",
    [
        requests.read_state(),
        requests.read_reports(),
        requests.read_configuration(),
    ],
)
def test_a_filter_and_the_resources_ask_for_the_same_modules(read: yang.Read) -> None:
    modules = {path.partition(":")[0] for path in (resource.path for resource in read.resources)}
    namespaces = {uri.rpartition("/")[2].rpartition(":")[2] for uri in re.findall(r'xmlns="([^"]+)"', read.filter)}
    assert modules == namespaces
    for resource in read.resources:
        assert resource.url.startswith(resource.path)
        assert resource.at == tuple(part.rpartition(":")[2] for part in resource.path.split("/"))[:-1]


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"no examples at {EXAMPLES}")
def test_the_identity_is_asked_for_like_in_the_example() -> None:
    text = squeezed((EXAMPLES / "get-identity.nc-rpc.xml").read_text(encoding="utf-8"))
    for part in re.findall(r"<(?:ha-oper|stack-oper)-data.*?(?:/>|</stack-oper-data>)", text):
        assert part.split(">")[0] in requests.read_state().filter


def of(*changes: tuple[str, Any, Any], current: Configuration | None = None) -> tuple[yang.Edit, ...]:
    return requests.edits({key: (before, after) for key, before, after in changes}, current=current)


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"no examples at {EXAMPLES}")
@pytest.mark.parametrize(
    ("changes", "example"),
    [
        (
            [("transport", "smart", "cslu"), ("url_cslu", None, "http://cslu.example.net:8182/cslu/v1/pi")],
            "config-transport-cslu.slic",
        ),
        ([("transport", "cslu", "off")], "config-transport-off.slic"),
        (
            [
                ("privacy_hostname", False, True),
                ("privacy_version", True, False),
                ("interval", None, 30),
                ("tag1", None, "campus-north"),
            ],
            "config-usage.slic",
        ),
        ([("transport", "cslu", "smart"), ("url_default", False, True)], "config-transport-smart.native"),
    ],
)
def test_an_edit_is_that_of_the_example(changes: list[tuple[str, Any, Any]], example: str) -> None:
    (edit,) = of(*changes)
    assert edit.config == squeezed((EXAMPLES / f"{example}.xml").read_text(encoding="utf-8"))


def test_a_patch_has_the_same_values_as_the_edit() -> None:
    (edit,) = of(("transport", "smart", "cslu"), ("interval", None, 30), ("privacy_version", True, False))
    (patch,) = edit.patches
    assert (patch.method, patch.path) == ("PATCH", f"{SLIC}:licensing")
    assert patch.body is not None
    assert yang.read_json(json.dumps(patch.body).encode()) == yang.read_xml(edit.config.encode())
    assert patch.body[f"{SLIC}:licensing"]["config"]["usage"] == {"interval": 30}


def test_what_is_to_go_is_removed_in_one_and_deleted_in_the_other() -> None:
    (edit,) = of(("tag1", "a", None), ("interval", 30, None), ("url_cslu", "http://x", None))
    assert edit.config.count('nc:operation="remove"/>') == 3
    base = f"{SLIC}:licensing/config"
    assert [(patch.method, patch.path) for patch in edit.patches] == [
        ("DELETE", f"{base}/usage/interval"),
        ("DELETE", f"{base}/usage/customer-tags/tag1"),
        ("DELETE", f"{base}/transport/transport-cslu/url-cslu"),
    ]


def test_one_edit_never_writes_through_both_trees() -> None:
    for edit in of(("url", "https://a", None), ("url_smart", None, "https://b"), ("transport", "cslu", "smart")):
        assert ("native" in edit.config) is (edit.tree == "native")
        assert ("<licensing" in edit.config) is (edit.tree == SLIC)
    native, slic = of(("url", "https://a", None), ("url_smart", None, "https://b"))
    assert (native.keys, slic.keys) == (("url",), ("url_smart",))


def test_the_transport_goes_with_the_default_url_into_one_edit() -> None:
    (edit,) = of(("transport", "smart", "off"), ("url_default", True, False), ("privacy_hostname", True, False))
    assert edit.tree == "native"
    assert "<transport-type>Off</transport-type>" in edit.config
    patch, *deletes = edit.patches
    assert patch.method == "PATCH"
    assert {delete.path.rpartition("smart/")[2] for delete in deletes} == {"url/default", "privacy/hostname"}


def test_a_url_of_smart_goes_with_its_transport() -> None:
    (edit,) = of(("transport", "smart", "cslu"), ("url_smart", "https://a", None))
    assert "transport-smart" not in edit.config  # the container exists only with transport smart
    (edit,) = of(("url_smart", "https://a", None))
    assert [patch.method for patch in edit.patches] == ["DELETE"]


def test_call_home_is_written_whole() -> None:
    edit, slic = of(
        ("transport", "smart", "callhome"),
        ("service_call_home", False, True),
        ("call_home_contact", None, "sch-smart-licensing@cisco.com"),
        ("call_home_privacy", False, True),
        ("call_home_profiles", (), (TAC,)),
    )
    assert (edit.tree, slic.tree) == ("native", SLIC)
    tree = yang.read_xml(edit.config.encode())
    found = yang.configuration_from_yang(tree)
    assert (found.service_call_home, found.call_home_privacy) == (True, True)
    assert (found.call_home_contact, found.call_home_profiles) == ("sch-smart-licensing@cisco.com", (TAC,))
    assert edit.patches[0].body is not None
    assert yang.read_json(json.dumps(edit.patches[0].body).encode()) == tree


def test_a_gateway_takes_the_place_of_the_built_in_profile() -> None:
    resting = CallHomeProfile(name="CiscoTAC-1", http=True)
    (edit,) = of(("call_home_profiles", (TAC,), (GATEWAY, resting)))
    tree = yang.read_xml(edit.config.encode())
    assert yang.configuration_from_yang(tree).call_home_profiles == (resting, GATEWAY)
    (edit,) = of(("call_home_profiles", (TAC, GATEWAY), (TAC,)))
    assert [(patch.method, patch.path.rpartition(":")[2]) for patch in edit.patches] == [
        ("DELETE", "user-profile/profile=TG%2F1")
    ]
    assert '<profile xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="remove">' in edit.config
    (edit,) = of(("call_home_profiles", (TAC,), ()))
    assert "<CiscoTAC-1><active>false</active></CiscoTAC-1>" in edit.config  # it cannot be removed


def test_profiles_are_in_the_order_that_the_command_line_gives() -> None:
    """Else a device with such names would be changed by every run, and never be as it should be."""
    others = tuple(CallHomeProfile(name=name, active=True, http=True, urls=("https://x",)) for name in ("Zed", "abc"))
    (edit,) = of(("call_home_profiles", (), (*others, TAC)))
    found = yang.configuration_from_yang(yang.read_xml(edit.config.encode())).call_home_profiles
    assert [profile.name for profile in found] == ["abc", "CiscoTAC-1", "Zed"]


def test_a_profile_gives_up_what_it_had() -> None:
    bare = CallHomeProfile(name="TG/1", active=False, email=True)
    (edit,) = of(("call_home_profiles", (GATEWAY,), (bare,)))
    paths = [patch.path.partition("profile=TG%2F1/")[2] for patch in edit.patches if patch.method == "DELETE"]
    assert paths == ["reporting/smart-licensing-data", "destination/transport-method/http", "destination/address/http"]
    assert edit.patches[0].method == "PATCH"
    assert edit.patches[0].body is not None
    assert "reporting" not in json.dumps(edit.patches[0].body)


def test_a_proxy_is_replaced_as_a_whole() -> None:
    (edit,) = of(("http_proxy", "old", "new"), ("http_proxy_port", 80, 3128))
    assert [patch.method for patch in edit.patches] == ["DELETE", "PATCH"]  # the list takes one entry only
    (edit,) = of(("http_proxy_port", 80, 3128), current=Configuration(http_proxy="p", http_proxy_port=80))
    assert "<proxy-servers><proxy-server>p</proxy-server><port>3128</port></proxy-servers>" in edit.config
    (edit,) = of(("http_proxy", "old", None), ("http_proxy_port", 80, None))
    assert [patch.method for patch in edit.patches] == ["DELETE"]
    with pytest.raises(CommandError, match="has no port"):
        of(("http_proxy", None, "p"))


@pytest.mark.parametrize(
    ("key", "value", "release", "text"),
    [
        ("vrf", "Mgmt-intf", None, "no data model"),
        ("proxy_address", "p", None, "read it back"),
        ("users", {"a": 15}, None, "none of the data models"),
        ("interval", 0, None, "1 to 365, not 0"),
        ("interval", 366, None, "1 to 365, not 366"),
        ("url_cslu", "http://x", "17.3.4", "needs IOS XE 17.4.1"),
        ("transport", "off", "17.3.4", "needs IOS XE 17.4.1"),
        ("call_home_profiles", (CallHomeProfile(name="x", urls=("a", "b")),), None, "one HTTP address"),
    ],
)
def test_what_the_models_cannot_do_is_refused_before_anything_is_sent(
    key: str, value: Any, release: str | None, text: str
) -> None:
    with pytest.raises(CommandError, match=text) as caught:
        requests.edits({key: (None, value)}, release=Release.parse(release) if release else None)
    assert "slp_fallback: cli" in str(caught.value)


def test_the_oldest_release_takes_what_its_models_have() -> None:
    release = Release.parse("17.3.4")
    edits = requests.edits({"transport": ("cslu", "smart"), "url_default": (False, True)}, release=release)
    assert [edit.tree for edit in edits] == ["native"]


def test_what_is_no_node_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no node vrf"):
        to_xml({"licensing": {"config": {"vrf": "x"}}})


def test_a_read_back_configuration_is_what_was_written() -> None:
    wanted = Configuration(
        transport="smart",
        url_smart="https://a/b?c=1&d",
        interval=7,
        privacy_version=True,
        tag4="x < y",
        http_proxy="p",
        http_proxy_port=3128,
    )
    keys = ("transport", "url_smart", "interval", "privacy_version", "tag4", "http_proxy", "http_proxy_port")
    edits = of(*((key, None, getattr(wanted, key)) for key in keys))
    assert yang.configuration_from_yang(yang.merge(*(yang.read_xml(e.config.encode()) for e in edits))) == wanted
    bodies = [patch.body for edit in edits for patch in edit.patches]
    assert yang.configuration_from_yang(yang.merge(*(yang.read_json(json.dumps(b).encode()) for b in bodies))) == wanted


def test_the_bare_copy_of_the_smart_url_is_no_setting_of_its_own() -> None:
    urls = {"transport": {"transport-smart": {"urls": {"url-registration": "https://a"}}}}
    for bare, expected in (("https://a", None), ("https://b", "https://b")):
        tree = {"licensing": {"config": urls}, "native": {"license": {"smart": {"url": {"name": bare}}}}}
        found = yang.configuration_from_yang(tree)
        assert (found.url, found.url_smart) == (expected, "https://a")
