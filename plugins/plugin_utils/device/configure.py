# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configure: bring a product instance to what its topology wants, look whether it is there, save (design, rule 9)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass

from ansible_collections.c9800.slp.plugins.module_utils.slp.configuration import (
    KEYS,
    Change,
    Configuration,
    plain_value,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.desired import plan, wanted
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import CommandError, ConnectionLost, DeviceError
from ansible_collections.c9800.slp.plugins.module_utils.slp.preflight import Finding, preflight

from .controller import SAVE, Controller
from .preflight import Order, stop, survey

Again = Callable[[], AbstractContextManager[Controller]]
"""Another login, for a session that was lost."""

_TAKEN = "the device took the commands and shows something else"
_UNSAVED = "The startup configuration is as it was, so a reload brings it back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """What a configure did, or in check mode would do. ``saved``: the startup configuration was written.

    ``forgotten``: the device was as wanted, and ``change`` is that of its startup configuration.
    """

    udi: str
    change: Change
    findings: tuple[Finding, ...]
    saved: bool = False
    forgotten: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """From where to where."""

    current: Configuration
    desired: Configuration
    change: Change
    order: Order


def configure(controller: Controller, order: Order, *, check: bool = False, again: Again | None = None) -> Configured:
    """Bring it to the desired configuration; nothing is touched when the preflight refuses.

    Raises DeviceError that says what is and what should be when the device is not as wanted afterwards.
    """
    facts = survey(controller, order)
    findings = preflight(facts)
    stop(controller.host, findings)
    job = _Job(current=facts.current, desired=facts.desired, change=facts.change, order=order)
    udi = str(facts.state.udi)
    if not job.change and order.save:
        left = unsaved(controller, lambda startup: plan(wanted(order.row, order.settings, startup), startup).settings)
        saved = bool(left) and not check
        if saved:
            save(controller)
        return Configured(udi=udi, change=left, findings=findings, saved=saved, forgotten=bool(left))
    if not job.change or check:
        return Configured(udi=udi, change=job.change, findings=findings)
    note = bring(controller, job.current, job.desired, job.change, order=order, again=again)
    return Configured(udi=udi, change=job.change, findings=findings, saved=order.save, note=note)


def bring(
    controller: Controller,
    current: Configuration,
    desired: Configuration,
    change: Change,
    *,
    order: Order,
    again: Again | None,
) -> str:
    """Apply, read back, compare, save. Returns what there is to add."""
    job = _Job(current=current, desired=desired, change=change, order=order)
    refusal: CommandError | None = None
    remark = ""
    try:
        try:
            remark = controller.apply(change)
        except CommandError as error:
            refusal = error
        after = controller.configuration()
    except ConnectionLost as lost:
        with _back(again, job, lost) as other:
            _settle(other, other.configuration(), job, lost)
            return "the session was lost in between; the device was asked again and is as it should be"
    _settle(controller, after, job, refusal, remark)
    return ""


def unsaved(controller: Controller, matters: Callable[[Configuration], Collection[str]]) -> Change:
    """What a run that ended between setting and saving has left: a reload would bring back how it was before.

    ``matters``: the keys of a startup configuration that are not as wanted. Empty when all is saved or none can tell.
    """
    both = controller.startup()
    if both is None:
        return Change()
    running, startup = both
    missing = matters(startup)
    keys = [key for key in KEYS if key in missing and getattr(startup, key) != getattr(running, key)]
    if not keys:
        return Change()
    return Change(settings={key: (getattr(startup, key), getattr(running, key)) for key in keys}, lines=(SAVE,))


def save(controller: Controller) -> None:
    """What was set is in force by now, so it is told when this does not work."""
    try:
        controller.save()
    except DeviceError as error:
        raise DeviceError(
            "the device is as it should be, but that is not saved",
            host=controller.host,
            cause=error.cause or error.what,
            remedy=f"Give `{SAVE}`; another run over the command line saves it too. {_UNSAVED}",
        ) from error


def _settle(
    controller: Controller, after: Configuration, job: _Job, failure: DeviceError | None, remark: str = ""
) -> None:
    """Save what is as it should be; undo, if that is wanted, what is not."""
    left = plan(job.desired, after)
    doubt = _doubt(job, failure)
    if not left and not doubt:
        if job.order.save:
            save(controller)
        return
    if isinstance(failure, CommandError) and not doubt and left.settings == job.change.settings:
        raise DeviceError(
            f"{failure.what}, and nothing was changed",
            host=controller.host,
            cause=_masked(str(failure.cause), job.change),
            remedy=failure.remedy or "Mend the cause, then run again",
        )
    remedy = f"Mend the cause, then run again; with rollback: true a run takes back what it has set. {_UNSAVED}"
    if job.order.rollback:
        remedy = _undo(controller, after, job)
    cause = _told(failure) if failure else f"the device says {remark!r}" if remark else _TAKEN
    raise DeviceError(
        _shortfall(left) if left else doubt, host=controller.host, cause=_masked(cause, job.change), remedy=remedy
    )


def _told(failure: DeviceError) -> str:
    """A refusal speaks for itself; the last line of a lost session does not."""
    cause = str(failure.cause)
    return failure.what if not cause or isinstance(failure, ConnectionLost) else cause


def _doubt(job: _Job, failure: DeviceError | None) -> str:
    """What is not known of passwords, which the configuration does not show; that of a new user comes with the user."""
    if isinstance(failure, CommandError) and job.change.passwords:
        return "the device refused a command"
    users = [name for name in job.change.passwords if name in job.current.users]
    if failure is None or not users:
        return ""
    return f"whether the new password of {', '.join(users)} is in force is not known"


def _undo(controller: Controller, after: Configuration, job: _Job) -> str:
    undo = plan(job.current, after)
    try:
        if undo:
            controller.apply(undo)
        rest = plan(job.current, controller.configuration())
    except DeviceError as error:
        return f"Rolling back failed: {_masked(str(error.cause or error.what), job.change)}. {_UNSAVED}"
    if rest:
        return f"Rolling back is not complete: {_shortfall(rest)}. {_UNSAVED}"
    kept = [name for name in job.change.passwords if name in job.current.users]
    passwords = f"; the new password of {', '.join(kept)} may be in force" if kept else ""
    return f"Everything was rolled back{passwords}. Mend the cause, then run again"


def _back(again: Again | None, job: _Job, lost: ConnectionLost) -> AbstractContextManager[Controller]:
    if again is None:
        raise _unknown(job, lost, lost)
    return _Again(again, job, lost)


class _Again(AbstractContextManager[Controller]):
    """The second login; when it fails as well, the error says what was on its way."""

    def __init__(self, again: Again, job: _Job, lost: ConnectionLost) -> None:
        self._login, self._job, self._lost = again(), job, lost

    def __enter__(self) -> Controller:
        try:
            return self._login.__enter__()
        except DeviceError as error:
            raise _unknown(self._job, self._lost, error) from error

    def __exit__(self, *exc: object) -> bool | None:
        return self._login.__exit__(*exc)  # type: ignore[arg-type]


def _unknown(job: _Job, lost: ConnectionLost, error: DeviceError) -> DeviceError:
    wanted = f". {_shortfall(job.change)}" if job.change.settings else ""
    return DeviceError(
        f"the device was lost while it was configured; what it has taken is not known{wanted}",
        host=lost.host,
        cause=_masked(str(error.cause or error.what), job.change),
        remedy=f"Run again when it answers: every run looks first. {_UNSAVED}",
    )


def _shortfall(left: Change) -> str:
    """``transport is cslu and should be smart``, for each setting."""
    parts = [f"{key} is {_text(now)} and should be {_text(wish)}" for key, (now, wish) in left.settings.items()]
    return "the device is not configured as it should be: " + "; ".join(parts)


def _text(value: object) -> str:
    return "not set" if value in (None, "", ()) else str(plain_value(value))


def _masked(text: str, change: Change) -> str:
    for secret in change.secrets:
        text = text.replace(secret, "********")
    return text
