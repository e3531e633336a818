# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection plugin as Ansible loads it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible import constants as C  # noqa: N812
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.playbook.play_context import PlayContext
from ansible_collections.c9800.slp.plugins.connection import cli, netconf, rest
from ansible_collections.c9800.slp.plugins.doc_fragments import login
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import LoginError

from .conftest import DROP, ENABLE, PASSWORD, Lab, Served, Terminal

Connect = Callable[..., Any]
TREE = str(Path(cli.__file__).parents[5])


def document(plugin: Any, name: str) -> None:
    """Tell Ansible the options of a plugin, as its loader does."""
    options: dict[str, Any] = {}
    for part in (login.ModuleDocFragment.DOCUMENTATION, login.ModuleDocFragment.SSH, plugin.DOCUMENTATION):
        options |= yaml.safe_load(part)["options"]
    C.config.initialize_plugin_configuration_definitions("connection", name, options)


@pytest.fixture
def connect(lab: Lab) -> Connect:
    """A connection to a scripted device, with options given as an inventory gives them."""
    document(cli, "c9800.slp.cli")

    def make(served: Served | Terminal | None = None, **variables: Any) -> Any:
        served = served if isinstance(served, Served) else lab.serve(served)
        settings = lab.settings(served)
        given = {
            "inventory_hostname": "wlc1",
            "ansible_host": "127.0.0.1",
            "ansible_port": served.port,
            "ansible_user": "slp",
            "ansible_password": PASSWORD,
            "ansible_slp_known_hosts_file": settings.known_hosts_file,
            "ansible_command_timeout": "5",
        }
        connection = cli.Connection(PlayContext(), io.StringIO(), shell=object())
        connection._load_name = "c9800.slp.cli"
        connection.set_options(var_options=given | variables)
        return connection

    return make


def test_nothing_is_connected_before_it_is_needed(lab: Lab, connect: Connect) -> None:
    served = lab.serve()
    connection = connect(served)
    assert served.terminal.logins == 0
    with connection.open_driver() as driver:
        assert driver.host == "wlc1"
        assert served.terminal.logins == 1
        assert driver.run("show privilege")
    assert not connection.connected


def test_raw_commands(connect: Connect) -> None:
    connection = connect(Terminal(replies={"show clock": "10:00\n", "show x": "x\n"}))
    assert connection.exec_command(b"show clock\nshow x") == (0, b"10:00\nx", b"")
    code, out, err = connection.exec_command("show clock\nshow nonsense")
    assert (code, out) == (1, b"10:00")
    assert err.startswith(b"wlc1: 'show nonsense' failed (% Invalid input")
    assert connection.connected
    connection.reset()
    assert not connection.connected
    assert connection.exec_command("show clock")[0] == 0
    connection.close()


def test_a_command_that_hangs_fails_and_the_next_one_logs_in_anew(connect: Connect) -> None:
    connection = connect(Terminal(replies={"show x": ["y", 30.0]}), ansible_command_timeout="0.3")
    code, _out, err = connection.exec_command("show x")
    assert (code, b"silence" in err) == (1, True)
    assert connection.exec_command("show privilege")[0] == 0
    connection.close()


def test_enable_password_by_the_variable_that_people_know(connect: Connect) -> None:
    connection = connect(Terminal(privilege=1, enable=ENABLE), ansible_become_password=ENABLE)
    assert connection.exec_command("show privilege")[1] == b"Current privilege level is 15"
    connection.close()


def test_jump_host(lab: Lab, connect: Connect) -> None:
    jump = lab.serve()
    lab.settings(jump)
    connection = connect(
        ansible_slp_jump_host="127.0.0.1", ansible_slp_jump_port=jump.port, ansible_slp_jump_password=PASSWORD
    )
    assert connection.exec_command("show privilege")[0] == 0
    assert jump.terminal.logins == 1
    connection.close()


def test_modules_that_need_a_shell_are_refused_before_any_login(lab: Lab, connect: Connect) -> None:
    """As Ansible begins to gather facts, the default of every play."""
    served = lab.serve()
    connection = connect(served)
    for use in (
        lambda: connection.exec_command("echo ~slp && sleep 0"),
        lambda: connection.exec_command('( umask 77 && mkdir -p "` echo ~/.ansible/tmp `" )'),
        lambda: connection.put_file("/etc/hosts", "bootflash:a.xml"),
        lambda: connection.fetch_file("bootflash:a.xml", "/nowhere"),
    ):
        with pytest.raises(AnsibleError, match=r"wlc1: this module needs a shell.*gather_facts: false"):
            use()
    assert served.terminal.logins == 0


def test_become_is_ignored(connect: Connect) -> None:
    connection = connect()
    connection.set_become_plugin(object())
    assert connection.become is None


def test_a_device_that_cannot_be_had_is_unreachable(connect: Connect) -> None:
    connection = connect(ansible_password="canary-wrong")
    with pytest.raises(AnsibleConnectionFailure, match="wlc1: user 'slp' or the password"):
        connection.exec_command("show clock")
    with pytest.raises(LoginError), connection.open_driver():
        pass


def test_a_session_that_breaks_is_unreachable(connect: Connect) -> None:
    connection = connect(Terminal(replies={"show x": ["y", DROP]}))
    with pytest.raises(AnsibleConnectionFailure, match="wlc1: the session ended in the middle of 'show x'"):
        connection.exec_command("show x")
    assert not connection.connected


def test_host_key_policy(lab: Lab, connect: Connect) -> None:
    record = lab.tmp_path / "other_hosts"
    options = {"ansible_slp_known_hosts_file": str(record)}
    with pytest.raises(AnsibleConnectionFailure, match="host key is not on record"):
        connect(**options).exec_command("show privilege")
    accepting = connect(**options, ansible_slp_host_key_policy="accept_new")
    assert accepting.exec_command("show privilege")[0] == 0
    accepting.close()
    assert record.exists()


def test_a_task_that_needs_no_device_loads_no_netmiko() -> None:
    """Ansible loads the connection plugin in the worker of every task, such as the check of a role's arguments."""
    code = f"import sys; import {cli.__name__}; sys.exit('netmiko' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


def test_the_port_of_the_command_line_does_not_mislead(lab: Lab) -> None:
    given = {"inventory_hostname": "wlc1", "ansible_host": "192.0.2.1", "ansible_port": 22, "ansible_user": "slp"}
    cases = (
        (netconf, "netconf", lambda connection: connection.login_settings().device.port, 830),
        (rest, "rest", lambda connection: connection._settings().port, 443),
    )
    for plugin, name, port_of, default in cases:
        document(plugin, f"c9800.slp.{name}")
        variable = {"netconf": "ansible_slp_netconf_port", "rest": "ansible_slp_https_port"}[name]
        for variables, port in ((given, default), (given | {variable: "10443"}, 10443)):
            connection = plugin.Connection(PlayContext(), io.StringIO(), shell=object())
            connection._load_name = f"c9800.slp.{name}"
            connection.set_options(var_options=variables)
            assert port_of(connection) == port
            for refused, arguments in ((connection.exec_command, ["show clock"]), (connection.put_file, ["a", "b"])):
                with pytest.raises(AnsibleError, match=r"wlc1: .* carries neither commands nor files"):
                    refused(*arguments)


def test_a_connection_alone_loads_no_client_of_its_protocol() -> None:
    """Ansible loads the plugin in the worker of every task, such as the check of a role's arguments."""
    code = f"import sys; import {netconf.__name__}, {rest.__name__}; sys.exit('ncclient' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


LOADED_BEFORE_THE_FORK = """
import sys

class Missing:  # as on a control node without it
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1:]:
            raise ImportError(name)

sys.meta_path.insert(0, Missing())
from ansible.plugins.loader import action_loader, connection_loader, init_plugin_loader
init_plugin_loader([])
assert action_loader.get("c9800.slp.info", class_only=True)
known = set(sys.modules)
ours = {connection_loader.get(f"c9800.slp.{name}", class_only=True).__module__ for name in ("cli", "netconf", "rest")}
assert ours <= known, ours - known
from ansible_collections.c9800.slp.plugins.plugin_utils.device import netconf_driver, rest_driver
later = {name.partition(".")[0] for name in set(sys.modules) - known}
print(sorted(later), "ncclient" in known, "netmiko" in known)
"""


@pytest.mark.parametrize(("missing", "told"), [((), "[] True True"), (("ncclient", "lxml"), "[] False True")])
def test_what_workers_need_is_loaded_before_they_are_forked(missing: tuple[str, ...], told: str) -> None:
    """The action is loaded before, and an import costs as much as the work itself. Without ncclient the rest works."""
    command = [sys.executable, "-c", LOADED_BEFORE_THE_FORK, *missing]
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": TREE}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == (told, 0), done.stderr
