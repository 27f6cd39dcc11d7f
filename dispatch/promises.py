"""The only place where promises are made, raised, kept and followed by the next one.

An open signal always has one that is not kept; `signal.due_at` follows the nearest.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dispatch.deadlines import DUE, NEW_LINK, Counted, DeadlinePolicy, Link, due_at
from dispatch.desk import Desk
from dispatch.duty import DutyCalendar
from dispatch.link import link_of
from dispatch.listening_point import ListeningPoint
from records import Transaction
from records.ids import new_id
from records.tables import FollowUp, FollowUpEnd, FollowUpKind, FollowUpOutcome, Signal, SignalState
from triage.vocabulary import Author, Level

FIRST: Final = (FollowUpKind.READ, FollowUpKind.ANSWER)


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what promises are made: one version of the policy, and the team's calendar."""

    policy: DeadlinePolicy
    calendar: DutyCalendar

    def may_ring(self, kind: FollowUpKind, level: Level, at: datetime) -> datetime:
        """From `at` on, when somebody may be rung for such a promise."""
        if not self.policy.is_urgent(kind, level):
            return self.calendar.next_opening(at)
        if self.policy.time_given(kind, level).counted is Counted.WAKING:
            return self.calendar.awake.next_opening(at)
        return at


def terms_of(point: ListeningPoint) -> Terms:
    return Terms(point.deadlines, point.calendar)


def make_promise(
    kind: FollowUpKind,
    signal: Signal,
    terms: Terms,
    *,
    since: datetime,
    level: Level | None = None,
    link: Link = NEW_LINK,
    due: datetime | None = None,
) -> FollowUp:
    """Pure. A promise counted from `since`, under the signal's level or an earlier one's.

    A `due` that a person chose wins over the policy's; neither leaves duty hours for what is not
    urgent.
    """
    level = level or Level(signal.level)
    if due is None:
        due = due_at(
            kind, level, since=since, policy=terms.policy, calendar=terms.calendar, link=link
        )
    elif not terms.policy.is_urgent(kind, level):
        due = terms.calendar.inside_duty(due, since=since)
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
    """To read it and to answer it; the signal is due with the first.

    A first word of a young person says little and waits badly: never later than a moderate one.
    """
    level = Level(signal.level)
    if signal.author in {Author.YOUNG, Author.UNKNOWN}:
        level = max(level, Level.MODERATE, key=lambda one: one.rank)
    promises = tuple(make_promise(kind, signal, terms, since=since, level=level) for kind in FIRST)
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
    """When that rung is due: never on the wrong side of the promise's own due time.

    Nobody is rung for what is not urgent outside duty hours, nor by night for what can wait till
    the morning.
    """
    if percent == DUE:
        return promise.due_at
    span = terms.policy.time_given(promise.kind, promise.level)
    if percent == 0:
        return min(span.begins(promise.counted_from, terms.calendar), promise.due_at)
    at = span.after(promise.counted_from, terms.calendar, percent=percent)
    if percent > DUE:
        at = max(at, promise.due_at)
    at = terms.may_ring(promise.kind, promise.level, at)
    return min(at, promise.due_at) if percent < DUE else at


def hold(promise: FollowUp, terms: Terms, *, now: datetime) -> None:
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
        at = max(promise.next_rung_at, now + given)
        promise.next_rung_at = terms.may_ring(promise.kind, promise.level, at)


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


async def end(
    signal: Signal, endings: Mapping[UUID, FollowUpEnd], tx: Transaction, *, now: datetime
) -> None:
    """What was promised will not be done: that is no keeping, and it has a reason."""
    await tx.follow_ups.end(endings, at=now)
    await tx.follow_ups.settle(signal.id)


async def plan(
    kind: FollowUpKind,
    signal: Signal,
    desk: Desk,
    tx: Transaction,
    *,
    due: datetime | None = None,
) -> FollowUp:
    """Promise one more thing: at `due`, or by the policy and how the link went so far."""
    due = due or await latest_due(kind, signal, desk, tx)
    promise = make_promise(kind, signal, terms_of(desk.point), since=desk.clock(), due=due)
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
            hold(promise, terms, now=now)
    await tx.follow_ups.settle(signal.id)


async def latest_due(kind: FollowUpKind, signal: Signal, desk: Desk, tx: Transaction) -> datetime:
    """By when the policy wants such a promise kept, made now."""
    terms = terms_of(desk.point)
    return due_at(
        kind,
        Level(signal.level),
        since=desk.clock(),
        policy=terms.policy,
        calendar=terms.calendar,
        link=await link_of(signal, tx),
    )


def _late_again(since: datetime, due: datetime) -> datetime:
    return due + max(due - since, timedelta(seconds=1))
