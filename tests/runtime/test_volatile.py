"""One contract for memory and Redis; without a server the answers come from memory."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import redis.asyncio

from runtime.circuit import Circuit
from runtime.volatile import (
    MAX_ENTRIES_IN_MEMORY,
    MemoryStore,
    RedisStore,
    VolatileStore,
    open_volatile_store,
)


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def away() -> AsyncIterator[RedisStore]:
    """A store whose server hangs up on everybody."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    store = RedisStore(Circuit(f"redis://127.0.0.1:{port}/0"))
    yield store
    await store.close()
    server.close()
    await server.wait_closed()


@pytest.fixture
async def nowhere() -> AsyncIterator[RedisStore]:
    """A store at an address where nothing listens."""
    store = RedisStore(Circuit("redis://127.0.0.1:1/0"))
    yield store
    await store.close()


async def holds_the_contract(store: VolatileStore, name: str) -> None:
    assert await store.get(f"{name}:a") is None
    await store.put(f"{name}:a", b"one\0\xff", ttl_seconds=60)
    assert await store.get(f"{name}:a") == b"one\0\xff"
    await store.put(f"{name}:a", b"two", ttl_seconds=60)
    assert await store.get(f"{name}:a") == b"two"
    await store.remove(f"{name}:a")
    await store.remove(f"{name}:a")
    assert await store.get(f"{name}:a") is None
    assert [await store.count(f"{name}:n", ttl_seconds=60) for _ in range(3)] == [1, 2, 3]
    assert await store.count(f"{name}:m", ttl_seconds=60) == 1


async def test_what_is_put_is_there_until_removed_and_counts_count(volatile: VolatileStore):
    await holds_the_contract(volatile, "contract")


async def test_parallel_counts_miss_none(volatile: VolatileStore):
    counted = await asyncio.gather(*(volatile.count("busy", ttl_seconds=60) for _ in range(40)))

    assert sorted(counted) == list(range(1, 41))


async def test_without_a_server_memory_answers(away: RedisStore):
    await holds_the_contract(away, "away")


async def test_where_nothing_listens_memory_answers(nowhere: RedisStore):
    await holds_the_contract(nowhere, "nowhere")


async def test_a_server_that_answers_with_an_error_is_as_good_as_away(valkey_url: str):
    client = redis.asyncio.Redis.from_url(valkey_url)
    await client.set("limit:odd", b"not a number", ex=60)
    store = RedisStore(Circuit(valkey_url))

    assert await store.count("limit:odd", ttl_seconds=60) == 1
    await store.close()
    await client.aclose()


async def test_everything_in_redis_expires_by_itself(valkey_url: str):
    client = redis.asyncio.Redis.from_url(valkey_url)
    store = RedisStore(Circuit(valkey_url))
    await store.put("ttl:a", b"x", ttl_seconds=50)
    await store.count("ttl:n", ttl_seconds=50)

    assert 0 < await client.ttl("ttl:a") <= 50
    assert 0 < await client.ttl("ttl:n") <= 50
    await store.close()
    await client.aclose()


async def test_a_window_starts_with_its_first_count_and_is_not_prolonged(valkey_url: str):
    client = redis.asyncio.Redis.from_url(valkey_url)
    store = RedisStore(Circuit(valkey_url))
    await store.count("window", ttl_seconds=500)
    await client.expire("window", 20)
    await store.count("window", ttl_seconds=500)

    assert 0 < await client.ttl("window") <= 20
    await store.close()
    await client.aclose()


async def test_memory_forgets_what_has_expired():
    seconds = Seconds()
    store = MemoryStore(seconds)
    await store.put("a", b"x", ttl_seconds=10)
    assert [await store.count("n", ttl_seconds=10) for _ in range(2)] == [1, 2]

    seconds.now += 9
    assert await store.get("a") == b"x"
    assert await store.count("n", ttl_seconds=10) == 3
    seconds.now += 1
    assert await store.get("a") is None
    assert await store.count("n", ttl_seconds=10) == 1


async def test_a_flood_does_not_fill_the_memory():
    store = MemoryStore(Seconds())
    for number in range(MAX_ENTRIES_IN_MEMORY + 10):
        await store.count(f"n{number}", ttl_seconds=600)

    assert len(store._entries) <= MAX_ENTRIES_IN_MEMORY
    assert await store.get(f"n{MAX_ENTRIES_IN_MEMORY + 9}") == b"1"


async def test_what_has_expired_is_forgotten_first():
    seconds = Seconds()
    store = MemoryStore(seconds)
    await store.put("session", b"x", ttl_seconds=10_000)
    for number in range(MAX_ENTRIES_IN_MEMORY - 1):
        await store.count(f"n{number}", ttl_seconds=600)
    seconds.now += 601
    await store.put("next", b"y", ttl_seconds=10)

    assert await store.get("session") == b"x"
    assert await store.get("next") == b"y"


async def test_a_session_in_use_is_not_the_oldest():
    """Put again at every use: a flood must take what nobody used before it takes that."""
    store = MemoryStore(Seconds())
    await store.put("session", b"x", ttl_seconds=10_000)
    for number in range(MAX_ENTRIES_IN_MEMORY - 2):
        await store.count(f"n{number}", ttl_seconds=600)
    await store.put("session", b"x", ttl_seconds=10_000)
    for number in range(2):
        await store.count(f"more {number}", ttl_seconds=600)

    assert await store.get("session") == b"x"


async def test_the_settings_choose_the_store(valkey_url: str):
    store = open_volatile_store(Circuit(valkey_url))
    assert isinstance(store, RedisStore)
    assert isinstance(open_volatile_store(None), MemoryStore)
    await store.close()
