"""APScheduler's wiring, and nothing else: ticks call the worker; a tick that is late runs once."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from dispatch.worker import BEAT_EVERY, Worker
from records.errors import DatabaseAway
from runtime.clock import utc_now
from runtime.log import log

LOOK_EVERY: Final = timedelta(seconds=5)
SEND_EVERY: Final = timedelta(seconds=2)
TIDY_EVERY: Final = timedelta(hours=1)
PURGE_EVERY: Final = timedelta(hours=24)
_TRY_AGAIN: Final = 2.0
_MINDED_EVERY: Final = 1.0
_JUMP: Final = 2.0  # seconds


async def work_until(stopped: asyncio.Event, worker: Worker) -> None:
    """Work until `stopped` is set; what is under way is finished."""
    await _start(worker, stopped)
    if stopped.is_set():
        return
    scheduler = AsyncIOScheduler(timezone=worker.desk.point.calendar.zone)
    beat = partial(worker.guard, worker.beat)
    jobs: list[tuple[Callable[[], Awaitable[None]], timedelta]] = [
        (beat, BEAT_EVERY),
        (worker.look, LOOK_EVERY),
        (worker.tidy, TIDY_EVERY),
        (worker.bring_back, BEAT_EVERY),
        (worker.purge, PURGE_EVERY),
        *((partial(worker.send, sender), SEND_EVERY) for sender in worker.reach.senders),
    ]
    running: set[asyncio.Task[None]] = set()
    for act, every in jobs:
        scheduler.add_job(
            partial(_tracked, act, running),
            "interval",
            seconds=every.total_seconds(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    await beat()
    await worker.look()
    scheduler.start()
    log.info("worker.started")
    minding = asyncio.create_task(_mind_the_clock(scheduler))
    await stopped.wait()
    minding.cancel()
    scheduler.shutdown(wait=False)
    await asyncio.gather(*running, return_exceptions=True)
    log.info("worker.stopped")


async def _mind_the_clock(scheduler: AsyncIOScheduler) -> None:
    """APScheduler waits for times of day: a clock put back would let it wait for hours."""
    apart = _apart()
    while True:
        await asyncio.sleep(_MINDED_EVERY)
        before, apart = apart, _apart()
        if abs(apart - before) >= _JUMP:
            log.warning("worker.clock_jumped")
            begin_anew(scheduler)


def _apart() -> float:
    return utc_now().timestamp() - time.monotonic()


def begin_anew(scheduler: AsyncIOScheduler) -> None:
    """Every job is due now; what is done once a day begins its day anew: to erase never hurries."""
    now = utc_now()
    for job in scheduler.get_jobs():
        is_daily = job.trigger.interval >= PURGE_EVERY
        job.modify(next_run_time=now + PURGE_EVERY if is_daily else now)


async def _tracked(act: Callable[[], Awaitable[None]], running: set[asyncio.Task[None]]) -> None:
    """So that stopping waits for what is under way: APScheduler would cut it off."""
    task = asyncio.ensure_future(act())
    running.add(task)
    task.add_done_callback(running.discard)
    await asyncio.shield(task)


async def _start(worker: Worker, stopped: asyncio.Event) -> None:
    while not stopped.is_set():
        try:
            await worker.start()
        except DatabaseAway:
            log.warning("worker.waits_for_database")
            await asyncio.sleep(_TRY_AGAIN)
        else:
            return
