# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A collector without a way to CSSM: files for Cisco, files from Cisco."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .arguments import arguments_of
from .holdings import Instance, State
from .pulling import PullCollector
from .simdoc import write_usage
from .simxml import DocumentError
from .udbundle import Part, acks_in, write_bundle


class FileExchange(PullCollector):
    """What the mode without connection adds."""

    async def download(self, tenants: Iterable[str], given: Mapping[str, Any]) -> dict[str, Any]:
        """Everything that CSSM has not answered, as one bundle; to a ``path`` (file or directory) where one is given.

        Whoever lost a file downloads again: nothing counts as reported before its answer is here.
        """
        path = str(arguments_of(given, path="")["path"])
        asking = {name: [found for found in self.holdings.of(name) if _open(found)] for name in tenants}
        if not any(asking.values()):
            raise ValueError(f"{self.product} holds nothing that Cisco has not answered")
        smart_accounts = {self.tenants[name].smart_account for name, found in asking.items() if found}
        if len(smart_accounts) > 1:
            raise ValueError(f"one file is for one Smart Account, not for {', '.join(sorted(smart_accounts))}")
        parts = [
            Part(self.tenants[name].virtual_account, "", {_label(found): _document(found) for found in instances})
            for name, instances in asking.items()
            if instances
        ]
        name, data = write_bundle(smart_accounts.pop(), "", parts, self.site.clock.now())
        instances = [found for some in asking.values() for found in some]
        return {
            **file_result(path, name, data),
            "product_instances": [str(found.udi) for found in instances],
            "reports": sum(len(_open(found)) for found in instances),
        }

    async def upload(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Take what CSSM answered: a ``path``, or ``content`` in base64; an ACK or a bundle of ACKs."""
        data = read_file(arguments_of(given, path="", content=""))
        try:
            answered = self.install_answers(acks_in(data), self.holdings)
        except DocumentError as error:
            raise ValueError(f"the file from Cisco is not taken: {error}") from error
        return {"product_instances": [str(found.udi) for found in answered]}


def _open(instance: Instance) -> list[Any]:
    """Reports and trust requests without an answer."""
    reports = [held for held in instance.reports.values() if held.state in (State.HELD, State.SENT)]
    return [*reports, *instance.trust_requests.values(), *instance.sent_trust.values()]


def _document(instance: Instance) -> bytes:
    """What the device would have saved (formats.md 1.7)."""
    reports = [held.report for held in instance.reports.values() if held.state in (State.HELD, State.SENT)]
    info: dict[str, Any] = {"sudi": instance.udi.sudi, "hostname": instance.hostname}
    info["software_tag_identifier"] = instance.software_tag
    if len(instance.units) > 1:
        info["device_list"] = [{"sudi": udi.sudi} for udi in instance.units]
    requests = [*instance.trust_requests.values(), *instance.sent_trust.values()]
    return b"".join(write_usage(reports, info, requests))


def _label(instance: Instance) -> str:
    return f"{instance.udi.pid}_{instance.udi.sn}"


def file_result(path: str, name: str, data: bytes) -> dict[str, Any]:
    """What an action says of a file that it made: where it was written, or its octets in base64."""
    written = _write(path, name, data)
    return {"file": name, **({"path": written} if written else {"content": base64.b64encode(data).decode()})}


def _write(path: str, name: str, data: bytes) -> str:
    """Where the file lies now; empty where no path was given."""
    if not path:
        return ""
    target = Path(path)
    if target.is_dir():
        target /= name
    try:
        target.write_bytes(data)
    except OSError as error:
        raise ValueError(f"{target} cannot be written: {error.strerror}") from error
    return str(target)


def read_file(given: Mapping[str, Any]) -> bytes:
    """What a ``path`` or ``content`` in base64 holds. Raises ValueError."""
    if bool(given["path"]) == bool(given["content"]):
        raise ValueError("give either the path of the file or its content in base64")
    try:
        if given["path"]:
            return Path(str(given["path"])).read_bytes()
        return base64.b64decode(str(given["content"]), validate=True)
    except OSError as error:
        raise ValueError(f"{given['path']} cannot be read: {error.strerror}") from error
    except binascii.Error as error:
        raise ValueError(f"content is no base64: {error}") from error
