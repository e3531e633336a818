# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the models over NETCONF, and the state that they move."""

from __future__ import annotations

import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.agent import Trust
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.simdoc import read_usage

from tests.unit.mock.dev_tools import POLICY
from tests.unit.mock.model_tools import CLI_RPC, IA, NS, SL, XE_RPC, Lab, Raw, ack_for, error_of, run

STATE = f'<licensing xmlns="{SL}"><state/></licensing>'
TOKEN = "SECRET-ID-TOKEN"


def file_path(path: str) -> str:
    return f"<file-path>{path}</file-path>"


def test_reports_go_out_by_file_and_an_ack_comes_back() -> None:
    async def scenario(lab: Lab) -> None:
        flash = lab.device.flash
        async with lab.netconf() as raw:
            data = await raw.get(STATE)
            keys = data.findall(".//sl:rum-reports-closed-keys", NS)
            assert len(keys) == 4
            assert {key.findtext("sl:report-state", "", NS) for key in keys} == {"rum-report-state-closed"}
            # The key comes first, and is what the number says.
            assert keys[0][0].text == f"P:C9800-CL-K9,S:9SIM0000001_{keys[0].findtext('sl:report-id', '', NS)}"
            assert await raw.code("rum-save-usage-all", file_path("bootflash:all.xml")) == "success"
            assert len(read_usage(flash.read("all.xml")).reports) == 6  # what was open was closed
            states = [item.text for item in (await raw.get(STATE)).iterfind(".//sl:report-state", NS)]
            assert states == ["rum-report-state-unacknowledged"] * 6
            assert await raw.code("rum-save-usage-unreported", file_path("bootflash:un.xml")) == "notfound"
            days = f"{file_path('bootflash:d.xml')}<days>1</days>"
            assert await raw.code("rum-save-usage-days", days) == "success"
            assert await raw.code("rum-save-usage-days", file_path("bootflash:d.xml")) == "BadInputParams"
            flash.write("ack.xml", ack_for(flash.read("all.xml"), policy=POLICY))
            reply = await raw.rpc(f'<import-file xmlns="{SL}">{file_path("bootflash:ack.xml")}</import-file>')
            assert reply.findtext("sl:return-code", "", NS) == "success"
            assert reply.find("sl:confirmation-codes", NS) is not None
            data = await raw.get(STATE)
            assert data.find(".//sl:rum-reports-closed-keys", NS) is None
            assert data.findtext(".//sl:rum-ack/sl:last-received-time", "", NS) == "2026-03-02T09:14:11+00:00"
            assert data.findtext(".//sl:policy/sl:policy-type", "", NS) == "policy-type-custom"
            assert data.findtext(".//sl:policy/sl:policy-name", "", NS) == "Lab Policy"
            assert data.findtext(".//sl:policy-perpetual/sl:reporting-ongoing", "", NS) == "60"

    run(scenario)


def test_what_goes_wrong_is_a_return_code() -> None:
    async def scenario(lab: Lab) -> None:
        flash = lab.device.flash
        async with lab.netconf() as raw:
            assert await raw.code("import-file", file_path("bootflash:none")) == "notfound"
            flash.write("junk", b"junk")
            assert await raw.code("import-file", file_path("bootflash:junk")) == "msgparse"
            assert await raw.code("rum-save-usage-all", file_path("disk9:x")) == "BadInputParams"
            flash.full = True
            assert await raw.code("rum-save-usage-all", file_path("bootflash:x")) == "storagefailtostore"
            flash.full = False
            for name in ("register-id-token", "de-register", "renew-id", "renew-auth"):
                assert await raw.code(name) == "notsupported"
            feature = "<feature-name>x</feature-name>"
            assert await raw.code("authorization-request-online", feature) == "requesteditemnotfound"
            assert await raw.code("authorization-code-return-online") == "noreservationauthcode"
            reply = await raw.rpc(f'<import-file xmlns="{SL}"/>')
            assert error_of(reply) == ("missing-element", "missing element: file-path")
            long = await raw.rpc(f'<import-file xmlns="{SL}">{file_path("x" * 128)}</import-file>')
            assert error_of(long)[0] == "invalid-value"

    run(scenario)


def test_trust() -> None:
    async def scenario(lab: Lab) -> None:
        token = f"<id-token>{TOKEN}</id-token>"
        units = lab.device.agent.udis
        async with lab.netconf() as raw:
            assert (await raw.get(STATE)).find(".//sl:trust-code", NS) is None
            assert await raw.code("id-token-trust", token) == "registrationinprogress"
            lab.device.agent.memory.trust = {units[0]: Trust(lab.device.now)}
            found = (await raw.get(STATE)).findall(".//sl:trust-code", NS)
            assert [item.findtext("sl:is-installed", "", NS) for item in found] == ["true", "false"]
            assert found[0].findtext("sl:key_udi", "", NS) == "PID:C9800-40-K9,SN:9SIM0000001"
            assert found[1].find("sl:time-installed", NS) is None
            assert await raw.code("id-token-trust", token) == "alreadyregistered"
            assert await raw.code("id-token-trust", f"{token}<all-ha>true</all-ha>") == "registrationinprogress"
            assert await raw.code("id-token-trust", f"{token}<force>true</force>") == "registrationinprogress"
            await lab.configure("license smart transport off")
            assert await raw.code("id-token-trust", f"{token}<force>true</force>") == "commdisabled"
            assert await raw.code("trust-request-save", file_path("bootflash:t.xml")) == "success"
            assert read_usage(lab.device.flash.read("t.xml")).trust_requests == units

    lab = run(scenario, platform="C9800-40", standby_serial="9SIM0000002", transport="smart")
    assert TOKEN not in str(lab.journal.as_list())


def test_an_old_model_knows_neither_trust_nor_reports() -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.netconf() as raw:
            data = await raw.get(f'<licensing xmlns="{SL}"/>')
            assert data.find(".//sl:usage", NS) is not None
            for name in ("policy", "trust-code", "rum-ack", "rum-reports-closed-keys", "factory-purchase"):
                assert data.find(f".//sl:{name}", NS) is None
            # Its enumeration has no word for the transport in force.
            assert data.find(".//sl:transport-type", NS) is None
            reply = await raw.rpc(f'<id-token-trust xmlns="{SL}"><id-token>x</id-token></id-token-trust>')
            assert error_of(reply)[0] == "unknown-element"
            reply = await raw.rpc(
                f'<config-ios-cli-rpc xmlns="{CLI_RPC}"><config-clis>x</config-clis></config-ios-cli-rpc>'
            )
            assert error_of(reply)[0] == "unknown-namespace"
            cslu = "<transport><transport-type>transport-type-cslu</transport-type></transport>"
            reply = await raw.edit(f'<licensing xmlns="{SL}"><config>{cslu}</config></licensing>')
            assert error_of(reply)[0] == "invalid-value"
            assert await raw.code("de-register") == "notsupported"

    run(scenario, release="17.3.4")


@pytest.mark.parametrize(("release", "policy"), [("17.4.1", False), ("17.6.5", True)])
def test_policy_and_reports_came_after_trust(release: str, policy: bool) -> None:
    async def scenario(lab: Lab) -> None:
        lab.device.agent.memory.trust = {lab.device.agent.udis[0]: Trust(lab.device.now)}
        async with lab.netconf() as raw:
            data = await raw.get(STATE)
            assert data.find(".//sl:trust-code", NS) is not None
            assert (data.find(".//sl:policy", NS) is not None) is policy
            assert (data.find(".//sl:rum-reports-closed-keys", NS) is not None) is policy

    run(scenario, release=release)


def test_the_other_door_to_the_same_commands() -> None:
    async def result(raw: Raw, content: str) -> str:
        reply = await raw.rpc(f'<license xmlns="{XE_RPC}"><smart>{content}</smart></license>')
        return str(reply.findtext("xe:result", None, NS))

    async def scenario(lab: Lab) -> None:
        async with lab.netconf() as raw:
            usage = "<save><usage>{}</usage></save>"
            assert await result(raw, usage.format("<all><file>bootflash:a</file></all>")) == ""
            assert await result(raw, usage.format("<days>30</days><file>bootflash:b</file>")) == ""
            unreported = usage.format("<unreported><file>bootflash:c</file></unreported>")
            assert await result(raw, unreported) == "The requested item was not found"
            assert await result(raw, "<save><trust-request>bootflash:t</trust-request></save>") == ""
            assert await result(raw, f"<trust><idtoken>{TOKEN}</idtoken><all/><force/></trust>") == ""
            assert {"a", "b", "t"} == set(lab.device.flash)
            lab.device.flash.write("ack", ack_for(lab.device.flash.read("a")))
            assert await result(raw, "<import>bootflash:ack</import>") == "Import Data Successful"
            wrong = usage.format("<all><file>sftp://x/a</file></all>")
            reply = await raw.rpc(f'<license xmlns="{XE_RPC}"><smart>{wrong}</smart></license>')
            assert error_of(reply)[0] == "invalid-value"

    lab = run(scenario)
    assert TOKEN not in str(lab.journal.as_list())


def test_files_and_saving() -> None:
    async def scenario(lab: Lab) -> None:
        async def copy(source: str, target: str) -> str:
            names = zip(("source", "destination"), (source, target), strict=True)
            content = "".join(f"<{name}-drop-node-name>{path}</{name}-drop-node-name>" for name, path in names)
            reply = await raw.rpc(f'<copy xmlns="{XE_RPC}">{content}</copy>')
            return reply.findtext("xe:result", "", NS) or error_of(reply)[0]

        async with lab.netconf() as raw:
            await lab.configure("hostname changed")
            assert not lab.device.config_saved()
            reply = await raw.rpc(f'<save-config xmlns="{IA}"/>')
            assert reply.findtext("ia:result", "", NS) == "Save running-config successful"
            assert lab.device.config_saved()
            assert "copied" in await copy("running-config", "bootflash:run.txt")
            assert b"hostname changed" in lab.device.flash.read("run.txt")
            assert "copied" in await copy("bootflash:run.txt", "bootflash:two.txt")
            assert "Timed out" in await copy("bootflash:two.txt", "tftp://192.0.2.1/x")
            assert await copy("sftp://192.0.2.1/x", "bootflash:y") == "invalid-value"
            assert await copy("running-config", "startup-config") == "[OK]"
            name = "<filename-drop-node-name>bootflash:two.txt</filename-drop-node-name>"
            assert (await raw.rpc(f'<delete xmlns="{XE_RPC}">{name}</delete>')).find("xe:result", NS) is not None
            assert "two.txt" not in lab.device.flash
            assert error_of(await raw.rpc(f'<reload xmlns="{XE_RPC}"/>'))[0] == "access-denied"
            assert (
                error_of(await raw.rpc(f'<factory-reset xmlns="{XE_RPC}"><all/></factory-reset>'))[0] == "access-denied"
            )
            reply = await raw.rpc(f'<is-syncing xmlns="{IA}"/>')
            assert reply.findtext("ia:syncing", "", NS) == "false"
            assert reply.findtext("ia:running-datastore-locked", "", NS) == "false"
            reply = await raw.rpc(f'<sync-from xmlns="{IA}"><sync-defaults/></sync-from>')
            assert reply.findtext("ia:result", "", NS)
            reply = await raw.rpc(f'<netconf-session-id xmlns="{IA}"/>')
            assert reply.findtext("ia:result", "", NS) == raw.session

    run(scenario, release="17.15.3")


def test_raw_lines() -> None:
    async def scenario(lab: Lab) -> None:
        async def lines(text: str, more: str = "") -> dict[str, str]:
            reply = await raw.rpc(
                f'<config-ios-cli-rpc xmlns="{CLI_RPC}"><config-clis>{text}</config-clis>{more}</config-ios-cli-rpc>'
            )
            return {item.tag.split("}")[1]: item.text or "" for item in reply}

        async with lab.netconf() as raw:
            text = "license air level air-network-essentials\nlicense smart vrf Mgmt\n"
            text += "call-home\n contact-email-addr a@b.c\n"
            assert await lines(text) == {"result": "RPC request successful"}
            assert lab.device.licence_config.level == "network-essentials"
            assert lab.device.licence_config.vrf == "Mgmt"
            assert lab.device.config.section.at("call-home").has("contact-email-addr a@b.c")
            # A wrong line is no error by itself, and what comes before it stays.
            assert await lines("license smart vrf Other\nnonsense") == {"result": "RPC request successful"}
            assert lab.device.licence_config.vrf == "Other"
            pattern = "<error-tag>bad</error-tag><error-pattern>Invalid input</error-pattern>"
            pattern = f"<error-patterns>{pattern}</error-patterns>"
            answer = await lines("hostname x\nnonsense", pattern)
            assert (answer["lineno"], answer["error-tag"]) == ("2", "bad")
            wrong = await raw.rpc(f'<config-ios-cli-rpc xmlns="{CLI_RPC}"><clis>x</clis></config-ios-cli-rpc>')
            assert error_of(wrong)[0] == "unknown-element"
            trans = f'<config-ios-cli-trans xmlns="{CLI_RPC}"><clis>hostname y\nnonsense</clis></config-ios-cli-trans>'
            assert error_of(await raw.rpc(trans))[1].endswith("Device refused one or more commands")
            assert lab.device.hostname == "x"
            await raw.rpc(trans.replace("\nnonsense", ""))
            assert lab.device.hostname == "y"
            modelled = await raw.rpc(f'<get-modelled-config-clis xmlns="{CLI_RPC}"/>')
            text = modelled.findtext("cli:result", "", NS)
            assert "hostname y" in text
            assert "license air" not in text

    run(scenario, release="17.15.3")


@pytest.mark.parametrize(("release", "known"), [("17.3.4", False), ("17.9.5", True)])
def test_the_schema_tells_what_the_release_has(release: str, known: bool) -> None:
    async def scenario(lab: Lab) -> None:
        monitoring = "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"
        async with lab.netconf() as raw:
            content = "<identifier>cisco-smart-license</identifier><format>yang</format>"
            reply = await raw.rpc(f'<get-schema xmlns="{monitoring}">{content}</get-schema>')
            text = reply.findtext(f"{{{monitoring}}}data", "")
            assert text.startswith("module cisco-smart-license {")
            assert ("list trust-code" in text) is known
            assert ("rpc id-token-trust" in text) is known
            wrong = await raw.rpc(f'<get-schema xmlns="{monitoring}"><identifier>none</identifier></get-schema>')
            assert error_of(wrong)[0] == "invalid-value"

    run(scenario, release=release)


def test_a_pair_tells_who_is_who() -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.netconf() as raw:
            stack = {"s": "http://cisco.com/ns/yang/Cisco-IOS-XE-stack-oper"}
            data = await raw.get(f'<stack-oper-data xmlns="{stack["s"]}"/>')
            assert [item.text for item in data.iterfind(".//s:role", stack)] == ["role-active", "role-standby"]
            assert [item.text for item in data.iterfind(".//s:serial-number", stack)] == ["TTM1", "TTM2"]
            ha = {"h": "http://cisco.com/ns/yang/Cisco-IOS-XE-ha-oper"}
            data = await raw.get(f'<ha-oper-data xmlns="{ha["h"]}"/>')
            assert data.findtext(".//h:peer-state", "", ha) == "db-rf-standby-hot"
            assert data.findtext(".//h:image-version", "", ha) == "17.12.4"
            hardware = {"d": "http://cisco.com/ns/yang/Cisco-IOS-XE-device-hardware-oper"}
            inner = "<device-inventory><hw-type>hw-type-chassis</hw-type></device-inventory>"
            inner = f"<device-hardware>{inner}</device-hardware>"
            data = await raw.get(f'<device-hardware-data xmlns="{hardware["d"]}">{inner}</device-hardware-data>')
            assert [item.text for item in data.iterfind(".//d:serial-number", hardware)] == ["TTM1", "TTM2"]
            assert data.find(".//d:device-system-data", hardware) is None

    run(scenario, platform="C9800-40", serial="TTM1", standby_serial="TTM2")
