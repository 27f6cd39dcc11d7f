"""All queries on rungs that are due, rungs that were fired, and what their tellings wait for."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.rows import insert_rows
from records.tables import Escalation, EscalationTold, FollowUp, Notification, OutboxAlert, Signal


class Escalations:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take_due(self, *, now: datetime, limit: int) -> Sequence[tuple[FollowUp, Signal]]:
        """Promises whose next rung is due, with their signals, for this transaction alone.

        Those that somebody else is changing right now are left for the next look.
        """
        query = (
            select(FollowUp, Signal)
            .join(Signal, Signal.id == FollowUp.signal_id)
            .where(FollowUp.is_open, FollowUp.next_rung_at <= now)
            .order_by(FollowUp.next_rung_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [(promise, signal) for promise, signal in await self._session.execute(query)]

    async def take_alerts(self, *, limit: int) -> Sequence[tuple[OutboxAlert, Signal]]:
        """Alerts that somebody is to be told of beyond the console, with their signals."""
        query = (
            select(OutboxAlert, Signal)
            .join(Signal, Signal.id == OutboxAlert.signal_id)
            .where(OutboxAlert.audience.is_not(None), OutboxAlert.notified_at.is_(None))
            .order_by(OutboxAlert.created_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [(alert, signal) for alert, signal in await self._session.execute(query)]

    async def first_due(self) -> datetime | None:
        """When the next rung of any open promise is due."""
        return await self._session.scalar(
            select(func.min(FollowUp.next_rung_at)).where(FollowUp.is_open)
        )

    async def everything(self) -> Sequence[Escalation]:
        return (await self._session.scalars(select(Escalation))).all()

    async def number_told(self) -> dict[UUID, int]:
        """How many members each rung told."""
        rows = await self._session.execute(
            select(EscalationTold.escalation_id, func.count()).group_by(
                EscalationTold.escalation_id
            )
        )
        return {row[0]: row[1] for row in rows}

    async def log(self, fired: Sequence[Escalation]) -> None:
        if fired:
            await insert_rows(self._session, fired)

    async def log_told(self, told: Sequence[EscalationTold]) -> None:
        if told:
            await insert_rows(self._session, told)

    async def last_fired(self, follow_up_id: UUID) -> int | None:
        """The highest rung that a promise has had."""
        return await self._session.scalar(
            select(func.max(Escalation.percent)).where(Escalation.follow_up_id == follow_up_id)
        )

    async def of_signal(self, signal_id: UUID) -> Sequence[tuple[Escalation, Collection[UUID]]]:
        """What was fired, in order, and which members were told."""
        fired = await self._session.scalars(
            select(Escalation)
            .where(Escalation.signal_id == signal_id)
            .order_by(Escalation.fired_at, Escalation.percent)
        )
        rows = await self._session.execute(
            select(EscalationTold.escalation_id, Notification.member_id)
            .join(Notification, Notification.id == EscalationTold.notification_id)
            .join(Escalation, Escalation.id == EscalationTold.escalation_id)
            .where(Escalation.signal_id == signal_id)
        )
        told: dict[UUID, set[UUID]] = {}
        for escalation_id, member_id in rows:
            told.setdefault(escalation_id, set()).add(member_id)
        return [(one, told.get(one.id, set())) for one in fired]

    async def open_promises_of(
        self, notification_ids: Collection[UUID]
    ) -> Sequence[tuple[UUID, FollowUp, Signal]]:
        """(notification, promise that it told of and that is still open, its signal)."""
        query = (
            select(EscalationTold.notification_id, FollowUp, Signal)
            .join(Escalation, Escalation.id == EscalationTold.escalation_id)
            .join(FollowUp, FollowUp.id == Escalation.follow_up_id)
            .join(Signal, Signal.id == FollowUp.signal_id)
            .where(EscalationTold.notification_id.in_(notification_ids), FollowUp.is_open)
            .distinct()
        )
        return [
            (one, promise, signal) for one, promise, signal in await self._session.execute(query)
        ]

    async def number_overdue(self, *, now: datetime) -> int:
        """Open promises past their due time whose lateness no pass has logged yet."""
        query = select(func.count()).where(
            FollowUp.is_open, FollowUp.due_at <= now, FollowUp.breached_at.is_(None)
        )
        return await self._session.scalar(query) or 0
