"""Use cases: keep the link after the first answer: each attempt has an outcome and a next date."""

from collections.abc import Set
from datetime import datetime, timedelta
from typing import Final

from dispatch.desk import Desk, SignedIn
from dispatch.errors import LaterThanPromised, NothingPlanned, SignalIsClosed, UnknownDate
from dispatch.link import MISSES, link_of
from dispatch.promises import end, keep, latest_due, plan
from dispatch.queue import lock_signal
from dispatch.words_seen import read_first
from records import Transaction
from records.audit import AuditAction
from records.ids import new_id
from records.tables import (
    Audience,
    FollowUpEnd,
    FollowUpKind,
    FollowUpOutcome,
    OutboxAlert,
    OutboxEvent,
    Signal,
    SignalState,
)

LINK: Final = (FollowUpKind.RECONTACT, FollowUpKind.RETURN, FollowUpKind.REVIEW)
LONGEST_AHEAD: Final = timedelta(days=180)
# Who does not want to be asked, or cannot be safely now, is not asked again by rhythm.
_NOT_ASKED: Final = frozenset({FollowUpOutcome.REFUSED, FollowUpOutcome.NOT_SAFE_NOW})


async def note_outcome(
    ref: str,
    outcome: FollowUpOutcome,
    member: SignedIn,
    desk: Desk,
    *,
    next_at: datetime | None = None,
    seen: str | None = None,
) -> None:
    """Say how an attempt to keep the link ended: that promise is kept, and the next one dated.

    The next is a recontact by the rhythm, or a review where the sender refused or is not safe now;
    at `next_at` where the member chose a day, never later than the policy's. A miss makes the next
    interval shorter. Three misses in a row tell the supervisor. Raises
    NothingPlanned where no attempt is due at any time, UnknownDate, LaterThanPromised,
    SignalIsClosed, NewWords.
    """
    async with desk.records.transaction() as tx:
        signal = await _open_one(ref, member, tx)
        _check(next_at, desk)
        await read_first(signal, seen, tx)
        planned = {p.kind for p in await tx.follow_ups.open_ones([signal.id]) if p.kind in LINK}
        if not planned:
            raise NothingPlanned
        tried = _tried(planned, outcome)
        if not tried:
            # Only the return is promised, and this was no seeing each other: the attempt counts.
            await plan(FollowUpKind.RECONTACT, signal, desk, tx)
            tried = {FollowUpKind.RECONTACT}
        await keep(signal, tried, tx, now=desk.clock(), outcome=outcome)
        kind = FollowUpKind.REVIEW if outcome in _NOT_ASKED else FollowUpKind.RECONTACT
        if next_at is not None:
            next_at = await _within_policy(kind, next_at, signal, desk, tx)
        await _date(kind, next_at, signal, desk, tx)
        await _trace(signal, member, desk, tx)
        missed = outcome in MISSES and (await link_of(signal, tx)).misses
        if missed == desk.point.deadlines.link.misses:
            await _tell_supervisor(signal, desk, tx)


async def plan_next(
    ref: str, kind: FollowUpKind, due: datetime, member: SignedIn, desk: Desk
) -> bool:
    """Date the next action by hand; it takes the place of a later one of the same kind.

    A recontact or a review that stands earlier stays as it is, and False says so: nothing is
    silently put off. A recontact later than the policy's is LaterThanPromised.
    """
    async with desk.records.transaction() as tx:
        signal = await _open_one(ref, member, tx)
        _check(due, desk)
        stands = [p for p in await tx.follow_ups.open_ones([signal.id]) if p.kind is kind]
        if any(promise.due_at <= due for promise in stands):
            return False
        if kind is FollowUpKind.RECONTACT:
            due = await _within_policy(kind, due, signal, desk, tx)
        dated = await _date(kind, due, signal, desk, tx)
        await _trace(signal, member, desk, tx)
        return dated


async def came_back(ref: str, member: SignedIn, desk: Desk) -> None:
    """The young person is back from running away: to be seen within the time of the policy.

    A second note while that is still to be done changes nothing.
    """
    async with desk.records.transaction() as tx:
        signal = await _open_one(ref, member, tx)
        kinds = {promise.kind for promise in await tx.follow_ups.open_ones([signal.id])}
        if FollowUpKind.RETURN in kinds:
            return
        await plan(FollowUpKind.RETURN, signal, desk, tx)
        await _trace(signal, member, desk, tx)


async def _open_one(ref: str, member: SignedIn, tx: Transaction) -> Signal:
    signal = await lock_signal(ref, member, tx)
    if signal.state is SignalState.CLOSED:
        raise SignalIsClosed
    return signal


async def _date(
    kind: FollowUpKind, due: datetime | None, signal: Signal, desk: Desk, tx: Transaction
) -> bool:
    """Date it, at the policy's time where none is given; False where a nearer one stands."""
    due = due or await latest_due(kind, signal, desk, tx)
    stands = [p for p in await tx.follow_ups.open_ones([signal.id]) if p.kind is kind]
    if any(promise.due_at <= due for promise in stands):
        return False
    replaced = dict.fromkeys([promise.id for promise in stands], FollowUpEnd.REPLACED)
    await end(signal, replaced, tx, now=desk.clock())
    await plan(kind, signal, desk, tx, due=due)
    return True


def _tried(planned: Set[FollowUpKind], outcome: FollowUpOutcome) -> Set[FollowUpKind]:
    """Pure. What an attempt keeps: never a return where nobody was met, nor what else is planned.

    A review is kept by itself alone: asking after somebody is not looking at the signal together.
    """
    if planned == {FollowUpKind.REVIEW}:
        return planned
    contact = {FollowUpKind.RECONTACT}
    if outcome is FollowUpOutcome.REACHED:
        contact.add(FollowUpKind.RETURN)
    return planned & contact


async def _within_policy(
    kind: FollowUpKind, due: datetime, signal: Signal, desk: Desk, tx: Transaction
) -> datetime:
    """The moment chosen, never after the policy's own; LaterThanPromised where its day is."""
    zone = desk.point.calendar.zone
    latest = await latest_due(kind, signal, desk, tx)
    last = latest.astimezone(zone).date()
    if due.astimezone(zone).date() > last:
        raise LaterThanPromised(last)
    return min(due, latest)


def _check(due: datetime | None, desk: Desk) -> None:
    if due is not None and not desk.clock() < due <= desk.clock() + LONGEST_AHEAD:
        raise UnknownDate


async def _trace(signal: Signal, member: SignedIn, desk: Desk, tx: Transaction) -> None:
    await tx.audit.append(
        AuditAction.SIGNAL_FOLLOW_UP,
        at=desk.clock(),
        member_id=member.id,
        signal_id=signal.id,
        team=signal.team,
    )


async def _tell_supervisor(signal: Signal, desk: Desk, tx: Transaction) -> None:
    await tx.outbox.add(
        OutboxAlert(
            id=new_id(),
            signal_id=signal.id,
            team=signal.team,
            event=OutboxEvent.MISSED,
            level=signal.level,
            created_at=desk.clock(),
            audience=Audience.SUPERVISOR,
        )
    )
