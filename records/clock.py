"""One time for all machines: the database's, where it has one.

A machine whose clock is wrong, or is put right while it works, makes no promise late and no lease
long: the database is asked at intervals, and between two of them the monotonic clock goes on.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from records.errors import DatabaseAway
from records.transaction import Records

MEASURED_EVERY: Final = timedelta(seconds=10)


class DatabaseClock:
    """The database's time as this process last heard it, carried on by the monotonic clock.

    Before the first answer, and on SQLite, which has no clock of its own, the machine's.
    """

    def __init__(
        self,
        records: Records,
        machine: Callable[[], datetime],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._records, self._machine, self._seconds = records, machine, seconds
        self._heard: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        if self._heard is None:
            return self._machine()
        at, then = self._heard
        return at + timedelta(seconds=self._seconds() - then)

    async def measure(self) -> None:
        """Ask the database; where it is away the last answer is carried on."""
        asked = self._seconds()
        try:
            at = await self._records.time()
        except DatabaseAway:
            return
        if at is not None:
            answered = self._seconds()
            self._heard = (at.astimezone(UTC), (asked + answered) / 2)


@asynccontextmanager
async def kept_right(clock: DatabaseClock) -> AsyncIterator[None]:
    """Measure now and at intervals, as long as it is entered."""

    async def again_and_again() -> None:
        while True:
            await asyncio.sleep(MEASURED_EVERY.total_seconds())
            await clock.measure()

    await clock.measure()
    task = asyncio.create_task(again_and_again())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
