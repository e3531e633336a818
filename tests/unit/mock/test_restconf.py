# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RESTCONF of a simulated device, request by request."""

from __future__ import annotations

import asyncio
from typing import Any
from xml.etree import ElementTree

import aiohttp
import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.agent import Trust

from tests.unit.mock.model_tools import NS, SL, Answer, Lab, run

DATA = "/restconf/data"
LICENSING = f"{DATA}/cisco-smart-license:licensing"
INFO = f"{LICENSING}/state/state-info"
TRANSPORT = f"{LICENSING}/config/transport"
SMART = f"{DATA}/Cisco-IOS-XE-native:native/license/smart"
OPERATIONS = "/restconf/operations/"
CSLU = "http://cslu.example.net:8182/cslu/v1/pi"
XML = "application/yang-data+xml"


def error_of(answer: Answer) -> tuple[int, str, str]:
    """(status, tag, message), in the newer spelling."""
    (error,) = answer.json["ietf-restconf:errors"]["error"]
    return answer.status, error["error-tag"], error.get("error-message", "")


def test_reading() -> None:
    async def scenario(lab: Lab) -> None:
        async def get(path: str) -> Any:
            answer = await lab.http("GET", path)
            assert answer.status == 200, (path, answer)
            assert answer.headers["Content-Type"].startswith("application/yang-data+json")
            return answer.json

        assert await get(f"{INFO}/udi/pid") == {"cisco-smart-license:pid": "C9800-CL-K9"}
        state = (await get(f"{LICENSING}/state"))["cisco-smart-license:state"]
        assert state["always-enabled"] is True
        reports = state["state-info"]["rum-reports-closed-keys"]
        assert isinstance(reports[0]["report-id"], str)  # 64 bits
        usage = (await get(f"{INFO}/usage"))["cisco-smart-license:usage"]
        assert [entry["count"] for entry in usage] == [3, 3]
        fields = await get(f"{LICENSING}/state?fields=always-enabled;version;state-info(policy/policy-name;rum-ack)")
        assert list(fields["cisco-smart-license:state"]) == ["always-enabled", "version", "state-info"]
        assert list(fields["cisco-smart-license:state"]["state-info"]) == ["policy", "rum-ack"]
        assert fields["cisco-smart-license:state"]["state-info"]["policy"] == {"policy-name": ""}
        shallow = await get(f"{LICENSING}/state?depth=1")
        assert "state-info" not in shallow["cisco-smart-license:state"]
        assert set((await get(f"{LICENSING}?content=config"))["cisco-smart-license:licensing"]) == {"config"}
        assert set((await get(f"{LICENSING}?content=nonconfig"))["cisco-smart-license:licensing"]) == {"state"}
        whole = (await get(f"{DATA}?fields=cisco-smart-license:licensing/config"))["ietf-restconf:data"]
        assert list(whole) == ["cisco-smart-license:licensing"]
        assert (await get(f"{DATA}/Cisco-IOS-XE-native:native/service"))["Cisco-IOS-XE-native:service"] == {
            "call-home": [None]
        }

    run(scenario)


def test_keys_are_percent_encoded() -> None:
    async def scenario(lab: Lab) -> None:
        lab.device.agent.memory.trust = {lab.device.agent.udis[0]: Trust(lab.device.now)}
        answer = await lab.http("GET", f"{INFO}/trust-code=PID%3AC9800-CL-K9%2CSN%3A9SIM0000001")
        (entry,) = answer.json["cisco-smart-license:trust-code"]
        assert entry["is-installed"] is True
        # Not encoded, the comma separates two keys.
        assert (await lab.http("GET", f"{INFO}/trust-code=PID:C9800-CL-K9,SN:9SIM0000001")).status == 400
        assert error_of(await lab.http("GET", f"{INFO}/trust-code=PID%3Anone")) == (
            404,
            "invalid-value",
            "uri keypath not found",
        )
        lab.device.agent.memory.trust = {}
        assert (await lab.http("GET", f"{INFO}/trust-code")).status == 204

    run(scenario)


def test_xml() -> None:
    async def scenario(lab: Lab) -> None:
        answer = await lab.http("GET", f"{INFO}/udi", accept=XML)
        assert answer.headers["Content-Type"].startswith(XML)
        assert ElementTree.fromstring(answer.body).findtext("sl:sn", "", NS) == "9SIM0000001"
        body = f'<usage xmlns="{SL}"><interval>12</interval></usage>'.encode()
        assert (await lab.http("PUT", f"{LICENSING}/config/usage", body, kind=XML)).status == 201
        assert lab.device.licence_config.interval == 12
        answer = await lab.http("GET", f"{LICENSING}/config/nothing", accept=XML)
        root = ElementTree.fromstring(answer.body)
        assert root.tag == "{urn:ietf:params:xml:ns:yang:ietf-restconf}errors"
        assert [item.text for item in root.iter() if item.tag.endswith("error-tag")] == ["invalid-value"]
        request = f'<input xmlns="{SL}"><file-path>bootflash:x</file-path></input>'.encode()
        answer = await lab.http(
            "POST", f"{OPERATIONS}cisco-smart-license:rum-save-usage-all", request, kind=XML, accept=XML
        )
        assert ElementTree.fromstring(answer.body).findtext("sl:return-code", "", NS) == "success"

    run(scenario)


def test_writing() -> None:
    async def scenario(lab: Lab) -> None:
        body = {"transport-type": "transport-type-cslu", "transport-cslu": {"url-cslu": CSLU}}
        assert (await lab.http("PATCH", TRANSPORT, {"cisco-smart-license:transport": body})).status == 204
        assert lab.device.licence_config.url_cslu == CSLU
        answer = await lab.http("GET", f"{SMART}/url/cslu")
        assert answer.json == {"Cisco-IOS-XE-native:cslu": CSLU}
        assert (await lab.http("DELETE", f"{SMART}/url/cslu")).status == 204
        assert lab.device.licence_config.url_cslu == ""
        assert error_of(await lab.http("DELETE", f"{SMART}/url/cslu"))[:2] == (404, "invalid-value")
        # A resource that is not there cannot be patched, its parent can.
        usage = {"cisco-smart-license:usage": {"interval": 5}}
        answer = await lab.http("PATCH", f"{LICENSING}/config/usage", usage)
        assert error_of(answer) == (404, "invalid-value", "patch to a nonexistent resource")
        config = {"cisco-smart-license:config": {"usage": {"interval": 5, "customer-tags": {"tag1": "a"}}}}
        assert (await lab.http("PATCH", f"{LICENSING}/config", config)).status == 204
        assert lab.device.licence_config.interval == 5
        assert (await lab.http("PUT", f"{LICENSING}/config/usage", usage)).status == 204
        assert lab.device.licence_config.tags == {}
        create = {"cisco-smart-license:privacy": {"hostname": True}}
        answer = await lab.http("POST", f"{LICENSING}/config", create)
        assert (answer.status, answer.headers["Location"].rpartition("/")[2]) == (201, "privacy")
        assert lab.device.licence_config.privacy_hostname
        assert error_of(await lab.http("POST", f"{LICENSING}/config", create))[:2] == (409, "data-exists")
        native = {"Cisco-IOS-XE-native:license": {"smart": {"transport-type": "smart", "url": {"default": [None]}}}}
        assert (await lab.http("PATCH", f"{DATA}/Cisco-IOS-XE-native:native/license", native)).status == 204
        assert lab.device.licence_config.url_default
        host = {"Cisco-IOS-XE-native:hostname": "vienna"}
        assert (await lab.http("PUT", f"{DATA}/Cisco-IOS-XE-native:native/hostname", host)).status == 204
        assert lab.device.hostname == "vienna"

    lab = run(scenario)
    assert "license smart url default" in lab.journal.lines("wlc1")


def test_a_list_entry_with_its_key_in_the_path() -> None:
    async def scenario(lab: Lab) -> None:
        home = f"{DATA}/Cisco-IOS-XE-native:native/call-home/Cisco-IOS-XE-call-home:http-proxy"
        entry = {"Cisco-IOS-XE-call-home:proxy-servers": {"proxy-server": "proxy.example.net", "port": 3128}}
        path = f"{home}/proxy-servers=proxy.example.net"
        assert (await lab.http("PUT", path, entry)).status == 201
        assert lab.device.config.section.at("call-home").has('http-proxy "proxy.example.net" port 3128')
        answer = await lab.http("GET", path)
        assert answer.json["Cisco-IOS-XE-call-home:proxy-servers"][0]["port"] == 3128
        other = f"{home}/proxy-servers=other.example.net"
        assert error_of(await lab.http("PUT", other, entry))[:2] == (400, "invalid-value")
        assert (await lab.http("DELETE", path)).status == 204
        assert (await lab.http("GET", home)).status == 204

    run(scenario)


@pytest.mark.parametrize(
    ("method", "path", "data", "expected"),
    [
        ("PATCH", TRANSPORT, {"cisco-smart-license:transport": {"nothing": 1}}, (400, "malformed-message")),
        ("PATCH", TRANSPORT, {"cisco-smart-license:transport": {"transport-type": "x"}}, (400, "invalid-value")),
        ("PATCH", TRANSPORT, b"{", (400, "malformed-message")),
        ("PATCH", TRANSPORT, b"", (400, "malformed-message")),
        ("PATCH", TRANSPORT, {"cisco-smart-license:usage": {}}, (400, "malformed-message")),
        ("PATCH", f"{LICENSING}/config", {"cisco-smart-license:config": {"custom-id": "x"}}, (400, "invalid-value")),
        ("GET", f"{DATA}/none:nothing", None, (404, "invalid-value")),
        ("GET", f"{LICENSING}/nothing", None, (404, "invalid-value")),
        ("GET", f"{LICENSING}?field=x", None, (400, "malformed-message")),
        ("GET", f"{LICENSING}?fields=a(b", None, (400, "malformed-message")),
        ("GET", f"{LICENSING}?depth=x", None, (400, "malformed-message")),
        ("GET", "/restconf/nothing", None, (404, "invalid-value")),
        ("DELETE", DATA, None, (405, "operation-not-supported")),
        ("POST", f"{OPERATIONS}cisco-smart-license:none", {}, (400, "malformed-message")),
        ("POST", f"{OPERATIONS}cisco-smart-license:import-file", {}, (400, "missing-element")),
        ("GET", f"{OPERATIONS}cisco-smart-license:import-file", None, (405, "operation-not-supported")),
        ("POST", f"{OPERATIONS}Cisco-IOS-XE-rpc:reload", {}, (403, "access-denied")),
    ],
)
def test_errors(method: str, path: str, data: Any, expected: tuple[int, str]) -> None:
    async def scenario(lab: Lab) -> None:
        before = list(lab.device.config.lines())
        assert error_of(await lab.http(method, path, data))[:2] == expected
        assert list(lab.device.config.lines()) == before

    run(scenario)


def test_operations() -> None:
    async def scenario(lab: Lab) -> None:
        async def call(name: str, **values: Any) -> Answer:
            return await lab.http(
                "POST", f"{OPERATIONS}{name}", {"cisco-smart-license:input": values} if values else None
            )

        answer = await call("cisco-smart-license:id-token-trust", **{"id-token": "SECRET", "all-ha": True})
        assert answer.json == {"cisco-smart-license:output": {"return-code": "registrationinprogress"}}
        answer = await call("cisco-smart-license:rum-save-usage-days", **{"file-path": "bootflash:x", "days": 30})
        assert answer.json["cisco-smart-license:output"] == {"return-code": "success"}
        answer = await call("cisco-ia:save-config")
        assert answer.json == {"cisco-ia:output": {"result": "Save running-config successful"}}
        # Other modules take an input without their name.
        copy = {"input": {"source-drop-node-name": "running-config", "destination-drop-node-name": "bootflash:r"}}
        answer = await lab.http("POST", f"{OPERATIONS}Cisco-IOS-XE-rpc:copy", copy)
        assert "copied" in answer.json["Cisco-IOS-XE-rpc:output"]["result"]
        listed = (await lab.http("GET", "/restconf/operations")).json["ietf-restconf:operations"]
        assert "cisco-smart-license:import-file" in listed

    lab = run(scenario, transport="smart")
    assert "SECRET" not in str(lab.journal.as_list())


def test_the_entry_and_the_models() -> None:
    async def scenario(lab: Lab) -> None:
        answer = await lab.http("GET", "/.well-known/host-meta", user="")
        assert b'href="/restconf"' in answer.body
        root = (await lab.http("GET", "/restconf")).json["ietf-restconf:restconf"]
        assert root["yang-library-version"] == "2016-06-21"
        answer = await lab.http("GET", f"{DATA}/ietf-yang-library:modules-state/module=cisco-smart-license,2021-03-01")
        (module,) = answer.json["ietf-yang-library:module"]
        assert module["schema"].startswith("http://localhost:8008/restconf/tailf/modules/")
        text = await lab.http("GET", module["schema"].removeprefix("http://localhost:8008"))
        assert text.body.startswith(b"module cisco-smart-license {")
        assert (await lab.http("GET", "/restconf/tailf/modules/none/1")).status == 404

    run(scenario)


def test_who_may_come_in() -> None:
    async def scenario(lab: Lab) -> None:
        for user, password in (("", ""), ("admin", "wrong"), ("nobody", "x")):
            answer = await lab.http("GET", INFO, user=user, password=password)
            assert error_of(answer)[:2] == (401, "access-denied")
            assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        await lab.configure("username reader privilege 1 secret 0 Reader-Passw0rd")
        answer = await lab.http("GET", INFO, user="reader", password="Reader-Passw0rd")
        assert error_of(answer)[:2] == (403, "access-denied")
        await lab.configure("no ip http authentication local")
        assert (await lab.http("GET", INFO)).status == 401
        await lab.configure("ip http authentication aaa")
        assert (await lab.http("GET", INFO)).status == 200

    run(scenario)


def test_the_door_follows_the_configuration() -> None:
    async def scenario(lab: Lab) -> None:
        port = lab.https_port
        assert lab.names.find("wlc1", 443) == ("127.0.0.1", port)
        await lab.configure("no restconf")
        assert (await lab.http("GET", INFO)).status == 404
        assert (await lab.http("GET", "/smartlic-service/list")).status == 200
        await lab.configure("restconf", "no ip http secure-server")
        with pytest.raises(aiohttp.ClientConnectorError):
            await lab.http("GET", INFO)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        await lab.configure("ip http secure-server")
        assert (await lab.http("GET", INFO)).status == 200

    run(scenario)


def test_the_old_model_by_restconf() -> None:
    async def scenario(lab: Lab) -> None:
        answer = await lab.http("GET", f"{INFO}/policy")
        # An old release spells it the old way.
        assert answer.status == 404
        assert answer.json["errors"]["error"][0]["error-tag"] == "invalid-value"
        answer = await lab.http("POST", f"{OPERATIONS}Cisco-IOS-XE-cli-rpc:config-ios-cli-rpc", {})
        assert answer.json["errors"]["error"][0] == {
            "error-type": "application",
            "error-tag": "malformed-message",
            "error-message": "invalid path",
        }

    run(scenario, release="17.3.4")


def test_faults() -> None:
    async def scenario(lab: Lab) -> None:
        def fault(action: str, **more: Any) -> None:
            lab.faults.add({"action": action, "match": "^/restconf", "times": 1, **more})

        patch = {"cisco-smart-license:config": {"usage": {"interval": 5}}}
        fault("locked")
        status, tag, message = error_of(await lab.http("PATCH", f"{LICENSING}/config", patch))
        assert (status, tag) == (409, "in-use")
        assert "the configuration database is locked by session" in message
        fault("device_refused")
        assert error_of(await lab.http("PATCH", f"{LICENSING}/config", patch))[2].endswith(
            "refused one or more commands"
        )
        fault("invalid_path")
        assert error_of(await lab.http("GET", INFO)) == (400, "malformed-message", "invalid path")
        fault("spelling")
        assert "errors" in (await lab.http("GET", f"{INFO}/none")).json
        fault("status", status=503)
        assert (await lab.http("GET", INFO)).status == 503
        for action in ("drop", "truncate"):
            lab.faults.add({"action": action})  # the client tries a GET twice
            with pytest.raises((aiohttp.ClientError, ConnectionError)):
                await lab.http("GET", INFO)
            lab.faults.clear()
        fault("huge")
        assert len((await lab.http("GET", INFO)).body) > 10_000_000
        lab.faults.add({"action": "wrong_certificate", "times": 1})
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await lab.http("GET", INFO)
        lab.faults.add({"action": "refuse"})
        await lab.faults.settle()
        with pytest.raises(aiohttp.ClientConnectorError):
            await lab.http("GET", INFO)
        lab.faults.clear()
        await lab.faults.settle()
        assert lab.device.licence_config.interval is None
        assert (await lab.http("PATCH", f"{LICENSING}/config", patch)).status == 204

    run(scenario)


def test_with_a_candidate_a_request_is_committed_at_once() -> None:
    async def scenario(lab: Lab) -> None:
        await lab.configure("netconf-yang feature candidate-datastore")
        patch = {"cisco-smart-license:config": {"usage": {"interval": 5}}}
        assert (await lab.http("PATCH", f"{LICENSING}/config", patch)).status == 204
        assert lab.device.licence_config.interval == 5

    run(scenario)
