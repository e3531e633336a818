# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SCP server of a simulated device: the protocol behind ``scp -t`` and ``scp -f``, on the device's flash."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from typing import Protocol

from .faults import REFUSAL, Fault, Step, Stop, play
from .flash import Flash, FlashError

OK = b"\0"
DISABLED = "Administratively disabled.\n"  # what IOS says without `ip scp server enable`
UNPRIVILEGED = "Privilege denied.\n"


class ScpTerminal(Protocol):
    """The other end of a transfer."""

    def write_bytes(self, data: bytes) -> None: ...

    def later(self, seconds: float, callback: Callable[[], None]) -> None: ...

    def exit(self, status: int) -> None:
        """The transfer is over."""

    def drop(self) -> None:
        """The connection breaks."""


class ScpTransfer(Protocol):
    """A transfer in either direction."""

    def start(self) -> None: ...

    def feed(self, data: bytes) -> None: ...

    def finish(self) -> None:
        """The client sends no more."""


def scp_transfer(command: str, flash: Flash, terminal: ScpTerminal, fault: Fault | None) -> ScpTransfer | None:
    """The transfer that an ``scp`` command line asks for; None when it asks for none."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    flags = "".join(word[1:] for word in words[1:] if word.startswith("-"))
    paths = [word for word in words[1:] if not word.startswith("-")]
    if not words or words[0] != "scp" or len(paths) != 1:
        return None
    if "t" in flags:
        return _Sink(paths[0], flash, terminal, fault)
    return _Source(paths[0], flash, terminal, fault) if "f" in flags else None


class _Base:
    def __init__(self, path: str, flash: Flash, terminal: ScpTerminal, fault: Fault | None) -> None:
        self._path = path
        self._flash = flash
        self._terminal = terminal
        self._fault = fault
        self._over = False

    def _refused(self) -> bool:
        """Whether a fault refuses the whole transfer."""
        if self._fault is None or self._fault.action != "error":
            return False
        self._fail(self._fault.text or REFUSAL)
        return True

    def _fail(self, text: str) -> None:
        self._terminal.write_bytes(b"\x01" + text.encode() + b"\n")
        self._end(1)

    def _end(self, status: int) -> None:
        if not self._over:
            self._over = True
            self._terminal.exit(status)

    def _play(self, data: bytes, write: Callable[[bytes], None], then: Callable[[], None]) -> None:
        """``data`` as the fault in force lets it through, ``then`` what follows unless it stops there."""
        text = data.decode("latin-1")
        steps: list[Step] = self._fault.shape(text) if self._fault else [text]

        def stop(how: Stop) -> None:
            self._over = True
            self._stopped()
            if how is Stop.DROP:
                self._terminal.drop()

        play(
            steps,
            write=lambda piece: write(piece.encode("latin-1")),
            later=self._terminal.later,
            stop=stop,
            then=then,
        )

    def _stopped(self) -> None:
        """A fault ended the transfer."""


class _Source(_Base):
    """``scp -f``: the device sends. Each answer of the client asks for the next part."""

    def start(self) -> None:
        self._step = 0

    def feed(self, data: bytes) -> None:
        for octet in data:
            if self._over:
                return
            if octet != OK[0]:
                self._end(1)
                return
            self._step += 1
            match self._step:
                case 1:
                    self._header()
                case 2:
                    self._play(self._data, self._terminal.write_bytes, lambda: self._terminal.write_bytes(OK))
                case 3:
                    self._end(0)

    def finish(self) -> None:
        self._end(0 if self._step > 2 else 1)

    def _header(self) -> None:
        if self._refused():
            return
        try:
            self._data = self._flash.read(self._path)
        except FlashError as error:
            self._fail(str(error))
            return
        self._terminal.write_bytes(f"C0644 {len(self._data)} {_base(self._path)}\n".encode())


class _Sink(_Base):
    """``scp -t``: the device receives. A transfer that breaks leaves what came, as on a real device."""

    def start(self) -> None:
        self._buffer = bytearray()
        self._name = ""
        self._size = -1  # of the file being received; -1: between files
        if not self._refused():
            self._terminal.write_bytes(OK)

    def feed(self, data: bytes) -> None:
        if self._over:
            return
        self._buffer += data
        while not self._over:
            if self._size >= 0:
                if len(self._buffer) <= self._size:
                    return
                received = bytes(self._buffer[: self._size])
                del self._buffer[: self._size + 1]
                self._size = -1
                self._store(received)
            else:
                line, found, rest = self._buffer.partition(b"\n")
                if not found:
                    return
                self._buffer = rest
                self._control(line.decode("utf-8", "surrogateescape"))

    def finish(self) -> None:
        if self._size > 0 and not self._over:
            self._write(bytes(self._buffer[: self._size]))
        self._end(1 if self._size >= 0 else 0)

    def _control(self, line: str) -> None:
        if line.startswith("T"):
            self._terminal.write_bytes(OK)
        elif header := re.fullmatch(r"C[0-7]{4} (\d+) (.+)", line):
            self._size = int(header[1])
            directory = self._path.endswith((":", "/"))
            self._name = self._path + header[2] if directory else self._path
            self._terminal.write_bytes(OK)
        else:
            self._fail(f"%Error: protocol error, unexpected {line[:20]!r}")

    def _store(self, data: bytes) -> None:
        self._pieces: list[bytes] = []
        self._play(data, self._pieces.append, self._stored)

    def _stored(self) -> None:
        if self._write(b"".join(self._pieces)):
            self._terminal.write_bytes(OK)

    def _stopped(self) -> None:
        self._write(b"".join(self._pieces))

    def _write(self, data: bytes) -> bool:
        with self._flash.under(self._fault):
            try:
                self._flash.write(self._name, data)
            except FlashError as error:
                self._fail(str(error))
                return False
        return True


def _base(path: str) -> str:
    return path.rpartition(":")[2].rpartition("/")[2]
