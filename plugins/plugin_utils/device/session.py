# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""netmiko's ``cisco_xe`` connection with a login of our own and reads that wait for data, not for a clock.

netmiko's session preparation sleeps and polls for some 165 ms a login (performance.md); this one writes its commands
once and reads to the prompt.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import (
    CommandError,
    ConnectionLost,
    DeviceError,
    LoginError,
)

from . import prompts
from .driver import Answer
from .login import Connection
from .settings import LoginSettings

if TYPE_CHECKING:
    from netmiko.channel import SSHChannel
    from netmiko.cisco.cisco_ios import CiscoIosSSH
else:
    try:
        from netmiko.channel import SSHChannel
        from netmiko.cisco.cisco_ios import CiscoIosSSH
    except ImportError:
        CiscoIosSSH = object

HAS_NETMIKO = CiscoIosSSH is not object

_PREPARE = ("terminal length 0", "terminal width 511", "show privilege")
_LEVEL = re.compile(r"Current privilege level is (\d+)")
_QUIET = 0.5  # seconds without data after which an unfinished line that looks like a question is one
_QUIET_READ = 3.0  # the same while reading a text, where such a line is more likely to be part of it

Ended = Callable[[bytearray], bool]


class Session(CiscoIosSSH):
    """An interactive session at privilege 15, width 511, no paging; ``prompt`` is the whole EXEC prompt."""

    def __init__(self, settings: LoginSettings) -> None:
        if not HAS_NETMIKO:
            raise LoginError(
                "the Python library netmiko is missing", host=settings.name, remedy="Install it: pip install netmiko"
            )
        self.settings = settings
        self.prompt = ""
        end = settings.device
        try:
            super().__init__(
                host=end.host,
                port=end.port,
                username=end.user,
                password=end.password,
                secret=settings.enable_password or "",
                device_type="cisco_xe",
            )
        except DeviceError as exc:
            raise self.told(exc) from exc.__cause__

    def told(self, error: DeviceError) -> DeviceError:
        """The error with the device's name and without secrets."""
        error.host = error.host or self.settings.name
        error.cause = self.settings.hide(error.cause)
        error.what = self.settings.hide(error.what)
        return error

    # --- what netmiko calls ---

    def establish_connection(self, width: int = 511, height: int = 1000) -> None:
        self.connection = Connection(self.settings)
        self.remote_conn_pre = self.connection.client
        try:
            self.remote_conn = self.remote_conn_pre.invoke_shell(term="vt100", width=width, height=height)
        except Exception as exc:
            self.connection.close()
            raise LoginError("the device gives no terminal", cause=str(exc), remedy="Are lines (vty) free?") from exc
        self.shell = self.remote_conn
        self.channel = SSHChannel(conn=self.remote_conn, encoding=self.encoding)

    def _try_session_preparation(self, force_data: bool = True) -> None:
        del force_data  # netmiko types a return and sleeps; the device shows its prompt by itself
        try:
            self.session_preparation()
        except ConnectionLost as exc:
            self.disconnect()
            raise LoginError(
                "the device ended the session after the login",
                cause=exc.cause,
                remedy="Is the user allowed an EXEC session (aaa authorization exec, free vty lines)?",
            ) from exc
        except Exception:
            self.disconnect()
            raise

    def session_preparation(self) -> None:
        self._read_login(_at_any_prompt, "login")
        level = self._prepare()
        if level is not None and level < 15:
            self._enable(level)
            level = self._prepare()
        if level is not None and level < 15:
            raise LoginError(f"privilege level {level} after 'enable', 15 is needed", remedy=_PRIVILEGE_REMEDY)
        self.base_prompt = self.prompt.rstrip("#> ")[:16]

    def cleanup(self, command: str = "exit") -> None:
        """Closing the channel is enough: the device frees the line."""
        del command

    def disconnect(self) -> None:
        connection = getattr(self, "connection", None)
        if connection is not None:
            connection.close()
        with contextlib.suppress(Exception):
            super().disconnect()

    # --- login ---

    def _prepare(self) -> int | None:
        """One write for all; the answer to the last command proves which line is the prompt. The privilege, if told."""
        self.send("\n".join(_PREPARE) + "\n")
        text = self._read_login(_prepared, "login")
        self.prompt = prompts.last_line(text).rstrip()
        match = _LEVEL.search(text)
        if match:
            return int(match.group(1))
        return 1 if self.prompt.endswith(">") else None

    def _enable(self, level: int) -> None:
        secret = self.settings.enable_password
        self.send("enable\n")
        text = self._read_login(_asks_or_prompts, "enable")
        if _is_password_question(prompts.last_line(text)):
            if secret is None:
                raise LoginError(f"privilege level {level}, 15 is needed", remedy=_PRIVILEGE_REMEDY)
            self.send(secret + "\n")
            text = self._read_login(_asks_or_prompts, "enable")
            if not prompts.last_line(text).rstrip().endswith("#"):
                raise LoginError(
                    "the enable password is refused", remedy="Check ansible_become_password (enable_password)"
                )
        elif not prompts.last_line(text).rstrip().endswith("#"):
            raise LoginError(
                f"privilege level {level}, 15 is needed, and 'enable' is refused",
                cause=prompts.error_in(text) or "",
                remedy=_PRIVILEGE_REMEDY,
            )

    # --- talking ---

    def send(self, text: str) -> None:
        try:
            self.shell.sendall(text.encode())
        except OSError as exc:
            raise ConnectionLost("the session has ended", cause=str(exc), remedy="Run again") from exc

    def at_prompt(self, buffer: bytearray) -> bool:
        """Does the text end with the prompt learned at login, alone on the last line?"""
        prompt = self.prompt.encode()
        tail = bytes(buffer[-len(prompt) - 2 :]).rstrip(b" ")
        return tail.endswith(prompt) and tail[: -len(prompt)].endswith((b"\n", b"\r"))

    def exchange(
        self,
        command: str,
        *,
        timeout: float,
        answers: Sequence[Answer] = (),
        ended: Ended | None = None,
        settle: float | None = None,
    ) -> bytes:
        """Type a line (or several) and read to the prompt, or to what ``ended`` says. Raw octets, echo included.

        ``timeout``: the longest silence in seconds. With ``settle``, a prompt behind which nothing comes for so many
        seconds ends the read whatever ``ended`` says, even one at the end of a line that was cut off.
        """
        self.send(command + "\n")
        return bytes(self._read(ended or self.at_prompt, timeout, command, answers, settle))

    def _read_login(self, ended: Ended, doing: str) -> str:
        try:
            return prompts.normalise(bytes(self._read(ended, self.settings.auth_timeout, doing)))
        except CommandError as exc:
            remedy = _SLOW.format("auth_timeout") if exc.remedy == _SLOW.format("command_timeout") else exc.remedy
            raise LoginError(exc.what, cause=exc.cause, remedy=remedy) from exc

    def _read(
        self, ended: Ended, timeout: float, doing: str, answers: Sequence[Answer] = (), settle: float | None = None
    ) -> bytearray:
        quiet = _QUIET_READ if prompts.is_read_only(doing) else _QUIET
        buffer = bytearray()
        answered = 0  # up to here the text has been dealt with
        while not ended(buffer):
            line = _unfinished(buffer, answered)
            known = next((answer for pattern, answer in answers if line and re.search(pattern, line)), None)
            if known is not None:
                self.send(known + "\n")
                answered = len(buffer)
                continue
            settles = settle is not None and buffer.rstrip(b" ").endswith(self.prompt.encode())
            asks = not settles and prompts.is_question(line)
            wait = settle if settle is not None and settles else quiet if asks else timeout
            if self._receive(buffer, min(wait, timeout), doing):
                continue
            if settles:
                break
            if asks:
                self._abandon()
                raise _unexpected(doing, line)
            self.disconnect()
            raise _silent(doing, timeout, _unfinished(buffer, 0))
        return buffer

    def _receive(self, buffer: bytearray, wait: float, doing: str) -> bool:
        """Append what the device sends within ``wait`` seconds; False when nothing came."""
        self.shell.settimeout(max(wait, 0.001))
        try:
            chunk = self.shell.recv(65536)
        except TimeoutError:
            return False
        except OSError as exc:
            raise self._lost(buffer, doing, str(exc)) from exc
        if not chunk:
            raise self._lost(buffer, doing, "")
        buffer += chunk
        return True

    def _lost(self, buffer: bytearray, doing: str, cause: str) -> ConnectionLost:
        last = next(
            (line for line in reversed(prompts.normalise(bytes(buffer[-2000:])).split("\n")) if line.strip()), ""
        )
        return ConnectionLost(
            f"the session ended in the middle of '{prompts.public(doing)}', after {len(buffer)} octets of the answer",
            cause=cause or _quoted(doing, last),
            remedy="Run again: what was begun is continued",
        )

    def _abandon(self) -> None:
        """Leave a question with ctrl-C, so that the session can go on; end the session when that does not help."""
        buffer = bytearray()
        with contextlib.suppress(ConnectionLost):
            self.send("\x03")
            while self.prompt and self._receive(buffer, 2.0, "ctrl-C"):
                if self.at_prompt(buffer):
                    return
        self.disconnect()


def ends(*endings: re.Pattern[bytes]) -> Ended:
    """A read ends where one of these matches the end of the text."""
    return lambda buffer: any(ending.search(buffer[-100:]) for ending in endings)


_SLOW = "Look what keeps the device busy (`show processes cpu sorted`); raise {} if it is only slow"
_PRIVILEGE_REMEDY = "Log in as a user of privilege 15, or set ansible_become_password (enable_password)"


def _unexpected(doing: str, line: str) -> CommandError:
    return CommandError(
        f"'{prompts.public(doing)}' asks something unexpected: {line.strip()!r}",
        remedy="It was not answered. Run the command by hand to see what it wants",
    )


def _silent(doing: str, timeout: float, line: str) -> CommandError:
    return CommandError(
        f"'{prompts.public(doing)}' did not come to an end: {timeout:g} s of silence",
        cause=_quoted(doing, line),
        remedy=_SLOW.format("command_timeout"),
    )


def _quoted(doing: str, line: str) -> str:
    """The end of the last line; nothing where the command holds a secret, of which the line may be a part."""
    return f"last line: {line[-120:]!r}" if prompts.public(doing) == doing else ""


def _unfinished(buffer: bytearray, start: int) -> str:
    """The last line, as far as it came after ``start``; empty when the text ends with a line end."""
    begin = max(buffer.rfind(b"\n") + 1, start, len(buffer) - 500)
    return prompts.normalise(bytes(buffer[begin:]))


def _at_any_prompt(buffer: bytearray) -> bool:
    return prompts.is_prompt(_unfinished(buffer, 0))


def _is_password_question(line: str) -> bool:
    return bool(re.search(r"(?i)password\s*:\s*$", line))


def _asks_or_prompts(buffer: bytearray) -> bool:
    line = _unfinished(buffer, 0)
    return b"\n" in buffer and (_is_password_question(line) or prompts.is_prompt(line))


def _prepared(buffer: bytearray) -> bool:
    """Is the last command of the preparation answered, told or refused, and the prompt behind it shown?"""
    if not _at_any_prompt(buffer):
        return False
    text = prompts.normalise(bytes(buffer))
    prompt = prompts.last_line(text).rstrip()
    if _LEVEL.search(text):
        return True
    answers = prompts.split_answers(text, prompt, _PREPARE)
    return len(answers) == len(_PREPARE) and prompts.error_in(answers[-1]) is not None
