# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret in anything that a run prints or leaves behind, at any verbosity (design 3.7).

Every secret that the playbooks take is planted with a mark of its own. Then all that four ``v`` print, Ansible's log,
every task's result, and every file that the runs made are searched for the marks, as they are and as they travel.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import asyncssh
import pytest
import yaml
from ansible_collections.c9800.slp.plugins.plugin_utils.mock.cssm_oauth import TOKEN_MARK

from tests.unit.portal.servers import Proxy, in_thread

from .conftest import Control, Run, World

COLLECT, SUBMIT, INSTALL = "c9800.slp.airgap_collect", "c9800.slp.airgap_submit", "c9800.slp.airgap_install"
AUDIT = "c9800.slp.audit"
CHECK = ("--check", "--diff")
PLANTED = {
    "device password": "canary-device/1+&",
    "enable password": "canary-enable 2%",
    "wrong device password": "canary-wrong-device-3",
    "wrong enable password": "canary-wrong-enable-4",
    "jump host password": "canary-jump@5",
    "wrong jump host password": "canary-wrong-jump-6",
    "key passphrase": "canary-passphrase-7",
    "wrong client secret": "canary-wrong+secret/8",
    "proxy password": "canary-proxy@/9",
    "wrong proxy password": "canary-wrong-proxy-10",
    "wrong CCO password": "canary-cco&11",
}
DEVICE = {
    "smart_account": "example.com",
    "virtual_account": "Campus",
    "transport": "off",
    "aps": 2,
    "waiting_reports": 2,
    "password": PLANTED["device password"],
}
BY_HAND = {"privilege": 1, "enable_password": PLANTED["enable password"]}
FLEET = [
    {**DEVICE, "name": name, "serial": f"9SIM00004{number:02d}", **more}
    for number, (name, more) in enumerate(
        {
            "plain": {"release": "17.12.4"},
            "old": {"release": "17.6.5"},
            "enables": {"release": "17.9.5", **BY_HAND},
            "behind": {"release": "17.15.3"},
            "wrong-password": {},
            "wrong-enable": BY_HAND,
            "wrong-jump": {},
            "wrong-key": {},
            "refuses": {"release": "17.12.4"},
        }.items()
    )
]
FAILING = {"wrong-password", "wrong-enable", "wrong-jump", "wrong-key"}


class _JumpHost(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return password == PLANTED["jump host password"]

    def connection_requested(self, *_where: Any) -> bool:
        return True


@contextlib.asynccontextmanager
async def serve_jump_host() -> AsyncIterator[int]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.create_server(_JumpHost, "127.0.0.1", 0, server_host_keys=[key])
    yield server.get_port()
    server.close()


@pytest.fixture
def jump_port() -> Iterator[int]:
    with in_thread(serve_jump_host) as port:
        yield port


@pytest.fixture
def proxy_port() -> Iterator[int]:
    login = base64.b64encode(f"squid:{PLANTED['proxy password']}".encode()).decode()
    with in_thread(Proxy(f"Basic {login}").serve) as port:
        yield port


class Site:
    """Both sides of an air gap, and everything that was printed there."""

    def __init__(self, world: World, inside: Control, outside: Control) -> None:
        self.world, self.inside, self.outside = world, inside, outside
        self.printed: dict[str, str] = {}
        for control in (inside, outside):
            control.use_mock_fleet(world)
            control.stick = inside.directory.parent / "stick"
            control.settings = {"ANSIBLE_LOG_PATH": str(control.directory / "ansible.log"), "ANSIBLE_DEBUG": "0"}

    def play(self, playbook: str, *arguments: str, code: int, **variables: Any) -> Run:
        """Run it; the variables come out of a file, for Ansible itself prints those of the command line."""
        control = self.inside if playbook in (COLLECT, INSTALL, AUDIT) else self.outside
        control.set_host("localhost", **variables)
        run = control.play(playbook, "-vvvv", *arguments)
        assert run.code == code, run.output
        (control.directory / "run.json").rename(control.directory / f"run{len(self.printed)}.json")
        self.printed[f"{playbook} {' '.join(arguments)} {len(self.printed)}"] = run.output
        return run


@pytest.fixture
def site(
    start_world: Callable[..., World], make_control: Callable[[str], Control], tmp_path: Path, jump_port: int
) -> Site:
    world = start_world(FLEET)
    site = Site(world, make_control("inside"), make_control("outside"))
    jump = {
        "ansible_slp_jump_host": "127.0.0.1",
        "ansible_slp_jump_port": jump_port,
        "ansible_slp_jump_user": "bastion",
        "ansible_slp_host_key_policy": "accept_new",
        "ansible_slp_known_hosts_file": str(tmp_path / "known_hosts"),
    }
    for host, believed in {
        "behind": {**jump, "ansible_slp_jump_password": PLANTED["jump host password"]},
        "wrong-jump": {**jump, "ansible_slp_jump_password": PLANTED["wrong jump host password"]},
        "wrong-password": {"ansible_password": PLANTED["wrong device password"]},
        "wrong-enable": {"ansible_become_password": PLANTED["wrong enable password"]},
        "wrong-key": {
            "ansible_private_key_file": str(tmp_path / "no-such-key"),
            "ansible_private_key_passphrase": PLANTED["key passphrase"],
        },
    }.items():
        site.inside.set_host(host, **believed)
    world.fault(target="refuses", match="^license smart import", action="error", text="Import Data Failed: no\n")
    return site


def test_no_secret_anywhere(site: Site, proxy_port: int, tmp_path: Path) -> None:
    through = f"http://squid:{quote(PLANTED['proxy password'], safe='')}@127.0.0.1:{proxy_port}"
    wrongly = f"http://squid:{PLANTED['wrong proxy password']}@127.0.0.1:{proxy_port}"
    site.inside.variables = {"slp_report_dir": str(tmp_path / "report"), "collect_trust_requests": True}
    collected = site.play(COLLECT, *CHECK, code=4).results("Take the usage reports off the device")
    assert {host for host, result in collected.items() if "message" not in result} == FAILING
    site.play(COLLECT, "--diff", code=4)
    site.play(SUBMIT, *CHECK, code=0)
    site.play(SUBMIT, code=2, slp_cssm_client_secret=PLANTED["wrong client secret"])
    site.play(SUBMIT, code=2, slp_cssm_proxy=wrongly)
    site.world.fault(target="cssm", match="report-usage", action="status", status=401, text="{}", times=2)
    site.play(SUBMIT, code=2)
    site.play(password_grant(site, tmp_path), code=2)
    site.play(SUBMIT, "--diff", code=0, slp_cssm_proxy=through)
    site.play(INSTALL, *CHECK, code=4)
    installed = site.play(INSTALL, "--diff", code=4).results("Install every ACK that waits in the archive")
    assert {host for host, result in installed.items() if result.get("changed")} == {
        "plain",
        "old",
        "enables",
        "behind",
    }
    site.play(AUDIT, "--diff", code=2)

    secrets = {
        **PLANTED,
        "client secret": site.world.facts["cssm"]["client_secret"],
        "CCO password": site.world.facts["cssm"]["password"],
        "access token": TOKEN_MARK,
    }
    assert found_in(site, secrets, tmp_path) == []
    # The search itself finds what is there.
    assert "ESTABLISH SSH SESSION" in "".join(site.printed.values())
    assert (site.inside.directory / "ansible.log").stat().st_size > 10_000
    assert found_in(site, {"a user": "squid", "another": "bastion", "name": "9SIM0000400"}, tmp_path) != []


def password_grant(site: Site, directory: Path) -> str:
    """A playbook that takes the other kind of token and submits; then it does so with a wrong password, and fails."""
    cssm = site.world.facts["cssm"]
    task = {
        "archive": str(site.outside.archive),
        "grant_type": "password",
        "username": cssm["username"],
        **{name: f"{{{{ slp_cssm_{name} }}}}" for name in ("base_url", "token_url", "client_id", "client_secret")},
        "ca_path": "{{ slp_cssm_ca_path }}",
    }
    right = {**task, "password": cssm["password"], "wait": 0}
    wrong = {**task, "password": PLANTED["wrong CCO password"]}
    tasks = [{"c9800.slp.cssm_usage_report": arguments} for arguments in (right, wrong)]
    book = directory / "grant.yml"
    book.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    return str(book)


def found_in(site: Site, secrets: dict[str, str], directory: Path) -> list[str]:
    """Where a secret is: in what was printed, in what the mock targets were told to do, in files."""
    texts = {name: text.encode() for name, text in site.printed.items()}
    texts["commands"] = str(site.world.control("GET", "/log")).encode()
    texts["requests"] = str(site.world.control("GET", "/cssm?payloads=1")).encode()
    # The mock targets' own directory holds their secrets by design, as do the inventory and the playbook.
    for path in directory.rglob("*"):
        known = {"mock0", "host_vars", "grant.yml"} & set(path.relative_to(directory).parts)
        if path.is_file() and not known:
            texts[str(path.relative_to(directory))] = path.read_bytes()
    assert any(name.startswith("inside/archive/pi") for name in texts)
    assert any(name.startswith("stick/ACK_") for name in texts)
    assert any(name.startswith("report/") for name in texts)
    return [
        f"{what} in {name}: {excerpt(text, form)}"
        for name, text in texts.items()
        for what, secret in secrets.items()
        for form in forms(secret)
        if form in text
    ]


def forms(secret: str) -> set[bytes]:
    """The secret as it is, as JSON and URLs write it, and as Basic authentication and other base64 does."""
    plain = secret.encode()
    # What stands before it shifts base64 by up to two octets; whole groups of three inside stay recognisable.
    shifted = {base64.b64encode(b"x" * n + plain)[4 if n else 0 : -4] for n in range(3)}
    return {plain, quote(secret, safe="").encode(), quote_plus(secret).encode(), *shifted}


def excerpt(text: bytes, form: bytes) -> str:
    place = text.index(form)
    return repr(text[max(0, place - 120) : place + len(form) + 20])
