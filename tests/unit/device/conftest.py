# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted IOS XE terminal on a real SSH server: just enough of a device for odd prompts, pauses and faults."""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from ansible_collections.c9800.slp.plugins.plugin_utils.device.netmiko_driver import NetmikoDriver
from ansible_collections.c9800.slp.plugins.plugin_utils.device.settings import Endpoint, HostKeyPolicy, LoginSettings

PASSWORD = "canary-Pa55word"
ENABLE = "canary-Enab1e"

DROP = object()
Step = str | bytes | float | object
Reply = str | list[Step] | Callable[[str], "str | list[Step]"]


@dataclass
class Terminal:
    """What the device is and does. Change it before the login or, from the test, at any time after."""

    hostname: str = "wlc-lab-01"
    privilege: int = 15
    enable: str | None = None
    banner: str = ""
    replies: dict[str, Reply] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    free: int = 5_000_000_000
    scp: bool = False
    second_channel: bool = True
    lines: int = 16
    typeahead: bool = True
    early_echo: bool = False
    md5: bool = True
    cr: bytes = b"\r\n"
    typed: list[str] = field(default_factory=list)
    logins: int = 0
    tcl_error: str = ""
    before: str = ""
    keyboard_interactive: bool = False
    exec_answer: str = "Administratively disabled.\n"

    def reply(self, command: str) -> str | list[Step]:
        for pattern, reply in self.replies.items():
            if re.fullmatch(pattern, command):
                return reply(command) if callable(reply) else reply
        verb, _unused, rest = command.partition(" ")
        builtin: dict[str, Callable[[str], str | list[Step]]] = {
            "terminal": lambda _: "",
            "dir": self._dir,
            "more": self._more,
            "verify": self._verify,
            "delete": self._delete,
        }
        if command == "show privilege":
            return f"Current privilege level is {self.privilege}\n"
        if verb in builtin:
            return builtin[verb](rest)
        return "       ^\n% Invalid input detected at '^' marker.\n\n"

    def _dir(self, rest: str) -> str:
        name = rest.partition(":")[2]
        if name and name not in self.files:
            return f"%Error opening bootflash:/{name} (No such file or directory)\n"
        lines = [f"Directory of bootflash:/{name}", ""]
        for number, (file, data) in enumerate(self.files.items(), 11):
            if name in ("", file):
                lines.append(f"{number:7}  -rw-  {len(data):>18}  Nov 24 2026 10:00:00 +00:00  {file}")
        return "\n".join([*lines, "", f"11353194496 bytes total ({self.free} bytes free)", ""])

    def _more(self, rest: str) -> list[Step]:
        data = self.files.get(rest.partition(":")[2])
        if data is None:
            return ["%Error opening " + rest + " (No such file or directory)\n"]
        return [data.replace(b"\n", self.cr) + (b"" if data.endswith(b"\n") else b"\r\n")]

    def _verify(self, rest: str) -> str:
        path = rest.split()[-1]
        if not self.md5:
            return "       ^\n% Invalid input detected at '^' marker.\n\n"
        if path.partition(":")[2] not in self.files:
            return f"%Error verifying {path} (No such file or directory)\n"
        digest = hashlib.md5(self.files[path.partition(":")[2]]).hexdigest()
        return f"....Done!\nverify /md5 ({path}) = {digest}\n"

    def _delete(self, rest: str) -> str:
        name = rest.split()[-1].partition(":")[2]
        if self.files.pop(name, None) is None:
            return f"%Error deleting bootflash:{name} (No such file or directory)\n"
        return ""


class _Shell:
    def __init__(self, terminal: Terminal, stdin: Any, stdout: Any) -> None:
        self.t = terminal
        self.stdin = stdin
        self.stdout = stdout
        self.waiting = b""
        self.privileged = terminal.privilege > 1
        self.mode = ""

    @property
    def prompt(self) -> str:
        return f"{self.t.hostname}{self.mode}{'#' if self.privileged else '>'}"

    async def run(self) -> None:
        self.stdout.write(self.t.banner.replace("\n", "\r\n").encode() + b"\r\n" + self.prompt.encode())
        while (line := await self._line()) is not None:
            self.t.typed.append(line)
            if not self.t.early_echo:
                self.stdout.write(line.encode() + b"\r\n")
            if not self.t.typeahead:
                self.waiting = b""
            if not await self._obey(line.strip()):
                break
            self.stdout.write(b"\r\n" * bool(self.mode == "-") + self.prompt.encode())
        self.stdout.channel.exit(0)

    async def _line(self) -> str | None:
        while b"\n" not in self.waiting:
            data = await self.stdin.read(65536)
            if not data:
                return None
            if self.t.early_echo:
                self.stdout.write(data.replace(b"\n", b"\r\n"))
            self.waiting += data.replace(b"\r", b"\n").replace(b"\x03", b"")
        line, _unused, self.waiting = self.waiting.partition(b"\n")
        return line.decode()

    async def _obey(self, line: str) -> bool:
        if line == "enable":
            return await self._enable()
        if line == "tclsh" and "tclsh" not in self.t.replies:
            self.mode = "(tcl)"
            return True
        if line == "tclquit":
            self.mode = ""
            return True
        if self.mode == "(tcl)":
            return self._tcl(line)
        if line == "configure terminal":
            self.mode = "(config)"
            return True
        if line == "end":
            self.mode = ""
            return True
        if self.mode:
            return await self._say(self.t.replies.get(line, ""))
        if line in self.t.questions:
            self.stdout.write(self.t.questions[line].encode())
            answer = await self._answer()
            self.t.typed.append(f"answer {answer!r}")
            self.stdout.write(b"\r\n")
            return True
        return await self._say(self.t.reply(line) if line else "")

    async def _answer(self) -> str | None:
        """A line, or None for ctrl-C."""
        while b"\n" not in self.waiting:
            data = await self.stdin.read(100)
            if b"\x03" in data or not data:
                return None
            self.waiting += data
        line, _unused, self.waiting = self.waiting.partition(b"\n")
        return line.decode()

    async def _enable(self) -> bool:
        if self.t.enable is None:
            return await self._say("% Error in authentication.\n\n")
        for _unused in range(3):
            self.stdout.write(b"Password: ")
            answer = await self._line()
            self.stdout.write(b"\r\n")
            if answer == self.t.enable:
                self.privileged, self.t.privilege = True, 15
                return True
        return await self._say("% Bad secrets\n\n")

    def _tcl(self, line: str) -> bool:
        if self.t.tcl_error:
            self.stdout.write(self.t.tcl_error.encode() + b"\r\n")
        elif match := re.fullmatch(r'set f \[open "\w+:(.*)" w\]', line):
            self.open_file = match.group(1)
            self.t.files[self.open_file] = b""
            self.stdout.write(b"file0\r\n")
        elif match := re.fullmatch(r'puts -nonewline \$f "(.*)"', line):
            plain = re.sub(r"\\(\d{3})", lambda m: chr(int(m.group(1), 8)), match.group(1))
            self.t.files[self.open_file] += plain.encode("latin-1")
        elif line not in ("close $f", "fconfigure $f -translation binary"):
            self.stdout.write(b'invalid command name "' + line.encode() + b'"\r\n')
        return True

    async def _say(self, reply: str | list[Step]) -> bool:
        self.stdout.write(self.t.before.replace("\n", "\r\n").encode())
        for step in [reply] if isinstance(reply, str) else reply:
            if step is DROP:
                await self.stdout.drain()
                self.stdout.channel.get_connection().abort()
                return False
            if isinstance(step, float):
                await asyncio.sleep(step)
            elif isinstance(step, bytes):
                self.stdout.write(step)
            else:
                self.stdout.write(str(step).replace("\n", "\r\n").encode())
        return True


class _Server(asyncssh.SSHServer):
    def __init__(self, terminal: Terminal) -> None:
        self.t = terminal
        self.channels = 0

    def connection_made(self, conn: Any) -> None:
        self.t.logins += 1
        self.conn = conn

    def begin_auth(self, username: str) -> bool:
        # paramiko asks for the service again before keyboard-interactive; OpenSSH bears that, asyncssh does not
        self.conn._next_service = b"ssh-userauth"
        self.conn.send_auth_banner("Authorised users only\r\nwlc#\r\n")
        return True

    def password_auth_supported(self) -> bool:
        return not self.t.keyboard_interactive

    def kbdint_auth_supported(self) -> bool:
        return self.t.keyboard_interactive

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Any) -> bool:
        return self.validate_password(username, responses[0])

    def validate_password(self, username: str, password: str) -> bool:
        return username == "slp" and password == PASSWORD and self.t.logins <= self.t.lines

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: Any) -> bool:
        return username == "keyuser"

    def connection_requested(self, dest_host: str, dest_port: int, *_orig: Any) -> bool:
        return dest_port != 1

    def session_requested(self) -> Any:
        self.channels += 1
        if self.channels > 1 and not self.t.second_channel:
            return False
        return self.handle

    async def handle(self, stdin: Any, stdout: Any, _stderr: Any) -> None:
        command = stdin.channel.get_command()
        try:
            if command is None:
                await _Shell(self.t, stdin, stdout).run()
            elif not self.t.scp:
                stdout.write(self.t.exec_answer.encode())
                stdin.channel.exit(1)
            else:
                await self._scp(command.split(), stdin, stdout)
        except (asyncssh.Error, ConnectionError, BrokenPipeError):
            pass

    async def _scp(self, words: list[str], stdin: Any, stdout: Any) -> None:
        name = words[2].partition(":")[2].lstrip("/")
        if words[1] == "-f":
            await stdin.readexactly(1)
            data = self.t.files[name]
            stdout.write(f"C0644 {len(data)} {name}\n".encode())
            await stdin.readexactly(1)
            stdout.write(data + b"\0")
            await stdin.readexactly(1)
        else:
            stdout.write(b"\0")
            size = int((await stdin.readuntil(b"\n")).split()[1])
            stdout.write(b"\0")
            self.t.files[name] = await stdin.readexactly(size)
            await stdin.readexactly(1)
            stdout.write(b"\0")
        stdin.channel.exit(0)


@dataclass
class Served:
    """A running server: its terminal, port and host key."""

    terminal: Terminal
    port: int
    key: Any

    def known_hosts_line(self) -> str:
        return f"[127.0.0.1]:{self.port} {self.key.export_public_key().decode().strip()}\n"


class Lab:
    """Starts scripted devices, in one event loop in a thread, and logs in to them."""

    def __init__(self, tmp_path: Path) -> None:
        self.tmp_path = tmp_path
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.servers: list[Any] = []
        self.served: list[Served] = []
        self.drivers: list[NetmikoDriver] = []

    def wait(self, work: Awaitable[Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)  # type: ignore[arg-type]

    def serve(self, terminal: Terminal | None = None, *, key: Any = None, **options: Any) -> Served:
        terminal = terminal or Terminal()
        key = key or asyncssh.generate_private_key("ssh-ed25519")
        make = options.pop("server", lambda: _Server(terminal))

        async def listen() -> Any:
            return await asyncssh.create_server(
                make,
                "127.0.0.1",
                options.pop("port", 0),
                server_host_keys=key if isinstance(key, list) else [key],
                line_editor=False,
                encoding=None,
                **options,
            )

        server = self.wait(listen())
        self.servers.append(server)
        self.served.append(Served(terminal, server.get_port(), key))
        return self.served[-1]

    def settings(self, served: Served, **changes: Any) -> LoginSettings:
        known_hosts = self.tmp_path / "known_hosts"
        with known_hosts.open("a") as file:
            file.write(served.known_hosts_line())
        end: dict[str, Any] = {"host": "127.0.0.1", "port": served.port, "user": "slp", "password": PASSWORD}
        end |= changes.pop("end", {})
        defaults: dict[str, Any] = {
            "name": "wlc1",
            "device": Endpoint(**end),
            "known_hosts_file": str(known_hosts),
            "host_key_policy": HostKeyPolicy.STRICT,
            "command_timeout": 5.0,
            "auth_timeout": 5.0,
            "connect_timeout": 5.0,
        }
        return LoginSettings(**defaults | changes)

    def login(self, served: Served | Terminal | None = None, **changes: Any) -> NetmikoDriver:
        served = served if isinstance(served, Served) else self.serve(served)
        driver = NetmikoDriver(self.settings(served, **changes))
        self.drivers.append(driver)
        return driver

    def stop(self) -> None:
        for driver in self.drivers:
            driver.close()

        async def close() -> None:
            for server in self.servers:
                server.close()
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        self.wait(close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path)
    yield lab
    lab.stop()
