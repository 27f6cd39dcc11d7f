"""All queries of figures: counts and times by level, team and channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.signals import HELD_APART
from records.tables import (
    DeliveryState,
    FollowUp,
    FollowUpEnd,
    FollowUpKind,
    NotificationDelivery,
    Signal,
    SignalState,
)
from triage.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Depth:
    """Of one team, level and queue: how many open, how many overdue, since when the oldest."""

    team: str
    level: Level
    quarantined: bool
    number: int
    overdue: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """Of one level and promise (to read, to answer): how many kept, how many of them late."""

    level: Level
    kind: FollowUpKind
    number: int
    late: int
    seconds: float


class FigureQueries:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def depths(self, *, now: datetime) -> Sequence[Depth]:
        rows = await self._session.execute(
            select(
                Signal.team,
                Signal.level,
                HELD_APART,
                func.count(),
                func.sum(case((Signal.due_at <= now, 1), else_=0)),
                func.min(Signal.received_at),
            )
            .where(Signal.state == SignalState.OPEN)
            .group_by(Signal.team, Signal.level, HELD_APART)
        )
        return [
            Depth(t, Level(level), q, n, int(late), oldest) for t, level, q, n, late, oldest in rows
        ]

    async def answered(self, *, since: datetime) -> Sequence[Answered]:
        """Of promises made since then and kept: the seconds that readings and answers took."""
        if self._session.get_bind().dialect.name == "postgresql":
            took = func.extract("epoch", FollowUp.met_at) - func.extract(
                "epoch", FollowUp.created_at
            )
        else:
            took = (func.julianday(FollowUp.met_at) - func.julianday(FollowUp.created_at)) * 86400.0
        rows = await self._session.execute(
            select(
                FollowUp.level,
                FollowUp.kind,
                func.count(),
                func.sum(case((FollowUp.met_at > FollowUp.due_at, 1), else_=0)),
                func.sum(took),
            )
            .where(
                FollowUp.met_at.is_not(None),
                FollowUp.created_at >= since,
                FollowUp.kind.in_([FollowUpKind.READ, FollowUpKind.ANSWER]),
            )
            .group_by(FollowUp.level, FollowUp.kind)
        )
        return [
            Answered(Level(level), kind, n, int(late), float(s)) for level, kind, n, late, s in rows
        ]

    async def ended(self, *, since: datetime) -> Sequence[tuple[FollowUpKind, FollowUpEnd, int]]:
        """Of promises made since then, how many ended without being kept, and why."""
        rows = await self._session.execute(
            select(FollowUp.kind, FollowUp.ended_why, func.count())
            .where(FollowUp.ended_why.is_not(None), FollowUp.created_at >= since)
            .group_by(FollowUp.kind, FollowUp.ended_why)
        )
        return [(kind, why, count) for kind, why, count in rows if why is not None]

    async def number_dead(self) -> int:
        query = select(func.count()).where(NotificationDelivery.state == DeliveryState.DEAD)
        return await self._session.scalar(query) or 0
