"""Use case: the figures that monitoring reads. Counts and times only; no reference, no person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dispatch.desk import Desk
from dispatch.send_notices import outage_of
from dispatch.worker import DEAD_AFTER, is_dead
from records.figures import Answered, Depth
from records.tables import Channel, FollowUpEnd, FollowUpKind

_LATELY: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Figures:
    """`depths` by team and level; `lag` is the age in seconds of the oldest unsent by channel."""

    depths: tuple[Depth, ...]
    answered: tuple[Answered, ...]
    ended: tuple[tuple[FollowUpKind, FollowUpEnd, int], ...]
    waiting: dict[Channel, tuple[int, float]]
    dead: int
    down: frozenset[Channel]
    unlogged: int
    heartbeat_age: float | None


async def read_figures(desk: Desk) -> Figures:
    now = desk.clock()
    async with desk.records.reading() as tx:
        last = await tx.duty.last_heartbeat(until=desk.clock() + DEAD_AFTER)
        away = await tx.duty.running_outages([outage_of(channel) for channel in Channel])
        return Figures(
            tuple(await tx.figures.depths(now=now)),
            tuple(await tx.figures.answered(since=now - _LATELY)),
            tuple(await tx.figures.ended(since=now - _LATELY)),
            {
                channel: (count, max(0.0, (now - oldest).total_seconds()))
                for channel, count, oldest in await tx.notices.waiting(now=now)
            },
            await tx.figures.number_dead(),
            frozenset(c for c in Channel if outage_of(c) in away),
            await tx.escalations.number_overdue(now=now),
            (now - last).total_seconds() if last else None,
        )


@dataclass(frozen=True, slots=True)
class Ready:
    database: bool
    worker: bool

    @property
    def all(self) -> bool:
        return self.database and self.worker


async def read_ready(desk: Desk, *, since: datetime) -> Ready:
    """Whether the database answers and a worker is alive; `since` is when this process began."""
    try:
        async with desk.records.reading() as tx:
            last = await tx.duty.last_heartbeat(until=desk.clock() + DEAD_AFTER)
    except Exception:  # noqa: BLE001  whatever it is, the database is of no use now
        return Ready(database=False, worker=False)
    return Ready(database=True, worker=not is_dead(last, since=since, now=desk.clock()))
