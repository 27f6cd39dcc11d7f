"""All queries on signals, their key wraps and their messages."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from records.rows import insert_rows
from records.tables import ErasedCount, KeyWrap, Message, MessageKind, Outcome, Signal, SignalState
from triage.vocabulary import Level


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
        self, *, teams: Collection[str] | None, quarantined: bool, limit: int | None
    ) -> Sequence[Signal]:
        """Open signals; at most `limit`, then those of the highest levels and the oldest."""
        query = select(Signal).where(
            Signal.state == SignalState.OPEN, Signal.quarantined == quarantined
        )
        if teams is not None:
            query = query.where(Signal.team.in_(teams))
        rank = case({level.value: level.rank for level in Level}, value=Signal.level)
        query = query.order_by(rank.desc(), Signal.received_at).limit(limit)
        return (await self._session.scalars(query)).all()

    async def number_in_quarantine(self, *, teams: Collection[str] | None) -> int:
        """How many wait there; after a flood, too many to fetch for a number."""
        query = select(func.count()).where(
            Signal.state == SignalState.OPEN, Signal.quarantined.is_(True)
        )
        if teams is not None:
            query = query.where(Signal.team.in_(teams))
        return await self._session.scalar(query) or 0

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

    async def message_by_idempotency(self, lookups: Collection[bytes]) -> Message | None:
        return await self._session.scalar(
            select(Message).where(Message.idempotency_lookup.in_(lookups))
        )

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
