# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing service of IOS XE, ``https://<device>/smartlic-service`` (apis.md 2): its answers and bodies."""

from __future__ import annotations

from .rum import RumFile

BASE = "/smartlic-service"
CLOSE, LIST, REPORTS, DAYS, IMPORT = "/close-reports", "/list", "/all-reports", "/days", "/import"


def document(data: bytes, *, name: str = "") -> bytes:
    """The JSON of ``all-reports`` or ``days`` as the file that ``license smart save usage`` writes.

    The payloads and signatures are carried over as they are. This is what goes into the archive; ``read_rum`` and
    ``submit`` read it like a file that a device saved. Raises FileFormatError.
    """
    raise NotImplementedError


def read_reports(data: bytes, *, name: str = "") -> RumFile:
    """The JSON of ``all-reports`` or ``days`` as reports."""
    raise NotImplementedError


def read_list(data: bytes) -> tuple[int, ...]:
    """The report ids that ``list`` names. Raises ParseError."""
    raise NotImplementedError


def import_bodies(document: bytes) -> tuple[tuple[str, bytes], ...]:
    """Media type and body of ``POST import``, in the order to try: the texts disagree (apis.md 2)."""
    raise NotImplementedError
