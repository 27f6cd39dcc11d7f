"""A process that is told to stop closes what it opened, before it ends."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import redis
from sqlalchemy import make_url

from cli.install import run_install
from cli.parts import open_desk
from dispatch.members import NewMember, add_member
from records.sealing import SecretKey
from records.tables import Role
from runtime.settings import Settings, load_settings
from tests.builders import PASSWORD, QUICK
from tests.databases import OF_THE_TESTS, Database
from tests.journeys.doors import Console, Public
from tests.processes import listening_socket
from tests.servers import PostgreSQL
from tests.telegram import TOKEN, Telegram, telegram

# Printed by whoever is collected with a connection still open, and by the loop for its tasks.
LEFT_OPEN = (b"ResourceWarning", b"nclosed", b"was destroyed", b"Traceback")
# After the last line of the program: everything is collected while warnings can still be told.
ENTRY = """
import gc, signal, sys
from cli.app import main
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # a signal that is passed on ends no sooner
try:
    main()
finally:
    gc.collect()
"""


@dataclass
class Machine:
    """A PostgreSQL and a Valkey of one installation, which can be asked who is connected."""

    settings: Settings
    recovery: SecretKey
    postgres: PostgreSQL
    valkey_url: str

    def connected(self) -> tuple[int, int]:
        """How many connections the two servers have of ours."""
        name = make_url(self.settings.database).database
        asked = (
            f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
            f" AND application_name <> '{OF_THE_TESTS}'"
        )
        with redis.Redis.from_url(self.valkey_url) as client:
            clients = len(client.client_list()) - 1
        rows = [line for line in self.postgres.run(asked).splitlines() if line.strip().isdigit()]
        return len(rows), clients


@pytest.fixture
async def machine(
    database: Database, request: pytest.FixtureRequest, tmp_path: Path, valkey_url: str
) -> Machine:
    settings = load_settings(data=tmp_path, database_url=database.url)
    recovery = await run_install(settings)
    return Machine(settings, recovery, request.getfixturevalue("postgres"), valkey_url)


@asynccontextmanager
async def process(
    machine: Machine, *command: str, fd: int | None = None, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        "POINT_ECOUTE_DATA": str(machine.settings.data),
        "POINT_ECOUTE_DATABASE_URL": machine.settings.database,
        "POINT_ECOUTE_REDIS_URL": machine.valkey_url,
        "PYTHONWARNINGS": "always::ResourceWarning",
    }
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ENTRY, *command,
        env=os.environ | environment | more, pass_fds=[] if fd is None else [fd],
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def stopped(running: asyncio.subprocess.Process) -> None:
    """It ends in its own way, and says of nothing that it was left open."""
    running.send_signal(signal.SIGTERM)
    _, told = await running.communicate()
    assert [line for line in told.splitlines() if any(sign in line for sign in LEFT_OPEN)] == []
    assert running.returncode == 0, told.decode()


on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@on_postgresql
async def test_the_web_process_closes_what_it_opened(machine: Machine):
    async with open_desk(machine.settings, password_cost=QUICK) as desk:
        new = NewMember("Anne", "anne@essai.invalid", Role.DUTY, ("douaisis",), PASSWORD)
        await add_member(new, desk, by=machine.recovery)
    with listening_socket() as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        fd = listener.fileno()
        async with (
            process(machine, "serve", "--fd", str(fd), fd=fd) as running,
            httpx.AsyncClient(base_url=base, timeout=60, trust_env=False) as client,
        ):
            await Public(client).submit("bonjour, une question", commune="Douai")
            await Console(client).sign_in("anne@essai.invalid", PASSWORD)
            async with client.stream("GET", "/equipe/evenements") as events:
                await anext(events.aiter_bytes())
                assert all(number > 0 for number in machine.connected())
                await stopped(running)
    assert machine.connected() == (0, 0)


@on_postgresql
async def test_the_worker_closes_what_it_opened(machine: Machine):
    async with process(
        machine, "worker", POINT_ECOUTE_SMS_WEBHOOK_URL="http://127.0.0.1:9/",
        POINT_ECOUTE_SMS_WEBHOOK_SECRET="x" * 32,
    ) as running:  # fmt: skip
        assert running.stderr is not None
        while b"worker.started" not in await running.stderr.readline():
            assert not running.stderr.at_eof()
        assert machine.connected()[0] > 0
        await stopped(running)
    assert machine.connected() == (0, 0)


@on_postgresql
async def test_the_bot_closes_what_it_opened(machine: Machine):
    async with (
        telegram() as server,
        process(
            machine, "bot", POINT_ECOUTE_BOT_TOKEN=TOKEN, POINT_ECOUTE_BOT_API_URL=server.url
        ) as running,
    ):
        await _one_word(server)
        assert all(number > 0 for number in machine.connected())
        await stopped(running)
    assert machine.connected() == (0, 0)


async def _one_word(server: Telegram) -> None:
    server.world.write(7, "bonjour, une question")
    await server.world.until(lambda: bool(server.world.visible(7)[1:]))
