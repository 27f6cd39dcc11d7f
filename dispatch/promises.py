"""The only place where promises are made, raised, kept and followed by the next one.

An open signal always has one that is not kept; `signal.due_at` follows the nearest.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dispatch.deadlines import DUE, DeadlinePolicy, due_at
from dispatch.desk import Desk
from dispatch.duty import DutyCalendar
from dispatch.listening_point import ListeningPoint
from records import Transaction
from records.ids import new_id
from records.tables import FollowUp, FollowUpKind, FollowUpOutcome, Signal, SignalState
from triage.vocabulary import Level

FIRST: Final = (FollowUpKind.READ, FollowUpKind.ANSWER)
MISSES: Final = frozenset({FollowUpOutcome.NO_ANSWER, FollowUpOutcome.UNDELIVERABLE})


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what promises are made: one version of the policy, and the team's calendar."""

    policy: DeadlinePolicy
    calendar: DutyCalendar


def terms_of(point: ListeningPoint) -> Terms:
    return Terms(point.deadlines, point.calendar)


def make_promise(
    kind: FollowUpKind,
    signal: Signal,
    terms: Terms,
    *,
    since: datetime,
    earlier: int = 0,
    due: datetime | None = None,
) -> FollowUp:
    """Pure. A promise counted from `since`; a `due` that a person chose wins over the policy's."""
    level = Level(signal.level)
    due = due or due_at(
        kind, level, since=since, policy=terms.policy, calendar=terms.calendar, earlier=earlier
    )
    promise = FollowUp(
        id=new_id(),
        signal_id=signal.id,
        kind=kind,
        level=level,
        created_at=since,
        counted_from=since,
        due_at=due,
        late_again_at=_late_again(since, due),
        policy_version=terms.policy.version,
    )
    set_next_rung(promise, terms, after=None)
    return promise


def first_promises(signal: Signal, terms: Terms, since: datetime) -> tuple[FollowUp, ...]:
    """To read it and to answer it; the signal is due with the first."""
    promises = tuple(make_promise(kind, signal, terms, since=since) for kind in FIRST)
    signal.due_at, signal.late_again_at = promises[0].due_at, promises[0].late_again_at
    return promises


def set_next_rung(promise: FollowUp, terms: Terms, *, after: int | None) -> None:
    """The next rung of the promise's own level behind `after` percent; none after the last.

    0 percent is of the reading only: that a signal is there is told once. The rung of the due time
    comes at the due time itself, whatever brought that forward.
    """
    rungs = terms.policy.rungs(promise.kind, promise.level)
    left = [percent for percent in rungs if after is None or percent > after]
    if promise.kind is not FollowUpKind.READ:
        left = [percent for percent in left if percent > 0]
    promise.next_rung = min(left, default=None)
    promise.next_rung_at = (
        None if promise.next_rung is None else rung_at(promise, promise.next_rung, terms)
    )


def rung_at(promise: FollowUp, percent: int, terms: Terms) -> datetime:
    """When that rung is due: never on the wrong side of the promise's own due time."""
    if percent == DUE:
        return promise.due_at
    if percent == 0:
        return promise.counted_from
    span = terms.policy.time_given(promise.kind, promise.level)
    at = span.after(promise.counted_from, terms.calendar, percent=percent)
    return min(at, promise.due_at) if percent < DUE else max(at, promise.due_at)


def hold(promise: FollowUp, *, now: datetime) -> None:
    """Somebody has seen it: rungs before the due time are spared, that of the due time never is.

    After it the ladder rests for as long again as was given, and then goes on: a click is not a
    reading.
    """
    if promise.next_rung is None or promise.next_rung_at is None:
        return
    if now < promise.due_at:
        if promise.next_rung < DUE:
            promise.next_rung, promise.next_rung_at = DUE, promise.due_at
        return
    if promise.next_rung > DUE:
        given = promise.due_at - promise.counted_from
        promise.next_rung_at = max(promise.next_rung_at, now + given)


async def raise_promises(signal: Signal, terms: Terms, tx: Transaction, *, now: datetime) -> None:
    """The signal's level rose: its open promises fall due earlier, never later, on its rungs."""
    level = Level(signal.level)
    for promise in await tx.follow_ups.open_ones([signal.id]):
        if promise.level.rank >= level.rank:
            continue
        due = due_at(promise.kind, level, since=now, policy=terms.policy, calendar=terms.calendar)
        promise.level, promise.policy_version = level, terms.policy.version
        promise.counted_from = now
        promise.due_at = min(promise.due_at, due)
        promise.late_again_at = _late_again(now, promise.due_at)
        set_next_rung(promise, terms, after=None)
    await tx.follow_ups.settle(signal.id)


async def promise_first(signal: Signal, terms: Terms, tx: Transaction, *, now: datetime) -> None:
    """The sender wrote (again): to be read and answered, where that is not promised already."""
    await raise_promises(signal, terms, tx, now=now)
    open_kinds = {promise.kind for promise in await tx.follow_ups.open_ones([signal.id])}
    missing = [kind for kind in FIRST if kind not in open_kinds]
    if missing:
        await tx.follow_ups.add([make_promise(kind, signal, terms, since=now) for kind in missing])
    await tx.follow_ups.settle(signal.id)


async def keep(
    signal: Signal,
    kinds: Collection[FollowUpKind],
    tx: Transaction,
    *,
    now: datetime,
    outcome: FollowUpOutcome | None = None,
) -> None:
    """What was promised is done."""
    await tx.follow_ups.meet(signal.id, kinds=kinds, at=now, outcome=outcome)
    await tx.follow_ups.settle(signal.id)


async def plan(
    kind: FollowUpKind,
    signal: Signal,
    desk: Desk,
    tx: Transaction,
    *,
    due: datetime | None = None,
) -> FollowUp:
    """Promise one more thing; of a recontact, by the rhythm of those before it."""
    earlier = await tx.follow_ups.number_met(signal.id, kind)
    promise = make_promise(
        kind, signal, terms_of(desk.point), since=desk.clock(), earlier=earlier, due=due
    )
    await tx.follow_ups.add([promise])
    await tx.follow_ups.settle(signal.id)
    return promise


async def unkeep(
    signal: Signal, reply_id: UUID, terms: Terms, tx: Transaction, *, now: datetime
) -> None:
    """An answer did not leave: what it kept is promised again as it was, what it made is not."""
    if signal.state is SignalState.CLOSED:
        return
    for promise in await tx.follow_ups.uncredit(reply_id):
        fired = await tx.escalations.last_fired(promise.id)
        set_next_rung(promise, terms, after=fired)
        if now < promise.due_at:
            hold(promise, now=now)
    await tx.follow_ups.settle(signal.id)


async def misses_in_a_row(signal: Signal, tx: Transaction) -> int:
    """How many of the last recontacts failed, since the sender was last reached."""
    count = 0
    for outcome in await tx.follow_ups.outcomes(signal.id):
        if outcome not in MISSES:
            break
        count += 1
    return count


def _late_again(since: datetime, due: datetime) -> datetime:
    return due + max(due - since, timedelta(seconds=1))
