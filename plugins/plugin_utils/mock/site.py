# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a target sees of the world that it stands in, and how one is made: ``Cslu(spec, site)``, ``OnPrem(spec, site)``,
``Center(spec, site)``. A World is a site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .clock import Clock
    from .cssm import Cssm
    from .faults import Faults
    from .names import Names
    from .pki import Pki
    from .schedule import Schedule


class Site(Protocol):
    """A world, as far as its targets use it."""

    @property
    def names(self) -> Names: ...
    @property
    def schedule(self) -> Schedule: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def pki(self) -> Pki: ...
    @property
    def faults(self) -> Faults: ...
    @property
    def cssm(self) -> Cssm: ...

    def behind_nat(self, device: str) -> bool:
        """Whether a device, called by its host name or by a UDI as ``PID:x,SN:y``, sits behind address translation."""

    def proxy_address(self, target: str) -> tuple[str, int]:
        """Host name and port of the ``proxy`` target of that name. Raises LookupError."""

    def touch(self) -> None:
        """Somebody talked to a target: the world is not idle."""
