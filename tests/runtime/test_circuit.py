"""A Valkey that hangs is waited for once, by one; what came meanwhile is handed over afterwards."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import redis.asyncio

from runtime.circuit import Away, Circuit
from runtime.live import RedisLive
from runtime.volatile import RedisStore
from tests.frozen import Frozen, frozen_valkey


@pytest.fixture
def valkey() -> Iterator[Frozen]:
    with frozen_valkey() as server:
        yield server


@pytest.fixture
async def circuit(valkey: Frozen) -> AsyncIterator[Circuit]:
    made = valkey.circuit()
    yield made
    await made.close()


async def test_everything_that_is_asked_of_a_frozen_server_waits_once(
    valkey: Frozen, circuit: Circuit
):
    store, counters, live = RedisStore(circuit), RedisStore(circuit), RedisLive(circuit)
    await store.put("session:staff:a", b"locked", ttl_seconds=60)
    valkey.freeze()

    assert await store.get("session:staff:a") == b"locked"
    await store.put("session:staff:a", b"locked", ttl_seconds=60)
    assert [await counters.count("limit:sent:x", ttl_seconds=60) for _ in range(3)] == [1, 2, 3]
    await live.tell("douaisis")
    await live.look("7K3-Q2M", "anne")
    assert await live.who_looks("7K3-Q2M") == set()
    assert [event async for event in live.listen(["douaisis"])] == []
    await store.remove("session:staff:a")
    assert await store.get("session:staff:a") is None
    assert valkey.waited == 1


async def test_many_at_once_wait_once_each_and_together(valkey: Frozen, circuit: Circuit):
    """Whoever asked before anybody knew waits side by side with the others; nobody after."""
    store = RedisStore(circuit)
    await store.count("limit:sent:x", ttl_seconds=60)
    valkey.freeze()

    await asyncio.gather(*(store.count("limit:sent:x", ttl_seconds=60) for _ in range(20)))
    assert valkey.waited <= 20
    before = valkey.waited
    await asyncio.gather(*(store.count("limit:sent:x", ttl_seconds=60) for _ in range(20)))
    assert valkey.waited == before


async def test_what_came_meanwhile_is_handed_over_when_it_answers_again(
    valkey: Frozen, circuit: Circuit
):
    store, other = RedisStore(circuit), RedisStore(another := valkey.circuit())
    await store.put("session:staff:kept", b"kept", ttl_seconds=60)
    await store.put("session:staff:ended", b"ended", ttl_seconds=60)
    valkey.freeze()
    await store.put("session:staff:opened", b"opened", ttl_seconds=60)
    await store.remove("session:staff:ended")
    await valkey.thaw(circuit)

    assert await other.get("session:staff:kept") == b"kept"
    assert await other.get("session:staff:opened") == b"opened"
    assert await other.get("session:staff:ended") is None
    await another.close()


async def test_a_session_ended_elsewhere_does_not_come_back(valkey: Frozen, circuit: Circuit):
    """It was in use here while the server was away, and signed out in another process."""
    store, other = RedisStore(circuit), RedisStore(another := valkey.circuit())
    await store.put("session:staff:a", b"locked", ttl_seconds=60)
    valkey.freeze()
    await store.put("session:staff:a", b"locked", ttl_seconds=60)
    await other.remove("session:staff:a")
    await valkey.thaw(another, circuit)

    assert await store.get("session:staff:a") is None
    await another.close()


async def test_who_listens_is_let_go_when_the_server_hangs(valkey: Frozen, circuit: Circuit):
    live = RedisLive(circuit)
    heard = asyncio.Event()

    async def listen() -> None:
        async for _ in live.listen(["douaisis"]):
            heard.set()

    listening = asyncio.create_task(listen())
    while not heard.is_set():
        await live.tell("douaisis")
        await asyncio.sleep(0)
    valkey.freeze()
    await live.tell("douaisis")
    await listening


async def test_what_answers_with_an_error_is_asked_again(valkey: Frozen, circuit: Circuit):
    async def wrong(server: "redis.asyncio.Redis") -> object:
        return await server.execute_command("NOTHING")

    with pytest.raises(Away):
        await circuit.ask(wrong)
    assert not circuit.is_away
    assert await circuit.ask(lambda server: server.ping())


@pytest.mark.parametrize("is_frozen", [False, True])
async def test_closing_leaves_no_connection(valkey: Frozen, is_frozen: bool):
    circuit = valkey.circuit()
    store, live = RedisStore(circuit), RedisLive(circuit)
    heard = asyncio.create_task(anext(aiter(live.listen(["douaisis"])), None))
    await asyncio.gather(*(store.count("limit:sent:x", ttl_seconds=60) for _ in range(5)))
    if is_frozen:
        valkey.freeze()
        await asyncio.gather(*(store.count("limit:sent:x", ttl_seconds=60) for _ in range(5)))
    for one in (store, live):
        await one.close()
    await heard
    await valkey.thaw()

    client = redis.asyncio.Redis.from_url(valkey.url)
    [left] = await client.client_list()
    assert left["cmd"] == "client|list"
    await client.aclose()
