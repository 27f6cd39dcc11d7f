"""All queries on follow-ups."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.rows import insert_rows
from records.tables import FollowUp, FollowUpKind

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
                select(FollowUp).where(FollowUp.signal_id.in_(some), FollowUp.met_at.is_(None))
            )
        return sorted(found, key=lambda promise: promise.due_at)

    async def first_read(self, signal_id: UUID) -> FollowUp | None:
        """The promise made to the sender at the first message, met or not."""
        return await self._session.scalar(
            select(FollowUp)
            .where(FollowUp.signal_id == signal_id, FollowUp.kind == FollowUpKind.READ)
            .order_by(FollowUp.created_at, FollowUp.due_at)
            .limit(1)
        )

    async def meet(self, signal_id: UUID, *, kinds: Collection[FollowUpKind], at: datetime) -> None:
        await self._session.execute(
            update(FollowUp)
            .where(
                FollowUp.signal_id == signal_id,
                FollowUp.kind.in_(kinds),
                FollowUp.met_at.is_(None),
            )
            .values(met_at=at)
            .execution_options(synchronize_session="fetch")
        )

    async def bring_forward(
        self, signal_id: UUID, kind: FollowUpKind, *, due_at: datetime, policy_version: str
    ) -> bool:
        """Give the open promise of that kind the earlier due time; False where there is none open.

        A due time is never moved to a later one.
        """
        stands = await self._session.scalar(
            select(FollowUp)
            .where(
                FollowUp.signal_id == signal_id, FollowUp.kind == kind, FollowUp.met_at.is_(None)
            )
            .limit(1)
        )
        if stands is None:
            return False
        if due_at < stands.due_at:
            stands.due_at = due_at
            stands.policy_version = policy_version
            await self._session.flush()
        return True
