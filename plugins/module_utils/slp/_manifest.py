# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``manifest.mf`` of an offline bundle: text in the manner of a JAR manifest (formats.md 4.5)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from .errors import FileFormatError

MANIFEST = "manifest.mf"


@dataclass(slots=True)
class Manifest:
    """``accounts``: name of the nested archive -> (Virtual Account, its id)."""

    created_by: str
    smart_account: str
    smart_account_id: str
    accounts: dict[str, tuple[str, str]] = field(default_factory=dict)

    def account_of(self, archive: str) -> tuple[str, str]:
        """The Virtual Account of a nested archive, ("", "") if unknown.

        Only the name up to the first dot counts: Cisco's own program writes ``.ta.gz`` here for a ``.tar.gz``. CSSM
        puts ``ACK_`` before the name.
        """
        names = {_stem(name): account for name, account in self.accounts.items()}
        return names.get(_stem(archive), ("", ""))


def write_manifest(manifest: Manifest, bundle: str) -> bytes:
    """Raises FileFormatError where a value holds a line break, which would make it another entry."""
    created_by = json.dumps(json.dumps({"uuid": manifest.created_by}))
    sections = [
        {
            "Manifest-Version": "1.0",
            "Created-By": created_by,
            "Smart-Account": manifest.smart_account,
            "Smart-Account-ID": manifest.smart_account_id,
        }
    ]
    for archive, (account, account_id) in manifest.accounts.items():
        sections.append({"Name": f"/{archive}", "Specification-VA": account, "Specification-VA-ID": account_id})
    lines = []
    for section in sections:
        for key, value in section.items():
            if len(value.splitlines()) > 1 or value != value.strip():
                raise FileFormatError(f"cannot hold {key} {value!r}", subject=bundle)
            lines.append(f"{key}: {value}")
        lines.append("")
    return "\n".join(lines).encode()


def read_manifest(data: bytes, bundle: str) -> Manifest:
    """Entries that are missing are empty; folded lines (JAR: at most 72 octets each) are joined."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise FileFormatError(
            "is not UTF-8 text", subject=f"{bundle}/{MANIFEST}", remedy="Take the bundle as it was written"
        ) from None
    manifest = Manifest("", "", "")
    name = account = account_id = ""
    for line in text.replace("\r\n", "\n").replace("\n ", "").split("\n"):
        key, _unused, value = line.partition(":")
        value = value.strip()
        match key.strip().lower():
            case "created-by":
                manifest.created_by = _uuid(value)
            case "smart-account":
                manifest.smart_account = value
            case "smart-account-id":
                manifest.smart_account_id = value
            case "name":
                name, account, account_id = value, "", ""
            case "specification-va":
                account = value
            case "specification-va-id":
                account_id = value
        if name:
            manifest.accounts[name] = (account, account_id)
    return manifest


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].removeprefix("ACK_").split(".", 1)[0]


def _uuid(value: str) -> str:
    """JSON in a JSON string; anything else as it stands."""
    try:
        return str(json.loads(json.loads(value))["uuid"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return value
