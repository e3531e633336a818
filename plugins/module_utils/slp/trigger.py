# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What triggering trust codes and reports has in common: what is decided, what is remembered, what forbids both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from .errors import ParseError, SlpError
from .messages import after
from .state import LicenseState
from .times import DeviceTime, parse_model_time, parse_time
from .topologies import Topology, gate


class Verdict(StrEnum):
    """What to do about a wish. ``WAIT``: it was triggered already, and its end is to be seen yet."""

    DO = "do"
    WAIT = "wait"
    ALREADY = "already"
    NOT_NEEDED = "not_needed"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """``reason`` says why; ``remedy`` is the next step, empty where nothing is to do.

    ``everywhere``: for all units of a pair. ``force``: the codes that are there are overwritten.
    ``notes``: what an operator should know although nothing is wrong.
    """

    verdict: Verdict
    reason: str
    remedy: str = ""
    everywhere: bool = False
    force: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it has come. ``pending``: looking again makes sense. ``satisfied``: as far as the topology promises.

    ``failed``: ``reason`` is what the device said, and waiting will not help.
    """

    outcome: str
    reason: str
    remedy: str = ""
    pending: bool = False
    satisfied: bool = False
    failed: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a product instance showed before something was triggered; it travels through a playbook as a dict.

    Times as the device prints them; ``codes``: by UDI, when its trust code was installed. ``renew``: those codes do
    not count. The last message of the log, ``log_line``, was there ``log_count`` times.
    """

    clock: str | None = None
    last_ack: str | None = None
    last_push: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    renew: bool = False
    log_line: str = ""
    log_count: int = 0

    @classmethod
    def of(cls, state: LicenseState, lines: Sequence[str], *, renew: bool = False) -> Mark:
        reporting = state.reporting
        codes = {
            str(unit.udi): printed(unit.trust.installed) or ""
            for unit in state.units
            if unit.trust.state == "installed"
        }
        last = lines[-1] if lines else ""
        return cls(
            clock=printed(state.clock),
            last_ack=printed(reporting.last_ack) if reporting else None,
            last_push=printed(reporting.last_push) if reporting else None,
            codes=codes,
            renew=renew,
            log_line=last,
            log_count=sum(line == last for line in lines),
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Mark:
        """Raises SlpError for what ``as_dict`` has not made."""
        known = cls.__dataclass_fields__
        codes = data.get("codes", {})
        count = data.get("log_count", 0)
        if set(data) - set(known) or not isinstance(codes, Mapping) or not str(count).isdecimal():
            raise SlpError("since is not the mark of an earlier task", remedy="Give what that task returned as since")
        texts = {name: data.get(name) for name in ("clock", "last_ack", "last_push")}
        return cls(
            **{name: None if value is None else str(value) for name, value in texts.items()},
            codes={str(udi): str(text) for udi, text in codes.items()},
            renew=data.get("renew") is True,
            log_line=str(data.get("log_line") or ""),
            log_count=int(count),
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"codes": dict(self.codes)}

    def new(self, lines: Sequence[str]) -> tuple[str, ...]:
        """Those messages of a log that came after the mark."""
        return after(lines, self.log_line, self.log_count)


def printed(time: DeviceTime | None) -> str | None:
    return time.text if time is not None else None


def trust_count(state: LicenseState) -> tuple[int, int]:
    """INSTALLED codes and UDIs (cli.md 3.1.2)."""
    return sum(unit.trust.state == "installed" for unit in state.units), len(state.units)


def url_of(state: LicenseState) -> str:
    """Where the device sends to, by what it prints of its transport; empty where that is not known."""
    transport = state.transport
    if transport is None:
        return ""
    return {"cslu": transport.cslu_url, "smart": transport.url}.get(transport.type) or ""


def has_factory_code(state: LicenseState) -> bool:
    """Only agents from 6.3 on tell the kind of a code (cli.md 3.1.2); on others nobody knows."""
    return any("factory" in (unit.trust.kind or "").lower() for unit in state.units)


def maybe_factory_code(state: LicenseState) -> bool:
    """A code of unknown kind on a device that has never heard from CSSM: no account is shown (17.7.1), no ACK came."""
    account, reporting = state.account, state.reporting
    heard = (account is not None and account.smart_account) or (reporting is not None and reporting.last_ack)
    return not heard and any(unit.trust.state == "installed" and unit.trust.kind is None for unit in state.units)


def failure_since(state: LicenseState, mark: Mark, exchange: str) -> str:
    """Why this kind of message failed after the mark, by the counters of tech support; empty when it did not."""
    return _failure(state, exchange, _moment(mark.clock))


def failure_after(state: LicenseState, exchange: str, time: DeviceTime) -> str:
    """The same of what failed after something else had happened, not in the same second."""
    return _failure(state, exchange, time, later=True)


def _failure(state: LicenseState, exchange: str, began: DeviceTime | None, *, later: bool = False) -> str:
    for seen in state.communication or ():
        if seen.name == exchange and began is not None and seen.last_failure is not None and seen.failure_reason:
            failed, success = seen.last_failure, seen.last_success
            after = _before(began, failed) if later else not _before(failed, began)
            if after and (success is None or _before(success, failed)):
                return seen.failure_reason
    return ""


def _moment(text: str | None) -> DeviceTime | None:
    """A mark's time: as the command line or as the models write it."""
    for parse in (parse_time, parse_model_time):
        try:
            return parse(text or "")
        except ParseError:
            continue
    return None


def _before(one: DeviceTime, other: DeviceTime) -> bool:
    """By the second: counters have no parts of it. By the wall where a zone is not known."""
    if one.utc is not None and other.utc is not None:
        return one.utc.replace(microsecond=0) < other.utc.replace(microsecond=0)
    return one.wall.replace(microsecond=0) < other.wall.replace(microsecond=0)


def refuse_device(row: Topology, state: LicenseState) -> Decision | None:
    """cli.md 6.3: before SLP, no controller, too old for the topology, not the active unit, roles in transition."""
    for objection in gate(row, state.release, is_controller=state.is_controller, slp_enabled=state.slp_enabled):
        return Decision(verdict=Verdict.REFUSE, reason=objection.reason, remedy=objection.remedy)
    ha = state.ha
    if ha is None:
        return None
    if (ha.my_state or "").upper().startswith("STANDBY"):
        return Decision(
            verdict=Verdict.REFUSE,
            reason="this is the standby unit; a pair is asked through its active unit only",
            remedy="Set ansible_host to the address of the pair (wireless management)",
        )
    peer = (ha.peer_state or "").upper()
    if len(state.units) > 1 and peer and "HOT" not in peer:
        return Decision(
            verdict=Verdict.REFUSE,
            reason=f"the pair is in transition: its other unit is {ha.peer_state}",
            remedy="Wait until `show redundancy states` shows STANDBY HOT, then run again",
        )
    return None


def refuse_transport(row: Topology, state: LicenseState) -> Decision | None:
    """cli.md 5, the transport and URL steps of each topology; 6.3: nothing is ever sent with transport off."""
    transport, wanted = state.transport, row.desired.transports
    configure = f"Configure the device for topology {row.id} first (module configure)"
    if transport is None:
        return None
    if transport.type not in wanted:
        why = ": nothing will be sent" if transport.type == "off" else f", the topology wants {' or '.join(wanted)}"
        return Decision(verdict=Verdict.REFUSE, reason=f"transport is {transport.type}{why}", remedy=configure)
    if transport.type == "callhome":  # it prints no URL (cli.md 1.1)
        return None
    url = (transport.cslu_url if transport.type == "cslu" else transport.url) or ""
    if not url and row.desired.url is not None and row.desired.url.required and transport.type != "off":
        return Decision(verdict=Verdict.REFUSE, reason=f"no URL is set ({row.desired.url.template})", remedy=configure)
    for objection in gate(row, None, url=url if row.desired.url is not None else ""):
        return Decision(verdict=Verdict.REFUSE, reason=objection.reason, remedy=objection.remedy)
    return None
