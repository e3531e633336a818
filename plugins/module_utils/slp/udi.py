# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The name of a product instance: product id and serial number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ParseError

# Printable, no blank, no comma, no colon: everything seen in the field, and nothing that ends the value early.
_PART = r"[!-+\--9;-~]{1,64}"
_UDI = re.compile(rf"P(?:ID)?:\s*({_PART})\s*,\s*S(?:N)?:\s*({_PART})(?=\s|,|$)")
_IS_PART = re.compile(_PART)


@dataclass(frozen=True, slots=True, order=True)
class Udi:
    """Unique device identifier, as ``PID:C9800-CL-K9,SN:9SIM0000001``. Sorted by PID, then serial number."""

    pid: str
    sn: str

    def __post_init__(self) -> None:
        for part in (self.pid, self.sn):
            if not _IS_PART.fullmatch(part):
                raise ParseError("not a product id with a serial number", cause=f"PID {self.pid!r}, SN {self.sn!r}")

    @classmethod
    def parse(cls, text: str) -> Udi:
        """Read ``PID:x,SN:y`` or the agent's own ``P:x,S:y``; what follows after a comma or blank is left alone."""
        found = _UDI.match(text.strip())
        if found is None:
            raise ParseError("not a UDI", cause=text[:100], remedy="A UDI looks like PID:C9800-CL-K9,SN:9SIM0000001")
        return cls(found[1], found[2])

    @classmethod
    def from_sudi(cls, mapping: Mapping[str, Any]) -> Udi:
        """Read the ``sudi`` object of RUM reports and ACKs."""
        pid, sn = mapping.get("udi_pid"), mapping.get("udi_serial_number")
        if not isinstance(pid, str) or not isinstance(sn, str):
            raise ParseError("a sudi without udi_pid or udi_serial_number", cause=str(dict(mapping))[:100])
        return cls(pid, sn)

    @property
    def label(self) -> str:
        """``PID_SN``, safe as a file name: a slash or anything unusual is percent-encoded."""
        return f"{quote(self.pid, safe='+')}_{quote(self.sn, safe='+')}"

    def __str__(self) -> str:
        return f"PID:{self.pid},SN:{self.sn}"
