# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The driver over an SSH terminal: EXEC and configuration commands, files by ``more``/``tclsh`` or SCP."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError, DeviceError

from . import prompts
from .driver import Answer, Driver, Transfer
from .session import Session, ends
from .settings import LoginSettings
from .transfer import FileTransfer

T = TypeVar("T")

_CONFIG_PROMPT = re.compile(rb"[\r\n][\w.\-/]{1,64}\((?:config|ca|cs|cfg)[^)\r\n]*\)# ?$")
_EXEC_PROMPT = re.compile(rb"[\r\n][\w.\-/]{1,64}# ?$")
_CONFIRMED = re.compile(r"\s*no (?:username|aaa new-model)\b")  # commands that ask whether they are meant
_SETTLE = 2.0  # seconds: a prompt with nothing behind it for so long means that the device dropped what was typed ahead


class NetmikoDriver(Driver):
    """A ``Driver``. Logs in when it is made; ``close`` it, or use it as a context manager."""

    def __init__(self, settings: LoginSettings) -> None:
        self.host = settings.name
        self._settings = settings
        self._session = Session(settings)
        self._files = FileTransfer(self._session)

    def __enter__(self) -> NetmikoDriver:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._session.disconnect()

    @property
    def alive(self) -> bool:
        """Whether the session goes on: a device that fell silent in the middle of an answer has lost it."""
        return not self._session.shell.closed

    # --- commands ---

    def run(self, command: str, *, timeout: float | None = None, answers: Sequence[Answer] = ()) -> str:
        return self._told(lambda: self._run(command, timeout, answers))

    def run_all(
        self, commands: Sequence[str], *, timeout: float | None = None, required: Collection[str] = ()
    ) -> dict[str, str]:
        return self._told(lambda: self._run_all(list(dict.fromkeys(commands)), timeout, required))

    def configure(self, lines: Sequence[str]) -> str:
        return self._told(lambda: self._configure(lines))

    def _told(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except DeviceError as exc:
            raise self._session.told(exc) from exc.__cause__

    def _run(self, command: str, timeout: float | None, answers: Sequence[Answer] = ()) -> str:
        text = self._text(command, timeout, answers)
        if error := prompts.error_in(text):
            raise CommandError(f"'{prompts.public(command)}' failed", cause=error)
        return text

    def _text(self, command: str, timeout: float | None, answers: Sequence[Answer] = ()) -> str:
        """The command's answer, whatever it says."""
        raw = self._session.exchange(command, timeout=timeout or self._settings.command_timeout, answers=answers)
        text = prompts.strip_timestamp(prompts.strip_echo(prompts.normalise(raw), [command]))
        return text[: text.rfind("\n") + 1].strip("\n")

    def _run_all(self, commands: list[str], timeout: float | None, required: Collection[str]) -> dict[str, str]:
        texts: list[str] = []
        if len(commands) > 1 and all(map(prompts.is_read_only, commands)):
            texts = self._pipeline(commands, timeout or self._settings.command_timeout)
        # A device that drops what is typed ahead has answered some only: ask for the rest one by one
        texts += [self._text(command, timeout) for command in commands[len(texts) :]]
        found: dict[str, str] = {}
        for command, text in zip(commands, texts, strict=True):
            if not prompts.is_refused(text):
                found[command] = text
            elif command in required:
                raise CommandError(f"'{command}' is refused", cause=prompts.error_in(text) or text)
        return found

    def _pipeline(self, commands: list[str], silence: float) -> list[str]:
        """Type all commands at once; the answers, of which the last may be missing."""
        session = self._session

        def answers(raw: bytes | bytearray) -> list[str]:
            return prompts.split_answers(prompts.normalise(bytes(raw)), session.prompt, commands)

        def ended(buffer: bytearray) -> bool:
            return session.at_prompt(buffer) and len(answers(buffer)) == len(commands)

        raw = session.exchange("\n".join(commands), timeout=silence, ended=ended, settle=_SETTLE)
        return [prompts.strip_timestamp(f"{answer}\n").strip("\n") for answer in answers(raw)]

    def _configure(self, lines: Sequence[str]) -> str:
        silence = self._settings.command_timeout
        texts = [self._mode("configure terminal", _CONFIG_PROMPT)]
        failed = prompts.error_in(texts[0])
        for line in () if failed else lines:
            texts.append(self._mode(line, _CONFIG_PROMPT))
            # Of a password nothing shows later whether it was taken; of other lines the configuration does
            told = prompts.error_in(texts[-1]) if prompts.public(line) != line else None
            if told or prompts.is_refused(texts[-1]):
                failed = f"{prompts.public(line)}: {prompts.error_in(texts[-1])}"
                break
        texts.append(prompts.normalise(self._session.exchange("end", timeout=silence, ended=ends(_EXEC_PROMPT))))
        self._session.prompt = prompts.last_line(texts[-1]).rstrip()  # the host name may have changed
        if failed:
            raise CommandError("the configuration is refused", cause=failed)
        return "".join(texts)

    def _mode(self, line: str, prompt: re.Pattern[bytes]) -> str:
        """Type a line in a mode other than EXEC; its answer without echo and prompt."""
        ended = ends(prompt, _EXEC_PROMPT)
        answers = [prompts.CONFIRM] if _CONFIRMED.match(line) else []
        raw = self._session.exchange(line, timeout=self._settings.command_timeout, answers=answers, ended=ended)
        text = prompts.strip_echo(prompts.normalise(raw), [line])
        return text[: text.rfind("\n") + 1]

    # --- files ---

    def fetch(self, path: str, *, size: int, md5: str | None, transfer: Transfer = "auto") -> bytes:
        return self._told(lambda: self._files.fetch(path, size=size, md5=md5, transfer=transfer))

    def put(self, path: str, data: bytes, *, transfer: Transfer = "auto") -> None:
        self._told(lambda: self._files.put(path, data, transfer=transfer))
