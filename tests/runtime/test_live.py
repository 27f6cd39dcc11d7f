"""Events and presence: heard by who listens, and quietly nothing where Redis is away."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from runtime.circuit import Circuit
from runtime.live import LOOKING_SECONDS, Live, MemoryLive, RedisLive, open_live
from tests.processes import free_port


@pytest.fixture(params=["memory", "valkey"])
async def live(request: pytest.FixtureRequest) -> AsyncIterator[Live]:
    made: Live = (
        MemoryLive()
        if request.param == "memory"
        else RedisLive(Circuit(request.getfixturevalue("valkey_url")))
    )
    yield made
    await made.close()


async def heard(live: Live, topics: list[str], told: asyncio.Event) -> None:
    async for _ in live.listen(topics):
        told.set()


async def test_who_listens_hears_of_their_topics_and_of_no_other(live: Live):
    mine, theirs = asyncio.Event(), asyncio.Event()
    listening = [
        asyncio.create_task(heard(live, ["douaisis", "flandres"], mine)),
        asyncio.create_task(heard(live, ["avesnois"], theirs)),
    ]
    async with asyncio.timeout(10):
        while not mine.is_set():  # a subscription takes a moment; what was told before is lost
            await live.tell("flandres")
            await asyncio.sleep(0)
    assert not theirs.is_set()
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)


async def test_who_looks_is_seen_at_that_place(live: Live):
    await live.look("7K3-Q2M", "anne")
    await live.look("7K3-Q2M", "bruno")
    await live.look("AAA-AAA", "chloé")

    assert await live.who_looks("7K3-Q2M") == {"anne", "bruno"}
    assert await live.who_looks("nowhere") == set()


@pytest.mark.parametrize("kind", ["memory", "valkey"])
async def test_who_looked_two_minutes_ago_is_gone(kind: str, request: pytest.FixtureRequest):
    now = [1_000.0]
    live: Live = (
        MemoryLive(lambda: now[0])
        if kind == "memory"
        else RedisLive(Circuit(request.getfixturevalue("valkey_url")), lambda: now[0])
    )
    await live.look("BBB-BBB", "anne")
    now[0] += LOOKING_SECONDS
    assert await live.who_looks("BBB-BBB") == set()
    await live.close()


async def test_without_redis_nobody_is_told_nobody_is_seen_and_nothing_fails():
    live = open_live(Circuit(f"redis://127.0.0.1:{free_port()}/0"))
    await live.tell("douaisis")
    await live.look("7K3-Q2M", "anne")

    assert await live.who_looks("7K3-Q2M") == set()
    assert [event async for event in live.listen(["douaisis"])] == []
    await live.close()
