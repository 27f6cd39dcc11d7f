"""A strict Bot API server on a loopback port, for the real bot to speak with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn

from botapi.server import create_server
from botapi.world import World
from tests.processes import listening_socket

TOKEN = "1000000001:un-jeton-de-trente-cinq-lettres-env"  # noqa: S105


@dataclass(frozen=True)
class Telegram:
    world: World
    url: str


@asynccontextmanager
async def telegram(token: str = TOKEN) -> AsyncIterator[Telegram]:
    world = World(token)
    config = uvicorn.Config(create_server(world), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    with listening_socket() as listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield Telegram(world, f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            server.should_exit = True
            await running
