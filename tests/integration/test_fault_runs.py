# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on the way, one fault for each device of a fleet: who fails, what is said of it, what heals it."""

from __future__ import annotations

import re
from collections.abc import Callable

from .fault_tools import AWAY, CSLU, Fault, Made, device, judged
from .lab import Lab, changed, failures

QUICK = {"ansible_command_timeout": 4, "ansible_slp_auth_timeout": 5, "sync_timeout": 30}
NOT_GIVEN = "the trust code was not (installed on PID:|given: )"
RUN_AGAIN = "Run again"


# What fails at a collector; the words are those by which somebody finds it. Without words the run succeeds.
SERVERS: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "refuse": ({"action": "refuse"}, (AWAY, "Communications failure", "Check that CSLU runs there, then route")),
    "hang": ({"action": "hang"}, (AWAY, "Communications failure", "Check that CSLU runs there")),
    "reset": ({"action": "reset"}, (AWAY, "Communications failure", "Check that CSLU runs there")),
    "status": ({"action": "status", "status": 503}, (AWAY, "Communications failure", "Check that CSLU runs there")),
    "garbage": ({"action": "garbage"}, (AWAY, "Received empty response", "Check what answers at http")),
    "certificate": (
        {"action": "wrong_certificate"},
        (AWAY, "Communications failure", "its certificate: the name in the URL"),
    ),
    "slow": ({"action": "slow", "seconds": 1}, ()),
    "time": ({"action": "wrong_time", "seconds": 7200}, ()),
}


def test_collectors_that_fail(make_lab: Callable[..., Lab]) -> None:
    """cli.md 4, COMM_FAILED: each fails its own devices; the message names the server at its URL, as there are many."""
    devices, targets = [device("healthy", 1, variables={"slp_cslu_url": CSLU})], [{"kind": "cslu"}]
    urls = {}
    for number, name in enumerate(SERVERS, 2):
        urls[name] = f"{'https' if name == 'certificate' else 'http'}://cslu-{name}:8182/cslu/v1/pi"
        variables = {"slp_cslu_url": urls[name], "slp_revocation_check": "none"}
        devices.append(device(name, number, variables=variables))
        targets.append({"kind": "cslu", "name": f"at-{name}", "hostname": f"cslu-{name}"})
    tenant = {"name": "W", "smart_account": "example.com", "virtual_account": "DEFAULT", "synchronized": True}
    urls["onprem"] = "https://onprem.example.net/cslu/v1/pi/W"
    variables = {"slp_url": urls["onprem"], "slp_revocation_check": "none"}
    devices.append(device("onprem", 20, "onprem_push", variables=variables))
    targets.append({"kind": "onprem", "name": "at-onprem", "tenants": [tenant]})
    lab = make_lab(*devices, targets=targets)
    faults = {name: fault for name, (fault, _words) in SERVERS.items()} | {
        "onprem": {"action": "status", "status": 500}
    }
    for name, fault in faults.items():
        lab.world.fault(target=f"at-{name}", **fault)
    expected = {name: (*words, re.escape(urls[name])) for name, (_fault, words) in SERVERS.items() if words}
    expected["onprem"] = (AWAY, f"SSM On-Prem at {re.escape(urls['onprem'])}", "slp_revocation_check: none")
    broken = lab.onboard(**QUICK)
    judged(broken, expected)
    (told,) = broken.results("Say who has reported").values()
    assert told["msg"][0] == "acknowledged: 3 (healthy, slow, time)"

    lab.world.clear_faults()
    healed = lab.onboard(**QUICK)
    assert healed.code == 0, failures(healed)
    assert [changed(healed, name) for name in ("healthy", "slow", "time")] == [[], [], []]
    (told,) = healed.results("Say who has reported").values()
    # Some of the others may have reported by themselves meanwhile: a device tries again.
    (already,) = (line for line in told["msg"] if line.startswith("already: "))
    assert {"healthy", "slow", "time"} <= set(re.findall(r"[\w-]+", already))
    assert "reported: 1 (onprem)" in told["msg"]


# The same at CSSM, where a device asks for trust by an ID token.
RECEIVER: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "refuse": ({"action": "refuse"}, (NOT_GIVEN, "Communications failure", "DNS, route and TCP 443")),
    "hang": ({"action": "hang"}, (NOT_GIVEN, "TCP 443")),
    "reset": ({"action": "reset"}, (NOT_GIVEN, "TCP 443")),
    "status": ({"action": "status", "status": 502}, (NOT_GIVEN, "TCP 443")),
    "garbage": (
        {"action": "garbage"},
        (NOT_GIVEN, "Received empty response", "Check what answers at https://smartreceiver"),
    ),
    "certificate": ({"action": "wrong_certificate"}, (NOT_GIVEN, "trustpool")),
    "time": ({"action": "wrong_time", "seconds": 7200}, (NOT_GIVEN, "ntp server")),
}


def test_cssm_that_fails_its_devices(make_lab: Callable[..., Lab]) -> None:
    """One run: fault after fault at CSSM, while another device reports to its CSLU as ever."""
    lab = make_lab(device("direct", 1, "direct_smart"), device("push", 2), targets=[{"kind": "cslu"}])
    token = lab.token(uses=20)["token"]
    configure = {"c9800.slp.configure": {"topology": "{{ slp_topology }}", "cslu_url": CSLU}}
    ask = {"topology": "direct_smart", "token": "{{ id_token }}", "wait": 15, "poll": 1}
    tasks: list[Made] = [{"name": "configure", **configure}]
    for name, (fault, _words) in RECEIVER.items():
        world = {"runtime_dir": str(lab.world.runtime), "faults": [{"target": "smart_receiver", **fault}]}
        tasks += [
            {"name": f"break by {name}", "c9800.slp.mock_target": world, "run_once": True, "delegate_to": "localhost"},
            {
                "name": f"trust {name}",
                "c9800.slp.trust_code": ask,
                "ignore_errors": True,
                "when": "slp_topology == 'direct_smart'",
            },
            {"name": f"push {name}", "c9800.slp.sync": {"topology": "cslu_push", "force": True, "wait": 20, "poll": 1}},
        ]
        tasks[-1]["when"] = "slp_topology == 'cslu_push'"
    heal = {"runtime_dir": str(lab.world.runtime), "faults": []}
    tasks += [
        {"name": "heal", "c9800.slp.mock_target": heal, "run_once": True, "delegate_to": "localhost"},
        {
            "name": "trust healed",
            "c9800.slp.trust_code": {**ask, "force": True},
            "when": "slp_topology == 'direct_smart'",
        },
    ]
    done = lab.tasks(tasks, id_token=token)
    assert done.code == 0, failures(done)
    for name, (_fault, words) in RECEIVER.items():
        message = done.results(f"trust {name}")["direct"]["msg"]
        assert message.startswith("direct: "), message
        for word in words:
            assert re.search(word, message), f"{name}: {word!r} is not in {message!r}"
        assert done.results(f"push {name}")["push"]["outcome"] == "acknowledged", name
    # CSSM gave a code in an answer that came as garbage: it is had by force only, as the device says.
    assert done.results("trust healed")["direct"]["outcome"] == "installed"


# What fails at a device while it is onboarded over its command line.
DEVICES: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "refuse": ({"action": "refuse"}, ("refuses the connection", "Is SSH enabled there")),
    "hang": ({"action": "hang", "match": "^show license"}, ("4 s of silence", "raise command_timeout")),
    "login": ({"action": "hang", "match": "<login>"}, ("5 s of silence", "raise auth_timeout")),
    "drop": (
        {"action": "drop", "match": "^configure terminal"},
        ("url_cslu is not set and should be", "the session ended in the middle of 'configure terminal'", "run again"),
    ),
    "reload": (
        {"action": "reload", "match": "^license smart url"},
        ("url_cslu is not set and should be", "the session ended in the middle of 'license smart url", "run again"),
    ),
    "reload-sync": (
        {"action": "reload", "match": "^license smart sync"},
        ("the session ended in the middle of 'license smart sync local'", RUN_AGAIN),
    ),
    "garbage": (
        {"action": "garbage", "match": "^show license", "after": 300},
        ("show license all: the output is not complete", "Read it again"),
    ),
    "error": (
        {"action": "error", "match": "^license smart url", "text": "%Error: resource is busy"},
        ("url_cslu is not set and should be", "the device says '%Error: resource is busy'", "run again"),
    ),
    "nvram": (
        {"action": "error", "match": "^copy running", "text": "%Error opening nvram: (No space left on device)"},
        ("that is not saved", "No space left on device", "Give `copy running-config startup-config`"),
    ),
    "slow": ({"action": "slow", "match": "^show license", "seconds": 0.3}, ()),
}


def test_devices_that_fail_while_they_are_onboarded(make_lab: Callable[..., Lab]) -> None:
    devices = [device(name, number) for number, name in enumerate(("healthy", *DEVICES), 1)]
    lab = make_lab(*devices, targets=[{"kind": "cslu"}])
    for name, (fault, _words) in DEVICES.items():
        lab.world.fault(target=name, **fault)
    broken = lab.onboard(slp_cslu_url=CSLU, **QUICK)
    judged(broken, {name: words for name, (_fault, words) in DEVICES.items() if words})
    (told,) = broken.results("Say who has reported").values()
    assert told["msg"][0] == "acknowledged: 2 (healthy, slow)"

    lab.world.clear_faults()
    healed = lab.onboard(slp_cslu_url=CSLU, **QUICK)
    assert healed.code == 0, failures(healed)
    for name in DEVICES:
        state = lab.world.device(name)
        assert state["config"]["url_cslu"] == CSLU, name
        assert state["last_ack"], name
        assert state["config"]["saved"] or name == "nvram", name
    assert [changed(healed, name) for name in ("healthy", "slow")] == [[], []]


# What fails at a device that is collected from by its data models.
_READ = "netconf:get$|/restconf/data"
_SAVE = "rum-save-usage"
YANG = "show platform software yang-management process"
MODELS: dict[str, tuple[Fault, dict[str, tuple[str, ...]]]] = {
    # name: the fault, and the words of each way on which it fails
    "refuse": (
        {"action": "refuse"},
        {"netconf": ("refuses the connection", "Is 'netconf-yang' configured"), "rest": ("ip http secure-server",)},
    ),
    "hang": (
        {"action": "hang", "match": _READ},
        {"netconf": ("within 4 s", "Raise command_timeout"), "rest": ("within 4 s", "Raise command_timeout")},
    ),
    "drop": (
        {"action": "drop", "match": _READ},
        {"netconf": ("in the middle of get", RUN_AGAIN, YANG), "rest": ("closed connection", RUN_AGAIN, YANG)},
    ),
    "reload": (
        {"action": "reload", "match": _SAVE},
        {
            "netconf": (f"in the middle of {_SAVE}", RUN_AGAIN),
            "rest": (f"no answer to {_SAVE}", "closed connection", RUN_AGAIN),
        },
    ),
    "garbage": (
        {"action": "garbage", "match": _READ},
        {"netconf": ("cut off or altered", "Read it again"), "rest": ("is no JSON", "Read it again")},
    ),
    "truncate": (
        {"action": "truncate", "match": _READ},
        {"netconf": ("in the middle of get", RUN_AGAIN), "rest": ("cut off", RUN_AGAIN)},
    ),
    "full": (
        {"action": "full_disk", "match": _SAVE},
        dict.fromkeys(("netconf", "rest"), ("does not save its reports", "Check `dir` for free space")),
    ),
    "slow": ({"action": "slow", "match": _READ, "seconds": 0.3}, {}),
    "status": ({"action": "status", "status": 503, "match": _READ}, {"rest": ("HTTP 503", "Run again later")}),
    "reset": ({"action": "reset", "match": _READ}, {"rest": ("closed connection|reset by peer", RUN_AGAIN)}),
    "certificate": ({"action": "wrong_certificate"}, {"rest": ("certificate is not trusted", "ansible_slp_ca_path")}),
}
SERVICE = {"netconf": "netconf", "rest": "restconf"}


def test_devices_that_fail_while_they_are_collected_from(make_lab: Callable[..., Lab]) -> None:
    """cslu_pull with the collection as the collector. No report is lost: what failed is collected with the next run."""
    pulled = [
        device(
            f"{name}-{way}",
            10 * number + place,
            "cslu_pull",
            services=[SERVICE[way]],
            variables={"ansible_connection": f"c9800.slp.{way}", "method": SERVICE[way]},
        )
        for number, name in enumerate(("healthy", *MODELS))
        for place, way in enumerate(SERVICE)
        if way == "rest" or name in ("healthy", "slow") or way in MODELS[name][1]
    ]
    names = [str(one["name"]) for one in pulled]
    lab = make_lab(*pulled)
    for name, (fault, _words) in MODELS.items():
        for way in SERVICE:
            lab.world.fault(target=f"{name}-{way}", **fault)
    options = {"archive": "{{ slp_archive }}", "method": "{{ method }}", "smart_account": "example.com"}
    collect = [{"name": "collect", "c9800.slp.usage_report": {**options, "virtual_account": "DEFAULT"}}]
    broken = lab.tasks(collect, **QUICK)
    words = {f"{name}-{way}": said for name, (_fault, ways) in MODELS.items() for way, said in ways.items()}
    judged(broken, words)

    lab.world.clear_faults()
    healed = lab.tasks(collect, **QUICK)
    assert healed.code == 0, failures(healed)
    outcomes = {host: result["outcome"] for host, result in healed.results("collect").items()}
    assert {host: outcomes[host] for host in words} == dict.fromkeys(words, "collected")
    assert outcomes.keys() == set(names)
