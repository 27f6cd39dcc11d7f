"""The queue page, the worker's pass and a submission, with many signals stored (PostgreSQL)."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.crowd import fill
from benchmarks.load import Point, load_average, measure_point, signal_body, table
from benchmarks.servers import process
from cli.install import run_install
from cli.parts import open_desk
from console.pages import BASE
from console.queue_pages import ROWS_SHOWN
from dispatch.members import NewMember, add_member
from dispatch.routing import SUPERVISION
from dispatch.worker import Reach, Worker
from records.sealing import SecretKey
from records.tables import Role
from runtime.settings import Settings, load_settings
from tests.journeys.doors import Console
from tests.processes import free_port
from tests.servers import PostgreSQL, postgresql

PASSWORD = "un mot de passe assez long"  # noqa: S105  of an invented person
LOADS = 300
SECONDS = 5.0


def measure() -> dict[str, Any]:
    figures: dict[str, Any] = {"load_average_before": load_average()}
    with postgresql() as server, tempfile.TemporaryDirectory() as folder:
        figures |= asyncio.run(_sizes(server, Path(folder)))
    for what, value in figures.items():
        print(f"  {what}: {value}")
    return figures


async def _sizes(server: PostgreSQL, folder: Path) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    settings, recovery = await _database(server, "queue", folder)
    fill(server, "queue", first=1, last=100_000, open_of_hundred=10)
    figures |= await _queue_page(settings, recovery)
    settings, _ = await _database(server, "worker", folder)
    fill(server, "worker", first=1, last=100_000, open_of_hundred=100)
    figures |= await _worker_pass(server, settings)
    settings, _ = await _database(server, "size", folder)
    fill(server, "size", first=1, last=10_000, open_of_hundred=10)
    small = await _submissions(settings)
    fill(server, "size", first=10_001, last=1_000_000, open_of_hundred=1)
    large = await _submissions(settings)
    again = await _submissions(settings)
    table("submissions with 10,000 and with 1,000,000 stored, twice", [small, large, again])
    best = min(large.p50_ms, again.p50_ms)
    figures |= {
        "submission with 10,000 stored": asdict(small),
        "submission with 1,000,000 stored": asdict(large),
        "cost with 1,000,000 against 10,000 (at most 1.3)": round(best / small.p50_ms, 2),
    }
    return figures


async def _database(server: PostgreSQL, name: str, folder: Path) -> tuple[Settings, SecretKey]:
    server.run(f"CREATE DATABASE {name}")
    data = folder / name
    data.mkdir()
    settings = load_settings(data=data, database_url=server.url(name))
    recovery = await run_install(settings)
    async with open_desk(settings) as desk:
        email = "cadre@banc.invalid"
        new = NewMember("Cadre", email, Role.SUPERVISOR, (SUPERVISION,), PASSWORD)
        await add_member(new, desk, by=recovery)
    return settings, recovery


async def _queue_page(settings: Settings, _recovery: SecretKey) -> dict[str, Any]:
    """As a supervisor sees it, who sees every team's; over real HTTP."""
    port = free_port()
    env = {"POINT_ECOUTE_DATABASE_URL": settings.database, "POINT_ECOUTE_DATA": str(settings.data)}
    command = ["cli", "serve", "--door", "console", "--port", str(port)]
    with process(command, env=env, port=port, ready=f"{BASE}/connexion"):
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False
        ) as client:
            console = Console(client)
            await console.sign_in("cadre@banc.invalid", PASSWORD)
            times = []
            page = await client.get(f"{BASE}/")
            for _ in range(LOADS):
                began = time.perf_counter()
                page = await client.get(f"{BASE}/")
                times.append(time.perf_counter() - began)
            assert page.text.count('class="row ') == ROWS_SHOWN, "not the queue page"  # noqa: S101
    times.sort()
    return {
        "queue page p50 in ms": round(times[LOADS // 2] * 1000, 1),
        "queue page p99 in ms (under 100)": round(times[int(LOADS * 0.99) - 1] * 1000, 1),
    }


async def _worker_pass(server: PostgreSQL, settings: Settings) -> dict[str, Any]:
    """A pass over 100,000 open signals: nothing due, a thousand due, all of them due."""
    figures = {}
    async with open_desk(settings) as desk:
        worker = Worker(desk, Reach())
        figures["worker pass, 100,000 open, none due, s"] = await _timed(worker.look)
        server.server.psql(
            "\\c worker\nUPDATE follow_up SET due_at = now(), next_rung_at = now() WHERE id IN"
            " (SELECT id FROM follow_up WHERE met_at IS NULL LIMIT 1000);"
        )
        figures["worker pass, 100,000 open, 1,000 due, s (under 10)"] = await _timed(worker.look)
        server.server.psql(
            "\\c worker\nUPDATE follow_up SET due_at = now(), next_rung_at = now()"
            " WHERE met_at IS NULL AND breached_at IS NULL AND kind = 'read';"
        )
        figures["worker pass, 100,000 open, all due, s"] = await _timed(worker.look)
    figures["memory after it, in MB"] = round(psutil.Process().memory_info().rss / 1e6)
    figures["worker process, memory in MB (under 200)"] = _worker_memory(settings)
    return figures


def _worker_memory(settings: Settings) -> float:
    """The real command, once it has caught up."""
    port = free_port()
    env = {"POINT_ECOUTE_DATABASE_URL": settings.database, "POINT_ECOUTE_DATA": str(settings.data)}
    command = ["cli", "worker", "--internal-port", str(port)]
    with process(command, env=env, port=port, ready="/healthz") as running:
        time.sleep(12)
        return round(int(running.memory_info().rss) / 1e6, 1)


async def _timed(act: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await act()
    return round(time.perf_counter() - began, 2)


async def _submissions(settings: Settings) -> Point:
    port = free_port()
    env = {"POINT_ECOUTE_DATABASE_URL": settings.database, "POINT_ECOUTE_DATA": str(settings.data)}
    command = ["cli", "serve", "--door", "public", "--port", str(port)]
    with process(command, env=env, port=port, ready="/healthz"):
        await measure_point(port, "/api/v1/signals", concurrency=4, seconds=1.5, body=signal_body)
        return await measure_point(
            port, "/api/v1/signals", concurrency=4, seconds=SECONDS, body=signal_body
        )
