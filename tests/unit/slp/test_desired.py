# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a topology wants of a configuration, and the change that leads there: properties, and recipes of cli.md."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import (
    KEYS,
    CallHomeProfile,
    Configuration,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.desired import (
    GATEWAY_PROFILE,
    Settings,
    interface_name,
    passwords,
    plan,
    wanted,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import SlpError
from ansible_collections.c9800.slp.plugins.module_utils.slp.topologies import TOPOLOGIES, find
from hypothesis import given
from hypothesis import strategies as st

SMART = "https://smartreceiver.cisco.com/licservice/license"
DDCE = "https://tools.cisco.com/its/service/oddce/services/DDCEService"
CSLU = "http://cslu.example.com:8182/cslu/v1/pi"
ONPREM = "https://onprem.example.com/cslu/v1/pi/wireless-1"
GATEWAY = "https://gateway.example.com/Transportgateway/services/DeviceRequestHandler"
TAC = CallHomeProfile(name="CiscoTAC-1", active=True, http=True, licensing=True)
FACTORY = Configuration(
    transport="cslu",
    service_call_home=True,
    call_home_contact="sch-smart-licensing@cisco.com",
    call_home_profiles=(TAC,),
    users={"admin": 15},
)

URLS = st.sampled_from([None, SMART, DDCE, CSLU, ONPREM, GATEWAY])
HOSTS = st.sampled_from([None, "proxy.example.com", "10.0.0.1"])
FLAG = st.booleans()
PROFILES = st.lists(
    st.builds(
        CallHomeProfile,
        name=st.sampled_from(["CiscoTAC-1", GATEWAY_PROFILE, "other", "gateway"]),
        active=FLAG,
        http=FLAG,
        email=FLAG,
        licensing=FLAG,
        urls=st.lists(st.sampled_from([GATEWAY, ONPREM]), unique=True, max_size=2).map(lambda u: tuple(sorted(u))),
    ),
    unique_by=lambda entry: entry.name,
    max_size=4,
).map(lambda entries: tuple(sorted(entries, key=lambda entry: entry.name.lower())))
CONFIGURATIONS = st.builds(
    Configuration,
    transport=st.sampled_from(["smart", "callhome", "cslu", "off"]),
    url_default=FLAG,
    url=URLS,
    url_smart=URLS,
    url_cslu=URLS,
    proxy_address=HOSTS,
    proxy_port=st.sampled_from([None, 3128]),
    vrf=st.sampled_from([None, "Mgmt-intf"]),
    interval=st.sampled_from([None, 0, 30]),
    privacy_hostname=FLAG,
    privacy_version=FLAG,
    tag1=st.sampled_from([None, "a"]),
    tag4=st.sampled_from([None, "d"]),
    source_interface=st.sampled_from([None, "Vlan10"]),
    service_call_home=FLAG,
    call_home_contact=st.sampled_from([None, "noc@example.com"]),
    http_proxy=HOSTS,
    call_home_profiles=PROFILES,
    aaa_new_model=FLAG,
    aaa_login=st.sampled_from([None, "local", "group tacacs+ local"]),
    aaa_exec=st.sampled_from([None, "local", "group tacacs+ local"]),
    https_server=FLAG,
    aaa_lists=st.sampled_from([(), ("VTY",)]),
    http_authentication=st.sampled_from([None, "enable", "local", "aaa", "aaa login-authentication WEB"]),
    netconf=FLAG,
    restconf=FLAG,
    users=st.sampled_from([{}, {"admin": 15}, {"admin": 15, "cslu": 1}]),
)
SETTINGS = st.builds(
    Settings,
    url=URLS,
    cslu_url=st.sampled_from([None, CSLU]),
    proxy_address=HOSTS,
    vrf=st.sampled_from([None, "Mgmt-intf"]),
    source_interface=st.sampled_from([None, "vlan 10", "Vlan20"]),
    interval=st.sampled_from([None, 0, 10]),
    privacy=st.sampled_from([None, "none", "hostname", "version", "all"]),
    tags=st.sampled_from([None, (), ("a", "b")]),
    access=st.lists(st.sampled_from(["netconf", "restconf", "rest"]), unique=True, max_size=2).map(tuple),
    collector_user=st.sampled_from([None, "cslu"]),
    collector_password=st.sampled_from([None, "Secret-1"]),
)
ROWS = st.sampled_from(list(TOPOLOGIES.values()))


def applied(current, change):
    """What the configuration is once ``change`` is made."""
    return replace(current, **{key: new for key, (_old, new) in change.settings.items()})


@given(ROWS, SETTINGS, CONFIGURATIONS)
def test_a_second_run_has_nothing_to_do(row, settings, current):
    secrets = passwords(row, settings, current)
    change = plan(wanted(row, settings, current), current, secrets)
    then = applied(current, change)
    assert not plan(wanted(row, settings, then), then, passwords(row, settings, then))


@given(ROWS, SETTINGS, CONFIGURATIONS)
def test_a_change_has_commands_and_can_be_undone(row, settings, current):
    change = plan(wanted(row, settings, current), current)
    assert bool(change) == bool(change.lines), "a setting without a command would never be reached"
    back = plan(current, applied(current, change))
    assert applied(applied(current, change), back) == current


@given(ROWS, SETTINGS, CONFIGURATIONS)
def test_no_command_is_two(row, settings, current):
    change = plan(wanted(row, settings, current), current, passwords(row, settings, current))
    assert all(line.isprintable() and "?" not in line for line in change.lines)


@given(ROWS, SETTINGS, CONFIGURATIONS)
def test_call_home_ends_with_exactly_one_reporter(row, settings, current):
    """cli.md 1.6: only one active profile may report licensing data."""
    found = wanted(row, settings, current)
    if row.desired.call_home:
        (one,) = [entry for entry in found.call_home_profiles if entry.licensing]
        assert (one.active, one.http) == (True, True)
        assert found.service_call_home


@given(ROWS, SETTINGS, CONFIGURATIONS)
def test_no_secret_is_shown(row, settings, current):
    change = plan(wanted(row, settings, current), current, passwords(row, settings, current))
    shown = repr(change) + repr(settings) + str(change.as_diff()) + str(change.as_dict()) + str(change.masked())
    assert "Secret-1" not in shown


@given(ROWS, SETTINGS, CONFIGURATIONS)
def test_what_lets_people_in_is_never_taken_away(row, settings, current):
    found = wanted(row, settings, current)
    assert found.aaa_new_model >= current.aaa_new_model
    assert found.users.items() >= {(name, level) for name, level in current.users.items() if name != "cslu"}
    for key in ("netconf", "restconf", "https_server", "http_server"):
        assert getattr(found, key) >= getattr(current, key)
    if current.aaa_new_model:
        assert current.aaa_login is None or found.aaa_login == current.aaa_login
        assert current.aaa_exec is None or found.aaa_exec == current.aaa_exec
        if current.aaa_login not in (None, "local") or current.aaa_lists:
            assert (found.aaa_login, found.aaa_exec) == (current.aaa_login, current.aaa_exec)
    if (current.http_authentication or "enable") != "enable":
        assert found.http_authentication == current.http_authentication


def lines(topology, current=FACTORY, **settings):
    chosen = Settings(**settings)
    row = find(topology)
    return list(plan(wanted(row, chosen, current), current, passwords(row, chosen, current)).lines)


def test_recipes_of_the_reference():
    """cli.md 1.5, 5.1 to 5.13: the commands of each workflow, on a controller as it is shipped."""
    proxy = {"proxy_address": "p.example.com", "proxy_port": 3128}
    assert lines("direct_smart") == ["license smart transport smart", f"license smart url smart {SMART}"]
    assert lines("direct_smart_proxy", **proxy)[2:] == [
        "license smart proxy address p.example.com",
        "license smart proxy port 3128",
    ]
    assert lines("direct_callhome") == ["license smart transport callhome", f"license smart url {DDCE}"]
    assert lines("direct_callhome_proxy", **proxy)[:3] == [
        "call-home",
        ' http-proxy "p.example.com" port 3128',
        " exit",
    ]
    assert lines("cslu_push", url=CSLU) == [f"license smart url cslu {CSLU}"]
    assert lines("cslu_push") == [], "zero touch: cli.md 1.2"
    assert lines("onprem_push", cslu_url=ONPREM) == [f"license smart url cslu {ONPREM}"]
    assert lines("offline") == ["license smart transport off"]
    assert lines("cslu_pull", collector_user="cslu", collector_password="Secret-1") == [
        "username cslu privilege 15 secret 0 Secret-1",
        "aaa new-model",
        "aaa authentication login default local",
        "aaa authorization exec default local",
        "netconf-yang",
    ]
    restconf = lines("onprem_pull", access=("restconf",))
    assert restconf[-3:] == ["ip http authentication local", "ip http secure-server", "restconf"]
    assert lines("cslu_pull", access=("rest",))[-2:] == ["ip http authentication local", "ip http secure-server"]


def test_the_call_home_block_of_the_reference():
    """cli.md 1.6, on a device whose Call Home was cleared."""
    assert lines("direct_callhome", Configuration(transport="cslu")) == [
        "call-home",
        " contact-email-addr sch-smart-licensing@cisco.com",
        " profile CiscoTAC-1",
        "  destination transport-method http",
        "  active",
        "  exit",
        " exit",
        "service call-home",
        "license smart transport callhome",
        f"license smart url {DDCE}",
    ]


def test_a_gateway_takes_over_and_gives_back():
    """cli.md 5.6 step 6': exactly one profile, the loser first."""
    through = wanted(find("direct_callhome_proxy"), Settings(url=GATEWAY), FACTORY)
    assert list(plan(through, FACTORY).lines)[:9] == [
        "call-home",
        " profile CiscoTAC-1",
        "  no reporting smart-licensing-data",
        "  exit",
        f" profile {GATEWAY_PROFILE}",
        "  destination transport-method http",
        f"  destination address http {GATEWAY}",
        "  reporting smart-licensing-data",
        "  active",
    ]
    back = plan(wanted(find("direct_smart"), Settings(), through), through)
    assert f" no profile {GATEWAY_PROFILE}" in back.lines
    assert "  reporting smart-licensing-data" in back.lines


def test_a_gateways_profile_goes_also_when_somebody_else_changed_the_transport():
    through = wanted(find("direct_callhome_proxy"), Settings(url=GATEWAY), FACTORY)
    by_hand = replace(through, transport="cslu", url=None, http_proxy="mail-relay", http_proxy_port=80)
    found = wanted(find("cslu_push"), Settings(), by_hand)
    assert found.call_home_profiles == (TAC,)
    assert found.http_proxy == "mail-relay"


def test_an_own_profile_with_the_gateways_address_is_used():
    own = CallHomeProfile(name="tg", urls=(GATEWAY,))
    current = Configuration(transport="cslu", call_home_profiles=(TAC, own))
    found = wanted(find("direct_callhome_proxy"), Settings(url=GATEWAY), current)
    assert [entry.name for entry in found.call_home_profiles if entry.licensing] == ["tg"]


def test_leftovers_go_and_what_is_not_ours_stays():
    """cli.md 5.14.2."""
    before = Configuration(
        transport="smart",
        url_smart=SMART,
        proxy_address="p",
        proxy_port=1,
        vrf="Mgmt-intf",
        interval=20,
        http_proxy="mail-relay",
        http_proxy_port=80,
        netconf=True,
    )
    after = wanted(find("offline"), Settings(), before)
    assert (after.url_smart, after.proxy_address, after.proxy_port, after.vrf) == (None, None, None, None)
    assert (after.interval, after.netconf) == (20, True)
    assert after.http_proxy == "mail-relay", "Call Home carried no licensing data"


@pytest.mark.parametrize("tolerated", ["off", "cslu"])
def test_a_tolerated_transport_stays_without_a_url(tolerated):
    """cli.md 5.2.4: off silences the look-up of cslu-local."""
    current = Configuration(transport=tolerated)
    assert wanted(find("cslu_pull"), Settings(), current).transport == tolerated
    assert wanted(find("onprem_offline"), Settings(), current).transport == tolerated
    assert wanted(find("onprem_offline"), Settings(url=ONPREM), current).transport == "cslu"


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("vlan 10", "Vlan10"),
        ("gi0/0/1", "GigabitEthernet0/0/1"),
        ("GigabitEthernet0", "GigabitEthernet0"),
        ("Te1/1", "TenGigabitEthernet1/1"),
        ("t1", "t1"),
        ("Cellular0", "Cellular0"),
    ],
)
def test_interfaces_as_the_device_writes_them(typed, full):
    assert interface_name(typed) == full
    assert wanted(
        find("offline"), Settings(source_interface=typed), Configuration(transport="off", source_interface=full)
    ) == (Configuration(transport="off", source_interface=full))


@pytest.mark.parametrize(
    "settings",
    [
        {"url": "https://a.example.com/\nno username admin"},
        {"url": "https://a.example.com/?x"},
        {"vrf": "a b"},
        {"proxy_address": "p\r"},
        {"collector_user": "cslu secret 0 x"},
        {"collector_password": "blank here"},
        {"collector_password": "what?"},
        {"tags": ("a" * 128,)},
        {"tags": ("a", "b", "c", "d", "e")},
        {"source_interface": "Vlan10\nshutdown"},
    ],
)
def test_values_that_would_be_commands_are_refused(settings):
    with pytest.raises(SlpError) as caught:
        Settings(**settings)
    assert "blank here" not in str(caught.value)
    assert "what?" not in str(caught.value)


def test_every_key_can_be_written():
    """A key that no command sets could be wanted and never reached."""
    other = Configuration(
        transport="smart",
        url_default=True,
        url="u",
        url_smart="s",
        url_cslu="c",
        proxy_address="p",
        proxy_port=1,
        vrf="v",
        interval=1,
        privacy_hostname=True,
        privacy_version=True,
        tag1="1",
        tag2="2",
        tag3="3",
        tag4="4",
        air_level="air-network-advantage",
        source_interface="Vlan1",
        trustpoint_revocation="none",
        service_call_home=True,
        call_home_contact="a@b",
        call_home_privacy=True,
        http_proxy="h",
        http_proxy_port=1,
        call_home_profiles=(TAC,),
        aaa_new_model=True,
        aaa_login="local",
        aaa_exec="local",
        http_server=True,
        https_server=True,
        http_authentication="local",
        netconf=True,
        restconf=True,
        users={"a": 15},
    )
    for key in KEYS:
        one = applied(Configuration(), plan(other, Configuration()))
        assert getattr(one, key) == getattr(other, key)
        single = Configuration(**{key: getattr(other, key)})
        assert plan(single, Configuration()).lines or key == "http_proxy_port", key
