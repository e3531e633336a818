# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""NETCONF messages out of a stream of octets (RFC 6242), each octet looked at once.

ncclient's own reader decodes everything that has come so far with each piece that comes, so that 10 MB take minutes;
it waits for ever behind a wrong chunk size, and breaks where a piece ends inside of a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = b"]]>]]>"
_HEADER = re.compile(rb"\n#(?:([1-9]\d{0,9})|#)\n")
_HEADER_BEGUN = re.compile(rb"\n(?:#(?:[1-9]\d{0,9}|#)?)?")
_HEADER_MOST = 13  # octets


class FramingError(Exception):
    """What comes is no NETCONF, or more than will be read."""


class Frames:
    """Gathers one message after the other. ``most``: octets that a message may have."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._buffer = bytearray()  # not dealt with yet
        self._message = bytearray()  # of the chunks so far
        self._missing = 0  # octets of the chunk that is under way
        self._searched = 0

    def feed(self, data: bytes, *, chunked: bool) -> Iterator[bytes]:
        """The messages that ``data`` completes. ``chunked``: the framing of base 1.1."""
        self._buffer += data
        yield from self._chunks() if chunked else self._delimited()

    @property
    def where(self) -> str:
        """How far the message under way has come; empty between two messages."""
        if self._missing:
            return f"it announced {self._missing} octets more"
        came = len(self._message) + len(self._buffer)
        return f"{came} octets of it came" if came else ""

    def _delimited(self) -> Iterator[bytes]:
        while (end := self._buffer.find(_END, max(0, self._searched - len(_END) + 1))) >= 0:
            message = bytes(self._buffer[:end])
            del self._buffer[: end + len(_END)]
            self._searched = 0
            yield message
        self._searched = len(self._buffer)
        if self._searched > self._most:
            raise self._too_long()

    def _chunks(self) -> Iterator[bytes]:
        while self._buffer:
            if self._missing:
                part = self._buffer[: self._missing]
                self._message += part
                self._missing -= len(part)
                del self._buffer[: len(part)]
                continue
            header = _HEADER.match(self._buffer)
            if header is None:
                if len(self._buffer) >= _HEADER_MOST or not _HEADER_BEGUN.fullmatch(self._buffer):
                    raise FramingError("where the next chunk has to begin stands something else: a wrong chunk size?")
                return
            size = header[1]  # before the buffer moves on, which the match looks into
            del self._buffer[: header.end()]
            if size:
                self._missing = int(size)
                if len(self._message) + self._missing > self._most:
                    raise self._too_long()
                continue
            message = bytes(self._message)
            self._message.clear()
            yield message

    def _too_long(self) -> FramingError:
        return FramingError(f"the answer is larger than {self._most} octets")
