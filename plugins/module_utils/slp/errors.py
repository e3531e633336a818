# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one exception tree of the collection (design, rule 10).

Helpers raise; ``plugin_utils/_action.py`` turns an error into a task failure, in one place.
"""

from __future__ import annotations


class SlpError(Exception):
    """Something that an operator has to know, told in one line.

    ``what``: what was tried or found. ``cause``: what came back. ``remedy``: the next step.
    ``subject``: the file, licence or account concerned. ``host``: filled in by who knows it.
    None of them may hold a secret.
    """

    def __init__(self, what: str, *, cause: str = "", remedy: str = "", subject: str = "", host: str = "") -> None:
        self.what = what
        self.cause = cause
        self.remedy = remedy
        self.subject = subject
        self.host = host
        super().__init__(what)

    def __str__(self) -> str:
        where = "".join(f"{part}: " for part in (self.host, self.subject) if part)
        cause = f" ({_one_line(self.cause)})" if self.cause else ""
        remedy = f". {_one_line(self.remedy)}" if self.remedy else ""
        return f"{where}{_one_line(self.what)}{cause}{remedy}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


class ParseError(SlpError):
    """A device printed something that cannot be read."""


class UnsupportedDevice(SlpError):
    """The device is before Smart Licensing Using Policy, or is none of ours."""


class FileFormatError(SlpError):
    """A RUM file, an ACK or a bundle is not what it should be."""


class ArchiveError(SlpError):
    """The archive on disk cannot be read, written or locked."""


class DeviceError(SlpError):
    """Talking to a device failed."""


class LoginError(DeviceError):
    """No session: unreachable, refused, wrong credentials, no common algorithm, privilege below 15."""


class HostKeyError(LoginError):
    """The device's host key is unknown or is not the one on record."""


class ConnectionLost(DeviceError):
    """The session ended in the middle of something."""


class CommandError(DeviceError):
    """The device answered a command with an error, or with a prompt that nobody knows."""


class TransferError(DeviceError):
    """A file did not arrive whole, or could not be put or removed."""


class PortalError(SlpError):
    """A portal (CSSM, SSM On-Prem, Catalyst Center) did not do what was asked."""


class PortalAuthError(PortalError):
    """The portal refuses the credentials or their rights."""


class DuplicateReport(PortalError):
    """CSSM already has one of the reports submitted."""
