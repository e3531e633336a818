# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""NETCONF of a simulated device, by hand: hello, framing, reading, writing, locks."""

from __future__ import annotations

import asyncio
from xml.etree import ElementTree

import asyncssh
import pytest

from tests.unit.mock.model_tools import IA, NATIVE, NS, SL, Lab, error_of, licensing, ok, run

CSLU = "http://cslu.example.net:8182/cslu/v1/pi"
TRANSPORT = (
    "<transport><transport-type>transport-type-cslu</transport-type>"
    f"<transport-cslu><url-cslu>{CSLU}</url-cslu></transport-cslu></transport>"
)
STATE = f'<licensing xmlns="{SL}"><state/></licensing>'


@pytest.mark.parametrize("base", ["1.0", "1.1"])
def test_a_session_in_either_framing(base: str) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.netconf(base) as raw:
            assert raw.session.isdecimal()
            data = await raw.get(STATE)
            assert data.findtext(".//sl:udi/sl:sn", "", NS) == "9SIM0000001"
            ok(await raw.rpc("<close-session/>"))
            assert await raw.reader.read() == b""

    lab = run(scenario)
    assert lab.journal.lines("wlc1") == ["<get>", "<close-session>"]


@pytest.mark.parametrize(
    ("release", "revision", "ia", "library", "listed"),
    [
        ("17.3.1", "2019-07-01", "2020-03-01", "2016-06-21", True),
        ("17.3.4", "2020-07-01", "2020-03-01", "2016-06-21", True),
        ("17.4.1", "2020-11-01", "2020-03-01", "2016-06-21", True),
        ("17.6.5", "2021-03-01", "2021-07-01", "2016-06-21", True),
        ("17.9.5", "2021-03-01", "2021-11-01", "2019-01-04", True),
        ("17.12.4", "2021-03-01", "2021-11-01", "2019-01-04", False),
        ("17.15.3", "2021-03-01", "2024-07-01", "2019-01-04", False),
    ],
)
def test_the_hello_tells_the_release(release: str, revision: str, ia: str, library: str, listed: bool) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.netconf() as raw:
            capabilities = raw.capabilities
            assert f"{SL}?module=cisco-smart-license&revision={revision}" in capabilities
            assert f"{IA}?module=cisco-ia&revision={ia}" in capabilities
            assert any(f"yang-library:1.0?revision={library}&module-set-id=" in text for text in capabilities)
            assert any("Cisco-IOS-XE-" in text for text in capabilities) is listed
            assert any("Cisco-IOS-XE-cli-rpc" in text for text in capabilities) is (release == "17.9.5")
            assert "urn:ietf:params:netconf:capability:writable-running:1.0" in capabilities
            assert not any("candidate" in text for text in capabilities)
            # As a real device has it.
            assert any(text != text.strip() and "notification:1.1" in text for text in capabilities)

    run(scenario, release=release)


def test_the_library_lists_what_the_hello_no_longer_does() -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.netconf() as raw:
            data = await raw.get(
                '<modules-state xmlns="urn:ietf:params:xml:ns:yang:ietf-yang-library"><module>'
                "<name>Cisco-IOS-XE-native</name></module></modules-state>"
            )
            names = {"y": "urn:ietf:params:xml:ns:yang:ietf-yang-library"}
            assert [item.text for item in data.iterfind(".//y:module/y:revision", names)] == ["2023-07-01"]
            assert data.findtext(".//y:submodule/y:name", "", names) == "Cisco-IOS-XE-license"

    run(scenario)


def test_filters_and_xpath() -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.netconf() as raw:
            inner = "<state><state-info><policy/><usage><short-name>AIR-DNA-A</short-name></usage></state-info></state>"
            data = await raw.get(f'<licensing xmlns="{SL}">{inner}</licensing>')
            info = data.find(".//sl:state-info", NS)
            assert info is not None
            assert [child.tag.split("}")[1] for child in info] == ["usage", "policy"]
            assert info.findtext("sl:usage/sl:count", "", NS) == "3"

            async def xpath(path: str) -> ElementTree.Element:
                return await raw.rpc(f'<get><filter type="xpath" xmlns:x="{SL}" select="{path}"/></get>')

            reply = await xpath("/x:licensing/x:state/x:state-info/x:udi/x:pid")
            assert [item.tag.split("}")[1] for item in reply.iter()][-1] == "pid"
            assert reply.findtext(".//sl:pid", "", NS) == "C9800-CL-K9"
            reply = await xpath(
                "/licensing/state/state-info/usage[short-name='DNA_NWStack']/count | /x:licensing/x:config"
            )
            assert len(reply.findall(".//sl:usage", NS)) == 1
            assert reply.find(".//sl:config/sl:transport", NS) is not None
            assert error_of(await xpath("count(//x:usage)"))[0] == "invalid-value"
            # What is in no model of the device is no error in a filter, it selects nothing.
            assert len(await raw.get('<licensing xmlns="http://example.com/none"/>')) == 0
            assert len(await raw.get(f'<licensing xmlns="{SL}"><nothing/></licensing>')) == 0
            config = await raw.rpc("<get-config><source><running/></source></get-config>")
            assert config.find(".//sl:config", NS) is not None
            assert config.find(".//sl:state", NS) is None
            reply = await raw.rpc("<get-config><source><startup/></source></get-config>")
            assert error_of(reply)[0] == "operation-not-supported"

    run(scenario)


def test_both_trees_and_the_command_line_are_one_configuration() -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.netconf() as raw:
            ok(await raw.edit(licensing(TRANSPORT + "<usage><interval>30</interval></usage>")))
            lines = list(lab.device.licence_config.lines())
            assert f"license smart url cslu {CSLU}" in lines
            assert "license smart usage interval 30" in lines
            await lab.configure("license smart transport smart", "license smart url default", "hostname berlin")
            native = (await raw.get(f'<native xmlns="{NATIVE}"/>')).find("ios:native", NS)
            assert native is not None
            assert native.findtext("ios:hostname", "", NS) == "berlin"
            assert native.findtext("ios:version", "", NS) == "17.12"
            assert native.findtext("ios:license/ios:smart/ios:transport-type", "", NS) == "smart"
            assert native.find("ios:license/ios:smart/ios:url/ios:default", NS) is not None
            config = await raw.get(f'<licensing xmlns="{SL}"><config/></licensing>')
            assert config.findtext(".//sl:transport-smart/sl:url-default", "", NS) == "true"
            body = (
                f'<native xmlns="{NATIVE}"><license><smart xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0">'
                '<transport-type>Off</transport-type><url><default nc:operation="remove"/></url>'
                '<usage><interval nc:operation="delete">30</interval></usage></smart></license></native>'
            )
            ok(await raw.edit(body))
            assert lab.device.licence_config.transport == "off"
            assert not lab.device.licence_config.url_default
            assert lab.device.licence_config.interval is None

    lab = run(scenario)
    assert f"license smart url cslu {CSLU}" in lab.journal.lines("wlc1")
    assert {entry.mode for entry in lab.journal.entries("wlc1")} == {"netconf"}


def test_a_change_of_the_transport_takes_the_smart_settings_along() -> None:
    async def scenario(lab: Lab) -> None:
        smart = "<transport-type>transport-type-smart</transport-type>"
        url = "<transport-smart><urls><url-registration>https://a.example/x</url-registration></urls></transport-smart>"
        default = "<transport-smart><url-default>true</url-default></transport-smart>"
        async with lab.netconf() as raw:
            ok(await raw.edit(licensing(f"<transport>{smart}{url}</transport>")))
            assert lab.device.licence_config.url_smart == "https://a.example/x"
            # The other case of the choice.
            ok(await raw.edit(licensing(f"<transport>{default}</transport>")))
            assert (lab.device.licence_config.url_smart, lab.device.licence_config.url_default) == ("", True)
            reply = await raw.edit(
                licensing(f"<transport><transport-type>transport-type-off</transport-type>{url}</transport>")
            )
            assert error_of(reply)[0] == "unknown-element"
            ok(await raw.edit(licensing(TRANSPORT)))
            assert not lab.device.licence_config.url_default
            assert lab.device.licence_config.transport == "cslu"

    run(scenario)


def test_operations_of_an_edit() -> None:
    async def scenario(lab: Lab) -> None:
        nc = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"'
        tags = "<customer-tags><tag1>a</tag1><tag2>b</tag2></customer-tags>"
        async with lab.netconf() as raw:
            ok(await raw.edit(licensing(f"<usage><interval>10</interval>{tags}</usage>")))
            replace = f'<usage {nc} nc:operation="replace"><customer-tags><tag2>c</tag2></customer-tags></usage>'
            ok(await raw.edit(licensing(replace)))
            assert lab.device.licence_config.tags == {"tag2": "c"}
            assert lab.device.licence_config.interval is None
            create = f'<usage><customer-tags><tag2 {nc} nc:operation="create">d</tag2></customer-tags></usage>'
            assert error_of(await raw.edit(licensing(create)))[0] == "data-exists"
            delete = f'<usage><interval {nc} nc:operation="delete"/></usage>'
            assert error_of(await raw.edit(licensing(delete)))[0] == "data-missing"
            ok(await raw.edit(licensing(delete.replace("delete", "remove"))))
            none = "<default-operation>none</default-operation>"
            ok(await raw.edit(licensing("<usage><interval>20</interval></usage>"), more=none))
            assert lab.device.licence_config.interval is None
            test = "<test-option>test-only</test-option>"
            ok(await raw.edit(licensing("<usage><interval>20</interval></usage>"), more=test))
            assert lab.device.licence_config.interval is None
            for wrong, tag in (
                ("<usage><interval>366</interval></usage>", "invalid-value"),
                ("<usage><interval>x</interval></usage>", "invalid-value"),
                ("<nothing/>", "unknown-element"),
                ("<transport><transport-type>cslu</transport-type></transport>", "invalid-value"),
            ):
                assert error_of(await raw.edit(licensing(wrong)))[0] == tag
            assert error_of(await raw.edit('<x xmlns="http://example.com/none"/>'))[0] == "unknown-namespace"
            assert error_of(await raw.edit(licensing("<version>1</version>", "state")))[0] == "invalid-value"
            assert (
                error_of(await raw.rpc("<edit-config><target><running/></target></edit-config>"))[0]
                == "missing-element"
            )
            for option in ("rollback-on-error", "stop-on-error", "continue-on-error"):
                more = f"<error-option>{option}</error-option>"
                ok(await raw.edit(licensing("<privacy><version>true</version></privacy>"), more=more))

    run(scenario)


def test_a_refused_line_rolls_the_whole_edit_back() -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.netconf() as raw:
            reply = await raw.edit(licensing("<custom-id>x</custom-id><usage><interval>9</interval></usage>"))
            assert error_of(reply) == ("invalid-value", "inconsistent value: Device refused one or more commands")
            bad = reply.find(".//ia:bad-cli", NS)
            assert bad is not None
            assert bad.findtext("ia:bad-command", "", NS) == "license smart custom_id x"
            assert "Invalid input" in bad.findtext("ia:parser-response", "", NS)
            assert lab.device.licence_config.interval is None

    run(scenario)


def test_call_home_through_the_native_tree() -> None:
    async def scenario(lab: Lab) -> None:
        home = "http://cisco.com/ns/yang/Cisco-IOS-XE-call-home"
        body = (
            f'<native xmlns="{NATIVE}"><license><smart><transport-type>callhome</transport-type></smart></license>'
            "<call-home>"
            f'<contact-email-addr xmlns="{home}">ops@example.com</contact-email-addr>'
            f'<http-proxy xmlns="{home}"><proxy-servers><proxy-server>proxy.example.net</proxy-server><port>3128</port>'
            f'</proxy-servers></http-proxy><tac-profile xmlns="{home}"><profile><CiscoTAC-1><active>false</active>'
            "<reporting><smart-licensing-data>false</smart-licensing-data></reporting></CiscoTAC-1></profile></tac-profile>"
            f'<user-profile xmlns="{home}"><profile><profile-name>gw</profile-name><active>true</active>'
            "<reporting><smart-licensing-data/></reporting><destination><transport-method><http/></transport-method>"
            "<address><http>https://gw.example.net/x</http></address></destination></profile></user-profile>"
            "</call-home></native>"
        )
        async with lab.netconf() as raw:
            ok(await raw.edit(body))
            section = lab.device.config.section.at("call-home")
            assert section.has("contact-email-addr ops@example.com")
            assert section.has('http-proxy "proxy.example.net" port 3128')
            assert not section.at('profile "CiscoTAC-1"').has("active")
            assert section.at('profile "gw"').has("destination address http https://gw.example.net/x")
            data = await raw.get(f'<native xmlns="{NATIVE}"><call-home/><service/></native>')
            names = {"h": home, **NS}
            assert data.findtext(".//h:CiscoTAC-1/h:active", "", names) == "false"
            assert data.findtext(".//h:user-profile/h:profile/h:destination/h:address/h:http", "", names).endswith("/x")
            assert data.find(".//ios:service/ios:call-home", names) is not None
            gone = (
                f'<native xmlns="{NATIVE}"><call-home><user-profile xmlns="{home}"><profile '
                'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete">'
                "<profile-name>gw</profile-name></profile></user-profile></call-home></native>"
            )
            ok(await raw.edit(gone))
            assert not lab.device.config.section.at("call-home").has('profile "gw"')
            assert error_of(await raw.edit(gone))[0] == "data-missing"

    run(scenario)


def test_locks() -> None:
    async def scenario(lab: Lab) -> None:
        lock, unlock = (f"<{name}><target><running/></target></{name}>" for name in ("lock", "unlock"))
        async with lab.netconf() as one:
            async with lab.netconf() as two:
                ok(await one.rpc(lock))
                tag, message = error_of(await two.rpc(lock))
                assert tag == "lock-denied"
                assert message.startswith(f"the configuration database is locked by session {one.session} admin ")
                reply = await two.edit(licensing("<usage><interval>5</interval></usage>"))
                assert error_of(reply)[0] == "in-use"
                assert reply.findtext(".//nc:session-id", "", NS) == one.session
                ok(await one.edit(licensing("<usage><interval>5</interval></usage>")))
                ok(await one.rpc(unlock))
                assert error_of(await one.rpc(unlock))[0] == "operation-failed"
                ok(await two.rpc(lock))
            # The session ended, and its lock with it.
            await asyncio.sleep(0.05)
            ok(await one.rpc(lock))

    run(scenario)


def test_kill_session() -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.netconf() as one, lab.netconf() as two:
            assert error_of(await one.rpc(f"<kill-session><session-id>{one.session}</session-id></kill-session>"))[0]
            ok(await one.rpc(f"<kill-session><session-id>{two.session}</session-id></kill-session>"))
            with pytest.raises((asyncssh.Error, asyncio.IncompleteReadError, ConnectionError)):
                await two.rpc("<get/>")

    run(scenario)


def test_the_candidate() -> None:
    async def scenario(lab: Lab) -> None:
        assert lab.device.licence_config.interval is None
        await lab.configure("netconf-yang feature candidate-datastore")
        change = licensing("<usage><interval>7</interval></usage>")
        async with lab.netconf() as raw:
            assert "urn:ietf:params:netconf:capability:candidate:1.0" in raw.capabilities
            assert not any("writable-running" in text for text in raw.capabilities)
            assert error_of(await raw.edit(change))[0] == "operation-not-supported"
            ok(await raw.edit(change, target="candidate"))
            assert lab.device.licence_config.interval is None
            config = await raw.rpc("<get-config><source><candidate/></source></get-config>")
            assert config.findtext(".//sl:interval", "", NS) == "7"
            ok(await raw.rpc("<discard-changes/>"))
            ok(await raw.rpc("<commit/>"))
            assert lab.device.licence_config.interval is None
            ok(await raw.edit(change, target="candidate"))
            ok(await raw.rpc("<validate><source><candidate/></source></validate>"))
            ok(await raw.rpc("<commit/>"))
            assert lab.device.licence_config.interval == 7
        async with lab.netconf() as raw:
            assert error_of(await raw.rpc("<copy-config><target><startup/></target></copy-config>"))[0]

    run(scenario)


def test_the_door_follows_the_configuration() -> None:
    async def scenario(lab: Lab) -> None:
        port = lab.netconf_port
        assert lab.names.find("WLC1", 830) == ("127.0.0.1", port)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        await lab.configure("netconf-yang")
        async with lab.netconf() as raw:
            await raw.get(STATE)
            await lab.configure("no netconf-yang")
            with pytest.raises((asyncssh.Error, asyncio.IncompleteReadError, ConnectionError)):
                await raw.rpc("<get/>")
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        await lab.configure("netconf-yang")
        assert lab.netconf_port == port
        async with lab.netconf() as raw:
            lab.device.save_config()
            lab.device.reload()
            with pytest.raises((asyncssh.Error, asyncio.IncompleteReadError, ConnectionError)):
                await raw.rpc("<get/>")
        async with lab.netconf() as raw:
            await raw.get(STATE)

    run(scenario, services=[])


def test_a_device_without_models_takes_no_port() -> None:
    async def scenario(lab: Lab) -> None:
        assert lab.services.facts() == {}
        assert lab.names.find("wlc1", 830) is None

    run(scenario, services=[], model_driven=False)


def test_who_may_come_in() -> None:
    async def scenario(lab: Lab) -> None:
        with pytest.raises(asyncssh.PermissionDenied):
            async with lab.netconf(password="wrong"):
                pass
        await lab.configure(
            "username reader privilege 1 secret 0 Reader-Passw0rd", "username CSLU privilege 15 secret 0 Cslu-Passw0rd"
        )
        async with lab.netconf(user="reader", password="Reader-Passw0rd") as raw:
            assert error_of(await raw.rpc("<get/>"))[0] == "access-denied"
            ok(await raw.rpc("<close-session/>"))
        async with lab.netconf(user="CSLU", password="Cslu-Passw0rd") as raw:
            await raw.get(STATE)
        # With AAA, a privilege is worth nothing without authorisation.
        await lab.configure("no aaa authorization exec default")
        async with lab.netconf(user="CSLU", password="Cslu-Passw0rd") as raw:
            assert error_of(await raw.rpc("<get/>"))[0] == "access-denied"
        await lab.configure("no aaa new-model")
        async with lab.netconf(user="CSLU", password="Cslu-Passw0rd") as raw:
            await raw.get(STATE)
        await lab.configure("no username CSLU")
        with pytest.raises(asyncssh.PermissionDenied):
            async with lab.netconf(user="CSLU", password="Cslu-Passw0rd"):
                pass

    run(scenario)


def test_only_the_subsystem_and_the_same_host_key() -> None:
    async def scenario(lab: Lab) -> None:
        options = {
            "username": "admin",
            "password": "Sim-Passw0rd",
            "config": None,
            "client_keys": None,
            "agent_path": None,
        }
        known = asyncssh.import_known_hosts(f"{lab.services.facts()['netconf_host_key']}\n")
        async with asyncssh.connect("127.0.0.1", lab.netconf_port, known_hosts=known, **options) as connection:
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_session()
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_session(subsystem="sftp")
        known = asyncssh.import_known_hosts(
            lab.services.facts()["netconf_host_key"].replace(str(lab.netconf_port), str(lab.cli_port)) + "\n"
        )
        async with asyncssh.connect("127.0.0.1", lab.cli_port, known_hosts=known, **options):
            pass

    run(scenario)


def test_what_is_no_netconf() -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.netconf() as raw:
            raw.send("<rpc")
            assert b"malformed-message" in await raw.receive()
            raw.send('<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><get/></rpc>')
            assert b"missing-attribute" in await raw.receive()
            assert error_of(await raw.rpc("<nothing/>"))[0] == "operation-not-supported"
            assert error_of(await raw.rpc('<nothing xmlns="http://example.com/none"/>'))[0] == "unknown-namespace"
            assert error_of(await raw.rpc(f'<nothing xmlns="{SL}"/>'))[0] == "unknown-element"
            raw.send('<!DOCTYPE x [<!ENTITY a "b">]><rpc>&a;</rpc>')
            assert b"malformed-message" in await raw.receive()
            raw.writer.write(b"this is no chunk\n")
            assert await raw.reader.read() == b""

    run(scenario)


def test_a_message_in_pieces_and_two_in_one() -> None:
    async def scenario(lab: Lab) -> None:
        message = (
            b'<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="7">'
            b"<get-config><source><running/></source></get-config></rpc>"
        )
        async with lab.netconf() as raw:
            for start in range(0, len(message), 10):
                piece = message[start : start + 10]
                for octet in b"\n#%d\n%s" % (len(piece), piece):
                    raw.writer.write(bytes([octet]))
            raw.writer.write(b"\n##\n" + b"\n#%d\n%s\n##\n" % (len(message), message.replace(b'"7"', b'"8"')))
            for number in (b"7", b"8"):
                assert b'message-id="%s"' % number in await raw.receive()

    run(scenario)
