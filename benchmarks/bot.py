"""Updates a second by webhook on one process with PostgreSQL, beside an echo bot, and memory."""

import asyncio
import contextlib
import secrets
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.servers import process, web_memory_mb
from botapi.world import Webhook, World
from cli.install import run_install
from runtime.settings import load_settings
from tests.processes import free_port
from tests.servers import postgresql, valkey
from tests.telegram import TOKEN, telegram

CHATS: Final = 100
UPDATES: Final = 600
RUNS: Final = 3
ALONE: Final = 20
AUTOMATIC: Final = "message automatique"
CRITICAL: Final = "il ma enfermé a denain il revient avec des clients ce soir"
TEXTS: Final = (
    "slt jsuis a roubaix jsais pas koi faire",
    "il veut que je voie d'autres mecs sinon il me quitte",
    "j'ai besoin de parler à quelqu'un stp",
    "ma copine est partie depuis hier soir on a pas de nouvelles",
    "merci",
)


def measure() -> dict[str, Any]:
    """The echo bot and ours in turn, on new databases, with the same updates."""
    figures: dict[str, Any] = {"updates": UPDATES, "chats": CHATS, "runs": RUNS}
    with postgresql() as server, valkey() as redis_url, tempfile.TemporaryDirectory() as folder:
        server.run("CREATE DATABASE bench_bot")
        url = server.url("bench_bot")
        asyncio.run(_install(Path(folder), url))
        env = {
            "POINT_ECOUTE_DATABASE_URL": url,
            "POINT_ECOUTE_DATA": folder,
            "POINT_ECOUTE_REDIS_URL": redis_url,
        }
        figures["echo"] = asyncio.run(_bot(["uvicorn", "benchmarks.echo_bot:build_app",
            "--factory", "--no-access-log", "--log-level", "error"], env, CRITICAL))  # fmt: skip
        figures["ours"] = asyncio.run(_bot(["cli", "serve", "--door", "public"], env, AUTOMATIC))
    figures["share of the echo bot's rate"] = round(
        figures["ours"]["updates_per_second"] / figures["echo"]["updates_per_second"], 2
    )
    print(figures)
    return figures


async def _install(folder: Path, url: str) -> None:
    await run_install(load_settings(data=folder, database_url=url))


async def _bot(command: list[str], env: dict[str, str], marker: str) -> dict[str, Any]:
    port, secret = free_port(), secrets.token_urlsafe(32)
    async with telegram() as server:
        env = env | {
            "POINT_ECOUTE_BOT_TOKEN": TOKEN,
            "POINT_ECOUTE_BOT_API_URL": server.url,
            "POINT_ECOUTE_BOT_WEBHOOK_SECRET": secret,
            "POINT_ECOUTE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        running = process([*command, "--port", str(port)], env=env, port=port, ready="/healthz")
        with contextlib.ExitStack() as stack:
            server_process = await asyncio.to_thread(stack.enter_context, running)
            server.world.webhook = Webhook(f"http://127.0.0.1:{port}/m/", secret, 32)
            rates = [await _drain(server.world) for _ in range(RUNS + 1)][1:]
            alone = [await _answer_seconds(server.world, n, marker) for n in range(ALONE)]
            memory = web_memory_mb(server_process)
    return {
        "updates_per_second": round(median(rates), 1),
        "answer_ms_median": round(1000 * median(alone), 1),
        "answer_ms_slowest": round(1000 * max(alone), 1),
        "memory_mb": memory,
    }


async def _answer_seconds(world: World, number: int, marker: str) -> float:
    """From a critical first message of a new chat to the answer with the marker in it."""
    chat = 900_000 + number
    start = time.perf_counter()
    world.write(chat, CRITICAL)
    await world.until(
        lambda: any(shown.from_bot and marker in shown.text for shown in world.visible(chat))
    )
    seconds = time.perf_counter() - start
    await world.until(lambda: world.waiting() == 0)
    return seconds


async def _drain(world: World) -> float:
    for number in range(UPDATES):
        world.write(1000 + number % CHATS, TEXTS[number % len(TEXTS)])
    start = time.perf_counter()
    await world.until(lambda: world.waiting() == 0)
    return UPDATES / (time.perf_counter() - start)
