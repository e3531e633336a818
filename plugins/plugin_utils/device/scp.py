# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SCP protocol (scp1, what ``scp -O`` speaks) on an SSH channel, memory to flash and back."""

from __future__ import annotations

import contextlib
from typing import Protocol

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ConnectionLost, TransferError
from ansible_collections.c9800.slp.plugins.module_utils.slp.safexml import MAX_BYTES

from .files import MAKE_ROOM

_HEADER_MAX = 4096
_GO_ON = "Run again: what was begun is continued, and what lies half written on flash is removed"


class ScpUnavailableError(TransferError):
    """The device does not serve SCP to us; another way may do."""


class Channel(Protocol):
    """The part of ``paramiko.Channel`` that is used."""

    def exec_command(self, command: str) -> None: ...
    def recv(self, nbytes: int) -> bytes: ...
    def sendall(self, data: bytes) -> None: ...
    def close(self) -> None: ...


def scp_path(path: str) -> str:
    """``bootflash:name`` as SCP servers of IOS want it, ``bootflash:/name``."""
    system, colon, name = path.partition(":")
    return f"{system}:/{name.lstrip('/')}" if colon else path


def receive(channel: Channel, path: str, *, size: int | None, most: int = MAX_BYTES) -> bytes:
    """Read the file ``path``, which must have ``size`` octets; None: as many as it has, if no more than ``most``."""
    _start(channel, f"scp -f {scp_path(path)}", path)
    with contextlib.suppress(OSError):  # a device that refused has closed already; what it said is still to be read
        channel.sendall(b"\0")
    header = _header(channel, path)
    announced = int(header[1]) if len(header) == 3 and header[0].startswith("C") and header[1].isdigit() else -1
    if size is None and 0 <= announced <= most:
        size = announced
    if announced != size:
        other = f"the directory says {size}" if size is not None else f"at most {most} are read"
        raise TransferError(f"SCP announces {announced} octets, {other}", subject=path)
    channel.sendall(b"\0")
    data = bytearray()
    while len(data) < size:
        chunk = channel.recv(min(65536, size - len(data)))
        if not chunk:
            raise ConnectionLost(f"the session ended after {len(data)} of {size} octets", subject=path, remedy=_GO_ON)
        data += chunk
    _expect_ok(channel, path)
    channel.sendall(b"\0")
    return bytes(data)


def send(channel: Channel, path: str, data: bytes) -> None:
    """Write ``data`` to the file ``path``."""
    _start(channel, f"scp -t {scp_path(path)}", path)
    _expect_ok(channel, path, first=True)
    channel.sendall(f"C0644 {len(data)} {path.rpartition(':')[2].rpartition('/')[2]}\n".encode())
    _expect_ok(channel, path)
    channel.sendall(data + b"\0")
    _expect_ok(channel, path)


def _start(channel: Channel, command: str, path: str) -> None:
    try:
        channel.exec_command(command)
    except OSError:
        raise
    except Exception as exc:  # paramiko: the request was refused
        raise ScpUnavailableError("SCP is refused", subject=path, cause=str(exc)) from exc


def _header(channel: Channel, path: str) -> list[str]:
    line = bytearray()
    while not line.endswith(b"\n") and len(line) < _HEADER_MAX:
        octet = channel.recv(1)
        if not octet:
            break
        line += octet
    if line.startswith((b"\1", b"\2")):
        raise _failed(path, bytes(line))
    if line[:1] != b"C":
        raise _no_server(path, bytes(line))
    return line.decode("utf-8", "replace").rstrip("\n").split(" ", 2)


def _expect_ok(channel: Channel, path: str, *, first: bool = False) -> None:
    status = channel.recv(1)
    if status == b"\0":
        return
    text = bytearray(status)
    while status not in (b"", b"\n") and len(text) < _HEADER_MAX:
        status = channel.recv(1)
        text += status
    if first and not text.startswith((b"\1", b"\2")):
        raise _no_server(path, bytes(text))
    if not text:
        raise ConnectionLost("the SCP session ended before the device confirmed the file", subject=path, remedy=_GO_ON)
    raise _failed(path, bytes(text))


def _failed(path: str, answer: bytes) -> TransferError:
    """What the other side says behind the octet that means failure."""
    cause = answer.strip(b"\1\2").decode("utf-8", "replace").strip()
    return TransferError(
        "SCP failed", subject=path, cause=cause, remedy=MAKE_ROOM if "no space" in cause.lower() else ""
    )


def _no_server(path: str, answer: bytes) -> ScpUnavailableError:
    return ScpUnavailableError(
        "the device does not serve SCP",
        subject=path,
        cause=answer.decode("utf-8", "replace").strip(),
        remedy="Configure 'ip scp server enable' or choose another transfer",
    )
