"""The bot killed at random moments: every update is handled once, and no answer is lost."""

import asyncio
import secrets
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from botapi.world import World
from cli.install import run_install
from cli.parts import open_parts
from dispatch.desk import Desk, SignedIn
from dispatch.members import NewMember, add_member
from dispatch.open_signal import OpenedSignal, open_signal
from dispatch.queue import Queue, list_queue
from dispatch.replies import reply
from dispatch.routing import SUPERVISION
from dispatch.sign_in import sign_in
from records.tables import MessageKind, Role
from runtime.settings import Settings, load_settings
from tests.databases import Database
from tests.programs import Program
from tests.telegram import TOKEN, telegram

CHATS = 100
UPDATES = 1_000
KILLS = 3
PING = "Tu as un nouveau message."
PASSWORD = "un mot de passe assez long"  # noqa: S105


@dataclass
class Killed:
    """The real command, killed after random numbers of messages that it sent."""

    world: World
    environment: dict[str, str]
    process: Program | None = field(default=None)

    async def start(self) -> None:
        self.process = Program("bot", **self.environment)

    async def kill(self) -> None:
        assert self.process is not None
        assert self.process.returncode is None, "the bot ended by itself"
        await asyncio.to_thread(self.process.kill)

    async def after_more_calls(self, at_most: int) -> None:
        enough = len(self.world.calls) + 1 + secrets.randbelow(at_most)
        await self.world.until(lambda: len(self.world.calls) >= enough)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_every_update_is_handled_once_and_every_answer_told(
    database: Database, tmp_path: Path
):
    settings = load_settings(data=tmp_path, database_url=database.url)
    recovery = await run_install(settings)
    async with telegram() as server, open_parts(settings) as parts:
        new = NewMember("Cadre", "cadre@essai.invalid", Role.SUPERVISOR, (SUPERVISION,), PASSWORD)
        await add_member(new, parts.desk, by=recovery)
        cadre = await sign_in("cadre@essai.invalid", PASSWORD, parts.desk)
        bot = Killed(server.world, environment_of(settings, server.url))
        for number in range(UPDATES):
            server.world.write(number % CHATS, f"message numéro {number}")
        await bot.start()
        for _ in range(KILLS):
            await bot.after_more_calls(UPDATES // (2 * KILLS))
            await bot.kill()
            await bot.start()
        await server.world.until(lambda: server.world.waiting() == 0)
        at_once = replace(parts.desk, take_back=timedelta(0))
        answers = await answer_some(cadre, at_once)
        await bot.after_more_calls(4)
        await bot.kill()
        await bot.start()
        await server.world.until(lambda: pings(server.world) >= answers)
        await bot.kill()
        signals = await every_signal(cadre, parts.desk)

    assert len(signals) == CHATS
    kept = Counter(
        message.content.text
        for opened in signals
        for message in opened.messages
        if message.kind is MessageKind.INBOUND
    )
    assert kept == Counter(f"message numéro {number}" for number in range(UPDATES))
    assert server.world.refused == []


def environment_of(settings: Settings, api: str) -> dict[str, str]:
    return {
        "POINT_ECOUTE_DATA": str(settings.data),
        "POINT_ECOUTE_DATABASE_URL": settings.database,
        "POINT_ECOUTE_BOT_TOKEN": TOKEN,
        "POINT_ECOUTE_BOT_API_URL": api,
    }


def pings(world: World) -> int:
    """In how many chats a ping stands."""
    return sum(any(shown.text == PING for shown in world.visible(chat)) for chat in range(CHATS))


async def answer_some(cadre: SignedIn, desk: Desk) -> int:
    rows = await list_queue(cadre, desk, queue=Queue.OPEN)
    for row in rows[:20]:
        await reply(row.ref, "On t’a lu.", cadre, desk, idempotency_key=row.ref)
    return len(rows[:20])


async def every_signal(cadre: SignedIn, desk: Desk) -> list[OpenedSignal]:
    rows = await list_queue(cadre, desk, queue=Queue.OPEN)
    return [await open_signal(row.ref, cadre, desk) for row in rows]
