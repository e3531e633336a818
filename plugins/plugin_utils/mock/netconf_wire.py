# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""NETCONF on the wire: the two framings of RFC 6242, and the messages of RFC 6241 as a controller writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from .yang_data import ModelError
from .yang_edit import NETCONF
from .yang_xml import element, text_element

BASE_11 = "urn:ietf:params:netconf:base:1.1"
IA = "http://cisco.com/yang/cisco-ia"
END = b"]]>]]>"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_HEADER = re.compile(rb"\n#([1-9]\d{0,9})\n")
_HEADER_LENGTH = 13
_CHUNK = 32_768
_LARGEST = 64 * 2**20


class FramingError(ValueError):
    """The peer does not keep to the framing: the session ends."""


class Framing:
    """Takes messages out of octets and puts messages into octets. ``chunked``: base 1.1, from after the hellos."""

    def __init__(self) -> None:
        self.chunked = False
        self._buffer = bytearray()
        self._message = bytearray()
        self._left = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that are whole now. Raises FramingError."""
        self._buffer += data
        if len(self._buffer) + len(self._message) > _LARGEST:
            raise FramingError("the message is too large")
        while True:
            message = self._chunked_message() if self.chunked else self._old_message()
            if message is None:
                return
            yield message

    def frame(self, message: bytes, *, wrong: bool = False) -> bytes:
        """``wrong``: the first chunk says that it is longer than it is."""
        if not self.chunked:
            return message + END
        chunks = [message[start : start + _CHUNK] for start in range(0, len(message), _CHUNK)]
        sizes = [len(chunk) for chunk in chunks]
        if wrong:
            sizes[0] += 7
        framed = (b"\n#%d\n%s" % (size, chunk) for size, chunk in zip(sizes, chunks, strict=True))
        return b"".join(framed) + b"\n##\n"

    def _old_message(self) -> bytes | None:
        found = self._buffer.find(END)
        if found < 0:
            return None
        message = bytes(self._buffer[:found])
        del self._buffer[: found + len(END)]
        return message

    def _chunked_message(self) -> bytes | None:
        while True:
            if self._left:
                taken = self._buffer[: self._left]
                self._message += taken
                self._left -= len(taken)
                del self._buffer[: len(taken)]
                if self._left:
                    return None
            if self._buffer.startswith(b"\n##\n"):
                message = bytes(self._message)
                self._message.clear()
                del self._buffer[:4]
                return message
            header = _HEADER.match(self._buffer)
            if header is None:
                if len(self._buffer) > _HEADER_LENGTH or not _could_begin(self._buffer):
                    raise FramingError("no chunk header where one is due")
                return None
            self._left = int(header[1])
            del self._buffer[: header.end()]


def _could_begin(data: bytearray) -> bool:
    """Whether more octets could still make a chunk header of these."""
    return re.fullmatch(rb"(\n(#(\d*|#)\n?)?)?", bytes(data)) is not None


def hello(capabilities: Iterable[str], session: int) -> bytes:
    listed = "".join(f"\n      {text_element('capability', text)}" for text in capabilities)
    body = element("capabilities", f"{listed}\n    ") + text_element("session-id", str(session))
    return (_DECLARATION + element("hello", body, xmlns=NETCONF)).encode()


def reply(attributes: str, content: str) -> bytes:
    """``attributes``: those of the rpc element, as XML, which the reply repeats."""
    return f'{_DECLARATION}<rpc-reply xmlns="{NETCONF}"{attributes}>{content}</rpc-reply>'.encode()


def rpc_error(error: ModelError) -> str:
    """yang.md 10.5: the last part is Cisco's own, for lines that the device refused."""
    parts = [
        text_element("error-type", error.kind),
        text_element("error-tag", error.tag),
        element("error-severity", "error"),
    ]
    if error.path:
        parts.append(text_element("error-path", error.path))
    if error.message:
        parts.append(f'<error-message xml:lang="en">{escape(error.message)}</error-message>')
    info = "".join(text_element(name, value) for name, value in error.info)
    if error.refused:
        lines = "".join(
            element(
                "bad-cli",
                text_element("bad-command", line)
                + text_element("error-location", "0")
                + text_element("parser-response", said)
                + text_element("parser-context", ""),
            )
            for line, said in error.refused
        )
        info += text_element("severity", "error_cli", xmlns=IA) + element("detail", lines, xmlns=IA)
    if info:
        parts.append(element("error-info", info))
    return element("rpc-error", "".join(parts))
