"""What is to be told, in order within a chat; each chat waits for itself, and no deed waits.

A lane lives in memory: what is kept of a message stands in the database before. What is not told
before the process ends is told again at the next message of that chat (see `handlers/write.py`).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)

from bot.pace import Pace
from records.errors import DatabaseAway
from runtime.guard import names_of, place_of
from runtime.log import log
from runtime.tally import TALLY

Pause = Callable[[float], Awaitable[None]]
Act = Callable[[], Awaitable[None]]

NOT_TOLD: Final = "bot_tellings_dropped"
# What passes by waiting; anything else is a mistake that would only be made again.
PASSES: Final = (TelegramAPIError, DatabaseAway, OSError)
MOST_WAITING: Final = 60
# An answer to what somebody just did may come at once, whatever hours they chose; not later.
_AT_ONCE: Final = 120.0
_KEPT_SECONDS: Final = 6 * 3600.0
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing to tell; `may_come` says whether it may still arrive when it is late.

    What `counts` is told first where there is too much.
    """

    act: Act
    may_come: Callable[[], bool]
    counts: bool = False


@dataclass(slots=True)
class _Lane:
    waiting: deque[tuple[float, Telling]] = field(default_factory=deque)
    left: Act | None = None
    stands: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Lanes:
    def __init__(self, pace: Pace | None = None, pause: Pause = asyncio.sleep) -> None:
        self.pace, self._pause = pace or Pace(), pause
        self._lanes: dict[int, _Lane] = {}

    def put(self, chat_id: int, tellings: list[Telling], *, left: Act | None = None) -> None:
        """Tell these after what waits already; `left` is done where the person blocked the bot."""
        lane = self._lanes.setdefault(chat_id, _Lane())
        lane.left = left or lane.left
        lane.waiting.extend((self.pace.seconds(), one) for one in tellings)
        while len(lane.waiting) > MOST_WAITING:
            _drop_one(lane.waiting)
        if lane.task is None:
            lane.task = asyncio.create_task(self._run(chat_id, lane))

    async def settled(self, chat_id: int) -> None:
        """Until all is told there, or something has to be waited for."""
        lane = self._lanes.get(chat_id)
        if lane is None or lane.task is None:
            return
        stands = asyncio.create_task(lane.stands.wait())
        await asyncio.wait({lane.task, stands}, return_when=asyncio.FIRST_COMPLETED)
        stands.cancel()

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        return [lane.task for lane in self._lanes.values() if lane.task is not None]

    async def close(self) -> None:
        tasks = self.tasks
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, chat_id: int, lane: _Lane) -> None:
        try:
            while lane.waiting:
                since, telling = lane.waiting.popleft()
                if not await self._told(chat_id, lane, telling, since):
                    lane.waiting.clear()
        finally:
            del self._lanes[chat_id]

    async def _told(self, chat_id: int, lane: _Lane, telling: Telling, since: float) -> bool:
        """Tell one thing, however long it takes; False where nothing can be told there."""
        pause = _FIRST_PAUSE
        while True:
            wait = self.pace.wait(chat_id)
            late = self.pace.seconds() - since
            if late > _KEPT_SECONDS or (late > _AT_ONCE and not telling.may_come()):
                TALLY[NOT_TOLD] += 1
                return True
            try:
                if not wait:
                    await telling.act()
                    lane.stands.clear()
                    return True
            except TelegramRetryAfter as asked:
                self.pace.limited(chat_id, asked.retry_after)
                continue
            except TelegramForbiddenError:
                await self._leave(lane)
                return False
            except Exception as error:  # noqa: BLE001  a lane that ended would tell nothing more
                log.warning("chat.not_told", error=names_of(error), raised=_place(error))
                if isinstance(error, TelegramBadRequest) or not isinstance(error, PASSES):
                    TALLY[NOT_TOLD] += 1
                    return True
                wait, pause = pause, min(2 * pause, _LONGEST_PAUSE)
            lane.stands.set()
            await self._pause(wait)

    async def _leave(self, lane: _Lane) -> None:
        try:
            if lane.left is not None:
                await lane.left()
        except Exception as error:  # noqa: BLE001  the next message that cannot arrive tells again
            log.warning("chat.not_left", error=names_of(error), raised=_place(error))


def _drop_one(waiting: deque[tuple[float, Telling]]) -> None:
    """The oldest that does not count."""
    place = next((n for n, (_, one) in enumerate(waiting) if not one.counts), 0)
    del waiting[place]
    TALLY[NOT_TOLD] += 1


def _place(error: BaseException) -> str:
    return place_of(error.__traceback__)
