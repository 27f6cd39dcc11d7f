"""What is only of this moment: that something changed, and who looks at what. In memory or Redis.

Nothing of it is the truth of anything. When Redis is away nobody is told and nobody is seen: pages
go on asking by themselves, as they do without a script.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import suppress
from typing import Final, Protocol

from redis.asyncio.client import PubSub

from runtime.circuit import Away, Circuit, Client

LOOKING_SECONDS: Final = 120
_PREFIX: Final = "changed:"


class Live(Protocol):
    async def tell(self, topic: str) -> None:
        """Something of that topic changed; nothing says what."""
        ...

    def listen(self, topics: Collection[str]) -> AsyncIterator[None]:
        """Once for one or several changes; ends when the channel is away."""
        ...

    async def look(self, place: str, who: str) -> None:
        """`who` looks at `place` now, and for two minutes from now."""
        ...

    async def who_looks(self, place: str) -> set[str]: ...

    async def close(self) -> None: ...


class MemoryLive:
    """Within one process."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._listeners: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._looking: dict[str, dict[str, float]] = {}

    async def tell(self, topic: str) -> None:
        for listener in self._listeners.get(topic, ()):
            listener.set()

    async def listen(self, topics: Collection[str]) -> AsyncIterator[None]:
        changed = asyncio.Event()
        for topic in topics:
            self._listeners[topic].add(changed)
        try:
            while True:
                await changed.wait()
                changed.clear()
                yield
        finally:
            for topic in topics:
                self._listeners[topic].discard(changed)

    async def look(self, place: str, who: str) -> None:
        now = self._seconds()
        self._looking = {
            known: left
            for known, looking in self._looking.items()
            if (left := {one: until for one, until in looking.items() if until > now})
        }
        self._looking.setdefault(place, {})[who] = now + LOOKING_SECONDS

    async def who_looks(self, place: str) -> set[str]:
        now = self._seconds()
        return {who for who, until in self._looking.get(place, {}).items() if until > now}

    async def close(self) -> None:
        self._listeners.clear()


class RedisLive:
    """Between all processes."""

    def __init__(self, circuit: Circuit, seconds: Callable[[], float] = time.time) -> None:
        self._circuit = circuit
        self._seconds = seconds
        self._subscriptions: set[PubSub] = set()

    async def tell(self, topic: str) -> None:
        with suppress(Away):
            await self._circuit.ask(lambda server: server.publish(f"{_PREFIX}{topic}", b""))

    async def listen(self, topics: Collection[str]) -> AsyncIterator[None]:
        subscription = self._circuit.subscription()
        self._subscriptions.add(subscription)
        channels = [f"{_PREFIX}{topic}" for topic in topics]
        try:
            await self._circuit.ask(lambda _: subscription.subscribe(*channels))
            while True:
                if await self._circuit.hear(subscription):
                    yield
        except Away:
            return
        finally:
            self._subscriptions.discard(subscription)
            await subscription.aclose()  # type: ignore[no-untyped-call]

    async def look(self, place: str, who: str) -> None:
        key, until = f"presence:{place}", str(self._seconds() + LOOKING_SECONDS)

        async def note(server: Client) -> None:
            async with server.pipeline(transaction=True) as pipe:
                pipe.hset(key, who, until)
                pipe.expire(key, LOOKING_SECONDS)
                await pipe.execute()

        with suppress(Away):
            await self._circuit.ask(note)

    async def who_looks(self, place: str) -> set[str]:
        try:
            found = await self._circuit.ask(lambda server: server.hgetall(f"presence:{place}"))
        except Away:
            return set()
        now = self._seconds()
        return {_text(who) for who, until in found.items() if float(until) > now}

    async def close(self) -> None:
        for subscription in list(self._subscriptions):
            await subscription.aclose()  # type: ignore[no-untyped-call]
        await self._circuit.close()


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def open_live(circuit: Circuit | None) -> Live:
    return RedisLive(circuit) if circuit else MemoryLive()
