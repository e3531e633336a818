# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the mock CSSM answers to product instances that are connected directly, whichever the wire (SIMULATED: wire.py).

==============  ==================================================================================================
code            why a request is refused
==============  ==================================================================================================
CLOCK           device and CSSM differ by an hour or more (cli.md 5.0)
TRUST_EXISTS    a unit has a trust code, on the device or by CSSM's books, and ``force`` was not said
NO_TRUST        no trust code of CSSM's on the reporting unit; the factory's is not good for CSSM (seed)
TOKEN_...       the ID token: UNKNOWN, EXPIRED, REVOKED, USED_UP
others          as for the API: INVALID_SIGNATURE, NO_DATA_FOUND, INVALID_POLL_ID and so on
==============  ==================================================================================================
"""

from __future__ import annotations

import base64
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .cssm_ack import AckWriter
from .cssm_instances import ProductInstance
from .cssm_reports import RefusedError, Verifier, read_legacy_submissions
from .cssm_store import ACKNOWLEDGEMENTS, Store, Ticket
from .cssm_tokens import IdTokens
from .simdoc import Udi
from .wire import COMPLETE, FAILED, HELLO, OK, PENDING, POLL, SYNC, TRUST, USAGE, Reply, Request

LARGEST_SKEW = 3600.0
CSSM_TRUST = "CSSM"
_LOGGED = 10_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it came. ``way``: ``smart`` or ``callhome``; ``now``: CSSM's clock; ``via``: a gateway's name."""

    request: Request
    way: str
    now: float
    via: str = ""

    @property
    def time(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    def reply(self, status: str, **more: Any) -> Reply:
        return Reply(status=status, nonce=self.request.nonce, time=self.now, **more)


class Direct:
    """``poll_after``: seconds after which a device is told to ask for its ACK. ``log``: who asked for what, and how."""

    def __init__(self, pki: Verifier, store: Store, writer: AckWriter, tokens: IdTokens) -> None:
        self.poll_after = 60.0
        self.accept_builtin = False
        self.log: deque[dict[str, Any]] = deque(maxlen=_LOGGED)
        self._pki = pki
        self._store = store
        self._writer = writer
        self._tokens = tokens
        self._work: dict[str, Callable[[Arrival], Reply]] = {
            HELLO: self._hello,
            TRUST: self._trust,
            USAGE: self._usage,
            POLL: self._poll,
            SYNC: self._sync,
        }

    def answer(self, arrival: Arrival) -> Reply:
        try:
            reply = self._work[arrival.request.operation](arrival)
        except RefusedError as error:
            reply = arrival.reply(FAILED, code=error.code, message=error.message)
        request = arrival.request
        self.log.append(
            {
                "time": arrival.time.isoformat(timespec="milliseconds"),
                "way": arrival.way,
                "via": arrival.via,
                "operation": request.operation,
                "udi": str(request.udi),
                "hostname": request.hostname,
                "release": request.release,
                "status": reply.status,
                "code": reply.code,
            }
        )
        return reply

    def _hello(self, arrival: Arrival) -> Reply:
        return arrival.reply(OK)

    def _trust(self, arrival: Arrival) -> Reply:
        """An ID token decides about the account: with ``force`` a product instance moves there (cli.md 6)."""
        _check_clock(arrival)
        request = arrival.request
        token = self._tokens.find(request.token)
        if not request.force:
            for udi in request.units:
                known = self._store.instances.get(udi)
                if udi in request.trust or (known and udi in known.trusted):
                    raise RefusedError("TRUST_EXISTS", f"{udi} has a trust code already, and force was not given")
        instance = self._store.instances.register(token.account, (request.udi, *request.units), arrival.time)
        instance.account = token.account
        token.used += 1
        return self._complete(arrival, instance, request.units)

    def _sync(self, arrival: Arrival) -> Reply:
        """Trust synchronisation (seed, High Availability): all units in the active's account, with trust codes."""
        _check_clock(arrival)
        request = arrival.request
        active = self._trusted(request)
        members = (request.udi, *request.units)
        instance = self._store.instances.register(active.account, members, arrival.time)
        instance.account = active.account
        self._store.instances.keep_only(instance, members)
        lacking = [udi for udi in request.units if request.trust.get(udi) != CSSM_TRUST or udi not in instance.trusted]
        return self._complete(arrival, instance, lacking)

    def _usage(self, arrival: Arrival) -> Reply:
        request = arrival.request
        instance = self._trusted(request)
        entry = {"sudi": request.udi.sudi, "licenses": base64.b64encode(request.document).decode()}
        submissions = read_legacy_submissions([entry], self._pki, accept_builtin=self.accept_builtin)
        ticket = self._store.submit(
            instance.account, submissions, way=arrival.way, sender=arrival.via or request.hostname, again=True
        )
        self._store.instances[request.udi].hostname = request.hostname
        return arrival.reply(PENDING, ticket=str(ticket.poll_id), poll_after=self.poll_after)

    def _poll(self, arrival: Arrival) -> Reply:
        ticket = self._ticket(arrival.request)
        ready = self._store.poll(ticket.account, ticket.poll_id, ACKNOWLEDGEMENTS)
        if ready is None:
            return arrival.reply(PENDING, ticket=str(ticket.poll_id), poll_after=self.poll_after)
        document = next(iter(ready.documents.values()))
        return arrival.reply(COMPLETE, ticket=str(ticket.poll_id), document=document)

    def _ticket(self, request: Request) -> Ticket:
        """After a switchover the other unit of the pair asks for what this one was promised."""
        instance = self._store.instances.get(request.udi)
        ticket = self._store.tickets.get(int(request.ticket)) if request.ticket.isdecimal() else None
        if instance is None or ticket is None or ticket.submissions[0].udi not in instance.units:
            raise RefusedError(
                "INVALID_POLL_ID", f"{request.udi} has no request {request.ticket or 'without a ticket'}"
            )
        return ticket

    def _trusted(self, request: Request) -> ProductInstance:
        instance = self._store.instances.get(request.udi)
        kind = request.trust.get(request.udi)
        if kind != CSSM_TRUST:
            shown = f"only a trust code of kind {kind}" if kind else "no trust code"
            raise RefusedError("NO_TRUST", f"{request.udi} has {shown}; an ID token is needed")
        if instance is None or request.udi not in instance.trusted:
            raise RefusedError("NO_TRUST", f"CSSM has issued no trust code for {request.udi}; an ID token is needed")
        return instance

    def _complete(self, arrival: Arrival, instance: ProductInstance, units: Sequence[Udi]) -> Reply:
        """Trust codes for units, with the account and its policy."""
        instance.trusted.update(dict.fromkeys(units, arrival.time))
        instance.hostname = arrival.request.hostname
        instance.way, instance.sender = arrival.way, arrival.via or arrival.request.hostname
        document = self._writer.write(
            instance.account,
            (),
            trust_requests=units,
            correlation_id=f"sim-{secrets.token_hex(12)}",
            transaction_id=0,
            now=arrival.time,
        )
        return arrival.reply(COMPLETE, document=document)


def _check_clock(arrival: Arrival) -> None:
    skew = arrival.request.time - arrival.now
    if abs(skew) >= LARGEST_SKEW:
        side = "ahead of" if skew > 0 else "behind"
        raise RefusedError("CLOCK", f"The clock of {arrival.request.udi} is {abs(skew):.0f} seconds {side} CSSM's")
