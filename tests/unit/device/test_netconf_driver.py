# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The NETCONF driver: which datastore, how long it waits for a lock, what it makes of errors and odd answers."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp import yang
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import Change
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    CommandError,
    ConnectionLost,
    ParseError,
    SlpError,
)
from ansible_collections.c9800.slp.plugins.plugin_utils.device.model_controller import ModelController
from ansible_collections.c9800.slp.plugins.plugin_utils.device.model_driver import RefusedError
from ansible_collections.c9800.slp.plugins.plugin_utils.device.netconf_driver import NetconfDriver

from tests.unit.device.conftest import PASSWORD, Lab
from tests.unit.device.netconf_peer import (
    CANDIDATE,
    DROP,
    OK,
    RUNNING,
    V10,
    V11,
    Answer,
    NetconfPeer,
    error,
    hello,
    serve_netconf,
)

SLIC = "http://cisco.com/ns/yang/cisco-smart-license"
TOKEN = "canary-ID-token"
LOCKED = error("lock-denied", "the configuration database is locked by session 9 admin tcp")
OFF = {"transport": ("cslu", "off")}
UDI = "<udi><pid>C9800-CL-K9</pid><sn>9SIM0000001</sn></udi>"

Connect = Callable[..., NetconfDriver]


@pytest.fixture
def connect(lab: Lab) -> Iterator[Connect]:
    opened: list[NetconfDriver] = []

    def connect(peer: NetconfPeer, *, patience: float = 3.0, **changes: Any) -> NetconfDriver:
        opened.append(NetconfDriver(lab.settings(serve_netconf(lab, peer), **changes), patience=patience))
        return opened[-1]

    yield connect
    for driver in opened:
        driver.close()


def licensing(inner: str) -> str:
    return f'<data><licensing xmlns="{SLIC}"><state><state-info>{inner}</state-info></state></licensing></data>'


def code(name: str) -> str:
    return f'<return-code xmlns="{SLIC}">{name}</return-code>'


def test_running_is_edited_under_its_lock(connect: Connect) -> None:
    peer = NetconfPeer()
    connect(peer).edit(yang.requests.edits(OFF))
    assert peer.operations == ["lock", "edit-config", "unlock"]
    assert all("running/>" in message for message in peer.asked)
    assert "transport-type-off" in peer.asked[1]


def test_candidate_where_it_is_offered(connect: Connect) -> None:
    peer = NetconfPeer(greeting=hello(V10, V11, RUNNING, CANDIDATE))
    driver = connect(peer)
    driver.edit(yang.requests.edits(OFF))
    assert peer.operations == ["lock", "edit-config", "commit", "unlock"]
    assert "candidate/>" in peer.asked[1]
    peer.asked.clear()
    peer.answers["commit"] = error("operation-failed", "no")
    with pytest.raises(RefusedError, match=r"the configuration is refused .no"):
        driver.edit(yang.requests.edits(OFF))
    assert peer.operations == ["lock", "edit-config", "commit", "discard-changes", "unlock"]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"edit-config": "<data>\x01</data>"}, "the configuration"),
        ({"commit": error("operation-failed", "no"), "discard-changes": error("operation-failed", "other")}, "no "),
    ],
)
def test_nothing_stays_in_the_candidate_and_the_first_error_is_told(
    connect: Connect, answers: dict[str, Answer], told: str
) -> None:
    peer = NetconfPeer(greeting=hello(V10, V11, RUNNING, CANDIDATE), answers=answers)
    with pytest.raises(SlpError, match=told):
        connect(peer).edit(yang.requests.edits(OFF))
    assert peer.operations[-2:] == ["discard-changes", "unlock"]


def test_a_lock_is_waited_for_and_nothing_else(connect: Connect) -> None:
    answers = [LOCKED, OK]
    peer = NetconfPeer(answers={"lock": lambda _message: answers.pop(0)})
    connect(peer).edit(yang.requests.edits(OFF))
    assert peer.operations == ["lock", "lock", "edit-config", "unlock"]
    held = NetconfPeer(answers={"lock": LOCKED})
    began = time.monotonic()
    with pytest.raises(RefusedError, match=r"locked by session 9.*show netconf-yang sessions") as caught:
        connect(held, patience=1.2).edit(yang.requests.edits(OFF))
    assert caught.value.locked
    assert 0.5 < time.monotonic() - began < 4
    assert "edit-config" not in held.operations
    busy = NetconfPeer(answers={"edit-config": error("resource-denied", "try later")})
    with pytest.raises(RefusedError, match="The device is busy"):
        connect(busy).edit(yang.requests.edits(OFF))
    assert busy.operations == ["lock", "edit-config", "unlock"]


def test_what_is_refused_is_told(connect: Connect) -> None:
    bad = (
        '<severity xmlns="http://cisco.com/yang/cisco-ia">error_cli</severity>'
        '<detail xmlns="http://cisco.com/yang/cisco-ia"><bad-cli><bad-command>license smart url cslu q</bad-command>'
        "<parser-response>not a URL</parser-response></bad-cli></detail>"
    )
    peer = NetconfPeer(
        answers={
            "edit-config": error("invalid-value", "inconsistent value: Device refused one or more commands", bad),
            "delete": error("access-denied", f"not for you, {PASSWORD}"),
            "save-config": error("operation-failed", "only a warning", severity="warning"),
        }
    )
    driver = connect(peer)
    with pytest.raises(RefusedError, match=r"the configuration is refused .*`license smart url cslu q` was refused"):
        driver.edit(yang.requests.edits(OFF))
    with pytest.raises(RefusedError, match=r"delete is refused.*privilege 15") as caught:
        driver.call(yang.requests.delete("bootflash:x.xml"))
    assert PASSWORD not in str(caught.value)
    driver.call(yang.requests.save_config())


@pytest.mark.parametrize(("limit", "slow"), [(5.0, 180.0), (600.0, 600.0)])
def test_a_raised_time_limit_holds_for_slow_operations_too(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, limit: float, slow: float
) -> None:
    driver = connect(NetconfPeer(), command_timeout=limit)
    asked: dict[str, float] = {}
    original = driver._session.call

    def call(doing: str, operation: str, *, timeout: float | None = None) -> bytes:
        asked[doing] = timeout or limit
        return original(doing, operation, timeout=timeout)

    monkeypatch.setattr(driver._session, "call", call)
    driver.call(yang.requests.save_config())
    driver.call(yang.requests.delete("bootflash:x.xml"))
    assert asked == {"save-config": slow, "delete": limit}


def test_models_that_a_release_lacks_are_left_out(connect: Connect) -> None:
    def get(message: str) -> str:
        if "stack-oper-data" in message:
            return error("unknown-namespace", "", "<bad-namespace>x</bad-namespace>")
        return licensing(UDI) if "licensing" in message else "<data/>"

    tree = connect(NetconfPeer(answers={"get": get})).read(yang.requests.read_state())
    assert tree["licensing"]["state"]["state-info"]["udi"]["sn"] == "9SIM0000001"


@pytest.mark.parametrize(
    "answer",
    ["<data><licensing>", '<data xmlns="x">&unknown;</data>', "<data>\x01</data>"],
)
def test_an_answer_that_is_no_xml(connect: Connect, answer: str) -> None:
    with pytest.raises(ParseError) as caught:
        connect(NetconfPeer(answers={"get": answer})).read(yang.requests.read_reports())
    assert caught.value.host == "wlc1"


def test_ten_megabytes_of_reports(connect: Connect) -> None:
    entry = (
        "<rum-reports-closed-keys><rum-report-key>P:C9800-CL-K9,S:9SIM0000001_{0}</rum-report-key><report-id>{0}"
        "</report-id><report-state>rum-report-state-closed</report-state></rum-reports-closed-keys>"
    )
    number = 10 * 2**20 // len(entry)
    text = licensing("".join(entry.format(1_600_000_000 + at) for at in range(number)))
    driver = connect(NetconfPeer(answers={"get": text}, chunk=50_000), command_timeout=60.0)
    began = time.monotonic()
    tracemalloc.start()
    try:
        reports = yang.closed_reports(driver.read(yang.requests.read_reports()))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(reports) == number
    assert peak < 128 * 2**20
    assert time.monotonic() - began < 60


def test_return_codes(connect: Connect) -> None:
    peer = NetconfPeer(answers={"get": licensing(UDI), "id-token-trust": code("registrationinprogress")})
    waits: list[float] = []
    controller = ModelController(connect(peer), sleep=waits.append)
    controller.trust(TOKEN, everywhere=True, force=False)
    assert "<all-ha>true</all-ha>" in peer.asked[-1]
    peer.answers["id-token-trust"] = code("commdisabled")
    with pytest.raises(CommandError, match=r"wlc1: the device does not ask for a trust code .commdisabled"):
        controller.trust(TOKEN, everywhere=False, force=True)
    busy = [code("msgexecinprogress"), code("success")]
    peer.answers["id-token-trust"] = lambda _message: busy.pop(0)
    controller.trust(TOKEN, everywhere=False, force=False)
    assert waits == [5.0]
    for answer in (OK, [DROP]):
        peer.answers["id-token-trust"] = answer
        with pytest.raises((ParseError, ConnectionLost)) as caught:
            controller.trust(TOKEN, everywhere=False, force=False)
        assert TOKEN not in str(caught.value)


def test_what_models_cannot_is_said_before_anything_is_sent(connect: Connect) -> None:
    peer = NetconfPeer(answers={"get": licensing(UDI)})
    controller = ModelController(connect(peer))
    assert "slp_fallback: cli" in controller.cannot("sync")
    assert controller.cannot("trust") == ""
    assert controller.log() == ()
    peer.asked.clear()  # whose release it is, is known by now
    with pytest.raises(CommandError, match="report now not by NETCONF"):
        controller.sync(everywhere=True)
    for settings in (
        {"vrf": (None, "mgmt")},
        {"interval": (None, 3650)},
        {"transport": ("cslu", "off"), "vrf": ("m", None)},
    ):
        with pytest.raises(CommandError, match="not by NETCONF"):
            controller.apply(Change(settings=settings))
    assert peer.asked == []


def test_an_edit_that_worked_although_a_lock_was_told(connect: Connect) -> None:
    """yang.md 10.2: since 17.12.4 the lock may be an internal one, and the edit done all the same."""
    transport = "<transport><transport-type>transport-type-{}</transport-type></transport>"
    config = f'<data><licensing xmlns="{SLIC}"><config>{transport}</config></licensing></data>'
    answers: dict[str, Any] = {"get": licensing(UDI), "get-config": config.format("off"), "edit-config": LOCKED}
    controller = ModelController(connect(NetconfPeer(answers=answers), patience=0.1))
    controller.apply(Change(settings=OFF))
    answers["get-config"] = config.format("cslu")
    with pytest.raises(RefusedError, match="locked by session 9"):
        controller.apply(Change(settings=OFF))


def test_a_setting_that_travels_with_another_which_stays(connect: Connect) -> None:
    """The model knows no port of a proxy without its host, and a change names what changes only."""
    ours = "http://cisco.com/ns/yang/Cisco-IOS-XE"
    servers = "<proxy-servers><proxy-server>proxy.example</proxy-server><port>80</port></proxy-servers>"
    home = f'<call-home><http-proxy xmlns="{ours}-call-home">{servers}</http-proxy></call-home>'
    config = f'<data><native xmlns="{ours}-native">{home}</native></data>'
    peer = NetconfPeer(answers={"get": licensing(UDI), "get-config": config, "edit-config": OK})
    controller = ModelController(connect(peer))
    controller.apply(Change(settings={"http_proxy_port": (80, 3128)}))
    (sent,) = [message for message in peer.asked if "edit-config" in message]
    assert "<proxy-server>proxy.example</proxy-server><port>3128</port>" in sent
    controller.apply(Change(settings={"http_proxy": ("proxy.example", "other.example")}))
    sent = [message for message in peer.asked if "edit-config" in message][-1]
    assert "<proxy-server>other.example</proxy-server><port>80</port>" in sent


def test_saving_that_does_not_succeed(connect: Connect) -> None:
    told = '<result xmlns="http://cisco.com/yang/cisco-ia">{}</result>'
    answers: dict[str, Any] = {"save-config": told.format("Save running-config successful")}
    controller = ModelController(connect(NetconfPeer(answers=answers)))
    controller.save()
    answers["save-config"] = told.format("Save failed: nvram is full")
    with pytest.raises(CommandError, match=r"the configuration is not saved .Save failed: nvram is full"):
        controller.save()
