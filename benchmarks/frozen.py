"""What a Valkey that hangs costs whoever asks for a page or sends a message meanwhile."""

import asyncio
import os
import signal
import statistics
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from cli.install import run_install
from cli.parts import open_desk
from dispatch.members import NewMember, add_member
from records.tables import Role
from runtime.settings import load_settings
from tests.journeys.doors import Console
from tests.processes import serving
from tests.servers import own_valkey, pid_of

_EMAIL, _PASSWORD = "anne@banc.invalid", "un mot de passe assez long"
_PAGES = 30


def measure() -> dict[str, Any]:
    figures = asyncio.run(_measure())
    for name, value in figures.items():
        print(f"{name}: {value}")
    return figures


async def _measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="pe-frozen-") as folder, own_valkey() as valkey:
        settings = load_settings(data=Path(folder))
        recovery = await run_install(settings)
        async with open_desk(settings) as desk:
            new = NewMember("Anne", _EMAIL, Role.DUTY, ("douaisis",), _PASSWORD)
            await add_member(new, desk, by=recovery)
        redis_url = f"redis://127.0.0.1:{valkey.port}/0"
        async with (
            serving(settings, Path(folder) / "serve.log", redis_url=redis_url) as url,
            httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client,
        ):
            staff = Console(client)
            await staff.sign_in(_EMAIL, _PASSWORD)
            before = await _times(_PAGES, staff.queue)
            os.kill(pid_of(valkey), signal.SIGSTOP)
            try:
                pages = await _times(_PAGES, staff.queue)
                messages = await _times(_PAGES, lambda: _send(client))
            finally:
                os.kill(pid_of(valkey), signal.SIGCONT)
    return {
        "queue_page_ms_before": _summary(before),
        "queue_page_ms_frozen": _summary(pages),
        "message_ms_frozen": _summary(messages),
    }


async def _send(client: httpx.AsyncClient) -> httpx.Response:
    body = {"text": "bonjour, une question", "idempotency_key": str(uuid.uuid4())}
    return await client.post("/api/v1/signals", json=body)


async def _times(number: int, ask: Callable[[], Awaitable[httpx.Response]]) -> list[float]:
    times = []
    for _ in range(number):
        began = time.perf_counter()
        answer = await ask()
        times.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
    return times


def _summary(times: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(times)), "slowest": round(max(times))}
