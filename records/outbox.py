"""All queries on alerts that wait for somebody to see them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.rows import insert_rows
from records.tables import OutboxAlert, Signal
from triage.vocabulary import Level


class Outbox:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, alert: OutboxAlert) -> None:
        await insert_rows(self._session, [alert])

    async def unseen(
        self, *, teams: Collection[str] | None, limit: int
    ) -> Sequence[tuple[OutboxAlert, str]]:
        """Alerts nobody has seen, the most serious and oldest first, with the reference.

        One question a level, which the index answers: thousands may wait.
        """
        found: list[tuple[OutboxAlert, str]] = []
        for level in reversed(Level):
            query = (
                select(OutboxAlert, Signal.ref)
                .join(Signal, Signal.id == OutboxAlert.signal_id)
                .where(OutboxAlert.seen_at.is_(None), OutboxAlert.level == level)
                .order_by(OutboxAlert.created_at)
                .limit(limit - len(found))
            )
            if teams is not None:
                query = query.where(OutboxAlert.team.in_(teams))
            found += [(alert, ref) for alert, ref in await self._session.execute(query)]
            if len(found) >= limit:
                break
        return found

    async def waits_unseen(self, signal_id: UUID) -> bool:
        """Whether the team has an alert of this signal before it already."""
        found = await self._session.scalar(
            select(OutboxAlert.id)
            .where(OutboxAlert.signal_id == signal_id, OutboxAlert.seen_at.is_(None))
            .limit(1)
        )
        return found is not None

    async def mark_seen(self, signal_id: UUID, *, member_id: UUID, at: datetime) -> None:
        await self._session.execute(
            update(OutboxAlert)
            .where(OutboxAlert.signal_id == signal_id, OutboxAlert.seen_at.is_(None))
            .values(seen_at=at, seen_by=member_id)
        )

    async def hand_over(self, signal_id: UUID, *, team: str) -> None:
        """Alerts that nobody saw go with their signal to its new team."""
        await self._session.execute(
            update(OutboxAlert)
            .where(OutboxAlert.signal_id == signal_id, OutboxAlert.seen_at.is_(None))
            .values(team=team)
        )
