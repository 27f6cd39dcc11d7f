"""All queries on follow-ups and on the policies they were made under."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.rows import insert_rows
from records.tables import (
    Delivery,
    FollowUp,
    FollowUpEnd,
    FollowUpKind,
    FollowUpOutcome,
    Message,
    MessageKind,
    Policy,
    Signal,
    SignalState,
)

_IDS_AT_ONCE: Final = 10_000  # PostgreSQL's protocol counts parameters in 16 bits


class FollowUps:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, follow_ups: Sequence[FollowUp]) -> None:
        await insert_rows(self._session, follow_ups)

    async def open_ones(self, signal_ids: Collection[UUID]) -> Sequence[FollowUp]:
        """What is promised and not met yet, the nearest first."""
        found: list[FollowUp] = []
        ids = list(signal_ids)
        for start in range(0, len(ids), _IDS_AT_ONCE):
            some = ids[start : start + _IDS_AT_ONCE]
            found += await self._session.scalars(
                select(FollowUp).where(FollowUp.signal_id.in_(some), FollowUp.is_open)
            )
        return sorted(found, key=lambda promise: (promise.due_at, promise.id))

    async def first_read(self, signal_id: UUID) -> FollowUp | None:
        """The promise made to the sender at the first message, met or not."""
        return await self._session.scalar(
            select(FollowUp)
            .where(FollowUp.signal_id == signal_id, FollowUp.kind == FollowUpKind.READ)
            .order_by(FollowUp.created_at, FollowUp.due_at)
            .limit(1)
        )

    async def outcomes(self, signal_id: UUID) -> Sequence[tuple[datetime, FollowUpOutcome]]:
        """How attempts to keep the link ended, and when."""
        found = await self._session.execute(
            select(FollowUp.met_at, FollowUp.outcome).where(
                FollowUp.signal_id == signal_id,
                FollowUp.kind.in_([FollowUpKind.RECONTACT, FollowUpKind.RETURN]),
                FollowUp.met_at.is_not(None),
                FollowUp.outcome.is_not(None),
            )
        )
        return [(at, outcome) for at, outcome in found if at is not None and outcome is not None]

    async def first_answer(self, signal_id: UUID) -> datetime | None:
        """When the sender was first answered; an answer that is held back is none."""
        return await self._session.scalar(
            select(func.min(Message.created_at)).where(
                Message.signal_id == signal_id,
                Message.kind == MessageKind.REPLY,
                Message.held_at.is_(None),
            )
        )

    async def signs_of_life(self, signal_id: UUID, *, since: datetime) -> Sequence[datetime]:
        """When the sender wrote or opened an answer from `since` on."""
        wrote = select(Message.created_at).where(
            Message.signal_id == signal_id,
            Message.kind == MessageKind.INBOUND,
            Message.created_at >= since,
        )
        opened = select(Delivery.opened_at).where(
            Delivery.signal_id == signal_id, Delivery.opened_at >= since
        )
        return [at for query in (wrote, opened) for at in await self._session.scalars(query) if at]

    async def meet(
        self,
        signal_id: UUID,
        *,
        kinds: Collection[FollowUpKind],
        at: datetime,
        outcome: FollowUpOutcome | None = None,
    ) -> None:
        await self._session.execute(
            update(FollowUp)
            .where(
                FollowUp.signal_id == signal_id,
                FollowUp.kind.in_(kinds),
                FollowUp.is_open,
            )
            .values(met_at=at, outcome=outcome, next_rung=None, next_rung_at=None)
            .execution_options(synchronize_session="fetch")
        )

    async def credit(self, signal_id: UUID, reply_id: UUID, *, before: Collection[UUID]) -> None:
        """Note what a reply did to the promises that were open `before`: kept them, made others."""
        of_signal = FollowUp.signal_id == signal_id
        for condition, values in (
            (FollowUp.id.in_(before) & FollowUp.met_at.is_not(None), {"kept_by": reply_id}),
            (FollowUp.id.not_in(before) & FollowUp.is_open, {"made_by": reply_id}),
        ):
            await self._session.execute(
                update(FollowUp)
                .where(of_signal, condition)
                .values(values)
                .execution_options(synchronize_session=False)
            )

    async def uncredit(self, reply_id: UUID) -> Sequence[FollowUp]:
        """What a reply made goes; what it kept is open again, and given back to get its rung."""
        await self._session.execute(
            delete(FollowUp).where(FollowUp.made_by == reply_id, FollowUp.is_open)
        )
        kept = (
            await self._session.scalars(
                select(FollowUp)
                .where(FollowUp.kept_by == reply_id)
                .execution_options(populate_existing=True)
            )
        ).all()
        for promise in kept:
            promise.met_at, promise.outcome, promise.kept_by = None, None, None
        return kept

    async def end(self, endings: Mapping[UUID, FollowUpEnd], *, at: datetime) -> None:
        """What is promised and will not be kept, each with its reason."""
        for promise_id, why in endings.items():
            await self._session.execute(
                update(FollowUp)
                .where(FollowUp.id == promise_id, FollowUp.is_open)
                .values(ended_at=at, ended_why=why, next_rung=None, next_rung_at=None)
                .execution_options(synchronize_session="fetch")
            )

    async def history(self, signal_id: UUID) -> Sequence[FollowUp]:
        """What of a signal's promises was done with an outcome, or ended, in that order of time."""
        done = func.coalesce(FollowUp.met_at, FollowUp.ended_at)
        found = await self._session.scalars(
            select(FollowUp)
            .where(
                FollowUp.signal_id == signal_id,
                or_(FollowUp.outcome.is_not(None), FollowUp.ended_at.is_not(None)),
            )
            .order_by(done, FollowUp.id)
        )
        return found.all()

    async def settle(self, signal_id: UUID) -> None:
        """Let the signal's due time be that of its nearest open promise; none once closed."""
        await self._session.flush()
        nearest = (
            select(FollowUp)
            .where(FollowUp.signal_id == signal_id, FollowUp.is_open)
            .order_by(FollowUp.due_at, FollowUp.id)
            .limit(1)
        )
        await self._session.execute(
            update(Signal)
            .where(Signal.id == signal_id)
            .values(
                due_at=nearest.with_only_columns(FollowUp.due_at).scalar_subquery(),
                late_again_at=nearest.with_only_columns(FollowUp.late_again_at).scalar_subquery(),
            )
            .execution_options(synchronize_session=False)
        )

    async def bring_back(self, *, now: datetime, slack: timedelta) -> int:
        """Open promises counted from a time that has not come count from now; say how many."""
        ahead = await self._session.scalars(
            select(FollowUp)
            .where(
                FollowUp.is_open,
                FollowUp.next_rung_at > now,
                FollowUp.counted_from > now + slack,
            )
            .with_for_update(skip_locked=True)
        )
        found = ahead.all()
        for promise in found:
            by = promise.counted_from - now
            promise.counted_from = now
            promise.due_at -= by
            promise.late_again_at -= by
            if promise.next_rung_at is not None:
                promise.next_rung_at -= by
        for signal_id in {promise.signal_id for promise in found}:
            await self.settle(signal_id)
        return len(found)

    async def everything(self) -> Sequence[FollowUp]:
        return (await self._session.scalars(select(FollowUp))).all()

    async def policies(self) -> Sequence[Policy]:
        return (await self._session.scalars(select(Policy))).all()

    async def policy(self, version: str) -> Policy | None:
        return await self._session.get(Policy, version)

    async def add_policy(self, policy: Policy) -> None:
        self._session.add(policy)
        await self._session.flush()

    async def broken_promises(self, limit: int) -> Sequence[tuple[str, str]]:
        """(reference, what is wrong) of signals that the rule of the next dated follow-up fails.

        An open signal has an open promise and is due with the nearest one, a closed one has none.
        """
        nearest = (
            select(func.min(FollowUp.due_at))
            .where(FollowUp.signal_id == Signal.id, FollowUp.is_open)
            .scalar_subquery()
        )
        rungless = (
            select(FollowUp.id)
            .where(
                FollowUp.signal_id == Signal.id,
                FollowUp.is_open,
                FollowUp.next_rung_at.is_(None),
                FollowUp.breached_at.is_(None),
            )
            .exists()
        )
        is_open = Signal.state == SignalState.OPEN
        wrong = {
            "open without a next dated follow-up": is_open & nearest.is_(None),
            "due at another time than its nearest follow-up": is_open
            & nearest.is_not(None)
            & (Signal.due_at.is_distinct_from(nearest)),
            "an open follow-up would never be escalated": is_open & rungless,
            "closed with an open follow-up": ~is_open & nearest.is_not(None),
            "closed and still due": ~is_open & Signal.due_at.is_not(None),
        }
        found: list[tuple[str, str]] = []
        for what, condition in wrong.items():
            refs = await self._session.scalars(select(Signal.ref).where(condition).limit(limit))
            found += [(ref, what) for ref in refs]
        return found
