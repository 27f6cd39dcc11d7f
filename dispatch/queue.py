"""Use cases: list a team's queue in the right order, and claim a signal from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from dispatch.deadlines import is_overdue
from dispatch.desk import Desk, SignedIn
from dispatch.errors import SignalIsClosed, SignalNotFound, TakenBySomebody
from records import Transaction
from records.audit import AuditAction
from records.tables import FollowUp, FollowUpKind, OutboxEvent, Signal, SignalState
from runtime.log import log
from triage.vocabulary import Author, Level

_TRIED: Final = 10  # of the next ones, where colleagues are faster
_CLOSED_SHOWN: Final = 50
_ALERTS_SHOWN: Final = 5


class Queue(StrEnum):
    OPEN = "open"
    QUARANTINE = "quarantine"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One signal in a list: no words of it. `due_at` is the nearest promise, None once closed."""

    id: UUID
    ref: str
    level: Level
    team: str
    author: Author
    received_at: datetime
    promise: FollowUpKind | None
    late_again_at: datetime | None
    due_at: datetime | None
    is_overdue: bool
    owner_id: UUID | None
    owner_name: str


@dataclass(frozen=True, slots=True)
class WaitingAlert:
    """Something happened to a signal and nobody of the team has looked yet."""

    ref: str
    event: OutboxEvent
    level: Level
    team: str
    at: datetime


async def list_queue(
    member: SignedIn,
    desk: Desk,
    *,
    queue: Queue,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[QueueRow, ...]:
    """The member's teams' signals: open ones most urgent first, closed ones latest first."""
    now = desk.clock()
    async with desk.records.reading() as tx:
        if queue is Queue.CLOSED:
            signals = await tx.signals.lately_closed(teams=member.scope, limit=_CLOSED_SHOWN)
        else:
            signals = await tx.signals.in_queue(
                teams=member.scope,
                quarantined=queue is Queue.QUARANTINE,
                now=now,
                limit=limit,
                offset=offset,
            )
        return await rows_of(signals, tx, now)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many of the member's teams' signals are open, by level; those in quarantine apart."""

    open: Mapping[Level, int]
    quarantine: Mapping[Level, int]


async def numbers_open(member: SignedIn, desk: Desk) -> Numbers:
    async with desk.records.reading() as tx:
        found = await tx.signals.numbers_open(teams=member.scope)
    waiting, apart = (
        {level: count for (held, level), count in found.items() if held is quarantined}
        for quarantined in (False, True)
    )
    return Numbers(waiting, apart)


async def next_free(member: SignedIn, desk: Desk, *, limit: int = 1) -> tuple[QueueRow, ...]:
    """The most urgent signals that nobody has."""
    now = desk.clock()
    async with desk.records.reading() as tx:
        signals = await tx.signals.in_queue(
            teams=member.scope, quarantined=False, now=now, limit=limit, unowned=True
        )
        return await rows_of(signals, tx, now)


async def is_taken_by(ref: str, member: SignedIn, desk: Desk) -> bool:
    """Whether the member has that signal of their teams."""
    async with desk.records.reading() as tx:
        signal = await tx.signals.by_ref(ref, teams=member.scope)
    return signal is not None and signal.owner_id == member.id


async def waiting_alerts(member: SignedIn, desk: Desk) -> tuple[WaitingAlert, ...]:
    """Alerts nobody has seen, the most serious first; opening the signal is what ends one."""
    async with desk.records.reading() as tx:
        found = await tx.outbox.unseen(teams=member.scope, limit=_ALERTS_SHOWN)
    return tuple(WaitingAlert(ref, a.event, a.level, a.team, a.created_at) for a, ref in found)


def urgency(row: QueueRow, now: datetime) -> tuple[int, datetime, datetime]:
    """Pure: what sorts an open queue: level, then time left, then age.

    So that nothing starves, a late promise counts one level higher, and one more when the time it
    was given has passed again. It never counts as critical: a life at stake now goes before
    whatever is late, and criticals are few, with an alarm of their own. The database sorts by the
    same rule (records.signals), and a test holds the two together.
    """
    due = row.due_at or row.received_at
    rank = row.level.rank
    if row.level is not Level.CRITICAL and row.due_at is not None and now >= row.due_at:
        again = row.late_again_at is not None and now >= row.late_again_at
        rank = min(rank + 1 + again, Level.HIGH.rank)
    return -rank, due, row.received_at


async def claim(ref: str, member: SignedIn, desk: Desk) -> None:
    """Take a signal that nobody has: of any number at once exactly one succeeds.

    The others get TakenBySomebody with the name of who has it. One's own again is no error.
    """
    async with desk.records.transaction() as tx:
        signal = await find_signal(ref, member, tx)
        if signal.owner_id == member.id:
            return
        await _take(signal, member, tx, desk, expected=None, action=AuditAction.SIGNAL_CLAIM)


async def claim_next(member: SignedIn, desk: Desk) -> str | None:
    """Take the most urgent signal that nobody has; its reference, or None where all are taken.

    Where a colleague is faster, the next one is tried.
    """
    while rows := await next_free(member, desk, limit=_TRIED):
        for row in rows:
            try:
                await claim(row.ref, member, desk)
            except (TakenBySomebody, SignalIsClosed, SignalNotFound):
                continue
            return row.ref
    return None


async def take_over(ref: str, member: SignedIn, desk: Desk, *, expected_owner: UUID) -> None:
    """Take a signal from the colleague who has it, if it still is that colleague."""
    async with desk.records.transaction() as tx:
        signal = await find_signal(ref, member, tx)
        await _take(
            signal,
            member,
            tx,
            desk,
            expected=expected_owner,
            action=AuditAction.SIGNAL_TAKE_OVER,
        )


async def find_signal(ref: str, member: SignedIn, tx: Transaction) -> Signal:
    """The signal, if it lies with one of the member's teams; SignalNotFound says nothing else."""
    signal = await tx.signals.by_ref(ref, teams=member.scope)
    if signal is None:
        raise SignalNotFound
    return signal


async def lock_signal(ref: str, member: SignedIn, tx: Transaction) -> Signal:
    """The same, with others who would change it waiting until this transaction ends.

    Who waited here for somebody else's transfer or withdrawal gets SignalNotFound.
    """
    found = await find_signal(ref, member, tx)
    return _still_seen(await tx.signals.locked(found.id), member)


def _still_seen(signal: Signal | None, member: SignedIn) -> Signal:
    if signal is None or (member.scope is not None and signal.team not in member.scope):
        raise SignalNotFound
    return signal


async def _take(
    signal: Signal,
    member: SignedIn,
    tx: Transaction,
    desk: Desk,
    *,
    expected: UUID | None,
    action: AuditAction,
) -> None:
    now = desk.clock()
    taken = await tx.signals.claim(
        signal.id, team=signal.team, member_id=member.id, expected_owner=expected, at=now
    )
    if not taken:
        signal = _still_seen(await tx.signals.as_it_is_now(signal.id), member)
        if signal.state is SignalState.CLOSED:
            raise SignalIsClosed
        if signal.owner_id == member.id:
            return  # a double click: the first one took it
        names = await tx.staff.names([signal.owner_id] if signal.owner_id else [])
        raise TakenBySomebody(signal.owner_id, names[signal.owner_id] if signal.owner_id else "")
    await tx.audit.append(
        action, at=now, member_id=member.id, signal_id=signal.id, team=signal.team
    )
    log.info("signal.claimed", signal=signal.ref, team=signal.team)


async def rows_of(
    signals: Sequence[Signal], tx: Transaction, now: datetime
) -> tuple[QueueRow, ...]:
    promises: dict[UUID, FollowUp] = {}
    for promise in await tx.follow_ups.open_ones([signal.id for signal in signals]):
        promises.setdefault(promise.signal_id, promise)
    names = await tx.staff.names({s.owner_id for s in signals if s.owner_id})
    return tuple(_row(signal, promises.get(signal.id), names, now) for signal in signals)


def _row(
    signal: Signal, promise: FollowUp | None, names: dict[UUID, str], now: datetime
) -> QueueRow:
    return QueueRow(
        id=signal.id,
        ref=signal.ref,
        level=signal.level,
        team=signal.team,
        author=signal.author,
        received_at=signal.received_at,
        promise=promise.kind if promise else None,
        late_again_at=signal.late_again_at,
        due_at=signal.due_at,
        is_overdue=signal.due_at is not None and is_overdue(signal.due_at, None, now=now),
        owner_id=signal.owner_id,
        owner_name=names.get(signal.owner_id, "") if signal.owner_id else "",
    )
