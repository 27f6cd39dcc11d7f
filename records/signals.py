"""All queries on signals, their key wraps and their messages."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from records.rows import insert_rows
from records.tables import (
    Chat,
    Draft,
    ErasedCount,
    FollowUp,
    FollowUpKind,
    KeyWrap,
    Member,
    Message,
    MessageKind,
    Outcome,
    SafeContact,
    Signal,
    SignalState,
)
from triage.vocabulary import Level

_LOOKUP_BYTES: Final = 32


# Quarantine keeps what came with a flood out of the way; a life at stake is in nobody's way.
HELD_APART: Final = and_(Signal.quarantined, Signal.level != Level.CRITICAL)


class Signals:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, signal: Signal, wraps: Sequence[KeyWrap], message: Message) -> None:
        """Keep a new signal; Conflict where its submission or its reference stands already."""
        await insert_rows(self._session, [signal])
        await insert_rows(self._session, wraps)
        await self.add_message(message)

    async def add_message(self, message: Message) -> None:
        await insert_rows(self._session, [message])

    async def by_id(self, signal_id: UUID) -> Signal | None:
        return await self._session.get(Signal, signal_id)

    async def by_ref(self, ref: str, *, teams: Collection[str] | None) -> Signal | None:
        """The signal of that reference if it lies with one of `teams` (None: with any)."""
        query = select(Signal).where(Signal.ref == ref)
        if teams is not None:
            query = query.where(Signal.team.in_(teams))
        return await self._session.scalar(query)

    async def by_idempotency(self, lookups: Collection[bytes]) -> Signal | None:
        return await self._session.scalar(
            select(Signal).where(Signal.idempotency_lookup.in_(lookups))
        )

    async def by_receipt(self, lookups: Collection[bytes]) -> Signal | None:
        return await self._session.scalar(select(Signal).where(Signal.receipt_lookup.in_(lookups)))

    async def locked(self, signal_id: UUID) -> Signal | None:
        """The signal, with others who would change it waiting until this transaction ends."""
        return await self._session.get(
            Signal, signal_id, with_for_update=True, populate_existing=True
        )

    async def in_queue(
        self,
        *,
        teams: Collection[str] | None,
        quarantined: bool,
        now: datetime,
        limit: int | None = None,
        offset: int = 0,
        unowned: bool = False,
    ) -> Sequence[Signal]:
        """Open signals, the most urgent first: `dispatch.queue.urgency` says in what order."""
        query = select(Signal).where(*_open_ones(teams, quarantined=quarantined))
        if unowned:
            query = query.where(Signal.owner_id.is_(None))
        query = query.order_by(_rank(now).desc(), Signal.due_at, Signal.received_at, Signal.id)
        return (await self._session.scalars(query.limit(limit).offset(offset))).all()

    async def numbers_open(self, *, teams: Collection[str] | None) -> dict[tuple[bool, Level], int]:
        """How many are open, by whether in quarantine and by level."""
        query = (
            select(HELD_APART, Signal.level, func.count())
            .where(Signal.state == SignalState.OPEN)
            .group_by(HELD_APART, Signal.level)
        )
        if teams is not None:
            query = query.where(Signal.team.in_(teams))
        rows = await self._session.execute(query)
        return {(quarantined, Level(level)): count for quarantined, level, count in rows}

    async def open_by_team(self, teams: Collection[str]) -> dict[str, int]:
        rows = await self._session.execute(
            select(Signal.team, func.count())
            .where(Signal.team.in_(teams), Signal.state == SignalState.OPEN)
            .group_by(Signal.team)
        )
        return dict(rows.all())

    async def lately_closed(self, *, teams: Collection[str] | None, limit: int) -> Sequence[Signal]:
        query = select(Signal).where(Signal.state == SignalState.CLOSED)
        if teams is not None:
            query = query.where(Signal.team.in_(teams))
        return (
            await self._session.scalars(query.order_by(Signal.closed_at.desc()).limit(limit))
        ).all()

    async def claim(
        self,
        signal_id: UUID,
        *,
        team: str,
        member_id: UUID,
        expected_owner: UUID | None,
        at: datetime,
    ) -> bool:
        """Take the signal if it is open, with `team`, and `expected_owner` (None: nobody) has it.

        One conditional UPDATE: of any number of claims at once exactly one is true. What a person
        takes is out of quarantine.
        """
        owner_is_as_expected = (
            Signal.owner_id.is_(None)
            if expected_owner is None
            else Signal.owner_id == expected_owner
        )
        result = await self._session.execute(
            update(Signal)
            .where(
                Signal.id == signal_id,
                Signal.team == team,
                Signal.state == SignalState.OPEN,
                owner_is_as_expected,
            )
            .values(owner_id=member_id, claimed_at=at, quarantined=False)
            .execution_options(synchronize_session="fetch")
        )
        return isinstance(result, CursorResult) and result.rowcount == 1

    async def serious(
        self, team: str, *, levels: Collection[Level], limit: int
    ) -> Sequence[Signal]:
        """Open signals of a team at these levels, the nearest due first."""
        found = await self._session.scalars(
            select(Signal)
            .where(Signal.team == team, Signal.state == SignalState.OPEN, Signal.level.in_(levels))
            .order_by(Signal.due_at, Signal.id)
            .limit(limit)
        )
        return found.all()

    async def due_before(self, team: str, until: datetime, *, limit: int) -> Sequence[Signal]:
        """Open signals of a team whose nearest promise falls due by then, the nearest first."""
        found = await self._session.scalars(
            select(Signal)
            .where(Signal.team == team, Signal.state == SignalState.OPEN, Signal.due_at <= until)
            .order_by(Signal.due_at, Signal.id)
            .limit(limit)
        )
        return found.all()

    async def take_unanswered(
        self, *, owner: UUID | None, seen_before: datetime, limit: int
    ) -> Sequence[Signal]:
        """Signals that somebody took and did not answer, locked: of `owner`, or of the absent.

        Absent is who was not seen after `seen_before`, nor took the signal after it.
        """
        waits = (
            select(FollowUp.id)
            .where(
                FollowUp.signal_id == Signal.id,
                FollowUp.is_open,
                FollowUp.kind.in_([FollowUpKind.READ, FollowUpKind.ANSWER]),
            )
            .exists()
        )
        query = select(Signal).where(
            Signal.state == SignalState.OPEN, Signal.owner_id.is_not(None), waits
        )
        if owner is not None:
            query = query.where(Signal.owner_id == owner)
        else:
            query = query.join(Member, Member.id == Signal.owner_id).where(
                or_(Member.last_seen_at.is_(None), Member.last_seen_at <= seen_before),
                Signal.claimed_at <= seen_before,
            )
        query = query.order_by(Signal.id).limit(limit)
        found = await self._session.scalars(query.with_for_update(skip_locked=True, of=Signal))
        return found.all()

    async def open_of(self, owner: UUID, *, teams: Collection[str] | None) -> Sequence[Signal]:
        """The open signals that somebody has, of these teams or of all, locked."""
        query = select(Signal).where(Signal.owner_id == owner, Signal.state == SignalState.OPEN)
        if teams is not None:
            query = query.where(Signal.team.in_(teams))
        return (await self._session.scalars(query.order_by(Signal.id).with_for_update())).all()

    async def as_it_is_now(self, signal_id: UUID) -> Signal | None:
        """As the database has it now, not as this transaction read it before."""
        return await self._session.get(Signal, signal_id, populate_existing=True)

    async def wraps(self, signal_id: UUID, teams: Collection[str]) -> Sequence[KeyWrap]:
        return (
            await self._session.scalars(
                select(KeyWrap).where(KeyWrap.signal_id == signal_id, KeyWrap.team.in_(teams))
            )
        ).all()

    async def replace_wrap(self, old_team: str, new: KeyWrap) -> None:
        """Give the conversation's key to another team, and take it from the former one."""
        await self._session.execute(
            delete(KeyWrap).where(
                KeyWrap.signal_id == new.signal_id, KeyWrap.team.in_([old_team, new.team])
            )
        )
        self._session.add(new)
        await self._session.flush()

    async def messages(
        self, signal_id: UUID, *, kinds: Collection[MessageKind] = tuple(MessageKind)
    ) -> Sequence[Message]:
        return (
            await self._session.scalars(
                select(Message)
                .where(Message.signal_id == signal_id, Message.kind.in_(kinds))
                .order_by(Message.created_at, Message.id)
            )
        ).all()

    async def number_of_messages(self, kind: MessageKind, *, channel: str) -> int:
        """How many messages of that kind are kept of signals that came by that channel."""
        query = (
            select(func.count())
            .select_from(Message)
            .join(Signal, Signal.id == Message.signal_id)
            .where(Message.kind == kind, Signal.channel == channel)
        )
        return await self._session.scalar(query) or 0

    async def message_by_idempotency(self, lookups: Collection[bytes]) -> Message | None:
        return await self._session.scalar(
            select(Message).where(Message.idempotency_lookup.in_(lookups))
        )

    async def message(self, message_id: UUID) -> Message | None:
        return await self._session.get(Message, message_id, populate_existing=True)

    async def replies_not_left(self, signal_id: UUID, *, now: datetime) -> Sequence[Message]:
        """Answers that can still be taken back, the oldest first."""
        found = await self._session.scalars(
            select(Message)
            .where(
                Message.signal_id == signal_id,
                Message.kind == MessageKind.REPLY,
                Message.leaves_at > now,
                Message.held_at.is_(None),
            )
            .order_by(Message.created_at, Message.id)
        )
        return found.all()

    async def remove_message(self, message: Message) -> None:
        await self._session.execute(delete(Message).where(Message.id == message.id))

    async def quiet_since(self, moment: datetime, *, after: UUID, limit: int) -> Sequence[UUID]:
        """Ids, in their order, of signals whose sender has been silent since that moment."""
        found = await self._session.scalars(
            select(Signal.id)
            .where(Signal.id > after, Signal.last_inbound_at <= moment)
            .order_by(Signal.id)
            .limit(limit)
        )
        return found.all()

    async def locked_if_free(self, signal_id: UUID) -> Signal | None:
        """The signal for this transaction alone; None where it is gone or in somebody's hands."""
        return await self._session.scalar(
            select(Signal)
            .where(Signal.id == signal_id)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )

    async def last_reply_at(self, signal_id: UUID) -> datetime | None:
        return await self._session.scalar(
            select(func.max(Message.created_at)).where(
                Message.signal_id == signal_id, Message.kind == MessageKind.REPLY
            )
        )

    async def erase_content(self, signal: Signal, *, at: datetime) -> None:
        """Destroy words, notes, assessments, drafts, keys and the chat; the minimal record stays.

        What found the signal again (receipt, submission) becomes chance: it opens nothing more.
        """
        for table in (Message, KeyWrap, Chat, Draft, SafeContact):
            await self._session.execute(delete(table).where(table.signal_id == signal.id))
        signal.content_erased_at = at
        signal.sender_wrap, signal.public_key = b"", b""
        signal.receipt_lookup = secrets.token_bytes(_LOOKUP_BYTES)
        signal.idempotency_lookup = secrets.token_bytes(_LOOKUP_BYTES)
        signal.locked_codes, signal.codes_version = None, None
        await self._session.flush()

    async def erase(self, signal: Signal, outcome: Outcome) -> None:
        """Destroy the wraps and the rows; one more in the counts is all that stays."""
        await self._count_erased(signal, outcome)
        await self._session.execute(delete(Signal).where(Signal.id == signal.id))

    async def _count_erased(self, signal: Signal, outcome: Outcome) -> None:
        kind = {
            "month": f"{signal.received_at:%Y-%m}",
            "territory": signal.territory,
            "level": signal.level,
            "channel": signal.channel,
            "author": signal.author,
            "outcome": outcome,
        }
        row = await self._session.get(ErasedCount, kind, with_for_update=True)
        if row is None:
            row = ErasedCount(**kind, number=0)
            self._session.add(row)
        row.number += 1
        await self._session.flush()

    async def erased_counts(self) -> Sequence[ErasedCount]:
        return (await self._session.scalars(select(ErasedCount))).all()


def _open_ones(
    teams: Collection[str] | None, *, quarantined: bool
) -> Sequence[ColumnElement[bool]]:
    apart = HELD_APART if quarantined else ~HELD_APART
    conditions: list[ColumnElement[bool]] = [Signal.state == SignalState.OPEN, apart]
    return conditions if teams is None else [*conditions, Signal.team.in_(teams)]


def _rank(now: datetime) -> ColumnElement[int]:
    """The level's rank, one more where it is late, one more where it is late again, up to high."""
    is_late, is_late_again = Signal.due_at <= now, Signal.late_again_at <= now
    return case(
        (Signal.level == Level.CRITICAL, Level.CRITICAL.rank),
        (Signal.level == Level.HIGH, Level.HIGH.rank),
        (and_(Signal.level == Level.MODERATE, is_late), Level.HIGH.rank),
        (Signal.level == Level.MODERATE, Level.MODERATE.rank),
        (is_late_again, Level.HIGH.rank),
        (is_late, Level.MODERATE.rank),
        else_=Level.LOW.rank,
    )
