# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Host keys on record, in OpenSSH's known_hosts format.

Only the lines of the host asked for are decoded: a fleet's file has thousands of lines and each login reads it.
"""

from __future__ import annotations

import base64
import fcntl
import fnmatch
import hashlib
import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import HostKeyError

from .settings import HostKeyPolicy

_WILDCARDS = frozenset("*?")
_SIGNS = ("|1|", *_WILDCARDS)


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One record: key type (``ssh-ed25519``), the key's octets, and whether it is marked ``@revoked``."""

    kind: str
    blob: bytes
    revoked: bool = False


def host_id(host: str, port: int) -> str:
    """The name under which OpenSSH records a server."""
    return host if port == 22 else f"[{host}]:{port}"


def fingerprint(blob: bytes) -> str:
    """As ``ssh-keygen -l`` prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def known_keys(path: Path, name: str) -> list[KnownKey]:
    """All records of ``name`` in the file. A file that does not exist holds none."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    except OSError as exc:
        raise HostKeyError(
            "the known hosts file cannot be read", subject=str(path), cause=exc.strerror or str(exc)
        ) from exc
    return list(_matching(text, name))


def _matching(text: str, name: str) -> Iterator[KnownKey]:
    wanted = name.lower()
    for line in text.splitlines():
        # A hashed name and a wildcard tell nothing at first sight; every other line does
        if wanted not in line.lower() and not any(sign in line for sign in _SIGNS):
            continue
        fields = line.split()
        marker = fields.pop(0) if fields and fields[0].startswith("@") else ""
        if len(fields) < 3 or line.startswith("#") or marker == "@cert-authority" or not _names(fields[0], wanted):
            continue
        try:
            yield KnownKey(fields[1], base64.b64decode(fields[2], validate=True), marker == "@revoked")
        except ValueError:
            continue


def _names(field: str, name: str) -> bool:
    """OpenSSH's host field: hashed, or names and wildcards with ``!`` for exceptions. ``name`` is in lower case."""
    if field.startswith("|1|"):
        try:
            _empty, _one, salt, digest = field.split("|", 3)
            made = hmac.new(base64.b64decode(salt), name.encode(), hashlib.sha1).digest()
            return hmac.compare_digest(made, base64.b64decode(digest))
        except ValueError:
            return False
    found = False
    for pattern in field.lower().split(","):
        bare = pattern.lstrip("!")
        # OpenSSH knows * and ? only; a [ in a pattern is the bracket of [host]:port
        if bare == name or (_WILDCARDS & set(bare) and fnmatch.fnmatchcase(name, bare.replace("[", "[[]"))):
            if pattern.startswith("!"):
                return False
            found = True
    return found


def check(path: Path, name: str, kind: str, blob: bytes, policy: HostKeyPolicy) -> None:
    """Accept the key that a server showed, or raise ``HostKeyError``; ``accept_new`` records a new one."""
    if policy is HostKeyPolicy.IGNORE or _is_on_record(path, name, blob):
        return
    if policy is HostKeyPolicy.STRICT:
        raise HostKeyError(
            f"its host key is not on record: {kind} {fingerprint(blob)}",
            remedy=f"Compare the fingerprint with the device (show crypto key mypubkey all) and add the key to {path}"
            ", or set host_key_policy to accept_new for the first login",
        )
    _record(path, name, kind, blob)


def _is_on_record(path: Path, name: str, blob: bytes) -> bool:
    """Raises when the record contradicts the key."""
    known = known_keys(path, name)
    if any(key.revoked and key.blob == blob for key in known):
        raise HostKeyError(f"its host key {fingerprint(blob)} is marked as revoked", subject=str(path))
    valid = [key for key in known if not key.revoked]
    if any(key.blob == blob for key in valid):
        return True
    if valid:
        raise HostKeyError(
            f"its host key has changed: it shows {fingerprint(blob)}, on record is "
            + ", ".join(f"{key.kind} {fingerprint(key.blob)}" for key in valid),
            remedy="Somebody may be listening in. If the device was replaced or its keys were made anew, remove the "
            f"old key: ssh-keygen -R '{name}' -f {path}",
        )
    return False


def _record(path: Path, name: str, kind: str, blob: bytes) -> None:
    """Append under a lock; whoever came first decides which key is on record."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "a+", encoding="utf-8", opener=_private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_on_record(path, name, blob):
                return
            file.seek(0)
            text = file.read()
            file.write(
                ("\n" if text and not text.endswith("\n") else "")
                + f"{name} {kind} {base64.b64encode(blob).decode()}\n"
            )
    except OSError as exc:
        raise HostKeyError(
            "the new host key cannot be recorded", subject=str(path), cause=exc.strerror or str(exc)
        ) from exc


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
