"""What is only of this moment: that something changed, and who looks at what. In memory or Redis.

Nothing of it is the truth of anything. When Redis is away nobody is told and nobody is seen: pages
go on asking by themselves, as they do without a script.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from typing import Final, Protocol

import redis.asyncio
from redis.exceptions import RedisError

from runtime.log import log

LOOKING_SECONDS: Final = 120
_PREFIX: Final = "changed:"
# A sender must not wait for a Redis that hangs.
_TELL_SECONDS: Final = 1.0


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

    def __init__(self, url: str, seconds: Callable[[], float] = time.time) -> None:
        self._redis = redis.asyncio.Redis.from_url(url, socket_connect_timeout=1.0)
        self._seconds = seconds

    async def tell(self, topic: str) -> None:
        try:
            async with asyncio.timeout(_TELL_SECONDS):
                await self._redis.publish(f"{_PREFIX}{topic}", b"")
        except (RedisError, TimeoutError) as error:
            _tell_away(error)

    async def listen(self, topics: Collection[str]) -> AsyncIterator[None]:
        subscription = self._redis.pubsub(ignore_subscribe_messages=True)
        try:
            await subscription.subscribe(*(f"{_PREFIX}{topic}" for topic in topics))
            while True:
                if await subscription.get_message(timeout=None) is not None:
                    yield
        except RedisError as error:
            _tell_away(error)
        finally:
            await subscription.aclose()  # type: ignore[no-untyped-call]

    async def look(self, place: str, who: str) -> None:
        key = f"presence:{place}"
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(key, who, str(self._seconds() + LOOKING_SECONDS))
                pipe.expire(key, LOOKING_SECONDS)
                await pipe.execute()
        except RedisError as error:
            _tell_away(error)

    async def who_looks(self, place: str) -> set[str]:
        try:
            found = await self._redis.hgetall(f"presence:{place}")
        except RedisError as error:
            _tell_away(error)
            return set()
        now = self._seconds()
        return {_text(who) for who, until in found.items() if float(until) > now}

    async def close(self) -> None:
        await self._redis.aclose()


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def open_live(redis_url: str | None) -> Live:
    return RedisLive(redis_url) if redis_url else MemoryLive()


def _tell_away(error: Exception) -> None:
    log.warning("redis.away", error=type(error).__name__)
