"""A web process killed at random moments loses no acknowledged signal and makes none twice."""

import asyncio
import secrets
import socket
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import func, select

from cli.install import run_install
from cli.parts import open_parts
from intake.sender import read_conversation, unlock_receipt
from records.tables import Signal
from runtime.settings import Settings, load_settings
from tests.databases import Database
from tests.processes import listening_socket
from tests.programs import Program

SUBMISSIONS = 500
AT_ONCE = 32
KILLS = 4


@dataclass
class Killed:
    """A web process that is killed after random numbers of acknowledged submissions."""

    listener: socket.socket
    environment: dict[str, str]
    kill_after: list[int] = field(
        default_factory=lambda: sorted(secrets.randbelow(SUBMISSIONS - 50) for _ in range(KILLS))
    )
    process: Program | None = None
    kills: int = 0

    async def start(self) -> None:
        self.process = Program(
            "serve", "--door", "public", "--fd", self.listener, **self.environment
        )

    async def acknowledged(self, number: int) -> None:
        while self.kill_after and number >= self.kill_after[0]:
            self.kill_after.pop(0)
            await self.kill()
            self.kills += 1
            await self.start()

    async def kill(self) -> None:
        assert self.process is not None
        await asyncio.to_thread(self.process.kill)


async def submit_until_acknowledged(client: httpx.AsyncClient, number: int, key: str) -> str:
    """Ask with the same key until there is an answer, as a browser or client that retries does."""
    while True:
        try:
            answer = await client.post(
                "/api/v1/signals",
                json={"text": f"message numéro {number}", "idempotency_key": key},
            )
        except httpx.TransportError:
            continue
        assert answer.status_code == httpx.codes.CREATED
        return str(answer.json()["receipt"])


async def submit_all(server: Killed, port: int) -> dict[int, str]:
    receipts: dict[int, str] = {}
    slots = asyncio.Semaphore(AT_ONCE)
    lock = asyncio.Lock()

    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False
    ) as client:

        async def one(number: int) -> None:
            async with slots:
                receipts[number] = await submit_until_acknowledged(
                    client, number, str(uuid.uuid4())
                )
            async with lock:
                await server.acknowledged(len(receipts))

        await asyncio.gather(*(one(number) for number in range(SUBMISSIONS)))
    return receipts


async def test_killed_at_random_moments_every_acknowledged_signal_is_there_once(
    database: Database, tmp_path: Path
):
    settings = load_settings(data=tmp_path, database_url=database.url)
    await run_install(settings)
    environment = {
        "POINT_ECOUTE_DATA": str(tmp_path),
        "POINT_ECOUTE_DATABASE_URL": database.url,
    }

    with listening_socket() as listener:
        server = Killed(listener, environment)
        await server.start()
        try:
            receipts = await submit_all(server, listener.getsockname()[1])
        finally:
            await server.kill()

    assert server.kills == KILLS
    assert await texts_by_receipt(receipts, settings) == {
        number: f"message numéro {number}" for number in range(SUBMISSIONS)
    }
    assert await number_of_signals(settings) == SUBMISSIONS


async def texts_by_receipt(receipts: dict[int, str], settings: Settings) -> dict[int, str]:
    async with open_parts(settings) as parts:
        found = {}
        for number, receipt in receipts.items():
            access = await unlock_receipt(receipt, parts.reception)
            thread = await read_conversation(access, parts.reception)
            [message] = thread.messages
            found[number] = message.text
        return found


async def number_of_signals(settings: Settings) -> int:
    async with open_parts(settings) as parts, parts.records.reading() as tx:
        return int(await tx.signals._session.scalar(select(func.count()).select_from(Signal)) or 0)
