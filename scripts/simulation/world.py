"""The service under a clock of its own, and what happens in it, in the order of its times."""

import heapq
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import numpy as np

from dispatch.channels.base import Recipient
from dispatch.desk import Desk
from dispatch.notice_texts import Notice
from dispatch.worker import Reach, Worker
from intake.reception import Reception
from records.tables import Channel

BEGINS = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
TICK = timedelta(seconds=60)
Happening = Callable[[], Awaitable[None]]


@dataclass
class SimulatedClock:
    now: datetime = BEGINS

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Post:
    """A channel that hands each message to whoever it is for."""

    arrived: Callable[[str], None]
    code: Channel = Channel.EMAIL
    number: int = 0

    async def send(self, to: Recipient, notice: Notice) -> None:
        self.number += 1
        self.arrived(to.email)

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class World:
    """Happenings wait in a heap; between them the worker ticks whenever something is due."""

    clock: SimulatedClock
    desk: Desk
    reception: Reception
    rng: np.random.Generator
    ends: datetime
    outages: list[tuple[datetime, datetime]]
    worker: Worker = field(init=False)
    post: Post = field(init=False)
    on_mail: Callable[[str], None] = field(default=lambda _email: None)
    counts: Counter[str] = field(default_factory=Counter)
    passes: list[datetime] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    _heap: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _number: Any = field(default_factory=count)
    _first: datetime | None = None
    _known: bool = False

    def __post_init__(self) -> None:
        self.post = Post(self._arrived)
        self.worker = Worker(self.desk, Reach((self.post,), "https://simulation.invalid"))

    def _arrived(self, email: str) -> None:
        self.on_mail(email)

    def at(self, moment: datetime, act: Happening) -> None:
        if moment < self.ends:
            heapq.heappush(self._heap, (moment, next(self._number), act))

    def later(self, hours: float, act: Happening) -> None:
        self.at(self.clock.now + timedelta(hours=hours), act)

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    async def run(self, tell: Callable[[timedelta], None]) -> None:
        while self._heap:
            moment, _, act = self._heap[0]
            tell(self.clock.now - BEGINS)
            due = self._pass_for(await self._first_rung())
            if due is not None and due <= moment:
                self.clock.now = max(due, self.clock.now)
                await self.tick()
                continue
            heapq.heappop(self._heap)
            self.clock.now = moment
            self._known = False
            await act()
        self.clock.now = max(self.ends, self.clock.now)
        if self.outage_until(self.clock.now) is None:
            await self.tick()

    async def tick(self) -> None:
        """One pass of the worker, after which nothing that is due may be left."""
        self.passes.append(self.clock.now)
        self._known = False
        await self.worker.look()
        await self.worker.send(self.post)
        left = await self._first_rung()
        if left is not None and left <= self.clock.now:
            self.broken.append(f"{self.clock.now}: a due rung was left by a pass")

    def outage_until(self, moment: datetime) -> datetime | None:
        return next((end for begin, end in self.outages if begin <= moment < end), None)

    def _pass_for(self, due: datetime | None) -> datetime | None:
        """When the worker's next tick with something to do comes, after any outage."""
        if due is None:
            return None
        ticks = -(-(max(due, self.clock.now) - BEGINS) // TICK)
        moment = BEGINS + ticks * TICK
        return self.outage_until(moment) or moment

    async def _first_rung(self) -> datetime | None:
        """Asked anew only where somebody did something since."""
        if not self._known:
            async with self.desk.records.reading() as tx:
                self._first = await tx.escalations.first_due()
            self._known = True
        return self._first
