"""What a worker does at each tick. It keeps no truth: any number may run, at times none.

The web process watches over the workers, and stands in for them where all are away.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dispatch.absence import return_from_the_absent
from dispatch.announce import announce
from dispatch.bring_back import bring_back
from dispatch.channels.base import AlertChannel
from dispatch.deliveries import forget_idle_addresses, report_stuck
from dispatch.desk import Desk
from dispatch.escalate import escalate
from dispatch.former_teams import tell_of_former_teams
from dispatch.handover import report_missing_handovers
from dispatch.notify import Told, notify
from dispatch.policies import register_policy
from dispatch.purge import purge
from dispatch.roster import load_roster
from dispatch.send_notices import send_notices
from records.duty import WORKERS
from records.errors import Conflict
from records.ids import new_id
from records.tables import Channel, NotificationEvent
from runtime.clock import Clock, utc_now
from runtime.log import log

BEAT_EVERY: Final = timedelta(seconds=15)
# Two beats missed and some time to be restarted; with the watch's own rhythm under two minutes.
DEAD_AFTER: Final = timedelta(seconds=60)
WATCH_EVERY: Final = timedelta(seconds=15)
# A clock that was put forward makes every worker look dead until its next beat: the watch looks
# again before it wakes anybody.
SILENT_LOOKS: Final = 2
CLOCKS_APART: Final = timedelta(hours=1)
_FORGET_AFTER: Final = timedelta(days=1)
_NOTICES_KEPT: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Reach:
    """By which channels this process reaches staff; the bot sends those of Telegram."""

    senders: tuple[AlertChannel, ...] = ()
    console_url: str = ""

    @property
    def channels(self) -> Collection[Channel]:
        return {Channel.TELEGRAM, *(sender.code for sender in self.senders)}

    async def close(self) -> None:
        for sender in self.senders:
            await sender.close()


@dataclass(frozen=True, slots=True)
class Worker:
    desk: Desk
    reach: Reach
    id: UUID = field(default_factory=new_id)
    machine: Clock = utc_now

    async def start(self) -> None:
        await register_policy(self.desk)
        await tell_of_former_teams(self.desk)

    async def beat(self) -> None:
        now = self.desk.clock()
        async with self.desk.records.transaction() as tx:
            await tx.duty.beat(self.id, at=now, forget_before=now - _FORGET_AFTER)

    async def look(self) -> None:
        """Everything that falls due: rungs, alerts, the absent, what does not go out."""
        await self.guard(lambda: escalate(self.desk, self.reach.channels))
        await self.guard(lambda: announce(self.desk, self.reach.channels))
        await self.guard(lambda: return_from_the_absent(self.desk))
        await self.guard(lambda: report_stuck(self.desk))
        await self.guard(lambda: report_missing_handovers(self.desk, self.reach.channels))

    async def bring_back(self) -> None:
        """What a clock that was ahead put off is due as it would have been."""
        await self.guard(lambda: bring_back(self.desk))

    async def purge(self) -> None:
        """Nothing is erased by a clock of which the machine and the database do not agree."""
        apart = abs(self.desk.clock() - self.machine())
        if apart >= CLOCKS_APART:
            log.error("purge.clocks_disagree")
            return
        await self.guard(lambda: purge(self.desk, dry_run=False))

    async def send(self, channel: AlertChannel) -> None:
        reach = self.reach
        await self.guard(
            lambda: send_notices(channel, self.desk, reach.console_url, reach.channels)
        )

    async def tidy(self) -> None:
        """Hourly: forget what need not be known any more."""
        await self.guard(lambda: forget_idle_addresses(self.desk))
        await self.guard(self._forget_notices)

    async def guard(self, act: Callable[[], Awaitable[object]]) -> None:
        """One thing that fails must not keep the next from being done, nor end the worker."""
        try:
            await act()
        except Exception as error:  # noqa: BLE001  whatever it is, it is tried again at the next tick
            log.error("worker.failed", error=type(error).__name__)

    async def _forget_notices(self) -> None:
        async with self.desk.records.transaction() as tx:
            await tx.notices.forget(before=self.desk.clock() - _NOTICES_KEPT)


async def last_sign_of_life(desk: Desk) -> datetime | None:
    """The last beat; one that lies in the future, by a clock that was wrong, is none."""
    async with desk.records.reading() as tx:
        return await tx.duty.last_heartbeat(until=desk.clock() + DEAD_AFTER)


def is_dead(last: datetime | None, *, since: datetime, now: datetime) -> bool:
    """Pure: whether no worker is alive; before the first beat, counted from the watcher's start."""
    return now - (last or since) >= DEAD_AFTER


async def is_silent(desk: Desk, *, since: datetime) -> bool:
    """Whether no worker gave a sign of life for so long."""
    return is_dead(await last_sign_of_life(desk), since=since, now=desk.clock())


async def watch(worker: Worker, *, since: datetime) -> bool:
    """For the web process: where no worker is alive, tell who is on call, once, and stand in.

    Returns whether it stood in. `worker` is this process's own; it gives no sign of life, so that
    a real worker's return is noticed.
    """
    desk = worker.desk
    last = await last_sign_of_life(desk)
    if not is_dead(last, since=since, now=desk.clock()):
        return False
    await worker.guard(lambda: _tell_of_outage(worker, last or since))
    await worker.look()
    for sender in worker.reach.senders:
        await worker.send(sender)
    return True


async def _tell_of_outage(worker: Worker, since: datetime) -> None:
    desk = worker.desk
    now = desk.clock()
    try:
        async with desk.records.transaction() as tx:
            if not await tx.duty.begin_outage(WORKERS, since=since, at=now):
                return
            roster = await load_roster(desk, tx)
            told = [Told(m, NotificationEvent.WORKER_AWAY) for m in roster.all_on_call()]
            await notify(told, worker.reach.channels, tx, now=now)
    except Conflict:
        return  # another web process tells
    log.error("worker.away")
