"""The real bot, with its real client, against a strict Bot API server of our own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.app import build_dispatcher
from bot.delivery import deliver_once
from bot.door import BotDoor
from bot.feed import Feed
from bot.lanes import Lanes
from bot.pace import Pace
from bot.polling import take_updates
from bot.telegram import connect
from botapi.world import World
from dispatch.desk import Desk
from intake.rate_limits import RateLimits
from intake.reception import Reception
from records.chat_keys import bot_key
from runtime.volatile import MemoryStore
from tests.telegram import TOKEN, telegram

CHILD = 5_000_111_222
WEB = "https://ecoute.invalid"


class Hours:
    """The time that the bot waits in: it passes at once, or, once `held`, when a test says so."""

    def __init__(self) -> None:
        self.now, self.held, self.sleeping = 0.0, False, 0
        self.paused: list[float] = []
        self._moved = asyncio.Condition()

    async def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        assert len(self.paused) < 400, "the bot waits for something that does not come"
        until = self.now + seconds
        if not self.held:
            self.now = until
            await asyncio.sleep(0)
            return
        self.sleeping += 1
        try:
            async with self._moved:
                await self._moved.wait_for(lambda: self.now >= until)
        finally:
            self.sleeping -= 1

    async def pass_by(self, seconds: float) -> None:
        async with self._moved:
            self.now += seconds
            self._moved.notify_all()
        await asyncio.sleep(0)


@dataclass
class Talk:
    """A telephone and the bot: what the person does, and what the chat then shows."""

    world: World
    feed: Feed
    door: BotDoor
    paused: list[float]
    hours: "Hours"
    offset: int | None = None
    chat: int = CHILD

    async def write(self, text: str, **given: str) -> list[str]:
        self.world.write(self.chat, text, **given)
        return await self.answers()

    async def send(self, kind: str, caption: str | None = None) -> list[str]:
        self.world.send_media(self.chat, kind, caption=caption)
        return await self.answers()

    async def press(self, label: str) -> list[str]:
        """Press the newest button of that label."""
        for message in reversed(self.world.visible(self.chat)):
            for row in message.buttons:
                for shown, data in row:
                    if shown == label:
                        self.world.press(self.chat, message.message_id, data)
                        return await self.answers()
        raise LookupError(label)

    async def answers(self) -> list[str]:
        """Let the bot handle what waits; the new messages of the bot."""
        before = {message.message_id for message in self.world.visible(self.chat)}
        self.offset = await take_updates(self.feed, self.offset, wait_seconds=0)
        await self.quiet()
        assert self.world.refused == []
        return [
            message.text
            for message in self.world.visible(self.chat)
            if message.from_bot and message.message_id not in before
        ]

    async def deliver(self) -> list[str]:
        before = {message.message_id for message in self.world.visible(self.chat)}
        await deliver_once(self.feed.bot, self.door)
        return [
            message.text
            for message in self.world.visible(self.chat)
            if message.message_id not in before
        ]

    async def quiet(self) -> None:
        """Until nothing is left to be told but where the messenger asked to wait."""
        while self.hours.sleeping < len(self.door.lanes.tasks):
            await asyncio.wait(self.door.lanes.tasks, timeout=0.01)

    async def later(self, seconds: float) -> None:
        """Some time passes, for us and for the messenger."""
        self.world.advance(seconds=seconds)
        await self.hours.pass_by(seconds)
        await self.quiet()

    def screen(self) -> list[str]:
        return [message.text for message in self.world.visible(self.chat)]


@pytest.fixture
async def talk(reception: Reception, desk: Desk) -> AsyncIterator[Talk]:
    hours = Hours()
    volatile = MemoryStore()
    limits = RateLimits(volatile, reception.records.keys.pepper.now)
    door = BotDoor(reception, desk, limits, volatile, bot_key(TOKEN), WEB, hours.pause, "",
                   Lanes(Pace(lambda: hours.now), hours.pause))  # fmt: skip
    async with telegram() as server:
        bot = connect(TOKEN, server.url)
        feed = Feed(bot, build_dispatcher(door), door)
        yield Talk(server.world, feed, door, hours.paused, hours)
        await feed.close()
