"""All queries on who is on call, who took over, and which processes are alive."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.tables import Handover, Heartbeat, Member, OnCall, Outage, Signal

WORKERS: Final = "worker"


class Duty:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def on_call(
        self, *, first: date, last: date, teams: Collection[str] | None = None
    ) -> Sequence[OnCall]:
        """The roster's rows of these weeks, by their Mondays, both included."""
        query = select(OnCall).where(OnCall.week >= first, OnCall.week <= last)
        if teams is not None:
            query = query.where(OnCall.team.in_(teams))
        return (await self._session.scalars(query.order_by(OnCall.week, OnCall.team))).all()

    async def put_on_call(self, team: str, week: date, member_id: UUID | None) -> None:
        """One member a team and week; None leaves the week empty."""
        await self._session.execute(delete(OnCall).where(OnCall.team == team, OnCall.week == week))
        if member_id is not None:
            self._session.add(OnCall(team=team, week=week, member_id=member_id))
        await self._session.flush()

    async def take_off(self, member_id: UUID, *, since: date, team: str | None = None) -> None:
        """The member is on call no more from that week on, in one team or in none."""
        gone = delete(OnCall).where(OnCall.member_id == member_id, OnCall.week >= since)
        await self._session.execute(gone if team is None else gone.where(OnCall.team == team))

    async def seen(self, member_id: UUID, *, at: datetime) -> None:
        await self._session.execute(
            update(Member).where(Member.id == member_id).values(last_seen_at=at)
        )

    async def add_handover(self, handover: Handover) -> None:
        self._session.add(handover)
        await self._session.flush()

    async def last_handover(self, team: str) -> Handover | None:
        return await self._session.scalar(
            select(Handover).where(Handover.team == team).order_by(Handover.at.desc()).limit(1)
        )

    async def beat(self, worker: UUID, *, at: datetime, forget_before: datetime) -> None:
        """This worker is alive, and so an outage of the workers is over.

        Those that fell silent long ago are forgotten.
        """
        await self._session.execute(delete(Heartbeat).where(Heartbeat.at < forget_before))
        await self.end_outage(WORKERS, at=at)
        row = await self._session.get(Heartbeat, worker)
        if row is None:
            self._session.add(Heartbeat(id=worker, at=at))
        else:
            row.at = at
        await self._session.flush()

    async def last_heartbeat(self, *, until: datetime) -> datetime | None:
        """The last one up to then: what lies in the future is a wrong clock's, not a life's."""
        return await self._session.scalar(
            select(func.max(Heartbeat.at)).where(Heartbeat.at <= until)
        )

    async def begin_outage(self, part: str, *, since: datetime, at: datetime) -> bool:
        """True for the one who is to tell of it: it is one outage until somebody ends it."""
        running = select(Outage.part).where(Outage.part == part, Outage.ended_at.is_(None))
        if await self._session.scalar(running.limit(1)) is not None:
            return False
        return await self.tell_of_outage(part, since=since, at=at)

    async def end_outage(self, part: str, *, at: datetime) -> bool:
        """Whether one was running."""
        result = await self._session.execute(
            update(Outage).where(Outage.part == part, Outage.ended_at.is_(None)).values(ended_at=at)
        )
        return isinstance(result, CursorResult) and result.rowcount > 0

    async def running_outages(self, parts: Collection[str]) -> dict[str, datetime]:
        """Which of these parts are away, and since when."""
        rows = await self._session.execute(
            select(Outage.part, Outage.since).where(
                Outage.part.in_(parts), Outage.ended_at.is_(None)
            )
        )
        return dict(rows.all())

    async def bring_back(self, *, now: datetime, slack: timedelta) -> int:
        """Who was seen, and who took a signal, in the future: now. Say how many."""
        changed = 0
        for change in (
            update(Member).where(Member.last_seen_at > now + slack).values(last_seen_at=now),
            update(Signal).where(Signal.claimed_at > now + slack).values(claimed_at=now),
        ):
            result = await self._session.execute(change)
            changed += result.rowcount if isinstance(result, CursorResult) else 0
        return changed

    async def tell_of_outage(self, part: str, *, since: datetime, at: datetime) -> bool:
        """True for the one who is to tell of it: an outage is told of once."""
        if await self._session.get(Outage, (part, since)) is not None:
            return False
        self._session.add(Outage(part=part, since=since, told_at=at))
        await self._session.flush()
        return True
