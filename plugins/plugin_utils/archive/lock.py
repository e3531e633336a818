# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lock between threads, processes and hosts that vanishes with its holder.

Processes are kept apart by a POSIX lock (``fcntl.lockf``) on a file that is never removed. The kernel drops it when the
process ends, however it ends, so no stale lock ever has to be judged.

On NFS the same lock works between hosts: version 4 has it built in; version 3 needs rpc.statd and a lock daemon on
both sides, and must not be mounted with ``nolock`` or ``local_lock=posix``, which would lock each host against itself
alone. Taking the lock also makes the client look at the server's current data. When a host dies, the server frees its
locks after the lease time, some 90 seconds. Object stores behind FUSE have no such locks and are no place for an
archive.

POSIX locks belong to a process, not to a thread, and closing *any* handle of the file drops them. So within a process
a lock of its own comes first, and the file is opened here only, once at a time.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError

from .files import told

_WAIT = 0.01  # seconds between two looks at a lock that another process holds; POSIX has no wait with a time limit
_LONGEST_WAIT = 0.2


class _Held:
    """The state of one lock file in this process."""

    def __init__(self) -> None:
        self.thread = threading.RLock()
        self.taken = False


_held: dict[str, _Held] = {}
_registry = threading.Lock()


def _forget() -> None:
    """A forked worker inherits neither the POSIX locks nor the threads that would release the others."""
    global _registry
    _registry = threading.Lock()
    _held.clear()


os.register_at_fork(after_in_child=_forget)


@contextmanager
def lock(path: Path, timeout: float) -> Iterator[None]:
    """Hold the lock file; may be nested within a thread. Raises ArchiveError after ``timeout`` seconds of waiting."""
    deadline = time.monotonic() + timeout
    with _registry:
        held = _held.setdefault(os.path.realpath(path), _Held())
    if not held.thread.acquire(timeout=max(timeout, 0)):
        # Who it is must not be read from the file here: closing it would drop that thread's POSIX lock.
        raise _busy(path, timeout, "another thread of this process")
    try:
        if held.taken:  # further out, by this same thread
            yield
            return
        with told("lock", path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _wait(handle, path, deadline, timeout)
            held.taken = True
            yield
        finally:
            held.taken = False
            os.close(handle)
    finally:
        held.thread.release()


def _wait(handle: int, path: Path, deadline: float, timeout: float) -> None:
    pause = _WAIT
    while not _take(handle, path):
        left = deadline - time.monotonic()
        if left <= 0:
            raise _busy(path, timeout, path.read_text(errors="replace").strip() if path.is_file() else "")
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_WAIT)


def _take(handle: int, path: Path) -> bool:
    with told("lock", path):
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EACCES):  # POSIX allows either for "somebody has it"
                return False
            raise
    with suppress(OSError):  # who holds it, for the one who waits in vain; the lock is what counts, not this text
        os.ftruncate(handle, 0)
        os.write(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
    return True


def _busy(path: Path, timeout: float, holder: str) -> ArchiveError:
    return ArchiveError(
        f"is in use by another run, and was for {timeout:g} s",
        cause=holder,
        subject=str(path.parent),
        remedy="Wait for that run to end, or end it; the lock goes with its process",
    )
