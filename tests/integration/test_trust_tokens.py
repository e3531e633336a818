# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the ID tokens of the trust role come from, and what is said where none can be had."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from typing import Any

from .lab import PAIR, SINGLE, Lab, failures


def numbered(name: str, number: int, **variables: Any) -> dict[str, Any]:
    """A controller that is ready to ask CSSM."""
    return {
        **SINGLE,
        "name": name,
        "serial": f"9SIM00200{number:02}",
        "transport": "smart",
        "variables": variables,
    }


def test_a_token_out_of_a_vault(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(numbered("wlc1", 1))
    made = lab.token()
    password, vault = (lab.control.directory / name for name in ("password", "vault.yml"))
    password.write_text("Vault-Sim-Passw0rd")
    vault.write_text(f"slp_id_token: {made['token']}\n")
    subprocess.run(
        ["ansible-vault", "encrypt", "--vault-password-file", password, vault],
        env=lab.control.environment(),
        check=True,
        capture_output=True,
    )
    assert made["token"] not in vault.read_text()
    done = lab.roles("trust", arguments=("--vault-password-file", str(password), "-e", f"@{vault}"))
    assert done.code == 0, done.output
    assert lab.triggers("wlc1") == [f"license smart trust idtoken {made['token']} local"]


def test_one_account_without_a_token_stops_its_hosts_alone(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(
        numbered("good", 1),
        numbered("other", 2, slp_virtual_account="Nobody's / here"),
        numbered("none", 3, slp_virtual_account=""),
    )
    done = lab.roles("trust")
    found = failures(done)
    assert found.keys() == {"other", "none"}
    assert found["other"].startswith("no ID token for example.com/Nobody's / here: ")
    assert "Check the account's names" in found["other"]
    assert "slp_smart_account and slp_virtual_account" in found["none"]
    assert [len(lab.triggers(host)) for host in ("good", "other", "none")] == [1, 0, 0]


MOODS: Mapping[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "401": ({"action": "status", "status": 401, "text": "{}", "times": 2}, ("HTTP 401", "token_url")),
    "403": (
        {"action": "status", "status": 403, "text": '{"message":"Not yours"}', "times": 1},
        ("HTTP 403", "Not yours", "role on this Smart Account"),
    ),
    "429": (
        {"action": "status", "status": 429, "seconds": 3600, "text": "{}", "times": 1},
        ("HTTP 429", "Retry-After 3600", "run again later"),
    ),
    "503": ({"action": "status", "status": 503, "seconds": 900, "times": 1}, ("HTTP 503", "Retry-After 900")),
}


def test_cssm_in_a_bad_mood_is_quoted_and_asked_again(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(numbered("wlc1", 1))
    for name, (fault, says) in MOODS.items():
        lab.world.fault(target="cssm", match="token/list", **fault)
        message = failures(lab.roles("trust"))["wlc1"]
        assert [word for word in ("no ID token for example.com/DEFAULT", *says) if word not in message] == [], name
        lab.world.clear_faults()
    assert lab.triggers("wlc1") == []
    assert lab.world.control("GET", "/targets/cssm")["id_tokens"] == []
    done = lab.roles("trust")
    assert done.code == 0, done.output
    assert len(lab.triggers("wlc1")) == 1


def test_a_token_that_was_used_up_or_revoked_is_not_found_again(make_lab: Callable[..., Lab]) -> None:
    """CSSM lists active ones only; a person's token of the same description is as good as ours."""
    lab = make_lab(numbered("wlc1", 1))
    revoked = lab.token(description="c9800.slp")
    lab.world.control("POST", "/targets/cssm/revoke_token", {"number": revoked["number"]})
    lab.token(description="c9800.slp", uses=0)
    good = lab.token(description="c9800.slp")
    done = lab.roles("trust", trust_token_export_controlled=False)
    assert done.code == 0, done.output
    assert lab.triggers("wlc1") == [f"license smart trust idtoken {good['token']} local"]
    assert len(lab.world.control("GET", "/targets/cssm")["id_tokens"]) == 3


def test_force_replaces_all_codes_and_a_refused_token_none(make_lab: Callable[..., Lab]) -> None:
    """cli.md 4, (a): without force the install of another code fails. The new codes decide the Virtual Account."""
    lab = make_lab(numbered("single", 1), {**PAIR, "name": "pair", "serial": "TTM0020102", "transport": "smart"})

    def codes() -> dict[str, Any]:
        return {host: lab.world.device(host)["trust"] for host in ("single", "pair")}

    assert lab.roles("trust").code == 0
    old = codes()
    assert [len(units) for units in old.values()] == [1, 2]
    refused = lab.roles("trust", trust_force=True, slp_id_token="bm8tc3VjaC10b2tlbg%3D%3D%0A")
    assert all("The ID token is not known" in message for message in failures(refused).values())
    assert (len(failures(refused)), codes()) == (2, old)
    checked = lab.roles("trust", arguments=("--check",), trust_force=True)
    assert (checked.code, codes()) == (0, old)
    forced = lab.roles("trust", trust_force=True)
    assert forced.code == 0, forced.output
    new = codes()
    assert not [unit for host in new for unit in new[host] if new[host][unit] == old[host][unit]]
    assert [line.split(maxsplit=5)[5] for line in lab.triggers("single")] == ["local", "local force", "local force"]
    assert [line.split(maxsplit=5)[5] for line in lab.triggers("pair")] == ["all", "all force", "all force"]


def test_tokens_that_cssm_refuses(make_lab: Callable[..., Lab]) -> None:
    """cli.md 4, TRUST_CODE_INSTALL_FAILED: wrong or expired token."""
    names = ("unknown", "revoked", "used")
    lab = make_lab(*({**SINGLE, "name": name, "serial": f"9SIM001000{n}"} for n, name in enumerate(names)))
    revoked = lab.token()
    lab.world.control("POST", "/targets/cssm/revoke_token", {"number": revoked["number"]})
    lab.secrets.add("bm8tc3VjaC10b2tlbg%3D%3D%0A")
    lab.control.set_host("unknown", slp_id_token="bm8tc3VjaC10b2tlbg%3D%3D%0A")
    lab.control.set_host("revoked", slp_id_token=revoked["token"])
    lab.control.set_host("used", slp_id_token=lab.token(uses=0)["token"])
    done = lab.onboard()
    assert done.code != 0
    for host, message in failures(done).items():
        assert "the trust code was not installed on PID:" in message, host
        assert "Take another ID token" in message, host
    assert failures(done).keys() == set(names)
    # And no report was tried without trust.
    assert [len(lab.triggers(host)) for host in names] == [1, 1, 1]


def test_tokens_that_are_none_reach_no_device(make_lab: Callable[..., Lab]) -> None:
    """They would be typed at it: a question mark is its help, a new line a further command."""
    bad = {"meta": "canary-$(reload)", "blank": "canary token", "help": "canary?token", "line": "canary-token\nreload"}
    bad |= {"pipe": "canary-token|x", "long": "canary" * 43, "nothing": "  "}
    lab = make_lab(
        *(
            {**SINGLE, "name": name, "serial": f"9SIM001003{n}", "transport": "smart", "variables": {"id_token": token}}
            for n, (name, token) in enumerate(bad.items())
        )
    )
    asked = {"topology": "direct_smart", "token": "{{ id_token }}"}
    done = lab.tasks([{"name": "trust", "c9800.slp.trust_code": asked}])
    assert {host for host, message in failures(done).items() if "Copy the token" in message} == set(bad)
    assert "canary" not in done.output
    assert not [line for host in bad for line in lab.typed(host) if "canary" in line or line == "reload"]
