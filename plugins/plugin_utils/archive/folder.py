# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of one product instance in the archive."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ansible_collections.c9800.slp.plugins.module_utils.slp.ack import ImportDoc
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import ArchiveError, ParseError
from ansible_collections.c9800.slp.plugins.module_utils.slp.rum import RumFile
from ansible_collections.c9800.slp.plugins.module_utils.slp.udi import Udi

from .files import holds, make_directory, read_checked, write_file
from .fold import fold
from .ledger import Ledger
from .lock import lock
from .model import FACTS, AckEntry, PiState, Ticket, UsageEntry

if TYPE_CHECKING:
    from .archive import Archive

_FORMAT = 1  # of the ledger
_Entry = TypeVar("_Entry", UsageEntry, AckEntry)


class PiFolder:
    """The files and the ledger of one product instance. Made by Archive; every writing method takes the lock itself."""

    def __init__(self, archive: Archive, udi: Udi, path: Path) -> None:
        self.archive = archive
        self.path = path
        self.ledger = Ledger(path / "ledger.jsonl")
        self.udi = self.recorded_udi(path) or udi

    def __repr__(self) -> str:
        return f"<PiFolder {self.udi} at {self.path}>"

    @staticmethod
    def recorded_udi(path: Path) -> Udi | None:
        """The UDI that the ledger at this path begins with; None where there is no ledger yet."""
        created = Ledger(path / "ledger.jsonl").first()
        return Udi.parse(created["udi"]) if created and "udi" in created else None

    def locked(self, timeout: float = 30) -> AbstractContextManager[None]:
        """Keep everybody else away from it; may be nested. Raises ArchiveError after ``timeout`` seconds of waiting."""
        make_directory(self.path)
        return lock(self.path / "lock", timeout)

    def state(self) -> PiState:
        """What is known, folded from the ledger; needs no lock and no right to write."""
        events = self.ledger.read()
        try:
            return fold(self.udi, events)
        except (KeyError, TypeError, ValueError, ParseError) as error:
            raise ArchiveError(
                "holds an event that was not written by this collection",
                cause=repr(error),
                subject=str(self.ledger.path),
                remedy="Restore the ledger from a backup",
            ) from error

    def add_usage(self, data: bytes, rum: RumFile, *, name: str, facts: Mapping[str, Any]) -> UsageEntry:
        """Archive a collected file, which ``rum`` was read from; the same octets again change nothing.

        ``facts``: of the collect, see model.FACTS; anything else in it is left out. ``facts["units"]``: the UDIs of an
        HA pair. Where the pair is known by its other unit, the file goes into that folder.
        """
        pair = self._pair(rum, facts)
        home = self.archive.claim(self.udi, pair)
        with home.locked():
            state = home.state()
            if rum.udis and not rum.udis & (pair | state.units):
                raise ArchiveError(
                    f"is of another product instance than {self.udi}",
                    cause=", ".join(map(str, sorted(rum.udis))),
                    subject=name,
                    remedy="Check which device the file comes from; nothing was recorded",
                )
            home._keep(home.usage_path(rum.sha256), data, rum.sha256)
            if not state.usage(rum.sha256):
                home._record(
                    "collected",
                    sha256=rum.sha256,
                    name=name,
                    size=len(data),
                    reports=list(dict.fromkeys(rum.report_ids)),
                    trust_requests=len(rum.trust_requests),
                    units=sorted(map(str, pair)),
                    facts=_known_facts(facts),
                )
            return home.usage(rum.sha256)

    def usage(self, sha256: str) -> UsageEntry:
        """The collected file of that digest. Raises ArchiveError when the ledger does not know it."""
        return _in_ledger(self.state().usage(sha256), sha256, self.ledger)

    def ack(self, sha256: str) -> AckEntry:
        """The archived document of that digest. Raises ArchiveError when the ledger does not know it."""
        return _in_ledger(self.state().ack(sha256), sha256, self.ledger)

    def usage_path(self, sha256: str) -> Path:
        """Where the collected file of that digest lies."""
        return self.path / "usage" / f"{sha256}.xml"

    def usage_data(self, entry: UsageEntry) -> bytes:
        """The octets as collected. Raises ArchiveError when the file is gone or is another now."""
        return read_checked(self.usage_path(entry.sha256), entry.sha256, "Collect from the device again")

    def record_submitting(self, report_ids: Collection[int], usage_sha256: str, nonce: str) -> None:
        """Before a submission, so that a run killed before the answer knows what it may have sent."""
        with self.locked():
            self._record("submitting", reports=list(report_ids), sha256=usage_sha256, nonce=nonce)

    def record_submitted(self, report_ids: Collection[int], ticket: Ticket, usage_sha256: str) -> None:
        """CSSM took the reports (none: a trust request alone) and gave a ticket."""
        with self.locked():
            self._record("submitted", reports=list(report_ids), sha256=usage_sha256, ticket=ticket.as_dict())

    def record_duplicate(self, report_ids: Collection[int]) -> None:
        """CSSM had the reports already."""
        with self.locked():
            self._record("duplicate", reports=list(report_ids))

    def record_refused(self, report_ids: Collection[int], reason: str) -> None:
        """CSSM does not want the reports."""
        with self.locked():
            self._record("refused", reports=list(report_ids), reason=reason)

    def record_bundled(self, usage_sha256: str, bundle: str, member: str) -> None:
        """The file went out in a bundle, under that name."""
        with self.locked():
            self._record("bundled", sha256=usage_sha256, bundle=bundle, member=member)

    def add_ack(self, data: bytes, doc: ImportDoc, *, report_ids: Collection[int], source: str) -> AckEntry:
        """Archive a document of CSSM, which ``doc`` was read from; the same octets again change nothing.

        ``report_ids``: what was asked for (the reports of the ticket, or of the usage file that the name leads to). Of
        these the document acknowledges those that it names; all, where no name can be read; and those that it names,
        where nobody knows what was asked for. What it rejects becomes "refused". A document without an acknowledgement
        (a policy alone) acknowledges none.
        """
        with self.locked():
            state = self.state()
            self._check_ack(doc, report_ids, state)
            named = doc.report_ids & set(report_ids) if report_ids else doc.report_ids
            acknowledged = (named or set(report_ids)) - doc.rejected.keys() if "rum_ack" in doc.kinds else set()
            self._keep(self._ack_path(doc.sha256), data, doc.sha256)
            known = state.ack(doc.sha256)
            if not known or not acknowledged <= set(known.report_ids):
                self._record(
                    "acknowledged",
                    sha256=doc.sha256,
                    name=doc.name,
                    kinds=sorted(doc.kinds),
                    asked=sorted(report_ids),
                    reports=sorted(acknowledged),
                    rejected=sorted(doc.rejected.items()),
                    source=source,
                )
            return self.ack(doc.sha256)

    def ack_data(self, entry: AckEntry) -> bytes:
        """The octets as CSSM gave them. Raises ArchiveError when the file is gone or is another now."""
        return read_checked(self._ack_path(entry.sha256), entry.sha256, "Download the ACK again and install that file")

    def record_installed(self, ack_sha256: str, facts: Mapping[str, Any]) -> None:
        """The device has taken the document."""
        with self.locked():
            self._record("installed", sha256=ack_sha256, facts=_known_facts(facts))

    def _pair(self, rum: RumFile, facts: Mapping[str, Any]) -> set[Udi]:
        """The UDIs of this product instance, as the collect and the reports' HA lists tell them."""
        told = {self.udi, *(Udi.parse(str(unit)) for unit in facts.get("units") or ())}
        return told.union(*(report.udis for report in rum.reports if report.udis & told))

    def _check_ack(self, doc: ImportDoc, report_ids: Collection[int], state: PiState) -> None:
        if doc.udis and not doc.udis & state.units:
            raise ArchiveError(
                f"is for another product instance than {self.udi}",
                cause=", ".join(map(str, sorted(doc.udis))),
                subject=doc.name,
                remedy="Check which device the file belongs to; nothing was recorded",
            )
        if doc.report_ids and report_ids and not doc.report_ids & set(report_ids):
            raise ArchiveError(
                f"names none of the reports that {self.udi} waits for",
                cause=f"it names {', '.join(map(str, sorted(doc.report_ids)[:5]))}",
                subject=doc.name,
                remedy="Check to which upload the file is the answer; nothing was recorded",
            )

    def _keep(self, path: Path, data: bytes, sha256: str) -> None:
        """Have the file there, whole; also where an earlier run or a failing disk left something else."""
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ArchiveError("is not the file that was read", subject=path.name)
        if not holds(path, sha256):
            make_directory(path.parent)
            write_file(path, data, sweep=True)

    def _record(self, event: str, **members: Any) -> None:
        at = self.archive.now().astimezone(UTC).isoformat()
        events = [{"event": event, "at": at, **members}]
        if self.ledger.first() is None:
            events.insert(0, {"event": "created", "at": at, "format": _FORMAT, "udi": str(self.udi)})
        self.ledger.append(*events)

    def _ack_path(self, sha256: str) -> Path:
        return self.path / "ack" / f"{sha256}.xml"


def _known_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    known = {key: facts[key] for key in FACTS if facts.get(key) is not None}
    if "units" in known:
        known["units"] = [str(unit) for unit in known["units"]]
    return known


def _in_ledger(entry: _Entry | None, sha256: str, ledger: Ledger) -> _Entry:
    if entry is None:
        raise ArchiveError(f"does not know the file {sha256}", subject=str(ledger.path))
    return entry
