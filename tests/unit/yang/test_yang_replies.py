# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Return codes, and errors of both protocols."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp import _yang_codes, yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError, ParseError

YANG = Path(__file__).resolve().parents[4] / "shared" / "yang"
BASE = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"'
IA = 'xmlns="http://cisco.com/yang/cisco-ia"'

needs_models = pytest.mark.skipif(not YANG.is_dir(), reason=f"no models at {YANG}")


@needs_models
@pytest.mark.parametrize("folder", ["1731", "1741", "1761", "17151"])
def test_every_code_of_the_model_has_its_meaning(folder: str) -> None:
    text = (YANG / folder / "cisco-smart-license-errors.yang").read_text(encoding="utf-8")
    names = re.findall(r'^\s*enum "?(\w+)"? \{', text, re.M)
    assert len(names) >= 140
    assert set(names) <= set(_yang_codes.CODES)
    if folder == "17151":
        assert set(_yang_codes.CODES) == set(names)


def test_a_code_stands_in_one_row_only() -> None:
    names = [name for *_row, names in _yang_codes._ROWS for name in names.split()]
    assert sorted(names) == sorted(set(names))


def test_every_failure_tells_reason_and_next_step() -> None:
    for name, (meaning, reason, remedy) in _yang_codes.CODES.items():
        assert (meaning == "success") == (name == "success")
        if meaning in ("busy", "failure"):
            assert reason, name
            assert remedy, name


def code(name: str) -> yang.ReturnCode:
    return yang.return_code({"return-code": name})


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("success", "success"),
        ("registrationinprogress", "started"),
        ("msgexecinprogress", "busy"),
        ("agentunreachable", "busy"),
        ("alreadyregistered", "failure"),
        ("commsend", "failure"),
        ("standby", "failure"),
        ("something-new", "failure"),
        ("145", "failure"),
    ],
)
def test_what_a_code_means(name: str, meaning: str) -> None:
    assert code(name).meaning == meaning


def test_a_failure_becomes_one_line_with_code_reason_and_next_step() -> None:
    error = code("matchidentifier").error("ACK_1.xml is not imported", host="wlc1")
    assert isinstance(error, CommandError)
    assert str(error) == (
        "wlc1: ACK_1.xml is not imported (matchidentifier: the file belongs to another device or another request). "
        "Import the answer that was made for this very device and this very request"
    )


@pytest.mark.parametrize("tree", [{}, {"ok": ""}, {"return-code": ""}, {"import-file": {}}])
def test_an_answer_without_a_code_is_no_success(tree: yang.Tree) -> None:
    with pytest.raises(ParseError, match="without a return code"):
        yang.return_code(tree)


def test_prose_is_read_wherever_it_stands() -> None:
    xml = f"<rpc-reply {BASE}><result {IA}>Save running-config successful</result></rpc-reply>".encode()
    assert yang.result_of(yang.read_xml(xml)) == "Save running-config successful"
    answer = b'{"cisco-ia:output": {"result": "Save running-config successful"}}'
    assert yang.result_of(yang.read_json(answer)) == "Save running-config successful"
    assert (
        yang.result_of({"save-config": {"result": "Save running-config successful"}})
        == "Save running-config successful"
    )
    assert yang.result_of({}) == ""


def rpc_error(inner: str) -> yang.RpcError:
    (error,) = yang.errors_of(yang.read_xml(f"<rpc-reply {BASE}><rpc-error>{inner}</rpc-error></rpc-reply>".encode()))
    return error


def test_refused_lines_are_quoted() -> None:
    bad = "<bad-cli><bad-command>license smart {}</bad-command><error-location>0</error-location>{}</bad-cli>"
    detail = bad.format("url cslu x", "<parser-response>% Invalid</parser-response>") + bad.format("vrf y", "")
    error = rpc_error(
        "<error-type>application</error-type><error-tag>invalid-value</error-tag>"
        "<error-severity>error</error-severity><error-path>/a</error-path>"
        '<error-message xml:lang="en">inconsistent value: Device refused one or more commands</error-message>'
        f"<error-info><severity {IA}>error_cli</severity><detail {IA}>{detail}</detail></error-info>"
    )
    assert error.reason == (
        "`license smart url cslu x` was refused (% Invalid); `license smart vrf y` was refused [invalid-value]"
    )
    assert (error.tag, error.path, error.locked, error.warning) == ("invalid-value", "/a", False, False)


@pytest.mark.parametrize(
    ("inner", "reason", "locked"),
    [
        ("<error-tag>lock-denied</error-tag>", "lock-denied", True),
        (
            "<error-tag>operation-failed</error-tag><error-message>the configuration database is locked by session 7 "
            "admin ssh (netconf from 1.2.3.4)</error-message>",
            "the configuration database is locked by session 7 admin ssh (netconf from 1.2.3.4) [operation-failed]",
            True,
        ),
        (
            "<error-tag>unknown-element</error-tag><error-message>unknown element</error-message>"
            "<error-info><bad-element>clis</bad-element></error-info>",
            "unknown element: clis [unknown-element]",
            False,
        ),
        ("", "no reason given", False),
        ("<error-tag>in-use</error-tag><error-severity>warning</error-severity>", "in-use", True),
    ],
)
def test_errors_are_one_line_and_say_whether_to_try_again(inner: str, reason: str, locked: bool) -> None:
    error = rpc_error(inner)
    assert (error.reason, error.locked) == (reason, locked)
    assert error.warning is ("warning" in inner)


@pytest.mark.parametrize("name", ["errors", "ietf-restconf:errors"])
def test_both_spellings_of_restconf_errors_are_read(name: str) -> None:
    entry = {"error-type": "application", "error-tag": "malformed-message", "error-message": "invalid path"}
    for body in ({"error": [entry]}, {"error": entry}):
        (error,) = yang.errors_of(yang.read_json(json.dumps({name: body}).encode()))
        assert error.reason == "invalid path [malformed-message]"


def test_errors_of_restconf_in_xml_are_read() -> None:
    inner = "<error><error-tag>in-use</error-tag></error>"
    xml = f'<errors xmlns="urn:ietf:params:xml:ns:yang:ietf-restconf">{inner}</errors>'.encode()
    assert [error.tag for error in yang.errors_of(yang.read_xml(xml))] == ["in-use"]


def test_secrets_are_masked_in_errors() -> None:
    tree = {"rpc-error": [{"error-message": "bad value TOKEN12 and TOKEN1", "error-path": "/x[id='TOKEN1']"}]}
    (error,) = yang.errors_of(tree, secrets=("TOKEN1", "TOKEN12", ""))
    assert error.reason == "bad value ******** and ********"
    assert "TOKEN" not in error.path
