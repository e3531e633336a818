# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files as terminal text: the octets of a file out of what ``more`` printed, and a file as lines for ``tclsh``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

_LINE_MAX = 200  # characters; IOS takes 254 on a line
# Not among them: what Tcl reads ($ [ { " \\) and what an IOS line reads (? | ! ^ and control characters)
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 =+/_.,:;<>-'()*&")


def restore(shown: bytes, *, size: int, md5: str | None) -> bytes | None:
    """The file of ``size`` octets that a terminal showed as ``shown`` (text between echo and prompt), or None.

    A terminal writes CR LF for LF, and starts the prompt on a new line whether or not the file ended with one. So there
    are a few candidates, the likeliest first; size and digest decide.
    """
    for data in _candidates(shown):
        if len(data) == size and (md5 is None or hashlib.md5(data, usedforsecurity=False).hexdigest() == md5.lower()):
            return data
    return None


def _candidates(shown: bytes) -> Iterator[bytes]:
    for body in (shown.replace(b"\r\n", b"\n"), shown):
        yield body
        for _unused in range(2):
            if not body.endswith(b"\n"):
                break
            body = body[:-2] if body.endswith(b"\r\n") else body[:-1]
            yield body


def tcl_script(path: str, data: bytes) -> Iterator[str]:
    """Lines for ``tclsh`` that write ``data`` to ``path`` octet for octet.

    Octal escapes have three digits in every Tcl; ``\\x`` swallows any number of them in IOS's Tcl 8.3.
    """
    yield f'set f [open "{path}" w]'
    yield "fconfigure $f -translation binary"
    head, tail = 'puts -nonewline $f "', '"'
    line = ""
    for octet in data:
        piece = chr(octet) if octet in _PLAIN else f"\\{octet:03o}"
        if len(head) + len(line) + len(piece) + len(tail) > _LINE_MAX:
            yield head + line + tail
            line = ""
        line += piece
    if line:
        yield head + line + tail
    yield "close $f"
