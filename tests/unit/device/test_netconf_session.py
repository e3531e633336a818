# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""NETCONF sessions with servers that do it right, and with such that do not."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ConnectionLost, HostKeyError, LoginError
from ansible_collections.c9800.slp.plugins.plugin_utils.device.netconf_frames import Frames, FramingError
from ansible_collections.c9800.slp.plugins.plugin_utils.device.netconf_session import NetconfSession
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import HostKeyPolicy

from tests.unit.device.conftest import PASSWORD, Lab, Terminal
from tests.unit.device.netconf_peer import (
    BASE,
    DROP,
    RUNNING,
    V10,
    V11,
    Answer,
    NetconfPeer,
    hello,
    serve_netconf,
)

HELLOS = Path(__file__).resolve().parents[4] / "shared/yang/hello"
TOKEN = "canary-ID-token"
GET = f'<get xmlns="{BASE}"/>'
TRUST = f'<id-token-trust xmlns="http://cisco.com/ns/yang/cisco-smart-license"><id-token>{TOKEN}</id-token></id-token-trust>'

Connect = Callable[..., NetconfSession]


@pytest.fixture
def connect(lab: Lab) -> Iterator[Connect]:
    opened: list[NetconfSession] = []

    def connect(peer: NetconfPeer, *, most: int = 64 * 2**20, **changes: Any) -> NetconfSession:
        opened.append(NetconfSession(lab.settings(serve_netconf(lab, peer), **changes), most=most))
        return opened[-1]

    yield connect
    for session in opened:
        session.close()


@pytest.mark.parametrize("versions", [(V10,), (V11,), (V10, V11)])
def test_both_framings(connect: Connect, versions: tuple[str, ...]) -> None:
    peer = NetconfPeer(greeting=hello(*versions, RUNNING), answers={"get": "<data><name>Zürich ]]]&gt;</name></data>"})
    session = connect(peer)
    assert session.capabilities == {*versions, RUNNING}
    assert "<name>Zürich ]]]&gt;</name>".encode() in session.call("get", GET)
    assert b"ok" in session.call("lock", f'<lock xmlns="{BASE}"/>')
    assert peer.operations == ["get", "lock"]
    session.close()
    session.close()
    with pytest.raises(ConnectionLost, match="get: the session has ended"):
        session.call("get", GET)


@pytest.mark.parametrize("size", [1, 3, 100])
def test_chunks_that_end_inside_of_a_letter(connect: Connect, size: int) -> None:
    session = connect(NetconfPeer(chunk=size, answers={"get": "<data>" + "Zürich €" * 20 + "</data>"}))
    assert ("Zürich €" * 20).encode() in session.call("get", GET)


@pytest.mark.skipif(not HELLOS.is_dir(), reason="../shared is not there")
@pytest.mark.parametrize("sample", ["1731", "1761", "1791", "17121", "17151"])
def test_hellos_of_real_controllers(connect: Connect, sample: str) -> None:
    text = (HELLOS / f"capability-wireless-{sample}.xml").read_text()
    session = connect(NetconfPeer(greeting=text.replace("</hello>", "<session-id>41</session-id></hello>")))
    assert any("module=cisco-smart-license&revision=" in uri for uri in session.capabilities)
    assert b"ok" in session.call("get", GET)


def test_ten_megabytes_are_read_in_seconds(connect: Connect) -> None:
    entry = "<key><report-id>1671840750</report-id><state>rum-report-state-closed</state></key>"
    data = "<data>" + entry * (10 * 2**20 // len(entry)) + "</data>"
    began = time.monotonic()
    for size in (0, 60_000):
        session = connect(NetconfPeer(answers={"get": data}, chunk=size), command_timeout=60.0)
        assert len(session.call("get", GET)) > 10_000_000
    assert time.monotonic() - began < 30


def test_an_answer_without_end_is_refused(connect: Connect) -> None:
    for steps in ([b"\n#2000000\n"], [b"\n#60000\n" + b" " * 60000] * 20):
        session = connect(NetconfPeer(answers={"get": steps}), most=1_000_000)
        with pytest.raises(ConnectionLost, match="larger than 1000000 octets"):
            session.call("get", GET)
    session = connect(NetconfPeer(greeting=hello(V10), answers={"get": [b" " * 60000] * 20}), most=1_000_000)
    with pytest.raises(ConnectionLost, match="larger than 1000000 octets"):
        session.call("get", GET)


def reply(text: str, mark: str = 'message-id="1"') -> bytes:
    return f'<rpc-reply xmlns="{BASE}" {mark}>{text}</rpc-reply>'.encode()


def chunk(data: bytes, size: int | None = None, end: bytes = b"\n##\n") -> bytes:
    return b"\n#%d\n%s%s" % (len(data) if size is None else size, data, end)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([chunk(reply("<ok/>"), 20)], "where the next chunk has to begin stands something else"),
        ([chunk(reply("<ok/>"), 500)], "within 1 s.*it announced 4.. octets more"),
        ([chunk(reply("<ok/>"))[:40], DROP], "the device closed it"),
        ([chunk(reply("<ok/>"))[:40], 9.0], r"within 1 s.*it announced \d+ octets more"),
        ([reply("<ok/>") + b"]]>]]>"], "where the next chunk has to begin stands something else"),
        ([b"\n#0\n\n##\n"], "where the next chunk has to begin"),
        ([b"\n#99999999999\n"], "where the next chunk has to begin"),
        ([b"\n#12x\n"], "where the next chunk has to begin"),
        ([9.0], "no answer to get within 1 s"),
        ([DROP], "the device closed it"),
        ([chunk(reply("<ok/>", 'message-id="nobody"'))], "a message-id that nobody asked with"),
        ([chunk(reply("<ok/>", ""))], "without a message-id"),
        ([chunk(b"<html>Welcome</html>")], "no message of NETCONF"),
        ([chunk(b"\xff\xfe")], "no message of NETCONF"),
        ([chunk(b"<rpc-reply")], "no message of NETCONF"),
        ([chunk(b"just text, " * 1000)], "no message of NETCONF"),
    ],
)
def test_wrong_answers_end_in_a_clear_error_in_time(connect: Connect, steps: Answer, told: str) -> None:
    session = connect(NetconfPeer(answers={"get": steps}))
    began = time.monotonic()
    with pytest.raises(ConnectionLost, match=told) as caught:
        session.call("get", GET, timeout=1.0)
    assert time.monotonic() - began < 5
    assert str(caught.value).startswith("wlc1: ")
    assert caught.value.remedy
    with pytest.raises(ConnectionLost, match="the session has ended"):
        session.call("get", GET)


@pytest.mark.parametrize(
    ("greeting", "told"),
    [
        ([9.0], "did not say hello .nothing within 1 s"),
        ([b"Password: "], "did not say hello"),
        ([DROP], "did not say hello .the device closed it"),
        (["<hello/>]]>]]>"], "speaks no version of NETCONF that we know"),
        (["Welcome to wlc1, it is a nice day]]>]]>"], "no message of NETCONF"),
        (hello(RUNNING), "speaks no version of NETCONF that we know"),
        ([b"<hello>\xff</hello>]]>]]>"], "did not say hello"),
        ([f'<hello xmlns="{BASE}"><capabilities>]]>]]>'], "did not say hello"),
    ],
)
def test_no_hello(connect: Connect, greeting: Any, told: str) -> None:
    began = time.monotonic()
    with pytest.raises(LoginError, match=told) as caught:
        connect(NetconfPeer(greeting=greeting), auth_timeout=1.0)
    assert time.monotonic() - began < 5
    assert "netconf-yang" in caught.value.remedy
    assert caught.value.host == "wlc1"


def test_not_netconf_at_all(lab: Lab, connect: Connect) -> None:
    with pytest.raises(LoginError, match=r"did not say hello|serves no NETCONF"):
        connect(NetconfPeer(subsystem=False), auth_timeout=2.0)
    with pytest.raises(LoginError, match=r"refuses the connection.*netconf-yang"):
        NetconfSession(lab.settings(lab.serve(), end={"port": 1}))
    with pytest.raises(LoginError, match=r"did not say hello|serves no NETCONF"):  # the port of the command line
        NetconfSession(lab.settings(lab.serve(Terminal()), auth_timeout=2.0))


def test_no_ssh_server_at_all(lab: Lab) -> None:
    """Such as the port of HTTPS."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = lab.settings(
            lab.serve(), end={"port": server.getsockname()[1]}, auth_timeout=1.0, connect_timeout=1.0
        )
        with pytest.raises(LoginError, match=r"no SSH session with .*ansible_slp_netconf_port"):
            NetconfSession(settings)


def test_the_host_key_is_checked(lab: Lab) -> None:
    served, other = serve_netconf(lab, NetconfPeer()), serve_netconf(lab, NetconfPeer())
    settings = lab.settings(served)
    file = Path(settings.known_hosts_file)
    for text, told in (("", "not on record"), (other.known_hosts_line(), "has changed")):
        file.write_text(text.replace(f":{other.port} ", f":{served.port} "))
        with pytest.raises(HostKeyError, match=told):
            NetconfSession(settings)
    file.write_text("")
    new = lab.settings(served, host_key_policy=HostKeyPolicy.ACCEPT_NEW)
    file.write_text("")
    NetconfSession(new).close()
    assert f"[127.0.0.1]:{served.port}" in file.read_text()


@pytest.mark.parametrize("end", [[DROP], [9.0], [chunk(b"<a/>")], [chunk(reply("", 'message-id="x"'))]])
def test_a_token_is_in_no_log_and_no_error(connect: Connect, caplog: pytest.LogCaptureFixture, end: Answer) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("", "ncclient", "ncclient.transport.ssh", "ncclient.transport.session", "ncclient.operations.rpc"):
        caplog.set_level(logging.DEBUG, logger=name)
    peer = NetconfPeer(answers={"id-token-trust": "<ok/>", "get": end})
    session = connect(peer)
    session.call("trust", TRUST)
    with pytest.raises(ConnectionLost) as caught:
        session.call("trust", TRUST.replace("id-token-trust", "get"), timeout=1.0)
    session.close()
    assert TOKEN in peer.asked[0]
    for text in (caplog.text, str(caught.value), repr(caught.value.__context__)):
        assert TOKEN not in text
        assert PASSWORD not in text


@pytest.fixture
def chatty() -> Iterator[None]:
    """Libraries as they are before a worker of ours has logged in."""
    loggers = [logging.getLogger(name) for name in ("ncclient", "netmiko", "paramiko")]
    for logger in loggers:
        logger.propagate = True
    yield
    for logger in loggers:
        logger.propagate = False


@pytest.mark.usefixtures("chatty")
def test_no_library_writes_to_a_log_whose_lock_may_be_lost(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    """A worker hung for ever at ncclient's first record, which it writes at INFO, when ANSIBLE_LOG_PATH was set."""
    caplog.set_level(logging.INFO)
    session = connect(NetconfPeer(answers={"id-token-trust": "<ok/>"}))
    session.call("trust", TRUST)
    session.close()
    assert [
        record for record in caplog.records if record.name.split(".")[0] in ("ncclient", "netmiko", "paramiko")
    ] == []


def test_frames_piece_by_piece() -> None:
    stream = b"\n#5\nhello\n#6\n world\n##\n\n#1\n!\n##\n"
    frames, found = Frames(100), []
    for octet in stream:
        found += frames.feed(bytes([octet]), chunked=True)
    assert found == [b"hello world", b"!"]
    assert frames.where == ""
    assert list(Frames(100).feed(stream, chunked=True)) == found
    delimited, found = Frames(100), []
    for octet in b"one]]>]]two]]>]]>three]]>]]>":
        found += delimited.feed(bytes([octet]), chunked=False)
    assert found == [b"one]]>]]two", b"three"]
    with pytest.raises(FramingError, match="larger than 10 octets"):
        list(Frames(10).feed(b"\n#8\n12345678\n#3\n", chunked=True))
