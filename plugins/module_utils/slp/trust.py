# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trust codes: whether a product instance needs one by ID token, and whether it has got it. Pure; triggers nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from .errors import SlpError
from .messages import exchange_trouble, trust_trouble
from .state import LicenseState, Unit
from .topologies import Topology, TrustRule
from .trigger import (
    Decision,
    Mark,
    Progress,
    Verdict,
    failure_since,
    has_factory_code,
    maybe_factory_code,
    printed,
    refuse_device,
    refuse_transport,
    trust_count,
    url_of,
)

MAX_SKEW = timedelta(hours=1)  # cli.md 4: device time not within an hour of CSSM
_TOKEN = re.compile(r"[A-Za-z0-9%+/=._~-]{8,}")
_TOKEN_MOST = 255  # cli.md 5.3, step 7
_UNPROVEN = "nothing shows that CSSM gave them; should it take no report, set replace_factory: true"
_LOOK = "Look at `show logging | include SMART_LIC` and `show license tech support` (Trust Establishment)"
_OTHER_UNIT = (
    "The active unit asks for the code of a new standby by itself, also when it reports (module sync); force: true "
    "replaces the codes of all units by an ID token"
)
_GET_TOKEN = "Create one in CSSM or with module cssm_id_token, and give it as token (slp_id_token in the roles)"  # noqa: S105


def check_token(token: str) -> str:
    """The token without blanks around it. Raises SlpError, which does not quote it, for what would be no one word."""
    word = token.strip()
    if not _TOKEN.fullmatch(word):
        raise SlpError(
            "the ID token holds signs that no token of CSSM has, or is cut off",
            remedy="Copy the token whole, as CSSM shows it",
        )
    if len(word) > _TOKEN_MOST:
        raise SlpError(
            f"the ID token has {len(word)} signs, and a device takes {_TOKEN_MOST}",
            remedy="Copy the token alone, as CSSM shows it",
        )
    return word


def decide_trust(
    row: Topology,
    state: LicenseState,
    *,
    now: datetime,
    token: bool,
    force: bool = False,
    replace_factory: bool = False,
) -> Decision:
    """What to do about trust codes. ``now``: our clock (aware). ``token``: an ID token is at hand.

    ``force``: replace the codes that are there. ``replace_factory``: only if one of them came from the factory, or may
    have come from there on an agent that does not tell.
    """
    everywhere = state.is_ha
    refused = refuse_device(row, state)
    if refused is not None:
        return refused
    if row.trust.rule is not TrustRule.TOKEN:
        return _without_token(row, state)
    installed, total = trust_count(state)
    unproven = maybe_factory_code(state)
    factory = has_factory_code(state) or (unproven and replace_factory)
    if installed == total and total and not factory and not force:
        return Decision(
            verdict=Verdict.ALREADY,
            reason=f"{_codes(installed, total)} installed",
            everywhere=everywhere,
            notes=(_UNPROVEN,) if unproven else (),
        )
    overwrite = force or (factory and replace_factory)
    refused = refuse_transport(row, state) or _refuse_clock(state, now) or _refuse_factory(factory, overwrite)
    if refused is not None:
        return refused
    if installed and not overwrite:
        # seed, High Availability: a directly connected device sees to the code of a new standby itself.
        return Decision(verdict=Verdict.WAIT, reason=f"{_codes(installed, total)} installed", everywhere=everywhere)
    if not token:
        reason = f"{_codes(installed, total)} installed, and this topology needs an ID token for them"
        return Decision(verdict=Verdict.REFUSE, reason=reason, remedy=_GET_TOKEN)
    kind = "factory-installed code" if factory else "trust code"
    reason = f"replace the {kind}" if overwrite and installed else f"{_codes(installed, total)} installed"
    # cli.md 4, (a): asked for, `force` goes along also where no code shows, as CSSM may have given one that never came.
    send = force or (overwrite and installed > 0)
    return Decision(verdict=Verdict.DO, reason=reason, everywhere=everywhere, force=send)


def look_trust(state: LicenseState, mark: Mark, lines: Iterable[str], row: Topology) -> Progress:
    """Whether every UDI has its trust code: INSTALLED count = UDI count (cli.md 3.1.2). ``lines``: new log lines."""
    installed, total = trust_count(state)
    new = sum(unit.trust.state == "installed" and not _old(unit, mark) for unit in state.units)
    if total and new == total:
        return Progress(outcome="installed", reason=f"{_codes(installed, total)} installed", satisfied=True)
    trouble = trust_trouble(lines, row, url_of(state))
    refusal = failure_since(state, mark, "trust_establishment")
    if trouble is None and refusal:
        trouble = exchange_trouble(refusal, row, url_of(state), trust=True)
    if trouble is not None:
        reason = f"{trouble.what}: {trouble.reason}"
        return Progress(outcome="failed", reason=reason, remedy=trouble.remedy, failed=True)
    kind = "new trust code" if mark.renew else "trust code"
    return Progress(
        outcome="pending",
        reason=f"{new} of {total} UDIs have a {kind} so far",
        remedy=_OTHER_UNIT if 0 < new < total else _LOOK,
        pending=True,
    )


def _without_token(row: Topology, state: LicenseState) -> Decision:
    """cli.md 5.0.2. A token would do no harm and is of no use here."""
    release = state.release
    installed, total = trust_count(state)
    if installed == total and total:
        return Decision(verdict=Verdict.ALREADY, reason=f"{_codes(installed, total)} installed")
    match row.trust.rule:
        case TrustRule.NOT_NEEDED:
            reason = f"{row.collector.name} needs no trust code"
        case TrustRule.COLLECTOR:
            reason = f"no trust code is needed here; {row.collector.name} may install one as a workflow of its own"
        case _ if release is not None and not release.ack_trust:
            reason = f"IOS XE {release} works without a trust code here"
        case _:
            reason = "the report asks for trust codes, and the ACK brings them (from 17.7.1 on)"
    return Decision(verdict=Verdict.NOT_NEEDED, reason=reason)


def _refuse_clock(state: LicenseState, now: datetime) -> Decision | None:
    """cli.md 1.4, 4, 6.3."""
    clock = state.clock
    if clock is None or clock.utc is None or abs(clock.utc - now) < MAX_SKEW:
        return None
    hours = abs(clock.utc - now) / MAX_SKEW
    return Decision(
        verdict=Verdict.REFUSE,
        reason=f"the device's clock is {hours:.1f} h away from the control node's; "
        "CSSM gives no trust code from 1 h on",
        remedy="Configure `ntp server` on the device, and check the control node's clock",
    )


def _refuse_factory(factory: bool, overwrite: bool) -> Decision | None:
    """seed, Connected Directly (note on factory codes); cli.md 6.3."""
    if not factory or overwrite:
        return None
    return Decision(
        verdict=Verdict.REFUSE,
        reason="a factory-installed trust code cannot talk to CSSM",
        remedy="Set replace_factory: true to overwrite it by the ID token",
    )


def _old(unit: Unit, mark: Mark) -> bool:
    """Whether its code is the one that is to be replaced. A way in that tells no date cannot say so."""
    date = printed(unit.trust.installed)
    return mark.renew and date is not None and mark.codes.get(str(unit.udi)) == date


def _codes(installed: int, total: int) -> str:
    return f"{installed} of {total} trust codes"
