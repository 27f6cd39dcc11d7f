"""Submissions a second through real HTTP, on SQLite and PostgreSQL, beside their two floors."""

import asyncio
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.floors import metadata
from benchmarks.load import Point, load_average, measure_point, signal_body, table
from benchmarks.servers import process, web_memory_mb
from cli.install import run_install
from runtime.settings import load_settings
from tests.processes import free_port
from tests.servers import postgresql, valkey

CONCURRENCIES = (1, 8, 32)
SECONDS = 5.0
WARM_UP_SECONDS = 1.5


def measure() -> dict[str, Any]:
    """Each variant on a new database; the floors and the service in turn, in one run."""
    figures: dict[str, Any] = {"load_average_before": load_average()}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/bench.db"
        figures["sqlite, 1 process"] = _database(url, Path(folder), {}, workers=1)
    with postgresql() as server, valkey() as redis_url, tempfile.TemporaryDirectory() as folder:
        for workers in (1, 2):
            name = f"bench_{workers}"
            server.run(f"CREATE DATABASE {name}")
            env = {"POINT_ECOUTE_REDIS_URL": redis_url}
            figures[f"postgresql, {workers} process{'es' * (workers > 1)}"] = _database(
                server.url(name), Path(folder) / name, env, workers=workers
            )
    _judge(figures)
    return figures


def _database(url: str, data: Path, env: dict[str, str], *, workers: int) -> dict[str, Any]:
    data.mkdir(exist_ok=True)
    asyncio.run(_prepare(url, data))
    env = env | {"POINT_ECOUTE_DATABASE_URL": url, "POINT_ECOUTE_DATA": str(data)}
    kind = f"{url.partition('+')[0]}, {workers} web process{'es' * (workers > 1)}"
    result: dict[str, Any] = {}
    size = ["--workers", str(workers)]
    bare = ["uvicorn", "benchmarks.floors:build_app", "--factory", "--no-access-log", *size]
    for floor in ("insert", "promises"):
        result[f"floor: {floor}"] = _variant(
            f"{kind}: floor, {floor}", [*bare, "--log-level", "error"], env | {"FLOOR": floor}
        )
    service = ["cli", "serve", "--door", "public", *size]
    result["service"] = _variant(f"{kind}: the service", service, env)
    return result


def _variant(title: str, command: list[str], env: dict[str, str]) -> dict[str, Any]:
    port = free_port()
    with process([*command, "--port", str(port)], env=env, port=port, ready="/healthz") as server:
        points = asyncio.run(_points(port))
        memory = web_memory_mb(server)
    table(f"{title} ({memory} MB)", points)
    return {"memory_mb": memory, "points": [asdict(point) for point in points]}


async def _points(port: int) -> list[Point]:
    async def run(concurrency: int, seconds: float) -> Point:
        return await measure_point(
            port, "/api/v1/signals", concurrency=concurrency, seconds=seconds, body=signal_body
        )

    await run(8, WARM_UP_SECONDS)
    return [await run(concurrency, SECONDS) for concurrency in CONCURRENCIES]


async def _prepare(url: str, data: Path) -> None:
    await run_install(load_settings(data=data, database_url=url))
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()


def _judge(figures: dict[str, Any]) -> None:
    """Say beside the figures what was aimed at (issue: submissions)."""
    two = figures["postgresql, 2 processes"]
    service, floor = two["service"]["points"][-1], two["floor: promises"]["points"][-1]
    figures["aims"] = {
        "share of the second floor's rate (at least 0.5)": round(
            service["rate"] / floor["rate"], 2
        ),
        "submissions a second (at least 150)": service["rate"],
        "p99 in ms at 32 (under 250)": service["p99_ms"],
        "memory of a web process in MB (under 250)": two["service"]["memory_mb"],
    }
    for aim, value in figures["aims"].items():
        print(f"  {aim}: {value}")
