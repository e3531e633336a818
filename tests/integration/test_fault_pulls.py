# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong where a collector reads the devices: who fails, what collector and play say of it, what heals it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .conftest import Run
from .fault_tools import Fault, Made, device, judged
from .lab import Lab, failures

USER, PASSWORD = "admin", "Sim-Passw0rd"
ACCESS = r"\(slp_access of c9800\.slp\.configure\), or a firewall"
AGAIN = "do it again"
SILENT = "within 2 s: look at `show platform software yang-management process` there, then do it again"
QUICK = {"ansible_command_timeout": 4, "ansible_slp_auth_timeout": 5}
IMPATIENT = {"device_timeout": 2, "ready_after": 0}


def at(lab: Lab, target: str, action: str, **arguments: Any) -> Any:
    """What a person does there."""
    return lab.world.control("POST", f"/targets/{target}/{action}", arguments)


def jobs(lab: Lab, target: str) -> dict[str, str]:
    """How the last job of each device ended, as the collector shows it."""
    return {one["name"]: one["job"] for one in lab.world.control("GET", f"/targets/{target}")["devices"]}


def step(action: str, target: str = "cslu", **more: Any) -> Made:
    """A person's click, as a task of each host: it fails for that host alone."""
    click = {"target": target, "action": action, "arguments": {"device": "{{ inventory_hostname }}"}}
    world = {"runtime_dir": "{{ mock_runtime }}", "actions": [click]}
    return {"name": action, "c9800.slp.mock_target": world, "delegate_to": "localhost", **more}


LOOK: Made = {
    "name": "wait for the ACK",
    "c9800.slp.info": {"topology": "{{ slp_topology }}"},
    "register": "seen",
    "until": "seen is failed or seen.audit.acknowledged",
    "retries": 20,
    "delay": 1,
}


def said(run: Run, words: Mapping[str, Iterable[str]]) -> None:
    """Exactly these hosts failed; of each the collector says one line with these words, and its own name in front."""
    found = failures(run)
    assert found.keys() == words.keys(), found
    for host, expected in words.items():
        message = found[host]
        assert "\n" not in message
        assert re.search(rf"(collect|report): {host}[ :]", message), message
        for word in expected:
            assert re.search(word, message), f"{host}: {word!r} is not in {message!r}"


# What fails at a device while CSLU reads it; the words are those of each method by which it fails.
_FIRST = "netconf:get$|/restconf/data|close-reports"
PULLS: dict[str, tuple[Fault, dict[str, tuple[str, ...]]]] = {
    "refuse": (
        {"action": "refuse"},
        {"netconf": ("refuses TCP 830: netconf-yang is not", ACCESS), "rest": ("refuses TCP 443: ip http", ACCESS)},
    ),
    "hang": (
        {"action": "hang", "match": f"{_FIRST}|rum-save"},
        {
            way: (f"has not answered by {word} {SILENT}",)
            for way, word in {"netconf": "NETCONF", "rest": "HTTPS"}.items()
        },
    ),
    "file": ({"action": "hang", "match": "^scp"}, {"restconf": (f"has not answered by SSH {SILENT}",)}),
    "drop": (
        {"action": "drop", "match": _FIRST},
        dict.fromkeys(("netconf", "rest"), ("in the middle", "it may be restarting", AGAIN)),
    ),
    "reload": (
        {"action": "reload", "match": "rum-save"},
        {"restconf": ("in the middle", "it may be restarting", AGAIN)},
    ),
    "reset": ({"action": "reset", "match": "restconf"}, {"restconf": ("reset by peer", AGAIN)}),
    "truncate": ({"action": "truncate", "match": "all-reports"}, {"rest": ("in the middle", AGAIN)}),
    "garbage": (
        {"action": "garbage", "match": f"{_FIRST}|all-reports"},
        dict.fromkeys(("netconf", "rest"), ("cannot be read", AGAIN)),
    ),
    "status": ({"action": "status", "status": 503, "match": "smartlic"}, {"rest": ("status 503: do it again later",)}),
    "full": ({"action": "full_disk", "match": "rum-save"}, {"netconf": ("storagefailtostore", "check `dir`")}),
    # Nobody has given a collector anything by which it could know a device.
    "certificate": ({"action": "wrong_certificate"}, {"rest": ()}),
    "slow": ({"action": "slow", "match": _FIRST, "seconds": 0.3}, {"netconf": ()}),
}


def test_devices_that_fail_while_cslu_reads_them(make_lab: Callable[..., Lab]) -> None:
    """Beside the faults: a user that the device does not know, and services that are not configured."""
    ways = {"healthy-rest": "rest", "user-netconf": "netconf", "user-rest": "rest", "off-restconf": "restconf"}
    ways |= {f"{name}-{way}": way for name, (_fault, words) in PULLS.items() for way in words}
    fleet = [
        device(name, number, "cslu_pull", services=[] if name.startswith("off") else [way])
        | {"transport": "off", "variables": {"slp_access": [way]}}
        for number, (name, way) in enumerate(ways.items(), 1)
    ]
    lab = make_lab(*fleet, targets=[{"kind": "cslu"}], **IMPATIENT)
    for name, way in ways.items():
        password = "Wrong-1" if name.startswith("user") else PASSWORD
        at(lab, "cslu", "add_device", address=name, username=USER, password=password, method=way)
    for name, (fault, words) in PULLS.items():
        for way in words:
            lab.world.fault(target=f"{name}-{way}", **fault)
    lab.control.variables |= {"mock_runtime": str(lab.world.runtime)}
    expected = {f"{name}-{way}": said for name, (_fault, words) in PULLS.items() for way, said in words.items() if said}
    user = r"refuses the login of admin .+: user, password or AAA \(slp_collector_user and slp_collector_password"
    expected |= {"user-netconf": (user,), "user-rest": (user,), "off-restconf": (r"/restconf \(404\)", "slp_access")}
    broken = lab.tasks([step("collect"), LOOK])
    said(broken, expected)
    assert broken.results("wait for the ACK").keys() == ways.keys() - expected.keys()
    # CSLU itself shows the same.
    shown, found = jobs(lab, "cslu"), failures(broken)
    assert [name for name in expected if shown[name].removeprefix("collect: ") not in found[name]] == []

    # Onboarding configures what is missing, fails for whom it does not reach, and says who has still to be read.
    some = ["healthy-rest", "off-restconf", "refuse-rest", "full-netconf"]
    onboarded = lab.onboard("--limit", ",".join(some), **QUICK)
    judged(onboarded, {"refuse-rest": ("refuses the connection", "Is SSH enabled there")})
    audits = {host: result["audit"] for host, result in onboarded.results("Read and judge").items()}
    assert {host: audit["verdict"] for host, audit in audits.items()} == {
        "healthy-rest": "ok",
        "off-restconf": "never_reported",
        "full-netconf": "never_reported",
    }
    for host in ("off-restconf", "full-netconf"):
        assert audits[host]["next_step"].startswith("Let CSLU collect usage from this device"), audits[host]

    lab.world.clear_faults()
    for name in ("user-netconf", "user-rest"):
        at(lab, "cslu", "add_device", address=name, username=USER, password=PASSWORD, method=ways[name])
    healed = lab.tasks([step("collect"), LOOK])
    assert healed.code == 0, failures(healed)
    assert {one["audit"]["acknowledged"] for one in healed.results("wait for the ACK").values()} == {True}
    assert not [file for name in ways for file in lab.world.device(name)["files"] if "slp-" in file]


TENANT = {"name": "W", "smart_account": "example.com", "virtual_account": "DEFAULT", "synchronized": True}


def test_acks_that_do_not_come_back(make_lab: Callable[..., Lab]) -> None:
    """SSM On-Prem and Catalyst Center: CSSM in trouble, a device without a site, ACKs that a device does not take."""
    fleet = [
        device("tired", 1, "onprem_pull", services=["restconf"], variables={"slp_access": ["restconf"]}),
        device("healthy", 2, "onprem_pull", services=["rest"], variables={"slp_access": ["rest"]}),
        device("full-center", 3, "catalyst_center", services=["netconf"]),
        device("placeless", 4, "catalyst_center", services=["netconf"]),
    ]
    for one in fleet:
        one["transport"] = "off"
    lab = make_lab(*fleet, targets=[{"kind": "onprem", "tenants": [TENANT]}, {"kind": "catalyst_center"}], **IMPATIENT)
    access = {"tired": ("onprem", "restconf"), "healthy": ("onprem", "rest")}
    access |= dict.fromkeys(("full-center", "placeless"), ("catalyst_center", "netconf"))
    for name, (target, way) in access.items():
        at(lab, target, "add_device", address=name, username=USER, password=PASSWORD, method=way)
    at(lab, "catalyst_center", "assign_site", device="full-center", site="Global/Berlin")
    lab.control.variables |= {"mock_runtime": str(lab.world.runtime), "slp_collector_version": "9"}
    steps = [
        step("collect", "onprem", when="slp_topology == 'onprem_pull'"),
        step("report", "catalyst_center", when="slp_topology == 'catalyst_center'"),
    ]
    synchronize = {"target": "onprem", "action": "synchronize_usage"}
    world = {"runtime_dir": "{{ mock_runtime }}", "actions": [synchronize]}
    steps.append({"name": "synchronize", "c9800.slp.mock_target": world, "delegate_to": "localhost", "run_once": True})

    lab.world.fault(target="cssm", action="status", status=503)
    troubled = lab.tasks(steps, hosts="tired:healthy:full-center", **QUICK)
    assert failures(troubled).keys() == {"full-center", "tired"}  # one synchronises for all
    for message in failures(troubled).values():
        assert "CSSM grants no access token: HTTP status 503: do it again later" in message
    lab.world.clear_faults()

    lab.world.fault(target="tired", action="status", status=500, match="import-file")
    lab.world.fault(target="full-center", action="full_disk", match="^scp")
    lab.world.fault(target="full-center", action="hang", match="/smartlic")
    broken = lab.tasks([*steps, {**LOOK, "when": "inventory_hostname == 'healthy'"}], **QUICK)
    said(broken, {"placeless": ("report: placeless is not assigned to a site",)})
    lab.world.advance(seconds=5)
    look = [{"name": "look", "c9800.slp.info": {"topology": "{{ slp_topology }}"}}]
    audits = {host: result["audit"] for host, result in lab.tasks(look).results("look").items()}
    assert jobs(lab, "onprem")["tired"].startswith("deliver: tired answers import-file with status 500")
    assert audits["tired"]["next_step"].endswith("it then delivers the ACK")
    assert "No space left on device)): check `dir`" in jobs(lab, "catalyst_center")["full-center"]
    assert "nor can it be given by HTTPS: full-center has not answered" in jobs(lab, "catalyst_center")["full-center"]
    assert audits["full-center"]["next_step"].startswith("Look at the report's state in Catalyst Center")
    assert audits["placeless"]["next_step"].startswith("Trigger an ad hoc report in Catalyst Center")

    lab.world.clear_faults()
    at(lab, "catalyst_center", "assign_site", device="placeless", site="Global/Berlin")
    healed = lab.tasks([*steps, LOOK], **QUICK)
    assert healed.code == 0, failures(healed)
    assert {one["audit"]["acknowledged"] for one in healed.results("wait for the ACK").values()} == {True}


# What fails at a device while it is opened to a collector.
OPENED: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "healthy": ({}, ()),
    "drop": ({"action": "drop", "match": "^aaa authorization"}, ("in the middle of 'aaa authorization", "run again")),
    "reload": ({"action": "reload", "match": "^aaa new-model"}, ("in the middle of 'aaa new-model'", "run again")),
    "refused": (
        {"action": "error", "match": "^netconf-yang", "text": "% NETCONF is not available"},
        ("the device says '% NETCONF is not available'",),
    ),
    "imposter": ({}, ("its host key has changed", "ssh-keygen -R")),
}


def test_devices_that_fail_while_they_are_opened_to_a_collector(make_lab: Callable[..., Lab]) -> None:
    """Who is half open is not read, and a device that shows another host key is not even logged in to."""
    variables = {"slp_access": ["netconf"], "slp_collector_user": "cslu", "slp_collector_password": "Sim-C0llect0r"}
    lab = make_lab(
        *(device(name, number, "cslu_pull", variables=variables) for number, name in enumerate(OPENED, 1)),
        targets=[{"kind": "cslu"}],
        **IMPATIENT,
    )
    (place,) = (one["host_key"].split()[0] for one in lab.world.facts["devices"] if one["name"] == "imposter")
    key = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    file = lab.control.directory / "imposters"
    file.write_text(f"{place} {key}\n")
    lab.control.set_host("imposter", ansible_slp_known_hosts_file=str(file))
    for name, (fault, _words) in OPENED.items():
        if fault:
            lab.world.fault(target=name, **fault)
        at(lab, "cslu", "add_device", address=name, username="cslu", password="Sim-C0llect0r", method="netconf")
    lab.control.variables |= {"mock_runtime": str(lab.world.runtime)}
    broken = lab.onboard(**QUICK)
    judged(broken, {name: words for name, (_fault, words) in OPENED.items() if words})
    assert lab.typed("imposter") == []
    closed = lab.tasks([step("collect")])
    said(
        closed, {name: ("refuses TCP 830|refuses the login of cslu",) for name, (_f, words) in OPENED.items() if words}
    )

    lab.world.clear_faults()
    lab.control.set_host("imposter")
    healed = lab.onboard(**QUICK)
    assert healed.code == 0, failures(healed)
    read = lab.tasks([step("collect"), LOOK])
    assert read.code == 0, failures(read)
