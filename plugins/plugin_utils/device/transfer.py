# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files between memory and flash in one login: ``more`` and ``tclsh`` in the session, SCP beside it."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ConnectionLost, LoginError, TransferError

from . import prompts, scp, textfile
from .driver import Transfer
from .files import MAKE_ROOM, RUN_AGAIN
from .login import Connection
from .session import Session, ends

T = TypeVar("T")
Way = Callable[[], T]

_TEXT_MAX = 256 * 1024  # octets up to which ``more``, proven by a digest, beats SCP's further channel
_SETTLE = 2.0
_EXEC_PROMPT = rb"[\r\n][\w.\-/]{1,64}# ?$"
_TIMESTAMP = re.compile(rb"\A\s*Load for five secs:.*\r?\n(?:\s*(?:Time source is|No time source).*\r?\n(?:\r?\n)?)?")
_TCL_PROMPT = re.compile(rb"[\r\n][\w.\-/]{1,64}\(tcl\)# ?$")


class FileTransfer:
    """Reads and writes files for one session. Raises ``TransferError``, ``ConnectionLost``, ``CommandError``."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._one_channel = False
        self._no_scp: scp.ScpUnavailableError | None = None

    def fetch(self, path: str, *, size: int, md5: str | None, transfer: Transfer) -> bytes:
        """Read a file; what differs from ``size`` or ``md5`` is no result."""

        def by_text() -> bytes:
            return self._more(path, size, md5)

        def by_scp() -> bytes:
            data = self._scp(path, lambda channel: scp.receive(channel, path, size=size))
            if md5 is not None and hashlib.md5(data, usedforsecurity=False).hexdigest() != md5.lower():
                raise TransferError(
                    "what SCP brought differs from the file on the device (MD5)", subject=path, remedy=RUN_AGAIN
                )
            return data

        return _first_that_works(_order(transfer, by_text, by_scp, text_first=md5 is not None and size <= _TEXT_MAX))

    def put(self, path: str, data: bytes, *, transfer: Transfer) -> None:
        """Write a file; nothing is verified here."""

        def by_text() -> None:
            self._tclsh(path, data)

        def by_scp() -> None:
            self._scp(path, lambda channel: scp.send(channel, path, data))

        _first_that_works(_order(transfer, by_text, by_scp, text_first=False))

    # --- inside the session ---

    def _more(self, path: str, size: int, md5: str | None) -> bytes:
        """Size and digest say where the file ends: it may itself hold a line that looks like the prompt."""
        command = f"more {path}"
        session = self._session

        def shown(buffer: bytes | bytearray) -> bytes:
            body = bytes(buffer).rstrip(b" ")[: -len(session.prompt)]
            echo, newline, rest = body.partition(b"\n")
            return _TIMESTAMP.sub(b"", rest if newline and echo.strip() == command.encode() else body, count=1)

        def ended(buffer: bytearray) -> bool:
            if not session.at_prompt(buffer):
                return False
            body = shown(buffer)
            if len(body) < size:
                return body.lstrip().startswith(b"%")
            return textfile.restore(body, size=size, md5=md5) is not None

        try:
            raw = session.exchange(command, timeout=session.settings.command_timeout, ended=ended, settle=_SETTLE)
        except ConnectionLost as exc:
            exc.what += f" (the file has {size})"
            raise
        body = shown(raw)
        data = textfile.restore(body, size=size, md5=md5)
        if data is None:
            error = prompts.error_in(prompts.normalise(body)) or ""
            whole = md5 is not None and textfile.restore(body, size=size, md5=None) is not None
            raise TransferError(
                "what 'more' shows differs from the file on the device (MD5)"
                if whole
                else f"'more' does not give the file's {size} octets",
                subject=path,
                cause=error or ("" if whole else f"{len(body)} came"),
                remedy=RUN_AGAIN,
            )
        return data

    def _tclsh(self, path: str, data: bytes) -> None:
        self._tcl("tclsh")
        try:
            for line in textfile.tcl_script(path, data):
                answer = self._tcl(line)
                # Tcl answers nothing, or the handle that 'open' made; the rest is an error
                if answer and not re.fullmatch(r"file\w+", answer):
                    remedy = MAKE_ROOM if "no space" in answer.lower() else RUN_AGAIN
                    raise TransferError("tclsh does not write the file", subject=path, cause=answer, remedy=remedy)
        finally:
            self._session.exchange("tclquit", timeout=self._session.settings.command_timeout)

    def _tcl(self, line: str) -> str:
        ended = ends(_TCL_PROMPT, re.compile(_EXEC_PROMPT))
        raw = self._session.exchange(line, timeout=self._session.settings.command_timeout, ended=ended)
        text = prompts.strip_echo(prompts.normalise(raw), [line])
        if not _TCL_PROMPT.search(raw):
            cause = prompts.error_in(text) or prompts.last_line(text)
            raise TransferError(
                "the device has no tclsh for us", cause=cause, remedy="Configure 'ip scp server enable'"
            )
        return text[: text.rfind("\n") + 1].strip()

    # --- beside it ---

    def _scp(self, path: str, work: Callable[[scp.Channel], T]) -> T:
        if self._no_scp is not None:
            raise self._no_scp
        with self._channel() as channel:
            try:
                return work(channel)
            except scp.ScpUnavailableError as exc:
                self._no_scp = exc
                raise
            except OSError as exc:
                raise TransferError("SCP came to a halt", subject=path, cause=str(exc) or "timeout") from exc

    @contextlib.contextmanager
    def _channel(self) -> Iterator[scp.Channel]:
        """A channel of the session's own connection; a login of its own only where the device refuses that."""
        connection = self._session.connection
        channel: scp.Channel | None = None
        if not self._one_channel:
            try:
                channel = connection.open_channel()
            except ConnectionLost:
                self._one_channel = True
        if channel is None:
            try:
                connection = Connection(self._session.settings)
            except LoginError as exc:  # such as no free line; the session is well, and may carry the file itself
                raise scp.ScpUnavailableError("the device takes no second login for SCP", cause=str(exc)) from exc
            channel = connection.open_channel()
        try:
            yield channel
        finally:
            channel.close()
            if connection is not self._session.connection:
                connection.close()


def _order(transfer: Transfer, by_text: Way[T], by_scp: Way[T], *, text_first: bool) -> Sequence[Way[T]]:
    if transfer == "cli":
        return (by_text,)
    if transfer == "scp":
        return (by_scp,)
    return (by_text, by_scp) if text_first else (by_scp, by_text)


def _first_that_works(ways: Sequence[Way[T]]) -> T:
    """The result of the first way that gives one. The last error stands, with the earlier ones as its cause."""
    failed: list[str] = []
    for way in ways[:-1]:
        try:
            return way()
        except TransferError as exc:
            failed.append(f"{exc.what} ({exc.cause})" if exc.cause else exc.what)  # file and remedy are the last one's
    try:
        return ways[-1]()
    except TransferError as exc:
        exc.cause = "; before it: ".join([exc.cause, *failed]) if exc.cause else "; ".join(failed)
        raise
